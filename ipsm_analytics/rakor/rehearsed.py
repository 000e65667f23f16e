"""Two meetings of the sample city, so that a new store shows what moved between meetings and what came of decisions.

Their entries in the journals, and those of their decisions, bear the mark of sample data as user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pandas as pd

from ipsm_analytics.answers import query
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor import decisions, snapshot
from ipsm_analytics.rakor.decisions import Draft, State
from ipsm_analytics.rakor.snapshot import Snapshot, Wish
from ipsm_analytics.reference import areas
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.store import Store

FIRST, SECOND = "Rakor Oktober 2026 (contoh)", "Rakor November 2026 (contoh)"
FIRST_DAY, SECOND_DAY = date(2026, 10, 20), date(2026, 11, 24)
JANUARY, SEPTEMBER, OCTOBER = Month.parse("2026-01"), Month.parse("2026-09"), Month.parse("2026-10")
_OPEN = Policy(0, sensitive_to_kecamatan=False)


def first_meeting(store: Store, config: Settings) -> None:
    """Freezes the first meeting, as it was judged on its day, and keeps its decisions; what is there already stays as it is."""
    if not store.latest_number():
        return
    window = Window(JANUARY, SEPTEMBER)
    frozen = _named(store, FIRST) or snapshot.freeze(
        store, config, Wish(FIRST, FIRST_DAY, window, version=store.latest_number()), SAMPLE_MARK
    )
    known = {one.draft.what for one in decisions.decisions(store, withdrawn=True) if one.draft.snapshot == frozen.number}
    if len(known) < len(_CITY) + 1:
        for draft in _drafts(frozen.number, _slowest(store, frozen, config)):
            if draft.what not in known:
                decisions.add(store, draft, SAMPLE_MARK)


def second_meeting(store: Store, config: Settings) -> None:
    """Keeps how far the decisions came, then freezes the second meeting, where the first one was held and this one was not."""
    first = _named(store, FIRST)
    if first is None or first.withdrawn or _named(store, SECOND):
        return
    for one in decisions.decisions(store):
        if one.draft.snapshot == first.number and one.draft.state == State.PLANNED and one.draft.indicator in _PROGRESS:
            decisions.move(store, one.number, *_PROGRESS[one.draft.indicator], SAMPLE_MARK)
    day = min(SECOND_DAY, config.today)
    wish = Wish(SECOND, day, Window(JANUARY, OCTOBER), previous=first.number)
    snapshot.freeze(store, config, wish, SAMPLE_MARK)


def retire(store: Store) -> int:
    """Withdraws meetings and decisions of the sample once its rows made way for real ones; returns how many.

    What somebody brought back stays.
    """
    ledger = store.ledger()
    if not _ours(store, snapshot.JOURNAL) or not len(ledger) or not _holds_real_cases(ledger):
        return 0
    gone = [
        *_withdrawn(store, snapshot.JOURNAL, snapshot.withdraw),
        *_withdrawn(store, decisions.JOURNAL, decisions.withdraw),
    ]
    return len(gone)


def _holds_real_cases(ledger: pd.DataFrame) -> bool:
    return bool((~ledger["sample"] & ~ledger["kind"].str.startswith("angka-terbit") & (ledger["accepted"] > 0)).any())


def _withdrawn(store: Store, journal: str, withdraw: Callable[[Store, int, str], object]) -> Iterator[int]:
    """Withdraws what the sample kept in a journal and nobody ever withdrew."""
    entries = store.journal(journal)
    touched = set(entries.loc[entries["action"] == snapshot.WITHDRAW, "number"])
    for number in _ours(store, journal):
        if number not in touched:
            withdraw(store, number, SAMPLE_MARK)
            yield number


def _ours(store: Store, journal: str) -> list[int]:
    """Numbers whose first entry is of the sample."""
    first = store.journal(journal).drop_duplicates("number")
    return [int(number) for number in first.loc[first["user"] == SAMPLE_MARK, "number"]]


def _named(store: Store, name: str) -> Snapshot | None:
    return next((one for one in snapshot.snapshots(store, withdrawn=True) if one.name == name), None)


def _slowest(store: Store, frozen: Snapshot, config: Settings) -> str:
    """Code of the kecamatan that acts on the smallest share of its cases within two days; the city where none is known."""
    facts = snapshot.facts_of(store, frozen, config)
    shares = query(facts, Query("S01", ("kecamatan",), frozen.window), _OPEN).dropna(subset="value")
    return str(shares.sort_values("value")["kode_kecamatan"].iloc[0]) if len(shares) else areas.CITY


def _drafts(number: int, slowest: str) -> list[Draft]:
    """The decisions of the first meeting."""
    office = "DINSOS" if slowest == areas.CITY else f"KEC-{slowest}"
    what = f"Menindaklanjuti setiap laporan PSM di {areas.label(slowest)} dalam dua hari"
    return [
        Draft(number, what, office, date(2026, 11, 15), "S01", slowest, direction="naik", chosen="terburuk"),
        *(Draft(number, text, code, due, item, direction="naik", slice=part) for text, code, due, item, part in _CITY),
    ]


_CITY = (
    ("Menagih laporan bulanan kelurahan yang belum melapor", "DINSOS-LINJAMSOS", date(2026, 11, 10), "R01", "SEMUA"),
    ("Melayani lansia yang sudah diverifikasi sebelum akhir tahun", "DINSOS-REHSOS", date(2026, 12, 15), "C06", "LANSIA"),
)
"""Decisions for the whole city: what, office, due day, indicator, group."""
_PROGRESS = {
    "S01": (State.UNDER_WAY, "Jadwal piket verifikasi kecamatan berlaku sejak 2 November (DATA CONTOH)"),
    "R01": (State.DONE, "Surat tagihan terkirim ke semua kelurahan yang belum melapor (DATA CONTOH)"),
}
"""Indicator of a decision -> how far it had come by the second meeting, and what shows it."""
