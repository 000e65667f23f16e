"""Comparisons: the same span before, and an area against the city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd
from scipy import special

ALPHA = 0.05


class Verdict(StrEnum):
    """What the data allow to be said about a change."""

    UP = "naik"
    DOWN = "turun"
    OPEN = "belum dapat disimpulkan"
    NO_BASE = "tanpa pembanding"


@dataclass(frozen=True)
class Change:
    """Change between two counts of equal exposure; `percent` is None without a base."""

    current: int
    before: int
    percent: float | None
    p_value: float
    verdict: Verdict


def change(current: int, before: int, *, settled: bool = True, alpha: float = ALPHA, days: tuple[int, int] = (1, 1)) -> Change:
    """Compares two Poisson counts, over spans of equal length or of the given `days` (newer, older).

    Given the sum, the newer count is binomial when nothing changed, with the share of the days that it covers
    (Przyborowski & Wilenski, Biometrika 31, 1940): 1/2 for equal spans. A month that is not over is compared by the days
    counted so far, its percentage being that of the cases a day; better is a count of the same days a year before. A fall is
    never concluded while late reports may still come (`settled` False).
    """
    share = days[0] / (days[0] + days[1])
    p_value = _two_sided(current, current + before, share)
    base = before * days[0]
    percent = (current * days[1] - base) / base * 100 if before else None
    return Change(current, before, percent, p_value, _verdict(percent, p_value, settled, alpha))


def _two_sided(current: int, total: int, share: float) -> float:
    """Twice the smaller tail of a binomial count, at most 1."""
    below = float(special.bdtr(current, total, share))
    above = float(special.bdtr(total - current, total, 1 - share))
    return min(1.0, 2 * min(below, above))


def _verdict(percent: float | None, p_value: float, settled: bool, alpha: float) -> Verdict:
    if percent is None:
        return Verdict.NO_BASE
    if p_value >= alpha or percent == 0 or (percent < 0 and not settled):
        return Verdict.OPEN
    return Verdict.UP if percent > 0 else Verdict.DOWN


def holm(pairs: Sequence[tuple[int, int]], *, settled: bool = True, alpha: float = ALPHA) -> list[Change]:
    """Changes of several series judged together, family-wise error at `alpha` (Holm, Scand. J. Stat. 6, 1979).

    A series without a base is no test and does not count in the family.
    """
    result = [change(current, before, settled=settled, alpha=alpha) for current, before in pairs]
    family = sorted(
        (position for position, item in enumerate(result) if item.before), key=lambda position: result[position].p_value
    )
    for rank, position in enumerate(family):
        if result[position].p_value >= alpha / (len(family) - rank):
            for later in family[rank:]:
                result[later] = replace(result[later], verdict=Verdict.OPEN)
            break
    return result


def standing_out(areas: pd.DataFrame, city_value: float, limit: int = 5) -> pd.DataFrame:
    """Areas whose whole 95% interval lies above the city's value, the surest first.

    `areas` has COLUMNS of a query; rows without an interval are never chosen.
    """
    above = areas[areas["lower"] > city_value]
    return above.sort_values(["lower", "value"], ascending=False).head(limit)
