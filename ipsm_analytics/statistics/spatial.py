"""Do high rates lie together, and where? Global Moran's I, local Moran (LISA) and Getis-Ord Gi* on standardised rates.

Values are rates standardised for the population behind them (Assunção & Reis, Statistics in Medicine 18, 1999): a small
area's rate jumps about without meaning anything. Known disagreements, and the side taken:

- Weights: row-standardised for Moran (the lag is a mean, so that an area with eight neighbours counts no more than one with
  two, and the mean of the local I is the global I); binary for Gi* (a sum over the area and its neighbours, for which
  Ord & Getis, Geographical Analysis 27, 1995, give mean and variance).
- Local Moran divides by Σz²/n (Anselin 1995; spdep); esda's is (n − 1)/n of it.
- Gi*: esda's G_Local divides by Σx, which is near 0 and may be negative for standardised rates and then turns every sign;
  with row-standardised weights its variance is another as well. The z of Ord & Getis has neither fault, so it is computed here.
- Islands, and areas whose neighbours are all left out, take no part in any mean or n; spdep leaves them in the mean.

p-values: conditional permutation for LISA (the area keeps its value, its neighbours are drawn from the others) and total
permutation for Gi* (area and neighbours are any areas). One set of PERMUTATIONS draws serves all areas: the smallest
two-sided p is 2/100,000, against 0.05/306 = 16/100,000 that the first of 2 × 153 tests needs under Benjamini-Hochberg; 999
permutations could never find anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ipsm_analytics.statistics.areal import ArealData, Bools, Floats, Ints, Why, areal, over
from ipsm_analytics.statistics.multiple import false_discovery
from ipsm_analytics.statistics.refusal import Refusal

LEAST_AREAS = 30
PERMUTATIONS = 99_999
GLOBAL_PERMUTATIONS = 9_999
SEED = 20260101
FDR = 0.05
_TIE = 1e-9


class Kind(StrEnum):
    """What is said of an area; the first word is the area, the second its neighbours."""

    HIGH_HIGH = "tinggi-tinggi"
    LOW_LOW = "rendah-rendah"
    HIGH_LOW = "tinggi-rendah"
    LOW_HIGH = "rendah-tinggi"
    HOT = "titik-panas"
    COLD = "titik-dingin"
    NOTHING = "tidak-bermakna"
    NO_NEIGHBOUR = "tanpa-tetangga"
    LEFT_OUT = "tidak-dihitung"


@dataclass(frozen=True)
class Clustering:
    """Global Moran's I, what it would be without clustering, and the two-sided permutation p."""

    index: float
    expected: float
    p_value: float
    areas: int


@dataclass(frozen=True, eq=False)
class Spots:
    """One local statistic of n areas; NaN where an area has none.

    Attributes:
        value: (n,) local Moran's I, or the z of Gi*.
        p_value: (n,) two-sided permutation p, not adjusted.
        adjusted: (n,) p adjusted for the false discovery rate over all areas and both local statistics.
        kind: what is said of each area.
    """

    value: Floats
    p_value: Floats
    adjusted: Floats
    kind: tuple[Kind, ...]


@dataclass(frozen=True, eq=False)
class Pattern:
    """How rates lie in space: standardised rates (n,), global index, both local statistics."""

    z: Floats
    clustering: Clustering
    lisa: Spots
    gi_star: Spots


def pattern(counts: npt.ArrayLike, population: npt.ArrayLike | None, near: Bools) -> Pattern | Refusal:
    """Clustering of rates of areas (n,) with neighbours `near` (n, n), symmetric; `areal.contiguity` makes them.

    Refuses counts without population (raw counts map where people live), fewer than LEAST_AREAS areas that take part,
    no two of them neighbours, and rates that are all equal.
    """
    if population is None:
        return Refusal(Why.NO_POPULATION, 0, LEAST_AREAS)
    data = areal(counts, population)
    joined = near & data.known[:, None] & data.known
    linked = np.asarray(joined.any(axis=1))
    refusal = _refusal(data, linked)
    if refusal:
        return refusal
    z = over(data.known, standardised(data.counts[data.known], data.population[data.known]))
    values, links = z[linked], joined[np.ix_(linked, linked)]
    states = [Kind.NO_NEIGHBOUR if known else Kind.LEFT_OUT for known in data.known]
    lisa, star = local_moran(values, links), gi_star(values, links)
    adjusted = _adjusted(lisa[1], star[1])
    return Pattern(
        z,
        global_moran(values, links),
        _spots(linked, states, *lisa, adjusted[0], _quadrants(values, links)),
        _spots(linked, states, *star, adjusted[1], _temperature(values, links)),
    )


def _refusal(data: ArealData, linked: Bools) -> Refusal | None:
    known = int(data.known.sum())
    if not np.nan_to_num(data.population).any():
        return Refusal(Why.NO_POPULATION, 0, LEAST_AREAS)
    if known < LEAST_AREAS:
        return Refusal(Why.FEW_AREAS, known, LEAST_AREAS)
    if not linked.any():
        return Refusal(Why.ISLANDS_ONLY, 0, 1)
    if linked.sum() < LEAST_AREAS:
        return Refusal(Why.FEW_AREAS, int(linked.sum()), LEAST_AREAS)
    rates = data.counts[linked] / data.population[linked]
    return Refusal(Why.ALL_EQUAL, 1, 2) if np.ptp(rates) <= _TIE * rates.max() else None


def standardised(cases: Floats, persons: Floats) -> Floats:
    """Rates less the mean rate, in standard deviations of an area of that population, (n,).

    z = (r − b) / √(a + b/P) with b = ΣO/ΣP and a = Σ P (r − b)² / ΣP − b / mean P (Assunção & Reis 1999). The variance a
    between areas is floored at 0, as in `smoothing.moments`; esda falls back area by area, only where the sum is negative.
    """
    mean = cases.sum() / persons.sum()
    rates = cases / persons
    between = max((persons * (rates - mean) ** 2).sum() / persons.sum() - mean / persons.mean(), 0.0)
    return np.asarray((rates - mean) / np.sqrt(between + mean / persons))


def moran_index(values: Floats, weights: Floats) -> float:
    """Moran's I of values (n,) with any weights (n, n): n/S0 · Σ w z z / Σ z² (Moran, Biometrika 37, 1950)."""
    z = values - values.mean()
    return float(len(z) / weights.sum() * (z @ weights @ z) / (z @ z))


def global_moran(values: Floats, links: Bools) -> Clustering:
    """Moran's I with row-standardised weights over areas that all have a neighbour; p from GLOBAL_PERMUTATIONS."""
    z, weights = values - values.mean(), links / links.sum(axis=1, keepdims=True)
    shuffled = z[_orders(len(z))]
    drawn = ((shuffled @ weights) * shuffled).sum(axis=1) / (z @ z)
    observed = moran_index(values, weights)
    more = (drawn >= observed - _TIE).sum(), (drawn <= observed + _TIE).sum()
    p_value = min(1.0, 2 * (min(more) + 1) / (GLOBAL_PERMUTATIONS + 1))
    return Clustering(observed, -1 / (len(z) - 1), float(p_value), len(z))


def local_moran(values: Floats, links: Bools) -> tuple[Floats, Floats]:
    """Local Moran's I and its two-sided p, both (n,): I = z · mean of the neighbours' z / (Σz²/n) (Anselin 1995)."""
    z = values - values.mean()
    lag = links @ z
    index = z * lag / links.sum(axis=1) / (z @ z / len(z))
    return index, _two_sided(z, lag, links.sum(axis=1), conditional=True)


def gi_star(values: Floats, links: Bools) -> tuple[Floats, Floats]:
    """Gi* as z and its two-sided p, both (n,), binary weights, the area itself included.

    z = (Σ w x − mean · W) / (s √((n W − W²) / (n − 1))), W = neighbours + 1, s² over n (Ord & Getis 1995, eq. 14 with S1 = W);
    0 where an area borders on all others, for that sum is always the same.
    """
    z, size, number = values - values.mean(), links.sum(axis=1) + 1, len(values)
    total = links @ z + z
    spread = values.std() * np.sqrt((number * size - size**2) / (number - 1))
    score = np.divide(total, spread, out=np.zeros(number), where=size < number)
    return score, _two_sided(z, total, size, conditional=False)


def _two_sided(z: Floats, observed: Floats, size: Ints, *, conditional: bool) -> Floats:
    """Twice the smaller tail of sums of `size` values drawn without replacement, at most 1.

    Conditional: the area itself cannot be drawn; wherever it was, the value drawn next stands in for it.
    """
    depth = int(size.max()) + conditional
    sums = z[_draws(len(z), depth)].cumsum(axis=0)
    ordered = {number: np.sort(sums[number - 1]) for number in np.unique(size).tolist()}
    result = np.empty(len(z))
    for area, (total, number) in enumerate(zip(observed.tolist(), size.tolist(), strict=True)):
        tails = _tails(ordered[number], total)
        if conditional:
            rows = _drawn(len(z), depth, area, number)
            tails += _tails(np.sort(sums[number, rows] - z[area]), total) - _tails(np.sort(sums[number - 1, rows]), total)
        result[area] = min(1.0, 2 * (int(tails.min()) + 1) / (PERMUTATIONS + 1))
    return result


def _tails(ordered: Floats, total: float) -> Ints:
    """How many sums, in order, are at most `total`, and how many at least."""
    return np.array([ordered.searchsorted(total + _TIE, "right"), len(ordered) - ordered.searchsorted(total - _TIE)])


@lru_cache(maxsize=1)
def _draws(number: int, depth: int) -> npt.NDArray[np.int16]:
    """PERMUTATIONS ordered draws of `depth` of `number` areas without replacement, (depth, PERMUTATIONS)."""
    source = np.random.default_rng(SEED)
    keys = source.random((PERMUTATIONS, number), dtype=np.float32)
    chosen = keys.argpartition(depth - 1, axis=1)[:, :depth]
    mixed = source.permuted(chosen, axis=1)
    return np.ascontiguousarray(mixed.T, dtype=np.int16)


def _drawn(number: int, depth: int, area: int, size: int) -> Ints:
    """The draws that have the area among their first `size`."""
    first, order = _places(number, depth)
    mine = order[first[area] : first[area + 1]]
    return np.asarray(mine[: mine.searchsorted(size * PERMUTATIONS)] % PERMUTATIONS)


@lru_cache(maxsize=1)
def _places(number: int, depth: int) -> tuple[Ints, Ints]:
    """Where each area was drawn: positions in the flat draws, area after area, and where each area's begin (number + 1,)."""
    flat = _draws(number, depth).ravel()
    order = flat.argsort(kind="stable")
    return flat[order].searchsorted(np.arange(number + 1)), order


@lru_cache(maxsize=1)
def _orders(number: int) -> npt.NDArray[np.int16]:
    """GLOBAL_PERMUTATIONS orders of `number` areas."""
    start = np.tile(np.arange(number, dtype=np.int16), (GLOBAL_PERMUTATIONS, 1))
    return np.random.default_rng(SEED).permuted(start, axis=1)


def _quadrants(values: Floats, links: Bools) -> list[Kind]:
    z = values - values.mean()
    names = {(True, True): Kind.HIGH_HIGH, (True, False): Kind.HIGH_LOW, (False, True): Kind.LOW_HIGH}
    return [names.get(pair, Kind.LOW_LOW) for pair in zip((z > 0).tolist(), (links @ z > 0).tolist(), strict=True)]


def _temperature(values: Floats, links: Bools) -> list[Kind]:
    z = values - values.mean()
    return [Kind.HOT if total > 0 else Kind.COLD for total in links @ z + z]


def _adjusted(*families: Floats) -> Floats:
    """p adjusted for the false discovery rate, one row a statistic.

    All tests of all statistics are one family: a map shows both, and either would be read as a finding.
    """
    return false_discovery(np.concatenate(families)).reshape(len(families), -1)


def _spots(linked: Bools, states: list[Kind], value: Floats, p_value: Floats, adjusted: Floats, kinds: list[Kind]) -> Spots:
    said = [kind if significant else Kind.NOTHING for kind, significant in zip(kinds, adjusted <= FDR, strict=True)]
    found = iter(said)
    all_kinds = tuple(next(found) if part else state for part, state in zip(linked, states, strict=True))
    return Spots(over(linked, value), over(linked, p_value), over(linked, adjusted), all_kinds)
