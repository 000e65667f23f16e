"""What PSM did in an area: monthly reports sent, and the visits those tell of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.cube import Window, axes
from ipsm_analytics.cube.selection import Ints

_EPOCH_MONTHS = 1970 * 12


class Spent(NamedTuple):
    """(areas) monthly reports, those of them that tell a number of visits, and the visits they tell."""

    reports: Ints
    told: Ints
    visits: Ints


def spent(facts: Facts, window: Window, areas: Sequence[str]) -> Spent:
    """The effort of areas of any level in a window; it counts no person in need, so nothing is withheld."""
    effort = facts.casework.effort
    first = window.first.ordinal - _EPOCH_MONTHS - effort.first
    months = slice(max(first, 0), max(first + window.length, 0))
    places = axes.area_positions(tuple(areas))
    sums = [
        axes.all_levels(part[months].sum(axis=0).astype(np.int32))[places]
        for part in (effort.reports, effort.told, effort.visits)
    ]
    return Spent(*(np.asarray(part, dtype=np.int64) for part in sums))
