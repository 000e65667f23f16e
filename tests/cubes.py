"""Cubes from a few rows a reader can add up.

The city of most tests, in two neighbouring kelurahan of Mariso and one of Tallo:

person  month    kelurahan   categories          state        sex, age
Ani     2026-01  BONTORANNU  PPKS-08             baru         P 70
Ani     2026-02  BONTORANNU  PPKS-08, PPKS-24    verifikasi   P 70
Ani     2026-03  MATTOANGIN  PPKS-24             dilayani     P 70
Budi    2026-01  BONTORANNU  PPKS-05             asesmen      L 10
Budi    2026-01  BONTORANNU  PPKS-05             baru         L 10
Cici    2026-03  PANNAMPU    PPKS-01, PPKS-05    dirujuk, and already served on 2026-04-02; P 3
Dodi    2026-03  BONTORANNU  PPKS-08             ditutup      unknown

Explicit nihil reports: PANNAMPU for 2026-01, MATTOANGIN for 2026-05. PPKS-05 counts in ANAK and in DISABILITAS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.cube import Cube, Month, Window, build
from ipsm_analytics.cube.build import CASE_COLUMNS, REPORT_COLUMNS

MARISO, TALLO, CITY = "73.71.01", "73.71.07", "73.71"
BONTORANNU, MATTOANGIN, PANNAMPU = "73.71.01.1001", "73.71.01.1002", "73.71.07.1001"
Row = Mapping[str, object]


def case(person: str, month: str, kelurahan: str, *categories: str, status: str = "baru", **more: object) -> Row:
    """A case reported on the 15th of a month; `more` gives further columns."""
    return {
        "person_key": person,
        "identity": "nik",
        "kode_kelurahan": kelurahan,
        "kategori": list(categories),
        "tgl_lapor": date.fromisoformat(f"{month}-15"),
        "status": status,
        "sample": False,
        **more,
    }


def nihil(kelurahan: str, month: str, received: date | None = None) -> Row:
    """A monthly report that there is nothing to report."""
    return {"kode_kelurahan": kelurahan, "bulan": date.fromisoformat(f"{month}-01"), "tgl_terima": received}


def case_table(rows: Iterable[Row]) -> pa.Table:
    """Cases with the columns the cube reads."""
    return _table(rows, schema.CASES, CASE_COLUMNS)


def report_table(rows: Iterable[Row]) -> pa.Table:
    """Reports with the columns the cube reads."""
    return _table(rows, schema.REPORTS, REPORT_COLUMNS)


def _table(rows: Iterable[Row], fields: pa.Schema, columns: list[str]) -> pa.Table:
    complete = [{name: row.get(name) for name in columns} for row in rows]
    return pa.Table.from_pylist(complete, schema=pa.schema([fields.field(name) for name in columns]))


def cube_of(cases: Iterable[Row] = (), reports: Iterable[Row] = ()) -> Cube:
    """A cube of these rows, data version 1."""
    return build(case_table(cases), report_table(reports), 1)


def months(first: str, last: str | None = None) -> Window:
    """Whole months from YYYY-MM to YYYY-MM; one month when there is no last."""
    return Window(Month.parse(first), Month.parse(last or first))


CASES = (
    case("Ani", "2026-01", BONTORANNU, "PPKS-08", jk="P", usia=70),
    case("Ani", "2026-02", BONTORANNU, "PPKS-08", "PPKS-24", status="verifikasi", jk="P", usia=70),
    case("Ani", "2026-03", MATTOANGIN, "PPKS-24", status="dilayani", jk="P", usia=70),
    case("Budi", "2026-01", BONTORANNU, "PPKS-05", status="asesmen", jk="L", usia=10),
    case("Budi", "2026-01", BONTORANNU, "PPKS-05", jk="L", usia=10),
    case(
        "Cici", "2026-03", PANNAMPU, "PPKS-01", "PPKS-05", status="dirujuk", jk="P", usia=3, tgl_layanan_pertama=date(2026, 4, 2)
    ),
    case("Dodi", "2026-03", BONTORANNU, "PPKS-08", status="ditutup"),
)
REPORTS = (nihil(PANNAMPU, "2026-01"), nihil(MATTOANGIN, "2026-05"))
FIRST_QUARTER = months("2026-01", "2026-03")
WHOLE = months("2026-01", "2026-05")
