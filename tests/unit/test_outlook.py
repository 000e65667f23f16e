"""Which way the cases go: counts and gaps of a city made by hand, and what is said where nothing may be concluded.

The data end on 2026-10-31. In Pannampu (Tallo) four cases are reported on the first day of every month from January 2025 to
September 2026; three reach the office the next day, the fourth 61 days later.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.outlook import Outlook, foreseen
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas
from ipsm_analytics.statistics.comparison import Verdict
from ipsm_analytics.statistics.monthly import Why
from ipsm_analytics.statistics.nowcast import Nowcast, Reason
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.refusal import Refusal as NoNowcast
from ipsm_analytics.statistics.trends import Trend
from ipsm_analytics.views import figures
from ipsm_analytics.views import outlook as told
from ipsm_analytics.views.figures import Foreseen, Happening, Line
from ipsm_analytics.views.i18n import Words
from tests.cubes import BONTORANNU, CITY, MARISO, PANNAMPU, TALLO, Row, months
from tests.facts import facts_of

ID, EN = Words("id"), Words("en")
END = date(2026, 10, 31)
SPAN = months("2025-01", "2026-09")
MONTHS = months("2026-01", "2026-06").months()


def row(number: int, place: str, reported: date, arrived: date | None, category: str = "PPKS-08") -> Row:
    fixed = {"person_key": f"{place}-{number}", "kode_kelurahan": place, "kategori": [category], "status": "baru"}
    return {**fixed, "tgl_lapor": reported, "tgl_masuk": arrived}


def steady(each: int, *, late: int, days: int = 61, place: str = PANNAMPU, dated: bool = True) -> list[Row]:
    """So many cases a month that arrive on the next day and so many that take `days`; only what has arrived by END is known."""
    found = []
    for month in SPAN.months():
        for number in range(each + late):
            arrived = month.first_day + timedelta(1 if number < each else days)
            if arrived <= END:
                found.append(row(len(found), place, month.first_day, arrived if dated else None))
    return [*found, row(len(found), place, END, END if dated else None)]


@cache
def city() -> Facts:
    return facts_of(steady(3, late=1))


def outlook(facts: Facts, area: str = CITY, part: str = ALL, unsettled: int = 2) -> Outlook:
    return Outlook(facts, area, part, unsettled)


def now_of(facts: Facts, area: str = CITY) -> Nowcast:
    found = outlook(facts, area).now
    assert isinstance(found, Nowcast)
    return found


class TestNow:
    @pytest.mark.parametrize("area", [CITY, TALLO])
    def test_what_is_reported_so_far(self, area: str):
        """September's fourth case is still on the way; October has the one of its last day."""
        counted = {item.month: item.reported for item in now_of(city(), area).months}
        assert [counted[Month(2026, month)] for month in (6, 7, 8, 9, 10)] == [4, 4, 4, 3, 1]
        assert sum(counted.values()) == 11 * 4 + 3 + 1

    def test_an_open_month_is_expected_to_grow_and_a_final_one_is_not(self):
        found = {item.month: item for item in now_of(city()).months}
        september, june = found[Month(2026, 9)], found[Month(2026, 6)]
        assert not september.is_final
        assert september.lower80 >= september.reported == 3
        assert september.lower95 <= september.lower80 <= september.estimate <= september.upper80 <= september.upper95
        assert 0.6 < september.completeness < 0.9
        assert (june.is_final, june.estimate, june.lower95, june.upper95) == (True, 4, 4, 4)

    def test_reports_that_come_at_once_leave_nothing_to_foresee(self):
        found = now_of(facts_of(steady(4, late=0)))
        assert all(item.estimate == item.reported for item in found.months if item.month < Month(2026, 10))

    def test_the_city_is_asked_alone_and_a_kecamatan_beside_the_others(self):
        districts = foreseen(city(), ALL, areas.codes("kecamatan"))
        assert list(districts) == list(areas.codes("kecamatan"))
        assert [month.reported for month in now_of(city(), TALLO).months] == [month.reported for month in now_of(city()).months]
        silent = districts[MARISO]
        assert silent == NoNowcast(Reason.FEW_CASES, 0, 30)

    def test_only_the_slice_asked_for_is_counted(self):
        found = outlook(city(), part="ANAK").now
        assert isinstance(found, NoNowcast)

    @pytest.mark.parametrize("area", [PANNAMPU, BONTORANNU])
    def test_a_kelurahan_has_none(self, area: str):
        assert outlook(city(), area).now is None
        assert told.conclusions(ID, outlook(city(), area))[0][1] == ID("arah_kasus.kini.kelurahan")

    def test_without_days_of_arrival_it_is_refused(self):
        assert outlook(facts_of(steady(4, late=0, dated=False))).now == NoNowcast(Reason.NO_ARRIVAL_DATES, 0.0, 0.5)

    def test_without_any_case_it_is_refused(self):
        found = outlook(facts_of()).now
        assert isinstance(found, NoNowcast)
        assert told.conclusions(ID, outlook(facts_of(), unsettled=0))


class TestSeries:
    def test_counts_by_month(self):
        series = outlook(city()).series
        assert (series.first, len(series.counts), series.unsettled) == (Month(2025, 1), 22, 2)
        assert series.counts.tolist() == [4] * 20 + [3, 1]
        assert series.effort is not None
        assert series.effort.tolist() == [1] * 22

    def test_a_month_in_which_nobody_reported_is_a_gap(self):
        rows = [row(1, PANNAMPU, date(2026, 1, 5), None), row(2, PANNAMPU, date(2026, 4, 5), None)]
        nihil = {"kode_kelurahan": BONTORANNU, "bulan": date(2026, 3, 1), "nihil": True}
        series = outlook(facts_of(rows, [nihil]), unsettled=0).series
        assert series.counts.tolist() == pytest.approx([1, np.nan, 0, 1], nan_ok=True)
        assert series.usable.tolist() == [True, False, True, True]
        away = outlook(facts_of(rows, [nihil]), MARISO, unsettled=0).series
        assert away.counts.tolist() == pytest.approx([np.nan, np.nan, 0, np.nan], nan_ok=True)

    def test_effort_is_how_many_kelurahan_reported(self):
        rows = [row(1, PANNAMPU, date(2026, 1, 5), None), row(2, BONTORANNU, date(2026, 1, 6), None)]
        series = outlook(facts_of(rows), unsettled=0).series
        assert series.effort is not None
        assert (series.counts.tolist(), series.effort.tolist()) == ([2], [2])

    def test_a_short_series_is_refused_in_numbers(self):
        found = outlook(city()).trend
        assert isinstance(found, Refusal)
        assert (found.reason, found.found) == (Why.MONTHS, 20)


WORDS_OF = {Why.MONTHS: "final", Why.HOLIDAYS: "Ramadan", Reason.DELAYS_BEYOND: "90"}


class TestWords:
    @pytest.mark.parametrize("words", [ID, EN], ids=["id", "en"])
    @pytest.mark.parametrize("reason", [*Why, *Reason])
    def test_every_reason_is_told_with_its_numbers(self, words: Words, reason: Why | Reason):
        found = Refusal(reason, 7, 24) if isinstance(reason, Why) else NoNowcast(reason, 7, 24)
        text = told.refusal(words, found)
        assert reason.value not in text
        assert "{" not in text
        assert "7" in text
        if reason is not Why.HOLIDAYS:
            assert "24" in text
        assert WORDS_OF.get(reason, "") in text

    def test_shares_are_written_with_two_decimals_and_counts_whole(self):
        assert "0,33" in told.refusal(ID, NoNowcast(Reason.NO_ARRIVAL_DATES, 0.3333, 0.5))
        assert "0.33" in told.refusal(EN, NoNowcast(Reason.NO_ARRIVAL_DATES, 0.3333, 0.5))
        assert "12 " in told.refusal(ID, Refusal(Why.CASES, 12.0, 50.0))

    def test_the_two_languages_differ(self):
        for reason in (*Why, *Reason):
            found = Refusal(reason, 7, 24) if isinstance(reason, Why) else NoNowcast(reason, 7, 24)
            assert told.refusal(ID, found) != told.refusal(EN, found)

    @pytest.mark.parametrize("words", [ID, EN], ids=["id", "en"])
    def test_four_conclusions_in_order(self, words: Words):
        names = [name for name, _ in told.conclusions(words, outlook(city()))]
        assert names == [words(f"arah_kasus.{part}.nama") for part in ("kini", "tren", "titik", "ramalan")]

    def test_open_months_are_told_with_what_they_will_come_to(self):
        september = next(item for item in now_of(city()).months if item.month == Month(2026, 9))
        text = told.conclusions(ID, outlook(city()))[0][1]
        low, middle, high = september.lower80, september.estimate, september.upper80
        assert f"Sep 2026: 3 sudah dilaporkan, diperkirakan menjadi {middle} (80%: {low}–{high})." in text
        assert text.startswith("Angka final sampai")

    @pytest.mark.parametrize("percent", [-40.0, -1.0, 0.0, 25.0])
    def test_an_open_verdict_never_says_that_it_fell_or_rose(self, percent: float):
        for verdict, said in ((Verdict.OPEN, None), (Verdict.DOWN, "Turun"), (Verdict.UP, "Naik")):
            text = told.conclusions(ID, concluded(percent, verdict))[1][1]
            for word in ("turun", "naik"):
                assert (word in text.casefold()) == (said is not None and word == said.casefold())
            assert text.startswith("Belum dapat disimpulkan") == (verdict is Verdict.OPEN)


def concluded(percent: float, verdict: Verdict) -> Outlook:
    """An outlook whose trend is known beforehand."""
    found = outlook(city())
    vars(found)["trend"] = Trend(
        percent, percent - 5, percent + 5, 0.2, verdict, 24, overdispersed=False, dispersion_p=0.5, correlation=0.0
    )
    return found


def drawn(item: Foreseen | None = None, happenings: tuple[Happening, ...] = ()) -> go.Figure:
    line = Line("Kasus", [4.0, 4.0, 4.0, 4.0, 3.0, 1.0], "#0072B2")
    return figures.monthly(ID, MONTHS, [line], 2, height=300, unit="kasus", foreseen=item, happenings=happenings)


class TestFigure:
    def test_bands_stand_where_they_are_given_and_nowhere_else(self):
        gap = [None] * 4
        item = Foreseen("Perkiraan kini", [*gap, 5.0, 6.0], [*gap, (4.0, 7.0), (3.0, 9.0)], [*gap, (3.0, 9.0), (1.0, 12.0)])
        outer, inner = drawn(item).data[-2:]
        for trace in (outer, inner):
            assert list(trace.x) == [month.first_day for month in MONTHS[4:]]
            assert list(trace.y) == [5, 6]
        assert (list(outer.error_y.array), list(outer.error_y.arrayminus)) == ([4, 6], [2, 5])
        assert (list(inner.error_y.array), list(inner.error_y.arrayminus)) == ([2, 3], [1, 3])
        assert outer.error_y.thickness < inner.error_y.thickness

    def test_nothing_is_added_where_nothing_is_foreseen(self):
        assert len(drawn().data) == 2

    def test_an_event_is_a_line_with_its_name(self):
        figure = drawn(happenings=(Happening("Banjir", date(2026, 2, 10), date(2026, 2, 12)),))
        (line,) = [shape for shape in figure.layout.shapes if shape.type == "line"]
        assert (line.x0, line.x1) == ("2026-02-10", "2026-02-10")
        (name,) = [note for note in figure.layout.annotations if note.text == "Banjir"]
        assert (name.x, name.textangle) == ("2026-02-10", -90)
        assert len(figure.layout.shapes) == len(drawn().layout.shapes) + 1

    def test_a_long_event_has_a_ground_and_begins_no_earlier_than_the_months(self):
        figure = drawn(happenings=(Happening("Pandemi", date(2025, 3, 1), date(2026, 4, 30)),))
        assert len(figure.layout.shapes) == len(drawn().layout.shapes) + 2
        ends = {(shape.x0, shape.x1) for shape in figure.layout.shapes}
        assert {("2026-01-01", "2026-01-01"), ("2026-01-01", "2026-04-30")} <= ends

    def test_events_of_a_window_have_short_names_and_no_fasting_month(self):
        found = told.happenings(ID, Window(Month(2020, 1), Month(2026, 12)))
        assert found
        assert all(len(item.name) <= told.LONGEST_NAME for item in found)
        assert not any("Ramadan" in item.name for item in found)
        assert told.happenings(ID, months("1990-01")) == []
