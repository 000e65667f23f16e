"""What may be said about a change, and which areas stand out."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from ipsm_analytics.statistics.comparison import ALPHA, Candidate, Verdict, change, evident, holm, share_difference, standing_out
from tests.cubes import case, cube_of

counts = st.integers(0, 3000)
pairs = st.lists(st.tuples(counts, counts), max_size=8)


@pytest.mark.parametrize(
    ("current", "before", "percent", "verdict"),
    [
        (131, 100, 31.0, Verdict.UP),
        (130, 100, 30.0, Verdict.OPEN),
        (100, 131, -100 * 31 / 131, Verdict.DOWN),
        (100, 130, -100 * 30 / 130, Verdict.OPEN),
        (100, 100, 0.0, Verdict.OPEN),
        (6, 0, None, Verdict.NO_BASE),
        (0, 0, None, Verdict.NO_BASE),
        (0, 6, -100.0, Verdict.DOWN),
        (0, 5, -100.0, Verdict.OPEN),
    ],
)
def test_a_change_is_called_only_when_chance_would_hardly_make_it(current, before, percent, verdict):
    found = change(current, before)
    assert (found.current, found.before, found.verdict) == (current, before, verdict)
    assert found.percent == (None if percent is None else pytest.approx(percent))


def test_repeats_of_the_same_persons_make_a_change_less_sure():
    """62 against 38 has p = 0.0210 and z = 2.308; two cases a person leave z = 2.308 / √2 = 1.632, p = 0.1026."""
    alone, paired = change(62, 38), change(62, 38, dispersion=2.0)
    assert (alone.p_value, paired.p_value) == (pytest.approx(0.0210, abs=1e-4), pytest.approx(0.1026, abs=1e-4))
    assert (alone.verdict, paired.verdict) == (Verdict.UP, Verdict.OPEN)
    assert (paired.current, paired.before, paired.percent) == (62, 38, alone.percent)
    assert [item.verdict for item in holm([(62, 38), (620, 380)], dispersions=[2.0, 2.0])] == [Verdict.OPEN, Verdict.UP]


@given(counts, counts, st.floats(1, 20), st.floats(1, 3))
def test_a_change_is_never_surer_for_more_repeats(current: int, before: int, factor: float, more: float):
    plain, once, twice = (change(current, before, dispersion=number).p_value for number in (1.0, factor, factor * more))
    assert 0 <= plain <= once * (1 + 1e-9)
    assert once <= twice * (1 + 1e-9) <= 1 + 1e-9


def test_six_against_none_is_one_in_thirty_two():
    assert change(0, 6).p_value == 2 / 2**6
    assert change(0, 5).p_value == 2 / 2**5
    assert change(3, 1).p_value == 2 * (1 + 4) / 2**4


@given(counts, counts)
def test_p_values_are_those_of_the_binomial_test(current: int, before: int):
    expected = binomtest(current, current + before).pvalue if current + before else 1.0
    assert change(current, before).p_value == pytest.approx(expected, rel=1e-9)
    assert change(before, current).p_value == change(current, before).p_value


@given(counts, counts)
def test_while_late_reports_may_come_a_fall_is_never_called(current: int, before: int):
    settled, unsettled = change(current, before), change(current, before, settled=False)
    assert unsettled.verdict is not Verdict.DOWN
    assert unsettled.p_value == settled.p_value
    if settled.verdict is not Verdict.DOWN:
        assert unsettled == settled


def test_the_level_can_be_chosen():
    assert change(130, 100, alpha=0.1).verdict is Verdict.UP
    assert change(131, 100, alpha=0.01).verdict is Verdict.OPEN


class TestHolm:
    def test_one_series_is_judged_as_alone(self):
        for pair in ((130, 100), (126, 100), (100, 130), (5, 0)):
            assert holm([pair]) == [change(*pair)]

    def test_nothing_gives_nothing(self):
        assert holm([]) == []

    def test_each_step_asks_less(self):
        """p = 0.0130, 0.0208, 0.0491: below 0.05/3, 0.05/2 and 0.05 in turn."""
        series = [(132, 101), (137, 98), (133, 97)]
        p_values = [change(*pair).p_value for pair in series]
        assert p_values[1] < ALPHA / 3 < p_values[2] < ALPHA / 2 < p_values[0] < ALPHA
        assert [item.verdict for item in holm(series)] == [Verdict.UP] * 3

    def test_the_first_failure_opens_all_that_follow(self):
        """The second smallest p, 0.0286, misses 0.05/2; the third, 0.0491, would pass 0.05 alone."""
        series = [(132, 101), (137, 98), (131, 97)]
        p_values = [change(*pair).p_value for pair in series]
        assert p_values[1] < ALPHA / 3 < ALPHA / 2 < p_values[2] < p_values[0] < ALPHA
        assert [item.verdict for item in holm(series)] == [Verdict.OPEN, Verdict.UP, Verdict.OPEN]

    def test_a_series_without_a_base_is_no_test(self):
        """Alone 132 against 101 is a rise; series that cannot be compared must not take that away."""
        assert [item.verdict for item in holm([(132, 101), (4, 0), (0, 0), (900, 0)])] == [Verdict.UP, *[Verdict.NO_BASE] * 3]

    def test_a_fall_stays_open_while_unsettled_and_a_rise_does_not(self):
        assert [item.verdict for item in holm([(100, 200), (200, 100)], settled=False)] == [Verdict.OPEN, Verdict.UP]

    @given(pairs, st.booleans())
    def test_says_no_more_than_each_alone(self, series, settled):
        found = holm(series, settled=settled)
        for alone, together in zip([change(*pair, settled=settled) for pair in series], found, strict=True):
            assert together.verdict in (alone.verdict, Verdict.OPEN)
            assert (together.current, together.before, together.p_value) == (alone.current, alone.before, alone.p_value)

    @given(pairs)
    def test_equals_the_largest_adjusted_p_so_far(self, series):
        """Adjusted p of rank i: the largest of (m - j) × p_j for j up to i."""
        tests = sorted(change(*pair).p_value for pair in series if pair[1])
        largest, adjusted = 0.0, {}
        for rank, p_value in enumerate(tests):
            largest = max(largest, (len(tests) - rank) * p_value)
            adjusted.setdefault(p_value, largest)
        for item in holm(series):
            called = item.verdict in (Verdict.UP, Verdict.DOWN)
            if item.before and not math.isclose(adjusted[item.p_value], ALPHA, rel_tol=1e-9):
                assert called == (adjusted[item.p_value] < ALPHA)


class TestStandingOut:
    def frame(self, *rows: tuple[str, float, float]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["kelurahan", "lower", "value"])

    def test_needs_the_whole_interval_above_the_city(self):
        frame = self.frame(("a", 10.1, 30), ("b", 10.0, 90), ("c", 9.9, 99), ("d", math.nan, math.nan))
        assert standing_out(frame, 10.0)["kelurahan"].tolist() == ["a"]

    def test_lists_the_surest_first_and_no_more_than_asked(self):
        frame = self.frame(("a", 11, 40), ("b", 13, 20), ("c", 12, 30), ("d", 13, 21))
        assert standing_out(frame, 10.0)["kelurahan"].tolist() == ["d", "b", "c", "a"]
        assert standing_out(frame, 10.0, limit=2)["kelurahan"].tolist() == ["d", "b"]

    def test_lists_nobody_where_nobody_does_or_the_city_is_unknown(self):
        assert standing_out(self.frame(("a", 9, 12)), 10.0).empty
        assert standing_out(self.frame(("a", 9, 12)), math.nan).empty

    def test_finds_the_one_kelurahan_with_many(self):
        places = areas.codes("kelurahan")
        rows = [
            case(f"{place} {n}", "2026-01", place, "PPKS-08") for place in places for n in range(40 if place == places[7] else 1)
        ]
        january = Window(Month(2026, 1), Month(2026, 1))
        office = policy("operator", "layar", 5)
        frame, city = (query(cube_of(rows), Query("K03", by, january), office) for by in (("kelurahan",), ()))
        assert standing_out(frame, float(city["value"].iloc[0]))["kode_kelurahan"].tolist() == [places[7]]


class TestShareDifference:
    def test_is_twice_the_smaller_hypergeometric_tail(self):
        """3 of 4 against 1 of 4: tails (16 + 1)/70 and (1 + 16 + 36 + 16)/70 of the tea tasting (Fisher 1935)."""
        assert share_difference((3, 4), (1, 4)) == pytest.approx(2 * 17 / 70)
        assert share_difference((4, 4), (0, 4)) == pytest.approx(2 / 70)

    def test_nothing_to_compare_is_no_test(self):
        assert math.isnan(share_difference((0, 0), (3, 4)))
        assert math.isnan(share_difference((3, 4), (0, 0)))

    @given(st.tuples(*[st.integers(0, 40)] * 4))
    def test_agrees_with_an_independent_program(self, cells: tuple[int, int, int, int]):
        part, rest, other, others = cells
        if part + rest and other + others:
            found = share_difference((part, part + rest), (other, other + others))
            sides = [fisher_exact([[part, rest], [other, others]], alternative=side).pvalue for side in ("less", "greater")]
            assert found == pytest.approx(min(1, 2 * min(sides)), abs=1e-9)
            assert found == pytest.approx(share_difference((other, other + others), (part, part + rest)))


class TestEvident:
    def test_the_surest_first_among_those_that_hold_together(self):
        found = evident([Candidate("a", 0.02), Candidate("b", 0.001), Candidate("c", 0.01)])
        assert [one.key for one in found] == ["b", "c", "a"]

    def test_one_that_may_not_be_concluded_counts_and_is_not_told(self):
        assert [one.key for one in evident([Candidate("a", 0.001, allowed=False), Candidate("b", 0.01)])] == ["b"]
        assert evident([Candidate("a", 0.04), Candidate("b", 0.9, allowed=False)]) == ()

    def test_no_test_does_not_count_in_the_family(self):
        assert [one.key for one in evident([Candidate("a", 0.04), Candidate("b", math.nan)])] == ["a"]
        assert evident([]) == ()
