"""Confidence intervals for counts and proportions, vectorised."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
EXACT_BELOW = 10


def byar(count: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of a Poisson count: Byar's approximation, exact below 10.

    Formula: Breslow & Day, Statistical Methods in Cancer Research II (1987), eq. 2.13; exact: Garwood (1936),
    whose chi-square quantiles are gamma quantiles.
    Counts are whole. A count of 0 has lower limit 0; a missing count has missing limits.
    """
    observed = np.asarray(count, dtype=float)
    z = special.ndtri(0.5 + confidence / 2)
    small = observed < EXACT_BELOW
    place = np.where(small, observed, 0).astype(np.int64)
    lower, upper = (limits[place] for limits in _exact(confidence))
    return np.where(small, lower, _byar(np.maximum(observed, 1), -z)), np.where(small, upper, _byar(observed + 1, z))


@lru_cache(maxsize=16)
def _exact(confidence: float) -> tuple[Floats, Floats]:
    """Exact limits of the counts below EXACT_BELOW."""
    count, tail = np.arange(EXACT_BELOW), (1 - confidence) / 2
    lower = np.where(count > 0, special.gammaincinv(count, tail), 0.0)
    return lower, np.asarray(special.gammaincinv(count + 1, 1 - tail))


def _byar(base: Floats, z: float) -> Floats:
    return np.asarray(base * (1 - 1 / (9 * base) + z / (3 * np.sqrt(base))) ** 3)


def exact(count: npt.ArrayLike, confidence: float = 0.95, dispersion: float = 1.0) -> tuple[Floats, Floats]:
    """Exact limits of a Poisson count, of any size: Garwood, Biometrika 28 (1936) 437-442.

    Shapes as in `byar`; a count of 0 has lower limit 0, a missing count missing limits. A `dispersion` above 1 takes the tails
    of z √dispersion, as in `widened`.
    """
    z = special.ndtri(0.5 + confidence / 2) * np.sqrt(dispersion)
    return _garwood(np.asarray(count, dtype=float), special.ndtr(-z))


def widened(count: npt.ArrayLike, dispersion: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of a count whose variance is `dispersion` times that of a Poisson count.

    The normal quantile z of `byar` becomes z √dispersion, the tails of the exact rule below 10 with it, so the limits
    never lie inside those of `byar` and are the same at 1. `dispersion` is at least 1 and broadcasts with the count.
    """
    observed, factor = np.asarray(count, dtype=float), np.maximum(np.asarray(dispersion, dtype=float), 1.0)
    z = special.ndtri(0.5 + confidence / 2) * np.sqrt(factor)
    small = observed < EXACT_BELOW
    lower, upper = _garwood(np.where(small, observed, 0), special.ndtr(-z))
    wide_lower = np.maximum(_byar(np.maximum(observed, 1), -z), 0.0)
    return np.where(small, lower, wide_lower), np.where(small, upper, _byar(observed + 1, z))


def _garwood(count: Floats, tail: npt.ArrayLike) -> tuple[Floats, Floats]:
    positive = np.where(count == 0, 1.0, count)
    lower = np.where(count == 0, 0.0, special.gammaincinv(positive, tail))
    return lower, np.asarray(special.gammainccinv(count + 1, tail))


def wilson(part: npt.ArrayLike, whole: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of a proportion part / whole as fractions; NaN where whole is 0.

    Formula: Wilson, JASA 22 (1927) 209-212. The lower limit of none is 0 and the upper limit of all is 1 exactly.
    """
    observed, total = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    z = special.ndtri(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = observed / total
        centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        spread = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    lower = np.where((observed == 0) & (total > 0), 0.0, centre - spread)
    return lower, np.where((observed == total) & (total > 0), 1.0, centre + spread)
