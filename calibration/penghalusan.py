"""Smoothed rates: nearer to the truth than raw ones, and their interval holds it as often as it says.

153 kelurahan, rate 5 in 10,000 (about five cases an area). Rates differ independently with CV 0.5 (gamma), not at all
('rata'), or as a field that neighbours share (log-normal, 'setempat', smoothed towards the neighbourhood).
"""

from __future__ import annotations

import numpy as np

from calibration.city import CV, NEAR, POPULATION, RATE, field, independent
from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.statistics.areal import Bools, Floats
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.smoothing import Smoothed, smooth

LEVEL = 0.95
CLAIMS = (
    Claim("penghalusan-mse", low=0.95),
    Claim("penghalusan-mse-rata", low=0.95),
    Claim("penghalusan-mse-setempat", low=0.95),
    Claim("penghalusan-selang", low=0.93, high=0.97),
    Claim("penghalusan-selang-rata", low=0.93),
    Claim("penghalusan-selang-setempat", low=0.93, high=0.97),
)


def simulate(seed: int) -> list[Outcome]:
    """Outcomes of one sample in each of the three cities."""
    source = np.random.default_rng(seed)
    equal = np.full(len(POPULATION), RATE)
    return [
        *_outcomes("", independent(source, CV), None, source),
        *_outcomes("-rata", equal, None, source),
        *_outcomes("-setempat", field(source, CV), NEAR, source),
    ]


def _outcomes(name: str, truth: Floats, near: Bools | None, source: np.random.Generator) -> list[Outcome]:
    found = smooth(source.poisson(truth * POPULATION), POPULATION, near, LEVEL)
    if isinstance(found, Refusal):
        return []
    inside = int(((found.lower <= truth) & (truth <= found.upper)).sum())
    better = int(_error(found, truth) < float(((found.raw - truth) ** 2).sum()))
    return [
        Outcome(f"penghalusan-mse{name}", LEVEL, better, 1, LEVEL),
        Outcome(f"penghalusan-selang{name}", LEVEL, inside, len(truth), LEVEL * len(truth)),
    ]


def _error(found: Smoothed, truth: Floats) -> float:
    return float(((found.rate - truth) ** 2).sum())


TOPIC = Topic("penghalusan", CLAIMS, simulate)
