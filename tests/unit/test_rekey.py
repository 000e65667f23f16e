"""Turning the key: every figure and every version stay, what the old key could tell is gone from every file."""

import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ipsm_analytics import schema, swap
from ipsm_analytics.answers import query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.archive import rekey as module
from ipsm_analytics.archive.manifest import digest
from ipsm_analytics.archive.rekey import preview, rekey
from ipsm_analytics.archive.rewrite import commits, files, rewritten, tables
from ipsm_analytics.archive.scan import occurrences
from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.history import TURN, preview_undo, undo
from ipsm_analytics.intake.identity import RING_MARK, Keyring, keyring, ring
from ipsm_analytics.intake.turning import turned_rows
from ipsm_analytics.linking.decisions import decide
from ipsm_analytics.linking.pairs import pair_id
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.quarantine import opened, waiting
from ipsm_analytics.schema import KEYED, TABLES
from ipsm_analytics.store import Store
from tests.stores import in_place
from tests.tables import GOOD, monthly, sicadas, take, template, write

FILES = ["store", "store.jejak.lock", "store.key", "store.lock"]
NIK = GOOD["NIK"]
BAD = {"Kelurahan": "Xyz", "NIK": "7371014506900009"}
RETURNED = (*schema.SICADAS_PPKS_COLUMNS, schema.RETURN_ID)


class CrashError(Exception):
    """Stands for the end of a process."""


@pytest.fixture(autouse=True)
def key_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IPSM_KEY")


def sent(folder: Path) -> list[Path]:
    """Cases (known by NIK, by name and birth, by nothing; one refused), reports, a register, aid, one case finished."""
    person = {"NIK": NIK, "Nama Kepala Keluarga": "Sitti Contoh", "Kecamatan": "Mariso", "Kelurahan": "Lette"}
    family = {"No. KK": "7371010101100001"}
    listed = person | family | {"Desil": "2", "Tanggal Lahir": "05/06/1990", "Jenis Kelamin": "P"}
    aided = person | family | {"Tanggal Pengusulan": "05/09/2026", "Status": "Layak"}
    return [
        sicadas(folder / "a.csv", {}, BAD, {"NIK": "", "Nama": "Baso Contoh"}),
        template(folder / "t.csv", {"id_kasus": "K-7", "nama": "Andi Contoh", "tgl_lahir": "1980-03-04"}, {"id_kasus": "K-8"}),
        monthly(folder / "b.csv", {}),
        write(folder / "r.csv", schema.SICADAS_DTSEN_COLUMNS, [listed]),
        write(folder / "s.csv", schema.SICADAS_BANSOS_COLUMNS, [aided]),
        sicadas(folder / "c.csv", {"Status": "Selesai"}),
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The files of `sent`, and two persons declared the same; made once, tests work on copies."""
    folder = tmp_path_factory.mktemp("kunci")
    config = Settings(store=folder / "store", today=date(2026, 11, 24))
    reports = take(*sent(folder), config=config)
    assert [report.error for report in reports] == [""] * 6
    store = Store(config)
    left, right, *_ = sorted(set(store.read("kasus", store.latest())["person_key"].to_pylist()))
    pair = {"pair_id": pair_id(left, right), "left_key": left, "right_key": right, "probability": 0.9, "sample": False}
    decide(pd.DataFrame([pair]), schema.SAME, config, "uji")
    return config


@pytest.fixture
def filled(made: Settings) -> Settings:
    """A copy of that store in the place that IPSM_STORE names."""
    return in_place(made)


def versions(config: Settings, keys: Keyring | None = None) -> dict[str, list[str]]:
    """The rows of every table in every version but what is sealed, under further keys if those are given."""
    store, found = Store(config), {}
    for number in (2, 5, 7):
        for name in TABLES:
            rows = store.read(name, store.version(number))
            rows = turned_rows(rows, keys) if keys else rows
            rows = rows.drop_columns([one for one in ("sealed", "pair_id") if one in rows.column_names])
            if name == "padanan":
                sides = [sorted(pair) for pair in zip(rows["left_key"].to_pylist(), rows["right_key"].to_pylist(), strict=True)]
                found[f"{name}@{number}"] = sides
            else:
                found[f"{name}@{number}"] = sorted(map(repr, rows.to_pylist()))
    return found


def figures(config: Settings) -> list[str]:
    """Some indicators of cases, persons, registers and reports in every version."""
    store = Store(config)
    names = ("K01", "K02", "R01")
    return [
        query(load(store, store.version(number), config), Query(name, ("kecamatan",)), policy("operator", "layar", 5)).to_csv()
        for number in (2, 7)
        for name in names
    ]


def old_values(config: Settings) -> set[str]:
    """Every key and sealed row in any version."""
    store, found = Store(config), set()
    for number in range(1, 8):
        for name in TABLES:
            rows = store.read(name, store.version(number))
            for column in KEYED & set(rows.column_names):
                for value in rows[column].to_pylist():
                    found |= {value.partition("-")[0]} if isinstance(value, str) else set(value or ())
            if "precedence" in rows.column_names:
                found |= {text.rpartition("|")[2] for text in rows["precedence"].to_pylist()}
            found |= {one.decode() for one in rows["sealed"].to_pylist()} if "sealed" in rows.column_names else set()
    return found - {"", None}


def raw(config: Settings) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(config.store.rglob("*")) if path.is_file())


class TestTurning:
    def test_every_version_is_the_same_under_the_new_key(self, filled: Settings, tmp_path: Path):
        shown, old = figures(filled), keyring(filled)
        rewritten(filled.store, tmp_path / "dulu", lambda name, rows: rows)
        done = rekey(filled)
        keys = keyring(filled)
        assert len(keys.links) == done.links == 1
        assert (done.before, done.after) == (Keyring(keys.secret).fingerprint, keys.fingerprint)
        assert done.before != done.after
        assert figures(filled) == shown
        before = replace(filled, store=tmp_path / "dulu")
        assert versions(filled) == versions(before, keys) != versions(before)
        assert old.secret == keys.secret

    def test_nothing_of_the_old_key_is_in_any_file(self, filled: Settings):
        old = old_values(filled)
        assert len(old) > 25
        hashes = {value for value in old if value.isalnum() and len(value) <= 32}
        assert occurrences(filled.store, hashes) > len(hashes)
        rekey(filled)
        assert occurrences(filled.store, hashes) == 0
        content = raw(filled)
        assert [value for value in old if value.encode() in content] == []
        assert not old & old_values(filled)

    def test_the_old_key_opens_nothing(self, filled: Settings):
        old = keyring(filled)
        rekey(filled)
        store = Store(filled)
        with pytest.raises(UserError, match="Kunci tidak cocok"):
            store.opened_with(old.fingerprint)
        for number in range(1, 8):
            for sealed in store.read("karantina", store.version(number))["sealed"].to_pylist():
                with pytest.raises(UserError, match="tidak dapat dibuka"):
                    old.open(sealed)
        [row] = opened(list(waiting(filled)["row_id"]), filled)
        assert row.cells["NIK"] == BAD["NIK"]

    def test_later_files_meet_the_persons_of_earlier_ones(self, filled: Settings, tmp_path: Path):
        for _ in range(2):
            rekey(filled)
        reports = take(*sent(tmp_path))
        assert [(report.error, report.accepted, report.updated) for report in reports] == [("", 0, 0)] * 6
        before = Store(filled)
        known = set(before.read("kasus", before.latest(), ["person_key"])["person_key"].to_pylist())
        [report] = take(sicadas(tmp_path / "d.csv", {"Tanggal Laporan": "06/11/2026"}))
        assert (report.accepted, report.duplicates) == (1, 0)
        store = Store(filled)
        rows = store.read("kasus", store.latest()).to_pandas()
        [new] = rows.loc[rows["tgl_lapor"].astype(str) == "2026-11-06", "person_key"]
        assert new in known
        assert new in store.read("register", store.latest())["person_key"].to_pylist()

    def test_a_workbook_written_before_settles_its_row(self, filled: Settings, tmp_path: Path):
        row_id = waiting(filled)["row_id"].iloc[0]
        rekey(filled)
        mended = GOOD | BAD | {"Kelurahan": "Lette", schema.RETURN_ID: row_id}
        [report] = take(write(tmp_path / "kembali.csv", RETURNED, [mended]))
        assert (report.error, report.accepted) == ("", 1)
        assert waiting(filled).empty

    def test_an_import_is_updated_and_taken_back_as_before(self, filled: Settings, tmp_path: Path):
        rekey(filled)
        [report] = take(sicadas(tmp_path / "e.csv", {"NIK": "", "Nama": "Baso Contoh", "Status": "Selesai"}))
        assert (report.accepted, report.updated) == (1, 1)
        assert preview_undo(6, filled).removed == {"kasus": 1}
        _, number = undo(6, filled)
        store = Store(filled)
        states = store.read("kasus", store.version(number)).to_pandas().set_index("identity")["status"]
        assert states["nik"] == "verifikasi"

    def test_the_ledger_says_when(self, filled: Settings):
        rekey(filled)
        ledger = Store(filled).ledger()
        last = ledger.iloc[-1]
        assert (last["version"], last["action"], last["accepted"]) == (8, TURN, 0)
        assert set(ledger["key_fingerprint"]) == {keyring(filled).fingerprint}
        assert main(["history"]) == 0

    def test_the_key_file_stays_its_owners(self, filled: Settings):
        first = filled.key_file.read_bytes()
        rekey(filled)
        assert filled.key_file.read_bytes().startswith(RING_MARK)
        assert keyring(filled).secret == first
        assert stat.S_IMODE(filled.key_file.stat().st_mode) == 0o600
        assert sorted(path.name for path in filled.store.parent.glob("store*")) == FILES


class TestBefore:
    def test_a_dry_run_says_what_and_writes_nothing(self, filled: Settings, capsys: pytest.CaptureFixture[str]):
        before = digest(filled.store)
        planned = preview(filled)
        assert (planned.sealed, planned.versions, planned.links, planned.after) == (1, 7, 1, "")
        assert planned.rows["register"] == 1
        assert planned.rows["kasus"] > 5
        assert main(["rekey", "--dry-run"]) == 0
        assert "register 1" in capsys.readouterr().out
        assert digest(filled.store) == before

    def test_an_empty_store_has_no_key_to_turn(self):
        with pytest.raises(UserError, match="masih kosong"):
            rekey(settings())
        assert not settings().store.exists()

    def test_a_key_of_the_environment_needs_a_place(self, filled: Settings, tmp_path: Path):
        secret = filled.key_file.read_text(encoding="utf-8")
        config = replace(filled, key=secret)
        with pytest.raises(UserError, match="--key-out"):
            rekey(config)
        with pytest.raises(UserError, match="hanya bila kunci berasal dari IPSM_KEY"):
            rekey(filled, tmp_path / "baru.key")
        with pytest.raises(UserError, match="tidak dapat dibuat"):
            rekey(config, filled.key_file)
        rekey(config, tmp_path / "baru.key")
        turned = replace(filled, key=(tmp_path / "baru.key").read_text(encoding="utf-8"))
        assert [row.cells["NIK"] for row in opened(list(waiting(turned)["row_id"]), turned)] == [BAD["NIK"]]
        assert filled.key_file.read_text(encoding="utf-8") == secret

    def test_a_damaged_ring(self):
        with pytest.raises(UserError, match="Kunci rusak"):
            ring(RING_MARK + b"zz:11")

    def test_a_history_with_a_gap(self, filled: Settings):
        commits(filled.store / "kasus")[0].unlink()
        with pytest.raises(UserError, match="Riwayat sebuah tabel tidak lengkap"):
            rekey(filled)

    def test_a_file_that_is_gone(self, filled: Settings, tmp_path: Path):
        next(files(filled.store / "register")).unlink()
        with pytest.raises(UserError, match="hilang"):
            rewritten(filled.store, tmp_path / "baru", lambda name, rows: rows)

    def test_asks_first(self, filled: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        monkeypatch.setattr("builtins.input", lambda *prompt: "tidak")
        monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
        before = digest(filled.store)
        assert main(["rekey"]) == 0
        assert "Tidak ada yang diubah" in capsys.readouterr().out
        assert digest(filled.store) == before
        assert main(["rekey", "--yes"]) == 0
        assert "→" in capsys.readouterr().out


class TestCrash:
    @pytest.mark.parametrize("name", ["rewritten", "_note", "_check", "write_key"])
    def test_before_the_swap_nothing_has_happened(self, filled: Settings, monkeypatch: pytest.MonkeyPatch, name: str):
        before, key = digest(filled.store), filled.key_file.read_bytes()
        real = getattr(module, name)

        def die(*arguments: object, **named: object) -> None:
            real(*arguments, **named)
            raise CrashError

        monkeypatch.setattr(module, name, die)
        with pytest.raises(CrashError):
            rekey(filled)
        assert (digest(filled.store), filled.key_file.read_bytes()) == (before, key)
        monkeypatch.undo()
        monkeypatch.delenv("IPSM_KEY", raising=False)
        monkeypatch.setenv("IPSM_STORE", str(filled.store))
        assert sorted(path.name for path in filled.store.parent.glob("store*")) == FILES

    @pytest.mark.parametrize("step", ["lama", "baru", "kunci"])
    @pytest.mark.parametrize("opening", [lambda config: Store(config).latest(), keyring])
    def test_after_it_whoever_comes_next_finishes(
        self, filled: Settings, monkeypatch: pytest.MonkeyPatch, step: str, opening: Callable[[Settings], object]
    ):
        real = swap.commit

        def die(told: str) -> None:
            if told == step:
                raise CrashError

        monkeypatch.setattr(module.swap, "commit", lambda store: real(store, die))
        with pytest.raises(CrashError):
            rekey(filled)
        opening(filled)
        assert len(keyring(filled).links) == 1
        assert Store(filled).opened_with(keyring(filled).fingerprint).number == 8
        assert Store(filled).read("kasus", Store(filled).version(2)).num_rows == 4
        assert sorted(path.name for path in filled.store.parent.glob("store*")) == FILES

    def test_a_draft_left_behind_is_thrown_away(self, filled: Settings):
        swap.draft(filled.store).mkdir()
        (swap.draft(filled.store) / "sisa").touch()
        swap.draft_key(filled.store).write_bytes(b"x" * 20)
        assert Store(filled).latest().number == 7
        rekey(filled)
        assert len(keyring(filled).links) == 1

    def test_a_key_that_is_left_stops_it(self, filled: Settings, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(module, "turned_rows", lambda rows, keys, since: rows)
        before = digest(filled.store)
        with pytest.raises(InternalError, match="old keys are left"):
            rekey(filled)
        assert digest(filled.store) == before


def test_an_unchanged_rewrite_is_the_same_store(filled: Settings, tmp_path: Path):
    rewritten(filled.store, tmp_path / "baru", lambda name, rows: rows)
    assert versions(replace(filled, store=tmp_path / "baru")) == versions(filled)
    assert [path.name for path in tables(tmp_path / "baru")] == [path.name for path in tables(filled.store)]


def test_a_value_is_found_in_columns_lists_logs_and_longer_words(tmp_path: Path):
    table = pa.table({"a": ["satu", None], "b": [["aaaabbbb", "ccccdddd"], None], "c": [1, 2]})
    pq.write_table(table, tmp_path / "a.parquet", compression="snappy")
    (tmp_path / "a.json").write_text('{"berkas": "data_aaaabbbb.csv"}', encoding="utf-8")
    (tmp_path / "b.json").write_text("xaaaabbbbx", encoding="utf-8")
    assert occurrences(tmp_path, {"eeeeffff"}) == 0
    assert occurrences(tmp_path, {"aaaabbbb"}) >= 3
    many = {f"{number:08d}" for number in range(200)}
    assert occurrences(tmp_path, many) == 0
    assert occurrences(tmp_path, many | {"ccccdddd"}) >= 1


def test_whoever_looks_in_the_middle_of_a_swap_waits_for_it(filled: Settings, monkeypatch: pytest.MonkeyPatch):
    store, real = Store(filled), swap.commit

    def die(told: str) -> None:
        raise CrashError

    monkeypatch.setattr(module.swap, "commit", lambda path: real(path, die))
    with pytest.raises(CrashError):
        rekey(filled)
    assert not filled.store.exists()
    assert store.latest_number() == 8
    assert len(store.ledger()) == 8
