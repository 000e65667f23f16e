"""The work on pairs: what waits, what is decided, where the reports stand; and who counts as one person by it."""

from pathlib import Path

import pandas as pd
import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window, load
from ipsm_analytics.linking.decisions import decide, withdraw
from ipsm_analytics.linking.pairs import LOWEST, candidates
from ipsm_analytics.linking.review import Review, review
from ipsm_analytics.measures import Query, query
from ipsm_analytics.privacy import policy
from ipsm_analytics.quality import load as load_quality
from ipsm_analytics.reference.areas import CITY
from ipsm_analytics.schema import DIFFERENT, SAME
from ipsm_analytics.store import Store, Version
from ipsm_analytics.views import pairs as words_of
from ipsm_analytics.views.i18n import Words
from tests.tables import Cells, stored, take, template

WHOLE = {"nik": "7371014506900001", "nama": "Sitti Fatimah Dg. Ngai", "jk": "P", "tgl_lahir": "05/06/1990"}
WITHOUT_NIK = {**WHOLE, "nik": "", "nama": "St. Patima Daeng Ngai", "tgl_lapor": "2026-09-05", "kategori": "PPKS-24;PPKS-08"}
SPELT_AGAIN = {**WITHOUT_NIK, "nama": "Sitti Patimah Dg Ngai", "kode_kelurahan": "73.71.01.1003"}
OTHER = {"nik": "7371011203850002", "nama": "Muhammad Yusuf Rajab", "jk": "L", "tgl_lahir": "12/03/1985"}
SPAN = Window(Month(2026, 9), Month(2026, 10))
ID = Words("id")


def put_in(folder: Path, *people: Cells) -> Store:
    take(template(folder / "a.csv", *({"id_kasus": f"K-{number}", **one} for number, one in enumerate(people))))
    return Store(settings())


def work(store: Store) -> Review:
    version = store.latest()
    return review(store, version, candidates(store, version, LOWEST))


def settle(pairs: pd.DataFrame, decision: str) -> None:
    decide(pairs, decision, settings(), "petugas")


def counted(store: Store, version: Version | None = None) -> tuple[int, int]:
    """K01 and K02 of the city."""
    cube = load(store, version or store.latest())
    found = [query(cube, Query(code, (), SPAN, CITY), policy("operator", "layar", 5)) for code in ("K01", "K02")]
    return int(found[0]["value"].iloc[0]), int(found[1]["value"].iloc[0])


def suspected(store: Store) -> int:
    """Rows suspected to be repeats ('dugaan ganda') in the city."""
    found = load_quality(store, store.latest(), 5)
    return int(found.total("repeated", (CITY,), list(SPAN.months())).sum())


class TestPersonsOfTheCube:
    def test_two_said_to_be_the_same_may_be_one_case_reported_twice(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, {**WITHOUT_NIK, "kategori": "PPKS-24"})
        assert suspected(store) == 0
        settle(work(store).pairs, SAME)
        assert suspected(store) == 1

    def test_two_said_to_be_the_same_count_once_until_that_is_withdrawn(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK, OTHER)
        before = store.latest()
        assert counted(store) == (3, 3)
        pair = work(store).pairs
        settle(pair, SAME)
        assert counted(store) == (3, 2)
        assert counted(store, before) == (3, 3)
        withdraw(list(pair["pair_id"]), settings(), "petugas")
        assert counted(store) == (3, 3)

    def test_two_said_to_be_different_stay_two(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        settle(work(store).pairs, DIFFERENT)
        assert counted(store) == (2, 2)

    def test_three_joined_through_one_count_once(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK, SPELT_AGAIN, OTHER)
        pairs = work(store).pairs
        assert len(pairs) == 3
        settle(pairs.iloc[:2], SAME)
        assert counted(store) == (4, 2)

    def test_without_a_decision_none_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        opened: list[str] = []
        rows = Store._rows
        monkeypatch.setattr(Store, "_rows", lambda self, name, *rest: opened.append(name) or rows(self, name, *rest))
        load(store, store.latest())
        assert "kasus" in opened
        assert "padanan" not in opened


class TestReview:
    def test_tells_what_waits_from_what_is_decided(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK, OTHER, {**OTHER, "nik": ""})
        pairs = work(store).pairs
        assert (pairs["state"].tolist(), pairs["decision"].tolist()) == (["menunggu"] * 2, [""] * 2)
        settle(pairs.iloc[1:], DIFFERENT)
        found = work(store)
        assert found.pairs["state"].tolist() == ["menunggu", "beda"]
        assert found.pairs["user"].tolist()[1] == "petugas"
        assert (found.count("menunggu"), found.count("sama", "beda")) == (1, 1)
        assert found.pairs["pair_id"].tolist() == pairs["pair_id"].tolist()
        assert words_of.headline(ID, found) == "1 pasang mungkin orang yang sama menunggu putusan; 1 sudah diputuskan."

    def test_a_pair_that_others_join_waits_no_more(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK, SPELT_AGAIN)
        settle(work(store).pairs.iloc[:2], SAME)
        found = work(store).pairs
        assert (found["state"].tolist(), sorted(found["decision"])) == ([SAME] * 3, ["", SAME, SAME])
        [joined] = found[found["decision"] == ""].to_dict("records")
        assert words_of.verdict(ID, joined).startswith("Sudah satu orang lewat putusan pasangan lain")

    def test_a_decided_pair_that_is_no_longer_found_can_still_be_seen(self, tmp_path: Path):
        store = put_in(tmp_path, WHOLE, WITHOUT_NIK)
        pairs = work(store).pairs
        settle(pairs, SAME)
        version = store.latest()
        [row] = review(store, version, candidates(store, version, 1.0)).pairs.to_dict("records")
        assert (row["pair_id"], row["state"], row["probability"]) == (pairs["pair_id"][0], SAME, pairs["probability"][0])
        assert dict(words_of.evidence(ID, row))["Nama"] == "tidak lagi dibandingkan"

    def test_a_less_likely_pair_is_seen_only_once_decided(self, tmp_path: Path):
        cousin = {"nama": "Sitti Fatimah Contoh", "jk": "L", "tgl_lahir": "", "usia": "36"}
        store = put_in(tmp_path, WHOLE, cousin)
        version = store.latest()
        found = candidates(store, version, 0.0)
        assert len(found) == 1
        assert found["probability"][0] < 0.4
        assert review(store, version, found).pairs.empty
        settle(found, DIFFERENT)
        assert review(store, store.latest(), found).pairs["state"].tolist() == [DIFFERENT]

    def test_says_where_the_paper_is(self, tmp_path: Path):
        found = work(put_in(tmp_path, WHOLE, {**WHOLE, "tgl_lapor": "2026-09-01"}, WITHOUT_NIK, OTHER))
        [pair] = found.pairs.to_dict("records")
        left, right = (1, 2) if stored_key(pair["left_key"]) == 2 else (2, 1)
        rows = {label: sides for label, *sides in words_of.persons(ID, found, pair)}
        known = ["a.csv, baris 2\na.csv, baris 3", "a.csv, baris 4"]
        assert rows["Berkas dan baris"] == [known[left - 1], known[right - 1]]
        assert rows["Banyaknya kasus"] == [str(3 - left), str(3 - right)]
        assert rows["Bulan dilaporkan"] == [["Okt 2026, Sep 2026", "Sep 2026"][side - 1] for side in (left, right)]
        assert rows["Kelurahan"] == ["Lette (Kec. Mariso)"] * 2
        assert "Sitti" not in str(found.pairs) + str(found.reports)

    @pytest.mark.parametrize("people", [(), (WHOLE,), (WHOLE, OTHER)])
    def test_without_a_pair_there_is_nothing_to_do(self, tmp_path: Path, people: tuple[Cells, ...]):
        found = work(put_in(tmp_path, *people) if people else Store(settings()))
        assert (len(found.pairs), len(found.reports), found.count("menunggu")) == (0, 0, 0)
        assert words_of.headline(ID, found) == "Tidak ada pasangan yang mungkin orang yang sama."


def stored_key(key: str) -> int:
    """Cases of a person."""
    return stored()["person_key"].to_pylist().count(key)


class TestList:
    @pytest.fixture
    def found(self, tmp_path: Path) -> Review:
        tallo = {"kode_kelurahan": "73.71.07.1001"}
        return work(put_in(tmp_path, WHOLE, {**WITHOUT_NIK, **tallo}, OTHER, {**OTHER, "nik": ""}))

    def test_is_narrowed_to_the_kecamatan_of_either_person(self, found: Review):
        sizes = [len(words_of.matching(found, "menunggu", place)) for place in ("", "73.71.01", "73.71.07", "73.71.02")]
        assert sizes == [2, 2, 1, 0]
        assert words_of.matching(found, SAME, "").empty

    def test_offers_the_next_and_after_the_last_the_first(self, found: Review):
        first, second = found.pairs["pair_id"]
        assert [words_of.following(found.pairs, name) for name in (first, second)] == [second, first]

    def test_names_both_homes_and_never_says_certain(self, found: Review):
        table = words_of.pair_table(ID, found, found.pairs)
        assert set(table["Kelurahan"]) == {"Lette", "Lette / Pannampu"} or set(table["Kelurahan"]) == {
            "Lette",
            "Pannampu / Lette",
        }
        assert set(table["Tempat"]) == {"kelurahan sama", "kecamatan beda"}
        assert all(int(text.rstrip("%")) < 100 for text in table["Peluang"])
        assert list(words_of.names(found, found.pairs)) == list(table["Pasangan"])
