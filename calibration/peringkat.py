"""Ranks: of the areas said to be among the worst ten with probability p, the share p is."""

from __future__ import annotations

import numpy as np

from calibration.city import POPULATION, independent
from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.statistics.ranking import WORST, Worse, rank
from ipsm_analytics.statistics.refusal import Refusal

CLASSES = 10
CLAIMS = (Claim("peringkat-10", around=0.05),)


def simulate(seed: int) -> list[Outcome]:
    """Outcomes by class of predicted probability, 0.1 wide; CV of the rates between 0.2 and 0.8."""
    source = np.random.default_rng(seed)
    truth = independent(source, source.uniform(0.2, 0.8))
    found = rank(source.poisson(truth * POPULATION), POPULATION, Worse.HIGH)
    if isinstance(found, Refusal):
        return []
    among = truth >= np.sort(truth)[-WORST]
    place = np.minimum((found.probability * CLASSES).astype(int), CLASSES - 1)
    return [
        Outcome(
            "peringkat-10",
            number / CLASSES,
            int(among[place == number].sum()),
            int((place == number).sum()),
            float(found.probability[place == number].sum()),
        )
        for number in range(CLASSES)
    ]


TOPIC = Topic("peringkat", CLAIMS, simulate)
