"""What every reader gives: text cells under a header, each row with its number, and what was done on the way."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import recap
from ipsm_analytics.intake.formats import FORMATS, header_key

HEADER_SEARCH_ROWS = 15
SHEET_ROWS = 2_000_000
MAX_SHEETS = 1000
MAX_COLUMNS = 16_384
LABEL_CHARACTERS = 200
_LETTER = re.compile(r"[^\W\d_]")
_PERSONAL_NUMBER = re.compile(r"\d{12}")
Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RawTable:
    """Text cells as sent.

    Attributes:
        name: name of the file without folders, printable.
        sha256: hash of the file's bytes.
        cells: one text column a header.
        row_numbers: number of each row of `cells`, ascending: the row in the file, the first line or row being 1;
            from the second of several sheets on SHEET_ROWS more a sheet (see `place`).
        malformed: row number -> text of rows whose number of cells differs from the header.
        other_sheets: sheets of the workbook that hold rows and were not read.
        sheets: sheets that were read, in the order of their rows; () for text.
        remarks: sentences on what was done that the sender may not expect.
        by_cell: the rows are the cells of recaps, numbered as `recap.place` tells.
    """

    name: str
    sha256: str
    cells: pa.Table
    row_numbers: Ints
    malformed: Mapping[int, str]
    other_sheets: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    by_cell: bool = False

    @property
    def row_count(self) -> int:
        """Rows read, blank ones left out."""
        return len(self.cells) + len(self.malformed)

    def portions(self, rows: int) -> Iterator[RawTable]:
        """The same file some rows at a time, in order; a row of another width goes with those before it."""
        odd = sorted(self.malformed)
        for start in range(0, max(len(self.cells), 1), rows):
            numbers = self.row_numbers[start : start + rows]
            last = start + rows >= len(self.cells)
            taken = len(odd) if last else bisect_left(odd, int(self.row_numbers[start + rows]))
            malformed, odd = {row: self.malformed[row] for row in odd[:taken]}, odd[taken:]
            yield replace(self, cells=self.cells.slice(start, rows), row_numbers=numbers, malformed=malformed)

    def place(self, row_number: int) -> str:
        """Where a row stands, in words; '' where its number says it all."""
        several = len(self.sheets) > 1
        sheet, row = divmod(row_number, SHEET_ROWS) if several else (0, row_number)
        where = recap.place(row) if self.by_cell else f"baris {row}"
        return f"lembar {self.sheets[sheet]}, {where}" if several else where if self.by_cell else ""


def header_position(rows: Sequence[Sequence[str]]) -> int:
    """Position of the header in the first rows: the one with the most texts, titles above it being narrower.

    A row that names two or more columns of a known format comes before any other.
    """
    scores = [header_score(row) for row in rows]
    return scores.index(max(scores)) if scores else 0


def header_score(row: Sequence[str]) -> tuple[int, int]:
    """How much a row looks like a header: known column names in it (none if only one), and texts."""
    known = sum(header_key(value[:LABEL_CHARACTERS]) in _known_headers() for value in row)
    return known if known > 1 else 0, text_cells(row)


def text_cells(row: Sequence[str]) -> int:
    """Cells with a letter in them."""
    return sum(bool(_LETTER.search(value)) for value in row)


def column_names(header: Sequence[str], name: str) -> list[str]:
    """Headers on one line each, told apart: an empty one is named by its place, a repeated one numbered by it.

    Raises UserError when there are too many, or when the row is no header but a person's.
    """
    if len(header) > MAX_COLUMNS:
        found, action = f"{name}: {len(header)} kolom", "buang kolom yang tidak dipakai"
        raise UserError("Kolom terlalu banyak.", found=found, allowed=f"paling banyak {MAX_COLUMNS} kolom", action=action)
    if any(_PERSONAL_NUMBER.search(text) for text in header):
        raise UserError(
            "Kepala tabel tidak ditemukan.",
            found=name,
            allowed=f"nama kolom di salah satu dari {HEADER_SEARCH_ROWS} baris pertama",
            action="tambahkan baris nama kolom di atas data",
        )
    names: dict[str, None] = {}
    for place, text in enumerate(header, start=1):
        label = _label(text) or f"kolom {place}"
        while label in names:
            label = f"{label} ({place})"
        names[label] = None
    return list(names)


def titles_remark(rows: int, header_row: int) -> tuple[str, ...]:
    """What is said of rows above the header."""
    return (f"Kepala tabel ada di baris {header_row}; {rows} baris di atasnya dianggap judul.",) if rows else ()


def blank(table: pa.Table) -> Bools:
    """(rows) True where every cell is empty or blanks."""
    found = np.ones(len(table), dtype=bool)
    for column in table.columns:
        if not found.any():
            break
        found &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    return found


def filtered(table: pa.Table, kept: Bools) -> pa.Table:
    """The rows kept; the table itself where that is all of them."""
    return table if kept.all() else table.filter(pa.array(kept))


def printable(text: str) -> str:
    """A name as it may be shown: without line breaks and control characters, and not too long."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= LABEL_CHARACTERS else shown[: LABEL_CHARACTERS - 1] + "…"


@cache
def _known_headers() -> frozenset[str]:
    return frozenset(header_key(alias) for form in FORMATS for aliases in form.columns.values() for alias in aliases)


def _label(text: str) -> str:
    return printable(" ".join(text.split()))
