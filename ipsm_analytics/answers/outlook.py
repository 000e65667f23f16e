"""Which way the cases go: what late reports will add, the trend, its steps, and what is to be expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.casework.casework import MISSING
from ipsm_analytics.cube import Month, Selection, Window, axes
from ipsm_analytics.reference import areas
from ipsm_analytics.statistics.breaks import Break, breaks
from ipsm_analytics.statistics.forecast import Forecast, forecast
from ipsm_analytics.statistics.monthly import MonthlyCounts
from ipsm_analytics.statistics.nowcast import Nowcast, nowcast, triangle
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.trends import Trend, trend


@dataclass(frozen=True, eq=False)
class Outlook:
    """The months of K01 of an area and slice; each part is made when it is first looked at.

    Below kecamatan there are too few reports to tell how late they are: `now` is None there.
    """

    facts: Facts
    area: str
    slice: str
    unsettled: int

    @cached_property
    def now(self) -> Nowcast | Refusal | None:
        """What the newest months will come to."""
        level = areas.level_of(self.area)
        if level == "kelurahan":
            return None
        return foreseen(self.facts, self.slice, (self.area,) if level == "kota" else areas.codes("kecamatan"))[self.area]

    @cached_property
    def series(self) -> MonthlyCounts:
        """Cases by month per kelurahan that reported; a month in which none did is a gap."""
        span = self.facts.span or Window(Month(1970, 1), Month(1970, 1))
        windows = tuple(Window(month, month) for month in span.months())
        counted = self.facts.cube.select(Selection("cases", (self.area,), (self.slice,), windows))
        reported = counted.reported[:, 0].astype(float)
        counts = np.where(reported > 0, counted.values[:, 0, 0], np.nan)
        return MonthlyCounts(span.first, counts, np.maximum(reported, 1.0), self.unsettled)

    @cached_property
    def trend(self) -> Trend | Refusal:
        """Yearly change of the settled months."""
        return trend(self.series)

    @cached_property
    def steps(self) -> tuple[Break, ...] | Refusal:
        """Months from which the level is another."""
        return breaks(self.series)

    @cached_property
    def forecast(self) -> Forecast | Refusal:
        """The months after the last settled one."""
        return forecast(self.series)


_KNOWN: WeakKeyDictionary[Facts, dict[tuple[str, tuple[str, ...]], dict[str, Nowcast | Refusal]]] = WeakKeyDictionary()


def foreseen(facts: Facts, slice_code: str, places: tuple[str, ...]) -> dict[str, Nowcast | Refusal]:
    """Nowcast of K01 for areas of one level that together make up the city; they share their delays in part.

    Remembered as long as the facts live.
    """
    known = _KNOWN.setdefault(facts, {})
    if (slice_code, places) not in known:
        known[slice_code, places] = _foreseen(facts, slice_code, places)
    return known[slice_code, places]


def _foreseen(facts: Facts, slice_code: str, places: tuple[str, ...]) -> dict[str, Nowcast | Refusal]:
    work = facts.casework
    rows = work.rows(areas.CITY, slice_code)
    unit = _units(places)[work.codes.kelurahan[rows]]
    cutoff = facts.cube.cutoff or date.min + timedelta(days=800)
    found = nowcast(triangle(_days(work.reported[rows]), _days(work.arrived[rows]), cutoff, unit, len(places)))
    return dict(zip(places, found, strict=True))


def _units(places: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Kelurahan position -> position of its area among the places."""
    inside = axes.membership()[axes.area_positions(places)]
    return np.asarray(inside.argmax(axis=0), dtype=np.int64)


def _days(days: npt.NDArray[np.int32]) -> npt.NDArray[np.datetime64]:
    return np.where(days == MISSING, np.datetime64("NaT"), days.astype("datetime64[D]"))
