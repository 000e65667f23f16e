"""What an import works on: the store's transaction, or a rehearsal that only remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Among, Store


class Ground(Protocol):
    """The state an import meets, and the changes it makes to it."""

    def rows(self, name: str, columns: Sequence[str], among: Among | None = None) -> pa.Table:
        """Columns of a table as it stands now; of the rows asked for, or of all."""
        ...

    def append(self, name: str, rows: pa.Table, wanted: pa.Array, metadata: Mapping[str, str]) -> None:
        """Adds the wanted rows; their keys are new."""
        ...

    def replace(self, name: str, rows: pa.Table, metadata: Mapping[str, str]) -> None:
        """Puts rows in the place of those with the same key."""
        ...

    def remove(self, name: str, keys: pa.Array, metadata: Mapping[str, str]) -> None:
        """Takes the rows with these keys out."""
        ...

    def remove_sample(self, metadata: Mapping[str, str]) -> int:
        """Takes all sample rows out; returns how many there were."""
        ...


class Rehearsal:
    """The newest state with changes on top that nobody else ever sees.

    Raises UserError when the store was filled under another key.
    """

    def __init__(self, store: Store, key_fingerprint: str) -> None:
        self.store = store
        self.base = store.opened_with(key_fingerprint)
        self._added: dict[str, pa.Table] = {}
        self._gone: dict[str, pa.Array] = {}
        self._without_sample = False

    def rows(self, name: str, columns: Sequence[str], among: Among | None = None) -> pa.Table:
        """Columns of a table as the changes leave it; of the rows asked for, or of all."""
        key = TABLES[name][1]
        stored = self.store.read(name, self.base, list(dict.fromkeys([*columns, key, "sample"])), among)
        if self._without_sample:
            stored = stored.filter(pc.invert(stored["sample"]))
        if name in self._gone:
            stored = stored.filter(pc.invert(pc.is_in(stored[key], self._gone[name])))
        added = [self._added[name]] if name in self._added else []
        if among:
            added = [rows.filter(pc.is_in(rows[among.column], among.values)) for rows in added]
        return pa.concat_tables([*(rows.select(columns) for rows in added), stored.select(columns)])

    def append(self, name: str, rows: pa.Table, wanted: pa.Array, metadata: Mapping[str, str]) -> None:
        """Adds the wanted rows; their keys are new."""
        coming = rows.filter(wanted)
        self._added[name] = pa.concat_tables([self._added[name], coming]) if name in self._added else coming

    def replace(self, name: str, rows: pa.Table, metadata: Mapping[str, str]) -> None:
        """Puts rows in the place of those with the same key."""
        self.remove(name, rows[TABLES[name][1]].combine_chunks(), metadata)
        self.append(name, rows, pa.repeat(True, len(rows)), metadata)

    def remove(self, name: str, keys: pa.Array, metadata: Mapping[str, str]) -> None:
        """Takes the rows with these keys out."""
        before = [self._gone[name]] if name in self._gone else []
        self._gone[name] = pa.concat_arrays([*before, keys])
        if name in self._added:
            added = self._added[name]
            self._added[name] = added.filter(pc.invert(pc.is_in(added[TABLES[name][1]], keys)))

    def remove_sample(self, metadata: Mapping[str, str]) -> int:
        """Takes all sample rows out; returns how many there were."""
        removed = sum(int(pc.sum(self.rows(name, ["sample"])["sample"], min_count=0).as_py()) for name in TABLES)
        self._without_sample = True
        self._added = {name: rows.filter(pc.invert(rows["sample"])) for name, rows in self._added.items()}
        return removed
