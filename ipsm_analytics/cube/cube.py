"""The cube itself: prefix sums over months, so any window is one subtraction or one look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from ipsm_analytics.cube import axes
from ipsm_analytics.cube.selection import Counts, Ints, Month, Selection, Window


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts of one data version; all arrays are read-only.

    With M months, S slices, A areas (kelurahan, kecamatan, city), K kelurahan:

    Attributes:
        version: data version it was built from.
        first: first month on the time axis.
        cases: (M+1 × S × A) cases up to a month.
        persons: stage -> (M(M+1)/2 × S × A) distinct persons in each window [a, b], rows ordered by a then b.
        profile: (M+1 × S × K × sexes × ages) cases up to a month.
        reported: (M × K) whether a kelurahan reported in a month (a case or an explicit nihil).
        cutoff: newest day any case was reported or reached the office; None when empty.
        sample_cases: cases marked DATA CONTOH.
        unidentified: cases whose person could not be keyed (no NIK, no name with birth date).
    """

    version: int
    first: Month
    cases: Ints
    persons: dict[str, npt.NDArray[np.integer]]
    profile: npt.NDArray[np.int32]
    reported: npt.NDArray[np.bool_]
    cutoff: date | None
    sample_cases: int
    unidentified: int

    @property
    def month_count(self) -> int:
        """Months on the time axis."""
        return len(self.reported)

    @property
    def span(self) -> Window | None:
        """First to last month; None when the cube is empty."""
        return Window(self.first, self.first.plus(self.month_count - 1)) if self.month_count else None

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
        """Counts for a selection; windows outside the time axis count nothing."""
        area = np.array([axes.area_index()[code] for code in selection.areas], dtype=np.int64)
        slices = np.array([axes.slice_index()[code] for code in selection.slices], dtype=np.int64)
        bounds = [self._bounds(window) for window in selection.windows]
        reported = np.stack([self._reported(low, high)[area] for low, high in bounds])
        members = np.array([len(_members(position)) for position in area], dtype=np.int64)
        expected = np.array([window.length for window in selection.windows], dtype=np.int64)[:, None] * members[None, :]
        if selection.quantity == "reports":
            values = np.repeat(reported[:, None, :], len(slices), axis=1)
        else:
            values = np.stack([self._values(selection, low, high, slices, area) for low, high in bounds])
        return Counts(selection, values, reported, expected)

    def _values(self, selection: Selection, low: int, high: int, slices: Ints, area: Ints) -> Ints:
        if low > high:
            return np.zeros((len(slices), len(area)), dtype=np.int64)
        if selection.sex is not None or selection.age is not None:
            return self._profile(selection, low, high, slices, area)
        if selection.quantity == "cases":
            block = self.cases[high + 1] - self.cases[low]
        else:
            stage = {"persons": "reported", "persons_verified": "verified", "persons_served": "served"}[selection.quantity]
            block = self.persons[stage][window_row(low, high, self.month_count)]
        return block[np.ix_(slices, area)].astype(np.int64)

    def _profile(self, selection: Selection, low: int, high: int, slices: Ints, area: Ints) -> Ints:
        block = (self.profile[high + 1] - self.profile[low])[slices]
        sexes = slice(None) if selection.sex is None else [axes.SEX_LABELS.index(selection.sex)]
        ages = slice(None) if selection.age is None else [axes.AGE_LABELS.index(selection.age)]
        by_kelurahan = block[:, :, sexes][..., ages].sum(axis=(2, 3))
        return np.stack([by_kelurahan[:, _members(position)].sum(axis=1) for position in area], axis=1).astype(np.int64)

    def _bounds(self, window: Window) -> tuple[int, int]:
        low = window.first.ordinal - self.first.ordinal
        high = window.last.ordinal - self.first.ordinal
        return max(low, 0), min(high, self.month_count - 1)

    def _reported(self, low: int, high: int) -> Ints:
        by_kelurahan = self.reported[low : high + 1].sum(axis=0) if low <= high else np.zeros(self.reported.shape[1], dtype=np.int64)
        districts = np.bincount(axes.district_of(), weights=by_kelurahan, minlength=len(axes.area_codes()))
        districts[: len(by_kelurahan)] = by_kelurahan
        districts[-1] = by_kelurahan.sum()
        return districts.astype(np.int64)


def window_row(low: int, high: int, months: int) -> int:
    """Row of window [low, high] among all windows ordered by start, then end."""
    return low * months - low * (low - 1) // 2 + high - low


def _members(position: int) -> Ints:
    kelurahan = len(axes.district_of())
    if position < kelurahan:
        return np.array([position])
    if position == len(axes.area_codes()) - 1:
        return np.arange(kelurahan)
    return np.flatnonzero(axes.district_of() == position)
