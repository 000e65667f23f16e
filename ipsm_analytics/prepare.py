"""A store to begin with: published figures, and the sample city where there is no real case yet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import InternalError
from ipsm_analytics.ingest import ingest
from ipsm_analytics.quarantine import purge
from ipsm_analytics.sample import generate, meetings
from ipsm_analytics.store import Store

_SAMPLE = ("sicadas_ppks_*", "kasus_*", "laporan_*", "roster_*", "dtsen_*", "dtks_*", "bansos_*", "spm_*")
"""Files of the sample that the store begins with."""
_LATER = "_susulan_"
"""In the name of what reached the office after the sample's first meeting."""


def prepare(settings: Settings, on_step: Callable[[str], None]) -> int:
    """Fills an empty store, or finishes what was interrupted; leaves a filled one alone. Returns the data version.

    The published figures go in last: where they are, everything else is. What came after the sample's first meeting comes in
    after it was frozen, so that the next one has something to compare. Refused rows that waited too long are destroyed.
    """
    store = Store(settings)
    ledger = store.ledger()
    published = sorted(settings.published.glob("*.csv"))
    if not {path.name for path in published} <= set(ledger["file"]):
        if ledger["sample"].all():
            _take_sample(settings, on_step)
        _take(published, settings, on_step)
    meetings.second(settings)
    if gone := purge(settings, settings.quarantine_days):
        on_step(f"{gone} baris karantina yang menunggu lebih dari {settings.quarantine_days} hari dihancurkan.")
    return store.latest_number()


def _take_sample(settings: Settings, on_step: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        on_step("Membuat DATA CONTOH …")
        generate(Path(folder))
        files = sorted(path for pattern in _SAMPLE for path in Path(folder).glob(pattern))
        later = [path for path in files if _LATER in path.name]
        _take([path for path in files if path not in later], settings, on_step)
        if not _taken(later, settings):
            on_step("Membekukan rakor pertama DATA CONTOH …")
            meetings.first(settings)
        _take(later, settings, on_step)


def _taken(files: list[Path], settings: Settings) -> bool:
    """Whether any of the files was taken in before."""
    return bool(Store(settings).ledger()["file"].isin([path.name for path in files]).any())


def _take(files: list[Path], settings: Settings, on_step: Callable[[str], None]) -> None:
    def announce(name: str, _share: float, rows: int) -> None:
        on_step(f"Memasukkan {name}, {rows} baris …" if rows else f"Memasukkan {name} …")

    refused = [report for report in ingest(files, settings, progress=announce) if report.error]
    if refused:
        raise InternalError(f"shipped file refused: {refused[0].file}: {refused[0].error}")
