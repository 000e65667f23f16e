"""All counts of one data version from a few rows, with gaps where a row says nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import pandas as pd
import pyarrow as pa

from ipsm_analytics import casework, cube, quality, registers, schema
from ipsm_analytics.answers import Facts
from ipsm_analytics.casework import Casework
from ipsm_analytics.linking.coverage import UNMATCHABLE
from ipsm_analytics.registers import Registers

Row = Mapping[str, object]
FULL = "kasus-lengkap"
"""Import whose rows carry days of progress."""


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Rows with every column of a stored table."""
    fields = schema.TABLES[name][0]
    held = {"import_id": FULL, "warnings": [], "precedence": "", "sample": False, "identity": "nik", "status": "baru"}
    complete = [{column: row.get(column, held.get(column)) for column in fields.names} for row in rows]
    nullable = pa.schema([pa.field(field.name, field.type) for field in fields])
    return pa.Table.from_pylist(complete, schema=nullable)


def casework_of(
    cases: Iterable[Row] = (), reports: Iterable[Row] = (), roster: Iterable[Row] = (), dated: Collection[str] = (FULL,)
) -> Casework:
    """Casework of these rows, data version 1."""
    return casework.build(table("kasus", cases), table("laporan", reports), table("roster", roster), 1, dated)


def registers_of(register: Iterable[Row] = (), aid: Iterable[Row] = (), cases: Iterable[Row] = (), limit: int = 4) -> Registers:
    """Registers of these rows."""
    frames: Sequence[pd.DataFrame] = [
        table(name, rows).to_pandas() for name, rows in (("register", register), ("bansos", aid), ("kasus", cases))
    ]
    return registers.build(*frames, limit)


def facts_of(
    cases: Sequence[Row] = (),
    reports: Sequence[Row] = (),
    roster: Sequence[Row] = (),
    register: Sequence[Row] = (),
    aid: Sequence[Row] = (),
    matches: Mapping[str, tuple[str, str]] | None = None,
    today: date | None = None,
    version: int = 1,
) -> Facts:
    """Facts of these rows, data version 1, reports due on the 5th; `matches` gives state and register key by person."""
    stored, told, enrolled = table("kasus", cases), table("laporan", reports), table("roster", roster)
    persons = sorted({str(row["person_key"]) for row in cases})
    found = [(matches or {}).get(person, (UNMATCHABLE, "")) for person in persons]
    return Facts.of(
        cube.build(stored, told, version),
        today,
        casework=casework_of(cases, reports, roster),
        quality=quality.build(stored, told, table("karantina", ()), enrolled, 1, 5),
        registers=registers_of(register, aid, cases),
        matches=pd.DataFrame(
            {
                "person_key": persons,
                "state": [state for state, _ in found],
                "register_key": [key for _, key in found],
                "probability": [1.0 if key else float("nan") for _, key in found],
            }
        ),
    )
