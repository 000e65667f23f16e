"""Change points of monthly counts: lasting steps that season, holidays and a steady trend do not explain.

statsmodels is imported when a series is fitted. Season and trend are fitted together with every step tried; searching a
series from which they were taken out before (as the segment costs of general change-point libraries need) loses a step
that the trend has already half taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from ipsm_analytics.cube import Month
from ipsm_analytics.reference.events import Event
from ipsm_analytics.statistics.comparison import ALPHA
from ipsm_analytics.statistics.monthly import SEASON_MONTHS, Floats, MonthlyCounts, nuisance_terms, years
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.trends import MINIMUM_CASES

SEGMENT = 6
"""Usable months on either side of a step, and between two steps, at least."""
MOST = 3
DRAWS = 999
SEED = 20_251_006


@dataclass(frozen=True)
class Break:
    """A step of the expected count that lasts.

    Attributes:
        month: first month at the new level.
        percent: size of the step in percent; lower, upper: its 95% interval, the month taken as known.
        p_value: chance of a step this clear anywhere in a series without one.
    """

    month: Month
    percent: float
    lower: float
    upper: float
    p_value: float


def breaks(series: MonthlyCounts, alpha: float = ALPHA) -> tuple[Break, ...] | Refusal:
    """Steps in order of time, at most three; an empty tuple where there is none.

    The likelihood of every possible step is compared with that of no step (supremum test: Andrews, Econometrica 61, 1993;
    one step after another: Bai & Perron, Econometrica 66, 1998). How large the comparison gets without a step is told by
    999 simulated series with the same season, trend and correlation, so that at most a share `alpha` of series without a
    step gets one. Refused as a trend is.
    """
    return series.refused(SEASON_MONTHS, MINIMUM_CASES) or _search(series, alpha)


def near(found: Sequence[Break], events: Sequence[Event], window: int) -> list[tuple[Break, tuple[Event, ...]]]:
    """Each step with the events that begin or last within `window` months of it: together in time, not its proven cause."""
    return [(item, tuple(event for event in events if _apart(item.month, event) <= window)) for item in found]


def _apart(month: Month, event: Event) -> int:
    """Months between a month and an event; 0 inside it."""
    before = Month.of(event.start).ordinal - month.ordinal
    after = month.ordinal - Month.of(event.end).ordinal
    return max(before, after, 0)


def _search(series: MonthlyCounts, alpha: float) -> tuple[Break, ...]:
    places = np.flatnonzero(series.usable)
    steps: dict[int, float] = {}
    while len(steps) < MOST and (room := _room(len(places), list(steps))):
        step, p_value = _clearest(series, places, list(steps), room)
        if p_value >= alpha:
            break
        steps[step] = p_value
    return _sized(series, places, steps) if steps else ()


def _room(length: int, steps: list[int]) -> list[int]:
    """Positions among the usable months at which one more step may stand."""
    taken = [0, length, *steps]
    return [place for place in range(length) if all(abs(place - other) >= SEGMENT for other in taken)]


def _design(series: MonthlyCounts, places: np.ndarray, steps: list[int]) -> Floats:
    months = [series.months[place] for place in places]
    return np.column_stack([nuisance_terms(months, len(months)), years(months), _steps(len(places), steps)])


def _steps(length: int, places: list[int]) -> Floats:
    """(M, S) zero before each place and one from it on."""
    return (np.arange(length)[:, np.newaxis] >= np.array(places, dtype=np.int64)).astype(np.float64)


def _clearest(series: MonthlyCounts, places: np.ndarray, steps: list[int], room: list[int]) -> tuple[int, float]:
    """The likeliest further step and its p-value."""
    from ipsm_analytics.statistics import loglinear  # noqa: PLC0415

    counts, design, at = series.counts[places], _design(series, places, steps), places.astype(np.float64)
    found = loglinear.fit(counts, design, series.exposure[places], at)
    weights = np.sqrt(found.weights)[:, np.newaxis]
    errors = (weights[:, 0] * (counts - found.fitted) / found.fitted)[:, np.newaxis]
    chances, _ = loglinear.follow(weights * design, errors[:, 0], at)
    roots = [np.asarray(np.linalg.cholesky(loglinear.powers(rho, at)), dtype=np.float64) for rho in loglinear.GRID]
    drawn = _without_step(roots, chances)
    gains = _gains(roots, loglinear.PRIOR, weights * design, weights * _steps(len(places), room), np.hstack([errors, drawn]))
    best = gains.max(axis=0)
    return room[int(gains[:, 0].argmax())], float(1 + (best[1:] >= best[0]).sum()) / (DRAWS + 1)


def _without_step(roots: list[Floats], chances: Floats) -> Floats:
    """(M, DRAWS) simulated errors, their correlation drawn from what the series leaves open."""
    generator = np.random.default_rng(SEED)
    which = generator.choice(len(roots), size=DRAWS, p=chances)
    normal = generator.standard_normal((len(roots[0]), DRAWS))
    return np.column_stack([roots[root] @ normal[:, draw] for draw, root in enumerate(which)])


def _gains(roots: list[Floats], prior: Floats, design: Floats, steps: Floats, errors: Floats) -> Floats:
    """(S, E) log-likelihood gained by each step in each column of errors, averaged over the correlations of `roots`."""
    scores = [_scores(root, design, steps, errors) for root in roots]
    logs = [np.log(weight) - np.log(np.diag(root)).sum() for weight, root in zip(prior, roots, strict=True)]
    plain = special.logsumexp([log + score for log, (score, _) in zip(logs, scores, strict=True)], axis=0)
    stepped = special.logsumexp([log + score for log, (_, score) in zip(logs, scores, strict=True)], axis=0)
    return np.asarray(stepped - plain)


def _scores(root: Floats, design: Floats, steps: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood (E,) without a step and (S, E) with each, the variance profiled out, under one correlation."""
    terms, size = design.shape[1], len(errors)
    sides = np.linalg.solve(root, np.hstack([design, steps, errors]))
    basis = np.linalg.qr(sides[:, :terms])[0]
    rest = sides[:, terms:] - basis @ (basis.T @ sides[:, terms:])
    free, left = rest[:, : steps.shape[1]], rest[:, steps.shape[1] :]
    total = (left**2).sum(axis=0)
    gained = (free.T @ left) ** 2 / (free**2).sum(axis=0)[:, np.newaxis]
    return -size / 2 * np.log(total), -size / 2 * np.log(total - gained)


def _sized(series: MonthlyCounts, places: np.ndarray, steps: dict[int, float]) -> tuple[Break, ...]:
    from ipsm_analytics.statistics import loglinear  # noqa: PLC0415

    ordered = sorted(steps)
    design = _design(series, places, ordered)
    found = loglinear.fit(series.counts[places], design, series.exposure[places], places.astype(np.float64))
    sizes = found.terms[-len(ordered) :]
    margins = special.stdtrit(found.freedom, 0.975) * np.sqrt(np.diag(found.covariance)[-len(ordered) :])
    percents = 100 * np.expm1(np.column_stack([sizes, sizes - margins, sizes + margins]))
    return tuple(
        Break(series.months[places[step]], float(percent), float(lower), float(upper), steps[step])
        for step, (percent, lower, upper) in zip(ordered, percents, strict=True)
    )
