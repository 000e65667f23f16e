"""The only caches: keyed by data version and frozen questions, never by a frame."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import streamlit as st

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Cube, load
from ipsm_analytics.privacy import Role, policy
from ipsm_analytics.reference import boundaries
from ipsm_analytics.store import Store
from ipsm_analytics.views import atlas, maps, overview, trends
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.i18n import Words


@st.cache_resource(max_entries=4, show_spinner=False)
def cube(store_path: str, version: int) -> Cube:
    """The cube of a data version."""
    store = Store(settings())
    return load(store, store.version(version))


def desk(role: Role, language: str) -> Desk:
    """The newest data as this role may see them."""
    config = settings()
    return _desk(str(config.store), Store(config).latest_number(), role, language)


@st.cache_resource(max_entries=32, show_spinner=False)
def _desk(store_path: str, version: int, role: Role, language: str) -> Desk:
    config = settings()
    return Desk(
        cube(store_path, version),
        policy(role, "layar", config.small_cell),
        policy(role, "ekspor", config.small_cell),
        Words(language),
        config.settle_days,
    )


def overview_page(role: Role, language: str, scope: Scope) -> overview.Overview:
    """Ringkasan for a scope."""
    return _overview(str(settings().store), Store(settings()).latest_number(), role, language, scope)


@st.cache_resource(max_entries=256, show_spinner=False)
def _overview(store_path: str, version: int, role: Role, language: str, scope: Scope) -> overview.Overview:
    return overview.overview(_desk(store_path, version, role, language), scope)


def trends_page(role: Role, language: str, scope: Scope, indicator: str) -> trends.Trends:
    """Tren for a scope and measure."""
    return _trends(str(settings().store), Store(settings()).latest_number(), role, language, scope, indicator)


@st.cache_resource(max_entries=256, show_spinner=False)
def _trends(store_path: str, version: int, role: Role, language: str, scope: Scope, indicator: str) -> trends.Trends:
    return trends.trends(_desk(store_path, version, role, language), scope, indicator)


def map_views(role: Role, language: str, scopes: tuple[Scope, ...], options: atlas.MapOptions, chosen: str | None) -> tuple[atlas.MapView, ...]:
    """Maps for scopes; the geometry they point to is on disk afterwards."""
    stamp = boundaries.stamp()
    publish_geometry(stamp)
    return _maps(str(settings().store), Store(settings()).latest_number(), role, language, scopes, options, chosen, stamp)


@st.cache_resource(max_entries=256, show_spinner=False)
def _maps(
    store_path: str, version: int, role: Role, language: str, scopes: tuple[Scope, ...], options: atlas.MapOptions, chosen: str | None, stamp: tuple[str, int]
) -> tuple[atlas.MapView, ...]:
    return atlas.atlas(_desk(store_path, version, role, language), scopes, options, chosen)


def area_panel(role: Role, language: str, scope: Scope, code: str) -> atlas.AreaPanel:
    """Figures of one area."""
    return _panel(str(settings().store), Store(settings()).latest_number(), role, language, scope, code)


@st.cache_resource(max_entries=256, show_spinner=False)
def _panel(store_path: str, version: int, role: Role, language: str, scope: Scope, code: str) -> atlas.AreaPanel:
    return atlas.panel(_desk(store_path, version, role, language), scope, code)


def published_figures() -> pd.DataFrame:
    """All published figures of the newest version."""
    return _published(str(settings().store), Store(settings()).latest_number())


@st.cache_resource(max_entries=4, show_spinner=False)
def _published(store_path: str, version: int) -> pd.DataFrame:
    store = Store(settings())
    return store.read("angka_terbit", store.version(version)).to_pandas()


@st.cache_resource(max_entries=4, show_spinner=False)
def publish_geometry(stamp: tuple[str, int]) -> None:
    """Writes the shapes the maps load by address; names follow content, so an older file is never wrong."""
    folder = settings().static / "geo"
    folder.mkdir(parents=True, exist_ok=True)
    for layout in ("geografis", "heksagon"):
        shapes = maps.geometry(layout)
        for layer, text in shapes.features.items():
            _write_once(folder / shapes.file_name(layer), text)


def _write_once(path: Path, text: str) -> None:
    if path.exists():
        return
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
