"""Regression of counts that spread wider than chance: negative binomial, many fits at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ROUNDS = 40
_SMALL = 1e-9
_STEP = 2.0
_MOST_SPREAD = 1e3


@dataclass(frozen=True)
class Fit:
    """m fits of k coefficients to n counts.

    Attributes:
        coefficients: m × k, on the log scale. covariance: m × k × k.
        dispersion: m; variance of a count is μ + dispersion μ², 0 for Poisson.
        mean: m × n, expected counts, also where the weight is 0.
    """

    coefficients: Floats
    covariance: Floats
    dispersion: Floats
    mean: Floats


def fit(count: npt.ArrayLike, design: npt.ArrayLike, offset: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Fit:
    """Negative binomial regression with log link, by iteratively reweighted least squares.

    Count n, design n × k, offset n (log of the exposure), weights m × n of 0 and 1: one fit a row, all rows at once (None: one
    fit of all). The dispersion makes Pearson's chi-square equal to its degrees of freedom (Breslow, Appl. Stat. 33, 1984): less
    biased in small samples than maximum likelihood; 0 where the counts spread no wider than Poisson.
    """
    y, x, base = (np.asarray(value, dtype=float) for value in (count, design, offset))
    use = np.ones((1, len(y))) if weights is None else np.asarray(weights, dtype=float)
    dispersion = np.zeros(len(use))
    beta = _start(y, x, base, use)
    for _ in range(ROUNDS):
        before = beta
        beta = _reweighted(y, x, base, use, beta, dispersion)
        dispersion = _dispersion(y, _mean(x, base, beta), use, use.sum(axis=1) - x.shape[1])
        if np.abs(beta - before).max() < _SMALL:
            break
    mean = _mean(x, base, beta)
    covariance: Floats = np.asarray(np.linalg.pinv(_information(x, _weight(mean, dispersion) * use), hermitian=True), dtype=float)
    return Fit(beta, covariance, dispersion, mean)


def _start(y: Floats, x: Floats, base: Floats, use: Floats) -> Floats:
    """Least squares on log((y + 1/2) / exposure)."""
    information = _information(x, use)
    return _solve(information, np.einsum("mn,n,nk->mk", use, np.log(y + 0.5) - base, x))


def _mean(x: Floats, base: Floats, beta: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(beta @ x.T + base, -30, 30)))


def _weight(mean: Floats, dispersion: Floats) -> Floats:
    return np.asarray(mean / (1 + dispersion[:, None] * mean))


def _information(x: Floats, weight: Floats) -> Floats:
    return np.asarray(np.einsum("mn,nk,nl->mkl", weight, x, x, optimize=True))


def _solve(information: Floats, score: Floats) -> Floats:
    """Least-norm solution, so that a column without information gets 0."""
    return np.asarray(np.einsum("mkl,ml->mk", np.linalg.pinv(information, hermitian=True), score))


def _reweighted(y: Floats, x: Floats, base: Floats, use: Floats, beta: Floats, dispersion: Floats) -> Floats:
    """One Fisher step, no coefficient by more than _STEP."""
    mean = _mean(x, base, beta)
    weight = _weight(mean, dispersion) * use
    score = np.einsum("mn,nk->mk", weight * (y - mean) / mean, x)
    return np.asarray(beta + np.clip(_solve(_information(x, weight), score), -_STEP, _STEP))


def _dispersion(y: Floats, mean: Floats, use: Floats, freedom: Floats) -> Floats:
    """Root of Pearson's equation by bisection on the log scale."""
    low, high = np.full(len(mean), np.log(_SMALL)), np.full(len(mean), np.log(_MOST_SPREAD))
    squares = use * (y - mean) ** 2
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        wide = (squares / (mean + np.exp(middle)[:, None] * mean**2)).sum(axis=1) > freedom
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    return np.where((squares / mean).sum(axis=1) > freedom, np.exp((low + high) / 2), 0.0)
