"""The periods that are published: finished months only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ipsm_analytics.cube import Cube, Month, Window, month_label
from ipsm_analytics.measures.query import quarter

YEARS = 5
"""Calendar years that are published, the running one included."""


class Kind(StrEnum):
    """What a period is; a year that runs ends with the newest finished month."""

    RUNNING = "tahun_berjalan"
    YEAR = "tahun"
    QUARTER = "triwulan"


@dataclass(frozen=True)
class Period:
    """One published period."""

    kind: Kind
    window: Window

    @property
    def year(self) -> int:
        """Calendar year it lies in."""
        return self.window.last.year

    @property
    def label(self) -> str:
        """'2026 TW3', or the year."""
        return f"{self.year} TW{quarter(self.window.last)}" if self.kind is Kind.QUARTER else str(self.year)

    @property
    def span(self) -> str:
        """As `query` marks a window among several."""
        return " sampai ".join(map(month_label, self.window))


def periods(cube: Cube) -> tuple[Period, ...]:
    """The running year, finished years, then finished quarters, each kind newest first; none without a finished month.

    Finished years and quarters are whole; the running year begins with the first month of the data where they begin later.
    """
    span, full = cube.span, cube.last_full_month()
    if span is None or full is None or min(full, span.last) < span.first:
        return ()
    last = min(full, span.last)
    first = max(span.first, Month(last.year - YEARS + 1, 1))
    years = [Window(Month(year, 1), Month(year, 12)) for year in range(last.year - 1, first.year - 1, -1)]
    newest = Window(max(Month(last.year, 1), first), last)
    quarters = [Window(end.plus(-2), end) for end in Window(first, last).months()[::-1] if end.month % 3 == 0]
    return (
        Period(Kind.YEAR if newest.length == 12 else Kind.RUNNING, newest),
        *(Period(Kind.YEAR, window) for window in years if window.first >= first),
        *(Period(Kind.QUARTER, window) for window in quarters if window.first >= first),
    )


def of_times(found: tuple[Period, ...], times: tuple[str, ...]) -> tuple[Period, ...]:
    """Those of the kinds a data set is published for: 'tahun' stands for the running year too."""
    return tuple(one for one in found if (Kind.QUARTER if one.kind is Kind.QUARTER else Kind.YEAR) in times)
