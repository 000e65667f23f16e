"""Forecast of monthly counts: made without the future, tried on the past, refused where last year's month does as well."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics.cube import Month
from ipsm_analytics.statistics.forecast import Backtest, Forecast, backtest, forecast, last_year
from ipsm_analytics.statistics.monthly import MonthlyCounts, Why, holiday_terms, season_terms, years
from ipsm_analytics.statistics.refusal import Refusal

FIRST = Month(2022, 1)


def days(length: int) -> np.ndarray:
    return np.array([FIRST.plus(step).last_day.day for step in range(length)], dtype=float)


def drawn(length: int, level: float = 4.0, slope: float = 0.2, seed: int = 3) -> np.ndarray:
    grown = np.exp(slope * years([FIRST.plus(step) for step in range(length)]))
    return np.random.default_rng(seed).poisson(level * days(length) * grown).astype(float)


def made(counts: np.ndarray, horizon: int = 3, **options: object) -> Forecast:
    found = forecast(MonthlyCounts(FIRST, counts, **options), horizon)
    assert isinstance(found, Forecast)
    return found


class TestLastYear:
    def test_is_the_same_month_at_the_same_rate(self):
        counts = 2 * days(26)
        assert last_year(MonthlyCounts(FIRST, counts), 3).tolist() == pytest.approx((2 * days(29)[26:]).tolist())

    def test_a_month_not_reported_is_taken_from_the_year_before(self):
        counts = np.array([*(1 * days(12)), *(3 * days(24)[12:]), *(5 * days(26)[24:])])
        counts[14] = np.nan
        assert last_year(MonthlyCounts(FIRST, counts), 2).tolist() == pytest.approx([31, 90])


class TestBacktest:
    def test_uses_only_what_was_known(self):
        counts = drawn(48)
        changed = counts.copy()
        changed[40:] *= 5
        one, other = (backtest(MonthlyCounts(FIRST, item), 3) for item in (counts, changed))
        known = [place for place, origin in enumerate(one.origins) if origin.ordinal - FIRST.ordinal < 40]
        assert len(known) > 10
        assert np.array_equal(one.forecast[known], other.forecast[known])
        assert np.array_equal(one.naive[known], other.naive[known])
        assert not np.array_equal(one.forecast[-1], other.forecast[-1])

    def test_its_numbers_are_those_of_its_table(self):
        found = backtest(MonthlyCounts(FIRST, drawn(45)), 4)
        assert isinstance(found, Backtest)
        mine, others = np.abs(found.actual - found.forecast), np.abs(found.actual - found.naive)
        assert found.actual.shape == found.forecast.shape == found.naive.shape == (18, 4)
        assert found.origins[0] == FIRST.plus(23)
        assert found.origins[-1] == FIRST.plus(40)
        assert found.actual[-1].tolist() == drawn(45)[-4:].tolist()
        assert found.ratio == pytest.approx(mine.sum() / others.sum())
        assert found.better == np.mean(mine.sum(axis=1) < others.sum(axis=1))
        assert found.mase == pytest.approx(mine.mean() / np.abs(drawn(45)[12:] - drawn(45)[:-12]).mean())
        assert 0.5 < found.covered[0.8] <= found.covered[0.95] <= 1

    def test_never_more_than_24_origins(self):
        assert len(backtest(MonthlyCounts(FIRST, drawn(60)), 3).origins) == 24

    def test_a_month_not_reported_is_not_judged(self):
        counts = drawn(45)
        counts[30] = np.nan
        found = backtest(MonthlyCounts(FIRST, counts), 3)
        assert np.isnan(found.actual).sum() == 3
        assert np.isfinite([found.ratio, found.better, found.mase, *found.covered.values()]).all()
        assert np.isfinite(found.forecast).all()


class TestForecast:
    def test_a_steady_count_goes_on_with_the_days_of_the_month(self):
        found = made(drawn(48, 40, slope=0.0))
        assert found.months == (Month(2026, 1), Month(2026, 2), Month(2026, 3))
        assert found.expected == pytest.approx(40 * days(51)[48:], rel=0.05)

    def test_limits_hold_each_other(self):
        found = made(drawn(48), 6)
        assert found.expected.shape == (6,)
        for smaller, larger in zip((found.lower[0.95], found.lower[0.8]), (found.lower[0.8], found.expected), strict=True):
            assert (smaller <= larger).all()
        assert (found.expected <= found.upper[0.8]).all()
        assert (found.upper[0.8] < found.upper[0.95]).all()

    def test_says_the_same_each_time(self):
        one, other = made(drawn(48)), made(drawn(48))
        assert np.array_equal(one.expected, other.expected)
        assert np.array_equal(one.upper[0.95], other.upper[0.95])

    def test_starts_after_the_last_settled_month_whatever_is_written_there(self):
        counts = drawn(48)
        counts[-2:] = [1.0, 900.0]
        found = made(counts, unsettled=2)
        assert found.months[0] == Month(2025, 11)
        assert np.array_equal(found.expected, made(drawn(48)[:46]).expected)

    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 1000), st.floats(-3, 0.3))
    def test_is_never_below_zero(self, seed, slope):
        series = MonthlyCounts(FIRST, drawn(48, 20, slope, seed))
        tried, found = backtest(series, 4), forecast(series, 4)
        assert isinstance(tried, Backtest)
        assert (tried.forecast >= 0).all()
        if isinstance(found, Forecast):
            assert (found.lower[0.95] >= 0).all()

    def test_season_and_ramadan_are_put_back(self):
        months = [FIRST.plus(step) for step in range(51)]
        shape = season_terms(months, 0) @ [0.5, 0, 0, 0] + holiday_terms(months) @ [0.6, 0.6]
        mean = 40 * days(51) * np.exp(shape)
        found = made(np.random.default_rng(3).poisson(mean[:48]).astype(float))
        assert found.expected == pytest.approx(mean[48:], rel=0.05)

    def test_the_last_effort_is_kept(self):
        counts, effort = drawn(42), np.full(42, 100.0)
        assert made(counts, effort=effort).expected == pytest.approx(made(counts).expected, rel=0.02)


class TestRefusal:
    def test_too_little(self):
        assert forecast(MonthlyCounts(FIRST, drawn(37), unsettled=2)) == Refusal(Why.MONTHS, 35, 36)
        assert forecast(MonthlyCounts(FIRST, np.full(40, 4.0))) == Refusal(Why.CASES, 160, 180)

    def test_too_many_months_without_a_report(self):
        counts = drawn(48)
        counts[10:16] = np.nan
        assert forecast(MonthlyCounts(FIRST, counts)) == Refusal(Why.GAPS, 6 / 48, 0.1)

    def test_a_ramadan_that_is_not_listed(self):
        counts = MonthlyCounts(FIRST, drawn(70))
        assert forecast(counts, 3) == Refusal(Why.HOLIDAYS, 2028, 2027)

    def test_no_better_than_last_year(self):
        jagged = np.array([2.0, 9.0, 2.0, 2.0, 9.0, 2.0, 9.0, 9.0, 2.0, 9.0, 2.0, 9.0])
        counts = np.tile(jagged, 4) * days(48)
        found = forecast(MonthlyCounts(FIRST, counts), 3)
        assert isinstance(found, Refusal)
        assert (found.reason, found.needed) == (Why.ERROR, 1)
        assert found.found > 1
        assert backtest(MonthlyCounts(FIRST, counts), 3).ratio == found.found

    def test_a_little_worse_than_last_year(self):
        jagged = np.tile([2.0, 9.0, 2.0, 2.0, 9.0, 2.0, 9.0, 9.0, 2.0, 9.0, 2.0, 9.0], 4)
        found = forecast(MonthlyCounts(FIRST, np.random.default_rng(1).poisson(jagged * 3).astype(float)), 3)
        assert isinstance(found, Refusal)
        assert found.reason is Why.ERROR
        assert 1 < found.found < 20
