"""Quality counts from a few rows a reader can add up.

Two kelurahan of Mariso (B, M) and one of Tallo (P), January to March 2026, reports due on the 5th:

kelurahan  January                                          February                   March
B          5 rows, the first in on 12 Jan; 1 refused        1 row, a repeat, undated   1 row, 31 days later
M          1 row; report received 5 Feb, in time            report received 6 Mar      nothing
P          report, not said when received                   nothing                    nothing

Refused besides: one row of January without a kelurahan, one of B without a month, one monthly report of P, one register row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.quality import Quality, build
from ipsm_analytics.quality.build import CASE_COLUMNS, REFUSED_COLUMNS, REPORT_COLUMNS, ROSTER_COLUMNS
from tests.cubes import BONTORANNU, MATTOANGIN, PANNAMPU

Row = Mapping[str, object]
TODAY = date(2026, 3, 6)
"""January and February are due, March is not."""


def row(
    person: str, day: str, place: str, *codes: str, arrived: str = "", identity: str = "nik", warnings: tuple[str, ...] = ()
) -> Row:
    """An accepted case."""
    return {
        "person_key": person,
        "identity": identity,
        "kode_kelurahan": place,
        "kategori": list(codes or ("PPKS-08",)),
        "tgl_lapor": date.fromisoformat(day),
        "tgl_masuk": date.fromisoformat(arrived) if arrived else None,
        "warnings": list(warnings),
    }


def report(place: str, month: str, received: str = "") -> Row:
    """A monthly report."""
    arrived = date.fromisoformat(received) if received else None
    return {"kode_kelurahan": place, "bulan": date.fromisoformat(f"{month}-01"), "tgl_terima": arrived}


def refusal(place: str | None, month: str | None, *reasons: str, kind: str = "sicadas-ppks") -> Row:
    """A refused row."""
    day = date.fromisoformat(f"{month}-01") if month else None
    return {"kind": kind, "reasons": list(reasons), "kode_kelurahan": place, "bulan": day}


def quality_of(
    cases: Iterable[Row] = (), reports: Iterable[Row] = (), refused: Iterable[Row] = (), roster: Iterable[Row] = ()
) -> Quality:
    """Quality counts of these rows, data version 1, reports due on the 5th."""
    return build(
        _table(cases, schema.CASES, CASE_COLUMNS),
        _table(reports, schema.REPORTS, REPORT_COLUMNS),
        _table(refused, schema.QUARANTINE, REFUSED_COLUMNS),
        _table(roster, schema.ROSTER, ROSTER_COLUMNS),
        1,
        5,
    )


def _table(rows: Iterable[Row], fields: pa.Schema, columns: list[str]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=pa.schema([fields.field(name) for name in columns]))


CASES = (
    row("Ani", "2026-01-10", BONTORANNU, arrived="2026-01-12"),
    row("Ani", "2026-01-20", BONTORANNU, "PPKS-24", warnings=("NIK_LEN", "NUMBER_RANGE")),
    row("Budi", "2026-01-20", BONTORANNU, identity="nama_lahir", warnings=("NIK_LEN",)),
    row("tanpa nama", "2026-01-21", BONTORANNU, identity="tidak_ada"),
    row("tanpa nama", "2026-01-22", BONTORANNU, identity="tidak_ada"),
    row("Ani", "2026-02-09", BONTORANNU),
    row("Ani", "2026-03-12", BONTORANNU),
    row("Ani", "2026-01-15", MATTOANGIN),
)
REPORTS = (report(MATTOANGIN, "2026-01", "2026-02-05"), report(MATTOANGIN, "2026-02", "2026-03-06"), report(PANNAMPU, "2026-01"))
REFUSED = (
    refusal(BONTORANNU, "2026-01", "CAT_UNKNOWN", "STATUS_UNKNOWN"),
    refusal(None, "2026-01", "KEL_UNKNOWN"),
    refusal(BONTORANNU, None, "DATE_PARSE"),
    refusal(PANNAMPU, "2026-02", "FLAG_PARSE", kind="laporan-bulanan"),
    refusal(BONTORANNU, None, "PERSON_EMPTY", kind="sicadas-dtsen"),
)
ROSTER = ({"kode_kelurahan": BONTORANNU, "id_psm": "P2"}, {"kode_kelurahan": BONTORANNU, "id_psm": "P1"})


def small() -> Quality:
    """The rows of this module's docstring."""
    return quality_of(CASES, REPORTS, REFUSED, ROSTER)
