"""Funnel plots: how far from the baseline chance alone carries an area of a given size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.measures.intervals import EXACT_BELOW, exact

Floats = npt.NDArray[np.float64]
LEVELS = (0.95, 0.998)
TRIM = 0.1
LEAST_AREAS = 10
_LEAST_TAIL = 1e-300
_REACH, _GRID = 5.0, 2000
"""How many standard deviations above the largest area's expected events the curves are drawn, and by how many points."""


@dataclass(frozen=True)
class Overdispersion:
    """How much more the areas spread than chance.

    Attributes:
        phi: variance of the winsorised scores over its nominal value, never below 1.
        applied: whether the limits are widened by it.
        areas: how many areas it rests on.
    """

    phi: float
    applied: bool
    areas: int

    @property
    def factor(self) -> float:
        """What the variance is multiplied by: phi where it is applied, else 1."""
        return self.phi if self.applied else 1.0


def ratio_limits(count: npt.ArrayLike, confidence: float = 0.95, inflation: float = 1.0) -> tuple[Floats, Floats, Floats, Floats]:
    """Curves of a ratio observed / expected, by the observed count (above 0).

    Returns:
        Expected events on the lower curve, the ratio there, expected events on the upper curve, the ratio there: the
        expected events at which the exact limit of the count (Garwood, 1936) touches a ratio of 1, its variance multiplied by
        `inflation`.
    """
    observed = np.asarray(count, dtype=float)
    low, high = exact(observed, confidence, inflation)
    least = np.maximum(low, _LEAST_TAIL)
    return high, observed / high, least, observed / least


def rate_limits(
    count: npt.ArrayLike, baseline: float, confidence: float = 0.95, inflation: float = 1.0
) -> tuple[Floats, Floats, Floats, Floats]:
    """Curves of a rate by the observed count; `baseline` is cases per person over the whole span, the rest as `ratio_limits`.

    Returns:
        Population on the lower curve, the rate there, population on the upper curve, the rate there.
    """
    more, lower, fewer, upper = ratio_limits(count, confidence, inflation)
    return more / baseline, lower * baseline, fewer / baseline, upper * baseline


def count_scores(count: npt.ArrayLike, expected: npt.ArrayLike) -> Floats:
    """Signed z of Poisson counts against what was expected; 0 where the count is as near as can be, NaN where unknown.

    |z| > z(confidence) exactly where the expected events lie outside the limits of `intervals.byar`: its formula solved
    for z, the exact tails below 10.
    """
    observed, mean = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(expected, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        small = observed < EXACT_BELOW
        above = np.where(small, _exact_above(observed, mean), _byar_score(observed, mean))
        below = np.where(small, _upper_z(special.gammaincc(observed + 1, mean)), -_byar_score(observed + 1, mean))
    known = np.isfinite(observed) & (mean > 0)
    return np.where(known, np.where(above > 0, above, np.where(below > 0, -below, 0.0)), np.nan)


def _exact_above(observed: Floats, mean: Floats) -> Floats:
    tail = special.gammainc(np.where(observed == 0, 1.0, observed), mean)
    return np.where(observed == 0, -np.inf, _upper_z(tail))


def _upper_z(tail: Floats) -> Floats:
    return np.asarray(-special.ndtri(np.maximum(tail, _LEAST_TAIL)))


def _byar_score(base: Floats, mean: Floats) -> Floats:
    return np.asarray(3 * np.sqrt(base) * (1 - 1 / (9 * base) - np.cbrt(mean / base)))


def rate_band(
    population: npt.ArrayLike, baseline: float, confidence: float = 0.95, inflation: float = 1.0
) -> tuple[Floats, Floats]:
    """Lowest and highest rate that chance alone gives an area of each population: the curves of `rate_limits` read there.

    `count_scores` of an area passes z(confidence) √inflation where its rate lies outside, as near as Byar's formula is to
    the exact tails. An area too small to be low has 0.
    """
    people = np.asarray(population, dtype=float)
    if not baseline > 0:
        return np.zeros_like(people), np.zeros_like(people)
    most = (np.sqrt(people.max(initial=1.0) * baseline) + _REACH * np.sqrt(inflation)) ** 2
    more, lower, fewer, upper = rate_limits(np.geomspace(1.0, most, _GRID), baseline, confidence, inflation)
    none = exact(0.0, confidence, inflation)[1] / baseline
    return np.interp(people, np.append(none, more), np.append(0.0, lower)), np.interp(people, fewer, upper)


def overdispersion(scores: npt.ArrayLike, trim: float = TRIM) -> Overdispersion:
    """Multiplicative overdispersion of the scores, those beyond the `trim` quantiles drawn in to them.

    φ = Σ z² / I over the winsorised scores (Spiegelhalter, Stat. Med. 24, 2005), capped at 1 from below. Applied only where
    at least LEAST_AREAS areas are known and Iφ lies above the 95% point of χ² with I degrees of freedom.
    """
    known = np.asarray(scores, dtype=float)
    known = known[np.isfinite(known)]
    if len(known) < LEAST_AREAS:
        return Overdispersion(1.0, applied=False, areas=len(known))
    low, high = np.quantile(known, [trim, 1 - trim])
    phi = float(np.mean(np.clip(known, low, high) ** 2))
    sure = phi * len(known) > float(special.chdtri(len(known), 0.05))
    return Overdispersion(max(phi, 1.0), applied=bool(sure and phi > 1), areas=len(known))
