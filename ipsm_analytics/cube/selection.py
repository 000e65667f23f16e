"""What is asked of the cube, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ipsm_analytics.errors import InternalError

Quantity = Literal[
    "cases",
    "persons",
    "persons_verified",
    "persons_assessed",
    "persons_served",
    "persons_done",
    "persons_matchable",
    "persons_unmatched",
    "reports",
    "cases_due",
    "cases_prompt",
    "cases_open",
    "referrals",
    "referrals_done",
    "psm_registered",
    "psm_active",
    "persons_listed",
    "listed",
    "poor",
    "poor_unaided",
    "aid_checked",
    "aid_misplaced",
    "aided",
    "desil_unknown",
]
Trait = tuple[str, str]
"""A property of cases beside area, time, slice, sex and age, and one of its labels: ('fokus', 'EKONOMI')."""
NOBODY: frozenset[Quantity] = frozenset({"reports", "psm_registered", "psm_active"})
"""Quantities that count no person in need: never too few to be shown."""
WITHOUT_REPORT: frozenset[Quantity] = NOBODY | {
    "listed",
    "poor",
    "poor_unaided",
    "aid_checked",
    "aid_misplaced",
    "aided",
    "desil_unknown",
}
"""Quantities that are known of an area whether it reported or not."""
Ints = npt.NDArray[np.int64]


class Month(NamedTuple):
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """Month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Month written YYYY-MM; raises ValueError otherwise."""
        first = date.fromisoformat(f"{text}-01")
        return cls(first.year, first.month)

    @property
    def ordinal(self) -> int:
        """Months since year 0, so that differences count months."""
        return self.year * 12 + self.month - 1

    @property
    def first_day(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Last day of the month."""
        return self.plus(1).first_day - timedelta(days=1)

    def plus(self, months: int) -> Month:
        """The month that many later."""
        years, month = divmod(self.ordinal + months, 12)
        return Month(years, month + 1)


def month_label(month: Month) -> str:
    """YYYY-MM."""
    return f"{month.year:04d}-{month.month:02d}"


class Window(NamedTuple):
    """Whole months, both ends included."""

    first: Month
    last: Month

    @property
    def length(self) -> int:
        """Number of months."""
        return self.last.ordinal - self.first.ordinal + 1

    def months(self) -> list[Month]:
        """Every month of the window."""
        return [self.first.plus(step) for step in range(self.length)]

    def shifted(self, months: int) -> Window:
        """The same span that many months later."""
        return Window(self.first.plus(months), self.last.plus(months))


@dataclass(frozen=True)
class Selection:
    """Cells asked for: the product of areas × slices × windows, for one sex and age band if given, with all of the traits.

    Sex and age are counted for `cases` only; InternalError otherwise.
    """

    quantity: Quantity
    areas: tuple[str, ...]
    slices: tuple[str, ...]
    windows: tuple[Window, ...]
    sex: str | None = None
    age: str | None = None
    traits: tuple[Trait, ...] = ()

    def __post_init__(self) -> None:
        if self.quantity != "cases" and (self.sex or self.age):
            raise InternalError(f"{self.quantity} are not counted by sex or age")


@dataclass(frozen=True)
class Counts:
    """Counts for a selection.

    Attributes:
        values: (windows × slices × areas) counts.
        reported: (windows × areas) kelurahan-months with a report.
        expected: (windows × areas) kelurahan-months in the window.
    """

    selection: Selection
    values: Ints
    reported: Ints
    expected: Ints
