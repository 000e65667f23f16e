"""Cases as integer columns, and counts of them by month, slice and area that are made once and then looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ipsm_analytics.casework import traits
from ipsm_analytics.cube import Window, axes
from ipsm_analytics.cube.build import Codes
from ipsm_analytics.cube.selection import Ints, Selection, Trait
from ipsm_analytics.errors import InternalError

Bools = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int32]
MISSING = -1
"""Stands for a day or a position that is not known."""
PROMPT_DAYS, ACTIVE_DAYS = 2, 90
"""2×24 hours in whole days; days within which a PSM must have reported to count as active."""
STEPS = ("reported", "verified", "assessed", "served", "done")
"""Steps of the cascade, each part of the one before."""
BY_DAY = frozenset({"cases", "cases_due", "cases_prompt"})
"""Quantities of cases that were so on the day of the report or soon after, so that two years can be compared up to a day."""
_EPOCH_MONTHS = 1970 * 12
_PERSONS: Mapping[str, str] = {
    "persons": "reported",
    "persons_verified": "verified",
    "persons_assessed": "assessed",
    "persons_served": "served",
    "persons_done": "done",
}


class Staff(NamedTuple):
    """Registered PSM: (W) kelurahan position and first active day of each, a gap where it is not known."""

    kelurahan: Small
    since: Small


class Effort(NamedTuple):
    """What PSM say they did: (months × K) monthly reports and visits, `first` being months since January 1970.

    `told` counts the reports that say how many visits there were; no visit is not the same as an unknown number.
    """

    first: int
    reports: Ints
    told: Ints
    visits: Ints


class Overlaps(NamedTuple):
    """Which slices the same person carries: disjoint combinations, most persons first, so their sum is all persons asked for.

    Attributes:
        slices: (S) groups or categories, in the order asked.
        members: (N × S) whether a combination holds a slice; one row may hold none of them.
        persons: (N) distinct persons with exactly that combination, at least one.
    """

    slices: tuple[str, ...]
    members: Bools
    persons: Ints


class Lifetimes(NamedTuple):
    """Days from report to an event, or to the cut-off where it has not come.

    Attributes:
        days: (rows) days waited, from 0.
        event: (rows) whether the event came.
        undated: cases whose event came on an unknown day, or before the report: they are left out.
    """

    days: Small
    event: Bools
    undated: int


@dataclass(frozen=True, eq=False)
class Casework:
    """The cases of one data version; every array has one entry a case unless said otherwise and is read-only.

    Attributes:
        codes: person, kelurahan, month and slices, as the cube reads them.
        step: position in STEPS the case has reached.
        reported, arrived, acted, sent, served, closed: days since January 1970; MISSING where not known. `acted` is the first of
            verification, assessment, referral, service and closing; `sent` is the day of referral.
        dated: whether the file it came in can carry the days of progress at all.
        waiting: whether something is still to be done.
        referred: whether it was sent to another office: a day of it, an office, or its state says so.
        labels: trait -> its labels; traits: trait -> position in them.
        worker: position in `staff` of the PSM who found it, MISSING for others.
        person_keys: key of each person, by the numbers in `codes.person`.
        cutoff: newest day anything was reported or arrived; MISSING without cases.
    """

    version: int
    codes: Codes
    step: npt.NDArray[np.int8]
    reported: Small
    arrived: Small
    acted: Small
    sent: Small
    served: Small
    closed: Small
    dated: Bools
    waiting: Bools
    referred: Bools
    labels: Mapping[str, tuple[str, ...]]
    traits: Mapping[str, Ints]
    worker: Small
    staff: Staff
    effort: Effort
    person_keys: npt.NDArray[np.object_]
    cutoff: int
    _sums: dict[tuple[str, tuple[Trait, ...]], Ints] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for part in (*vars(self).values(), *self.traits.values(), *self.staff, *self.effort):
            if isinstance(part, np.ndarray):
                part.flags.writeable = False

    def __len__(self) -> int:
        return len(self.codes.person)

    def select(self, selection: Selection) -> Ints:
        """(windows × slices × areas) counts; raises InternalError for a quantity that is not counted here.

        Windows outside the data count nothing. PSM are counted as of the end of each window, whatever the slice.
        """
        if selection.sex is not None or selection.age is not None:
            raise InternalError(f"{selection.quantity} are not counted by sex or age")
        if selection.quantity in _STAFF:
            found = [_STAFF[selection.quantity](self, window) for window in selection.windows]
            counted = np.array(found, dtype=np.int32).reshape(len(found), len(axes.district_of()))
            by_area = axes.all_levels(counted)[:, axes.area_positions(selection.areas)]
            return np.repeat(by_area[:, None, :], len(selection.slices), axis=1).astype(np.int64)
        if selection.quantity in _PERSONS:
            return self.persons(selection, _PERSONS[selection.quantity])
        return self._cases(selection)

    def _cases(self, selection: Selection) -> Ints:
        sums = self._running(selection.quantity, selection.traits)
        edges = np.array([[span.first.ordinal, span.last.ordinal + 1] for span in selection.windows], dtype=np.int64)
        edges = edges.reshape(-1, 2) - self._first
        low, high = np.clip(edges.T, 0, len(sums) - 1)
        cells = axes.slice_positions(selection.slices)[:, None], axes.area_positions(selection.areas)
        return np.asarray(sums[high[:, None, None], *cells] - sums[low[:, None, None], *cells], dtype=np.int64)

    @property
    def _first(self) -> int:
        """First month, counted as Month.ordinal does."""
        return _EPOCH_MONTHS + (int(self.codes.month.min()) if len(self) else 0)

    def _running(self, quantity: str, chosen: tuple[Trait, ...]) -> Ints:
        """(months+1 × slices × areas) cases of a quantity up to each month; made once."""
        if (quantity, chosen) not in self._sums:
            self._sums[quantity, chosen] = self._counted(self._among(quantity) & self._having(chosen))
        return self._sums[quantity, chosen]

    def after(self, selection: Selection, window: Window, day: date) -> Ints:
        """(slices × areas) cases of a quantity of BY_DAY reported in a window after a day; the selection's windows do not matter.

        Raises InternalError for a quantity that is not counted here or is asked by sex or age.
        """
        if selection.sex is not None or selection.age is not None:
            raise InternalError(f"{selection.quantity} are not counted by sex or age")
        later = self.reported > _number(day)
        kept = self._among(selection.quantity) & self._having(selection.traits) & _within(self.codes.month, window) & later
        rows = np.flatnonzero(kept)
        inside = axes.membership()[axes.area_positions(selection.areas)][:, self.codes.kelurahan[rows]]
        held = self.codes.patterns[axes.slice_positions(selection.slices)][:, self.codes.pattern[rows]]
        return np.asarray(held.astype(np.int64) @ inside.T.astype(np.int64), dtype=np.int64)

    def _counted(self, kept: Bools) -> Ints:
        month = self.codes.month.astype(np.int64) - (self._first - _EPOCH_MONTHS)
        shape = (int(month.max()) + 1 if len(self) else 0, len(axes.district_of()))
        cell = month * shape[1] + self.codes.kelurahan
        counts = np.zeros((shape[0] + 1, len(axes.slice_codes()), shape[1]), dtype=np.int32)
        for position, rows in self.codes.by_slice():
            counted = np.bincount(cell[rows[kept[rows]]], minlength=shape[0] * shape[1]).reshape(shape)
            np.cumsum(counted, axis=0, out=counts[1:, position])
        return axes.all_levels(counts).astype(np.int64)

    def _among(self, quantity: str) -> Bools:
        if quantity not in _CASES:
            raise InternalError(f"{quantity} is not counted from casework")
        return _CASES[quantity](self)

    def _having(self, chosen: tuple[Trait, ...]) -> Bools:
        """Cases with all of the trait labels; raises ValueError for a label that does not exist."""
        kept = np.ones(len(self), dtype=np.bool_)
        for name, label in chosen:
            kept &= self.traits[name] == self.labels[name].index(label)
        return kept

    def persons(self, selection: Selection, step: str, among: Bools | None = None) -> Ints:
        """(windows × slices × areas) distinct persons whose cases reached one of STEPS, each once in an area and window.

        `among`: only those persons, by their numbers in `codes.person`. What quantity the selection names does not matter.
        """
        kept = self._having(selection.traits) & (self.step >= STEPS.index(step))
        if among is not None:
            kept &= among[self.codes.person]
        ordered = self._by_person[kept[self._by_person]]
        month, areas = self.codes.month[ordered], axes.area_positions(selection.areas)
        result = np.zeros((len(selection.windows), len(selection.slices), len(areas)), dtype=np.int64)
        for number, window in enumerate(selection.windows):
            inside = ordered[_within(month, window)]
            for place, position in enumerate(axes.slice_positions(selection.slices)):
                rows = inside[self.codes.patterns[position][self.codes.pattern[inside]]]
                result[number, place] = self._distinct(rows)[areas]
        return result

    @cached_property
    def _by_person(self) -> Ints:
        """Rows by person and, of one person, by kelurahan, so that those of one kecamatan stand together too."""
        places = len(axes.district_of())
        return np.argsort(self.codes.person.astype(np.int64) * places + self.codes.kelurahan, kind="stable")

    def _distinct(self, rows: Ints) -> Ints:
        """(areas) distinct persons of rows, in the order of `_by_person`, in every area of all levels."""
        kelurahan, another = self.codes.kelurahan[rows], np.ones(len(rows), dtype=np.bool_)
        another[1:] = np.diff(self.codes.person[rows]) != 0
        found = []
        for level, places in zip(axes.levels(), axes.places(), strict=True):
            place, first = places[kelurahan], another.copy()
            first[1:] |= np.diff(place) != 0
            found.append(np.bincount(place[first], minlength=level.stop - level.start))
        return np.concatenate(found)

    def rows(self, area: str, slice_code: str, window: Window | None = None) -> Ints:
        """Positions of the cases of an area, slice and window, in stored order; raises KeyError for one that does not exist."""
        inside = axes.membership()[axes.area_index()[area]].astype(np.bool_)[self.codes.kelurahan]
        inside &= self.codes.patterns[axes.slice_index()[slice_code]][self.codes.pattern]
        return np.flatnonzero(inside if window is None else inside & _within(self.codes.month, window))

    def overlaps(self, area: str, window: Window, slices: tuple[str, ...], among: str = axes.ALL) -> Overlaps:
        """Distinct persons by the exact combination of slices over all their cases in an area and window.

        `among`: only persons with a case of that slice there; their other cases count too. At most 62 slices; raises KeyError
        for an area or slice that does not exist.
        """
        rows = self.rows(area, axes.ALL, window)
        person, pattern = self.codes.person[rows], self.codes.pattern[rows]
        held = (self.codes.patterns[axes.slice_positions(slices)].T.astype(np.int64) << np.arange(len(slices))).sum(axis=1)
        chosen = np.isin(person, person[self.codes.patterns[axes.slice_index()[among]][pattern]])
        combined = _combined(person[chosen], held[pattern[chosen]])
        bits, persons = np.unique(combined, return_counts=True)
        members = ((bits[:, None] >> np.arange(len(slices))) & 1).astype(np.bool_)
        order = np.lexsort((bits, members.sum(axis=1), -persons))
        return Overlaps(slices, members[order], persons[order].astype(np.int64))

    def lifetimes(self, rows: Ints, event: str) -> Lifetimes:
        """Days to the first action ('acted'), service ('served') or closing ('closed') of cases whose files carry dates.

        A case closed without service waits for it to the cut-off: the share served is of all cases, not of those still open.
        """
        chosen = rows[self.dated[rows]]
        day, start = getattr(self, event)[chosen], self.reported[chosen]
        came = day != MISSING
        happened = came | _HAPPENED[event](self)[chosen]
        known = (~happened & (start <= self.cutoff)) | (came & (day >= start))
        end = np.where(came, day, self.cutoff)[known]
        return Lifetimes((end - start[known]).astype(np.int32), came[known], int((~known).sum()))


def _within(month: Small, window: Window) -> Bools:
    """Which of the months, counted from January 1970, lie in a window."""
    since = month + _EPOCH_MONTHS
    return np.asarray((since >= window.first.ordinal) & (since <= window.last.ordinal))


def _handled(work: Casework) -> Bools:
    """Cases with which something was done, on whatever day; closing one unverified is something too."""
    return np.asarray((work.step > 0) | ~work.waiting)


def _combined(person: Small, bits: Ints) -> Ints:
    """(persons) all bits of each person's rows together."""
    order = np.argsort(person, kind="stable")
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    return np.bitwise_or.reduceat(bits[order], starts) if len(starts) else np.zeros(0, dtype=np.int64)


def _due(work: Casework) -> Bools:
    """Cases of which it can be said whether something was done in time: dated, the time over, days in the right order."""
    acted = work.acted != MISSING
    silent = ~acted & _handled(work)
    early = acted & (work.acted < work.reported)
    return np.asarray(work.dated & ~silent & ~early & (work.reported + PROMPT_DAYS <= work.cutoff))


def _prompt(work: Casework) -> Bools:
    return np.asarray(_due(work) & (work.acted != MISSING) & (work.acted - work.reported <= PROMPT_DAYS))


_CASES: Mapping[str, Callable[[Casework], Bools]] = {
    "cases": lambda work: np.ones(len(work), dtype=np.bool_),
    "cases_due": _due,
    "cases_prompt": _prompt,
    "cases_open": lambda work: work.waiting,
    "referrals": lambda work: work.referred,
    "referrals_done": lambda work: work.referred & (work.traits["hasil"] < len(traits.TRAITS["hasil"]) - 1),
}
_HAPPENED: Mapping[str, Callable[[Casework], Bools]] = {
    "acted": _handled,
    "served": lambda work: work.step >= STEPS.index("served"),
    "closed": lambda work: ~work.waiting,
}


def _end(window: Window) -> int:
    """Last day of a window, counted from January 1970."""
    return _number(window.last.last_day)


def _number(day: date) -> int:
    """Days since January 1970."""
    return int(np.datetime64(day, "D").astype(np.int64))


def _registered(work: Casework, window: Window) -> Ints:
    """(K) PSM in the roster by the end of a window."""
    places = work.staff.kelurahan[work.staff.since <= _end(window)]
    return np.bincount(places, minlength=len(axes.district_of()))


def _active(work: Casework, window: Window) -> Ints:
    """(K) of them, those who reported in the ACTIVE_DAYS up to the end of the window or the cut-off."""
    end = min(_end(window), work.cutoff)
    recent = (work.reported <= end) & (work.reported > end - ACTIVE_DAYS) & (work.worker != MISSING)
    workers = np.unique(work.worker[recent])
    workers = workers[work.staff.since[workers] <= _end(window)]
    return np.bincount(work.staff.kelurahan[workers], minlength=len(axes.district_of()))


_STAFF: Mapping[str, Callable[[Casework, Window], Ints]] = {"psm_registered": _registered, "psm_active": _active}
