"""docs/akses-matriks.md out of the registries of pages, changes and roles: python -m scripts.access_doc."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ipsm_analytics.app.guard import ACTIONS
from ipsm_analytics.app.page import PAGES
from ipsm_analytics.config import Settings
from ipsm_analytics.privacy import ROLES, Role, policy, row_areas
from ipsm_analytics.views.i18n import Words

PAGE = Path(__file__).resolve().parents[1] / "docs" / "akses-matriks.md"
YES, NO, OWN = "ya", "–", "kecamatannya"
_WORDS = Words("id")
_INTRODUCTION = """\
# Siapa boleh apa

Halaman ini dibuat dari daftar halaman, tindakan, dan peran di program dengan `python -m scripts.access_doc`; jangan disunting
dengan tangan. Sebuah uji membukanya baris demi baris pada server yang berjalan. Cara mengatur masuk dan peran ada di
[akses.md](akses.md).

*publik* adalah siapa saja yang belum masuk, yang belum diberi peran, atau yang waktu masuknya berakhir.
"""
_FILES = """
Unduhan sebuah halaman hanya untuk pembaca yang membukanya, dan haknya diperiksa lagi saat tombolnya ditekan. Angka yang diunduh
mengikuti aturan keluar kantor untuk peran mana pun: angka kecil dan kategori sensitif ditahan. Baris hanya keluar sebagai
berkas karantina, yang dikembalikan operator kepada pengirimnya.
"""


def document() -> str:
    """The whole page."""
    return (
        "\n".join(
            [
                _INTRODUCTION,
                "## Halaman\n",
                *_table("Halaman", [(f"`/{page.key}` {_WORDS(f'halaman.{page.key}')}", _given(page.roles)) for page in PAGES]),
                _FILES,
                "## Tindakan\n",
                *_table("Tindakan", [(_action(name), _given(action.roles)) for name, action in ACTIONS.items()]),
                "\n## Yang terlihat di layar\n",
                *_table("Di layar", list(_SEEN.items())),
            ]
        )
        + "\n"
    )


def _given(roles: Sequence[Role]) -> Callable[[Role], str]:
    return lambda role: YES if role in roles else NO


def _action(name: str) -> str:
    return f"{_WORDS(f'masuk.tindakan.{name}')} (`/{ACTIONS[name].page}`)"


def _table(head: str, rows: Sequence[tuple[str, Callable[[Role], str]]]) -> list[str]:
    lines = [[head, *ROLES], ["---"] * (len(ROLES) + 1), *([name, *map(told, ROLES)] for name, told in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _rows(role: Role) -> str:
    own = row_areas(role, ("73.71.01",))
    return (OWN if role == "korcam" else YES) if own else NO


def _small(role: Role) -> str:
    return NO if policy(role, "layar", Settings.small_cell).small_cell else YES


_SEEN: dict[str, Callable[[Role], str]] = {
    "Kasus satu per satu, tanpa nama dan NIK (`/respons`)": _rows,
    "Angka kecil dan kategori sensitif per kelurahan": _small,
}


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
