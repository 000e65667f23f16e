"""Steps in monthly counts: found where they are, not where a trend or a season is, joined to events."""

from datetime import date

import numpy as np
import pytest

from ipsm_analytics.cube import Month
from ipsm_analytics.reference.events import Event
from ipsm_analytics.statistics.breaks import Break, breaks, near
from ipsm_analytics.statistics.monthly import MonthlyCounts, Why, holiday_terms, season_terms, years
from ipsm_analytics.statistics.refusal import Refusal

FIRST = Month(2022, 1)


def series(length: int, logs: np.ndarray | float = 0.0, seed: int = 7) -> MonthlyCounts:
    months = [FIRST.plus(step) for step in range(length)]
    days = np.array([month.last_day.day for month in months])
    mean = 4 * days * np.exp(logs + holiday_terms(months) @ [0.3, 0.5] + season_terms(months, 0) @ [0.2, 0.1, 0, 0])
    return MonthlyCounts(FIRST, np.random.default_rng(seed).poisson(mean).astype(float))


def step(length: int, place: int, size: float) -> np.ndarray:
    return np.log(size) * (np.arange(length) >= place)


def test_a_step_is_found_in_its_month_with_its_size():
    (found,) = breaks(series(48, step(48, 20, 1.5)))
    assert found.month == Month(2023, 9)
    assert found.lower < 50 < found.upper
    assert found.percent == pytest.approx(50, abs=15)
    assert 0.001 <= found.p_value < 0.05


def test_a_fall_has_a_negative_size():
    (found,) = breaks(series(48, step(48, 30, 0.5)))
    assert found.month == Month(2024, 7)
    assert found.upper < 0


def test_two_steps_are_found_in_order_of_time():
    found = breaks(series(60, step(60, 20, 2.0) + step(60, 40, 0.4)))
    assert [item.month for item in found] == [Month(2023, 9), Month(2025, 5)]


@pytest.mark.parametrize("slope", [0.0, 0.2, -0.3])
def test_season_holidays_and_a_steady_trend_are_no_step(slope):
    assert breaks(series(48, slope * years([FIRST.plus(place) for place in range(48)]))) == ()


def test_a_missing_month_moves_no_step():
    whole = series(48, step(48, 20, 2.0))
    counts = whole.counts.copy()
    counts[[5, 12]] = np.nan
    (found,) = breaks(MonthlyCounts(FIRST, counts))
    assert found.month == Month(2023, 9)


def test_the_search_says_the_same_each_time():
    one = series(40, step(40, 15, 1.6))
    assert breaks(one) == breaks(one)


def test_little_is_refused():
    assert breaks(MonthlyCounts(FIRST, np.full(23, 50.0))) == Refusal(Why.MONTHS, 23, 24)
    assert breaks(MonthlyCounts(FIRST, np.full(24, 1.0))) == Refusal(Why.CASES, 24, 120)


def event(code: str, start: date, end: date) -> Event:
    return Event(code, start, end, "banjir", code, code, "uji")


@pytest.mark.parametrize(
    ("window", "codes"),
    [(0, ["long"]), (1, ["long", "before"]), (2, ["long", "before", "after"])],
)
def test_a_step_is_joined_to_events_within_a_window(window, codes):
    item = Break(Month(2024, 5), 50.0, 20.0, 80.0, 0.01)
    events = [
        event("long", date(2024, 1, 1), date(2024, 6, 30)),
        event("before", date(2024, 4, 30), date(2024, 4, 30)),
        event("after", date(2024, 7, 1), date(2024, 7, 2)),
        event("never", date(2024, 9, 1), date(2024, 9, 2)),
    ]
    ((joined, found),) = near([item], events, window)
    assert joined is item
    assert [one.code for one in found] == codes
