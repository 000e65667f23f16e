"""What an indicator comes to with no decision at all: the range for the area that was chosen as the worst holds what is seen.

153 kelurahan (10 months about 5 in 10,000, then 6 months) and 15 kecamatan with the same rates; the whole city changes by a
factor between 0.7 and 1.4. Areas either keep their rate or move by themselves ('berubah', log-normal, 0.25). Shares: about
half of 12 to 40 cases an area are served, the log odds differ by 0.5 between areas. Of each sample the worst area is looked
at, several samples a seed. 'naif': the interval of the last value alone, moved as the city moved.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from calibration.city import CODES, CV, POPULATION, field, independent
from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.measures.intervals import byar, wilson
from ipsm_analytics.reference import areas
from ipsm_analytics.statistics.areal import Bools, Floats
from ipsm_analytics.statistics.expected import Expected, Look, expected_count, expected_share, look

LEVEL = 0.95
_DRAWN_ONLY = 0.0
MONTHS = (10, 6)
SAMPLES = 4
TIMES = (2, 10)
"""Times the rate of `city.RATE`: from one group of cases to all of them."""
DRIFT = 0.25
CLAIMS = (
    Claim("harapan-kelurahan", 0.93, 0.97, at=LEVEL),
    Claim("harapan-kecamatan", 0.93, 0.97, at=LEVEL),
    Claim("harapan-berubah", 0.93, 0.97, at=LEVEL),
    Claim("harapan-berubah-kecamatan", 0.93, 0.97, at=LEVEL),
    Claim("harapan-bagian-kelurahan", 0.93, 0.97, at=LEVEL),
    Claim("harapan-bagian-kecamatan", 0.93, 0.97, at=LEVEL),
    Claim("harapan-bagian-berubah", 0.93, 0.97, at=LEVEL),
    Claim("harapan-naif", at=_DRAWN_ONLY),
    Claim("harapan-naif-bagian", at=_DRAWN_ONLY),
)
_DISTRICTS = areas.codes("kecamatan")
_OWN = np.arange(len(CODES))
_DISTRICT = np.array([_DISTRICTS.index(areas.parent(code)) for code in CODES])


def simulate(seed: int) -> list[Outcome]:
    """Outcomes of the worst areas of the samples of one seed."""
    source = np.random.default_rng(seed)
    return [outcome for _ in range(SAMPLES) for outcome in (*_counts(source), *_shares(source))]


def _counts(source: np.random.Generator) -> list[Outcome]:
    rate = (field(source, CV) if source.random() < 0.5 else independent(source, CV)) * source.uniform(*TIMES)
    change = source.uniform(0.7, 1.4)
    kelurahan = _two_looks(source, rate, change, 0.0, _OWN)
    return [
        *_judged("harapan-kelurahan", kelurahan, *_expected(kelurahan)),
        *_judged("harapan-naif", kelurahan, *_naive(kelurahan)),
        *_of(source, "harapan-kecamatan", rate, change, 0.0, _DISTRICT),
        *_of(source, "harapan-berubah", rate, change, DRIFT, _OWN),
        *_of(source, "harapan-berubah-kecamatan", rate, change, DRIFT, _DISTRICT),
    ]


def _of(source: np.random.Generator, claim: str, rate: Floats, change: float, drift: float, level: np.ndarray) -> list[Outcome]:
    looks = _two_looks(source, rate, change, drift, level)
    return _judged(claim, looks, *_expected(looks))


def _two_looks(source: np.random.Generator, rate: Floats, change: float, drift: float, level: np.ndarray) -> tuple[Look, Look]:
    """Counts before and now of the areas that `level` puts the kelurahan together to."""
    people = np.bincount(level, POPULATION)
    truth = np.bincount(level, rate * POPULATION) / people
    moved = truth * change * np.exp(source.normal(-(drift**2) / 2, drift, len(truth)))
    before, now = (span / 12 * people for span in MONTHS)
    return look(source.poisson(truth * before), before), look(source.poisson(moved * now), now)


def _worst(before: Look) -> int:
    return int(np.argmax(before.cases / before.base))


def _expected(looks: tuple[Look, Look]) -> tuple[float, float]:
    return _range(expected_count(_worst(looks[0]), *looks, LEVEL))


def _range(found: object) -> tuple[float, float]:
    return (found.lower, found.upper) if isinstance(found, Expected) else (np.nan, np.nan)


def _naive(looks: tuple[Look, Look]) -> tuple[float, float]:
    """The interval of the last count, moved to the new exposure as the rest of the city moved."""
    before, now = looks
    place = _worst(before)
    rest: Bools = np.arange(len(before.cases)) != place
    change = now.cases[rest].sum() / before.cases[rest].sum()
    low, high = byar(before.cases[place], LEVEL)
    return float(low * change), float(high * change)


def _judged(claim: str, looks: tuple[Look, Look], low: float, high: float) -> list[Outcome]:
    """One trial; none where the range was refused."""
    if np.isnan(low):
        return []
    seen = looks[1].cases[_worst(looks[0])]
    return [Outcome(claim, LEVEL, int(low <= seen <= high), 1, LEVEL)]


def _shares(source: np.random.Generator) -> list[Outcome]:
    """The worst share is the largest, as of what was missed; the log odds of 'berubah' move by 0.25 by themselves."""
    change = source.normal(0, 0.3)
    kelurahan = _two_shares(source, len(CODES), (12, 40), change)
    kecamatan = _two_shares(source, len(_DISTRICTS), (100, 400), change)
    moved = _two_shares(source, len(CODES), (12, 40), change, DRIFT)
    return [
        *_judged("harapan-bagian-kelurahan", kelurahan, *_range(expected_share(_worst(kelurahan[0]), *kelurahan, LEVEL))),
        *_judged("harapan-bagian-kecamatan", kecamatan, *_range(expected_share(_worst(kecamatan[0]), *kecamatan, LEVEL))),
        *_judged("harapan-bagian-berubah", moved, *_range(expected_share(_worst(moved[0]), *moved, LEVEL))),
        *_judged("harapan-naif-bagian", kelurahan, *_naive_share(kelurahan)),
    ]


def _two_shares(
    source: np.random.Generator, count: int, sizes: tuple[int, int], change: float, drift: float = 0.0
) -> tuple[Look, Look]:
    truth = source.normal(special.logit(source.uniform(0.3, 0.7)), 0.5, count)
    moved = truth + change + source.normal(0, drift, count)
    before, now = source.integers(*sizes, count), source.integers(*sizes, count)
    parts = source.binomial(before, special.expit(truth)), source.binomial(now, special.expit(moved))
    return look(parts[0], before), look(parts[1], now)


def _naive_share(looks: tuple[Look, Look]) -> tuple[float, float]:
    before, now = looks
    place = _worst(before)
    low, high = wilson(before.cases[place], before.base[place], LEVEL)
    rest: Bools = np.arange(len(before.cases)) != place
    odds = [(item.cases[rest].sum() / (item.base - item.cases)[rest].sum()) for item in looks]
    ends = [
        float(special.expit(special.logit(np.clip(limit, 1e-6, 1 - 1e-6)) + np.log(odds[1] / odds[0]))) for limit in (low, high)
    ]
    return ends[0] * float(now.base[place]), ends[1] * float(now.base[place])


TOPIC = Topic("harapan", CLAIMS, simulate)
