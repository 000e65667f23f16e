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
        [
            sum(1 << position[name] for name in {ALL, code, *item.groups})
            for code, item in categories.categories().items()
        ],
        dtype=np.uint64,
    )


@cache
def district_of() -> npt.NDArray[np.int64]:
    """Kelurahan position -> position of its kecamatan on the area axis."""
    return np.array([area_index()[areas.parent(code)] for code in areas.codes("kelurahan")], dtype=np.int64)


@cache
def membership() -> npt.NDArray[np.bool_]:
    """(areas × kelurahan) which kelurahan lie in an area."""
    position = np.arange(len(area_codes()))[:, None]
    own = position == np.arange(len(district_of()))[None, :]
    return own | (position == district_of()[None, :]) | (position == len(area_codes()) - 1)
