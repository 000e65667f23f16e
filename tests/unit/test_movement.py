"""Each kind of change moves the figures by its own part alone, and the parts sum to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ipsm_analytics.answers import query
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.history import undo
from ipsm_analytics.linking.decisions import decide
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.movement import FIGURES, Movement, Standing, movement
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, facts_of, freeze
from ipsm_analytics.rakor.states import PARTS, Part, Records
from ipsm_analytics.reference import areas
from ipsm_analytics.schema import SAME
from ipsm_analytics.store import Store
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, TALLO, months
from tests.records import CASES, MARCH, PEOPLE, REPORTS, SERVED, facts, found, records, told, way, with_case
from tests.tables import sicadas, stored, take, template

OPEN, EXPORT = Policy(0, False), Policy(5, True)
RESIDENTS = 153_000


def parts(moved: Movement, code: str, area: str = CITY, part: str = "SEMUA") -> dict[str, float]:
    """The parts of a figure that are not zero."""
    row = moved.split(Query(code, area=area, slice=part), OPEN).iloc[0]
    assert row["keadaan"] == Standing.SPLIT
    return {name.value: row[name] for name in PARTS if row[name]}


def moved_by(after: Records, before: Records | None = None) -> dict[str, dict[str, float]]:
    """Parts of every figure that moved, in the city."""
    moved = way(before or records(), after)
    return {code: found_ for code in FIGURES if (found_ := parts(moved, code))}


def per_10000(persons: float) -> float:
    return 10_000 * persons / RESIDENTS


class TestEachPartAlone:
    """The city before: 10 cases of 10 persons; 4 of 8 verified are served; 4 of 10 due were handled in time; 2 of 306 reports."""

    def test_the_city_before(self):
        moved = way(records(), records())
        values = {code: moved.split(Query(code), OPEN)["sebelum"].iloc[0] for code in FIGURES}
        assert values == pytest.approx(
            {"K01": 10, "K02": 10, "K03": per_10000(10), "C06": 50, "S01": 40, "R01": 100 * 2 / 306}, abs=1e-12
        )

    def test_nothing_moved(self):
        moved = way(records(), records())
        assert len({id(state) for state in moved.states}) == 1
        assert moved_by(records()) == {}

    def test_a_late_report(self):
        late = found("X", "2026-02", MATTOANGIN, "PPKS-24")
        assert moved_by(records([*CASES, late])) == {
            "K01": {"terlambat": 1},
            "K02": {"terlambat": 1},
            "K03": {"terlambat": pytest.approx(per_10000(1))},
            "S01": {"terlambat": pytest.approx(100 * 4 / 11 - 40)},
            "R01": {"terlambat": pytest.approx(100 / 306)},
        }

    def test_a_late_monthly_report(self):
        assert moved_by(records(reports=[*REPORTS, told(MATTOANGIN, "2026-01", date(2026, 3, 20))])) == {
            "R01": {"terlambat": pytest.approx(100 / 306)}
        }

    def test_another_case_of_a_known_person_is_a_case_and_no_person(self):
        assert moved_by(records([*CASES, found("P9-2", "2026-02", status="ditutup")])) == {
            "K01": {"terlambat": 1},
            "R01": {"terlambat": pytest.approx(100 / 306)},
        }

    def test_a_case_that_moved(self):
        moved = way(records(), records(with_case("P9", kode_kelurahan=MATTOANGIN)))
        assert parts(moved, "K01") == {}
        assert parts(moved, "K01", BONTORANNU) == {"pindah_wilayah": -1}
        assert parts(moved, "K01", MATTOANGIN) == {"pindah_wilayah": 1}
        assert parts(moved, "K01", MARISO) == {}
        assert parts(moved, "R01") == {"pindah_wilayah": pytest.approx(100 / 306)}

    def test_a_case_of_another_category(self):
        moved = way(records(), records(with_case("P9", kategori=["PPKS-24"])))
        assert all(parts(moved, code) == {} for code in FIGURES)
        for figure in ("K01", "K02"):
            assert parts(moved, figure, part="LANSIA") == parts(moved, figure, part="PPKS-08") == {"pindah_kategori": -1}
            assert parts(moved, figure, part="KEMISKINAN") == parts(moved, figure, part="PPKS-24") == {"pindah_kategori": 1}

    def test_a_case_that_was_handled(self):
        assert moved_by(records(with_case("P9", **SERVED))) == {
            "C06": {"penanganan": pytest.approx(100 * 5 / 9 - 50)},
            "S01": {"penanganan": pytest.approx(10)},
        }

    def test_days_of_progress_that_another_file_brings(self):
        undated = [*CASES[:9], found("P9", import_id="sicadas")]
        assert moved_by(records(with_case("P9")), records(undated)) == {"S01": {"penanganan": pytest.approx(40 - 100 * 4 / 9)}}

    def test_two_persons_declared_one_and_no_longer(self):
        one = {"P8": "P8", "P9": "P8"}
        joined = moved_by(records(same=one))
        assert joined == {"K02": {"padanan": -1}, "K03": {"padanan": pytest.approx(-per_10000(1))}}
        assert moved_by(records(), records(same=one))["K02"] == {"padanan": 1}

    def test_a_case_withdrawn(self):
        assert moved_by(records(CASES[:9])) == {
            "K01": {"koreksi": -1},
            "K02": {"koreksi": -1},
            "K03": {"koreksi": pytest.approx(-per_10000(1))},
            "S01": {"koreksi": pytest.approx(100 * 4 / 9 - 40)},
        }

    def test_a_report_withdrawn(self):
        after = records(reports=(), cutoff=date(2026, 3, 2))
        assert moved_by(after) == {"R01": {"koreksi": pytest.approx(-100 / 306)}}

    def test_a_day_corrected(self):
        assert moved_by(records(with_case("P9", tgl_lapor=date(2025, 12, 30))))["K01"] == {"koreksi": -1}

    def test_a_case_of_a_later_day_is_new_even_in_the_same_period(self):
        year = months("2026-01", "2026-12")
        later = records([*CASES, found("X", "2026-03")], window=year, today=MARCH)
        assert moved_by(later, records(window=year))["K01"] == {"baru": 1}

    def test_the_period_moved_on(self):
        later = records([*CASES, found("X", "2026-03")], window=months("2026-02", "2026-03"), today=MARCH)
        moved = way(records(), later)
        assert parts(moved, "K01") == parts(moved, "K02") == {"baru": 1, "keluar": -10}

    @pytest.mark.parametrize(("one", "other"), [("2026-01", "2026-02"), ("2026-02", "2026-01"), ("2026-01", "2026-03")])
    def test_periods_that_do_not_meet(self, one: str, other: str):
        rows = [*CASES, found("X", "2026-02")]
        before, after = records(rows, window=months(one)), records(rows, window=months(other), today=MARCH)
        row = way(before, after).split(Query("K01"), OPEN).iloc[0]
        counts = {"2026-01": 10, "2026-02": 1, "2026-03": 0}
        assert (row["sebelum"], row["sesudah"]) == (counts[one], counts[other])
        assert row["baru"] + row["keluar"] == counts[other] - counts[one]

    def test_a_case_falls_due_because_days_went_by(self):
        fresh = [*CASES, found("X", tgl_lapor=date(2026, 2, 28), status="baru")]
        before = records(fresh, cutoff=date(2026, 3, 1))
        assert moved_by(records(fresh, cutoff=date(2026, 3, 2)), before) == {"S01": {"baru": pytest.approx(100 * 4 / 11 - 40)}}

    def test_a_case_is_due_no_more_because_the_newest_rows_were_withdrawn(self):
        fresh = [*CASES, found("X", tgl_lapor=date(2026, 2, 28), status="baru")]
        before = records(fresh, cutoff=date(2026, 3, 2))
        after = records(fresh, cutoff=date(2026, 3, 1))
        assert moved_by(after, before) == {"S01": {"koreksi": pytest.approx(40 - 100 * 4 / 11)}}

    def test_other_residents(self):
        assert moved_by(records(people=dict.fromkeys(PEOPLE, 2000))) == {"K03": {"penduduk": pytest.approx(-per_10000(10) / 2)}}

    def test_all_at_once(self):
        rows = [*with_case("P9", kode_kelurahan=MATTOANGIN, **SERVED)[1:], found("X", "2026-02"), found("Y", "2026-03", PANNAMPU)]
        later = records(rows, same={"P8": "P7", "P7": "P7"}, window=months("2026-01", "2026-03"), today=MARCH)
        moved = way(records(), later)
        assert parts(moved, "K01") == {"koreksi": -1, "terlambat": 1, "baru": 1}
        assert parts(moved, "K02") == {"koreksi": -1, "padanan": -1, "terlambat": 1, "baru": 1}
        assert parts(moved, "K01", BONTORANNU) == {"koreksi": -1, "pindah_wilayah": -1, "terlambat": 1}


class TestStanding:
    def test_a_silent_area_counts_none_and_says_so(self):
        row = (
            way(records(), records([*CASES, found("X", "2026-02", MATTOANGIN)]))
            .split(Query("K01", area=MATTOANGIN), OPEN)
            .iloc[0]
        )
        assert (row["sebelum"], row["terlambat"], row["sesudah"]) == (0, 1, 1)
        assert (row["status_sebelum"], row["status_sesudah"], row["keadaan"]) == (Status.NOT_REPORTED, Status.OK, Standing.SPLIT)

    @pytest.mark.parametrize(("before", "after", "standing"), [(4, 8, Standing.NO_BEFORE), (8, 4, Standing.NO_AFTER)])
    def test_a_share_of_too_few_has_no_parts(self, before: int, after: int, standing: Standing):
        moved = way(records(CASES[:before]), records(CASES[:after]))
        row = moved.split(Query("C06"), OPEN).iloc[0]
        assert row["keadaan"] == standing
        assert row[[part.value for part in PARTS]].isna().all()
        assert row[["sebelum", "sesudah"]].isna().sum() == 1

    def test_a_share_that_lost_its_cases_and_found_others_has_no_way_between(self):
        others = [{**row, "case_id": f"{row['case_id']}-2"} for row in CASES]
        row = way(records(), records(others)).split(Query("C06"), OPEN).iloc[0]
        assert (row["sebelum"], row["sesudah"], row["keadaan"]) == (50, 50, Standing.NO_PATH)

    @pytest.mark.parametrize(
        ("question", "problem"),
        [
            (Query("R03"), "Perubahan indikator ini tidak diurai. Ditemukan: R03."),
            (Query("K01", ("bulan",)), "Perubahan tidak diurai menurut ini. Ditemukan: bulan."),
            (Query("K01", sex="P", traits=(("fokus", "EKONOMI"),)), "Ditemukan: fokus, jk."),
            (Query("K01", window=months("2026-01")), "Ditemukan: 2026-01 sampai 2026-01. Yang diterima: 2026-01 sampai 2026-02."),
            (Query("R01", slice="LANSIA"), "tidak dapat dipilah begitu"),
        ],
    )
    def test_what_is_not_split(self, question: Query, problem: str):
        with pytest.raises(UserError) as error:
            way(records(), records()).split(question, OPEN)
        assert problem in error.value.text()

    def test_the_months_of_the_meeting_may_be_named_and_rows_stand_as_in_query(self):
        moved = way(records(), records())
        question = Query("K01", ("kategori", "kelurahan"), months("2026-01", "2026-02"), MARISO, "ANAK")
        split, answer = moved.split(question, OPEN), query(facts(records()), question, OPEN)
        names = ["kategori", "kode_kelurahan", "kelurahan"]
        pd.testing.assert_frame_equal(split[names], answer[names])
        assert list(split.columns[3:]) == [
            *("sebelum", *(part.value for part in PARTS), "sesudah"),
            *("status_sebelum", "status_sesudah", "keadaan"),
        ]


class TestWhatLeavesTheOffice:
    """Late cases: 3 in Tallo, 7 in Mamajang, 9 in Manggala, 20 in Mariso."""

    @pytest.fixture
    def moved(self) -> Movement:
        added = {PANNAMPU: 3, "73.71.02.1001": 7, "73.71.12.1001": 9, BONTORANNU: 20}
        places = [place for place, count in added.items() for _ in range(count)]
        grown = [found(f"N{number}", "2026-02", place) for number, place in enumerate(places)]
        base = [found(f"O{number}", "2026-02", code) for number, code in enumerate(areas.codes("kelurahan") * 6)]
        return way(records(base), records([*base, *grown]))

    def withheld(self, moved: Movement, question: Query, rule: Policy = EXPORT) -> list[str]:
        split = moved.split(question, rule)
        hidden = split[split["keadaan"] == Standing.WITHHELD]
        assert hidden[[part.value for part in PARTS]].isna().all(axis=None)
        return list(hidden.iloc[:, 0])

    @pytest.mark.parametrize("code", ["K01", "K02", "K03"])
    def test_a_small_part_goes_with_another_so_that_the_city_does_not_tell(self, moved: Movement, code: str):
        assert self.withheld(moved, Query(code, ("kecamatan",))) == ["73.71.02", TALLO]
        assert self.withheld(moved, Query(code)) == []
        assert self.withheld(moved, Query(code, ("kecamatan",)), OPEN) == []

    def test_it_stays_withheld_however_it_is_asked_for(self, moved: Movement):
        for area, hidden in ((TALLO, True), ("73.71.02", True), ("73.71.12", False), (MARISO, False)):
            assert self.withheld(moved, Query("K01", area=area)) == ([area] if hidden else [])

    def test_below_kecamatan_no_part_is_told(self, moved: Movement):
        assert self.withheld(moved, Query("K01", ("kelurahan",))) == list(areas.codes("kelurahan"))
        assert self.withheld(moved, Query("K01", area=BONTORANNU)) == [BONTORANNU]

    def test_reports_are_no_persons(self, moved: Movement):
        assert self.withheld(moved, Query("R01", ("kelurahan",))) == []

    def test_an_end_that_is_withheld_withholds_the_parts_and_itself(self):
        few = [*CASES[:3], *(found(f"Q{number}", "2026-01", PANNAMPU) for number in range(6))]
        grown = [*few, *(found(f"R{number}", "2026-02", PANNAMPU) for number in range(6))]
        split = way(records(few), records(grown)).split(Query("K01", ("kecamatan",)), EXPORT).set_index("kode_kecamatan")
        assert split["keadaan"].eq(Standing.WITHHELD).sum() == 2
        assert split.loc[MARISO, "keadaan"] == Standing.WITHHELD
        assert pd.isna(split.loc[MARISO, ["sebelum", "sesudah"]]).all()
        assert tuple(split.loc[TALLO, ["sebelum", "terlambat", "sesudah"]]) == (6, 6, 12)

    def test_a_share_is_as_secret_as_its_parts(self):
        handled = [{**row, **SERVED} if row["case_id"] == "P9" else row for row in CASES]
        moved = way(records(), records(handled))
        assert MARISO in self.withheld(moved, Query("C06", ("kecamatan",)))
        assert len(self.withheld(moved, Query("C06", ("kecamatan",)))) == 2


class TestRealStore:
    """Two imports, an undo and a third import, each seen by a meeting."""

    def frozen(self, store: Store, name: str, last: str = "2026-10") -> Snapshot:
        wish = Wish(name, date(2026, 11, 20), months("2026-01", last))
        return freeze(store, settings(), wish, "ani")

    def people(self, *numbers: int, **more: str) -> list[dict[str, str]]:
        return [{"NIK": f"73710145069000{number:02d}", "Nama": f"Contoh {number}", **more} for number in numbers]

    def test_imports_and_an_undo(self, tmp_path: Path):
        store = Store(settings())
        take(sicadas(tmp_path / "a.csv", *self.people(*range(1, 8))))
        first = self.frozen(store, "satu")
        take(
            sicadas(tmp_path / "b.csv", *self.people(8, 9), *self.people(7, Status="Selesai Ditangani")),
            template(tmp_path / "c.csv", {"id_kasus": "K-1", "tgl_lapor": "2026-09-01", "kode_kelurahan": "73.71.01.1004"}),
        )
        second = self.frozen(store, "dua")
        undo(2, settings())
        third = self.frozen(store, "tiga")
        grown, shrunk = movement(store, first, second), movement(store, second, third)
        assert (parts(grown, "K01"), parts(shrunk, "K01")) == ({"terlambat": 3}, {"koreksi": -2})
        assert parts(grown, "K01", "73.71.01.1004") == {"terlambat": 3}
        for moved, before, after in ((grown, first, second), (shrunk, second, third)):
            self.ends_are_those_of_query(store, moved, before, after)

    def ends_are_those_of_query(self, store: Store, moved: Movement, before: Snapshot, after: Snapshot) -> None:
        for code in FIGURES:
            split = moved.split(Query(code, ("kelurahan",)), OPEN)
            for column, frozen in (("sebelum", before), ("sesudah", after)):
                question = Query(code, ("kelurahan",), frozen.window)
                answer = query(facts_of(store, frozen, settings()), question, OPEN)
                told_ = answer["value"].notna()
                assert (split[f"status_{column}"] == answer["status"].astype(str)).all()
                assert (split[column][told_] == answer["value"][told_]).all()

    def test_a_decision_of_padanan(self, tmp_path: Path):
        store = Store(settings())
        take(sicadas(tmp_path / "a.csv", *self.people(*range(1, 8))))
        first = self.frozen(store, "satu")
        left, right = sorted(stored()["person_key"].to_pylist())[:2]
        pair = {"pair_id": "P", "left_key": left, "right_key": right, "probability": 0.9, "sample": False}
        decide(pd.DataFrame([pair]), SAME, settings(), "ani")
        moved = movement(store, first, self.frozen(store, "dua"))
        assert (parts(moved, "K01"), parts(moved, "K02")) == ({}, {"padanan": -1})

    def test_the_period_and_the_residents_are_those_of_the_meetings(self, tmp_path: Path):
        store = Store(settings())
        take(sicadas(tmp_path / "a.csv", *self.people(*range(1, 8)), *self.people(8, **{"Tanggal Laporan": "05/09/2026"})))
        first = replace(self.frozen(store, "satu", "2026-09"), people=dict.fromkeys(PEOPLE, 100))
        moved = movement(store, first, replace(first, window=months("2026-01", "2026-10"), people=PEOPLE))
        assert parts(moved, "K01") == {"baru": 7}
        assert set(parts(moved, "K03")) == {Part.NEW, Part.RESIDENTS}
