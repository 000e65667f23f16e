"""What a slide is made of, whatever it is drawn on: numbers with their passports, figures as data, words.

The screen, the slides and the papers draw these; none of them asks for a number of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Month
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.cells import cell_of
from ipsm_analytics.privacy import Purpose, Role, policy
from ipsm_analytics.rakor import passport
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.views.chart import Desk, Scope, slice_name
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.values import interval_text, short_value


@dataclass(frozen=True)
class Number:
    """One figure that is shown.

    Attributes:
        passport: its code.
        question: asks for this one cell.
        label: what it is of, in words: an area, a month, a group.
        value, numerator, denominator, lower, upper: as `query` gives them, NaN where there is none.
        text: value as it is shown, or why there is none; `interval`: its limits, a dash where it has none.
    """

    passport: str
    question: Query
    label: str
    status: Status
    value: float
    numerator: float
    denominator: float
    lower: float
    upper: float
    text: str
    interval: str

    @property
    def known(self) -> bool:
        """True where there is a number."""
        return self.status in (Status.OK, Status.ZERO)


@dataclass(frozen=True)
class Asking:
    """A frozen state at a desk that shows no more than its purpose allows."""

    desk: Desk
    frozen: Snapshot

    @property
    def scope(self) -> Scope:
        """What the meeting looks at."""
        return Scope(self.frozen.area, self.frozen.slice, self.frozen.window)

    def ask(self, question: Query) -> tuple[Number, ...]:
        """The numbers of a question, one a cell, in the order of `query`."""
        return tuple(_number(self, question, row) for row in self.desk.answer(question).to_dict("records"))

    def one(self, question: Query) -> Number:
        """The number of a question without dimensions."""
        (found,) = self.ask(replace(question, by=()))
        return found


def asking(facts: Facts, frozen: Snapshot, words: Words, role: Role, purpose: Purpose) -> Asking:
    """The desk of a snapshot; for an export even what is only drawn or told in words obeys the export rule."""
    small = frozen.limits["small_cell"]
    shown, leaving = policy(role, purpose, small), policy(role, "ekspor", small)
    return Asking(Desk(facts, shown, leaving, words, frozen.limits["settle_days"]), frozen)


def _number(asking: Asking, question: Query, row: Mapping[Any, Any]) -> Number:
    item, words = indicator(question.indicator), asking.desk.words
    cell = cell_of(question, row)
    status = Status(row["status"])
    return Number(
        passport=passport.of(asking.frozen, cell).code,
        question=replace(cell, window=cell.window or asking.frozen.window),
        label=_label(asking, question, row),
        status=status,
        **{name: float(row[name]) for name in ("value", "numerator", "denominator", "lower", "upper")},
        text=short_value(words, row["value"], status, item),
        interval=interval_text(words, row["lower"], row["upper"], item),
    )


def _label(asking: Asking, question: Query, row: Mapping[Any, Any]) -> str:
    words, parts = asking.desk.words, []
    for name in question.by:
        if name in areas.LEVELS:
            parts.append(areas.label(row[f"kode_{name}"]))
        elif name in ("kelompok", "kategori"):
            parts.append(slice_name(words, row[name]))
        elif name == "bulan":
            parts.append(words.month(Month.parse(row[name])))
        else:
            parts.append(str(row[name]))
    return ", ".join(parts) or areas.label(question.area)


@dataclass(frozen=True)
class Card:
    """One key figure: name, number, unit, and its change in words ('' where there is nothing to compare with)."""

    name: str
    number: Number
    unit: str
    change: str


@dataclass(frozen=True)
class Cards:
    """Key figures side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Bars:
    """One bar or point a row on one scale from zero; a row whose number is not known keeps its words and no mark.

    Attributes:
        names: of the rows, top to bottom.
        texts: what stands at the end of each row.
        reference: a line across all rows, with its words; None for none.
        dots: points with intervals instead of bars.
        colours: one a row; empty: all the same.
    """

    names: tuple[str, ...]
    numbers: tuple[Number, ...]
    texts: tuple[str, ...]
    unit: str
    reference: tuple[float, str] | None = None
    dots: bool = False
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """One line over the months; `numbers` one a month, `estimated` (middle, low, high) where reports are still awaited."""

    name: str
    colour: str
    numbers: tuple[Number, ...]
    estimated: tuple[tuple[float, float, float] | None, ...] = ()


@dataclass(frozen=True)
class Lines:
    """Months from left to right; the last `open_months` may still receive late reports. `events`: (month's place, name)."""

    months: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    open_months: int = 0
    events: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a waterfall: its name, size and passport; `total` for the first and last, which stand on the ground."""

    name: str
    value: float
    text: str
    passport: str
    total: bool = False


@dataclass(frozen=True)
class Waterfall:
    """From one total to the other by steps that add up exactly."""

    steps: tuple[Step, ...]
    unit: str


@dataclass(frozen=True)
class AreaMap:
    """Areas of one level coloured by class.

    Attributes:
        level: 'kelurahan' or 'kecamatan'.
        inside: the area whose parts are drawn; the city with its islands in an inset.
        colours: of each area drawn, by code.
        numbers: of each area drawn, by code.
        legend: every class with its bounds and number of areas.
        crossed: codes of the areas that did not report.
    """

    level: str
    inside: str
    colours: Mapping[str, str]
    numbers: Mapping[str, Number]
    legend: tuple[LegendEntry, ...]
    legend_title: str
    crossed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grid:
    """A table: heads, rows of texts, which columns are figures (right-aligned)."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()


Figure = Cards | Bars | Lines | Waterfall | AreaMap | Grid


@dataclass(frozen=True)
class Slide:
    """One slide: a message, the picture that shows it, and what the speaker can say.

    Attributes:
        item: key of the agenda item it belongs to.
        key: unique in the meeting.
        title: the message, one sentence.
        figure: the picture; None for words alone.
        beside: a second, smaller picture.
        bullets: sentences from rules.
        context: unit, period, source and cut-off.
        notes: definitions and how to read it, for the speaker.
        numbers: every number shown, each once; also those only in the notes.
        question: what the picture as a whole answers, for its passport; None for words alone.
    """

    item: str
    key: str
    title: str
    figure: Figure | None = None
    beside: Figure | None = None
    bullets: tuple[str, ...] = ()
    context: str = ""
    notes: str = ""
    numbers: tuple[Number, ...] = ()
    question: Query | None = None


@dataclass(frozen=True)
class Deck:
    """The slides of a meeting in their order, with what stands on each of them.

    Attributes:
        title: name of the meeting.
        place: scope in words.
        period: period in words.
        cutoff: 'Data s.d. 31 Okt 2026 …'.
        mark: DATA CONTOH on sample data, else ''.
        code: of the snapshot.
    """

    title: str
    place: str
    period: str
    cutoff: str
    mark: str
    code: str
    slides: tuple[Slide, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number of the deck once, by passport."""
        return tuple({number.passport: number for slide in self.slides for number in slide.numbers}.values())


def definition(words: Words, item: Indicator) -> str:
    """What an indicator is, for the notes: name, formula, unit, source, caution."""
    return words(
        "agenda.definisi",
        id=item.id,
        nama=item.title,
        rumus=item.formula,
        satuan=item.unit,
        sumber=item.source,
        catatan=item.note,
    )


def numbers_of(figure: Figure | None) -> tuple[Number, ...]:
    """The numbers a picture shows."""
    match figure:
        case Cards(cards):
            return tuple(card.number for card in cards)
        case Bars():
            return figure.numbers
        case Lines():
            return tuple(number for series in figure.series for number in series.numbers)
        case AreaMap():
            return tuple(figure.numbers.values())
        case _:
            return ()


def ground_of(figure: Waterfall) -> float:
    """Value at which the drawing begins: zero or below, or close under the lowest step where all lie in the upper half."""
    spans = levels(figure)
    hanging = [value for step, ends in zip(figure.steps, spans, strict=True) for value in (ends[1:] if step.total else ends)]
    low, high = min(hanging, default=0.0), max(hanging, default=0.0)
    return low - (high - low) * 0.5 if 0 < high <= 2 * low and high > low else min(low, 0.0)


def levels(figure: Waterfall) -> tuple[tuple[float, float], ...]:
    """(before, after) of each step; totals begin at zero."""
    found, reached = [], 0.0
    for step in figure.steps:
        first, last = (0.0, step.value) if step.total else (reached, reached + step.value)
        found.append((first, last))
        reached = last
    return tuple(found)


def known(numbers: Sequence[Number]) -> list[float]:
    """The values there are."""
    return [number.value for number in numbers if number.known and not pd.isna(number.value)]
