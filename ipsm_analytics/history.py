"""Imports as a history: what each one brought, and how one is taken back."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Store, Version

IMPORT, UNDO, PURGE, TURN, FORGET = "impor", "batal", "hapus", "kunci", "lupa"
"""Actions of the ledger."""
Changes = dict[str, tuple[pa.Table, pa.Table]]


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
    ledger = imports(store)
    return _undone(_import(ledger, number), ledger, _changes(store, store.latest(), ledger, number))


def undo(number: int, settings: Settings) -> tuple[Undone, int]:
    """Takes the import that made a data version back, in a new version; the old ones stay readable.

    Returns what was done and the new version. Raises UserError when the version is no import or was taken back before.
    """
    with Store(settings).transaction(keyring(settings).fingerprint) as work:
        ledger = imports(work.store)
        row = _import(ledger, number)
        changes = _changes(work.store, work.base, ledger, number)
        done = _undone(row, ledger, changes)
        metadata = {"reason": f"batal v{number}", "file": done.file}
        for name, (gone, earlier) in changes.items():
            work.remove(name, gone[TABLES[name][1]].combine_chunks(), metadata)
            work.append(name, earlier, pa.repeat(True, len(earlier)), metadata)
        return done, work.commit(_entry(row, done)).number


def _entry(row: pd.Series, done: Undone) -> dict[str, object]:
    """The ledger row: the counts of the import, negative."""
    kept = {name: row[name] for name in ("import_id", "file", "sha256", "kind", "sample")}
    refused = done.removed.get("karantina", 0)
    return kept | {
        "action": UNDO,
        "rows_read": 0,
        "accepted": refused - sum(done.removed.values()),
        "updated": -sum(count for name, count in done.restored.items() if name != "karantina"),
        "duplicates": 0,
        "quarantined": -refused,
        "reasons": "{}",
    }


def _undone(row: pd.Series, ledger: pd.DataFrame, changes: Changes) -> Undone:
    later = ledger[(ledger["version"] > row["version"]) & _standing(ledger)]
    repeats = later.loc[(later["kind"] == row["kind"]) & (later["duplicates"] > 0), "file"]
    removed = {name: len(gone) for name, (gone, _) in changes.items()}
    restored = {name: len(earlier) for name, (_, earlier) in changes.items() if len(earlier)}
    return Undone(int(row["version"]), row["file"], removed, restored, tuple(repeats))


def _changes(store: Store, base: Version, ledger: pd.DataFrame, number: int) -> Changes:
    """Table -> the rows of an import that go, and those that come back."""
    row = _import(ledger, number)
    changes = {}
    for name, (_, key) in TABLES.items():
        rows = store.read(name, base)
        gone = rows.filter(pc.equal(rows["import_id"], row["import_id"]))
        earlier = _earlier(store, name, gone[key].combine_chunks(), ledger, number) if len(gone) else gone
        if name == "karantina":
            earlier = pa.concat_tables([earlier, _settled(store, rows, row)])
        if len(gone) or len(earlier):
            changes[name] = (gone, earlier)
    return changes


def _settled(store: Store, waiting: pa.Table, row: pd.Series) -> pa.Table:
    """Refused rows that an import settled and that wait no more since."""
    before, after = (store.read("karantina", store.version(row["version"] - step)) for step in (1, 0))
    gone = before.filter(pc.invert(pc.is_in(before["row_id"], pa.concat_tables([after, waiting])["row_id"].combine_chunks())))
    return gone.filter(pc.equal(gone["sample"], bool(row["sample"])))


def _earlier(store: Store, name: str, keys: pa.Array, ledger: pd.DataFrame, number: int) -> pa.Table:
    """The rows with these keys as they stood before an import; those of imports taken back since are looked for further back."""
    key = TABLES[name][1]
    before = ledger[(ledger["action"] == IMPORT) & (ledger["version"] < number)]
    standing = before.loc[_standing(before), "import_id"]
    rows = store.read(name, store.version(number - 1))
    rows = rows.filter(pc.is_in(rows[key], keys))
    found = [rows.filter(pc.is_in(rows["import_id"], pa.array(standing, pa.string())))]
    for import_id in set(rows["import_id"].to_pylist()) - set(standing):
        lost = rows.filter(pc.equal(rows["import_id"], import_id))[key].combine_chunks()
        brought = int(before.loc[before["import_id"] == import_id, "version"].min())
        found.append(_earlier(store, name, lost, ledger, brought))
    return pa.concat_tables(found)


def _standing(ledger: pd.DataFrame) -> pd.Series:
    """(rows) True for an import that was not taken back."""
    return (ledger["action"] == IMPORT) & (ledger["undone_by"] == 0)


def _import(ledger: pd.DataFrame, number: int) -> pd.Series:
    found = ledger[(ledger["version"] == number) & (ledger["action"] == IMPORT)]
    if found.empty or found.iloc[0]["undone_by"]:
        raise UserError(
            "Impor ini tidak dapat dibatalkan.",
            found=f"v{number}" + ("" if found.empty else f", sudah dibatalkan oleh v{found.iloc[0]['undone_by']}"),
            allowed=", ".join(f"v{version}" for version in ledger.loc[_standing(ledger), "version"].tail(10)),
            action="pilih impor dari daftar history",
        )
    row: pd.Series = found.iloc[0]
    return row
