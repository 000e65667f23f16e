"""S02: days until service, open cases included."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.frames import Answer, frame
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.query import plan
from ipsm_analytics.privacy import Policy, release
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.statistics.survival import Curve, curve

SHARES: Mapping[str, float] = {"median": 0.5, "p90": 0.9}


def waiting(facts: Facts, window: Window, slice_code: str, area: str, event: str = "served") -> Curve:
    """Share of cases still waiting for the first action ('acted'), service ('served') or closing ('closed') by day."""
    found = facts.casework.lifetimes(facts.casework.rows(area, slice_code, window), event)
    return curve(found.days, found.event)


def elsewhere(facts: Facts, window: Window, slice_code: str, area: str, event: str = "served") -> Curve:
    """The same of the city's cases outside an area, against which the area is held."""
    work = facts.casework
    rest = np.setdiff1d(work.rows(areas.CITY, slice_code, window), work.rows(area, slice_code, window))
    found = work.lifetimes(rest, event)
    return curve(found.days, found.event)


def quantiles(facts: Facts, item: Indicator, question: Query, rule: Policy) -> pd.DataFrame:
    """Days until so large a share is served, with interval; numerator: served cases, denominator: cases watched.

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
                answers.append(_answer(waiting(facts, window, code, area), item, state, rule))
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
