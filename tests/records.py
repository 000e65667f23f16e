"""What two meetings froze, from a few rows a reader can add up.

The city of 1 January to 28 February 2026, seen on 5 March; 1,000 people live in each of the 153 kelurahan:

persons  reported    kelurahan   category  what was done
P0-P3    2026-01-15  BONTORANNU  PPKS-08   served on the 16th
P4-P7    2026-01-15  BONTORANNU  PPKS-08   verified on the 25th
P8, P9   2026-01-15  BONTORANNU  PPKS-08   nothing

and a nihil report of PANNAMPU for February, received on 2 March.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from ipsm_analytics import casework, cube
from ipsm_analytics.answers import Facts
from ipsm_analytics.casework.build import newest_day
from ipsm_analytics.rakor.movement import Movement
from ipsm_analytics.rakor.states import Records, chain
from ipsm_analytics.reference import areas
from tests.cubes import BONTORANNU, PANNAMPU, Row, case, months, nihil
from tests.facts import FULL, table

PEOPLE = dict.fromkeys(areas.codes("kelurahan"), 1000)
OPENING, MARCH = date(2026, 3, 5), date(2026, 4, 5)
"""Days of the older and of the newer meeting."""


def found(number: str, month: str = "2026-01", place: str = BONTORANNU, *codes: str, **more: Any) -> Row:
    """A case of the person of its number, by default an old one of BONTORANNU in January."""
    return {**case(number.split("-", maxsplit=1)[0], month, place, *(codes or ("PPKS-08",))), "case_id": number, **more}


def told(place: str, month: str, received: date | None = None) -> Row:
    """A nihil report; it keeps its key while place and month stay."""
    return {**nihil(place, month, received), "report_id": f"{place} {month}", "nihil": True}


SERVED = {"status": "dilayani", "tgl_layanan_pertama": date(2026, 1, 16)}
VERIFIED = {"status": "verifikasi", "tgl_verifikasi": date(2026, 1, 25)}
CASES = (
    *(found(f"P{number}", **SERVED) for number in range(4)),
    *(found(f"P{number}", **VERIFIED) for number in range(4, 8)),
    *(found(f"P{number}") for number in range(8, 10)),
)
REPORTS = (told(PANNAMPU, "2026-02", date(2026, 3, 2)),)


def records(cases: Iterable[Row] = CASES, reports: Iterable[Row] = REPORTS, **more: Any) -> Records:
    """What the older meeting froze of these rows; `more` gives other values of Records."""
    rows, nothing = table("kasus", cases), table("laporan", reports)
    ready = Records(
        rows, nothing, {}, months("2026-01", "2026-02"), OPENING, newest_day(rows, nothing), PEOPLE, frozenset({FULL})
    )
    return replace(ready, **more)


def with_case(number: str, **more: Any) -> list[Row]:
    """The cases, one of them changed."""
    return [{**row, **more} if row["case_id"] == number else row for row in CASES]


def way(before: Records, after: Records) -> Movement:
    """The way from one to the other."""
    return Movement(chain(before, after))


def facts(held: Records) -> Facts:
    """The counts of records as they are made of a whole data version."""
    roster = table("roster", ())
    return Facts.of(
        cube.build(held.cases, held.reports, 1, held.same),
        held.today,
        held.people,
        casework=casework.build(held.cases, held.reports, roster, 1, held.dated, held.same),
    )
