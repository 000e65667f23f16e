"""The two meetings of the sample: what was frozen and decided before its last month came in, and what came of it."""

from __future__ import annotations

from datetime import timedelta

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.decisions import Direction, Draft, add
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, freeze, snapshots
from ipsm_analytics.store import Store
from ipsm_analytics.views.i18n import Words

USER = "contoh"
DUE_DAYS, LATE_DAYS = 90, 30
_WORK: tuple[tuple[str, bool, str, Direction, str], ...] = (
    (
        "K03",
        False,
        "DINSOS-LINJAMSOS",
        "turun",
        "Kunjungan bersama PSM dan TKSK ke kelurahan dengan laju tertinggi, dua kali sebulan.",
    ),
    ("S01", True, "DINSOS-REHSOS", "naik", "Satu petugas piket per hari untuk menindak laporan PSM dalam 2×24 jam."),
    ("R01", True, "DINSOS-DAYASOS", "naik", "Korcam menghubungi kelurahan yang belum melapor sebelum tanggal 5."),
)
"""Indicator, whether its lowest value is the worst, office, where it should go, and what is to be done."""


def first(settings: Settings) -> None:
    """Freezes the first meeting, with decisions on the worst kecamatan; does nothing where a meeting was kept before."""
    store = Store(settings)
    if not store.latest_number() or snapshots(store, withdrawn=True):
        return
    facts = load(store, store.latest(), settings)
    held = _freeze(store, settings, facts, None)
    if held is None:
        return
    due = held.day + timedelta(days=DUE_DAYS)
    for code, lowest, office, direction, what in _WORK:
        if area := _worst(facts, held.window, code, lowest=lowest):
            late = held.day + timedelta(days=LATE_DAYS)
            add(
                store,
                Draft(
                    held.number, what, office, late if code == "R01" else due, code, area, direction=direction, chosen="terburuk"
                ),
                USER,
            )


def second(settings: Settings) -> None:
    """Freezes the meeting after it, on the newest data; does nothing unless the sample's first meeting stands alone."""
    store = Store(settings)
    held = snapshots(store, withdrawn=True)
    if len(held) == 1 and held[0].sample and held[0].version < store.latest_number():
        _freeze(store, settings, load(store, store.latest(), settings), held[0].number)


def _freeze(store: Store, settings: Settings, facts: Facts, previous: int | None) -> Snapshot | None:
    last, span = facts.cube.last_full_month(), facts.cube.span
    if last is None or span is None:
        return None
    window = Window(max(Month(last.year, 1), span.first), min(last, span.last))
    if window.length < 1:
        return None
    day = settings.today if previous is not None else min(facts.cube.cutoff or settings.today, settings.today)
    name = f"Rakor {Words().day(day)} ({USER})"
    return freeze(store, settings, Wish(name, day, window, previous=previous, version=facts.cube.version), USER)


def _worst(facts: Facts, window: Window, code: str, *, lowest: bool) -> str:
    """The kecamatan with the worst value; '' where none is known."""
    frame = query(facts, Query(code, ("kecamatan",), window), Policy(0, False))
    known = frame[frame["status"] == Status.OK].sort_values("value", ascending=lowest, kind="stable")
    return str(known["kode_kecamatan"].iloc[0]) if len(known) else ""
