"""What was done about each case, against counts made by hand; the rows stand in tests/casecity.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics import casework, schema
from ipsm_analytics.casework import Casework, load
from ipsm_analytics.casework.casework import MISSING, STEPS
from ipsm_analytics.config import settings as configured
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.cube.axes import ALL, area_codes, slice_codes
from ipsm_analytics.cube.selection import Quantity, Trait
from ipsm_analytics.errors import InternalError
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.store import Store
from tests.casecity import CASES, HEALTH, REPORTS, ROSTER, SCHOOLS, SICADAS, UNNAMED, WORK, case, day
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, TALLO, Row, cube_of, months
from tests.facts import FULL, casework_of, table
from tests.tables import monthly, sicadas, take, template

QUARTER = months("2026-01", "2026-03")
PLACES = (BONTORANNU, MATTOANGIN, PANNAMPU, MARISO, TALLO, CITY)
EPOCH = date(1970, 1, 1)


@pytest.fixture(scope="module")
def city() -> Casework:
    return casework_of(CASES, REPORTS, ROSTER)


def counts(
    work: Casework,
    quantity: Quantity,
    *traits: Trait,
    window: Window = QUARTER,
    part: str = ALL,
    places: Sequence[str] = PLACES,
) -> list[int]:
    """The count of each place."""
    chosen = Selection(quantity, tuple(places), (part,), (window,), traits=traits)
    return [int(value) for value in work.select(chosen)[0, 0]]


def total(work: Casework, quantity: Quantity, *traits: Trait, window: Window = QUARTER, part: str = ALL) -> int:
    return counts(work, quantity, *traits, window=window, part=part, places=[CITY])[0]


class TestQuantities:
    @pytest.mark.parametrize(
        ("quantity", "expected"),
        [
            ("cases", [7, 2, 4, 9, 4, 13]),
            ("cases_due", [5, 1, 2, 6, 2, 8]),
            ("cases_prompt", [3, 0, 2, 3, 2, 5]),
            ("cases_open", [5, 2, 3, 7, 3, 10]),
            ("referrals", [3, 1, 1, 4, 1, 5]),
            ("referrals_done", [1, 1, 1, 2, 1, 3]),
            ("persons", [5, 2, 4, 6, 4, 10]),
            ("persons_verified", [4, 1, 2, 5, 2, 7]),
            ("persons_assessed", [4, 1, 1, 5, 1, 6]),
            ("persons_served", [2, 0, 1, 2, 1, 3]),
            ("persons_done", [1, 0, 0, 1, 0, 1]),
            ("psm_registered", [2, 1, 1, 3, 1, 4]),
            ("psm_active", [2, 0, 1, 2, 1, 3]),
        ],
    )
    def test_by_place(self, city: Casework, quantity: Quantity, expected: list[int]):
        assert counts(city, quantity) == expected

    @pytest.mark.parametrize(
        ("quantity", "expected"),
        [
            ("cases", [4, 3, 6]),
            ("cases_due", [4, 0, 4]),
            ("cases_prompt", [2, 0, 3]),
            ("cases_open", [3, 2, 5]),
            ("referrals", [2, 1, 2]),
            ("referrals_done", [1, 1, 1]),
            ("persons", [2, 3, 6]),
            ("persons_verified", [2, 2, 3]),
            ("persons_assessed", [2, 2, 2]),
            ("persons_served", [1, 1, 1]),
            ("persons_done", [1, 0, 0]),
            ("psm_registered", [3, 3, 4]),
            ("psm_active", [2, 2, 3]),
        ],
    )
    def test_by_month(self, city: Casework, quantity: Quantity, expected: list[int]):
        windows = tuple(months(f"2026-0{month}") for month in (1, 2, 3))
        assert city.select(Selection(quantity, (CITY,), (ALL,), windows)).ravel().tolist() == expected

    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            ("LANSIA", [4, 2, 1, 2, 1]),
            ("ANAK", [3, 3, 2, 3, 2]),
            ("DISABILITAS", [4, 4, 3, 4, 3]),
            ("KEMISKINAN", [6, 3, 1, 5, 1]),
            ("LAINNYA", [0] * 5),
            ("PPKS-24", [5, 3, 1, 4, 0]),
        ],
    )
    def test_by_group(self, city: Casework, part: str, expected: list[int]):
        asked: list[Quantity] = ["cases", "cases_due", "cases_prompt", "cases_open", "referrals"]
        assert [total(city, quantity, part=part) for quantity in asked] == expected

    def test_workers_are_the_same_whatever_the_slice(self, city: Casework):
        chosen = Selection("psm_active", (CITY,), (ALL, "LANSIA", "PPKS-01"), (QUARTER,))
        assert city.select(chosen).ravel().tolist() == [3, 3, 3]

    def test_several_windows_slices_and_areas_at_once(self, city: Casework):
        windows = months("2026-01"), months("2026-02", "2026-03")
        chosen = Selection("cases_open", (CITY, BONTORANNU), (ALL, "LANSIA"), windows)
        assert city.select(chosen).tolist() == [[[3, 3], [1, 1]], [[7, 2], [1, 1]]]

    @pytest.mark.parametrize("window", [months("2025-01", "2025-12"), months("2026-04"), months("2031-01", "2032-12")])
    @pytest.mark.parametrize("quantity", ["cases", "cases_due", "cases_open", "referrals", "persons", "persons_done"])
    def test_a_window_outside_the_data_counts_nothing(self, city: Casework, quantity: Quantity, window: Window):
        assert counts(city, quantity, window=window) == [0] * 6

    def test_a_window_wider_than_the_data_counts_all_of_them(self, city: Casework):
        assert total(city, "cases", window=months("2020-01", "2030-12")) == 13
        assert total(city, "cases", window=months("2020-01", "2026-01")) == 4
        assert total(city, "persons", window=months("2020-01", "2030-12")) == 10

    def test_an_answer_may_be_changed_without_changing_the_next(self, city: Casework):
        chosen = Selection("cases_open", (CITY,), (ALL,), (QUARTER,))
        city.select(chosen)[:] = 99
        assert city.select(chosen).item() == 10

    def test_arrays_are_read_only(self, city: Casework):
        held = [getattr(city, part.name) for part in fields(city)] + list(city.traits.values()) + [*city.staff, *city.effort]
        arrays = [part for part in held if isinstance(part, np.ndarray)]
        assert len(arrays) > 15
        assert not any(part.flags.writeable for part in arrays)

    @pytest.mark.parametrize("quantity", ["reports", "listed", "poor", "persons_listed"])
    def test_what_is_counted_elsewhere_is_refused(self, city: Casework, quantity: Quantity):
        with pytest.raises(InternalError, match=f"{quantity} is not counted from casework"):
            total(city, quantity)

    def test_sex_and_age_are_refused(self, city: Casework):
        with pytest.raises(InternalError, match="not counted by sex or age"):
            city.select(Selection("cases", (CITY,), (ALL,), (QUARTER,), sex="P"))


class TestNoCases:
    def test_count_nothing_and_workers_are_registered_all_the_same(self):
        work = casework_of(roster=ROSTER)
        assert (len(work), work.cutoff) == (0, MISSING)
        asked: list[Quantity] = ["cases", "cases_due", "persons", "psm_active", "psm_registered"]
        assert [total(work, quantity) for quantity in asked] == [0, 0, 0, 0, 4]
        assert work.labels["opd"] == (UNNAMED,)
        assert work.lifetimes(work.rows(CITY, ALL), "served").undated == 0


class TestTraits:
    @pytest.mark.parametrize(
        ("trait", "expected"),
        [
            ("keberulangan", {"baru": 10, "berulang": 3}),
            ("umur", {"0-2": 2, "3-7": 1, "8-30": 3, ">30": 7}),
            ("fokus", {"EKONOMI": 1, "KELUARGA": 1, "ADVOKASI": 1, "belum ditentukan": 10}),
            (
                "hasil",
                {"terpenuhi": 1, "sebagian": 1, "tidak terpenuhi": 0, "pindah": 1, "meninggal": 1, "belum ada": 9},
            ),
            ("opd", {HEALTH: 2, SCHOOLS: 1, WORK: 1, UNNAMED: 9}),
        ],
    )
    def test_cases(self, city: Casework, trait: str, expected: dict[str, int]):
        assert {label: total(city, "cases", (trait, label)) for label in city.labels[trait]} == expected

    def test_open_cases_by_age(self, city: Casework):
        found = {label: counts(city, "cases_open", ("umur", label)) for label in city.labels["umur"]}
        assert found == {
            "0-2": [0, 1, 1, 1, 1, 2],
            "3-7": [0] * 6,
            "8-30": [1, 0, 2, 1, 2, 3],
            ">30": [4, 1, 0, 5, 0, 5],
        }

    def test_referrals_by_office(self, city: Casework):
        found = {
            office: (total(city, "referrals", ("opd", office)), total(city, "referrals_done", ("opd", office)))
            for office in city.labels["opd"]
        }
        assert found == {HEALTH: (2, 0), SCHOOLS: (1, 1), WORK: (1, 1), UNNAMED: (1, 1)}

    def test_persons_by_focus_count_once_a_focus(self, city: Casework):
        assert [total(city, "persons", ("fokus", label)) for label in city.labels["fokus"]] == [1, 1, 1, 8]

    def test_two_at_once_must_both_hold(self, city: Casework):
        assert total(city, "cases", ("fokus", "EKONOMI"), ("hasil", "terpenuhi")) == 1
        assert total(city, "cases", ("fokus", "EKONOMI"), ("hasil", "belum ada")) == 0
        assert total(city, "cases_open", ("umur", ">30"), ("keberulangan", "berulang")) == 2

    def test_a_label_that_does_not_exist_is_an_error(self, city: Casework):
        with pytest.raises(ValueError, match="not in tuple"):
            total(city, "cases", ("fokus", "LAINNYA"))

    @pytest.mark.parametrize(
        ("waited", "label"), [(0, "0-2"), (2, "0-2"), (3, "3-7"), (7, "3-7"), (8, "8-30"), (30, "8-30"), (31, ">30")]
    )
    def test_ages_at_the_edges(self, waited: int, label: str):
        newest = case("Budi", PANNAMPU, "03-31", "selesai")
        work = casework_of([{**case("Ani", PANNAMPU, "03-31", "baru"), "tgl_lapor": day("03-31") - timedelta(waited)}, newest])
        assert total(work, "cases_open", ("umur", label), window=months("2026-01", "2026-12")) == 1

    def test_whoever_came_first_is_new_whatever_the_order_of_the_rows(self):
        rows = [case("Ani", PANNAMPU, reported, "baru") for reported in ("02-10", "01-10", "02-10")]
        work = casework_of(rows)
        assert work.traits["keberulangan"].tolist() == [1, 0, 1]

    def test_what_came_before_the_window_makes_a_person_come_again(self, city: Casework):
        assert total(city, "cases", ("keberulangan", "berulang"), window=months("2026-03")) == 1


def judged(reported: str, status: str, **more: str | None) -> tuple[int, int]:
    """Cases due and prompt of one case, the data ending on 31 March."""
    work = casework_of([case("Ani", PANNAMPU, reported, status, **more), case("Z", PANNAMPU, "03-31", "baru")])
    return total(work, "cases_due"), total(work, "cases_prompt")


class TestResponse:
    @pytest.mark.parametrize(("acted", "prompt"), [("03-01", 1), ("03-02", 1), ("03-03", 1), ("03-04", 0), ("03-30", 0)])
    @pytest.mark.parametrize("step", ["verified", "assessed", "sent", "served", "closed"])
    def test_any_step_within_two_days_is_prompt(self, step: str, acted: str, prompt: int):
        assert judged("03-01", "verifikasi", **{step: acted}) == (1, prompt)

    def test_the_earliest_step_decides(self):
        assert judged("03-01", "selesai", verified="03-09", served="03-03", closed="03-20") == (1, 1)

    @pytest.mark.parametrize(("reported", "due"), [("03-28", 1), ("03-29", 1), ("03-30", 0), ("03-31", 0)])
    def test_open_and_overdue_counts_as_failed_once_two_days_are_over(self, reported: str, due: int):
        assert judged(reported, "baru") == (due, 0)

    def test_a_fast_one_waits_for_its_two_days_like_any_other(self):
        assert judged("03-30", "verifikasi", verified="03-30") == (0, 0)

    @pytest.mark.parametrize("status", [status for status in schema.STATUSES if status != "baru"])
    def test_something_done_on_an_unknown_day_cannot_be_judged(self, status: str):
        assert judged("03-01", status) == (0, 0)

    def test_closed_unverified_is_an_action(self):
        assert judged("03-01", "ditutup", closed="03-02") == (1, 1)
        assert judged("03-01", "ditutup", closed="03-20") == (1, 0)

    def test_an_action_before_the_report_cannot_be_judged(self):
        assert judged("03-01", "verifikasi", verified="02-27") == (0, 0)
        assert judged("03-01", "dilayani", verified="02-27", served="03-02") == (0, 0)

    def test_a_file_without_days_cannot_be_judged(self):
        assert judged("03-01", "baru", import_id=SICADAS) == (0, 0)
        assert judged("03-01", "dilayani", import_id=SICADAS) == (0, 0)


class TestReferrals:
    @pytest.mark.parametrize(
        ("status", "more"),
        [("verifikasi", {"sent": "03-02"}), ("baru", {"opd_rujukan": HEALTH}), ("dirujuk", {}), ("selesai", {"sent": "03-02"})],
    )
    def test_a_day_an_office_or_the_state_says_so(self, status: str, more: dict[str, str]):
        work = casework_of([case("Ani", PANNAMPU, "03-01", status, **more)])
        assert (total(work, "referrals"), total(work, "referrals_done")) == (1, 0)

    @pytest.mark.parametrize("outcome", schema.OUTCOMES)
    def test_any_outcome_settles_it(self, outcome: str):
        work = casework_of([case("Ani", PANNAMPU, "03-01", "selesai", sent="03-02", hasil=outcome)])
        assert (total(work, "referrals"), total(work, "referrals_done")) == (1, 1)

    def test_an_outcome_without_referral_is_none(self):
        work = casework_of([case("Ani", PANNAMPU, "03-01", "selesai", hasil="terpenuhi")])
        assert (total(work, "referrals"), total(work, "referrals_done")) == (0, 0)


MARCH = months("2026-03")


class TestWorkers:
    @pytest.mark.parametrize(("before", "active"), [(0, 1), (89, 1), (90, 0), (200, 0)])
    def test_active_is_who_reported_in_the_last_ninety_days(self, before: int, active: int):
        own = {**case("Ani", PANNAMPU, "03-31", "baru", id_psm="P3"), "tgl_lapor": day("03-31") - timedelta(before)}
        work = casework_of([own, case("Budi", PANNAMPU, "03-31", "baru")], roster=ROSTER)
        assert total(work, "psm_active", window=MARCH) == active

    def test_ninety_days_before_the_end_of_the_window_and_not_of_the_data(self):
        rows = [case("Ani", PANNAMPU, "01-02", "baru", id_psm="P3"), case("Budi", PANNAMPU, "06-30", "baru")]
        work = casework_of(rows, roster=ROSTER)
        assert [total(work, "psm_active", window=months(f"2026-0{month}")) for month in (1, 3, 4)] == [0, 1, 0]

    def test_an_unfinished_month_is_judged_as_of_the_newest_day(self):
        rows = [case("Ani", PANNAMPU, "01-10", "baru", id_psm="P3"), case("Budi", PANNAMPU, "04-01", "baru")]
        assert total(casework_of(rows, roster=ROSTER), "psm_active", window=months("2026-04")) == 1

    @pytest.mark.parametrize(("since", "counted"), [("03-31", 1), ("04-01", 0)])
    def test_who_began_after_the_window_counts_in_neither(self, since: str, counted: int):
        roster = [{"id_psm": "P1", "kode_kelurahan": PANNAMPU, "aktif_sejak": day(since)}]
        work = casework_of([case("Ani", PANNAMPU, "03-20", "baru", id_psm="P1")], roster=roster)
        assert (total(work, "psm_registered", window=MARCH), total(work, "psm_active", window=MARCH)) == (counted, counted)

    def test_a_worker_counts_once_and_at_home(self):
        rows = [case(f"orang-{number}", PANNAMPU, "03-20", "baru", id_psm="P1") for number in range(5)]
        assert counts(casework_of(rows, roster=ROSTER), "psm_active", window=MARCH) == [1, 0, 0, 1, 0, 1]

    def test_a_number_not_in_the_roster_is_nobody(self):
        work = casework_of([case("Ani", PANNAMPU, "03-20", "baru", id_psm="P9")], roster=ROSTER)
        assert total(work, "psm_active", window=MARCH) == 0

    def test_effort_tells_no_visit_from_an_unknown_number(self, city: Casework):
        place = [areas.codes("kelurahan").index(code) for code in (BONTORANNU, MATTOANGIN, PANNAMPU)]
        assert city.effort.first == 56 * 12
        assert city.effort.reports[:, place].tolist() == [[1, 0, 1], [1, 0, 0]]
        assert city.effort.told[:, place].tolist() == [[1, 0, 1], [0, 0, 0]]
        assert city.effort.visits[:, place].tolist() == [[4, 0, 0], [0, 0, 0]]
        assert city.effort.reports.sum() == 3

    def test_effort_without_reports_is_empty(self):
        assert casework_of(CASES).effort.reports.shape == (0, 153)


def waits(work: Casework, event: str, place: str = CITY, part: str = ALL) -> tuple[list[tuple[int, bool]], int]:
    found = work.lifetimes(work.rows(place, part), event)
    return list(zip(found.days.tolist(), found.event.tolist(), strict=True)), found.undated


class TestLifetimes:
    def test_to_service(self, city: Casework):
        """Case 11 carries no days, case 9 was served on an unknown one."""
        days = [(4, True), *((wait, False) for wait in (59, 2, 80, 80))]
        more = [(19, True), *((wait, False) for wait in (31, 1, 39, 8, 7))]
        assert waits(city, "served") == (days + more, 1)

    def test_to_the_first_action(self, city: Casework):
        """Cases 7 and 9 were acted upon on an unknown day, case 10 before it was reported."""
        days = [(2, True), (3, True), (2, False), (1, True), (80, False), (1, True), (1, False), (2, True), (0, True)]
        assert waits(city, "acted") == (days, 3)

    def test_to_closing(self, city: Casework):
        days = [(10, True), (59, False), (2, False), (80, False), (80, False), (30, False), (1, False), (49, False)]
        assert waits(city, "closed") == ([*days, (39, False), (8, False), (0, True)], 1)

    def test_of_a_place_and_a_group(self, city: Casework):
        assert waits(city, "served", PANNAMPU) == ([(19, True), (1, False), (7, False)], 0)
        assert waits(city, "served", part="LANSIA") == ([(4, True), (59, False), (31, False)], 1)

    def test_rows_of_a_window(self, city: Casework):
        assert city.rows(CITY, ALL, months("2026-02")).tolist() == [6, 8, 9]
        assert city.rows(MARISO, "KEMISKINAN").tolist() == [1, 2, 9]
        with pytest.raises(KeyError):
            city.rows("73.71.99", ALL)

    @pytest.mark.parametrize("event", ["acted", "served", "closed"])
    def test_an_event_before_the_report_is_left_out(self, event: str):
        steps = {"acted": "verified", "served": "served", "closed": "closed"}
        work = casework_of([case("Ani", PANNAMPU, "03-10", "baru", **{steps[event]: "03-09"})])
        assert waits(work, event) == ([], 1)

    def test_a_case_on_the_last_day_has_waited_no_day(self):
        assert waits(casework_of([case("Ani", PANNAMPU, "03-10", "baru")]), "served") == ([(0, False)], 0)


class TestBuild:
    def test_days_and_persons(self, city: Casework):
        assert city.cutoff == (day("03-31") - EPOCH).days
        assert city.person_keys[city.codes.person].tolist() == [row["person_key"] for row in CASES]
        assert city.acted.tolist()[:3] == [(day("01-03") - EPOCH).days, (day("02-03") - EPOCH).days, MISSING]
        assert [STEPS[step] for step in city.step] == [
            "done", "verified", "reported", "assessed", "reported", "served", "reported",
            "reported", "served", "assessed", "verified", "assessed", "reported",
        ]  # fmt: skip

    def test_persons_declared_the_same_count_as_one(self):
        tables = [table(name, rows) for name, rows in (("kasus", CASES), ("laporan", ()), ("roster", ()))]
        work = casework.build(*tables, 1, {FULL}, {"Dodi": "Fani", "Ika": "Ani"})
        assert (total(work, "persons"), total(work, "persons_verified")) == (8, 6)
        assert total(work, "cases", ("keberulangan", "berulang")) == 5

    def test_only_the_full_template_carries_days(self, tmp_path: Path):
        """An import is known by its kind: Sicadas says nothing of the days, whatever the state."""
        full = template(tmp_path / "a.csv", {"status": "verifikasi", "tgl_verifikasi": "2026-10-06", "id_psm": "PSM-1"})
        nothing = monthly(tmp_path / "l.csv", {"bulan": "2026-10", "kunjungan": "3"})
        take(full, sicadas(tmp_path / "b.csv", {"Status": "Selesai", "Tanggal Laporan": "20/10/2026"}), nothing)
        store = Store(configured())
        work = load(store, store.latest())
        assert sorted(work.dated.tolist()) == [False, True]
        window = months("2026-10")
        assert [total(work, quantity, window=window) for quantity in ("cases", "cases_due", "cases_prompt")] == [2, 1, 1]
        assert work.effort.visits.sum() == 3


STATUS_NAMES = st.sampled_from(schema.STATUSES)
SOME_DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 6, 30))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "person_key": st.sampled_from(["Ani", "Budi", "Cici", "Dodi"]),
            "kode_kelurahan": st.sampled_from([BONTORANNU, MATTOANGIN, PANNAMPU]),
            "kategori": st.lists(st.sampled_from(list(categories.categories())), min_size=1, max_size=3, unique=True),
            "tgl_lapor": st.dates(date(2026, 1, 1), date(2026, 6, 30)),
            "status": STATUS_NAMES,
            "tgl_verifikasi": SOME_DAYS,
            "tgl_layanan_pertama": SOME_DAYS,
            "opd_rujukan": st.none() | st.sampled_from([HEALTH, SCHOOLS]),
            "hasil": st.none() | st.sampled_from(schema.OUTCOMES),
            "fokus": st.none() | st.sampled_from(schema.FOCUS),
            "import_id": st.sampled_from([FULL, SICADAS]),
        }
    ),
    min_size=1,
    max_size=25,
)
WINDOWS = (months("2026-01", "2026-06"), months("2026-02", "2026-03"), months("2026-05"))
ADDITIVE: tuple[Quantity, ...] = ("cases", "cases_due", "cases_prompt", "cases_open", "referrals", "referrals_done")
EXAMPLES = settings(max_examples=30, deadline=None)


@EXAMPLES
@given(ROWS)
def test_casework_and_cube_agree_on_the_same_rows(rows: list[Row]):
    work, cube = casework_of(rows), cube_of([{"sample": False, "identity": "nik", **row} for row in rows])
    for quantity in ("cases", "persons", "persons_verified", "persons_served"):
        chosen = Selection(quantity, area_codes(), slice_codes(), WINDOWS)
        np.testing.assert_array_equal(work.select(chosen), cube.select(chosen).values)


@settings(max_examples=8, deadline=None)
@given(ROWS)
def test_labels_of_a_trait_add_up_to_all_and_kelurahan_to_the_city(rows: list[Row]):
    work = casework_of(rows)
    for quantity in ADDITIVE:
        whole = work.select(Selection(quantity, (CITY,), slice_codes(), WINDOWS))
        parts = work.select(Selection(quantity, areas.codes("kelurahan"), slice_codes(), WINDOWS))
        np.testing.assert_array_equal(parts.sum(axis=2, keepdims=True), whole)
        for trait, labels in work.labels.items():
            of_labels = [
                work.select(Selection(quantity, (CITY,), slice_codes(), WINDOWS, traits=((trait, label),))) for label in labels
            ]
            np.testing.assert_array_equal(sum(of_labels), whole)


@EXAMPLES
@given(ROWS)
def test_a_part_is_never_more_than_its_whole(rows: list[Row]):
    work = casework_of(rows)
    steps: list[Quantity] = ["persons", "persons_verified", "persons_assessed", "persons_served", "persons_done"]
    pairs: list[tuple[Quantity, Quantity]] = [("cases_prompt", "cases_due"), ("referrals_done", "referrals")]
    pairs += [("cases_due", "cases"), ("cases_open", "cases"), ("referrals", "cases")]
    pairs += list(zip(steps[1:], steps, strict=False))
    for part, whole in pairs:
        less, more = (work.select(Selection(name, area_codes(), slice_codes(), WINDOWS)) for name in (part, whole))
        assert (less <= more).all()


@EXAMPLES
@given(ROWS)
def test_every_dated_case_is_waited_for_or_told_to_be_left_out(rows: list[Row]):
    work = casework_of(rows)
    for event in ("acted", "served", "closed"):
        found = work.lifetimes(work.rows(CITY, ALL), event)
        assert len(found.days) + found.undated == work.dated.sum()
        assert (found.days >= 0).all()
