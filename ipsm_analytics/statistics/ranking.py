"""Ranks with their uncertainty: how often each area stands where, over draws of all rates together.

Every draw takes one prior from `heterogeneity.city_posterior`, then every area's rate from its gamma posterior, so that both
uncertainties are in the ranks. The seed is fixed: the same counts always give the same ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ipsm_analytics.statistics.areal import Bools, Floats, Ints, LeftOut, Why, areal, over
from ipsm_analytics.statistics.heterogeneity import city_posterior
from ipsm_analytics.statistics.refusal import Refusal

LEAST_AREAS = 20
WORST = 10
DRAWS = 4000
SEED = 20260101
SURE = 0.95


class Worse(StrEnum):
    """Which end of the rates is the bad one."""

    HIGH = "tinggi"
    LOW = "rendah"


@dataclass(frozen=True, eq=False)
class Ranking:
    """Ranks of n areas, 1 the worst; NaN (group: 0) for the areas left out.

    Attributes:
        probability: (n,) that the area is among the k worst; sums to k.
        expected: (n,) mean rank over the draws; the order of the list (Laird & Louis, J. Educ. Stat. 14, 1989).
        median, lower, upper: (n,) rank, and its 95% interval.
        group: (n,) number of the group whose members cannot be told apart ('tidak dapat dibedakan'), 1 the worst.
        k: how many count as the worst.
        left_out: reason by area, None for those with a rank.
    """

    probability: Floats
    expected: Floats
    median: Floats
    lower: Floats
    upper: Floats
    group: Ints
    k: int
    left_out: tuple[LeftOut | None, ...]


def rank(counts: npt.ArrayLike, population: npt.ArrayLike, worse: Worse, k: int = WORST, seed: int = SEED) -> Ranking | Refusal:
    """Ranks areas (n,) by rate, the worst first; `worse` says which end that is.

    Refuses fewer than LEAST_AREAS areas that take part, or not more than k, and no case at all.
    """
    data = areal(counts, population)
    least = max(LEAST_AREAS, k + 1)
    if data.known.sum() < least:
        return Refusal(Why.FEW_AREAS, int(data.known.sum()), least)
    if not data.counts[data.known].any():
        return Refusal(Why.NO_CASES, 0, 1)
    rates = draws(data.counts[data.known], data.population[data.known], seed)
    badness = rates if worse is Worse.HIGH else -rates
    return _ranking(badness, data.known, data.left_out, k)


def draws(counts: Floats, population: Floats, seed: int = SEED) -> Floats:
    """Rates drawn from the posterior of all areas together, (DRAWS, n)."""
    grid, weight = city_posterior(counts, population)
    source = np.random.default_rng(seed)
    prior = source.choice(len(weight), size=(DRAWS, 1), p=weight)
    shape, mean = grid.shape[prior], grid.mean[prior]
    return np.asarray(source.standard_gamma(counts + shape) / (population + shape / mean))


def ranks(badness: Floats) -> Ints:
    """Rank within each draw (draws, n), 1 for the greatest."""
    return np.asarray((-badness).argsort(axis=1).argsort(axis=1) + 1)


def groups(badness: Floats, order: Ints) -> Ints:
    """Group of every area (n,), numbered from 1 along `order`, the positions of the areas from the worst on.

    Rule: down the list, an area joins the group as long as against every member the probability of being the worse of the
    two lies within 5-95%; otherwise it begins the next group. Groups are runs of the list without overlap: members cannot
    be told apart, while the last of one group and the first of the next may be just as close.
    """
    result = np.zeros(len(order), dtype=np.int64)
    members: list[int] = []
    number = 1
    for area in order:
        if members and not _alike(badness[:, members], badness[:, area]):
            members, number = [], number + 1
        members.append(int(area))
        result[area] = number
    return result


def _alike(members: Floats, area: Floats) -> bool:
    worse = (area[:, None] > members).mean(axis=0)
    return bool(((worse >= 1 - SURE) & (worse <= SURE)).all())


def _ranking(badness: Floats, known: Bools, left_out: tuple[LeftOut | None, ...], k: int) -> Ranking:
    places = ranks(badness)
    expected = places.mean(axis=0)
    lower, median, upper = np.quantile(places, [0.025, 0.5, 0.975], axis=0, method="inverted_cdf")
    group = np.zeros(len(known), dtype=np.int64)
    group[known] = groups(badness, expected.argsort(kind="stable"))
    return Ranking(
        probability=over(known, (places <= k).mean(axis=0)),
        expected=over(known, expected),
        median=over(known, median),
        lower=over(known, lower),
        upper=over(known, upper),
        group=group,
        k=k,
        left_out=left_out,
    )
