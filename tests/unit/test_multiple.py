"""Adjusted p-values by hand and against another program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from ipsm_analytics.statistics.multiple import false_discovery, holm_adjusted

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_by_hand():
    assert holm_adjusted([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert false_discovery([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert holm_adjusted([0.5, 0.9]) == pytest.approx([1, 1])


def test_what_was_not_tested_does_not_count():
    for adjust in (holm_adjusted, false_discovery):
        found = adjust([np.nan, 0.01, np.nan, 0.04])
        assert np.isnan(found[[0, 2]]).all()
        assert found[[1, 3]] == pytest.approx(adjust([0.01, 0.04]))
    assert holm_adjusted([]).tolist() == []


@given(P_VALUES)
def test_false_discovery_agrees_with_another_program(p_values):
    assert false_discovery(p_values) == pytest.approx(false_discovery_control(p_values))


@given(P_VALUES)
def test_holm_is_between_each_alone_and_bonferroni(p_values):
    found, plain = holm_adjusted(p_values), np.array(p_values)
    assert (plain <= found).all()
    assert (found <= np.minimum(plain * len(plain), 1) + 1e-12).all()
    assert found[np.argmin(plain)] == pytest.approx(min(plain.min() * len(plain), 1))


@pytest.mark.parametrize("adjust", [holm_adjusted, false_discovery])
def test_nothing_tested_is_nothing_found(adjust):
    assert (adjust([0.02, np.nan, 0.04, np.nan]) <= 0.05).tolist() == [True, False, True, False]
    assert (adjust([np.nan]) <= 0.05).tolist() == [False]
    assert (adjust([]) <= 0.05).tolist() == []
