"""What is claimed, and what came of trying it on many samples with known truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isclose

from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.reference.evidence import Finding


@dataclass(frozen=True)
class Claim:
    """A claim about a method: the share of hits lies between `low` and `high`, or within `around` of what was predicted.

    Attributes:
        id: words joined by '-', the topic first; key of its words in the catalogue.
        at: the nominal level the bounds are meant for; outcomes at other levels are drawn and not judged. None: every level.
    """

    id: str
    low: float = 0.0
    high: float = 1.0
    around: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What one sample says about a claim.

    Attributes:
        level: nominal level, or the lower end of a class of predictions.
        predicted: sum of the predicted probabilities of a hit over the trials.
    """

    claim: str
    level: float
    hits: int
    trials: int
    predicted: float


@dataclass(frozen=True)
class Topic:
    """Claims tried together; `simulate` is a pure function of the seed."""

    name: str
    claims: tuple[Claim, ...]
    simulate: Callable[[int], Sequence[Outcome]]


def tally(topic: Topic, seeds: Sequence[int], outcomes: Iterable[Outcome]) -> list[Finding]:
    """Findings by claim and level, in that order. Raises KeyError for an outcome of a claim the topic does not make."""
    claims = {claim.id: claim for claim in topic.claims}
    sums: dict[tuple[str, float], list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for item in outcomes:
        total = sums[claims[item.claim].id, item.level]
        for place, value in enumerate((item.hits, item.trials, item.predicted)):
            total[place] += value
    return [_finding(claims[key[0]], key[1], len(seeds), *sums[key]) for key in sorted(sums) if sums[key][1]]


def _finding(claim: Claim, level: float, seeds: int, hits: float, trials: float, predicted: float) -> Finding:
    expected, observed = predicted / trials, hits / trials
    low, high = (claim.low, claim.high) if claim.around is None else (expected - claim.around, expected + claim.around)
    judged = claim.at is None or isclose(claim.at, level)
    lower, upper = (float(bound) for bound in wilson(hits, trials))
    holds = bool(low <= observed <= high) if judged else None
    return Finding(claim.id, level, seeds, int(trials), expected, observed, lower, upper, low, high, holds)
