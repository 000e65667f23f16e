"""Slope index, Gini and gaps: by hand, against published figures, and their refusals."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.statistics.inequality import Reason, gap, gini, midpoints, rate_error, slope
from ipsm_analytics.statistics.refusal import Refusal
from tests.unit.test_intervals import oracle

CASES = {key: list(rows) for key, rows in groupby(oracle("indeks_kemiringan.csv"), key=lambda row: row["kasus"])}


def numbers(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name] or "nan") for row in rows])


def errors(rows: list[dict[str, str]]) -> np.ndarray:
    """Standard errors on the scale of the values: as given, or from limits that are even on the log or logit scale."""
    value, low, high = (numbers(rows, name) for name in ("nilai", "bawah", "atas"))
    if rows[0]["jenis"] == "rate":
        return value * np.log(high / low) / (2 * 1.959964)
    if rows[0]["jenis"] == "proportion":
        return value * (1 - value) * np.log(high / (1 - high) / (low / (1 - low))) / (2 * 1.959964)
    given_error = numbers(rows, "galat")
    return np.where(np.isfinite(given_error), given_error, (high - low) / (2 * 1.959964))


@pytest.mark.parametrize("case", CASES)
def test_slope_and_relative_index_are_those_published(case: str):
    rows = CASES[case]
    error = errors(rows)
    found = slope(numbers(rows, "nilai"), numbers(rows, "penduduk"), numbers(rows, "rank"), error, least=5)
    assert (found.sii.value, found.rii.value) == pytest.approx((float(rows[0]["sii"]), float(rows[0]["rii"])), rel=1e-9)


@pytest.mark.parametrize("case", [key for key, rows in CASES.items() if rows[0]["sii_bawah"]])
def test_the_intervals_are_those_simulated(case: str):
    rows = CASES[case]
    confidence = float(rows[0]["keyakinan"]) / 100
    found = slope(numbers(rows, "nilai"), numbers(rows, "penduduk"), numbers(rows, "rank"), errors(rows), confidence)
    for name in ("sii", "rii"):
        estimate = getattr(found, name)
        expected = [float(rows[0][f"{name}_bawah"]), float(rows[0][f"{name}_atas"])]
        assert [estimate.lower, estimate.upper] == pytest.approx(expected, rel=0.05)


def test_midpoints_add_up_by_hand_and_equal_ranks_share_one():
    assert midpoints([10, 20, 30, 40], [4, 1, 3, 3]).tolist() == pytest.approx([0.95, 0.1, 0.55, 0.55])


def test_equal_ranks_may_come_in_any_order():
    values, people, rank = np.arange(12.0), np.arange(12.0) + 5, np.repeat([1, 2, 3], 4)
    forward, back = slope(values, people, rank, np.ones(12)), slope(values[::-1], people[::-1], rank[::-1], np.ones(12))
    assert forward.sii.value == pytest.approx(back.sii.value)


def test_values_on_a_line_give_the_line():
    x = (np.arange(20) + 0.5) / 20
    found = slope(2 + 3 * x, np.ones(20), np.arange(20), np.zeros(20))
    assert (found.intercept, found.sii.value, found.rii.value) == pytest.approx((2, 3, 2.5))
    assert (found.sii.lower, found.rii.upper) == pytest.approx((3, 2.5))


def test_a_ratio_over_what_may_be_nothing_has_no_bounds():
    found = slope(np.r_[np.zeros(10), np.ones(10)], np.ones(20), np.arange(20), np.ones(20) * 5)
    assert np.isnan(found.rii.lower)
    assert np.isfinite(found.sii.lower)


def test_too_few_areas_and_equal_ranks_are_refused():
    few, one = np.r_[np.ones(9), np.nan], np.ones(12)
    assert slope(few, np.ones(10), np.arange(10), few) == Refusal(Reason.FEW_AREAS, 9, 10)
    assert slope(one, one, one, one) == Refusal(Reason.ONE_RANK, 1, 2)
    assert gini(few, np.ones(10)) == gap(few, np.ones(10)) == Refusal(Reason.FEW_AREAS, 9, 10)
    assert gini(one * 0, one) == gap(one * 0, one) == Refusal(Reason.NO_CASES, 0, 1)


def test_gini_adds_up_by_hand():
    assert gini([0.0] * 9 + [10], np.ones(10)).observed == pytest.approx(0.9)
    assert gini([0, 1], [1, 1], least=2).observed == pytest.approx(0.5)
    assert gini([3, 3], [3, 1], least=2).observed == pytest.approx(0.25)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(100, 1000)), min_size=10, max_size=25))
def test_gini_is_between_0_and_1_and_its_interval_in_order(pairs: list[tuple[int, int]]):
    cases, people = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found, turned = gini(cases, people), gini(cases[::-1], people[::-1])
    if isinstance(found, Refusal):
        assert found.reason is Reason.NO_CASES
        return
    assert -1e-9 <= found.observed < 1
    assert 0 <= found.lower <= found.value <= found.upper < 1
    assert turned.observed == pytest.approx(found.observed, abs=1e-9)


def test_an_area_split_in_two_of_the_same_rate_changes_nothing():
    cases, people = np.arange(1.0, 13) * 10, np.full(12, 10.0)
    split = gini(np.r_[cases[:-1], cases[-1] * 0.4, cases[-1] * 0.6], np.r_[people[:-1], 4, 6])
    assert split.observed == pytest.approx(gini(cases, people).observed)


def test_gaps_add_up_by_hand():
    cases, people = np.arange(1.0, 11) * 100, np.full(10, 1000.0)
    found = gap(cases, people)
    assert found.spread.observed == pytest.approx(0.9)
    assert found.fifths.observed == pytest.approx(0.95 - 0.15)
    assert found.ratio.observed == pytest.approx(0.9 / 0.1)
    assert found.spread.lower <= 0.9 <= found.spread.upper
    assert found == gap(cases, people)


def test_areas_of_one_true_rate_are_seen_to_be_nearly_equal():
    counts = np.random.default_rng(3).poisson(20, 153).astype(float)
    found, index = gap(counts, np.full(153, 1000.0)), gini(counts, np.full(153, 1000.0))
    assert found.fifths.lower < 0.2 * found.fifths.observed
    assert index.lower < 0.2 * index.observed


def test_repeat_events_leave_less_of_a_gap():
    counts, people = np.r_[np.full(20, 30.0), np.full(20, 50.0)], np.full(40, 1000.0)
    assert gini(counts, people, dispersion=3).value < gini(counts, people).value


def test_a_ratio_over_a_tenth_without_cases_is_not_observed():
    found = gap(np.r_[np.zeros(5), np.full(15, 30.0)], np.full(20, 1000.0))
    assert np.isnan(found.ratio.observed)
    assert found.ratio.lower > 1


def test_the_error_of_a_rate_adds_up_by_hand():
    assert rate_error([4, 0], [100, 100], 4).tolist() == [0.04, 0]
