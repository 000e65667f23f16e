"""docs/kontrak.md out of the declarations: python -m scripts.contract_doc."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.contract.rules import IN_ORDER, rules
from ipsm_analytics.cube.build import CASE_COLUMNS, REPORT_COLUMNS
from ipsm_analytics.intake.formats import FORMATS, Format

PAGE = Path(__file__).resolve().parents[1] / "docs" / "kontrak.md"
_INTRODUCTION = """\
# Kontrak data antartahap

Halaman ini dibuat dari deklarasi dengan `python -m scripts.contract_doc`; jangan disunting dengan tangan.
Kolom, tipe, dan boleh kosongnya berasal dari `ipsm_analytics/schema.py`, aturannya dari
`ipsm_analytics/contract/rules.py`, bentuk berkas dari `ipsm_analytics/intake/formats.py`.

Setiap berkas diperiksa pada tiap tahap. Pelanggaran kontrak adalah kesalahan program, bukan kesalahan berkas:
impor berhenti tanpa mengubah data, dengan nama tabel, kolom, aturan, dan banyaknya baris, tanpa isi barisnya.
Isian berkas yang keliru tidak pernah sampai ke sini; barisnya dikarantina dengan kode alasan lebih dahulu.
Kunci tabel boleh berulang di dalam satu berkas.
"""
_TYPES = {
    pa.string(): "teks",
    pa.list_(pa.string()): "daftar teks",
    pa.date32(): "tanggal",
    pa.bool_(): "ya/tidak",
    pa.binary(): "biner",
    pa.int8(): "bilangan bulat 8 bit",
    pa.int16(): "bilangan bulat 16 bit",
    pa.int32(): "bilangan bulat 32 bit",
    pa.int64(): "bilangan bulat 64 bit",
    pa.float64(): "bilangan desimal",
    pa.timestamp("us", tz="UTC"): "waktu UTC",
}
_READ = (("kasus", CASE_COLUMNS), ("laporan", REPORT_COLUMNS))


def document() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_sheets(), *_tables(), *_cube()]).rstrip() + "\n"


def _sheets() -> Iterator[str]:
    yield "## 1. Lembar yang dikenali\n"
    yield f"Semua isian berupa teks, tidak ada yang hilang. Nomor baris di berkas: {IN_ORDER.text}.\n"
    for form in FORMATS:
        yield f"### {form.title} (`{form.kind}`, ke tabel `{form.table}`)\n"
        yield from _lines(("kolom", "kepala di berkas", "wajib ada"), _fields(form))


def _fields(form: Format) -> Iterator[tuple[str, ...]]:
    for name, headers in form.columns.items():
        yield f"`{name}`", " · ".join(headers), "ya" if name in form.required else "tidak"


def _tables() -> Iterator[str]:
    yield "## 2. Baris yang diterima, dan 3. baris yang dikarantina\n"
    yield "Kolomnya lengkap dan berurutan seperti di bawah.\n"
    for table, (target, key) in schema.TABLES.items():
        yield f"### Tabel `{table}` (kunci `{key}`)\n"
        yield from _lines(("kolom", "tipe", "boleh kosong", "aturan"), _columns(table, target.names))


def _cube() -> Iterator[str]:
    yield "## 4. Yang dibaca kubus\n"
    yield "Sebagian kolom tabel tersimpan, dengan aturan yang sama; hanya batas hari intake tidak ditanya lagi.\n"
    for table, names in _READ:
        yield f"### Dari tabel `{table}`\n"
        yield from _lines(("kolom", "tipe", "boleh kosong", "aturan"), _columns(table, names))


def _columns(table: str, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        field = schema.TABLES[table][0].field(name)
        kept = "; ".join(rule.text for rule in rules(table, name))
        yield f"`{name}`", _TYPES[field.type], "ya" if field.nullable else "tidak", kept or "–"


def _lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table and a blank line."""
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
