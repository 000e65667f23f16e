"""The range without a decision: by hand under one known prior, what is refused, and what is true of every table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipsm_analytics.statistics import expected as module
from ipsm_analytics.statistics.expected import Expected, Look, Why, expected_count, expected_share, look
from ipsm_analytics.statistics.heterogeneity import Grid
from ipsm_analytics.statistics.refusal import Refusal

REST = [100.0] * 10
SIZES = [1000.0] * 10
ROWS = st.lists(st.tuples(st.integers(20, 200), st.integers(20, 200), st.integers(500, 5000)), min_size=10, max_size=30)


def found(result: Expected | Refusal) -> Expected:
    assert isinstance(result, Expected)
    return result


def table(rows: list[tuple[int, int, int]], times: int = 1) -> tuple[Look, Look]:
    before, now, people = (np.array(column, dtype=float) * times for column in zip(*rows, strict=True))
    return look(before, people), look(now, people)


def mid_p(cdf, highest: int) -> tuple[int, int]:
    """All numbers whose tail, half of their own chance in it, is above 2,5%, counted one by one."""
    steps = np.arange(highest)
    middle = (cdf(steps) + cdf(steps - 1)) / 2
    inside = steps[(middle > 0.025) & (middle < 0.975)]
    return int(inside.min()), int(inside.max())


@pytest.fixture
def one_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels are gamma with shape 4 and mean 0,1, or beta with 5 and 5; no area moves by itself or is apart."""
    only = np.array([0.0])
    monkeypatch.setattr(module, "city_grid", lambda *_: Grid(np.array([4.0]), np.array([0.1]), only))
    monkeypatch.setattr(module, "_share_grid", lambda _: (np.array([0.5]), np.array([1 / 11]), only))
    monkeypatch.setattr(module, "_DRIFTS", only)
    monkeypatch.setattr(module, "_DRIFT_PRIOR", only)
    monkeypatch.setattr(module, "_APART", 1e-300)


@pytest.mark.usefixtures("one_prior")
class TestByHand:
    def test_a_count(self):
        """Level (16 + 4) / (60 + 4 / 0,1) = 0,2, so 12 cases of 60; the last value alone says 16: 4 come back by themselves.

        Squared CV: (1 + 1/20)(1 + 1/1000 + 1/1000) − 1 = 0,0521.
        """
        result = found(expected_count(0, look([16, *REST], [60, *SIZES]), look([16, *REST], [60, *SIZES])))
        assert (result.mean, result.carried, result.regression) == pytest.approx((12, 16, -4))
        assert (result.city_change, result.drift) == (1.0, 0.0)
        shape = 1 / 0.0521
        assert (result.lower, result.upper) == mid_p(stats.nbinom(shape, shape / (shape + 12)).cdf, 200)

    def test_a_change_of_the_city_taken_from_few_cases_widens_the_range(self):
        """Fifty cases of the rest each time: squared CV (1 + 1/20)(1 + 1/50 + 1/50) − 1 = 0,092."""
        few = look([16, *[5.0] * 10], [60, *SIZES])
        result = found(expected_count(0, few, few))
        shape = 1 / 0.092
        assert (result.lower, result.upper) == mid_p(stats.nbinom(shape, shape / (shape + 12)).cdf, 200)
        calm = mid_p(stats.nbinom(20, 20 / 32).cdf, 200)
        assert result.upper > calm[1]

    def test_the_rest_of_the_city_and_the_months_move_it(self):
        """The rest fell from 1000 to 500 in as many months: a half; the area is looked at for twice as long: 12 × 1/2 × 2."""
        result = found(expected_count(0, look([16, *REST], [60, *SIZES]), look([9, *[50.0] * 10], [120, *SIZES])))
        assert (result.city_change, result.mean, result.carried) == pytest.approx((0.5, 12, 16))

    def test_a_share(self):
        """Level (10 + 5) / (10 + 10) = 0,75, variance 0,75 × 0,25 / 21; the rest did not change, with a variance of 4 / 500,5."""
        parts = [50.0] * 10
        result = found(expected_share(0, look([10, *parts], [10, *REST]), look([3, *parts], [40, *REST])))
        assert (result.mean, result.city_change) == pytest.approx((30, 1))
        assert result.carried == pytest.approx(40 * 10.5 / 11)
        variance = 0.75 * 0.25 / 21 + (0.75 * 0.25) ** 2 * 4 / 500.5
        strength = 0.75 * 0.25 / variance - 1
        assert (result.lower, result.upper) == mid_p(stats.betabinom(40, 0.75 * strength, 0.25 * strength).cdf, 41)

    def test_odds_of_the_rest_move_a_share(self):
        """Odds of the rest from 1 to 3: the odds of the level from 3 to 9, a share of 0,9."""
        result = found(expected_share(0, look([10, *[50.0] * 10], [10, *REST]), look([3, *[75.0] * 10], [40, *REST])))
        assert result.city_change == pytest.approx(3, rel=0.01)
        assert result.mean == pytest.approx(36, rel=0.001)


class TestRegression:
    BEFORE = (80, 101, 104, 96, 99, 98, 103, 107, 95, 102, 120)

    def test_the_worst_falls_and_the_best_rises_by_itself(self):
        sizes = [1000] * 11
        looks = look(self.BEFORE, sizes), look([100] * 11, sizes)
        worst, best = (found(expected_count(place, *looks)) for place in (10, 0))
        assert worst.regression < -5
        assert best.regression > 5

    def test_areas_that_do_not_differ_are_drawn_in_and_those_that_do_are_not(self):
        sizes = [10_000] * 12
        apart = [50, 400, 120, 800, 240, 90, 600, 150, 330, 70, 500, 900]
        level = found(expected_count(11, look(apart, sizes), look(apart, sizes)))
        assert level.mean / level.carried > 0.97

    def test_where_areas_move_by_themselves_the_range_is_wider(self):
        sizes, still = [10_000] * 12, [400] * 12
        moved = [200, 800, 250, 640, 300, 520, 180, 900, 400, 350, 460, 400]
        calm, wild = (found(expected_count(11, look(still, sizes), look(now, sizes))) for now in (still, moved))
        assert wild.drift > 0.3
        assert calm.drift < 0.1
        assert wild.upper - wild.lower > 3 * (calm.upper - calm.lower)


class TestRefusals:
    def test_an_area_without_a_number(self):
        assert expected_count(0, look([np.nan, *REST], [60, *SIZES]), look([1, *REST], [60, *SIZES])) == Refusal(
            Why.UNKNOWN, 0, 1
        )

    def test_too_few_areas(self):
        nine = look([100] * 9, [1000] * 9)
        assert expected_count(0, nine, nine) == Refusal(Why.FEW_AREAS, 9, 10)

    def test_a_rest_of_the_city_without_cases(self):
        assert expected_count(0, look([50] * 11, [*SIZES, 1000]), look([9, *[1] * 10], [*SIZES, 1000])) == Refusal(
            Why.FEW_IN_REST, 10, 30
        )

    def test_too_few_cases_to_be_told_from_chance(self):
        result = expected_count(0, look([2, *REST], [20, *SIZES]), look([2, *REST], [20, *SIZES]))
        assert isinstance(result, Refusal)
        assert (result.reason, result.needed) == (Why.THIN, 5.0)
        assert result.found < 5

    def test_a_whole_that_is_too_small(self):
        parts = [50.0] * 10
        assert expected_share(0, look([4, *parts], [9, *REST]), look([4, *parts], [40, *REST])) == Refusal(Why.THIN, 9, 10)

    def test_a_silent_neighbour_takes_no_part(self):
        with_gap = look([50, np.nan, *REST], [500, 100_000, *SIZES]), look([50, np.nan, *REST], [500, 100_000, *SIZES])
        without = look([50, *REST], [500, *SIZES]), look([50, *REST], [500, *SIZES])
        assert expected_count(0, *with_gap) == expected_count(0, *without)


class TestProperties:
    @settings(max_examples=40)
    @given(ROWS)
    def test_the_middle_lies_in_the_range_and_80_percent_inside_95(self, rows):
        looks = table(rows)
        wide, narrow = (found(expected_count(0, *looks, confidence)) for confidence in (0.95, 0.8))
        assert 0 <= wide.lower <= narrow.lower <= narrow.mean <= narrow.upper <= wide.upper

    @settings(max_examples=40)
    @given(ROWS, st.integers(0, 400))
    def test_what_became_of_the_area_itself_does_not_matter(self, rows, seen):
        (_, _, people), *rest = rows
        one, other = ([(rows[0][0], value, people), *rest] for value in (seen, rows[0][1]))
        assert expected_count(0, *table(one)) == expected_count(0, *table(other))

    @settings(max_examples=40)
    @given(ROWS)
    def test_smaller_counts_have_relatively_wider_ranges(self, rows):
        steady = [(before, before, people) for before, _, people in rows]
        small, large = (found(expected_count(0, *table(steady, times))) for times in (1, 9))
        assert (small.upper - small.lower + 1) / small.mean > (large.upper - large.lower - 1) / large.mean

    @settings(max_examples=40)
    @given(ROWS, st.randoms(use_true_random=False))
    def test_the_order_of_the_others_does_not_matter(self, rows, source):
        rest = rows[1:]
        source.shuffle(rest)
        one, other = (found(expected_count(0, *table(chosen))) for chosen in (rows, [rows[0], *rest]))
        assert (one.lower, one.upper) == (other.lower, other.upper)
        assert one.mean == pytest.approx(other.mean)

    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.integers(20, 80), st.integers(20, 80)), min_size=11, max_size=20))
    def test_a_share_and_what_is_left_of_it_mirror_each_other(self, parts):
        sizes = [100.0] * len(parts)
        before, now = (np.array(column, dtype=float) for column in zip(*parts, strict=True))
        part = found(expected_share(0, look(before, sizes), look(now, sizes)))
        left = found(expected_share(0, look(100 - before, sizes), look(100 - now, sizes)))
        assert (part.lower, part.upper) == (100 - left.upper, 100 - left.lower)
        assert 0 <= part.lower <= part.mean <= part.upper <= 100
