"""Which areas are alike, added up by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.similar import Neighbour, nearest

PARTS = {"penduduk": ["p"], "campuran": ["a", "b"]}
NAN = float("nan")


def table(rows: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["p", "a", "b"])


FOUR = table({"A": (0, 0, 0), "B": (2, 0, 0), "C": (0, 2, 2), "D": (2, 2, 2)})
"""Every column has variance 1, so p expects a square of 2, the mix of a and b one of 4."""


def test_each_property_weighs_the_same_whatever_its_columns():
    assert nearest(FOUR, PARTS, "A") == (
        Neighbour("B", pytest.approx(1.0), ()),
        Neighbour("C", pytest.approx(1.0), ()),
        Neighbour("D", pytest.approx(2**0.5), ()),
    )


def test_the_unit_of_a_property_does_not_matter():
    scaled = FOUR.assign(p=FOUR["p"] * 1000)
    assert [one.distance for one in nearest(scaled, PARTS, "A")] == pytest.approx([1, 1, 2**0.5])


def test_ties_stand_in_order_of_their_codes_and_the_limit_holds():
    backwards = FOUR.iloc[::-1]
    assert [one.code for one in nearest(backwards, PARTS, "A", limit=2)] == ["B", "C"]


def test_a_property_that_is_not_known_of_one_is_left_out_and_said():
    parts = {**PARTS, "register": ["r"]}
    gap = FOUR.assign(r=[0.0, NAN, 0.0, 3.0])
    found = {one.code: one for one in nearest(gap, parts, "A")}
    assert found["B"] == Neighbour("B", pytest.approx(1.0), ("register",))
    assert found["C"].left_out == ()
    assert found["C"].distance == pytest.approx((2 / 3) ** 0.5)


def test_a_gap_in_one_column_takes_the_whole_mix_away():
    gap = table({"A": (0, 0, 0), "B": (2, NAN, 0), "C": (0, 2, 2), "D": (2, 2, 2)})
    assert [one.code for one in nearest(gap, PARTS, "A")] == ["C", "D"]


def test_a_property_equal_everywhere_says_nothing():
    flat = {**PARTS, "kelengkapan": ["k"]}
    (first, *_) = nearest(FOUR.assign(k=1.0), flat, "A")
    assert first == Neighbour("B", pytest.approx(1.0), ("kelengkapan",))


def test_an_area_of_which_too_little_is_known_has_no_neighbours():
    gap = table({"A": (0, NAN, 0), "B": (2, 0, 0), "C": (0, 2, 2)})
    assert nearest(gap, PARTS, "A") == ()
    assert nearest(table({"A": (0, 0, 0)}), PARTS, "A") == ()


def test_an_area_that_is_not_in_the_table_is_refused():
    with pytest.raises(UserError, match="73"):
        nearest(FOUR, PARTS, "73")


@given(arrays(np.float64, (6, 3), elements=st.one_of(st.just(NAN), st.integers(-9, 9).map(float))))
def test_distances_are_symmetric_and_an_area_is_never_its_own_neighbour(values: np.ndarray):
    frame = pd.DataFrame(values, index=list("ABCDEF"), columns=["p", "a", "b"])
    found = {code: {one.code: one for one in nearest(frame, PARTS, code, limit=9)} for code in frame.index}
    for code, others in found.items():
        assert code not in others
        for other, one in others.items():
            assert found[other][code].distance == pytest.approx(one.distance)
            assert found[other][code].left_out == one.left_out
            assert one.distance >= 0
