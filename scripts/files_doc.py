"""docs/berkas.md out of the declarations: python -m scripts.files_doc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.intake.readers import MAX_BYTES
from ipsm_analytics.schema import TABLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "berkas.md"
CONTAINERS = {
    "CSV koma, titik koma, tab, garis tegak": "test_text",
    "UTF-8 (dengan dan tanpa BOM), UTF-16, Windows-1252": "test_text",
    "XLSX, XLSM": "test_excel",
    "XLS, ODS": "test_old_excel_and_open_document",
}
"""Container -> the test in tests/unit/test_containers.py that opens every format from it."""
_INTRODUCTION = f"""\
# Berkas yang diterima

Halaman ini dibuat dengan `python -m scripts.files_doc`; jangan disunting dengan tangan.

Bentuk berkas dikenali dari kepala tabelnya: ejaan dan urutan kolom boleh berbeda, judul di atas kepala tabel, lembar
tersembunyi, baris dan kolom tersembunyi ikut dibaca dan disebut di laporan. Beberapa lembar dengan kepala yang sama dibaca
sebagai satu tabel. Paling besar {MAX_BYTES >> 20} MB. Wadah dikenali dari isinya, bukan dari namanya.
Berkas dengan bentuk lain dipetakan sekali di halaman Unggah atau dengan `python -m ipsm_analytics map`.
Rekap bergambar (judul digabung, dua baris kepala, baris dan kolom Jumlah) dibaca per sel dan diuji di
`tests/unit/test_recap_files.py` dari XLSX, XLS, ODS, dan CSV.

Setiap sel tabel di bawah diuji di `tests/unit/test_containers.py`; berkas XLS dan ODS ditulis LibreOffice dan disimpan di
`tests/data/wadah/`.
"""


def document() -> str:
    """The page: what is accepted, and every format in every container with its test."""
    return "\n".join([_INTRODUCTION, *_containers(), *_formats()]).rstrip() + "\n"


def _containers() -> Iterator[str]:
    yield f"| jenis | tabel | {' | '.join(CONTAINERS)} |"
    yield "| --- | --- |" + " --- |" * len(CONTAINERS)
    for form in FORMATS:
        tests = " | ".join(f"`{test}[{form.kind}]`" for test in CONTAINERS.values())
        yield f"| {form.title} (`{form.kind}`) | `{form.table}` | {tests} |"
    yield ""


def _formats() -> Iterator[str]:
    yield "## Kolom setiap bentuk\n"
    for form in FORMATS:
        yield f"### {form.title}\n"
        yield f"Kunci tabelnya `{TABLES[form.table][1]}`. Kolom wajib dicetak tebal; ejaan lain yang diterima dalam kurung.\n"
        yield ", ".join(_column(names, required=name in form.required) for name, names in form.columns.items()) + ".\n"


def _column(names: tuple[str, ...], *, required: bool) -> str:
    title = f"**{names[0]}**" if required else names[0]
    return f"{title} ({', '.join(names[1:])})" if names[1:] else title


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
