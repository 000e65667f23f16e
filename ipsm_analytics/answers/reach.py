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
from ipsm_analytics.cube.selection import Ints, Quantity
from ipsm_analytics.linking.coverage import UNMATCHED
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.privacy import Policy, is_sensitive, release
from ipsm_analytics.reference import areas, boundaries
from ipsm_analytics.reference.services import services
from ipsm_analytics.statistics.effort import Pooled, Share, decompose, pooled
from ipsm_analytics.statistics.quiet import Bools, Floats, Quiet, quiet

CASCADE: tuple[Quantity, ...] = ("persons", "persons_verified", "persons_assessed", "persons_served", "persons_done")
"""Distinct persons found, verified, assessed, served, done; each part of the one before."""
TOLD = 0.8
"""Share of the monthly reports that must state visits before visits are the measure of effort; an assumption."""
_EPOCH_MONTHS = 1970 * 12


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
    """(months × K) effort of each kelurahan, NaN where unknown; `visits`: visits, else monthly PSM reports."""

    values: Floats
    visits: bool

    @property
    def total(self) -> Floats:
        """(K) effort over the months in which it is known; NaN where it never is."""
        known = np.isfinite(self.values)
        return np.where(known.any(axis=0), np.where(known, self.values, 0).sum(axis=0), np.nan)


def effort(facts: Facts, window: Window) -> Effort:
    """PSM visits, or monthly reports where fewer than TOLD of those state visits; unknown in months without such a report."""
    known = facts.casework.effort
    months = np.arange(window.length) + window.first.ordinal - _EPOCH_MONTHS - known.first
    inside = (months >= 0) & (months < len(known.reports))
    told, heard, made = (_months(part, months, inside) for part in (known.told, known.reports, known.visits))
    visits = bool(heard.sum()) and told.sum() >= TOLD * heard.sum()
    return Effort(np.where((told if visits else heard) > 0, made if visits else heard, np.nan), visits)


def _months(part: Ints, months: Ints, inside: Bools) -> Floats:
    """(months × K) rows of a table of months, 0 for those outside it."""
    found = np.zeros((len(months), part.shape[1]))
    found[inside] = part[months[inside]]
    return found


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
        _people(facts, places),
        _poverty(facts, window, places),
        effort(facts, window).total,
        beside,
        found.reported[0] > 0,
    )


def _people(facts: Facts, places: Sequence[str]) -> Floats:
    return np.array([facts.residents(code) for code in places], dtype=np.float64)


def _poverty(facts: Facts, window: Window, places: tuple[str, ...]) -> Floats:
    if not facts.registers.listed.any():
        return np.full(len(places), np.nan)
    poor = facts.registers.select(Selection("poor", places, (ALL,), (window,)))[0, 0]
    people = _people(facts, places)
    return np.asarray(poor / np.where(people > 0, people, np.nan), dtype=np.float64)


class Searched(NamedTuple):
    """What is said of an area, and whether its cases are too few or too sensitive to tell."""

    found: Pooled
    withheld: bool

    @property
    def told(self) -> Share:
        """The share; as of unknown cases where it is withheld."""
        return decompose([np.nan], [1.0], [1.0])[0] if self.withheld else self.found.share


def search(facts: Facts, window: Window, slice_code: str, rule: Policy, level: str = "kecamatan") -> tuple[Searched, ...]:
    """Areas of a level in their order: does the rate differ by what is there, or by how much was searched?

    Cases and effort are of the same kelurahan and months, those whose effort is known. Withheld where the cases of the area,
    those that count, or those left out are too few; of a sensitive slice where any are left out, as they are of a kelurahan.
    """
    places, parts = areas.codes(level), areas.codes("kelurahan")
    months = tuple(Window(month, month) for month in window.months())
    cases = facts.select(Selection("cases", parts, (slice_code,), months)).values[:, 0]
    position = {code: place for place, code in enumerate(parts)}
    groups = [[position[member] for member in areas.members(code)] for code in places]
    found = pooled(cases, _people(facts, parts), effort(facts, window).values, groups)
    gate = release(facts, (Selection("cases", places, (slice_code,), (window,)),), rule)
    whole = gate.counts[0].values[0, 0]
    return tuple(
        Searched(one, bool(hidden) or _telling(one.cases, int(every), slice_code, rule))
        for one, every, hidden in zip(found, whole, gate.withheld[0, 0], strict=True)
    )


def _telling(counted: int, every: int, slice_code: str, rule: Policy) -> bool:
    """Whether some of all cases, or the rest, are too few or too sensitive to be told beside all."""
    few = any(0 < part < rule.small_cell for part in (counted, every - counted))
    return few or (rule.sensitive_to_kecamatan and is_sensitive(slice_code) and counted != every)


def outside(facts: Facts, service: str, area: str, window: Window, rule: Policy) -> int | None:
    """Distinct verified persons in the categories of a service whom no register knows.

    None where they or the other verified persons are too few to tell, or sensitive below kecamatan. A proxy for those outside Y:
    Y is not known by name.
    """
    work, wanted = facts.casework, services()[service].categories
    if rule.sensitive_to_kecamatan and areas.level_of(area) == "kelurahan" and any(map(is_sensitive, wanted)):
        return None
    rows = np.concatenate([work.rows(area, code, window) for code in wanted])
    verified = rows[work.step[rows] >= STEPS.index("verified")]
    persons = np.unique(work.codes.person[verified])
    count = int(facts.persons_with((UNMATCHED,))[persons].sum()) if len(persons) else 0
    return None if any(0 < part < rule.small_cell for part in (count, len(persons) - count)) else count
