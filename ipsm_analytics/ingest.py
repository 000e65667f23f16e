"""Files into the store: one file, one commit, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.batch import Batch, open_file
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.mapping import Mapping, save
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Store, Transaction

_COUNTED = ("file", "sha256", "kind", "rows_read", "accepted", "updated", "duplicates", "quarantined", "sample")
_BESIDE_SAMPLE = ("angka_terbit", "karantina")
"""Tables whose real rows do not keep sample data out."""


@dataclass(frozen=True)
class Report:
    """What became of one file. rows_read = accepted + quarantined + duplicates; updated is part of accepted.

    Attributes:
        version: data version that holds the file now.
        removed_sample: sample rows that made way for real data.
        settled: refused rows of earlier imports that this file sent again and that therefore wait no more.
        corrections: declared correction -> rows it mended.
        error: why the whole file was refused, if it was; then all counts are 0.
    """

    file: str
    kind: str = ""
    sha256: str = ""
    rows_read: int = 0
    accepted: int = 0
    updated: int = 0
    quarantined: int = 0
    duplicates: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    version: int = 0
    sample: bool = False
    removed_sample: int = 0
    settled: int = 0
    corrections: dict[str, int] = field(default_factory=dict)
    error: str = ""
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as one JSON object, problems as sentences."""
        return asdict(self) | {"problems": [problem.text() for problem in self.problems]}


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    kind: str = "auto",
    on_file: Callable[[Path], None] = lambda path: None,
    mapping: Mapping | None = None,
) -> list[Report]:
    """Takes files in one after the other; a refused file does not keep the others out.

    A mapping is kept once a file came in by it, and applied to every later file with the same header.
    """
    keys = keyring(settings)
    reports = []
    for path in paths:
        on_file(path)
        try:
            reports.append(_ingest_one(path, settings, keys, kind, mapping))
            if mapping is not None:
                save(mapping, settings)
        except UserError as error:
            reports.append(Report(path.name, error=error.text()))
    return reports


def _ingest_one(path: Path, settings: Settings, keys: Keyring, kind: str, mapping: Mapping | None) -> Report:
    """All of the file or nothing, in one data version; none where it changes nothing."""
    batch = open_file(path, settings, keys, kind, mapping)
    with Store(settings).transaction(keys.fingerprint) as work:
        removed = _make_way(batch, work)
        fresh, newer = _against_store(batch, work.existing(batch.format.table))
        refused = work.existing("karantina")["row_id"].combine_chunks()
        waiting = pc.is_in(batch.quarantined["row_id"], refused)
        settled = batch.settles.filter(pc.is_in(batch.settles, refused))
        report = _report(batch, _count(fresh) + _count(newer), _count(newer), removed)
        metadata = {"file": batch.name, "sha256": batch.sha256, "kind": batch.format.kind, "rows": str(batch.rows_read)}
        work.remove("karantina", settled, metadata)
        work.append("karantina", batch.quarantined, pc.invert(waiting), metadata)
        work.append(batch.format.table, batch.accepted, fresh, metadata)
        work.replace(batch.format.table, batch.accepted.filter(newer), metadata)
        version = work.commit(_entry(batch, report)) if work.written else work.base
    return replace(report, version=version.number, settled=len(settled))


def _make_way(batch: Batch, work: Transaction) -> int:
    """Sample data and real data never stand side by side: real data put the sample out, never the reverse."""
    if batch.format.table == "angka_terbit":
        return 0
    if not batch.sample:
        return work.remove_sample({"reason": "data nyata masuk", "file": batch.name}) if len(batch.accepted) else 0
    stored = [work.store.read(name, work.base, ["sample"])["sample"] for name in TABLES if name not in _BESIDE_SAMPLE]
    if not all(pc.all(marks, min_count=0).as_py() for marks in stored):
        raise UserError(
            "DATA CONTOH tidak boleh masuk ke penyimpanan yang berisi data nyata.",
            found=batch.name,
            action="pakai IPSM_STORE lain untuk data contoh",
        )
    return 0


def _against_store(batch: Batch, known: pa.Table) -> tuple[pa.Array, pa.Array]:
    """(rows) True for a new key, and True for a further state of a known key; one row a key, the furthest."""
    keys, precedence = (batch.accepted[name].combine_chunks() for name in (batch.key_column, "precedence"))
    furthest = _furthest(keys, precedence)
    place = pc.index_in(keys, known[batch.key_column].combine_chunks())
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


def _report(batch: Batch, accepted: int, updated: int, removed: int) -> Report:
    return Report(
        file=batch.name,
        kind=batch.format.kind,
        sha256=batch.sha256,
        rows_read=batch.rows_read,
        accepted=accepted,
        updated=updated,
        quarantined=len(batch.quarantined),
        duplicates=len(batch.accepted) - accepted,
        reasons=batch.reason_counts,
        unknown_columns=batch.unknown_columns,
        sample=batch.sample,
        removed_sample=removed,
        corrections=dict(batch.corrections),
        problems=batch.problems,
    )


def _entry(batch: Batch, report: Report) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in _COUNTED}
    return counts | {"action": "impor", "import_id": batch.import_id, "reasons": json.dumps(report.reasons)}
