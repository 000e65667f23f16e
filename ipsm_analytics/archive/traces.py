"""Where a person is met in a store: rows of tables, refused rows, pairs; in the newest state and in every earlier one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ipsm_analytics.archive.columns import plain
from ipsm_analytics.archive.rewrite import files
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import NIK_MARKS
from ipsm_analytics.intake.person import key_of_nik
from ipsm_analytics.linking.decisions import resolved
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Store, Version

QUARANTINE, PAIRS = "karantina", "padanan"
PERSONS = tuple(name for name, (columns, _) in TABLES.items() if "person_key" in columns.names)
"""Tables with a row for each case, entry or proposal of a person."""
HELD = (*PERSONS, QUARANTINE, PAIRS)
_SIXTEEN = re.compile(r"(?=(\d{16}))")
_PORTION = 1 << 14


@dataclass
class Traces:
    """One person in a store.

    Attributes:
        keys: his person_keys.
        numbers: his NIK as far as they were told or found in refused rows.
        refused: row_id of the refused rows that quote his NIK.
        ids: table -> keys of his rows in any version.
    """

    keys: frozenset[str]
    numbers: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    ids: dict[str, set[str]] = field(default_factory=dict)

    def kept(self, name: str, rows: pa.Table) -> pa.Array:
        """(rows) True for the rows of a table that are not his."""
        if name in PERSONS:
            return pc.invert(_among(rows["person_key"], self.keys))
        if name == PAIRS:
            return pc.invert(pc.or_(*(_among(rows[side], self.keys) for side in ("left_key", "right_key"))))
        return pc.invert(_among(rows["row_id"], self.refused))


def _among(column: pa.ChunkedArray, values: frozenset[str] | set[str]) -> pa.ChunkedArray:
    return pc.is_in(column, pa.array(sorted(values), pa.string()))


def aliases(store: Store, key: str) -> frozenset[str]:
    """The key and those that operators declared the same person."""
    same = resolved(store, store.latest())
    head = same.get(key, key)
    return frozenset({key, head} | {other for other, leader in same.items() if leader == head})


def traces(store: Store, keys: frozenset[str], nik: str | None, ring: Keyring) -> Traces:
    """Everything in any version that is this person's. Opens every refused row to look for his NIK."""
    found = Traces(keys, {nik} if nik else set())
    for rows in _parts(store.path / QUARANTINE, ["row_id", "sealed"]):
        for row_id, sealed in zip(rows["row_id"].to_pylist(), rows["sealed"].to_pylist(), strict=True):
            quoted = {number for number in _numbers(ring.open(sealed)) if key_of_nik(number, ring) in keys}
            found.numbers |= quoted
            found.refused |= {row_id} if quoted else set()
    for name in HELD:
        key = TABLES[name][1]
        parts = _parts(store.path / name, [key, *_named(name)])
        found.ids[name] = {one for rows in parts for one in rows.filter(pc.invert(found.kept(name, rows)))[key].to_pylist()}
    return found


def _named(name: str) -> list[str]:
    """Columns that name the person."""
    return ["person_key"] if name in PERSONS else ["left_key", "right_key"] if name == PAIRS else []


def _parts(folder: Path, columns: list[str]) -> Iterator[pa.Table]:
    for path in files(folder) if folder.exists() else ():
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_PORTION, columns=columns):
                yield plain(pa.Table.from_batches([batch]))


def _numbers(envelope: str) -> set[str]:
    """Every sixteen digits in a row that was refused, however they are divided by marks."""
    row = json.loads(envelope)["row"]
    cells = row.values() if isinstance(row, dict) else [row]
    return {number for cell in cells for text in (cell, NIK_MARKS.sub("", cell)) for number in _SIXTEEN.findall(text)}


def by_version(store: Store, found: Traces) -> dict[int, dict[str, int]]:
    """Data version -> table -> his rows in it; only versions that have some."""
    known: dict[tuple[str, int], int] = {}
    counts: dict[int, dict[str, int]] = {}
    for number in range(1, store.latest_number() + 1):
        version = store.version(number)
        for name in set(HELD) & version.tables.keys():
            place = (name, version.tables[name])
            if place not in known:
                known[place] = _count(store, name, version, found)
        counts[number] = {
            name: known[name, version.tables[name]] for name in HELD if known.get((name, version.tables.get(name, -1)))
        }
    return {number: tables for number, tables in counts.items() if tables}


def _count(store: Store, name: str, version: Version, found: Traces) -> int:
    rows = store.read(name, version, [TABLES[name][1], *_named(name)])
    return len(rows) - int(pc.sum(found.kept(name, rows), min_count=0).as_py())


def masked(found: Traces, text: str) -> str:
    """A text with stars for his NIK and keys."""
    stars = partial(re.sub, "|".join(sorted((*found.numbers, *found.keys))), lambda match: "*" * len(match[0]))
    return stars(text)
