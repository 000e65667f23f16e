"""Writes the raw files: CSV as the offices send it, XLSX without anything that depends on the machine."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter

from ipsm_analytics.sample.draws import Objects

Columns = Mapping[str, Objects]
EARLIEST_ZIP = (1980, 1, 1, 0, 0, 0)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def write(path: Path, columns: Columns, delimiter: str = ",") -> int:
    """Writes equally long columns under their headers, by the suffix of the path; returns the number of rows."""
    if path.suffix == ".xlsx":
        _write_xlsx(path, columns)
    else:
        _write_csv(path, columns, delimiter)
    return len(next(iter(columns.values())))


def _write_csv(path: Path, columns: Columns, delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _write_xlsx(path: Path, columns: Columns) -> None:
    """Numbers and dates as such, all else as text; stored unpacked, since compressors differ."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheet, day_format = book.add_worksheet("Kasus"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, columns)
    for row, values in enumerate(zip(*columns.values(), strict=True), start=1):
        for column, value in enumerate(values):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day_format)
            elif isinstance(value, int):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, value)
    book.close()
    _store(buffer, path)


def _store(buffer: io.BytesIO, path: Path) -> None:
    with zipfile.ZipFile(buffer) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            plain.writestr(zipfile.ZipInfo(name, EARLIEST_ZIP), packed.read(name))
