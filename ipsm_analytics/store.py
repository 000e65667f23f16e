"""The embedded store: the only reader and writer of the Delta tables.

The ledger is the catalogue. Each of its rows pins the Delta version of every table, so a data version is
one number, readers never see half an import, and any version can be read back. A writer that dies before
its ledger row leaves only unpinned files; the next writer rolls the tables back to the pinned versions.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.table import TableMerger
from filelock import FileLock, Timeout
from pyarrow import fs, parquet

from ipsm_analytics import swap
from ipsm_analytics.config import TIMEZONE, Settings
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.room import require_room
from ipsm_analytics.schema import JOURNAL, JOURNALS, TABLES

LEDGER = pa.schema(
    [
        pa.field("version", pa.int64(), nullable=False),
        pa.field("action", pa.string(), nullable=False),
        pa.field("import_id", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("rows_read", pa.int64(), nullable=False),
        pa.field("accepted", pa.int64(), nullable=False),
        pa.field("updated", pa.int64(), nullable=False),
        pa.field("duplicates", pa.int64(), nullable=False),
        pa.field("quarantined", pa.int64(), nullable=False),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field("sample", pa.bool_(), nullable=False),
        pa.field("user", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("tables", pa.string(), nullable=False),
        pa.field("key_fingerprint", pa.string(), nullable=False),
    ]
)
LOCK_SECONDS = 120
EXTENDING_SECONDS = 15
_PORTION = 1 << 13
"""Rows handed to the writer at a time; it keeps several such portions waiting, whatever their size."""
_LASTING = {"delta.enableExpiredLogCleanup": "false", "delta.logRetentionDuration": "interval 36500 days"}
"""Delta's own tidying would make versions older than 30 days unreadable."""
_REFUSALS: Mapping[int | None, str] = {
    errno.ENOSPC: "disk penuh",
    errno.EDQUOT: "kuota disk habis",
    errno.EFBIG: "batas besar berkas tercapai",
    errno.EROFS: "disk hanya dapat dibaca",
    errno.EACCES: "tidak ada izin menulis",
    errno.EPERM: "tidak ada izin menulis",
}
_MANY = 128
"""Commits after which the small files of a journal are put together; what they were stays on disk."""
_WHOLE = 1 << 18
"""Bytes from which a file of a journal is not written again."""
_GROUP_ROWS = {"karantina": 1 << 14}
"""A writer holds a row group in memory until it is full; sealed rows are long."""


@dataclass(frozen=True)
class Version:
    """One state of all tables; number 0 is the empty store."""

    number: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    time: datetime | None = None
    key_fingerprint: str = ""


class Among(NamedTuple):
    """The rows whose value in a column, one of those read, is one of these."""

    column: str
    values: pa.Array


class Entry(NamedTuple):
    """One entry of a journal: the number of the thing, what was done, and the thing as JSON afterwards."""

    number: int
    action: str
    content: str


class Kept(NamedTuple):
    """An entry of a journal with who wrote it and when (UTC)."""

    number: int
    action: str
    content: str
    user: str
    time: datetime


class Store:
    """Tables under one folder. Reading needs no lock; writing takes the folder's lock."""

    def __init__(self, settings: Settings) -> None:
        swap.finish(settings.store)
        self.path = settings.store
        self.lock_file = settings.store.with_name(settings.store.name + ".lock")
        self.extending_lock_file = settings.store.with_name(settings.store.name + ".jejak.lock")

    def latest_number(self) -> int:
        """Newest data version, from the names in the ledger's log: cheap enough for every page run."""
        return self._commits("impor")

    def journal_number(self, name: str) -> int:
        """How often a journal was written to; as cheap."""
        return self._commits(name)

    def _commits(self, name: str) -> int:
        log = self.path / name / "_delta_log"
        try:
            return max(
                (int(path.stem) + 1 for path in log.iterdir() if path.suffix == ".json" and path.stem.isdigit()), default=0
            )
        except FileNotFoundError:
            return self._commits(name) if swap.finish(self.path) else 0

    def latest(self) -> Version:
        """Newest data version."""
        ledger = self.ledger()
        return _version(ledger.iloc[-1]) if len(ledger) else Version()

    def opened_with(self, key_fingerprint: str) -> Version:
        """Newest data version; raises UserError when the store was filled under another key."""
        base = self.latest()
        if base.number and base.key_fingerprint != key_fingerprint:
            raise UserError(
                "Kunci tidak cocok dengan penyimpanan ini.",
                found=key_fingerprint,
                allowed=base.key_fingerprint,
                action="pulihkan berkas kunci atau IPSM_KEY yang dipakai saat impor pertama",
            )
        return base

    def version(self, number: int) -> Version:
        """A data version by number; raises UserError when there is none."""
        ledger = self.ledger()
        if number == 0:
            return Version()
        found = ledger[ledger["version"] == number]
        if found.empty:
            raise UserError(
                "Versi data tidak ada.",
                found=f"v{number}",
                allowed=f"v0 sampai v{len(ledger)}",
                action="lihat daftar versi dengan perintah history",
            )
        return _version(found.iloc[0])

    def version_on(self, day: date) -> Version:
        """The data version in force at the end of a day in Makassar; the empty one before the first import."""
        ledger = self.ledger()
        days = ledger["time"].dt.tz_convert(TIMEZONE).dt.date
        found = ledger[days <= day]
        return _version(found.iloc[-1]) if len(found) else Version()

    def ledger(self) -> pd.DataFrame:
        """All imports, oldest first, columns of LEDGER."""
        table = self._open("impor")
        rows = self._rows("impor", table, LEDGER.names) if table else LEDGER.empty_table()
        ledger: pd.DataFrame = rows.to_pandas()
        return ledger.sort_values("version", ignore_index=True)

    def read(self, name: str, version: Version, columns: Sequence[str] | None = None, among: Among | None = None) -> pa.Table:
        """A table as pinned by a version; empty with its schema when it did not exist yet.

        Columns that came into the schema later are gaps in what was written before. `among`: only these rows.
        """
        wanted, _ = TABLES[name]
        target = pa.schema([wanted.field(column) for column in columns]) if columns else wanted
        if name not in version.tables:
            return target.empty_table()
        table = DeltaTable(self.path / name, version=version.tables[name])
        held = {field.name for field in table.schema().fields}
        rows = self._rows(name, table, [column for column in target.names if column in held], among)
        columns = [rows[field.name] if field.name in held else pa.nulls(len(rows), field.type) for field in target]
        return pa.table(columns, names=target.names).cast(target)

    def _rows(self, name: str, table: DeltaTable, columns: list[str], among: Among | None = None) -> pa.Table:
        """Rows through Arrow's own file system: its threads would outlive one written in Python and abort at exit.

        Some of them are picked out while reading, with little read ahead, so that the others never stand in memory together.
        """
        files = table.to_pyarrow_dataset(filesystem=fs.SubTreeFileSystem(str(self.path / name), fs.LocalFileSystem()))
        if among is None:
            return files.to_table(columns=columns)
        reader = files.scanner(columns=columns, batch_readahead=1, fragment_readahead=1)
        parts = [part.filter(pc.is_in(part[among.column], among.values)) for part in reader.to_batches()]
        return pa.Table.from_batches(parts, schema=reader.projected_schema)

    def files(self, name: str, version: Version) -> list[str]:
        """Paths of the Parquet files of a table in a version."""
        if name not in version.tables:
            return []
        return list(DeltaTable(self.path / name, version=version.tables[name]).file_uris())

    @contextmanager
    def transaction(self, key_fingerprint: str) -> Iterator[Transaction]:
        """Exclusive write access; nothing is visible to readers before `Transaction.commit`.

        Raises UserError when another import holds the lock too long, the folder cannot be written, the disk
        has no room for what is about to be written, or the store was filled under another key.
        """
        with self._writing():
            base = self.opened_with(key_fingerprint)
            yield Transaction(self, self._rolled_back(base), key_fingerprint)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody writes meanwhile, neither imports nor journals; nothing is made but the locks' own files beside the folder.

        For what is done to the folder as a whole. Raises UserError when another holds a lock too long.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.lock_file, timeout=LOCK_SECONDS), FileLock(self.extending_lock_file, timeout=LOCK_SECONDS):
                yield
        except Timeout:
            raise UserError("Impor lain sedang berjalan.", action="tunggu sebentar, lalu ulangi") from None

    @contextmanager
    def _writing(self, lock: FileLock | None = None, busy: str = "Impor lain sedang berjalan.") -> Iterator[None]:
        """A lock (the folder's), write access and some room; what goes wrong in it becomes a UserError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with lock or FileLock(self.lock_file, timeout=LOCK_SECONDS):
                self._require_write_access()
                self.require_room()
                yield
        except Timeout:
            raise UserError(busy, action="tunggu sebentar, lalu ulangi") from None
        except (OSError, DeltaError) as error:
            raise UserError(
                "Penyimpanan tidak dapat ditulis; isinya tetap seperti semula.",
                found=_cause(error),
                action="periksa ruang disk dan izin folder",
            ) from error

    def require_room(self, coming: float = 0) -> None:
        """Raises UserError when the disk has no room for that many bytes and the commits after them.

        Delta says so too, but only once its files are half written, and with a panic of its own on the screen.
        """
        problem = "Ruang disk tidak cukup; isi penyimpanan tetap seperti semula."
        require_room(self.path, coming, problem, "kosongkan ruang disk, lalu ulangi")

    def _require_write_access(self) -> None:
        for folder in (self.path, *self.path.iterdir()):
            if not os.access(folder, os.W_OK):
                raise PermissionError(f"folder {folder} tidak boleh ditulis")

    def journal(self, name: str) -> pd.DataFrame:
        """All entries of a journal, oldest first, columns of schema.JOURNAL."""
        table = self._open(name)
        rows = self._rows(name, table, JOURNAL.names) if table else JOURNAL.empty_table()
        found: pd.DataFrame = rows.to_pandas()
        return found.sort_values("time", kind="stable", ignore_index=True)

    def record(self, name: str, user: str, decide: Callable[[pd.DataFrame], Entry]) -> Entry:
        """Appends the entry that `decide` makes of those before it, with nobody else writing between; returns it.

        A journal belongs to no data version, so nothing that was counted is counted anew. Raises UserError as
        `transaction` does, and what `decide` raises; then nothing is written.
        """
        if name not in JOURNALS:
            raise InternalError(f"no journal {name}")
        with self._writing():
            before = self.journal(name)
            entry = decide(before)
            newest = before["time"].max() if len(before) else None
            now = datetime.now(UTC)
            row = {
                **entry._asdict(),
                "user": user,
                "time": now if newest is None else max(now, newest + timedelta(microseconds=1)),
            }
            write_deltalake(
                self.path / name,
                pa.Table.from_pylist([row], schema=JOURNAL),
                mode="append",
                configuration=_LASTING,
                commit_properties=_properties({"action": entry.action, "user": user}),
            )
            return entry

    @contextmanager
    def extending(self, name: str) -> Iterator[Journal]:
        """A journal that is added to by one who needs only its last entry, with nobody else writing between.

        For journals that grow to thousands of entries: what it costs does not grow with them, and its lock is another than
        that of imports, which may take minutes. Raises UserError as `transaction` does; what was added before stays.
        """
        if name not in JOURNALS:
            raise InternalError(f"no journal {name}")
        with self._writing(FileLock(self.extending_lock_file, timeout=EXTENDING_SECONDS), "Jejak audit sedang ditulis."):
            yield Journal(self.path / name, self._open(name))

    def _open(self, name: str) -> DeltaTable | None:
        try:
            return DeltaTable(self.path / name)
        except TableNotFoundError:
            return self._open(name) if swap.finish(self.path) else None

    def _rolled_back(self, base: Version) -> Version:
        """The same state with pins at the newest Delta versions, after taking back what an importer that died had written."""
        pins = dict(base.tables)
        for name, (wanted, _) in TABLES.items():
            table = self._open(name)
            if table is None or table.version() == base.tables.get(name):
                continue
            if name in base.tables:
                table.restore(base.tables[name])
                pins[name] = DeltaTable(self.path / name).version()
            else:
                write_deltalake(table, wanted.empty_table(), mode="overwrite")
        return replace(base, tables=pins)


@dataclass(frozen=True)
class Journal:
    """One journal while it is added to; used inside `Store.extending` only.

    `table` is None before the first entry.
    """

    folder: Path
    table: DeltaTable | None

    def last(self) -> Kept | None:
        """The entry of the highest number, read without the others; None where there is none yet."""
        if self.table is None or not self.table.file_uris():
            return None
        files = pa.table(self.table.get_add_actions(flatten=True)).sort_by("max.number")
        newest = parquet.read_table(self.folder / files["path"][-1].as_py(), partitioning=None, schema=JOURNAL)
        return Kept(**newest.sort_by("number").slice(len(newest) - 1).to_pylist()[0])

    def add(self, entry: Kept) -> None:
        """Appends an entry as it is; small files are put together now and then, and stay."""
        write_deltalake(
            self.table or self.folder,
            pa.Table.from_pylist([entry._asdict()], schema=JOURNAL),
            mode="append",
            configuration=_LASTING,
            commit_properties=_properties({"action": entry.action, "number": str(entry.number)}),
        )
        if self.table is not None and self.table.version() % _MANY == _MANY - 1:
            self.table.optimize.compact(target_size=_WHOLE)


@dataclass
class Transaction:
    """Changes on top of one version; used inside `Store.transaction` only."""

    store: Store
    base: Version
    key_fingerprint: str
    written: dict[str, int] = field(default_factory=dict)

    def rows(self, name: str, columns: Sequence[str], among: Among | None = None) -> pa.Table:
        """Columns of a table as the changes leave it; of the rows asked for, or of all."""
        return self.store.read(name, self._current(), columns, among)

    def append(self, name: str, rows: pa.Table, wanted: pa.Array, metadata: Mapping[str, str]) -> None:
        """Adds the wanted rows; their keys are new."""
        if count := pc.sum(wanted).as_py():
            self.store.require_room(rows.nbytes * count / len(rows))
            self._write(name, pa.RecordBatchReader.from_batches(rows.schema, _chosen(rows, wanted)), metadata)
            self._note(name)

    def replace(self, name: str, rows: pa.Table, metadata: Mapping[str, str]) -> None:
        """Puts rows in the place of those with the same key."""
        if len(rows):
            self._merge(name, rows, metadata).when_matched_update_all().execute()
            self._note(name)

    def remove(self, name: str, keys: pa.Array, metadata: Mapping[str, str]) -> None:
        """Takes the rows with these keys out of the newest state; keys that are not there are no error."""
        if len(keys) and name in self._current().tables:
            self._merge(name, pa.table({TABLES[name][1]: keys}), metadata).when_matched_delete().execute()
            self._note(name)

    def remove_sample(self, metadata: Mapping[str, str]) -> int:
        """Takes all sample rows out of the newest state; returns how many there were."""
        removed = 0
        for name in TABLES:
            if name in self._current().tables:
                rows = self.rows(name, ["sample"])
                if count := pc.sum(rows["sample"]).as_py() or 0:
                    table = DeltaTable(self.store.path / name)
                    self.store.require_room(_size(table))
                    table.delete("sample = true", commit_properties=_properties(metadata))
                    self._note(name)
                    removed += count
        return removed

    def commit(self, entry: Mapping[str, object]) -> Version:
        """Writes the ledger row that makes the changes visible; returns the new version."""
        row = {
            **entry,
            "version": self.base.number + 1,
            "user": current_user(),
            "time": datetime.now(UTC),
            "tables": json.dumps(dict(self._current().tables)),
            "key_fingerprint": self.key_fingerprint,
        }
        table = pa.Table.from_pylist([row], schema=LEDGER)
        text = {name: str(value) for name, value in row.items()}
        self._write("impor", table, text)
        self.base = _version(table.to_pandas().iloc[0])
        self.written = {}
        return self.base

    def _merge(self, name: str, rows: pa.Table, metadata: Mapping[str, str]) -> TableMerger:
        """The rows beside those stored under the same keys."""
        key, table = TABLES[name][1], DeltaTable(self.store.path / name)
        self.store.require_room(rows.nbytes + _size(table))
        return table.merge(
            rows,
            f"t.{key} = s.{key}",
            source_alias="s",
            target_alias="t",
            merge_schema=True,
            writer_properties=_groups(name),
            commit_properties=_properties(metadata),
        )

    def _write(self, name: str, rows: pa.Table | pa.RecordBatchReader, metadata: Mapping[str, str]) -> None:
        write_deltalake(
            self.store.path / name,
            rows,
            mode="append",
            schema_mode="merge",
            configuration=_LASTING,
            writer_properties=_groups(name),
            commit_properties=_properties(metadata),
        )

    def _current(self) -> Version:
        return Version(self.base.number, {**self.base.tables, **self.written})

    def _note(self, name: str) -> None:
        self.written[name] = DeltaTable(self.store.path / name).version()


def _after(times: pd.Series) -> datetime:
    """Now, and in any case later than the times before."""
    now = datetime.now(UTC)
    return max(now, times.max().to_pydatetime() + timedelta(microseconds=1)) if len(times) else now


def _version(row: pd.Series) -> Version:
    return Version(int(row["version"]), json.loads(row["tables"]), row["time"].to_pydatetime(), row["key_fingerprint"])


def _groups(name: str) -> WriterProperties:
    return WriterProperties(max_row_group_size=_GROUP_ROWS.get(name, 1 << 17))


def _size(table: DeltaTable) -> int:
    """Bytes of a table's files: the most that a rewrite of them adds beside what comes in."""
    return int(pc.sum(pa.chunked_array(table.get_add_actions(flatten=True)["size_bytes"]), min_count=0).as_py())


def _chosen(rows: pa.Table, wanted: pa.Array) -> Iterator[pa.RecordBatch]:
    """The wanted rows a few at a time, so that they are not copied all at once."""
    for start in range(0, len(rows), _PORTION):
        part, chosen = rows.slice(start, _PORTION), wanted.slice(start, _PORTION)
        yield from (part if pc.all(chosen).as_py() else part.filter(chosen)).to_batches()


def _properties(metadata: Mapping[str, str]) -> CommitProperties:
    return CommitProperties(custom_metadata={f"ipsm.{name}": value for name, value in metadata.items()})


_ACTING: ContextVar[str] = ContextVar("acting", default="")


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Whatever is written meanwhile is noted under this name: who signed in, not the account the server runs under."""
    before = _ACTING.set(name)
    try:
        yield
    finally:
        _ACTING.reset(before)


def current_user() -> str:
    """Name of who writes: the one who signed in, else the account; a container may run under a number that has none."""
    if name := _ACTING.get():
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "tidak dikenal"


def _cause(error: Exception) -> str:
    """What the operating system refused; errors of Delta only quote its number."""
    quoted = re.search(r"os error (\d+)", str(error))
    number = int(quoted[1]) if quoted else getattr(error, "errno", None)
    return _REFUSALS.get(number) or " ".join(str(error).split())[:160] or type(error).__name__
