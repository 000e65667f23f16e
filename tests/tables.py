"""Small files as the offices send them, for the tests of the intake."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from ipsm_analytics import schema
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.ingest import Report, ingest
from ipsm_analytics.intake.batch import Batch, SentFile, open_file
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.store import Store

GOOD = {
    "NIK": "7371014506900001",
    "Nama": "Sitti Contoh",
    "Kategori PPKS": "Fakir Miskin",
    "Kecamatan": "Mariso",
    "Kelurahan": "Lette",
    "Tanggal Laporan": "05/10/2026",
    "Status": "Kasus Aktif",
}
"""A woman born 5 June 1990, found poor in Lette (73.71.01.1004) on 5 October 2026."""

FULL = {
    "id_kasus": "K-0001",
    "tgl_lapor": "2026-10-05",
    "kode_kelurahan": "73.71.01.1004",
    "kategori": "PPKS-24",
    "status": "baru",
}
REPORTED = {"kode_kelurahan": "73.71.01.1004", "bulan": "2026-10", "tgl_terima": "03/11/2026", "nihil": "ya", "kunjungan": "4"}
FIGURE = {
    "level": "kota",
    "kode": "73.71",
    "nama": "Kota Makassar",
    "tahun": "2021",
    "kategori": "Anak jalanan",
    "jenis_kelamin": "total",
    "jumlah": "459",
    "source_url": "https://contoh.id/a",
    "note": "",
}
Cells = Mapping[str, str]
KEYS = Keyring(b"satu rahasia untuk uji")


def write(path: Path, header: Sequence[str], rows: Iterable[Cells], delimiter: str = ",") -> Path:
    """A CSV of rows given by header; what a row leaves out is empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="", delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def sicadas(path: Path, *changes: Cells) -> Path:
    """A Sicadas PPKS file: GOOD once for each change."""
    return write(path, schema.SICADAS_PPKS_COLUMNS, [{**GOOD, **change} for change in changes])


def template(path: Path, *changes: Cells) -> Path:
    """A file in our full template: FULL once for each change."""
    return write(path, schema.TEMPLATE_COLUMNS, [{**FULL, **change} for change in changes])


def monthly(path: Path, *changes: Cells) -> Path:
    """A file of monthly reports: REPORTED once for each change."""
    return write(path, schema.MONTHLY_REPORT_COLUMNS, [{**REPORTED, **change} for change in changes])


def published(path: Path, *changes: Cells) -> Path:
    """A file of published figures: FIGURE once for each change."""
    return write(path, schema.PUBLISHED_COLUMNS, [{**FIGURE, **change} for change in changes])


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """An XLSX as Excel writes it: texts, numbers, and days as real dates."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    write_cell = sheet.write_datetime if isinstance(value, date) else sheet.write
                    write_cell(place, column, value)
    return path


def take(*paths: Path, config: Settings | None = None, kind: str = "auto") -> list[Report]:
    """Ingests files into the store of the test."""
    return ingest(paths, config or settings(), kind)


@dataclass(frozen=True)
class Apart:
    """A whole file taken apart, not put in: its rows and what is known of the file."""

    file: SentFile
    rows: Batch

    accepted = property(lambda self: self.rows.accepted)
    quarantined = property(lambda self: self.rows.quarantined)
    problems = property(lambda self: self.rows.problems)
    reason_counts = property(lambda self: self.rows.reason_counts)
    rows_read = property(lambda self: self.rows.row_count)
    name = property(lambda self: self.file.raw.name)
    sha256 = property(lambda self: self.file.raw.sha256)
    remarks = property(lambda self: self.file.remarks)
    format = property(lambda self: self.file.format)
    sample = property(lambda self: self.file.sample)
    unknown_columns = property(lambda self: self.file.unknown_columns)
    corrections = property(lambda self: self.file.corrections)
    import_id = property(lambda self: self.file.import_id)
    key_column = property(lambda self: self.file.key_column)


def apart(file: SentFile) -> Apart:
    """All rows of a file at once."""
    [rows] = file.portions(file.raw.row_count)
    return Apart(file, rows)


def opened(path: Path) -> Apart:
    """A file taken apart under KEYS, not put in."""
    return apart(open_file(path, settings(), KEYS))


def check_counts_and_repeat(path: Path, table: str, counts: tuple[int, int, int, int]) -> None:
    """Put in once, a file gives these rows read, accepted, refused and repeated; a second time it changes nothing."""
    [report] = take(path)
    assert (report.rows_read, report.accepted, report.quarantined, report.duplicates) == counts
    read, accepted, refused, _ = counts
    before = [content(stored(name)) for name in (table, "karantina")]
    assert [len(rows) for rows in before] == [accepted, refused]
    [again] = take(path)
    assert (again.accepted, again.quarantined, again.duplicates, again.version) == (0, refused, read - refused, 1)
    assert [content(stored(name)) for name in (table, "karantina")] == before


def stored(name: str = "kasus", config: Settings | None = None) -> pa.Table:
    """A table of the newest version."""
    store = Store(config or settings())
    return store.read(name, store.latest())


def content(table: pa.Table) -> list[str]:
    """Rows in any order, without which import and row they came from, nor the sealed bytes, which differ each time."""
    return sorted(
        repr(row) for row in table.drop_columns([name for name in PROVENANCE if name in table.column_names]).to_pylist()
    )


PROVENANCE = ("import_id", "row_number", "sealed")
