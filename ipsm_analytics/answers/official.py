"""Figures that offices report or publish themselves: SPM coverage (C01 to C05, C07) and poverty (P01)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.frames import Answer, above_kelurahan, frame
from ipsm_analytics.cube import Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.measures.query import LABELS, plan, quarter
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.spm import SpmFigure, State

_STATUS: Mapping[State, Status] = {
    State.UNASSESSED: Status.NO_TARGET,
    State.MISSING: Status.NOT_REPORTED,
    State.NOT_DUE: Status.NOT_DUE,
}


def coverage(facts: Facts, item: Indicator, question: Query, rule: Policy) -> pd.DataFrame:
    """SPM figures of the newest quarter that ends in each window; raises UserError below kecamatan.

    Value: X / Y in percent for a service, Y - X in persons for C07, where several services are added. The 95% interval of a
    share is Wilson's; there is none where X exceeds Y.
    """
    cells = plan(item, question, facts.span)
    above_kelurahan(cells, "SPM tidak dilaporkan menurut kelurahan.")
    give = _gap if item.numerator == "gap" else _share
    answers = []
    for chosen, window, area in product(cells.traits, cells.windows, cells.areas):
        wanted = [label for name, label in chosen if name == "layanan"] or _subjects(item)
        answers.append(give([figure(facts, code, area, window) for code in wanted], rule))
    return frame(question, cells, answers)


def _subjects(item: Indicator) -> list[str]:
    return list(LABELS["layanan"]) if item.numerator == "gap" else [item.id]


def figure(facts: Facts, service: str, area: str, window: Window) -> SpmFigure | None:
    """What was reported of a service for the newest quarter that ends in a window; None where none ends in it."""
    ends = [month for month in window.months() if month.month % 3 == 0]
    return facts.spm.at(ends[-1].year, quarter(ends[-1]), service, area, today=facts.today) if ends else None


def _state(figures: list[SpmFigure | None], rule: Policy) -> Status:
    """The state that keeps a figure from being shown, OK where nothing does."""
    missing = [_STATUS[one.state] if one else Status.NOT_DUE for one in figures if one is None or one.state in _STATUS]
    parts = [part for one in figures if one for part in (one.met, one.needed, one.gap)]
    if any(part is not None and 0 < abs(part) < rule.small_cell for part in parts):
        return Status.SUPPRESSED
    return missing[0] if missing else Status.OK


def _share(figures: list[SpmFigure | None], rule: Policy) -> Answer:
    state, (one,) = _state(figures, rule), figures
    if state is Status.SUPPRESSED or one is None or one.met is None:
        return Answer(state)
    if not one.needed:
        return Answer(Status.SMALL_DENOMINATOR if one.needed == 0 else state, numerator=one.met, denominator=one.needed)
    value = 100 * one.met / one.needed
    if one.met > one.needed:
        return Answer(state, value, one.met, one.needed)
    lower, upper = (100 * float(bound) for bound in wilson(one.met, one.needed))
    return Answer(state if one.met else Status.ZERO, value, one.met, one.needed, lower, upper)


def _gap(figures: list[SpmFigure | None], rule: Policy) -> Answer:
    state = _state(figures, rule)
    if state is not Status.OK:
        return Answer(state)
    value = sum(one.gap or 0 for one in figures if one)
    met, needed = (sum(getattr(one, name) or 0 for one in figures if one) for name in ("met", "needed"))
    return Answer(Status.OK if value else Status.ZERO, value, met, needed)


def poverty(facts: Facts, item: Indicator, question: Query, _rule: Policy) -> pd.DataFrame:
    """The published share of poor people of the city: of the year asked for, else the newest by the end of the window.

    It is never counted from our own data. A year for which sources differ has no value here: they stand side by side on the
    page of published figures.
    """
    cells = plan(item, question, facts.span)
    if cells.areas != (areas.CITY,):
        raise UserError("Kemiskinan (BPS) hanya ada untuk kota.", found=areas.label(cells.areas[0]), action="pilih seluruh kota")
    known = {one.year: one.percent for one in facts.poverty.figures if not one.disputed}
    years = [window.last.year for window in cells.windows]
    if "tahun" not in question.by:
        years = [max((year for year in known if year <= last), default=last) for last in years]
    values = [known.get(year) for year in years]
    return frame(question, cells, [Answer(Status.NOT_REPORTED if value is None else Status.OK, value) for value in values])
