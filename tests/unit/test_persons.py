"""Repeat events of persons widen the limits of a count of cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures.intervals import byar, exact, widened
from ipsm_analytics.statistics.persons import dispersion
from tests.unit.test_intervals import oracle

tallies = st.lists(st.integers(0, 60), min_size=1, max_size=6)
PUBLISHED = oracle("selang_pasti.csv")


@pytest.mark.parametrize("row", PUBLISHED, ids=[row["kasus"] for row in PUBLISHED])
def test_exact_limits_are_those_published(row: dict[str, str]):
    scale = float(row["pengali"]) / float(row["penyebut"])
    found = [float(bound) * scale for bound in exact(float(row["hitungan"]), float(row["keyakinan"]))]
    assert found == pytest.approx([float(row["bawah"]), float(row["atas"])], rel=1e-9, abs=0)


def test_a_missing_count_has_missing_limits():
    assert np.isnan(exact(np.nan)).all()
    assert np.isnan(widened(np.nan, 2)).all()


def test_dispersion_adds_up_by_hand():
    assert dispersion([1, 1, 2]) == pytest.approx((1 + 1 + 4) / 4)
    assert dispersion([1, 2], [2, 1]) == dispersion([1, 1, 2])
    assert dispersion([]) == dispersion([0, 0]) == 1


@given(tallies)
def test_dispersion_is_one_only_where_nobody_returns(persons: list[int]):
    cases = np.arange(1, len(persons) + 1)
    factor = dispersion(cases, persons)
    assert (factor == 1) == (sum(persons[1:]) == 0)
    assert 1 <= factor <= len(persons)
    assert factor == pytest.approx(dispersion(np.repeat(cases, persons)))


def test_an_area_of_one_person_seen_four_times_is_wide():
    lower, upper = widened(4, dispersion([4]))
    assert (float(lower), float(upper)) == pytest.approx((0.1874, 18.807), abs=0.001)
    assert lower < byar(4)[0]


@given(st.integers(0, 5000), st.floats(1, 30))
def test_the_widened_limits_hold_the_count_and_widen_with_the_factor(count: int, factor: float):
    lower, upper = widened(count, [factor, factor * 1.5])
    assert 0 <= lower[1] <= lower[0] <= count <= upper[0] <= upper[1]


@pytest.mark.parametrize(("cases", "persons"), [([1, 2], [1]), ([-1], [1]), ([[1]], None), ([1], [-1])])
def test_lists_that_do_not_fit_are_refused(cases, persons):
    with pytest.raises(InternalError):
        dispersion(cases, persons)
