"""Peta: where, and how sure?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from ipsm_analytics.answers.standing import Mode, Standing, standing
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.views import classes, figures, maps, style, tables
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, scope_suffix
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.overview import recent, unsettled_months
from ipsm_analytics.views.standing import Look, look, reading, table
from ipsm_analytics.views.values import interval_text, numbers, short_value

Comparison = Literal["tidak", "periode", "kategori"]
COMPARISONS: tuple[Comparison, ...] = ("tidak", "periode", "kategori")
MODES = tuple(Mode)
PANEL = ("K01", "K02", "K03", "R01", "C06")
PANEL_MONTHS = 24


@dataclass(frozen=True)
class MapView:
    """One map with its legend; `name` tells it from others on the page.

    `notice`: why it is not the map that was asked for; `remarks`: what it says as a whole.
    """

    name: str
    chart: Chart
    legend: tuple[LegendEntry, ...]
    bubble_scale: tuple[float, ...]
    notice: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class AreaPanel:
    """The figures of one area beside the map; rows of (label, value, interval)."""

    code: str
    title: str
    rows: tuple[tuple[str, str, str], ...]
    trend: Chart


@dataclass(frozen=True)
class MapOptions:
    """How the maps of the page are drawn."""

    indicator: str
    level: str
    layout: maps.Layout
    height: int
    width: int
    mode: Mode = Mode.RAW


def atlas(desk: Desk, scopes: tuple[Scope, ...], options: MapOptions) -> tuple[MapView, ...]:
    """One map a scope, all on the same classes and bubble sizes."""
    item = indicator(options.indicator)
    scopes = tuple(scope.surroundings for scope in scopes)
    questions = [scope.ask(item.id, options.level) for scope in scopes]
    found = [standing(desk.facts, options.mode, question, desk.screen) for question in questions]
    breaks = classes.frozen_breaks(desk, item, questions) if item.map_mark == "warna" else ()
    values = [one.frame["value"] for one in found if one.frame["value"].notna().any()]
    largest = max((float(value.max()) for value in values), default=0.0)
    spec = maps.MapSpec(options.layout, options.level, breaks, largest, options.height, options.width)
    return tuple(_view(desk, *one, spec) for one in zip(scopes, questions, found, strict=True))


def _view(desk: Desk, scope: Scope, question: Query, found: Standing, spec: maps.MapSpec) -> MapView:
    words, item = desk.words, indicator(question.indicator)
    shown = look(words, found, item, spec.level, spec.breaks)
    chart = Chart(
        key="peta",
        title=_title(words, scope, item, spec.level, shown.mode),
        context=context_line(desk, item, scope.window),
        reading=reading(words, shown, item, spec.layout),
        alt=_alt(desk, item, found.frame, spec.level) + _alt_classes(words, shown),
        figure=maps.draw(words, shown.frame, item, replace(spec, palette=shown.palette, marks=shown.marks), shown.hover),
        table=lambda: table(words, found, item),
        export=lambda: _export(desk, found.mode, question, item),
    )
    scale = () if item.map_mark == "warna" else bubble_scale(spec.largest)
    name = f"{words.window(scope.window)}{scope_suffix(words, scope)}"
    return MapView(name, chart, shown.legend, scale, shown.notice, shown.remarks)


def _title(words: Words, scope: Scope, item: Indicator, level: str, mode: Mode) -> str:
    return words(
        "peta.judul" if mode is Mode.RAW else f"tampilan_peta.judul.{mode}",
        indikator=item.title,
        tingkat=words(f"pilahan.{level}").lower(),
        lingkup=scope_suffix(words, scope),
        periode=words.window(scope.window),
    )


def _alt_classes(words: Words, shown: Look) -> str:
    if not shown.palette:
        return ""
    return " " + words.listing([f"{entry.label}: {entry.count}" for entry in shown.legend]) + "."


def _export(desk: Desk, mode: Mode, question: Query, item: Indicator) -> pd.DataFrame:
    """What may leave the office: worked out anew from the counts that may."""
    frame = standing(desk.facts, mode, question, desk.export).frame
    return tables.export_frame(desk, frame.drop(columns="state"), item)


def _alt(desk: Desk, item: Indicator, frame: pd.DataFrame, level: str) -> str:
    known = frame[frame["status"] == Status.OK]
    if known.empty:
        return desk.words("peta.alt_kosong", indikator=item.title)
    top = known.iloc[int(known["value"].argmax())]
    return desk.words(
        "peta.alt",
        indikator=item.title,
        jumlah=len(frame),
        tertinggi=areas.label(top[f"kode_{level}"]),
        nilai=desk.words.number(top["value"], item.decimals),
    )


def bubble_scale(largest: float) -> tuple[float, ...]:
    """Three round sizes for the legend: the largest, a third and a tenth of it."""
    return tuple(sorted({float(round(largest * share)) for share in (1, 1 / 3, 1 / 10)} - {0.0}, reverse=True))


def panel(desk: Desk, scope: Scope, code: str) -> AreaPanel:
    """The key figures of one area in the scope's period, with the months behind it."""
    words = desk.words
    inside = Scope(code, scope.slice, scope.window)
    rows = []
    for item in map(indicator, PANEL):
        row = desk.answer(inside.ask(item.id)).iloc[0]
        value = short_value(words, row["value"], row["status"], item)
        rows.append(
            (words(f"kartu.{item.id}"), value, interval_text(words, row["lower"], row["upper"], item) if item.interval else "")
        )
    return AreaPanel(code, areas.label(code), tuple(rows), _panel_trend(desk, inside))


def _panel_trend(desk: Desk, scope: Scope) -> Chart:
    words, item = desk.words, indicator("K01")
    window = recent(desk, scope.window, PANEL_MONTHS)
    question = scope.ask("K01", "bulan", window=window)
    frame = desk.answer(question)
    values = numbers(frame["value"])
    months = window.months()
    return Chart(
        key="tren_wilayah",
        title=words("peta.tren_wilayah", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, window),
        reading=words("peta.cara_tren", hari=desk.settle_days),
        alt=words("peta.tren_wilayah", lingkup=scope_suffix(words, scope)),
        figure=figures.monthly(
            words,
            months,
            [figures.Line("", values, style.NAVY)],
            unsettled_months(desk, months),
            height=200,
            unit=item.unit,
            wide=False,
        ),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def earlier_starts(desk: Desk, scope: Scope) -> list[Month]:
    """First months of the spans as long as the scope's that may be compared with it, newest first; never empty."""
    span = desk.cube.span
    starts = span.months()[: max(span.length - scope.window.length + 1, 0)] if span else []
    return [month for month in starts[::-1] if month != scope.window.first] or [scope.before.first]


def at(scope: Scope, first: Month) -> Scope:
    """The same scope over a span of the same length that begins with another month."""
    return Scope(scope.area, scope.slice, scope.window.shifted(first.ordinal - scope.window.first.ordinal))


def map_size(narrow: bool, count: int) -> tuple[int, int]:
    """Height and usable width in pixels of each of the maps on the page."""
    if narrow:
        return 340, 340
    return (500, 740) if count == 1 else (400, 360)


def default_window(desk: Desk) -> Window | None:
    """January of the last full month's year up to that month, as far as data reach; None without data."""
    span, full = desk.cube.span, desk.cube.last_full_month()
    if span is None or full is None:
        return None
    last = min(max(full, span.first), span.last)
    return Window(max(last._replace(month=1), span.first), last)
