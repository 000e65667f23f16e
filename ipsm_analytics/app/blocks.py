"""How charts, maps, cards and tables are laid out on a page."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from math import isnan

import pandas as pd
import streamlit as st

from ipsm_analytics.app import drawn, guard, sheet, state
from ipsm_analytics.export.cells import csv_bytes
from ipsm_analytics.ingest import Report
from ipsm_analytics.linking.review import Review
from ipsm_analytics.views import intake, pairs, style
from ipsm_analytics.views.atlas import AreaPanel, MapView
from ipsm_analytics.views.audit import AuditPage
from ipsm_analytics.views.chart import Chart
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.drawn import Breakdown, Heat, Pyramid, Upset
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.maps import BUBBLE_MAX, CROSS, GLYPHS
from ipsm_analytics.views.overview import Card
from ipsm_analytics.views.published import Contradiction
from ipsm_analytics.views.quality import Listing
from ipsm_analytics.views.spine_rows import Spine
from ipsm_analytics.views.spread import Apart
from ipsm_analytics.views.strips import Row, Strip

_NUMBER = re.compile(r"[<≥+]? ?[\d.,–-]+%?")
ARROWS = {"-": "▼", "=": "＝"}
NEAR_END = 85
"""Percent of a scale from which a label stands to the left of its line."""
SHORT = 35
"""Characters up to which a text of a table is never cut."""
QUIET = {"displayModeBar": False, "scrollZoom": False}
MOVABLE = {"displayModeBar": False, "scrollZoom": True}


def headline(text: str) -> None:
    """The sentence a page opens with."""
    st.html(f'<p class="judul">{escape(text)}</p>')


def remark(text: str) -> None:
    """A sentence under the headline."""
    st.html(f'<p class="bagan-cara">{escape(text)}</p>')


def verdict(text: str, *, good: bool) -> None:
    """Whether something stands, in a box whose sign says it too."""
    if good:
        st.success(text, icon=":material/verified:")
    else:
        st.error(text, icon=":material/link_off:")


def heading(text: str) -> None:
    """A heading between blocks."""
    st.html(f'<h2 class="sela">{escape(text)}</h2>')


def cards(words: Words, items: tuple[Card, ...]) -> None:
    """Key figures in a row that reflows."""
    st.html(f'<div class="kartu-baris">{"".join(map(_card, items))}</div><p class="bagan-cara">{escape(words("kartu.cara"))}</p>')


def _card(item: Card) -> str:
    arrow = ARROWS.get(item.delta[:1], "▲")
    change = f"{arrow} {escape(item.delta.lstrip('-='))}" if item.delta else "–"
    value = f'<a href="paspor?kode={item.passport}" target="_blank">{escape(item.value)}</a>'
    return (
        f'<div class="kartu" title="{escape(item.help)}"><div class="nama">{escape(item.label)}</div>'
        f'<div class="nilai">{value}</div><div class="catatan">{escape(item.note)}</div>'
        f'<div class="beda">{change}</div>{_sparkline(item.spark)}</div>'
    )


def _sparkline(values: tuple[float, ...]) -> str:
    if len(values) < 2:
        return ""
    top = max(values) or 1.0
    points = " ".join(
        f"{100 * position / (len(values) - 1):.1f},{24 - 22 * value / top:.1f}" for position, value in enumerate(values)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 26" preserveAspectRatio="none" width="100" height="26">'
        f'<polyline points="{points}" fill="none" stroke="{style.NAVY}" stroke-width="2" vector-effect="non-scaling-stroke"/>'
        "</svg>"
    )
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def chart(words: Words, item: Chart, *, quiet: bool = True) -> None:
    """A figure between its title, context, reading line, table twin and download."""
    title(item)
    if isinstance(item.figure, Strip):
        strip(item.figure, item.alt)
    elif isinstance(item.figure, Breakdown | Heat | Pyramid | Upset):
        st.html(drawn.html_of(item.figure, item.alt))
    elif isinstance(item.figure, Spine):
        st.html(sheet.spine_html(item.figure, item.alt))
    else:
        st.plotly_chart(item.figure, theme=None, key=f"bagan_{item.key}", config=QUIET if quiet else MOVABLE, alt=item.alt)
    _foot(words, item)


def strip(item: Strip, alt: str) -> None:
    """Rows on one scale."""
    st.html(_strip(item, alt))


def _strip(strip: Strip, alt: str) -> str:
    line, head = "", ""
    if strip.reference:
        place = strip.place(strip.reference[0])
        line = f'<i class="acuan" style="left:{place}%"></i>'
        left = f"left:{place}%" if place < NEAR_END else f"left:auto;right:{100 - place:g}%;transform:none"
        head = f'<li aria-hidden="true"><div class="ruang"><span style="{left}">{escape(strip.reference[1])}</span></div></li>'
    rows = "".join(_strip_row(strip, row, line) for row in strip.rows)
    wide = " panjang" if strip.wordy else ""
    return f'<div class="jalur{wide}"><ol aria-label="{escape(alt)}">{head}{rows}</ol></div>'


def _strip_row(strip: Strip, row: Row, line: str) -> str:
    drawn = ""
    if not isnan(row.value):
        place, low, high = (strip.place(value) for value in (row.value, row.lower, row.upper))
        drawn = f'<i class="{strip.mark}" style="{"width" if strip.mark == "batang" else "left"}:{place}%"></i>'
        drawn += f'<i class="selang" style="left:{low}%;width:{high - low:.2f}%"></i>' if high > low else ""
    return (
        f'<li title="{escape(row.hint)}"><b>{escape(row.name)}</b><div class="ruang">{line}{drawn}</div>'
        f"<span>{escape(row.text)}</span></li>"
    )


def chosen_area(view: MapView, key: str) -> str | None:
    """A map without its title; returns the code of the area that was clicked last."""
    item = view.chart
    event = st.plotly_chart(
        item.figure, theme=None, key=f"peta_{key}", config=MOVABLE, alt=item.alt, on_select="rerun", selection_mode="points"
    )
    points = event["selection"]["points"]
    return _code(points[-1]) if points else None


def titled_map(view: MapView, key: str) -> str | None:
    """A map under its title, and why it is not the one that was asked for; returns the code of the area clicked last."""
    if view.notice:
        st.warning(view.notice, icon=":material/block:")
    title(view.chart)
    return chosen_area(view, key)


def _code(point: dict[str, object]) -> str | None:
    found = point.get("location") or point.get("customdata")
    return str(found[0] if isinstance(found, list) else found) if found else None


def map_foot(words: Words, view: MapView, key: str) -> None:
    """Reading line, table twin and download of a map."""
    _foot(words, view.chart, key)


def legend(words: Words, view: MapView, *, named: bool = False) -> None:
    """Classes with bounds and counts; bubble sizes for counts; which map it belongs to where there are several."""
    rows = [
        f'<tr><td><span class="petak" style="background:{entry.colour}">{_mark(entry)}</span></td>'
        f"<td>{escape(entry.label)}</td><td>{entry.count}</td></tr>"
        for entry in view.legend
    ]
    largest = view.bubble_scale[0] if view.bubble_scale else 1
    rows += [
        f'<tr><td><span class="lingkar" style="width:{size}px;height:{size}px"></span></td>'
        f"<td>{words.number(value)}</td><td></td></tr>"
        for value in view.bubble_scale
        for size in (round(BUBBLE_MAX * (value / largest) ** 0.5),)
    ]
    caption = f"<caption>{escape(view.name)}</caption>" if named else ""
    st.html(f'<table class="legenda" aria-label="{escape(words("peta.legenda"))}">{caption}{"".join(rows)}</table>')
    for sentence in view.remarks:
        remark(sentence)


def _mark(entry: LegendEntry) -> str:
    """The mark of a class as the map draws it."""
    mark = entry.mark or (CROSS if entry.marked else "")
    if not mark:
        return "&nbsp;"
    lines = "".join(
        f'<polyline points="{" ".join(f"{right},{-up}" for right, up in line)}" fill="none" stroke="{style.TEXT}" '
        'stroke-width="1.6" vector-effect="non-scaling-stroke"/>'
        for line in GLYPHS[mark]
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.6 -1.3 3.2 2.6" width="16" height="13">{lines}</svg>'
    return f'<img alt="{mark}" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def legends(words: Words, views: Sequence[MapView]) -> None:
    """The legend of each map, named where there are several."""
    for view in views:
        legend(words, view, named=len(views) > 1)


def area_panel(words: Words, panel: AreaPanel) -> None:
    """The figures of a clicked area, with the way to filter on it."""
    st.html(f'<p class="bagan-judul">{escape(panel.title)}</p>')
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td><b>{escape(value)}</b></td><td>{escape(interval)}</td></tr>"
        for label, value, interval in panel.rows
    )
    st.html(f'<table class="legenda angka">{rows}</table>')
    st.button(
        words("peta.saring"), icon=":material/filter_alt:", on_click=state.narrow_to, args=(panel.code,), key="saring_wilayah"
    )
    sheet.profile_button(words, panel.code)
    chart(words, panel.trend)


def title(item: Chart) -> None:
    """What a figure shows, and its unit, period, cut-off and source."""
    st.html(f'<p class="bagan-judul">{escape(item.title)}</p><p class="bagan-konteks">{escape(item.context)}</p>')


def _foot(words: Words, item: Chart, key: str = "") -> None:
    st.html(f'<p class="bagan-cara">{escape(words("bagan.cara"))} {escape(item.reading)}</p>')
    twin = st.expander(words("bagan.tabel"), icon=":material/table:", key=f"tabel_{item.key}{key}", on_change="rerun")
    if twin.open:
        with twin:
            _frame(item.table(), item.title)
            _download(words, item.export(), f"ipsm_{item.key}.csv", f"{item.key}{key}")
            st.caption(words("bagan.unduh_catatan"))


def _frame(frame: pd.DataFrame, title: str) -> None:
    """A table whose columns of written numbers stand at the right and whose rare long texts are not cut."""
    config = {
        str(name): st.column_config.Column(
            alignment="right" if values.map(_is_number).astype(bool).mean() > 0.5 else None,
            width=_room(str(name), values.map(str).map(len).astype(int)),
        )
        for name, values in frame.items()
    }
    st.dataframe(frame, hide_index=True, alt=title, column_config=config)


def _room(name: str, lengths: pd.Series) -> int | None:
    """Pixels for a column of short texts of which few are longer than the others: the browser leaves those out of account."""
    longest = int(lengths.max()) if len(lengths) else 0
    return 8 * max(longest, len(name)) + 25 if 1.5 * lengths.mean() < longest <= SHORT else None


def _is_number(value: object) -> bool:
    return bool(_NUMBER.fullmatch(str(value)))


def _download(words: Words, frame: pd.DataFrame, name: str, key: str) -> None:
    guard.download(words("bagan.unduh"), csv_bytes(frame), name, key)


def silent(words: Words, names: tuple[str, ...]) -> None:
    """Kelurahan that did not report in the last month; silence is no zero."""
    text = words("ringkasan.belum_lapor", jumlah=len(names), daftar=", ".join(names)) if names else words("ringkasan.semua_lapor")
    st.html(f'<p class="bagan-cara">{escape(text)}</p>')


def table(words: Words, frame: pd.DataFrame, title: str) -> None:
    """A whole table with its download."""
    _frame(frame, title)
    _download(words, frame, "ipsm_tabel.csv", title)


def plain_table(frame: pd.DataFrame, title: str) -> None:
    """A table to be looked at here only."""
    _frame(frame, title)


def file_report(words: Words, report: Report) -> None:
    """What became of a file, or would: counts, reasons, first rows, change in the figures."""
    with st.container(border=True):
        st.html(f'<p class="bagan-judul">{escape(intake.file_title(words, report))}</p>')
        if report.unknown_layout:
            st.warning(words("unggah.bentuk_baru"), icon=":material/schema:")
            return
        if report.error:
            st.error(report.error, icon=":material/block:")
            return
        figures = "".join(
            f'<div class="kartu"><div class="nama">{escape(name)}</div><div class="nilai">{escape(value)}</div>'
            f'<div class="catatan">{escape(note)}</div></div>'
            for name, value, note in intake.balance(words, report)
        )
        st.html(f'<div class="kartu-baris">{figures}</div>')
        for line in intake.remarks(words, report):
            st.html(f'<p class="bagan-cara">{escape(line)}</p>')
        reasons, change = st.columns([6, 4], gap="medium")
        with reasons:
            _reasons(words, report)
        with change:
            _impact(words, report)


def _reasons(words: Words, report: Report) -> None:
    if not report.reasons:
        st.html(f'<p class="bagan-judul">{escape(words("unggah.tanpa_masalah"))}</p>')
        return
    for title, bars in intake.reason_bars(words, report):
        st.html(f'<p class="bagan-judul">{escape(title)}</p>')
        strip(bars, title)
    with st.expander(words("unggah.baris_pertama", jumlah=intake.FIRST_ROWS), icon=":material/table:"):
        _frame(intake.first_rows(words, report), words("unggah.baris_pertama", jumlah=intake.FIRST_ROWS))


def _impact(words: Words, report: Report) -> None:
    if report.impact is None:
        return
    st.html(f'<p class="bagan-judul">{escape(words("unggah.perubahan"))}</p>')
    st.html(f'<p class="bagan-cara">{escape(intake.impact_sentence(words, report.impact))}</p>')
    if report.impact.kecamatan or report.impact.groups:
        _frame(intake.impact_table(words, report.impact), words("unggah.perubahan"))


def listing(words: Words, item: Listing) -> None:
    """A table to work from, with its reading line and download."""
    st.html(f'<p class="bagan-judul">{escape(item.title)}</p>')
    if item.remark:
        st.html(f"<p>{escape(item.remark)}</p>")
    else:
        _whole(item.table, item.title) if item.short else _frame(item.table, item.title)
        guard.download(words("bagan.unduh"), lambda: csv_bytes(item.export()), f"ipsm_{item.key}.csv", item.key)
    st.html(f'<p class="bagan-cara">{escape(words("bagan.cara"))} {escape(item.reading)}</p>')


def _whole(frame: pd.DataFrame, title: str) -> None:
    """All rows of a small table, the first column as names and the others as numbers; texts run over several lines."""
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in frame)
    body = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th>{"".join(f"<td>{escape(str(text))}</td>" for text in texts)}</tr>'
        for name, *texts in frame.itertuples(index=False, name=None)
    )
    st.html(f'<table class="legenda daftar" aria-label="{escape(title)}"><tr>{head}</tr>{body}</table>')


def contradiction(item: Contradiction) -> None:
    """Rival values side by side."""
    with st.container(border=True):
        st.html(f'<p class="bagan-judul">{escape(item.title)}</p><p class="bagan-cara">{escape(item.explanation)}</p>')
        _frame(item.table, item.title)


def definition(title: str, rows: list[tuple[str, str]]) -> None:
    """A term with its properties."""
    body = "".join(f"<tr><td><b>{escape(label)}</b></td><td>{escape(text)}</td></tr>" for label, text in rows)
    with st.container(border=True):
        st.html(f'<p class="bagan-judul">{escape(title)}</p><table class="legenda istilah">{body}</table>')


def apart(words: Words, page: Apart) -> None:
    """Funnel and inequality side by side, made when they are asked for."""
    shut = st.expander(words("corong.buka"), icon=":material/filter_list:", key="corong", on_change="rerun")
    if not shut.open:
        return
    with shut:
        left, right = st.columns([6, 4], gap="medium")
        with left, st.container(border=True):
            chart(words, page.funnel)
        with right:
            definition(words("ketimpangan.judul"), page.inequality)


def sentences(title: str, rows: list[tuple[str, str]], reading: str) -> None:
    """Sentences, each behind the indicator it rests on, with how they were chosen."""
    lines = "".join(f"<li><b>{escape(code)}</b> {escape(text)}</li>" for code, text in rows)
    with st.container(border=True):
        body = f"<ul>{lines}</ul>" if lines else ""
        st.html(f'<p class="bagan-judul">{escape(title)}</p>{body}<p class="bagan-cara">{escape(reading)}</p>')


def passage(title: str, text: str) -> None:
    """A titled paragraph."""
    with st.container(border=True):
        st.html(f'<p class="bagan-judul">{escape(title)}</p><p style="margin:0">{escape(text)}</p>')


def pair(words: Words, work: Review, item: pairs.Pair) -> None:
    """Two persons that are probably one: how alike they are, and where their reports stand."""
    st.html(f'<p class="bagan-judul">{escape(pairs.title(words, item))}</p>')
    alike, reports = st.columns([4, 6], gap="medium")
    with alike:
        lines((), pairs.evidence(words, item), words("padanan.bukti_judul"))
    with reports:
        lines(pairs.heads(words), pairs.persons(words, work, item), words("padanan.orang_judul"))


def entries(page: AuditPage, sheet: int, *, narrow: bool) -> None:
    """One sheet of the audit trail: a table, on a phone two columns."""
    title = page.words("halaman.audit")
    if narrow:
        lines((), page.lines(sheet), title)
    else:
        plain_table(page.table(sheet), title)


def lines(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """A small table of texts that may run over several lines."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(text)}</td>" for text in texts)}</tr>'
        for name, *texts in rows
    )
    st.html(f'<table class="legenda sanding"><caption>{escape(title)}</caption><tr>{head}</tr>{body}</table>')
