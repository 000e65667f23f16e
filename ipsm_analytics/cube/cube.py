"""The cube itself: prefix sums over months, so any window is one subtraction or one look-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ipsm_analytics.cube import axes
from ipsm_analytics.cube.selection import Counts, Ints, Month, Selection, Window
from ipsm_analytics.reference import population

Whole = npt.NDArray[np.integer[Any]]
STAGE_OF = {"persons": "reported", "persons_verified": "verified", "persons_served": "served"}


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts of one data version; all arrays are read-only.

    With M months, N of them holding cases, S slices, A areas of all levels, K kelurahan:

    Attributes:
        version: data version it was built from.
        first: first month on the time axis.
        busy: (N) months that hold cases, counted from `first`; a stray old date costs one row, not all between.
        cases: (N+1 × S × A) cases up to a busy month.
        persons: stage -> one array a level (kelurahan, kecamatan, city) of (N(N+1)/2 × S × areas of the level)
            distinct persons in each window [a, b] of busy months, rows ordered by a then b.
        profile: (N+1 × S × K × sexes × ages) cases up to a busy month.
        reports: (M+1 × A) kelurahan-months with a report (a case or an explicit nihil) up to a month.
        cutoff: newest day a case was reported or anything reached the office; None when empty.
        sample_cases: cases marked DATA CONTOH.
        unidentified: cases whose person could not be keyed (no NIK, no name with birth date).
    """

    version: int
    first: Month
    busy: Ints
    cases: npt.NDArray[np.int32]
    persons: Mapping[str, tuple[Whole, ...]]
    profile: npt.NDArray[np.int32]
    reports: npt.NDArray[np.int32]
    cutoff: date | None
    sample_cases: int
    unidentified: int

    @property
    def month_count(self) -> int:
        """Months on the time axis."""
        return len(self.reports) - 1

    @property
    def span(self) -> Window | None:
        """First to last month; None when the cube is empty."""
        return Window(self.first, self.first.plus(self.month_count - 1)) if self.month_count else None

    def residents(self, area: str) -> int:
        """Population of an area, by the reference in force."""
        return population.by_area(area)

    @property
    def total_cases(self) -> int:
        """All cases of the version."""
        return int(self.cases[-1, 0, -1])

    def last_full_month(self) -> Month | None:
        """Newest month that had ended at the cut-off."""
        if self.cutoff is None:
            return None
        return Month.of(self.cutoff + timedelta(days=1)).plus(-1)

    def is_settled(self, month: Month, settle_days: int) -> bool:
        """True when late reports of a month are expected to be in: its end lies `settle_days` before the cut-off."""
        return self.cutoff is not None and month.last_day + timedelta(days=settle_days) <= self.cutoff

    def select(self, selection: Selection) -> Counts:
        """Counts for a selection; windows outside the time axis count nothing.

        Raises KeyError for an area or slice that does not exist.
        """
        area, slices = axes.area_positions(selection.areas), axes.slice_positions(selection.slices)
        first, last = _ends(selection.windows) - self.first.ordinal
        edges = [np.minimum(np.maximum(edge, 0), self.month_count)[:, None] for edge in (first, last + 1)]
        reported = (self.reports[edges[1], area] - self.reports[edges[0], area]).astype(np.int64)
        expected = (last + 1 - first)[:, None] * axes.sizes()[area]
        if selection.quantity == "reports":
            values = np.repeat(reported[:, None, :], len(slices), axis=1)
        else:
            low, high = np.searchsorted(self.busy, first), np.searchsorted(self.busy, last, side="right")
            values = self._values(selection, low, high, slices, area)
        return Counts(selection, values, reported, expected)

    def _values(self, selection: Selection, low: Ints, high: Ints, slices: Ints, area: Ints) -> Ints:
        """Counts of the busy months from `low` up to, not including, `high`."""
        if selection.sex is not None or selection.age is not None:
            return self._profile(selection, low, high, slices, area)
        if selection.quantity == "cases":
            cells = slices[:, None], area[None, :]
            return (self.cases[high[:, None, None], *cells] - self.cases[low[:, None, None], *cells]).astype(np.int64)
        values = np.zeros((len(low), len(slices), len(area)), dtype=np.int64)
        known = np.flatnonzero(low < high)
        row = window_row(low[known], high[known] - 1, len(self.busy))[:, None, None]
        for level, where, inside in axes.by_level(selection.areas):
            counts = self.persons[STAGE_OF[selection.quantity]][level]
            values[known[:, None, None], np.arange(len(slices))[:, None], where] = counts[row, slices[:, None], inside]
        return values

    def _profile(self, selection: Selection, low: Ints, high: Ints, slices: Ints, area: Ints) -> Ints:
        sexes = slice(None) if selection.sex is None else [axes.SEX_LABELS.index(selection.sex)]
        ages = slice(None) if selection.age is None else [axes.AGE_LABELS.index(selection.age)]
        block = self.profile[high[:, None], slices] - self.profile[low[:, None], slices]
        by_kelurahan = block[:, :, :, sexes][..., ages].sum(axis=(3, 4), dtype=np.int64)
        return np.asarray(by_kelurahan @ axes.membership()[area].T, dtype=np.int64)


@lru_cache(maxsize=1024)
def _ends(windows: tuple[Window, ...]) -> Ints:
    """(2 × windows) first and last month."""
    return np.array([[window.first.ordinal, window.last.ordinal] for window in windows], dtype=np.int64).reshape(-1, 2).T


def window_row(low: Ints, high: Ints, months: int) -> Ints:
    """Rows of windows [low, high] among all windows ordered by start, then end."""
    return low * months - low * (low - 1) // 2 + high - low
