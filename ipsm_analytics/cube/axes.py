"""The fixed axes of the cube: areas of all levels, and slices (all, groups, categories)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from ipsm_analytics import schema
from ipsm_analytics.reference import areas, categories

ALL = "SEMUA"
STAGES = ("reported", "verified", "served")
UNKNOWN = "tidak diketahui"
SEX_LABELS = (*schema.SEXES, UNKNOWN)
AGE_LABELS = (*(f"{low}-{high}" if high < 200 else f"{low}+" for low, high in schema.AGE_BANDS), UNKNOWN)


@cache
def area_codes() -> tuple[str, ...]:
    """Kelurahan, then kecamatan, then the city."""
    return (*areas.codes("kelurahan"), *areas.codes("kecamatan"), areas.CITY)


@cache
def area_index() -> Mapping[str, int]:
    """Area code -> position on the area axis."""
    return {code: position for position, code in enumerate(area_codes())}


@lru_cache(maxsize=1024)
def area_positions(codes: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Positions of areas on the area axis; raises KeyError for an unknown code."""
    return np.array([area_index()[code] for code in codes], dtype=np.int64)


@cache
def slice_codes() -> tuple[str, ...]:
    """All cases, then the five groups, then the categories."""
    return (ALL, *categories.GROUPS, *categories.categories())


@cache
def slice_index() -> Mapping[str, int]:
    """Slice code -> position on the slice axis."""
    return {code: position for position, code in enumerate(slice_codes())}


@lru_cache(maxsize=1024)
def slice_positions(codes: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Positions of slices on the slice axis; raises KeyError for an unknown code."""
    return np.array([slice_index()[code] for code in codes], dtype=np.int64)


@cache
def slice_bits() -> npt.NDArray[np.uint64]:
    """For each category in order: the slices a case of that category belongs to, as bits."""
    position = slice_index()
    return np.array(
        [sum(1 << position[name] for name in {ALL, code, *item.groups}) for code, item in categories.categories().items()],
        dtype=np.uint64,
    )


@cache
def district_of() -> npt.NDArray[np.int64]:
    """Kelurahan position -> position of its kecamatan on the area axis."""
    return np.array([area_index()[areas.parent(code)] for code in areas.codes("kelurahan")], dtype=np.int64)


@cache
def levels() -> tuple[slice, slice, slice]:
    """Ranges of the area axis: kelurahan, kecamatan, city."""
    kelurahan, total = len(areas.codes("kelurahan")), len(area_codes())
    return slice(0, kelurahan), slice(kelurahan, total - 1), slice(total - 1, total)


@cache
def places() -> tuple[npt.NDArray[np.int64], ...]:
    """For each level: kelurahan position -> position of its area inside the level."""
    own = np.arange(len(district_of()))
    return own, district_of() - len(own), np.zeros_like(own)


@lru_cache(maxsize=1024)
def by_level(codes: tuple[str, ...]) -> tuple[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64]], ...]:
    """For each level that occurs: its number, which of the areas lie on it, and their positions inside it."""
    position = area_positions(codes)
    found = []
    for number, level in enumerate(levels()):
        where = np.flatnonzero((position >= level.start) & (position < level.stop))
        if len(where):
            found.append((number, where, position[where] - level.start))
    return tuple(found)


@cache
def membership() -> npt.NDArray[np.int32]:
    """(areas × kelurahan) 1 where a kelurahan lies in an area."""
    parts = [np.eye(level.stop - level.start, dtype=np.int32)[place].T for level, place in zip(levels(), places(), strict=True)]
    return np.concatenate(parts)


@cache
def sizes() -> npt.NDArray[np.int64]:
    """(areas) number of kelurahan in an area."""
    return np.asarray(membership().sum(axis=1), dtype=np.int64)


def all_levels(counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Sums a last axis of kelurahan for the areas of all levels; the kelurahan of a kecamatan stand together."""
    starts = [np.flatnonzero(np.diff(place, prepend=-1)) for place in places()]
    return np.concatenate([np.add.reduceat(counts, start, axis=-1) for start in starts], axis=-1)
