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


def change(current: int, before: int, *, settled: bool = True, alpha: float = ALPHA, dispersion: float = 1.0) -> Change:
    """Compares two counts over spans of equal length.

    Given the sum, the newer of two Poisson counts is binomial with share 1/2 when nothing changed (Przyborowski & Wilenski,
    Biometrika 31, 1940). Where one person brings several events the variance is `dispersion` times that, see
    `persons.dispersion`, and the normal score of the exact p is divided by its root, as in `significance.rate_scores`. A fall
    is never concluded while late reports may still come (`settled` False).
    """
    p_value = _two_sided(current, current + before, dispersion)
    percent = (current - before) / before * 100 if before else None
    return Change(current, before, percent, p_value, _verdict(percent, p_value, settled, alpha))


def _two_sided(current: int, total: int, dispersion: float) -> float:
    """Twice the smaller tail of a binomial count of share 1/2, at most 1, less sure by the dispersion."""
    exact = min(1.0, 2 * float(special.bdtr(min(current, total - current), total, 0.5)))
    return exact if dispersion <= 1 else float(2 * special.ndtr(special.ndtri(exact / 2) / np.sqrt(dispersion)))


def _verdict(percent: float | None, p_value: float, settled: bool, alpha: float) -> Verdict:
    if percent is None:
        return Verdict.NO_BASE
    if p_value >= alpha or percent == 0 or (percent < 0 and not settled):
        return Verdict.OPEN
    return Verdict.UP if percent > 0 else Verdict.DOWN


def holm(
    pairs: Sequence[tuple[int, int]], *, settled: bool = True, alpha: float = ALPHA, dispersions: Sequence[float] = ()
) -> list[Change]:
    """Changes of several series judged together, family-wise error at `alpha` (Holm, Scand. J. Stat. 6, 1979).

    A series without a base is no test and does not count in the family. `dispersions`: one a series, none for 1.
    """
    factors = dispersions or [1.0] * len(pairs)
    result = [
        change(current, before, settled=settled, alpha=alpha, dispersion=factor)
        for (current, before), factor in zip(pairs, factors, strict=True)
    ]
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
