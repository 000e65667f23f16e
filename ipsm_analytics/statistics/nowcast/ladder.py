"""Chain ladder on a reporting triangle, with Mack's standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ladder:
    """What a cumulative triangle of R rows and D delays grows to; NaN where it cannot be estimated.

    Attributes:
        factors: D − 1 growth factors; completeness: share of each row that is already there.
        latest, ultimate: last known and final count of each row; errors: Mack's standard error of `ultimate`.
        total_error: standard error of the sum of `ultimate`.
    """

    factors: Floats
    sigma2: Floats
    latest: Floats
    ultimate: Floats
    completeness: Floats
    errors: Floats
    total_error: float


def link_sums(cumulative: Floats) -> tuple[Floats, Floats]:
    """Sums over the rows that know both ends of each step: at its start and at its end; `cumulative` ... × R × D, NaN unknown."""
    start, end = cumulative[..., :-1], cumulative[..., 1:]
    known = ~np.isnan(end)
    return np.where(known, start, 0.0).sum(axis=-2), np.where(known, end, 0.0).sum(axis=-2)


def chain_ladder(cumulative: Floats) -> Ladder:
    """Final counts of an R × D cumulative triangle whose unknown cells, at the end of a row, are NaN.

    Formula: f_k = Σ C_{i,k+1} / Σ C_{i,k}, standard errors of Mack (ASTIN Bulletin 23, 1993), the last variance by his rule
    min(s²_{n-2}² / s²_{n-3}, s²_{n-3}, s²_{n-2}). A step that starts from no case at all has no factor.
    """
    base, reached = link_sums(cumulative)
    factors = np.divide(reached, base, out=np.full_like(base, np.nan), where=base > 0)
    sigma2 = _variances(cumulative, factors)
    last = (~np.isnan(cumulative)).sum(axis=1) - 1
    latest = cumulative[np.arange(len(cumulative)), last]
    growth = np.append(np.cumprod(factors[::-1])[::-1], 1.0)[last]
    ultimate = latest * growth
    errors, total = _errors(cumulative, factors, sigma2, last, ultimate)
    return Ladder(factors, sigma2, latest, ultimate, 1 / growth, errors, total)


def _variances(cumulative: Floats, factors: Floats) -> Floats:
    """σ² of each step; NaN where no two rows know it and Mack's rule has nothing to stand on."""
    start, end = cumulative[:, :-1], cumulative[:, 1:]
    used = ~np.isnan(end) & (start > 0)
    squares = np.where(used, (end - factors * start) ** 2 / np.where(used, start, 1.0), 0.0).sum(axis=0)
    free = (~np.isnan(end)).sum(axis=0) - 1
    found: Floats = np.divide(squares, free, out=np.full(len(factors), np.nan), where=free > 0)
    if free[-1] < 1 and len(found) > 2:
        before, near = found[-3], found[-2]
        found[-1] = min(near**2 / before if before > 0 else 0.0, before, near)
    return found


def _errors(
    cumulative: Floats, factors: Floats, sigma2: Floats, last: npt.NDArray[np.int64], ultimate: Floats
) -> tuple[Floats, float]:
    """Standard error of each final count and of their sum (Mack 1993, theorem 3 and its corollary)."""
    base, _ = link_sums(cumulative)
    steps = len(factors)
    relative = np.divide(sigma2, factors**2, out=np.full(steps, np.nan), where=factors > 0)
    shared = np.divide(relative, base, out=np.full(steps, np.nan), where=base > 0)
    squares, total = np.zeros(len(ultimate)), 0.0
    for row, known in enumerate(last):
        growth = np.concatenate([[1.0], np.cumprod(factors[known:])])[:-1]
        expected = cumulative[row, known] * growth
        own = np.divide(relative[known:], expected, out=np.zeros(steps - known), where=expected > 0)
        squares[row] = ultimate[row] ** 2 * (own + shared[known:]).sum()
        others = ultimate[row + 1 :].sum()
        total += squares[row] + ultimate[row] * others * 2 * shared[known:].sum()
    return np.sqrt(squares), float(np.sqrt(total))
