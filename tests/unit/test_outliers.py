"""Counts far from their own history, and when nothing is said."""

from math import nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.statistics.outliers import LEAST_MONTHS, LIMIT, outliers, spread

COUNTS = st.lists(st.integers(0, 200).map(float), min_size=LEAST_MONTHS, max_size=40)


def test_the_modified_z_of_iglewicz_and_hoaglin():
    history = [100, 130, 70, 160, 40, 100, 130, 70, 160, 40, 100, 300]
    assert spread(history) == pytest.approx(30 / 0.6745)
    [found] = outliers(history)
    assert (found.position, found.count) == (11, 300)
    assert found.z == pytest.approx(0.6745 * 200 / 30)
    assert (found.low, found.high) == (0, 255)


def test_a_quiet_history_is_held_against_chance():
    assert spread([9.0] * 12) == 3
    assert spread([0.0] * 12) == 1
    assert outliers([0.0] * 11 + [2.0]) == []
    [found] = outliers([0.0] * 11 + [4.0])
    assert (found.low, found.high, found.z) == (0, 3, 4)


def test_a_fall_is_marked_below():
    [found] = outliers([100.0] * 12 + [60.0])
    assert (found.count, found.low, found.high) == (60, 65, 135)
    assert found.z == pytest.approx(-4)


def test_a_month_without_a_report_is_left_out_and_keeps_its_place():
    [found] = outliers([nan, *[0.0] * 11, nan, 9.0])
    assert found.position == 13


def test_a_short_history_is_not_judged():
    assert outliers([1.0] * (LEAST_MONTHS - 1) + [nan]) is None
    assert outliers([]) is None
    assert outliers([1.0] * LEAST_MONTHS) == []


@given(COUNTS)
def test_what_is_out_of_the_usual_range_is_listed_and_nothing_else(history: list[float]):
    found = outliers(history)
    outside = {item.position for item in found}
    for position, count in enumerate(history):
        middle, unit = sorted(history), spread(history)
        centre = (middle[(len(middle) - 1) // 2] + middle[len(middle) // 2]) / 2
        assert (position in outside) == (abs(count - centre) > LIMIT * unit)
    assert all(not item.low <= item.count <= item.high for item in found)


@given(COUNTS)
def test_the_spread_is_never_below_chance(history: list[float]):
    middle = sorted(history)
    centre = (middle[(len(middle) - 1) // 2] + middle[len(middle) // 2]) / 2
    assert spread(history) >= sqrt(max(centre, 1))


@given(COUNTS, st.randoms())
def test_the_order_of_months_does_not_matter(history: list[float], random):
    shuffled = list(history)
    random.shuffle(shuffled)
    assert sorted((item.count, item.z) for item in outliers(history)) == sorted(
        (item.count, item.z) for item in outliers(shuffled)
    )
