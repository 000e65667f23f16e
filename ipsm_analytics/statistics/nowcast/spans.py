"""A span of months against the same days a year before, late reports foreseen."""

from __future__ import annotations

from datetime import date, timedelta

from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.comparison import ALPHA
from ipsm_analytics.statistics.nowcast.predict import Nowcast


def stays_below(now: Nowcast, first: Month, last: Month, counted: int, before: int, *, alpha: float = ALPHA) -> bool:
    """Whether `counted` cases of the months first..last stay below `before` once late reports are in.

    It is so where the predictive chance is at least 1 − alpha / 2. Months outside the nowcast's window are final.
    """
    inside = [place for place, item in enumerate(now.months) if first <= item.month <= last]
    late = now.draws[:, inside].sum(axis=1) - sum(now.months[place].reported for place in inside)
    return bool((counted + late < before).mean() >= 1 - alpha / 2)


def same_days_before(first: Month, last: Month, cutoff: date) -> tuple[date, date]:
    """The same days a year before, both ends included: up to the cut-off's day when the last month is not over.

    29 February becomes 28 February.
    """
    start, end = first.plus(-12), last.plus(-12)
    if cutoff >= last.last_day:
        return start.first_day, end.last_day
    return start.first_day, min(end.first_day + timedelta(days=cutoff.day - 1), end.last_day)
