"""Figures made of rows that need no chart library: combinations, an age pyramid, groups with their parts, a heat table."""

from __future__ import annotations

from dataclasses import dataclass


def percent_of(value: float, highest: float) -> float:
    """Length of a bar in percent of the longest; 0 for a value that is no number."""
    return round(100 * value / highest, 2) if value > 0 and highest > 0 else 0.0


@dataclass(frozen=True)
class Member:
    """One column of an Upset: its name, what stands at its head, and the colour of its dots."""

    name: str
    head: str
    colour: str


@dataclass(frozen=True)
class Combination:
    """One row of an Upset: which members it holds, its size and how that is written; `held` is empty for a row of many."""

    name: str
    held: tuple[bool, ...]
    value: float
    text: str


@dataclass(frozen=True)
class Upset:
    """Disjoint combinations from top to bottom, each with a dot for every member it holds and a bar (Lex et al., 2014)."""

    members: tuple[Member, ...]
    rows: tuple[Combination, ...]

    @property
    def highest(self) -> float:
        """Value of the longest bar; withheld rows have none."""
        return max((row.value for row in self.rows if row.value > 0), default=0.0)


@dataclass(frozen=True)
class Band:
    """One age band with its two values and how they are written."""

    name: str
    left: float
    right: float
    left_text: str
    right_text: str


@dataclass(frozen=True)
class Pyramid:
    """Bands from top to bottom on one scale for both sides; `rest` holds (name, value, text) of what has no side."""

    heads: tuple[str, str]
    bands: tuple[Band, ...]
    rest: tuple[tuple[str, float, str], ...]

    @property
    def highest(self) -> float:
        """Value of the longest bar."""
        values = [*(value for band in self.bands for value in (band.left, band.right)), *(value for _, value, _ in self.rest)]
        return max((value for value in values if value > 0), default=0.0)


@dataclass(frozen=True)
class Line:
    """Persons and cases of one group or category as numbers and as written, and how the cases moved."""

    name: str
    persons: float
    cases: float
    persons_text: str
    cases_text: str
    change: str


@dataclass(frozen=True)
class Section:
    """A group and the categories inside it."""

    colour: str
    whole: Line
    parts: tuple[Line, ...]


@dataclass(frozen=True)
class Breakdown:
    """Groups with their categories, persons and cases side by side on one scale; `heads` names persons, cases, change."""

    heads: tuple[str, str, str]
    sections: tuple[Section, ...]

    @property
    def highest(self) -> float:
        """Value of the longest bar."""
        lines = [line for section in self.sections for line in (section.whole, *section.parts)]
        return max((value for line in lines for value in (line.persons, line.cases) if value > 0), default=0.0)


@dataclass(frozen=True)
class HeatCell:
    """One cell: what is written, the first line large, and the colour that says the same."""

    lines: tuple[str, ...]
    colour: str


@dataclass(frozen=True)
class HeatRow:
    """A name, its coloured cells, and plain notes at the end."""

    name: str
    cells: tuple[HeatCell, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Heat:
    """Rows by columns, each cell with its number or state in words; `heads` names the rows, the cells and the notes."""

    heads: tuple[str, ...]
    rows: tuple[HeatRow, ...]


Drawn = Upset | Pyramid | Breakdown | Heat
