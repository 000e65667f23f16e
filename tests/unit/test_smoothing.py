"""Smoothed rates: by hand, who is left out and who is drawn where, and what is true of every table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipsm_analytics.errors import InternalError
from ipsm_analytics.statistics.areal import LeftOut, Why
from ipsm_analytics.statistics.heterogeneity import Grid, city_posterior, local_grid, log_likelihood, matched_gamma, normalised
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.smoothing import moments, smooth

FOUR = [20, 40, 60, 80]
THOUSANDS = np.full(12, 1000)
TABLES = st.lists(st.tuples(st.integers(0, 60), st.integers(100, 20_000)), min_size=10, max_size=25).filter(
    lambda pairs: any(cases for cases, _ in pairs)
)


def ring(number: int) -> np.ndarray:
    turned = np.roll(np.eye(number, dtype=bool), 1, axis=1)
    return turned | turned.T


def triangles(number: int) -> np.ndarray:
    return np.kron(np.eye(number, dtype=bool), ~np.eye(3, dtype=bool))


def test_mean_and_variance_between_areas_add_up_by_hand():
    """Mean 100/4000; (1000·0.015² + 3000·0.005²)/4000 = 0.000075, less 0.025/2000."""
    mean, variance = moments(np.array([10.0, 90]), np.array([1000.0, 3000]), np.ones((2, 2), dtype=bool))
    assert mean == pytest.approx([0.025, 0.025])
    assert variance == pytest.approx([0.0000625, 0.0000625])


def test_smoothed_rates_of_four_areas_three_times_over_add_up_by_hand():
    """Mean 0.05, variance 0.0005 − 0.05/1000 = 0.00045, weight 0.00045/(0.00045 + 0.00005) = 0.9."""
    found = smooth(FOUR * 3, THOUSANDS)
    assert found.raw == pytest.approx([0.02, 0.04, 0.06, 0.08] * 3)
    assert found.mean == pytest.approx([0.05] * 12)
    assert found.variance == pytest.approx([0.00045] * 12)
    assert found.weight == pytest.approx([0.9] * 12)
    assert found.rate == pytest.approx([0.023, 0.041, 0.059, 0.077] * 3)
    assert not found.local.any()
    assert found.left_out == (None,) * 12


def test_the_smaller_of_two_areas_of_one_rate_is_drawn_further():
    found = smooth([10, 90] * 5, [1000, 3000] * 5)
    assert found.weight[:2] == pytest.approx([5 / 7, 15 / 17])
    assert found.rate[:2] == pytest.approx([0.01 * 5 / 7 + 0.025 * 2 / 7, 0.03 * 15 / 17 + 0.025 * 2 / 17])


def test_rates_that_differ_no_more_than_chance_all_become_the_mean():
    found = smooth([5] * 12, THOUSANDS)
    assert found.variance.tolist() == found.weight.tolist() == [0] * 12
    assert found.rate == pytest.approx([0.005] * 12)
    assert (found.lower < found.rate).all()
    assert (found.upper > found.rate).all()


def test_with_neighbours_an_area_is_drawn_towards_itself_and_them():
    """Triangles of 20, 40, 60: mean 0.04, variance 0.0008/3 − 0.04/1000, weight 0.85."""
    found = smooth([20, 40, 60] * 4, THOUSANDS, triangles(4))
    assert found.local.all()
    assert found.variance == pytest.approx([0.0008 / 3 - 0.00004] * 12)
    assert found.weight == pytest.approx([0.85] * 12)
    assert found.rate == pytest.approx([0.023, 0.04, 0.057] * 4)


def test_islands_and_areas_with_one_neighbour_that_takes_part_are_drawn_towards_the_city():
    cases, near = np.array([*[20.0, 40, 60] * 4, 0, 0]), np.zeros((14, 14), dtype=bool)
    near[:12, :12] = triangles(4)
    near[[12, 13], [13, 12]] = True
    cases[2] = np.nan
    found = smooth(cases, np.full(14, 1000), near)
    assert np.flatnonzero(~found.local).tolist() == [0, 1, 2, 12, 13]
    city = 420 / 13_000
    assert found.mean[[0, 1, 12, 13]] == pytest.approx([city] * 4)
    assert found.mean[3:12] == pytest.approx([0.04] * 9)
    alone = smooth(cases, np.full(14, 1000))
    for name in ("rate", "lower", "upper"):
        assert getattr(found, name)[[0, 1, 12, 13]] == pytest.approx(getattr(alone, name)[[0, 1, 12, 13]])


def test_unreported_areas_and_areas_without_people_get_no_number_and_change_none():
    cases, people = [*FOUR * 3, np.nan, 7, 8], [*THOUSANDS, 500, 0, np.nan]
    found, without = smooth(cases, people), smooth(FOUR * 3, THOUSANDS)
    assert found.left_out == (*(None,) * 12, LeftOut.NOT_REPORTED, LeftOut.NO_POPULATION, LeftOut.NO_POPULATION)
    for name in ("raw", "rate", "weight", "lower", "upper", "mean", "variance"):
        values = getattr(found, name)
        assert np.isnan(values[12:]).all()
        assert values[:12].tolist() == getattr(without, name).tolist()


def test_no_case_reported_is_a_count():
    found = smooth([0, *FOUR * 3], [1000] * 13)
    assert found.raw[0] == 0
    assert 0 < found.rate[0] < 0.02
    assert found.left_out[0] is None


def test_few_areas_and_no_case_are_refused():
    assert smooth([3] * 9 + [np.nan], [1000] * 10) == Refusal(Why.FEW_AREAS, 9, 10)
    assert smooth([0] * 10, [1000] * 10) == Refusal(Why.NO_CASES, 0, 1)


@pytest.mark.parametrize(("counts", "people"), [([1, 2], [3]), ([-1], [5]), ([1], [-5]), ([[1]], [[1]])])
def test_what_cannot_be_counts_of_the_same_areas_is_an_error(counts, people):
    with pytest.raises(InternalError, match="no counts of the same areas"):
        smooth(counts, people)


def test_a_higher_confidence_is_wider():
    narrow, wide = (smooth(FOUR * 3, THOUSANDS, confidence=level) for level in (0.8, 0.95))
    assert (wide.lower < narrow.lower).all()
    assert (wide.upper > narrow.upper).all()


def test_the_interval_is_near_that_of_the_count_where_the_count_says_all():
    """Rates far apart and many cases: the smoothed interval is the gamma of the count alone, to two hundredths."""
    cases = np.array([400, 1600, 6400] * 4)
    found = smooth(cases, np.full(12, 100_000))
    assert found.lower * 100_000 == pytest.approx(stats.gamma.ppf(0.025, cases), rel=0.02)
    assert found.upper * 100_000 == pytest.approx(stats.gamma.ppf(0.975, cases), rel=0.02)
    assert stats.gamma.cdf(found.lower * 100_000, cases) == pytest.approx([0.025] * 12, abs=0.01)
    assert stats.gamma.cdf(found.upper * 100_000, cases) == pytest.approx([0.975] * 12, abs=0.01)


def test_the_likelihood_is_the_negative_binomial():
    """Apart from the term of the count alone, log k!."""
    counts, people = np.array([0.0, 3, 11]), np.array([100.0, 400, 250])
    grid = Grid(np.array([0.5, 4.0]), np.array([0.02, 0.01]), np.zeros(2))
    found = log_likelihood(counts, people, grid)
    for area in range(3):
        share = grid.shape / (grid.shape + people[area] * grid.mean)
        expected = stats.nbinom.logpmf(counts[area], grid.shape, share) + np.log(np.arange(1, counts[area] + 1)).sum()
        assert found[area] == pytest.approx(expected)


def test_one_prior_gives_its_gamma_and_two_give_mean_and_variance_of_the_mixture():
    """3 cases of 100, shape 2, mean 0.02: gamma(5, 200). With gamma(7, 300) in equal parts: mean 29/1200, E x² by hand."""
    counts, people = np.array([3.0]), np.array([100.0])
    one = matched_gamma(counts, people, Grid(np.array([2.0]), np.array([0.02]), np.zeros(1)), np.ones(1))
    assert np.ravel(one) == pytest.approx([5, 200])
    two = Grid(np.array([2.0, 4.0]), np.array([0.02, 0.02]), np.zeros(2))
    shape, rate = matched_gamma(counts, people, two, np.array([0.5, 0.5]))
    mean, square = (5 / 200 + 7 / 300) / 2, (5 * 6 / 200**2 + 7 * 8 / 300**2) / 2
    assert shape / rate == pytest.approx([mean])
    assert shape / rate**2 == pytest.approx([square - mean**2])


def test_the_posterior_of_the_city_knows_equal_from_unequal():
    people = np.full(150, 10_000.0)
    source = np.random.default_rng(3)
    for rates, low, high in ((np.full(150, 1e-3), 0, 0.2), (source.gamma(4, 0.25e-3, 150), 0.4, 0.6)):
        grid, weight = city_posterior(source.poisson(rates * people).astype(float), people)
        assert weight.sum() == pytest.approx(1)
        assert low <= (weight * grid.shape**-0.5).sum() <= high
        assert (weight * grid.mean).sum() == pytest.approx(rates.mean(), rel=0.05)


def test_weights_of_very_unlikely_priors_still_sum_to_one():
    assert normalised(np.array([[-5000.0, -5000.0], [0.0, -5000.0]])).tolist() == [[0.5, 0.5], [1, 0]]
    grid = local_grid(0.01, 0.02)
    assert (grid.mean.min(), grid.mean.max()) == pytest.approx((0.0025, 0.08))


@given(TABLES, st.booleans())
@settings(max_examples=40)
def test_smoothed_lies_between_raw_and_mean_and_within_its_interval(pairs: list[tuple[int, int]], local: bool):
    cases, people = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found = smooth(cases, people, ring(len(cases)) if local else None)
    slack = 1e-12
    assert (found.rate >= np.minimum(found.raw, found.mean) - slack).all()
    assert (found.rate <= np.maximum(found.raw, found.mean) + slack).all()
    assert ((found.weight >= 0) & (found.weight < 1)).all()
    assert ((found.lower <= found.rate) & (found.rate <= found.upper)).all()
    assert (found.lower >= 0).all()
    assert found.local.all() == local


@given(TABLES)
@settings(max_examples=15)
def test_cases_per_person_and_per_pair_of_persons_tell_the_same(pairs: list[tuple[int, int]]):
    cases, people = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found, halved = smooth(cases, people), smooth(cases, people * 2)
    assert halved.weight == pytest.approx(found.weight)
    for name in ("raw", "rate", "lower", "upper"):
        assert getattr(halved, name) * 2 == pytest.approx(getattr(found, name))


@given(TABLES, st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_the_areas_does_not_matter(pairs: list[tuple[int, int]], random):
    order = list(range(len(pairs)))
    random.shuffle(order)
    cases, people = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    near = ring(len(cases))
    found, shuffled = smooth(cases, people, near), smooth(cases[order], people[order], near[np.ix_(order, order)])
    for name in ("rate", "lower", "upper"):
        assert getattr(shuffled, name) == pytest.approx(getattr(found, name)[order])
