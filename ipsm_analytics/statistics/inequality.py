"""How unequal the kelurahan are: gaps, slope index and Gini, each with its interval or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
LEAST_AREAS = 10
DRAWS = 1000
SEED = 20_260_102
_LEAST_BETWEEN = 1e-6


class Reason(StrEnum):
    """Why an index is not given."""

    FEW_AREAS = "wilayah_terlalu_sedikit"
    NO_CASES = "tanpa_kasus"
    ONE_RANK = "peringkat_sama"


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; a bound is NaN where the data set none."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Slope:
    """Slope index (unit of the values) and relative index (a ratio) along the ranks, least rank first."""

    sii: Estimate
    rii: Estimate
    intercept: float
    areas: int


@dataclass(frozen=True)
class Disparity:
    """A measure of how far areas lie apart.

    Attributes:
        observed: that of the rates as they are, chance included, NaN where it would divide by 0.
        value: median once chance is taken off, with its interval; `observed` may lie above it.
    """

    observed: float
    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Gap:
    """Differences between areas, in cases per person.

    Attributes:
        spread: highest less lowest rate.
        ratio: P90 / P10 by population.
        fifths: rate of the highest fifth of the population less that of the lowest.
    """

    spread: Disparity
    ratio: Disparity
    fifths: Disparity
    areas: int


def midpoints(population: npt.ArrayLike, rank: npt.ArrayLike) -> Floats:
    """Place of each area on the cumulative population from the least rank (0) to the greatest (1).

    An area stands at the middle of its own part; areas of equal rank share one part, so one midpoint.
    """
    people = np.asarray(population, dtype=float)
    groups = np.unique(np.asarray(rank), return_inverse=True)[1]
    sizes = np.bincount(groups, weights=people)
    return np.asarray(((np.cumsum(sizes) - sizes / 2) / sizes.sum())[groups])


def slope(
    values: npt.ArrayLike,
    population: npt.ArrayLike,
    rank: npt.ArrayLike,
    error: npt.ArrayLike,
    confidence: float = 0.95,
    *,
    least: int = LEAST_AREAS,
) -> Slope | Refusal:
    """Slope and relative index of inequality; arrays of shape (n,), areas with an unknown value left out.

    Least squares of the values on `midpoints`, weighted by population; SII is the slope, RII the line at 1 over the line at 0
    (Mackenbach & Kunst, Soc. Sci. Med. 44, 1997). Both ends of the line are linear in the values, so the interval of
    the SII follows from their standard errors and that of the RII from Fieller (J. R. Stat. Soc. B 16, 1954).

    Args:
        rank: what orders the areas, such as a poverty desil.
        error: standard error of each value by chance.
    """
    table = np.array([values, population, rank, error], dtype=float)
    value, people, place, spread = table[:, np.isfinite(table).all(axis=0) & (table[1] > 0)]
    if len(value) < least:
        return Refusal(Reason.FEW_AREAS, len(value), least)
    x = midpoints(people, place)
    if np.ptp(x) == 0:
        return Refusal(Reason.ONE_RANK, 1, 2)
    return _slope(value, people, x, spread, float(special.ndtri(0.5 + confidence / 2)))


def _slope(value: Floats, people: Floats, x: Floats, error: Floats, z: float) -> Slope:
    weight = people / people.sum()
    centred = x - weight @ x
    on_slope = weight * centred / (weight @ centred**2)
    on_start = weight - (weight @ x) * on_slope
    end = np.stack([on_start, on_start + on_slope])
    sii, (start, finish) = float(on_slope @ value), end @ value
    reach = z * float(np.sqrt(on_slope**2 @ error**2))
    ratio = _fieller(float(finish), float(start), (end * error**2) @ end.T, z)
    return Slope(Estimate(sii, sii - reach, sii + reach), ratio, float(start), len(value))


def _fieller(top: float, base: float, covariance: Floats, z: float) -> Estimate:
    """Ratio top / base; without bounds where the base may be 0."""
    a = base**2 - z**2 * covariance[0, 0]
    b = top * base - z**2 * covariance[0, 1]
    c = top**2 - z**2 * covariance[1, 1]
    if a <= 0 or base <= 0:
        return Estimate(top / base if base > 0 else np.nan, np.nan, np.nan)
    root = float(np.sqrt(max(b**2 - a * c, 0.0)))
    return Estimate(top / base, (b - root) / a, (b + root) / a)


def rate_error(cases: npt.ArrayLike, population: npt.ArrayLike, dispersion: float = 1.0) -> Floats:
    """Standard error of case rates per person, √(dispersion · cases) / population."""
    return np.asarray(np.sqrt(dispersion * np.asarray(cases, dtype=float)) / np.asarray(population, dtype=float))


def gini(
    cases: npt.ArrayLike,
    population: npt.ArrayLike,
    confidence: float = 0.95,
    *,
    dispersion: float = 1.0,
    least: int = LEAST_AREAS,
) -> Disparity | Refusal:
    """Gini coefficient of case rates over areas, weighted by population: 0 all equal.

    Twice the area between the Lorenz line and the diagonal. Areas of equal rate may stand in any order. Arguments and
    interval as in `gap`.
    """
    count, people = _known(cases, population)
    refusal = _refused(count, least)
    if refusal:
        return refusal
    drawn = _ginis(_true_rates(count, people, dispersion), people)
    return _disparity(float(_ginis((count / people)[None], people)[0]), drawn, confidence)


def _ginis(rates: Floats, population: Floats) -> Floats:
    """Gini of each row of rates; 0 where a row has no case."""
    order = np.argsort(rates, axis=1, kind="stable")
    part = population[order] / population.sum()
    mass = np.take_along_axis(rates, order, axis=1) * part
    total = mass.sum(axis=1)
    under = (part * (np.cumsum(mass, axis=1) - mass / 2)).sum(axis=1)
    return np.where(total > 0, 1 - 2 * under / np.where(total > 0, total, 1.0), 0.0)


def gap(
    cases: npt.ArrayLike,
    population: npt.ArrayLike,
    confidence: float = 0.95,
    *,
    dispersion: float = 1.0,
    least: int = LEAST_AREAS,
) -> Gap | Refusal:
    """Gaps between the case rates of areas, the areas ordered by their own rate; areas with unknown cases are left out.

    Order by rates that chance has moved makes every gap too wide. The interval is that of the gap between the true rates, drawn
    from their posterior, gamma for Poisson counts (Clayton & Kaldor, Biometrics 43, 1987). `dispersion` is that of
    `persons.dispersion`.
    """
    count, people = _known(cases, population)
    refusal = _refused(count, least)
    if refusal:
        return refusal
    drawn, whole = _gaps(_true_rates(count, people, dispersion), people), _gaps((count / people)[None], people)[:, 0]
    spread, ratio, fifths = (_disparity(float(value), draw, confidence) for value, draw in zip(whole, drawn, strict=True))
    return Gap(spread, ratio, fifths, len(count))


def _refused(count: Floats, least: int) -> Refusal | None:
    if len(count) < least:
        return Refusal(Reason.FEW_AREAS, len(count), least)
    return None if count.sum() > 0 else Refusal(Reason.NO_CASES, 0, 1)


def _true_rates(count: Floats, population: Floats, dispersion: float) -> Floats:
    """Draws of the true rates, shape (DRAWS, n).

    The variance between areas is what the weighted square deviations exceed chance by (Marshall, Appl. Stat. 40, 1991),
    its own uncertainty that of a chi-square with n - 1 degrees of freedom.
    """
    rng, events, people = np.random.default_rng(SEED), count / dispersion, population / dispersion
    mean, freedom = events.sum() / people.sum(), len(count) - 1
    squares = float(np.sum((events - mean * people) ** 2 / people)) / mean
    phi = squares / rng.chisquare(freedom, DRAWS)
    size = people.sum() - np.sum(people**2) / people.sum()
    between = np.maximum(phi - 1, _LEAST_BETWEEN) * mean * freedom / size
    rate = (mean / between)[:, None]
    return np.asarray(rng.standard_gamma(events + mean * rate) / (people + rate))


def _disparity(observed: float, drawn: Floats, confidence: float) -> Disparity:
    known = drawn[np.isfinite(drawn)]
    lower, value, upper = np.quantile(known, [(1 - confidence) / 2, 0.5, (1 + confidence) / 2])
    return Disparity(observed, float(value), float(lower), float(upper))


def _gaps(rates: Floats, population: Floats) -> Floats:
    """Spread, ratio and fifths of each row of rates, shape (3, rows)."""
    order = np.argsort(rates, axis=1, kind="stable")
    ranked, people = np.take_along_axis(rates, order, axis=1), population[order]
    edge = np.cumsum(people, axis=1) / people.sum(axis=1, keepdims=True)
    start = edge - people / people.sum(axis=1, keepdims=True)
    low, high = np.clip(0.2 - start, 0, edge - start), np.clip(edge - 0.8, 0, edge - start)
    fifths = ((high - low) * ranked).sum(axis=1) / 0.2
    tenth, ninetieth = (_at(ranked, edge, share) for share in (0.1, 0.9))
    ratio = np.where(tenth > 0, ninetieth / np.where(tenth > 0, tenth, 1.0), np.nan)
    return np.stack([ranked[:, -1] - ranked[:, 0], ratio, fifths])


def _at(ranked: Floats, edge: Floats, share: float) -> Floats:
    """Rate of the area in which the given share of the population is reached."""
    place = np.minimum((edge < share).sum(axis=1), ranked.shape[1] - 1)
    return np.asarray(ranked[np.arange(len(ranked)), place])


def _known(values: npt.ArrayLike, population: npt.ArrayLike) -> tuple[Floats, Floats]:
    value, people = np.asarray(values, dtype=float), np.asarray(population, dtype=float)
    known = np.isfinite(value) & (people > 0)
    return value[known], people[known]
