"""The tables of all data sets of one data version, answered through the public gate and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.cube import month_label
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query
from ipsm_analytics.opendata.periods import Period, of_times, periods
from ipsm_analytics.opendata.registry import DataSet, data_sets
from ipsm_analytics.privacy import Policy, policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.schema import SAMPLE_MARK

KEYS = (
    "kumpulan",
    "indikator",
    "jenis_periode",
    "tahun",
    "dari",
    "sampai",
    "tingkat",
    "kode_wilayah",
    "wilayah",
    "kelompok",
)
"""Columns that say which cell a row is; together they occur once."""
NUMBERS: Mapping[str, str] = {
    "nilai": "value",
    "pembilang": "numerator",
    "penyebut": "denominator",
    "bawah_95": "lower",
    "atas_95": "upper",
}
"""Columns of numbers, each with its name in `query`."""
COLUMNS = (*KEYS, *NUMBERS, "satuan", "status", "versi_data", "data_sampai", "tanda")


@dataclass(frozen=True, eq=False)
class OpenData:
    """All that is published of one data version.

    Attributes:
        cutoff: newest day of the data; None without any.
        sample: whether the data are made up.
        periods: those published, as `periods.periods` orders them.
        tables: data set -> rows of COLUMNS; numbers NaN where the status withholds or lacks them.
    """

    version: int
    cutoff: date | None
    sample: bool
    periods: tuple[Period, ...]
    tables: Mapping[str, pd.DataFrame]

    def chosen(self, code: str, filters: Mapping[str, str]) -> pd.DataFrame:
        """Rows of a data set with these values of `DataSet.filters`."""
        found = self.tables[code]
        columns = {"tahun": "tahun", "kecamatan": "kode_wilayah", "kelompok": "kelompok"}
        for name, value in filters.items():
            found = found[found[columns[name]].astype(str) == value]
        return found

    def rows(self, code: str, item: str, period: Period) -> pd.DataFrame:
        """Rows of one indicator in one period; none where the set is not published for it."""
        found = self.tables[code]
        dated = (found["dari"] == month_label(period.window.first)) & (found["sampai"] == month_label(period.window.last))
        return found[dated & (found["indikator"] == item) & (found["jenis_periode"] == period.kind)]


def published(facts: Facts, small_cell: int) -> OpenData:
    """All data sets of a data version, under the rule for the public."""
    rule, cube = policy("publik", "layar", small_cell), facts.cube
    found = periods(cube)
    sample = bool(cube.sample_cases) or facts.spm.sample
    stamp: dict[str, Any] = {
        "versi_data": cube.version,
        "data_sampai": str(cube.cutoff or ""),
        "tanda": SAMPLE_MARK if sample else "",
    }
    tables = {code: _table(facts, item, found, rule).assign(**stamp)[list(COLUMNS)] for code, item in data_sets().items()}
    return OpenData(cube.version, cube.cutoff, sample, found, tables)


def questions(item: DataSet, found: tuple[Period, ...]) -> list[Query]:
    """What is asked for a data set: one question an indicator and level, all its periods at once."""
    spans = tuple(period.window for period in of_times(found, item.times))
    split = ("kelompok",) if item.by_group else ()
    by = {"kota": split, "kecamatan": ("kecamatan", *split)}
    return [Query(code, by[level], spans=spans) for code in item.indicators for level in item.levels] if spans else []


def _table(facts: Facts, item: DataSet, found: tuple[Period, ...], rule: Policy) -> pd.DataFrame:
    known = {period.span: period for period in of_times(found, item.times)}
    parts = [_rows(item, question, query(facts, question, rule), known) for question in questions(item, found)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def _rows(item: DataSet, question: Query, frame: pd.DataFrame, known: Mapping[str, Period]) -> pd.DataFrame:
    when = [known[text] for text in frame["rentang"]]
    level = "kecamatan" if "kecamatan" in question.by else "kota"
    keys = {
        "kumpulan": item.id,
        "indikator": question.indicator,
        "jenis_periode": [period.kind.value for period in when],
        "tahun": [period.year for period in when],
        "dari": [month_label(period.window.first) for period in when],
        "sampai": [month_label(period.window.last) for period in when],
        "tingkat": level,
        "kode_wilayah": frame["kode_kecamatan"].tolist() if level == "kecamatan" else areas.CITY,
        "wilayah": frame["kecamatan"].tolist() if level == "kecamatan" else areas.name(areas.CITY),
        "kelompok": frame["kelompok"].tolist() if item.by_group else ALL,
    }
    numbers = {name: frame[column].to_numpy() for name, column in NUMBERS.items()}
    status = frame["status"].astype(str).tolist()
    return pd.DataFrame({**keys, **numbers, "satuan": indicator(question.indicator).unit, "status": status})
