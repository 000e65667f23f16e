"""Any file to raw text rows with their row numbers; nothing is dropped, nothing interpreted."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from python_calamine import CalamineError, CalamineWorkbook

from ipsm_analytics.errors import UserError

HEADER_SEARCH_ROWS = 15
EXACT_DIGITS = 10**15
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
_DELIMITERS = (",", ";", "\t", "|")
_PADDING = "".join(_DELIMITERS) + " \r\n"
_BLOCK_BYTES = 1 << 24
Rows = Sequence[Sequence[object]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RawTable:
    """Text cells as sent.

    Attributes:
        sha256: hash of the file's bytes.
        cells: one text column a header.
        row_numbers: row number in the file of each row of `cells`, ascending; the first line or row is 1.
        malformed: row number -> text of rows whose number of cells differs from the header.
        other_sheets: sheets of the workbook that hold rows and were not read.
    """

    name: str
    sha256: str
    cells: pa.Table
    row_numbers: npt.NDArray[np.int64]
    malformed: Mapping[int, str]
    other_sheets: tuple[str, ...] = ()

    @property
    def row_count(self) -> int:
        """Rows read, blank ones left out."""
        return len(self.cells) + len(self.malformed)


def read(path: Path) -> RawTable:
    """Reads CSV or the data sheet of a workbook; raises UserError when there is no table in it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        found = f"{path.name} ({error.strerror})"
        raise UserError("Berkas tidak dapat dibuka.", found=found, action="periksa nama dan izinnya") from error
    return parse(path.name, data)


def parse(name: str, data: bytes) -> RawTable:
    """Reads a file held in memory as `read` does."""
    if not data.strip():
        raise UserError("Berkas kosong.", found=name, action="kirim ulang berkas yang berisi tabel")
    table = _workbook(data, name) if Path(name).suffix.lower() in _WORKBOOKS else _text(data, name)
    if not table.row_count:
        raise UserError("Berkas hanya berisi kepala tabel.", found=name, action="kirim ulang setelah diisi")
    return replace(table, sha256=hashlib.sha256(data).hexdigest())


def _text(data: bytes, name: str) -> RawTable:
    data = _as_utf8(data, name)
    start = _notes(data)
    before, first = data.count(b"\n", 0, start), data[start : data.find(b"\n", start)].decode()
    delimiter = max(_DELIMITERS, key=first.count)
    if delimiter not in first:
        raise UserError(
            "Berkas ini bukan tabel.",
            found=f"{name}: {first[:60]!r}",
            allowed="CSV atau Excel dengan kepala kolom",
            action="pilih berkas lain",
        )
    header = _unique(next(csv.reader([first], delimiter=delimiter)))
    table, malformed = _parse(pa.py_buffer(data)[start:], delimiter, header, name)
    numbers = np.arange(2, len(table) + len(malformed) + 2)
    numbers = numbers[~np.isin(numbers, np.fromiter(malformed, dtype=np.int64, count=len(malformed)))]
    swallowed = _swallowed(table, delimiter)
    for row in np.flatnonzero(swallowed):
        malformed[int(numbers[row])] = delimiter.join(table.slice(row, 1).to_pylist()[0].values())
    kept = ~swallowed & ~_blank(table)
    odd = {row + before: line for row, line in sorted(malformed.items()) if line.strip(_PADDING)}
    return RawTable(name, "", _rows(table, kept), numbers[kept] + before, odd)


def _as_utf8(data: bytes, name: str) -> bytes:
    """The text in UTF-8, its last line ended."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in data and not wide:
        raise UserError("Berkas ini bukan teks.", found=name, allowed="CSV atau Excel", action="pilih berkas lain")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        data = data.removeprefix(codecs.BOM_UTF8) if encoding == "utf-8-sig" else text.encode()
        data = data if b"\n" in data else data.replace(b"\r", b"\n")
        return data if data.endswith(b"\n") else data + b"\n"
    raise UserError(
        "Huruf di berkas ini tidak terbaca.",
        found=name,
        allowed="UTF-8, UTF-16, atau Windows-1252",
        action="simpan ulang sebagai UTF-8",
    )


def _notes(data: bytes) -> int:
    """Length of the leading lines that are blank or begin with '#' (source notes)."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        line = data[start:end].strip(_PADDING.encode())
        if line and not line.startswith(b"#"):
            break
        start = end + 1
    return start


def _parse(data: pa.Buffer, delimiter: str, header: list[str], name: str) -> tuple[pa.Table, dict[int, str]]:
    """Rows as wide as the header, and the others by their number, counted from the header."""
    malformed: dict[int, str] = {}

    def keep(row: pacsv.InvalidRow) -> str:
        malformed[row.number] = row.text
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(use_threads=False, column_names=header, skip_rows=1, block_size=_BLOCK_BYTES),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise UserError(
            "Tabel di berkas ini tidak terbaca.",
            found=f"{name} ({error})",
            allowed="CSV dengan kepala kolom",
            action="simpan ulang sebagai CSV atau Excel",
        ) from error
    return table, malformed


def _swallowed(table: pa.Table, delimiter: str) -> Bools:
    """Rows in which a stray quotation mark put the end of one line and the start of another into one cell."""
    found = np.zeros(len(table), dtype=bool)
    for column in table.columns:
        broken = pc.match_substring(column, "\n")
        if pc.any(broken).as_py():
            wide = pc.greater_equal(pc.count_substring(column, delimiter), table.num_columns - 1)
            found |= pc.and_(broken, wide).to_numpy()
    return found


def _workbook(data: bytes, name: str) -> RawTable:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise UserError(
            "Buku kerja tidak terbaca.",
            found=f"{name} ({error})",
            allowed="XLSX, XLS, atau ODS tanpa sandi",
            action="simpan ulang dari Excel",
        ) from error
    filled = {sheet: rows for sheet, rows in sheets.items() if len(rows) > _header_row(rows) + 1}
    chosen = _data_sheet(filled, name)
    rows = filled.get(chosen, [])
    start = _header_row(rows)
    header = _unique([_cell(value) for value in rows[start]]) if rows else []
    columns = zip(*([_cell(value) for value in row] for row in rows[start + 1 :]), strict=True)
    table = pa.table({text: pa.array(column, pa.string()) for text, column in zip(header, columns, strict=False)})
    kept = ~_blank(table)
    others = tuple(sheet for sheet in filled if sheet != chosen)
    return RawTable(name, "", _rows(table, kept), np.arange(start + 2, start + 2 + len(table))[kept], {}, others)


def _data_sheet(sheets: Mapping[str, Rows], name: str) -> str:
    """Name of the sheet with the widest header; raises UserError when that is more than one."""
    widths = {sheet: _text_cells(rows[_header_row(rows)]) for sheet, rows in sheets.items()}
    widest = [sheet for sheet, width in widths.items() if width == max(widths.values())]
    if len(widest) > 1:
        raise UserError(
            "Buku kerja berisi lebih dari satu lembar data.",
            found=f"{name}: {', '.join(widest)}",
            allowed="satu lembar data per berkas",
            action="simpan setiap lembar sebagai berkas sendiri",
        )
    return widest[0] if widest else ""


def _header_row(rows: Rows) -> int:
    """Position of the row with the most texts near the top: titles above it are narrower."""
    filled = [_text_cells(row) for row in rows[:HEADER_SEARCH_ROWS]]
    return int(np.argmax(filled)) if filled else 0


def _text_cells(row: Sequence[object]) -> int:
    return sum(isinstance(value, str) and bool(value.strip()) for value in row)


def _cell(value: object) -> str:
    """A cell as text. A number of 16 digits that ends in 0 was cut to 15 by Excel: it is shown as Excel shows it."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.14E}" if abs(value) >= EXACT_DIGITS and value % 10 == 0 else f"{value:.0f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value)


def _unique(header: list[str]) -> list[str]:
    """Headers told apart: an empty one is named by its place, a repeated one numbered by it."""
    names: list[str] = []
    for place, text in enumerate(header, start=1):
        name = text.strip() or f"kolom {place}"
        while name in names:
            name = f"{name} ({place})"
        names.append(name)
    return names


def _blank(table: pa.Table) -> Bools:
    blank = np.ones(len(table), dtype=bool)
    for column in table.columns:
        if not blank.any():
            break
        blank &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    return blank


def _rows(table: pa.Table, kept: Bools) -> pa.Table:
    return table if kept.all() else table.filter(pa.array(kept))
