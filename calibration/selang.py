"""Intervals, funnels and the slope index on 153 kelurahan whose true rates are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.measures.intervals import byar, widened, wilson
from ipsm_analytics.reference import population
from ipsm_analytics.statistics import comparison, funnel, inequality, persons, significance

Floats = npt.NDArray[np.float64]
Limits = Callable[[float], tuple[Floats, Floats]]
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99)
RATE = 0.006
SLOPES = 10
LEAST_BOTH = 30
REPEATS = np.array([0.70, 0.18, 0.07, 0.03, 0.02])
CLAIMS = (
    Claim("selang-byar", 0.93, 0.97, at=0.95),
    Claim("selang-wilson", 0.93, 0.97, at=0.95),
    Claim("selang-orang", 0.93, 0.97, at=0.95),
    Claim("selang-orang-polos", at=0.0),
    Claim("ubah-orang", 0.0, 0.055, at=0.95),
    Claim("ubah-orang-polos", at=0.0),
    Claim("corong-tanpa-beda-95", 0.025, 0.055, at=0.95),
    Claim("corong-tanpa-beda-998", 0.0003, 0.003, at=0.998),
    Claim("selang-gini", 0.93, 0.97, at=0.95),
    Claim("selang-kesenjangan-perlimaan", 0.93, 0.97, at=0.95),
    Claim("selang-kesenjangan-rasio", 0.93, 0.97, at=0.95),
    Claim("selang-kesenjangan-rentang", 0.93, 0.97, at=0.95),
    Claim("sii", 0.93, 0.97, at=0.95),
)


def simulate(seed: int) -> list[Outcome]:
    """A year of cases: rates spread by a factor of about two round 6 in 1,000, persons of one to five cases."""
    rng = np.random.default_rng(seed)
    people = np.array([population.by_kelurahan()[code] for code in sorted(population.by_kelurahan())], dtype=float)
    rates = RATE * rng.gamma(6, 1 / 6, len(people))
    return [
        *_rates(rng, people, rates),
        *_shares(rng),
        *_persons(rng, people, rates),
        *_equal(rng, people),
        *_gaps(rng, people, rates),
        *(outcome for _ in range(SLOPES) for outcome in _slope(rng, people)),
        *_changes(rng, people, rates),
    ]


def _rates(rng: np.random.Generator, people: Floats, rates: Floats) -> list[Outcome]:
    count = rng.poisson(people * rates)
    return _covered("selang-byar", people * rates, lambda level: byar(count, level))


def _shares(rng: np.random.Generator) -> list[Outcome]:
    whole, truth = rng.integers(15, 200, 153), rng.beta(6, 4, 153)
    part = rng.binomial(whole, truth)
    return _covered("selang-wilson", truth, lambda level: wilson(part, whole, level))


def _persons(rng: np.random.Generator, people: Floats, rates: Floats) -> list[Outcome]:
    """Persons with 1 to 5 cases; limits of the expected cases of each kelurahan."""
    size = np.arange(1, len(REPEATS) + 1)
    mean = float(size @ REPEATS)
    met = rng.poisson(np.outer(people * rates / mean, REPEATS))
    count, factor = met @ size, persons.dispersion(size, met.sum(axis=0))
    return [
        *_covered("selang-orang", people * rates, lambda level: widened(count, factor, level)),
        *_covered("selang-orang-polos", people * rates, lambda level: byar(count, level)),
    ]


def _changes(rng: np.random.Generator, people: Floats, rates: Floats) -> list[Outcome]:
    """Two years of the same rates: how often a change is called, with the factor of both years together and without."""
    size = np.arange(1, len(REPEATS) + 1)
    years = rng.poisson(np.outer(people * rates / float(size @ REPEATS), REPEATS), (2, len(people), len(REPEATS)))
    counts, factor = years @ size, persons.dispersion(size, years.sum(axis=(0, 1)))
    tested = np.flatnonzero(counts.sum(axis=0) >= LEAST_BOTH)
    result = []
    for claim, number in (("ubah-orang", factor), ("ubah-orang-polos", 1.0)):
        verdicts = [comparison.change(*counts[:, place].tolist(), dispersion=number).verdict for place in tested]
        called = sum(verdict in (comparison.Verdict.UP, comparison.Verdict.DOWN) for verdict in verdicts)
        result.append(Outcome(claim, 0.95, called, len(tested), 0.05 * len(tested)))
    return result


def _equal(rng: np.random.Generator, people: Floats) -> list[Outcome]:
    """Areas of one rate: how many are called different, by the funnel and against the city."""
    count = rng.poisson(people * RATE).astype(float)
    city = significance.City(float(count.sum()), float(people.sum()))
    scores = [
        funnel.count_scores(count, people * count.sum() / people.sum()),
        significance.rate_scores(count, people, city),
    ]
    names = [[significance.significance(score) for score in each] for each in scores]
    flat = [name for each in names for name in each]
    sure = {significance.Significance.MUCH_HIGHER, significance.Significance.MUCH_LOWER}
    called, certain = sum(name is not significance.Significance.SAME for name in flat), sum(name in sure for name in flat)
    return [
        Outcome("corong-tanpa-beda-95", 0.95, called, len(flat), 0.05 * len(flat)),
        Outcome("corong-tanpa-beda-998", 0.998, certain, len(flat), 0.002 * len(flat)),
    ]


def _slope(rng: np.random.Generator, people: Floats) -> list[Outcome]:
    """Rates rise along a desil with ties, the kelurahan scattered round the line."""
    desil = rng.integers(1, 11, len(people))
    rates = RATE * (0.6 + 0.08 * desil) * rng.gamma(10, 0.1, len(people))
    truth = inequality.slope(rates, people, desil, np.zeros(len(people)))
    count = rng.poisson(people * rates)
    error = inequality.rate_error(count, people)
    result = []
    for level in LEVELS:
        found = inequality.slope(count / people, people, desil, error, level)
        if isinstance(found, inequality.Slope) and isinstance(truth, inequality.Slope):
            result.append(Outcome("sii", level, int(found.sii.lower <= truth.sii.value <= found.sii.upper), 1, level))
    return result


def _gaps(rng: np.random.Generator, people: Floats, rates: Floats) -> list[Outcome]:
    """Gaps and Gini of the true rates, which are what a count without chance would give."""
    count, many = rng.poisson(people * rates), people * 1e6
    result = []
    truth, equal = inequality.gap(rates * many, many), inequality.gini(rates * many, many)
    for level in LEVELS:
        found, index = inequality.gap(count, people, level), inequality.gini(count, people, level)
        for name, part in (("perlimaan", "fifths"), ("rasio", "ratio"), ("rentang", "spread")):
            result.append(_within(f"selang-kesenjangan-{name}", level, getattr(found, part), getattr(truth, part)))
        result.append(_within("selang-gini", level, index, equal))
    return result


def _within(claim: str, level: float, found: object, truth: object) -> Outcome:
    if not isinstance(found, inequality.Disparity) or not isinstance(truth, inequality.Disparity):
        raise TypeError(f"{claim} was refused")
    return Outcome(claim, level, int(found.lower <= truth.observed <= found.upper), 1, level)


def _covered(claim: str, truth: Floats, limits: Limits, levels: Sequence[float] = LEVELS) -> list[Outcome]:
    result = []
    for level in levels:
        lower, upper = limits(level)
        hits = int(((lower <= truth) & (truth <= upper)).sum())
        result.append(Outcome(claim, level, hits, len(truth), level * len(truth)))
    return result


TOPIC = Topic("selang", CLAIMS, simulate)
