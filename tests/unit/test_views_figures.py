"""Figures are tested on their data and layout: what is solid, dotted, marked, and on which scale."""

from datetime import date
from itertools import pairwise

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.views import figures, style
from ipsm_analytics.views.figures import LABEL_GAP, LETTER, LONE, Line, Points, lone_sizes, spread
from ipsm_analytics.views.i18n import Words

ID, EN = Words("id"), Words("en")
MONTHS = Window(Month(2026, 1), Month(2026, 6)).months()
DAYS = [month.first_day for month in MONTHS]
RISING = Line("Anak", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "#0072B2")


def texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def monthly(lines: list[Line], unsettled: int = 2, months: list[Month] | None = None) -> go.Figure:
    return figures.monthly(ID, months or MONTHS, lines, unsettled, height=300, unit="kasus")


class TestMonthly:
    def test_unsettled_months_are_dotted_and_joined_to_the_settled_ones(self):
        solid, dotted = monthly([RISING]).data
        assert (solid.line.dash, list(solid.x), list(solid.y)) == ("solid", DAYS[:4], [1, 2, 3, 4])
        assert (dotted.line.dash, list(dotted.x), list(dotted.y)) == ("dot", DAYS[3:], [4, 5, 6])
        assert {solid.line.color, dotted.line.color} == {"#0072B2"}

    @pytest.mark.parametrize("unsettled", [1, 2])
    def test_their_ground_is_marked_and_named(self, unsettled: int):
        figure = monthly([RISING], unsettled)
        (ground,) = figure.layout.shapes
        assert (ground.x0, ground.x1) == (DAYS[5 - unsettled].isoformat(), DAYS[5].isoformat())
        assert ground.x0 < ground.x1
        assert "belum lengkap" in texts(figure)

    def test_nothing_is_dotted_or_marked_when_all_is_settled(self):
        figure = monthly([RISING], 0)
        (solid,) = figure.data
        assert list(solid.y) == [1, 2, 3, 4, 5, 6]
        assert len(figure.layout.shapes) == 0
        assert texts(figure) == ["Anak"]

    def test_nothing_is_solid_when_nothing_is_settled(self):
        solid, dotted = monthly([RISING], 6).data
        assert list(solid.y) == []
        assert list(dotted.y) == [1, 2, 3, 4, 5, 6]

    def test_a_missing_month_is_a_gap_and_a_lone_month_a_dot(self):
        solid, dotted = monthly([Line("A", [None, 2.0, None, 3.0, 3.0, None])], 1).data
        assert (list(solid.y), list(solid.marker.size)) == ([None, 2.0, None, 3.0, 3.0], [0, LONE, 0, 0, 0])
        assert (solid.connectgaps, list(dotted.y)) == (None, [3.0, None])

    def test_a_quiet_line_is_thinner(self):
        thin, thick = monthly([Line("lalu", RISING.values, quiet=True), RISING], 0).data
        assert thin.line.width < thick.line.width

    def test_hover_names_month_value_and_unit_in_words(self):
        solid, _ = monthly([RISING]).data
        assert list(solid.customdata) == ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"]
        assert solid.hovertemplate == "%{customdata}<br>Anak: %{y:,.0f} kasus<extra></extra>"
        assert monthly([Line("", RISING.values)]).data[0].hovertemplate.startswith("%{customdata}<br>%{y")

    def test_lines_carry_their_name_at_the_last_known_month(self):
        (label,) = monthly([Line("A", [1.0, 2.0, None, None, None, None])], 0).layout.annotations
        assert (label.text, label.x, label.y) == ("A", DAYS[1], 2)

    def test_names_of_lines_that_end_together_do_not_overlap(self):
        figure = monthly([Line(name, [1.0] * 6) for name in "ABC"], 0)
        shifts = sorted(annotation.yshift for annotation in figure.layout.annotations)
        assert shifts == pytest.approx([0, LABEL_GAP, 2 * LABEL_GAP])

    def test_names_have_room_at_the_right_and_are_broken_where_it_is_narrow(self):
        lines = [Line("Setahun sebelumnya", [1.0] * 6), Line("Ini", [1.0] * 6)]
        wide, narrow = (figures.monthly(ID, MONTHS, lines, 0, height=300, unit="kasus", wide=wide) for wide in (True, False))
        assert (wide.layout.margin.r, narrow.layout.margin.r) == (14 + 18 * LETTER, 14 + 10 * LETTER)
        assert texts(narrow) == ["Setahun<br>sebelumnya", "Ini"]
        assert max(annotation.yshift for annotation in narrow.layout.annotations) == pytest.approx(2 * LABEL_GAP)
        assert list(wide.layout.xaxis.range) == [DAYS[0], DAYS[-1]]
        assert len(narrow.layout.xaxis.tickvals) == 3

    def test_a_line_without_any_value_has_no_name_to_write(self):
        assert texts(monthly([Line("A", [None] * 6)], 0)) == []

    def test_few_ticks_and_always_the_last_month(self):
        months = Window(Month(2024, 1), Month(2026, 6)).months()
        axis = monthly([Line("A", [1.0] * 30)], 0, months).layout.xaxis
        assert len(axis.tickvals) <= figures.MAX_TICKS
        assert (axis.tickvals[-1], axis.ticktext[-1]) == (date(2026, 6, 1), "Jun<br>2026")

    def test_counts_start_at_zero(self):
        assert monthly([RISING]).layout.yaxis.rangemode == "tozero"


class TestSpread:
    def test_far_positions_stay(self):
        assert spread([0, 50, 100], 17) == [0, 50, 100]

    def test_near_ones_move_up_in_their_order(self):
        assert spread([10, 0, 10], 17) == [17, 0, 34]

    @given(st.lists(st.floats(0, 1000), max_size=12), st.floats(1, 50))
    def test_all_lie_apart_and_none_moves_down(self, positions: list[float], gap: float):
        result = spread(positions, gap)
        ordered = sorted(result)
        assert all(high - low >= gap - 1e-6 for low, high in pairwise(ordered))
        assert all(after >= before for before, after in zip(positions, result, strict=True))

    @given(st.lists(st.one_of(st.none(), st.floats(0, 9)), max_size=12))
    def test_every_known_month_is_drawn_by_a_line_or_a_dot(self, values: list[float | None]):
        sizes = lone_sizes(values)
        for place, value in enumerate(values):
            beside = values[max(place - 1, 0) : place] + values[place + 1 : place + 2]
            assert value is None or sizes[place] == LONE or any(other is not None for other in beside)


class TestByYear:
    YEARS = (Line("2025", [float(month) for month in range(12)], "#111111"), Line("2026", [5.0] * 10 + [None] * 2, "#222222"))

    def test_the_newest_year_is_strongest_and_dotted_after_its_settled_months(self):
        old, solid, dotted = figures.by_year(ID, self.YEARS, 8, height=300, unit="kasus").data
        assert (old.line.width, solid.line.width, dotted.line.width) == (2, 4, 4)
        assert (old.line.dash, solid.line.dash, dotted.line.dash) == (None, None, "dot")
        assert (old.x[0], old.x[-1], len(old.y)) == ("Jan", "Des", 12)
        assert (solid.x[-1], list(dotted.x[:3])) == ("Agu", ["Agu", "Sep", "Okt"])
        assert list(dotted.y) == [5, 5, 5, None, None]

    def test_months_without_a_report_do_not_shift_what_is_dotted(self):
        years = [Line("2026", [None, 7.0, None, 1.0, 2.0, 3.0] + [None] * 6)]
        solid, dotted = figures.by_year(ID, years, 4, height=300, unit="kasus").data
        assert list(solid.y) == [None, 7, None, 1]
        assert list(dotted.y[:3]) == [1, 2, 3]

    def test_a_settled_year_is_not_dotted(self):
        (only,) = figures.by_year(ID, self.YEARS[:1], 12, height=300, unit="kasus").data
        assert list(only.y) == [float(month) for month in range(12)]

    def test_every_third_month_is_told_where_it_is_narrow(self):
        figure = figures.by_year(ID, self.YEARS, 4, height=300, unit="kasus", wide=False)
        assert list(figure.layout.xaxis.tickvals) == ["Jan", "Apr", "Jul", "Okt"]

    def test_months_in_the_readers_language(self):
        assert list(figures.by_year(EN, self.YEARS[:1], 12, height=300, unit="cases").data[0].x[-1:]) == ["Dec"]


class TestSmallMultiples:
    PANELS = tuple(Line(name, [float(value)] * 6) for value, name in enumerate("ABCDEFG"))

    def figure(self, unsettled: int = 2) -> go.Figure:
        return figures.small_multiples(ID, MONTHS, self.PANELS, unsettled, columns=3, unit="kasus")

    def test_all_panels_share_one_scale_from_zero(self):
        layout = self.figure().layout
        assert [axis.matches for axis in (layout.yaxis, layout.yaxis2, layout.yaxis3)] == [None, "y", "y"]
        assert {axis.rangemode for axis in (layout.yaxis, layout.yaxis2, layout.yaxis3)} == {"tozero"}

    def test_every_panel_is_named_and_holds_its_own_series(self):
        figure = self.figure(0)
        assert texts(figure) == list("ABCDEFG")
        assert [trace.y[0] for trace in figure.data] == [0, 1, 2, 3, 4, 5, 6]

    def test_panels_stand_side_by_side_row_by_row(self):
        figure = self.figure(0)
        assert [(trace.xaxis, trace.x[0], trace.x[-1]) for trace in figure.data] == [
            *[(axis, first, first + 5) for axis in ("x", "x2") for first in (0, 8, 16)],
            ("x3", 0, 5),
        ]
        assert [(name.xref, name.yref, name.x) for name in figure.layout.annotations][3:5] == [
            ("x2", "y2 domain", 2.5),
            ("x2", "y2 domain", 10.5),
        ]
        assert list(figure.layout.xaxis.range) == [-1, 22]

    def test_rows_run_from_top_to_bottom_with_room_between(self):
        layout = self.figure().layout
        first, second, third = (axis.domain for axis in (layout.yaxis, layout.yaxis2, layout.yaxis3))
        assert first[1] == 1
        assert first[0] - second[1] == pytest.approx(figures.PANEL_SPACE / 3)
        assert second[0] - third[1] == pytest.approx(figures.PANEL_SPACE / 3)
        assert third[0] == pytest.approx(0)
        assert first[1] - first[0] == pytest.approx(third[1] - third[0])

    def test_unsettled_months_are_dotted_in_every_panel(self):
        figure = self.figure()
        assert [trace.line.dash for trace in figure.data] == ["solid", "dot"] * 7
        assert [list(trace.x) for trace in figure.data if trace.line.dash == "dot"][:2] == [[3, 4, 5], [11, 12, 13]]
        assert list(figure.data[1].customdata) == ["Apr 2026", "Mei 2026", "Jun 2026"]

    def test_years_are_told_under_every_panel_or_else_the_first_month(self):
        long = Window(Month(2025, 6), Month(2026, 2)).months()
        figure = figures.small_multiples(ID, long, [Line("A", [1.0] * 9)] * 3, 0, columns=2, unit="kasus")
        assert [(list(axis.tickvals), list(axis.ticktext)) for axis in (figure.layout.xaxis, figure.layout.xaxis2)] == [
            ([7, 18], ["2026", "2026"]),
            ([7], ["2026"]),
        ]
        short = figures.small_multiples(ID, long[:3], [Line("A", [1.0] * 3)], 0, columns=1, unit="kasus")
        assert list(short.layout.xaxis.ticktext) == ["Jun 2025"]


class TestYearlyPoints:
    SERIES = (Points("Gelandangan", [2011, 2013], [204.0, 197.5], "orang"), Points("Penduduk", [2010], [1338663.0], "jiwa"))

    def test_points_stand_unconnected_each_concept_on_its_own_scale(self):
        figure = figures.yearly_points(ID, self.SERIES, 3)
        assert [trace.mode for trace in figure.data] == ["markers+text"] * 2
        assert [list(axis.range) for axis in (figure.layout.yaxis, figure.layout.yaxis2)] == [
            [0, 204 * 1.3],
            [0, 1338663 * 1.3],
        ]
        assert (figure.layout.yaxis.matches, figure.layout.yaxis2.matches) == (None, None)
        assert texts(figure) == ["Gelandangan", "Penduduk"]

    def test_values_are_written_beside_a_few_points(self):
        assert list(figures.yearly_points(ID, self.SERIES, 3).data[0].text) == ["204", "197,50"]

    def test_of_many_points_the_highest_and_the_last_are_written(self):
        many = Points("A", [2010, 2011, 2012, 2013, 2014], [1.0, 9.0, 2.0, 3.0, 4.0], "orang")
        assert list(figures.yearly_points(ID, [many], 3).data[0].text) == ["", "9", "", "", "4"]

    def test_the_last_of_many_is_written_below_where_it_would_meet_the_highest(self):
        series = [
            Points(name, [2010, 2011, 2012, 2013, 2014], [1.0, high, 2.0, 3.0, 4.0], "orang")
            for name, high in (("A", 8.0), ("B", 9.0), ("C", 2.0))
        ]
        near, far, rising = figures.yearly_points(ID, series, 3).data
        assert list(near.textposition) == ["top center"] * 4 + ["bottom center"]
        assert {*far.textposition, *rising.textposition} == {"top center"}

    @pytest.mark.parametrize(
        ("years", "ticks", "ends"),
        [([2022, 2025], [2022, 2025], [2021, 2026]), ([2007, 2009, 2027], [2007, 2017, 2027], [2004, 2030])],
    )
    def test_years_have_room_and_few_are_told(self, years: list[int], ticks: list[int], ends: list[float]):
        axis = figures.yearly_points(ID, [Points("A", years, [1.0] * len(years), "orang")], 3).layout.xaxis
        assert (list(axis.tickvals), list(axis.range)) == (ticks, ends)

    def test_no_series_is_an_empty_figure(self):
        assert len(figures.yearly_points(ID, [], 3).data) == 0


def test_every_figure_wears_the_house_look():
    figure = style.figure(200)
    assert (figure.layout.font.size, figure.layout.separators, figure.layout.showlegend) == (14, ",.", False)
    assert figure.layout.yaxis.rangemode == "tozero"
