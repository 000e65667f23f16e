"""Events of the city: which fall into a span, and the days of Ramadan."""

from datetime import date

import pytest

from ipsm_analytics.reference import events


def codes(first: date, last: date) -> list[str]:
    return [event.code for event in events.events_in(first, last)]


def test_an_event_counts_from_its_first_day_to_its_last():
    assert codes(date(2023, 2, 20), date(2023, 3, 22)) == ["BANJIR-2023-02"]
    assert codes(date(2023, 2, 21), date(2023, 3, 22)) == []
    assert codes(date(2023, 2, 21), date(2023, 3, 23)) == ["RAMADAN-2023"]
    assert codes(date(2025, 2, 1), date(2025, 3, 31)) == ["DTSEN-2025", "BANJIR-2025-02", "RAMADAN-2025", "LEBARAN-2025"]


def test_an_event_is_told_in_both_languages():
    (event,) = events.events_in(date(2025, 10, 6), date(2025, 10, 6))
    assert (event.kind, event.told("id")[:10], event.told("en")[:5]) == (events.ADMINISTRATION, "Pengukuhan", "Board")


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ((2025, 2, 1), (2025, 2, 28), (0, 0)),
        ((2025, 3, 1), (2025, 3, 31), (20, 10)),
        ((2024, 3, 1), (2024, 3, 31), (19, 1)),
        ((2024, 4, 1), (2024, 4, 30), (0, 9)),
        ((2023, 1, 1), (2024, 12, 31), (39, 20)),
    ],
)
def test_days_of_ramadan_and_its_close(first, last, days):
    assert events.fasting_days(date(*first), date(*last), 10) == days


def test_years_without_their_ramadan_are_known_to_be_missing():
    assert events.fasts_known(date(2022, 1, 1), date(2027, 12, 31))
    assert not events.fasts_known(date(2021, 12, 31), date(2024, 1, 1))
    assert not events.fasts_known(date(2024, 1, 1), date(2028, 1, 1))
