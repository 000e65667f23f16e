"""Cases still open on a day of the past, so that two years can be compared after the same time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.casework.casework import MISSING
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.privacy import Policy
from ipsm_analytics.statistics.nowcast import same_days_before

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Backlog:
    """Cases reported in a window by a day, those not closed by then, and those left out: closed nobody knows when (`undated`)."""

    open: int
    cases: int
    undated: int


def open_on(facts: Facts, area: str, slice_code: str, window: Window, day: date, rule: Policy) -> Backlog | None:
    """The backlog of an area's cases on a day, from files that carry days of progress; None where the rule withholds it."""
    work, number = facts.casework, (day - EPOCH).days
    rows = work.rows(area, slice_code, window)
    rows = rows[work.dated[rows] & (work.reported[rows] <= number)]
    closed, waiting = work.closed[rows], work.waiting[rows]
    known = (closed != MISSING) | waiting
    still = int(np.count_nonzero((closed[known] == MISSING) | (closed[known] > number)))
    cases = int(known.sum())
    if any(0 < part < rule.small_cell for part in (still, cases, cases - still)):
        return None
    return Backlog(still, cases, int((~known).sum()))


def comparable_days(facts: Facts, window: Window) -> tuple[date, date]:
    """The last day of a window that the data reach, and the same day a year before; the end of a month stays its end."""
    cutoff = EPOCH + timedelta(days=int(facts.casework.cutoff))
    end = min(window.last.last_day, max(cutoff, window.first.first_day))
    return end, same_days_before(window.first, Month.of(end), end)[1]
