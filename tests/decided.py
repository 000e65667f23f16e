"""A city in which something was decided: 15 kecamatan with cases in one kelurahan each, all others told that there is none.

January to March 2026 is what the meeting saw, April is final when it is looked at again (the data end in July):

kecamatan      January–March   April
Mariso         90 persons      as asked for
Mamajang       9 persons       9
each other     36 persons      12
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Window
from ipsm_analytics.rakor.decisions import Decision, Draft
from ipsm_analytics.rakor.outcomes import Look
from ipsm_analytics.rakor.snapshot import LIVE, Snapshot
from ipsm_analytics.reference import areas, population
from tests.cubes import MARISO, Row, case, months, nihil
from tests.facts import facts_of

SEEN, NEXT, ALL_MONTHS = months("2026-01", "2026-03"), months("2026-04"), months("2026-01", "2026-07")
MAMAJANG, THIRD = areas.codes("kecamatan")[1:3]
LATE = date(2026, 7, 15)


def persons(kelurahan: str, month: str, count: int, served: int = 0, category: str = "PPKS-11") -> list[Row]:
    """Verified persons nobody else is, the first of them served."""
    return [
        case(f"{kelurahan}-{month}-{number}", month, kelurahan, category, status="dilayani" if number < served else "verifikasi")
        for number in range(count)
    ]


def first_of(district: str) -> str:
    """The kelurahan in which the cases of a kecamatan are."""
    return areas.members(district)[0]


def cases(april: int, served: int) -> Iterable[Row]:
    """The cases of the table above; of those of Mariso in April some are served, of all others half."""
    for district in areas.codes("kecamatan"):
        each = {MARISO: 30, MAMAJANG: 3}.get(district, 12)
        for month in ("2026-01", "2026-02", "2026-03"):
            yield from persons(first_of(district), month, each, each // 2)
        count = {MARISO: april, MAMAJANG: 9}.get(district, 12)
        yield from persons(first_of(district), "2026-04", count, served if district == MARISO else count // 2)


@cache
def even_facts(april: int = 28) -> Facts:
    """A city in which every kecamatan has one case for 2.500 residents a month, but Mariso had a quarter more than that."""
    rows: list[Row] = []
    for district in areas.codes("kecamatan"):
        each = round(sum(population.by_kelurahan()[code] for code in areas.members(district)) / 2500)
        for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
            mine = april if month == "2026-04" else round(1.25 * each)
            rows += persons(first_of(district), month, mine if district == MARISO else each)
    return facts_of(rows, list(told(frozenset())), today=LATE)


def told(silent: frozenset[str]) -> Iterable[Row]:
    """Reports of every kelurahan and month but those of the silent in April, the last of which came on LATE."""
    for code in areas.codes("kelurahan"):
        for month in range(1, 8):
            if not (month == 4 and code in silent):
                yield nihil(code, f"2026-{month:02}", LATE if month == 7 else None)


@cache
def facts(april: int = 30, served: int = 15, silent: frozenset[str] = frozenset()) -> Facts:
    """The city with so many persons in Mariso in April."""
    return facts_of(list(cases(april, served)), list(told(silent)), today=LATE)


def snapshot(number: int = 1, window: Window = SEEN, today: date = date(2026, 4, 10)) -> Snapshot:
    """What a meeting froze."""
    limits = {"small_cell": 5, "settle_days": 60, "report_due_day": 5, "poor_decile": 4}
    name = f"Rakor {number}"
    return Snapshot(number, name, today, 1, window, today, limits, population.by_kelurahan(), "0.1.0+abcde")


def newest(facts_: Facts, window: Window = ALL_MONTHS) -> Look:
    """The newest data."""
    return Look(snapshot(LIVE, window, LATE), facts_)


def decision(**changes: object) -> Decision:
    """Fewer reports in Mariso, which was chosen for being the worst."""
    usual = {"snapshot": 1, "indicator": "K03", "area": MARISO, "direction": "turun", "chosen": "terburuk"}
    texts = {"what": "Penjangkauan dua kali sepekan", "office": "DINSOS-REHSOS", "due": date(2026, 6, 30)}
    return Decision(1, Draft(**{**texts, **usual, **changes}))
