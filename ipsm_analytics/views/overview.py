"""Ringkasan: how are we, in one minute."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from ipsm_analytics.answers.year_before import partial
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics.comparison import Verdict, change, standing_out
from ipsm_analytics.views import figures, strips, style, tables
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, scope_suffix, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.late import Late, of_slices
from ipsm_analytics.views.narrative import covered, flags, headline, sure_of
from ipsm_analytics.views.values import interval_text, numbers, short_value, value_text

CARDS = ("K01", "K02", "K03", "R01", "C06", "S01")
LOWERED_LATE = {"S01"}
"""Shares that late reports may still lower, so that no rise is sure before."""
SPARK_MONTHS = 12


@dataclass(frozen=True)
class Card:
    """One key figure. `delta` starts with '-' for a fall and '=' for none; empty when there is nothing to compare with."""

    indicator: str
    label: str
    value: str
    delta: str
    note: str
    spark: tuple[float, ...]
    help: str
    passport: str


@dataclass(frozen=True)
class Overview:
    """Everything Ringkasan shows beside the map; each part is made when it is first looked at."""

    desk: Desk
    scope: Scope

    @cached_property
    def headline(self) -> str:
        """The sentence the page opens with."""
        return headline(self.desk, self.scope)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Key figures in the order of CARDS."""
        return tuple(_card(self.desk, self.scope, code) for code in CARDS)

    @cached_property
    def flags(self) -> tuple[str, list[tuple[str, str]]]:
        """What may be said beyond the headline: a title, and each sentence behind its indicator."""
        words, said = self.desk.words, flags(self.desk, self.scope)
        told = words("tanda.judul", jumlah=len(said.found), dicoba=said.tried)
        title = told if said.found else words("tanda.tidak_ada", dicoba=said.tried)
        return title, [(item.indicator, item.text) for item in said.found]

    @cached_property
    def attention(self) -> Chart:
        """Kelurahan that stand out, with intervals."""
        return _attention(self.desk, self.scope)

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """Kelurahan that did not report in the last month."""
        return silent_areas(self.desk, self.scope)

    @cached_property
    def groups(self) -> Chart:
        """Months by the parts of the scope's slice."""
        return _groups(self.desk, self.scope)

    @cached_property
    def completeness(self) -> Chart:
        """Reporting completeness by area, lowest first."""
        return _completeness(self.desk, self.scope)


def overview(desk: Desk, scope: Scope) -> Overview:
    """The page for a scope."""
    return Overview(desk, scope)


def _card(desk: Desk, scope: Scope, code: str) -> Card:
    """The figure, the same days last year, and the months of the sparkline."""
    words, item = desk.words, indicator(code)
    compared = desk.compared(scope.ask(code))
    now, before = compared.iloc[0], compared.iloc[-1]
    note = words("kartu.selang", selang=interval_text(words, now["lower"], now["upper"], item)) if item.interval else item.unit
    if partial(desk.facts, scope.window):
        note = words("kartu.sebagian" if before["status"] == Status.UNDATED else "kartu.sebagian_sama", catatan=note)
    return Card(
        indicator=code,
        label=words(f"kartu.{code}"),
        value=short_value(words, now["value"], now["status"], item),
        delta=_delta(desk, scope, item, now, before),
        note=note,
        spark=tuple(float(value) for value in _spark(desk, scope, code) if not pd.isna(value)),
        help=f"{item.title}. {item.formula} {item.note}",
        passport=tables.number_code(desk, scope.ask(code)),
    )


def _delta(desk: Desk, scope: Scope, item: Indicator, now: pd.Series, before: pd.Series) -> str:
    """Signed change against the same span last year, and whether it is sure."""
    words = desk.words
    if not (covered(desk, scope.before) and now["status"] == before["status"] == Status.OK):
        return ""
    sign = "-" if now["value"] < before["value"] else ""
    if item.scale == 100:
        size = words("kartu.poin", besar=words.number(abs(now["value"] - before["value"]), 1))
        final = desk.settled(scope.window)
        risen = now["lower"] > before["upper"] and (final or item.id not in LOWERED_LATE)
        sure = risen or (final and now["upper"] < before["lower"])
    else:
        size = words.percent_change((now["value"] - before["value"]) / before["value"] * 100)
        factor = desk.repeats(scope, scope.slice) if item.id == "K01" else 1.0
        counts, settled = (int(now["numerator"]), int(before["numerator"])), desk.settled(scope.window)
        moved = change(*counts, settled=settled, dispersion=factor)
        sure = sure_of(desk, scope, scope.slice, moved).verdict is not Verdict.OPEN
    if not set("123456789") & set(size):
        sign = "="
    return f"{sign}{size}, {words('kartu.nyata' if sure else 'kartu.belum_pasti')}"


def _spark(desk: Desk, scope: Scope, code: str) -> pd.Series:
    """Values of the last twelve months up to the end of the window, those on the time axis."""
    span = desk.cube.span
    if span is None or scope.window.last < span.first:
        return pd.Series(dtype=float)
    first = max(scope.window.last.plus(1 - SPARK_MONTHS), span.first)
    months = tuple(Window(month, month) for month in Window(first, scope.window.last).months())
    return desk.answer(replace(scope.ask(code), spans=months))["value"]


def _attention(desk: Desk, scope: Scope) -> Chart:
    words, item = desk.words, indicator("K03")
    question = scope.surroundings.ask("K03", "kelurahan")
    frame = desk.answer(question)
    city = desk.answer(scope.ask("K03", area=areas.CITY)).iloc[0]
    chosen = standing_out(frame, float(city["value"]))
    rows = [
        strips.Row(
            areas.name(row["kode_kelurahan"]),
            row["value"],
            row["lower"],
            row["upper"],
            f"{words.number(row['value'], item.decimals)} ({interval_text(words, row['lower'], row['upper'], item)})",
            areas.label(row["kode_kelurahan"]),
        )
        for row in chosen.to_dict("records")
    ]
    reference = words("bagan.kota", nilai=words.number(city["value"], item.decimals))
    return Chart(
        key="menonjol",
        title=words("ringkasan.menonjol.judul", jumlah=len(rows)) if rows else words("ringkasan.menonjol.tidak_ada"),
        context=context_line(desk, item, scope.window),
        reading=words("ringkasan.menonjol.cara"),
        alt=words("ringkasan.menonjol.alt", daftar=words.listing([row.name for row in rows]) or "–"),
        figure=strips.against(rows, float(city["value"]), reference),
        table=lambda: tables.readable(words, chosen, item),
        export=lambda: tables.exported(desk, question, item),
    )


def silent_areas(desk: Desk, scope: Scope) -> tuple[str, ...]:
    """Names of the kelurahan without any report in the last month of the window."""
    last = Window(scope.window.last, scope.window.last)
    frame = desk.answer(scope.ask("R01", "kelurahan", window=last))
    return tuple(frame.loc[frame["value"] == 0, "kelurahan"])


def recent(desk: Desk, window: Window, months: int) -> Window:
    """The newest months up to the end of a window, as far as data reach."""
    span = desk.cube.span or window
    return Window(min(max(window.last.plus(1 - months), span.first), window.last), window.last)


def unsettled_months(desk: Desk, months: list[Month]) -> int:
    """How many months at the end may still receive late reports."""
    return sum(not desk.cube.is_settled(month, desk.settle_days) for month in months)


def _groups(desk: Desk, scope: Scope) -> Chart:
    words, item = desk.words, indicator("K01")
    window = recent(desk, scope.window, 24)
    question, frames = parts_by_month(desk, scope, item, window)
    months, late = window.months(), of_slices(desk, scope, item, tuple(frames))
    lines = part_lines(words, frames, late, months)
    return Chart(
        key="kelompok",
        title=words(f"ringkasan.{parts_name(scope)}.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, window),
        reading=words(f"ringkasan.{parts_name(scope)}.cara", hari=desk.settle_days) + late.note(lines),
        alt=words("ringkasan.kelompok.alt", lingkup=scope_suffix(words, scope)) + late.alt(lines, months),
        figure=figures.small_multiples(
            words, months, lines, unsettled_months(desk, months), columns=2 if desk.narrow else len(lines), unit=item.unit
        ),
        table=lambda: _wide(words, frames, late),
        export=lambda: tables.with_passports(
            desk, question, tables.export_frame(desk, late.released(desk.released(question), parts_name(scope)), item)
        ),
    )


def part_lines(words: Words, frames: Mapping[str, pd.DataFrame], late: Late, months: Sequence[Month]) -> list[figures.Line]:
    """A line for each part of a slice, in the colour of its group, with what its open months will come to."""
    found = []
    for code, frame in frames.items():
        values = numbers(frame["value"])
        colour = style.GROUP_COLOURS.get(code, style.TEAL)
        found.append(figures.Line(slice_name(words, code), values, colour, foreseen=late.drawn(code, months, values)))
    return found


def parts_by_month(desk: Desk, scope: Scope, item: Indicator, window: Window) -> tuple[Query, dict[str, pd.DataFrame]]:
    """The question for the months of the scope's parts, and the answer of each part that is drawn."""
    name = parts_name(scope)
    question = scope.ask(item.id, name, "bulan", window=window)
    answers = dict(iter(desk.answer(question).groupby(name, sort=False)))
    return question, {code: answers[code] for code in parts(desk, scope)}


def parts(desk: Desk, scope: Scope, limit: int = 5) -> tuple[str, ...]:
    """What the scope's slice is made of: all groups, a group's commonest categories, or a category itself."""
    if scope.slice == ALL:
        return categories.GROUPS
    if not categories.in_group(scope.slice):
        return (scope.slice,)
    frame = desk.answer(scope.ask("K01", "kategori")).sort_values("value", ascending=False, kind="stable")
    return tuple(frame["kategori"].head(limit))


def parts_name(scope: Scope) -> str:
    """Whether the parts are groups or categories."""
    return "kelompok" if scope.slice == ALL else "kategori"


def _wide(words: Words, frames: dict[str, pd.DataFrame], late: Late) -> pd.DataFrame:
    item = indicator("K01")
    months = [Month.parse(text) for text in next(iter(frames.values()))["bulan"]]
    columns: dict[str, list[str]] = {words("pilahan.bulan"): [words.month(month) for month in months]}
    for code, frame in frames.items():
        columns[slice_name(words, code)] = [
            value_text(words, value, status, item) for value, status in zip(frame["value"], frame["status"], strict=True)
        ]
        columns |= late.column(code, months, numbers(frame["value"]))
    return pd.DataFrame(columns)


def _completeness(desk: Desk, scope: Scope) -> Chart:
    words, item = desk.words, indicator("R01")
    level = "kelurahan" if areas.level_of(scope.area) != "kota" else "kecamatan"
    question = scope.surroundings.ask("R01", level)
    frame = desk.answer(question).sort_values("value", kind="stable")
    rows = [
        strips.Row(
            row[level],
            row["value"],
            row["lower"],
            row["upper"],
            _of_expected(words, row, item),
        )
        for row in frame.to_dict("records")
    ]
    lowest = frame.iloc[0]
    return Chart(
        key="kelengkapan",
        title=words("ringkasan.kelengkapan.judul", wilayah=lowest[level], nilai=words.number(lowest["value"], 1)),
        context=context_line(desk, item, scope.window),
        reading=words("ringkasan.kelengkapan.cara"),
        alt=words("ringkasan.kelengkapan.alt", jumlah=len(rows)),
        figure=strips.shares(rows),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _of_expected(words: Words, row: Mapping[Hashable, Any], item: Indicator) -> str:
    value = short_value(words, row["value"], row["status"], item)
    return f"{value} ({words.number(row['numerator'])}/{words.number(row['denominator'])})"
