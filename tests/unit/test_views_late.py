"""Late reports in charts of months: drawn, told and downloaded where a nowcast exists and nowhere else, and never past the gate.

The cities are those of test_outlook: data to 31 October 2026, four cases a month of which the fourth comes 61 days late.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views import figures, late, narrative
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.figures import Foreseen, Line
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.movements import movements
from ipsm_analytics.views.overview import overview
from ipsm_analytics.views.profile import Profile
from ipsm_analytics.views.trends import trends
from tests.cubes import CITY, MARISO, PANNAMPU, TALLO, months
from tests.facts import facts_of
from tests.unit.test_outlook import END, now_of, row, steady

ID = Words("id")
YEAR = months("2026-01", "2026-10")
MONTHS = months("2026-05", "2026-10").months()
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
KNOWN = [4.0] * 6


@cache
def big() -> Facts:
    """Forty cases a month, ten of them late."""
    return facts_of(steady(30, late=10))


def desk(facts: Facts, small: int = 0, settle_days: int = 60) -> Desk:
    return Desk(
        facts, policy("publik" if small else "operator", "layar", small), policy("operator", "ekspor", 5), ID, settle_days
    )


def of(area: str = CITY, code: str = "K01", part: str = ALL, facts: Facts | None = None, small: int = 0) -> late.Late:
    return late.of_slices(desk(facts or big(), small), Scope(area, part, YEAR), indicator(code), (part,))


class TestDrawn:
    def test_open_months_have_their_estimate_and_final_ones_none(self):
        found = of().drawn(ALL, MONTHS, KNOWN)
        assert found is not None
        assert found.middle[0] is None
        assert (found.inner[0], found.outer[0]) == (None, None)
        september = next(item for item in now_of(big()).months if item.month == SEPTEMBER)
        assert found.middle[4] == september.estimate
        assert found.inner[4] == (september.lower80, september.upper80)
        assert found.outer[4] == (september.lower95, september.upper95)

    def test_a_month_without_a_count_is_not_foreseen(self):
        found = of().drawn(ALL, MONTHS, [4.0, 4.0, 4.0, 4.0, None, 4.0])
        assert found is not None
        assert found.middle[4] is None
        assert found.middle[5] is not None

    def test_an_estimate_as_small_as_withheld_counts_is_not_told(self):
        small = facts_of(steady(3, late=1))
        assert of(facts=small).drawn(ALL, MONTHS, KNOWN) is not None
        assert of(facts=small, small=50).drawn(ALL, MONTHS, KNOWN) is None

    @pytest.mark.parametrize(
        ("area", "code", "part", "window"),
        [(PANNAMPU, "K01", ALL, 10), (CITY, "K03", ALL, 10), (CITY, "K01", "ANAK", 10), (CITY, "K01", ALL, 6)],
        ids=["kelurahan", "rate", "no case", "final months"],
    )
    def test_nothing_where_there_is_no_nowcast(self, area: str, code: str, part: str, window: int):
        span = months("2026-01", f"2026-{window:02d}").months()
        assert of(area, code, part).drawn(part, span, [4.0] * len(span)) is None


class TestWords:
    LINE = (Line("Semua", [1.0], foreseen=Foreseen("x", [1.0], [(1.0, 2.0)], [(1.0, 3.0)])),)

    def test_what_is_drawn_and_what_is_final(self):
        assert of().note(self.LINE) == f" {ID('panel_kini.cara')} Angka final sampai Agu 2026."
        assert of().note([]) == " Angka final sampai Agu 2026."

    def test_why_there_is_none(self):
        assert of(PANNAMPU).note([]) == f" {ID('panel_kini.kelurahan')}"
        assert of(code="K03").note([]).startswith(f" {ID('panel_kini.hanya_kasus')} Angka final")
        assert of(part="ANAK").note([]).startswith(" Perkiraan kini belum ada. Tidak dihitung")

    def test_those_refused_among_others_are_named(self):
        found = late.of_areas(desk(big()), Scope(CITY, ALL, YEAR), indicator("K01"), (TALLO, MARISO))
        assert " Laporan terlalu sedikit untuk perkiraan kini: Mariso." in found.note([])

    def test_alt_tells_the_newest_open_month(self):
        assert of().alt(self.LINE, [OCTOBER]) == " Perkiraan kini: Semua Okt 2026 1 (95%: 1–3)."
        assert of().alt([Line("Semua", [1.0])], [OCTOBER]) == ""


class TestPages:
    def test_panels_of_ringkasan_and_tren_are_drawn_told_and_tabled(self):
        scope = Scope(CITY, ALL, YEAR)
        for chart in (overview(desk(big()), scope).groups, trends(desk(big()), scope, "K01").districts):
            assert any(trace.fill == "toself" for trace in chart.figure.data)
            assert ID("panel_kini.cara") in chart.reading
            assert "Perkiraan kini: " in chart.alt
            (column,) = [name for name in chart.table() if str(name).startswith("Perkiraan kini: ")]
            texts = chart.table()[column].tolist()
            assert texts[-3] == "final"
            assert "80%" in texts[-2]
            assert "95%" in texts[-1]

    def test_a_kelurahan_says_why_it_has_none(self):
        chart = overview(desk(big()), Scope(PANNAMPU, ALL, YEAR)).groups
        assert not any(trace.fill for trace in chart.figure.data)
        assert ID("panel_kini.kelurahan") in chart.reading

    def test_the_download_withholds_the_estimate_with_its_count(self):
        frame = overview(desk(big()), Scope(CITY, ALL, YEAR)).groups.export()
        rows = frame[frame["kelompok"] == "LANSIA"].set_index("bulan")
        september = next(item for item in now_of(big()).months if item.month == SEPTEMBER)
        assert rows.loc["2026-09", ["final", "perkiraan_kini", "bawah_95"]].tolist() == [
            False,
            september.estimate,
            september.lower95,
        ]
        assert bool(rows.loc["2026-08", "final"])
        small = overview(desk(facts_of(steady(3, late=1))), Scope(CITY, ALL, YEAR)).groups.export()
        assert "disensor" in set(small["status"])
        assert small["perkiraan_kini"].isna().all()

    def test_main_charts_carry_it_in_table_and_download_too(self):
        scope = Scope(CITY, ALL, YEAR)
        page = trends(desk(big()), scope, "K01")
        for chart in (page.monthly, Profile(desk(big()), scope).trend):
            assert chart.table()["Perkiraan kini: Semua masalah"].tolist()[-1].endswith(")")
            assert chart.export()["perkiraan_kini"].notna().any()
            assert "Perkiraan kini: " in chart.alt
            assert "Angka final sampai Agu 2026." in chart.reading
        assert any(trace.name == "Perkiraan kini" for trace in page.years.figure.data)
        assert "perkiraan_kini" not in trends(desk(big()), scope, "K03").monthly.export()


class TestPanels:
    def test_bands_hang_on_the_last_final_month_and_stand_in_their_panel(self):
        foreseen = Foreseen("Kini", [None, None, 5.0], [None, None, (4.0, 6.0)], [None, None, (3.0, 8.0)])
        panels = [Line("A", [1.0, 2.0, 3.0]), Line("B", [1.0, 2.0, 3.0], foreseen=foreseen)]
        span = months("2026-01", "2026-03").months()
        outer, inner, middle = figures.small_multiples(ID, span, panels, 1, columns=2, unit="kasus").data[:3]
        assert (list(outer.x), list(outer.y)) == ([6, 7, 7, 6, None], [2, 8, 3, 2, None])
        assert (list(inner.y), inner.fill) == ([2, 6, 4, 2, None], "toself")
        assert (list(middle.x), list(middle.y), middle.line.dash) == ([6, 7, None], [2, 5, None], "3px,2px")
        assert middle.customdata[1] == "B, Mar 2026<br>Kini: 5 kasus (80%: 4–6)"

    def test_a_month_alone_is_a_dot(self):
        foreseen = Foreseen("Kini", [None, 5.0], [None, (4.0, 6.0)], [None, (3.0, 8.0)])
        panel = Line("A", [None, 3.0], foreseen=foreseen)
        figure = figures.small_multiples(ID, months("2026-01", "2026-02").months(), [panel], 0, columns=1, unit="kasus")
        assert (list(figure.data[2].x), list(figure.data[2].marker.size)) == ([1, None], [figures.LONE, 0])

    def test_one_trace_a_band_and_row(self):
        foreseen = Foreseen("Kini", [None, 5.0], [None, (4.0, 6.0)], [None, (3.0, 8.0)])
        panels = [Line(name, [1.0, 2.0], foreseen=foreseen) for name in "ABC"]
        data = figures.small_multiples(ID, months("2026-01", "2026-02").months(), panels, 0, columns=2, unit="kasus").data
        assert [trace.xaxis for trace in data if trace.fill] == ["x", "x", "x2", "x2"]


class TestNoFallAgainstTheNowcast:
    """100 cases in September 2025; in September 2026 the first 60 are here on the last day, more come as late as every month."""

    @staticmethod
    @cache
    def facts() -> Facts:
        rows = []
        for month in months("2025-01", "2026-09").months():
            for number in range(100):
                days = 1 if number < 60 else 61
                if month.first_day + timedelta(days) <= END:
                    rows.append(row(len(rows), PANNAMPU, month.first_day, month.first_day + timedelta(days)))
        return facts_of([*rows, row(len(rows), PANNAMPU, END, END)])

    SCOPE = Scope(CITY, ALL, Window(SEPTEMBER, SEPTEMBER))

    def test_a_fall_that_late_reports_may_undo_is_left_open(self):
        hasty = desk(self.facts(), settle_days=0)
        assert hasty.settled(self.SCOPE.window)
        assert "belum dapat disimpulkan" in narrative.headline(hasty, self.SCOPE)
        assert not any("turun" in flag.text for flag in narrative.flags(hasty, self.SCOPE).found)
        assert overview(hasty, self.SCOPE).cards[0].delta.endswith("belum pasti")
        fallen = [one for one in movements(hasty, self.SCOPE) if one.code == "K01" and one.before[0]]
        assert [one.allowed for one in fallen] == [False]

    def test_a_fall_of_final_months_is_said(self):
        old = date(2025, 6, 1)
        more = [row(10_000 + number, PANNAMPU, old, old) for number in range(100)]
        fallen = steady(40, late=0)
        facts = facts_of([*fallen, *more])
        scope = replace(self.SCOPE, window=Window(Month(2026, 6), Month(2026, 6)))
        assert ", turun " in narrative.headline(desk(facts), scope)

    def test_it_is_asked_of_the_nowcast(self):
        one = desk(self.facts())
        assert not narrative.fall_holds(one, self.SCOPE, ALL, 60, 100)
        assert narrative.fall_holds(one, self.SCOPE, ALL, 60, 1000)
        assert narrative.fall_holds(one, replace(self.SCOPE, area=PANNAMPU), ALL, 60, 100)
