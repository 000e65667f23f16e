"""Any file to raw text rows with their row numbers; nothing is dropped, nothing interpreted."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
from python_calamine import CalamineError, CalamineWorkbook

from ipsm_analytics.errors import UserError

HEADER_SEARCH_ROWS = 15
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class RawTable:
    """Text cells as sent.

    Attributes:
        cells: (rows × columns) frame of str; the index is the row number in the file, header = 1.
        malformed: row number -> text of rows whose number of cells differs from the header.
        sha256: hash of the file's bytes.
    """

    name: str
    sha256: str
    cells: pd.DataFrame
    malformed: dict[int, str]

    @property
    def row_count(self) -> int:
        """Rows read, blank ones left out."""
        return len(self.cells) + len(self.malformed)


def read(path: Path) -> RawTable:
    """Reads CSV or a workbook's first filled sheet; raises UserError when there is no table in it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError("Berkas tidak dapat dibuka.", found=f"{path.name} ({error.strerror})", action="periksa nama dan izinnya") from error
    if not data.strip():
        raise UserError("Berkas kosong.", found=path.name, action="kirim ulang berkas yang berisi tabel")
    cells, malformed = _workbook(data, path.name) if path.suffix.lower() in _WORKBOOKS else _text(data, path.name)
    if not len(cells) and not malformed:
        raise UserError("Berkas hanya berisi kepala tabel.", found=path.name, action="kirim ulang setelah diisi")
    return RawTable(path.name, hashlib.sha256(data).hexdigest(), cells, malformed)


def _text(data: bytes, name: str) -> tuple[pd.DataFrame, dict[int, str]]:
    notes, text = _without_notes(_decode(data, name))
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    header = next(csv.reader(io.StringIO(first), delimiter=delimiter))
    if first.count(delimiter) == 0:
        raise UserError("Berkas ini bukan tabel.", found=f"{name}: {first[:60]!r}", allowed="CSV atau Excel dengan kepala kolom", action="pilih berkas lain")
    malformed: dict[int, str] = {}

    def keep(row: pacsv.InvalidRow) -> str:
        malformed[row.number] = row.text
        return "skip"

    table = _parse(text, delimiter, header, keep, name)
    number = np.setdiff1d(np.arange(2, len(table) + len(malformed) + 2), np.fromiter(malformed, dtype=np.int64, count=len(malformed)))
    cells = table.to_pandas().fillna("").set_axis(number[: len(table)] + notes, axis=0).set_axis(_unique(header), axis=1)
    return _without_blank(cells), {row + notes: line for row, line in malformed.items() if line.strip(delimiter + " \r\n")}


def _without_notes(text: str) -> tuple[int, str]:
    """Takes off leading lines that start with '#' (source notes); returns how many there were."""
    notes = 0
    while text.startswith("#"):
        text, notes = text.partition("\n")[2], notes + 1
    return notes, text


def _parse(text: str, delimiter: str, header: list[str], keep: object, name: str) -> pa.Table:
    names = [f"f{i}" for i in range(len(header))]
    try:
        return pacsv.read_csv(
            io.BytesIO(text.encode("utf-8")),
            read_options=pacsv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise UserError("Tabel di berkas ini tidak terbaca.", found=f"{name} ({error})", allowed="CSV dengan kepala kolom", action="simpan ulang sebagai CSV atau Excel") from error


def _decode(data: bytes, name: str) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError("Berkas ini bukan teks.", found=name, allowed="CSV atau Excel", action="pilih berkas lain")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise UserError("Huruf di berkas ini tidak terbaca.", found=name, allowed="UTF-8, UTF-16, atau Windows-1252", action="simpan ulang sebagai UTF-8")


def _workbook(data: bytes, name: str) -> tuple[pd.DataFrame, dict[int, str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names]
    except (CalamineError, OSError) as error:
        raise UserError("Buku kerja tidak terbaca.", found=f"{name} ({error})", allowed="XLSX, XLS, atau ODS tanpa sandi", action="simpan ulang dari Excel") from error
    rows = max(sheets, key=len, default=[])
    start = _header_row(rows)
    header = [_cell(value) for value in rows[start]] if rows else []
    body = [[_cell(value) for value in row] for row in rows[start + 1 :]]
    cells = pd.DataFrame(body, columns=_unique(header), index=range(start + 2, start + 2 + len(body)), dtype="str")
    return _without_blank(cells), {}


def _header_row(rows: list[list[object]]) -> int:
    filled = [sum(1 for value in row if isinstance(value, str) and value.strip()) for row in rows[:HEADER_SEARCH_ROWS]]
    return int(np.argmax(filled)) if filled else 0


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value)


def _unique(header: list[str]) -> list[str]:
    names = [text.strip() or f"kolom {i + 1}" for i, text in enumerate(header)]
    return [text if text not in names[:i] else f"{text} ({i + 1})" for i, text in enumerate(names)]


def _without_blank(cells: pd.DataFrame) -> pd.DataFrame:
    filled = np.zeros(len(cells), dtype=bool)
    for column in cells:
        filled |= (cells[column].str.strip() != "").to_numpy()
    return cells[filled]
