"""Files rehearsed or taken in: one file, one commit, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UnknownLayoutError, UserError
from ipsm_analytics.ingest.ground import Rehearsal
from ipsm_analytics.ingest.report import Report
from ipsm_analytics.ingest.taking import Step, Taking
from ipsm_analytics.intake.batch import SentFile, open_bytes, open_file, open_table
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.mapping import Mapping, save
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.intake.readers.table import printable
from ipsm_analytics.store import Store

_COUNTED = ("file", "sha256", "kind", "rows_read", "accepted", "updated", "duplicates", "quarantined", "sample")


@dataclass(frozen=True)
class Upload:
    """A file held in memory under the name its sender gave it."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Reread:
    """Rows read before, of a file that may be gone."""

    kind: str
    table: RawTable

    @property
    def name(self) -> str:
        """Under which the rows stand in the ledger."""
        return self.table.name


REHEARSED_ROWS = 1 << 14
"""Rows of a rehearsed portion: nothing is written, so that small ones cost little and somebody is watching."""
Source = Path | Upload | Reread
Progress = Callable[[str, float, int], None]
"""Called with the file's name, the share of it that is done (0 to 1), and the rows done."""


def ingest(
    sources: Sequence[Source],
    settings: Settings,
    kind: str = "auto",
    progress: Progress = lambda name, share, rows: None,
    mapping: Mapping | None = None,
) -> list[Report]:
    """Takes files in one after the other; a refused file does not keep the others out.

    A mapping is kept once a file came in by it, and applied to every later file with the same header.
    """
    keys = keyring(settings)

    def take(file: SentFile, step: Step) -> Report:
        with Store(settings).transaction(keys.fingerprint) as work:
            report = Taking(file, work).all(step)
            if mapping is not None:
                save(mapping, settings)
            version = work.commit(_entry(file, report)) if work.written else work.base
        return replace(report, version=version.number)

    return [_one(source, _Reading(settings, keys, kind, mapping), take, progress) for source in sources]


def check(
    sources: Sequence[Source],
    settings: Settings,
    kind: str = "auto",
    progress: Progress = lambda name, share, rows: None,
) -> list[Report]:
    """The reports `ingest` would give for the same files in the same order; nothing is written."""
    keys = keyring(settings)
    ground = Rehearsal(Store(settings), keys.fingerprint)

    def rehearse(file: SentFile, step: Step) -> Report:
        return replace(Taking(file, ground).all(step, REHEARSED_ROWS), version=ground.base.number)

    return [_one(source, _Reading(settings, keys, kind), rehearse, progress) for source in sources]


class _Reading(NamedTuple):
    """How files are read: under which settings and keys, as which kind, by which mapping."""

    settings: Settings
    keys: Keyring
    kind: str
    mapping: Mapping | None = None


def _one(source: Source, reading: _Reading, take: Callable[[SentFile, Step], Report], progress: Progress) -> Report:
    progress(source.name, 0.0, 0)
    try:
        return take(_opened(source, reading), partial(progress, source.name))
    except UserError as error:
        progress(source.name, 1.0, 0)
        return Report(printable(source.name), unknown_layout=isinstance(error, UnknownLayoutError), error=error.text())


def _opened(source: Source, reading: _Reading) -> SentFile:
    match source:
        case Upload(name, data):
            return open_bytes(name, data, *reading)
        case Reread(kind, table):
            return open_table(table, *reading._replace(kind=kind))
        case _:
            return open_file(source, *reading)


def _entry(file: SentFile, report: Report) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in _COUNTED}
    return counts | {"action": "impor", "import_id": file.import_id, "reasons": json.dumps(report.reasons)}
