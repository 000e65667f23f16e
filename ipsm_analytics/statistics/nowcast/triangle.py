"""Reports by day of report and days until they reached the office, as known on the cut-off day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.nowcast.ladder import Floats

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
LONGEST = 90
"""Days after which no report is expected any more; a paper report takes up to 60."""
WINDOW = 12
"""Whole months before the current one that are looked at."""
HALF_LIFE = 150
"""Days after which a report counts half as much for the delays: the way reports travel changes."""
_EPOCH = Month(1970, 1)


@dataclass(frozen=True)
class Triangle:
    """Reports of U units in the window: D days from `start` to `cutoff` (days since 1970), L = longest + 1 delays in days.

    Attributes:
        counts: U × D × L reports with an arrival date; undated: U × D known ones without; beyond: U × D that took longer.
        oldest: first day any report was made, also before the window.
    """

    counts: Ints
    undated: Ints
    beyond: Ints
    start: int
    cutoff: int
    oldest: int

    @property
    def days(self) -> Ints:
        """The D days of report."""
        return np.arange(self.start, self.cutoff + 1)

    @property
    def ages(self) -> Ints:
        """Days from each day of report to the cut-off."""
        return self.cutoff - self.days

    @property
    def longest(self) -> int:
        """Longest delay the triangle holds, in days."""
        return int(self.counts.shape[2]) - 1

    @property
    def month_of(self) -> Ints:
        """Position of the month of each day, 0 for the first of the window."""
        months: Ints = self.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return np.asarray(months - months[0])

    @property
    def months(self) -> tuple[Month, ...]:
        """The months of the window, the last one up to the cut-off day."""
        first = Month.of(np.datetime64(self.start, "D").item())
        return tuple(first.plus(step) for step in range(int(self.month_of[-1]) + 1))

    @property
    def settled(self) -> npt.NDArray[np.bool_]:
        """For each month of the window: not before the first report of all, and every delay has passed."""
        ends = np.array([_day(month.last_day) for month in self.months])
        seen = np.array([month >= Month.of(np.datetime64(self.oldest, "D").item()) for month in self.months])
        return np.asarray((ends + self.longest <= self.cutoff) & seen)

    def by_month(self, values: npt.NDArray[np.generic]) -> Floats:
        """Sums of ... × D values over the days of each month: ... × months."""
        starts = np.flatnonzero(np.diff(self.month_of, prepend=-1))
        return np.add.reduceat(values.astype(np.float64), starts, axis=-1)

    def cumulative(self) -> Floats:
        """Reports that had arrived after each delay, U × D × L, a day's weight halved every HALF_LIFE; NaN where not over yet.

        The weights are scaled so that the counts together weigh as many as they inform (Kish, Survey Sampling, 1965).
        """
        unknown = np.arange(self.longest + 1) > self.ages[:, np.newaxis]
        weight = 0.5 ** (self.ages / HALF_LIFE)
        weight *= weight.sum() / (weight**2).sum()
        return np.where(unknown, np.nan, np.cumsum(self.counts, axis=2) * weight[:, np.newaxis])


def triangle(
    reported: Days, arrived: Days, cutoff: date, unit: Ints | None = None, units: int = 1, *, longest: int = LONGEST
) -> Triangle:
    """Triangle of reports known on the cut-off day; a report that arrived later, or is dated later, is not in it.

    Args:
        reported, arrived: one day a report, datetime64[D]; NaT in `arrived` = no arrival date, known but not placed.
        unit: 0 ≤ unit < units of each report; None: all belong to one. An arrival before the report counts as the same day.
    """
    end = _day(cutoff)
    start = _day(Month.of(cutoff).plus(-WINDOW).first_day)
    dated = ~np.isnat(arrived)
    day = reported.astype("datetime64[D]").astype(np.int64)
    came = np.where(dated, arrived.astype("datetime64[D]").astype(np.int64), end)
    known = (day <= end) & (came <= end)
    oldest = int(day[known].min()) if known.any() else end + 1
    inside = known & (day >= start)
    place = (np.zeros(len(day), dtype=np.int64) if unit is None else unit) * (end - start + 1) + day - start
    delay = np.maximum(came - day, 0)
    shape = (units, end - start + 1)
    kept = inside & dated & (delay <= longest)
    return Triangle(
        _count(place[kept] * (longest + 1) + delay[kept], (*shape, longest + 1)),
        _count(place[inside & ~dated], shape),
        _count(place[inside & dated & (delay > longest)], shape),
        start,
        end,
        oldest,
    )


def _count(places: Ints, shape: tuple[int, ...]) -> Ints:
    return np.bincount(places, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)


def _day(day: date) -> int:
    return (day - _EPOCH.first_day).days
