"""Building the cube against DuckDB's GROUP BY of the same cells, both from the same Arrow table in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from statistics import median
from time import perf_counter

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.dataset import million
from benchmarks.report import Measure, Section
from benchmarks.rivals.prepared import SERVED, VERIFIED, number
from ipsm_analytics.cube import Cube, Selection, Window, build
from ipsm_analytics.cube.axes import ALL, area_codes, slice_codes
from ipsm_analytics.cube.build import CASE_COLUMNS, REPORT_COLUMNS
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.reference import areas, categories

REPEATS = 3
STAGES: tuple[Quantity, ...] = ("persons", "persons_verified", "persons_served")
Ints = npt.NDArray[np.int64]
READING = f"""Dari tabel Arrow yang sama di memori, bergantian, nilai tengah {REPEATS} kali (sel yang sama: sekali). Kubus
memuat tiga tingkat wilayah × 35 bagian × 36 bulan: kasus menurut jenis kelamin dan umur, serta orang berbeda
pada semua 666 rentang bulan untuk tiga tahap. Yang dinilai ialah DuckDB dengan sel yang sama: kasus, dan orang
berbeda dalam bentuk ringkas (fungsi jendela; penjumlahan ke 666 rentang tidak dihitung waktunya). Dua tugas
DuckDB yang lebih ringan daripada isi kubus ditulis sebagai pembanding, tanpa sasaran: hanya kasus, dan kasus
dengan orang berbeda pada bulan tunggal saja. Semua sel dibandingkan dan sama."""


def run() -> Section:
    """Measures; raises AssertionError when any cell differs."""
    store = million()
    version = store.latest()
    cases, reports = store.read("kasus", version, CASE_COLUMNS), store.read("laporan", version, REPORT_COLUMNS)
    rival = GroupBy(cases)
    cube = build(cases, reports, version.number)
    times = _times(
        {"cube": lambda: build(cases, reports, version.number), "cases": rival.cases, "months": rival.cases_and_persons},
    )
    start = perf_counter()
    compact = rival.same()
    same = perf_counter() - start
    assert_cases(cube, rival.cases())
    assert_months(cube, rival.persons())
    assert_windows(cube, compact)
    return Section("Membangun kubus", READING, tuple(_measures(times, same)))


def _times(tasks: dict[str, Callable[[], object]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(REPEATS):
        for name, task in tasks.items():
            start = perf_counter()
            task()
            taken[name].append(perf_counter() - start)
    return {name: median(seconds) for name, seconds in taken.items()}


def _measures(times: dict[str, float], same: float) -> list[Measure]:
    ours = times["cube"]
    return [
        Measure("kubus, semua sel", ours, "detik", decimals=2),
        Measure("DuckDB, sel yang sama", same, "detik", decimals=2),
        Measure("kubus / DuckDB, sel yang sama", ours / same, "×", 1, decimals=2),
        Measure("DuckDB, hanya kasus", times["cases"], "detik", decimals=2),
        Measure("kubus / DuckDB, hanya kasus", ours / times["cases"], "×", decimals=2),
        Measure("DuckDB, kasus dan orang berbeda per bulan tunggal", times["months"], "detik", decimals=2),
        Measure("kubus / DuckDB, bulan tunggal", ours / times["months"], "×", decimals=2),
    ]


class GroupBy:
    """DuckDB on the Arrow table; categories are combined before rows are multiplied by slices."""

    def __init__(self, cases: pa.Table) -> None:
        self.connection = duckdb.connect()
        self.connection.register("kasus", cases)
        self.connection.execute("CREATE TABLE anggota (kategori VARCHAR, bagian VARCHAR)")
        pairs = [(code, name) for code, item in categories.categories().items() for name in (ALL, code, *item.groups)]
        self.connection.executemany("INSERT INTO anggota VALUES (?, ?)", pairs)

    def cases(self) -> pa.Table:
        """Cases by area of every level, slice and month."""
        return self._ask(_CASES)

    def persons(self) -> pa.Table:
        """Distinct persons by area of every level, slice and single month."""
        return self._ask(_MONTHS)

    def cases_and_persons(self) -> None:
        """Both."""
        self.cases()
        self.persons()

    def same(self) -> dict[Quantity, pa.Table]:
        """The cube's cells: cases by sex and age, persons by previous month seen and month for each stage."""
        self._ask(_CASES)
        self._ask(_PROFILE)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE baris AS {_ROWS}")
        return {stage: self._ask(_since(rank)) for rank, stage in enumerate(STAGES)}

    def _ask(self, statement: str) -> pa.Table:
        return self.connection.sql(statement).to_arrow_table()


_KELURAHAN = "kode_kelurahan AS kelurahan, left(kode_kelurahan, 8) AS kecamatan"
_MONTH = "datediff('month', DATE '1970-01-01', tgl_lapor)"
_PATTERNS = """pola AS MATERIALIZED (
    SELECT DISTINCT kumpulan.kategori, bagian FROM (SELECT DISTINCT kategori FROM kasus) AS kumpulan,
    UNNEST(kumpulan.kategori) AS satu(kode) JOIN anggota ON anggota.kategori = kode)"""
_LEVELS = "GROUPING SETS ((kelurahan, bagian, bulan), (kecamatan, bagian, bulan), (bagian, bulan))"
_PLACE = f"coalesce(kelurahan, kecamatan, '{areas.CITY}') AS wilayah"
_CASES = f"""WITH {_PATTERNS},
    bulanan AS (SELECT {_KELURAHAN}, {_MONTH} AS bulan, kategori, count(*) AS n FROM kasus GROUP BY ALL)
    SELECT {_PLACE}, bagian, bulan, sum(n)::BIGINT AS n FROM bulanan JOIN pola USING (kategori) GROUP BY {_LEVELS}"""
_MONTHS = f"""WITH {_PATTERNS},
    bulanan AS (SELECT DISTINCT {_KELURAHAN}, {_MONTH} AS bulan, kategori, hash(person_key) AS orang FROM kasus)
    SELECT {_PLACE}, bagian, bulan, count(DISTINCT orang) AS n FROM bulanan JOIN pola USING (kategori) GROUP BY {_LEVELS}"""
_PROFILE = f"""WITH {_PATTERNS}, bulanan AS (SELECT kode_kelurahan AS kelurahan, {_MONTH} AS bulan, jk,
    CASE WHEN usia < 6 THEN 0 WHEN usia < 18 THEN 1 WHEN usia < 60 THEN 2 WHEN usia IS NOT NULL THEN 3 END AS umur,
    kategori, count(*) AS n FROM kasus GROUP BY ALL)
    SELECT kelurahan, bagian, bulan, jk, umur, sum(n)::BIGINT AS n FROM bulanan JOIN pola USING (kategori) GROUP BY ALL"""
_STAGE = f"CASE WHEN status IN {SERVED} OR tgl_layanan_pertama IS NOT NULL THEN 2 WHEN status IN {VERIFIED} THEN 1 ELSE 0 END"
_ROWS = f"""WITH {_PATTERNS}
    SELECT hash(person_key) AS orang, {_KELURAHAN}, '{areas.CITY}' AS kota, {_MONTH} AS bulan, bagian,
    max({_STAGE})::TINYINT AS tahap FROM kasus JOIN pola USING (kategori) GROUP BY ALL"""


def _since(rank: int) -> str:
    """How many persons were last seen in month `sejak` - 1 (0: never) before a month, in the same area and slice."""
    parts = [
        f"""SELECT {level} AS wilayah, bagian, bulan, sejak, count(*) AS n FROM (
        SELECT {level}, bagian, bulan, coalesce(lag(bulan) OVER person + 1, 0) AS sejak FROM baris WHERE tahap >= {rank}
        WINDOW person AS (PARTITION BY orang, bagian, {level} ORDER BY bulan)) GROUP BY ALL"""
        for level in areas.LEVELS
    ]
    return " UNION ALL ".join(parts)


def assert_cases(cube: Cube, cells: pa.Table) -> None:
    """Raises AssertionError unless the cube's cases are these."""
    np.testing.assert_array_equal(_selected(cube, "cases", _months(cube)), _dense(cube, cells)[0])


def assert_months(cube: Cube, cells: pa.Table) -> None:
    """Raises AssertionError unless the cube's persons of single months are these."""
    np.testing.assert_array_equal(_selected(cube, "persons", _months(cube)), _dense(cube, cells)[0])


def assert_windows(cube: Cube, compact: Mapping[Quantity, pa.Table]) -> None:
    """Raises AssertionError unless the cube's persons are these, for every stage and window."""
    months = _months(cube)
    for stage, cells in compact.items():
        known = _dense(cube, cells).cumsum(axis=0)
        for first, month in enumerate(months):
            windows = tuple(Window(month.first, last.last) for last in months[first:])
            np.testing.assert_array_equal(_selected(cube, stage, windows), known[first, first:].cumsum(axis=0), err_msg=stage)


def _months(cube: Cube) -> tuple[Window, ...]:
    return tuple(Window(month, month) for month in cube.span.months()) if cube.span else ()


def _selected(cube: Cube, quantity: Quantity, windows: tuple[Window, ...]) -> Ints:
    return cube.select(Selection(quantity, area_codes(), slice_codes(), windows)).values


def _dense(cube: Cube, cells: pa.Table) -> Ints:
    """(months since × months × slices × areas) counts of rows; one month since where rows do not say."""
    first, sizes = number(cube.first), (cube.month_count, len(slice_codes()), len(area_codes()))
    since = (
        np.maximum(cells["sejak"].to_numpy() - first, 0)
        if "sejak" in cells.column_names
        else np.zeros(len(cells), dtype=np.int64)
    )
    places = [
        pc.index_in(cells[name], pa.array(codes)).to_numpy()
        for name, codes in (("bagian", slice_codes()), ("wilayah", area_codes()))
    ]
    position = np.ravel_multi_index((since, cells["bulan"].to_numpy() - first, *places), (sizes[0] + 1, *sizes))
    counts = np.bincount(position, cells["n"].to_numpy(), minlength=(sizes[0] + 1) * prod(sizes))
    return counts.astype(np.int64).reshape(-1, *sizes)
