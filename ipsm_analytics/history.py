"""Imports as a history: what each one brought, and how one is taken back."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.store import TABLES, Store, Transaction, Version

IMPORT, UNDO, PURGE = "impor", "batal", "hapus"
"""Actions of the ledger."""


@dataclass(frozen=True)
class Undone:
    """What taking an import back does.

    Attributes:
        removed: table -> rows that go.
        restored: table -> rows whose earlier state comes back.
        again: files imported later that held repeats of what goes; to be imported again so that nothing is missing.
    """

    number: int
    file: str
    removed: dict[str, int]
    restored: dict[str, int]
    again: tuple[str, ...]


def imports(store: Store) -> pd.DataFrame:
    """The ledger, oldest first, with `undone_by`: the version that took the import back, 0 where none did."""
    ledger = store.ledger()
    undone = ledger[ledger["action"] == UNDO]
    later = [undone[(undone["import_id"] == row.import_id) & (undone["version"] > row.version)] for row in ledger.itertuples()]
    taken = [int(found["version"].iloc[0]) if len(found) else 0 for found in later]
    return ledger.assign(
        undone_by=[number if action == IMPORT else 0 for number, action in zip(taken, ledger["action"], strict=True)]
    )


def preview_undo(number: int, settings: Settings) -> Undone:
    """What `undo` would do; nothing is written. Raises UserError where it would."""
    store = Store(settings)
    return _undone(store, store.latest(), number)[0]


def undo(number: int, settings: Settings) -> tuple[Undone, int]:
    """Takes the import that made a data version back, in a new version; the old ones stay readable.

    Returns what was done and the new version. Raises UserError when the version is no import or was taken back before.
    """
    keys = keyring(settings)
    with Store(settings).transaction(keys.fingerprint) as work:
        done, changes = _undone(work.store, work.base, number)
        metadata = {"reason": f"batal v{number}", "file": done.file}
        for name, (gone, earlier) in changes.items():
            key = TABLES[name][1]
            work.remove(name, gone[key].combine_chunks(), metadata)
            work.append(name, earlier, pa.repeat(True, len(earlier)), metadata)
        return done, _commit(work, number, done)


def _commit(work: Transaction, number: int, done: Undone) -> int:
    row = _import(work.store, number)
    counts = {
        "rows_read": 0,
        "accepted": -done.removed.get(_table(done), 0),
        "updated": -sum(done.restored.values()),
        "duplicates": 0,
        "quarantined": -done.removed.get("karantina", 0),
    }
    kept = {name: row[name] for name in ("import_id", "file", "sha256", "kind", "sample")}
    return work.commit(kept | counts | {"action": UNDO, "reasons": "{}"}).number


def _table(done: Undone) -> str:
    return next((name for name in done.removed if name != "karantina"), "")


def _undone(store: Store, base: Version, number: int) -> tuple[Undone, dict[str, tuple[pa.Table, pa.Table]]]:
    """What goes and what comes back, table by table."""
    row = _import(store, number)
    changes = {}
    for name, (_, key) in TABLES.items():
        rows = store.read(name, base)
        gone = rows.filter(pc.equal(rows["import_id"], row["import_id"]))
        if len(gone):
            changes[name] = (gone, _earlier(store, name, gone[key].combine_chunks(), number))
    removed = {name: len(gone) for name, (gone, _) in changes.items()}
    restored = {name: len(earlier) for name, (_, earlier) in changes.items() if len(earlier)}
    return Undone(number, row["file"], removed, restored, _later_repeats(store, row)), changes


def _earlier(store: Store, name: str, keys: pa.Array, number: int) -> pa.Table:
    """The rows with these keys as they stood before an import; those of imports taken back since are looked for further back."""
    ledger = imports(store)
    ledger = ledger[(ledger["action"] == IMPORT) & (ledger["version"] < number)]
    standing = ledger.loc[ledger["undone_by"] == 0, "import_id"]
    rows = store.read(name, store.version(number - 1))
    rows = rows.filter(pc.is_in(rows[TABLES[name][1]], keys))
    found = [rows.filter(pc.is_in(rows["import_id"], pa.array(standing, pa.string())))]
    for import_id in set(rows["import_id"].to_pylist()) - set(standing):
        lost = rows.filter(pc.equal(rows["import_id"], import_id))[TABLES[name][1]].combine_chunks()
        found.append(_earlier(store, name, lost, int(ledger.loc[ledger["import_id"] == import_id, "version"].min())))
    return pa.concat_tables(found)


def _later_repeats(store: Store, row: pd.Series) -> tuple[str, ...]:
    ledger = imports(store)
    later = ledger[(ledger["version"] > row["version"]) & (ledger["action"] == IMPORT) & (ledger["undone_by"] == 0)]
    return tuple(later.loc[(later["kind"] == row["kind"]) & (later["duplicates"] > 0), "file"])


def _import(store: Store, number: int) -> pd.Series:
    ledger = imports(store)
    found = ledger[(ledger["version"] == number) & (ledger["action"] == IMPORT)]
    standing = ledger[(ledger["action"] == IMPORT) & (ledger["undone_by"] == 0)]
    if found.empty or found.iloc[0]["undone_by"]:
        raise UserError(
            "Impor ini tidak dapat dibatalkan.",
            found=f"v{number}" + ("" if found.empty else f", sudah dibatalkan oleh v{found.iloc[0]['undone_by']}"),
            allowed=", ".join(f"v{version}" for version in standing["version"].tail(10)),
            action="pilih impor dari daftar history",
        )
    row: pd.Series = found.iloc[0]
    return row
