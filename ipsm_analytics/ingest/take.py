"""Files rehearsed or taken in: one file, one commit, all or nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest.ground import Ground, Rehearsal
from ipsm_analytics.ingest.impact import figure_columns, impact
from ipsm_analytics.ingest.repeats import repeated_persons, repeated_rows
from ipsm_analytics.ingest.report import Report
from ipsm_analytics.intake.batch import Batch, open_bytes, open_file, open_table
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.mapping import Mapping, save
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Store

_COUNTED = ("file", "sha256", "kind", "rows_read", "accepted", "updated", "duplicates", "quarantined", "sample")
_BESIDE_SAMPLE = ("angka_terbit", "karantina")
"""Tables whose real rows do not keep sample data out."""


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

    def take(batch: Batch) -> Report:
        with Store(settings).transaction(keys.fingerprint) as work:
            report = _change(batch, work)
            version = work.commit(_entry(batch, report)) if work.written else work.base
        if mapping is not None:
            save(mapping, settings)
        return replace(report, version=version.number)

    return [_one(source, _Reading(settings, keys, kind, mapping), take, progress) for source in sources]


def check(
    sources: Sequence[Source],
    settings: Settings,
    kind: str = "auto",
    progress: Progress = lambda name, share, rows: None,
    mapping: Mapping | None = None,
) -> list[Report]:
    """The reports `ingest` would give for the same files in the same order; nothing is written."""
    keys = keyring(settings)
    ground = Rehearsal(Store(settings), keys.fingerprint)

    def rehearse(batch: Batch) -> Report:
        return replace(_change(batch, ground), version=ground.base.number)

    return [_one(source, _Reading(settings, keys, kind, mapping), rehearse, progress) for source in sources]


class _Reading(NamedTuple):
    """How files are read: under which settings and keys, as which kind, by which mapping."""

    settings: Settings
    keys: Keyring
    kind: str
    mapping: Mapping | None


def _one(source: Source, reading: _Reading, take: Callable[[Batch], Report], progress: Progress) -> Report:
    progress(source.name, 0.0, 0)
    try:
        report = take(_batch(source, reading))
    except UserError as error:
        report = Report(source.name, error=error.text())
    progress(source.name, 1.0, report.rows_read)
    return report


def _batch(source: Source, reading: _Reading) -> Batch:
    match source:
        case Upload(name, data):
            return open_bytes(name, data, *reading)
        case Reread(kind, table):
            return open_table(table, *reading._replace(kind=kind))
        case _:
            return open_file(source, *reading)


def _change(batch: Batch, ground: Ground) -> Report:
    """All of the file or nothing; no change where it brings nothing new."""
    table, key = batch.format.table, batch.key_column
    removed = _make_way(batch, ground)
    known = ground.rows(table, [key, "precedence"])
    place = pc.index_in(batch.accepted[key].combine_chunks(), known[key].combine_chunks())
    fresh, newer = _against_store(batch, known, place)
    coming = batch.accepted.filter(pc.or_(fresh, newer))
    told = (
        *repeated_rows(batch.accepted["row_number"], pc.or_(fresh, newer), pc.is_valid(place)),
        *_persons(batch, ground, fresh),
    )
    replaced = _replaced(ground, batch, batch.accepted.filter(newer)[key].combine_chunks())
    report = _report(batch, told, _count(fresh) + _count(newer), _count(newer), removed)
    settled = _write(batch, ground, fresh, newer)
    return replace(report, settled=settled, impact=impact(table, len(known), coming, replaced))


def _persons(batch: Batch, ground: Ground, fresh: pa.Array) -> Iterable[Problem]:
    return repeated_persons(ground, batch.accepted.filter(fresh)) if batch.format.table == "kasus" else ()


def _write(batch: Batch, ground: Ground, fresh: pa.Array, newer: pa.Array) -> int:
    """Puts the rows in their places; returns how many refused rows of earlier imports are settled."""
    refused = ground.rows("karantina", ["row_id"])["row_id"].combine_chunks()
    settled = batch.settles.filter(pc.is_in(batch.settles, refused))
    metadata = {"file": batch.name, "sha256": batch.sha256, "kind": batch.format.kind, "rows": str(batch.rows_read)}
    ground.remove("karantina", settled, metadata)
    ground.append("karantina", batch.quarantined, pc.invert(pc.is_in(batch.quarantined["row_id"], refused)), metadata)
    ground.append(batch.format.table, batch.accepted, fresh, metadata)
    ground.replace(batch.format.table, batch.accepted.filter(newer), metadata)
    return len(settled)


def _replaced(ground: Ground, batch: Batch, keys: pa.Array) -> pa.Table:
    """The rows that stand under these keys, with the columns figures are counted by."""
    columns = figure_columns(batch.format.table, batch.accepted.schema)
    if not len(keys):
        return batch.accepted.schema.empty_table().select(columns)
    rows = ground.rows(batch.format.table, [batch.key_column, *columns])
    return rows.filter(pc.is_in(rows[batch.key_column], keys)).select(columns)


def _make_way(batch: Batch, ground: Ground) -> int:
    """Sample data and real data never stand side by side: real data put the sample out, never the reverse."""
    if batch.format.table == "angka_terbit":
        return 0
    if not batch.sample:
        return ground.remove_sample({"reason": "data nyata masuk", "file": batch.name}) if len(batch.accepted) else 0
    stored = [ground.rows(name, ["sample"])["sample"] for name in TABLES if name not in _BESIDE_SAMPLE]
    if not all(pc.all(marks, min_count=0).as_py() for marks in stored):
        raise UserError(
            "DATA CONTOH tidak boleh masuk ke penyimpanan yang berisi data nyata.",
            found=batch.name,
            action="pakai IPSM_STORE lain untuk data contoh",
        )
    return 0


def _against_store(batch: Batch, known: pa.Table, place: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(rows) True for a new key, and True for a further state of a known key; one row a key, the furthest.

    place: (rows) position of the key among the known ones, a gap for a new one.
    """
    keys, precedence = (batch.accepted[name].combine_chunks() for name in (batch.key_column, "precedence"))
    furthest = _furthest(keys, precedence)
    newer = pc.greater(precedence, known["precedence"].combine_chunks().take(place))
    return pc.and_(furthest, pc.is_null(place)), pc.and_(furthest, pc.fill_null(newer, False))


def _furthest(keys: pa.Array, precedence: pa.Array) -> pa.Array:
    """(rows) True for one row a key: the one with the highest precedence, of equals the first."""
    codes = keys.dictionary_encode().indices.to_numpy()
    repeated = np.flatnonzero(np.bincount(codes)[codes] > 1)
    rivals = pa.table({"key": codes[repeated], "precedence": precedence.take(pa.array(repeated)), "position": repeated})
    order = rivals.sort_by([("key", "ascending"), ("precedence", "descending"), ("position", "ascending")])
    later = np.diff(order["key"].to_numpy(), prepend=-1) == 0
    kept = np.ones(len(keys), dtype=bool)
    kept[order["position"].to_numpy()[later]] = False
    return pa.array(kept)


def _count(rows: pa.Array) -> int:
    return int(pc.sum(rows, min_count=0).as_py())


def _report(batch: Batch, told: tuple[Problem, ...], accepted: int, updated: int, removed: int) -> Report:
    return Report(
        file=batch.name,
        kind=batch.format.kind,
        sha256=batch.sha256,
        rows_read=batch.rows_read,
        accepted=accepted,
        updated=updated,
        quarantined=len(batch.quarantined),
        duplicates=len(batch.accepted) - accepted,
        reasons=dict(sorted((Counter(batch.reason_counts) + Counter(problem.code for problem in told)).items())),
        unknown_columns=batch.unknown_columns,
        sample=batch.sample,
        removed_sample=removed,
        corrections=dict(batch.corrections),
        remarks=batch.remarks,
        problems=(*batch.problems, *told),
    )


def _entry(batch: Batch, report: Report) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in _COUNTED}
    return counts | {"action": "impor", "import_id": batch.import_id, "reasons": json.dumps(report.reasons)}
