"""Repeat events: cases of one person come together, so a count of cases is less sure than its size says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ipsm_analytics.errors import InternalError

Floats = npt.NDArray[np.float64]


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


def _tallied(cases: npt.ArrayLike, persons: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    """Distinct positive numbers of cases and how many persons have each; a person without a case says nothing."""
    size = np.asarray(cases, dtype=float)
    weight = np.ones_like(size) if persons is None else np.asarray(persons, dtype=float)
    if size.ndim != 1 or size.shape != weight.shape or np.any(size < 0) or np.any(weight < 0):
        raise InternalError("cases and persons are two lists of the same length, none negative")
    distinct, place = np.unique(size, return_inverse=True)
    sums = np.bincount(place, weights=weight, minlength=len(distinct)).astype(float)
    return distinct[distinct > 0], sums[distinct > 0]
