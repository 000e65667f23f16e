"""Sentences of Ringkasan: each passes its test, cites its indicator, and is not tried where data are thin or not final."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, categories, population
from ipsm_analytics.statistics.comparison import change
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.narrative import MOST_FLAGS, Flags, flags
from ipsm_analytics.views.overview import overview
from tests.facts import facts_of
from tests.unit.test_views_desk import CITY, CUTOFF, LAST_YEAR, SETTLED, SPAN, THIS_YEAR, WORDS, desk_of, made_of, monthly_cases

DISTRICTS = areas.codes("kecamatan")
BEFORE = SETTLED.shifted(-12)


def spread(window: Window, category: str, number: int) -> list:
    """That many cases a month in the first kelurahan of every kecamatan."""
    places = [areas.members(code)[0] for code in DISTRICTS]
    return [row for code in places for row in monthly_cases(code, window, category, number)]


def said(cases: list, window: Window = SETTLED, area: str = CITY, part: str = ALL) -> Flags:
    return flags(desk_of(made_of(cases)), Scope(area, part, window))


def of(found: Flags, code: str) -> list[str]:
    return [item.text for item in found.found if item.indicator == code]


class TestGroups:
    def test_a_rise_is_told_with_both_counts_and_the_p_value_of_the_comparison(self):
        found = said([*spread(BEFORE, "PPKS-08", 1), *spread(SETTLED, "PPKS-08", 2)])
        assert of(found, "K01") == ["Kasus Lansia naik 100% dari periode sama tahun lalu (120 menjadi 240)."]
        assert next(item for item in found.found if item.indicator == "K01").p_value == change(240, 120).p_value

    def test_a_fall_is_told_where_it_is_final(self):
        found = said([*spread(BEFORE, "PPKS-08", 2), *spread(SETTLED, "PPKS-08", 1)])
        assert of(found, "K01") == ["Kasus Lansia turun 50% dari periode sama tahun lalu (240 menjadi 120)."]

    def test_a_fall_is_not_tried_while_late_reports_may_come(self):
        found = said([*spread(LAST_YEAR, "PPKS-08", 2), *spread(THIS_YEAR, "PPKS-08", 1)], THIS_YEAR)
        assert of(found, "K01") == []
        rise = said([*spread(LAST_YEAR, "PPKS-08", 1), *spread(THIS_YEAR, "PPKS-08", 2)], THIS_YEAR)
        assert len(of(rise, "K01")) == 1

    @pytest.mark.parametrize(("before", "now", "told"), [(9, 20, 0), (9, 30, 1)])
    def test_few_cases_are_not_tried(self, before: int, now: int, told: int):
        place, month = areas.members(DISTRICTS[0])[0], Window(Month(2026, 3), Month(2026, 3))
        cases = [*monthly_cases(place, month.shifted(-12), "PPKS-08", before), *monthly_cases(place, month, "PPKS-08", now)]
        assert len(of(said(cases, month), "K01")) == told

    def test_nothing_is_compared_with_months_before_the_data(self):
        found = said(spread(SPAN, "PPKS-08", 2), Window(Month(2025, 1), Month(2025, 8)))
        assert of(found, "K01") == []


class TestAreas:
    def test_only_one_that_stands_out_beyond_the_spread_is_told(self):
        month = Window(SETTLED.last, SETTLED.last)
        level = [
            row
            for code in DISTRICTS
            for row in monthly_cases(areas.members(code)[0], month, "PPKS-24", population.by_area(code) // 1000)
        ]
        found = said([*level, *monthly_cases(areas.members("73.71.07")[1], month, "PPKS-24", 400)])
        assert len(of(found, "K03")) == 1
        assert of(found, "K03")[0].startswith("Kec. Tallo: ")
        assert "lebih tinggi daripada kota" in of(found, "K03")[0]

    def test_nothing_is_said_of_an_empty_city(self):
        assert said([]) == Flags((), 0)


class TestShares:
    def served(self, now: int, before: int) -> list:
        """40 persons each year, so many of them served."""
        place = areas.members(DISTRICTS[0])[0]
        months = (Window(Month(2026, 2), Month(2026, 2)), Window(Month(2025, 2), Month(2025, 2)))
        return [
            row
            for window, count in zip(months, (now, before), strict=True)
            for row in (
                *monthly_cases(place, window, "PPKS-24", count, "selesai"),
                *monthly_cases(place, window, "PPKS-24", 40 - count, "verifikasi"),
            )
        ]

    def test_a_share_that_rose_is_told_with_both_values(self):
        (text,) = of(said(self.served(36, 16)), "C06")
        assert text == "Terlayani 90,0%, lebih tinggi daripada 40,0% pada periode sama tahun lalu."

    def test_a_share_that_hardly_moved_is_tried_and_not_told(self):
        found = said(self.served(20, 18))
        assert of(found, "C06") == []
        assert found.tried >= 1

    def test_service_of_months_that_are_not_final_is_not_tried(self):
        moved = replace(said(self.served(36, 16), THIS_YEAR))
        assert of(moved, "C06") == []


def test_at_most_five_and_the_surest_first():
    groups = ("PPKS-24", "PPKS-02", "PPKS-08", "PPKS-09", "PPKS-21")
    found = said([row for code in groups for row in (*spread(BEFORE, code, 1), *spread(SETTLED, code, 3))])
    assert len(found.found) == MOST_FLAGS <= len(categories.GROUPS)
    assert [item.p_value for item in found.found] == sorted(item.p_value for item in found.found)


def test_without_any_difference_few_sentences_are_false():
    source, told, tried = np.random.default_rng(20_261_124), 0, 0
    place = [areas.members(code)[0] for code in DISTRICTS]
    for _ in range(12):
        cases = [
            row
            for window in (BEFORE, SETTLED)
            for code in place
            for row in monthly_cases(code, window, "PPKS-24", 0)
            + monthly_cases(code, Window(window.first, window.first), "PPKS-24", int(source.poisson(20)))
        ]
        found = said(cases)
        told, tried = told + len(of(found, "K01")), tried + 1
    assert told <= 3
    assert tried == 12


class TestResponse:
    """S01 of one kelurahan: so many of a hundred cases acted upon the next day, this year and the year before."""

    def desk(self, window: Window, now: int, before: int) -> Desk:
        place = areas.members(DISTRICTS[0])[0]
        rows = [
            {
                "person_key": f"{month}{number}",
                "kode_kelurahan": place,
                "kategori": ["PPKS-24"],
                "tgl_lapor": month.first_day,
                "tgl_verifikasi": month.first_day + timedelta(days=1 if number < prompt else 9),
                "status": "verifikasi",
            }
            for month, prompt in ((window.first, now), (window.first.plus(-12), before))
            for number in range(100)
        ]
        reports = [{"kode_kelurahan": place, "bulan": month.first_day, "tgl_terima": CUTOFF} for month in SPAN.months()]
        rule = policy("operator", "layar", 5)
        return Desk(facts_of(rows, reports), rule, rule, WORDS, 60)

    @pytest.mark.parametrize(("month", "told"), [(SETTLED.last, True), (THIS_YEAR.last, False)])
    def test_a_rise_is_told_and_sure_only_once_it_is_final(self, month: Month, told: bool):
        where = Scope(CITY, ALL, Window(month, month))
        seen = self.desk(where.window, 80, 40)
        assert bool(of(flags(seen, where), "S01")) == told
        card = next(item for item in overview(seen, where).cards if item.indicator == "S01")
        assert card.value == "80,0%"
        assert card.delta == ("40,0 poin, nyata" if told else "40,0 poin, belum pasti")
