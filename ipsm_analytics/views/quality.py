"""Mutu data: how good is what we stand on?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.quality import (
    MEASURES,
    Measure,
    Mending,
    ReasonCount,
    State,
    mending,
    rates,
    reason_counts,
)
from ipsm_analytics.privacy import Policy
from ipsm_analytics.quality import Quality
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.reasons import reasons
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.statistics.outliers import LEAST_MONTHS, LIMIT, Outlier, outliers
from ipsm_analytics.views import strips, style
from ipsm_analytics.views.chart import Chart, Desk, Scope, scope_suffix
from ipsm_analytics.views.i18n import Words

MONTHS, MONTHS_NARROW = 12, 5
HISTORY = 36
TOLD_REASONS = 5
TOLD_MONTHS = 3
TRACE = 0.1
"""Percent that is still written as a number."""
GLYPHS = {State.NOT_DUE: "○", State.SILENT: "×", State.NO_ROWS: "–", State.UNDATED: "?", State.WITHHELD: "•"}
_STATE_COLOURS = {
    State.NOT_DUE: style.ZERO,
    State.SILENT: style.NOT_REPORTED,
    State.NO_ROWS: style.NO_POPULATION,
    State.UNDATED: style.SMALL,
    State.WITHHELD: style.SUPPRESSED,
}
_COLOURS = (*style.SEQUENTIAL, *_STATE_COLOURS.values())
NAME_WIDTH = 14
_ROW_HEIGHT, _AXIS_HEIGHT = 27, 62


@dataclass(frozen=True)
class Listing:
    """A table to work from, with what leaves the office on demand; `remark` where it can say nothing.

    A `short` one has few rows and columns and is shown whole.
    """

    key: str
    title: str
    reading: str
    remark: str
    table: pd.DataFrame
    export: Callable[[], pd.DataFrame]
    short: bool = False


@dataclass(frozen=True)
class QualityPage:
    """Everything Mutu data shows; the slice of the scope does not matter. Each part is made when it is first looked at."""

    desk: Desk
    quality: Quality
    today: date
    scope: Scope
    measure: str

    @cached_property
    def headline(self) -> str:
        """The sentence the page opens with."""
        return headline(self)

    @cached_property
    def figures(self) -> Chart:
        """The measures of the whole scope, with their intervals."""
        return _figures(self)

    @cached_property
    def grid(self) -> Chart:
        """The chosen measure by area and month."""
        return _grid(self)

    @cached_property
    def reasons(self) -> Chart:
        """Why rows were refused or marked, most frequent first."""
        return _reasons(self)

    @cached_property
    def remedies(self) -> list[tuple[str, str]]:
        """The most frequent reasons with what to do about them."""
        found = _reason_counts(self, self.desk.screen)[:TOLD_REASONS]
        told = [reasons()[item.code].told(self.desk.words.language) for item in found]
        return [(message, f"{action[:1].upper()}{action[1:]}.") for message, action in told]

    @cached_property
    def districts(self) -> Chart:
        """What is to be mended, by the area below."""
        return _districts(self)

    @cached_property
    def worklist(self) -> Listing:
        """What each kelurahan should mend next."""
        return _worklist(self)

    @cached_property
    def outliers(self) -> Listing:
        """Months that are far from their kelurahan's own history."""
        return _outliers(self)

    @cached_property
    def mending(self) -> list[Mending]:
        """Kelurahan of the scope with something to mend, largest impact first."""
        return mending(self.quality, self.scope.area, self.scope.window, self.today)

    def rates(self, name: str, codes: Sequence[str], windows: Sequence[Window], rule: Policy | None = None) -> pd.DataFrame:
        """A measure for areas and windows; on the screen unless another rule is given."""
        return rates(self.quality, name, codes, windows, self.today, rule or self.desk.screen)


def headline(page: QualityPage) -> str:
    """How complete the last due month is, what share of the rows is valid, and why rows are refused; or that nobody reported."""
    words, scope = page.desk.words, page.scope
    place, period = areas.label(scope.area), words.window(scope.window)
    due = page.quality.due_months(scope.window, page.today)
    if due and page.rates("kelengkapan", (scope.area,), (scope.window,))["state"].iloc[0] == State.SILENT:
        return words("mutu.judul.belum_lapor", tempat=place, periode=period)
    if not due:
        return f"{words('mutu.judul.belum_tempo', tempat=place, periode=period)} {_validity(page)}"
    last = (Window(due[-1], due[-1]),)
    complete, timely = (page.rates(name, (scope.area,), last).iloc[0] for name in ("kelengkapan", "ketepatan"))
    if areas.level_of(scope.area) == "kelurahan":
        return f"{words(_own_report(timely), tempat=place, bulan=words.month(due[-1]))} {_validity(page)}"
    first = words(
        "mutu.judul.kelengkapan",
        bulan=words.month(due[-1]),
        lingkup=_suffix(page),
        ada=words.number(complete["numerator"]),
        dari=words.number(complete["denominator"]),
    )
    return f"{first}{_timeliness(words, complete, timely)}. {_validity(page)}"


def _own_report(timely: pd.Series) -> str:
    """Catalogue key of what became of the report of one kelurahan."""
    if timely["state"] == State.SILENT:
        return "mutu.judul.satu_belum"
    if timely["state"] != State.OK:
        return "mutu.judul.satu_masuk"
    return "mutu.judul.satu_tepat" if timely["numerator"] else "mutu.judul.satu_telat"


def _timeliness(words: Words, complete: pd.Series, timely: pd.Series) -> str:
    if timely["state"] != State.OK:
        return ""
    if timely["numerator"] == complete["numerator"]:
        return words("mutu.judul.semua_tepat")
    return words("mutu.judul.tepat", jumlah=words.number(timely["numerator"]))


def _validity(page: QualityPage) -> str:
    words, scope = page.desk.words, page.scope
    row = page.rates("keabsahan", (scope.area,), (scope.window,)).iloc[0]
    if row["state"] != State.OK:
        return words("mutu.judul.tanpa_baris", periode=words.window(scope.window))
    share = words("mutu.judul.sah", nilai=_percent(words, row["value"]), periode=words.window(scope.window))
    dated = reason_counts(page.quality, scope.area, scope.window, page.desk.screen, undated=False)
    refusing = [item for item in dated if reasons()[item.code].refuses]
    if refusing:
        reason = reasons()[refusing[0].code].told(words.language)[0].rstrip(".")
        reason = f"{reason[:1].lower()}{reason[1:]}"
        share += words("mutu.judul.alasan", alasan=reason, jumlah=words.number(refusing[0].rows))
    undated = page.quality.undated_refused(scope.area)
    return share + (words("mutu.judul.tanpa_bulan", jumlah=words.number(undated)) if undated else ".")


def _percent(words: Words, value: float) -> str:
    """Whole percents, one decimal where that would hide what is missing from all or none."""
    if 0 < value < TRACE:
        return f"<{words.number(TRACE, 1)}%"
    if 100 - TRACE < value < 100:
        return f">{words.number(100 - TRACE, 1)}%"
    return words.number(value, 1 if 0 < value < 1 or 99 < value < 100 else 0) + "%"


def _reason_counts(page: QualityPage, rule: Policy) -> list[ReasonCount]:
    return reason_counts(page.quality, page.scope.area, page.scope.window, rule)


def _context(page: QualityPage, unit: str, window: Window) -> str:
    words = page.desk.words
    return words(
        "bagan.konteks",
        satuan=unit,
        periode=words.window(window),
        sumber=words("mutu.sumber"),
        cutoff=words.day(page.desk.cube.cutoff),
    )


def _suffix(page: QualityPage, scope: Scope | None = None) -> str:
    return scope_suffix(page.desk.words, replace(scope or page.scope, slice=ALL))


def _figures(page: QualityPage) -> Chart:
    words, scope = page.desk.words, page.scope
    frames = {name: page.rates(name, (scope.area,), (scope.window,)) for name in MEASURES}
    rows = [
        strips.Row(words(f"mutu.ukuran_{name}"), row["value"], row["lower"], row["upper"], _of(words, row))
        for name, frame in frames.items()
        for row in frame.to_dict("records")
    ]
    return Chart(
        key="mutu_pokok",
        title=words("mutu.pokok.judul", lingkup=_suffix(page)),
        context=_context(page, words("mutu.persen"), scope.window),
        reading=words("mutu.pokok.cara", tanggal=page.quality.due_day),
        alt=words("mutu.pokok.alt", daftar=words.listing([f"{row.name} {row.text}" for row in rows])),
        figure=strips.shares(rows),
        table=lambda: _measure_table(words, frames),
        export=lambda: _stamped(page, _outgoing_figures(page)),
    )


def _outgoing_figures(page: QualityPage) -> pd.DataFrame:
    frames = [
        page.rates(name, (page.scope.area,), (page.scope.window,), page.desk.export).assign(ukuran=name) for name in MEASURES
    ]
    return pd.concat(frames, ignore_index=True)


def _of(words: Words, row: Mapping[Hashable, Any]) -> str:
    """'97% (1.482/1.530)', or why there is no number."""
    if row["state"] != State.OK:
        return words(f"mutu.keadaan_{row['state']}")
    return f"{_percent(words, row['value'])} ({words.number(row['numerator'])}/{words.number(row['denominator'])})"


def _measure_table(words: Words, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows = [(name, row) for name, frame in frames.items() for row in frame.to_dict("records")]
    return pd.DataFrame(
        {
            words("mutu.ukuran"): [words(f"mutu.ukuran_{name}") for name, _ in rows],
            words("mutu.nilai"): [_of(words, row) for _, row in rows],
            words("tabel.selang"): [_interval(words, row) for _, row in rows],
            words("mutu.arti"): [words(f"mutu.arti_{name}") for name, _ in rows],
        }
    )


def _interval(words: Words, row: Mapping[Hashable, Any]) -> str:
    if row["state"] != State.OK:
        return words.number(None)
    return f"{words.number(row['lower'], 1)}–{words.number(row['upper'], 1)}%"


def _stamped(page: QualityPage, frame: pd.DataFrame) -> pd.DataFrame:
    """A download with cut-off, version and mark on every row."""
    cube = page.desk.cube
    mark = SAMPLE_MARK if cube.sample_cases else ""
    return frame.assign(data_sampai=str(cube.cutoff or ""), versi_data=page.quality.version, tanda=mark)


def _grid(page: QualityPage) -> Chart:
    words, item = page.desk.words, MEASURES[page.measure]
    wide, window = page.scope.surroundings, _recent(page)
    codes, months = _below(wide.area), window.months()
    windows = [Window(month, month) for month in months]
    frame = page.rates(item.id, codes, windows)
    name = words(f"mutu.ukuran_{item.id}")
    return Chart(
        key="mutu_bulan",
        title=words("mutu.bulan.judul", ukuran=name, lingkup=_suffix(page, wide)),
        context=_context(page, words("mutu.persen"), window),
        reading=words("mutu.bulan.cara", arti=words(f"mutu.arti_{item.id}"), kelas=_classes(words, item)),
        alt=words("mutu.bulan.alt", ukuran=name, jumlah=len(codes), bulan=len(months)),
        figure=heat_map(words, frame, item, codes, months, marked=page.scope.area, narrow=page.desk.narrow),
        table=lambda: _grid_table(words, frame, codes, months),
        export=lambda: _stamped(page, page.rates(item.id, codes, windows, page.desk.export).assign(ukuran=item.id)),
    )


def _recent(page: QualityPage) -> Window:
    """The newest months of the scope, so many as can be read, as far as data reach."""
    last, span = page.scope.window.last, page.quality.span or page.scope.window
    first = last.plus(1 - (MONTHS_NARROW if page.desk.narrow else MONTHS))
    return Window(min(max(first, span.first), last), last)


def _below(area: str) -> tuple[str, ...]:
    """The areas one level down: the kecamatan of the city, the kelurahan of a kecamatan."""
    return areas.codes("kecamatan") if area == areas.CITY else areas.members(area)


def heat_map(
    words: Words,
    frame: pd.DataFrame,
    item: Measure,
    codes: Sequence[str],
    months: Sequence[Month],
    *,
    marked: str = "",
    narrow: bool = False,
) -> go.Figure:
    """Areas by months, each cell with its number or sign; `marked` is written bold, long names broken where `narrow`.

    `frame` has one row a cell, areas running fastest.
    """
    shape = len(months), len(codes)
    cells = frame.to_dict("records")
    single = all(areas.level_of(code) == "kelurahan" for code in codes)
    texts = np.array([_cell(words, row, item, single) for row in cells], dtype=object).reshape(shape).T
    hover = [f"{row['wilayah']}, {words.month(Month.parse(row['dari']))}: {_of(words, row)}" for row in cells]
    names = ["<br>".join(wrap(areas.name(code), NAME_WIDTH)) if narrow else areas.name(code) for code in codes]
    names = [f"<b>{name}</b>" if code == marked else name for code, name in zip(codes, names, strict=True)]
    trace = {
        "type": "heatmap",
        "z": np.array([_class(row, item) for row in cells]).reshape(shape).T,
        "x": list(range(len(months))),
        "y": names,
        "text": texts,
        "texttemplate": "%{text}",
        "textfont": {"size": 13},
        "customdata": np.array(hover, dtype=object).reshape(shape).T,
        "hovertemplate": "%{customdata}<extra></extra>",
        "colorscale": _scale(_COLOURS),
        "zmin": -0.5,
        "zmax": len(_COLOURS) - 0.5,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    ticks = {"tickvals": list(range(len(months))), "ticktext": _month_labels(words, months), "tickangle": 0}
    axes = {
        "xaxis": {**style.AXIS, **ticks, "side": "top", "showgrid": False, "fixedrange": True},
        "yaxis": {
            **style.AXIS,
            "autorange": "reversed",
            "showgrid": False,
            "ticksuffix": " ",
            "fixedrange": True,
            "tickfont": {"size": 12 if narrow else 14},
        },
    }
    return style.figure(_AXIS_HEIGHT + _ROW_HEIGHT * len(codes), [trace], plot_bgcolor=style.GRID, **axes)


def _month_labels(words: Words, months: Sequence[Month]) -> list[str]:
    """Months by name, the year under the first and under each January."""
    labels = [words.month(month).replace(" ", "<br>") for month in months]
    told = [place == 0 or month.month == 1 for place, month in enumerate(months)]
    return [label if whole else label.split("<br>")[0] for label, whole in zip(labels, told, strict=True)]


def _scale(colours: Sequence[str]) -> list[tuple[float, str]]:
    """Steps without a passage between them."""
    size = len(colours)
    return [(edge / size, colour) for place, colour in enumerate(colours) for edge in (place, place + 1)]


def _class(row: Mapping[Hashable, Any], item: Measure) -> int:
    """Position in _COLOURS."""
    if row["state"] == State.OK:
        return int(np.searchsorted(item.breaks, row["value"], side="right"))
    return len(style.SEQUENTIAL) + list(_STATE_COLOURS).index(State(row["state"]))


def _cell(words: Words, row: Mapping[Hashable, Any], item: Measure, single: bool) -> str:
    """What is written in a cell: a number, the sign of its state; of one kelurahan's report only whether and when."""
    if row["state"] != State.OK:
        return GLYPHS[State(row["state"])]
    if single and item.of_reports:
        return "✓" if row["numerator"] else words("mutu.telat")
    return _percent(words, row["value"]).rstrip("%")


def _classes(words: Words, item: Measure) -> str:
    """'< 50 · 50–<80 · …' from light to dark."""
    bounds = [words.number(bound) for bound in item.breaks]
    between = [f"{low}–<{high}" for low, high in pairwise(bounds)]
    return " · ".join([f"<{bounds[0]}", *between, bounds[-1] if item.breaks[-1] == 100 else f"≥{bounds[-1]}"])


def _grid_table(words: Words, frame: pd.DataFrame, codes: Sequence[str], months: Sequence[Month]) -> pd.DataFrame:
    texts = np.array([_of(words, row) for row in frame.to_dict("records")], dtype=object).reshape(len(months), len(codes))
    columns = {words.month(month): texts[place] for place, month in enumerate(months)}
    return pd.DataFrame({words("mutu.wilayah"): [areas.label(code) for code in codes], **columns})


def _message(words: Words, code: str) -> str:
    return reasons()[code].told(words.language)[0]


def _reasons(page: QualityPage) -> Chart:
    words, scope = page.desk.words, page.scope
    found = _reason_counts(page, page.desk.screen)
    rows = [
        strips.Row(
            reasons()[item.code].told(words.language)[0],
            item.share,
            item.share,
            item.share,
            f"{words.number(item.rows)} ({words.number(item.share, 1)}%)",
            reasons()[item.code].told(words.language)[1],
        )
        for item in found[:TOLD_REASONS]
    ]
    undated = page.quality.undated_refused(scope.area)
    return Chart(
        key="mutu_alasan",
        title=words("mutu.alasan.judul" if rows else "mutu.alasan.tidak_ada", lingkup=_suffix(page)),
        context=_context(page, words("mutu.alasan.satuan"), scope.window),
        reading=words("mutu.alasan.cara", jumlah=words.number(undated)),
        alt=words("mutu.alasan.alt", daftar=words.listing([f"{row.name} {row.text}" for row in rows]) or "–"),
        figure=strips.counts(rows),
        table=lambda: _reason_table(words, found),
        export=lambda: _stamped(page, pd.DataFrame(_reason_counts(page, page.desk.export), columns=["code", "rows", "share"])),
    )


def _reason_table(words: Words, found: Sequence[ReasonCount]) -> pd.DataFrame:
    known = [reasons()[item.code] for item in found]
    return pd.DataFrame(
        {
            words("mutu.alasan_kolom"): [item.told(words.language)[0] for item in known],
            words("mutu.akibat"): [words(f"kamus.tingkat_{item.level}") for item in known],
            words("mutu.baris"): [words.number(item.rows) for item in found],
            words("mutu.bagian"): [f"{words.number(item.share, 1)}%" for item in found],
            words("mutu.tindakan"): [item.told(words.language)[1] for item in known],
        }
    )


def _districts(page: QualityPage) -> Chart:
    words, codes = page.desk.words, _below(page.scope.area)
    parts = {code: [item for item in page.mending if item.code in areas.members(code)] for code in codes}
    ordered = sorted(parts, key=lambda code: -sum(item.impact for item in parts[code]))
    impacts = {code: total for code in ordered if (total := sum(item.impact for item in parts[code]))}
    rows = [
        strips.Row(areas.name(code), value, value, value, _burden(words, parts[code]), areas.label(code))
        for code, value in impacts.items()
    ]
    loose = int(page.quality.waiting[-1]) if page.scope.area == areas.CITY else 0
    return Chart(
        key="mutu_korcam",
        title=words("mutu.korcam.judul" if rows else "mutu.korcam.tidak_ada", lingkup=_suffix(page)),
        context=_context(page, words("mutu.korcam.satuan"), page.scope.window),
        reading=words("mutu.korcam.cara", jumlah=words.number(loose)),
        alt=words("mutu.korcam.alt", jumlah=len(rows)),
        figure=strips.counts(rows),
        table=lambda: pd.DataFrame(
            {
                words("mutu.wilayah"): [areas.label(code) for code in impacts],
                words("mutu.korcam.satuan"): [words.number(value) for value in impacts.values()],
                words("mutu.korcam.isi"): [_burden(words, parts[code]) for code in impacts],
            }
        ),
        export=lambda: _stamped(page, _outgoing_work(page)),
    )


def _burden(words: Words, items: Sequence[Mending]) -> str:
    missing = sum(len(item.missing) for item in items)
    waiting = sum(item.waiting for item in items)
    return words("mutu.korcam.teks", bulan=words.number(missing), baris=words.number(waiting))


def _worklist(page: QualityPage) -> Listing:
    words, items = page.desk.words, page.mending
    table = pd.DataFrame(
        {
            words("pilahan.kelurahan"): [areas.name(item.code) for item in items],
            words("pilahan.kecamatan"): [areas.name(areas.parent(item.code)) for item in items],
            words("mutu.kerja.hilang"): [_months(words, item.missing) for item in items],
            words("mutu.kerja.telat"): [words.number(item.late) for item in items],
            words("mutu.kerja.menunggu"): [words.number(item.waiting) for item in items],
            words("mutu.kerja.dampak"): [words.number(item.impact) for item in items],
            words("mutu.kerja.alasan"): [_message(words, item.reason) if item.reason else "–" for item in items],
            words("mutu.kerja.psm"): [", ".join(item.psm) or "–" for item in items],
        }
    )
    return Listing(
        key="mutu_kerja",
        title=words("mutu.kerja.judul", lingkup=_suffix(page)),
        reading=words("mutu.kerja.cara"),
        remark="" if items else words("mutu.kerja.kosong"),
        table=table,
        export=lambda: _stamped(page, _outgoing_work(page)),
    )


def _months(words: Words, months: Sequence[Month]) -> str:
    """Months without a gap as a span, a few by name, else how many."""
    if months and months[-1] == months[0].plus(len(months) - 1):
        return words.window(Window(months[0], months[-1]))
    if len(months) > TOLD_MONTHS:
        return words("mutu.kerja.banyak", jumlah=len(months))
    return ", ".join(words.month(month) for month in months) or "–"


def _outgoing_work(page: QualityPage) -> pd.DataFrame:
    """The work list as it may leave the office: small numbers of rows, and what is worked out from them, are gaps."""
    limit = page.desk.export.small_cell
    return pd.DataFrame(
        [
            {
                "kode_kelurahan": item.code,
                "kelurahan": areas.name(item.code),
                "kecamatan": areas.name(areas.parent(item.code)),
                "bulan_belum_lapor": "; ".join(f"{month.year}-{month.month:02d}" for month in item.missing),
                "laporan_terlambat": item.late,
                "baris_menunggu": np.nan if 0 < item.waiting < limit else item.waiting,
                "alasan_tersering": "" if 0 < item.waiting < limit else item.reason,
                "psm": "; ".join(item.psm),
            }
            for item in page.mending
        ]
    )


def _outliers(page: QualityPage) -> Listing:
    words = page.desk.words
    question = history_question(page)
    found, short = _judged(page, page.desk.answer(question)) if question else ([], len(areas.members(page.scope.area)))
    table = pd.DataFrame(
        {
            words("pilahan.kelurahan"): [areas.name(code) for code, _, _ in found],
            words("pilahan.kecamatan"): [areas.name(areas.parent(code)) for code, _, _ in found],
            words("pilahan.bulan"): [words.month(month) for _, month, _ in found],
            words("mutu.pencilan.kasus"): [words.number(item.count) for _, _, item in found],
            words("mutu.pencilan.biasa"): [f"{words.number(item.low)}–{words.number(item.high)}" for _, _, item in found],
            words("mutu.pencilan.arah"): [f"{'▲' if item.z > 0 else '▼'} {words.number(abs(item.z), 1)}" for _, _, item in found],
        }
    )
    return Listing(
        key="mutu_pencilan",
        title=words("mutu.pencilan.judul", jumlah=len(found), lingkup=_suffix(page)),
        reading=words("mutu.pencilan.cara", batas=words.number(LIMIT, 1), bulan=LEAST_MONTHS, jumlah=words.number(short)),
        remark="" if found else words("mutu.pencilan.kosong" if question else "mutu.pencilan.belum"),
        table=table,
        export=lambda: _stamped(page, _outgoing_outliers(page, found)),
    )


def history_question(page: QualityPage) -> Query | None:
    """Monthly cases of each kelurahan over the settled months up to the end of the scope; None where there is none."""
    span, last = page.desk.cube.span, page.scope.window.last
    if span is None:
        return None
    months = [month for month in span.months() if month <= last and page.desk.cube.is_settled(month, page.desk.settle_days)]
    if not months:
        return None
    return Query("K01", ("kelurahan", "bulan"), Window(months[-HISTORY:][0], months[-1]), page.scope.area)


def _judged(page: QualityPage, frame: pd.DataFrame) -> tuple[list[tuple[str, Month, Outlier]], int]:
    """Outliers inside the scope's window, farthest first, and how many kelurahan have too short a history."""
    found, short = [], 0
    for code, rows in frame.groupby("kode_kelurahan", sort=False):
        months = [Month.parse(text) for text in rows["bulan"]]
        judged = outliers(rows["value"].tolist())
        short += judged is None
        found += [(str(code), months[item.position], item) for item in judged or ()]
    inside = [entry for entry in found if page.scope.window.first <= entry[1] <= page.scope.window.last]
    return sorted(inside, key=lambda entry: (-abs(entry[2].z), entry[0])), short


def _outgoing_outliers(page: QualityPage, found: Sequence[tuple[str, Month, Outlier]]) -> pd.DataFrame:
    """The list as it may leave the office: a withheld count takes its range and z with it."""
    question = history_question(page)
    released = page.desk.released(question) if question else pd.DataFrame(columns=["kode_kelurahan", "bulan", "status"])
    withheld = released[released["status"] == Status.SUPPRESSED]
    hidden = set(zip(withheld["kode_kelurahan"], withheld["bulan"], strict=True))
    rows = []
    for code, month, item in found:
        label = f"{month.year}-{month.month:02d}"
        shown = (code, label) not in hidden
        numbers = {"kasus": item.count, "biasa_dari": item.low, "biasa_sampai": item.high, "z": round(item.z, 2)}
        open_ = {name: value if shown else np.nan for name, value in numbers.items()}
        rows.append({"kode_kelurahan": code, "kelurahan": areas.name(code), "bulan": label, **open_})
    return pd.DataFrame(rows)
