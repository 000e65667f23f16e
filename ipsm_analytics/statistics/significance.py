"""An area against the city: higher, lower or not to be told apart, at 95% and 99.8%.

The cases of an area are part of the city's. Each test is therefore that of the area against the rest of the city, written
with the city's figures: an area that is most of the city cannot differ much from it, and the city never differs from itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures.status import Status

Floats = npt.NDArray[np.float64]
_LEAST_TAIL = 1e-300
_ASSESSED = {Status.OK.value, Status.ZERO.value}


class Significance(StrEnum):
    """Where an area stands; the number is the confidence."""

    MUCH_HIGHER = "lebih_tinggi_998"
    HIGHER = "lebih_tinggi_95"
    SAME = "tidak_berbeda"
    LOWER = "lebih_rendah_95"
    MUCH_LOWER = "lebih_rendah_998"
    NOT_ASSESSED = "tidak_dinilai"


class Reading(StrEnum):
    """What a difference means, for an indicator that has a direction."""

    BETTER = "lebih_baik"
    WORSE = "lebih_buruk"


class Unassessed(StrEnum):
    """Why an area with a value is not assessed; the rest are the values of Status."""

    IS_CITY = "seluruh_kota"
    NO_CITY = "kota_tanpa_nilai"
    UNKNOWN = "tidak_diketahui"


@dataclass(frozen=True)
class City:
    """The city's own figures, every area in them, those hidden or not shown as well."""

    numerator: float
    denominator: float


def rate_scores(cases: npt.ArrayLike, population: npt.ArrayLike, city: City, dispersion: float = 1.0) -> Floats:
    """Signed z of the areas' case rates against the city's; NaN where it cannot be told.

    Given the city's cases, those of an area are binomial with its share of the population when rates are equal
    (Przyborowski & Wilenski, Biometrika 31, 1940); exact tails. `dispersion` is that of `persons.dispersion`.
    """
    observed, people = np.asarray(cases, dtype=float), np.asarray(population, dtype=float)
    share = people / city.denominator if city.denominator > 0 else np.full_like(people, np.nan)
    known = np.isfinite(observed) & (share > 0) & (share < 1) & (city.numerator > 0)
    place, part = np.where(known, observed, 0.0), np.where(known, share, 0.5)
    above = np.where(place > 0, special.betainc(np.maximum(place, 1), city.numerator - np.maximum(place, 1) + 1, part), 1.0)
    rest = np.maximum(city.numerator - place, 1)
    below = np.where(place < city.numerator, special.betaincc(place + 1, rest, part), 1.0)
    tail = np.clip(np.minimum(above, below), _LEAST_TAIL, 0.5)
    score = -special.ndtri(tail) / np.sqrt(dispersion)
    return np.where(known, np.where(above < below, score, -score), np.nan)


def share_scores(part: npt.ArrayLike, whole: npt.ArrayLike, city: City) -> Floats:
    """Signed z of the areas' shares against the city's, by the score of Wilson (1927); NaN where it cannot be told.

    The variance θ(1 - θ)(1/n - 1/N) is that of the pooled test of an area against the rest, written with the city's N.
    """
    observed, size = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    if not 0 < city.numerator < city.denominator:
        return np.full(np.broadcast_shapes(observed.shape, size.shape), np.nan)
    baseline = city.numerator / city.denominator
    known = (size > 0) & (size < city.denominator)
    usable = np.where(known, size, 1.0)
    error = np.sqrt(baseline * (1 - baseline) * np.maximum(1 / usable - 1 / city.denominator, 0))
    return np.where(known, (observed / usable - baseline) / np.where(known, error, 1.0), np.nan)


def significance(score: float, inflation: float = 1.0) -> Significance:
    """Level of one signed z; `inflation` is a variance factor such as `funnel.Overdispersion.factor`."""
    if not np.isfinite(score):
        return Significance.NOT_ASSESSED
    size = abs(score) / np.sqrt(inflation)
    if size <= special.ndtri(0.975):
        return Significance.SAME
    if size <= special.ndtri(0.999):
        return Significance.HIGHER if score > 0 else Significance.LOWER
    return Significance.MUCH_HIGHER if score > 0 else Significance.MUCH_LOWER


def reading(level: Significance, direction: str) -> Reading | None:
    """Better or worse than the city; None where there is no difference or the indicator is neutral.

    Args:
        direction: `Indicator.direction`: 'netral', 'naik_baik' or 'turun_baik'. Raises InternalError for another.
    """
    if direction not in {"netral", "naik_baik", "turun_baik"}:
        raise InternalError(f"direction {direction!r} of an indicator is unknown")
    higher = level in {Significance.HIGHER, Significance.MUCH_HIGHER}
    if direction == "netral" or (not higher and level not in {Significance.LOWER, Significance.MUCH_LOWER}):
        return None
    return Reading.BETTER if higher == (direction == "naik_baik") else Reading.WORSE


def assess(areas: pd.DataFrame, city: City, interval: str, direction: str, dispersion: float = 1.0) -> pd.DataFrame:
    """Every area against the city.

    Args:
        areas: columns numerator, denominator, status of a query, a row an area.
        interval: `Indicator.interval`: 'byar' (rate) or 'wilson' (share); raises InternalError for another.

    Returns:
        Index of `areas`; score (float), significance, reading ('' where none), reason ('' where assessed, else a Status or
        Unassessed).
    """
    if interval not in {"byar", "wilson"}:
        raise InternalError(f"interval {interval!r} cannot be tested")
    told = areas["status"].astype(str).isin(_ASSESSED).to_numpy()
    top = np.where(told, areas["numerator"].to_numpy(dtype=float, na_value=np.nan), np.nan)
    base = np.where(told, areas["denominator"].to_numpy(dtype=float, na_value=np.nan), np.nan)
    scores = rate_scores(top, base, city, dispersion) if interval == "byar" else share_scores(top, base, city)
    levels = [significance(score) for score in scores]
    columns = {
        "score": scores,
        "significance": [level.value for level in levels],
        "reading": [reading(level, direction) or "" for level in levels],
        "reason": _reasons(areas, scores, base, city),
    }
    return pd.DataFrame(columns, index=areas.index)


def _reasons(areas: pd.DataFrame, scores: Floats, base: Floats, city: City) -> list[str]:
    return [
        "" if np.isfinite(score) else status if status not in _ASSESSED else _reason(size, city).value
        for score, status, size in zip(scores, areas["status"].astype(str), base, strict=True)
    ]


def _reason(size: float, city: City) -> Unassessed:
    if not (city.numerator > 0 and city.denominator > 0):
        return Unassessed.NO_CITY
    return Unassessed.IS_CITY if size >= city.denominator else Unassessed.UNKNOWN
