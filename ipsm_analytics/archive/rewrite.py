"""A store written anew, file by file, with every version as it was: same numbers, same pins, other rows.

A Delta table is a folder of Parquet files and a log that says, commit by commit, which of them belong to it (the
protocol, github.com/delta-io/delta/blob/master/PROTOCOL.md). Each file is read, changed and written under another name,
and the log is written anew around it. What the log quotes of the rows (least and greatest values of every column) and
of how they came (predicates) is left out. Files no commit names and checkpoints, which only repeat the log, stay behind.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from ipsm_analytics.archive.columns import plain
from ipsm_analytics.archive.progress import Step, quiet
from ipsm_analytics.errors import UserError

LOG = "_delta_log"
Change = Callable[[str, pa.Table], pa.Table]
"""Makes of some rows of a table (its name first) those that take their place; the same object where nothing changes."""
_ROWS = {"karantina": 1 << 14}
"""Sealed rows are long; of the others so many are held at a time."""
_MOST_ROWS = 1 << 17
_KEPT = ("timestamp", "operation", "engineInfo", "clientVersion", "readVersion")
_SAID = "ipsm."
_NOT_SAID = "ipsm.key_fingerprint"
Action = dict[str, Any]


@dataclass
class _Table:
    """A table being written anew."""

    name: str
    source: Path
    target: Path
    change: Change
    told: Callable[[int], None]
    text: Callable[[str], str]
    names: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def all(self) -> None:
        """Every commit in turn, with the files it names."""
        (self.target / LOG).mkdir(parents=True)
        for path in commits(self.source):
            lines = [json.dumps(self._action(json.loads(line))) for line in path.read_text(encoding="utf-8").splitlines() if line]
            (self.target / LOG / path.name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _action(self, action: Action) -> Action:
        for kind in ("add", "remove"):
            if kind in action:
                return {kind: self._file(action[kind])}
        return {"commitInfo": self._info(action["commitInfo"])} if "commitInfo" in action else action

    def _file(self, said: Action) -> Action:
        """What the log says of a file, with its new name and size and, where its rows are others, without theirs."""
        if said.get("deletionVector"):
            raise _unreadable(self.name, "vektor penghapusan")
        path = unquote(said["path"])
        if path not in self.names:
            self.names[path] = f"part-00000-{uuid4()}-c000.parquet"
            self._write(path)
        new = self.target / self.names[path]
        found = said | {"path": new.name, "size": new.stat().st_size}
        if path in self.changed and "stats" in found:
            found["stats"] = json.dumps({"numRecords": pq.ParquetFile(new).metadata.num_rows})
        return found

    def _write(self, path: str) -> None:
        source, target = self.source / path, self.target / self.names[path]
        if not source.exists():
            raise _unreadable(self.name, f"berkas {path} hilang")
        changed = False
        with pq.ParquetFile(source) as file, pq.ParquetWriter(target, plain(file.schema_arrow.empty_table()).schema) as writer:
            for batch in file.iter_batches(_ROWS.get(self.name, _MOST_ROWS)):
                rows = plain(pa.Table.from_batches([batch]))
                found = self.change(self.name, rows)
                changed |= found is not rows
                writer.write_table(found)
        if changed:
            self.changed.add(path)
        else:
            shutil.copyfile(source, target)
        self.told(source.stat().st_size)

    def _info(self, said: Action) -> Action:
        """Who committed and why, without what the writer quotes of rows."""
        ours = {name: self.text(value) for name, value in said.items() if name.startswith(_SAID) and name != _NOT_SAID}
        return {name: said[name] for name in _KEPT if name in said} | ours | {"operationParameters": {}}


def rewritten(
    store: Path,
    target: Path,
    change: Change,
    step: Step = quiet,
    text: Callable[[str], str] = lambda said: said,
) -> list[tuple[Path, Path]]:
    """Writes every table and journal of a store into another, empty folder, with changed rows.

    `text` changes what the log says of each commit.

    Returns every Parquet file and the one that took its place. Raises UserError when the log of a table has a gap or
    names a file that is gone.
    """
    whole = sum(path.stat().st_size for path in store.rglob("*.parquet"))
    done = 0

    def told(size: int) -> None:
        nonlocal done
        done += size
        step(done, whole)

    found = []
    for folder in tables(store):
        table = _Table(folder.name, folder, target / folder.name, change, told, text)
        table.all()
        found += [(table.source / old, table.target / new) for old, new in table.names.items()]
    return found


def tables(store: Path) -> list[Path]:
    """Folders of the tables and journals, by name."""
    return sorted(path for path in store.iterdir() if (path / LOG).is_dir())


def commits(table: Path) -> list[Path]:
    """The commits of a table, oldest first; raises UserError when one is missing."""
    found = sorted(path for path in (table / LOG).glob("*.json") if path.stem.isdecimal())
    if [int(path.stem) for path in found] != list(range(len(found))):
        raise _unreadable(table.name, "catatan perubahan yang hilang")
    return found


def files(table: Path) -> Iterator[Path]:
    """Every Parquet file that some commit of a table names."""
    names = set()
    for path in commits(table):
        for line in path.read_text(encoding="utf-8").splitlines():
            action = json.loads(line) if line else {}
            names |= {unquote(action[kind]["path"]) for kind in ("add", "remove") if kind in action}
    yield from (table / name for name in sorted(names))


def _unreadable(name: str, found: str) -> UserError:
    return UserError(
        "Riwayat sebuah tabel tidak lengkap; tidak ada yang diubah.",
        found=f"{name}: {found}",
        allowed="semua versi sejak impor pertama",
        action="pulihkan cadangan yang utuh",
    )
