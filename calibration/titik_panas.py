"""Hot spots: what is found where nothing clusters, and how often a true cluster is found.

'salah': share of samples in which LISA or Gi* names any area at all though rates are independent of place (CV 0.5, or all
equal: 'rata'). 'temu': share of samples with five neighbouring kelurahan at a multiple of the rate of all others in which Gi*
names at least one of them hot; the level is the multiple. Not judged: it says what the method can see.
"""

from __future__ import annotations

import numpy as np

from calibration.city import CV, NEAR, POPULATION, RATE, cluster, independent
from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.statistics.areal import Bools, Floats
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.spatial import FDR, Kind, pattern

MEMBERS = 5
TIMES = (2.0, 3.0)
CLAIMS = (
    Claim("titik-panas-salah", high=FDR),
    Claim("titik-panas-salah-rata", high=FDR),
    Claim("titik-panas-temu", at=0.0),
)


def simulate(seed: int) -> list[Outcome]:
    """Outcomes of two cities without clusters and two with one."""
    source = np.random.default_rng(seed)
    equal = np.full(len(POPULATION), RATE)
    hot = cluster(source, MEMBERS)
    return [
        _false("titik-panas-salah", independent(source, CV), source),
        _false("titik-panas-salah-rata", equal, source),
        *(_power(times, np.where(hot, times, 1.0) * RATE, hot, source) for times in TIMES),
    ]


def _kinds(truth: Floats, source: np.random.Generator) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    found = pattern(source.poisson(truth * POPULATION), POPULATION, NEAR)
    return ((), ()) if isinstance(found, Refusal) else (found.lisa.kind, found.gi_star.kind)


def _false(claim: str, truth: Floats, source: np.random.Generator) -> Outcome:
    lisa, star = _kinds(truth, source)
    return Outcome(claim, FDR, int(bool({*lisa, *star} - {Kind.NOTHING, Kind.NO_NEIGHBOUR})), 1, FDR)


def _power(times: float, truth: Floats, hot: Bools, source: np.random.Generator) -> Outcome:
    star = _kinds(truth, source)[1]
    seen = any(kind is Kind.HOT and inside for kind, inside in zip(star, hot, strict=True))
    return Outcome("titik-panas-temu", times, int(seen), 1, 1.0)


TOPIC = Topic("titik-panas", CLAIMS, simulate)
