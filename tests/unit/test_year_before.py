"""A month that is not over against the same days a year before: counts by hand, the gate, what has no day, and the words.

Cases of Bontorannu, each of a person of its own unless said otherwise; the newest is of 20 November 2026:

              5 Oct   5 Nov   20 Nov   25 Nov   30 Nov
2025            5       6        3        2        5
2026           12      14        1        -        -
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.repeats import repeats, returning
from ipsm_analytics.answers.standing import Mode, standing
from ipsm_analytics.answers.year_before import compared, partial
from ipsm_analytics.casework.casework import BY_DAY
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.intervals import byar, widened
from ipsm_analytics.privacy import Policy, policy
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.significance import Significance
from ipsm_analytics.views import spine
from ipsm_analytics.views.chart import Desk, Scope, period, period_before
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import flags, group_changes, headline
from ipsm_analytics.views.overview import overview
from ipsm_analytics.views.problems import Problems
from ipsm_analytics.views.profile import Profile
from tests.cubes import BONTORANNU, CITY, MATTOANGIN, Row, months
from tests.facts import facts_of

SCREEN, EXPORT = policy("operator", "layar", 5), policy("operator", "ekspor", 5)
AUTUMN, NOVEMBER, OCTOBER = months("2026-10", "2026-11"), months("2026-11"), months("2026-10")


def cases(
    day: str, number: int, category: str = "PPKS-08", place: str = BONTORANNU, person: str = "", **more: object
) -> list[Row]:
    """That many cases reported on a day, of one person where it is named."""
    fixed = {"kode_kelurahan": place, "kategori": [category], "tgl_lapor": date.fromisoformat(day), "status": "baru", **more}
    return [{**fixed, "person_key": person or f"{day}{category}{place}{count}"} for count in range(number)]


ROWS = [
    *cases("2025-10-05", 5),
    *cases("2025-11-05", 6),
    *cases("2025-11-20", 3),
    *cases("2025-11-25", 2),
    *cases("2025-11-30", 5, "PPKS-24"),
    *cases("2026-10-05", 12),
    *cases("2026-11-05", 14),
    *cases("2026-11-20", 1, "PPKS-24"),
]
FACTS = facts_of(ROWS)


def counted(window: Window, code: str = "K01", rule: Policy = SCREEN, facts: Facts = FACTS, **more: str) -> list[float]:
    return compared(facts, Query(code, window=window, **more), window, rule)["value"].tolist()


def desk(facts: Facts = FACTS, language: str = "id", rule: Policy = SCREEN) -> Desk:
    return Desk(facts, rule, EXPORT, Words(language), 60)


class TestDays:
    def test_a_month_that_is_not_over_ends_on_the_same_day_a_year_before(self):
        assert partial(FACTS, NOVEMBER) == partial(FACTS, AUTUMN) == (date(2026, 11, 20), date(2025, 11, 20))

    def test_whole_months_have_no_such_day(self):
        assert partial(FACTS, OCTOBER) is None
        assert partial(facts_of(), NOVEMBER) is None
        assert partial(FACTS, months("2026-11", "2026-12")) is None

    @pytest.mark.parametrize(
        ("cutoff", "days"),
        [
            ("2028-02-29", None),
            ("2028-02-28", (date(2028, 2, 28), date(2027, 2, 28))),
            ("2029-02-28", None),
            ("2029-02-27", (date(2029, 2, 27), date(2028, 2, 27))),
        ],
    )
    def test_february(self, cutoff: str, days: tuple[date, date] | None):
        assert partial(facts_of(cases(cutoff, 1)), months(cutoff[:7])) == days

    @pytest.mark.parametrize(("cutoff", "expected"), [("2029-02-28", [1, 5]), ("2029-02-27", [1, 2])])
    def test_the_29th_counts_with_a_whole_february_only(self, cutoff: str, expected: list[float]):
        rows = [*cases("2028-02-27", 2), *cases("2028-02-29", 3), *cases(cutoff, 1)]
        assert counted(months("2029-02"), facts=facts_of(rows)) == expected


class TestCounts:
    def test_only_days_that_both_years_have(self):
        assert counted(NOVEMBER) == [15, 9]
        assert counted(AUTUMN) == [27, 14]

    def test_whole_months_are_those_of_the_plain_question(self):
        assert counted(OCTOBER) == [12, 5]

    def test_by_group_and_by_area(self):
        by_group = compared(FACTS, Query("K01", ("kelompok",), NOVEMBER), NOVEMBER, SCREEN).set_index("kelompok")["value"]
        assert (by_group["LANSIA"].tolist(), by_group["KEMISKINAN"].tolist()) == ([14, 9], [1, 0])
        by_area = compared(FACTS, Query("K01", ("kelurahan",), NOVEMBER, area="73.71.01"), NOVEMBER, SCREEN)
        assert by_area.set_index("kode_kelurahan").loc[BONTORANNU, "value"].tolist() == [15, 9]

    def test_a_silent_area_stays_silent(self):
        found = compared(FACTS, Query("K01", window=NOVEMBER, area=MATTOANGIN), NOVEMBER, SCREEN)
        assert found["status"].tolist() == [Status.NOT_REPORTED] * 2

    def test_nothing_by_that_day_is_zero(self):
        facts = facts_of([*cases("2025-11-21", 5), *cases("2026-11-20", 5)])
        found = compared(facts, Query("K01", window=NOVEMBER), NOVEMBER, SCREEN)
        assert (found["value"].tolist(), found["status"].tolist()) == ([5, 0], [Status.OK, Status.ZERO])

    def test_a_share_of_cases_is_counted_by_the_day_as_well(self):
        """S01: two of three in time by the 20th; the fourth, of the 21st, is left out."""
        quick, slow = {"tgl_verifikasi": date(2025, 11, 6)}, {"tgl_verifikasi": date(2025, 11, 28)}
        rows = [
            *cases("2025-11-05", 2, **quick),
            *cases("2025-11-05", 1, "PPKS-24", **slow),
            *cases("2025-11-21", 1, **slow),
            *cases("2026-11-05", 4, tgl_verifikasi=date(2026, 11, 6)),
            *cases("2026-11-20", 1),
        ]
        found = compared(facts_of(rows), Query("S01", window=NOVEMBER), NOVEMBER, SCREEN)
        assert found[["numerator", "denominator"]].to_numpy().tolist() == [[4, 4], [2, 3]]

    @pytest.mark.parametrize("code", ["K02", "K03", "R01", "C06", "S03"])
    def test_what_has_no_day_of_report_is_not_compared(self, code: str):
        found = compared(FACTS, Query(code, window=NOVEMBER), NOVEMBER, SCREEN)
        assert found["status"].iloc[1] == Status.UNDATED
        assert found.iloc[1][["value", "numerator", "denominator", "lower", "upper"]].isna().all()
        assert found["status"].iloc[0] != Status.UNDATED
        assert set(BY_DAY) == {"cases", "cases_due", "cases_prompt"}

    def test_sex_and_age_are_refused(self):
        with pytest.raises(InternalError):
            compared(FACTS, Query("K01", window=NOVEMBER, sex="P"), NOVEMBER, SCREEN)

    @given(st.lists(st.integers(1, 30), max_size=12), st.integers(1, 29))
    def test_are_those_of_the_rows(self, days: list[int], last: int):
        rows = [*(row for day in days for row in cases(f"2025-11-{day:02}", 1)), *cases(f"2026-11-{last:02}", 2)]
        found = compared(facts_of(rows), Query("K01", window=NOVEMBER), NOVEMBER, SCREEN)["numerator"].fillna(0).tolist()
        assert found == [2, sum(day <= last for day in days)]
        work = facts_of(rows).casework
        later = work.after(Selection("cases", (CITY,), (ALL,), ()), months("2025-11"), date(2025, 11, last))
        assert later.tolist() == [[sum(day > last for day in days)]]


class TestGate:
    def test_small_counts_are_withheld_as_elsewhere(self):
        facts = facts_of([*cases("2025-11-05", 4), *cases("2026-11-20", 9)])
        found = compared(facts, Query("K01", window=NOVEMBER), NOVEMBER, EXPORT)
        assert found["status"].tolist() == [Status.OK, Status.SUPPRESSED]
        assert found["value"].tolist() == pytest.approx([9, np.nan], nan_ok=True)

    @pytest.mark.parametrize(("after", "withheld"), [(1, True), (4, True), (5, False), (0, False)])
    def test_a_count_that_gives_away_the_days_after_is_withheld(self, after: int, withheld: bool):
        facts = facts_of([*cases("2025-11-05", 9), *cases("2025-11-21", after), *cases("2026-11-20", 9)])
        assert (counted(NOVEMBER, facts=facts, rule=EXPORT)[1] != 9) == withheld
        assert counted(NOVEMBER, facts=facts)[1] == 9

    def test_a_month_withheld_as_a_whole_is_withheld_in_part(self):
        facts = facts_of([*cases("2025-11-21", 3), *cases("2026-11-20", 9)])
        assert compared(facts, Query("K01", window=NOVEMBER), NOVEMBER, EXPORT)["status"].iloc[1] == Status.SUPPRESSED


class TestWords:
    def test_the_headline_says_up_to_which_day_for_both_years(self):
        assert headline(desk(), Scope(CITY, ALL, NOVEMBER)) == (
            "15 kasus dilaporkan di Kota Makassar pada Nov 2026 (s.d. 20 Nov 2026; bulan terakhir belum utuh); terhitung naik 67%"
            " dari periode sama tahun lalu (s.d. 20 Nov 2025), tetapi naik atau turunnya belum dapat disimpulkan."
            " Tidak ada kelompok dengan kenaikan yang nyata."
        )

    def test_in_english(self):
        assert headline(desk(language="en"), Scope(CITY, "LANSIA", AUTUMN)).startswith(
            "26 lansia cases"
            if False
            else "26 older persons cases were reported in Kota Makassar in Oct–Nov 2026 (up to 20 Nov 2026"
        )

    def test_whole_months_say_nothing_of_days(self):
        assert "s.d." not in headline(desk(), Scope(CITY, ALL, OCTOBER))
        assert (period(desk(), OCTOBER), period_before(desk(), OCTOBER)) == ("Okt 2026", "")

    def test_groups_are_compared_by_the_same_days(self):
        found = group_changes(desk(), Scope(CITY, ALL, NOVEMBER), ("LANSIA", "KEMISKINAN"))
        assert [(item.current, item.before) for item in found] == [(14, 9), (1, 0)]

    def test_a_sentence_on_a_group_names_the_day(self):
        facts = facts_of([*cases("2025-11-05", 20), *cases("2025-11-28", 90), *cases("2026-11-20", 80)])
        (found,) = [item for item in flags(desk(facts), Scope(CITY, ALL, NOVEMBER)).found if item.indicator == "K01"]
        assert found.text == "Kasus Lansia naik 300% dari periode sama tahun lalu (s.d. 20 Nov 2025) (20 menjadi 80)."

    def test_cards_compare_cases_and_say_that_persons_are_not(self):
        cards = {card.indicator: card for card in overview(desk(), Scope(CITY, ALL, NOVEMBER)).cards}
        assert cards["K01"].delta == "67%, belum pasti"
        assert cards["K01"].note == "kasus · dibandingkan s.d. tanggal yang sama"
        for code in ("K02", "K03", "R01", "C06"):
            assert cards[code].delta == ""
            assert cards[code].note.endswith(" · bulan terakhir belum utuh")
        whole = {card.indicator: card for card in overview(desk(), Scope(CITY, ALL, OCTOBER)).cards}
        assert not [card for card in whole.values() if "belum utuh" in card.note or "s.d." in card.note]
        assert whole["K02"].delta.startswith("140%")

    def test_the_table_of_kategori_names_the_days(self):
        chart = Problems(desk(), Scope(CITY, ALL, NOVEMBER)).breakdown
        assert "Nov 2025 (s.d. 20 Nov 2025)" in chart.context

    def test_profil_says_what_was_compared(self):
        page = Profile(desk(), Scope(CITY, ALL, NOVEMBER))
        assert page.changes[-1] == (
            "Bulan terakhir belum utuh: kasus s.d. 20 Nov 2026 dibandingkan dengan kasus s.d. 20 Nov 2025;"
            " kelengkapan tidak dibandingkan."
        )
        assert {item.code for item in page.movements} <= {"K01", "S01", "S03"}
        assert "(s.d. 20 Nov 2026; bulan terakhir belum utuh)" in page.headline


class TestRepeats:
    def test_adds_up_by_hand(self):
        """One person with four cases and four with one: (16 + 4) / 8."""
        facts = facts_of([*cases("2026-11-05", 4, person="Ani"), *cases("2026-11-05", 4)])
        assert repeats(facts, ALL, (NOVEMBER,)) == pytest.approx(20 / 8)
        assert repeats(facts, "LANSIA", (NOVEMBER, OCTOBER)) == pytest.approx(20 / 8)
        assert repeats(facts, "ANAK", (NOVEMBER,)) == repeats(facts, ALL, ()) == 1

    def test_a_person_is_counted_in_each_span_for_itself(self):
        facts = facts_of([*cases("2025-11-05", 2, person="Ani"), *cases("2026-11-05", 1, person="Ani")])
        assert repeats(facts, ALL, (NOVEMBER, NOVEMBER.shifted(-12))) == pytest.approx((4 + 1) / 3)

    def test_open_cases_only(self):
        facts = facts_of([*cases("2026-11-05", 3, person="Ani"), *cases("2026-11-05", 1, person="Ani", status="selesai")])
        assert repeats(facts, ALL, (NOVEMBER,), waiting=True) == 3
        assert repeats(facts, ALL, (NOVEMBER,)) == 4

    def test_one_person_reported_again_and_again_is_no_sure_rise(self):
        """40 against 15 cases is a rise beyond chance, but not where each person brings five of them."""
        alone = facts_of([*cases("2025-10-05", 15), *cases("2026-10-05", 40), *cases("2026-11-20", 1)])
        rows = [row for part in range(3) for row in cases("2025-10-05", 5, person=f"a{part}")]
        rows += [row for part in range(8) for row in cases("2026-10-05", 5, person=f"b{part}")]
        again = facts_of([*rows, *cases("2026-11-20", 1)])
        scope = Scope(CITY, ALL, OCTOBER)
        assert ", naik 167% dari" in headline(desk(alone), scope)
        assert "terhitung naik 167% dari" in headline(desk(again), scope)
        assert [desk(facts).repeats(scope, ALL) for facts in (alone, again)] == [1, 5]
        assert overview(desk(again), scope).cards[0].delta.endswith("belum pasti")
        assert flags(desk(again), scope).found == ()

    def test_the_load_of_psm_is_less_sure_where_persons_have_several_open_cases(self):
        """One PSM each: 20 open cases against 5; four persons with five each make the variance (4 × 25 + 5) / 25 times that."""
        roster = [{"id_psm": name, "kode_kelurahan": place} for name, place in (("P1", BONTORANNU), ("P2", MATTOANGIN))]
        few = cases("2026-11-20", 5, place=MATTOANGIN, id_psm="P2")
        again = [row for name in "abcd" for row in cases("2026-11-20", 5, person=name, id_psm="P1")]
        question = Query("B01", ("kelurahan",), NOVEMBER)
        said = {}
        for number, rows in enumerate((cases("2026-11-20", 20, id_psm="P1"), again)):
            facts = facts_of([*rows, *few], roster=roster)
            found = standing(facts, Mode.VERSUS_CITY, question, SCREEN).frame.set_index("kode_kelurahan").loc[BONTORANNU]
            marks = {mark.item.id: mark for mark in spine.marks(desk(facts), Scope(BONTORANNU, ALL, NOVEMBER))}
            answered = query(facts, question, SCREEN).set_index("kode_kelurahan").loc[BONTORANNU]
            said[number] = (found["kind"], marks["B01"].level, answered["lower"], answered["upper"])
            assert returning(facts, indicator("B01"), (NOVEMBER,)) == pytest.approx([1, 4.2][number])
            assert returning(facts, indicator("K03"), (NOVEMBER,)) == 1
        assert said[0] == (Significance.HIGHER, Significance.HIGHER, *map(float, byar(20)))
        low, high = (float(bound) for bound in widened(20, 4.2))
        assert said[1] == (Significance.SAME, Significance.SAME, pytest.approx(low), pytest.approx(high))
