"""More problems or more searching."""

from math import exp, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.count_model import fit
from ipsm_analytics.statistics.effort import LEAST_KNOWN, Reason, Verdict, decompose, fit_elasticity, pooled

AREAS = st.lists(st.tuples(st.integers(0, 300), st.integers(500, 20000), st.integers(1, 200)), min_size=2, max_size=20)


def first(cases, effort, rest_cases=1000, rest_effort=1000):
    """The first of two areas; the other has 100,000 residents, this one 10,000."""
    return decompose([cases, rest_cases], [10_000, 100_000], [effort, rest_effort])[0]


def test_twice_the_rate_by_twice_the_effort():
    """City: 1,200 cases and 1,200 visits on 110,000; here 200 cases and 200 visits on 10,000."""
    found = first(200, 200)
    assert (found.rate, found.effort, found.yields) == pytest.approx((11 / 6, 11 / 6, 1))
    assert found.verdict is Verdict.MORE_SEARCH


@pytest.mark.parametrize(
    ("cases", "effort", "verdict"),
    [
        (200, 100, Verdict.MORE_PROBLEMS),
        (400, 200, Verdict.BOTH_MORE),
        (50, 100, Verdict.FEWER_PROBLEMS),
        (50, 50, Verdict.LESS_SEARCH),
        (20, 50, Verdict.BOTH_LESS),
        (100, 40, Verdict.UNDER_SEARCHED),
        (50, 10, Verdict.UNDER_SEARCHED),
        (100, 100, Verdict.OPEN),
        (3, 2, Verdict.LESS_SEARCH),
        (0, 1, Verdict.LESS_SEARCH),
    ],
)
def test_verdicts(cases, effort, verdict):
    assert first(cases, effort).verdict is verdict


@given(AREAS, st.floats(0.2, 1.2))
def test_logarithms_add_up(areas, elasticity):
    for (cases, _, _), found in zip(areas, decompose(*zip(*areas, strict=True), elasticity=elasticity), strict=True):
        if found.refusal is None:
            assert found.rate == pytest.approx(found.effort * found.yields)
            assert found.yield_lower <= found.yields <= found.yield_upper
            if cases:
                assert log(found.rate) == pytest.approx(log(found.effort) + log(found.yields))


def test_the_second_visit_counts_less_with_a_lower_elasticity():
    cases, people, effort = [200, 1000], [10_000, 100_000], [400, 1000]
    plain, fair = (decompose(cases, people, effort, elasticity=one)[0] for one in (1.0, 0.5))
    assert fair.effort == pytest.approx(plain.effort**0.5)
    assert fair.yields > plain.yields


def test_without_effort_or_residents_nothing_is_said():
    found = decompose([5, 5, 5, nan, 50], [1000, 1000, 0, 1000, 9000], [nan, 0, 4, 4, 20])
    assert [one.refusal and one.refusal.reason for one in found] == [
        Reason.NO_EFFORT,
        Reason.NO_EFFORT,
        Reason.NO_POPULATION,
        Reason.NO_EFFORT,
        None,
    ]
    assert (found[0].rate, found[0].verdict) == (None, Verdict.OPEN)
    assert {one.refusal.reason for one in decompose([0, 0], [10, 10], [1, 1])} == {Reason.NO_CASES}
    assert {one.refusal.reason for one in decompose([3, 3], [10, 10], [nan, nan])} == {Reason.NO_EFFORT}


def test_unequal_columns_are_said_so():
    for function in (decompose, fit_elasticity):
        with pytest.raises(UserError, match="sama panjang"):
            function([1, 2], [1], [1, 2])


class TestPooled:
    """Two areas of two parts each over two months, every part of 1,000 residents."""

    PEOPLE, GROUPS = [1000, 1000, 1000, 1000], [[0, 1], [2, 3]]

    def pooled(self, cases, effort, people=PEOPLE):
        return pooled(cases, people, effort, self.GROUPS)

    def test_all_known_is_decompose_of_the_sums(self):
        found = self.pooled([[5, 10, 20, 5], [5, 10, 0, 5]], [[1, 2, 4, 1], [1, 2, 1, 3]])
        assert [one.share for one in found] == list(decompose([30, 30], [2000, 2000], [6, 9]))
        assert [(one.cases, one.parts, one.left_out, one.known) for one in found] == [(30, 2, 0, 1.0)] * 2

    def test_cases_residents_and_effort_are_of_the_same_parts_and_months(self):
        """In the first area 3 of 4 resident-months are known: 5 + 10 + 10 cases, 1 + 2 + 2 visits, 1,500 of 2,000 residents."""
        found = self.pooled([[5, 10, 20, 5], [90, 10, 0, 5]], [[1, 2, 4, 1], [nan, 2, 1, 3]])
        assert (found[0].cases, found[0].left_out, found[0].known) == (25, 0, 0.75)
        assert [one.share for one in found] == list(decompose([25, 30], [1500, 2000], [5, 9]))

    def test_two_thirds_of_the_resident_months_are_enough_and_less_is_refused(self):
        effort = [[1, nan, 4, 1], [1, nan, 1, 3]]
        enough, short = (self.pooled([[5] * 4] * 2, effort, [people, 1000, 1000, 1000])[0] for people in (2000, 1999))
        assert (enough.share.refusal, enough.left_out, enough.known) == (None, 1, LEAST_KNOWN)
        assert short.share.refusal.reason is Reason.LITTLE_KNOWN
        assert short.share.refusal.found == pytest.approx(100 * 1999 / 2999)
        assert (short.share.rate, short.share.refusal.needed) == (None, 100 * LEAST_KNOWN)

    def test_a_refused_area_is_no_part_of_the_city(self):
        found = self.pooled([[500, 5, 5, 5]] * 2, [[nan, 1, 1, 1]] * 2)
        assert found[0].share.refusal.reason is Reason.LITTLE_KNOWN
        assert (found[1].share.rate, found[1].share.effort) == (1, 1)

    def test_nothing_known_and_nobody_there_are_their_own_reasons(self):
        effort = [[nan, nan, 1, 1]] * 2
        assert self.pooled([[5] * 4] * 2, effort)[0].share.refusal.reason is Reason.NO_EFFORT
        empty = self.pooled([[5] * 4] * 2, [[1] * 4] * 2, [0, 0, 1000, 1000])[0]
        assert (empty.share.refusal.reason, empty.known) == (Reason.NO_POPULATION, 0)

    def test_unequal_shapes_are_said_so(self):
        for cases, effort in (([[1] * 3], [[1] * 4]), ([1] * 4, [1] * 4), ([[1] * 3], [[1] * 3])):
            with pytest.raises(UserError, match="sama bentuk"):
                self.pooled(cases, effort)

    @given(AREAS, st.data())
    def test_what_is_unknown_never_counts(self, areas, data):
        cases, people, effort = (np.array(column, dtype=float) for column in zip(*areas, strict=True))
        hidden = np.array(data.draw(st.lists(st.booleans(), min_size=len(areas), max_size=len(areas))))
        seen = np.where(hidden, nan, effort)
        whole = [list(range(len(areas)))]
        first, other = (pooled([given], people, [seen], whole) for given in (cases, np.where(hidden, cases + 7, cases)))
        assert first == other
        assert first[0].left_out == hidden.sum()


class TestElasticity:
    def test_finds_the_power_that_made_the_cases(self):
        source = np.random.default_rng(3)
        people, effort = source.integers(4000, 20000, 150), source.integers(5, 200, 150)
        mean = people * 0.02 * (effort / people) ** 0.6 * 10 * source.gamma(8, 1 / 8, 150)
        found = fit_elasticity(source.poisson(mean), people, effort)
        assert found.lower < 0.6 < found.upper
        assert found.upper - found.lower < 0.4

    def test_exact_powers_are_recovered(self):
        people, effort = np.full(40, 10_000), np.arange(1, 41) * 10
        cases = np.round(5e4 * (effort / people) ** 0.5)
        assert fit_elasticity(cases, people, effort).value == pytest.approx(0.5, abs=1e-3)

    def test_refusals(self):
        people, effort = np.full(40, 1000), np.arange(1, 41)
        few = fit_elasticity(np.full(29, 50), people[:29], effort[:29])
        assert (few.refusal.reason, few.refusal.found, few.value) == (Reason.FEW_AREAS, 29, None)
        assert fit_elasticity(np.full(40, 2), people, effort).refusal.reason is Reason.FEW_CASES
        assert fit_elasticity(np.full(40, 9), people, np.full(40, 5)).refusal.reason is Reason.SAME_EFFORT


def test_the_count_model_is_that_of_another_program():
    """At the dispersion found, coefficients and covariance are those of statsmodels' GLM; Pearson's chi-square is n - k."""
    from statsmodels.genmod.families import NegativeBinomial
    from statsmodels.genmod.generalized_linear_model import GLM

    source = np.random.default_rng(5)
    design, offset = np.column_stack([np.ones(60), source.normal(size=60)]), np.log(source.uniform(50, 200, 60))
    count = source.poisson(np.exp(design @ [-2, 0.4] + offset) * source.gamma(5, 1 / 5, 60))
    found = fit(count, design, offset)
    other = GLM(count, design, family=NegativeBinomial(alpha=float(found.dispersion[0])), offset=offset).fit(tol=1e-12)
    assert found.coefficients[0] == pytest.approx(other.params, rel=1e-6)
    assert found.covariance[0] == pytest.approx(np.asarray(other.cov_params()), rel=1e-5)
    assert other.pearson_chi2 == pytest.approx(58, rel=1e-6)


def test_a_masked_fit_is_the_fit_without():
    source = np.random.default_rng(6)
    design, count = np.column_stack([np.ones(12), np.arange(12)]), source.poisson(20, 12)
    masked, without = fit(count, design, np.zeros(12), 1 - np.eye(12)), fit(count[1:], design[1:], np.zeros(11))
    assert masked.coefficients[0] == pytest.approx(without.coefficients[0], abs=1e-7)
    assert masked.mean[0, 0] == pytest.approx(exp(without.coefficients[0, 0]))


def test_counts_no_wider_than_chance_are_poisson():
    found = fit([10, 10, 11, 9, 10], np.ones((5, 1)), np.zeros(5))
    assert (found.dispersion[0], found.coefficients[0, 0]) == (0, pytest.approx(log(10)))
