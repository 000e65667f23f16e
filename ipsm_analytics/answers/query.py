"""Answers a question by the engine its indicator names; all give the same columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ipsm_analytics.answers import official, unseen, waits
from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.frames import STATES, frame
from ipsm_analytics.answers.repeats import returning
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.intervals import widened
from ipsm_analytics.measures.quality import State, rates
from ipsm_analytics.measures.query import COLUMNS, LABELS, as_frame, dimensions, plan
from ipsm_analytics.measures.query import query as from_cells
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference.indicators import Indicator, indicator

_STATUS: Mapping[str, Status] = {
    State.OK: Status.OK,
    State.NOT_DUE: Status.NOT_DUE,
    State.SILENT: Status.NOT_REPORTED,
    State.NO_ROWS: Status.SMALL_DENOMINATOR,
    State.UNDATED: Status.UNDATED,
    State.WITHHELD: Status.SUPPRESSED,
}


def query(facts: Facts, question: Query, rule: Policy) -> pd.DataFrame:
    """One row a cell: dimension columns, then COLUMNS, whatever the indicator rests on.

    Numbers are NaN where the status withholds or lacks them. Raises UserError for a combination that has no meaning.
    """
    item = indicator(question.indicator)
    return _ENGINES[item.engine](facts, item, question, rule)


def _cells(facts: Facts, item: Indicator, question: Query, rule: Policy) -> pd.DataFrame:
    asked = {*question.by, *(name for name, _ in question.traits)} & {name for name, labels in LABELS.items() if not labels}
    found = from_cells(facts, question, rule, {**LABELS, **{name: facts.labels(name) for name in asked}})
    windows = [window for window in question.spans or (question.window or facts.span,) if window]
    factor = returning(facts, item, windows) if item.interval == "byar" else 1.0
    return found if factor == 1 else _wider(found, factor)


def _wider(found: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Intervals of a rate of events, as wide as persons with several of them make it."""
    limits = widened(found["numerator"].to_numpy(), factor)
    scaled = {name: limit / found["denominator"] for name, limit in zip(("lower", "upper"), limits, strict=True)}
    return found.assign(**{name: values.where(found[name].notna()) for name, values in scaled.items()})


def _quality(facts: Facts, item: Indicator, question: Query, rule: Policy) -> pd.DataFrame:
    cells = plan(item, question, facts.span)
    if not cells.windows:
        return frame(question, cells, [])
    found = rates(facts.quality, item.numerator, cells.areas, cells.windows, facts.today, rule)
    status = found["state"].map(_STATUS).astype(str)
    status = status.mask((status == Status.OK) & (found["numerator"] == 0), Status.ZERO.value)
    numbers = {name: found[name].to_numpy(dtype=np.float64) for name in COLUMNS[:-1]}
    return as_frame(dimensions(question, cells) | numbers | {"status": pd.Categorical(status, dtype=STATES)})


_ENGINES: Mapping[str, Callable[[Facts, Indicator, Query, Policy], pd.DataFrame]] = {
    "sel": _cells,
    "mutu": _quality,
    "spm": official.coverage,
    "terbit": official.poverty,
    "kelangsungan": waits.quantiles,
    "tersembunyi": unseen.hidden,
}
