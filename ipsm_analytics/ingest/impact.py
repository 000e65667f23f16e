"""How a file changes the figures, counted from the rows themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.ingest.report import Impact
from ipsm_analytics.reference import areas, categories

DAYS: Mapping[str, str] = {"kasus": "tgl_lapor", "laporan": "bulan", "bansos": "tgl_usul"}
"""Table -> the day its rows are counted by."""


def figure_columns(table: str, schema: pa.Schema) -> list[str]:
    """Columns of a table that figures are counted by."""
    wanted = ("kode_kelurahan", *(("kategori",) if table == "kasus" else ()), DAYS.get(table, ""))
    return [name for name in wanted if name in schema.names]


def impact(table: str, before: int, coming: pa.Table, replaced: pa.Table) -> Impact:
    """The change that rows make: those that come, less those they replace; columns as `figure_columns`."""
    day = DAYS.get(table)
    limits = pc.min_max(coming[day]).as_py() if day else {"min": None, "max": None}
    return Impact(
        table=table,
        before=before,
        after=before + len(coming) - len(replaced),
        kecamatan=_change(_kecamatan(coming), _kecamatan(replaced)),
        groups=_change(_groups(coming), _groups(replaced)) if table == "kasus" else {},
        first=limits["min"],
        last=limits["max"],
    )


def together(one: Impact, next_one: Impact) -> Impact:
    """Two changes of a table, one after the other."""
    days = [day for day in (one.first, one.last, next_one.first, next_one.last) if day]
    return Impact(
        table=one.table,
        before=one.before,
        after=one.after + next_one.after - next_one.before,
        kecamatan=_sum(one.kecamatan, next_one.kecamatan),
        groups=_sum(one.groups, next_one.groups),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    total = Counter(one)
    total.update(other)
    return {name: count for name, count in sorted(total.items()) if count}


def _change(coming: Counter[str], replaced: Counter[str]) -> dict[str, int]:
    coming.subtract(replaced)
    return {name: count for name, count in sorted(coming.items()) if count}


def _kecamatan(rows: pa.Table) -> Counter[str]:
    """Rows by kecamatan."""
    if "kode_kelurahan" not in rows.column_names:
        return Counter()
    counts = Counter(_counted(rows["kode_kelurahan"]))
    found: Counter[str] = Counter()
    for code, count in counts.items():
        found[areas.parent(code)] += count
    return found


def _groups(rows: pa.Table) -> Counter[str]:
    """Cases by group."""
    known = categories.categories()
    found: Counter[str] = Counter()
    for joined, count in _counted(pc.binary_join(rows["kategori"], ";")).items():
        for group in {group for code in joined.split(";") for group in known[code].groups}:
            found[group] += count
    return found


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    counts = pc.value_counts(column)
    return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))
