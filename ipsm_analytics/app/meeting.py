"""What pages about the meeting do beyond showing: they take a code, a choice or a file and say what went wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ipsm_analytics.app import actions, blocks, cache, guard, state
from ipsm_analytics.app.page import Visit
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import codes, sheets
from ipsm_analytics.materials.making import WRITERS
from ipsm_analytics.rakor.snapshot import LONGEST_NAME, Snapshot, Wish, arrange, freeze, restore, withdraw
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store
from ipsm_analytics.views import meeting
from ipsm_analytics.views.agenda import since
from ipsm_analytics.views.agenda.sheet import LEVELS
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.passport import PassportPage


def passport(visit: Visit) -> PassportPage | None:
    """The number whose code was typed or came with the link; None, with the reason on the page, where there is none."""
    words = visit.words
    code = state.typed(words("paspor.isi"), "kode", words("paspor.contoh"))
    if not code:
        st.info(words("paspor.kosong"), icon=":material/qr_code_2:")
        return None
    try:
        with st.spinner(words("paspor.menghitung"), show_time=True):
            page = cache.passport_page(visit.reader, code)
            _ = page.number
    except UserError as error:
        st.error(error.text(), icon=":material/error:")
        return None
    return page


def prepare(visit: Visit, held: Sequence[Snapshot]) -> None:
    """The form that freezes the newest data under a name."""
    words, desk = visit.words, visit.desk
    usual = meeting.usual_wish(desk, held, settings().today)
    if usual is None:
        st.info(words("kosong.tanpa_kasus"), icon=":material/inbox:")
        return
    months = (desk.cube.span or usual.window).months()[::-1]
    others = (None, *(one.number for one in reversed(held)))
    names = {one.number: meeting.snapshot_name(one) for one in held}
    with st.form(state.round_key("siapkan"), border=True):
        left, right = st.columns(2, gap="medium")
        name = left.text_input(words("rakor.nama"), usual.name, max_chars=LONGEST_NAME)
        day = right.date_input(words("rakor.hari"), usual.day, format="DD/MM/YYYY")
        first = left.selectbox(words("saring.dari"), months, months.index(usual.window.first), format_func=words.month)
        last = right.selectbox(words("saring.sampai"), months, months.index(usual.window.last), format_func=words.month)
        area = left.selectbox(words("saring.wilayah"), areas.all_codes(), format_func=areas.label)
        part = right.selectbox(words("saring.kelompok"), slice_codes(), format_func=lambda code: slice_name(words, code))
        before = left.selectbox(
            words("rakor.pembanding"),
            others,
            others.index(usual.previous),
            format_func=lambda number: names.get(number, words("rakor.tanpa_pembanding")),
        )
        pressed = st.form_submit_button(words("rakor.siapkan"), type="primary", icon=":material/ac_unit:")
    if not pressed:
        return
    if fault := meeting.crossed(words, Window(first, last)):
        st.error(fault, icon=":material/error:")
        return
    wish = Wish(name, day, Window(first, last), area, part, before)
    _done(
        words,
        "siapkan",
        lambda user: freeze(Store(settings()), settings(), wish, user),
        lambda made: words("rakor.disiapkan", nama=made.name, kode=made.code, versi=made.version),
    )


def choose(visit: Visit, held: Sequence[Snapshot]) -> Snapshot:
    """The meeting the page is about: the newest unless another was chosen; kept in the address."""
    codes = {one.code: one for one in reversed(held)}
    chosen = state.pick(
        visit.words("rakor.pilih"),
        tuple(codes),
        lambda code: meeting.snapshot_name(codes[code]),
        "rakor",
        icon=":material/groups:",
    )
    return codes[chosen]


def named(held: Sequence[Snapshot]) -> Snapshot:
    """The meeting the address names; the newest where it names none."""
    asked = state.meeting()
    return next((one for one in held if asked.casefold() in (one.code.casefold(), one.name.casefold())), held[-1])


def take_along(visit: Visit, frozen: Snapshot) -> None:
    """The way to the stage, and the files of the meeting, each made when it is asked for."""
    words = visit.words
    st.html(f'<p class="bagan-judul">{words("rakor.bawa")}</p><p class="bagan-cara">{words("rakor.bawa_cara")}</p>')
    st.button(
        words("paparan.buka"),
        type="primary",
        icon=":material/slideshow:",
        key="buka_paparan",
        on_click=state.enter_stage,
        args=(frozen.code,),
    )
    names = meeting.file_names(frozen)
    for suffix, icon in _FILES.items():
        make = partial(_file, visit.reader, frozen, suffix)
        guard.download(words(f"rakor.unduh_{suffix}"), make, names[suffix], suffix, icon=icon, width="stretch")


_FILES = {"pptx": ":material/slideshow:", "pdf": ":material/picture_as_pdf:", "xlsx": ":material/table_view:"}


def _file(reader: cache.Reader, frozen: Snapshot, suffix: str) -> bytes:
    """The file as it may leave the office."""
    deck, words = cache.deck(reader, frozen, "ekspor"), Words(reader.language)
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"rakor.{suffix}"
        WRITERS[out.suffix](deck, out, link=partial(codes.link, config=settings()), words=words)
        return out.read_bytes()


def sheets_of(visit: Visit, frozen: Snapshot) -> None:
    """The sheets of all areas of a level: made with a bar that shows how far it is, then taken along."""
    words = visit.words
    levels = [level for level in LEVELS if areas.LEVELS.index(level) > areas.LEVELS.index(areas.level_of(frozen.area))]
    if not levels:
        return
    left, right = st.columns([1, 1], gap="small", vertical_alignment="bottom")
    level = left.selectbox(words("rakor.lembar"), levels, format_func=lambda one: words(f"rakor.lembar_{one}"))
    if right.button(words("rakor.buat_lembar"), icon=":material/library_books:", key="buat_lembar", width="stretch"):
        bar = st.progress(0.0, words("rakor.membuat_lembar"))
        with TemporaryDirectory() as folder:
            out = Path(folder) / "lembar.zip"
            asked = cache.frozen(visit.reader, frozen.number, "ekspor")
            told = partial(_told, bar, words)
            sheets.write(asked, level, out, told, partial(codes.link, config=settings()))
            state.keep_file(out.read_bytes())
        bar.empty()
    if made := state.kept_file():
        name = meeting.file_names(frozen)["zip"]
        guard.download(words("rakor.unduh_zip"), made, name, "zip", icon=":material/folder_zip:", width="stretch")


def _told(bar: DeltaGenerator, words: Words, done: int, count: int) -> None:
    bar.progress(done / count, words("rakor.lembar_ke", ke=done, dari=count))


def since_last(visit: Visit, frozen: Snapshot) -> None:
    """What moved one figure of one area since the meeting before, both as they are chosen."""
    words = visit.words
    blocks.heading(words("sejak_hal.judul"))
    if frozen.previous is None:
        blocks.remark(words("sejak_hal.tanpa"))
        return
    left, right = st.columns(2, gap="small")
    with left:
        code = state.pick(words("sejak_hal.angka"), since.codes(), since.name, "angka")
    with right:
        area = state.pick(words("sejak_hal.wilayah"), since.places(frozen), areas.label, "tempat")
    with st.spinner(words("sejak_hal.menghitung"), show_time=True):
        page = cache.since(visit.reader, frozen, code, area)
    if page.chart is None:
        blocks.passage(page.slide.title, " ".join(page.slide.bullets))
        return
    blocks.chart(words, page.chart)


def take_off(visit: Visit, frozen: Snapshot) -> None:
    """Withdraws a meeting from the list once the box is ticked; it can be brought back."""
    words = visit.words
    with st.expander(words("rakor.tarik_judul"), icon=":material/visibility_off:"):
        if actions.confirmed(words("rakor.tarik_setuju", nama=frozen.name), words("rakor.tarik"), "tarik", frozen.number):
            _done(
                words,
                "tarik",
                lambda user: withdraw(Store(settings()), frozen.number, user),
                lambda made: words("rakor.ditarik", nama=made.name, kode=made.code),
            )


def bring_back(visit: Visit, withdrawn: Sequence[Snapshot]) -> None:
    """Brings a withdrawn meeting back."""
    words = visit.words
    if not withdrawn:
        return
    with st.expander(words("rakor.pulihkan_judul", jumlah=len(withdrawn)), icon=":material/restore:"):
        codes = {one.code: one for one in withdrawn}
        code = st.selectbox(words("rakor.pilih"), tuple(codes), format_func=lambda code: meeting.snapshot_name(codes[code]))
        if st.button(words("rakor.pulihkan"), icon=":material/restore:", key="pulihkan"):
            _done(
                words,
                "tarik",
                lambda user: restore(Store(settings()), codes[code].number, user),
                lambda made: words("rakor.dipulihkan", nama=made.name, kode=made.code),
            )


def plan(visit: Visit, frozen: Snapshot) -> None:
    """The items of the agenda: their order, which are shown, what the presenter notes."""
    words = visit.words
    table = meeting.plan_table(words, frozen.plan)
    columns = {
        meeting.PLACE: st.column_config.NumberColumn(words("rakor.urutan"), min_value=1, max_value=99, step=1, width="small"),
        meeting.SHOWN: st.column_config.CheckboxColumn(words("rakor.tampil"), width="small"),
        meeting.ITEM: st.column_config.TextColumn(words("rakor.butir"), disabled=True),
        meeting.NOTE: st.column_config.TextColumn(words("rakor.catatan"), max_chars=meeting.LONGEST_NOTE, width="large"),
    }
    edited = st.data_editor(
        table,
        column_config=columns,
        hide_index=True,
        num_rows="fixed",
        width="stretch",
        height="content",
        key=state.round_key(f"susunan_{frozen.number}"),
        alt=words("rakor.susunan"),
    )
    if st.button(words("rakor.simpan_susunan"), icon=":material/save:", key="simpan_susunan", disabled=edited.equals(table)):
        _done(
            words,
            "susun",
            lambda user: arrange(Store(settings()), frozen.number, meeting.plan_of(edited), user),
            lambda made: words("rakor.susunan_disimpan", nama=made.name),
        )


def _done(words: Words, action: str, act: Callable[[str], Snapshot], said: Callable[[Snapshot], str]) -> None:
    """Does it and starts the page over with what came of it; says why where it may not or cannot be done."""
    made = guard.written(words, action, act)
    if made is None:
        return
    state.offer("rakor", made.code)
    state.finish(said(made))
    st.rerun()
