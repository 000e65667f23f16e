"""More problems, or more searching? Cases against the visits or report months that found them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.errors import UserError
from ipsm_analytics.measures.intervals import byar
from ipsm_analytics.statistics.count_model import fit
from ipsm_analytics.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
MUCH = 1.25
LEAST_AREAS = 30
LEAST_CASES = 100
LEAST_KNOWN = 2 / 3
"""Share of an area's resident-months whose effort must be known before the area is judged; an assumption."""


class Verdict(StrEnum):
    """Why an area's rate differs from the city's, as far as the data tell."""

    MORE_PROBLEMS = "lebih banyak masalah"
    MORE_SEARCH = "lebih banyak dicari"
    BOTH_MORE = "lebih banyak masalah dan lebih banyak dicari"
    FEWER_PROBLEMS = "lebih sedikit masalah"
    LESS_SEARCH = "kurang dicari"
    BOTH_LESS = "lebih sedikit masalah dan kurang dicari"
    UNDER_SEARCHED = "kurang dicari, hasil tiap upaya tinggi"
    OPEN = "belum dapat disimpulkan"


class Reason(StrEnum):
    """Why nothing is said."""

    NO_EFFORT = "tanpa_data_upaya"
    LITTLE_KNOWN = "upaya_sedikit_diketahui"
    NO_POPULATION = "tanpa_penduduk"
    NO_CASES = "kota_tanpa_kasus"
    FEW_AREAS = "wilayah_terlalu_sedikit"
    FEW_CASES = "kasus_terlalu_sedikit"
    SAME_EFFORT = "upaya_tidak_beragam"


@dataclass(frozen=True)
class Share:
    """An area's rate against the city's: rate = effort × yield exactly, and so their logarithms add up.

    Attributes:
        rate: cases per resident, area over city; effort: effort per resident; yields: cases per effort. 1 = as the city.
        rate_lower … yield_upper: 95% limits by the area's count alone; city and effort are taken as known.
        None where `refusal` says why; a ratio is 0 for an area without cases.
    """

    rate: float | None
    rate_lower: float | None
    rate_upper: float | None
    effort: float | None
    yields: float | None
    yield_lower: float | None
    yield_upper: float | None
    verdict: Verdict
    refusal: Refusal | None = None


def decompose(
    cases: npt.ArrayLike, population: npt.ArrayLike, effort: npt.ArrayLike, *, elasticity: float = 1.0
) -> tuple[Share, ...]:
    """Shares of areas in the order given; arrays of one length, NaN where unknown.

    The city is the sum of the areas that have cases, residents and effort. With an `elasticity` e (from `fit_elasticity`) the
    second visit finds fewer than the first: effort counts as its e-th power, and what is left is yield at equal effort.
    Verdict: a ratio is high or low when its 95% interval (Byar over expected) leaves 1; effort when its ratio leaves 1/MUCH to
    MUCH. A rate that differs is put down to yield, effort, or both; a rate that does not, with effort low and yield high, is
    'under-searched'. All else is open. Raises UserError when the lengths differ.
    """
    columns = [np.asarray(value, dtype=float) for value in (cases, population, effort)]
    if len({len(column) for column in columns}) > 1:
        raise UserError("Kolom kasus, penduduk dan upaya tidak sama panjang.", found=str([len(column) for column in columns]))
    count, people, spent = columns
    known = np.isfinite(np.stack(columns)).all(axis=0) & (people > 0) & (spent > 0)
    if not known.any() or not count[known].sum():
        return tuple(_nothing(row) if _nothing(row).refusal else _no_cases() for row in zip(count, people, spent, strict=True))
    density = np.where(known, (spent / np.where(known, people, 1)), 1.0)
    city = count[known].sum() / people[known].sum()
    work = (density / (spent[known].sum() / people[known].sum())) ** elasticity
    expected = np.where(known, people * city, 1.0)
    lower, upper = byar(np.where(known, count, 0))
    rows = zip(known, count / expected, lower / expected, upper / expected, work, strict=True)
    return tuple(
        _share(*map(float, row)) if usable else _nothing(given)
        for (usable, *row), given in zip(rows, zip(count, people, spent, strict=True), strict=True)
    )


@dataclass(frozen=True)
class Pooled:
    """What is said of an area from those of its parts and months whose effort is known.

    Attributes:
        cases: cases of those parts and months, all that `share` rests on.
        parts, left_out: parts of the area, and those of them without a single month of known effort.
        known: share (0 to 1) of the area's resident-months whose effort is known; 0 without residents.
    """

    share: Share
    cases: int
    parts: int
    left_out: int
    known: float


def pooled(
    cases: npt.ArrayLike, population: npt.ArrayLike, effort: npt.ArrayLike, groups: Sequence[Sequence[int]]
) -> tuple[Pooled, ...]:
    """`decompose` for areas made of parts, of some of which the effort is unknown.

    `cases` and `effort` are months × parts, effort NaN where unknown; `population` has one number a part; `groups` holds the
    positions of the parts of each area. Cases, effort and residents are summed over the same parts and months, those with known
    effort; residents count by the share of their months that is known. An area is refused, and left out of the city, when less
    than LEAST_KNOWN of its resident-months is known; the refusal is in percent. Raises UserError when the shapes differ.
    """
    count, people, spent = (np.asarray(value, dtype=float) for value in (cases, population, effort))
    if count.shape != spent.shape or count.ndim != 2 or people.shape != count.shape[1:]:
        raise UserError("Tabel kasus, penduduk dan upaya tidak sama bentuk.", found=str([count.shape, people.shape, spent.shape]))
    told = np.isfinite(spent)
    exposure = people * told.sum(axis=0) / max(len(count), 1)
    columns = (np.where(told, count, 0).sum(axis=0), exposure, np.where(told, spent, 0).sum(axis=0))
    found, base, work = (np.array([column[list(group)].sum() for group in groups]) for column in columns)
    whole = np.array([people[list(group)].sum() for group in groups])
    known = base / np.where(whole > 0, whole, np.inf)
    enough = (known >= LEAST_KNOWN) | (whole <= 0)
    shares = decompose(found, np.where(known > 0, base, whole), np.where(enough, work, np.nan))
    heard = told.any(axis=0)
    return tuple(
        Pooled(_little(share, part), int(number), len(group), len(group) - int(heard[list(group)].sum()), float(part))
        for share, number, group, part in zip(shares, found, groups, known, strict=True)
    )


def _little(share: Share, known: float) -> Share:
    """A share refused because too little of the area is known, said so."""
    if not 0 < known < LEAST_KNOWN:
        return share
    return replace(share, refusal=Refusal(Reason.LITTLE_KNOWN, 100 * known, 100 * LEAST_KNOWN))


def _share(rate: float, lower: float, upper: float, work: float) -> Share:
    yields = (rate / work, lower / work, upper / work)
    verdict = _verdict(_side(lower, upper), _much(work), _side(*yields[1:]))
    return Share(rate, lower, upper, work, *yields, verdict)


def _nothing(given: tuple[float, float, float]) -> Share:
    """Why an area is not judged; without a refusal where nothing of its own is missing."""
    refusal = None
    if not given[2] > 0 or np.isnan(given[0]):
        refusal = Refusal(Reason.NO_EFFORT, 0, 1)
    elif not given[1] > 0:
        refusal = Refusal(Reason.NO_POPULATION, 0, 1)
    return Share(None, None, None, None, None, None, None, Verdict.OPEN, refusal)


def _no_cases() -> Share:
    return Share(None, None, None, None, None, None, None, Verdict.OPEN, Refusal(Reason.NO_CASES, 0, 1))


def _side(lower: float, upper: float) -> int:
    return int(lower > 1) - int(upper < 1)


def _much(work: float) -> int:
    return int(work > MUCH) - int(work < 1 / MUCH)


_VERDICTS = {
    (1, 0, 1): Verdict.MORE_PROBLEMS,
    (1, -1, 1): Verdict.MORE_PROBLEMS,
    (1, 1, 0): Verdict.MORE_SEARCH,
    (1, 1, -1): Verdict.MORE_SEARCH,
    (1, 1, 1): Verdict.BOTH_MORE,
    (-1, 0, -1): Verdict.FEWER_PROBLEMS,
    (-1, 1, -1): Verdict.FEWER_PROBLEMS,
    (-1, -1, 0): Verdict.LESS_SEARCH,
    (-1, -1, 1): Verdict.UNDER_SEARCHED,
    (-1, -1, -1): Verdict.BOTH_LESS,
    (0, -1, 1): Verdict.UNDER_SEARCHED,
}


def _verdict(rate: int, work: int, yields: int) -> Verdict:
    return _VERDICTS.get((rate, work, yields), Verdict.OPEN)


@dataclass(frozen=True)
class Elasticity:
    """How cases grow with effort: doubling the effort multiplies them by 2 to this power; None where `refusal` says why."""

    value: float | None
    lower: float | None
    upper: float | None
    areas: int
    refusal: Refusal | None = None


def fit_elasticity(
    cases: npt.ArrayLike, population: npt.ArrayLike, effort: npt.ArrayLike, confidence: float = 0.95
) -> Elasticity:
    """Elasticity of cases to effort over areas: log E[cases] = a + log population + e log(effort / population).

    Negative binomial with Pearson dispersion, Student interval on n - 2 degrees of freedom. 1: each visit finds as many; below 1:
    diminishing returns. It describes areas as they are: where need draws visits, it is too high. Refused for fewer than
    LEAST_AREAS areas, LEAST_CASES cases, or the same effort everywhere. Raises UserError when the lengths differ.
    """
    columns = [np.asarray(value, dtype=float) for value in (cases, population, effort)]
    if len({len(column) for column in columns}) > 1:
        raise UserError("Kolom kasus, penduduk dan upaya tidak sama panjang.", found=str([len(column) for column in columns]))
    table = np.stack(columns)
    count, people, spent = table[:, np.isfinite(table).all(axis=0) & (table[1] > 0) & (table[2] > 0)]
    density = np.log(spent / people)
    refusal = _unfit(count, density)
    if refusal:
        return Elasticity(None, None, None, len(count), refusal)
    found = fit(count, np.column_stack([np.ones(len(count)), density - density.mean()]), np.log(people))
    value = float(found.coefficients[0, 1])
    spread = float(special.stdtrit(len(count) - 2, 0.5 + confidence / 2) * np.sqrt(found.covariance[0, 1, 1]))
    return Elasticity(value, value - spread, value + spread, len(count))


def _unfit(count: Floats, density: Floats) -> Refusal | None:
    if len(count) < LEAST_AREAS:
        return Refusal(Reason.FEW_AREAS, len(count), LEAST_AREAS)
    if count.sum() < LEAST_CASES:
        return Refusal(Reason.FEW_CASES, float(count.sum()), LEAST_CASES)
    return Refusal(Reason.SAME_EFFORT, 0, 1) if np.ptp(density) < 1e-6 else None
