"""Files into the store: one file, one commit, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.batch import Batch, open_file
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.store import Store, Transaction


@dataclass(frozen=True)
class Report:
    """What became of one file. rows_read = accepted + quarantined + duplicates; updated is part of accepted.

    Attributes:
        version: data version that holds the file now.
        removed_sample: sample rows that made way for real data.
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
    error: str = ""
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as one JSON object, problems as sentences."""
        return asdict(self) | {"problems": [problem.text() for problem in self.problems]}


def ingest(paths: Sequence[Path], settings: Settings, kind: str = "auto", on_file: Callable[[Path], None] = lambda path: None) -> list[Report]:
    """Takes files in one after the other; a refused file does not keep the others out."""
    keys = keyring(settings)
    reports = []
    for path in paths:
        on_file(path)
        try:
            reports.append(_ingest_one(path, settings, keys, kind))
        except UserError as error:
            reports.append(Report(path.name, error=error.text()))
    return reports


def _ingest_one(path: Path, settings: Settings, keys: Keyring, kind: str) -> Report:
    batch = open_file(path, settings, keys, kind)
    with Store(settings).transaction(keys.fingerprint) as work:
        removed = _make_way(batch, work)
        fresh, newer = _against_store(batch, work)
        waiting = work.existing("karantina")["row_id"]
        refused = batch.quarantined.filter(~np.isin(batch.quarantined["row_id"].to_numpy(zero_copy_only=False), waiting.to_numpy(dtype=object)))
        report = _report(batch, len(fresh) + len(newer), len(newer), removed)
        metadata = {"file": batch.name, "sha256": batch.sha256, "kind": batch.format.kind, "rows": str(batch.rows_read)}
        work.append("karantina", refused, metadata)
        work.append(batch.format.table, fresh, metadata)
        work.replace(batch.format.table, newer, metadata)
        version = work.commit(_entry(batch, report)) if work.written else work.base
    return Report(**{**vars(report), "version": version.number})


def _make_way(batch: Batch, work: Transaction) -> int:
    """Sample data and real data never stand side by side: real data puts the sample out, never the reverse."""
    if batch.format.table == "angka_terbit":
        return 0
    kinds = [work.store.read(name, work.base, ["sample"])["sample"].to_numpy(zero_copy_only=False) for name in ("kasus", "laporan")]
    stored = np.concatenate(kinds).astype(bool)
    if batch.sample and len(stored) and not stored.all():
        raise UserError(
            "DATA CONTOH tidak boleh masuk ke penyimpanan yang berisi data nyata.", found=batch.name, action="pakai IPSM_STORE lain untuk data contoh"
        )
    return 0 if batch.sample else work.remove_sample({"reason": "data nyata masuk", "file": batch.name})


def _against_store(batch: Batch, work: Transaction) -> tuple[pa.Table, pa.Table]:
    """Rows with a new key, and rows that carry a further state of a known key; one row a key, the furthest."""
    key = batch.key_column
    rows = pd.DataFrame({"key": batch.accepted[key].to_pandas(), "precedence": batch.accepted["precedence"].to_pandas()})
    best = rows.sort_values(["key", "precedence"], kind="stable").drop_duplicates("key", keep="last").sort_index()
    known = work.existing(batch.format.table).rename(columns={key: "key", "precedence": "known"})
    best = best.reset_index(names="position").merge(known, on="key", how="left")
    fresh = best["known"].isna()
    newer = ~fresh & (best["precedence"] > best["known"].fillna(""))
    return batch.accepted.take(best.loc[fresh, "position"].to_numpy()), batch.accepted.take(best.loc[newer, "position"].to_numpy())


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
        problems=batch.problems,
    )


def _entry(batch: Batch, report: Report) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in ("file", "sha256", "kind", "rows_read", "accepted", "updated", "duplicates", "quarantined", "sample")}
    return counts | {"action": "impor", "import_id": batch.import_id, "reasons": json.dumps(report.reasons)}
