"""Monthly counts far from an area's own history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan, sqrt
from statistics import median

LIMIT = 3.5
LEAST_MONTHS = 12
_NORMAL = 0.6745


@dataclass(frozen=True)
class Outlier:
    """One count out of an area's own range.

    Attributes:
        position: place in the history.
        low, high: usual range, whole counts, both ends usual.
        z: robust z; positive above the median.
    """

    position: int
    count: int
    low: int
    high: int
    z: float


def outliers(history: Sequence[float]) -> list[Outlier] | None:
    """Counts with |z| > LIMIT, in order; NaN stands for a month without a report and is left out.

    None, and so no judgement, where fewer than LEAST_MONTHS counts are known.
    """
    known = [value for value in history if not isnan(value)]
    if len(known) < LEAST_MONTHS:
        return None
    middle, unit = centre(known), spread(known)
    low, high = max(ceil(middle - LIMIT * unit), 0), floor(middle + LIMIT * unit)
    scores = [(value - middle) / unit for value in history]
    return [
        Outlier(position, int(history[position]), low, high, score) for position, score in enumerate(scores) if abs(score) > LIMIT
    ]


def centre(known: Sequence[float]) -> float:
    """Median of the counts."""
    return float(median(known))


def spread(known: Sequence[float]) -> float:
    """Unit of the robust z: MAD / 0.6745, but never less than a Poisson count of that size spreads by itself.

    Formula: modified z = 0.6745 (x - median) / MAD, |z| > 3.5 marks an outlier (Iglewicz & Hoaglin, How to Detect and
    Handle Outliers, ASQC 1993, ch. 3). The floor is √max(median, 1): a MAD of 0, common among small counts, would make
    every other value an outlier, and 0 → 2 is chance.
    """
    middle = centre(known)
    return max(median(abs(value - middle) for value in known) / _NORMAL, sqrt(max(middle, 1.0)))
