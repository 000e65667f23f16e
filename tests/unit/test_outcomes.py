"""What came of a decision: beyond, within or against what was expected without it, or why nothing can be said."""

from dataclasses import replace

import numpy as np
import pytest

from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.outcomes import Reason, Verdict, assessed, outcome, outcomes
from ipsm_analytics.reference import areas, categories, population
from ipsm_analytics.reference.indicators import indicators
from ipsm_analytics.statistics.expected import Why, expected_count, look
from tests.cubes import CITY, MARISO, months
from tests.decided import ALL_MONTHS, MAMAJANG, NEXT, SEEN, THIRD, decision, even_facts, facts, first_of, newest, snapshot

OPEN, LEAVING = Policy(0, False), Policy(5, True)
DISTRICTS = areas.codes("kecamatan")


def people(code: str) -> int:
    return sum(population.by_kelurahan()[one] for one in areas.members(code))


def judge(
    april: int = 30, rule: Policy = OPEN, window=ALL_MONTHS, silent: frozenset[str] = frozenset(), served: int = 15, **changes
):
    return outcome(decision(**changes), snapshot(), newest(facts(april, served, silent), window), rule)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("april", "direction", "verdict"),
        [
            (5, "turun", Verdict.BEYOND),
            (28, "turun", Verdict.WITHIN),
            (80, "turun", Verdict.CONTRARY),
            (5, "naik", Verdict.CONTRARY),
            (28, "naik", Verdict.WITHIN),
            (80, "naik", Verdict.BEYOND),
        ],
    )
    def test_follow_the_wished_direction(self, april: int, direction: str, verdict: Verdict):
        assert judge(april, direction=direction).verdict is verdict

    def test_the_limits_themselves_are_within(self):
        found = judge(30, indicator="K01").range
        assert found is not None
        low, high = int(found.lower), int(found.upper)
        told = [judge(april, indicator="K01").verdict for april in (low - 1, low, high, high + 1)]
        assert told == [Verdict.BEYOND, Verdict.WITHIN, Verdict.WITHIN, Verdict.CONTRARY]

    def test_a_share_is_judged_too(self):
        told = [judge(40, served=served, indicator="C06", direction="naik").verdict for served in (5, 20, 39)]
        assert told == [Verdict.CONTRARY, Verdict.WITHIN, Verdict.BEYOND]


class TestRange:
    def test_is_that_of_the_method_for_person_months(self):
        sizes = np.array([people(code) for code in DISTRICTS], dtype=float)
        before = [{MARISO: 90, MAMAJANG: 9}.get(code, 36) for code in DISTRICTS]
        now = [{MARISO: 30, MAMAJANG: 9}.get(code, 12) for code in DISTRICTS]
        method = expected_count(0, look(before, 3 * sizes), look(now, sizes))
        found = judge(30).range
        assert found is not None
        scale = 10_000 / people(MARISO)
        assert (found.lower, found.mean, found.upper) == pytest.approx(
            (scale * method.lower, scale * method.mean, scale * method.upper)
        )
        assert found.city_change == pytest.approx((13 * 12 + 9) / (13 * 36 + 9) * 3)
        assert found.carried == pytest.approx(scale * 30 * found.city_change)

    def test_counts_are_in_cases_and_rates_in_their_unit(self):
        count, rate = judge(30, indicator="K01").range, judge(30).range
        assert count is not None
        assert rate is not None
        assert rate.upper == pytest.approx(count.upper / people(MARISO) * 10_000)

    def test_both_questions_are_told(self):
        found = judge(30, slice="KEMISKINAN")
        assert found.before == Query("K03", (), SEEN, MARISO, "KEMISKINAN")
        assert found.now == Query("K03", (), NEXT, MARISO, "KEMISKINAN")


class TestRegression:
    def test_a_worst_area_is_warned_of(self):
        found = judge(28)
        assert found.range is not None
        assert found.range.mean < found.range.carried
        assert found.range.regression == pytest.approx(1 - found.range.mean / found.range.carried)
        assert found.warned is (found.range.regression >= 0.1)

    def test_where_areas_hardly_differ_the_worst_comes_back_and_the_reader_is_warned(self):
        found = outcome(decision(), snapshot(), newest(even_facts()), OPEN)
        assert found.range is not None
        assert found.range.regression >= 0.1
        assert (found.warned, found.verdict) == (True, Verdict.WITHIN)
        assert not outcome(decision(chosen="lain"), snapshot(), newest(even_facts()), OPEN).warned

    def test_nobody_is_warned_where_another_reason_was_given(self):
        assert not judge(28, chosen="lain").warned

    def test_nobody_is_warned_of_what_goes_the_other_way(self):
        found = judge(28, direction="naik")
        assert found.range is not None
        assert found.range.regression < 0
        assert not found.warned


class TestReasons:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"indicator": ""}, Reason.NO_INDICATOR),
            ({"indicator": "S03"}, Reason.NO_METHOD),
            ({"indicator": "T01"}, Reason.NO_METHOD),
            ({"area": CITY}, Reason.WHOLE_CITY),
            ({"slice": "LANSIA"}, Why.FEW_IN_REST),
            ({"window": SEEN}, Reason.NO_NEW_MONTH),
            ({"window": months("2026-02", "2026-03")}, Reason.NO_NEW_MONTH),
            ({"april": 0, "indicator": "C06"}, Reason.NO_VALUE),
            ({"april": 9, "indicator": "C06", "served": 5}, Why.THIN),
        ],
    )
    def test_are_told(self, changes: dict, reason: str):
        found = judge(**changes)
        assert (found.verdict, found.reason, found.range, found.warned) == (Verdict.OPEN, reason, None, False)

    def test_months_that_still_receive_reports_are_not_judged(self):
        look_ = newest(facts())
        later = replace(snapshot(), window=months("2026-01", "2026-04"))
        assert outcome(decision(), later, look_, OPEN).reason == Reason.NOT_FINAL

    def test_silent_kelurahan_are_no_improvement(self):
        found = judge(30, silent=frozenset(areas.members(MARISO)[1:]))
        assert found.reason == Reason.INCOMPLETE

    def test_an_area_with_few_cases_is_not_judged(self):
        assert judge(30, area=first_of(THIRD).replace("1001", "1002"), indicator="K01").reason == Why.THIN


class TestGate:
    def test_a_small_cell_takes_range_and_verdict_with_it(self):
        assert judge(4).verdict is Verdict.BEYOND
        leaving = judge(4, rule=LEAVING)
        assert (leaving.verdict, leaving.reason, leaving.range) == (Verdict.OPEN, Reason.WITHHELD, None)

    def test_a_sensitive_category_below_kecamatan_does_not_leave(self):
        sensitive = next(code for code, item in categories.categories().items() if item.sensitive)
        held = {"slice": sensitive, "area": first_of(MARISO), "indicator": "K01"}
        assert [judge(30, rule=rule, **held).reason for rule in (LEAVING, OPEN)] == [Reason.WITHHELD, Why.FEW_IN_REST]

    def test_what_may_leave_is_the_same_as_on_the_screen(self):
        assert judge(30, rule=LEAVING) == judge(30)


def test_every_decision_gets_its_outcome():
    held = [decision(), replace(decision(indicator=""), number=2)]
    found = outcomes(held, newest(facts()), lambda _: snapshot(), OPEN)
    assert [one.decision.number for one in found] == [1, 2]


def test_what_can_be_judged():
    assert {code for code, item in indicators().items() if assessed(item)} == {
        *("K01", "K02", "K03", "C06", "R01", "R02", "R03", "R04", "R04-NIK", "R04-GANDA", "S01", "S04", "D01"),
        *("J01", "J02", "J03", "J04"),
    }
