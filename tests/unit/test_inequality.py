"""Slope index, Gini and gaps: by hand, against published figures, and their refusals."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from ipsm_analytics.statistics.inequality import Reason, gap, gini, midpoints, rate_error, slope
from ipsm_analytics.statistics.refusal import Refusal
from tests.unit.test_intervals import oracle

BENT = {key: list(rows) for key, rows in groupby(oracle("indeks_lengkung.csv"), key=lambda row: row["kasus"])}
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


@pytest.mark.parametrize("case", BENT)
def test_of_values_on_a_curve_the_ends_of_the_line_of_their_logarithms_are_those_published(case: str):
    """Rates fall along a curve: the line is laid through logs (shares: logits), its ends are taken back and compared."""
    rows = BENT[case]
    value, times = numbers(rows, "nilai"), float(rows[0]["pengali"])
    logit = rows[0]["skala"] == "logit"
    bent = special.logit(value) if logit else np.log(value)
    found = slope(bent, numbers(rows, "penduduk"), numbers(rows, "rank"), numbers(rows, "galat"))
    start, end = ((special.expit if logit else np.exp)(part) for part in (found.intercept, found.intercept + found.sii.value))
    ratio = start / end if times < 0 else end / start
    assert start == pytest.approx(float(rows[0]["titik_potong"]), rel=1e-9)
    assert times * (end - start) == pytest.approx(float(rows[0]["sii"]), rel=1e-9)
    assert ratio == pytest.approx(float(rows[0]["rii"]), rel=1e-9)


@pytest.mark.parametrize("case", [key for key, rows in BENT.items() if rows[0]["skala"] == "log"])
def test_the_interval_of_a_line_through_logarithms_is_that_simulated(case: str):
    rows = BENT[case]
    found = slope(np.log(numbers(rows, "nilai")), *(numbers(rows, name) for name in ("penduduk", "rank", "galat"))).sii
    bounds = sorted(np.exp(np.array([found.lower, found.upper]) * float(rows[0]["pengali"])))
    assert bounds == pytest.approx([float(rows[0]["rii_bawah"]), float(rows[0]["rii_atas"])], rel=0.05)


class TestBent:
    """Values that are not on a line, with sums that can be done by hand; four areas of one size stand at 1/8, 3/8, 5/8, 7/8."""

    def test_a_valley_has_no_slope(self):
        found = slope([4, 0, 0, 4], np.ones(4), np.arange(4), np.zeros(4), least=4)
        assert (found.sii.value, found.rii.value, found.intercept) == pytest.approx((0, 1, 2))

    def test_up_and_down_by_hand(self):
        """Values 2, 3, 8, 7: Σ(x - ½)y = 20/8 and Σ(x - ½)² = 20/64, so 8; mean 5, so from 1 to 9; errors 1 give √3.2."""
        found = slope([2, 3, 8, 7], np.ones(4) * 500, [1, 2, 3, 4], np.ones(4), least=4)
        assert (found.sii.value, found.rii.value, found.intercept) == pytest.approx((8, 9, 1))
        assert (found.sii.lower, found.sii.upper) == pytest.approx((8 - 1.959964 * 3.2**0.5, 8 + 1.959964 * 3.2**0.5))

    def test_areas_of_different_size_by_hand(self):
        """Sizes 1, 2, 3, 4 stand at 0.05, 0.2, 0.45, 0.8; values 6, 2, 2, 6: 0.30 / 0.075 = 4, mean 4, so from 2 to 6."""
        found = slope([6, 2, 2, 6], [100, 200, 300, 400], [3, 5, 6, 9], np.zeros(4), least=4)
        assert (found.sii.value, found.rii.value, found.intercept) == pytest.approx((4, 3, 2))

    def test_a_line_that_begins_below_nothing_has_no_ratio(self):
        """Values 1, 4, 9, 16: slope 20, mean 7.5, so the line begins at -2.5."""
        found = slope([1, 4, 9, 16], np.ones(4), np.arange(4), np.zeros(4), least=4)
        assert (found.sii.value, found.intercept) == pytest.approx((20, -2.5))
        assert np.isnan([found.rii.value, found.rii.lower, found.rii.upper]).all()

    def test_of_a_steep_curve_it_is_the_line_through_it_that_is_told(self):
        """Of e^(2x) the best line has slope 12 ∫(x - ½) e^(2x) dx = 6 and mean (e² - 1) / 2."""
        x = (np.arange(4000) + 0.5) / 4000
        found = slope(np.exp(2 * x), np.ones(4000), np.arange(4000), np.zeros(4000))
        start = (np.e**2 - 1) / 2 - 3
        assert (found.sii.value, found.intercept) == pytest.approx((6, start), rel=1e-5)
        assert found.rii.value == pytest.approx((start + 6) / start, rel=1e-4)


ROWS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 5000), st.integers(1, 8), st.integers(1, 9)), min_size=10, max_size=30
)


def laid(rows: list[tuple[int, ...]]) -> tuple[np.ndarray, ...]:
    """Values, populations, ranks and errors, of which at least two ranks differ."""
    value, people, rank, error = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return value, people, np.append(rank[:-1], rank[0] + 1), error


@given(ROWS)
def test_the_line_is_that_of_weighted_least_squares(rows: list[tuple[int, ...]]):
    value, people, rank, error = laid(rows)
    found = slope(value, people, rank, error)
    steep, start = np.polyfit(midpoints(people, rank), value, 1, w=np.sqrt(people))
    assert (found.sii.value, found.intercept) == pytest.approx((steep, start), rel=1e-6, abs=1e-6)


@given(ROWS, st.floats(0.01, 100), st.floats(0.1, 10))
def test_the_unit_of_the_values_and_the_size_of_the_city_change_no_ratio(rows: list[tuple[int, ...]], unit: float, size: float):
    value, people, rank, error = laid(rows)
    plain, scaled = slope(value, people, rank, error), slope(value * unit, people * size, rank * 2 + 7, error * unit)
    for name in ("value", "lower", "upper"):
        assert getattr(scaled.sii, name) == pytest.approx(unit * getattr(plain.sii, name), rel=1e-6, abs=1e-6 * unit)
    if np.isfinite(plain.rii.lower) and plain.intercept > 1:
        assert vars(scaled.rii) == pytest.approx(vars(plain.rii), rel=1e-4)


@given(ROWS)
def test_the_order_turned_round_turns_the_sign_and_the_ratio(rows: list[tuple[int, ...]]):
    value, people, rank, error = laid(rows)
    there, back = slope(value, people, rank, error), slope(value, people, -rank, error)
    expected = [-there.sii.value, -there.sii.upper, -there.sii.lower]
    assert [back.sii.value, back.sii.lower, back.sii.upper] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert back.intercept == pytest.approx(there.intercept + there.sii.value, rel=1e-6, abs=1e-6)
    bounded = np.isfinite([there.rii.lower, back.rii.lower]).all() and min(there.intercept, back.intercept) > 1
    if bounded and there.rii.lower > 0.01:
        expected = [1 / there.rii.value, 1 / there.rii.upper, 1 / there.rii.lower]
        assert [back.rii.value, back.rii.lower, back.rii.upper] == pytest.approx(expected, rel=1e-4)


@given(ROWS, st.integers(1, 1000))
def test_equal_rates_have_no_slope_and_a_ratio_of_one(rows: list[tuple[int, ...]], level: int):
    value, people, rank, error = laid(rows)
    found = slope(np.full(len(value), float(level)), people, rank, error)
    assert (found.sii.value, found.rii.value) == pytest.approx((0, 1), abs=1e-6)
    assert found.sii.lower < 0 < found.sii.upper
    raised, plain = slope(value + level, people, rank, error), slope(value, people, rank, error)
    assert raised.sii.value == pytest.approx(plain.sii.value, rel=1e-6, abs=1e-6)


@given(ROWS)
def test_areas_of_one_rank_count_as_one_area(rows: list[tuple[int, ...]]):
    value, people, rank, error = laid(rows)
    ranks = np.unique(rank)
    sums = np.array([[people[rank == one].sum(), (people * value)[rank == one].sum()] for one in ranks])
    merged = slope(sums[:, 1] / sums[:, 0], sums[:, 0], ranks, np.zeros(len(ranks)), least=2)
    assert merged.sii.value == pytest.approx(slope(value, people, rank, error).sii.value, rel=1e-6, abs=1e-6)


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
