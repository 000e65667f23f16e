"""Many tests read together: p-values adjusted so that each can be held against one level."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def holm_adjusted(p_values: npt.ArrayLike) -> Floats:
    """Adjusted p of each test; those below a level keep the family-wise error at that level.

    Formula: with the m p-values in order, the largest of (m - i + 1) p_i so far, at most 1 (Holm, Scand. J. Stat. 6,
    1979). NaN is no test: it stays NaN and does not count in m.
    """
    given, known, order = _in_order(p_values)
    return _back(given, known, order, np.maximum.accumulate(np.arange(len(order), 0, -1) * given[known][order]))


def false_discovery(p_values: npt.ArrayLike) -> Floats:
    """Adjusted p of each test; among those below a level the expected share of false ones is at most that level.

    Formula: with the m p-values in order, the smallest of m p_i / i from rank i up, at most 1 (Benjamini & Hochberg,
    JRSS B 57, 1995), for independent or positively dependent tests. NaN is no test: it stays NaN and does not count in m.
    """
    given, known, order = _in_order(p_values)
    steps = len(order) / np.arange(1, len(order) + 1) * given[known][order]
    return _back(given, known, order, np.minimum.accumulate(steps[::-1])[::-1])


def _in_order(p_values: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    given = np.asarray(p_values, dtype=float)
    known = ~np.isnan(given)
    return given, known, np.argsort(given[known], kind="stable")


def _back(given: Floats, known: npt.NDArray[np.bool_], order: npt.NDArray[np.intp], adjusted: Floats) -> Floats:
    """Adjusted values at the places their tests came from."""
    placed, result = np.empty(len(order)), np.full(given.shape, np.nan)
    placed[order] = np.minimum(adjusted, 1.0)
    result[known] = placed
    return result
