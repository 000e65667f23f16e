"""Delimited text in any of the usual encodings to a table; every line is either a row or kept whole."""

from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.intake.readers.opening import Grid
from ipsm_analytics.intake.readers.recaps import recap_table
from ipsm_analytics.intake.readers.table import (
    HEADER_SEARCH_ROWS,
    Bools,
    Ints,
    RawTable,
    blank,
    column_names,
    filtered,
    header_position,
    header_score,
    titles_remark,
)

MAX_LINES = 10_000_000
MAX_CELLS = 100_000_000
MAX_MALFORMED = 1_000_000
_DELIMITERS = (",", ";", "\t", "|")
_PADDING = "".join(_DELIMITERS) + " \r\n"
_BLOCK_BYTES = 1 << 24
_HEAD_BYTES = 1 << 22
_STEP_BYTES = 1 << 20
_LEADING_ROWS = 10_000
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|meta|style|table|\?xml|\?mso)", re.IGNORECASE)
_ROW_NUMBER = re.compile(r"Row #(\d+)")


class _Record(NamedTuple):
    """One row near the top: its place among the rows, its cells, where the text after it begins.

    `torn` is True where a quotation mark stands inside a cell that is not quoted: most likely the row was cut wrongly.
    """

    place: int
    cells: list[str]
    end: int
    torn: bool


class _Head(NamedTuple):
    """The header under one delimiter, the titles above it, and how well that delimiter explains the top of the file."""

    score: tuple[int, int]
    delimiter: str
    header: _Record
    titles: int


def read_text(data: bytes, name: str) -> RawTable:
    """The table in a text, its hash left out; raises UserError when there is none."""
    text = _as_utf8(data, name)
    top = bytes(text[:_HEAD_BYTES]).decode(errors="ignore")
    head = _head(top, whole=len(text) <= _HEAD_BYTES)
    if head is None or _MARKUP.match(top):
        raise _no_table(top, name)
    _check_size(data, head.delimiter, name)
    if not any(form.fits(head.header.cells) for form in FORMATS) and (found := _recap(text, head.delimiter, name)):
        return found
    header = column_names(head.header.cells, name)
    first = head.header.place + 1
    rest = pa.py_buffer(text)[len(top[: head.header.end].encode()) :]
    table, numbers, malformed = _rows(rest, head.delimiter, header, first, name)
    swallowed = _swallowed(table, head.delimiter)
    for row in np.flatnonzero(swallowed):
        malformed[int(numbers[row])] = head.delimiter.join(table.slice(row, 1).to_pylist()[0].values())
    kept = ~swallowed & ~blank(table)
    remarks = titles_remark(head.titles, first)
    return RawTable(name, "", filtered(table, kept), numbers[kept], dict(sorted(malformed.items())), remarks=remarks)


def _recap(text: memoryview, delimiter: str, name: str) -> RawTable | None:
    """The text as a recap, if it is one; a long one is none."""
    if len(text) > _HEAD_BYTES:
        return None
    try:
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(bytes(text).decode()), delimiter=delimiter)]
    except csv.Error:
        return None
    return recap_table([Grid("", rows, [])], name)


def _as_utf8(data: bytes, name: str) -> memoryview:
    """The text in UTF-8 without a byte order mark; raises UserError when it is no text."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\x00" in data and not wide:
        raise _no_text(name)
    for encoding in ("utf-16",) if wide else ("utf-8", "cp1252", "latin-1"):
        try:
            text = _recoded(data, encoding)
        except UnicodeError:
            continue
        if wide and b"\x00" in text:
            raise _no_text(name)
        return memoryview(text)[len(codecs.BOM_UTF8) if text.startswith(codecs.BOM_UTF8) else 0 :]
    raise UserError(
        "Huruf di berkas ini tidak terbaca.",
        found=name,
        allowed="UTF-8, UTF-16, atau Windows-1252",
        action="simpan ulang sebagai UTF-8",
    )


def _recoded(data: bytes, encoding: str) -> bytes:
    """The text in UTF-8, a little at a time; UTF-8 itself is only checked. Raises UnicodeError."""
    decoder, written = codecs.getincrementaldecoder(encoding)(), io.BytesIO()
    for start in range(0, len(data), _STEP_BYTES):
        text = decoder.decode(data[start : start + _STEP_BYTES], start + _STEP_BYTES >= len(data))
        if encoding != "utf-8":
            written.write(text.encode())
    return data if encoding == "utf-8" else written.getvalue()


def _head(top: str, *, whole: bool) -> _Head | None:
    """The header under the delimiter that explains the top best; None when there is no table."""
    found = [head for delimiter in _DELIMITERS if (head := _head_under(top, delimiter, whole=whole))]
    return max(found, key=lambda head: head.score) if found else None


def _head_under(top: str, delimiter: str, *, whole: bool) -> _Head | None:
    """The header if rows are cut at this delimiter; None when no row has it.

    The score counts known names first, then how much of the top it explains: texts of the header times the square of
    the rows that are cut whole, so that commas inside one cell are no reason to cut there.
    """
    records = [record for record in _records(top, delimiter, whole=whole) if not _is_note(record.cells)]
    if not records:
        return None
    at = header_position([record.cells for record in records])
    known, texts = header_score(records[at].cells)
    if len(records[at].cells) < 2:
        return None
    cut = sum(len(record.cells) > 1 and not record.torn for record in records[at:])
    return _Head((known, texts * cut * cut), delimiter, records[at], at)


def _records(top: str, delimiter: str, *, whole: bool) -> Iterator[_Record]:
    """The first rows that are neither blank nor notes; one that the end of the top cuts off is left out."""
    cut = re.escape(delimiter)
    field = re.compile(rf'(?:"((?:[^"]|"")*+)"(?=[{cut}\r\n]|\Z)|([^{cut}\r\n]*+))({cut}|\r\n|\n|\r|\Z)')
    cells: list[str] = []
    torn = False
    at, place, given = 0, 0, 0
    while at < len(top) and given < HEADER_SEARCH_ROWS and place < _LEADING_ROWS:
        match = field.match(top, at)
        if match is None or (not match[3] and not whole):
            return
        at = match.end()
        cells.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        torn |= '"' in (match[2] or "")
        if match[3] == delimiter and at < len(top):
            continue
        cells += [""] * (match[3] == delimiter)
        if any(cell.strip() for cell in cells) and not _is_note(cells):
            given += 1
            yield _Record(place, cells, at, torn)
        cells, torn, place = [], False, place + 1


def _is_note(cells: list[str]) -> bool:
    """Whether a row is a note on the source; a column may be headed '#' alone."""
    first = cells[0].strip()
    return first.startswith("#") and (first != "#" or len(cells) == 1)


def _check_size(data: bytes, delimiter: str, name: str) -> None:
    """Raises UserError when the rows or cells are too many to be held."""
    lines, cells = data.count(b"\n"), data.count(delimiter.encode())
    if lines > MAX_LINES or cells > MAX_CELLS:
        raise UserError(
            "Baris di berkas ini terlalu banyak.",
            found=f"{name}: {lines} baris, {cells} pemisah kolom",
            allowed=f"paling banyak {MAX_LINES} baris dan {MAX_CELLS} sel",
            action="bagi menjadi beberapa berkas",
        )


def _rows(data: pa.Buffer, delimiter: str, header: list[str], before: int, name: str) -> tuple[pa.Table, Ints, dict[int, str]]:
    """Rows as wide as the header with their numbers, and the others by theirs; blank ones of another width left out."""
    malformed: dict[int, str] = {}
    empty = array("q")

    def keep(row: pacsv.InvalidRow) -> str:
        if not row.text.strip(_PADDING):
            empty.append(row.number + before)
        elif len(malformed) < MAX_MALFORMED:
            malformed[row.number + before] = row.text
        else:
            return "error"
        return "skip"

    try:
        table = _parsed(data, delimiter, header, keep) if data.size else _no_rows(header)
    except pa.ArrowInvalid as error:
        raise _unreadable(error, before, name) from None
    numbers = np.arange(before + 1, before + 1 + len(table) + len(malformed) + len(empty))
    others = np.concatenate([np.fromiter(malformed, np.int64, len(malformed)), np.frombuffer(empty, np.int64)])
    return table, numbers[~np.isin(numbers, others)] if len(others) else numbers, malformed


def _no_rows(header: list[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in header})


def _parsed(data: pa.Buffer, delimiter: str, header: list[str], keep: Callable[[pacsv.InvalidRow], str]) -> pa.Table:
    """Every row as text; `keep` is told of those of another width. Raises ArrowInvalid."""
    return pacsv.read_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(use_threads=False, column_names=header, block_size=_BLOCK_BYTES),
        parse_options=pacsv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
        ),
        convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
    )


def _swallowed(table: pa.Table, delimiter: str) -> Bools:
    """Rows in which a stray quotation mark put the end of one line and the start of another into one cell."""
    found = np.zeros(len(table), dtype=bool)
    for column in table.columns:
        broken = pc.match_substring(column, "\n")
        if pc.any(broken).as_py():
            wide = pc.greater_equal(pc.count_substring(column, delimiter), table.num_columns - 1)
            found |= pc.and_(broken, wide).to_numpy()
    return found


def _unreadable(error: pa.ArrowInvalid, before: int, name: str) -> UserError:
    """The parser's complaint without its words, which quote the row."""
    number = _ROW_NUMBER.search(str(error))
    place = f"{name}, baris {int(number[1]) + before}" if number else name
    found = f"{place}: satu baris lebih dari {_BLOCK_BYTES >> 20} MB" if "straddl" in str(error) else place
    return UserError(
        "Tabel di berkas ini tidak terbaca.",
        found=found,
        allowed=f"CSV dengan kepala kolom, paling banyak {MAX_MALFORMED} baris yang lebarnya lain",
        action="simpan ulang sebagai CSV atau Excel",
    )


def _no_text(name: str) -> UserError:
    return UserError("Berkas ini bukan teks.", found=name, allowed="CSV atau Excel", action="pilih berkas lain")


def _no_table(top: str, name: str) -> UserError:
    if not top.strip():
        return UserError("Berkas kosong.", found=name, action="kirim ulang berkas yang berisi tabel")
    if _MARKUP.match(top):
        return UserError(
            "Berkas ini halaman web (HTML/XML), bukan tabel.",
            found=name,
            allowed="CSV, XLSX, XLS, atau ODS",
            action="buka di Excel, lalu simpan ulang sebagai XLSX",
        )
    return UserError(
        "Berkas ini bukan tabel.", found=name, allowed="CSV atau Excel dengan kepala kolom", action="pilih berkas lain"
    )
