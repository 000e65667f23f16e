"""DuckDB: SQL on the store's Parquet files."""

from __future__ import annotations

from typing import Any

import duckdb

from benchmarks.questions import Pass
from benchmarks.rivals.prepared import SERVED, VERIFIED, around, members, reported
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store

VIEW = f"""kode_kelurahan AS kelurahan, left(kode_kelurahan, 8) AS kecamatan, person_key AS orang, kategori, tgl_lapor AS hari,
    status IN {SERVED} OR tgl_layanan_pertama IS NOT NULL AS persons_served,
    status IN {VERIFIED} OR tgl_layanan_pertama IS NOT NULL AS persons_verified"""


class DuckDB:
    """One statement a pass; filters reach the files, and only the columns named are read."""

    def __init__(self, store: Store) -> None:
        self.connection = duckdb.connect()
        files = store.files("kasus", store.latest())
        self.connection.execute(f"CREATE VIEW kasus AS SELECT {VIEW} FROM read_parquet({files})")
        self.connection.register("arrow", reported(store))
        self.connection.execute("CREATE TABLE melapor AS SELECT *, left(kelurahan, 8) AS kecamatan FROM arrow")

    def rows(self, step: Pass) -> list[tuple[Any, ...]]:
        """(window number, area code, one count a column)."""
        statement = {"cases": _cases, "persons": _persons, "reports": _reports}[step.kind](step)
        return self.connection.execute(statement).fetchall()


def _cases(step: Pass) -> str:
    """Cases add up: one scan counts by month and combination of categories, windows and slices are sums of that."""
    split = "" if step.columns == (ALL,) else ", kategori"
    wanted = sorted({code for column in step.columns for code in members(column)})
    few = "" if ALL in step.columns else f" AND list_has_any(kategori, {wanted})"
    scan = f"""SELECT {_area(step)} AS wilayah, date_trunc('month', hari) AS bulan{split}, count(*) AS n
        FROM kasus WHERE {_where(step, "hari", around(step.windows))}{few} GROUP BY ALL"""
    counts = ", ".join("sum(n)" if code == ALL else f"sum(n) FILTER ({_in_slice(code)})" for code in step.columns)
    return f"SELECT nomor, wilayah, {counts} FROM ({scan}) JOIN {_windows(step)} ON bulan BETWEEN dari AND sampai GROUP BY ALL"


def _persons(step: Pass) -> str:
    """Each span by itself, so that only its files are read; single months together in one scan."""
    months = {position: window for position, window in enumerate(step.windows) if window.length == 1}
    spans = {position: window for position, window in enumerate(step.windows) if window.length > 1 or len(months) == 1}
    parts = [_distinct(step, str(position), window) for position, window in spans.items()]
    if len(months) > 1:
        whole = around(tuple(months.values()))
        scan = _distinct(step, f"datediff('month', DATE '{whole.first.first_day}', hari)", whole)
        order = {window.first.ordinal - whole.first.ordinal: position for position, window in months.items()}
        parts.append(f"SELECT MAP {order}[nomor] AS nomor, * EXCLUDE nomor FROM ({scan}) WHERE nomor IN {tuple(order)}")
    return " UNION ALL ".join(parts)


def _distinct(step: Pass, number: str, window: Window) -> str:
    """COUNT(DISTINCT) in two steps: grouping by person and counting the groups is faster than several COUNT(DISTINCT)."""
    flags = [column for column in step.columns if column != "persons"]
    kept = "".join(f", bool_or({flag}) AS {flag}" for flag in flags)
    scan = f"""SELECT {number} AS nomor, {_area(step)} AS wilayah, orang{kept} FROM kasus
        WHERE {_where(step, "hari", window)} GROUP BY ALL"""
    counts = ", ".join("count(*)" if column == "persons" else f"count(*) FILTER ({column})" for column in step.columns)
    return f"SELECT nomor, wilayah, {counts} FROM ({scan}) GROUP BY ALL"


def _reports(step: Pass) -> str:
    where = _where(step, "bulan", around(step.windows))
    return f"""SELECT nomor, {_area(step)} AS wilayah, count(*)
        FROM melapor JOIN {_windows(step)} ON bulan BETWEEN dari AND sampai WHERE {where} GROUP BY ALL"""


def _area(step: Pass) -> str:
    return f"'{step.within}'" if step.whole else step.level


def _where(step: Pass, day: str, window: Window) -> str:
    parts = [f"{day} BETWEEN DATE '{window.first.first_day}' AND DATE '{window.last.last_day}'"]
    match areas.level_of(step.within):
        case "kecamatan":
            parts.append(f"kelurahan LIKE '{step.within}.%'")
        case "kelurahan":
            parts.append(f"kelurahan = '{step.within}'")
    if step.slice != ALL:
        parts.append(_in_slice(step.slice))
    return " AND ".join(parts)


def _in_slice(code: str) -> str:
    return f"list_has_any(kategori, {list(members(code))})"


def _windows(step: Pass) -> str:
    rows = [f"({number}, DATE '{w.first.first_day}', DATE '{w.last.last_day}')" for number, w in enumerate(step.windows)]
    return f"(VALUES {', '.join(rows)}) AS jendela(nomor, dari, sampai)"
