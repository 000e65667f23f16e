"""Counts and populations of areas before anything is concluded: which areas take part, and who borders on whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ipsm_analytics.errors import InternalError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class LeftOut(StrEnum):
    """Why an area gets no number."""

    NOT_REPORTED = "belum-melapor"
    NO_POPULATION = "tanpa-penduduk"


class Why(StrEnum):
    """Why nothing is said of any area."""

    FEW_AREAS = "wilayah-kurang"
    NO_CASES = "tanpa-kasus"
    NO_POPULATION = "tanpa-penduduk"
    ISLANDS_ONLY = "pulau-saja"
    ALL_EQUAL = "nilai-sama"


@dataclass(frozen=True, eq=False)
class ArealData:
    """Areas in a fixed order, n of them.

    Attributes:
        counts: (n,) cases; NaN where an area is not reported.
        population: (n,) persons; NaN or 0 where there is none.
        left_out: reason by area, None for those that take part.
        known: (n,) the areas that take part.
    """

    counts: Floats
    population: Floats
    left_out: tuple[LeftOut | None, ...]
    known: Bools


def areal(counts: npt.ArrayLike, population: npt.ArrayLike) -> ArealData:
    """Counts and populations of the same areas, both (n,).

    A count of 0 takes part; NaN (not reported, withheld) and a population of 0 or NaN do not. Raises InternalError for
    unequal lengths or negative numbers.
    """
    cases, persons = np.asarray(counts, dtype=float), np.asarray(population, dtype=float)
    if cases.ndim != 1 or cases.shape != persons.shape or (cases < 0).any() or (persons < 0).any():
        raise InternalError(f"counts {cases.shape} and population {persons.shape} are no counts of the same areas")
    peopled = np.nan_to_num(persons) > 0
    reasons = [
        LeftOut.NOT_REPORTED if missing else None if has else LeftOut.NO_POPULATION
        for missing, has in zip(np.isnan(cases), peopled, strict=True)
    ]
    return ArealData(cases, persons, tuple(reasons), ~np.isnan(cases) & peopled)


def contiguity(codes: Sequence[str], near: Mapping[str, frozenset[str]]) -> Bools:
    """Who borders on whom as an (n, n) matrix in the order of `codes`, symmetric, nobody bordering on itself.

    `near` is as `reference.boundaries.neighbours` gives it; neighbours outside `codes` are dropped.
    """
    place = {code: position for position, code in enumerate(codes)}
    matrix = np.zeros((len(codes), len(codes)), dtype=bool)
    for code, position in place.items():
        matrix[position, [place[other] for other in near.get(code, ()) if other in place]] = True
    return (matrix | matrix.T) & ~np.eye(len(codes), dtype=bool)


def over(where: Bools, values: npt.NDArray[np.generic]) -> Floats:
    """Values of the areas in `where` (n,) at their places among all n, NaN at the others."""
    result = np.full(len(where), np.nan)
    result[where] = values
    return result
