"""Months and windows: arithmetic over year ends, and nothing read that is not a month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.cube import Month, Window, month_label
from tests.cubes import months

calendar = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


@pytest.mark.parametrize(
    ("start", "steps", "end"),
    [
        (Month(2026, 1), 0, Month(2026, 1)),
        (Month(2026, 1), -1, Month(2025, 12)),
        (Month(2025, 12), 1, Month(2026, 1)),
        (Month(2026, 3), -12, Month(2025, 3)),
        (Month(2026, 10), 15, Month(2028, 1)),
    ],
)
def test_months_go_over_the_end_of_a_year(start: Month, steps: int, end: Month):
    assert start.plus(steps) == end


@given(calendar, st.integers(-600, 600))
def test_going_forth_and_back_ends_where_it_began(month: Month, steps: int):
    assert month.plus(steps).plus(-steps) == month
    assert month.plus(steps).ordinal - month.ordinal == steps


@pytest.mark.parametrize(
    ("month", "days"), [(Month(2026, 2), 28), (Month(2024, 2), 29), (Month(2026, 12), 31), (Month(2026, 4), 30)]
)
def test_a_month_has_its_days(month: Month, days: int):
    assert month.first_day == date(month.year, month.month, 1)
    assert month.last_day == date(month.year, month.month, days)
    assert Month.of(month.last_day) == Month.of(month.first_day) == month


@given(calendar)
def test_a_label_is_read_back(month: Month):
    assert Month.parse(month_label(month)) == month


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026", "2026-1", "26-01", "Jan 2026", "", "2026-01-01", "202601", "２０２６-01"]
)
def test_what_is_no_month_is_not_read(text: str):
    with pytest.raises(ValueError, match=r"isoformat|month must be"):
        Month.parse(text)


def test_a_window_counts_both_ends():
    assert months("2026-01").length == 1
    assert months("2025-11", "2026-02").length == 4
    assert months("2025-11", "2026-02").months() == [Month(2025, 11), Month(2025, 12), Month(2026, 1), Month(2026, 2)]


def test_a_reversed_window_has_no_month():
    assert Window(Month(2026, 2), Month(2026, 1)).length == 0
    assert Window(Month(2026, 2), Month(2026, 1)).months() == []


def test_a_window_moves_as_a_whole():
    assert months("2026-01", "2026-03").shifted(-12) == months("2025-01", "2025-03")
    assert months("2026-11", "2027-01").shifted(2) == months("2027-01", "2027-03")
