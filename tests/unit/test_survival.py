"""Waiting times with open cases: published figures, sums by hand, and when nothing is said."""

import csv
from math import nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.survival import (
    Reached,
    Reason,
    Speed,
    against_the_rest,
    curve,
    logrank,
)

LINES = (Path(__file__).resolve().parents[1] / "data" / "kelangsungan_lung.csv").read_text(encoding="utf-8").splitlines()
LUNG = np.array([[int(value) for value in row.values()] for row in csv.DictReader(LINES[1:])])
WAITS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=60)


def lung(sex: int | None = None, **options):
    rows = LUNG if sex is None else LUNG[LUNG[:, 2] == sex]
    return curve(rows[:, 0], rows[:, 1] == 2, **options)


def of(*waits: tuple[float, bool]):
    return curve([wait[0] for wait in waits], [wait[1] for wait in waits])


def test_the_table_is_the_published_one():
    assert LINES[0].startswith("# Sumber: ")
    assert [(int(one.at_risk[0]), int(one.events.sum())) for one in (lung(), lung(1), lung(2))] == [
        (228, 165),
        (138, 112),
        (90, 53),
    ]


@pytest.mark.parametrize(("sex", "days"), [(None, (310, 285, 363)), (1, (270, 212, 310)), (2, (426, 348, 550))])
def test_medians_are_those_published(sex, days):
    median = lung(sex, band="log").median()
    assert (median.days, median.lower, median.upper) == days


def test_the_default_band_is_log_minus_log():
    median = lung().median()
    assert (median.days, median.lower, median.upper) == (310, 284, 361)


def test_log_rank_is_the_published_one():
    found = logrank([lung(1), lung(2)])
    assert found.chi2 == pytest.approx(10.3267, abs=5e-5)
    assert (found.freedom, found.p_value) == (1, pytest.approx(0.00131, abs=5e-6))


def test_agrees_with_another_program():
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    days, event = LUNG[:, 0].astype(float), (LUNG[:, 1] == 2).astype(int)
    other, mine = SurvfuncRight(days, event), lung()
    died = mine.events > 0
    assert mine.survival[died] == pytest.approx(other.surv_prob)
    groups = LUNG[:, 0] % 4
    chi2, p_value = survdiff(days, event, groups)
    found = logrank([curve(days[groups == one], event[groups == one]) for one in range(4)])
    assert (found.chi2, found.p_value, found.freedom) == pytest.approx((chi2, p_value, 3))


def test_a_curve_by_hand():
    """Five cases: 1, 3 (two of three that day), open at 2 and 3: S = 4/5, then 4/5 × 1/3."""
    found = of((1, True), (2, False), (3, True), (3, True), (3, False))
    assert found.days.tolist() == [1, 2, 3]
    assert found.at_risk.tolist() == [5, 4, 3]
    assert found.survival == pytest.approx([4 / 5, 4 / 5, 4 / 15])
    spread = 1.959963984540054 * sqrt(1 / (5 * 4)) / -np.log(4 / 5)
    assert (found.lower[0], found.upper[0]) == pytest.approx(((4 / 5) ** np.exp(spread), (4 / 5) ** np.exp(-spread)))


def test_half_exactly_is_reached_on_its_first_day():
    """R takes the middle of the flat stretch, 3; here it is the first day on which half are done."""
    assert of((1, True), (2, True), (4, True), (5, True)).median().days == 2
    tenth = curve(range(1, 11), [True] * 10)
    assert tenth.quantile(0.9).days == 9
    assert tenth.quantile(0.3).days == 3


def test_not_reached_is_a_value():
    found = of((1, True), *[(9, False)] * 9)
    median = found.median()
    assert (median.days, median.upper, median.reached) == (None, None, Reached.NOT_YET)
    assert found.quantile(0.1).reached is Reached.YES


def test_before_the_first_event_the_band_is_not_a_point():
    """None of ten: the lower limit is 0.025 to the power 1/10 (Clopper-Pearson)."""
    found = of((5, True), *[(9, False)] * 9)
    assert found.at(2) == (1.0, pytest.approx(0.025**0.1), 1.0)
    assert found.at(10) is None
    assert found.at(9)[0] == pytest.approx(0.9)


def test_once_all_are_done_the_upper_limit_stays():
    found = curve(range(1, 11), [True] * 10)
    assert (found.survival[-1], found.lower[-1], found.upper[-1]) == (0, 0, found.upper[-2])


def test_negative_and_missing_are_counted_apart():
    found = curve([3, -1, nan, 4, nan], [True, True, False, True, True], [2, 3, 1, 1, 4])
    assert (found.negative, found.missing, found.at_risk.tolist()) == (3, 5, [3, 1])


def test_few_cases_are_refused_and_none_is_no_error():
    assert curve([1, 2], [True, True]).refusal.reason is Reason.TOO_FEW
    assert lung().refusal is None
    empty = curve([], [])
    assert (empty.refusal.found, empty.at(3), empty.median().reached) == (0, None, Reached.NOT_YET)


def test_unequal_columns_and_shares_are_said_so():
    with pytest.raises(UserError, match="sama panjang"):
        curve([1, 2], [True])
    with pytest.raises(UserError, match="Bagian"):
        lung().quantile(1.0)
    with pytest.raises(UserError, match="dua kelompok"):
        logrank([lung()])


@given(WAITS)
def test_a_table_of_counts_says_what_its_rows_say(waits):
    kinds = sorted(set(waits))
    rows, table = of(*waits), curve(*zip(*kinds, strict=True), [waits.count(kind) for kind in kinds])
    for name in ("days", "at_risk", "events", "survival", "lower", "upper"):
        assert getattr(rows, name) == pytest.approx(getattr(table, name))


@given(WAITS)
def test_the_curve_falls_inside_its_band(waits):
    found = of(*waits)
    assert (np.diff(found.survival) <= 0).all()
    assert (found.lower <= found.survival + 1e-12).all()
    assert (found.survival <= found.upper + 1e-12).all()
    assert found.events.sum() + found.censored.sum() == len(waits)


@given(WAITS)
def test_a_group_does_not_differ_from_itself(waits):
    found = logrank([of(*waits), of(*waits)])
    if any(event for _, event in waits):
        assert found.chi2 == pytest.approx(0, abs=1e-9)
    else:
        assert found.refusal.reason is Reason.NO_EVENT


def test_log_rank_without_cases_is_refused():
    assert logrank([lung(), curve([], [])]).refusal.reason is Reason.TOO_FEW


class TestAgainstTheRest:
    def test_names_the_slow(self):
        days = np.arange(1, 41)
        groups = {name: curve(days, [True] * 40) for name in "abc"} | {"d": curve(days * 4, [True] * 40)}
        found = against_the_rest(groups)
        assert found["d"].verdict is Speed.SLOWER
        assert all(one.adjusted >= one.test.p_value for one in found.values())
        assert found["d"].test == logrank([groups["d"], curve(np.tile(days, 3), [True] * 120)])

    def test_equal_groups_are_left_open(self):
        found = against_the_rest({name: curve(np.arange(1, 41), [True] * 40) for name in "abc"})
        assert {one.verdict for one in found.values()} == {Speed.OPEN}

    def test_names_the_fast(self):
        days = np.arange(1, 41)
        found = against_the_rest({"a": curve(days, [True] * 40), "b": curve(days * 4, [True] * 40)})
        assert (found["a"].verdict, found["b"].verdict) == (Speed.FASTER, Speed.SLOWER)

    def test_one_group_alone_is_open(self):
        found = against_the_rest({"a": lung()})
        assert (found["a"].verdict, found["a"].adjusted) == (Speed.OPEN, None)
