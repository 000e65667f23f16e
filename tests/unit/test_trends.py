"""Trend of monthly counts: what is told, what is left out, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipsm_analytics.cube import Month
from ipsm_analytics.errors import InternalError
from ipsm_analytics.statistics import loglinear
from ipsm_analytics.statistics.comparison import Verdict
from ipsm_analytics.statistics.monthly import MonthlyCounts, Why, holiday_terms, nuisance_terms, season_terms, years
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.trends import Trend, trend

FIRST = Month(2022, 1)


def months(length: int) -> list[Month]:
    return [FIRST.plus(step) for step in range(length)]


def expected(length: int, level: float = 100, slope: float = 0.0) -> np.ndarray:
    days = np.array([month.last_day.day for month in months(length)])
    return level * days / 30 * np.exp(slope * years(months(length)))


def drawn(length: int, slope: float = 0.0, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).poisson(expected(length, slope=slope)).astype(float)


def told(counts: np.ndarray, **options: object) -> Trend:
    found = trend(MonthlyCounts(FIRST, counts, **options))
    assert isinstance(found, Trend)
    return found


class TestMonths:
    def test_a_month_not_reported_or_unsettled_is_not_used(self):
        series = MonthlyCounts(FIRST, np.array([3.0, np.nan, 0.0, 4.0, 1.0]), unsettled=2)
        assert series.usable.tolist() == [True, False, True, False, False]
        assert series.exposure.tolist() == [31, 28, 31, 30, 31]
        assert (series.window.first, series.window.last) == (Month(2022, 1), Month(2022, 5))
        assert series.until(3).usable.tolist() == [True, False, True]

    def test_exposure_is_days_times_effort(self):
        assert MonthlyCounts(FIRST, np.array([1.0, 2.0]), np.array([10.0, 20.0])).exposure.tolist() == [310, 560]

    @pytest.mark.parametrize(("counts", "effort"), [([-1.0, 2.0], None), ([1.0, 2.0], [1.0, 0.0])])
    def test_what_cannot_be_is_an_error_of_ours(self, counts, effort):
        with pytest.raises(InternalError):
            MonthlyCounts(FIRST, np.array(counts), None if effort is None else np.array(effort))

    def test_effort_may_lack_where_nothing_was_reported(self):
        assert MonthlyCounts(FIRST, np.array([np.nan, 2.0]), np.array([0.0, 1.0])).usable.tolist() == [False, True]

    def test_a_holiday_is_the_share_of_the_days_of_the_month(self):
        found = holiday_terms([Month(2025, 2), Month(2025, 3), Month(2024, 4)])
        assert found.tolist() == [[0, 0], [20 / 31, 10 / 31], [0, 9 / 30]]

    def test_the_same_calendar_month_has_the_same_season(self):
        short, long = season_terms(months(24), 24), season_terms(months(72), 72)
        assert (short.shape, long.shape) == ((24, 4), (72, 11))
        assert np.allclose(short[:12], short[12:])
        assert long[0].tolist() == [0] * 11
        assert long[13].tolist() == [1] + [0] * 10

    def test_a_holiday_that_does_not_occur_has_no_term(self):
        assert nuisance_terms(months(2), 24).shape == (2, 5)
        assert nuisance_terms(months(12), 24).shape == (12, 7)


class TestModel:
    def test_errors_that_do_not_follow_one_another_have_the_textbook_variance(self):
        errors = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
        chances, scales = loglinear.follow(np.ones((6, 1)), errors, np.arange(6.0))
        assert scales[0] == pytest.approx(6 / 5)
        assert chances.sum() == pytest.approx(1)
        assert chances.argmax() == 0

    def test_correlation_falls_by_a_power_of_the_months_between(self):
        assert loglinear.powers(0.5, np.array([0.0, 1.0, 3.0])).tolist() == [[1, 0.5, 0.125], [0.5, 1, 0.25], [0.125, 0.25, 1]]

    def test_months_alike_their_neighbours_are_seen(self):
        errors = np.repeat([1.0, -1.0, 1.0, -1.0], 12)
        chances, _ = loglinear.follow(np.ones((48, 1)), errors, np.arange(48.0))
        assert chances @ loglinear.GRID > 0.6

    def test_a_constant_alone_is_the_mean_with_the_error_of_a_poisson_count(self):
        counts = np.array([9.0, 11.0, 10.0, 12.0, 8.0, 10.0, 9.0, 11.0])
        found = loglinear.fit(counts, np.ones((8, 1)), np.ones(8), np.arange(8.0))
        assert np.exp(found.terms[0]) == pytest.approx(10)
        assert (found.alpha, found.freedom) == (0, 7)

    def test_more_spread_than_poisson_allows_takes_the_negative_binomial(self):
        counts = np.array([50.0, 150.0] * 6)
        found = loglinear.fit(counts, np.ones((12, 1)), np.ones(12), np.arange(12.0))
        assert found.dispersion_p < 1e-6
        assert found.alpha == pytest.approx((12 * 2500 / 11 - 100) / 100**2, rel=1e-6)
        assert found.fitted == pytest.approx(np.full(12, 100.0))


class TestTrend:
    def test_a_rise_of_ten_percent_a_year_is_told(self):
        found = told(expected(48, slope=np.log(1.1)))
        assert found.percent == pytest.approx(10, abs=0.01)
        assert (found.verdict, found.months, found.overdispersed) == (Verdict.UP, 48, False)

    @pytest.mark.parametrize(
        ("slope", "verdict"), [(0.1, Verdict.UP), (-0.1, Verdict.DOWN), (0.0, Verdict.OPEN)], ids=["up", "down", "open"]
    )
    def test_a_verdict_is_given_when_the_interval_leaves_zero_out(self, slope, verdict):
        found = told(drawn(48, slope))
        assert found.verdict is verdict
        assert (found.lower < 0 < found.upper) == (verdict is Verdict.OPEN)
        assert (found.p_value < 0.05) == (verdict is not Verdict.OPEN)

    def test_interval_and_p_value_are_those_of_one_t_statistic(self):
        found = told(drawn(48, 0.1))
        slope, upper, lower = (np.log1p(value / 100) for value in (found.percent, found.upper, found.lower))
        freedom = 48 - 8
        assert upper - slope == pytest.approx(slope - lower)
        assert abs(slope) / (upper - slope) * stats.t.ppf(0.975, freedom) == pytest.approx(
            stats.t.isf(found.p_value / 2, freedom)
        )

    def test_ramadan_that_moves_is_not_taken_for_a_trend(self):
        counts = expected(30) * np.exp(holiday_terms(months(30)) @ [0.8, 1.2])
        assert told(counts).percent == pytest.approx(0, abs=1e-6)

    def test_more_kelurahan_that_report_are_no_rise(self):
        effort = np.linspace(60, 150, 36)
        found = told(expected(36, level=1) * effort, effort=effort)
        assert found.percent == pytest.approx(0, abs=1e-6)
        assert told(expected(36, level=1) * effort).percent > 30

    def test_months_that_follow_one_another_widen_the_interval(self):
        wave = np.exp(0.3 * np.sin(2 * np.pi * np.arange(48) / 31))
        shuffled = np.random.default_rng(0).permutation(wave)
        alike, apart = told(np.rint(expected(48) * wave)), told(np.rint(expected(48) * shuffled))
        assert alike.correlation > apart.correlation
        assert alike.upper - alike.lower > 1.3 * (apart.upper - apart.lower)

    def test_a_missing_month_is_no_zero(self):
        counts = drawn(36)
        gone, zero = counts.copy(), counts.copy()
        gone[-1], zero[-1] = np.nan, 0.0
        assert told(gone).months == 35
        assert abs(told(gone).percent) < 3 < abs(told(zero).percent - told(gone).percent)

    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 500), st.floats(0.01, 1000))
    def test_neither_an_unsettled_count_nor_the_unit_of_effort_matters(self, late, unit):
        counts = drawn(30)
        other = counts.copy()
        other[-1] = late
        base = told(counts, unsettled=1)
        found = told(other, effort=np.full(30, unit), unsettled=1)
        assert (found.percent, found.lower, found.upper) == pytest.approx(
            (base.percent, base.lower, base.upper), rel=1e-5, abs=1e-6
        )

    def test_little_is_refused_with_what_was_found_and_needed(self):
        assert trend(MonthlyCounts(FIRST, drawn(24), unsettled=1)) == Refusal(Why.MONTHS, 23, 24)
        assert trend(MonthlyCounts(FIRST, np.full(24, 4.0))) == Refusal(Why.CASES, 96, 120)
        assert trend(MonthlyCounts(Month(2021, 1), drawn(36))) == Refusal(Why.HOLIDAYS, 2021, 2022)
        assert isinstance(trend(MonthlyCounts(FIRST, drawn(24))), Trend)
