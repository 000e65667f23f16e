"""Comparisons: the same span before, and an area against the city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from ipsm_analytics.statistics.multiple import holm_adjusted

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


def share_difference(now: tuple[int, int], before: tuple[int, int]) -> float:
    """Two-sided p of two independent shares, each as (part, whole); NaN where a whole is 0.

    Given both wholes and the sum of the parts, the newer part is hypergeometric when nothing changed (Fisher's exact test,
    J. R. Stat. Soc. 98, 1935); twice the smaller tail, at most 1. Exact, so it holds for the ten months of one kelurahan.
    """
    (part, whole), (other, rest) = now, before
    if whole == 0 or rest == 0:
        return float("nan")
    total = part + other
    taken = np.arange(max(0, total - rest), min(total, whole) + 1)
    weights = _log_choose(whole, taken) + _log_choose(rest, total - taken) - _log_choose(whole + rest, np.array(total))
    chance = np.exp(weights)
    below, above = chance[taken <= part].sum(), chance[taken >= part].sum()
    return float(min(1.0, 2 * min(below, above)))


def _log_choose(n: int, k: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), dtype=np.float64)


@dataclass(frozen=True)
class Candidate:
    """A change that might be told: its name, p (NaN where there is no test), and whether it may be concluded at all."""

    key: str
    p_value: float
    allowed: bool = True


def evident(candidates: Sequence[Candidate], limit: int = 3, alpha: float = ALPHA) -> tuple[Candidate, ...]:
    """The changes that hold when all candidates are judged together (Holm, see `multiple`), the surest first, at most `limit`.

    One that may not be concluded, as a fall while reports still come in, counts in the family but is never told.
    """
    adjusted = holm_adjusted([one.p_value for one in candidates])
    sure = [(one.p_value, place) for place, one in enumerate(candidates) if adjusted[place] < alpha and one.allowed]
    return tuple(candidates[place] for _, place in sorted(sure)[:limit])
