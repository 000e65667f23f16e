"""S01 to S04 beyond their plain counts: who can be judged, how long cases and referrals wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.frames import Answer, frame
from ipsm_analytics.casework.casework import MISSING, PROMPT_DAYS, Small
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.query import plan
from ipsm_analytics.privacy import Policy, release
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.statistics.survival import Against, Curve, against_the_rest, curve

SHARES: Mapping[str, float] = {"median": 0.5, "p90": 0.9}


Event = Literal["served", "acted", "closed"]
EVENTS: tuple[Event, ...] = get_args(Event)
"""What a case waits for: service, the first action, closing."""


@dataclass(frozen=True)
class Judged:
    """Cases by whether S01 can be said of them; the four add up to `cases`.

    Attributes:
        due: dated, the two days over: judged.
        not_due: the two days are not over at the cut-off.
        unclear: something was done on an unknown day, or before the report.
        undated: their file carries no days of progress.
    """

    due: int
    not_due: int
    unclear: int
    undated: int

    @property
    def cases(self) -> int:
        """All cases."""
        return self.due + self.not_due + self.unclear + self.undated


def judged(facts: Facts, window: Window, slice_code: str, area: str) -> Judged:
    """How many cases of a scope S01 can be said of, and why not of the others."""
    work = facts.casework
    rows = work.rows(area, slice_code, window)
    dated, acted, start = work.dated[rows], work.acted[rows], work.reported[rows]
    unclear = dated & np.where(acted == MISSING, work.step[rows] > 0, acted < start)
    early = dated & ~unclear & (start + PROMPT_DAYS > work.cutoff)
    counts = [int(part.sum()) for part in (dated & ~unclear & ~early, early, unclear, ~dated)]
    return Judged(*counts)


@dataclass(frozen=True)
class Compared:
    """Waiting in the areas below a scope, each against all others (log-rank, Holm).

    Attributes:
        curves: area code -> curve, only of areas with enough cases.
        against: area code -> test and verdict; empty with fewer than two areas.
    """

    curves: Mapping[str, Curve]
    against: Mapping[str, Against]


def compared(facts: Facts, window: Window, slice_code: str, places: tuple[str, ...], event: Event) -> Compared:
    """The curves of areas that share no case, and which of them differ from the rest."""
    found = {code: waiting(facts, window, slice_code, code, event) for code in places}
    curves = {code: item for code, item in found.items() if item.refusal is None}
    return Compared(curves, against_the_rest(curves) if len(curves) > 1 else {})


@dataclass(frozen=True)
class Referrals:
    """Referrals to one office that have no outcome yet: how many, of how many the day is known, and the median days since."""

    office: str
    open: int
    dated: int
    median_days: float | None


def referrals(facts: Facts, window: Window, slice_code: str, area: str, rule: Policy) -> tuple[Referrals, ...]:
    """Open referrals by office, in the order of the labels; an office with a count the rule withholds is left out."""
    if release(facts, (Selection("referrals", (area,), (slice_code,), (window,)),), rule).withheld.any():
        return ()
    work = facts.casework
    rows = work.rows(area, slice_code, window)
    last = len(work.labels["hasil"]) - 1
    rows = rows[work.referred[rows] & (work.traits["hasil"][rows] == last)]
    office = work.traits["opd"][rows]
    found = (_open_at(name, work.sent[rows[office == place]], work.cutoff) for place, name in enumerate(work.labels["opd"]))
    return tuple(
        item
        for item in found
        if item.open and not any(0 < part < rule.small_cell for part in (item.open, item.dated, item.open - item.dated))
    )


def _open_at(office: str, sent: Small, cutoff: int) -> Referrals:
    known = sent[(sent != MISSING) & (sent <= cutoff)]
    return Referrals(office, len(sent), len(known), float(np.median(cutoff - known)) if len(known) else None)


def below(area: str) -> tuple[str, ...]:
    """Kecamatan of the city; kelurahan of a kecamatan."""
    level = "kecamatan" if areas.level_of(area) == "kota" else "kelurahan"
    inside = set(areas.members(area))
    return tuple(code for code in areas.codes(level) if inside.issuperset(areas.members(code)))


def waiting(facts: Facts, window: Window, slice_code: str, area: str, event: Event = "served") -> Curve:
    """Share of cases still waiting for the first action ('acted'), service ('served') or closing ('closed') by day."""
    found = facts.casework.lifetimes(facts.casework.rows(area, slice_code, window), event)
    return curve(found.days, found.event)


def elsewhere(facts: Facts, window: Window, slice_code: str, area: str, event: Event = "served") -> Curve:
    """The same of the city's cases outside an area, against which the area is held."""
    work = facts.casework
    rest = np.setdiff1d(work.rows(areas.CITY, slice_code, window), work.rows(area, slice_code, window))
    found = work.lifetimes(rest, event)
    return curve(found.days, found.event)


def quantiles(facts: Facts, item: Indicator, question: Query, rule: Policy, event: Event = "served") -> pd.DataFrame:
    """Days until so large a share is served, or has another event; with interval.

    Numerator: those served, denominator: cases watched.

    A day that has not been reached is a state of its own; an open upper end of an interval is NaN.
    """
    cells = plan(item, question, facts.span)
    answers = []
    for window in cells.windows:
        for code in cells.slices:
            released = release(facts, (Selection("cases", cells.areas, (code,), (window,)),), rule)
            marks = zip(cells.areas, released.withheld[0, 0], released.counts[0].reported[0], strict=True)
            for area, secret, reported in marks:
                state = Status.SUPPRESSED if secret else Status.OK if reported else Status.NOT_REPORTED
                answers.append(_answer(waiting(facts, window, code, area, event), item, state, rule))
    return frame(question, cells, answers)


def _answer(found: Curve, item: Indicator, state: Status, rule: Policy) -> Answer:
    served, cases = (int(np.sum(part)) for part in (found.events, found.events + found.censored))
    if any(0 < part < rule.small_cell for part in (served, cases, cases - served)):
        state = Status.SUPPRESSED
    if state is not Status.OK:
        return Answer(state)
    if found.refusal or cases < item.minimum_denominator:
        return Answer(Status.SMALL_DENOMINATOR, None, served, cases)
    day = found.quantile(SHARES[item.numerator])
    if day.days is None:
        return Answer(Status.NOT_REACHED, None, served, cases, day.lower, day.upper)
    return Answer(Status.OK if day.days else Status.ZERO, day.days, served, cases, day.lower, day.upper)
