"""Monthly counts as the methods of time take them: exposure, months left out, season and moving holidays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import InternalError
from ipsm_analytics.reference import events
from ipsm_analytics.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
YEAR = 12
SEASON_MONTHS = 2 * YEAR
"""Months below which season and change cannot be told apart: each calendar month must be seen twice."""
MONTH_FACTORS = 5 * YEAR
"""Months from which every calendar month has a factor of its own; below, two pairs of harmonics."""
PAIRS = 2
CLOSING_DAYS = 10
"""Days before Lebaran that have an effect of their own."""


class Why(StrEnum):
    """Why no answer is given."""

    MONTHS = "bulan_kurang"
    CASES = "kasus_kurang"
    GAPS = "bulan_kosong"
    HOLIDAYS = "hari_raya_belum_dicatat"
    ERROR = "galat_tidak_lebih_kecil"
    ORIGINS = "lebih_sering_kalah"


@dataclass(frozen=True, eq=False)
class MonthlyCounts:
    """Counts of consecutive months.

    Attributes:
        first: month of the first count.
        counts: (M,) whole counts; NaN where the month was not reported, which is never zero.
        effort: (M,) what the counts are per, beside the days of the month: persons, or kelurahan that reported. None: days alone.
        unsettled: how many of the last months may still change and are left out.

    Raises InternalError for a negative count, or an effort that is not positive where a month was reported.
    """

    first: Month
    counts: Floats
    effort: Floats | None = None
    unsettled: int = 0

    def __post_init__(self) -> None:
        if np.any(self.counts < 0) or np.any(self.exposure[self.usable] <= 0):
            raise InternalError("a count is negative or the effort of a reported month is not positive")

    @cached_property
    def months(self) -> list[Month]:
        """The M months."""
        return [self.first.plus(step) for step in range(len(self.counts))]

    @cached_property
    def usable(self) -> Flags:
        """(M,) months that are reported and settled."""
        settled = np.arange(len(self.counts)) < len(self.counts) - self.unsettled
        return np.asarray(np.isfinite(self.counts) & settled)

    @cached_property
    def exposure(self) -> Floats:
        """(M,) days of the month × effort."""
        days = np.array([month.last_day.day for month in self.months], dtype=np.float64)
        return days if self.effort is None else days * self.effort

    @property
    def window(self) -> Window:
        """From the first month to the last, the unsettled ones included."""
        return Window(self.months[0], self.months[-1])

    def until(self, length: int) -> MonthlyCounts:
        """The first `length` months, none of them unsettled."""
        return MonthlyCounts(self.first, self.counts[:length], None if self.effort is None else self.effort[:length])

    def refused(self, months: int, cases: int) -> Refusal | None:
        """Why nothing may be concluded: fewer usable months or cases than needed, or a Ramadan not in the table of events."""
        found, total = int(self.usable.sum()), float(self.counts[self.usable].sum())
        if found < months:
            return Refusal(Why.MONTHS, found, months)
        if total < cases:
            return Refusal(Why.CASES, total, cases)
        return unlisted(self.window)


def unlisted(window: Window) -> Refusal | None:
    """The year of the window whose Ramadan is not in the table of events, and the nearest year that is."""
    if events.fasts_known(window.first.first_day, window.last.last_day):
        return None
    listed = [event.start.year for event in events.fasts()]
    if window.first.year < listed[0]:
        return Refusal(Why.HOLIDAYS, window.first.year, listed[0])
    return Refusal(Why.HOLIDAYS, window.last.year, listed[-1])


def season_terms(months: list[Month], length: int) -> Floats:
    """(M, 4) two pairs of harmonics of the year, or from 60 months of `length` (M, 11) one indicator a calendar month."""
    place = np.array([month.month - 1 for month in months])
    if length >= MONTH_FACTORS:
        return np.asarray(np.eye(YEAR)[place][:, 1:])
    turns = 2 * np.pi * np.outer(place, np.arange(1, PAIRS + 1)) / YEAR
    return np.hstack([np.cos(turns), np.sin(turns)])


def holiday_terms(months: list[Month]) -> Floats:
    """(M, 2) share of the month's days in Ramadan before its last ten days, and in the ten days before Lebaran.

    Ramadan moves by some 11 days a year, so that calendar months alone would take it for a trend (Bell & Hillmer,
    JASA 78, 1983: a holiday's effect is spread over months by its days).
    """
    found = [events.fasting_days(month.first_day, month.last_day, CLOSING_DAYS) for month in months]
    return np.asarray(np.array(found, dtype=np.float64) / np.array([[month.last_day.day] for month in months]))


def years(months: list[Month]) -> Floats:
    """(M,) time of the months in years, zero at the first."""
    return np.array([(month.ordinal - months[0].ordinal) / YEAR for month in months])


def nuisance_terms(months: list[Month], length: int) -> Floats:
    """(M, 1 + K) what is no trend: a constant, the season and the holidays, those that occur in these months."""
    terms = np.hstack([np.ones((len(months), 1)), season_terms(months, length), holiday_terms(months)])
    return np.asarray(terms[:, terms.any(axis=0)])
