"""Linking: who is probably one person, what an operator decides, who is one by it, and who is in the register."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.linking.coverage import coverage
from ipsm_analytics.linking.decisions import canonical_keys, decide, decisions, resolved, withdraw
from ipsm_analytics.linking.pairs import pair_id, pairs
from ipsm_analytics.linking.parameters import UNKNOWN, parameters
from ipsm_analytics.schema import DIFFERENT, SAME, SICADAS_DTSEN_COLUMNS
from ipsm_analytics.store import Store
from scripts.link_curve import curve, registered, sample_store
from tests.tables import Cells, stored, take, template, write

WHOLE = {"nik": "7371014506900001", "nama": "Sitti Fatimah Dg. Ngai", "jk": "P", "tgl_lahir": "05/06/1990"}
WITHOUT_NIK = {**WHOLE, "nik": "", "nama": "St. Patima Daeng Ngai"}
OTHER = {"nik": "7371011203850002", "nama": "Muhammad Yusuf Rajab", "jk": "L", "tgl_lahir": "12/03/1985"}
ENTRY = {
    "No. KK": "7371010101080001",
    "NIK": "7371014506900001",
    "Nama Kepala Keluarga": "Sitti Fatimah Dg. Ngai",
    "Tanggal Lahir": "05/06/1990",
    "Jenis Kelamin": "P",
    "Kecamatan": "Mariso",
    "Kelurahan": "Lette",
    "Desil": "2",
}
FIELDS = list(parameters().fields)


def put_in(folder: Path, *people: Cells) -> Store:
    take(template(folder / "a.csv", *({"id_kasus": f"K-{number}", **one} for number, one in enumerate(people))))
    return Store(settings())


def found(store: Store, threshold: float | None = None) -> pd.DataFrame:
    return pairs(store, store.latest(), threshold)


def levels(folder: Path, first: Cells, second: Cells) -> dict[str, str]:
    [row] = found(put_in(folder, first, second), 0.0)[FIELDS].to_dict("records")
    return row


class TestPairs:
    def test_a_name_spelt_otherwise_without_nik_is_one_person(self, tmp_path: Path):
        frame = found(put_in(tmp_path, WHOLE, WITHOUT_NIK, OTHER))
        [row] = frame.to_dict("records")
        keys = sorted(set(stored()["person_key"].to_pylist()) & {row["left_key"], row["right_key"]})
        assert [row["left_key"], row["right_key"]] == keys
        assert (row["pair_id"], row["decision"], row["sample"]) == (pair_id(*keys), "", False)
        assert row["probability"] > 0.99
        assert {field: row[field] for field in FIELDS} == {
            "nama": "bunyi_sama",
            "lahir": "sama",
            "nik": UNKNOWN,
            "jk": "sama",
            "tempat": "kelurahan_sama",
            "kategori": "sama",
        }

    def test_two_valid_niks_of_the_same_place_and_birth_are_two_persons(self, tmp_path: Path):
        twin = {**WHOLE, "nik": "7371014506900012", "nama": "Rahmawati Kebo"}
        assert found(put_in(tmp_path, WHOLE, twin)).empty

    @pytest.mark.parametrize(
        ("change", "field", "level"),
        [
            ({}, "nama", "sama"),
            ({"nama": "Fatimah Ngai Sitti Daeng"}, "nama", "sama"),
            ({"nama": "Sitti Patima Dg. Ngai"}, "nama", "bunyi_sama"),
            ({"nama": "Muhammad Yusuf"}, "nama", "beda"),
            ({"nama": ""}, "nama", UNKNOWN),
            ({"tgl_lahir": "05/06/1988"}, "lahir", "hampir_sama"),
            ({"tgl_lahir": "06/05/1990"}, "lahir", "hampir_sama"),
            ({"tgl_lahir": "01/01/1990"}, "lahir", "tahun_sama"),
            ({"tgl_lahir": "", "usia": "36"}, "lahir", "tahun_dekat"),
            ({"tgl_lahir": "", "usia": "30"}, "lahir", "beda"),
            ({"nik": "73710145069000"}, "nik", "bagian_sama"),
            ({"nik": "73710245069000"}, "nik", "bagian_beda"),
            ({"nik": "7371014506900002"}, "nik", "sah_hampir_sama"),
            ({"nik": "7371021203850001"}, "nik", "sah_beda"),
            ({"jk": "L"}, "jk", "beda"),
            ({"kode_kelurahan": "73.71.01.1003"}, "tempat", "kecamatan_sama"),
            ({"kode_kelurahan": "73.71.07.1003"}, "tempat", "beda"),
            ({"kategori": "PPKS-09"}, "kategori", "beda"),
            ({"kategori": "PPKS-09;PPKS-24"}, "kategori", "sama"),
        ],
    )
    def test_evidence_is_named_by_level(self, tmp_path: Path, change: Cells, field: str, level: str):
        base = {**WHOLE, "nik": ""} if "nik" not in change and change.get("nama") != "" else WHOLE
        second = {**base, "tgl_lahir": "05/06/1990", "nama": "Sitti Fatimah Dg. Ngai", **change}
        first = {**WHOLE, "nik": WHOLE["nik"]}
        if field == "nama" and level == UNKNOWN:
            second["nik"] = "737101450690001"
        assert levels(tmp_path, first, second)[field] == level

    def test_a_common_name_proves_less_than_a_rare_one(self, tmp_path: Path):
        def person(name: str, place: str, birth: str) -> Cells:
            return {"nama": name, "kode_kelurahan": place, "tgl_lahir": birth}

        crowd = [person("Nur Daeng", f"73.71.07.{1001 + number}", f"{number + 2:02d}/03/19{50 + number}") for number in range(10)]
        twice = [
            person(name, "73.71.01.1004", birth) for name in ("Nur Daeng", "Padjalangi Situju") for birth in ("", "05/06/1990")
        ]
        frame = found(put_in(tmp_path, *crowd, *twice), 0.0)
        same = frame[(frame["tempat"] == "kelurahan_sama") & (frame["nama"] == "sama")]
        rare, common = same["probability"]
        assert rare > 4 * common

    @pytest.mark.parametrize("people", [[], [WHOLE], [{"nama": ""}, {"nama": ""}]])
    def test_without_two_persons_to_compare_there_is_none(self, tmp_path: Path, people: list[Cells]):
        frame = found(put_in(tmp_path, *people) if people else Store(settings()))
        assert frame.empty
        assert list(frame) == ["pair_id", "left_key", "right_key", "probability", *FIELDS, "decision", "sample"]

    def test_are_the_same_every_time(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK, OTHER, {**OTHER, "nik": ""})
        pd.testing.assert_frame_equal(found(store), found(store))

    @pytest.mark.parametrize("threshold", [-0.1, 1.1])
    def test_a_threshold_is_a_probability(self, tmp_path: Path, threshold: float):
        with pytest.raises(UserError, match="0 sampai 1"):
            found(put_in(tmp_path, WHOLE), threshold)

    def test_certain_ones_can_be_asked_for(self, tmp_path: Path):
        assert found(put_in(tmp_path, WHOLE, WITHOUT_NIK), 1.0).empty

    def test_splink_is_loaded_only_when_pairs_are_computed(self):
        code = (
            "import sys, ipsm_analytics.cli, ipsm_analytics.app.page, ipsm_analytics.app.actions;"
            "sys.exit(bool({'splink', 'duckdb'} & set(sys.modules)))"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestDecisions:
    def test_make_two_persons_one_and_can_be_taken_back(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        frame = found(store)
        before = store.latest()
        assert decide(frame, SAME, settings(), "petugas") == before.number + 1
        left, right = frame.iloc[0][["left_key", "right_key"]]
        assert resolved(store, store.latest()) == {left: left, right: left}
        assert resolved(store, before) == {}
        [held] = decisions(store, store.latest()).to_dict("records")
        assert (held["decision"], held["user"], held["pair_id"]) == (SAME, "petugas", frame["pair_id"].iloc[0])
        assert held["probability"] == frame["probability"].iloc[0]
        assert found(store)["decision"].tolist() == [SAME]
        assert withdraw([held["pair_id"]], settings(), "petugas") == before.number + 2
        assert resolved(store, store.latest()) == {}
        ledger = store.ledger().tail(2)
        assert ledger["action"].tolist() == ["padan", "batal padan"]
        assert (ledger["rows_read"] == ledger["accepted"].clip(lower=0)).all()

    def test_a_later_one_takes_the_place_of_the_earlier(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        for decision in (SAME, DIFFERENT):
            decide(found(store), decision, settings(), "petugas")
        assert decisions(store, store.latest())["decision"].tolist() == [DIFFERENT]
        assert resolved(store, store.latest()) == {}
        assert store.ledger()["updated"].tolist()[-1] == 1

    def test_that_contradict_others_are_refused_and_nothing_is_written(self, tmp_path: Path):
        third = {**WITHOUT_NIK, "nama": "Sitti Patimah Dg Ngai"}
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK, third)
        frame = found(store)
        assert len(frame) == 3
        decide(frame.iloc[:1], DIFFERENT, settings(), "petugas")
        decide(frame.iloc[1:2], SAME, settings(), "petugas")
        before = store.latest_number()
        with pytest.raises(UserError, match="bertentangan"):
            decide(frame.iloc[2:], SAME, settings(), "petugas")
        assert store.latest_number() == before
        assert len(decisions(store, store.latest())) == 2

    def test_must_be_known_and_about_something(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        with pytest.raises(UserError, match="sama, beda"):
            decide(found(store), "mungkin", settings(), "petugas")
        with pytest.raises(UserError, match="Tidak ada pasangan"):
            decide(found(store).iloc[:0], SAME, settings(), "petugas")
        for missing in (["abc"], []):
            with pytest.raises(UserError, match="Putusan tidak ada"):
                withdraw(missing, settings(), "petugas")
        assert store.latest_number() == 1


KEYS = st.sampled_from("abcdefgh")
PAIRS = st.lists(st.tuples(KEYS, KEYS).filter(lambda pair: pair[0] < pair[1]), max_size=8)


class TestCanonicalKeys:
    def test_join_through_others_under_the_smallest_key(self):
        assert canonical_keys([("c", "d"), ("b", "c"), ("x", "y")], [("a", "b")]) == {
            **dict.fromkeys("bcd", "b"),
            **dict.fromkeys("xy", "x"),
        }

    def test_of_persons_said_to_be_both_are_an_error(self):
        with pytest.raises(UserError, match="1 pasangan"):
            canonical_keys([("a", "b"), ("b", "c")], [("a", "c")])

    @given(PAIRS, st.randoms(use_true_random=False))
    def test_do_not_depend_on_the_order(self, same: list[tuple[str, str]], chance: object):
        mixed = list(same)
        chance.shuffle(mixed)
        assert canonical_keys(mixed, []) == canonical_keys(same, []) == canonical_keys([pair[::-1] for pair in same], [])

    @given(PAIRS)
    def test_stay_when_resolved_again(self, same: list[tuple[str, str]]):
        once = canonical_keys(same, [])
        assert {key: once[head] for key, head in once.items()} == once
        assert canonical_keys([*same, *once.items()], []) == once
        assert all(head <= key and once[left] == once[right] for key, head in once.items() for left, right in same)


class TestCoverage:
    def states(self, folder: Path, *people: Cells) -> list[tuple[str, bool]]:
        store = put_in(folder, *people)
        take(write(folder / "r.csv", SICADAS_DTSEN_COLUMNS, [ENTRY]))
        frame = coverage(store, store.latest()).set_index("person_key")
        rows = stored().sort_by("row_number")
        [entry] = stored("register")["person_key"].to_pylist()
        own = [frame.loc[key] for key in rows["person_key"].to_pylist()]
        assert {row["register_key"] for row in own} <= {entry, ""}
        assert all((row["register_key"] == entry) == (row["state"] == "padan") for row in own)
        return [(row["state"], row["probability"] == 1) for row in own]

    def test_tells_matched_unmatched_and_not_matchable_apart(self, tmp_path: Path):
        people = [WHOLE, OTHER, {"nama": "Rahmat Rajab"}, {"nama": ""}, {"nama": "Rahmat Rajab", "usia": "40"}]
        assert self.states(tmp_path, *people) == [
            ("padan", True),
            ("tidak padan", False),
            ("tidak dapat dipadankan", False),
            ("tidak dapat dipadankan", False),
            ("tidak padan", False),
        ]

    def test_finds_a_person_without_nik_by_name_and_birth(self, tmp_path: Path):
        assert self.states(tmp_path, WITHOUT_NIK, OTHER) == [("padan", False), ("tidak padan", False)]

    def test_without_a_register_nobody_is_matched(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE)
        [row] = coverage(store, store.latest()).to_dict("records")
        assert (row["state"], row["register_key"], pd.isna(row["probability"])) == ("tidak padan", "", True)


class TestCommand:
    def test_lists_decides_and_takes_back_without_a_name_or_key(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        [row] = found(store).to_dict("records")
        assert main(["link", "pairs"]) == 0
        listed = capsys.readouterr().out
        assert "1 pasangan" in listed
        assert row["pair_id"] in listed
        assert not any(
            text in listed.casefold() for text in ("fatimah", "patima", WHOLE["nik"], row["left_key"], row["right_key"])
        )
        assert main(["link", "confirm", row["pair_id"], "--same"]) == 0
        assert len(resolved(store, store.latest())) == 2
        assert main(["link", "undo", row["pair_id"]]) == 0
        assert resolved(store, store.latest()) == {}

    def test_refuses_a_pair_that_is_none(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        put_in(tmp_path, WHOLE, WITHOUT_NIK)
        assert main(["link", "confirm", "abc", "--different"]) == 2
        assert "Pasangan tidak ada" in capsys.readouterr().err

    def test_asks_for_a_decision(self, capsys: pytest.CaptureFixture[str]):
        with pytest.raises(SystemExit):
            main(["link", "confirm", "abc"])
        assert "pilih salah satu: --same --different" in capsys.readouterr().err


@pytest.mark.slow
def test_the_sample_is_linked_as_well_as_stated(tmp_path: Path):
    store = sample_store(tmp_path, 36_000, 36, 1)
    [point] = curve(store, tmp_path, (parameters().threshold,))
    assert point.true > 100
    assert point.precision >= 0.98
    assert point.recall >= 0.90
    known = registered(store, tmp_path)
    assert known.true > 100
    assert known.right >= 0.98 * known.matched
    assert known.right >= 0.90 * known.true
