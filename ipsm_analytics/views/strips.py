"""Short lists of values drawn as rows on one scale from zero, light enough to need no chart library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Mark = Literal["titik", "batang"]


@dataclass(frozen=True)
class Row:
    """One value with its 95% interval, and how it is written; NaN where there is no number."""

    name: str
    value: float
    lower: float
    upper: float
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Strip:
    """Rows from top to bottom as dots or bars.

    Attributes:
        highest: value at the right end of the scale.
        reference: a value all rows are held against, and its name.
        wordy: names are sentences and need more room than the bars.
    """

    rows: tuple[Row, ...]
    mark: Mark
    highest: float
    reference: tuple[float, str] | None = None
    wordy: bool = False

    def place(self, value: float) -> float:
        """Where a value lies, in percent of the scale."""
        return round(100 * min(max(value / self.highest, 0), 1), 2) if self.highest > 0 else 0.0


def against(rows: Sequence[Row], reference: float, name: str) -> Strip:
    """Dots with intervals beside a reference; the scale ends at the widest interval."""
    return Strip(tuple(rows), "titik", max([reference, *(row.upper for row in rows)]), (reference, name))


def shares(rows: Sequence[Row]) -> Strip:
    """Bars of percentages, lowest to highest as given."""
    return Strip(tuple(rows), "batang", 100.0)


def counts(rows: Sequence[Row]) -> Strip:
    """Bars of counts with sentences for names; the longest fills the scale."""
    return Strip(tuple(rows), "batang", max((row.value for row in rows), default=0.0), wordy=True)
