"""How far rates differ between areas, with its own uncertainty: the prior behind smoothed rates and ranks.

Counts are Poisson with mean rate × population, rates are gamma with a mean and a coefficient of variation (CV); the count
of an area is then negative binomial. The posterior of mean and CV is laid on a grid. Prior: flat in log mean and in the CV
up to CV_MAX.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from ipsm_analytics.statistics.areal import Floats

CV_MAX = 2.5
_CVS = (np.arange(50) + 0.5) ** 2 / 50**2 * CV_MAX
_CV_WIDTHS = 2 * (np.arange(50) + 0.5) / 50**2 * CV_MAX
_STEPS = np.linspace(-4.0, 4.0, 17)
_LOCAL_CVS, _LOCAL_WIDTHS = _CVS[::2], _CV_WIDTHS[::2]
_LOCAL_MEANS = 61
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True, eq=False)
class Grid:
    """Gamma priors and their log weights before any count is seen, each (G,).

    Attributes:
        shape: of the gamma, 1 / CV².
        mean: rate, cases a person.
    """

    shape: Floats
    mean: Floats
    log_prior: Floats


def city_grid(counts: Floats, population: Floats) -> Grid:
    """Grid about the crude rate of areas (n,), four standard errors to either side for every CV."""
    total = population.sum()
    error = np.sqrt(1 / counts.sum() + _CVS**2 * (population**2).sum() / total**2)
    mean = counts.sum() / total * np.exp(error[:, None] * _STEPS)
    prior = np.log(_CV_WIDTHS * error)[:, None] + np.zeros_like(mean)
    return Grid(np.repeat(_CVS**-2.0, len(_STEPS)), mean.ravel(), prior.ravel())


def local_grid(lowest: float, highest: float) -> Grid:
    """Grid for neighbourhoods whose crude rates lie between two rates, both above 0, widened fourfold on either side."""
    means = np.geomspace(lowest / 4, highest * 4, _LOCAL_MEANS)
    prior = np.repeat(np.log(_LOCAL_WIDTHS), _LOCAL_MEANS)
    return Grid(np.repeat(_LOCAL_CVS**-2.0, _LOCAL_MEANS), np.tile(means, len(_LOCAL_CVS)), prior)


def log_likelihood(counts: Floats, population: Floats, grid: Grid) -> Floats:
    """Negative binomial log likelihood of every area under every prior, (n, G), without the term of the counts alone."""
    cases, ratio = counts[:, None], population[:, None] * grid.mean / grid.shape
    gammas = special.gammaln(cases + grid.shape) - special.gammaln(grid.shape)
    return np.asarray(gammas - (cases + grid.shape) * np.log1p(ratio) + special.xlogy(cases, ratio))


def normalised(log_weights: Floats) -> Floats:
    """Weights that sum to 1 over the last axis."""
    weights = np.exp(log_weights - log_weights.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def city_posterior(counts: Floats, population: Floats) -> tuple[Grid, Floats]:
    """Priors that the counts of all areas leave plausible, and their weights (G,)."""
    grid = city_grid(counts, population)
    weight = normalised(log_likelihood(counts, population, grid).sum(axis=0) + grid.log_prior)
    keep = weight > _NEGLIGIBLE
    kept = Grid(grid.shape[keep], grid.mean[keep], grid.log_prior[keep])
    return kept, weight[keep] / weight[keep].sum()


def matched_gamma(counts: Floats, population: Floats, grid: Grid, weight: Floats) -> tuple[Floats, Floats]:
    """Shape and rate, each (n,), of the gamma with mean and variance of the mixture of gamma posteriors.

    `weight` is (G,) for all areas or (n, G). Total variance = mean of the variances + variance of the means (Kass &
    Steffey, JASA 84, 1989): what the plug-in posterior leaves out is the second part.
    """
    shape = counts[:, None] + grid.shape
    rate = population[:, None] + grid.shape / grid.mean
    mean = (weight * shape / rate).sum(axis=1)
    variance = (weight * shape * (shape + 1) / rate**2).sum(axis=1) - mean**2
    return mean**2 / variance, mean / variance
