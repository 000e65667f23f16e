"""Two lists: Chapman as published, linking error carried through, dependence bounded, and when nothing is said."""

import csv
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.hidden import LEAST_OVERLAP, Linkage, Reason, _sampling, chapman, estimate, total

DATA = Path(__file__).resolve().parents[1] / "data"
PERFECT = Linkage()
LINES = (DATA / "tangkap_ulang.csv").read_text(encoding="utf-8").splitlines()
ROWS = list(csv.DictReader(LINES[1:]))
COLUMNS = {
    "total": "expected_chapman_N",
    "variance": "expected_chapman_var",
    "observed": "observed_union",
    "normal_lower": "expected_normal95_lower",
    "normal_upper": "expected_normal95_upper",
    "lower": "expected_lognormal95_lower",
    "upper": "expected_lognormal95_upper",
}


def test_the_table_names_its_source():
    assert LINES[0].startswith("# Sumber: ")
    assert len(ROWS) == 21


@pytest.mark.parametrize("row", ROWS, ids=[row["case_id"] for row in ROWS])
def test_chapman_is_that_published(row):
    found = chapman(*(float(row[name]) for name in ("list1_n", "list2_n", "both_n")))
    for name, column in COLUMNS.items():
        assert float(getattr(found, name)) == pytest.approx(float(row[column]), rel=1e-9)
    petersen = row["expected_lincoln_petersen_N"]
    assert math.isnan(found.lincoln_petersen) if not petersen else found.lincoln_petersen == pytest.approx(float(petersen))
    if row["published_N"]:
        assert abs(float(found.total) - float(row["published_N"])) <= 1


def test_arrays_go_at_once():
    found = chapman([[100, 10]], [[100, 15]], [[20, 5]])
    assert found.total.shape == (1, 2)
    assert found.total[0, 1] == pytest.approx(85 / 3)


def test_without_linking_error_a_cell_is_chapman():
    """M = 35, n = 30, m = 23: N = 36 × 31 / 24 - 1 = 45.5."""
    [cell] = estimate(35, 30, 23, linkage=PERFECT)
    plain = chapman(35, 30, 23)
    assert (cell.estimate, cell.observed, cell.hidden, cell.in_neither) == pytest.approx((45.5, 42, 10.5, 3.5))
    assert cell.sampling == pytest.approx(float(plain.variance))
    assert (cell.lower, cell.upper) == pytest.approx((float(plain.lower), float(plain.upper)))
    assert (cell.at_low, cell.at_high) == pytest.approx((42 + 1.75, 42 + 7))
    assert cell.bound_low == pytest.approx(42 + (cell.lower - 42) / 2)
    assert cell.bound_high == pytest.approx(42 + (cell.upper - 42) * 2)


def test_missed_links_inflate_and_are_taken_back():
    """Of 100 true pairs 90 are linked, of 90 links all true: N = 0.9 × 201 × 201 / 91 - 1, not 201 × 201 / 91 - 1."""
    [plain], [mended] = (estimate(200, 200, 90, linkage=one) for one in (PERFECT, Linkage(recall=0.9)))
    assert plain.estimate == pytest.approx(201 * 201 / 91 - 1)
    assert mended.estimate == pytest.approx(0.9 * 201 * 201 / 91 - 1)
    assert (plain.observed, mended.observed) == (310, 300)
    assert mended.sampling > 0


def test_false_links_deflate_and_are_taken_back():
    [plain], [mended] = (estimate(200, 200, 100, linkage=one) for one in (PERFECT, Linkage(precision=0.9)))
    assert mended.estimate > plain.estimate
    assert mended.observed == pytest.approx(310)


def test_unbiased_over_all_that_chance_can_do():
    """Forty persons, lists of 25 and 20, links thinned by 0.8: over all outcomes the mean is N, and the variance that claimed."""
    size, first, second, recall = 40, 25, 20, 0.8
    mean, square, claimed = 0.0, 0.0, 0.0
    for shared in range(first + second - size, second + 1):
        drawn = math.comb(first, shared) * math.comb(size - first, second - shared) / math.comb(size, second)
        for links in range(shared + 1):
            chance = drawn * math.comb(shared, links) * recall**links * (1 - recall) ** (shared - links)
            raised = recall * (first + 1) * (second + 1) / (links + 1)
            mean, square = mean + chance * (raised - 1), square + chance * raised**2
            claimed += chance * _sampling(raised, first, second, links, recall)
    assert mean == pytest.approx(size, rel=1e-4)
    assert claimed == pytest.approx(square - (mean + 1) ** 2, rel=0.02)


def test_uncertain_linking_widens():
    [sure], [unsure] = (estimate(200, 200, 90, linkage=Linkage(0.92, 0.98, *errors)) for errors in ((0.0, 0.0), (0.014, 0.007)))
    assert unsure.estimate == sure.estimate
    assert unsure.lower < sure.lower
    assert unsure.upper > sure.upper


@pytest.mark.parametrize(
    ("lists", "reason", "found", "needed"),
    [
        ((0, 50, 0), Reason.EMPTY_LIST, 0, 1),
        ((50, 0, 0), Reason.EMPTY_LIST, 0, 1),
        ((50, 20, 21), Reason.INCONSISTENT, 21, 20),
        ((50, 20, -1), Reason.INCONSISTENT, -1, 20),
        ((50, 20, LEAST_OVERLAP - 1), Reason.SMALL_OVERLAP, 6, 7),
    ],
)
def test_refuses_with_a_reason(lists, reason, found, needed):
    [cell] = estimate(*lists, linkage=PERFECT)
    assert (cell.refusal.reason, cell.refusal.found, cell.refusal.needed) == (reason, found, needed)
    assert (cell.estimate, cell.lower, cell.bound_high, cell.hidden, cell.in_neither) == (None,) * 5
    assert (cell.first, cell.second, cell.both) == lists


def test_seven_links_are_enough_and_six_not():
    assert estimate(60, 60, 7, linkage=PERFECT)[0].refusal is None


def test_refuses_what_is_too_wide():
    [cell] = estimate(60, 60, 8, linkage=Linkage(0.9, 0.9, 0.4, 0.4))
    assert cell.refusal.reason is Reason.WIDE
    assert cell.refusal.found > cell.refusal.needed == 0.5


def test_linking_as_measured_on_pairs():
    """380 true pairs, 358 links, 352 of them true."""
    found = Linkage.measured(pairs=380, links=358, correct=352)
    assert (found.recall, found.precision) == pytest.approx((352 / 380, 352 / 358))
    assert found.recall_se == pytest.approx(math.sqrt(352 / 380 * 28 / 380 / 380))
    assert found.factor == pytest.approx(358 / 380)
    with pytest.raises(UserError, match="pemadanan"):
        Linkage.measured(pairs=10, links=12, correct=0)


@pytest.mark.parametrize("bad", [{"recall": 0}, {"precision": 1.1}, {"recall_se": -0.1}])
def test_impossible_linking_is_said_so(bad):
    with pytest.raises(UserError, match="pemadanan"):
        Linkage(**bad)


@pytest.mark.parametrize("odds", [(0, 2), (2, 1), (1, math.inf)])
def test_impossible_odds_are_said_so(odds):
    with pytest.raises(UserError, match="ketergantungan"):
        estimate(50, 50, 20, linkage=PERFECT, odds=odds)


@given(st.integers(1, 3000), st.integers(1, 3000), st.floats(0, 1), st.floats(0.6, 1), st.floats(0.6, 1))
def test_never_below_what_was_seen(first, second, share, recall, precision):
    both = int(share * min(first, second))
    [cell] = estimate(first, second, both, linkage=Linkage(recall, precision, 0.01, 0.01))
    assert max(first, second) - 1e-9 <= cell.observed <= first + second
    if cell.refusal is None:
        ends = [cell.observed, cell.bound_low, cell.lower, cell.estimate, cell.upper, cell.bound_high]
        assert all(low <= high + 1e-9 * high for low, high in pairwise(ends))
        assert cell.bound_low <= cell.at_low + 1e-6
        assert cell.at_high <= cell.bound_high + 1e-6


class TestTotal:
    def test_strata_are_added_not_pooled(self):
        """Chances differ between strata: 400 of 500 against 100 of 500. Pooled lists hide persons, strata do not."""
        cells = estimate([400, 100], [400, 100], [320, 20], linkage=PERFECT)
        found = total(cells, linkage=PERFECT)
        [pooled] = estimate(500, 500, 340, linkage=PERFECT)
        assert found.estimate == pytest.approx(sum(cell.estimate for cell in cells))
        assert found.estimate == pytest.approx(984, abs=1)
        assert pooled.estimate < 740
        assert (found.left_out, found.hidden) == (0, pytest.approx(found.estimate - 500))

    def test_chance_adds_as_variance_and_linking_as_error(self):
        linkage = Linkage(0.9, 1.0, 0.018, 0.0)
        one = estimate([200] * 4, [200] * 4, [90] * 4, linkage=linkage)
        found = total(one, linkage=linkage)
        chance, common = sum(cell.sampling for cell in one), (4 * (one[0].estimate + 1) * 0.02) ** 2
        factor = math.exp(1.959963984540054 * math.sqrt(math.log1p((chance + common) / found.in_neither**2)))
        assert found.upper == pytest.approx(found.observed + found.in_neither * factor)

    def test_a_refused_stratum_counts_with_what_was_seen(self):
        cells = estimate([400, 10], [400, 10], [320, 3], linkage=PERFECT)
        found = total(cells, linkage=PERFECT)
        assert found.left_out == 1
        assert found.estimate == pytest.approx(cells[0].estimate + 17)

    def test_too_much_left_out_is_refused(self):
        found = total(estimate([40, 40], [40, 40], [32, 3], linkage=PERFECT), linkage=PERFECT)
        assert (found.estimate, found.refusal.reason) == (None, Reason.LEFT_OUT)
        assert found.refusal.found == pytest.approx(77 / 125)
        assert total([], linkage=PERFECT).refusal.reason is Reason.LEFT_OUT

    def test_one_stratum_is_itself(self):
        cells = estimate(np.array([200]), np.array([150]), np.array([80]), linkage=Linkage(0.926, 0.983, 0.013, 0.007))
        found = total(cells, linkage=Linkage(0.926, 0.983, 0.013, 0.007))
        assert (found.lower, found.estimate, found.upper) == pytest.approx((cells[0].lower, cells[0].estimate, cells[0].upper))
        assert (found.bound_low, found.bound_high) == pytest.approx((cells[0].bound_low, cells[0].bound_high))
