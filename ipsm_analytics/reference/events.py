"""What happened in the city and when: holidays that move through the year, floods, policy, administrative changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ipsm_analytics.reference.tables import rows

HOLIDAY, FLOOD, POLICY, ADMINISTRATION = "hari_raya", "banjir", "kebijakan", "administrasi"
KINDS = (HOLIDAY, FLOOD, POLICY, ADMINISTRATION)
FAST, FEAST = "RAMADAN", "LEBARAN"


@dataclass(frozen=True)
class Event:
    """One event; `start` and `end` are its first and last day, both included."""

    code: str
    start: date
    end: date
    kind: str
    title: str
    title_en: str
    source: str

    def told(self, language: str) -> str:
        """The title in Bahasa Indonesia ('id') or English ('en')."""
        return self.title_en if language == "en" else self.title


@cache
def events() -> tuple[Event, ...]:
    """All events in order of their first day."""
    found = [
        Event(
            code=row["kode"],
            start=date.fromisoformat(row["mulai"]),
            end=date.fromisoformat(row["selesai"]),
            kind=row["jenis"],
            title=row["judul"],
            title_en=row["title_en"],
            source=row["sumber"],
        )
        for row in rows("peristiwa")
    ]
    return tuple(sorted(found, key=lambda event: (event.start, event.code)))


def events_in(first: date, last: date) -> tuple[Event, ...]:
    """Events with at least one day between two days, both included, in order of their first day."""
    return tuple(event for event in events() if event.start <= last and event.end >= first)


@cache
def fasts() -> tuple[Event, ...]:
    """Every Ramadan of the table; its last day is the day before Lebaran."""
    return tuple(event for event in events() if event.code.startswith(FAST))


def fasts_known(first: date, last: date) -> bool:
    """Whether every Ramadan between two days stands in the table: all their years lie within the years it lists."""
    years = [event.start.year for event in fasts()]
    return years[0] <= first.year and last.year <= years[-1]


def fasting_days(first: date, last: date, closing: int) -> tuple[int, int]:
    """Days of Ramadan between two days, both included: those before its last `closing` days, and those last days."""
    early = late = 0
    for fast in fasts():
        turn = fast.end - timedelta(days=closing)
        early += _shared(first, last, fast.start, turn)
        late += _shared(first, last, turn + timedelta(days=1), fast.end)
    return early, late


def _shared(first: date, last: date, start: date, end: date) -> int:
    return max(0, (min(last, end) - max(first, start)).days + 1)
