"""A span of months against the same days a year before, late reports foreseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy import special

from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.comparison import ALPHA, Verdict
from ipsm_analytics.statistics.nowcast.predict import Nowcast


@dataclass(frozen=True)
class SpanChange:
    """A span that late reports may still raise, against the count a year before.

    Attributes:
        estimate: median of the final count; chance_lower: predictive chance that it stays below `before`.
        percent: change of the estimate; None without a base.
    """

    reported: int
    estimate: int
    before: int
    percent: float | None
    chance_lower: float
    p_value: float
    verdict: Verdict


def compare_span(now: Nowcast, first: Month, last: Month, before: int, *, alpha: float = ALPHA) -> SpanChange:
    """Compares the final count of the months first..last with `before`, the count of `same_days_before`.

    The p-value is that of `comparison.change`, each tail averaged over the predictive draws (posterior predictive
    p-value: Meng, Annals of Statistics 22, 1994), so both agree where every month is final. A fall is said only when
    the final count also stays below `before` with a chance of at least 1 − alpha / 2.
    Raises KeyError for a month outside the nowcast's window.
    """
    places = _places(now, first, last)
    final = now.draws[:, places].sum(axis=1)
    lower = float(special.bdtr(np.minimum(final, final + before), final + before, 0.5).mean())
    upper = float(special.bdtr(float(before), final + before, 0.5).mean())
    estimate = int(np.quantile(final, 0.5, method="inverted_cdf"))
    p_value = min(1.0, 2 * min(lower, upper))
    chance = float((final < before).mean())
    percent = (estimate - before) / before * 100 if before else None
    verdict = _verdict(lower <= upper, p_value, before, chance, alpha)
    return SpanChange(sum(now.months[place].reported for place in places), estimate, before, percent, chance, p_value, verdict)


def stays_below(now: Nowcast, first: Month, last: Month, counted: int, before: int, *, alpha: float = ALPHA) -> bool:
    """Whether `counted` cases of the months first..last stay below `before` once late reports are in.

    It is so where the predictive chance is at least 1 − alpha / 2. Months outside the nowcast's window are final.
    """
    inside = [place for place, item in enumerate(now.months) if first <= item.month <= last]
    late = now.draws[:, inside].sum(axis=1) - sum(now.months[place].reported for place in inside)
    return bool((counted + late < before).mean() >= 1 - alpha / 2)


def _places(now: Nowcast, first: Month, last: Month) -> list[int]:
    place = {item.month: position for position, item in enumerate(now.months)}
    return [place[first.plus(step)] for step in range(last.ordinal - first.ordinal + 1)]


def _verdict(falling: bool, p_value: float, before: int, chance: float, alpha: float) -> Verdict:
    if before == 0:
        return Verdict.NO_BASE
    if p_value >= alpha or (falling and chance < 1 - alpha / 2):
        return Verdict.OPEN
    return Verdict.DOWN if falling else Verdict.UP


def verdict_allowed(counted: Verdict, foreseen: Verdict) -> Verdict:
    """The word that may be said when the reported counts say one thing and the nowcast another.

    Rise and fall stand only where the nowcast says the same; without a base there is none.
    """
    if Verdict.NO_BASE in (counted, foreseen):
        return Verdict.NO_BASE
    return counted if counted is foreseen else Verdict.OPEN


def same_days_before(first: Month, last: Month, cutoff: date) -> tuple[date, date]:
    """The same days a year before, both ends included: up to the cut-off's day when the last month is not over.

    29 February becomes 28 February.
    """
    start, end = first.plus(-12), last.plus(-12)
    if cutoff >= last.last_day:
        return start.first_day, end.last_day
    return start.first_day, min(end.first_day + timedelta(days=cutoff.day - 1), end.last_day)
