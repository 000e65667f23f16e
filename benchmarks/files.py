"""Made-up Sicadas files of any length, the same on every machine, kept for later runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import xlsxwriter

from benchmarks.dataset import DATA
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.schema import SICADAS_PPKS_COLUMNS

SEED, REVISION = 20_261_124, 1
WRONG = 0.02
"""Share of rows with something wrong: half a NIK of 15 digits (a warning), half an unknown kelurahan (refused)."""
SYLLABLES = ("an", "ba", "da", "la", "ma", "na", "ra", "sa", "ti", "wa")
STATUSES = ("Kasus Aktif", "Menunggu Foto", "Selesai Ditangani", "Selesai")
Ints = npt.NDArray[np.int64]
CATEGORIES = [item.name for item in categories.categories().values() if not item.age_min and not item.age_max]
"""Those of any age: a row is wrong on purpose or not at all."""
Days = npt.NDArray[np.datetime64]


def sicadas_csv(rows: int) -> Path:
    """A CSV of so many rows."""
    path = DATA / f"sicadas-{SEED}-{REVISION}-{rows}.csv"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        pacsv.write_csv(_table(rows), unfinished)
        unfinished.rename(path)
    return path


def sicadas_workbook(rows: int) -> Path:
    """The same rows as `sicadas_csv` in an XLSX: NIK as text, days as real dates."""
    path = DATA / f"sicadas-{SEED}-{REVISION}-{rows}.xlsx"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        with xlsxwriter.Workbook(unfinished, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
            sheet = book.add_worksheet("Data")
            sheet.write_row(0, 0, SICADAS_PPKS_COLUMNS)
            day = SICADAS_PPKS_COLUMNS.index("Tanggal Laporan")
            for number, row in enumerate(zip(*_table(rows).to_pydict().values(), strict=True), 1):
                sheet.write_row(number, 0, row[:day])
                sheet.write_datetime(number, day, date(*map(int, reversed(row[day].split("/")))))
                sheet.write_row(number, day + 1, row[day + 1 :])
        unfinished.rename(path)
    return path


def _table(rows: int) -> pa.Table:
    rng = np.random.default_rng(SEED)
    codes = areas.codes("kelurahan")
    place = rng.integers(0, len(codes), rows)
    wrong = rng.random(rows)
    kelurahan = _drawn([areas.name(code) for code in codes], place)
    columns = {
        "NIK": _niks(rng, rows, pa.array(wrong < WRONG / 2)),
        "Nama": _names(rng, rows),
        "Kategori PPKS": _drawn(CATEGORIES, rng.integers(0, len(CATEGORIES), rows)),
        "Kecamatan": _drawn([areas.name(areas.parent(code)) for code in codes], place),
        "Kelurahan": pc.if_else(pa.array((wrong >= WRONG / 2) & (wrong < WRONG)), "Xyz", kelurahan),
        "Lokasi Penemuan": _drawn([f"Jalan Contoh {number}" for number in range(1, 2001)], rng.integers(0, 2000, rows)),
        "Tanggal Laporan": pc.strftime(pa.array(_days(rng, rows, "2023-11-01", "2026-11-01")), "%d/%m/%Y"),
        "Status": _drawn(STATUSES, rng.integers(0, len(STATUSES), rows)),
        "Keterangan": pa.repeat("", rows),
    }
    return pa.table({name: columns[name] for name in SICADAS_PPKS_COLUMNS})


def _niks(rng: np.random.Generator, rows: int, short: pa.Array) -> pa.Array:
    """Invented NIK: 7371, kecamatan, day of birth (women 40 later), serial number; the short ones lack the last digit."""
    born = _days(rng, rows, "1946-01-01", "2021-01-01")
    month, year = born.astype("datetime64[M]"), born.astype("datetime64[Y]").astype(int) + 1970
    day = (born - month).astype(int) + 1 + 40 * rng.integers(0, 2, rows)
    parts = (rng.integers(1, 16, rows), day, month.astype(int) % 12 + 1, year % 100)
    number = np.full(rows, 7371)
    for part in parts:
        number = number * 100 + part
    texts = pa.array(number * 10_000 + rng.integers(1, 10_000, rows)).cast(pa.string())
    return pc.if_else(short, pc.utf8_slice_codeunits(texts, 0, 15), texts)


def _names(rng: np.random.Generator, rows: int) -> pa.Array:
    """A million possible names, none of them a person's."""
    drawn = (_drawn(SYLLABLES, rng.integers(0, len(SYLLABLES), rows)) for _ in range(6))
    first, second, third, fourth, fifth, sixth = drawn
    given = pc.utf8_capitalize(pc.binary_join_element_wise(first, second, third, ""))
    return pc.binary_join_element_wise(given, pc.utf8_capitalize(pc.binary_join_element_wise(fourth, fifth, sixth, "")), " ")


def _days(rng: np.random.Generator, rows: int, first: str, end: str) -> Days:
    start = np.datetime64(first)
    return np.asarray(start + rng.integers(0, (np.datetime64(end) - start).astype(int), rows))


def _drawn(values: Sequence[str], positions: Ints) -> pa.Array:
    return pa.array(values).take(pa.array(positions))
