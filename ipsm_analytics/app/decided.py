"""What Keputusan lets a reader do: look at decisions and, where the role may, note, change and withdraw them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import TypeVar

import streamlit as st

from ipsm_analytics.app import blocks, cache, guard, state
from ipsm_analytics.app.page import Visit
from ipsm_analytics.config import settings
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.export.cells import csv_bytes
from ipsm_analytics.privacy import may_write
from ipsm_analytics.rakor import decisions
from ipsm_analytics.rakor.decisions import CHOSEN, DIRECTIONS, LONGEST, LONGEST_EVIDENCE, NO_INDICATOR, Decision, Draft, State
from ipsm_analytics.rakor.outcomes import assessed
from ipsm_analytics.rakor.snapshot import Snapshot, snapshots
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicators
from ipsm_analytics.reference.offices import offices
from ipsm_analytics.store import Store
from ipsm_analytics.views import decisions as view
from ipsm_analytics.views import style
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.decisions import ANY, Board, Filter, Told
from ipsm_analytics.views.i18n import Words

Option = TypeVar("Option")
USUAL_DAYS = 30
"""Days until a decision is due, unless another day is chosen."""
_WIDTHS = {"isi": 22, "kantor": 15, "tenggat": 13, "indikator": 15, "perubahan": 17, "hasil": 18}
"""Percent of the table a column takes."""
_STYLE = f"""<style>
.legenda.putusan {{table-layout: fixed;}}
.legenda.putusan tr + tr {{border-top: 1px solid {style.BORDER};}}
.legenda.putusan td, .legenda.putusan td:last-child {{overflow-wrap: break-word; padding: .35rem .7rem .35rem 0;}}
.kartu.putusan {{margin-bottom: .5rem;}}
.kartu.putusan p {{margin: .15rem 0 0; white-space: pre-line;}}
.kartu.putusan small {{font-size: .95rem; color: {style.MUTED};}}
</style>"""


def filters(visit: Visit) -> Filter:
    """State, office and kecamatan, kept in the address."""
    words = visit.words
    every = words("keputusan.semua_kecamatan")
    with st.container(horizontal=not visit.reader.narrow, gap="small"):
        chosen = state.pick(words("keputusan.kolom.keadaan"), (ANY, *State), lambda one: _state_name(words, one), "kp_keadaan")
        office = state.pick(words("keputusan.kolom.kantor"), (ANY, *offices()), lambda one: _office_name(words, one), "kp_kantor")
        district = state.pick(
            every, (ANY, *areas.codes("kecamatan")), lambda one: areas.label(one) if one else every, "kp_kecamatan"
        )
    return Filter(chosen, office, district)


def _state_name(words: Words, name: str) -> str:
    return words(f"keputusan.keadaan.{name}") if name else words("keputusan.semua_keadaan")


def _office_name(words: Words, code: str) -> str:
    return offices()[code].title(words.language) if code else words("keputusan.semua_kantor")


def overview(visit: Visit, board: Board, rows: Sequence[Told]) -> None:
    """The list with its reading line and download: a table, on a phone one block a decision."""
    words = visit.words
    if not rows:
        st.info(words("keputusan.tidak_cocok"), icon=":material/filter_alt_off:")
        return
    st.html(_cards(words, rows) if visit.reader.narrow else _table(words, rows))
    listing = board.listing(rows)
    guard.download(words("bagan.unduh"), lambda: csv_bytes(listing.export()), f"ipsm_{listing.key}.csv", listing.key)
    blocks.remark(f"{words('bagan.cara')} {listing.reading}")


def _table(words: Words, rows: Sequence[Told]) -> str:
    names = dict(zip(view.SUMMARY, view.heads(words, tuple(view.SUMMARY)), strict=True))
    head = "".join(f'<th scope="col" style="width:{_WIDTHS[name]}%">{escape(text)}</th>' for name, text in names.items())
    body = "".join(f"<tr>{''.join(_cell(one, name) for name in view.SUMMARY)}</tr>" for one in rows)
    title = escape(words("halaman.keputusan"))
    return f'<table class="legenda sanding putusan" aria-label="{title}"><tr>{head}</tr>{body}</table>{_STYLE}'


def _cell(one: Told, name: str) -> str:
    late = name == "tenggat" and one.decision.overdue(one.asking.frozen.today)
    text = escape(one.cell(view.SUMMARY[name]))
    return f"<td>{f'<b>{text}</b>' if late else text}</td>"


def _cards(words: Words, rows: Sequence[Told]) -> str:
    names = dict(zip(view.SUMMARY, view.heads(words, tuple(view.SUMMARY)), strict=True))
    del names["isi"]
    return _STYLE + "".join(
        f'<div class="kartu putusan"><b>{escape(one.cell("ringkas"))}</b>'
        + "".join(f"<p><small>{escape(text)}</small> {escape(one.cell(view.SUMMARY[name]))}</p>" for name, text in names.items())
        + "</div>"
        for one in rows
    )


def chosen(visit: Visit, rows: Sequence[Told]) -> Told | None:
    """The decision that is looked at closely; None where there is none."""
    if not rows:
        return None
    names = {one.decision.number: f"{one.decision.code} · {one.draft.what}" for one in rows}
    number = state.pick(visit.words("keputusan.pilih"), tuple(names), names.__getitem__, "keputusan")
    return next(one for one in rows if one.decision.number == number)


def close_up(visit: Visit, one: Told) -> None:
    """Everything about one decision: what it is, what came of it, and what was changed about it."""
    words, drawn = visit.words, view.picture(one)
    left, right = st.columns(2, gap="medium")
    with left:
        blocks.definition(f"{one.decision.code} · {one.draft.what}", view.properties(one))
    with right, st.container(border=True):
        title = words("keputusan.gambar.judul", ukuran=one.measure)
        st.html(f'<p class="bagan-judul">{escape(title)}</p>')
        if drawn is None:
            blocks.remark(one.verdict)
        else:
            blocks.strip(drawn, title)
            blocks.remark(" ".join(filter(None, (one.warning, words("keputusan.gambar.cara")))))
    with st.expander(words("keputusan.jejak.judul"), icon=":material/history:", key="jejak"):
        changes = view.past_changes(words, decisions.history(Store(settings()), one.decision.number))
        blocks.lines(view.history_heads(words), changes, words("keputusan.jejak.judul"))


def writing(visit: Visit, one: Told | None) -> None:
    """The forms of a role that may write; nothing for others."""
    if not may_write(visit.reader.role):
        return
    words, meetings = visit.words, snapshots(Store(settings()))
    blocks.heading(words("keputusan.tulis"))
    if not meetings:
        st.info(words("keputusan.tanpa_rakor"), icon=":material/event:")
        return
    if one:
        _progress(words, one.decision)
        _editing(words, one.decision, meetings)
    _adding(words, meetings)
    _withdrawn(words)


def _adding(words: Words, meetings: Sequence[Snapshot]) -> None:
    with st.expander(words("keputusan.catat"), icon=":material/add_task:", key="catat"):
        newest = meetings[-1]
        empty = Draft(newest.number, "", next(iter(offices())), settings().today + timedelta(days=USUAL_DAYS))
        draft = _form(words, state.round_key("baru"), empty, meetings)
        if draft:
            _write(words, lambda store, user: decisions.add(store, draft, user), "tercatat")


def _editing(words: Words, held: Decision, meetings: Sequence[Snapshot]) -> None:
    with st.expander(words("keputusan.ubah", kode=held.code), icon=":material/edit:", key=f"ubah_{held.number}"):
        draft = _form(words, state.round_key(f"ubah_{held.number}"), held.draft, meetings)
        if draft:
            _write(words, lambda store, user: decisions.edit(store, held.number, draft, user), "diubah_selesai")


def _form(words: Words, key: str, draft: Draft, meetings: Sequence[Snapshot]) -> Draft | None:
    """The fields of a decision; what was filled in once the button is pressed, else None."""
    names = {draft.snapshot: f"RK-{draft.snapshot}"} | {one.number: f"{one.code} · {one.name}" for one in meetings}
    with st.form(key):
        st.caption(words("keputusan.tanpa_orang"))
        what = st.text_area(words("keputusan.isian.what"), draft.what, max_chars=LONGEST, key=f"{key}_isi")
        left, right = st.columns(2, gap="medium")
        with left:
            snapshot = _select(words, key, "snapshot", tuple(names), names.__getitem__, draft.snapshot)
            office = _select(words, key, "office", tuple(offices()), lambda one: _office_name(words, one), draft.office)
            due = st.date_input(words("keputusan.isian.due"), draft.due, format="DD/MM/YYYY", key=f"{key}_due")
            why = _select(words, key, "chosen", CHOSEN, lambda one: words(f"keputusan.dipilih.{one}"), draft.chosen)
        with right:
            measure = _select(words, key, "indicator", _measures(), lambda one: _measure_name(words, one), draft.indicator)
            wish = _select(words, key, "direction", DIRECTIONS, lambda one: words(f"keputusan.arah.{one}"), draft.direction)
            area = _select(words, key, "area", areas.all_codes(), areas.label, draft.area)
            part = _select(words, key, "slice", slice_codes(), lambda one: slice_name(words, one), draft.slice)
        if not st.form_submit_button(words("keputusan.simpan"), type="primary", icon=":material/save:", key=f"{key}_simpan"):
            return None
    changed = replace(draft, snapshot=snapshot, what=what, office=office, due=due, chosen=why)
    return replace(changed, indicator=measure, direction=wish, area=area, slice=part)


def _select(
    words: Words, key: str, name: str, options: Sequence[Option], label: Callable[[Option], str], value: Option
) -> Option:
    picked = st.selectbox(
        words(f"keputusan.isian.{name}"), options, list(options).index(value), format_func=label, key=f"{key}_{name}"
    )
    return value if picked is None else picked


def _measures() -> tuple[str, ...]:
    """No indicator, those a range can be given for, then the others."""
    known = indicators()
    return (NO_INDICATOR, *sorted(known, key=lambda code: (not assessed(known[code]), list(known).index(code))))


def _measure_name(words: Words, code: str) -> str:
    if code == NO_INDICATOR:
        return words("keputusan.tanpa_indikator")
    item = indicators()[code]
    return f"{code} {item.title}" if assessed(item) else words("keputusan.tak_dinilai", kode=code, nama=item.title)


def _progress(words: Words, held: Decision) -> None:
    """How far it has come, and the way off the list."""
    with st.expander(words("keputusan.maju", kode=held.code), icon=":material/task_alt:", key=f"maju_{held.number}"):
        key = state.round_key(f"maju_{held.number}")
        with st.form(key):
            reached = _select(words, key, "state", tuple(State), lambda one: words(f"keputusan.keadaan.{one}"), held.draft.state)
            evidence = st.text_area(
                words("keputusan.isian.evidence"), held.draft.evidence, max_chars=LONGEST_EVIDENCE, key=f"{key}_bukti"
            )
            moved = st.form_submit_button(words("keputusan.simpan"), type="primary", icon=":material/save:", key=f"{key}_simpan")
        if moved:
            _write(words, lambda store, user: decisions.move(store, held.number, reached, evidence, user), "diubah_selesai")
        if st.button(words("keputusan.tarik", kode=held.code), icon=":material/visibility_off:", key="tarik"):
            _write(words, lambda store, user: decisions.withdraw(store, held.number, user), "ditarik")


def _withdrawn(words: Words) -> None:
    """Decisions off the list, and the way back."""
    gone = {one.number: one for one in decisions.decisions(Store(settings()), withdrawn=True) if one.withdrawn}
    if not gone:
        return
    with st.expander(words("keputusan.ditarik_judul", jumlah=words.number(len(gone))), icon=":material/restore:", key="ditarik"):
        number = st.selectbox(
            words("keputusan.pilih"),
            tuple(gone),
            format_func=lambda one: f"{gone[one].code} · {gone[one].draft.what}",
            key="pulih",
        )
        if st.button(words("keputusan.pulihkan"), icon=":material/undo:", key="pulihkan") and number:
            _write(words, lambda store, user: decisions.restore(store, number, user), "dipulihkan")


def _write(words: Words, change: Callable[[Store, str], Decision], done: str) -> None:
    """Writes and says so; says why where it may not or cannot be written."""
    held = guard.written(words, "putusan", lambda user: change(Store(settings()), user))
    if held is None:
        return
    state.offer("keputusan", held.number)
    state.finish(words(f"keputusan.{done}", kode=held.code))
    st.rerun()


def board(visit: Visit) -> Board:
    """The decisions with what came of them, and a note while that is worked out."""
    with st.spinner(visit.words("keputusan.menghitung"), show_time=True):
        found = cache.decisions_page(visit.reader)
        _ = found.rows
    return found
