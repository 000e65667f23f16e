"""What operators decided about pairs of persons, and which persons are one by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.schema import DIFFERENT, PAIRS, SAME
from ipsm_analytics.store import Store, Transaction, Version

DECIDE, WITHDRAW = "padan", "batal padan"
"""Actions of the ledger."""
TABLE = "padanan"
Pair = tuple[str, str]


def decisions(store: Store, version: Version) -> pd.DataFrame:
    """All decisions that hold in a version, columns of schema.PAIRS, by pair_id."""
    table: pd.DataFrame = store.read(TABLE, version, PAIRS.names).to_pandas()
    return table.sort_values("pair_id", ignore_index=True)


def merged(keys: pa.ChunkedArray, same: Mapping[str, str]) -> pa.ChunkedArray:
    """Person keys with one key for each group of persons declared the same; `same` as `resolved` gives it."""
    if not same:
        return keys
    heads = pa.array(same.values(), keys.type)
    return pc.coalesce(heads.take(pc.index_in(keys, pa.array(same, keys.type))), keys)


def decide(pairs: pd.DataFrame, decision: str, settings: Settings, user: str) -> int:
    """Records one decision, SAME or DIFFERENT, about each of the pairs (rows of `pairs`) in one new data version.

    A later decision about a pair takes the place of the earlier one. Returns the new version. Raises UserError for
    another decision, for no pair, or when persons would be both the same and different; then nothing is written.
    """
    if decision not in (SAME, DIFFERENT):
        raise UserError("Putusan tidak dikenal.", found=decision, allowed=f"{SAME}, {DIFFERENT}", action="pilih salah satu")
    if pairs.empty:
        raise UserError("Tidak ada pasangan yang diputuskan.", action="pilih pasangan dari daftar")
    with Store(settings).transaction(keyring(settings).fingerprint) as work:
        rows = _rows(pairs, decision, user, work)
        known = pc.is_in(rows["pair_id"], work.rows(TABLE, ["pair_id"])["pair_id"].combine_chunks())
        _check(work, rows)
        metadata = {"action": DECIDE, "user": user}
        work.append(TABLE, rows, pc.invert(known), metadata)
        work.replace(TABLE, rows.filter(known), metadata)
        updated = int(pc.sum(known).as_py() or 0)
        return work.commit(_entry(work, DECIDE, len(rows), updated, sample=bool(pairs["sample"].all()))).number


def withdraw(pair_ids: Sequence[str], settings: Settings, user: str) -> int:
    """Takes decisions back, so that the pairs are open again; returns the new version.

    Raises UserError when one of them was never decided; then nothing is written.
    """
    with Store(settings).transaction(keyring(settings).fingerprint) as work:
        held = decisions(work.store, work.base)
        if missing := sorted(set(pair_ids) - set(held["pair_id"])) or not pair_ids:
            found = ", ".join(missing[:5]) if isinstance(missing, list) else "tidak ada"
            raise UserError("Putusan tidak ada.", found=found, action="pilih pasangan yang sudah diputuskan")
        gone = held[held["pair_id"].isin(pair_ids)]
        work.remove(TABLE, pa.array(gone["pair_id"], pa.string()), {"action": WITHDRAW, "user": user})
        return work.commit(_entry(work, WITHDRAW, -len(gone), 0, sample=bool(gone["sample"].all()))).number


def resolved(store: Store, version: Version) -> dict[str, str]:
    """person_key -> the smallest person_key of the same person, for everybody in a pair decided as SAME.

    Who is not in it stands for himself. Raises UserError when decisions contradict each other.
    """
    return _canonical(decisions(store, version))


def canonical_keys(same: Iterable[Pair], different: Iterable[Pair]) -> dict[str, str]:
    """Key -> smallest key of its group; pairs in `same` are joined, also through others.

    Raises UserError when a pair of `different` ends in one group: persons cannot be both.
    """
    leader: dict[str, str] = {}
    for left, right in same:
        first, second = sorted((_leader(leader, left), _leader(leader, right)))
        leader[second] = leader[first] = first
    groups = {key: _leader(leader, key) for key in leader}
    torn = [pair for pair in different if groups.get(pair[0], pair[0]) == groups.get(pair[1], pair[1])]
    if torn:
        raise UserError(
            "Putusan padanan saling bertentangan.",
            found=f"{len(torn)} pasangan diputuskan '{DIFFERENT}', tetapi menjadi satu orang lewat putusan '{SAME}' yang lain",
            allowed="orang yang dinyatakan berbeda tidak boleh tersambung lewat pasangan lain",
            action="batalkan salah satu putusan itu",
        )
    return groups


def _leader(leader: Mapping[str, str], key: str) -> str:
    while (above := leader.get(key, key)) != key:
        key = above
    return key


def _canonical(held: pd.DataFrame) -> dict[str, str]:
    sides = [_sides(held[held["decision"] == decision]) for decision in (SAME, DIFFERENT)]
    return canonical_keys(*sides)


def _sides(held: pd.DataFrame) -> list[Pair]:
    return list(zip(held["left_key"], held["right_key"], strict=True))


def _check(work: Transaction, rows: pa.Table) -> None:
    """Refuses decisions that contradict the others."""
    new = rows.to_pandas()
    held = decisions(work.store, work.base)
    _canonical(pd.concat([held[~held["pair_id"].isin(new["pair_id"])], new]))


def _rows(pairs: pd.DataFrame, decision: str, user: str, work: Transaction) -> pa.Table:
    stated = pairs.assign(decision=decision, user=user, time=datetime.now(UTC), import_id=_import_id(work))
    return pa.Table.from_pylist(stated[PAIRS.names].to_dict("records"), schema=PAIRS)


def _import_id(work: Transaction) -> str:
    return f"{TABLE}-v{work.base.number + 1}"


def _entry(work: Transaction, action: str, count: int, updated: int, *, sample: bool) -> dict[str, object]:
    return {
        "action": action,
        "import_id": _import_id(work),
        "file": "",
        "sha256": "",
        "kind": TABLE,
        "rows_read": max(count, 0),
        "accepted": count,
        "updated": updated,
        "duplicates": 0,
        "quarantined": 0,
        "reasons": "{}",
        "sample": sample,
    }
