"""Waits in whole days by kecamatan, open cases censored at the cut-off: do median and band hold the truth?"""

from __future__ import annotations

import numpy as np

from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.statistics.survival import Curve, curve

LEVEL, KECAMATAN, SPAN, CLOSED = 0.95, 15, 180, 0.12
SHAPE = 1.2
DAYS = (7, 30, 60)
CLAIMS = (
    Claim("kelangsungan-median", low=0.93, high=0.97, at=LEVEL),
    Claim("kelangsungan-kurva", low=0.93, high=0.97, at=LEVEL),
)


def simulate(seed: int) -> list[Outcome]:
    """15 kecamatan, 60 to 250 cases reported evenly over half a year; median wait 8 to 45 days; some leave before the event.

    A day nobody was watched so long for is not judged.
    """
    source = np.random.default_rng([seed, 71])
    medians, curves, judged = 0, 0, 0
    for _ in range(KECAMATAN):
        scale = source.uniform(8, 45) / np.log(2) ** (1 / SHAPE)
        found = _observed(source, scale, int(source.integers(60, 251)))
        medians += _holds_median(found, float(np.ceil(scale * np.log(2) ** (1 / SHAPE))))
        bands = [(found.at(day), float(np.exp(-((day / scale) ** SHAPE)))) for day in DAYS]
        judged += sum(band is not None for band, _ in bands)
        curves += sum(band is not None and band[1] <= truth <= band[2] for band, truth in bands)
    return [
        Outcome("kelangsungan-median", LEVEL, medians, KECAMATAN, LEVEL * KECAMATAN),
        Outcome("kelangsungan-kurva", LEVEL, curves, judged, LEVEL * judged),
    ]


def _observed(source: np.random.Generator, scale: float, cases: int) -> Curve:
    """Weibull waits rounded up to days, so that S(t) is exact at whole days; watched until the cut-off or until closed."""
    wait = np.ceil(scale * source.weibull(SHAPE, cases))
    watched = source.integers(1, SPAN + 1, cases)
    watched = np.where(source.random(cases) < CLOSED, source.integers(1, watched + 1), watched)
    return curve(np.minimum(wait, watched), wait <= watched)


def _holds_median(found: Curve, truth: float) -> bool:
    median = found.median()
    return (median.lower is not None and median.lower <= truth) and (median.upper is None or truth <= median.upper)


TOPIC = Topic("kelangsungan", CLAIMS, simulate)
