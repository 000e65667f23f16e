"""D02: persons in neither list, by capture-recapture of PSM finds and the registers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.frames import Answer, above_kelurahan, frame
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.linking.parameters import parameters
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.query import plan
from ipsm_analytics.privacy import Policy, release
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.statistics.hidden import Cell, Linkage, Total, estimate, total

LISTS: tuple[Quantity, ...] = ("persons_matchable", "listed", "persons_listed")
"""Found by PSM and matchable, in a register, in both; all of one slice."""


def linkage() -> Linkage:
    """How well the linking recognises persons, as it was measured on samples with known truth."""
    return Linkage.measured(*parameters().measured)


def strata(facts: Facts, window: Window, slice_code: str, places: Sequence[str]) -> tuple[Cell, ...]:
    """The estimate of each kecamatan for one slice."""
    counts = [facts.select(Selection(name, tuple(places), (slice_code,), (window,))).values[0, 0] for name in LISTS]
    return estimate(*counts, linkage=linkage())


def city(facts: Facts, window: Window, slice_code: str) -> tuple[Total, tuple[Cell, ...]]:
    """The sum over kecamatan, which share no person, and its parts."""
    cells = strata(facts, window, slice_code, areas.codes("kecamatan"))
    return total(cells, linkage=linkage()), cells


def hidden(facts: Facts, item: Indicator, question: Query, rule: Policy) -> pd.DataFrame:
    """Persons in neither list, with the log-normal 95% interval; the numerator counts the distinct persons seen in either.

    Raises UserError below kecamatan, where the lists overlap too little.
    """
    cells = plan(item, question, facts.span)
    above_kelurahan(cells, "Perkiraan tersembunyi tidak dihitung menurut kelurahan.")
    answers = []
    for window in cells.windows:
        for code in cells.slices:
            withheld = _withheld(facts, window, code, cells.areas, rule)
            found = [_estimated(facts, window, code, area) for area in cells.areas]
            answers += [Answer(Status.SUPPRESSED) if secret else one for one, secret in zip(found, withheld, strict=True)]
    return frame(question, cells, answers)


def _withheld(facts: Facts, window: Window, code: str, places: tuple[str, ...], rule: Policy) -> Sequence[bool]:
    """Withheld with any list, with what both share, and with what only one of them has."""
    found, listed, both = (Selection(name, places, (code,), (window,)) for name in LISTS)
    marks = [release(facts, (both, whole), rule).withheld[0, 0] for whole in (found, listed)]
    return list(np.any(marks, axis=0))


def _estimated(facts: Facts, window: Window, code: str, area: str) -> Answer:
    found: Cell | Total
    if areas.level_of(area) == "kota":
        found, _ = city(facts, window, code)
    else:
        (found,) = strata(facts, window, code, (area,))
    if found.in_neither is None or found.lower is None or found.upper is None:
        return Answer(Status.REFUSED, numerator=round(found.observed))
    low, high = (max(bound - found.observed, 0.0) for bound in (found.lower, found.upper))
    return Answer(Status.OK, found.in_neither, round(found.observed), None, low, high)
