"""The real city with invented rates: population and neighbours of the 153 kelurahan, rates with known truth."""

from __future__ import annotations

import numpy as np

from ipsm_analytics.reference import boundaries, population
from ipsm_analytics.statistics.areal import Bools, Floats, contiguity

CODES = tuple(population.by_kelurahan())
POPULATION: Floats = np.array([population.by_kelurahan()[code] for code in CODES], dtype=float)
NEAR: Bools = contiguity(CODES, boundaries.neighbours())
RATE = 5e-4
CV = 0.5


def independent(source: np.random.Generator, variation: float) -> Floats:
    """Gamma rates about RATE, each area for itself."""
    return np.asarray(source.gamma(variation**-2, RATE * variation**2, len(CODES)))


def field(source: np.random.Generator, variation: float) -> Floats:
    """Log-normal rates about RATE, two thirds of their log variance shared with the neighbourhood."""
    group = NEAR + np.eye(len(CODES))
    weights = group / group.sum(axis=1, keepdims=True)
    shared = weights @ (weights @ source.normal(size=len(CODES)))
    mixed = 0.8 * shared / shared.std() + 0.6 * source.normal(size=len(CODES))
    spread = np.sqrt(np.log1p(variation**2))
    return np.asarray(RATE * np.exp(spread * mixed - spread**2 / 2))


def cluster(source: np.random.Generator, members: int) -> Bools:
    """An area with neighbours enough, drawn at random, and as many of its neighbours as make `members`."""
    centre = source.choice(np.flatnonzero(NEAR.sum(axis=1) >= members - 1))
    chosen = np.zeros(len(CODES), dtype=bool)
    chosen[source.choice(np.flatnonzero(NEAR[centre]), members - 1, replace=False)] = True
    chosen[centre] = True
    return chosen
