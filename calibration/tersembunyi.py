"""Two lists of a known population: does the interval hold it, and do the bounds when the lists depend on each other?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.reference import areas, population
from ipsm_analytics.statistics.hidden import Cell, Linkage, chapman, estimate, total

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LEVEL = 0.95
PER_10_000 = (70.0, 25.0, 45.0, 35.0)
TRUE_RECALL, TRUE_PRECISION, MEASURED_ON = 0.926, 0.983, 380
CLAIMS = (
    Claim("tersembunyi-selang", low=0.93, high=0.97, at=LEVEL),
    Claim("tersembunyi-kota", low=0.93, high=0.97, at=LEVEL),
    Claim("tersembunyi-batas", low=0.95, at=LEVEL),
    Claim("tersembunyi-tanpa-batas", at=0.0),
)


def simulate(seed: int) -> list[Outcome]:
    """15 kecamatan × 4 groups; linking quality is itself measured on a sample of pairs."""
    source = np.random.default_rng([seed, 61])
    residents = np.array([population.by_area(code) for code in areas.codes("kecamatan")])
    truth = source.poisson(np.outer(residents, PER_10_000) / 10_000).ravel()
    linkage = _measured(source)
    return [*_independent(source, truth, linkage), *_dependent(source, truth, linkage)]


def _measured(source: np.random.Generator) -> Linkage:
    """Recall and precision as a test on MEASURED_ON pairs would show them."""
    correct = int(source.binomial(MEASURED_ON, TRUE_RECALL))
    return Linkage.measured(MEASURED_ON, correct + int(source.binomial(MEASURED_ON, 1 - TRUE_PRECISION)), correct)


def _draw(source: np.random.Generator, truth: Ints, odds: Floats) -> list[Ints]:
    """First list, second list and links of each stratum, by chances of its own and the odds ratio given."""
    p1, p2 = source.uniform(0.3, 0.7, len(truth)), source.uniform(0.25, 0.65, len(truth))
    together = _together(p1, p2, odds)
    cells = source.multinomial(truth, np.stack([together, p1 - together, p2 - together, 1 - p1 - p2 + together], axis=1))
    pairs = cells[:, 0]
    false = source.poisson(pairs * TRUE_RECALL * (1 - TRUE_PRECISION) / TRUE_PRECISION)
    first, second = cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2]
    return [first, second, np.minimum(source.binomial(pairs, TRUE_RECALL) + false, np.minimum(first, second))]


def _together(
    p1: Floats,
    p2: Floats,
    odds: Floats,
) -> Floats:
    """Chance of being in both lists for given margins and odds ratio: Plackett's root (JASA 60, 1965)."""
    excess = np.where(odds == 1, 1.0, odds - 1)
    half = 1 + (p1 + p2) * excess
    root = (half - np.sqrt(half**2 - 4 * odds * excess * p1 * p2)) / (2 * excess)
    return np.asarray(np.where(odds == 1, p1 * p2, root))


def _independent(source: np.random.Generator, truth: Ints, linkage: Linkage) -> list[Outcome]:
    lists = _draw(source, truth, np.ones(len(truth)))
    cells = estimate(*lists, linkage=linkage)
    answered = [(cell, size) for cell, size in zip(cells, truth, strict=True) if cell.refusal is None]
    hits = sum(_between(cell.lower, size, cell.upper) for cell, size in answered)
    groups = [total(cells[group :: len(PER_10_000)], linkage=linkage) for group in range(len(PER_10_000))]
    sums = [(one, truth[group :: len(PER_10_000)].sum()) for group, one in enumerate(groups) if one.refusal is None]
    held = sum(_between(one.lower, size, one.upper) for one, size in sums)
    return [
        Outcome("tersembunyi-selang", LEVEL, hits, len(answered), LEVEL * len(answered)),
        Outcome("tersembunyi-kota", LEVEL, held, len(sums), LEVEL * len(sums)),
    ]


def _dependent(source: np.random.Generator, truth: Ints, linkage: Linkage) -> list[Outcome]:
    odds = np.exp(source.uniform(np.log(0.5), np.log(2), len(truth)))
    lists = _draw(source, truth, odds)
    answered = [(cell, size) for cell, size in zip(estimate(*lists, linkage=linkage), truth, strict=True) if not cell.refusal]
    hits = sum(_between(cell.bound_low, size, cell.bound_high) for cell, size in answered)
    plain = sum(_plain(cell, size) for cell, size in answered)
    return [
        Outcome("tersembunyi-batas", LEVEL, hits, len(answered), LEVEL * len(answered)),
        Outcome("tersembunyi-tanpa-batas", LEVEL, plain, len(answered), LEVEL * len(answered)),
    ]


def _plain(cell: Cell, size: int) -> bool:
    """Chapman's interval with neither linking nor dependence considered."""
    found = chapman(cell.first, cell.second, cell.both)
    return _between(float(found.lower), size, float(found.upper))


def _between(lower: float | None, value: int, upper: float | None) -> bool:
    return lower is not None and upper is not None and bool(lower <= value <= upper)


TOPIC = Topic("tersembunyi", CLAIMS, simulate)
