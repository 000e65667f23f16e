"""Repeat events of persons widen the limits of a count of cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures.intervals import byar, exact, widened
from ipsm_analytics.statistics.persons import bootstrap, dispersion, limits
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


def test_one_case_a_person_gives_the_plain_limits():
    plain = tuple(float(bound) for bound in byar(40))
    assert bootstrap(np.ones(40)) == plain
    assert tuple(float(bound) for bound in limits(40, 1.0)) == pytest.approx(plain, rel=1e-12)


def test_the_factor_and_the_bootstrap_agree():
    cases, persons = [1, 2, 5], [200, 60, 20]
    low, high = bootstrap(cases, persons)
    closed = limits(420, dispersion(cases, persons))
    assert (low, high) == pytest.approx([float(bound) for bound in closed], rel=0.015)
    assert (low, high) == bootstrap(cases, persons)


def test_an_area_of_one_person_seen_four_times_is_wide():
    lower, upper = limits(4, dispersion([4]))
    assert (float(lower), float(upper)) == pytest.approx((float(lower), 18.6), abs=0.9)
    assert lower < byar(4)[0]


@given(tallies)
def test_the_limits_never_lie_inside_the_plain_ones(persons: list[int]):
    cases = np.arange(1, len(persons) + 1)
    count = float(cases @ np.array(persons))
    plain = byar(count)
    for low, high in (limits(count, dispersion(cases, persons)), bootstrap(cases, persons, draws=200)):
        assert low <= plain[0] + 1e-9
        assert high >= plain[1] - 1e-9


@given(st.integers(0, 5000), st.floats(1, 30))
def test_the_widened_limits_hold_the_count_and_widen_with_the_factor(count: int, factor: float):
    lower, upper = widened(count, [factor, factor * 1.5])
    assert 0 <= lower[1] <= lower[0] <= count <= upper[0] <= upper[1]


@pytest.mark.parametrize(("cases", "persons"), [([1, 2], [1]), ([-1], [1]), ([[1]], None), ([1], [-1])])
def test_lists_that_do_not_fit_are_refused(cases, persons):
    with pytest.raises(InternalError):
        dispersion(cases, persons)
