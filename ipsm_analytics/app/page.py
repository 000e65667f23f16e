"""The registry of pages, the guard every page calls first, and the frame around it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ipsm_analytics.access import Reason, Viewer
from ipsm_analytics.app import auth, cache, drawn, sheet, state, trail, visitor
from ipsm_analytics.config import ROOT
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES, Role, may_write
from ipsm_analytics.reference.areas import CITY
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.views import style
from ipsm_analytics.views.atlas import default_window
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import completeness_note

ICON = ROOT / "static" / "ikon.png"
"""A file of ours: a named icon would be fetched from the internet."""
INSIDE: tuple[Role, ...] = ("pimpinan", "korcam", "operator")
"""Roles that see case figures, of the whole city."""
DATA_DESK: tuple[Role, ...] = ("operator",)
AUDITORS: tuple[Role, ...] = ("auditor",)


@dataclass(frozen=True)
class Page:
    """One page: its file and address, the section it stands in, who may open it, whether it looks at cases.

    `alone`: where nobody signs in, whoever works at this machine may open it too, for there is nobody else.
    """

    key: str
    section: str
    icon: str
    roles: tuple[Role, ...]
    cases: bool
    alone: bool = False

    def admits(self, role: Role, *, signed_in: bool) -> bool:
        """Whether a role may open it."""
        return role in self.roles or (self.alone and role == "operator" and not signed_in)


PAGES = (
    Page("ringkasan", "pimpinan", ":material/space_dashboard:", INSIDE, cases=True),
    Page("peta", "pimpinan", ":material/map:", INSIDE, cases=True),
    Page("tren", "pimpinan", ":material/trending_up:", INSIDE, cases=True),
    Page("kategori", "pimpinan", ":material/category:", INSIDE, cases=True),
    Page("profil", "pimpinan", ":material/article:", INSIDE, cases=True),
    Page("cakupan", "kinerja", ":material/diversity_3:", INSIDE, cases=True),
    Page("respons", "kinerja", ":material/timer:", INSIDE, cases=True),
    Page("rakor", "rakor", ":material/groups:", INSIDE, cases=False),
    Page("keputusan", "rakor", ":material/gavel:", INSIDE, cases=False),
    Page("unggah", "data", ":material/upload_file:", DATA_DESK, cases=False),
    Page("karantina", "data", ":material/rule:", DATA_DESK, cases=False),
    Page("padanan", "data", ":material/join_inner:", DATA_DESK, cases=False),
    Page("riwayat", "data", ":material/history:", DATA_DESK, cases=False),
    Page("templat", "data", ":material/table_view:", DATA_DESK, cases=False),
    Page("mutu", "data", ":material/fact_check:", INSIDE, cases=True),
    Page("audit", "data", ":material/policy:", AUDITORS, cases=False, alone=True),
    Page("transparansi", "publik", ":material/public:", ROLES, cases=False),
    Page("terbit", "rujukan", ":material/newspaper:", ROLES, cases=False),
    Page("kamus", "rujukan", ":material/menu_book:", ROLES, cases=False),
    Page("paspor", "rujukan", ":material/qr_code_2:", INSIDE, cases=False),
)


@dataclass(frozen=True)
class Visit:
    """An opened page: who looks, and at which data."""

    reader: cache.Reader
    desk: Desk

    @property
    def words(self) -> Words:
        """Words of the reader's language."""
        return self.desk.words

    @property
    def prepares(self) -> bool:
        """Whether this reader may prepare meetings and write down decisions."""
        return may_write(self.reader.role)

    @property
    def scope(self) -> Scope:
        """What the filters above the page say."""
        return state.current_scope()


def navigate() -> None:
    """Builds the navigation, draws the frame and runs the page the address asks for; the body of dashboard.py.

    The filters belong to the frame, not to a page, so they stay in the address from page to page.
    """
    with st.sidebar:
        words = Words(state.language())
    who = auth.viewer()
    visitor.note(who)
    entries, current = _build_navigation(words, who)
    page = next((page for page, entry in entries.items() if entry == current), None)
    visitor.identify(words, who)
    if page is not None:
        if page.admits(who.role, signed_in=who.signed_in):
            _frame(page, who)
            visitor.remark(words, who)
        else:
            _head(words(f"halaman.{page.key}"), None)
    current.run()


def open_page(key: str) -> Visit:
    """Guards the page; the first call of every page script.

    A deep link on a fresh server runs a page without dashboard.py: then the navigation is built and the
    run starts over, so nothing of the page is shown unguarded or bare. No widget is drawn before that: it
    would lose its tie to the address.
    """
    page = next(page for page in PAGES if page.key == key)
    who = auth.viewer()
    if not state.navigated():
        _build_navigation(Words(), who)
        st.rerun()
    if not page.admits(who.role, signed_in=who.signed_in):
        trail.refused(key, "halaman" if who.reason in (Reason.GRANTED, Reason.LOCAL) else who.reason, who)
        visitor.refuse(Words(state.chosen_language()), who)
        st.stop()
    return _visit(who)


def _visit(who: Viewer) -> Visit:
    reader = cache.Reader(who.role, state.chosen_language(), state.phone(), who.kecamatan)
    return Visit(reader, cache.desk(reader))


def _build_navigation(words: Words, who: Viewer) -> tuple[dict[Page, StreamlitPage], StreamlitPage]:
    """All pages have an address; those this role may not open stand in no list and refuse by themselves."""
    state.mark_navigated()
    st.set_page_config(page_title="IPSM Analytics", page_icon=ICON, layout="wide")
    for look in (_STYLE, drawn.STYLE, sheet.STYLE, visitor.STYLE):
        st.html(look)
    entries = {
        page: st.Page(
            ROOT / _file(page),
            title=words(f"halaman.{page.key}"),
            icon=page.icon,
            url_path=page.key,
            visibility="visible" if page.admits(who.role, signed_in=who.signed_in) else "hidden",
        )
        for page in PAGES
    }
    start = st.Page(_to_first_page, title="IPSM Analytics", url_path="", default=True, visibility="hidden")
    sections: dict[str, list[StreamlitPage]] = {"": [start]}
    for page, entry in entries.items():
        sections.setdefault(words(f"bagian.{page.section}"), []).append(entry)
    return entries, st.navigation(sections, expanded=True)


def _file(page: Page) -> str:
    return f"pages/{page.key}.py"


def _to_first_page() -> None:
    """The bare address leads to the first page this reader may open, so that every page keeps an address of its own."""
    who = auth.viewer()
    address = {name: value for name, value in st.query_params.to_dict().items() if name != state.LANGUAGE}
    st.switch_page(_file(next(page for page in PAGES if page.admits(who.role, signed_in=who.signed_in))), query_params=address)


def _frame(page: Page, who: Viewer) -> None:
    """Title, state of the data and filters; stops the run with the reason where there is nothing to show."""
    words = Words(state.chosen_language())
    st.set_page_config(page_title=f"{words(f'halaman.{page.key}')} · IPSM Analytics", page_icon=ICON, layout="wide")
    try:
        with st.spinner(words("umum.menyiapkan"), show_time=True):
            desk = _visit(who).desk
    except UserError as error:
        st.error(error.text(), icon=":material/error:")
        st.stop()
    if page.section == "rakor" and state.presenting():
        return
    _head(words(f"halaman.{page.key}"), desk if page.cases or page.section in ("data", "rakor", "publik") else None)
    if not page.cases:
        return
    if not desk.cube.month_count:
        st.info(words("kosong.tanpa_kasus"), icon=":material/inbox:")
        st.stop()
    if not state.filters(desk):
        st.stop()


def _head(title: str, desk: Desk | None) -> None:
    """Page title; on pages about our own data also the sample mark and the state of the data."""
    sample = f'<span class="contoh" role="status">{SAMPLE_MARK}</span>' if desk and desk.cube.sample_cases else ""
    state_of_data = f'<span class="data">{_data_state(desk)}</span>' if desk else ""
    st.html(f'<div class="kepala"><h1>{title}</h1>{sample}{state_of_data}</div>')


def _data_state(desk: Desk) -> str:
    words, window = desk.words, default_window(desk)
    parts = [words("status_data.sampai", tanggal=words.day(desk.cube.cutoff))] if desk.cube.cutoff else []
    parts += [completeness_note(desk, Scope(CITY, ALL, window))] if window else []
    return " · ".join([*parts, f"v{desk.cube.version}"])


_STYLE = f"""<style>
.stMainBlockContainer {{padding: .6rem 1.2rem 2rem; max-width: 1900px;}}
.stMainBlockContainer > .stVerticalBlock {{gap: .6rem;}}
.stAppHeader {{background: transparent; pointer-events: none;}}
.stAppHeader button {{pointer-events: auto;}}
@media (min-width: 768px) {{.stSidebar {{width: 256px !important; min-width: 256px !important;}}}}
.kartu-baris {{display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .5rem;}}
.kartu {{border: 1px solid {style.GRID}; border-radius: .4rem; padding: .35rem .7rem; background: #fff; color: {style.TEXT};}}
.kartu .nama {{font-size: 1rem;}}
.kartu .nilai {{font-size: 1.9rem; font-weight: 650; line-height: 1.15; font-variant-numeric: tabular-nums;}}
.kartu .nilai a {{color: inherit; text-decoration: none;}}
.kartu .nilai a:hover, .kartu .nilai a:focus-visible {{text-decoration: underline;}}
.kartu .catatan, .kartu .beda {{font-size: .95rem; color: {style.MUTED};}}
.kartu img {{width: 100%; height: 26px; display: block;}}
.merek {{font-size: 1.1rem; font-weight: 700; color: {style.NAVY}; line-height: 1.2; margin: 0;}}
.merek small {{font-weight: 400; color: {style.MUTED}; font-size: .95rem;}}
.kepala {{display: flex; align-items: center; gap: .75rem; flex-wrap: wrap; padding-bottom: .25rem;
    border-bottom: 3px solid {style.NAVY};}}
.kepala h1 {{font-size: 1.6rem; margin: 0; padding: 0; color: {style.NAVY};}}
.kepala .data {{margin-left: auto; padding-right: 2rem; font-size: 1rem; color: {style.TEXT};}}
.kepala .contoh {{background: {style.AMBER}; color: {style.TEXT}; font-weight: 700; padding: .1rem .6rem; border-radius: .25rem;}}
@media (max-width: 767px) {{
    .kepala {{padding-left: 2.2rem; gap: .4rem;}}
    .kepala h1 {{font-size: 1.4rem;}}
    .kepala .contoh {{font-size: .85rem;}}
    .kepala .data {{margin-left: 0; padding-right: 0;}}
    .kepala {{padding-right: 2.6rem;}}
    table.legenda.daftar tr > *:is(th, td) {{padding-right: .35rem; font-size: .95rem;}}
    table.legenda.daftar tr > th[scope=row] {{overflow-wrap: anywhere;}}
    table.legenda.angka td:nth-child(n+3) {{white-space: normal;}}
    .stButtonGroup [role=radiogroup] {{flex-wrap: wrap !important;}}
}}
.judul {{font-size: 1.25rem; line-height: 1.35; font-weight: 600; margin: 0; color: {style.TEXT};}}
h2.sela {{font-size: 1.2rem; margin: .4rem 0 0; padding: 0; color: {style.NAVY};}}
.bagan-judul {{font-size: 1.05rem; font-weight: 650; margin: 0; color: {style.TEXT};}}
.bagan-konteks, .bagan-cara {{font-size: .95rem; margin: 0; color: {style.MUTED};}}
.legenda {{border-collapse: collapse; font-size: 1rem; width: 100%;}}
.legenda caption {{caption-side: top; text-align: left; font-weight: 650; color: {style.TEXT};}}
.legenda td {{padding: .12rem .4rem .12rem 0;}}
.legenda td:first-child {{width: 2.2rem;}}
.legenda.istilah td:first-child {{width: 12rem; vertical-align: top;}}
.legenda td:last-child {{text-align: right; font-variant-numeric: tabular-nums;}}
.legenda.angka td:first-child {{width: auto;}}
.legenda.angka td:nth-child(n+2) {{white-space: nowrap; text-align: right;}}
.legenda.istilah td:last-child {{text-align: left;}}
@media screen and (max-width: 767px) {{.legenda.istilah td, .legenda.istilah td:first-child {{display: block; width: auto;}}}}
[data-testid="stSidebarNavLink"] * {{font-weight: 400 !important;}}
.legenda.sanding th {{font-weight: 400; text-align: left; vertical-align: top; color: {style.MUTED};
    padding: .12rem .6rem .12rem 0;}}
.legenda.sanding td, .legenda.sanding td:last-child {{width: auto; vertical-align: top; text-align: left;
    white-space: pre-line; overflow-wrap: anywhere;}}
.legenda.daftar th {{font-weight: 400; padding: .15rem .6rem .15rem 0; text-align: right; vertical-align: bottom;}}
.legenda.daftar th[scope=col] {{color: {style.MUTED}; border-bottom: 1px solid {style.GRID};}}
.legenda.daftar th:first-child {{text-align: left;}}
.legenda.daftar td, .legenda.daftar td:first-child {{width: auto; text-align: right; font-variant-numeric: tabular-nums;
    padding-right: .6rem;}}
.legenda.daftar tr > :last-child {{padding-right: 0;}}
.jalur {{container-type: inline-size; color: {style.TEXT};}}
.jalur ol {{list-style: none; margin: 0; padding: 0;}}
.jalur li {{display: grid; grid-template: "nama ruang teks" / 13rem 1fr 10.5rem; align-items: center;
    margin: 0; font-size: 1rem;}}
.jalur b {{grid-area: nama; font-weight: 400;}}
.jalur li > span {{grid-area: teks; text-align: right; font-variant-numeric: tabular-nums;}}
.jalur .ruang {{grid-area: ruang; position: relative; height: 1.7rem;}}
.jalur .ruang span {{position: absolute; transform: translateX(-50%); white-space: nowrap; color: {style.MUTED};}}
.jalur.panjang li {{grid-template: "nama ruang teks" / minmax(0, 1.4fr) minmax(0, 1fr) 6rem; column-gap: .6rem;
    padding: .15rem 0;}}
.jalur.panjang b {{line-height: 1.25;}}
@container (max-width: 600px) {{
    .jalur li, .jalur.panjang li {{grid-template: "nama teks" "ruang ruang" / auto auto; margin-bottom: .25rem;}}
    .jalur .ruang {{height: 1.2rem;}}
}}
.jalur i {{position: absolute; top: 50%;}}
.jalur .batang {{left: 0; height: 1.1rem; margin-top: -.55rem; background: {style.TEAL};}}
.jalur .titik {{width: .85rem; height: .85rem; margin: -.425rem; border-radius: 50%; background: {style.NAVY};
    z-index: 1;}}
.jalur .selang {{height: 3px; margin-top: -1.5px; background: {style.NAVY}; box-shadow: 0 0 0 1px #fff;}}
.jalur .acuan {{top: 0; height: 100%; border-left: 3px dashed {style.AMBER}; margin-left: -1.5px;}}
.petak {{display: inline-block; width: 1.3rem; height: 1.1rem; border: 1px solid {style.BORDER};
    vertical-align: middle; text-align: center; line-height: 1rem;}}
.lingkar {{display: inline-block; border-radius: 50%; background: {style.TEAL}; opacity: .75; vertical-align: middle;}}
button[aria-label^="Download as CSV"] {{display: none;}}
.stFileUploader button p {{font-size: 0;}}
.stFileUploader button p::after {{font-size: 1rem;}}
.stFileUploader [data-testid=stFileUploaderDropzoneInstructions] {{display: none;}}
@media print {{.stSidebar, .stAppHeader, .stPopover, button {{display: none !important;}}}}
</style>"""
