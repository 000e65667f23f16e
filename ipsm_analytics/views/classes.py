"""Map classes: frozen breaks per indicator, and the states that are no number."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.cube import Cube, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.views import style
from ipsm_analytics.views.chart import Desk
from ipsm_analytics.views.i18n import Words

CLASS_COUNT = 5
MAX_WINDOWS = 12
STATE_COLOURS = {
    Status.ZERO: style.ZERO,
    Status.NOT_REPORTED: style.NOT_REPORTED,
    Status.SUPPRESSED: style.SUPPRESSED,
    Status.NO_POPULATION: style.NO_POPULATION,
    Status.SMALL_DENOMINATOR: style.SMALL,
    Status.NO_TARGET: style.NO_TARGET,
    Status.NOT_DUE: style.NOT_DUE,
    Status.UNDATED: style.UNDATED,
    Status.NOT_REACHED: style.NOT_REACHED,
    Status.REFUSED: style.REFUSED,
    Status.INCOMPLETE: style.INCOMPLETE,
}
STATE_MARKS = {Status.INCOMPLETE: "//"}
_POOLS: WeakKeyDictionary[Cube, dict[tuple[str, tuple[str, ...], str, int, Policy], tuple[float, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class LegendEntry:
    """One class of the map: colour, words, how many areas; `mark` is drawn on them, a cross on those `marked`."""

    colour: str
    label: str
    count: int
    marked: bool = False
    mark: str = ""


def frozen_breaks(desk: Desk, item: Indicator, questions: Sequence[Query]) -> tuple[float, ...]:
    """Inner class bounds from the whole city over spans of the same length, so periods and places stay comparable.

    Fixed bounds of indicators.yml win. Otherwise quintiles (mapclassify) of the pooled values of up to twelve
    spans, each half a span before the one that ends with the newest full month, whichever span is asked for;
    fewer distinct values give fewer classes.
    """
    span = desk.cube.span
    if item.breaks or span is None:
        return item.breaks
    asked = dict.fromkeys((question.by, question.slice, (question.window or span).length) for question in questions)
    return breaks_of([value for key in asked for value in _pool(desk, item, span, *key)], item.decimals)


def _pool(desk: Desk, item: Indicator, span: Window, by: tuple[str, ...], part: str, length: int) -> tuple[float, ...]:
    """City-wide values over all spans of a length; remembered as long as the cube lives, because they are frozen."""
    known = _POOLS.setdefault(desk.cube, {})
    key = (item.id, by, part, length, desk.screen)
    if key not in known:
        frame = desk.answer(Query(item.id, by, area=areas.CITY, slice=part, spans=tuple(_spans(desk, span, length))))
        known[key] = tuple(frame.loc[frame["status"] == Status.OK, "value"])
    return known[key]


def _spans(desk: Desk, span: Window, length: int) -> list[Window]:
    """Spans of that length within the data, newest first; the newest one even where data are shorter."""
    last = min(max(desk.cube.last_full_month() or span.last, span.first), span.last)
    newest = Window(last.plus(1 - length), last)
    steps = [newest.shifted(-step * max(1, length // 2)) for step in range(MAX_WINDOWS)]
    return [newest, *(window for window in steps[1:] if window.first >= span.first)]


def breaks_of(values: Sequence[float], decimals: int) -> tuple[float, ...]:
    """Up to four inner bounds, rounded to the indicator's decimals."""
    distinct = np.unique(np.asarray(values, dtype=float))
    if len(distinct) < 2:
        return ()
    import mapclassify  # noqa: PLC0415 - it loads scikit-learn, two seconds that only a coloured map should cost

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Not enough unique values")
        found = mapclassify.Quantiles(np.asarray(values, dtype=float), k=min(CLASS_COUNT, len(distinct)))
    bounds = np.unique(np.round(found.bins[:-1], decimals))
    return tuple(float(bound) for bound in bounds if distinct[0] < bound <= distinct[-1])


def class_of(values: npt.ArrayLike, breaks: Sequence[float]) -> npt.NDArray[np.int64]:
    """Class number of each value; classes are half-open [low, high)."""
    return np.searchsorted(np.asarray(breaks), np.asarray(values, dtype=float), side="right").astype(np.int64)


def palette(count: int) -> tuple[str, ...]:
    """That many steps of the one sequential blue."""
    return tuple(style.SEQUENTIAL[round(step * (len(style.SEQUENTIAL) - 1) / max(count - 1, 1))] for step in range(count))


def legend(words: Words, frame: pd.DataFrame, item: Indicator, breaks: Sequence[float]) -> list[LegendEntry]:
    """Every class with its bounds and number of areas, then the states present."""
    numbers = frame.loc[frame["status"] == Status.OK, "value"]
    counts = np.bincount(class_of(numbers, breaks), minlength=len(breaks) + 1)
    colours = palette(len(breaks) + 1)
    entries = [LegendEntry(colours[i], _bounds(words, breaks, i, item), int(counts[i])) for i in range(len(breaks) + 1)]
    return entries + state_entries(words, frame)


def state_entries(words: Words, frame: pd.DataFrame) -> list[LegendEntry]:
    """Classes of the cells that are no number, with their counts; those without areas are left out."""
    counts = frame["status"].value_counts()
    return [
        LegendEntry(
            colour, words(f"status.{status}"), int(counts[status]), status == Status.NOT_REPORTED, STATE_MARKS.get(status, "")
        )
        for status, colour in STATE_COLOURS.items()
        if counts.get(status, 0)
    ]


def _bounds(words: Words, breaks: Sequence[float], position: int, item: Indicator) -> str:
    def text(value: float) -> str:
        return words.number(value, item.decimals)

    if not breaks:
        return words("peta.semua_nilai")
    if position == 0:
        return f"< {text(breaks[0])}"
    if position == len(breaks):
        return f"≥ {text(breaks[-1])}"
    return f"{text(breaks[position - 1])} – <{text(breaks[position])}"
