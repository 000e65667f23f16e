"""What the open months will come to: the ladder against published figures, and small cities a reader can count."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.nowcast import (
    MonthNow,
    Nowcast,
    Reason,
    nowcast,
    same_days_before,
    stays_below,
    triangle,
)
from ipsm_analytics.statistics.nowcast.delay import delays
from ipsm_analytics.statistics.nowcast.ladder import chain_ladder
from ipsm_analytics.statistics.nowcast.replay import mixtures, replay, scatter
from ipsm_analytics.statistics.refusal import Refusal

KNOWN = json.loads((Path(__file__).parents[1] / "data" / "tangga_rantai_mack.json").read_text(encoding="utf-8"))
CUTOFF = date(2026, 10, 15)
NAT = np.datetime64("NaT", "D")


def cumulative(case: dict) -> np.ndarray:
    return np.array(case["triangle_cumulative"], dtype=float)


@pytest.mark.parametrize("case", KNOWN["cases"], ids=lambda case: case["case_id"])
def test_ladder_and_mack_errors_agree_with_the_reference(case):
    found, expected = chain_ladder(cumulative(case)), case["expected"]
    assert found.factors == pytest.approx(expected["development_factors"], rel=1e-9)
    assert found.sigma2 == pytest.approx(expected["sigma2"], rel=1e-9)
    assert found.latest == pytest.approx(expected["latest"])
    assert found.ultimate == pytest.approx(expected["ultimate"], rel=1e-9)
    assert found.completeness == pytest.approx(expected["completeness"], rel=1e-9)
    assert found.errors == pytest.approx(expected["mack_se"], rel=1e-9)
    assert found.total_error == pytest.approx(expected["total_mack_se"], rel=1e-9)


def test_the_published_errors_of_taylor_and_ashe():
    case = KNOWN["cases"][0]
    found = chain_ladder(cumulative(case))
    assert found.errors == pytest.approx(case["published_rounded"]["se"], abs=1)
    assert found.total_error == pytest.approx(case["published_rounded"]["tot_se"], abs=1)


@pytest.mark.parametrize("case", KNOWN["degenerate"], ids=lambda case: case["case_id"])
def test_a_step_from_nothing_has_no_factor(case):
    found, expected = chain_ladder(cumulative(case)), case["expected"]
    for values, wanted in ((found.factors, expected["development_factors"]), (found.ultimate, expected["ultimate"])):
        numbers = [np.nan if value is None else value for value in wanted]
        assert values == pytest.approx(numbers, nan_ok=True)


def reports(per_day: int = 6, days: int = 450, cutoff: date = CUTOFF) -> tuple[np.ndarray, np.ndarray]:
    """Every day `per_day` reports: half arrive at once, a third after 10 days, a sixth after 40."""
    start = np.datetime64(cutoff, "D") - days + 1
    reported = np.repeat(np.arange(start, np.datetime64(cutoff, "D") + 1), per_day)
    lag = np.tile(np.repeat([0, 10, 40], [per_day // 2, per_day // 3, per_day // 6]), days)
    return reported, reported + lag


def answer(found: tuple[Nowcast | Refusal, ...]) -> Nowcast:
    assert isinstance(found[0], Nowcast)
    return found[0]


def test_a_triangle_holds_what_is_known_on_the_cutoff_day():
    day = np.datetime64("2026-10-14")
    reported = np.array([day, day, day, day, day - 200, day + 3])
    arrived = np.array([day, day + 1, day + 2, NAT, day - 100, day + 3])
    found = triangle(reported, arrived, CUTOFF)
    assert found.counts[0, -2, :3].tolist() == [1, 1, 0]
    assert (found.counts.sum(), found.undated.sum(), found.beyond.sum()) == (2, 1, 1)
    assert (found.months[0], found.months[-1]) == (Month(2025, 10), Month(2026, 10))
    assert found.by_month(found.counts.sum(axis=2))[0, -1] == 2


def test_an_arrival_before_the_report_counts_as_the_same_day():
    day = np.array([np.datetime64("2026-10-14")])
    assert triangle(day, day - 3, CUTOFF).counts[0, -2, 0] == 1


def test_days_of_the_pattern_are_found_exactly():
    found = triangle(*reported_now())
    shares = delays(found.cumulative()).expected[0]
    assert shares[[0, 9, 10, 39, 40, 90]] == pytest.approx([1 / 2, 1 / 2, 5 / 6, 5 / 6, 1, 1], abs=1e-6)


def reported_now(**settings: int) -> tuple[np.ndarray, np.ndarray, date]:
    return *reports(**settings), CUTOFF


def test_months_by_hand():
    found = answer(nowcast(triangle(*reported_now())))
    october, september, august = found.months[-1], found.months[-2], found.months[-3]
    # 15 days of October: 10 of ages 0-9 with 3 of 6 there, 5 of ages 10-14 with 5 of 6
    assert (october.reported, october.completeness) == (55, pytest.approx(55 / 90, abs=1e-3))
    assert october.chain_ladder == pytest.approx(90, abs=0.1)
    # 30 days of September: ages 15-44, of which 40-44 are complete
    assert (september.reported, september.chain_ladder) == (25 * 5 + 5 * 6, pytest.approx(180, abs=0.1))
    assert (august.reported, august.estimate, august.is_final) == (31 * 6, 31 * 6, True)
    assert found.final_until == Month(2026, 8)
    for month, truth in ((october, 90), (september, 180)):
        assert month.lower95 <= month.lower80 <= month.estimate <= month.upper80 <= month.upper95
        assert month.lower95 <= truth <= month.upper95
        assert not month.is_final
    assert october.mack_error is None
    assert september.mack_error == pytest.approx(0, abs=3)


def test_a_past_month_is_seen_as_it_stood_on_the_same_day():
    found = triangle(*reported_now())
    current, later = replay(found, 0), replay(found, 1)
    assert (current.arrived[0, -2], current.final[0, -3]) == (10 * 3 + 5 * 5, 15 * 6)
    assert (later.arrived[0, -3], later.final[0, -3]) == (5 * 6 + 25 * 5 + 1 * 6, 31 * 6)
    ages = mixtures(found, current.ages, np.ones(len(found.days)))[-2]
    assert ages[:16] == pytest.approx([1 / 15] * 15 + [0])


def test_the_scatter_of_arrivals_is_that_of_the_beta_binomial():
    source = np.random.default_rng(3)
    final = np.full((1, 4000), 200.0)
    share = source.beta(0.7 * 49, 0.3 * 49, final.shape)
    rho, months = scatter(source.binomial(200, share).astype(float), final, np.full(final.shape, 0.7))
    assert (rho, months) == (pytest.approx(1 / 50, rel=0.1), 4000)
    even, _ = scatter(source.binomial(200, 0.7, final.shape).astype(float), final, np.full(final.shape, 0.6))
    assert even == pytest.approx(0, abs=1e-3)


def test_the_same_seed_gives_the_same_answer():
    found = triangle(*reported_now())
    first, again, other = (nowcast(found, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first.draws, again.draws)
    assert not np.array_equal(first.draws, other.draws)


def test_reports_without_arrival_date_scale_the_estimate():
    reported, arrived = reports(12)
    undated = np.where(np.arange(len(arrived)) % 6 == 0, NAT, arrived)
    known = arrived <= np.datetime64(CUTOFF, "D")
    all_dated, some = answer(nowcast(triangle(reported, arrived, CUTOFF))), answer(nowcast(triangle(reported, undated, CUTOFF)))
    assert some.dated_share == pytest.approx(1 - (np.isnat(undated) & known).sum() / known.sum(), abs=0.01)
    assert some.months[-2].reported == all_dated.months[-2].reported
    assert some.months[-2].chain_ladder == pytest.approx(some.months[-2].reported / some.months[-2].completeness)


def test_refusals_say_what_was_found_and_needed():
    reported, arrived = reports()
    nothing = np.full(len(reported), NAT)
    assert nowcast(triangle(reported, nothing, CUTOFF)) == (Refusal(Reason.NO_ARRIVAL_DATES, 0.0, 0.5),)
    assert nowcast(triangle(*reported_now(days=100)))[0].reason is Reason.FEW_MONTHS
    assert nowcast(triangle(reported[::100], arrived[::100], CUTOFF))[0].reason is Reason.FEW_CASES
    late = np.where(np.arange(len(reported)) % 20 == 0, reported + 95, arrived)
    assert nowcast(triangle(reported, late, CUTOFF))[0].reason is Reason.DELAYS_BEYOND
    assert nowcast(triangle(reported[:0], arrived[:0], CUTOFF))[0].reason is Reason.FEW_MONTHS


def test_a_large_unit_stands_on_its_own_delays():
    reported, arrived = reports(12)
    slow, _ = reports(6)
    unit = np.repeat([0, 1], [len(reported), len(slow)])
    found = delays(triangle(np.concatenate([reported, slow]), np.concatenate([arrived, slow + 30]), CUTOFF, unit, 2).cumulative())
    assert found.expected[:, 0] == pytest.approx([1 / 2, 0], abs=0.02)


def test_a_small_unit_leans_on_the_city():
    reported, arrived = reports(12)
    few = reported[::400]
    unit = np.repeat([0, 1, 2, 3, 4], [len(reported)] * 4 + [len(few)])
    day, came = np.concatenate([np.tile(reported, 4), few]), np.concatenate([np.tile(arrived, 4), few + 30])
    found = delays(triangle(day, came, CUTOFF, unit, 5).cumulative())
    assert found.strength is not None
    assert 0.1 < found.expected[4, 0] < 0.49


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 300))
def test_bands_are_ordered_and_never_below_what_is_reported(seed: int, back: int):
    source = np.random.default_rng(seed)
    cutoff = CUTOFF - timedelta(days=back)
    reported = np.datetime64(cutoff, "D") - source.integers(0, 450, 600)
    arrived = reported + np.where(source.random(600) < 0.6, 0, source.integers(2, 61, 600))
    found = nowcast(triangle(reported, arrived, cutoff, source.integers(0, 2, 600), 2), draws=200)
    for unit in found:
        assert isinstance(unit, Nowcast)
        assert (unit.draws >= [month.reported for month in unit.months]).all()
        for month in unit.months:
            assert_ordered(month)


def assert_ordered(month: MonthNow) -> None:
    assert month.reported <= month.lower95 <= month.lower80
    assert month.upper80 <= month.upper95
    if month.is_final:
        assert month.lower95 == month.upper95 == month.estimate == month.reported


def now_of(*draws: list[int], reported: list[int]) -> Nowcast:
    months = tuple(
        MonthNow(Month(2026, 9 + place), count, count, count, count, count, count, count, 1.0, False, None)
        for place, count in enumerate(reported)
    )
    return Nowcast(months, None, 1.0, np.array(draws))


SEPTEMBER = (Month(2026, 9), Month(2026, 9))


@given(st.integers(0, 300), st.integers(0, 300))
def test_where_nothing_is_missing_a_count_stays_below_what_is_more(current: int, before: int):
    assert stays_below(now_of([current], reported=[current]), *SEPTEMBER, current, before) == (current < before)


def test_a_fall_of_the_reported_count_is_no_fall_when_late_reports_close_it():
    assert not stays_below(now_of([95], [100], [105], reported=[60]), *SEPTEMBER, 60, 100)


def test_draws_are_summed_over_months_before_they_are_judged():
    months = (Month(2026, 9), Month(2026, 10))
    assert not stays_below(now_of([10, 20], [30, 40], reported=[10, 20]), *months, 30, 50)
    assert stays_below(now_of([10, 20], [20, 25], reported=[10, 20]), *months, 30, 50)


def test_a_fall_needs_a_chance_of_975_in_a_thousand():
    rising = [[40]] * 96 + [[101]] * 4
    assert not stays_below(now_of(*rising, reported=[40]), *SEPTEMBER, 40, 100)
    assert stays_below(now_of(*[[40]] * 98, *[[101]] * 2, reported=[40]), *SEPTEMBER, 40, 100)


def test_months_the_nowcast_does_not_hold_are_final():
    assert stays_below(now_of([10], reported=[10]), Month(2026, 8), Month(2026, 9), 45, 50)
    assert not stays_below(now_of([16], reported=[10]), Month(2026, 8), Month(2026, 9), 45, 50)


def test_the_same_days_a_year_before():
    assert same_days_before(Month(2026, 8), Month(2026, 10), CUTOFF) == (date(2025, 8, 1), date(2025, 10, 15))
    assert same_days_before(Month(2026, 8), Month(2026, 9), CUTOFF) == (date(2025, 8, 1), date(2025, 9, 30))
    assert same_days_before(Month(2028, 2), Month(2028, 2), date(2028, 2, 29)) == (date(2027, 2, 1), date(2027, 2, 28))
