"""Areas most like one: a distance over several properties, each given the same weight.

A property may be one number or a mix of shares; either is measured in the spread it has over the areas, so that none
outweighs the others by its unit or by its number of columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.errors import UserError

Floats = npt.NDArray[np.float64]
LEAST_PARTS = 2
"""Properties that must be known of both areas, else their distance says nothing."""


@dataclass(frozen=True)
class Neighbour:
    """A similar area.

    Attributes:
        distance: 0 for areas that agree in all that is known; 1 is the usual distance of two areas drawn at random.
        left_out: properties not known of one of the two, or equal everywhere: they did not count.
    """

    code: str
    distance: float
    left_out: tuple[str, ...]


def nearest(table: pd.DataFrame, parts: Mapping[str, Sequence[str]], code: str, limit: int = 5) -> tuple[Neighbour, ...]:
    """The areas nearest to one, itself apart, ties in order of their codes.

    Formula: squared distance = mean over the properties known of both of |x - y|² / (2 Σ variance of its columns): Gower's
    average over what is known (Biometrics 27, 1971), with the squared difference over its expectation for two areas drawn at
    random in place of the range. Two areas with fewer than LEAST_PARTS such properties are no neighbours.

    Args:
        table: a row an area, indexed by code; NaN where not known.
        parts: property -> its columns; one with a gap in any of them is not known of that area.

    Raises UserError for a code that is not in the table.
    """
    if code not in table.index:
        raise UserError("Wilayah tidak ada dalam tabel kemiripan.", found=code, allowed=f"{len(table)} wilayah setingkat")
    place = int(cast("int", table.index.get_loc(code)))
    squares = np.stack([_squares(table[list(columns)].to_numpy(dtype=float), place) for columns in parts.values()])
    known = np.isfinite(squares)
    count = known.sum(axis=0)
    distance = np.sqrt(np.where(known, squares, 0).sum(axis=0) / np.maximum(count, 1))
    found = [
        Neighbour(
            str(other), float(distance[row]), tuple(name for name, told in zip(parts, known[:, row], strict=True) if not told)
        )
        for row, other in enumerate(table.index)
        if row != place and count[row] >= LEAST_PARTS
    ]
    return tuple(sorted(found, key=lambda one: (one.distance, one.code))[:limit])


def _squares(columns: Floats, place: int) -> Floats:
    """(areas) squared distance to one over its expectation; NaN where not known, everywhere for a property without spread."""
    whole = np.isfinite(columns).all(axis=1)
    expected = 2 * columns[whole].var(axis=0).sum() if whole.any() else 0.0
    gaps = ((columns - columns[place]) ** 2).sum(axis=1)
    return gaps / expected if expected > 0 else np.full(len(columns), np.nan)
