"""Which numbers have lost their dot, decided by the printed sums; and which printed sums are wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ipsm_analytics.intake.recap.layout import Layout
from ipsm_analytics.intake.recap.numbers import DOT_LIMIT, Number

Cell = tuple[int, int]
LEAST_NEIGHBOUR = 100
FURTHEST = 20_000
"""Thousands missing from a sum, at most, that are looked for among its parts."""
_AS_IT_STANDS, _THOUSANDS = 1, DOT_LIMIT


@dataclass(frozen=True)
class Line:
    """A printed sum: its place, what it says, and the cells it adds up."""

    row: int
    column: int
    printed: Number
    parts: tuple[Cell, ...]
    kind: str

    @property
    def meanings(self) -> tuple[int, ...]:
        """Sums it can mean."""
        whole = self.printed.kind == "bulat"
        return (self.printed.value, self.printed.value * DOT_LIMIT) if whole else (self.printed.value,)


@dataclass(frozen=True)
class Decision:
    """Outcome for all cells.

    Attributes:
        values: cell -> count, for the cells that have one.
        thousands: column -> cells read as thousands; why: column -> the reason.
        unclear: columns whose numbers cannot be told.
        wrong: printed sums that differ from their parts -> what the parts add up to.
    """

    values: Mapping[Cell, int]
    thousands: Mapping[int, tuple[Cell, ...]]
    why: Mapping[int, str]
    unclear: frozenset[int]
    wrong: Mapping[Line, int]


@dataclass
class _Claims:
    """What the sums say: cell -> factors it must be taken with; cells left open by a sum; cells under a legible sum."""

    factors: defaultdict[Cell, set[int]] = field(default_factory=lambda: defaultdict(set))
    kinds: defaultdict[Cell, set[str]] = field(default_factory=lambda: defaultdict(set))
    left_open: set[Cell] = field(default_factory=set)
    covered: set[Cell] = field(default_factory=set)


def lines(layout: Layout, numbers: Mapping[Cell, Number]) -> Iterator[Line]:
    """The printed sums of a recap: of rows, of columns, and of the whole."""
    of_row = {row: (row,) for row in layout.areas} | dict(layout.sums)
    of_column = {column: (column,) for column in layout.counts} | dict(layout.totals)
    for row, rows in of_row.items():
        for column, columns in of_column.items():
            across, down = column in layout.totals, row in layout.sums
            if (across or down) and (row, column) in numbers:
                kind = "tabel" if across and down else "baris" if across else "kolom"
                yield Line(row, column, numbers[row, column], tuple((r, c) for r in rows for c in columns), kind)


def decide(layout: Layout, numbers: Mapping[Cell, Number]) -> Decision:
    """Counts of the cells of a recap; `numbers` holds every cell of its rows and columns, its sums included."""
    printed = [line for line in lines(layout, numbers) if line.printed.kind not in ("kosong", "tidak terbaca")]
    claims = _Claims()
    dotless = any(number.kind == "pecahan" for number in numbers.values())
    for line in printed:
        if line.kind != "tabel":
            _claim(line, numbers, claims, dotless=dotless)
    values: dict[Cell, int] = {}
    thousands, why, unclear = {}, {}, set()
    for column in layout.counts:
        cells = {(row, column): numbers[row, column] for row in layout.areas}
        cells = {cell: number for cell, number in cells.items() if number.kind not in ("kosong", "tidak terbaca")}
        if not _is_clear(cells, claims):
            unclear.add(column)
            continue
        raised = tuple(c for c, n in cells.items() if n.kind == "pecahan" or claims.factors[c] == {_THOUSANDS})
        values |= {cell: number.value for cell, number in cells.items()}
        values |= {cell: cells[cell].value * DOT_LIMIT for cell in raised if cells[cell].kind == "bulat"}
        if raised:
            thousands[column], why[column] = raised, _reason(raised, claims)
    return Decision(values, thousands, why, frozenset(unclear), _wrong(printed, values, numbers))


def _claim(line: Line, numbers: Mapping[Cell, Number], claims: _Claims, *, dotless: bool) -> None:
    """Adds what one printed sum proves; of small whole numbers in a sheet that has lost dots, a fitting sum proves nothing."""
    parts = {cell: numbers[cell] for cell in line.parts if numbers[cell].kind != "kosong"}
    if any(number.kind == "tidak terbaca" for number in parts.values()):
        return
    claims.covered |= set(parts)
    base = sum(number.value for number in parts.values())
    if base in line.meanings:
        if dotless and base == line.printed.value < DOT_LIMIT and line.printed.kind == "bulat":
            return
        chosen: tuple[Cell, ...] = ()
    else:
        whole = {cell: number.value for cell, number in parts.items() if number.kind == "bulat"}
        found = [cells for meaning in line.meanings for cells in _raised(meaning - base, whole)]
        if len(found) != 1:
            claims.left_open |= set(whole) if found else set()
            return
        chosen = found[0]
    for cell in parts:
        claims.factors[cell].add(_THOUSANDS if cell in chosen else _AS_IT_STANDS)
        claims.kinds[cell].add(line.kind)


def _raised(missing: int, whole: Mapping[Cell, int]) -> list[tuple[Cell, ...]]:
    """The sets of cells that, read as thousands, add what is missing: all if there is one at most, else two of them."""
    wanted, rest = divmod(missing, DOT_LIMIT - 1)
    if rest or not 0 < wanted <= min(FURTHEST, sum(whole.values())):
        return []
    reached: dict[int, list[tuple[Cell, ...]]] = {0: [()]}
    for cell, value in whole.items():
        for total, sets in sorted(reached.items(), reverse=True):
            if total + value <= wanted:
                known = reached.setdefault(total + value, [])
                known += [(*one, cell) for one in sets][: 2 - len(known)]
    return reached.get(wanted, [])


def _is_clear(cells: Mapping[Cell, Number], claims: _Claims) -> bool:
    """True when each number of a column can mean only one count."""
    if any(len(claims.factors[cell]) > 1 or (cell in claims.left_open and not claims.factors[cell]) for cell in cells):
        return False
    if not any(number.kind == "pecahan" for number in cells.values()):
        return True
    open_cells = {cell: number for cell, number in cells.items() if not claims.factors[cell]}
    beside = [number.value for number in cells.values() if number.kind != "pecahan" and number.value]
    large = bool(beside) and min(beside) > LEAST_NEIGHBOUR
    return all(
        (number.decimals == 3 and large and cell not in claims.covered)
        if number.kind == "pecahan"
        else number.value == 0 or number.kind == "pasti" or number.value > LEAST_NEIGHBOUR
        for cell, number in open_cells.items()
    )


def _reason(raised: Sequence[Cell], claims: _Claims) -> str:
    kinds = sorted({kind for cell in raised for kind in claims.kinds[cell]})
    if all(claims.factors[cell] for cell in raised):
        return "karena cocok dengan jumlah " + " dan ".join(kinds)
    return f"karena angka lain di kolom ini bilangan bulat di atas {LEAST_NEIGHBOUR}"


def _wrong(printed: Sequence[Line], values: Mapping[Cell, int], numbers: Mapping[Cell, Number]) -> dict[Line, int]:
    """Printed sums that differ from the sum of their parts; those with a part that has no count cannot be checked."""
    wrong = {}
    for line in printed:
        parts = [cell for cell in line.parts if numbers[cell].kind != "kosong"]
        if all(cell in values for cell in parts):
            total = sum(values[cell] for cell in parts)
            if total not in line.meanings:
                wrong[line] = total
    return wrong
