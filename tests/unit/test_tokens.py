"""Tokens: spellings that are one word fall together, different words do not, and nothing can be read from them."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import parse_nik, person_name
from ipsm_analytics.intake.tokens import COLUMNS, person_tokens, sound, standard
from ipsm_analytics.reference.tables import rows

TODAY = date(2026, 11, 24)
KEYS = Keyring(b"satu rahasia untuk uji")
NIK = "7371014506900001"


def tokens(*people: dict[str, object], keys: Keyring = KEYS) -> list[dict[str, object]]:
    columns = {
        "nama": pa.array([person_name(str(one.get("nama", ""))) for one in people], pa.string()),
        "nik": pa.array([parse_nik(str(one.get("nik", ""))).value for one in people], pa.string()),
        "nik_tertulis": pa.array([str(one.get("nik", "")) for one in people], pa.string()),
        "lahir": pa.array([one.get("lahir") for one in people], pa.date32()),
    }
    return pa.table(person_tokens(columns, keys, TODAY)).to_pylist()


def heard(name: str) -> object:
    return tokens({"nama": name})[0]["sound_keys"]


def short(domain: str, text: str) -> str:
    return KEYS.key(domain, text)[:16]


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Muh. Yusuf", "Mohammad Jusup"),
            ("Moch. Yusuf", "Muhammad Yusup"),
            ("St. Fatimah", "Siti Patima"),
            ("A. Rasyid", "Andi Rasjid"),
            ("Dg. Ngai", "Daeng Ngai"),
            ("Achmad Djamaluddin", "Ahmad Jamaludin"),
            ("Chairul Soekarno", "Khairul Sukarno"),
            ("Nur Hayati", "Nurhayati"),
            ("Rahma Wati", "Rahmawati"),
            ("Nuraeni", "Nuraini"),
            ("Zainal Thamrin", "Sainal Tamrin"),
            ("H. Abd. Kadir", "Abdul Qadir"),
            ("Mulyati", "Muliati"),
            ("Dg. Pasang", "Dg. Pasan"),
            ("Dg. Ngai Rosdiana", "Rusdiana Dg Ngai"),
        ],
    )
    def test_of_one_person_sound_the_same(self, one: str, other: str):
        assert heard(one) == heard(other) is not None

    @pytest.mark.parametrize(
        ("one", "other"), [("Hasan", "Husna"), ("Rahma", "Rahim"), ("Nurbaya", "Nurjannah"), ("Dg. Ngai", "Dg. Nai")]
    )
    def test_of_different_persons_sound_different(self, one: str, other: str):
        assert heard(one) != heard(other)

    def test_keep_their_spelling_beside_their_sound(self):
        first, second = tokens({"nama": "Yusuf"}, {"nama": "Jusup"})
        assert first["name_keys"] == [short("nama-kata", "yusuf")]
        assert second["name_keys"] == [short("nama-kata", "jusup")]
        assert first["sound_keys"] == second["sound_keys"] == [short("nama-bunyi", "jusup")]

    def test_are_sorted_sets_of_words(self):
        [row] = tokens({"nama": "Sitti Sitti Dg. Ngai"})
        assert row["name_keys"] == sorted(short("nama-kata", word) for word in ("sitti", "daeng", "ngai"))

    @pytest.mark.parametrize("name", ["", "  ", "H.", "Hj. Bin"])
    def test_without_a_word_are_a_gap(self, name: str):
        [row] = tokens({"nama": name})
        assert (row["name_keys"], row["sound_keys"]) == (None, None)

    @given(st.text("abcdehijknostuy", min_size=1, max_size=12))
    def test_sounds_change_no_further_once_folded_of_doubles(self, word: str):
        assert "".join(char for place, char in enumerate(sound(word)) if place and char == sound(word)[place - 1]) == ""

    @given(st.lists(st.sampled_from(["sitti", "dg", "yusuf", "h", ""]), max_size=6))
    def test_rows_do_not_disturb_each_other(self, names: list[str]):
        together = tokens(*({"nama": name} for name in [*names, "andi"]))
        assert together == [tokens({"nama": name})[0] for name in [*names, "andi"]]


class TestNik:
    def test_is_keyed_in_three_parts_without_its_last_digit(self):
        [row] = tokens({"nik": NIK})
        assert row["nik_keys"] == [short(f"nik-bagian-{place}", part) for place, part in enumerate(("737101", "450690", "000"))]

    @pytest.mark.parametrize(
        ("written", "same"),
        [
            ("7371014506900000", [True, True, True]),
            ("737101450690001", [True, True, False]),
            ("7371014506900OO1", [True, True, False]),
            ("7,37101450690E+15", [True, True, False]),
            ("7371024506900001", [False, True, True]),
        ],
    )
    def test_written_wrongly_shares_its_right_parts(self, written: str, same: list[bool]):
        right, wrong = (row["nik_keys"] for row in tokens({"nik": NIK}, {"nik": written}))
        assert [one == other for one, other in zip(right, wrong, strict=True)] == same

    @pytest.mark.parametrize("written", ["", "-", "1111111111111111", "7371000000000000", "1234567890123456"])
    def test_that_is_none_gives_no_token(self, written: str):
        [row] = tokens({"nik": written})
        assert (row["nik_keys"], row["birth_keys"], row["tahun_lahir"]) == (None, None, None)


class TestBirth:
    def test_day_is_keyed_as_it_stands_and_exchanged(self):
        [row] = tokens({"lahir": date(1990, 6, 5)})
        assert row["birth_keys"] == [short("lahir-hari", "5-6"), short("lahir-hari", "6-5")]
        assert row["tahun_lahir"] == 1990

    def test_on_1_january_is_a_year_only(self):
        [row] = tokens({"lahir": date(1990, 1, 1)})
        assert (row["birth_keys"], row["tahun_lahir"]) == (None, 1990)

    @pytest.mark.parametrize("nik", ["737101450690001", "7371014506900OO1", "7.37101450690E+15"])
    def test_is_read_from_a_nik_that_is_otherwise_unreadable(self, nik: str):
        written, stated = tokens({"nik": nik}, {"lahir": date(1990, 6, 5)})
        assert (written["birth_keys"], written["tahun_lahir"]) == (stated["birth_keys"], 1990)

    def test_stated_goes_before_the_nik(self):
        [row] = tokens({"nik": NIK, "lahir": date(1980, 3, 4)})
        assert row["tahun_lahir"] == 1980


def test_another_key_gives_other_tokens():
    person = {"nama": "Sitti Contoh", "nik": NIK, "lahir": date(1990, 6, 5)}
    [ours], [theirs] = tokens(person), tokens(person, keys=Keyring(b"rahasia lain untuk uji"))
    assert all(not set(ours[name]) & set(theirs[name]) for name in COLUMNS)


def test_the_rules_say_why():
    table = rows("nama_padanan")
    assert {row["jenis"] for row in table} == {"sambung_depan", "sambung_belakang", "buang", "ganti", "bunyi"}
    assert all(row["alasan"] for row in table)
    assert all(standard(row["menjadi"]) == row["menjadi"] for row in table if row["jenis"] == "ganti")
