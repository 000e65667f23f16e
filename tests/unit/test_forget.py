"""A person who is forgotten is in no file, no version and no log, and everybody else is as he was."""

import io
import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.answers import query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.archive import forget as module
from ipsm_analytics.archive.forget import Forgetting, forget, forgotten, key_of, losses, preview
from ipsm_analytics.archive.manifest import digest
from ipsm_analytics.archive.rekey import rekey
from ipsm_analytics.archive.rewrite import tables
from ipsm_analytics.archive.scan import occurrences
from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.history import FORGET
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.linking.decisions import decide
from ipsm_analytics.linking.pairs import pair_id
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.quarantine import opened, waiting
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Entry, Store
from tests.conftest import KEY as KEY_OF_TESTS
from tests.stores import in_place
from tests.tables import GOOD, PROVENANCE, sicadas, take, template, write

ANY = GOOD["NIK"]
"""Sitti, who is forgotten."""
OTHER, THIRD = "7371014506900002", "7371014506900003"
BAD = {"Kelurahan": "Xyz"}


class CrashError(Exception):
    """Stands for the end of a process."""


def listed(nik: str) -> dict[str, str]:
    return {
        "NIK": nik,
        "No. KK": "7371010101100001",
        "Nama Kepala Keluarga": "Contoh",
        "Kecamatan": "Mariso",
        "Kelurahan": "Lette",
        "Tanggal Lahir": "05/06/1990",
        "Desil": "2",
        "Tanggal Pengusulan": "05/09/2026",
        "Status": "Layak",
    }


def sent(folder: Path, *niks: str) -> list[Path]:
    """Of every person: a case, a refused row, an entry, a proposal, a later state of the case. One case of nobody known."""

    def header(columns: tuple[str, ...], nik: str) -> dict[str, str]:
        return {name: value for name, value in listed(nik).items() if name in columns}

    dotted = ".".join((ANY[:6], ANY[6:12], ANY[12:]))
    refused = [{"NIK": dotted if nik == ANY else nik, **BAD} for nik in niks]
    return [
        sicadas(folder / "a.csv", *({"NIK": nik} for nik in niks), *refused, {"NIK": "", "Nama": "Baso Contoh"}),
        write(folder / "r.csv", schema.SICADAS_DTSEN_COLUMNS, [header(schema.SICADAS_DTSEN_COLUMNS, nik) for nik in niks]),
        write(folder / "s.csv", schema.SICADAS_BANSOS_COLUMNS, [header(schema.SICADAS_BANSOS_COLUMNS, nik) for nik in niks]),
        sicadas(folder / "c.csv", *({"NIK": nik, "Status": "Selesai"} for nik in niks)),
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """v1 to v4 the files of `sent`, v5 the second and the third declared the same; made once, tests work on copies."""
    folder = tmp_path_factory.mktemp("lupa")
    config = Settings(store=folder / "store", key=KEY_OF_TESTS, today=date(2026, 11, 24))
    reports = take(*sent(folder, ANY, OTHER, THIRD), config=config)
    assert [report.error for report in reports] == [""] * 4
    left, right = sorted(key_of(nik, config) for nik in (OTHER, THIRD))
    pair = {"pair_id": pair_id(left, right), "left_key": left, "right_key": right, "probability": 0.9, "sample": False}
    decide(pd.DataFrame([pair]), schema.SAME, config, "uji")
    return config


@pytest.fixture
def filled(made: Settings) -> Settings:
    """A copy of that store in the place that IPSM_STORE names."""
    return in_place(made)


def rows(config: Settings, number: int, name: str, *without: str) -> list[str]:
    """Rows of a table in a version, in any order."""
    store = Store(config)
    table = store.read(name, store.version(number))
    return sorted(map(repr, table.drop_columns([one for one in without if one in table.column_names]).to_pylist()))


def everything(config: Settings, *without: str, last: int = 4) -> dict[tuple[int, str], list[str]]:
    return {(number, name): rows(config, number, name, *without) for number in range(1, last + 1) for name in TABLES}


def figures(config: Settings) -> list[str]:
    store = Store(config)
    question = [Query(name, ("kecamatan",)) for name in ("K01", "K02")]
    return [
        query(load(store, store.version(number), config), one, policy("operator", "layar", 5)).to_csv()
        for number in (1, 4)
        for one in question
    ]


class TestForgetting:
    def test_shows_first_what_would_go(self, filled: Settings):
        before = digest(filled.store)
        planned = preview(filled, key_of(ANY, filled), ANY)
        one = {"kasus": 1, "karantina": 1}
        both = {"kasus": 1, "register": 1, "bansos": 1, "karantina": 1}
        assert planned.versions == {1: one, 2: one | {"register": 1}, 3: both, 4: both, 5: both}
        assert (planned.persons, planned.version, planned.files) == (1, 0, {})
        assert digest(filled.store) == before

    def test_every_version_is_without_him_and_else_the_same(self, filled: Settings):
        before, key = everything(filled, last=5), key_of(ANY, filled)
        his = {row["row_id"] for row in waiting(filled).to_dict("records") if ANY in raw_numbers(filled, row["row_id"])}
        assert len(his) == 1
        done = forget(filled, key, ANY)
        after = everything(filled, last=5)
        for place, found in before.items():
            assert after[place] == [row for row in found if key not in row and not any(one in row for one in his)], place
        assert sum(map(len, before.values())) - sum(map(len, after.values())) == sum(
            sum(tables_.values()) for tables_ in done.versions.values()
        )

    def test_nothing_of_him_is_in_any_file(self, filled: Settings):
        store, key = Store(filled), key_of(ANY, filled)
        gone = {key}
        sealed = set()
        for number in range(1, 6):
            for name in ("kasus", "register", "bansos"):
                table = store.read(name, store.version(number)).to_pandas()
                gone |= set(table.loc[table["person_key"] == key, TABLES[name][1]])
            refused = store.read("karantina", store.version(number))
            for row_id, content in zip(refused["row_id"].to_pylist(), refused["sealed"].to_pylist(), strict=True):
                if ANY in raw_numbers(filled, row_id):
                    sealed.add(content)
                    gone.add(row_id.partition("-")[0])
        assert len(gone) == 5
        assert occurrences(filled.store, gone) > 10
        forget(filled, key, ANY)
        assert occurrences(filled.store, gone) == 0
        for path in filled.store.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not [one for one in (*gone, ANY) if one.encode() in content], path
            if path.suffix == ".parquet" and path.parent.name == "karantina":
                assert not sealed & set(pq.read_table(path)["sealed"].to_pylist())

    def test_is_as_if_his_rows_had_never_come(self, filled: Settings, tmp_path: Path):
        key = key_of(ANY, filled)
        forget(filled, key, ANY)
        never = Settings(store=tmp_path / "tanpa" / "store", key=filled.key, today=filled.today)
        (tmp_path / "tanpa").mkdir()
        take(*sent(tmp_path / "tanpa", OTHER, THIRD), config=never)
        assert everything(filled, *PROVENANCE) == everything(never, *PROVENANCE)
        assert figures(filled) == figures(never)

    def test_records_numbers_and_nobody(self, filled: Settings):
        before = digest(filled.store)
        done = forget(filled, key_of(ANY, filled), ANY)
        store = Store(filled)
        last = store.ledger().iloc[-1]
        assert (last["action"], last["version"], last["accepted"], last["quarantined"]) == (FORGET, 6, -3, -1)
        assert forgotten(store) == [done]
        assert (done.before, done.hits, done.version, done.moved, done.texts) == (before, 0, 6, 0, 0)
        assert done.before != done.after == last["sha256"]
        assert done.files["register"] == 1
        assert losses(store, 2) == {"kasus": 1, "karantina": 1, "register": 1}
        assert losses(store, 6) == {}
        assert json.loads(done.text())["versions"]["1"] == {"kasus": 1, "karantina": 1}
        assert main(["history"]) == 0

    def test_the_store_goes_on(self, filled: Settings, tmp_path: Path):
        forget(filled, key_of(ANY, filled), ANY)
        [report] = take(sicadas(tmp_path / "d.csv", {"NIK": OTHER, "Status": "Selesai"}, {"NIK": OTHER, **BAD}))
        assert (report.error, report.accepted, report.duplicates, report.quarantined) == ("", 0, 1, 1)
        [report] = take(sicadas(tmp_path / "e.csv", {"Tanggal Laporan": "07/10/2026"}))
        assert (report.accepted, report.version) == (1, 7)
        assert forget(filled, key_of(ANY, filled)).versions == {7: {"kasus": 1}}
        assert len(opened(list(waiting(filled)["row_id"]), filled)) == 2

    def test_after_a_turn_of_the_key(self, filled: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        rekey(filled, tmp_path / "baru.key")
        monkeypatch.setenv("IPSM_KEY", (tmp_path / "baru.key").read_text(encoding="utf-8"))
        config = settings()
        key = key_of(ANY, config)
        assert key != key_of(ANY, filled)
        assert sum(forget(config, key, ANY).versions[5].values()) == 4


def raw_numbers(config: Settings, row_id: str) -> str:
    """The NIK of a refused row as digits."""
    [row] = opened([row_id], config)
    return row.cells["NIK"].replace(".", "")


class TestSamePersons:
    def test_go_together(self, filled: Settings):
        done = forget(filled, key_of(OTHER, filled))
        assert done.persons == 2
        assert done.versions[5] == {"kasus": 2, "register": 2, "bansos": 2, "karantina": 2, "padanan": 1}
        assert len(rows(filled, 5, "kasus")) == 2

    def test_or_alone(self, filled: Settings):
        done = forget(filled, key_of(OTHER, filled), alone=True)
        assert done.persons == 1
        assert done.versions[5] == {"kasus": 1, "register": 1, "bansos": 1, "karantina": 1, "padanan": 1}
        assert rows(filled, 5, "padanan") == []
        assert any(key_of(THIRD, filled) in row for row in rows(filled, 5, "kasus"))

    def test_a_case_that_was_another_persons_before_stays_his(self, tmp_path: Path):
        take(template(tmp_path / "a.csv", {"nik": ANY}), template(tmp_path / "b.csv", {"nik": OTHER, "status": "verifikasi"}))
        config = settings()
        done = forget(config, key_of(OTHER, config))
        assert (done.versions, done.moved) == ({2: {"kasus": 1}}, 1)
        assert [len(rows(config, number, "kasus")) for number in (1, 2)] == [1, 0]

    def test_a_person_known_by_key_only(self, filled: Settings):
        table = Store(filled).read("kasus", Store(filled).latest()).to_pandas()
        [key] = table.loc[table["identity"] == "tidak_ada", "person_key"]
        assert forget(filled, key).versions[1] == {"kasus": 1}
        assert occurrences(filled.store, {key}) == 0


class TestTexts:
    def test_his_number_becomes_stars(self, filled: Settings, tmp_path: Path):
        take(sicadas(tmp_path / f"data_{ANY}.csv", {"NIK": THIRD, "Tanggal Laporan": "08/10/2026"}))
        Store(filled).record("keputusan", "uji", lambda before: Entry(1, "catat", json.dumps({"what": f"Kunjungi {ANY}"})))
        done = forget(filled, key_of(ANY, filled), ANY)
        store = Store(filled)
        assert done.texts == 2
        assert json.loads(store.journal("keputusan")["content"].iloc[0]) == {"what": "Kunjungi " + "*" * 16}
        assert store.version(6).tables
        assert f"data_{'*' * 16}.csv" in set(store.ledger()["file"])
        for path in filled.store.rglob("*"):
            assert not path.is_file() or ANY.encode() not in path.read_bytes()


class TestRefusals:
    def test_nobody(self, filled: Settings):
        before = digest(filled.store)
        for call in (preview, forget):
            with pytest.raises(UserError, match="tidak ada di penyimpanan"):
                call(filled, key_of("7371014506900077", filled))
        assert digest(filled.store) == before

    def test_an_empty_store(self):
        with pytest.raises(UserError, match="tidak ada di penyimpanan"):
            forget(settings(), "0" * 32)
        assert not settings().store.exists()

    @pytest.mark.usefixtures("filled")
    def test_another_key(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("IPSM_KEY", "kunci-lain-0123456789")
        with pytest.raises(UserError, match="Kunci tidak cocok"):
            forget(settings(), key_of(ANY, settings()))

    def test_what_is_no_nik_is_not_quoted(self):
        with pytest.raises(UserError, match="NIK tidak terbaca") as refused:
            key_of("73710145x", settings())
        assert "73710145" not in refused.value.text()


class TestCrash:
    @pytest.mark.parametrize("name", ["rewritten", "_require_gone", "_recorded"])
    def test_before_the_swap_nothing_has_happened(self, filled: Settings, monkeypatch: pytest.MonkeyPatch, name: str):
        before, real = digest(filled.store), getattr(module, name)

        def die(*arguments: object, **named: object) -> None:
            real(*arguments, **named)
            raise CrashError

        with monkeypatch.context() as patched:
            patched.setattr(module, name, die)
            with pytest.raises(CrashError):
                forget(filled, key_of(ANY, filled), ANY)
        assert digest(filled.store) == before
        assert sorted(path.name for path in filled.store.parent.glob("store*")) == ["store", "store.jejak.lock", "store.lock"]

    def test_in_the_swap_the_next_one_finishes(self, filled: Settings, monkeypatch: pytest.MonkeyPatch):
        real, key = module.swap.commit, key_of(ANY, filled)

        def die(told: str) -> None:
            raise CrashError

        with monkeypatch.context() as patched:
            patched.setattr(module.swap, "commit", lambda store: real(store, die))
            with pytest.raises(CrashError):
                forget(filled, key, ANY)
        assert not filled.store.exists()
        assert Store(filled).latest().number == 6
        assert occurrences(filled.store.parent, {key}) == 0

    def test_a_trace_that_is_left_stops_it(self, filled: Settings, monkeypatch: pytest.MonkeyPatch):
        before = digest(filled.store)
        monkeypatch.setattr(module, "rewritten", lambda store, draft, *rest: shutil.copytree(store, draft, dirs_exist_ok=True))
        with pytest.raises(InternalError, match="traces are left"):
            forget(filled, key_of(ANY, filled), ANY)
        assert digest(filled.store) == before


class TestCommand:
    def test_the_number_comes_by_the_standard_input(
        self, filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        def run(*options: str) -> str:
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{ANY}\n"))
            assert main(["forget", "--nik-stdin", *options]) == 0
            return capsys.readouterr().out

        before = digest(filled.store)
        assert "v3: kasus 1, register 1, bansos 1, karantina 1" in run("--dry-run")
        assert "tambahkan --yes" in run()
        assert digest(filled.store) == before
        told = run("--yes", "--proof", str(tmp_path / "bukti.json"))
        assert "0 temuan" in told
        assert ANY not in told
        assert key_of(ANY, filled) not in told
        proof = json.loads((tmp_path / "bukti.json").read_text(encoding="utf-8"))
        assert (proof["version"], proof["hits"]) == (6, 0)
        assert main(["forget", "--nik-stdin", "--proof", str(tmp_path / "bukti.json")]) == 2

    def test_a_key_may_be_an_argument(self, filled: Settings, capsys: pytest.CaptureFixture[str]):
        assert main(["forget", "--person", key_of(OTHER, filled), "--yes"]) == 0
        assert "termasuk yang diputuskan satu orang" in capsys.readouterr().out
        assert main(["forget", "--person", key_of(OTHER, filled), "--yes"]) == 2


PEOPLE = (ANY, OTHER, THIRD)
MOVES = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(["05/10/2026", "06/10/2026"]), st.sampled_from(["Kasus Aktif", "Selesai"])
)


@examples(max_examples=8)
@given(st.lists(st.lists(MOVES, min_size=1, max_size=4), min_size=1, max_size=3), st.sampled_from(PEOPLE))
def test_forgetting_is_never_having_taken_in(tmp_path_factory: pytest.TempPathFactory, files: list, who: str):
    folder = tmp_path_factory.mktemp("lupa")
    stores = [Settings(store=folder / name / "store", key=KEY_OF_TESTS, today=date(2026, 11, 24)) for name in ("semua", "tanpa")]
    whole, never = stores
    newest = []
    for number, moves in enumerate(files):
        for config in stores:
            config.store.parent.mkdir(exist_ok=True)
            cells = [{"NIK": nik, "Tanggal Laporan": day, "Status": state} for nik, day, state in moves]
            kept = [one for one in cells if config is whole or one["NIK"] != who]
            if kept:
                take(sicadas(config.store.parent / f"{number}.csv", *kept), config=config)
        newest.append((Store(whole).latest_number(), Store(never).latest_number()))
    if any(nik == who for moves in files for nik, _, _ in moves):
        forget(whole, key_of(who, whole), who)
    for ours, theirs in newest:
        assert rows(whole, ours, "kasus", *PROVENANCE) == rows(never, theirs, "kasus", *PROVENANCE)


def test_a_store_without_him_is_rewritten_table_by_table(filled: Settings):
    names = [path.name for path in tables(filled.store)]
    forget(filled, key_of(ANY, filled), ANY)
    assert [path.name for path in tables(filled.store)] == names
    assert keyring(filled).fingerprint == Store(filled).latest().key_fingerprint
    assert isinstance(forgotten(Store(filled))[0], Forgetting)
