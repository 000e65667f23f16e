"""Funnel and inequality of kelurahan: what is outside chance, and what cannot be said."""

import numpy as np
import pytest
from scipy import stats

from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas, population
from ipsm_analytics.statistics.significance import Significance
from ipsm_analytics.views.chart import Scope
from ipsm_analytics.views.spread import Apart
from tests.unit.test_views_desk import CITY, SETTLED, SILENT, desk_of, made_of, monthly_cases

MONTH = Window(SETTLED.last, SETTLED.last)
HIGH = areas.codes("kelurahan")[5]


def level(times: dict[str, int] | None = None, silent=frozenset()) -> Apart:
    """Cases in proportion to the population, some kelurahan with several times as many."""
    rows = [
        row
        for code in areas.codes("kelurahan")
        for row in monthly_cases(code, MONTH, "PPKS-24", round(population.by_area(code) / 500) * (times or {}).get(code, 1))
    ]
    return Apart(desk_of(made_of(rows, silent=silent)), Scope(CITY, ALL, MONTH))


class TestFunnel:
    def test_of_equal_rates_nothing_is_outside(self):
        page = level()
        assert page.funnel.title == "0 dari 153 kelurahan di luar batas kebetulan"
        assert page.spread.excess.factor == 1
        assert "Kelurahan kecil boleh jauh" in page.funnel.reading

    def test_one_with_three_times_the_cases_is_marked_and_named_in_the_table(self):
        page = level({HIGH: 3})
        place = page.spread.areas["kode_kelurahan"].tolist().index(HIGH)
        assert page.spread.levels[place] is Significance.MUCH_HIGHER
        assert page.funnel.figure.data[-1].marker.symbol[place] == "triangle-up"
        assert page.funnel.table()["Dibanding batas kebetulan"].iloc[place] == "lebih tinggi (99,8%)"

    def test_limits_are_those_by_which_the_points_are_judged(self):
        """The exact limits of a count on the line touch what the city's rate expects there."""
        page = level(dict.fromkeys(areas.codes("kelurahan")[:20], 3))
        rate, excess = page.spread.baseline, page.spread.excess.factor
        assert excess > 1
        for (low, high), z in zip((page.funnel.figure.data[:2], page.funnel.figure.data[2:4]), (1.959964, 3.090232), strict=True):
            tail = stats.norm.sf(z * np.sqrt(excess))
            people = np.array(high.x)
            counts = people * np.array([low.y, high.y]) / 10_000
            some = counts[0] >= 1
            assert stats.gamma.isf(tail, counts[0] + 1)[some] == pytest.approx((people * rate)[some], rel=1e-3)
            assert (stats.gamma.isf(tail, 1) >= (people * rate)[counts[0] == 0] * 0.999).all()
            assert stats.gamma.ppf(tail, counts[1]) == pytest.approx(people * rate, rel=1e-3)

    def test_a_point_lies_outside_the_lines_where_it_is_marked(self):
        page = level(dict.fromkeys(areas.codes("kelurahan")[:20], 3))
        spread, figure = page.spread, page.funnel.figure
        inside = {Significance.SAME: 1, Significance.HIGHER: 3, Significance.LOWER: 3}
        for place, found in enumerate(spread.levels):
            people, value = (float(spread.areas[name].iloc[place]) for name in ("denominator", "value"))
            lines = [np.interp(people, figure.data[number].x, figure.data[number].y) for number in range(4)]
            if found in inside:
                last = inside[found]
                assert lines[last - 1] * 0.99 <= value <= lines[last] * 1.01
            if found is not Significance.SAME:
                assert not lines[0] * 1.01 < value < lines[1] * 0.99

    def test_those_that_did_not_report_are_no_points(self):
        quiet = {code for code, month in SILENT if month == MONTH.last}
        assert len(level(dict.fromkeys(quiet, 0), SILENT).spread.areas) == 153 - len(quiet) < 153

    def test_few_cases_leave_the_office_withheld(self):
        place = areas.codes("kelurahan")[0]
        page = Apart(desk_of(made_of(monthly_cases(place, MONTH, "PPKS-24", 3))), Scope(CITY, ALL, MONTH))
        shown = page.funnel.export().set_index("kode_kelurahan")
        assert shown.loc[place, "status"] == "disensor"


class TestInequality:
    def test_is_given_in_five_lines_where_it_can_be(self):
        page = level(dict.fromkeys(areas.codes("kelurahan")[:50], 2))
        rows = dict(page.inequality)
        assert set(rows) >= {"Gini", "P90 dibagi P10", "Perlimaan tertinggi dikurangi terendah"}
        assert "register belum ada" in rows["Indeks kemiringan (SII) menurut kemiskinan"]

    def test_without_cases_it_says_why_not(self):
        page = Apart(desk_of(made_of([])), Scope(CITY, ALL, MONTH))
        assert all(text.startswith("Tidak dihitung") for _, text in page.inequality)
        assert page.funnel.title.startswith("0 dari ")
