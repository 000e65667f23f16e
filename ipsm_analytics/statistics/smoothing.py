"""Rates drawn towards the mean of the city or of the neighbourhood, to stand beside the raw rates, never instead of them.

Point: the empirical Bayes estimate of Marshall (Applied Statistics 40, 1991, 283-294) with the variance between areas
floored at 0, which `esda.smoothing.Empirical_Bayes` does not do. Interval: gamma, with the uncertainty of the prior in it
(see `heterogeneity`); the plug-in gamma of the moment prior is too narrow, and a point where that variance is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.statistics import heterogeneity
from ipsm_analytics.statistics.areal import ArealData, Bools, Floats, LeftOut, Why, areal, over
from ipsm_analytics.statistics.refusal import Refusal

LEAST_AREAS = 10
LEAST_NEIGHBOURHOOD = 3


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Rates of n areas in cases a person, NaN for the areas left out.

    Attributes:
        raw, rate: (n,) as counted, and smoothed; rate = weight × raw + (1 − weight) × mean.
        weight: (n,) what the area's own count has to say, from 0 (nothing) to 1 (everything).
        lower, upper: (n,) interval of the smoothed rate.
        mean, variance: (n,) of the prior: one pair for the city, or one for each neighbourhood.
        local: (n,) drawn towards the neighbourhood; False for islands, which are drawn towards the city.
        left_out: reason by area, None for those with numbers.
    """

    raw: Floats
    rate: Floats
    weight: Floats
    lower: Floats
    upper: Floats
    mean: Floats
    variance: Floats
    local: Bools
    left_out: tuple[LeftOut | None, ...]


def smooth(
    counts: npt.ArrayLike, population: npt.ArrayLike, near: Bools | None = None, confidence: float = 0.95
) -> Smoothed | Refusal:
    """Smoothed rates of areas (n,): towards the city, or with `near` (n, n) towards area and neighbours.

    An area with fewer than two neighbours that take part has no neighbourhood (islands; three areas is the least from which a
    variance is taken) and is drawn towards the city. Refuses fewer than LEAST_AREAS areas, and no case at all.
    """
    data = areal(counts, population)
    known = data.known
    if known.sum() < LEAST_AREAS:
        return Refusal(Why.FEW_AREAS, int(known.sum()), LEAST_AREAS)
    if not data.counts[known].any():
        return Refusal(Why.NO_CASES, 0, 1)
    cases, persons = data.counts[known], data.population[known]
    joined = np.zeros((len(cases), len(cases)), dtype=bool) if near is None else near[np.ix_(known, known)]
    group, local = _neighbourhoods(joined)
    mean, variance = moments(cases, persons, group)
    shape, rate = _interval_gamma(cases, persons, group, local)
    return _smoothed(data, local, mean, variance, _limits(shape, rate, confidence))


def _neighbourhoods(joined: Bools) -> tuple[Bools, Bools]:
    """Who is in whose group (n, n), the area itself included; everybody where there is no neighbourhood."""
    group = joined | np.eye(len(joined), dtype=bool)
    local = group.sum(axis=1) >= LEAST_NEIGHBOURHOOD
    return group | ~local[:, None], local


def moments(cases: Floats, persons: Floats, group: Bools) -> tuple[Floats, Floats]:
    """Mean and variance of the prior of each group, both (n,); `group` is (n, n).

    m = ΣO / ΣP; variance = Σ P (r − m)² / ΣP − m / mean P, never below 0 (Marshall 1991, p. 284-286).
    """
    people, members = group @ persons, group.sum(axis=1)
    mean = group @ cases / people
    raw = cases / persons
    spread = (group * (persons * (raw - mean[:, None]) ** 2)).sum(axis=1) / people
    return mean, np.maximum(spread - mean * members / people, 0.0)


def _interval_gamma(cases: Floats, persons: Floats, group: Bools, local: Bools) -> tuple[Floats, Floats]:
    grid, weight = heterogeneity.city_posterior(cases, persons)
    shape, rate = heterogeneity.matched_gamma(cases, persons, grid, weight)
    if local.any():
        near = _local_gamma(cases, persons, group)
        shape, rate = np.where(local, near[0], shape), np.where(local, near[1], rate)
    return shape, rate


def _local_gamma(cases: Floats, persons: Floats, group: Bools) -> tuple[Floats, Floats]:
    crude = (group @ cases + 0.5) / (group @ persons)
    grid = heterogeneity.local_grid(float(crude.min()), float(crude.max()))
    weight = heterogeneity.normalised(group.astype(float) @ heterogeneity.log_likelihood(cases, persons, grid) + grid.log_prior)
    return heterogeneity.matched_gamma(cases, persons, grid, weight)


def _limits(shape: Floats, rate: Floats, confidence: float) -> tuple[Floats, Floats]:
    tail = (1 - confidence) / 2
    return special.gammaincinv(shape, tail) / rate, special.gammaincinv(shape, 1 - tail) / rate


def _smoothed(data: ArealData, local: Bools, mean: Floats, variance: Floats, limits: tuple[Floats, Floats]) -> Smoothed:
    cases, persons = data.counts[data.known], data.population[data.known]
    noise = mean / persons
    weight = np.divide(variance, variance + noise, out=np.zeros_like(mean), where=variance > 0)
    rate = weight * cases / persons + (1 - weight) * mean
    lower, upper = np.minimum(limits[0], rate), np.maximum(limits[1], rate)
    return Smoothed(
        raw=over(data.known, cases / persons),
        rate=over(data.known, rate),
        weight=over(data.known, weight),
        lower=over(data.known, lower),
        upper=over(data.known, upper),
        mean=over(data.known, mean),
        variance=over(data.known, variance),
        local=over(data.known, local) == 1,
        left_out=data.left_out,
    )
