"""Profil wilayah on the small city and on facts of a few rows, with numbers that can be added up by hand."""

from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.backlog import Backlog, comparable_days, open_on
from ipsm_analytics.answers.effort import spent
from ipsm_analytics.answers.waits import elsewhere, waiting
from ipsm_analytics.cube import Month
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, population
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics import effort
from ipsm_analytics.statistics.significance import Reading, Significance
from ipsm_analytics.views import questions, spine
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.movements import Movement, movements, sentence, told
from ipsm_analytics.views.profile import Profile
from ipsm_analytics.views.spine import Mark
from tests.cubes import MATTOANGIN, case, months
from tests.facts import facts_of
from tests.unit.test_views_desk import (
    BONTORANNU,
    CITY,
    KUNJUNG_MAE,
    LETTE,
    MARISO,
    SETTLED,
    THIS_YEAR,
    UNTIA,
    WORDS,
    desk,
    scope,
)

SCREEN, EXPORT = policy("operator", "layar", 5), policy("operator", "ekspor", 5)
NAN = float("nan")


@cache
def profile(area: str, slice_code: str = ALL) -> Profile:
    return Profile(desk(), scope(area, slice_code)).finish()


def desk_of(facts: Facts) -> Desk:
    return Desk(facts, SCREEN, EXPORT, WORDS, 60)


def row(page: Profile, code: str):
    return next(one for one in page.spine.figure.rows if one.code == code)


class TestBacklog:
    """Three cases of January: closed in March, still open, closed nobody knows when; one more elsewhere."""

    FACTS = facts_of(
        [
            case("a", "2026-01", BONTORANNU, "PPKS-08", status="ditutup", tgl_selesai=date(2026, 3, 1)),
            case("b", "2026-01", BONTORANNU, "PPKS-08"),
            case("c", "2026-01", BONTORANNU, "PPKS-08", status="ditutup"),
            case("e", "2026-03", MATTOANGIN, "PPKS-24"),
        ]
    )

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 1, 14), Backlog(0, 0, 0)),
            (date(2026, 2, 28), Backlog(2, 2, 1)),
            (date(2026, 3, 1), Backlog(1, 2, 1)),
        ],
    )
    def test_is_that_of_a_day(self, day: date, expected: Backlog):
        assert open_on(self.FACTS, BONTORANNU, ALL, months("2026-01"), day, SCREEN) == expected

    def test_small_cells_are_withheld_where_the_rule_says_so(self):
        assert open_on(self.FACTS, BONTORANNU, ALL, months("2026-01"), date(2026, 3, 1), EXPORT) is None

    def test_the_day_a_year_before_is_as_far_from_the_end(self):
        assert comparable_days(self.FACTS, months("2026-01", "2026-03")) == (date(2026, 3, 15), date(2025, 3, 15))
        assert comparable_days(self.FACTS, months("2026-01", "2026-02")) == (date(2026, 2, 28), date(2025, 2, 28))


class TestEffort:
    def test_visits_and_reports_are_added_over_months_and_kelurahan(self):
        told_ = [
            {"kode_kelurahan": BONTORANNU, "bulan": date(2026, 1, 1), "kunjungan": 4, "nihil": True},
            {"kode_kelurahan": BONTORANNU, "bulan": date(2026, 2, 1), "nihil": True},
            {"kode_kelurahan": LETTE, "bulan": date(2026, 2, 1), "kunjungan": 3, "nihil": True},
            {"kode_kelurahan": LETTE, "bulan": date(2026, 3, 1), "kunjungan": 9, "nihil": True},
        ]
        facts = facts_of([case("a", "2026-01", BONTORANNU, "PPKS-08")], told_)
        found = spent(facts, months("2026-01", "2026-02"), (BONTORANNU, MARISO, UNTIA))
        assert [part.tolist() for part in found] == [[2, 3, 0], [1, 2, 0], [4, 7, 0]]
        assert spent(facts, months("2024-01", "2024-12"), (CITY,)).visits.tolist() == [0]


class TestWaits:
    def test_the_rest_of_the_city_is_all_but_the_area(self):
        rows = [case(f"p{number}", "2026-01", BONTORANNU if number < 3 else LETTE, "PPKS-08") for number in range(8)]
        facts = facts_of(rows)
        window = months("2026-01")
        assert waiting(facts, window, ALL, BONTORANNU).censored.sum() == 3
        assert elsewhere(facts, window, ALL, BONTORANNU).censored.sum() == 5
        assert elsewhere(facts, window, ALL, CITY).censored.sum() == 0

    def test_longer_waits_are_higher_and_worse(self):
        """20 cases served after 20 days against 40 served after 2."""
        rows = [
            case(f"p{number}", "2026-01", code, "PPKS-08", status="selesai", tgl_layanan_pertama=day)
            for code, day, numbers in ((BONTORANNU, date(2026, 2, 4), range(20)), (LETTE, date(2026, 1, 17), range(20, 60)))
            for number in numbers
        ]
        for code, level, meaning in (
            (BONTORANNU, Significance.MUCH_HIGHER, Reading.WORSE),
            (LETTE, Significance.MUCH_LOWER, Reading.BETTER),
        ):
            found = spine.marks(desk_of(facts_of(rows)), Scope(code, ALL, months("2026-01")))
            mark = next(one for one in found if one.item.id == "S02")
            assert (mark.level, mark.reading, mark.reason) == (level, meaning, "")


class TestSpine:
    def test_a_rate_beside_the_citys(self):
        found = row(profile(BONTORANNU), "K03")
        rate = 40 / population.by_area(BONTORANNU) * 1e4
        assert found.value == WORDS.number(rate, 1)
        assert found.city == WORDS.number(71 / population.city_total() * 1e4, 1)
        assert (found.place, found.ends) == (100.0, ("0,0", WORDS.number(rate, 1)))
        assert (found.symbol, found.verdict, found.tone) == ("▲▲", "lebih tinggi (99,8%)", "beda")

    def test_an_area_like_the_city_is_told_by_symbol_and_word(self):
        found = row(profile(BONTORANNU), "R01")
        assert (found.value, found.symbol, found.verdict, found.tone) == ("100,0%", "●", "tidak berbeda", "biasa")

    def test_an_indicator_without_a_number_says_why_and_draws_nothing_of_the_area(self):
        found = row(profile(BONTORANNU), "R03")
        assert (found.value, found.interval, found.place, found.limits, found.middle) == ("terlalu sedikit", "", None, None, None)
        assert (found.symbol, found.verdict) == ("○", "tidak dinilai")

    def test_a_silent_kelurahan_has_no_rate_and_no_zero(self):
        found = row(profile(UNTIA), "K03")
        assert (found.value, found.place, found.symbol) == ("belum melapor", None, "○")
        silent = row(profile(UNTIA), "R01")
        assert (silent.value, silent.symbol, silent.verdict, silent.tone) == ("0,0%", "▼▼", "lebih buruk (99,8%)", "buruk")
        assert silent.place == 0.0

    def test_the_city_is_not_held_against_itself(self):
        found = row(profile(CITY), "K03")
        assert (found.value, found.verdict, found.symbol) == (found.city, "–", "")

    def test_areas_are_seen_among_those_of_their_level(self):
        sizes = {area: profile(area).marks[0].total for area in (CITY, MARISO, BONTORANNU)}
        assert sizes == {CITY: 15, MARISO: 15, BONTORANNU: 153}

    def test_what_knows_no_groups_is_marked_as_being_about_all(self):
        page = profile(BONTORANNU, "LANSIA")
        assert row(page, "K03").name == "Laju per 10.000"
        assert row(page, "R01").name == "Kelengkapan laporan (semua)"

    def test_its_twin_and_what_leaves(self):
        page = profile(BONTORANNU)
        twin = page.spine.table()
        assert twin["Kode"].tolist() == list(spine.CODES)
        assert twin.iloc[0]["Dibanding kota"] == "▲▲ lebih tinggi (99,8%)"
        assert twin.iloc[0]["Wilayah bernilai"] == "152/153"
        leaving = page.spine.export().set_index(["indikator", "kode_wilayah"])
        assert leaving.loc[("K03", CITY), "value"] == pytest.approx(71 / population.city_total() * 1e4)
        assert leaving.loc[("K03", BONTORANNU), "status"] == Status.OK
        assert set(leaving["versi_data"]) == {7}
        withheld = profile(areas.codes("kelurahan")[20]).spine.export()
        assert len(withheld) == 24


class TestMovements:
    def test_the_same_cases_under_another_name_are_one_candidate(self):
        found = {one.key: (one.now[0], one.before[0]) for one in profile(BONTORANNU).movements if one.code == "K01"}
        assert found == {
            "K01:SEMUA": (40, 10),
            "K01:KEMISKINAN": (0, 0),
        }

    def test_a_rise_is_told_with_its_figures_and_code(self):
        assert profile(BONTORANNU).changes == ("Kasus semua masalah naik 300%: dari 10 menjadi 40 (K01).",)

    def test_nothing_is_concluded_where_nothing_moved(self):
        assert profile(LETTE).changes == ("Tidak ada perubahan yang dapat disimpulkan.",)

    def test_without_the_year_before_nothing_is_compared(self):
        page = Profile(desk(), scope(BONTORANNU, window=months("2025-01", "2025-12")))
        assert page.movements == ()
        assert page.changes[0].startswith("Belum ada data lengkap pada periode sama tahun lalu")

    def test_a_fall_waits_until_all_reports_are_in(self):
        """Tabaringan: 20 cases in ten months of 2025, none in 2026."""
        area = "73.71.08.1002"
        open_, settled = (movements(desk(), scope(area, window=window)) for window in (THIS_YEAR, SETTLED))
        assert [(one.now[0], one.before[0], one.allowed) for one in open_ if one.key == "K01:SEMUA"] == [(0, 20, False)]
        assert told(open_) == ()
        assert [one.key for one in told(settled)] == ["K01:SEMUA"]

    def test_the_surest_three_are_told(self):
        def one(slice_code: str, p_value: float) -> Movement:
            return Movement("K01", slice_code, (9, 1), (1, 1), share=False, p_value=p_value, allowed=True)

        found = told([one("a", 0.004), one("b", 0.001), one("c", 0.0001), one("d", 0.002), one("e", 0.9)])
        assert [item.slice for item in found] == ["c", "b", "d"]

    def test_shares_are_told_in_points(self):
        moved = Movement("S01", ALL, (30, 100), (60, 100), share=True, p_value=0.001, allowed=True)
        assert sentence(WORDS, moved) == "Respons dalam 2×24 jam turun 30,0 poin: dari 60,0% menjadi 30,0% (S01)."

    def test_the_backlog_is_compared_at_the_end_of_each_span(self):
        (found,) = (one for one in profile(LETTE).movements if one.code == "S03")
        assert (found.now, found.before) == ((30, 30), (30, 30))


def mark(code: str, value: float = 50.0, level: Significance = Significance.SAME, reading: Reading | None = None) -> Mark:
    figures = {"value": value, "numerator": 5.0, "denominator": 10.0, "lower": NAN, "upper": NAN, "status": "ok"}
    return Mark(indicator(code), figures, {**figures, "value": 60.0}, (), 153, level, reading, "")


FIRING = {
    "R01": mark("R01", 79.9),
    "D01": mark("D01", level=Significance.HIGHER),
    **{
        rule.code: mark(rule.code, level=Significance.HIGHER, reading=Reading.WORSE)
        for rule in questions.RULES
        if rule.fires is questions.worse
    },
}
QUIET = {
    "R01": mark("R01", 80.0),
    "D01": mark("D01", level=Significance.LOWER),
    **{
        rule.code: mark(rule.code, level=Significance.HIGHER, reading=Reading.BETTER)
        for rule in questions.RULES
        if rule.fires is questions.worse
    },
}


def share(verdict: effort.Verdict) -> effort.Share:
    return effort.Share(1.5, 1.2, 1.8, 0.7, 2.1, 1.8, 2.5, verdict)


class TestQuestions:
    @pytest.mark.parametrize("code", [rule.code for rule in questions.RULES])
    @pytest.mark.parametrize("language", ["id", "en"])
    def test_each_rule_fires_naming_its_code_and_figure_and_is_silent_otherwise(self, code: str, language: str):
        (asked,) = questions.questions(Words(language), [FIRING[code]], None, "Tallo")
        assert code in asked
        assert any(character.isdigit() for character in asked.replace(code, "").replace("2×24", ""))
        assert questions.questions(Words(language), [QUIET[code]], None, "Tallo") == ()

    def test_a_figure_that_is_not_known_asks_nothing(self):
        unknown = replace(mark("R01"), own={**mark("R01").own, "value": NAN, "status": "belum_lapor"})
        assert questions.questions(WORDS, [unknown], None, "Tallo") == ()

    @pytest.mark.parametrize("verdict", list(effort.Verdict))
    def test_cases_against_visits_ask_where_they_differ(self, verdict: effort.Verdict):
        asked = questions.questions(WORDS, [], share(verdict), "Tallo")
        quiet = {effort.Verdict.OPEN, effort.Verdict.FEWER_PROBLEMS, effort.Verdict.BOTH_LESS}
        assert len(asked) == (verdict not in quiet)
        assert all("1,50 kali" in text and "0,70 kali" in text for text in asked)

    def test_at_most_three_in_the_order_of_the_rules(self):
        asked = questions.questions(WORDS, list(FIRING.values())[::-1], share(effort.Verdict.MORE_SEARCH), "Tallo")
        assert [next(code for code in spine.CODES if code in text) for text in asked] == ["R01", "S01", "C06"]

    def test_the_silent_kelurahan_is_asked_why(self):
        assert (
            profile(UNTIA)
            .questions[0]
            .startswith("Mengapa 10 dari 10 kelurahan-bulan di Untia (Kec. Biringkanaya) belum melapor?")
        )

    def test_no_rule_no_question(self):
        assert profile(CITY).questions == ("Tidak ada aturan yang menimbulkan pertanyaan.",)


class TestProfile:
    def test_the_headline_counts_cases_and_says_how_the_area_stands(self):
        assert profile(LETTE).headline.startswith("30 kasus dilaporkan di Lette (Kec. Mariso) pada Jan–Okt 2026. ")
        assert "daripada kota (95%)." in profile(LETTE).headline
        assert profile(CITY).headline == "72 kasus dilaporkan di Kota Makassar pada Jan–Okt 2026."
        assert profile(UNTIA).headline.startswith("Untia (Kec. Biringkanaya) belum melapor pada Jan–Okt 2026")

    def test_the_months_stand_beside_those_at_the_citys_rate(self):
        page = profile(BONTORANNU)
        bars = page.sheet.months
        assert [bar.cases for bar in bars] == [1.0] * 12 + [4.0] * 10
        assert [bar.unsettled for bar in bars] == [False] * 20 + [True] * 2
        assert bars[12].at_city_rate == pytest.approx(7 * population.by_area(BONTORANNU) / population.city_total())
        assert page.sheet.month_ends == ("Jan 2025", "tertinggi: 4 kasus (Jan 2026)", "Okt 2026")
        assert all(pd.isna(bar.at_city_rate) for bar in profile(CITY).sheet.months)

    def test_a_silent_month_is_not_a_month_without_cases(self):
        bars = profile(UNTIA).sheet.months
        assert all(pd.isna(bar.cases) for bar in bars)
        assert profile(UNTIA).sheet.month_ends[1] == ""

    def test_the_mix_draws_what_occurs(self):
        found = [(one.name, one.value, one.text) for one in profile(BONTORANNU).mix.figure.rows]
        assert found == [("Lansia", 40.0, "40 · 40"), ("Lanjut Usia Terlantar", 40.0, "40 · 40")]
        assert [one.name for one in profile(BONTORANNU, "LANSIA").mix.figure.rows] == ["Lanjut Usia Terlantar"]
        leaving = profile(BONTORANNU).mix.export().set_index("kategori")
        assert leaving.loc["PPKS-08", "value"] == 40

    def test_a_silent_area_is_told_once_and_drawn_nowhere(self):
        (found,) = profile(UNTIA).mix.figure.rows
        assert (found.name, found.text) == ("Semua masalah", "belum melapor")
        assert profile(UNTIA).pyramid is None
        assert profile(LETTE).pyramid is not None

    def test_the_cascade_counts_persons_step_by_step(self):
        found = {label: (value, note) for label, value, note in profile(BONTORANNU).coverage}
        assert found["Dilaporkan"] == ("40", "")
        assert found["Terverifikasi"] == ("40", "100%")
        assert found["Dilayani"] == ("20", "50%")
        assert {label: value for label, value, _ in profile(UNTIA).coverage}["Dilaporkan"] == "belum melapor"

    def test_where_nobody_recorded_visits_months_with_a_report_stand_for_effort(self):
        page = profile(BONTORANNU)
        assert page.work[-1] == ("Kunjungan", "tidak dicatat", "")
        assert "bulan dengan laporan PSM per penduduk" in page.effort_sentence

    def test_effort_that_is_not_known_is_said_so(self):
        assert profile(UNTIA).effort_sentence == (
            "Laju terhadap upaya tidak dinilai: kunjungan atau kasus wilayah ini tidak diketahui."
        )
        assert profile(CITY).effort is None

    def test_effort_is_judged_among_areas_of_the_level(self):
        """Equal visits a resident everywhere, all cases in one kelurahan: more problems."""
        told_ = [
            {"kode_kelurahan": code, "bulan": date(2026, 1, 1), "kunjungan": population.by_area(code), "nihil": True}
            for code in areas.codes("kelurahan")
        ]
        rows = [case(f"p{number}", "2026-01", BONTORANNU, "PPKS-08") for number in range(30)]
        page = Profile(desk_of(facts_of(rows, told_)), Scope(BONTORANNU, ALL, months("2026-01")))
        assert page.effort is not None
        assert page.effort.verdict is effort.Verdict.MORE_PROBLEMS
        assert page.effort.effort == pytest.approx(1)
        assert page.effort_sentence.startswith("Laju terhadap upaya: lebih banyak masalah. ")

    def test_similar_areas_leave_out_what_is_not_known(self):
        found = profile(BONTORANNU).neighbours
        assert len(found) == 5
        assert {one.left_out for one in found if one.code != LETTE} == {("desil", "campuran")}
        table = profile(BONTORANNU).similar.table
        assert table.iloc[0].tolist()[:2] == ["Bontorannu (Kec. Mariso)", "wilayah ini"]
        assert len(table) == 6
        assert len(profile(BONTORANNU).similar.export()) == 12
        assert {areas.level_of(one.code) for one in profile(MARISO).neighbours} == {"kecamatan"}

    def test_the_city_has_no_neighbours_and_says_so(self):
        assert profile(CITY).neighbours == ()
        assert profile(CITY).similar.remark == "Kota tidak mempunyai wilayah setingkat untuk dibandingkan."

    def test_an_area_without_cases_keeps_its_zero(self):
        assert row(profile(KUNJUNG_MAE), "K03").value == "0,0"

    def test_the_foot_names_sources_cutoff_and_version(self):
        foot = profile(LETTE).sheet.foot
        assert "data s.d. 31 Okt 2026 · versi data v7" in foot
        assert foot.startswith("Sumber: ")
        assert foot.endswith("DATA CONTOH")
        assert Month(2026, 10) == desk().cube.span.last
