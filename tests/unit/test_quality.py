"""Counts of how the data came in, and the shares made of them, on rows a reader can add up."""

from datetime import date
from math import isnan
from pathlib import Path

import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.measures.quality import MEASURES, State, mending, rates, reason_counts
from ipsm_analytics.privacy import policy
from ipsm_analytics.quality import load
from ipsm_analytics.store import Store
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, TALLO, months
from tests.qualities import CASES, REPORTS, TODAY, quality_of, refusal, report, row, small
from tests.tables import sicadas, take

B, M, P = BONTORANNU, MATTOANGIN, PANNAMPU
JAN, FEB, MAR = (Month(2026, number) for number in (1, 2, 3))
QUARTER = months("2026-01", "2026-03")
SCREEN, EXPORT = policy("operator", "layar", 5), policy("operator", "ekspor", 5)


def month_by_month(name: str, code: str) -> list[int]:
    return [int(small().total(name, (code,), [month])[0]) for month in (JAN, FEB, MAR)]


def cell(name: str, code: str, window: Window = QUARTER, rule=SCREEN, quality=None, today: date = TODAY) -> dict:
    return rates(quality or small(), name, (code,), (window,), today, rule).iloc[0].to_dict()


class TestCounts:
    @pytest.mark.parametrize(
        ("name", "code", "expected"),
        [
            ("reported", B, [1, 1, 1]),
            ("reported", M, [1, 1, 0]),
            ("reported", P, [1, 0, 0]),
            ("on_time", B, [1, 0, 0]),
            ("on_time", M, [1, 0, 0]),
            ("undated", B, [0, 1, 1]),
            ("undated", M, [0, 0, 0]),
            ("undated", P, [1, 0, 0]),
            ("accepted", B, [5, 1, 1]),
            ("accepted", M, [1, 0, 0]),
            ("refused", B, [1, 0, 0]),
            ("refused", P, [0, 0, 0]),
            ("warned", B, [2, 0, 0]),
            ("nik", B, [2, 1, 1]),
            ("identified", B, [3, 1, 1]),
            ("repeated", B, [0, 1, 0]),
            ("repeated", M, [0, 0, 0]),
        ],
    )
    def test_are_those_of_the_table(self, name: str, code: str, expected: list[int]):
        assert month_by_month(name, code) == expected

    def test_an_area_is_the_sum_of_its_kelurahan(self):
        assert month_by_month("accepted", MARISO) == [6, 1, 1]
        assert month_by_month("reported", TALLO) == [1, 0, 0]

    def test_a_refused_row_without_a_kelurahan_counts_for_the_city_alone(self):
        assert month_by_month("refused", CITY) == [2, 0, 0]
        assert month_by_month("refused", MARISO) == [1, 0, 0]

    def test_a_refused_row_without_a_month_counts_in_no_month(self):
        assert (small().undated_refused(B), small().undated_refused(CITY), small().undated_refused(P)) == (1, 1, 0)

    def test_what_waits_holds_reports_too_but_no_register(self):
        assert small().waiting.sum() == 4
        assert sorted(small().waiting_reasons) == ["CAT_UNKNOWN", "DATE_PARSE", "FLAG_PARSE", "KEL_UNKNOWN", "STATUS_UNKNOWN"]

    def test_months_outside_the_axis_count_nothing(self):
        assert small().total("accepted", (CITY,), [Month(2025, 12), Month(2026, 4)]).tolist() == [0]
        assert small().span == QUARTER

    def test_nothing_at_all(self):
        empty = quality_of()
        assert empty.span is None
        assert empty.total("accepted", (CITY,), [JAN]).tolist() == [0]
        assert mending(empty, CITY, QUARTER, date(2025, 1, 1)) == []

    def test_an_unknown_area_is_a_bug(self):
        with pytest.raises(KeyError):
            small().total("accepted", ("73.99",), [JAN])


class TestOnTime:
    def test_the_due_day_itself_is_in_time_and_the_next_is_not(self):
        early, late = (quality_of(reports=[report(M, "2026-01", day)]) for day in ("2026-02-05", "2026-02-06"))
        assert [int(quality.total("on_time", (M,), [JAN])[0]) for quality in (early, late)] == [1, 0]

    def test_the_report_decides_where_its_cases_came_earlier(self):
        quality = quality_of([row("Ani", "2026-01-10", M, arrived="2026-01-11")], [report(M, "2026-01", "2026-02-20")])
        assert quality.total("on_time", (M,), [JAN]).tolist() == [0]

    def test_the_first_case_decides_where_the_report_does_not_say(self):
        cases = [row("Ani", "2026-01-10", M, arrived=day) for day in ("2026-03-01", "2026-02-01")]
        quality = quality_of(cases, [report(M, "2026-01")])
        assert quality.total("on_time", (M,), [JAN]).tolist() == [1]

    def test_december_is_due_in_january(self):
        assert quality_of(reports=[report(M, "2025-12", "2026-01-05")]).total("on_time", (M,), [Month(2025, 12)]).tolist() == [1]

    def test_a_month_is_due_the_day_after_its_due_day(self):
        assert [small().is_due(JAN, day) for day in (date(2026, 2, 5), date(2026, 2, 6))] == [False, True]
        assert small().due_months(QUARTER, TODAY) == [JAN, FEB]


class TestRepeats:
    @pytest.mark.parametrize(
        ("second", "repeats"),
        [
            (row("Ani", "2026-01-01", B), 1),
            (row("Ani", "2026-01-31", B), 1),
            (row("Ani", "2026-02-01", B), 0),
            (row("Ani", "2026-01-02", M), 0),
            (row("Ani", "2026-01-02", B, "PPKS-24"), 0),
            (row("Ani", "2026-01-02", B, "PPKS-08", "PPKS-24"), 0),
            (row("Budi", "2026-01-02", B), 0),
            (row("Ani", "2026-01-02", B, identity="tidak_ada"), 0),
        ],
    )
    def test_same_person_categories_and_kelurahan_within_thirty_days(self, second, repeats: int):
        quality = quality_of([row("Ani", "2026-01-01", B), second])
        assert quality.total("repeated", (CITY,), QUARTER.months()).tolist() == [repeats]

    def test_each_row_is_held_against_the_one_before(self):
        days = ("2026-01-01", "2026-01-25", "2026-02-20")
        quality = quality_of([row("Ani", day, B) for day in days])
        assert quality.total("repeated", (B,), QUARTER.months()).tolist() == [2]


class TestRates:
    @pytest.mark.parametrize(
        ("name", "code", "numerator", "denominator"),
        [
            ("kelengkapan", B, 2, 2),
            ("kelengkapan", M, 2, 2),
            ("kelengkapan", P, 1, 2),
            ("kelengkapan", CITY, 5, 306),
            ("ketepatan", B, 1, 2),
            ("ketepatan", M, 1, 2),
            ("keabsahan", B, 7, 8),
            ("keabsahan", CITY, 8, 10),
            ("nik", B, 4, 7),
            ("ganda", B, 1, 5),
        ],
    )
    def test_numerator_denominator_and_interval(self, name: str, code: str, numerator: int, denominator: int):
        found = cell(name, code)
        low, high = wilson(numerator, denominator)
        assert [found[key] for key in ("numerator", "denominator", "state")] == [numerator, denominator, "ok"]
        assert [found[key] for key in ("value", "lower", "upper")] == pytest.approx(
            [100 * numerator / denominator, 100 * float(low), 100 * float(high)]
        )

    @pytest.mark.parametrize(
        ("name", "code", "month", "state"),
        [
            ("kelengkapan", M, "2026-03", State.NOT_DUE),
            ("kelengkapan", P, "2026-02", State.SILENT),
            ("ketepatan", P, "2026-02", State.SILENT),
            ("ketepatan", P, "2026-01", State.UNDATED),
            ("ketepatan", M, "2026-02", State.OK),
            ("keabsahan", M, "2026-02", State.NO_ROWS),
            ("keabsahan", P, "2026-02", State.SILENT),
            ("keabsahan", P, "2026-03", State.NOT_DUE),
            ("keabsahan", B, "2026-03", State.OK),
        ],
    )
    def test_what_is_missing_says_why(self, name: str, code: str, month: str, state: State):
        found = cell(name, code, months(month))
        assert found["state"] == state
        assert isnan(found["value"]) == (state != State.OK)

    def test_no_report_is_a_count_but_no_share(self):
        found = cell("kelengkapan", P, months("2026-02"))
        assert (found["numerator"], found["denominator"]) == (0, 1)
        assert isnan(found["value"])

    def test_rows_of_nobody_in_particular_cannot_be_repeats(self):
        quality = quality_of([row("x", "2026-01-01", B, identity="tidak_ada")])
        assert cell("ganda", B, months("2026-01"), quality=quality)["state"] == State.NO_ROWS

    def test_what_leaves_the_office_withholds_small_numbers_of_rows(self):
        assert cell("keabsahan", B, rule=EXPORT)["state"] == State.WITHHELD
        assert isnan(cell("keabsahan", B, rule=EXPORT)["denominator"])
        many = quality_of([row(str(number), "2026-01-01", B) for number in range(5)])
        assert cell("keabsahan", B, rule=EXPORT, quality=many)["state"] == State.OK

    def test_reports_are_no_persons_and_are_never_withheld(self):
        assert cell("kelengkapan", P, rule=EXPORT)["state"] == State.OK

    def test_cells_run_areas_fastest(self):
        frame = rates(small(), "kelengkapan", (B, P), (months("2026-01"), months("2026-02")), TODAY, SCREEN)
        assert frame[["kode", "dari"]].to_numpy().tolist() == [[B, "2026-01"], [P, "2026-01"], [B, "2026-02"], [P, "2026-02"]]


class TestReasons:
    def test_most_frequent_first_with_their_share_of_rows_read(self):
        found = reason_counts(small(), CITY, QUARTER, SCREEN)
        assert [(item.code, item.rows) for item in found] == [
            ("NIK_LEN", 2),
            ("CAT_UNKNOWN", 1),
            ("DATE_PARSE", 1),
            ("KEL_UNKNOWN", 1),
            ("NUMBER_RANGE", 1),
            ("STATUS_UNKNOWN", 1),
        ]
        assert found[0].share == pytest.approx(100 * 2 / 11)

    def test_rows_without_a_month_count_in_every_window(self):
        found = {item.code: item.rows for item in reason_counts(small(), B, months("2026-03"), SCREEN)}
        assert found == {"DATE_PARSE": 1}

    def test_small_numbers_do_not_leave_the_office(self):
        assert all(isnan(item.rows) and isnan(item.share) for item in reason_counts(small(), CITY, QUARTER, EXPORT))


class TestMending:
    def test_says_what_is_missing_late_and_waiting(self):
        found = {item.code: item for item in mending(small(), CITY, QUARTER, TODAY)}
        assert (found[B].missing, found[B].late, found[B].undated, found[B].waiting) == ((), 0, 1, 2)
        assert (found[B].reason, found[B].psm, found[B].impact) == ("CAT_UNKNOWN", ("P1", "P2"), 2)
        assert (found[M].missing, found[M].late, found[M].waiting, found[M].reason) == ((), 1, 0, "")
        assert (found[P].missing, found[P].undated, found[P].waiting) == ((FEB,), 1, 1)
        assert len(found) == 153

    def test_missing_months_weigh_what_is_usual_there(self):
        cases = [row(str(number), "2026-01-05", B) for number in range(6)]
        [item] = mending(quality_of(cases), B, QUARTER, TODAY)
        assert (item.missing, item.lost) == ((FEB,), 6)

    def test_where_nobody_ever_reported_the_kecamatan_lends_its_usual_number(self):
        cases = [row(str(number), "2026-01-05", B) for number in range(6)]
        found = {item.code: item.lost for item in mending(quality_of(cases, [report(P, "2026-01")]), CITY, QUARTER, TODAY)}
        assert (found[M], found[P]) == (12, 0)
        other = next(item for code, item in found.items() if not code.startswith((MARISO, TALLO)))
        assert other == 2 * 6 / 2

    def test_largest_impact_first_then_more_missing_then_more_late(self):
        order = [
            item.code for item in mending(quality_of(CASES, REPORTS, [refusal(P, None, "DATE_PARSE")] * 40), CITY, QUARTER, TODAY)
        ]
        assert order[0] == P
        assert order[-1] == M

    def test_months_not_yet_due_are_nobodys_fault(self):
        assert mending(quality_of(CASES), B, months("2026-03"), TODAY) == []


def test_every_measure_has_rising_bounds():
    assert all(sorted(set(item.breaks)) == list(item.breaks) and len(item.breaks) == 4 for item in MEASURES.values())


def test_a_stored_version_is_counted_with_its_refused_rows(tmp_path: Path):
    second = {"NIK": "7371014506900002"}
    take(sicadas(tmp_path / "a.csv", {}, {**second, "Kategori PPKS": "entah"}, {**second, "Kelurahan": "Xyz"}))
    store = Store(settings())
    quality = load(store, store.latest(), 5)
    october = [Month(2026, 10)]
    assert [quality.total(name, ("73.71.01.1004", CITY), october).tolist() for name in ("accepted", "refused")] == [
        [1, 1],
        [1, 2],
    ]
    assert (quality.version, quality.waiting.sum()) == (1, 2)
