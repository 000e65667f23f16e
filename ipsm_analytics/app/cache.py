"""The only caches: keyed by data version and frozen questions, never by a frame."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.facts import load
from ipsm_analytics.answers.waits import Event
from ipsm_analytics.audit import Chain, events, verify
from ipsm_analytics.casework.overdue import longest_open
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Window
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.export.templates import template
from ipsm_analytics.history import imports
from ipsm_analytics.linking.pairs import LOWEST, candidates
from ipsm_analytics.linking.review import Review, review
from ipsm_analytics.materials import letters
from ipsm_analytics.opendata import OpenData, Period, files, published
from ipsm_analytics.privacy import PURPOSES, Purpose, Role, policy, row_areas
from ipsm_analytics.quarantine import waiting
from ipsm_analytics.rakor.decisions import decisions, stamp
from ipsm_analytics.rakor.movement import Movement, movement
from ipsm_analytics.rakor.passport import Passport, decode
from ipsm_analytics.rakor.snapshot import LIVE, Snapshot, facts_of, live, numbered, settings_of, snapshots
from ipsm_analytics.reference import boundaries, population
from ipsm_analytics.schema import JOURNALS, MEETINGS
from ipsm_analytics.store import Store, Version
from ipsm_analytics.views import atlas, coverage, maps, overview, problems, profile, quality, response, spread, trends
from ipsm_analytics.views.agenda.area import area_slide as make_area_slide
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Asking, Deck, Slide, asking
from ipsm_analytics.views.agenda.since import Since
from ipsm_analytics.views.agenda.whole import whole
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.decisions import Board
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.passport import PassportPage
from ipsm_analytics.views.transparency import Transparency


@st.cache_resource(max_entries=2, show_spinner=False)
def _facts(store_path: str, version: int) -> Facts:
    """The counts of a data version; the only place where rows are read for the pages about them."""
    store = Store(settings())
    return load(store, store.version(version), settings())


@dataclass(frozen=True)
class Reader:
    """Who looks, in which language, and whether on a phone; part of every key, so that no reader meets what another may see.

    Attributes:
        kecamatan: codes a korcam is in charge of.
    """

    role: Role
    language: str
    narrow: bool
    kecamatan: tuple[str, ...] = ()


def desk(reader: Reader) -> Desk:
    """The newest data as this reader may see them."""
    return _desk(*_data(), reader)


def _data() -> tuple[str, int]:
    """The part every key shares: which store, which version of it."""
    return str(settings().store), Store(settings()).latest_number()


@st.cache_resource(max_entries=12, show_spinner=False)
def _desk(store_path: str, version: int, reader: Reader) -> Desk:
    config = settings()
    return Desk(
        _facts(store_path, version),
        policy(reader.role, "layar", config.small_cell),
        policy(reader.role, "ekspor", config.small_cell),
        Words(reader.language),
        config.settle_days,
        reader.narrow,
    )


@st.cache_resource(max_entries=3, show_spinner=False)
def _frozen_facts(store_path: str, number: int) -> Facts:
    """The counts of a snapshot; those of its data version where nothing else was frozen differently."""
    store, config = Store(settings()), settings()
    frozen = numbered(store, number)
    if settings_of(frozen, config) == config and frozen.people == population.by_kelurahan():
        return _facts(store_path, frozen.version)
    return facts_of(store, frozen, config)


def meetings() -> tuple[list[Snapshot], list[Snapshot]]:
    """Meetings that were prepared, the oldest first, and those withdrawn since; read anew each time, for they are few."""
    store = Store(settings())
    return snapshots(store), [one for one in snapshots(store, withdrawn=True) if one.withdrawn]


def frozen(reader: Reader, number: int, purpose: Purpose = "layar") -> Asking:
    """A snapshot as this reader may see it; raises UserError where there is none of that number."""
    held = numbered(Store(settings()), number)
    return asking(_frozen_facts(_data()[0], number), held, Words(reader.language), reader.role, purpose)


def deck(reader: Reader, held: Snapshot, purpose: Purpose = "layar") -> Deck:
    """The slides of a meeting; made anew when its plan or a decision changed."""
    return _deck(_data()[0], held.number, _journal_stamp(), reader, purpose)


@st.cache_resource(max_entries=12, show_spinner=False)
def _deck(store_path: str, number: int, stamp: tuple[int, ...], reader: Reader, purpose: Purpose) -> Deck:
    now, held = frozen(reader, number, purpose), decisions(Store(settings()))
    return whole(now, comparison(reader, now, purpose), held, partial(frozen, reader, purpose=purpose))


def area_slide(reader: Reader, held: Snapshot, area: str) -> Slide:
    """One slide about any area, as the meeting's data have it."""
    return _area_slide(_data()[0], held.number, reader, area)


@st.cache_resource(max_entries=64, show_spinner=False)
def _area_slide(store_path: str, number: int, reader: Reader, area: str) -> Slide:
    return make_area_slide(frozen(reader, number), area)


def _journal_stamp() -> tuple[int, ...]:
    """How often each journal of the meetings was written to."""
    store = Store(settings())
    return tuple(store.journal_number(name) for name in MEETINGS)


def comparison(reader: Reader, now: Asking, purpose: Purpose = "layar") -> Comparison | None:
    """A snapshot beside the one before it; None where there is none. Takes a second or two the first time."""
    after = now.frozen
    if after.previous is None:
        return None
    key = (_data()[0], after.previous, after.number, after.version, after.window, after.today)
    return Comparison(frozen(reader, after.previous, purpose), now, _movement(*key, after))


def since(reader: Reader, held: Snapshot, code: str, area: str) -> Since:
    """How one figure of one area moved since the meeting before; raises UserError for a meeting without one."""
    screen, leaving = (comparison(reader, frozen(reader, held.number, purpose), purpose) for purpose in PURPOSES)
    if screen is None or leaving is None:
        raise UserError("Rakor ini tidak dibandingkan dengan rakor lain.", found=held.code, action="pilih rakor lain")
    return Since(screen, leaving, code, area, reader.narrow)


@st.cache_resource(max_entries=3, show_spinner=False)
def _movement(store_path: str, before: int, after: int, version: int, window: Window, today: date, _after: Snapshot) -> Movement:
    """The way from one snapshot to another; what was not frozen is known by version, period and day."""
    store = Store(settings())
    return movement(store, numbered(store, before), _after)


def passport_page(reader: Reader, code: str) -> PassportPage:
    """The number behind a code; raises UserError for a code that is none or whose data this store does not hold."""
    passport = decode(code)
    asked = _asked(reader, passport, code)
    if passport.kind == "nilai":
        return PassportPage(asked, passport, published_figures())
    compared = comparison(reader, asked)
    if compared is None:
        found = f"{asked.frozen.code} tanpa rakor pembanding"
        raise UserError("Bagian perubahan ini tidak dapat dihitung.", found=found, action="periksa kodenya")
    return PassportPage(asked, passport, published_figures(), compared)


def _asked(reader: Reader, passport: Passport, code: str) -> Asking:
    """The data a passport names."""
    if passport.snapshot != LIVE:
        return frozen(reader, passport.snapshot)
    store, config = Store(settings()), settings()
    window = passport.question.window
    if window is None:
        raise InternalError(f"a passport without a period: {code}")
    held = replace(live(store, config, window), version=store.version(passport.version).number)
    facts = _facts(_data()[0], passport.version)
    return asking(facts, held, Words(reader.language), reader.role, "layar")


def decisions_page(reader: Reader) -> Board:
    """Keputusan: what was decided, and what came of it by the newest data; raises UserError where there are none."""
    return _decisions(*_data(), reader, stamp(Store(settings())), settings().today)


@st.cache_resource(max_entries=8, show_spinner=False)
def _decisions(store_path: str, version: int, reader: Reader, written: tuple[int, int], today: date) -> Board:
    store, config, facts = Store(settings()), settings(), _facts(store_path, version)
    if facts.span is None:
        raise InternalError("decisions are judged by data, and there are none")
    now, words = live(store, config, facts.span), Words(reader.language)
    screen, leaving = (asking(facts, now, words, reader.role, purpose) for purpose in PURPOSES)
    past, past_leaving = (partial(frozen, reader, purpose=purpose) for purpose in PURPOSES)
    return Board(screen, leaving, past, past_leaving, tuple(decisions(store)))


def overview_page(reader: Reader, scope: Scope) -> overview.Overview:
    """Ringkasan for a scope."""
    return _overview(*_data(), reader, scope)


@st.cache_resource(max_entries=256, show_spinner=False)
def _overview(store_path: str, version: int, reader: Reader, scope: Scope) -> overview.Overview:
    return overview.overview(_desk(store_path, version, reader), scope)


def trends_page(reader: Reader, scope: Scope, indicator: str) -> trends.Trends:
    """Tren for a scope and measure."""
    return _trends(*_data(), reader, scope, indicator)


@st.cache_resource(max_entries=256, show_spinner=False)
def _trends(store_path: str, version: int, reader: Reader, scope: Scope, indicator: str) -> trends.Trends:
    return trends.trends(_desk(store_path, version, reader), scope, indicator)


def problems_page(reader: Reader, scope: Scope) -> problems.Problems:
    """Kategori for a scope."""
    return _problems(*_data(), reader, scope)


@st.cache_resource(max_entries=256, show_spinner=False)
def _problems(store_path: str, version: int, reader: Reader, scope: Scope) -> problems.Problems:
    return problems.Problems(_desk(store_path, version, reader), scope)


def profile_page(reader: Reader, scope: Scope) -> profile.Profile:
    """Profil wilayah for a scope; seconds where the registers have not been compared yet."""
    return _profile(*_data(), reader, scope, settings().today)


@st.cache_resource(max_entries=256, show_spinner=False)
def _profile(store_path: str, version: int, reader: Reader, scope: Scope, today: date) -> profile.Profile:
    return profile.Profile(_desk(store_path, version, reader), scope).finish()


def quality_page(reader: Reader, scope: Scope, measure: str) -> quality.QualityPage:
    """Mutu data for a scope and measure; what is due depends on the day."""
    return _quality_page(*_data(), reader, scope, measure, settings().today)


@st.cache_resource(max_entries=256, show_spinner=False)
def _quality_page(store_path: str, version: int, reader: Reader, scope: Scope, measure: str, today: date) -> quality.QualityPage:
    facts = _facts(store_path, version)
    return quality.QualityPage(_desk(store_path, version, reader), facts.quality, today, scope, measure)


def response_page(reader: Reader, scope: Scope, event: Event) -> response.Response:
    """Respons & sasaran for a scope and what is waited for; rows only reach a reader whose role may see them."""
    return _response(*_data(), reader, scope, event)


@st.cache_resource(max_entries=64, show_spinner=False)
def _response(store_path: str, version: int, reader: Reader, scope: Scope, event: Event) -> response.Response:
    seen, store = _desk(store_path, version, reader), Store(settings())

    def rows() -> pd.DataFrame:
        cutoff = seen.cube.cutoff or date.min
        own = row_areas(reader.role, reader.kecamatan)
        return longest_open(store, store.version(version), scope.area, scope.slice, scope.window, cutoff, own)

    return response.Response(seen, scope, event, reader.role, rows, reader.kecamatan)


def coverage_page(reader: Reader, scope: Scope) -> coverage.Coverage:
    """Cakupan & jangkauan for a scope, its slow parts made; what is due depends on the day."""
    return _coverage(*_data(), reader, scope, settings().today)


@st.cache_resource(max_entries=64, show_spinner=False)
def _coverage(store_path: str, version: int, reader: Reader, scope: Scope, today: date) -> coverage.Coverage:
    return coverage.Coverage(_desk(store_path, version, reader), scope).prepared()


def spread_page(reader: Reader, scope: Scope) -> spread.Apart:
    """Funnel and inequality of the city's kelurahan for a slice and period."""
    return _spread(*_data(), reader, scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _spread(store_path: str, version: int, reader: Reader, scope: Scope) -> spread.Apart:
    return spread.Apart(_desk(store_path, version, reader), scope)


def map_views(reader: Reader, scopes: tuple[Scope, ...], options: atlas.MapOptions) -> tuple[atlas.MapView, ...]:
    """Maps for scopes; the geometry they point to is on disk afterwards."""
    stamp = boundaries.stamp()
    publish_geometry(stamp)
    with st.spinner(Words(reader.language)("tampilan_peta.menghitung"), show_time=True):
        return _maps(*_data(), reader, scopes, options, stamp)


@st.cache_resource(max_entries=256, show_spinner=False)
def _maps(
    store_path: str, version: int, reader: Reader, scopes: tuple[Scope, ...], options: atlas.MapOptions, stamp: tuple[str, int]
) -> tuple[atlas.MapView, ...]:
    return atlas.atlas(_desk(store_path, version, reader), scopes, options)


def area_panel(reader: Reader, scope: Scope, code: str) -> atlas.AreaPanel:
    """Figures of one area."""
    return _panel(*_data(), reader, scope, code)


@st.cache_resource(max_entries=256, show_spinner=False)
def _panel(store_path: str, version: int, reader: Reader, scope: Scope, code: str) -> atlas.AreaPanel:
    return atlas.panel(_desk(store_path, version, reader), scope, code)


def open_data() -> OpenData:
    """What is published of the newest data; what is due depends on the day."""
    return _open_data(*_data(), settings().small_cell, settings().today)


@st.cache_resource(max_entries=2, show_spinner=False)
def _open_data(store_path: str, version: int, small_cell: int, today: date) -> OpenData:
    return published(_facts(store_path, version), small_cell)


def open_file(code: str, form: str, filters: tuple[tuple[str, str], ...]) -> bytes:
    """A data set as 'json' or 'csv' with filters, or its 'metadata'; asked for by several at once it is made once."""
    return _open_file(*_data(), settings().small_cell, settings().today, code, form, filters)


@st.cache_resource(max_entries=1024, show_spinner=False)
def _open_file(
    store_path: str, version: int, small_cell: int, today: date, code: str, form: str, filters: tuple[tuple[str, str], ...]
) -> bytes:
    data = _open_data(store_path, version, small_cell, today)
    if form == "metadata":
        return files.metadata_file(data, code)
    return (files.csv_file if form == "csv" else files.json_file)(data, code, dict(filters))


def open_listing() -> bytes:
    """All data sets with their addresses, as JSON."""
    return files.listing(open_data())


def open_archive() -> bytes:
    """Everything that is published, as ZIP."""
    return _open_archive(*_data(), settings().small_cell, settings().today)


@st.cache_resource(max_entries=2, show_spinner=False)
def _open_archive(store_path: str, version: int, small_cell: int, today: date) -> bytes:
    return files.archive(_open_data(store_path, version, small_cell, today))


def public(reader: Reader) -> Reader:
    """The same reader as one of the public, of whom nothing but language and screen is known."""
    return Reader("publik", reader.language, reader.narrow)


def transparency_page(reader: Reader, period: Period) -> Transparency:
    """Transparansi for a period; the desk of the public whoever looks."""
    return Transparency(desk(public(reader)), open_data(), period)


def published_figures() -> pd.DataFrame:
    """All published figures of the newest version."""
    return _published(*_data())


@st.cache_resource(max_entries=4, show_spinner=False)
def _published(store_path: str, version: int) -> pd.DataFrame:
    store = Store(settings())
    figures: pd.DataFrame = store.read("angka_terbit", store.version(version)).to_pandas()
    return figures


def waiting_rows() -> pd.DataFrame:
    """Refused rows that wait in the newest version; nothing of their content."""
    return _waiting(*_data())


@st.cache_resource(max_entries=2, show_spinner=False)
def _waiting(store_path: str, version: int) -> pd.DataFrame:
    return waiting(settings())


def pair_review() -> Review:
    """The work on pairs of persons in the newest version; seconds where the cases are new."""
    return _review(*_data())


@st.cache_resource(max_entries=2, show_spinner=False)
def _review(store_path: str, version: int) -> Review:
    store = Store(settings())
    state = store.version(version)
    return review(store, state, _candidates(store_path, state.tables.get("kasus"), state))


@st.cache_resource(max_entries=2, show_spinner=False)
def _candidates(store_path: str, cases_version: int | None, _version: Version) -> pd.DataFrame:
    """Pairs rest on the cases alone: a decision makes a new data version, but no new pairs."""
    return candidates(Store(settings()), _version, LOWEST)


def import_history() -> pd.DataFrame:
    """All imports up to the newest version."""
    return _history(*_data())


@st.cache_resource(max_entries=2, show_spinner=False)
def _history(store_path: str, version: int) -> pd.DataFrame:
    return imports(Store(settings()))


def audit_trail(words: Words) -> tuple[pd.DataFrame, Chain]:
    """Everything that was noted, and whether the trail is whole; read anew at least once a minute."""
    store = Store(settings())
    with st.spinner(words("audit_hal.memeriksa"), show_time=True):
        return _audit_trail(*_data(), tuple(store.journal_number(name) for name in JOURNALS))


@st.cache_resource(max_entries=2, ttl=60, show_spinner=False)
def _audit_trail(store_path: str, version: int, written: tuple[int, ...]) -> tuple[pd.DataFrame, Chain]:
    store = Store(settings())
    return events(store), verify(store)


@st.cache_resource(max_entries=4, show_spinner=False)
def template_file(kind: str) -> bytes:
    """A template to fill in, as XLSX."""
    return template(kind)


@st.cache_resource(max_entries=4, show_spinner=False)
def publish_geometry(stamp: tuple[str, int]) -> None:
    """Writes the shapes the maps load by address; names follow content, so an older file is never wrong."""
    folder = settings().static / "geo"
    folder.mkdir(parents=True, exist_ok=True)
    for layout in maps.LAYOUTS:
        shapes = maps.geometry(layout)
        for layer, text in shapes.features.items():
            _write_once(folder / shapes.file_name(layer), text.encode())


@st.cache_resource(max_entries=1, show_spinner=False)
def publish_fonts() -> None:
    """Writes the letters that slides are measured in where the browser loads them."""
    folder = settings().static / "huruf"
    folder.mkdir(parents=True, exist_ok=True)
    for path in letters.FONTS.glob("*.ttf"):
        _write_once(folder / path.name, path.read_bytes())


def _write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
