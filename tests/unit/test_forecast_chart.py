"""The forecast of Tren on series made by hand: its figure, its table, what may leave the office, its words, and its refusals.

Cases of Pannampu by month from January 2022 to October 2026, all reported on the 15th: the months up to July are settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference.categories import categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.forecast import Forecast
from ipsm_analytics.statistics.monthly import Why
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.views import outlook as told
from ipsm_analytics.views.chart import Chart, Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.trends import Trends
from tests.cubes import CITY, PANNAMPU, TALLO, Row, case, cube_of

ID = Words("id")
FIRST, LAST, SETTLED = Month(2022, 1), Month(2026, 10), Month(2026, 7)
SPAN = Window(FIRST, LAST)
AHEAD = [SETTLED.plus(step) for step in range(1, 7)]
PLAIN = next(code for code, item in categories().items() if not item.sensitive and item.groups == ("LANSIA",))
SENSITIVE = next(code for code, item in categories().items() if item.sensitive)


def rows(counts: Sequence[int], category: str = PLAIN) -> list[Row]:
    """So many cases a month from the first on, none where the number is negative."""
    months = [FIRST.plus(step) for step in range(len(counts))]
    return [
        case(f"{month}{number}", f"{month.year}-{month.month:02}", PANNAMPU, category)
        for month, count in zip(months, counts, strict=True)
        for number in range(count)
    ]


def growing(level: float, yearly: float = 1.25) -> list[int]:
    """A level that grows by a quarter a year."""
    return [round(level * yearly ** (step / 12)) for step in range(SPAN.length)]


@cache
def trends(
    level: float = 30, yearly: float = 1.25, area: str = CITY, part: str = ALL, category: str = PLAIN, *, narrow: bool = False
) -> Trends:
    return page(Facts.of(cube_of(rows(growing(level), category))), area, part, narrow=narrow)


def page(facts: Facts, area: str = CITY, part: str = ALL, *, narrow: bool = False) -> Trends:
    desk = Desk(facts, policy("operator", "layar", 5), policy("operator", "ekspor", 5), ID, 60, narrow)
    return Trends(desk, Scope(area, part, SPAN), indicator("K01"))


def shown(found: Trends) -> tuple[Chart, Forecast]:
    assert isinstance(found.outlook.forecast, Forecast)
    assert found.forecast is not None
    return found.forecast, found.outlook.forecast


class TestFigure:
    def test_the_settled_months_are_drawn_as_counted(self):
        chart, _ = shown(trends())
        line = chart.figure.data[0]
        known = growing(30)[: SETTLED.ordinal - FIRST.ordinal + 1]
        assert [value for value in line.y if value is not None] == known
        assert list(line.x)[: len(known)] == [FIRST.plus(step).first_day for step in range(len(known))]

    def test_the_six_months_after_them_have_a_mark_and_two_bands(self):
        chart, found = shown(trends())
        outer, inner = chart.figure.data[-2:]
        assert list(found.months) == AHEAD
        for trace, level in ((outer, 0.95), (inner, 0.8)):
            assert list(trace.x) == [month.first_day for month in AHEAD]
            assert list(trace.y) == found.expected.tolist()
            assert (found.expected + trace.error_y.array).tolist() == pytest.approx(found.upper[level].tolist())
            assert (found.expected - trace.error_y.arrayminus).tolist() == pytest.approx(found.lower[level].tolist())
        assert outer.error_y.thickness < inner.error_y.thickness

    def test_a_growing_count_is_expected_to_go_on_where_it_stands(self):
        """July 2026 has 83 cases of 31 days; the level of the last months is kept."""
        _, found = shown(trends())
        assert growing(30)[54] == 82
        assert found.expected == pytest.approx(np.full(6, 82), rel=0.08)

    def test_months_that_are_not_settled_are_neither_drawn_nor_used(self):
        counts = growing(30)
        counts[-3:] = [200, 200, 200]
        chart, found = shown(page(Facts.of(cube_of(rows(counts)))))
        assert found.expected.tolist() == shown(trends())[1].expected.tolist()
        assert max(value for value in chart.figure.data[0].y if value is not None) == 82


class TestTable:
    def test_is_the_figure_in_numbers(self):
        chart, found = shown(trends())
        table = chart.table()
        assert list(table.columns) == ["Bulan", "Ramalan", "Pita 80%", "Pita 95%"]
        assert table["Bulan"].tolist() == ["Agu 2026", "Sep 2026", "Okt 2026", "Nov 2026", "Des 2026", "Jan 2027"]
        assert table["Ramalan"].tolist() == [f"{value:.0f}" for value in found.expected]
        for level in (0.8, 0.95):
            bands = zip(found.lower[level], found.upper[level], strict=True)
            assert table[f"Pita {level:.0%}"].tolist() == [f"{low:.0f}–{high:.0f}" for low, high in bands]

    def test_leaves_the_office_where_all_months_are_large_enough(self):
        chart, found = shown(trends())
        assert found.expected.min() >= 5
        assert chart.export().equals(chart.table())

    @pytest.mark.parametrize(("more", "months"), [(0, 6), (1, 0)])
    def test_leaves_without_a_row_where_one_month_is_a_small_cell(self, more: int, months: int):
        _, found = shown(trends())
        desk, least = trends().desk, int(found.expected.min())
        strict = replace(desk, export=policy("operator", "ekspor", least + more))
        chart = told.forecast_chart(strict, trends().scope, trends().outlook)
        assert chart is not None
        assert (len(chart.table()), len(chart.export())) == (6, months)
        assert list(chart.export().columns) == list(chart.table().columns)

    @pytest.mark.parametrize(
        ("area", "category", "months"), [(PANNAMPU, SENSITIVE, 0), (TALLO, SENSITIVE, 6), (PANNAMPU, PLAIN, 6)]
    )
    def test_sensitive_categories_do_not_leave_below_kecamatan(self, area: str, category: str, months: int):
        chart, _ = shown(trends(area=area, part=category, category=category))
        assert len(chart.table()) == 6
        assert len(chart.export()) == months


class TestWords:
    def test_title_context_and_text(self):
        chart, found = shown(trends())
        tried = found.backtest
        assert (chart.key, chart.title) == ("ramalan", "Ramalan kasus enam bulan")
        assert chart.context == "kasus · Jan 2022–Jan 2027 · data s.d. 15 Okt 2026 · sumber: laporan kasus PSM"
        assert chart.alt == "Kasus per bulan dan ramalan enam bulan ke depan dengan pita 80% dan 95%."
        ratio, held = ID.number(tried.ratio, 2), ID.number(100 * tried.covered[0.8])
        assert tried.ratio < 1
        assert chart.reading == (
            "Belah ketupat adalah ramalan, garis tebal pita 80%, garis tipis 95%. Dicoba ulang dari 24 bulan lalu: galat "
            f"{ratio} kali cara tahun lalu; pita 80% memuat {held}% bulan yang terjadi."
        )

    def test_the_sentence_names_the_last_month_with_its_band(self):
        _, found = shown(trends(area=PANNAMPU))
        value, low, high = (f"{number[-1]:.0f}" for number in (found.expected, found.lower[0.8], found.upper[0.8]))
        ratio, better = ID.number(found.backtest.ratio, 2), ID.number(100 * found.backtest.better)
        assert trends(area=PANNAMPU).conclusions[3] == (
            "Ramalan",
            (
                f"Jan 2027: {value} kasus (80%: {low}–{high}). Pada percobaan ulang galatnya {ratio} kali "
                f"galat cara 'bulan yang sama tahun lalu', dan lebih tepat pada {better}% percobaan."
            ),
        )

    def test_an_area_and_slice_are_named(self):
        chart, _ = shown(trends(area=TALLO, part="LANSIA"))
        assert chart.title == "Ramalan kasus enam bulan, Lansia, Kec. Tallo"

    def test_on_a_phone_it_has_fewer_ticks(self):
        wide, narrow = (len(shown(trends(narrow=small))[0].figure.layout.xaxis.tickvals) for small in (False, True))
        assert narrow < wide


def refused(counts: Sequence[int]) -> Trends:
    """One kelurahan with so many cases a month, the last three not settled; a negative number is a month without a report."""
    return page(Facts.of(cube_of(rows([max(count, 0) for count in counts]))), PANNAMPU)


JAGGED = [round(count * 3.5) for count in (2, 9, 2, 2, 9, 2, 9, 9, 2, 9, 2, 9)]
SIX_EMPTY = [-1 if 20 <= step < 26 else count for step, count in enumerate(growing(30))]
REFUSED = {
    Why.MONTHS: (growing(30)[:38], "Tidak dihitung: baru 35 bulan final, perlu 36."),
    Why.CASES: ([3] * 58, "Tidak dihitung: baru 165 kasus, perlu 180."),
    Why.GAPS: (SIX_EMPTY, "Tidak dihitung: terlalu banyak bulan tanpa laporan (0,11, paling banyak 0,10)."),
    Why.ORIGINS: (
        growing(2.6, 1.14),
        "Tidak ditampilkan: pada percobaan ulang lebih tepat hanya pada bagian 0,46 dari percobaan; harus lebih dari 0,50.",
    ),
    Why.ERROR: ((JAGGED * 5)[:58], "Tidak ditampilkan: pada percobaan ulang galatnya "),
}


class TestRefusal:
    @pytest.mark.parametrize("reason", REFUSED)
    def test_says_why_and_draws_nothing(self, reason: Why):
        counts, sentence = REFUSED[reason]
        found = refused(counts)
        assert isinstance(found.outlook.forecast, Refusal)
        assert found.outlook.forecast.reason is reason
        assert found.forecast is None
        assert told.refusal(ID, found.outlook.forecast).startswith(sentence)

    def test_the_page_says_so_in_its_fourth_line(self):
        counts, sentence = REFUSED[Why.CASES]
        assert refused(counts).conclusions[3] == ("Ramalan", sentence)

    def test_a_year_without_its_ramadan_is_named_as_a_year(self):
        refusing = page(Facts.of(cube_of(rows([3]))), PANNAMPU)
        vars(refusing.outlook)["forecast"] = Refusal(Why.HOLIDAYS, 2028, 2027)
        assert refusing.forecast is None
        assert refusing.conclusions[3] == ("Ramalan", "Tidak dihitung: Ramadan tahun 2028 belum ada dalam tabel peristiwa.")
        assert {*REFUSED, Why.HOLIDAYS} == set(Why)
