"""The counts themselves, and which months are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import numpy as np

from ipsm_analytics.cube import Month, Window, axes
from ipsm_analytics.cube.selection import Ints
from ipsm_analytics.reference import areas

Count = Literal["reported", "on_time", "undated", "accepted", "refused", "warned", "nik", "identified", "repeated"]


@dataclass(frozen=True, eq=False)
class Quality:
    """Counts of one data version; all arrays are read-only.

    With M months from `first` and K kelurahan every count is (M+1 × K+1): its last row holds what has no readable
    month, its last column what has no readable kelurahan. The two hold refused rows only.

    Attributes:
        counts: reported (1 where a report, a nihil or a case came), on_time (1 where the report, or lacking its date the
            first case, came by the due day), undated (1 where none of them says when it came), accepted, refused and
            warned case rows, and of the accepted those with a valid NIK (nik), with a person that can be told apart
            (identified), and repeated (dugaan ganda: of the same person, list of categories
            and kelurahan as one reported at most schema.REPEAT_DAYS before; the first is none, nor is one of nobody known).
        reasons: reason code -> case rows refused or marked for it; a row counts once for each of its codes.
        waiting: (K+1) refused rows of cases and monthly reports still to be mended.
        waiting_reasons: reason code -> (K+1) of them.
        psm: kelurahan code -> numbers of its registered PSM.
        due_day: day of the following month up to which a report is on time.
    """

    version: int
    first: Month
    counts: Mapping[str, Ints]
    reasons: Mapping[str, Ints]
    waiting: Ints
    waiting_reasons: Mapping[str, Ints]
    psm: Mapping[str, tuple[str, ...]]
    due_day: int

    @property
    def span(self) -> Window | None:
        """First to last month; None when there is nothing."""
        months = len(self.counts["accepted"]) - 1
        return Window(self.first, self.first.plus(months - 1)) if months else None

    def is_due(self, month: Month, today: date) -> bool:
        """True once the day has passed by which the reports of a month must be in."""
        return month.plus(1).first_day.replace(day=self.due_day) < today

    def due_months(self, window: Window, today: date) -> list[Month]:
        """The months of a window whose reports must be in."""
        return [month for month in window.months() if self.is_due(month, today)]

    def total(self, name: Count, codes: Sequence[str], months: Sequence[Month]) -> Ints:
        """(areas) a count over months; months outside the axis count nothing. Raises KeyError for an unknown area."""
        return self._summed(self.counts[name], codes, months)

    def reason_total(self, code: str, area: str, months: Sequence[Month], *, undated: bool = False) -> int:
        """Case rows of an area with a reason; `undated` adds those without a readable month."""
        table = self.reasons[code]
        found = int(self._summed(table, (area,), months)[0])
        return found + int((_areas((area,)) @ table[-1]).item()) if undated else found

    def undated_refused(self, area: str) -> int:
        """Refused case rows of an area whose month cannot be read."""
        return int((_areas((area,)) @ self.counts["refused"][-1]).item())

    def _summed(self, table: Ints, codes: Sequence[str], months: Sequence[Month]) -> Ints:
        rows = [month.ordinal - self.first.ordinal for month in months]
        inside = [row for row in rows if 0 <= row < len(table) - 1]
        return np.asarray(_areas(tuple(codes)) @ table[inside].sum(axis=0), dtype=np.int64)


def _areas(codes: tuple[str, ...]) -> Ints:
    """(areas × K+1) which columns belong to an area; rows without a readable kelurahan belong to the city alone."""
    return _membership()[axes.area_positions(codes)]


@cache
def _membership() -> Ints:
    city = np.array([[code == areas.CITY] for code in axes.area_codes()], dtype=np.int64)
    return np.hstack([axes.membership().astype(np.int64), city])
