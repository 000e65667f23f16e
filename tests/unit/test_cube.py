"""The cube against counts made by hand; the rows stand in tests/cubes.py."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Counts, Cube, Month, Selection, Window, build, load
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, SEX_LABELS, UNKNOWN, slice_codes
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.errors import InternalError
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.store import Store
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
    WHOLE,
    case,
    case_table,
    cube_of,
    months,
    nihil,
    report_table,
)
from tests.tables import monthly, take, template

PLACES = (BONTORANNU, MATTOANGIN, PANNAMPU, MARISO, TALLO, CITY)


@pytest.fixture(scope="module")
def cube() -> Cube:
    return cube_of(CASES, REPORTS)


def asked(
    cube: Cube,
    quantity: Quantity,
    place: str = CITY,
    window: Window = WHOLE,
    part: str = ALL,
    sex: str | None = None,
    age: str | None = None,
) -> int:
    return int(cube.select(Selection(quantity, (place,), (part,), (window,), sex, age)).values[0, 0, 0])


class TestCases:
    @pytest.mark.parametrize(
        ("month", "counts"),
        [
            ("2026-01", (3, 0, 0, 3, 0, 3)),
            ("2026-02", (1, 0, 0, 1, 0, 1)),
            ("2026-03", (1, 1, 1, 2, 1, 3)),
            ("2026-04", (0, 0, 0, 0, 0, 0)),
            ("2026-05", (0, 0, 0, 0, 0, 0)),
        ],
    )
    def test_are_counted_where_and_when_they_were_reported(self, cube: Cube, month: str, counts: tuple[int, ...]):
        assert tuple(asked(cube, "cases", place, months(month)) for place in PLACES) == counts

    def test_count_in_every_group_and_category_they_carry(self, cube: Cube):
        slices = ("KEMISKINAN", "ANAK", "LANSIA", "DISABILITAS", "LAINNYA", "PPKS-01", "PPKS-05", "PPKS-08", "PPKS-24", ALL)
        assert [asked(cube, "cases", part=part) for part in slices] == [2, 3, 3, 3, 0, 1, 3, 3, 2, 7]

    def test_with_two_categories_of_one_group_count_once_in_the_group(self):
        cube = cube_of([case("Eka", "2026-01", BONTORANNU, "PPKS-11", "PPKS-12")])
        assert [
            asked(cube, "cases", window=months("2026-01"), part=part) for part in ("PPKS-11", "PPKS-12", "KEMISKINAN", ALL)
        ] == [1] * 4

    def test_without_a_category_count_in_the_total_only(self):
        cube = cube_of([case("Eka", "2026-01", BONTORANNU), case("Fatma", "2026-01", BONTORANNU, "PPKS-08")])
        found = cube.select(Selection("cases", (CITY,), slice_codes(), (months("2026-01"),))).values[0, :, 0]
        assert {part: int(count) for part, count in zip(slice_codes(), found, strict=True) if count} == {
            ALL: 2,
            "LANSIA": 1,
            "PPKS-08": 1,
        }

    def test_of_every_category_are_found_in_it_and_in_its_groups(self):
        every = categories.categories()
        cube = cube_of([case(code, "2026-01", BONTORANNU, code) for code in every])
        for part in slice_codes():
            expected = len(every) if part == ALL else 1 if part in every else len(categories.in_group(part))
            assert asked(cube, "cases", window=months("2026-01"), part=part) == expected, part

    def test_of_every_kelurahan_are_found_in_it_and_above_it(self):
        codes = areas.codes("kelurahan")
        cube = cube_of([case(code, "2026-01", code, "PPKS-08") for code in codes])
        for place in areas.all_codes():
            assert asked(cube, "cases", place, months("2026-01")) == len(areas.members(place)), place


class TestPersons:
    @pytest.mark.parametrize(
        ("window", "counts"),
        [
            (months("2026-01"), (2, 0, 0, 2, 0, 2)),
            (months("2026-01", "2026-02"), (2, 0, 0, 2, 0, 2)),
            (FIRST_QUARTER, (3, 1, 1, 3, 1, 4)),
            (months("2026-02", "2026-03"), (2, 1, 1, 2, 1, 3)),
            (months("2026-03"), (1, 1, 1, 2, 1, 3)),
            (months("2026-04", "2026-05"), (0, 0, 0, 0, 0, 0)),
        ],
    )
    def test_count_once_a_window_and_place(self, cube: Cube, window: Window, counts: tuple[int, ...]):
        assert tuple(asked(cube, "persons", place, window) for place in PLACES) == counts

    def test_count_once_in_each_slice(self, cube: Cube):
        slices = ("KEMISKINAN", "ANAK", "LANSIA", "DISABILITAS", "LAINNYA", "PPKS-05", "PPKS-08", ALL)
        assert [asked(cube, "persons", part=part) for part in slices] == [1, 2, 2, 2, 0, 2, 2, 4]

    @pytest.mark.parametrize(
        ("quantity", "counts"),
        [
            ("persons", (3, 1, 1, 3, 1, 4)),
            ("persons_verified", (2, 1, 1, 2, 1, 3)),
            ("persons_served", (0, 1, 1, 1, 1, 2)),
        ],
    )
    def test_are_counted_by_how_far_they_came(self, cube: Cube, quantity: Quantity, counts: tuple[int, ...]):
        assert tuple(asked(cube, quantity, place) for place in PLACES) == counts

    def test_reported_again_and_again_stay_one(self):
        cube = cube_of([case("Ani", f"2026-{month:02d}", BONTORANNU, "PPKS-08") for month in (1, 1, 3, 4, 7, 7, 7, 12)])
        for first in range(1, 13):
            for last in range(first, 13):
                window = months(f"2026-{first:02d}", f"2026-{last:02d}")
                assert asked(cube, "persons", window=window) == any(first <= month <= last for month in (1, 3, 4, 7, 12))

    def test_who_move_count_in_both_kelurahan_and_once_above(self):
        cube = cube_of([case("Ani", "2026-01", BONTORANNU, "PPKS-08"), case("Ani", "2026-01", MATTOANGIN, "PPKS-08")])
        assert [asked(cube, "persons", place, months("2026-01")) for place in PLACES] == [1, 1, 0, 1, 0, 1]

    def test_without_a_key_count_one_a_case_and_are_numbered(self):
        cube = cube_of([case(f"kasus {n}", "2026-01", BONTORANNU, "PPKS-08", identity="tidak_ada") for n in range(3)])
        assert asked(cube, "persons", window=months("2026-01")) == 3 == cube.unidentified


class TestStage:
    @pytest.mark.parametrize(
        ("status", "verified", "served"),
        [
            ("baru", 0, 0),
            ("verifikasi", 1, 0),
            ("asesmen", 1, 0),
            ("dirujuk", 1, 0),
            ("dilayani", 1, 1),
            ("selesai", 1, 1),
            ("ditutup", 0, 0),
        ],
    )
    def test_follows_the_state(self, status: str, verified: int, served: int):
        cube = cube_of([case("Ani", "2026-01", BONTORANNU, "PPKS-08", status=status)])
        assert asked(cube, "persons_verified", window=months("2026-01")) == verified
        assert asked(cube, "persons_served", window=months("2026-01")) == served

    @pytest.mark.parametrize("status", schema.STATUSES)
    def test_is_served_once_there_is_a_day_of_service(self, status: str):
        cube = cube_of([case("Ani", "2026-01", BONTORANNU, "PPKS-08", status=status, tgl_layanan_pertama=date(2026, 2, 1))])
        assert asked(cube, "persons_verified", window=months("2026-01")) == 1
        assert asked(cube, "persons_served", window=months("2026-01")) == 1


class TestProfile:
    def test_counts_cases_by_sex_and_age(self, cube: Cube):
        table = [[asked(cube, "cases", sex=sex, age=age) for age in AGE_LABELS] for sex in SEX_LABELS]
        assert AGE_LABELS == ("0-5", "6-17", "18-59", "60+", UNKNOWN)
        assert table == [[0, 2, 0, 0, 0], [1, 0, 0, 3, 0], [0, 0, 0, 0, 1]]

    def test_sums_over_what_is_not_asked(self, cube: Cube):
        assert [asked(cube, "cases", sex=sex) for sex in SEX_LABELS] == [2, 4, 1]
        assert [asked(cube, "cases", age=age) for age in AGE_LABELS] == [1, 2, 0, 3, 1]

    def test_holds_places_windows_and_slices(self, cube: Cube):
        assert [asked(cube, "cases", place, sex="P") for place in PLACES] == [2, 1, 1, 3, 1, 4]
        assert [asked(cube, "cases", window=months(month), sex="P") for month in ("2026-01", "2026-02", "2026-03")] == [1, 1, 2]
        assert [asked(cube, "cases", part=part, age="60+") for part in ("LANSIA", "KEMISKINAN", "ANAK")] == [2, 2, 0]

    @pytest.mark.parametrize("quantity", ["persons", "persons_verified", "persons_served", "reports"])
    @pytest.mark.parametrize(("sex", "age"), [("P", None), (None, "60+")])
    def test_is_not_pretended_for_anything_but_cases(self, cube: Cube, quantity: Quantity, sex: str | None, age: str | None):
        with pytest.raises(InternalError, match="not counted by sex or age"):
            asked(cube, quantity, sex=sex, age=age)

    @pytest.mark.parametrize(
        ("age", "label"),
        [(0, "0-5"), (5, "0-5"), (6, "6-17"), (17, "6-17"), (18, "18-59"), (59, "18-59"), (60, "60+"), (101, "60+")],
    )
    def test_bands_hold_both_their_ends(self, age: int, label: str):
        cube = cube_of([case("Ani", "2026-01", BONTORANNU, "PPKS-08", usia=age)])
        assert [asked(cube, "cases", window=months("2026-01"), age=each) for each in AGE_LABELS] == [
            each == label for each in AGE_LABELS
        ]


class TestReports:
    def counts(self, cube: Cube, *places: str, window: Window = WHOLE) -> Counts:
        return cube.select(Selection("reports", places, (ALL,), (window,)))

    def test_a_case_or_a_nihil_is_a_report(self, cube: Cube):
        assert self.counts(cube, *PLACES).values[0, 0].tolist() == [3, 2, 2, 5, 2, 7]

    def test_are_expected_of_every_kelurahan_every_month(self, cube: Cube):
        assert self.counts(cube, *PLACES).expected[0].tolist() == [5, 5, 5, 5 * 9, 5 * 15, 5 * 153]
        assert (len(areas.members(MARISO)), len(areas.members(TALLO))) == (9, 15)

    def test_two_of_one_month_are_one(self):
        cube = cube_of(
            [case("Ani", "2026-01", PANNAMPU, "PPKS-08"), case("Budi", "2026-01", PANNAMPU, "PPKS-08")],
            [nihil(PANNAMPU, "2026-01")] * 2,
        )
        assert self.counts(cube, PANNAMPU, window=months("2026-01")).values.item() == 1

    def test_come_with_the_counts_of_cases(self, cube: Cube):
        found = cube.select(Selection("cases", (PANNAMPU,), (ALL,), (months("2026-01"), months("2026-02"), months("2026-03"))))
        assert found.values[:, 0, 0].tolist() == [0, 0, 1]
        assert found.reported[:, 0].tolist() == [1, 0, 1]


class TestWindows:
    @pytest.mark.parametrize("quantity", ["cases", "persons", "persons_verified", "persons_served", "reports"])
    @pytest.mark.parametrize("window", [months("2025-01", "2025-12"), months("2026-06"), months("2030-01", "2030-06")])
    def test_outside_the_axis_hold_nothing(self, cube: Cube, quantity: Quantity, window: Window):
        found = cube.select(Selection(quantity, (CITY, BONTORANNU), (ALL, "LANSIA"), (window,)))
        assert found.values.shape == (1, 2, 2)
        assert not found.values.any()
        assert not found.reported.any()
        assert found.expected[0].tolist() == [153 * window.length, window.length]

    @pytest.mark.parametrize("quantity", ["cases", "persons", "persons_verified", "persons_served", "reports"])
    def test_that_reach_over_the_axis_hold_what_lies_on_it(self, cube: Cube, quantity: Quantity):
        assert asked(cube, quantity, window=months("2020-01", "2031-12")) == asked(cube, quantity, window=WHOLE)
        assert asked(cube, quantity, window=months("2020-01", "2026-02")) == asked(
            cube, quantity, window=months("2026-01", "2026-02")
        )

    def test_are_answered_together_as_one_by_one(self, cube: Cube):
        windows = (months("2026-03"), months("2025-01"), WHOLE, months("2026-02", "2026-09"))
        for quantity in ("cases", "persons", "persons_served", "reports"):
            together = cube.select(Selection(quantity, PLACES, ("LANSIA", ALL, "PPKS-05"), windows))
            alone = [cube.select(Selection(quantity, PLACES, ("LANSIA", ALL, "PPKS-05"), (window,))) for window in windows]
            assert np.array_equal(together.values, np.concatenate([one.values for one in alone]))
            assert np.array_equal(together.reported, np.concatenate([one.reported for one in alone]))
            assert np.array_equal(together.expected, np.concatenate([one.expected for one in alone]))

    def test_an_old_stray_date_costs_one_month_not_all_between(self):
        near = cube_of([case("Ani", "2026-10", BONTORANNU, "PPKS-08"), case("Ani", "2026-11", BONTORANNU, "PPKS-08")])
        stray = cube_of([*CASES, case("Ani", "2000-01", BONTORANNU, "PPKS-08")])
        assert [len(level) for level in near.persons["reported"]] == [3, 3, 3]
        assert [len(level) for level in stray.persons["reported"]] == [10, 10, 10]
        assert stray.month_count == 26 * 12 + 3
        assert asked(stray, "persons", window=months("2000-01", "2026-01")) == 2
        assert asked(stray, "persons", window=months("2000-02", "2026-01")) == 2
        assert asked(stray, "cases", window=months("2000-02", "2025-12")) == 0
        assert asked(stray, "persons", window=months("2000-02", "2025-12")) == 0


class TestEdges:
    def test_span_from_the_first_to_the_last_case_or_report(self, cube: Cube):
        assert cube.span == WHOLE
        assert cube.month_count == 5
        assert cube.total_cases == 7

    def test_nothing_gives_an_empty_cube(self):
        empty = cube_of()
        assert (empty.span, empty.month_count, empty.total_cases, empty.cutoff) == (None, 0, 0, None)
        assert (empty.sample_cases, empty.unidentified, empty.last_full_month()) == (0, 0, None)
        for quantity in ("cases", "persons", "persons_served", "reports"):
            assert asked(empty, quantity) == 0
        assert asked(empty, "cases", sex="P", age="60+") == 0

    def test_reports_alone_make_a_time_axis_and_a_cutoff(self):
        cube = cube_of(reports=[nihil(BONTORANNU, "2026-04", date(2026, 5, 3)), nihil(PANNAMPU, "2026-02")])
        assert cube.span == months("2026-02", "2026-04")
        assert cube.cutoff == date(2026, 5, 3)
        assert cube.last_full_month() == Month(2026, 4)
        assert asked(cube, "reports") == 2
        assert asked(cube, "persons") == 0

    @pytest.mark.parametrize(
        ("cases", "reports", "cutoff"),
        [
            ([case("Ani", "2026-03", PANNAMPU, "PPKS-08")], [], date(2026, 3, 15)),
            ([case("Ani", "2026-03", PANNAMPU, "PPKS-08", tgl_masuk=date(2026, 4, 9))], [], date(2026, 4, 9)),
            (
                [case("Ani", "2026-03", PANNAMPU, "PPKS-08", tgl_masuk=date(2026, 3, 16))],
                [nihil(PANNAMPU, "2026-03", date(2026, 4, 2))],
                date(2026, 4, 2),
            ),
            ([case("Ani", "2026-03", PANNAMPU, "PPKS-08")], [nihil(PANNAMPU, "2026-04")], date(2026, 4, 1)),
        ],
    )
    def test_the_cutoff_is_the_newest_day_anything_was_reported_or_arrived(self, cases: list, reports: list, cutoff: date):
        assert cube_of(cases, reports).cutoff == cutoff

    @pytest.mark.parametrize(
        ("cutoff", "month"),
        [(date(2026, 3, 31), Month(2026, 3)), (date(2026, 3, 30), Month(2026, 2)), (date(2026, 1, 1), Month(2025, 12))],
    )
    def test_a_month_is_full_when_its_last_day_is_in(self, cube: Cube, cutoff: date, month: Month):
        assert replace(cube, cutoff=cutoff).last_full_month() == month

    def test_a_month_settles_some_days_after_its_end(self, cube: Cube):
        assert replace(cube, cutoff=date(2026, 4, 29)).is_settled(Month(2026, 2), 60) is True
        assert replace(cube, cutoff=date(2026, 4, 28)).is_settled(Month(2026, 2), 60) is False
        assert cube_of().is_settled(Month(2026, 2), 60) is False

    def test_sample_cases_are_numbered(self):
        rows = [case("Ani", "2026-01", PANNAMPU, "PPKS-08", sample=True), case("Budi", "2026-01", PANNAMPU, "PPKS-08")]
        assert cube_of(rows).sample_cases == 1

    def test_arrays_cannot_be_written(self, cube: Cube):
        arrays = [
            cube.busy,
            cube.cases,
            cube.profile,
            cube.reports,
            *(level for levels in cube.persons.values() for level in levels),
        ]
        assert len(arrays) == 4 + 3 * 3
        assert not any(array.flags.writeable for array in arrays)
        with pytest.raises(ValueError, match="read-only"):
            cube.cases[0] = 1

    @pytest.mark.parametrize(("place", "part"), [("73.71.99", ALL), (CITY, "PPKS-99"), ("", ALL)])
    def test_a_place_or_slice_that_does_not_exist_is_no_zero(self, cube: Cube, place: str, part: str):
        with pytest.raises(KeyError):
            asked(cube, "cases", place, part=part)

    @pytest.mark.parametrize(
        "row",
        [
            case("Ani", "2026-01", "73.71.99.1001", "PPKS-08"),
            case("Ani", "2026-01", PANNAMPU, "PPKS-99"),
            case("Ani", "2026-01", PANNAMPU, "PPKS-08", status="hilang"),
        ],
    )
    def test_a_stored_code_without_reference_data_stops_the_build(self, row: dict):
        with pytest.raises(InternalError, match=r"99|hilang"):
            cube_of([*CASES, row])

    def test_a_report_of_an_unknown_kelurahan_stops_the_build(self):
        with pytest.raises(InternalError, match=r"73\.71\.99\.1001"):
            cube_of(reports=[nihil("73.71.99.1001", "2026-01")])


def same(one: Cube, other: Cube) -> bool:
    places, everything = areas.all_codes(), (WHOLE, FIRST_QUARTER, months("2026-02"), months("2026-03", "2026-05"))
    return all(
        np.array_equal(one.select(selection).values, other.select(selection).values)
        for quantity in ("cases", "persons", "persons_verified", "persons_served", "reports")
        for selection in [Selection(quantity, places, slice_codes(), everything)]
    )


def test_the_order_of_rows_does_not_matter(cube: Cube):
    assert same(cube, cube_of(CASES[::-1], REPORTS[::-1]))
    assert same(cube, cube_of([*CASES[3:], *CASES[:3]], REPORTS))


def test_tables_in_many_chunks_count_the_same(cube: Cube):
    cases = pa.concat_tables([case_table([row]) for row in CASES])
    reports = pa.concat_tables([report_table([row]) for row in REPORTS])
    assert cases["person_key"].num_chunks == len(CASES)
    assert same(cube, build(cases, reports, 1))
    assert same(cube, build(case_table([*CASES[:2], *CASES]).slice(2), reports, 1))


def test_a_stored_version_gives_the_cube_of_its_rows(tmp_path: Path):
    rows = [
        {
            "id_kasus": f"K-{n}",
            "tgl_lapor": str(row["tgl_lapor"]),
            "kode_kelurahan": str(row["kode_kelurahan"]),
            "status": str(row["status"]),
        }
        | {"kategori": ";".join(row["kategori"]), "nama": str(row["person_key"]), "tgl_lahir": "01/02/1950"}
        | {"tgl_verifikasi": "05/04/2026" if row["status"] != "baru" else ""}
        for n, row in enumerate(CASES)
    ]
    for part in (rows[:3], rows[3:5], rows[5:]):
        take(template(tmp_path / f"{part[0]['id_kasus']}.csv", *part))
    reports = [{"kode_kelurahan": PANNAMPU, "bulan": "2026-01"}, {"kode_kelurahan": MATTOANGIN, "bulan": "2026-05"}]
    take(monthly(tmp_path / "laporan.csv", *reports))
    store = Store(settings())
    version = store.latest()
    cube = load(store, version)
    assert cube.version == version.number == 4
    assert same(cube, build(store.read("kasus", version), store.read("laporan", version), 4))
    assert [asked(cube, "cases", place) for place in PLACES] == [5, 1, 1, 6, 1, 7]
    assert [asked(cube, "persons", place) for place in PLACES] == [3, 1, 1, 3, 1, 4]
    assert load(store, store.version(1)).total_cases == 3
