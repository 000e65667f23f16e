"""The store: a version is all of an import or none of it, and every version can be read again."""

import json
import os
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from filelock import FileLock

from ipsm_analytics import schema
from ipsm_analytics import store as module
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.room import RESERVE
from ipsm_analytics.store import TABLES, Store, Transaction, Version
from tests.tables import Cells, content, monthly, sicadas, stored, take

FIRST, SECOND, THIRD = ({"NIK": f"737101450690000{number}"} for number in (1, 2, 3))
BAD = {"Kelurahan": "Xyz"}


class CrashError(Exception):
    """Stands for the end of a process."""


def filled(folder: Path, *files: tuple[Cells, ...]) -> Store:
    take(*(sicadas(folder / f"{number}.csv", *changes) for number, changes in enumerate(files)))
    return Store(settings())


def crash_at_commit(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """Imports that die after their tables are written and before the ledger has them."""

    def die(work: Transaction, entry: object) -> Version:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit", die)
        for path in paths:
            with pytest.raises(CrashError):
                take(path)


class TestVersions:
    def test_an_empty_store_is_version_0(self):
        store = Store(settings())
        assert (store.latest_number(), store.latest(), store.version(0)) == (0, Version(), Version())
        assert len(store.ledger()) == 0
        for name, (wanted, _) in TABLES.items():
            assert store.read(name, store.latest()).equals(wanted.empty_table())
            assert store.files(name, store.latest()) == []
        assert not store.path.exists()

    def test_every_import_is_a_version_that_stays_readable(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,), (SECOND, BAD), ({**FIRST, "Status": "Selesai"},))
        assert store.latest_number() == store.latest().number == 3
        counts = [[store.read(name, store.version(number)).num_rows for name in TABLES] for number in range(4)]
        assert [dict(zip(TABLES, row, strict=True)) for row in counts] == [
            dict.fromkeys(TABLES, 0) | {"kasus": cases, "karantina": refused}
            for cases, refused in ((0, 0), (1, 0), (2, 1), (2, 1))
        ]
        states = [sorted(store.read("kasus", store.version(number))["status"].to_pylist()) for number in (1, 2, 3)]
        assert states == [["verifikasi"], ["verifikasi"] * 2, ["selesai", "verifikasi"]]

    def test_a_version_that_is_not_there(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,))
        for number in (2, -1):
            with pytest.raises(UserError, match=rf"Versi data tidak ada.*v{number}\..*v0 sampai v1"):
                store.version(number)

    def test_the_version_of_a_day_in_makassar(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        moments = ["2026-01-01T15:59:59", "2026-01-01T16:00:00", "2026-01-05T01:00:00"]
        for number, moment in enumerate(moments):
            now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            monkeypatch.setattr(module, "datetime", type("Clock", (), {"now": staticmethod(lambda zone, now=now: now)}))
            take(sicadas(tmp_path / f"{number}.csv", {"NIK": f"737101450690000{number + 1}"}))
        store = Store(settings())
        days = [(2025, 12, 31), (2026, 1, 1), (2026, 1, 2), (2026, 1, 4), (2026, 1, 5), (2027, 1, 1)]
        assert [store.version_on(date(*day)).number for day in days] == [0, 1, 2, 2, 3, 3]
        assert store.latest().time == datetime(2026, 1, 5, 1, tzinfo=UTC)

    def test_reads_columns_under_the_schema(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,))
        for name, (wanted, key) in TABLES.items():
            assert store.read(name, store.latest()).schema.equals(wanted)
            assert store.read(name, store.latest(), [key]).schema.equals(pa.schema([wanted.field(key)]))

    def test_columns_that_came_later_are_gaps_in_what_was_written_before(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        write = Transaction._write

        def write_as_before(work: Transaction, name: str, rows: pa.Table | pa.RecordBatchReader, metadata: dict) -> None:
            table = rows.read_all() if name == "karantina" else rows
            write(work, name, table.drop_columns(["kode_kelurahan", "bulan"]) if name == "karantina" else table, metadata)

        with monkeypatch.context() as patched:
            patched.setattr(Transaction, "_write", write_as_before)
            store = filled(tmp_path, (BAD,))
        assert stored("karantina")["bulan"].to_pylist() == [None]
        take(sicadas(tmp_path / "baru.csv", {**BAD, **SECOND}))
        assert sorted(map(str, stored("karantina")["bulan"].to_pylist())) == ["2026-10-01", "None"]
        assert store.read("karantina", store.version(1), ["bulan", "row_id"])["bulan"].to_pylist() == [None]

    def test_names_the_files_of_a_version(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,), (SECOND,))
        assert [len(store.files("kasus", store.version(number))) for number in range(3)] == [0, 1, 2]
        assert all(Path(name).suffix == ".parquet" for name in store.files("kasus", store.latest()))

    def test_old_versions_outlive_the_tidying_of_the_log(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,), (SECOND,), (THIRD,))
        long_ago = time.time() - 400 * 86_400
        for name in ("kasus", "impor"):
            log = store.path / name / "_delta_log"
            for file in log.iterdir():
                os.utime(file, (long_ago, long_ago))
            DeltaTable(store.path / name).create_checkpoint()
            DeltaTable(store.path / name).cleanup_metadata()
        assert store.read("kasus", store.version(1)).num_rows == 1
        assert store.latest_number() == 3


class TestLedger:
    def test_says_what_came_in(self, tmp_path: Path):
        ledger = filled(tmp_path, (FIRST, SECOND, SECOND, BAD), ({**FIRST, "Status": "Selesai"},)).ledger()
        counts = ["version", "file", "kind", "rows_read", "accepted", "updated", "duplicates", "quarantined"]
        assert ledger[counts].to_numpy().tolist() == [
            [1, "0.csv", "sicadas-ppks", 4, 2, 0, 1, 1],
            [2, "1.csv", "sicadas-ppks", 1, 1, 1, 0, 0],
        ]
        assert ledger["reasons"].map(json.loads).tolist() == [{"DUP_ROW": 1, "KEL_UNKNOWN": 1}, {}]
        assert ledger["action"].tolist() == ["impor", "impor"]
        assert ledger["sample"].tolist() == [False, False]
        assert ledger["key_fingerprint"].unique().tolist() == [keyring(settings()).fingerprint]
        assert (ledger["import_id"] == ledger["sha256"].str[:16] + "-sicadas-ppks").all()

    def test_the_commit_carries_it_too(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST, BAD))
        for name in ("kasus", "karantina", "impor"):
            commit = DeltaTable(store.path / name).history(1)[0]
            assert (commit["ipsm.file"], commit["ipsm.kind"]) == ("0.csv", "sicadas-ppks")
            assert commit["ipsm.sha256"] == store.ledger()["sha256"][0]

    def test_a_user_without_a_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        def nameless() -> str:
            raise KeyError("uid not found")

        monkeypatch.setattr(module.getpass, "getuser", nameless)
        assert filled(tmp_path, (FIRST,)).ledger()["user"].tolist() == ["tidak dikenal"]


class TestCrash:
    def test_before_the_ledger_leaves_readers_the_old_version(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        store = filled(tmp_path, (FIRST,))
        before = content(stored())
        crash_at_commit(monkeypatch, sicadas(tmp_path / "x.csv", SECOND, {**FIRST, "Status": "Selesai"}, BAD))
        assert DeltaTable(store.path / "kasus").to_pyarrow_table().num_rows == 2
        assert (store.latest_number(), content(stored()), stored("karantina").num_rows) == (1, before, 0)

    def test_is_taken_back_by_the_next_import_which_is_complete(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        store = filled(tmp_path, (FIRST,))
        lost = sicadas(tmp_path / "x.csv", SECOND, {**FIRST, "Status": "Selesai"}, BAD)
        crash_at_commit(monkeypatch, lost, monthly(tmp_path / "y.csv", {}))
        take(sicadas(tmp_path / "z.csv", THIRD))
        assert (store.latest_number(), stored().num_rows, stored("karantina").num_rows) == (2, 2, 0)
        assert DeltaTable(store.path / "laporan").to_pyarrow_table().num_rows == 0
        [report] = take(lost)
        assert (report.accepted, report.updated, report.quarantined) == (2, 1, 1)
        assert sorted(stored()["status"].to_pylist()) == ["selesai", "verifikasi", "verifikasi"]
        assert store.read("kasus", store.version(1)).num_rows == 1

    def test_of_the_very_first_import(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = sicadas(tmp_path / "x.csv", FIRST, BAD)
        crash_at_commit(monkeypatch, path, path)
        assert (Store(settings()).latest_number(), stored().num_rows) == (0, 0)
        assert take(path)[0].accepted == 1
        assert (Store(settings()).latest_number(), stored().num_rows, stored("karantina").num_rows) == (1, 1, 1)

    def test_a_rolled_back_table_is_pinned_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        store = filled(tmp_path, (FIRST,))
        crash_at_commit(monkeypatch, sicadas(tmp_path / "x.csv", SECOND))
        take(monthly(tmp_path / "m1.csv", {}))
        rolled_back = DeltaTable(store.path / "kasus").version()
        take(monthly(tmp_path / "m2.csv", {"bulan": "2026-09"}))
        assert DeltaTable(store.path / "kasus").version() == rolled_back == store.latest().tables["kasus"]
        assert stored().num_rows == 1


class TestWriting:
    def keys(self) -> str:
        return keyring(settings()).fingerprint

    def test_waits_for_another_import_and_then_gives_up(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        store = filled(tmp_path, (FIRST,))
        monkeypatch.setattr(module, "LOCK_SECONDS", 0.05)
        with FileLock(store.lock_file):
            assert "Impor lain sedang berjalan" in take(sicadas(tmp_path / "b.csv", SECOND))[0].error
            assert stored().num_rows == 1
        assert take(sicadas(tmp_path / "b.csv", SECOND))[0].accepted == 1

    def test_another_key_is_refused(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,))
        with pytest.raises(UserError, match="Kunci tidak cocok"), store.transaction("0" * 12):
            pytest.fail("a wrong key came in")
        other = Settings(settings().store, key="kunci lain, juga cukup panjang", today=settings().today)
        [report] = take(sicadas(tmp_path / "b.csv", SECOND), config=other)
        assert report.error.startswith("Kunci tidak cocok dengan penyimpanan ini.")
        assert store.latest_number() == 1

    def test_a_place_that_is_no_folder_is_refused(self, tmp_path: Path):
        (tmp_path / "berkas").write_text("bukan folder")
        config = Settings(tmp_path / "berkas" / "store", key="x" * 32, today=settings().today)
        [report] = take(sicadas(tmp_path / "a.csv", FIRST), config=config)
        assert report.error.startswith("Penyimpanan tidak dapat ditulis; isinya tetap seperti semula. Ditemukan: ")

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (OSError(28, "No space left on device"), "disk penuh"),
            (PermissionError(13, "Permission denied"), "tidak ada izin menulis"),
            (DeltaError("Generic error\n  No space left on device (os error 28)"), "disk penuh"),
            (DeltaError("Generic error\n  of some kind"), "Generic error of some kind"),
            (OSError(), "OSError"),
        ],
    )
    def test_a_full_or_read_only_disk_leaves_the_store_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str
    ):
        store = filled(tmp_path, (FIRST,))
        path = sicadas(tmp_path / "b.csv", SECOND, BAD)
        write = module.write_deltalake

        def fail(table: object, *arguments: object, **options: object) -> None:
            if Path(str(table)).name == "kasus":
                raise error
            write(table, *arguments, **options)

        with monkeypatch.context() as patched:
            patched.setattr(module, "write_deltalake", fail)
            [report] = take(path)
        assert f"Penyimpanan tidak dapat ditulis; isinya tetap seperti semula. Ditemukan: {cause}." in report.error
        assert (store.latest_number(), stored().num_rows, stored("karantina").num_rows) == (1, 1, 0)
        [report] = take(path)
        assert (report.accepted, report.quarantined, stored("karantina").num_rows) == (1, 1, 1)

    @pytest.mark.parametrize("change", ["append", "replace"])
    def test_what_the_disk_has_no_room_for_is_not_begun(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str):
        """Free is what the commits need and as much as the rows are, less one byte."""
        store = filled(tmp_path, (FIRST,))
        rows = stored()
        files = {path.name: path.stat().st_size for path in (store.path / "kasus").glob("*.parquet")}
        needed = rows.nbytes + (sum(files.values()) if change == "replace" else 0)
        room = {"free": RESERVE + needed - 1}
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(**room))

        def write(work: Transaction) -> None:
            if change == "append":
                work.append("kasus", rows, pa.array([True]), {})
            else:
                work.replace("kasus", rows, {})

        with pytest.raises(UserError, match="Ruang disk tidak cukup"), store.transaction(self.keys()) as work:
            write(work)
        assert {path.name for path in (store.path / "kasus").glob("*.parquet")} == set(files)
        room["free"] += 1
        with store.transaction(self.keys()) as work:
            write(work)
            assert work.written == {"kasus": 1}

    def test_nothing_written_is_no_version(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST,))
        with store.transaction(self.keys()) as work:
            nothing = stored().slice(0, 0)
            work.append("kasus", nothing, pa.array([], pa.bool_()), {})
            work.append("kasus", stored(), pa.array([False]), {})
            work.replace("kasus", nothing, {})
            assert work.written == {}
        assert store.latest_number() == 1

    def test_takes_only_the_wanted_rows(self, tmp_path: Path):
        store = filled(tmp_path, (FIRST, SECOND, THIRD))
        rows = stored()
        with store.transaction(self.keys()) as work:
            assert work.remove_sample({}) == 0
            keys = pa.array([f"{number}" for number in range(3)])
            more = rows.set_column(0, rows.schema.field(0), keys)
            work.append("kasus", more, pa.array([True, False, True]), {})
            assert sorted(work.rows("kasus", ["case_id"])["case_id"].to_pylist()) == sorted(
                [*rows["case_id"].to_pylist(), "0", "2"]
            )
            assert work.rows("karantina", ["row_id"]).column_names == ["row_id"]


class TestATableFromBeforeAColumn:
    def test_is_read_with_gaps_and_written_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        whole, key = schema.TABLES["kasus"]
        older = pa.schema([field for field in whole if field.name not in ("tahun_lahir", "name_keys")])
        with monkeypatch.context() as patch:
            patch.setitem(schema.TABLES, "kasus", (older, key))
            take(sicadas(tmp_path / "a.csv", {}))
        assert stored()["name_keys"].to_pylist() == [None]
        other = {"NIK": "7371014506900002"}
        take(sicadas(tmp_path / "b.csv", other, {"Status": "Selesai"}))
        rows = stored()
        assert rows.schema.equals(whole)
        assert rows["tahun_lahir"].to_pylist() == [1990, 1990]
        assert None not in rows["name_keys"].to_pylist()
