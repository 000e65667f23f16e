"""From case and report rows to the cube: integer codes and bincount, one pass a level and stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.cube import axes
from ipsm_analytics.cube.cube import Cube, Whole
from ipsm_analytics.cube.selection import Ints, Month
from ipsm_analytics.errors import InternalError
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import Store, Version

CASE_COLUMNS = [
    "person_key",
    "identity",
    "kode_kelurahan",
    "kategori",
    "tgl_lapor",
    "tgl_masuk",
    "status",
    "tgl_layanan_pertama",
    "jk",
    "usia",
    "sample",
]
REPORT_COLUMNS = ["kode_kelurahan", "bulan", "tgl_terima"]
Array = TypeVar("Array", bound=npt.NDArray[Any])
Column = Callable[[str], pa.ChunkedArray]


@dataclass(frozen=True, eq=False)
class Codes:
    """Case rows as small integers, months counted from January 1970.

    Attributes:
        pattern: which combination of slices each case belongs to.
        patterns: (slices × combinations) whether a combination holds a slice.
        stage: 0 reported, 1 verified, 2 served.
        cell: sex and age band combined.
    """

    person: npt.NDArray[np.int32]
    kelurahan: npt.NDArray[np.int16]
    month: npt.NDArray[np.int32]
    pattern: npt.NDArray[np.int32]
    patterns: npt.NDArray[np.bool_]
    stage: npt.NDArray[np.int8]
    cell: npt.NDArray[np.int8]


def load(store: Store, version: Version) -> Cube:
    """Cube of a stored data version; case columns are read one at a time, so that only one is ever held as text."""

    def column(name: str) -> pa.ChunkedArray:
        return store.read("kasus", version, [name])[name]

    return _cube(column, store.read("laporan", version, REPORT_COLUMNS), version.number)


def build(cases: pa.Table, reports: pa.Table, version: int) -> Cube:
    """Cube of one data version from CASE_COLUMNS and REPORT_COLUMNS.

    Raises InternalError when rows carry an area, category or status the reference data do not know.
    """
    return _cube(cases.column, reports, version)


def _cube(column: Column, reports: pa.Table, version: int) -> Cube:
    codes = encode(column)
    cutoff = _newest(*map(column, ("tgl_lapor", "tgl_masuk")), reports["tgl_terima"], reports["bulan"])
    sample, unidentified = pc.sum(column("sample")), pc.sum(pc.equal(column("identity"), "tidak_ada"))
    pa.default_memory_pool().release_unused()
    report_month = _months(reports["bulan"])
    busy, month = np.unique(codes.month, return_inverse=True)
    every = np.concatenate([busy, report_month])
    first = int(every.min()) if len(every) else 0
    reported = np.zeros((int(every.max()) - first + 1 if len(every) else 0, len(areas.codes("kelurahan"))), dtype=bool)
    reported[codes.month - first, codes.kelurahan] = True
    reported[report_month - first, _positions(reports["kode_kelurahan"], areas.codes("kelurahan"))] = True
    profile = _profile(codes, month, len(busy))
    return Cube(
        version=version,
        first=Month(1970, 1).plus(first),
        busy=_frozen(busy.astype(np.int64) - first),
        cases=_frozen(_all_levels(profile.sum(axis=(3, 4), dtype=np.int32))),
        persons=_persons(codes, month, len(busy)),
        profile=_frozen(profile),
        reports=_frozen(_all_levels(_running(reported.astype(np.int32)))),
        cutoff=cutoff,
        sample_cases=sample.as_py() or 0,
        unidentified=unidentified.as_py() or 0,
    )


def encode(column: Column) -> Codes:
    """Case rows as integer codes; `column` gives a column of CASE_COLUMNS by name, rows always in one order."""
    pattern, patterns = _patterns(column("kategori"))
    return Codes(
        person=_distinct(column("person_key")),
        kelurahan=_positions(column("kode_kelurahan"), areas.codes("kelurahan")).astype(np.int16),
        month=_months(column("tgl_lapor")),
        pattern=pattern,
        patterns=patterns,
        stage=_stages(column),
        cell=_cells(column),
    )


def _distinct(values: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """Number of each distinct value; equal values share a number over all chunks."""
    parts = [chunk.indices.to_numpy() for chunk in values.dictionary_encode().chunks]
    return np.concatenate([np.zeros(0, dtype=np.int32), *parts])


def _positions(values: pa.ChunkedArray, codes: tuple[str, ...]) -> npt.NDArray[np.int32]:
    found = pc.index_in(values, pa.array(codes))
    if found.null_count:
        raise InternalError(f"codes without reference data: {pc.unique(values.filter(pc.is_null(found))).to_pylist()[:5]}")
    return np.asarray(found.to_numpy(), dtype=np.int32)


def _months(values: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    return np.asarray(values.to_numpy().astype("datetime64[M]").astype(np.int32), dtype=np.int32)


def _newest(*columns: pa.ChunkedArray) -> date | None:
    return max((day for values in columns if (day := pc.max(values).as_py()) is not None), default=None)


def _patterns(values: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """For each list of categories the number of its combination of slices, and the slices of each combination."""
    flat = _positions(pc.list_flatten(values), tuple(categories.categories()))
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy()
    bits = np.full(len(lengths), 1 << axes.slice_index()[axes.ALL], dtype=np.uint64)
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    if len(starts):
        bits[lengths > 0] = np.bitwise_or.reduceat(axes.slice_bits()[flat], starts)
    combined = pa.array(bits).dictionary_encode()
    kinds = combined.dictionary.to_numpy()
    slices = np.arange(len(axes.slice_codes()), dtype=np.uint64)
    return combined.indices.to_numpy(), (kinds[None, :] >> slices[:, None]) & np.uint64(1) == 1


def _stages(column: Column) -> npt.NDArray[np.int8]:
    known = statuses()
    level = np.array([2 * item.served or 1 * item.verified for item in known.values()], dtype=np.int8)
    stage = level[_positions(column("status"), tuple(known))]
    stage[pc.is_valid(column("tgl_layanan_pertama")).to_numpy()] = 2
    return stage


def _cells(column: Column) -> npt.NDArray[np.int8]:
    sex = pc.fill_null(pc.index_in(column("jk"), pa.array(schema.SEXES)), len(schema.SEXES)).to_numpy()
    age = pc.fill_null(column("usia"), -1).to_numpy()
    band = np.searchsorted([low for low, _ in schema.AGE_BANDS], age, side="right") - 1
    band[band < 0] = len(schema.AGE_BANDS)
    return np.asarray(sex * len(axes.AGE_LABELS) + band, dtype=np.int8)


def _profile(codes: Codes, month: Ints, months: int) -> npt.NDArray[np.int32]:
    shape = (months, len(areas.codes("kelurahan")), len(axes.SEX_LABELS) * len(axes.AGE_LABELS))
    counts = np.zeros((months, len(codes.patterns), *shape[1:]), dtype=np.int32)
    cell = (month * shape[1] + codes.kelurahan) * shape[2] + codes.cell
    for position, chosen in _by_slice(codes.patterns, codes.pattern):
        counts[:, position] = np.bincount(cell[chosen], minlength=months * shape[1] * shape[2]).reshape(shape)
    return _running(counts).reshape(months + 1, *counts.shape[1:3], len(axes.SEX_LABELS), len(axes.AGE_LABELS))


def _by_slice(patterns: npt.NDArray[np.bool_], pattern: npt.NDArray[np.int32]) -> Iterator[tuple[int, Ints]]:
    """Every slice that occurs, with the rows in it."""
    for position in np.flatnonzero(patterns.any(axis=1)):
        yield int(position), np.flatnonzero(patterns[position][pattern])


def _running(counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Sums up to each month, beginning with none."""
    sums = np.zeros((len(counts) + 1, *counts.shape[1:]), dtype=np.int32)
    np.cumsum(counts, axis=0, out=sums[1:])
    return sums


def _all_levels(counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Adds kecamatan and city to a last axis of kelurahan."""
    return counts @ axes.membership().T.astype(np.int32)


def _persons(codes: Codes, month: Ints, months: int) -> dict[str, tuple[Whole, ...]]:
    kelurahan, districts = len(areas.codes("kelurahan")), len(areas.codes("kecamatan"))
    place = codes.kelurahan.astype(np.int64)
    levels = [(place, kelurahan), (axes.district_of()[place] - kelurahan, districts), (np.zeros_like(place), 1)]
    counted = [_distinct_persons(codes, month, months, place, places) for place, places in levels]
    return {stage: tuple(_frozen(counts[number]) for counts in counted) for number, stage in enumerate(axes.STAGES)}


def _distinct_persons(codes: Codes, month: Ints, months: int, place: Ints, places: int) -> list[Whole]:
    """Distinct persons in every window for each stage: (windows × slices × places).

    A person counts once in each window and cell: a record counts for all window starts after the same
    person's previous record in that cell.
    """
    key = (codes.person.astype(np.int64) * places + place) * months + month
    order = np.argsort(key)
    key = key[order] // max(months, 1)
    month, place, pattern, stage = month[order], place[order], codes.pattern[order], codes.stage[order]
    largest = np.bincount(place[_changes(key)], minlength=1).max()
    shape = (months * (months + 1) // 2, len(codes.patterns), places)
    result = [np.zeros(shape, dtype=np.min_scalar_type(largest)) for _ in axes.STAGES]
    for position, chosen in _by_slice(codes.patterns, pattern):
        for level, counts in enumerate(result):
            chosen = chosen[stage[chosen] >= level]
            counts[:, position] = _windows(key[chosen], place[chosen], month[chosen], months, places)
    return result


def _changes(key: Ints) -> npt.NDArray[np.bool_]:
    """Whether a sorted key differs from the one before it."""
    changed = np.ones(len(key), dtype=bool)
    np.not_equal(key[1:], key[:-1], out=changed[1:])
    return changed


def _windows(key: Ints, place: Ints, month: Ints, months: int, places: int) -> Ints:
    """(windows × places) distinct keys; rows come sorted by key, then month."""
    since = np.zeros(len(key), dtype=np.int64)
    since[1:] = month[:-1] + 1
    since[_changes(key)] = 0
    cell = (since * months + month) * places + place
    seen = np.bincount(cell, minlength=(months + 1) * months * places).reshape(months + 1, months, places)
    upto = np.cumsum(np.cumsum(seen[:-1], axis=0), axis=1)
    start, end = np.triu_indices(months)
    counts = upto[start, end]
    later = start > 0
    counts[later] -= upto[start[later], start[later] - 1]
    return counts


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
