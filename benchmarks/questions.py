"""What a page asks: recorded from the page itself, and broken down into the counts any engine has to deliver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from inspect import getmembers, isfunction
from itertools import product
from typing import Any, Literal, NamedTuple, get_args
from unittest import mock

import numpy as np
import pandas as pd

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Cube, Window
from ipsm_analytics.cube.axes import ALL, slice_codes
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.views import figures, maps
from ipsm_analytics.views.atlas import MapOptions, atlas
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.overview import CARDS, overview

Kind = Literal["cases", "persons", "reports"]
MAP = MapOptions("K03", "kelurahan", "geografis", height=330, width=420)
SEED = 20_261_102


class Cell(NamedTuple):
    """One number: how many of what, in which slice, window and area."""

    quantity: str
    slice: str
    window: Window
    area: str


@dataclass(frozen=True)
class Grid:
    """Cells of one question in the order of its answer: windows, then slices, then areas."""

    areas: tuple[str, ...]
    slices: tuple[str, ...]
    windows: tuple[Window, ...]

    def cells(self, quantity: str) -> Iterator[Cell]:
        """The cells of one quantity; reports know no slices."""
        for window, part, area in product(self.windows, self.slices, self.areas):
            yield Cell(quantity, ALL if quantity == "reports" else part, window, area)


@dataclass(frozen=True)
class Pass:
    """One pass over the data that serves several questions at once, as a careful analyst would write it.

    Attributes:
        within: area the rows lie in.
        level: level of area they are counted by.
        slice: part of the cases; for `cases` all, split by `columns`.
        columns: slices for `cases`, quantities for `persons` and `reports`.
    """

    kind: Kind
    within: str
    level: str
    slice: str
    windows: tuple[Window, ...]
    columns: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """True when all rows belong to the one area counted."""
        return self.level == areas.level_of(self.within)

    def cells(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Cell, int]]:
        """Cells of rows (window number, area code, one count a column)."""
        for window, area, *counts in rows:
            for column, count in zip(self.columns, counts, strict=True):
                quantity, part = ("cases", column) if self.kind == "cases" else (column, self.slice)
                yield Cell(quantity, part, self.windows[window], area), int(count or 0)


@dataclass(frozen=True)
class Recorder(Desk):
    """A desk that writes down what it is asked."""

    asked: list[Query] = field(default_factory=list)

    def answer(self, question: Query) -> pd.DataFrame:
        """Answers as any desk does."""
        self.asked.append(question)
        return super().answer(question)


def desk_of(cube: Cube) -> Desk:
    """The desk of somebody inside the office."""
    return Desk(Facts.of(cube), policy("operator", "layar", 5), policy("operator", "ekspor", 5), Words("id"), settle_days=60)


def record(desk: Desk, scope: Scope) -> list[Query]:
    """Every question of Ringkasan and its map for a scope, in the page's order and as often as the page asks.

    What the page remembers with the cube (class bounds) is asked only while this cube has not been asked for it.
    """
    recorder = Recorder(**{item.name: getattr(desk, item.name) for item in fields(desk)})
    with undrawn():
        look(recorder, scope)
    if missing := set(CARDS) - {question.indicator for question in recorder.asked}:
        raise RuntimeError(f"the page was not looked at as a whole: nothing about {missing}")
    return recorder.asked


def look(desk: Desk, scope: Scope) -> None:
    """Makes Ringkasan and its map: every part of it, whether the page makes it at once or when it is first looked at."""
    page = overview(desk, scope)
    for part in dir(page):
        if not part.startswith("_"):
            getattr(page, part)
    atlas(desk, (scope,), MAP)


@contextmanager
def undrawn() -> Iterator[None]:
    """Figures cost more than all answers and ask nothing: left out while questions are recorded."""
    drawing = [name for name, function in getmembers(figures, isfunction) if function.__module__ == figures.__name__]
    with ExitStack() as stack:
        for name in drawing:
            stack.enter_context(mock.patch.object(figures, name))
        stack.enter_context(mock.patch.object(maps, "draw"))
        yield


def random_scopes(cube: Cube, count: int) -> list[Scope]:
    """Filters as they come: city, kecamatan, kelurahan alike often; all cases, a group, a category alike often; any span."""
    rng = np.random.default_rng(SEED)
    slices = ((ALL,), categories.GROUPS, slice_codes()[len(categories.GROUPS) + 1 :])
    scopes = []
    for _ in range(count):
        level, kind = rng.choice(areas.LEVELS), slices[rng.integers(3)]
        first, last = sorted(rng.integers(0, cube.month_count, 2).tolist())
        window = Window(cube.first.plus(first), cube.first.plus(last))
        scopes.append(Scope(str(rng.choice(areas.codes(level))), str(rng.choice(kind)), window))
    return scopes


def grid(question: Query) -> Grid:
    """The cells a question is about; raises ValueError for a dimension or filter no page has used so far."""
    level = next((name for name in question.by if name in areas.LEVELS), None)
    known = {*areas.LEVELS, "kelompok", "kategori", "bulan"}
    if not (question.window or question.spans) or question.sex or question.age or not known.issuperset(question.by):
        raise ValueError(f"not foreseen here: {question}")
    inside = set(areas.members(question.area))
    places = [code for code in areas.codes(level) if inside.issuperset(areas.members(code))] if level else [question.area]
    return Grid(tuple(places), _slices(question), question.spans or _windows(question))


def _windows(question: Query) -> tuple[Window, ...]:
    if question.window is None:
        raise ValueError(f"not foreseen here: {question}")
    months = tuple(Window(month, month) for month in question.window.months())
    return months if "bulan" in question.by else (question.window,)


def _slices(question: Query) -> tuple[str, ...]:
    if question.slice == ALL and "kelompok" in question.by:
        return categories.GROUPS
    if "kategori" in question.by:
        return (
            tuple(categories.categories()) if question.slice == ALL else categories.in_group(question.slice) or (question.slice,)
        )
    return (question.slice,)


def quantities(item: Indicator) -> tuple[Quantity, ...]:
    """Counts an indicator is made of; whether anybody reported decides on its status."""
    whole = [item.denominator] if item.denominator.startswith("persons") else []
    named = dict.fromkeys([item.numerator, *whole, "reports"])
    return tuple(quantity for name in named for quantity in get_args(Quantity) if quantity == name)


def passes(questions: Iterable[Query]) -> list[Pass]:
    """The fewest passes that deliver the counts of all questions."""
    windows: dict[tuple[Kind, str, str, str], dict[Window, None]] = {}
    columns: dict[tuple[Kind, str, str, str], dict[str, None]] = {}
    for question in dict.fromkeys(questions):
        cells, level = grid(question), next((name for name in question.by if name in areas.LEVELS), areas.level_of(question.area))
        for quantity, part in product(quantities(indicator(question.indicator)), cells.slices):
            kind = _kind(quantity)
            key = kind, question.area, level, part if kind == "persons" else ALL
            windows.setdefault(key, {}).update(dict.fromkeys(cells.windows))
            columns.setdefault(key, {})[part if kind == "cases" else quantity] = None
    return [Pass(*key, tuple(windows[key]), tuple(columns[key])) for key in windows]


def _kind(quantity: Quantity) -> Kind:
    match quantity:
        case "cases" | "reports":
            return quantity
        case _:
            return "persons"


def assert_equal(question: Query, answer: pd.DataFrame, counted: Mapping[Cell, int]) -> None:
    """Raises AssertionError unless an answer holds exactly the counts; who did not report has no number."""
    item, cells = indicator(question.indicator), grid(question)
    silent = np.array([not counted.get(cell, 0) for cell in cells.cells("reports")]) & (item.numerator != "reports")
    columns = zip(("numerator", "denominator"), quantities(item), strict=False)
    for column, quantity in [pair for pair in columns if pair[1] != "reports" or pair[0] == "numerator"]:
        expected = np.array([counted.get(cell, 0) for cell in cells.cells(quantity)], dtype=float)
        np.testing.assert_array_equal(answer[column].to_numpy(), np.where(silent, np.nan, expected), err_msg=str(question))
