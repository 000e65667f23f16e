"""A store to begin with: published figures, and the sample city where there is no real case yet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import InternalError
from ipsm_analytics.ingest import ingest
from ipsm_analytics.intake.formats import PUBLISHED, PUBLISHED_CONTEXT
from ipsm_analytics.quarantine import purge
from ipsm_analytics.sample import generate, meetings
from ipsm_analytics.store import Store

_SAMPLE = ("sicadas_ppks_*", "kasus_*", "laporan_*", "roster_*", "dtsen_*", "dtks_*", "bansos_*", "spm_*")
"""Files of the sample that the store begins with."""


def prepare(settings: Settings, on_step: Callable[[str], None]) -> int:
    """Fills an empty store, or finishes what was interrupted; leaves a filled one alone. Returns the data version.

    The published figures go in last: where they are, everything else is. The sample's last month comes in after a meeting was
    frozen, so that the next one has something to compare. Refused rows that waited too long are destroyed.
    """
    store = Store(settings)
    ledger = store.ledger()
    if not ledger["kind"].isin([PUBLISHED.kind, PUBLISHED_CONTEXT.kind]).any():
        if ledger["sample"].all():
            _take_sample(settings, on_step)
        _take(sorted(settings.published.glob("*.csv")), settings, on_step)
    meetings.second(settings)
    if gone := purge(settings, settings.quarantine_days):
        on_step(f"{gone} baris karantina yang menunggu lebih dari {settings.quarantine_days} hari dihancurkan.")
    return store.latest_number()


def _take_sample(settings: Settings, on_step: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        on_step("Membuat DATA CONTOH …")
        generate(Path(folder))
        files = sorted(path for pattern in _SAMPLE for path in Path(folder).glob(pattern))
        newest = _newest(files)
        _take([path for path in files if path not in newest], settings, on_step)
        if not _taken(newest, settings):
            on_step("Membekukan rakor pertama DATA CONTOH …")
            meetings.first(settings)
        _take(newest, settings, on_step)


def _newest(files: list[Path]) -> list[Path]:
    """What came in during the last month: the newest case file, and the monthly reports of its name."""
    last = max((path for path in files if path.name.startswith("kasus_")), key=lambda path: path.stem, default=None)
    if last is None:
        return []
    month = last.stem.rpartition("_")[2]
    return [path for path in files if path == last or (path.name.startswith("laporan_") and path.stem.endswith(f"_{month}"))]


def _taken(files: list[Path], settings: Settings) -> bool:
    """Whether any of the files was taken in before."""
    return bool(Store(settings).ledger()["file"].isin([path.name for path in files]).any())


def _take(files: list[Path], settings: Settings, on_step: Callable[[str], None]) -> None:
    def announce(name: str, _share: float, rows: int) -> None:
        on_step(f"Memasukkan {name}, {rows} baris …" if rows else f"Memasukkan {name} …")

    refused = [report for report in ingest(files, settings, progress=announce) if report.error]
    if refused:
        raise InternalError(f"shipped file refused: {refused[0].file}: {refused[0].error}")
