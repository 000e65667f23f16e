"""Wilayah sunyi: kelurahan that report far fewer cases than places like them (not: kelurahan that did not report)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.count_model import Fit, fit
from ipsm_analytics.statistics.multiple import false_discovery
from ipsm_analytics.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
LEAST_AREAS = 30
LEAST_CASES = 100
FALSE_SHARE = 0.05
SUSPECT = 0.005
_NODES = 24


class Standing(StrEnum):
    """What is said of an area."""

    QUIET = "sunyi"
    USUAL = "tidak menonjol"
    TOO_SMALL = "harapan terlalu kecil"
    NOT_REPORTED = "belum melapor"
    NO_DATA = "tanpa data pembanding"


class Reason(StrEnum):
    """Why no area is judged."""

    FEW_AREAS = "wilayah_terlalu_sedikit"
    FEW_CASES = "kasus_terlalu_sedikit"


@dataclass(frozen=True)
class Area:
    """One kelurahan, in cases; figures None where it is not judged.

    Attributes:
        observed: cases, None where it did not report.
        expected, lower, upper: cases a place like it would have and the 95% interval for one such count.
        p_value: chance of so few or fewer; `adjusted` after Benjamini-Hochberg over the areas that can be judged.
        island: without neighbours, so nothing was learnt from them.
    """

    observed: int | None
    standing: Standing
    island: bool
    expected: float | None = None
    lower: int | None = None
    upper: int | None = None
    p_value: float | None = None
    adjusted: float | None = None


@dataclass(frozen=True)
class Quiet:
    """Areas in the order given; `refusal` says why none is judged, `dispersion` how far counts spread beyond chance."""

    areas: tuple[Area, ...]
    refusal: Refusal | None
    dispersion: float | None


def quiet(
    count: npt.ArrayLike,
    population: npt.ArrayLike,
    poverty: npt.ArrayLike,
    effort: npt.ArrayLike,
    neighbours: Sequence[Sequence[int]],
    reported: npt.ArrayLike,
) -> Quiet:
    """Areas whose count lies far below what places like them have.

    Arrays of one length n: cases, residents, poverty share (0 to 1), effort (PSM visits or report months, above 0), whether the
    area reported; NaN where unknown. `neighbours`: positions of the neighbours of each area.
    Expected count: negative binomial regression of count on residents (offset), poverty, log effort and the neighbours' ratio of
    count to expected, fitted anew without the area itself and without those whose first p is below SUSPECT, which would make
    every place look silent and the spread wide. p is the chance of so few cases, over the spread of counts and the
    uncertainty of the coefficients. Areas where even no case would not be rare (p of 0 at least FALSE_SHARE) are not judged.
    The share of false ones among those flagged is held at FALSE_SHARE (Benjamini & Hochberg 1995).
    Raises UserError when the arrays differ in length.
    """
    columns = [np.asarray(value, dtype=float) for value in (count, population, poverty, effort)]
    heard = np.asarray(reported, dtype=bool)
    if len({len(heard), len(neighbours), *map(len, columns)}) > 1:
        raise UserError("Kolom wilayah tidak sama panjang.", found=str([len(heard), len(neighbours), *map(len, columns)]))
    known = heard & np.isfinite(np.stack(columns)).all(axis=0) & (columns[1] > 0) & (columns[3] > 0)
    bare = tuple(map(_bare, columns[0].tolist(), heard.tolist(), (not near for near in neighbours)))
    refusal = _refusal(int(known.sum()), int(columns[0][known].sum()))
    return Quiet(bare, refusal, None) if refusal else _judged(bare, columns, known, neighbours)


def _bare(count: float, heard: bool, island: bool) -> Area:
    if not heard:
        return Area(None, Standing.NOT_REPORTED, island)
    return Area(None if np.isnan(count) else int(count), Standing.NO_DATA, island)


def _refusal(areas: int, cases: int) -> Refusal | None:
    if areas < LEAST_AREAS:
        return Refusal(Reason.FEW_AREAS, areas, LEAST_AREAS)
    return Refusal(Reason.FEW_CASES, cases, LEAST_CASES) if cases < LEAST_CASES else None


def _judged(bare: tuple[Area, ...], columns: list[Floats], known: Bools, neighbours: Sequence[Sequence[int]]) -> Quiet:
    places = np.flatnonzero(known)
    count, population, poverty, effort = (column[places] for column in columns)
    offset, own = np.log(population), np.column_stack([np.ones(len(places)), _centred(poverty), _centred(np.log(effort))])
    near = _near(places, len(bare), neighbours, count, fit(count, own, offset).mean[0])
    design = np.column_stack([own, near])
    alone = 1 - np.eye(len(places))
    first = _Prediction.of(fit(count, design, offset, alone), design).at_most(count)
    left_out = fit(count, design, offset, alone * (first >= SUSPECT))
    prediction = _Prediction.of(left_out, design)
    p_value, none = prediction.at_most(count), prediction.at_most(np.zeros(len(places)))
    adjusted = false_discovery(np.where(none < FALSE_SHARE, p_value, np.nan))
    lower, upper = prediction.quantile(0.025), prediction.quantile(0.975)
    result = list(bare)
    for row, place in enumerate(places.tolist()):
        result[place] = replace(
            bare[place],
            standing=_standing(float(adjusted[row])),
            expected=float(prediction.expected[row]),
            lower=int(lower[row]),
            upper=int(upper[row]),
            p_value=float(p_value[row]),
            adjusted=None if np.isnan(adjusted[row]) else float(adjusted[row]),
        )
    return Quiet(tuple(result), None, float(np.median(left_out.dispersion)))


def _centred(values: Floats) -> Floats:
    return np.asarray(values - values.mean())


def _near(
    places: npt.NDArray[np.intp], size: int, neighbours: Sequence[Sequence[int]], count: Floats, expected: Floats
) -> Floats:
    """Log ratio of the neighbours' cases to those expected there, one case added to both; 0 without neighbours that reported."""
    row = {place: position for position, place in enumerate(places.tolist())}
    groups = [[row[one] for one in neighbours[place] if one in row] for place in range(size) if place in row]
    return np.array([np.log((count[group].sum() + 1) / (expected[group].sum() + 1)) for group in groups])


def _standing(adjusted: float) -> Standing:
    if np.isnan(adjusted):
        return Standing.TOO_SMALL
    return Standing.QUIET if adjusted <= FALSE_SHARE else Standing.USUAL


@dataclass(frozen=True)
class _Prediction:
    """Mixture of negative binomial counts: means n × nodes, weights of the nodes, dispersion n."""

    means: Floats
    weights: Floats
    dispersion: Floats

    @classmethod
    def of(cls, left_out: Fit, design: Floats) -> _Prediction:
        """Each area predicted by the fit without it; the log mean is normal by the covariance of the coefficients."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        middle = np.log(np.diagonal(left_out.mean))
        spread = np.sqrt(np.maximum(np.einsum("nk,nkl,nl->n", design, left_out.covariance, design), 0))
        return cls(np.exp(middle[:, None] + spread[:, None] * nodes), weights / weights.sum(), left_out.dispersion)

    @property
    def expected(self) -> Floats:
        """Mean count of each area."""
        return np.asarray(self.means @ self.weights)

    def at_most(self, count: Floats) -> Floats:
        """Chance of at most `count` cases; 0 below zero."""
        size = 1 / np.maximum(self.dispersion, 1e-8)[:, None]
        chance = special.betainc(size, np.maximum(count, 0)[:, None] + 1, size / (size + self.means))
        return np.where(count < 0, 0.0, chance @ self.weights)

    def quantile(self, share: float) -> Floats:
        """Smallest count with at least `share` of the chance at or below it, by bisection on whole counts."""
        low, high = np.full(len(self.means), -1.0), np.full(len(self.means), 2.0**24)
        while np.any(high - low > 1):
            middle = np.floor((low + high) / 2)
            enough = self.at_most(middle) >= share
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return high
