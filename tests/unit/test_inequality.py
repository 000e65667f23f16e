"""Slope index, Gini and gaps: by hand, against published figures, and their refusals."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.statistics.inequality import Reason, Refusal, gap, gini, midpoints, rate_error, slope
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
    assert gini([0.0] * 9 + [1.0], np.ones(10)).value == pytest.approx(0.9)
    assert gini([0.0, 1.0], [1, 1], least=2).value == pytest.approx(0.5)
    assert gini([1.0, 3.0], [3, 1], least=2).value == pytest.approx(0.25)


@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(1, 1000)), min_size=10, max_size=25))
def test_gini_is_between_0_and_1_and_knows_no_unit(pairs: list[tuple[float, int]]):
    values, people = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found, scaled = gini(values, people), gini(values * 7, people)
    assert -1e-9 <= found.value < 1
    assert found.lower <= found.value + 1e-9 <= found.upper + 2e-9
    assert scaled.value == pytest.approx(found.value, abs=1e-9)


def test_an_area_split_in_two_of_the_same_rate_changes_nothing():
    values, people = np.arange(1.0, 13), np.full(12, 10.0)
    split = gini(np.r_[values, values[-1]], np.r_[people[:-1], 4, 6])
    assert split.value == pytest.approx(gini(values, people).value)


def test_gaps_add_up_by_hand():
    found = gap(np.arange(1.0, 11) * 100, np.full(10, 1000.0))
    assert found.spread.value == pytest.approx(0.9)
    assert found.fifths.value == pytest.approx(0.95 - 0.15)
    assert found.ratio.value == pytest.approx(0.9 / 0.1)
    assert found.spread.lower <= 0.9 <= found.spread.upper
    assert found == gap(np.arange(1.0, 11) * 100, np.full(10, 1000.0))


def test_gaps_of_equal_areas_reach_down_to_little():
    counts = np.random.default_rng(3).poisson(20, 153).astype(float)
    found = gap(counts, np.full(153, 1000.0))
    assert found.fifths.lower < 0.5 * found.fifths.value


def test_the_error_of_a_rate_adds_up_by_hand():
    assert rate_error([4, 0], [100, 100], 4).tolist() == [0.04, 0]
