"""Refused rows after the import: looked at, sent back, settled by their corrected file, and in time destroyed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.history import IMPORT, PURGE
from ipsm_analytics.ingest import Progress, Report, Reread, ingest
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.schema import RETURN_ID
from ipsm_analytics.store import Store

_PLACE = attrgetter("import_id", "row_number")
WHOLE_ROW = "baris"
"""Header under which a row whose cells do not fit the header is shown whole."""


@dataclass(frozen=True)
class RefusedRow:
    """A refused row opened with the key: its cells as sent, under the sender's own headers, and what was wrong."""

    row_id: str
    import_id: str
    file: str
    kind: str
    row_number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...]


def waiting(settings: Settings) -> pd.DataFrame:
    """Refused rows still to be mended, oldest import first; nothing of their content.

    Columns row_id, import_id, file, kind, time (UTC), row_number, reasons (list of codes), columns (list of headers), sample.
    """
    store = Store(settings)
    names = ["row_id", "import_id", "kind", "row_number", "reasons", "columns", "sample"]
    rows = store.read("karantina", store.latest(), names).to_pandas()
    ledger = store.ledger()
    first = ledger[ledger["action"] == IMPORT].drop_duplicates("import_id")
    for name in ("file", "time"):
        of_import = dict(zip(first["import_id"], first[name], strict=True))
        rows[name] = pd.Series([of_import[import_id] for import_id in rows["import_id"]], dtype=ledger[name].dtype)
    ordered: pd.DataFrame = rows.sort_values(["time", "file", "row_number"], ignore_index=True)
    return ordered


def opened(row_ids: Sequence[str], settings: Settings) -> list[RefusedRow]:
    """These rows with their content, in the order of `waiting`; raises UserError when the key is another one."""
    keys, store = keyring(settings), Store(settings)
    listed = waiting(settings)
    listed = listed[listed["row_id"].isin(row_ids)]
    rows = store.read("karantina", store.latest(), ["row_id", "sealed"])
    rows = rows.filter(pc.is_in(rows["row_id"], pa.array(row_ids, pa.string())))
    sealed = dict(zip(rows["row_id"].to_pylist(), rows["sealed"].to_pylist(), strict=True))
    return [_open(row, sealed[row["row_id"]], keys) for row in listed.to_dict("records")]


def _open(row: Mapping[Hashable, object], sealed: bytes, keys: Keyring) -> RefusedRow:
    envelope = json.loads(keys.open(sealed))
    cells = envelope["row"] if isinstance(envelope["row"], dict) else {WHOLE_ROW: envelope["row"]}
    problems = tuple(Problem(**problem) for problem in envelope["problems"])
    return RefusedRow(
        row_id=str(row["row_id"]),
        import_id=str(row["import_id"]),
        file=str(row["file"]),
        kind=str(row["kind"]),
        row_number=int(str(row["row_number"])),
        cells=cells,
        problems=problems,
    )


def retry(row_ids: Sequence[str], settings: Settings, progress: Progress = lambda name, share, rows: None) -> list[Report]:
    """Takes waiting rows through the intake once more, as when a label or a correction became known since.

    Rows that are good now leave the quarantine, the others stay as they are; one report for each import they came with.
    Rows whose cells do not fit their header cannot change and are left out.
    """
    rows = [row for row in opened(row_ids, settings) if WHOLE_ROW not in row.cells]
    groups = groupby(sorted(rows, key=_PLACE), attrgetter("import_id"))
    return ingest([_reread(list(group)) for _, group in groups], settings, progress=progress)


def _reread(rows: Sequence[RefusedRow]) -> Reread:
    """Rows of one import as a table that settles them."""
    header = list(dict.fromkeys(name for row in rows for name in row.cells))
    cells = {name: pa.array([row.cells.get(name, "") for row in rows], pa.string()) for name in header}
    ids = [row.row_id for row in rows]
    table = RawTable(
        name=rows[0].file,
        sha256=hashlib.sha256("\n".join(["karantina", *ids]).encode()).hexdigest(),
        cells=pa.table(cells | {RETURN_ID: pa.array(ids, pa.string())}),
        row_numbers=np.array([row.row_number for row in rows], dtype=np.int64),
        malformed={},
    )
    return Reread(rows[0].kind, table)


def purge(settings: Settings, days: int, now: datetime | None = None) -> int:
    """Destroys refused rows that have waited longer than `days`, in a new version; returns how many there were.

    Older data versions keep them sealed until the store is tidied; the ledger says when and how many.
    """
    limit = (now or datetime.now(UTC)) - timedelta(days=days)
    if _older(settings, limit).empty:
        return 0
    with Store(settings).transaction(keyring(settings).fingerprint) as work:
        old = _older(settings, limit)
        if old.empty:
            return 0
        work.remove("karantina", pa.array(old["row_id"], pa.string()), {"reason": f"lebih dari {days} hari"})
        counts = {"rows_read": 0, "accepted": 0, "updated": 0, "duplicates": 0, "quarantined": -len(old)}
        entry = {"action": PURGE, "import_id": "", "file": f"karantina > {days} hari", "sha256": "", "kind": ""}
        work.commit({**entry, **counts, "reasons": "{}", "sample": bool(old["sample"].all())})
        return len(old)


def _older(settings: Settings, limit: datetime) -> pd.DataFrame:
    rows = waiting(settings)
    return rows[rows["time"] < limit]
