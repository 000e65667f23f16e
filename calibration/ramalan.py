"""Forecasts against months they have not seen, on series like the sample city's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.claim import Claim, Outcome, Topic
from calibration.tren import SLOPES, series
from ipsm_analytics.statistics.forecast import LEVELS, Forecast, forecast, last_year
from ipsm_analytics.statistics.monthly import MonthlyCounts

SERIES = 4
CLAIMS = (Claim("ramalan-naif", low=0.5), Claim("ramalan-80", 0.75, 0.85, at=0.8))


def simulate(seed: int) -> Sequence[Outcome]:
    """Forecasts of one seed that are shown: whether each errs less than last year's month, and how often its bands hold."""
    random = np.random.default_rng([seed, 12])
    outcomes = []
    for _ in range(SERIES):
        length, ahead = int(random.integers(37, 60)), int(random.integers(3, 7))
        whole = series(random, length + ahead, float(random.choice(SLOPES)))
        made = forecast(whole.until(length), ahead)
        if isinstance(made, Forecast):
            outcomes += _judged(whole, made)
    return outcomes


def _judged(whole: MonthlyCounts, made: Forecast) -> list[Outcome]:
    start = made.months[0].ordinal - whole.first.ordinal
    actual, naive = whole.counts[start : start + len(made.months)], last_year(whole.until(start), len(made.months))
    unseen = np.isfinite(actual)
    mine, others = (float(np.nansum(np.abs(actual - guess))) for guess in (made.expected, naive))
    bands = [
        Outcome("ramalan-80", level, int(((made.lower[level] <= actual) & (actual <= made.upper[level])).sum()), n, level * n)
        for level in LEVELS
        if (n := int(unseen.sum()))
    ]
    return [Outcome("ramalan-naif", 1.0, int(mine < others), 1, made.backtest.better), *bands]


TOPIC = Topic("ramalan", CLAIMS, simulate)
