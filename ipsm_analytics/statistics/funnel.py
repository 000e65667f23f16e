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


def share_limits(
    baseline: float, whole: npt.ArrayLike, confidence: float = 0.95, inflation: npt.ArrayLike = 1.0
) -> tuple[Floats, Floats]:
    """Limits of shares at the given wholes, as fractions: where the Wilson interval of a share touches the baseline.

    θ ± z √(φ θ(1 - θ) / n), inside [0, 1] (Spiegelhalter, Stat. Med. 24, 2005, 1185-1202; Wilson, 1927).
    """
    size = np.asarray(whole, dtype=float)
    reach = special.ndtri(0.5 + confidence / 2) * np.sqrt(np.asarray(inflation) * baseline * (1 - baseline) / size)
    return np.maximum(baseline - reach, 0.0), np.minimum(baseline + reach, 1.0)


def ratio_limits(count: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats, Floats, Floats]:
    """Curves of a ratio observed / expected, by the observed count (1 or more).

    Returns:
        Expected events on the lower curve, the ratio there, expected events on the upper curve, the ratio there: the
        expected events at which the exact limit of the count (Garwood, 1936) touches a ratio of 1.
    """
    observed = np.asarray(count, dtype=float)
    low, high = exact(observed, confidence)
    return high, observed / high, low, observed / low


def rate_limits(count: npt.ArrayLike, baseline: float, confidence: float = 0.95) -> tuple[Floats, Floats, Floats, Floats]:
    """Curves of a rate by the observed count; `baseline` is cases per person over the whole span.

    Returns:
        Population on the lower curve, the rate there, population on the upper curve, the rate there.
    """
    more, lower, fewer, upper = ratio_limits(count, confidence)
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


def share_scores(part: npt.ArrayLike, whole: npt.ArrayLike, baseline: float) -> Floats:
    """Signed z of shares against the baseline: |z| > z(confidence) exactly outside `share_limits`; NaN where unknown."""
    observed, size = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = (observed / size - baseline) / np.sqrt(baseline * (1 - baseline) / size)
    return np.where(size > 0, scores, np.nan)


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


def between(scores: npt.ArrayLike, variance: npt.ArrayLike, trim: float = TRIM) -> float:
    """Additive overdispersion τ², the variance between areas, by moments; 0 where the scores spread no more than chance.

    `variance` is that of each area's value by chance alone, and τ² has its unit (Spiegelhalter, Stat. Med. 24, 2005, after
    DerSimonian & Laird, Control. Clin. Trials 7, 1986). Inflation of an area's limits: `1 + τ² / variance`.
    """
    score, weight = np.asarray(scores, dtype=float), 1 / np.asarray(variance, dtype=float)
    known = np.isfinite(score) & np.isfinite(weight)
    found, size = overdispersion(score, trim), weight[known]
    if not found.applied:
        return 0.0
    return max(0.0, float((found.areas * found.phi - (found.areas - 1)) / (size.sum() - (size**2).sum() / size.sum())))
