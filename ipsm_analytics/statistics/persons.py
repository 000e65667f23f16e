"""Repeat events: cases of one person come together, so a count of cases is less sure than its size says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures.intervals import byar, widened

Floats = npt.NDArray[np.float64]
SEED = 20_260_101
DRAWS = 4000


def dispersion(cases: npt.ArrayLike, persons: npt.ArrayLike | None = None) -> float:
    """Variance of a count of cases over its mean, Σk² / Σk; 1.0 where there is no case.

    Persons come as a Poisson process and each brings k cases: a compound Poisson count has mean λE(k) and variance
    λE(k²) (Feller, An Introduction to Probability Theory I, 1968, XII.2).

    Args:
        cases: shape (n,), cases of each person, or the distinct numbers of cases.
        persons: shape (n,), persons with that number of cases; None: one each.
    """
    size, weight = _tallied(cases, persons)
    total = float(size @ weight)
    return float(size**2 @ weight) / total if total else 1.0


def limits(count: npt.ArrayLike, factor: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of counts of cases of many areas at once: Byar's, widened by a dispersion.

    The factor is best taken from the whole city: that of one area with few persons is itself a guess.
    """
    return widened(count, factor, confidence)


def bootstrap(
    cases: npt.ArrayLike,
    persons: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[float, float]:
    """Limits of the number of cases of one area, the persons drawn anew; arguments as in `dispersion`.

    Every person weighs an exponential draw of mean 1 (Rubin, Ann. Stat. 9, 1981), not made to sum to their number, so the
    chance in the number of persons is in the limits as well as that in their repeats; for the upper limit one more
    person of the same kind is added. With one case a person these are the gamma quantiles of Garwood; for weighted counts
    compare Fay & Feuer, Stat. Med. 16 (1997) 791-801. Plain limits where nobody has two cases; never inside the plain limits.
    """
    size, weight = _tallied(cases, persons)
    plain = tuple(float(bound) for bound in byar(float(size @ weight), confidence))
    if not np.any(size[weight > 0] > 1):
        return plain[0], plain[1]
    rng = np.random.default_rng(seed)
    totals = rng.standard_gamma(weight, (draws, len(weight))) @ size
    more = totals + rng.choice(size, draws, p=weight / weight.sum()) * rng.standard_exponential(draws)
    lower, upper = np.quantile(totals, (1 - confidence) / 2), np.quantile(more, (1 + confidence) / 2)
    return min(plain[0], float(lower)), max(plain[1], float(upper))


def _tallied(cases: npt.ArrayLike, persons: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    """Distinct positive numbers of cases and how many persons have each; a person without a case says nothing."""
    size = np.asarray(cases, dtype=float)
    weight = np.ones_like(size) if persons is None else np.asarray(persons, dtype=float)
    if size.ndim != 1 or size.shape != weight.shape or np.any(size < 0) or np.any(weight < 0):
        raise InternalError("cases and persons are two lists of the same length, none negative")
    distinct, place = np.unique(size, return_inverse=True)
    sums = np.bincount(place, weights=weight, minlength=len(distinct)).astype(float)
    return distinct[distinct > 0], sums[distinct > 0]
