"""The registry of pages, the guard every page calls first, and the frame around it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ipsm_analytics.app import auth, cache, state
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES, Role
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.views import style
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import completeness_note
from ipsm_analytics.views.atlas import default_window

INSIDE: tuple[Role, ...] = ("operator", "pimpinan")


@dataclass(frozen=True)
class Page:
    """One page: its file and address, the section it stands in, who may open it."""

    key: str
    section: str
    icon: str
    roles: tuple[Role, ...]
    needs_cases: bool = True


PAGES = (
    Page("ringkasan", "pimpinan", ":material/space_dashboard:", INSIDE),
    Page("peta", "pimpinan", ":material/map:", INSIDE),
    Page("tren", "pimpinan", ":material/trending_up:", INSIDE),
    Page("terbit", "rujukan", ":material/newspaper:", ROLES, needs_cases=False),
    Page("kamus", "rujukan", ":material/menu_book:", ROLES, needs_cases=False),
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


def navigate() -> None:
    """Builds the navigation and runs the page the address asks for; the body of dashboard.py."""
    _build_navigation().run()


def _build_navigation() -> st.Page:
    state.mark_navigated()
    role, words = auth.current_role(), Words(state.language())
    sections: dict[str, list[st.Page]] = {"": [st.Page(_to_first_page, title="IPSM Analytics", url_path="", default=True, visibility="hidden")]}
    for page in PAGES:
        if role in page.roles:
            entry = st.Page(_file(page), title=words(f"halaman.{page.key}"), icon=page.icon, url_path=page.key)
            sections.setdefault(words(f"bagian.{page.section}"), []).append(entry)
    return st.navigation(sections, expanded=True)


def _file(page: Page) -> str:
    return f"pages/{page.key}.py"


def _to_first_page() -> None:
    """The bare address leads to the first page this reader may open, so that every page keeps an address of its own."""
    role = auth.current_role()
    st.switch_page(_file(next(page for page in PAGES if role in page.roles)), query_params=st.query_params.to_dict())


def open_page(key: str) -> Visit:
    """Guards the page, then draws its head; the first call of every page script.

    A deep link on a fresh server runs a page without dashboard.py: then the navigation is built and the
    run starts over, so nothing of the page is shown unguarded or bare.
    """
    page = next(page for page in PAGES if page.key == key)
    role = auth.current_role()
    if role not in page.roles:
        st.error(Words()("akses.ditolak"), icon=":material/lock:")
        st.stop()
    if not state.navigated():
        _build_navigation()
        st.rerun()
    words = Words(st.query_params.get(state.LANGUAGE, "id").lower())
    st.set_page_config(page_title=f"{words(f'halaman.{key}')} · IPSM Analytics", page_icon=":material/map:", layout="wide")
    try:
        with st.spinner(words("umum.menyiapkan"), show_time=True):
            desk = cache.desk(reader := cache.Reader(role, words.language, state.phone()))
    except UserError as error:
        st.error(error.text(), icon=":material/error:")
        st.stop()
    _head(page, desk)
    if page.needs_cases and not desk.cube.month_count:
        st.info(words("kosong.tanpa_kasus"), icon=":material/inbox:")
        st.stop()
    return Visit(reader, desk)


def filters(visit: Visit) -> Scope:
    """The row of filters; stops the page with a reason while they are impossible."""
    scope = state.scope(visit.desk)
    if scope is None:
        st.stop()
    return scope


def _head(page: Page, desk: Desk) -> None:
    words = desk.words
    st.html(_STYLE)
    sample = f'<span class="contoh" role="status">{SAMPLE_MARK}</span>' if desk.cube.sample_cases else ""
    st.html(f'<div class="kepala"><h1>{words(f"halaman.{page.key}")}</h1>{sample}<span class="data">{_data_state(desk)}</span></div>')


def _data_state(desk: Desk) -> str:
    words, window = desk.words, default_window(desk)
    parts = [words("status_data.sampai", tanggal=words.day(desk.cube.cutoff))] if desk.cube.cutoff else []
    parts += [completeness_note(desk, Scope("73.71", "SEMUA", window))] if window else []
    return " · ".join([*parts, f"v{desk.cube.version}"])


_STYLE = f"""<style>
.stMainBlockContainer {{padding: .6rem 1.2rem 2rem; max-width: 1900px;}}
.stMainBlockContainer > .stVerticalBlock {{gap: .6rem;}}
.stAppHeader {{background: transparent; pointer-events: none;}}
.stAppHeader button {{pointer-events: auto;}}
@media (min-width: 768px) {{.stSidebar {{width: 215px !important; min-width: 215px !important;}}}}
.kartu-baris {{display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .5rem;}}
.kartu {{border: 1px solid {style.GRID}; border-radius: .4rem; padding: .35rem .7rem; background: #fff; color: {style.TEXT};}}
.kartu .nama {{font-size: 1rem;}}
.kartu .nilai {{font-size: 1.9rem; font-weight: 650; line-height: 1.15; font-variant-numeric: tabular-nums;}}
.kartu .catatan, .kartu .beda {{font-size: .95rem; color: {style.MUTED};}}
.kartu svg {{width: 100%; height: 26px; display: block;}}
.kartu polyline {{fill: none; stroke: {style.NAVY}; stroke-width: 2; vector-effect: non-scaling-stroke;}}
.kepala {{display: flex; align-items: center; gap: .75rem; flex-wrap: wrap; border-bottom: 3px solid {style.NAVY}; padding-bottom: .25rem;}}
.kepala h1 {{font-size: 1.6rem; margin: 0; padding: 0; color: {style.NAVY};}}
.kepala .data {{margin-left: auto; padding-right: 2rem; font-size: 1rem; color: {style.TEXT};}}
.kepala .contoh {{background: {style.AMBER}; color: {style.TEXT}; font-weight: 700; padding: .1rem .6rem; border-radius: .25rem;}}
.judul {{font-size: 1.25rem; line-height: 1.35; font-weight: 600; margin: 0; color: {style.TEXT};}}
.bagan-judul {{font-size: 1.05rem; font-weight: 650; margin: 0; color: {style.TEXT};}}
.bagan-konteks, .bagan-cara {{font-size: .95rem; margin: 0; color: {style.MUTED};}}
.legenda {{border-collapse: collapse; font-size: 1rem; width: 100%;}}
.legenda td {{padding: .12rem .4rem .12rem 0;}}
.legenda td:last-child {{text-align: right; font-variant-numeric: tabular-nums;}}
.petak {{display: inline-block; width: 1.3rem; height: 1.1rem; border: 1px solid {style.BORDER}; vertical-align: middle; text-align: center; line-height: 1rem;}}
.lingkar {{display: inline-block; border-radius: 50%; background: {style.TEAL}; opacity: .75; vertical-align: middle;}}
@media print {{.stSidebar, .stAppHeader, .stPopover, button {{display: none !important;}}}}
</style>"""
