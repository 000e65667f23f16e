"""Rows of values on one scale."""

import pytest

from ipsm_analytics.views.strips import Row, Strip, against, shares

ROWS = (Row("Lette", 60.0, 50.0, 80.0, "60,0"), Row("Mario", 40.0, 35.0, 45.0, "40,0"))


def test_the_scale_runs_from_zero_to_the_widest_interval():
    strip = against(ROWS, 20.0, "kota")
    assert [strip.place(value) for value in (0, 20, 60, 80)] == [0, 25, 75, 100]


def test_a_reference_beyond_every_row_stays_on_the_scale():
    strip = against(ROWS, 160.0, "kota")
    assert (strip.highest, strip.place(160.0), strip.place(80.0)) == (160.0, 100, 50)


def test_no_rows_leave_the_reference():
    assert against((), 20.0, "kota") == Strip((), "titik", 20.0, (20.0, "kota"))


def test_percentages_fill_the_scale_at_one_hundred():
    assert (shares(ROWS).place(100), shares(ROWS).place(35.5)) == (100, 35.5)


@pytest.mark.parametrize(("value", "place"), [(-1, 0), (101, 100)])
def test_nothing_is_drawn_off_the_scale(value: float, place: float):
    assert shares(ROWS).place(value) == place


def test_a_scale_of_nothing_has_all_at_zero():
    assert against((), 0.0, "kota").place(0.0) == 0
