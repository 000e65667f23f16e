"""Ranks with their uncertainty: clear cases by hand, the rule of groups, and what is true of every table."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics.statistics.areal import LeftOut, Why
from ipsm_analytics.statistics.ranking import DRAWS, Ranking, Worse, draws, groups, rank, ranks
from ipsm_analytics.statistics.refusal import Refusal

TWO_CLASSES = [300] * 10 + [30] * 20
PEOPLE = [10_000] * 30
TABLES = st.lists(st.tuples(st.integers(0, 40), st.integers(100, 20_000)), min_size=20, max_size=30).filter(
    lambda pairs: any(cases for cases, _ in pairs)
)


@lru_cache
def two_classes(worse: Worse = Worse.HIGH) -> Ranking:
    return rank(TWO_CLASSES, PEOPLE, worse)


def test_the_greatest_has_rank_one():
    assert ranks(np.array([[3.0, 9, 5], [1, 2, 3]])).tolist() == [[3, 1, 2], [3, 2, 1]]


def test_ten_areas_far_worse_than_the_others_are_the_worst_ten_for_sure():
    found = two_classes()
    assert found.probability.tolist() == [1] * 10 + [0] * 20
    assert found.k == 10
    assert found.expected[:10] == pytest.approx([5.5] * 10, abs=0.3)
    assert found.expected[10:] == pytest.approx([20.5] * 20, abs=0.6)
    assert found.group.tolist() == [1] * 10 + [2] * 20
    assert set(zip(found.lower[:10], found.upper[:10], strict=True)) == {(1, 10)}
    assert (found.lower[10:] >= 11).all()


def test_low_rates_are_the_worst_where_low_is_bad():
    found = two_classes(Worse.LOW)
    assert found.probability[:10].tolist() == [0] * 10
    assert found.probability.sum() == pytest.approx(10)
    assert found.group.tolist() == [2] * 10 + [1] * 20


def test_alike_areas_share_the_chance_and_cannot_be_told_apart():
    found = rank([50] * 20, [10_000] * 20, Worse.HIGH)
    assert found.probability == pytest.approx([0.5] * 20, abs=0.04)
    assert found.median == pytest.approx([10.5] * 20, abs=1)
    assert found.group.tolist() == [1] * 20
    assert (found.upper - found.lower >= 17).all()


def test_the_order_follows_the_counts_of_areas_of_one_size():
    cases = np.arange(20) * 12
    found = rank(cases, [10_000] * 20, Worse.HIGH, k=5)
    assert (np.diff(found.expected) < 0).all()
    assert (np.diff(found.probability) >= 0).all()
    assert found.probability.sum() == pytest.approx(5)


def test_more_cases_make_an_area_more_probably_one_of_the_worst():
    chances = [rank([count, *range(20, 49)], PEOPLE, Worse.HIGH).probability[0] for count in (20, 30, 40, 60)]
    assert np.all(np.diff(chances) > 0.1)


def test_the_small_area_of_a_high_rate_is_less_certain_than_the_large_one():
    found = rank([4, 400, *[50] * 28], [500, 50_000, *[10_000] * 28], Worse.HIGH)
    assert found.upper[0] - found.lower[0] > found.upper[1] - found.lower[1]
    assert found.probability[1] > found.probability[0]


def test_areas_left_out_get_no_rank_and_change_none():
    found = rank([*TWO_CLASSES, np.nan, 5], [*PEOPLE, 100, 0], Worse.HIGH)
    assert found.left_out == (*(None,) * 30, LeftOut.NOT_REPORTED, LeftOut.NO_POPULATION)
    assert found.group[30:].tolist() == [0, 0]
    for name in ("probability", "expected", "median", "lower", "upper"):
        assert np.isnan(getattr(found, name)[30:]).all()
        assert getattr(found, name)[:30].tolist() == getattr(two_classes(), name).tolist()


def test_few_areas_and_no_case_are_refused():
    assert rank([5] * 19, [100] * 19, Worse.HIGH) == Refusal(Why.FEW_AREAS, 19, 20)
    assert rank([5] * 20 + [np.nan], [100] * 21, Worse.HIGH, k=20) == Refusal(Why.FEW_AREAS, 20, 21)
    assert rank([0] * 20, [100] * 20, Worse.HIGH) == Refusal(Why.NO_CASES, 0, 1)


def test_the_same_counts_always_give_the_same_ranks():
    cases, people = np.arange(20.0), np.full(20, 1000.0)
    assert draws(cases, people).tolist() == draws(cases, people).tolist()
    assert draws(cases, people, seed=1).tolist() != draws(cases, people).tolist()


def test_draws_have_the_mean_and_spread_of_the_counts_where_these_say_all():
    cases, people = np.array([400.0, 1600, 6400] * 7), np.full(21, 100_000.0)
    found = draws(cases, people) * 100_000
    assert found.shape == (DRAWS, 21)
    assert found.mean(axis=0) == pytest.approx(cases, rel=0.01)
    assert found.std(axis=0) == pytest.approx(np.sqrt(cases), rel=0.06)


@pytest.mark.parametrize(
    ("second", "third", "expected"),
    [
        (10, (10, 31.0), [1, 1, 1]),
        (10, (10, 21.0), [1, 1, 2]),
        (10, (4, 31.0), [1, 1, 2]),
        (4, (10, 21.0), [1, 2, 2]),
        (4, (4, 31.0), [1, 2, 3]),
    ],
)
def test_an_area_joins_a_group_only_if_it_may_be_the_worse_of_each_pair(second, third, expected):
    """A hundred draws of 30, 20 and 10: the second is the worst in the first few, the third is lifted in the last few."""
    badness = np.tile([30.0, 20, 10], (100, 1))
    badness[:second, 1] = 31
    badness[100 - third[0] :, 2] = third[1]
    assert groups(badness, np.arange(3)).tolist() == expected


def test_groups_are_numbered_along_the_list_and_not_by_place():
    assert groups(np.tile([1.0, 3, 2], (10, 1)), np.array([1, 2, 0])).tolist() == [3, 1, 2]


@given(TABLES, st.integers(1, 12))
@settings(max_examples=12)
def test_chances_sum_to_k_and_ranks_to_those_there_are(pairs: list[tuple[int, int]], k: int):
    cases, people = zip(*pairs, strict=True)
    found, number = rank(cases, people, Worse.HIGH, k), len(pairs)
    assert found.probability.sum() == pytest.approx(k)
    assert found.expected.sum() == pytest.approx(number * (number + 1) / 2)
    assert ((found.lower >= 1) & (found.lower <= found.median) & (found.median <= found.upper)).all()
    assert (found.upper <= number).all()
    along = found.group[found.expected.argsort(kind="stable")]
    assert along[0] == 1
    assert set(np.diff(along)) <= {0, 1}


@given(TABLES, st.sampled_from([0.25, 2, 8]))
@settings(max_examples=12)
def test_cases_per_other_unit_of_population_give_the_same_ranks(pairs: list[tuple[int, int]], scale: float):
    cases, people = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found, scaled = rank(cases, people, Worse.HIGH), rank(cases, people * scale, Worse.HIGH)
    for name in ("probability", "expected", "lower", "upper", "group"):
        assert getattr(scaled, name).tolist() == getattr(found, name).tolist()


@given(TABLES)
@settings(max_examples=12)
def test_the_other_end_turns_the_list_about(pairs: list[tuple[int, int]]):
    cases, people = zip(*pairs, strict=True)
    high, low = (rank(cases, people, worse) for worse in Worse)
    assert high.expected + low.expected == pytest.approx([len(pairs) + 1] * len(pairs))
