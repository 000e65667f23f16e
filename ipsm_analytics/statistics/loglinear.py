"""Log-linear model of monthly counts whose errors are overdispersed and follow one another.

Imports statsmodels (seconds): the modules that use it import it inside the function that fits.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import special
from statsmodels.genmod.families import NegativeBinomial, Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from ipsm_analytics.statistics.monthly import Floats

LEVEL = 0.05
STEPS = 30
TINY = 1e-9
"""Sum of squares taken for a fit without rest, so that its logarithm exists."""
GRID = np.arange(0.0, 0.91, 0.05)
"""Lag-one correlations tried; a negative one is taken for none, which can only widen an interval."""
PRIOR = 1 - GRID
"""How likely each is taken to be beforehand, up to a factor: the stronger the rarer. Chosen so that intervals cover in trials."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model.

    Attributes:
        terms: (P,) coefficients on the log scale.
        covariance: (P, P) of the coefficients, with overdispersion and correlation between months.
        fitted: (M,) expected counts.
        weights: (M,) working weights of the model.
        correlation: expected correlation of the errors of neighbouring months.
        alpha: overdispersion of the negative binomial, variance = mean + alpha × mean²; 0 for the Poisson model.
        dispersion_p: p-value of the test for overdispersion.
        freedom: M − P.
    """

    terms: Floats
    covariance: Floats
    fitted: Floats
    weights: Floats
    correlation: float
    alpha: float
    dispersion_p: float
    freedom: int


def fit(counts: Floats, design: Floats, exposure: Floats, places: Floats) -> Fit:
    """Fits counts (M,) on a design (M, P) with offset log(exposure); `places` (M,) are the months' positions, gaps allowed.

    Poisson, or negative binomial when Pearson's X² exceeds what the Poisson model allows (chi-square with M − P degrees
    of freedom, 5%; McCullagh & Nelder, Generalized Linear Models, 1989, 4.5); its alpha makes X² = M − P (Breslow, Appl.
    Stat. 33, 1984). Covariance: sandwich with errors whose correlation is a power of the months between them, averaged over
    what restricted likelihood leaves open. Newey-West errors of series this short are too small: in trials with known truth
    their 95% interval covered 84%.
    """
    freedom = len(counts) - design.shape[1]
    mean, terms = _mean(counts, design, exposure, 0.0)
    p_value = float(special.chdtrc(freedom, np.sum((counts - mean) ** 2 / mean)))
    alpha = 0.0
    if p_value < LEVEL:
        for _ in range(3):
            alpha = _alpha(counts, mean, freedom)
            mean, terms = _mean(counts, design, exposure, alpha)
    weights = mean / (1 + alpha * mean)
    scaled = np.sqrt(weights)[:, np.newaxis] * design
    chances, scales = follow(scaled, np.sqrt(weights) * (counts - mean) / mean, places)
    bread = np.linalg.inv(scaled.T @ scaled)
    mixed = sum(chance * scale * powers(rho, places) for rho, chance, scale in zip(GRID, chances, scales, strict=True))
    covariance = bread @ (scaled.T @ mixed @ scaled) @ bread
    return Fit(terms, covariance, mean, weights, float(chances @ GRID), alpha, p_value, freedom)


def _mean(counts: Floats, design: Floats, exposure: Floats, alpha: float) -> tuple[Floats, Floats]:
    family = NegativeBinomial(alpha=alpha) if alpha else Poisson()
    with warnings.catch_warnings():
        # counts that the terms explain without rest are an exact fit here, not the separation of classes warned of
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        found = GLM(counts, design, family=family, offset=np.log(exposure)).fit()
    return np.asarray(found.mu), np.asarray(found.params)


def _alpha(counts: Floats, mean: Floats, freedom: int) -> float:
    """Alpha at which Pearson's X² equals its degrees of freedom, by bisection; 0 where none is needed."""
    low, high = 0.0, 10.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        excess = np.sum((counts - mean) ** 2 / (mean + middle * mean**2)) > freedom
        low, high = (middle, high) if excess else (low, middle)
    return low


def follow(design: Floats, errors: Floats, places: Floats) -> tuple[Floats, Floats]:
    """How likely each correlation of GRID is, and the variance of the errors (M,) about a design (M, P) under it.

    Restricted likelihood × PRIOR: the correlation of a few dozen months is known so badly that its best value alone makes
    intervals too narrow.
    """
    found = np.array([_restricted(design, errors, powers(rho, places)) for rho in GRID])
    likely = np.exp(found[:, 0] - found[:, 0].max()) * PRIOR
    return likely / likely.sum(), found[:, 1]


def powers(rho: float, places: Floats) -> Floats:
    """(M, M) correlation of months at `places` that falls by a power of the months between them."""
    return np.asarray(float(rho) ** np.abs(places[:, np.newaxis] - places))


def _restricted(design: Floats, errors: Floats, correlation: Floats) -> tuple[float, float]:
    """Restricted log-likelihood of a correlation matrix (Patterson & Thompson, Biometrika 58, 1971) and the variance."""
    root = np.linalg.cholesky(correlation)
    sides = np.linalg.solve(root, np.column_stack([design, errors]))
    orthogonal, triangle = np.linalg.qr(sides[:, :-1])
    rest = sides[:, -1] - orthogonal @ (orthogonal.T @ sides[:, -1])
    freedom = len(errors) - design.shape[1]
    scale = max(float(rest @ rest), TINY) / freedom
    logs = np.log(np.diag(root)).sum() + np.log(np.abs(np.diag(triangle))).sum()
    return -float(logs) - freedom * np.log(scale) / 2, scale
