"""How far the cells of a sheet reach and what is hidden in it; and the limits within which a workbook is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ipsm_analytics.errors import UserError

MAX_ROWS = 1_048_576
MAX_CELLS = 25_000_000
MAX_CHARACTERS = 1 << 29
Spans = list[tuple[int, int]]


@dataclass
class Layout:
    """One sheet, seen without its cells.

    Attributes:
        rows: number of the last row with a value.
        columns: number of the last column with a value.
        characters: length of all its texts, a shared text counted wherever it is used; 0 where none is long.
        hidden_rows: first and last number of hidden rows, from 1 on.
        hidden_columns: the same of columns.
    """

    name: str
    rows: int = 0
    columns: int = 0
    characters: int = 0
    hidden_rows: Spans = field(default_factory=list)
    hidden_columns: Spans = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """Takes note of a value in this cell."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


def check_extent(layouts: Iterable[Layout], name: str) -> None:
    """Raises UserError when the sheets would need more memory than they may: what counts is their whole rectangle."""
    seen = list(layouts)
    cells = sum(layout.rows * layout.columns for layout in seen)
    if cells > MAX_CELLS or any(layout.rows > MAX_ROWS for layout in seen):
        raise UserError(
            "Lembar di buku kerja ini terlalu luas.",
            found=f"{name}: {cells} sel sampai sel terjauh yang berisi",
            allowed=f"paling banyak {MAX_CELLS} sel",
            action="hapus isian yang jauh di luar tabel, atau bagi menjadi beberapa berkas",
        )
    if sum(layout.characters for layout in seen) > MAX_CHARACTERS:
        raise UserError(
            "Teks di buku kerja ini terlalu panjang.",
            found=name,
            allowed=f"paling banyak {MAX_CHARACTERS >> 20} juta huruf",
            action="pendekkan sel yang panjang, atau bagi menjadi beberapa berkas",
        )


def broken(name: str) -> UserError:
    """The error for a workbook that is cut off or damaged."""
    return UserError(
        "Buku kerja tidak terbaca.",
        found=f"{name} (rusak atau terpotong)",
        allowed="XLSX, XLSM, XLS, atau ODS tanpa sandi",
        action="kirim ulang, atau simpan ulang dari Excel",
    )


def locked(name: str) -> UserError:
    """The error for a workbook with a password."""
    return UserError(
        "Buku kerja terkunci dengan sandi.",
        found=name,
        allowed="XLSX, XLSM, XLS, atau ODS tanpa sandi",
        action="buka di Excel, hapus sandinya, lalu simpan ulang",
    )


def other_kind(name: str, found: str) -> UserError:
    """The error for a file that is packed like a workbook and is none."""
    return UserError(
        "Berkas ini bukan buku kerja.",
        found=f"{name} ({found})",
        allowed="XLSX, XLSM, XLS, ODS, atau CSV",
        action="simpan ulang sebagai XLSX",
    )


def hidden_among(spans: Spans, numbers: Sequence[int]) -> Spans:
    """The hidden ones of these ascending numbers, neighbours joined."""
    found: Spans = []
    ordered = iter(sorted(spans))
    span = next(ordered, None)
    for number in numbers:
        while span and span[1] < number:
            span = next(ordered, None)
        if span is None:
            break
        if span[0] <= number:
            joined = bool(found) and found[-1][1] == number - 1
            found[-1:] = [(found[-1][0], number)] if joined else [*found[-1:], (number, number)]
    return found
