"""The figures of a meeting as SVG for papers: every mark at a place that follows from its number, every letter real text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isnan, log10

from ipsm_analytics.materials import cartography, svg
from ipsm_analytics.materials.letters import fitted, folded
from ipsm_analytics.materials.letters import width as text_width
from ipsm_analytics.materials.svg import Point
from ipsm_analytics.measures import Status
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import (
    AreaMap,
    Bars,
    Card,
    Cards,
    Figure,
    Lines,
    Number,
    Series,
    Waterfall,
    ground_of,
    levels,
)
from ipsm_analytics.views.agenda.sheet import MonthBar
from ipsm_analytics.views.i18n import Words

WIDTH = 493.0
"""Points between the margins of an A4 page."""
LABEL, SMALL = 9.0, 8.0
ROW, TIGHT_ROW, MANY = 14.0, 9.0, 12
"""Height of a row of bars, and of one among MANY."""
STACKED_ROW, NARROW = 24.0, 240.0
"""Height of a row whose mark stands below its words, and the width below which no name is shortened to prevent that."""
LEAST_SCALE, SHORT_SCALE = 48.0, 66.0
"""Points the bars keep for themselves at any cost, and those they need to be read."""
_AXIS, _GAP, _MARK = 16.0, 6.0, 3.0
_MONTH_LABEL, _FOOT = 44.0, 26.0
EVENT, EVENT_ROW, EVENT_ROWS = 8.0, 10.0, 3
"""Names of events: their size, the height of a row of them and how many rows there are room for."""
MONTHS_HIGH = 122.0
"""Points that lines stand high on paper."""
_QUIET = "#EEF2F5"


@dataclass(frozen=True)
class Scale:
    """Values on a line of points from `start`; negative `length` for one that runs upwards."""

    top: float
    start: float
    length: float

    def place(self, value: float) -> float:
        """Where a value stands; what lies outside stands at the end."""
        return self.start + self.length * min(max(value / self.top, 0.0), 1.0)


def ticks(highest: float, count: int = 4) -> tuple[float, ...]:
    """From zero in steps of 1, 2, 2,5 or 5 times a power of ten to at least the highest value."""
    if not highest > 0:
        return (0.0, 1.0)
    power = 10.0 ** floor(log10(highest / count))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power * count >= highest - 1e-9 * highest)
    return tuple(round(place * step, 10) for place in range(ceil(highest / step - 1e-9) + 1))


def draw(figure: Figure, words: Words, width: float = WIDTH, height: float = 0.0) -> str:
    """The figure as one SVG of a width in points; '' for a table, which is no drawing.

    A height in points is kept by lines and maps; rows of bars move apart to fill it; the others are as high as their texts.
    """
    match figure:
        case Cards():
            return cards(figure, words, width)
        case Bars():
            return bars(figure, words, width, height)
        case Lines():
            return lines(figure, words, width, height)
        case Waterfall():
            return waterfall(figure, words, width)
        case AreaMap():
            return cartography.area_map(figure, words, width, height)
        case _:
            return ""


def cards(figure: Cards, words: Words, width: float = WIDTH) -> str:
    """Boxes side by side, three or four a row."""
    count = len(figure.cards)
    columns = 1 if width < 180 else min(count, 2 if width < 300 else 4 if count in (4, 7, 8) else 3)
    wide = (width - _GAP * (columns - 1)) / max(columns, 1)
    high = 50.0 + 10.5 * max((len(_under(card, words, wide - 16)) for card in figure.cards), default=0)
    parts = [
        part
        for place, card in enumerate(figure.cards)
        for part in _card(card, words, (place % columns * (wide + _GAP), place // columns * (high + _GAP)), wide, high)
    ]
    rows = ceil(count / max(columns, 1))
    return svg.picture(width, rows * (high + _GAP) - _GAP, parts)


def _card(card: Card, words: Words, at: Point, wide: float, high: float) -> Iterator[str]:
    left, inner = at[0] + 8, wide - 16
    yield svg.rect((at[0] + 0.5, at[1] + 0.5), wide - 1, high - 1, style.PAPER, edge=style.GRID)
    yield svg.rect((at[0] + 0.5, at[1] + 0.5), 2.5, high - 1, style.NAVY)
    yield svg.text((left, at[1] + 15), fitted(card.name, LABEL, inner, bold=True), LABEL, style.TEXT, bold=True)
    size = 20.0 if card.number.known else 13.0
    yield svg.text((left, at[1] + 39), fitted(card.number.text, size, inner, bold=True), size, style.NAVY, bold=True)
    for place, (line, colour) in enumerate(_under(card, words, inner)):
        yield svg.text((left, at[1] + 52 + place * 10.5), line, SMALL, colour)


def _under(card: Card, words: Words, inner: float) -> list[tuple[str, str]]:
    """Lines under the number with their colours: unit, interval, change."""
    told = words("dokumen.selang", selang=card.number.interval) if card.number.known and not isnan(card.number.lower) else ""
    still = [(fitted(part, SMALL, inner), style.MUTED) for part in (card.unit, told) if part]
    return still + [(line, style.TEXT) for line in folded(card.change, SMALL, inner, 3)]


def least_width(names: Sequence[str], texts: Sequence[str]) -> float:
    """Points that rows of bars need at least: names, texts and a short scale."""
    size = min(LABEL, _row(len(names)) - 1)
    name, told = (max((text_width(one, size) for one in column), default=0.0) for column in (names, texts))
    return name + told + 2 * _GAP + SHORT_SCALE


def _row(count: int) -> float:
    """Height of one of so many rows."""
    return ROW if count < MANY else TIGHT_ROW


def bars(figure: Bars, words: Words, width: float = WIDTH, whole: float = 0.0) -> str:
    """A row a number: name, bar or point with its interval, text; the marks stand below their words where both have no room.

    Rows move apart until all is as high as `whole`, at most to a third more than ROW.
    """
    if _crowded(figure, width):
        return _stacked(figure, words, width)
    top, count = 13.0 if figure.reference else 2.0, len(figure.names)
    step = max(_row(count), min(ROW * 4 / 3, (whole - top - _AXIS) / max(count, 1)))
    size, name_wide, text_wide = _bar_columns(figure, min(LABEL, step - 1), width)
    marks = ticks(_highest(figure), 4 if width - name_wide - text_wide > 160 else 2)
    scale = Scale(marks[-1], name_wide, width - name_wide - text_wide)
    bottom = top + step * count
    parts = [*_value_axis(scale, marks, words, (top, bottom))]
    for place, name in enumerate(figure.names):
        middle = top + step * (place + 0.5)
        number, end = figure.numbers[place], width - text_wide + _GAP
        parts.append(svg.text((0, middle + size * 0.35), fitted(name, size, name_wide - _GAP), size, style.TEXT))
        ink = style.TEXT if number.known else style.MUTED
        parts.append(svg.text((end, middle + size * 0.35), figure.texts[place], size, ink))
        parts += _bar_mark(number, scale, middle, size, _colour(figure, place), dots=figure.dots)
    if figure.reference:
        parts += _reference(figure.reference, scale, (top, bottom), width)
    if text_width(figure.unit, SMALL) <= name_wide - _GAP:
        parts.append(svg.text((0, bottom + 11), figure.unit, SMALL, style.MUTED))
    else:
        unit = fitted(figure.unit, SMALL, text_wide - 2 * _GAP)
        parts.append(svg.text((width, bottom + 11), unit, SMALL, style.MUTED, anchor="end"))
    return svg.picture(width, bottom + _AXIS, parts)


def _bar_columns(figure: Bars, size: float, width: float) -> tuple[float, float, float]:
    """Size of letters and widths of names and texts: smaller letters first, then shorter names, where there is little room."""
    names, texts = (max((text_width(one, 1.0) for one in column), default=0.0) for column in (figure.names, figure.texts))
    room = width - LEAST_SCALE - 2 * _GAP
    if (names + texts) * size > room:
        size = min(size, SMALL)
    return size, min(names * size, room - texts * size) + _GAP, texts * size + _GAP


def _crowded(figure: Bars, width: float) -> bool:
    """True where marks have no room beside the words: on a narrow drawing beside all of them, else beside shortened names."""
    names, texts = (max((text_width(one, SMALL) for one in column), default=0.0) for column in (figure.names, figure.texts))
    return texts + names * (1.0 if width < NARROW else 0.67) > width - LEAST_SCALE - 2 * _GAP


def _stacked(figure: Bars, words: Words, width: float) -> str:
    """Name and text on a line, the mark below them over the whole width."""
    marks = ticks(_highest(figure))
    top = 13.0 if figure.reference else 2.0
    bottom = top + STACKED_ROW * len(figure.names)
    scale = Scale(marks[-1], _GAP, width - 3 * _GAP)
    parts = [*_value_axis(scale, marks, words, (top, bottom))]
    if figure.reference:
        parts += _reference(figure.reference, scale, (top, bottom), width)
    for place, name in enumerate(figure.names):
        number, text, base = figure.numbers[place], figure.texts[place], top + STACKED_ROW * place + 9
        size = min(LABEL, SMALL * width / max(text_width(f"{name} {text}", SMALL), 1.0))
        parts.append(svg.text((0, base), name, size, style.TEXT, halo=True))
        ink = style.TEXT if number.known else style.MUTED
        parts.append(svg.text((width, base), text, size, ink, anchor="end", halo=True))
        parts += _bar_mark(number, scale, base + 7, SMALL, _colour(figure, place), dots=figure.dots)
    parts.append(svg.text((width, bottom + _AXIS + 6), figure.unit, SMALL, style.MUTED, anchor="end"))
    return svg.picture(width, bottom + _AXIS + 9, parts)


def _colour(figure: Bars, place: int) -> str:
    return figure.colours[place] if figure.colours else style.NAVY


def _highest(figure: Bars) -> float:
    """The largest value, upper limit or reference of a row that is known."""
    shown = [value for one in figure.numbers if one.known for value in (one.value, one.upper)]
    reference = [figure.reference[0]] if figure.reference else []
    return max((value for value in (*shown, *reference) if not isnan(value)), default=0.0)


def _value_axis(scale: Scale, marks: Sequence[float], words: Words, span: tuple[float, float]) -> Iterator[str]:
    digits = _digits(marks)
    for mark in marks:
        at = scale.place(mark)
        yield svg.line((at, span[0]), (at, span[1]), style.GRID)
        yield svg.text((at, span[1] + 11), words.number(mark, digits), SMALL, style.MUTED, anchor="middle")


def _digits(marks: Sequence[float]) -> int:
    return next((digits for digits in range(4) if all(round(mark, digits) == mark for mark in marks)), 4)


def _bar_mark(number: Number, scale: Scale, middle: float, size: float, colour: str, *, dots: bool) -> Iterator[str]:
    """Bar or point with its interval; nothing for what is not known."""
    if not number.known or isnan(number.value):
        return
    at = scale.place(number.value)
    if not dots:
        yield svg.rect((scale.start, middle - size * 0.4), at - scale.start, size * 0.8, colour)
    if not isnan(number.lower):
        last = scale.place(number.upper) if not isnan(number.upper) else scale.start + scale.length
        first, edge = scale.place(number.lower), style.TEXT if not dots else colour
        yield svg.line((first, middle), (last, middle), edge, 1.0)
        ends = [first] if isnan(number.upper) else [first, last]
        yield from (svg.line((end, middle - _MARK), (end, middle + _MARK), edge, 1.0) for end in ends)
    if dots:
        yield svg.circle((at, middle), _MARK, colour)


def _reference(reference: tuple[float, str], scale: Scale, span: tuple[float, float], width: float) -> Iterator[str]:
    at, label = scale.place(reference[0]), reference[1]
    yield svg.line((at, span[0] - 2), (at, span[1]), style.AMBER, 1.4, dashes="4 2")
    half = text_width(label, SMALL) / 2
    yield svg.text((min(max(at, half), width - half), span[0] - 4), label, SMALL, style.TEXT, anchor="middle")


def lines(figure: Lines, words: Words, width: float = WIDTH, whole: float = 0.0) -> str:
    """Months from left to right; what is not final is dashed on a grey ground, estimates are a band.

    As high as `whole` with everything around the lines; without it the lines are MONTHS_HIGH.
    """
    values = [value for series in figure.series for value in _heights(series)]
    marks = ticks(max(values, default=0.0))
    left = max(text_width(words.number(mark, _digits(marks)), SMALL) for mark in marks) + _GAP
    legend = _legend_rows(figure, width)
    step = (width - left - 4) / max(len(figure.months), 1)
    events = _event_rows(figure, left, step, width)
    top = 14.0 * len(legend) + 4.0 + EVENT_ROW * len(events)
    height = whole - top - _FOOT if whole else MONTHS_HIGH
    scale = Scale(marks[-1], top + height, -height)
    parts = [*_open_ground(figure, words, left, step, (top, top + height))]
    for mark in marks:
        parts.append(svg.line((left, scale.place(mark)), (width - 4, scale.place(mark)), style.GRID))
        label = words.number(mark, _digits(marks))
        parts.append(svg.text((left - 4, scale.place(mark) + 3), label, SMALL, style.MUTED, anchor="end"))
    parts += _months(figure, left, step, top + height, width)
    parts += _events(events, (top, top + height))
    places = [left + step * (place + 0.5) for place in range(len(figure.months))]
    for series in figure.series:
        parts += _series(series, places, scale, len(figure.months) - figure.open_months)
    for row, entries in enumerate(legend):
        parts += _legend_row(entries, 9 + 14.0 * row)
    parts.append(svg.text((width, top + height + 23), figure.unit, SMALL, style.MUTED, anchor="end"))
    return svg.picture(width, top + height + _FOOT, parts)


def _heights(series: Series) -> list[float]:
    known = [one.value for one in series.numbers if one.known and not isnan(one.value)]
    return known + [one[2] for one in series.estimated if one is not None]


def _legend_rows(figure: Lines, width: float) -> list[list[tuple[float, Series]]]:
    """The names of the series with their places, as many on a row as fit; a single nameless one has none."""
    rows: list[list[tuple[float, Series]]] = []
    at = width
    for series in figure.series:
        if not series.name:
            continue
        wide = 18 + text_width(series.name, LABEL) + 14
        if at + wide > width:
            rows, at = [*rows, []], 0.0
        rows[-1].append((at, series))
        at += wide
    return rows


def _legend_row(entries: Sequence[tuple[float, Series]], middle: float) -> Iterator[str]:
    for at, series in entries:
        yield svg.line((at, middle - 3), (at + 13, middle - 3), series.colour, 2.2)
        yield svg.text((at + 17, middle), series.name, LABEL, style.TEXT)


def _open_ground(figure: Lines, words: Words, left: float, step: float, span: tuple[float, float]) -> Iterator[str]:
    if not figure.open_months:
        return
    first = left + step * (len(figure.months) - figure.open_months)
    yield svg.rect((first, span[0]), step * figure.open_months, span[1] - span[0], _QUIET)
    label = words("dokumen.belum_final")
    yield svg.text((first + step * figure.open_months - 2, span[0] + 8), label, SMALL, style.MUTED, anchor="end")


def _months(figure: Lines, left: float, step: float, bottom: float, width: float) -> Iterator[str]:
    """The names of months, as many as have room, the last one always."""
    every = max(1, ceil(_MONTH_LABEL / step))
    last = len(figure.months) - 1
    for place, name in enumerate(figure.months):
        if (last - place) % every:
            continue
        half = text_width(name, SMALL) / 2
        at = min(max(left + step * (place + 0.5), half), width - half)
        yield svg.line((left + step * (place + 0.5), bottom), (left + step * (place + 0.5), bottom + 3), style.MUTED)
        yield svg.text((at, bottom + 12), name, SMALL, style.MUTED, anchor="middle")


def _event_rows(figure: Lines, left: float, step: float, width: float) -> list[list[tuple[float, float, str]]]:
    """(place of the event, middle of its name, name) in rows that keep names apart, the lowest first.

    The newest events have the first choice; those without room in EVENT_ROWS rows are left out.
    """
    rows: list[list[tuple[float, float, str]]] = []
    for place, full in sorted(figure.events, key=lambda event: -event[0]):
        name = fitted(full, EVENT, width * 0.45)
        half, at = text_width(name, EVENT) / 2, left + step * (place + 0.5)
        middle = min(max(at, left + half), width - half)
        free = (row for row in rows if all(abs(middle - one[1]) > half + text_width(one[2], EVENT) / 2 + 3 for one in row))
        row = next(free, None)
        if row is None and len(rows) < EVENT_ROWS:
            rows.append(row := [])
        if row is not None:
            row.append((at, middle, name))
    return rows


def _events(rows: Sequence[Sequence[tuple[float, float, str]]], span: tuple[float, float]) -> Iterator[str]:
    """The lines of all events, then the names over them on white: a line passes behind the names below its own."""
    tops = [span[0] - 4 - EVENT_ROW * height for height in range(len(rows))]
    highest = {at: top for top, row in zip(tops, rows, strict=True) for at, _, _ in row}
    for top, row in zip(tops, rows, strict=True):
        yield from (
            svg.line((at, top + 2), (at, span[1]), style.MUTED, 0.8, dashes="2 2") for at, _, _ in row if highest[at] == top
        )
    for top, row in zip(tops, rows, strict=True):
        for _, middle, name in row:
            wide = text_width(name, EVENT)
            yield svg.rect((middle - wide / 2 - 1, top - EVENT), wide + 2, EVENT_ROW, "#FFFFFF")
            yield svg.text((middle, top), name, EVENT, style.TEXT, anchor="middle")


def _series(series: Series, places: Sequence[float], scale: Scale, closed: int) -> Iterator[str]:
    """The band and middle of the estimates, then the line, dashed from the last final month on."""
    for run in _runs([one is not None for one in series.estimated]):
        found = [(places[place], one) for place in run if (one := series.estimated[place]) is not None]
        upper = [(at, scale.place(one[2])) for at, one in found]
        lower = [(at, scale.place(one[1])) for at, one in reversed(found)]
        yield svg.polygon([*upper, *lower], series.colour, opacity=0.18)
        yield svg.polyline([(at, scale.place(one[0])) for at, one in found], series.colour, 1.2, dashes="1 2")
    points = [
        (places[place], scale.place(one.value)) if one.known and not isnan(one.value) else None
        for place, one in enumerate(series.numbers)
    ]
    for place, (first, last) in enumerate(pairwise(points)):
        if first and last:
            yield svg.line(first, last, series.colour, 1.8, dashes="4 2.5" if place + 1 >= closed else "")
    for place, point in enumerate(points):
        if point:
            yield svg.circle(point, 1.6, series.colour if place < closed else "#FFFFFF", edge=series.colour)


def _runs(present: Sequence[bool]) -> Iterator[list[int]]:
    """Places that follow each other where something is present."""
    run: list[int] = []
    for place, there in enumerate([*present, False]):
        if there:
            run.append(place)
        elif run:
            yield run
            run = []


def waterfall(figure: Waterfall, words: Words, width: float = WIDTH) -> str:
    """A row a step: totals stand on the ground, steps hang between what was before and after them.

    Where the steps are small against the totals the ground is cut off: the totals then begin with a gap, and words say so.
    """
    name_wide = min(max((text_width(step.name, LABEL) for step in figure.steps), default=0.0), width * 0.4) + _GAP
    text_wide = max((text_width(step.text, LABEL) for step in figure.steps), default=0.0) + _GAP
    spans = levels(figure)
    ground, reach = ground_of(figure), max((max(ends) for ends in spans), default=0.0)
    scale = Scale((reach - ground) or 1.0, name_wide, width - name_wide - text_wide)
    parts = []
    for place, (step, ends) in enumerate(zip(figure.steps, spans, strict=True)):
        middle = 2 + 18.0 * (place + 0.5)
        left, right = (scale.place(value - ground) for value in sorted(ends))
        colour = style.NAVY if step.total else style.TEAL if step.value > 0 else style.AMBER
        parts.append(svg.text((0, middle + 3), fitted(step.name, LABEL, name_wide - _GAP), LABEL, style.TEXT, bold=step.total))
        parts.append(svg.rect((left, middle - 5), max(right - left, 0.8), 10, colour))
        parts += [svg.rect((name_wide + 6, middle - 6), 2.5, 12, "#FFFFFF")] if step.total and ground > 0 else []
        parts.append(svg.text((width, middle + 3), step.text, LABEL, style.TEXT, anchor="end", bold=step.total))
        if place + 1 < len(spans):
            at = scale.place(ends[1] - ground)
            parts.append(svg.line((at, middle + 5), (at, middle + 13), style.MUTED, 0.8))
    bottom = 2 + 18.0 * len(figure.steps)
    foot = f"{figure.unit}; {words('dokumen.sumbu_dipotong')}" if ground > 0 else figure.unit
    parts.append(svg.line((scale.place(-ground), 2), (scale.place(-ground), bottom), style.MUTED, 0.8))
    parts.append(svg.text((width, bottom + 9), foot, SMALL, style.MUTED, anchor="end"))
    return svg.picture(width, bottom + 12, parts)


def month_bars(months: Sequence[MonthBar], width: float = WIDTH, height: float = 56.0) -> str:
    """A bar a month with its number: pale where reports are awaited, 'd' where withheld, a cross where nobody reported.

    A dash across a bar is what the city's rate would give.
    """
    known = [bar.number.value for bar in months if bar.number.known]
    top = ticks(max((value for value in (*known, *(bar.at_city_rate for bar in months)) if not isnan(value)), default=0.0))[-1]
    scale, step = Scale(top, 9.0 + height, -height), width / max(len(months), 1)
    parts = [svg.line((0, scale.start), (width, scale.start), style.MUTED)]
    for place, bar in enumerate(months):
        parts += _month_bar(bar, scale, step * place, step)
        if (len(months) - 1 - place) % 3 == 0:
            half = text_width(bar.label, SMALL) / 2
            at = min(max(step * (place + 0.5), half), width - half)
            parts.append(svg.text((at, scale.start + 10), bar.label, SMALL, style.MUTED, anchor="middle"))
    return svg.picture(width, scale.start + 13, parts)


def _month_bar(bar: MonthBar, scale: Scale, left: float, step: float) -> Iterator[str]:
    middle, wide = left + step / 2, step * 0.66
    if bar.number.known:
        at = scale.place(bar.number.value)
        fill, edge = (style.SEQUENTIAL[1], style.NAVY) if bar.open else (style.NAVY, "none")
        yield svg.rect((middle - wide / 2, at), wide, scale.start - at, fill, edge=edge)
    elif bar.number.status is Status.SUPPRESSED:
        yield svg.rect((middle - wide / 2, scale.start - 8), wide, 8, style.NOT_REPORTED)
        yield svg.text((middle, scale.start - 2), "d", 7, style.TEXT, anchor="middle")
    else:
        yield from cartography.cross((middle, scale.start - 5), 2.5)
    if not isnan(bar.at_city_rate):
        at = scale.place(bar.at_city_rate)
        yield svg.line((left + 1, at), (left + step - 1, at), style.AMBER, 1.2)
    if bar.number.known:
        yield svg.text((middle, scale.place(bar.number.value) - 2), bar.number.text, 7, style.TEXT, anchor="middle", halo=True)
