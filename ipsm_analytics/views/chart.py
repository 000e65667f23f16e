"""A figure with everything that must stand beside it, and the desk it is made at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.repeats import repeats
from ipsm_analytics.answers.year_before import compared, partial
from ipsm_analytics.cube import Cube, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.views.drawn import Drawn
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.spine_rows import Spine
from ipsm_analytics.views.strips import Strip


@dataclass(frozen=True)
class Scope:
    """What a page looks at; kept in its address."""

    area: str
    slice: str
    window: Window

    @property
    def before(self) -> Window:
        """The same span one year earlier."""
        return self.window.shifted(-12)

    @property
    def surroundings(self) -> Scope:
        """The same scope, a single kelurahan widened to its kecamatan, so it is seen among others."""
        area = areas.parent(self.area) if areas.level_of(self.area) == "kelurahan" else self.area
        return Scope(area, self.slice, self.window)

    def ask(
        self, code: str, *by: str, window: Window | None = None, area: str | None = None, slice_code: str | None = None
    ) -> Query:
        """A question within this scope; indicators that know no slices are asked without one."""
        part = slice_code or self.slice
        return Query(code, by, window or self.window, area or self.area, part if indicator(code).splits else ALL)


@dataclass(frozen=True)
class Desk:
    """One data version seen by one reader in one language; `narrow` on a phone."""

    facts: Facts
    screen: Policy
    export: Policy
    words: Words
    settle_days: int
    narrow: bool = False

    @property
    def cube(self) -> Cube:
        """Cases and persons by area, slice and month."""
        return self.facts.cube

    def answer(self, question: Query) -> pd.DataFrame:
        """Frame for the screen."""
        return query(self.facts, question, self.screen)

    def released(self, question: Query) -> pd.DataFrame:
        """The same frame as it may leave the office."""
        return query(self.facts, question, self.export)

    def compared(self, question: Query) -> pd.DataFrame:
        """Rows of the question's window, then those of the same days a year before, see `answers.year_before`."""
        window = question.window or self.cube.span
        return compared(self.facts, question, window, self.screen) if window else self.answer(question)

    def repeats(self, scope: Scope, slice_code: str) -> float:
        """How much less sure repeats of the same persons make a change of cases from the year before."""
        return repeats(self.facts, slice_code, (scope.window, scope.before))

    def settled(self, window: Window) -> bool:
        """True when no late reports are expected any more in any month of the window."""
        return self.cube.is_settled(window.last, self.settle_days)


@dataclass(frozen=True)
class Chart:
    """A figure, its title, context line, reading line, alternative text, and on demand its table twin and download."""

    key: str
    title: str
    context: str
    reading: str
    alt: str
    figure: go.Figure | Strip | Drawn | Spine
    table: Callable[[], pd.DataFrame]
    export: Callable[[], pd.DataFrame]


def period(desk: Desk, window: Window) -> str:
    """'Jan–Nov 2026', and up to which day where the last month is not over."""
    days, words = partial(desk.facts, window), desk.words
    return words.window(window) + (words("periode.sebagian", tanggal=words.day(days[0])) if days else "")


def period_before(desk: Desk, window: Window) -> str:
    """' (s.d. 20 Nov 2025)' behind 'the same period last year' where the window's last month is not over; else nothing."""
    days, words = partial(desk.facts, window), desk.words
    return words("periode.sampai", tanggal=words.day(days[1])) if days else ""


def slice_name(words: Words, code: str) -> str:
    """Readable name of a group or category."""
    known = categories.categories()
    return known[code].name if code in known else words(f"kelompok.{code}")


def context_line(desk: Desk, item: Indicator, window: Window) -> str:
    """Unit, period, source and cut-off of a figure."""
    words = desk.words
    return words(
        "bagan.konteks", satuan=item.unit, periode=words.window(window), sumber=item.source, cutoff=words.day(desk.cube.cutoff)
    )


def scope_name(words: Words, scope: Scope) -> str:
    """'lansia terlantar, Kec. Tallo' for titles."""
    place = areas.label(scope.area)
    return place if scope.slice == ALL else f"{slice_name(words, scope.slice)}, {place}"


def scope_suffix(words: Words, scope: Scope) -> str:
    """The scope after a title, ', lansia, Kec. Tallo'; nothing for the whole city."""
    return "" if (scope.area, scope.slice) == (areas.CITY, ALL) else f", {scope_name(words, scope)}"
