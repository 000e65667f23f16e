"""Who is reached: persons by step, kelurahan far below expectation, search against finds, finds unknown to the register."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.casework.casework import STEPS
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.linking.coverage import UNMATCHED
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.privacy import Policy, release
from ipsm_analytics.reference import areas, boundaries, population
from ipsm_analytics.reference.services import services
from ipsm_analytics.statistics.effort import Share, decompose
from ipsm_analytics.statistics.quiet import Floats, Quiet, quiet

CASCADE: tuple[Quantity, ...] = ("persons", "persons_verified", "persons_assessed", "persons_served", "persons_done")
"""Distinct persons found, verified, assessed, served, done; each part of the one before."""
TOLD = 0.8
"""Share of the monthly reports that must state visits before visits are the measure of effort; an assumption."""


class Step(NamedTuple):
    """Persons at one step; share of the step before in percent with Wilson's 95% interval; None where there is none."""

    quantity: str
    persons: int | None
    share: float | None
    lower: float | None
    upper: float | None


def cascade(facts: Facts, window: Window, slice_code: str, area: str, rule: Policy) -> tuple[Step, ...]:
    """Steps of CASCADE; a step is withheld with what is left of the step before, and the share with either of the two."""
    cells = [Selection(name, (area,), (slice_code,), (window,)) for name in CASCADE]
    pairs = [(cells[0],), *((now, before) for before, now in pairwise(cells))]
    secret = [bool(release(facts, pair, rule).withheld[0, 0, 0]) for pair in pairs]
    persons = [int(facts.select(cell).values[0, 0, 0]) for cell in cells]
    known = [None if hidden else number for number, hidden in zip(persons, secret, strict=True)]
    return tuple(_step(name, now, before) for name, now, before in zip(CASCADE, known, [None, *known[:-1]], strict=True))


def _step(name: str, now: int | None, before: int | None) -> Step:
    if now is None or not before:
        return Step(name, now, None, None, None)
    lower, upper = (100 * float(bound) for bound in wilson(now, before))
    return Step(name, now, 100 * now / before, lower, upper)


class Effort(NamedTuple):
    """(K) effort of each kelurahan in a window, NaN where unknown; `visits`: visits, else months with a PSM report."""

    values: Floats
    visits: bool


def effort(facts: Facts, window: Window) -> Effort:
    """PSM visits, or report months where fewer than TOLD of the monthly reports state visits."""
    known = facts.casework.effort
    start = window.first.ordinal - 1970 * 12 - known.first
    rows = slice(max(start, 0), max(start + window.length, 0))
    told, heard = (part[rows].sum(axis=0) for part in (known.told, known.reports))
    visits = bool(heard.sum()) and told.sum() >= TOLD * heard.sum()
    base = told if visits else heard
    spent = known.visits[rows].sum(axis=0) if visits else heard
    return Effort(np.where(base > 0, spent, np.nan).astype(np.float64), visits)


def silence(facts: Facts, window: Window, slice_code: str) -> Quiet:
    """All kelurahan of the city in their order, judged by residents, poverty, effort and neighbours.

    Poverty: register persons with a desil up to the limit per resident; unknown where nobody at all is listed. An area has
    reported when it did so in any month of the window.
    """
    places = areas.codes("kelurahan")
    found = facts.select(Selection("cases", places, (slice_code,), (window,)))
    near, position = boundaries.neighbours(), {code: place for place, code in enumerate(places)}
    beside = [sorted(position[one] for one in near[code]) for code in places]
    return quiet(
        found.values[0, 0],
        _people(places),
        _poverty(facts, window, places),
        effort(facts, window).values,
        beside,
        found.reported[0] > 0,
    )


def _people(places: Sequence[str]) -> Floats:
    return np.array([population.by_area(code) for code in places], dtype=np.float64)


def _poverty(facts: Facts, window: Window, places: tuple[str, ...]) -> Floats:
    if not facts.registers.listed.any():
        return np.full(len(places), np.nan)
    poor = facts.registers.select(Selection("poor", places, (ALL,), (window,)))[0, 0]
    people = _people(places)
    return np.asarray(poor / np.where(people > 0, people, np.nan), dtype=np.float64)


def search(facts: Facts, window: Window, slice_code: str) -> tuple[Share, ...]:
    """Kecamatan in their order: does the rate differ by what is there, or by how much was searched?

    A kecamatan whose effort is unknown in any kelurahan is not judged.
    """
    places = areas.codes("kecamatan")
    cases = facts.select(Selection("cases", places, (slice_code,), (window,))).values[0, 0]
    spent = dict(zip(areas.codes("kelurahan"), effort(facts, window).values, strict=True))
    sums = [sum(spent[member] for member in areas.members(code)) for code in places]
    return decompose(cases, _people(places), sums)


def outside(facts: Facts, service: str, area: str, window: Window, rule: Policy) -> int | None:
    """Distinct verified persons in the categories of a service whom no register knows; None where they are too few to tell.

    A proxy for those outside Y: Y is not known by name.
    """
    work = facts.casework
    rows = np.concatenate([work.rows(area, code, window) for code in services()[service].categories])
    verified = rows[work.step[rows] >= STEPS.index("verified")]
    persons = np.unique(work.codes.person[verified])
    count = int(facts.persons_with((UNMATCHED,))[persons].sum()) if len(persons) else 0
    return None if 0 < count < rule.small_cell else count
