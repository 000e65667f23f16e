"""The nowcast: what the open months will come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import floor

import numpy as np

from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.nowcast.delay import Delays, delays
from ipsm_analytics.statistics.nowcast.ladder import Floats, chain_ladder
from ipsm_analytics.statistics.nowcast.replay import mixtures, replay, scatter, weekday_weights
from ipsm_analytics.statistics.nowcast.triangle import Ints, Triangle
from ipsm_analytics.statistics.refusal import Refusal

DRAWS = 1000
SEED = 7371
MISSING_ALLOWED = 0.01
"""A month is final when less than this share of its reports is expected to be still on the way."""
LEAST_SETTLED_MONTHS = 3
LEAST_CASES = 30
LEAST_DATED = 0.5
MOST_BEYOND = 0.01
_SHAPE = (0.5, 20.0)


class Reason(StrEnum):
    """Why there is no nowcast."""

    FEW_MONTHS = "few_months"
    FEW_CASES = "few_cases"
    NO_ARRIVAL_DATES = "no_arrival_dates"
    DELAYS_BEYOND = "delays_beyond"


@dataclass(frozen=True)
class MonthNow:
    """One month; the current one counts the days up to the cut-off only.

    Attributes:
        reported: known on the cut-off day, with and without arrival date.
        estimate: median of the final count; the four bounds are those of its 80% and 95% band, never below `reported`.
        chain_ladder: reported / completeness; completeness: expected share that has arrived.
        is_final: less than MISSING_ALLOWED expected missing; then estimate and bounds are the reported count.
        mack_error: Mack's standard error of the final count, a check; None for the current month and for final ones.
    """

    month: Month
    reported: int
    estimate: int
    lower80: int
    upper80: int
    lower95: int
    upper95: int
    chain_ladder: float
    completeness: float
    is_final: bool
    mack_error: float | None


@dataclass(frozen=True)
class Nowcast:
    """The months of the window of one unit.

    Attributes:
        final_until: last month that is final with all before it; None when none is.
        dated_share: share of the window's reports with an arrival date.
        draws: draws × months final counts; sum over months before a quantile is taken, they share their delays.
    """

    months: tuple[MonthNow, ...]
    final_until: Month | None
    dated_share: float
    draws: Ints = field(repr=False, compare=False)


@dataclass(frozen=True)
class _Ground:
    """What all units of a triangle share."""

    triangle: Triangle
    delays: Delays
    weights: Floats
    settled: Ints
    opened: Ints
    columns: Floats


def nowcast(triangle: Triangle, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Nowcast | Refusal, ...]:
    """Nowcast or refusal of each unit of the triangle, in their order; units are pooled towards their sum.

    Final count = reported + a negative-binomial number still on the way: Poisson reports of an unknown level (gamma, its
    shape from the settled months), thinned by the share that has arrived (England & Verrall, British Actuarial Journal 8,
    2002; the gamma level: Verrall, NAAJ 8, 2004). That share is drawn with the delays, and once more as a beta
    whose scatter comes from past months seen at the same age. Reports without arrival date are taken to be as late as
    the others of their month, which scales the dated estimate by the month's share of dated reports.
    """
    ground = _ground(triangle)
    refusals = _refusals(ground)
    final = _final_draws(ground, draws, np.random.default_rng(seed))
    return tuple(refusal or _of_unit(ground, unit, final[unit]) for unit, refusal in enumerate(refusals))


def _ground(triangle: Triangle) -> _Ground:
    found = delays(triangle.cumulative())
    weights = weekday_weights(triangle)
    last = len(triangle.months) - 1
    ends = triangle.cutoff - np.array([int(triangle.ages[triangle.month_of == month].min()) for month in range(last + 1)])
    opened = np.flatnonzero(ends + triangle.longest > triangle.cutoff)
    return _Ground(triangle, found, weights, np.flatnonzero(triangle.settled), opened, _columns(triangle))


def _known(triangle: Triangle) -> Floats:
    """U × months reports known on the cut-off day, dated or not."""
    return triangle.by_month(triangle.counts.sum(axis=2) + triangle.undated + triangle.beyond)


def _dated_share(triangle: Triangle) -> Floats:
    """Share of the window's reports with an arrival date, by unit; 1 where there is no report."""
    known = _known(triangle).sum(axis=1)
    missing = np.divide(triangle.undated.sum(axis=1), known, out=np.zeros(len(known)), where=known > 0)
    return np.asarray(1 - missing)


def _refusals(ground: _Ground) -> list[Refusal | None]:
    triangle, settled = ground.triangle, len(ground.settled)
    if settled < LEAST_SETTLED_MONTHS:
        return [Refusal(Reason.FEW_MONTHS, settled, LEAST_SETTLED_MONTHS)] * len(triangle.counts)
    old = triangle.ages > triangle.longest
    late = triangle.beyond[:, old].sum(axis=1)
    beyond = late / np.maximum(late + triangle.counts[:, old].sum(axis=(1, 2)), 1)
    dated = triangle.counts.sum(axis=(1, 2))
    rows = zip(_dated_share(triangle), beyond, dated, strict=True)
    return [_refusal(float(share), float(far), int(cases)) for share, far, cases in rows]


def _refusal(dated_share: float, beyond: float, dated: int) -> Refusal | None:
    if dated_share < LEAST_DATED:
        return Refusal(Reason.NO_ARRIVAL_DATES, dated_share, LEAST_DATED)
    if dated < LEAST_CASES:
        return Refusal(Reason.FEW_CASES, dated, LEAST_CASES)
    return Refusal(Reason.DELAYS_BEYOND, beyond, MOST_BEYOND) if beyond > MOST_BEYOND else None


def _final_draws(ground: _Ground, draws: int, source: np.random.Generator) -> Ints:
    """U × draws × months final counts."""
    triangle = ground.triangle
    known = _known(triangle)
    shares = ground.delays.draw(source, draws)
    level, shape = _level(ground, known)
    final = np.repeat(known.astype(np.int64)[:, np.newaxis], draws, axis=1)
    for month in ground.opened:
        arrived = _arrived_share(ground, shares, int(month), source)
        rate = (shape / np.maximum(level[:, month], 1e-9))[:, np.newaxis]
        expected = source.gamma((known[:, month] + shape)[:, np.newaxis], 1 / (rate + arrived))
        final[..., month] += source.poisson(expected * (1 - arrived))
    return final


def _level(ground: _Ground, known: Floats) -> tuple[Floats, Floats]:
    """Expected count of each month (U × months) at the settled months' rate, and the gamma shape that spreads it (U)."""
    exposure = ground.triangle.by_month(ground.weights)
    months = known[:, ground.settled]
    rate = months.sum(axis=1) / max(exposure[ground.settled].sum(), 1.0)
    expected = rate[:, np.newaxis] * exposure[ground.settled]
    excess = ((months - expected) ** 2 - expected).sum(axis=1)
    spread = np.divide(excess, (expected**2).sum(axis=1), out=np.ones(len(known)), where=expected.sum(axis=1) > 0)
    return rate[:, np.newaxis] * exposure, 1 / np.clip(spread, 1 / _SHAPE[1], 1 / _SHAPE[0])


def _arrived_share(ground: _Ground, shares: Floats, month: int, source: np.random.Generator) -> Floats:
    """U × draws shares of one open month that have arrived."""
    triangle = ground.triangle
    past = replay(triangle, len(triangle.months) - 1 - month)
    mixture = mixtures(triangle, past.ages, ground.weights)
    mean = shares @ mixture[month]
    expected = ground.delays.expected @ mixture[ground.settled].T
    rho, months = scatter(past.arrived[:, ground.settled], past.final[:, ground.settled], expected)
    if rho == 0:
        return np.asarray(np.clip(mean, 1e-6, 1.0))
    drawn = np.clip(rho * months / source.chisquare(months, mean.shape[1]), 1e-9, 0.5)
    inner = np.clip(mean, 1e-6, 1 - 1e-9)
    return np.asarray(np.clip(source.beta(inner * (1 / drawn - 1), (1 - inner) * (1 / drawn - 1)), 1e-6, 1.0))


def _of_unit(ground: _Ground, unit: int, draws: Ints) -> Nowcast:
    triangle = ground.triangle
    known = _known(triangle)[unit].astype(np.int64)
    there = np.minimum(mixtures(triangle, triangle.ages, ground.weights) @ ground.delays.expected[unit], 1.0)
    final = 1 - there < MISSING_ALLOWED
    fixed = np.where(final, known, draws)
    errors = _mack_errors(ground.columns[unit], known)
    months = tuple(
        _month(month, int(known[place]), fixed[:, place], float(there[place]), bool(final[place]), float(errors[place]))
        for place, month in enumerate(triangle.months)
    )
    count = len(final) if final.all() else int(np.argmin(final))
    until = triangle.months[count - 1] if count else None
    return Nowcast(months, until, float(_dated_share(triangle)[unit]), fixed)


def _month(month: Month, known: int, draws: Ints, there: float, final: bool, error: float) -> MonthNow:
    middle = int(np.quantile(draws, 0.5, method="inverted_cdf"))
    ladder, checked = (float(known), None) if final else (known / there, None if np.isnan(error) else error)
    return MonthNow(month, known, middle, *_band(draws, known, 0.8), *_band(draws, known, 0.95), ladder, there, final, checked)


def _band(draws: Ints, known: int, level: float) -> tuple[int, int]:
    """Whole bounds that hold `level` of the draws, each end value by half (mid-P: Lancaster, JASA 56, 1961).

    Equal tails; where the lower bound is the reported count, below which nothing can lie, the whole error is above.
    """
    values, counts = np.unique(draws, return_counts=True)
    ends, edges = np.append(0.0, np.cumsum(counts) / len(draws)), np.append(values - 0.5, values[-1] + 0.5)
    low = max(floor(float(np.interp((1 - level) / 2, ends, edges)) + 0.5), known)
    high = np.interp(level if low == known else (1 + level) / 2, ends, edges)
    return low, max(floor(float(high) + 0.5), low)


def _columns(triangle: Triangle) -> Floats:
    """U × months × steps reports as they stood 1, 2, … months later; NaN where that moment has not come."""
    steps = np.arange(1, triangle.longest // 28 + 2)
    columns = np.stack([replay(triangle, int(back)).arrived for back in steps], axis=2)
    last = columns.shape[1] - 1
    columns[:, steps > (last - np.arange(last + 1))[:, np.newaxis]] = np.nan
    return columns


def _mack_errors(columns: Floats, known: Ints) -> Floats:
    """Mack's standard error of each month but the current one (NaN), scaled to the reports without arrival date."""
    ladder = chain_ladder(columns[:-1])
    scale = np.divide(known[:-1], ladder.latest, out=np.ones(len(columns) - 1), where=ladder.latest > 0)
    return np.append(ladder.errors * scale, np.nan)
