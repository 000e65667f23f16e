"""How much less sure a count of cases is because the same persons come again."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.statistics.persons import dispersion

_Asked = tuple[str, tuple[Window, ...], bool]
_KNOWN: WeakKeyDictionary[Facts, dict[_Asked, float]] = WeakKeyDictionary()


def repeats(facts: Facts, slice_code: str, windows: Sequence[Window], *, waiting: bool = False) -> float:
    """Dispersion of the cases of a slice in the whole city, from the cases each person has in each window; 1.0 without any.

    Taken from the city because that of one area with few persons is itself a guess. `waiting`: of open cases only.
    Remembered as long as the facts live.
    """
    known, asked = _KNOWN.setdefault(facts, {}), (slice_code, tuple(windows), waiting)
    if asked not in known:
        known[asked] = _repeats(facts, *asked)
    return known[asked]


def returning(facts: Facts, item: Indicator, windows: Sequence[Window]) -> float:
    """Dispersion behind an indicator's intervals and tests: that of open cases where they are its numerator, else 1.0."""
    return repeats(facts, ALL, windows, waiting=True) if item.numerator == "cases_open" else 1.0


def _repeats(facts: Facts, slice_code: str, windows: Sequence[Window], waiting: bool) -> float:
    work, tally = facts.casework, np.zeros(1, dtype=np.int64)
    for window in windows:
        rows = work.rows(areas.CITY, slice_code, window)
        found = np.bincount(np.bincount(work.codes.person[rows[work.waiting[rows]] if waiting else rows]))
        longest = max(len(tally), len(found))
        tally = np.pad(tally, (0, longest - len(tally))) + np.pad(found, (0, longest - len(found)))
    return dispersion(np.arange(len(tally)), tally)
