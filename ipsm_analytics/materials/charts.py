"""Charts of a slide as PowerPoint's own, with their figures in the workbook inside: bars with intervals, months, waterfalls."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.util import Emu, Pt

from ipsm_analytics.materials import letters
from ipsm_analytics.materials.shapes import FONT, INCH, POINT, Letters, Rect, Sheet, solid, stroke
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import Bars, Lines, Number, Series, Step, Waterfall
from ipsm_analytics.views.i18n import Words

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_NAMES = f'xmlns:c="{CHART}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
RISE, FALL, TOTAL = "#B45309", style.TEAL, style.NAVY
"""Colours of a waterfall; its labels carry a sign, so that colour is never alone."""
_MONTH, _SLANTED = 72.0, 18.0
"""Points along the axis that the name of a month takes, level and slanted."""
_ENTRY = INCH // 2 + POINT * 14
_LEGEND_ROW, _BEYOND, _FEW = 20.0, 1.02, 8
_WIDE_PLOT = 6 * INCH
_ROUND = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10)
_THOUSANDS = r"[>=1000000]0\{0}000\{0}000;[>=1000]0\{0}000;0"
"""1.234 whatever language PowerPoint speaks; its mark is filled in."""
_DATA: Any = CategoryChartData
_COLOUR: Any = RGBColor
Chart = Any
OneSeries = Any
Element = Any
"""A chart of python-pptx, one of its series, and an element of lxml: none of them has types."""


@dataclass(frozen=True)
class Row:
    """One series as it stands in the workbook; None leaves a cell empty. '' as colour: not drawn."""

    name: str
    values: tuple[float | None, ...]
    colour: str = ""


def bars(sheet: Sheet, figure: Bars, box: Rect, words: Words, told: str) -> None:
    """Horizontal bars or points with 95% intervals; words at the end of a row instead of a mark where there is no number."""
    plot = _plot_of_bars(figure, box)
    rows = _rows_of_bars(figure, words)
    chart = _add(sheet, XL_CHART_TYPE.BAR_CLUSTERED, figure.names, rows, box, told)
    _shared(chart, gap=45 if len(figure.names) > _FEW else 110, overlap=100)
    highest = _scale(chart, rows[-1].values, words, exact=True)
    chart.category_axis.reverse_order = True
    chart.category_axis.format.line.color.rgb = _rgb(style.BORDER)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    _every(chart, 1)
    chart.value_axis.visible = False
    _paint_bars(chart.plots[0].series[0], figure)
    if figure.dots:
        _whiskers(chart, figure.numbers)
    for series in list(chart.plots[0].series)[1:]:
        series.format.fill.background()
    for place, text in enumerate(figure.texts):
        _label(chart.plots[0].series[len(rows) - 1], place, text, XL_LABEL_POSITION.OUTSIDE_END)
    _lay_out(chart, box, plot)
    if figure.reference:
        _reference(sheet, figure.reference, plot, highest)


def _rows_of_bars(figure: Bars, words: Words) -> list[Row]:
    """The values, their limits where they are drawn, and where the texts of all rows begin."""
    values = tuple(_value(number) for number in figure.numbers)
    rows = [Row(words("materi.nilai", satuan=figure.unit), values, style.TEAL)]
    if figure.dots:
        for name in ("lower", "upper"):
            limits = tuple(_limit(number, name) for number in figure.numbers)
            rows.append(Row(words(f"materi.{name}"), limits))
    ends = [value for row in rows for value in row.values if value is not None]
    highest = max([*ends, figure.reference[0]] if figure.reference else ends, default=0.0)
    return [*rows, Row(words("materi.tempat"), ((highest or 1.0) * _BEYOND,) * len(values))]


def _limit(number: Number, name: str) -> float | None:
    limit = float(getattr(number, name))
    return limit if number.known and not math.isnan(limit) else None


def _plot_of_bars(figure: Bars, box: Rect) -> Rect:
    """Room left for the names and, on the right, for the texts at the ends of rows."""
    widest = min(
        max((letters.width(name, letters.SMALLEST) for name in figure.names), default=0.0) + 12, 0.42 * box.width / POINT
    )
    ends = max((letters.width(text, letters.SMALLEST) for text in figure.texts), default=0.0) + 10
    right = min(round(ends * POINT), box.width * 45 // 100)
    top = round(22 * POINT) if figure.reference else POINT * 2
    left = round(widest * POINT)
    return Rect(box.left + left, box.top + top, box.width - left - right, box.height - top - POINT * 4)


def _paint_bars(series: OneSeries, figure: Bars) -> None:
    for place, colour in enumerate(figure.colours or (style.TEAL,) * len(figure.names)):
        fill = series.points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = _rgb(_pale(colour) if figure.dots else colour)


def _pale(colour: str) -> str:
    """The colour a quarter as strong on white."""
    return "#" + "".join(f"{round(255 - (255 - int(colour[at : at + 2], 16)) * 0.35):02X}" for at in (1, 3, 5))


def _whiskers(chart: Chart, numbers: Sequence[Number]) -> None:
    """95% intervals as error bars with their own lengths up and down."""
    ups = [_length(number, number.upper - number.value) for number in numbers]
    downs = [_length(number, number.value - number.lower) for number in numbers]
    _error_bars(_series(chart, 0), ups, downs, stroke(style.TEXT, 2.0))


def _length(number: Number, value: float) -> float:
    return 0.0 if math.isnan(value) or not number.known else max(0.0, value)


def _error_bars(series: OneSeries, ups: Sequence[float], downs: Sequence[float], look: str) -> None:
    """Custom error bars of a series element; they belong after its labels and before its categories."""
    sides = "".join(
        f'<c:{side}><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>'
        + "".join(f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>' for place, value in enumerate(map(float, values)))
        + f"</c:numLit></c:{side}>"
        for side, values in (("plus", ups), ("minus", downs))
    )
    direction = '<c:errDir val="y"/>' if series.getparent().tag.endswith("lineChart") else ""
    bar = (
        f'<c:errBars {_NAMES}>{direction}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"{sides}<c:spPr>{look}</c:spPr></c:errBars>"
    )
    series.xpath("c:cat")[0].addprevious(parse_xml(bar))


def _series(chart: Chart, place: int) -> Any:  # noqa: ANN401 - as above
    """The element of a series."""
    return chart.element.xpath(".//c:ser")[place]


def _label(
    series: OneSeries, place: int, text: str, position: XL_LABEL_POSITION, colour: str = style.TEXT, *, bold: bool = False
) -> None:
    label = series.points[place].data_label
    label.text_frame.word_wrap = False
    paragraph = label.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(letters.SMALLEST), bold, FONT
    run.font.color.rgb = _rgb(colour)
    label.position = position


def _reference(sheet: Sheet, reference: tuple[float, str], plot: Rect, highest: float) -> None:
    """A dashed line across all rows with its words above it."""
    value, text = reference
    across = plot.left + round(plot.width * value / highest)
    wide = round((letters.width(text, letters.SMALLEST, bold=True) + 6) * POINT)
    left = min(max(plot.left, across - wide // 2), max(plot.left, sheet.right - wide))
    line = sheet.line(Rect(across, plot.top, 0, plot.height), style.TEXT, 1.5, text, "dash")
    top = plot.top - round(19 * POINT)
    words = sheet.words(Rect(left, top, wide, round(18 * POINT)), [Letters(text, letters.SMALLEST, bold=True)], "Acuan")
    sheet.put(line, words)


def lines(sheet: Sheet, figure: Lines, box: Rect, words: Words, told: str) -> None:
    """Months as lines: final ones drawn through, those still open dashed, their estimates as points with a band of error bars."""
    marks = _marks(figure, _plot_of_lines(figure, box))
    key = _key(figure) if marks and marks[0].text == "1" else ""
    above = Rect(box.left, box.top, box.width, box.height - _legend(sheet, _entries(figure, words), key, box))
    plot = _plot_of_lines(figure, above)
    rows = [row for series in figure.series for row in _rows_of_line(series, figure.open_months, words)]
    chart = _add(sheet, XL_CHART_TYPE.LINE_MARKERS, figure.months, rows, above, told)
    _shared(chart)
    highs = [band[2] for series in figure.series for band in series.estimated if band]
    _scale(chart, [*(value for row in rows for value in row.values), *highs], words)
    _axes_of_lines(chart, len(figure.months), plot.width / POINT)
    place = 0
    for series in figure.series:
        place = _paint_line(chart, place, series, figure.open_months)
    _lay_out(chart, above, plot)
    _events(sheet, _marks(figure, plot), plot)
    _unknown(sheet, [number for series in figure.series for number in series.numbers], plot)


def _rows_of_line(series: Series, open_months: int, words: Words) -> list[Row]:
    """Final months, open months (from the last final one on), the estimate and its limits; only those there are."""
    values = tuple(_value(number) for number in series.numbers)
    final = len(values) - open_months
    rows = [Row(series.name, tuple(value if place < final else None for place, value in enumerate(values)), series.colour)]
    if open_months:
        shown = tuple(value if place >= final - 1 else None for place, value in enumerate(values))
        rows.append(Row(words("materi.terbuka", nama=series.name), shown, series.colour))
    if any(series.estimated):
        bands = list(series.estimated)
        rows.append(
            Row(words("materi.perkiraan", nama=series.name), tuple(band[0] if band else None for band in bands), series.colour)
        )
        rows.append(Row(words("materi.perkiraan_bawah", nama=series.name), tuple(band[1] if band else None for band in bands)))
        rows.append(Row(words("materi.perkiraan_atas", nama=series.name), tuple(band[2] if band else None for band in bands)))
    return rows


def _plot_of_lines(figure: Lines, box: Rect) -> Rect:
    """Room left for the figures of the axis, the names of months and, above, those of events."""
    left, top = round(58 * POINT), round(24 * POINT) if figure.events else POINT * 8
    foot = round((26 if len(figure.months) * _MONTH <= (box.width - left) / POINT - 18 else 72) * POINT)
    return Rect(box.left + left, box.top + top, box.width - left - POINT * 18, box.height - top - foot)


def _axes_of_lines(chart: Chart, months: int, width: float) -> None:
    """As many names of months as can be read, and thin lines across."""
    axis = chart.category_axis
    axis.format.line.color.rgb = _rgb(style.BORDER)
    axis.major_tick_mark = XL_TICK_MARK.OUTSIDE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(letters.SMALLEST)
    level = months * _MONTH <= width
    chart.element.xpath(".//c:catAx/c:txPr/a:bodyPr")[0].set("rot", "0" if level else "-2700000")
    _every(chart, 1 if level else max(1, math.ceil(months * _SLANTED / width)))
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb(style.GRID)
    chart.value_axis.format.line.fill.background()
    chart.value_axis.major_tick_mark = XL_TICK_MARK.NONE


def _every(chart: Chart, step: int) -> None:
    """Names each so-many-th category."""
    for name in ("tickLblSkip", "tickMarkSkip"):
        skip = parse_xml(f'<c:{name} {_NAMES} val="{step}"/>')
        chart.element.xpath(".//c:catAx/c:noMultiLvlLbl")[0].addprevious(skip)


def _paint_line(chart: Chart, place: int, series: Series, open_months: int) -> int:
    """Paints the rows of one line from a place on; returns the place after them."""
    _stroke(chart, place, series.colour)
    _alone(chart, place, series.colour)
    if open_months:
        place += 1
        _stroke(chart, place, series.colour, MSO_LINE.ROUND_DOT)
    if any(series.estimated):
        place += 1
        _stroke(chart, place, series.colour, MSO_LINE.DASH, marker=True)
        bands = [band or (0.0, 0.0, 0.0) for band in series.estimated]
        ups, downs = [high - middle for middle, _, high in bands], [middle - low for middle, low, _ in bands]
        _error_bars(_series(chart, place), ups, downs, stroke(series.colour, 2))
        for limit in (1, 2):
            _stroke(chart, place + limit, "")
        place += 2
    return place + 1


def _alone(chart: Chart, place: int, colour: str) -> None:
    """A dot where a month has a number and neither of its neighbours has: a line alone would not show it."""
    series = chart.plots[0].series[place]
    values = [None, *series.values, None]
    for at, (before, value, after) in enumerate(zip(values, values[1:], values[2:], strict=False)):
        if value is not None and before is None and after is None:
            marker = series.points[at].marker
            marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 7
            marker.format.fill.solid()
            marker.format.fill.fore_color.rgb = _rgb(colour)


def _stroke(chart: Chart, place: int, colour: str, dash: MSO_LINE | None = None, *, marker: bool = False) -> None:
    """How one line is drawn; '' as colour: not at all."""
    series = chart.plots[0].series[place]
    series.smooth = False
    if colour:
        series.format.line.color.rgb = _rgb(colour)
        series.format.line.width = Pt(2.5)
    else:
        series.format.line.fill.background()
    if dash is not None:
        series.format.line.dash_style = dash
    look = f'<c:symbol val="circle"/><c:size val="7"/><c:spPr>{solid(colour)}</c:spPr>' if marker else '<c:symbol val="none"/>'
    element = _series(chart, place)
    for old in element.xpath("c:marker"):
        element.remove(old)
    element.xpath("c:spPr")[0].addnext(parse_xml(f"<c:marker {_NAMES}>{look}</c:marker>"))


def _entries(figure: Lines, words: Words) -> list[tuple[str, str, str]]:
    """Names of the lines and of the ways they are drawn: (name, colour, dash)."""
    entries = [(one.name, one.colour, "") for one in figure.series]
    if figure.open_months:
        entries.append((words("materi.kunci_terbuka"), style.TEXT, "sysDot"))
    if any(any(one.estimated) for one in figure.series):
        entries.append((words("materi.kunci_perkiraan"), style.TEXT, "dash"))
    return entries if len(entries) > 1 else []


def _legend(sheet: Sheet, entries: Sequence[tuple[str, str, str]], key: str, box: Rect) -> int:
    """Lines with their names from left to right at the foot of a box, below them the key of events; height taken.

    Drawn by hand: one of PowerPoint's own would name final, open and estimated parts of a line apart.
    """
    if not entries and not key:
        return 0
    rows = _flow([_ENTRY + round(letters.width(name, letters.SMALLEST) * POINT) for name, _, _ in entries], box.width)
    high = round(_LEGEND_ROW * POINT)
    under = round(letters.height([key], letters.SMALLEST, box.points[0]) * POINT) if key else 0
    height = high * (1 + max((row for row, _ in rows), default=-1)) + under
    shapes = []
    for (name, colour, dash), (row, left) in zip(entries, rows, strict=True):
        line = Rect(box.left + left, box.bottom - height + row * high, box.width - left, high)
        shapes += _entry(sheet, name, colour, dash, line)
    if key:
        foot = Rect(box.left, box.bottom - under, box.width, under)
        shapes.append(sheet.words(foot, [Letters(key, letters.SMALLEST, style.MUTED)], "Kunci peristiwa"))
    place = Rect(box.left, box.bottom - height, box.width, height)
    sheet.put(sheet.group(place, shapes, "Legenda", "; ".join([*(entry[0] for entry in entries), *([key] if key else [])])))
    return height


def _entry(sheet: Sheet, name: str, colour: str, dash: str, line: Rect) -> list[str]:
    mark = Rect(line.left, line.top + line.height // 2, INCH * 3 // 10, 0)
    wide = round((letters.width(name, letters.SMALLEST) + 8) * POINT)
    words = Rect(mark.right + POINT * 5, line.top, wide, line.height)
    return [
        sheet.line(mark, colour, 2.5, f"Garis {name}", dash),
        sheet.words(words, [Letters(name, letters.SMALLEST)], name, anchor="ctr"),
    ]


def _flow(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Row and left edge of things set side by side until a row is full."""
    places, row, left = [], 0, 0
    for width in widths:
        if left and left + width > room:
            row, left = row + 1, 0
        places.append((row, left))
        left += width
    return places


def _unknown(sheet: Sheet, numbers: Sequence[Number], plot: Rect) -> None:
    """Why an empty plot is empty: what most of its numbers say."""
    if numbers and all(_value(number) is None for number in numbers):
        (text, _), *_ = Counter(number.text for number in numbers).most_common(1)
        sheet.put(sheet.words(plot, [Letters(text, 18.0, style.MUTED, align="ctr")], "Keterangan kosong", anchor="ctr"))


@dataclass(frozen=True)
class _Mark:
    """A month with events: where its line stands, what is written above it and where."""

    across: int
    name: str
    text: str
    box: Rect


def _marks(figure: Lines, plot: Rect) -> list[_Mark]:
    """All events by name where names have room; else by numbers in a wide plot, or only the newest that have room."""
    events = sorted(figure.events)
    named = [_mark(figure, plot, place, name, name) for place, name in events]
    if all(one.box.right <= other.box.left for one, other in pairwise(named)):
        return named
    if plot.width >= _WIDE_PLOT:
        return [
            _mark(figure, plot, place, "; ".join(name for _, name in found), ", ".join(number for number, _ in found))
            for place, found in _by_month(events).items()
        ]
    kept: list[_Mark] = []
    for mark in reversed(named):
        if not kept or mark.box.right <= kept[-1].box.left:
            kept.append(mark)
    return kept


def _by_month(events: Sequence[tuple[int, str]]) -> dict[int, list[tuple[str, str]]]:
    """Numbers and names of the events of each month."""
    found: dict[int, list[tuple[str, str]]] = {}
    for number, (place, name) in enumerate(events, 1):
        found.setdefault(place, []).append((str(number), name))
    return found


def _mark(figure: Lines, plot: Rect, place: int, name: str, text: str) -> _Mark:
    across = plot.left + round(plot.width / max(1, len(figure.months)) * (place + 0.5))
    wide = round((letters.width(text, letters.SMALLEST) + 6) * POINT)
    left = min(max(plot.left, across - wide // 2), plot.right - wide)
    return _Mark(across, name, text, Rect(left, plot.top - round(20 * POINT), wide, round(18 * POINT)))


def _key(figure: Lines) -> str:
    """What the numbers of events stand for."""
    return " · ".join(f"{number}\N{NO-BREAK SPACE}{name}" for number, (_, name) in enumerate(sorted(figure.events), 1))


def _events(sheet: Sheet, marks: Sequence[_Mark], plot: Rect) -> None:
    """A dotted line at each month with events, their names or numbers above it."""
    for mark in marks:
        sheet.put(sheet.line(Rect(mark.across, plot.top, 0, plot.height), style.MUTED, 1.0, mark.name, "sysDot"))
        label = [Letters(mark.text, letters.SMALLEST, style.MUTED, align="ctr")]
        sheet.put(sheet.words(mark.box, label, f"Peristiwa {mark.name}"))


def waterfall(sheet: Sheet, figure: Waterfall, box: Rect, words: Words, told: str) -> None:
    """Stacked columns on an undrawn base; totals stand on the ground, steps on where the one before ended.

    Columns whose names would not fit below them lie down as bars.
    """
    rows = _rows_of_waterfall(figure, words)
    names = [step.name for step in figure.steps]
    lying = _too_long(names, box)
    chart = _add(sheet, XL_CHART_TYPE.BAR_STACKED if lying else XL_CHART_TYPE.COLUMN_STACKED, names, rows, box, told)
    _shared(chart, gap=35, overlap=100)
    _scale(chart, [sum(filter(None, cells)) for cells in zip(*(row.values for row in rows), strict=True)], words)
    chart.value_axis.visible = False
    chart.category_axis.format.line.color.rgb = _rgb(style.BORDER)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.reverse_order = lying
    _every(chart, 1)
    if lying:
        _lay_out(chart, box, _lying_plot(names, box))
    _paint_steps(chart, rows, figure.steps)


def _too_long(names: Sequence[str], box: Rect) -> bool:
    """True where names need more than two lines below columns, or a word of one is wider than its column."""
    room = box.points[0] / max(1, len(names)) - 6
    return not all(letters.fits([name], (room, 2 * letters.LINE * letters.SMALLEST), letters.SMALLEST) for name in names)


def _lying_plot(names: Sequence[str], box: Rect) -> Rect:
    widest = max((letters.width(name, letters.SMALLEST) for name in names), default=0.0) + 12
    left = min(round(widest * POINT), box.width * 45 // 100)
    return Rect(box.left + left, box.top, box.width - left, box.height)


def _paint_steps(chart: Chart, rows: Sequence[Row], steps: Sequence[Step]) -> None:
    for row, series in zip(rows, chart.plots[0].series, strict=True):
        if row.colour:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = _rgb(row.colour)
        else:
            series.format.fill.background()
    room = chart.plots[0].series[len(rows) - 1]
    for place, step in enumerate(steps):
        _label(room, place, step.text, XL_LABEL_POSITION.INSIDE_BASE, bold=step.total)


def _rows_of_waterfall(figure: Waterfall, words: Words) -> list[Row]:
    """The base, totals, rises, falls, and room for the labels above them."""
    ends = levels(figure.steps)
    spans = [(min(low, high), abs(high - low)) for low, high in ends]
    highest = max((base + size for base, size in spans), default=1.0)
    kinds = [TOTAL if step.total else RISE if step.value >= 0 else FALL for step in figure.steps]
    rows = [Row(words("materi.alas"), tuple(base for base, _ in spans))]
    for name, colour in (("total", TOTAL), ("naik", RISE), ("turun", FALL)):
        sizes = tuple(size if kind == colour else None for (_, size), kind in zip(spans, kinds, strict=True))
        rows.append(Row(words(f"materi.{name}", satuan=figure.unit), sizes, colour))
    return [*rows, Row(words("materi.ruang"), (highest * 0.1,) * len(spans))]


def levels(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each step begins and ends; a total begins on the ground."""
    found: list[tuple[float, float]] = []
    level = 0.0
    for step in steps:
        begin = 0.0 if step.total else level
        level = step.value if step.total else level + step.value
        found.append((begin, level))
    return found


def _add(sheet: Sheet, kind: XL_CHART_TYPE, names: Sequence[str], rows: Sequence[Row], box: Rect, told: str) -> Chart:
    data = _DATA(number_format="General")
    data.categories = list(names)
    for row in rows:
        data.add_series(row.name, row.values)
    place = map(Emu, (box.left, box.top, box.width, box.height))
    tree: Any = sheet.page.shapes
    graphic = tree.add_chart(kind, *place, data)
    described = graphic.element.xpath("p:nvGraphicFramePr/p:cNvPr")[0]
    described.set("descr", told)
    described.set("id", str(sheet.number()))
    return graphic.chart


def _shared(chart: Chart, gap: int | None = None, overlap: int | None = None) -> None:
    chart.has_title = False
    chart.has_legend = False
    chart.font.size = Pt(letters.SMALLEST)
    chart.font.color.rgb = _rgb(style.TEXT)
    chart.font.name = FONT
    chart.value_axis.has_major_gridlines = False
    if gap is not None:
        chart.plots[0].gap_width, chart.plots[0].overlap = gap, overlap


def _scale(chart: Chart, values: Iterable[float | None], words: Words, *, exact: bool = False) -> float:
    """An axis from zero, or from below where values are negative, to a round number; returns its end."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    top, lowest = max(known, default=0.0), min(known, default=0.0)
    highest = top if exact and top > 0 else rounded_up(top)
    chart.value_axis.maximum_scale = highest
    chart.value_axis.minimum_scale = -rounded_up(-lowest) if lowest < 0 else 0
    unit = highest / steps(highest)
    chart.value_axis.major_unit = unit
    chart.value_axis.tick_labels.number_format_is_linked = False
    mark = words.number(1000)[1]
    chart.value_axis.tick_labels.number_format = _THOUSANDS.format(mark) if unit.is_integer() else "0.0#"
    return highest


def steps(highest: float) -> int:
    """Into how many steps an axis is divided: such that they are whole numbers where that is possible, else four."""
    return next((count for count in (4, 5, 3, 2, 1) if (highest / count).is_integer()), 4)


def rounded_up(value: float) -> float:
    """The next number that four equal steps reach well; 1 for nothing above zero."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(step * power for step in _ROUND if step * power >= value * 0.999999))


def _lay_out(chart: Chart, box: Rect, plot: Rect) -> None:
    """Puts the inner plot exactly where lines and words over it expect it."""
    edges: Mapping[str, float] = {
        "x": (plot.left - box.left) / box.width,
        "y": (plot.top - box.top) / box.height,
        "w": plot.width / box.width,
        "h": plot.height / box.height,
    }
    modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
    values = "".join(f'<c:{name} val="{value:.5f}"/>' for name, value in edges.items())
    area = chart.element.xpath("c:chart/c:plotArea")[0]
    for old in area.xpath("c:layout"):
        area.remove(old)
    layout = f'<c:layout {_NAMES}><c:manualLayout><c:layoutTarget val="inner"/>{modes}{values}</c:manualLayout></c:layout>'
    area.insert(0, parse_xml(layout))


def _value(number: Number) -> float | None:
    return number.value if number.known and not math.isnan(number.value) else None


def _rgb(colour: str) -> Any:  # noqa: ANN401 - as above
    return _COLOUR(*bytes.fromhex(colour[1:]))
