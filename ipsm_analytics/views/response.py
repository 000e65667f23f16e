"""Respons & sasaran: how fast, and to the right people?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ipsm_analytics.answers import waits
from ipsm_analytics.answers.targeting import Targeting, targeting
from ipsm_analytics.casework.traits import AGE_LABELS
from ipsm_analytics.measures import Status
from ipsm_analytics.privacy import may_see_rows
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics.significance import City, assess
from ipsm_analytics.statistics.survival import Curve, Speed
from ipsm_analytics.statistics.targeting import Indicative
from ipsm_analytics.views import figures, strips, style, tables
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, period, period_before, scope_suffix, slice_name
from ipsm_analytics.views.drawn import Breakdown, Line, Section
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import covered
from ipsm_analytics.views.overview import recent, unsettled_months
from ipsm_analytics.views.quality import Listing
from ipsm_analytics.views.values import interval_text, numbers, short_value, value_text

HISTORY, EACH_END, COMMON_DAY, LONGEST = 24, 2, 30, 180
"""Months of the small line; areas told at either end; day on which curves are put in order; last day drawn."""
SHOWN = 10
"""Rows of a comparison with the city, half of them from either end; the others stand in its table."""
AGE_COLOURS = style.SEQUENTIAL[1:]
FOCUS_COLOURS = (style.NAVY, style.TEAL, "#B5562B", style.MUTED)
"""Ground of each focus, the last for cases without one."""
_CURVE_COLOURS = (style.TEAL, "#3E9A95", "#B5562B", "#7A2E12")


_LEGEND: Mapping[str, object] = {
    "orientation": "h",
    "entrywidth": 64,
    "traceorder": "normal",
    "xref": "container",
    "yref": "container",
    "x": 0,
    "y": 1,
    "yanchor": "top",
}


@dataclass(frozen=True)
class Response:
    """Everything the page shows; each part is made when it is first looked at.

    Attributes:
        event: what the curves wait for, one of waits.EVENTS.
        rows: reads the longest waiting cases; called only for a role that may see rows.
        kecamatan: codes of those whose cases may be seen, () for all.
    """

    desk: Desk
    scope: Scope
    event: waits.Event
    role: str
    rows: Callable[[], pd.DataFrame]
    kecamatan: tuple[str, ...] = ()

    @cached_property
    def headline(self) -> str:
        """The sentence the page opens with."""
        return _headline(self)

    @cached_property
    def unjudged(self) -> str:
        """How many cases S01 says nothing of, and why."""
        return _unjudged(self)

    @cached_property
    def prompt(self) -> Chart:
        """S01 by area against the city."""
        return _against_city(self, "S01")

    @cached_property
    def months(self) -> Chart:
        """S01 by month."""
        return _months(self)

    @cached_property
    def compared(self) -> waits.Compared:
        """Waiting by area, each against the others."""
        return waits.compared(self.desk.facts, self.scope.window, self.scope.slice, self.places, self.event)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The areas below the scope, or beside it where there are none below."""
        return waits.below(self.scope.surroundings.area)

    @cached_property
    def curves(self) -> Chart:
        """Share still waiting by day: the scope, the fastest and the slowest."""
        return _curves(self)

    @cached_property
    def backlog(self) -> Chart:
        """Open cases by area and age."""
        return _backlog(self)

    @cached_property
    def offices(self) -> Listing:
        """Open cases by the office they were sent to."""
        return _offices(self)

    @cached_property
    def overdue(self) -> pd.DataFrame | None:
        """The longest waiting cases row by row; None for a role that may not see rows."""
        return _overdue(self) if may_see_rows(self.role) else None

    @property
    def whose(self) -> str:
        """Whose cases `overdue` holds, and that they are for here only."""
        words = self.desk.words
        own = words.listing([areas.label(code) for code in self.kecamatan])
        only = [words("respons.baris.hanya", daftar=own)] if own else []
        return " ".join([words("respons.baris.cara"), *only])

    @cached_property
    def referrals(self) -> Chart:
        """S04 by office."""
        return _referrals(self)

    @cached_property
    def pending(self) -> Listing:
        """How long referrals without outcome wait."""
        return _pending(self)

    @cached_property
    def targeting(self) -> list[tuple[str, str]]:
        """T01 and T02 in sentences, always said to be indicative."""
        return _targeting(self)

    @cached_property
    def excluded(self) -> Chart:
        """T01 by area against the city."""
        return _against_city(self, "T01")

    @cached_property
    def included(self) -> Chart:
        """T02 by area against the city."""
        return _against_city(self, "T02")

    @cached_property
    def focus(self) -> Chart:
        """Cases and persons by focus and outcome."""
        return _focus(self)

    @cached_property
    def load(self) -> Chart:
        """Open cases per active PSM by area."""
        return _against_city(self, "B01")


def _headline(page: Response) -> str:
    desk, scope, words = page.desk, page.scope, page.desk.words
    now = desk.answer(scope.ask("S01")).iloc[0]
    place, span = areas.label(scope.area), period(desk, scope.window)
    if now["status"] == Status.NOT_REPORTED:
        return words("respons.judul.belum_lapor", tempat=place, periode=span)
    if now["status"] not in (Status.OK, Status.ZERO):
        return words("respons.judul.belum_dinilai", tempat=place, periode=span)
    item = indicator("S01")
    share = short_value(words, now["value"], now["status"], item)
    interval = interval_text(words, now["lower"], now["upper"], item)
    told = words("respons.judul.bagian", nilai=share, selang=interval, tempat=place, periode=span)
    return " ".join([told, moved_sentence(page, now), slowest_sentence(page)])


def moved_sentence(page: Response, now: pd.Series) -> str:
    """Against the same span last year: a difference where the Wilson intervals do not meet and no late reports are expected."""
    desk, scope, words = page.desk, page.scope, page.desk.words
    before = desk.compared(scope.ask("S01")).iloc[-1]
    if not (covered(desk, scope.before) and before["status"] in (Status.OK, Status.ZERO)):
        return words("respons.judul.tanpa_pembanding")
    value = words.number(before["value"], 1)
    if not desk.settled(scope.window):
        return words("respons.judul.terbuka", dulu=value, batas=period_before(desk, scope.window))
    if now["lower"] > before["upper"]:
        return words("respons.judul.naik", dulu=value)
    if now["upper"] < before["lower"]:
        return words("respons.judul.turun", dulu=value)
    return words("respons.judul.terbuka", dulu=value, batas="")


def slowest_sentence(page: Response) -> str:
    """The areas that wait longer than the others, or that none can be told."""
    slow = _ordered(page, Speed.SLOWER)
    event = page.desk.words(f"respons.kejadian.{page.event}").lower()
    if not slow:
        return page.desk.words("respons.judul.tidak_beda", kejadian=event)
    return page.desk.words(
        "respons.judul.terlambat",
        wilayah=page.desk.words.listing([areas.label(code) for code in slow[:EACH_END]]),
        kejadian=event,
    )


def _ordered(page: Response, verdict: Speed) -> list[str]:
    """Areas of a verdict, the clearest first: by the share still waiting on COMMON_DAY."""
    found = [code for code, item in page.compared.against.items() if item.verdict is verdict]
    return sorted(found, key=lambda code: _still(page.compared.curves[code]), reverse=verdict is Speed.SLOWER)


def _still(curve: Curve) -> float:
    reached = curve.at(COMMON_DAY)
    return reached[0] if reached else float(curve.survival[-1])


def _unjudged(page: Response) -> str:
    words = page.desk.words
    found = waits.judged(page.desk.facts, page.scope.window, page.scope.slice, page.scope.area)
    return words(
        "respons.tidak_dinilai",
        cases=words.number(found.cases),
        due=words.number(found.due),
        not_due=words.number(found.not_due),
        unclear=words.number(found.unclear),
        undated=words.number(found.undated),
    )


def _against_city(page: Response, code: str) -> Chart:
    """Rows with intervals against the city, and in words whether an area is better or worse."""
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator(code)
    level = areas.level_of(page.places[0])
    question = scope.surroundings.ask(code, level)
    frame = desk.answer(question)
    city = desk.answer(scope.ask(code, area=areas.CITY)).iloc[0]
    whole = City(float(np.nan_to_num(city["numerator"])), float(np.nan_to_num(city["denominator"])))
    frame = frame.assign(reading=assess(frame, whole, item.interval, item.direction)["reading"])
    frame = frame.sort_values("value", ascending=item.direction == "naik_baik", kind="stable", na_position="last")
    low = code.lower()
    rows = _ends(words, [_row(words, str(row[f"kode_{level}"]), row, item) for row in frame.to_dict("records")])
    value = words("bagan.kota", nilai=value_text(words, city["value"], city["status"], item))
    known = city["status"] in (Status.OK, Status.ZERO)
    return Chart(
        key=f"respons_{code.lower()}",
        title=words(f"respons.{low}.judul", lingkup=scope_suffix(words, scope.surroundings)),
        context=context_line(desk, item, scope.window),
        reading=words(f"respons.{low}.cara"),
        alt=words("respons.alt", indikator=item.title, jumlah=len(frame)),
        figure=strips.against(rows, float(city["value"]) if known else 0.0, value),
        table=lambda: _judged_table(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _ends(words: Words, rows: list[strips.Row]) -> list[strips.Row]:
    """The worst and the best of many rows with a line that counts those between them."""
    if len(rows) <= SHOWN + 1:
        return rows
    known = [row for row in rows if not np.isnan(row.value)]
    half = SHOWN // 2
    head, tail = (known[:half], known[half:][-half:]) if known else (rows[:SHOWN], [])
    rest = words("respons.lainnya", jumlah=len(rows) - len(head) - len(tail))
    return [*head, strips.Row(rest, np.nan, 0.0, 0.0, ""), *tail]


def _row(words: Words, code: str, row: Mapping[object, object], item: Indicator) -> strips.Row:
    value, low, high = (float(str(row[name])) for name in ("value", "lower", "upper"))
    text = short_value(words, value, str(row["status"]), item)
    if not np.isnan(low):
        text += f" ({interval_text(words, low, high, item)})"
    reading = words(f"respons.{row['reading']}") if row.get("reading") else ""
    mark = {"lebih_baik": " ▲", "lebih_buruk": " ▼"}.get(str(row.get("reading")), "")
    ends = float(np.nan_to_num(low)), float(np.nan_to_num(high))
    return strips.Row(f"{areas.name(code)}{mark}", value, ends[0], ends[1], text, reading)


def _judged_table(words: Words, frame: pd.DataFrame, item: Indicator) -> pd.DataFrame:
    told = [words(f"respons.{name}") if name else words("respons.tidak_berbeda") for name in frame["reading"]]
    return tables.readable(words, frame.drop(columns="reading"), item).assign(**{words("respons.dibanding_kota"): told})


def _months(page: Response) -> Chart:
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator("S01")
    window = recent(desk, scope.window, HISTORY)
    question, months = scope.ask("S01", "bulan", window=window), window.months()
    frame = desk.answer(question)
    lines = [figures.Line("", numbers(frame["value"]), style.NAVY)]
    return Chart(
        key="respons_bulanan",
        title=words("respons.bulanan.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, window),
        reading=words("respons.bulanan.cara", hari=desk.settle_days),
        alt=words("respons.alt", indikator=item.title, jumlah=len(months)),
        figure=figures.monthly(
            words, months, lines, unsettled_months(desk, months), height=240, unit="%", decimals=1, wide=not desk.narrow
        ),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _curves(page: Response) -> Chart:
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator("S02")
    own = waits.waiting(desk.facts, scope.window, scope.slice, scope.area, page.event)
    told = [*_ordered(page, Speed.FASTER)[:EACH_END], *_ordered(page, Speed.SLOWER)[:EACH_END]]
    fast = len([code for code in told if page.compared.against[code].verdict is Speed.FASTER])
    colours = [*_CURVE_COLOURS[:fast], *_CURVE_COLOURS[EACH_END:]]
    lines = [(areas.name(code), page.compared.curves[code], colour) for code, colour in zip(told, colours, strict=False)]
    event = words(f"respons.kejadian.{page.event}").lower()
    few = own.refusal is not None
    return Chart(
        key="respons_tunggu",
        title=words(
            "respons.tunggu.sedikit" if few else "respons.tunggu.judul", kejadian=event, lingkup=scope_suffix(words, scope)
        ),
        context=context_line(desk, item, scope.window),
        reading=words("respons.tunggu.cara", beda=words("respons.tunggu.beda" if told else "respons.tunggu.tidak_beda")),
        alt=words("respons.tunggu.alt", kejadian=event, daftar=words.listing([name for name, _, _ in lines]) or "–"),
        figure=_curve_figure(words, _own_name(scope.area), None if few else own, lines),
        table=lambda: _quantile_table(page),
        export=lambda: tables.export_frame(desk, _quantiles(page, "S02", outside=True), item).assign(kejadian=page.event),
    )


def _own_name(code: str) -> str:
    """'Kec. Tallo', so that it is not taken for the kelurahan; a kelurahan by its name alone."""
    return areas.name(code) if areas.level_of(code) == "kelurahan" else areas.label(code)


def _curve_figure(words: Words, name: str, own: Curve | None, lines: list[tuple[str, Curve, str]]) -> go.Figure:
    """Steps from 100% down, the scope with its band, names at the lines' ends."""
    traces: list[dict[str, object]] = []
    ends: list[tuple[str, float, str]] = []
    for label, curve, colour in [*lines, *([(name, own, style.NAVY)] if own else [])]:
        days, (share, low, high) = _steps(curve)
        if curve is own:
            look = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
            traces.append({"type": "scatter", "x": days, "y": high, **look})
            traces.append({"type": "scatter", "x": days, "y": low, "fill": "tonexty", "fillcolor": "rgba(11,60,93,.15)", **look})
        hover = f"{label}, %{{x:.0f}} {words('respons.tunggu.hari')}: %{{y:.1f}}%<extra></extra>"
        line = {"color": colour, "width": 4 if curve is own else 2.5, "shape": "hv"}
        traces.append(
            {"type": "scatter", "mode": "lines", "x": days, "y": share, "line": line, "hovertemplate": hover, "name": label}
        )
        ends.append((label, share[-1], colour))
    up = {"range": [0, 102], "ticksuffix": "%", "title": {"text": words("respons.tunggu.sumbu")}}
    across = {"range": [0, LONGEST], "title": {"text": words("respons.tunggu.sumbu_hari")}}
    figure = style.figure(
        380, traces, xaxis={**style.AXIS, **across}, yaxis={**style.AXIS, **up}, margin={**style.MARGIN, "r": 130}
    )
    pixels = 3.0
    shifts = figures.spread([end * pixels for _, end, _ in ends], figures.LABEL_GAP)
    for (label, end, colour), shift in zip(ends, shifts, strict=True):
        place = {"x": 1, "xref": "paper", "y": end, "xanchor": "left", "xshift": 6, "yshift": shift - end * pixels}
        figure.add_annotation(text=label, showarrow=False, font={"color": colour, "size": 14}, **place)
    return figure


def _steps(curve: Curve) -> tuple[list[float], tuple[list[float], ...]]:
    """Days from 0 to LONGEST; share, lower and upper in percent, the last value carried on where the watch goes further."""
    inside = curve.days <= LONGEST
    more = [float(LONGEST)] if curve.days[-1] > LONGEST else []
    values = []
    for part in (curve.survival, curve.lower, curve.upper):
        told = [100.0, *(100 * part[inside]).tolist()]
        values.append([*told, *told[-1:]] if more else told)
    return [0.0, *curve.days[inside].tolist(), *more], tuple(values)


def _quantiles(page: Response, code: str, *, outside: bool = False) -> pd.DataFrame:
    question = page.scope.surroundings.ask(code, areas.level_of(page.places[0]))
    rule = page.desk.export if outside else page.desk.screen
    return waits.quantiles(page.desk.facts, indicator(code), question, rule, page.event)


def _quantile_table(page: Response) -> pd.DataFrame:
    """Median and P90 with interval, or why there is none, and whether the area differs."""
    words, level = page.desk.words, areas.level_of(page.places[0])
    median, late = _quantiles(page, "S02"), _quantiles(page, "S02-P90")
    speeds = {code: item.verdict for code, item in page.compared.against.items()}
    return pd.DataFrame(
        {
            words(f"pilahan.{level}"): median[level],
            words("respons.tunggu.median"): [_days(words, row) for row in median.to_dict("records")],
            words("respons.tunggu.p90"): [_days(words, row) for row in late.to_dict("records")],
            words("respons.tunggu.kasus"): [words.number(value) for value in median["denominator"]],
            words("respons.tunggu.dibanding"): [
                words(f"respons.laju.{speeds.get(code, Speed.OPEN).name}") for code in median[f"kode_{level}"]
            ],
        }
    )


def _days(words: Words, row: Mapping[object, object]) -> str:
    """'12 (9–17)'; an open upper end is '≥ 9'."""
    if row["status"] not in (Status.OK, Status.ZERO):
        return words(f"status.{row['status']}")
    low, high = (float(str(row[name])) for name in ("lower", "upper"))
    reach = f"≥ {words.number(low)}" if np.isnan(high) else f"{words.number(low)}–{words.number(high)}"
    return f"{words.number(float(str(row['value'])))} ({reach})"


def _backlog(page: Response) -> Chart:
    """One bar an area, cut by age; the area with most first."""
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator("S03")
    level = areas.level_of(page.places[0])
    question = scope.surroundings.ask("S03", level, "umur")
    frame = desk.answer(question)
    wide = frame.pivot_table(index=level, columns="umur", values="value", sort=False, observed=True, aggfunc="sum", dropna=False)
    order = wide.sum(axis=1).sort_values(kind="stable").index
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": words("respons.tunggakan.umur", umur=label.replace("-", "–")),
            "x": wide.loc[order, label].tolist(),
            "y": list(order),
            "marker": {"color": colour},
            "hovertemplate": f"%{{y}}, {label}: %{{x:,.0f}}<extra></extra>",
        }
        for label, colour in zip(AGE_LABELS, AGE_COLOURS, strict=True)
    ]
    total = desk.answer(scope.ask("S03")).iloc[0]
    return Chart(
        key="respons_tunggakan",
        title=words(
            "respons.tunggakan.judul",
            jumlah=value_text(words, total["value"], total["status"], item),
            lingkup=scope_suffix(words, scope),
        ),
        context=context_line(desk, item, scope.window),
        reading=words("respons.tunggakan.cara"),
        alt=words("respons.alt", indikator=item.title, jumlah=len(order)),
        figure=style.figure(
            100 + 24 * len(order),
            traces,
            barmode="stack",
            showlegend=True,
            legend=_LEGEND,
            margin={**style.MARGIN, "t": 80 if desk.narrow else 36},
        ),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _offices(page: Response) -> Listing:
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator("S03")
    question = scope.ask("S03", "opd")
    late = replace(question, traits=(("umur", AGE_LABELS[-1]),))
    frame, old = desk.answer(question), desk.answer(late)
    texts = [
        [value_text(words, value, status, item) for value, status in zip(part["value"], part["status"], strict=True)]
        for part in (frame, old)
    ]
    table = pd.DataFrame(
        {words("pilahan.opd"): frame["opd"], words("respons.opd.terbuka"): texts[0], words("respons.opd.lama"): texts[1]}
    )
    return Listing(
        key="respons_opd",
        title=words("respons.opd.judul"),
        reading=words("respons.opd.cara"),
        remark="" if (frame["value"] > 0).any() else words("respons.opd.tidak_ada"),
        table=table[(frame["value"] > 0).to_numpy()],
        short=True,
        export=lambda: tables.exported(desk, question, item),
    )


def _overdue(page: Response) -> pd.DataFrame:
    words, rows = page.desk.words, page.rows()
    parents = [areas.parent(code) for code in rows["kode_kelurahan"]]
    return pd.DataFrame(
        {
            words("respons.baris.id"): rows["case_id"],
            words("pilahan.kecamatan"): [areas.name(code) for code in parents],
            words("pilahan.kelurahan"): [areas.name(code) for code in rows["kode_kelurahan"]],
            words("pilahan.kategori"): [", ".join(slice_name(words, code) for code in held) for held in rows["kategori"]],
            words("respons.baris.hari"): rows["hari"],
            words("respons.baris.status"): rows["status"],
            words("pilahan.opd"): rows["opd_rujukan"].fillna("–"),
        }
    )


def _referrals(page: Response) -> Chart:
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator("S04")
    question = scope.ask("S04", "opd")
    frame = desk.answer(question)
    frame = frame[(frame["denominator"] > 0) | (frame["status"] == Status.SUPPRESSED)].sort_values("value", kind="stable")
    rows = []
    for row in frame.to_dict("records"):
        share = short_value(words, row["value"], row["status"], item)
        text = f"{share} ({words.number(row['numerator'])}/{words.number(row['denominator'])})"
        low, high = (float(np.nan_to_num(row[name])) for name in ("lower", "upper"))
        rows.append(
            strips.Row(str(row["opd"]), row["value"], low, high, text, interval_text(words, row["lower"], row["upper"], item))
        )
    return Chart(
        key="respons_rujukan",
        title=words("respons.rujukan.judul" if rows else "respons.rujukan.tidak_ada", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, scope.window),
        reading=words("respons.rujukan.cara"),
        alt=words("respons.alt", indikator=item.title, jumlah=len(rows)),
        figure=strips.shares(rows),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _pending(page: Response) -> Listing:
    desk, scope, words = page.desk, page.scope, page.desk.words
    ask = (desk.facts, scope.window, scope.slice, scope.area)
    found = waits.referrals(*ask, desk.screen)
    table = pd.DataFrame(
        {
            words("pilahan.opd"): [item.office for item in found],
            words("respons.menunggu.terbuka"): [words.number(item.open) for item in found],
            words("respons.menunggu.median"): [words.number(item.median_days) for item in found],
            words("respons.menunggu.tanpa_tanggal"): [words.number(item.open - item.dated) for item in found],
        }
    )
    return Listing(
        key="respons_menunggu",
        title=words("respons.menunggu.judul"),
        reading=words("respons.menunggu.cara"),
        remark="" if found else words("respons.menunggu.tidak_ada"),
        table=table,
        short=True,
        export=lambda: pd.DataFrame(waits.referrals(*ask, desk.export)),
    )


def _targeting(page: Response) -> list[tuple[str, str]]:
    words = page.desk.words
    found = targeting(page.desk.facts, page.scope.window, page.scope.area, page.desk.screen)
    if found is None:
        return [(words("respons.sasaran.indikatif"), words("status.disensor"))]
    if not found.listed:
        return [(words("respons.sasaran.indikatif"), words("respons.sasaran.tanpa_register"))]
    pairs = (("t01", found.exclusion), ("t02", found.inclusion))
    return [(words(f"respons.sasaran.{name}"), _indicative(words, name, item, found)) for name, item in pairs]


def _indicative(words: Words, name: str, item: Indicative, found: Targeting) -> str:
    counts = {"bagian": words.number(item.part), "seluruh": words.number(item.whole), "batas": found.limit}
    if item.refusal or item.share is None or item.lower is None or item.upper is None:
        return words(
            "respons.sasaran.ditolak", perlu=item.refusal.needed if item.refusal else 0, seluruh=words.number(item.whole)
        )
    percent = {
        key: words.number(100 * part, 1) for key, part in (("nilai", item.share), ("dari", item.lower), ("sampai", item.upper))
    }
    unchecked = words.number(found.without_desil if name == "t01" else item.unchecked)
    bounds = {
        "terendah": words.number(100 * (item.bound_low or 0), 1),
        "tertinggi": words.number(100 * (item.bound_high or 0), 1),
    }
    return words(f"respons.sasaran.{name}_isi", belum=unchecked, **percent, **counts, **bounds)


def _focus(page: Response) -> Chart:
    """Each focus with its outcomes, cases and persons side by side."""
    desk, scope, words, item = page.desk, page.scope, page.desk.words, indicator("F01")
    question = scope.ask("F01", "fokus", "hasil")
    frame = desk.answer(question)
    known = frame.groupby("fokus", sort=False)["value"].sum()
    return Chart(
        key="respons_fokus",
        title=words("respons.fokus.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, scope.window),
        reading=words("respons.fokus.cara"),
        alt=words("respons.fokus.alt", daftar="; ".join(f"{name} {words.number(value)}" for name, value in known.items())),
        figure=_focus_drawn(page, frame),
        table=lambda: _focus_table(page, frame),
        export=lambda: tables.exported(desk, question, item),
    )


def _focus_drawn(page: Response, frame: pd.DataFrame) -> Breakdown:
    """Whole focus first; its persons are counted once, so its outcomes do not add up to them. Empty outcomes are left out."""
    words, desk, scope = page.desk.words, page.desk, page.scope
    persons = desk.answer(scope.ask("F01-ORANG", "fokus", "hasil"))
    whole_cases, whole_persons = (desk.answer(scope.ask(code, "fokus")) for code in ("F01", "F01-ORANG"))
    sections = []
    for colour, (_, cases), (_, people) in zip(FOCUS_COLOURS, whole_cases.iterrows(), whole_persons.iterrows(), strict=False):
        inside = (frame["fokus"] == cases["fokus"]) & (frame["status"] != Status.ZERO)
        pairs = zip(frame[inside].to_dict("records"), persons[inside].to_dict("records"), strict=True)
        parts = tuple(_focus_line(words, str(one["hasil"]), one, two, cases["value"]) for one, two in pairs)
        sections.append(Section(colour, _focus_line(words, str(cases["fokus"]), cases, people, cases["value"]), parts))
    heads = words("respons.fokus.orang"), words("respons.fokus.kasus"), words("respons.fokus.bagian")
    return Breakdown(heads, tuple(sections))


def _focus_line(
    words: Words, name: str, cases: Mapping[Hashable, Any] | pd.Series, people: Mapping[Hashable, Any] | pd.Series, whole: float
) -> Line:
    """One row; its share is that of the cases of the focus, a dash where either is not told."""
    item, share = indicator("F01"), words.number(None)
    if whole > 0 and not pd.isna(cases["value"]):
        share = f"{words.number(100 * float(cases['value']) / whole)}%"
    texts = [value_text(words, float(row["value"]), str(row["status"]), item) for row in (people, cases)]
    return Line(name, float(people["value"]), float(cases["value"]), texts[0], texts[1], share)


def _focus_table(page: Response, cases: pd.DataFrame) -> pd.DataFrame:
    """Rows of focus, columns of outcome, each cell 'cases (persons)'."""
    words, item = page.desk.words, indicator("F01")
    persons = page.desk.answer(page.scope.ask("F01-ORANG", "fokus", "hasil"))
    cells = [
        f"{value_text(words, one['value'], one['status'], item)} ({value_text(words, two['value'], two['status'], item)})"
        for one, two in zip(cases.to_dict("records"), persons.to_dict("records"), strict=True)
    ]
    wide = cases.assign(cell=cells).pivot(index="fokus", columns="hasil", values="cell")
    wide = wide.reindex(index=cases["fokus"].unique(), columns=cases["hasil"].unique())
    return wide.rename_axis(columns=None).rename_axis(index=words("pilahan.fokus")).reset_index()
