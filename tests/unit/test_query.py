"""Answers worked out by hand; the rows stand in tests/cubes.py."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ipsm_analytics.cube import Cube, Month, Window
from ipsm_analytics.cube.axes import AGE_LABELS, SEX_LABELS, UNKNOWN
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import COLUMNS, Query, Status, query
from ipsm_analytics.privacy import ROLES, policy
from ipsm_analytics.reference import areas, categories, population
from ipsm_analytics.reference.indicators import indicators
from tests.cubes import (
    BONTORANNU,
    CASES,
    CITY,
    FIRST_QUARTER,
    MARISO,
    MATTOANGIN,
    PANNAMPU,
    REPORTS,
    TALLO,
    case,
    cube_of,
    months,
)

ON_THE_CUBE = ("K01", "K02", "K03", "R01", "C06", "J01")
OFFICE, PUBLIC = policy("operator", "layar", 5), policy("publik", "layar", 5)
NUMBERS = list(COLUMNS[:-1])


@pytest.fixture(scope="module")
def cube() -> Cube:
    return cube_of(CASES, REPORTS)


def ask(cube: Cube, indicator: str, *by: str, window: Window | None = None, rule=OFFICE, **more: str) -> pd.DataFrame:
    return query(cube, Query(indicator, by, window, **more), rule)


def one(cube: Cube, indicator: str, **more) -> pd.Series:
    frame = ask(cube, indicator, **more)
    assert len(frame) == 1
    return frame.iloc[0]


def values(frame: pd.DataFrame, key: str, column: str = "value") -> dict[str, float]:
    """What is not nol or belum_lapor, by a dimension."""
    known = frame[~frame["status"].isin([Status.ZERO, Status.NOT_REPORTED])]
    return dict(zip(known[key], known[column], strict=True))


class TestShape:
    def test_dimension_columns_come_first_in_the_order_asked(self, cube: Cube):
        frame = ask(cube, "K01", "bulan", "kelurahan", "kategori")
        assert list(frame) == ["bulan", "kode_kelurahan", "kelurahan", "kategori", *COLUMNS]
        assert len(frame) == 5 * 153 * 29
        assert not frame.duplicated(["bulan", "kode_kelurahan", "kategori"]).any()

    @pytest.mark.parametrize(("area", "level"), [(CITY, "kota"), (MARISO, "kecamatan"), (BONTORANNU, "kelurahan")])
    def test_without_dimensions_it_is_the_area_itself(self, cube: Cube, area: str, level: str):
        frame = ask(cube, "K01", area=area)
        assert list(frame) == [f"kode_{level}", level, *COLUMNS]
        assert frame.iloc[0, :2].tolist() == [area, areas.name(area)]
        pd.testing.assert_frame_equal(frame, ask(cube, "K01", level, area=area))

    @pytest.mark.parametrize(
        "by", [(), ("kecamatan",), ("kelurahan", "kelompok"), ("bulan", "kategori"), ("tahun",), ("jk", "usia")]
    )
    def test_an_empty_store_answers_with_the_same_columns_and_no_row(self, cube: Cube, by: tuple[str, ...]):
        empty, full = ask(cube_of(), "K01", *by), ask(cube, "K01", *by)
        assert len(empty) == 0
        assert empty.dtypes.equals(full.dtypes)

    def test_every_level_lists_its_areas_in_code_order(self, cube: Cube):
        for level in areas.LEVELS:
            frame = ask(cube, "K01", level)
            assert frame[f"kode_{level}"].tolist() == list(areas.codes(level))
            assert frame[level].tolist() == [areas.name(code) for code in areas.codes(level)]

    def test_an_area_lists_only_what_lies_in_it(self, cube: Cube):
        assert ask(cube, "K01", "kelurahan", area=MARISO)["kode_kelurahan"].tolist() == list(areas.members(MARISO))
        assert ask(cube, "K01", "kecamatan", area=MARISO)["kode_kecamatan"].tolist() == [MARISO]
        assert ask(cube, "K01", "kelurahan", area=PANNAMPU)["kode_kelurahan"].tolist() == [PANNAMPU]

    def test_groups_and_categories_list_their_codes(self, cube: Cube):
        assert ask(cube, "K01", "kelompok")["kelompok"].tolist() == list(categories.GROUPS)
        assert ask(cube, "K01", "kelompok", slice="LANSIA")["kelompok"].tolist() == ["LANSIA"]
        assert ask(cube, "K01", "kategori")["kategori"].tolist() == list(categories.categories())
        assert ask(cube, "K01", "kategori", slice="DISABILITAS")["kategori"].tolist() == ["PPKS-05", "PPKS-09"]
        assert ask(cube, "K01", "kategori", slice="PPKS-24")["kategori"].tolist() == ["PPKS-24"]

    def test_months_and_years_run_over_the_window(self, cube: Cube):
        assert ask(cube, "K01", "bulan")["bulan"].tolist() == [f"2026-0{month}" for month in range(1, 6)]
        assert ask(cube, "K01", "bulan", window=months("2025-12", "2026-01"))["bulan"].tolist() == ["2025-12", "2026-01"]
        assert ask(cube, "K01", "tahun", window=months("2024-06", "2026-02"))["tahun"].tolist() == ["2024", "2025", "2026"]

    def test_an_answer_can_be_changed_without_changing_the_next(self, cube: Cube):
        first = ask(cube, "K03", "kelurahan", window=FIRST_QUARTER)
        kept = first.copy(deep=True)
        first["kelurahan"] = "x"
        first.loc[0, "kode_kelurahan"] = "y"
        first.loc[:, "value"] = -1.0
        first.loc[0, "status"] = "nol"
        pd.testing.assert_frame_equal(ask(cube, "K03", "kelurahan", window=FIRST_QUARTER), kept)


class TestCases:
    def test_total(self, cube: Cube):
        row = one(cube, "K01")
        assert (row["value"], row["numerator"], row["status"]) == (7, 7, "ok")
        assert row[["denominator", "lower", "upper"]].isna().all()

    def test_by_area(self, cube: Cube):
        assert values(ask(cube, "K01", "kelurahan"), "kode_kelurahan") == {BONTORANNU: 5, MATTOANGIN: 1, PANNAMPU: 1}
        assert values(ask(cube, "K01", "kecamatan"), "kecamatan") == {"Mariso": 6, "Tallo": 1}

    def test_by_time(self, cube: Cube):
        assert ask(cube, "K01", "bulan")["value"].fillna(-1).tolist() == [3, 1, 3, -1, 0]
        assert values(ask(cube, "K01", "tahun", window=months("2025-12", "2026-02")), "tahun") == {"2026": 4}
        assert values(ask(cube, "K01", "tahun", window=months("2026-02", "2026-12")), "tahun") == {"2026": 4}
        assert values(ask(cube, "K01", "tahun", window=months("2026-02")), "tahun") == {"2026": 1}

    def test_by_what(self, cube: Cube):
        assert values(ask(cube, "K01", "kelompok"), "kelompok") == {"KEMISKINAN": 2, "ANAK": 3, "LANSIA": 3, "DISABILITAS": 3}
        assert values(ask(cube, "K01", "kategori"), "kategori") == {"PPKS-01": 1, "PPKS-05": 3, "PPKS-08": 3, "PPKS-24": 2}
        assert values(ask(cube, "K01", "kategori", slice="ANAK"), "kategori") == {"PPKS-01": 1, "PPKS-05": 3}

    def test_by_area_part_and_month_at_once(self, cube: Cube):
        frame = ask(cube, "K01", "kelurahan", "kelompok", "bulan")
        key = frame["kelurahan"] + " " + frame["kelompok"] + " " + frame["bulan"]
        assert values(frame.assign(key=key), "key") == {
            "Bontorannu LANSIA 2026-01": 1,
            "Bontorannu LANSIA 2026-02": 1,
            "Bontorannu KEMISKINAN 2026-02": 1,
            "Bontorannu ANAK 2026-01": 2,
            "Bontorannu DISABILITAS 2026-01": 2,
            "Mattoangin KEMISKINAN 2026-03": 1,
            "Pannampu ANAK 2026-03": 1,
            "Pannampu DISABILITAS 2026-03": 1,
            "Bontorannu LANSIA 2026-03": 1,
        }

    def test_by_sex_and_age(self, cube: Cube):
        assert values(ask(cube, "K01", "jk"), "jk") == {"L": 2, "P": 4, UNKNOWN: 1}
        assert values(ask(cube, "K01", "usia"), "usia") == {"0-5": 1, "6-17": 2, "60+": 3, UNKNOWN: 1}
        frame = ask(cube, "K01", "jk", "usia")
        assert frame[["jk", "usia"]].values.tolist() == [[sex, age] for sex in SEX_LABELS for age in AGE_LABELS]
        assert values(frame.assign(key=frame["jk"] + frame["usia"]), "key") == {
            "L6-17": 2,
            "P0-5": 1,
            "P60+": 3,
            UNKNOWN * 2: 1,
        }

    def test_of_one_sex_and_age(self, cube: Cube):
        assert one(cube, "K01", sex="P")["value"] == 4
        assert one(cube, "K01", sex="P", age="60+", area=MARISO)["value"] == 3
        assert one(cube, "K01", age=UNKNOWN)["value"] == 1
        assert values(ask(cube, "K01", "bulan", sex="P"), "bulan") == {"2026-01": 1, "2026-02": 1, "2026-03": 2}

    def test_split_by_a_sex_or_age_already_chosen_list_it_alone(self, cube: Cube):
        assert values(ask(cube, "K01", "jk", sex="P"), "jk") == {"P": 4}
        assert ask(cube, "K01", "jk", sex="P")["jk"].tolist() == ["P"]
        assert ask(cube, "K01", "usia", "jk", age="6-17")[["usia", "jk"]].values.tolist() == [["6-17", sex] for sex in SEX_LABELS]


class TestPersons:
    def test_are_never_the_sum_of_months_places_or_groups(self, cube: Cube):
        assert one(cube, "K02")["value"] == 4
        assert ask(cube, "K02", "bulan")["value"].sum() == 2 + 1 + 3
        assert ask(cube, "K02", "kelurahan")["value"].sum() == 3 + 1 + 1
        assert values(ask(cube, "K02", "kelompok"), "kelompok") == {"KEMISKINAN": 1, "ANAK": 2, "LANSIA": 2, "DISABILITAS": 2}

    def test_in_a_window_of_several_months(self, cube: Cube):
        found = values(ask(cube, "K02", "kelurahan", window=months("2026-02", "2026-03")), "kode_kelurahan")
        assert found == {BONTORANNU: 2, MATTOANGIN: 1, PANNAMPU: 1}
        assert one(cube, "K02", window=months("2026-02", "2026-03"))["value"] == 3


class TestRate:
    def test_is_persons_by_population_with_exact_limits_below_ten(self, cube: Cube):
        row = one(cube, "K03", area=BONTORANNU, window=FIRST_QUARTER)
        people = population.by_area(BONTORANNU)
        assert (row["numerator"], row["denominator"], row["status"]) == (3, people, "ok")
        assert row["value"] == 3 / people * 10_000
        assert row["lower"] == pytest.approx(0.618672122895602 / people * 10_000, rel=1e-12)
        assert row["upper"] == pytest.approx(8.76727306974232 / people * 10_000, rel=1e-12)

    def test_has_byar_limits_from_ten_on(self):
        cube = cube_of(case(f"orang {n}", "2026-01", BONTORANNU, "PPKS-08") for n in range(65))
        row = one(cube, "K03", area=BONTORANNU)
        people = population.by_area(BONTORANNU)
        assert row["value"] == 65 / people * 10_000
        assert row["lower"] == pytest.approx(50.163187710459454 / people * 10_000, rel=1e-9)
        assert row["upper"] == pytest.approx(82.84913854593984 / people * 10_000, rel=1e-9)

    def test_of_none_is_a_reported_zero_with_an_upper_limit(self, cube: Cube):
        row = one(cube, "K03", area=MATTOANGIN, window=months("2026-05"))
        assert (row["value"], row["numerator"], row["lower"], row["status"]) == (0, 0, 0, "nol")
        assert row["upper"] == pytest.approx(3.68887945411394 / population.by_area(MATTOANGIN) * 10_000)

    def test_is_not_made_yearly(self, cube: Cube):
        quarter, year = (one(cube, "K03", window=window)["value"] for window in (FIRST_QUARTER, months("2026-01", "2026-12")))
        assert quarter == year == 4 / population.city_total() * 10_000

    def test_divides_every_level_by_its_own_people(self, cube: Cube):
        frame = ask(cube, "K03", "kecamatan", window=FIRST_QUARTER)
        assert frame["denominator"].sum() == population.city_total()
        assert values(frame, "kode_kecamatan") == {
            MARISO: 3 / population.by_area(MARISO) * 10_000,
            TALLO: 1 / population.by_area(TALLO) * 10_000,
        }

    def test_by_group_divides_by_all_people(self, cube: Cube):
        row = one(cube, "K03", slice="ANAK")
        assert (row["numerator"], row["denominator"]) == (2, population.city_total())


class TestCompleteness:
    def test_counts_a_nihil_and_expects_every_month(self, cube: Cube):
        frame = ask(cube, "R01", "kelurahan").set_index("kode_kelurahan").loc[[BONTORANNU, MATTOANGIN, PANNAMPU]]
        assert frame["numerator"].tolist() == [3, 2, 2]
        assert frame["denominator"].tolist() == [5, 5, 5]
        assert frame["value"].tolist() == [pytest.approx(60), pytest.approx(40), pytest.approx(40)]
        assert frame["status"].tolist() == ["ok", "ok", "ok"]

    def test_has_wilson_limits(self, cube: Cube):
        row = one(cube, "R01", area=BONTORANNU)
        assert row["lower"] == pytest.approx(23.072, abs=5e-4)
        assert row["upper"] == pytest.approx(88.238, abs=5e-4)

    def test_of_the_silent_is_zero_percent_and_no_missing_value(self, cube: Cube):
        row = one(cube, "R01", area=PANNAMPU, window=months("2026-02"))
        assert (row["value"], row["numerator"], row["denominator"], row["status"]) == (0, 0, 1, "nol")

    def test_of_the_city_is_over_153(self, cube: Cube):
        row = one(cube, "R01", window=months("2026-01"))
        assert (row["numerator"], row["denominator"]) == (2, 153)
        assert row["value"] == pytest.approx(2 / 153 * 100)

    def test_is_shown_to_everybody(self, cube: Cube):
        pd.testing.assert_frame_equal(ask(cube, "R01", "kelurahan", rule=PUBLIC), ask(cube, "R01", "kelurahan"))


class TestService:
    def served(self, served: int, verified: int) -> Cube:
        states = ["dilayani"] * served + ["verifikasi"] * (verified - served) + ["baru"] * 4
        return cube_of(case(f"orang {n}", "2026-01", BONTORANNU, "PPKS-08", status=status) for n, status in enumerate(states))

    def test_is_served_of_verified_persons_with_wilson_limits(self):
        row = one(self.served(65, 100), "C06")
        assert (row["numerator"], row["denominator"], row["status"]) == (65, 100, "ok")
        assert row["value"] == 65
        assert row["lower"] == pytest.approx(55.25444329688797, abs=1e-9)
        assert row["upper"] == pytest.approx(73.63575175690247, abs=1e-9)

    def test_counts_a_person_once_however_often_seen(self):
        rows = [case("Ani", month, BONTORANNU, "PPKS-08", status="dilayani") for month in ("2026-01", "2026-02")]
        rows += [case(f"orang {n}", "2026-01", BONTORANNU, "PPKS-08", status="asesmen") for n in range(4)]
        row = one(cube_of(rows), "C06")
        assert (row["numerator"], row["denominator"], row["value"]) == (1, 5, 20)

    def test_of_fewer_than_five_verified_is_not_worked_out(self, cube: Cube):
        row = one(cube, "C06")
        assert (row["numerator"], row["denominator"], row["status"]) == (2, 3, "penyebut_kecil")
        assert row[["value", "lower", "upper"]].isna().all()

    def test_of_nobody_verified_is_no_zero(self):
        row = one(self.served(0, 0), "C06")
        assert (row["numerator"], row["denominator"], row["status"]) == (0, 0, "penyebut_kecil")
        assert np.isnan(row["value"])

    def test_of_none_served_is_zero(self):
        row = one(self.served(0, 10), "C06", rule=PUBLIC)
        assert (row["value"], row["lower"], row["status"]) == (0, 0, "nol")

    @pytest.mark.parametrize(("served", "verified"), [(9, 10), (4, 10), (2, 2)])
    def test_with_a_small_part_or_rest_is_withheld_from_the_public(self, served: int, verified: int):
        row = one(self.served(served, verified), "C06", rule=PUBLIC)
        assert row["status"] == "disensor"
        assert row[NUMBERS].isna().all()


class TestStatus:
    def test_each_is_met_and_told_apart(self, cube: Cube, monkeypatch: pytest.MonkeyPatch):
        people = {BONTORANNU: 0, PANNAMPU: 99}
        real = population.by_area
        monkeypatch.setattr(population, "by_area", lambda code: people.get(code, real(code)))
        cube = cube_of([*CASES, *(case(f"orang {n}", "2026-03", "73.71.02.1001", "PPKS-08") for n in range(6))], REPORTS)
        rate = ask(cube, "K03", "kelurahan", window=FIRST_QUARTER, rule=policy("publik", "layar", 0))
        found = dict(zip(rate["kode_kelurahan"], rate["status"], strict=True))
        assert found[BONTORANNU] == Status.NO_POPULATION == "tanpa_penduduk"
        assert found[PANNAMPU] == Status.SMALL_DENOMINATOR == "penyebut_kecil"
        assert found["73.71.02.1001"] == Status.OK == "ok"
        assert found["73.71.02.1002"] == Status.NOT_REPORTED == "belum_lapor"
        assert one(cube, "K03", area=MATTOANGIN, window=FIRST_QUARTER, rule=PUBLIC)["status"] == Status.SUPPRESSED == "disensor"
        assert one(cube, "K03", area=MATTOANGIN, window=months("2026-05"))["status"] == Status.ZERO == "nol"
        told = {"ok", "nol", "belum_lapor", "disensor", "tanpa_penduduk", "penyebut_kecil"}
        assert set(Status) - told == {
            "sasaran_belum_ada",
            "belum_tempo",
            "tanpa_tanggal",
            "belum_tercapai",
            "tidak_dihitung",
            "belum_lengkap",
        }

    def test_silence_is_no_zero_and_a_nihil_is_one(self, cube: Cube):
        frame = ask(cube, "K01", "bulan", area=PANNAMPU)
        assert frame["status"].tolist() == ["nol", "belum_lapor", "ok", "belum_lapor", "belum_lapor"]
        assert frame["value"].fillna(-1).tolist() == [0, -1, 1, -1, -1]
        assert frame["numerator"].fillna(-1).tolist() == [0, -1, 1, -1, -1]

    def test_one_month_reported_makes_a_window_known(self, cube: Cube):
        assert one(cube, "K01", area=PANNAMPU, window=months("2026-01", "2026-02"))["status"] == "nol"
        assert one(cube, "K01", area=TALLO, window=months("2026-01", "2026-02"))["status"] == "nol"

    @pytest.mark.parametrize("indicator", ["K01", "K02", "K03", "C06"])
    @pytest.mark.parametrize("window", [months("2025-01", "2025-12"), months("2027-01")])
    def test_before_and_after_the_data_nothing_was_reported(self, cube: Cube, indicator: str, window: Window):
        row = one(cube, indicator, window=window)
        assert row["status"] == "belum_lapor"
        assert row[["value", "numerator", "lower", "upper"]].isna().all()

    def test_the_silent_keep_their_population_but_no_counted_denominator(self, cube: Cube):
        assert one(cube, "K03", area=PANNAMPU, window=months("2026-02"))["denominator"] == population.by_area(PANNAMPU)
        assert np.isnan(one(cube, "C06", area=PANNAMPU, window=months("2026-02"))["denominator"])

    @pytest.mark.parametrize("item", [indicators()[code] for code in ON_THE_CUBE], ids=ON_THE_CUBE)
    @pytest.mark.parametrize("by", [("kelurahan",), ("kelurahan", "bulan"), ("kecamatan",)])
    def test_withheld_cells_carry_no_number_at_all(self, cube: Cube, item, by: tuple[str, ...]):
        frame = ask(cube, item.id, *by, rule=PUBLIC)
        hidden = frame[frame["status"] == Status.SUPPRESSED]
        assert hidden[NUMBERS].isna().all().all()
        assert len(hidden) > 0 or item.id == "R01"
        shown = frame[frame["status"].isin([Status.OK, Status.ZERO])]
        assert shown[["value", "numerator"]].notna().all().all()

    def test_sensitive_types_are_withheld_below_kecamatan(self, cube: Cube):
        frame = ask(cube, "K01", "kelurahan", slice="PPKS-05", rule=policy("publik", "layar", 0))
        assert set(frame.loc[frame["kode_kelurahan"].isin([BONTORANNU, MATTOANGIN, PANNAMPU]), "status"]) == {"disensor"}
        assert values(ask(cube, "K01", "kecamatan", slice="PPKS-05", rule=policy("publik", "layar", 0)), "kode_kecamatan") == {
            MARISO: 2,
            TALLO: 1,
        }

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("indicator", ["K01", "K03", "C06"])
    def test_an_export_is_what_the_public_sees(self, cube: Cube, role: str, indicator: str):
        exported = ask(cube, indicator, "kelurahan", "kelompok", rule=policy(role, "ekspor", 5))
        pd.testing.assert_frame_equal(exported, ask(cube, indicator, "kelurahan", "kelompok", rule=PUBLIC))

    @pytest.mark.parametrize("role", ["operator", "pimpinan"])
    def test_the_office_sees_every_number(self, cube: Cube, role: str):
        frame = ask(cube, "K01", "kelurahan", "kategori", rule=policy(role, "layar", 5))
        assert Status.SUPPRESSED not in set(frame["status"])
        assert frame["value"].sum() == 9


class TestRefusal:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            (Query("K99"), "Indikator tidak dikenal. Ditemukan: K99. Yang diterima: K01, K02, K03, R01, C06,"),
            (Query("K01", ("desa",)), "Pilahan tidak dikenal. Ditemukan: desa. Yang diterima: kota, kecamatan,"),
            (Query("K01", ("kecamatan", "kelurahan")), "Pilahan ini tidak dapat digabung. Ditemukan: kecamatan, kelurahan."),
            (Query("K01", ("kelompok", "kategori")), "Pilahan ini tidak dapat digabung. Ditemukan: kelompok, kategori."),
            (Query("K01", ("bulan", "tahun")), "Pilahan ini tidak dapat digabung. Ditemukan: bulan, tahun."),
            (Query("K01", ("jk", "jk")), "Pilahan ini tidak dapat digabung. Ditemukan: jk, jk."),
            (Query("K01", area="73.71.99"), "Wilayah tidak dikenal. Ditemukan: 73.71.99."),
            (Query("K01", area=""), "Wilayah tidak dikenal."),
            (Query("K01", slice="PPKS-99"), "Kelompok atau kategori tidak dikenal. Ditemukan: PPKS-99. Yang diterima: SEMUA, "),
            (Query("K01", sex="X"), "Jenis kelamin tidak dikenal. Ditemukan: X. Yang diterima: L, P, tidak diketahui."),
            (Query("K01", age="3"), "Kelompok usia tidak dikenal. Ditemukan: 3. Yang diterima: 0-5, 6-17, 18-59, 60+,"),
            (Query("K01", window=Window(Month(2026, 3), Month(2026, 2))), "Periode terbalik. Ditemukan: 2026-03 sampai 2026-02."),
            (
                Query("K01", ("kecamatan",), area=BONTORANNU),
                "Pilahan lebih luas daripada yang diminta. Ditemukan: kecamatan di Bon",
            ),
            (Query("K01", ("kota",), area=MARISO), "Pilahan lebih luas daripada yang diminta. Ditemukan: kota di Kec. Mariso."),
            (
                Query("K01", ("kelompok",), slice="PPKS-08"),
                "Pilahan lebih luas daripada yang diminta. Ditemukan: kelompok di PPKS-08.",
            ),
            (Query("R01", ("kelompok",)), "R01 (Kelengkapan laporan) tidak dapat dipilah begitu. Ditemukan: kelompok."),
            (Query("R01", ("kategori",)), "Ditemukan: kategori. Yang diterima: wilayah dan waktu saja."),
            (Query("R01", slice="LANSIA"), "R01 (Kelengkapan laporan) tidak dapat dipilah begitu. Ditemukan: kelompok."),
            (
                Query("K02", ("jk",)),
                "K02 (Orang unik) tidak dapat dipilah begitu. Ditemukan: jk. Yang diterima: kelompok, kategori.",
            ),
            (Query("K03", age="60+"), "tidak dapat dipilah begitu. Ditemukan: usia."),
            (Query("C06", sex="P"), "tidak dapat dipilah begitu. Ditemukan: jk."),
        ],
    )
    def test_says_what_was_found_and_what_is_allowed(self, cube: Cube, question: Query, words: str):
        for filled in (cube, cube_of()):
            with pytest.raises(UserError) as refused:
                query(filled, question, OFFICE)
            assert words in str(refused.value)
            assert "Tindakan: " in str(refused.value)

    def test_indicators_are_found_in_any_case(self, cube: Cube):
        assert one(cube, "k01")["value"] == 7


def test_every_indicator_is_asked_somewhere_here():
    needed = {code: {item.numerator, item.denominator} for code, item in indicators().items() if item.engine == "sel"}
    known = {"cases", "persons", "persons_verified", "persons_served", "reports", "penduduk", "expected", ""}
    assert {code for code, names in needed.items() if names <= known} - {"F01", "F01-ORANG"} == set(ON_THE_CUBE)


class TestSpans:
    def test_each_span_is_a_block_of_rows_equal_to_its_own_question(self, cube: Cube):
        january, quarter = Window(Month(2026, 1), Month(2026, 1)), FIRST_QUARTER
        both = query(cube, Query("K02", ("kecamatan",), spans=(january, quarter)), OFFICE)
        assert both["rentang"].tolist() == ["2026-01 sampai 2026-01"] * 15 + ["2026-01 sampai 2026-03"] * 15
        for number, window in enumerate((january, quarter)):
            block = both.iloc[15 * number : 15 * (number + 1)].reset_index(drop=True).drop(columns="rentang")
            pd.testing.assert_frame_equal(block, ask(cube, "K02", "kecamatan", window=window))
        assert both.loc[both["kecamatan"] == "Mariso", "value"].tolist() == [2, 3]

    def test_spans_and_months_do_not_go_together(self, cube: Cube):
        with pytest.raises(UserError, match="beberapa rentang dengan bulan"):
            query(cube, Query("K01", ("bulan",), spans=(FIRST_QUARTER,)), OFFICE)
