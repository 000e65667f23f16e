"""Indicative shares of who is missed and who should not have been helped."""

import pytest

from ipsm_analytics.errors import UserError
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.statistics.targeting import LEAST_CHECKED, Reading, Reason, exclusion, inclusion


def test_a_share_with_its_limits_and_what_the_unchecked_could_do():
    found = exclusion(100, 20, unchecked=60)
    lower, upper = wilson(20, 100)
    assert (found.share, found.lower, found.upper) == pytest.approx((0.2, float(lower), float(upper)))
    assert (found.bound_low, found.bound_high) == pytest.approx((20 / 160, 80 / 160))
    assert (found.indicative, found.reading) == (True, Reading.AT_LEAST)


def test_inclusion_speaks_of_those_checked():
    found = inclusion(200, 10)
    assert (found.share, found.bound_low, found.bound_high, found.reading) == (0.05, 0.05, 0.05, Reading.AMONG_CHECKED)


def test_too_few_checked_are_refused():
    found = inclusion(LEAST_CHECKED - 1, 3)
    assert (found.refusal.reason, found.refusal.found, found.refusal.needed) == (Reason.TOO_FEW, 29, 30)
    assert (found.share, found.lower, found.bound_high, found.indicative) == (None, None, None, True)
    assert inclusion(LEAST_CHECKED, 0).share == 0


@pytest.mark.parametrize("counts", [(10, 11, 0), (10, -1, 0), (10, 1, -1)])
def test_impossible_counts_are_said_so(counts):
    with pytest.raises(UserError, match="tidak mungkin"):
        exclusion(*counts)
