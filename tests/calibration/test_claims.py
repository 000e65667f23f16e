"""Every topic on a few fresh seeds: no judged claim is out of its range by more than chance (99.9%)."""

import numpy as np
import pytest
from scipy import special

from calibration.claim import Finding, Outcome, tally
from calibration.run import topics
from ipsm_analytics.measures.intervals import wilson

SEEDS = {"titik-panas": 6, "sunyi": 16, "ramalan": 16, "perkiraan-kini": 8, "tren": 16}
USUAL, FIRST, SURE = 20, 1001, 0.999
pytestmark = pytest.mark.slow


def design_effect(item: Finding, samples: list[list[Outcome]]) -> float:
    """Variance of the hits between samples over the binomial one, widened for few samples; at least 1."""
    own = [[one for one in sample if (one.claim, one.level) == (item.claim, item.level)] for sample in samples]
    hits, trials = (np.array([sum(getattr(one, name) for one in sample) for sample in own]) for name in ("hits", "trials"))
    spread = float(((hits - item.observed * trials) ** 2).sum()) * len(samples) / (len(samples) - 1)
    chance = item.trials * item.observed * (1 - item.observed)
    ratio = float(special.stdtrit(len(samples) - 1, 0.5 + SURE / 2) / special.ndtri(0.5 + SURE / 2)) ** 2
    return max(1.0, ratio * spread / chance) if chance else 1.0


def compatible(item: Finding, samples: list[list[Outcome]]) -> bool:
    size = item.trials / design_effect(item, samples)
    lower, upper = wilson(item.observed * size, size, SURE)
    return bool(lower <= item.allowed_high and upper >= item.allowed_low)


@pytest.mark.parametrize("name", sorted(topics()))
def test_no_claim_is_far_out_of_its_range(name: str):
    topic = topics()[name]
    seeds = range(FIRST, FIRST + SEEDS.get(name, USUAL))
    samples = [list(topic.simulate(seed)) for seed in seeds]
    found = tally(topic, seeds, [one for sample in samples for one in sample])
    assert [item for item in found if item.holds is not None and not compatible(item, samples)] == []


def test_a_share_that_is_far_out_is_found():
    samples = [[Outcome("sii", 0.95, 70, 100, 95.0)] for _ in range(10)]
    (item,) = tally(topics()["selang"], range(10), [one for sample in samples for one in sample])
    assert not compatible(item, samples)
