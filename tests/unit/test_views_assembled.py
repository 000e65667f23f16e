"""What the pages Ringkasan, Tren and Peta are made of, on the small city, with exact numbers."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, query
from ipsm_analytics.reference import areas, categories, population
from ipsm_analytics.reference.indicators import indicator, mapped
from ipsm_analytics.views import style
from ipsm_analytics.views.atlas import (
    MapOptions,
    MapView,
    at,
    atlas,
    bubble_scale,
    default_window,
    earlier_starts,
    map_size,
    panel,
)
from ipsm_analytics.views.chart import Chart, Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.overview import Overview, overview, parts, recent, silent_areas, unsettled_months
from ipsm_analytics.views.strips import Strip
from ipsm_analytics.views.trends import MEASURES, Trends, trends
from ipsm_analytics.views.values import interval_text
from tests.unit.test_views_desk import (
    BONTORANNU,
    CITY,
    LAE_LAE,
    LAST_YEAR,
    LETTE,
    MARISO,
    PATTUNUANG,
    SETTLED,
    SPAN,
    TABARINGAN,
    THIS_YEAR,
    UNTIA,
    desk,
    desk_of,
    made_of,
    monthly_cases,
    nothing,
    scope,
)

EMPTY = "PPKS-26"
"""A category without any case."""
TWO_YEARS = Window(Month(2025, 1), Month(2026, 10))


def charts_of(page: Overview | Trends) -> list[Chart]:
    """Every figure of a page."""
    if isinstance(page, Overview):
        return [page.attention, page.groups, page.completeness]
    return [page.monthly, page.years, page.groups, page.districts]


def strip_of(item: Chart) -> Strip:
    """The rows a chart draws."""
    assert isinstance(item.figure, Strip)
    return item.figure


def check_chart(item: Chart) -> None:
    """What must stand beside every figure, and its table and download can be made."""
    assert all(text.strip() for text in (item.key, item.title, item.context, item.reading, item.alt))
    assert "data s.d. 31 Okt 2026" in item.context
    assert "sumber: " in item.context
    assert "{" not in item.title + item.context + item.reading + item.alt
    if isinstance(item.figure, go.Figure):
        item.figure.to_json()
    table, export = item.table(), item.export()
    assert table.columns.is_unique
    assert {"status", "tanda", "versi_data"} <= set(export)


class TestOverview:
    def cards(self, where: Scope) -> dict[str, tuple[str, str]]:
        return {card.indicator: (card.value, card.delta) for card in overview(desk(), where).cards}

    def test_cards_of_the_city(self):
        rate = 71 / population.city_total() * 10_000
        assert rate == pytest.approx(0.479, abs=0.001)
        assert self.cards(scope()) == {
            "K01": ("72", "20%, belum pasti"),
            "K02": ("71", "18%, belum pasti"),
            "K03": ("0,5", "18%, belum pasti"),
            "R01": ("99,3%", "-0,1 poin, belum pasti"),
            "C06": ("50,0%", ""),
            "S01": ("0,0%", ""),
        }

    def test_cards_of_a_kelurahan_that_rose(self):
        cards = self.cards(scope(BONTORANNU))
        assert cards["K01"] == ("40", "300%, nyata")
        assert cards["K03"] == ("67,5", "300%, nyata")
        assert cards["R01"] == ("100,0%", "=0,0 poin, belum pasti")

    def test_a_fall_is_real_only_once_all_reports_are_in(self):
        three = [*monthly_cases(LETTE, SPAN, "PPKS-24", 1), *monthly_cases(LETTE, LAST_YEAR, "PPKS-24", 5)]
        fallen = desk_of(made_of(three))
        (now, *_), (settled, *_) = (overview(fallen, scope(LETTE, window=window)).cards for window in (THIS_YEAR, SETTLED))
        assert now.delta == "-83%, belum pasti"
        assert settled.delta == "-83%, nyata"

    def test_a_fall_of_completeness_too(self):
        silent = {(code, month) for code in areas.codes("kelurahan")[:90] for month in Window(Month(2026, 1), SPAN.last).months()}
        worse = desk_of(made_of(monthly_cases(LETTE, SPAN, "PPKS-24", 1), silent=silent))
        deltas = [
            {card.indicator: card.delta for card in overview(worse, scope(window=window)).cards}["R01"]
            for window in (THIS_YEAR, SETTLED)
        ]
        assert [delta.split(", ")[1] for delta in deltas] == ["belum pasti", "nyata"]

    def test_cards_carry_interval_unit_and_meaning(self):
        cards = {card.indicator: card for card in overview(desk(), scope(BONTORANNU)).cards}
        assert cards["C06"].note == "95%: 35,2–64,8"
        assert cards["K01"].note == "kasus"
        assert cards["C06"].label == "Terlayani"
        assert indicator("C06").formula in cards["C06"].help

    def test_sparklines_are_the_last_twelve_months(self):
        spark = overview(desk(), scope(BONTORANNU)).cards[0].spark
        assert spark == (1, 1, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4)
        early = overview(desk(), scope(BONTORANNU, window=Window(Month(2025, 1), Month(2025, 3)))).cards[0].spark
        assert early == (1, 1, 1)

    def test_cards_without_the_same_span_last_year_compare_nothing(self):
        assert {delta for _, delta in self.cards(scope(window=LAST_YEAR)).values()} == {""}

    def test_kelurahan_that_stand_out_are_those_wholly_above_the_city(self):
        item = overview(desk(), scope()).attention
        strip = strip_of(item)
        assert [row.name for row in strip.rows] == ["Bontorannu", "Lette"]
        assert item.title.startswith("2 kelurahan dengan laju di atas kota")
        answer = desk().answer(scope(BONTORANNU).ask("K03")).iloc[0]
        first = strip.rows[0]
        assert (first.value, first.lower, first.upper) == (answer["value"], answer["lower"], answer["upper"])
        assert first.text == f"67,5 ({interval_text(Words(), first.lower, first.upper, indicator('K03'))})"
        assert first.hint == "Bontorannu (Kec. Mariso)"
        city, name = strip.reference
        assert (city, name) == (pytest.approx(71 / population.city_total() * 10_000), "kota: 0,5")
        assert strip.highest == max(row.upper for row in strip.rows)

    def test_a_kelurahan_is_judged_among_those_of_its_kecamatan(self):
        strip = strip_of(overview(desk(), scope(BONTORANNU)).attention)
        assert [row.name for row in strip.rows] == ["Bontorannu", "Lette"]

    def test_where_none_stands_out_it_says_so(self):
        item = overview(desk(), scope("73.71.15")).attention
        assert item.title == "Tidak ada kelurahan yang lajunya pasti di atas kota"
        assert strip_of(item).rows == ()
        assert item.table().empty

    def test_those_who_were_silent_in_the_last_month(self):
        assert set(silent_areas(desk(), scope())) == {"Untia", "Lae-Lae"}
        assert silent_areas(desk(), scope(window=SETTLED)) == ("Untia",)
        assert silent_areas(desk(), scope(MARISO)) == ()

    def test_groups_by_month_end_with_unsettled_ones(self):
        item = overview(desk(), scope()).groups
        assert [annotation.text for annotation in item.figure.layout.annotations] == [
            "Kemiskinan",
            "Anak",
            "Lansia",
            "Disabilitas",
            "Lainnya",
        ]
        assert isinstance(item.figure, go.Figure)
        solid, dotted = item.figure.data[4:6]
        assert (sum(solid.y), list(dotted.y), dotted.line.dash) == (12 * 1 + 8 * 4, [4, 4, 4], "dot")
        assert solid.line.color == style.GROUP_COLOURS["LANSIA"]
        assert item.table()["Lansia"].tolist() == ["1"] * 12 + ["4"] * 10

    def test_a_group_is_taken_apart_into_its_commonest_categories(self):
        assert parts(desk(), scope(slice_code="LANSIA")) == categories.in_group("LANSIA")
        anak = parts(desk(), scope(slice_code="ANAK"))
        assert (len(anak), anak[0]) == (5, "PPKS-05")
        assert parts(desk(), scope(slice_code="PPKS-08")) == ("PPKS-08",)
        assert parts(desk(), scope()) == categories.GROUPS

    def test_completeness_by_kecamatan_lowest_first(self):
        item = overview(desk(), scope()).completeness
        biringkanaya = 1 - 1 / len(areas.members(areas.parent(UNTIA)))
        strip = strip_of(item)
        assert (strip.rows[0].name, strip.rows[0].value) == ("Biringkanaya", pytest.approx(100 * biringkanaya))
        assert strip.rows[0].text == "90,9% (100/110)"
        assert (len(strip.rows), strip.highest, strip.mark) == (15, 100, "batang")
        assert item.title.startswith("Kelengkapan laporan terendah: Biringkanaya (")

    def test_completeness_inside_a_kecamatan_by_kelurahan(self):
        first = strip_of(overview(desk(), scope(areas.parent(LAE_LAE))).completeness).rows[0]
        assert (first.name, first.value) == ("Lae-Lae", 90)

    def test_every_chart_is_complete(self):
        for item in charts_of(overview(desk(), scope())):
            check_chart(item)


class TestTrends:
    @pytest.mark.parametrize(("code", "area"), [*((code, CITY) for code in MEASURES), ("K01", MARISO), ("K03", LETTE)])
    def test_every_chart_is_complete(self, code: str, area: str):
        for item in charts_of(trends(desk(), scope(area), code)):
            check_chart(item)

    def test_months_stand_beside_the_same_month_last_year(self):
        item = trends(desk(), scope(), "K01").monthly
        before, before_tail, now, now_tail = item.figure.data
        assert (before.name, now.name) == ("Setahun sebelumnya", "Dilaporkan")
        assert list(now.y) == [6.0] * 12 + [7.0, 7.0, 8.0, 7.0, 8.0, 7.0, 7.0, 7.0]
        assert list(before.y) == [None] * 12 + [6.0] * 8
        assert (list(now_tail.y), list(before_tail.y), now_tail.line.dash) == ([7.0] * 3, [6.0] * 3, "dot")
        assert list(now.y) == query_values("K01", "bulan")[:20]

    def test_its_table_says_which_months_are_final(self):
        table = trends(desk(), scope(), "K01").monthly.table()
        assert table["Keadaan"].tolist() == ["final"] * 20 + ["belum lengkap"] * 2
        assert table["Bulan"].tolist()[-1] == "Okt 2026"
        assert table["Dilaporkan (kasus)"].tolist()[-1] == "7"

    def test_years_share_the_calendar_and_the_newest_is_unfinished(self):
        old, solid, dotted = trends(desk(), scope(), "K01").years.figure.data
        assert (old.name, solid.name) == ("2025", "2026")
        assert list(old.y) == [6.0] * 12
        assert list(solid.y) == [7.0, 7.0, 8.0, 7.0, 8.0, 7.0, 7.0, 7.0]
        assert list(dotted.y)[:3] == [7.0, 7.0, 7.0]
        assert (list(dotted.x)[:3], dotted.line.dash) == (["Agu", "Sep", "Okt"], "dot")

    def test_years_table_has_a_column_a_year(self):
        table = trends(desk(), scope(), "K01").years.table()
        assert (list(table), len(table)) == (["Bulan", "2025", "2026"], 12)
        assert table["2026"].tolist() == ["7", "7", "8", "7", "8", "7", "7", "7", "7", "7", "–", "–"]

    def test_fifteen_kecamatan_on_one_scale(self):
        item = trends(desk(), scope(), "K01").districts
        names = [annotation.text for annotation in item.figure.layout.annotations]
        assert names == [areas.name(code) for code in areas.codes("kecamatan")]
        mariso = [trace for trace in item.figure.data if trace.name == "Mariso"]
        assert [list(trace.y) for trace in mariso] == [[4.0] * 12 + [7.0] * 8, [7.0] * 3]

    def test_a_kelurahan_is_shown_among_its_kecamatan(self):
        item = trends(desk(), scope(LETTE), "K01").districts
        assert len(item.figure.layout.annotations) == len(areas.members(MARISO))
        assert item.title == "Kasus dilaporkan menurut kelurahan, Kec. Mariso"

    def test_rates_are_per_population_of_the_area(self):
        solid, _ = trends(desk(), scope(BONTORANNU), "K03").monthly.figure.data[2:]
        assert solid.y[-1] == pytest.approx(4 / population.by_area(BONTORANNU) * 10_000)

    def test_the_download_withholds_small_months_and_marks_the_sample(self):
        export = trends(desk(), scope(), "K01").groups.export()
        anak = export[export["kelompok"] == "ANAK"].set_index("bulan")
        assert anak.loc["2025-06", "status"] == "disensor"
        assert math.isnan(anak.loc["2025-06", "value"])
        assert set(export["tanda"]) == {"DATA CONTOH"}

    def test_an_earlier_last_month_ends_the_history_there(self):
        item = trends(desk(), scope(window=LAST_YEAR), "K01").monthly
        assert [trace.x[-1] for trace in item.figure.data] == [Month(2025, 10).first_day] * 2


def query_values(code: str, *by: str) -> list[float]:
    return query(desk().cube, Query(code, by, SPAN), desk().screen)["value"].tolist()


def options(code: str = "K03", level: str = "kelurahan", layout: str = "geografis") -> MapOptions:
    return MapOptions(code, level, layout, 400, 600)


class TestAtlas:
    def one(self, code: str = "K03", where: Scope | None = None, level: str = "kelurahan") -> MapView:
        (view,) = atlas(desk(), (where or scope(),), options(code, level))
        return view

    @pytest.mark.parametrize("code", mapped())
    @pytest.mark.parametrize("level", ["kelurahan", "kecamatan"])
    @pytest.mark.parametrize("layout", ["geografis", "heksagon"])
    def test_every_indicator_on_every_map(self, code: str, level: str, layout: str):
        (view,) = atlas(desk(), (scope(),), options(code, level, layout))
        check_chart(view.chart)
        assert len(view.chart.figure.data[0].locations) == len(areas.codes(level))
        assert bool(view.bubble_scale) == (indicator(code).map_mark == "gelembung")

    def test_title_alt_and_table_of_a_rate(self):
        chart = self.one().chart
        assert chart.title == "Orang dilaporkan per 10.000 penduduk menurut kelurahan, Jan–Okt 2026"
        assert (
            chart.alt == "Orang dilaporkan per 10.000 penduduk untuk 153 wilayah; tertinggi Bontorannu (Kec. Mariso) dengan 67,5."
        )
        assert chart.table()["Kelurahan"].tolist()[:3] == ["Bontorannu", "Lette", "Pattunuang"]
        assert "batas kelas tetap" in chart.reading

    def test_counts_say_that_circles_are_counts(self):
        view = self.one("K01")
        assert "Luas lingkaran" in view.chart.reading
        assert view.bubble_scale == (40.0, 13.0, 4.0)
        assert [(entry.label, entry.count) for entry in view.legend] == [("nol", 149), ("belum melapor", 1)]

    def test_a_kelurahan_is_drawn_among_its_kecamatan(self):
        locations = self.one(where=scope(LETTE)).chart.figure.data[0].locations
        assert tuple(locations) == areas.members(MARISO)

    def test_two_periods_share_classes_and_bubbles(self):
        now, then = atlas(desk(), (scope(), at(scope(), Month(2025, 1))), options())
        assert now.chart.figure.data[0].colorscale == then.chart.figure.data[0].colorscale
        labels = [[entry.label for entry in view.legend if "0" in entry.label] for view in (now, then)]
        assert labels[0] == labels[1]
        assert now.legend != then.legend
        counts = atlas(desk(), (scope(), at(scope(), Month(2025, 1))), options("K01"))
        assert [max(view.chart.figure.data[1].marker.size) for view in counts] == [46, round(46 * math.sqrt(30 / 40), 1)]

    def test_the_download_keeps_withheld_cells_and_the_mark(self):
        export = self.one("K01").chart.export().set_index("kode_kelurahan")
        assert (export.loc[PATTUNUANG, "status"], export.loc[UNTIA, "status"]) == ("disensor", "belum_lapor")
        assert export.loc[PATTUNUANG, "value":"upper"].isna().all()
        assert set(export["tanda"]) == {"DATA CONTOH"}

    def test_the_public_sees_withheld_areas_as_such(self):
        (view,) = atlas(desk(role="publik"), (scope(),), options("K01"))
        assert ("disensor", 1) in [(entry.label, entry.count) for entry in view.legend]
        sizes = dict(zip(view.chart.figure.data[1].customdata, view.chart.figure.data[1].marker.size, strict=True))
        assert sizes[PATTUNUANG] == 0

    def test_bubble_scales(self):
        assert bubble_scale(300) == (300, 100, 30)
        assert bubble_scale(2) == (2, 1)
        assert bubble_scale(0) == ()

    def test_spans_to_compare_with_are_as_long_and_within_the_data(self):
        starts = earlier_starts(desk(), scope())
        assert (starts[0], starts[-1]) == (Month(2025, 12), Month(2025, 1))
        assert scope().window.first not in starts
        assert at(scope(MARISO), Month(2025, 3)) == scope(MARISO, window=Window(Month(2025, 3), Month(2025, 12)))

    def test_a_span_as_long_as_the_data_is_compared_with_the_year_before(self):
        assert earlier_starts(desk(), scope(window=SPAN)) == [Month(2024, 1)]

    def test_maps_side_by_side_are_narrower(self):
        assert map_size(False, 2)[1] < map_size(False, 1)[1] / 2 + 1
        assert map_size(True, 1) == map_size(True, 2)


class TestPanel:
    def test_gives_every_indicator_of_the_area(self):
        item = panel(desk(), scope(), BONTORANNU)
        assert item.title == "Bontorannu (Kec. Mariso)"
        assert item.rows == (
            ("Kasus dilaporkan", "40", ""),
            ("Orang unik", "40", ""),
            ("Laju per 10.000", "67,5", "48,2–91,9"),
            ("Kelengkapan laporan", "100,0%", "72,2–100,0"),
            ("Terlayani", "50,0%", "35,2–64,8"),
        )

    def test_equals_the_query_of_the_area(self):
        answer = query(desk().cube, Query("K03", (), THIS_YEAR, BONTORANNU), desk().screen).iloc[0]
        assert (round(answer["value"], 1), round(answer["lower"], 1), round(answer["upper"], 1)) == (67.5, 48.2, 91.9)

    def test_of_an_area_that_never_reported_has_no_number(self):
        rows = {label: value for label, value, _ in panel(desk(), scope(), UNTIA).rows}
        assert rows == {
            "Kasus dilaporkan": "belum melapor",
            "Orang unik": "belum melapor",
            "Laju per 10.000": "belum melapor",
            "Kelengkapan laporan": "0,0%",
            "Terlayani": "belum melapor",
        }

    def test_shows_its_months_and_speaks_of_one_line_only(self):
        trend = panel(desk(), scope(), BONTORANNU).trend
        check_chart(trend)
        solid, dotted = trend.figure.data
        assert (list(solid.y)[-1], list(dotted.y)) == (4, [4, 4, 4])
        assert "setahun sebelumnya" not in trend.reading + trend.alt

    def test_keeps_the_slice(self):
        assert panel(desk(), scope(slice_code="ANAK"), BONTORANNU).rows[0] == ("Kasus dilaporkan", "0", "")


class TestPeriods:
    def test_default_is_the_year_to_the_last_full_month(self):
        assert default_window(desk()) == THIS_YEAR

    def test_default_stays_within_the_data(self):
        late = made_of(monthly_cases(LETTE, SPAN, "PPKS-24", 1))
        assert default_window(desk_of(replace(late, cutoff=date(2027, 2, 15)))) == THIS_YEAR
        assert default_window(desk_of(replace(late, cutoff=date(2025, 1, 15)))) == Window(SPAN.first, SPAN.first)
        assert default_window(desk_of(nothing())) is None

    def test_recent_months_end_with_the_window_and_begin_with_the_data(self):
        assert recent(desk(), THIS_YEAR, 12) == Window(Month(2025, 11), Month(2026, 10))
        assert recent(desk(), THIS_YEAR, 36) == TWO_YEARS

    def test_months_that_may_still_grow(self):
        assert unsettled_months(desk(), SPAN.months()) == 2
        assert unsettled_months(desk(), SETTLED.months()) == 0


NOTHING_THERE = {
    "a category without a case": (scope(slice_code=EMPTY), "0"),
    "a kelurahan without a case": (scope(TABARINGAN, EMPTY), "0"),
    "never reported": (scope(UNTIA), "belum melapor"),
    "a group where never reported": (scope(UNTIA, "LANSIA"), "belum melapor"),
    "not reported in the one month": (scope(LAE_LAE, "ANAK", Window(SPAN.last, SPAN.last)), "belum melapor"),
    "only the first month": (scope(window=Window(SPAN.first, SPAN.first)), "6"),
}


@pytest.mark.parametrize(("where", "cases"), NOTHING_THERE.values(), ids=NOTHING_THERE)
class TestEmptySelections:
    def test_ringkasan(self, where: Scope, cases: str):
        page = overview(desk(), where)
        for item in charts_of(page):
            check_chart(item)
        assert page.cards[0].value == cases
        assert cases in page.headline
        assert no_nan([page.headline, *(card.value + card.note + card.delta for card in page.cards)])

    def test_tren(self, where: Scope, cases: str):
        for code in ("K01", "K03"):
            page = trends(desk(), where, code)
            assert cases in page.headline
            for item in charts_of(page):
                check_chart(item)

    def test_peta(self, where: Scope, cases: str):
        for code in mapped():
            (view,) = atlas(desk(), (where,), options(code))
            check_chart(view.chart)
            assert no_nan(view.chart.figure.data[0].hovertext)
        assert panel(desk(), where, where.area).rows[0][1] == cases


def no_nan(texts: Iterable[str]) -> bool:
    return not re.search(r"\bnan\b", " ".join(texts), re.IGNORECASE)


def test_a_map_without_any_number_says_so():
    (view,) = atlas(desk(), (scope(slice_code=EMPTY),), options())
    assert view.chart.alt == "Orang dilaporkan per 10.000 penduduk: tidak ada angka untuk digambar."
    assert [(entry.label, entry.count) for entry in view.legend] == [("semua nilai", 0), ("nol", 152), ("belum melapor", 1)]


def test_tables_of_a_silent_area_hold_no_zero():
    table = trends(desk(), scope(UNTIA), "K01").monthly.table()
    assert set(table["Dilaporkan (kasus)"]) == {"–"}
    (solid, _) = trends(desk(), scope(UNTIA), "K01").monthly.figure.data[2:]
    assert set(solid.y) == {None}


def test_public_pages_withhold_what_exports_withhold(subtests: pytest.Subtests):
    public: Desk = desk(role="publik")
    for question in (scope().ask("K01", "kelurahan"), scope(PATTUNUANG).ask("K02", "bulan")):
        with subtests.test(question=question):
            pd.testing.assert_frame_equal(public.answer(question), desk().released(question))
