"""Trend and change points on monthly series whose truth is known: overdispersed, seasonal, each month like the one before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.breaks import breaks
from ipsm_analytics.statistics.comparison import Verdict
from ipsm_analytics.statistics.monthly import Floats, MonthlyCounts, holiday_terms, season_terms, years
from ipsm_analytics.statistics.trends import Trend, trend

FIRST = Month(2022, 1)
WET = (12, 1, 2)
HOLIDAY_EFFECTS = (0.15, 0.25)
SLOPES = (-0.2, -0.1, 0.0, 0.1, 0.2)
SERIES, SEARCHED = 6, 2
STEP = 1.5
CLAIMS = (
    Claim("tren-selang", 0.93, 0.97),
    Claim("tren-salah", 0.0, 0.05),
    Claim("titik-ubah-salah", 0.0, 0.05),
    Claim("titik-ubah-temu", at=1.0),
)


def series(random: np.random.Generator, length: int, slope: float, steps: Floats | float = 0.0) -> MonthlyCounts:
    """A series like those of the sample city: a kecamatan's group of ten cases a month up to the city's 250.

    `slope` is the log-linear trend a year, `steps` (M,) is added on the log scale. Errors of neighbouring months correlate
    by 0 to 0.6; three of ten series lack one or two months.
    """
    months = [FIRST.plus(step) for step in range(length)]
    wet = np.array([month.month in WET for month in months])
    shape = holiday_terms(months) @ HOLIDAY_EFFECTS + random.uniform(0, 0.25) * wet
    shape += season_terms(months, 0) @ random.normal(0, 0.06, 4) + slope * years(months) + steps
    days = np.array([month.last_day.day for month in months]) / 30.4
    counts = random.poisson(random.uniform(10, 250) * days * np.exp(shape + _errors(random, length))).astype(np.float64)
    if random.uniform() < 0.3:
        counts[random.choice(length - 2, random.integers(1, 3), replace=False)] = np.nan
    return MonthlyCounts(FIRST, counts)


def _errors(random: np.random.Generator, length: int) -> Floats:
    rho, spread = random.uniform(0, 0.6), random.uniform(0.05, 0.25)
    errors = random.normal(0, spread, length)
    for month in range(1, length):
        errors[month] = rho * errors[month - 1] + np.sqrt(1 - rho**2) * errors[month]
    return np.asarray(errors)


def _length(random: np.random.Generator) -> int:
    return int(random.integers(26, 60))


def _interval(random: np.random.Generator) -> tuple[int, int]:
    """Series tried, and those whose interval holds the true yearly change."""
    tried = hits = 0
    for _ in range(SERIES):
        slope = float(random.choice(SLOPES))
        found = trend(series(random, _length(random), slope))
        if isinstance(found, Trend):
            tried += 1
            hits += found.lower <= 100 * np.expm1(slope) <= found.upper
    return tried, hits


def _called(random: np.random.Generator) -> tuple[int, int]:
    """Series without a trend tried, and those of which one is told."""
    found = [trend(series(random, _length(random), 0.0)) for _ in range(SERIES)]
    told = [item.verdict for item in found if isinstance(item, Trend)]
    return len(told), len(told) - told.count(Verdict.OPEN)


def _broken(random: np.random.Generator) -> tuple[int, int]:
    """Series without a step tried, and those that get one."""
    found = [breaks(series(random, _length(random), float(random.choice(SLOPES)))) for _ in range(SEARCHED)]
    searched = [item for item in found if isinstance(item, tuple)]
    return len(searched), sum(map(bool, searched))


def _found(random: np.random.Generator) -> tuple[int, int]:
    """Series with a step tried, and those in which it is found within two months."""
    length = _length(random)
    place = int(random.integers(8, length - 7))
    found = breaks(series(random, length, 0.0, np.log(STEP) * (np.arange(length) >= place)))
    if not isinstance(found, tuple):
        return 0, 0
    return 1, any(abs(item.month.ordinal - FIRST.plus(place).ordinal) <= 2 for item in found)


def simulate(seed: int) -> Sequence[Outcome]:
    """Trends and searches of one seed."""
    random = np.random.default_rng([seed, 11])
    trials = (("tren-selang", 0.95, 0.95, _interval), ("tren-salah", 0.05, 0.05, _called))
    searches = (("titik-ubah-salah", 0.05, 0.05, _broken), ("titik-ubah-temu", STEP, 1.0, _found))
    outcomes = []
    for claim, level, share, attempt in (*trials, *searches):
        tried, hits = attempt(random)
        outcomes.append(Outcome(claim, level, int(hits), tried, share * tried))
    return outcomes


TOPIC = Topic("tren", CLAIMS, simulate)
