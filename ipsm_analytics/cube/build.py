"""From case and report rows to the cube: integer codes, sorted and counted once a slice, level and stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import contract, schema
from ipsm_analytics.cube import axes
from ipsm_analytics.cube.cube import Cube, Whole
from ipsm_analytics.cube.selection import Ints, Month
from ipsm_analytics.errors import InternalError
from ipsm_analytics.linking.decisions import merged, resolved
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
Small = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Codes:
    """Case rows as small integers, months counted from January 1970.

    Attributes:
        pattern: which combination of slices each case belongs to.
        patterns: (slices × combinations) whether a combination holds a slice.
        stage: 0 reported, 1 verified, 2 served.
        cell: sex and age band combined.
        newest: newest day a case was reported or reached the office.
        sample: cases marked DATA CONTOH.
        unidentified: cases without a key of the person.
    """

    person: Small
    kelurahan: Small
    month: Small
    pattern: Ints
    patterns: npt.NDArray[np.bool_]
    stage: npt.NDArray[np.int8]
    cell: npt.NDArray[np.int8]
    newest: date | None
    sample: int
    unidentified: int

    def by_slice(self) -> Iterator[tuple[int, Ints]]:
        """Every slice that occurs, with the rows in it."""
        for position in np.flatnonzero(self.patterns.any(axis=1)):
            yield int(position), np.flatnonzero(self.patterns[position][self.pattern])


def load(store: Store, version: Version) -> Cube:
    """Cube of a stored data version; persons that an operator declared the same count as one.

    Person keys are the bulk of the text; they are read first and alone, so that they are gone before the rest comes.
    A pinned version gives its rows in one order. Raises UserError when decisions about persons contradict each other.
    """
    keys = contract.stored("kasus", store.read("kasus", version, CASE_COLUMNS[:1]))["person_key"]
    person = _distinct(merged(keys, resolved(store, version)))
    del keys
    pa.default_memory_pool().release_unused()
    codes = encode(person, contract.stored("kasus", store.read("kasus", version, CASE_COLUMNS[1:])))
    pa.default_memory_pool().release_unused()
    return _cube(codes, contract.stored("laporan", store.read("laporan", version, REPORT_COLUMNS)), version.number)


def build(cases: pa.Table, reports: pa.Table, version: int, same: Mapping[str, str] | None = None) -> Cube:
    """Cube of one data version from CASE_COLUMNS and REPORT_COLUMNS; `same` is as of `linking.decisions.resolved`.

    Raises InternalError when rows carry an area, category or status the reference data do not know.
    """
    return _cube(encode(_distinct(merged(cases["person_key"], same or {})), cases), reports, version)


def _cube(codes: Codes, reports: pa.Table, version: int) -> Cube:
    report_month, report_area = _months(reports["bulan"]), _positions(reports["kode_kelurahan"], areas.codes("kelurahan"))
    busy, month = np.unique(codes.month, return_inverse=True)
    every = np.concatenate([busy, report_month])
    first = int(every.min()) if len(every) else 0
    reported = np.zeros((int(every.max()) - first + 1 if len(every) else 0, len(areas.codes("kelurahan"))), dtype=np.int32)
    reported[codes.month - first, codes.kelurahan] = 1
    reported[report_month - first, report_area] = 1
    profile = _profile(codes, month, len(busy))
    cases = axes.all_levels(profile.sum(axis=(3, 4), dtype=np.int32))
    arrived = (codes.newest, _newest(reports["tgl_terima"], reports["bulan"]))
    return Cube(
        version=version,
        first=Month(1970, 1).plus(first),
        busy=_frozen(busy.astype(np.int64) - first),
        cases=_frozen(cases),
        persons=_persons(codes, month, cases),
        profile=_frozen(profile),
        reports=_frozen(axes.all_levels(_running(reported))),
        cutoff=max(filter(None, arrived), default=None),
        sample_cases=codes.sample,
        unidentified=codes.unidentified,
    )


def encode(person: Small, cases: pa.Table) -> Codes:
    """Case rows as integer codes, with the number of each row's person given."""
    pattern, patterns = _patterns(cases["kategori"])
    return Codes(
        person=person,
        kelurahan=_positions(cases["kode_kelurahan"], areas.codes("kelurahan")),
        month=_months(cases["tgl_lapor"]),
        pattern=pattern,
        patterns=patterns,
        stage=_stages(cases["status"], cases["tgl_layanan_pertama"]),
        cell=_cells(cases["jk"], cases["usia"]),
        newest=_newest(cases["tgl_lapor"], cases["tgl_masuk"]),
        sample=_count(cases["sample"]),
        unidentified=_count(pc.equal(cases["identity"], "tidak_ada")),
    )


def _distinct(values: pa.ChunkedArray) -> Small:
    """Number of each distinct value; equal values share a number over all chunks."""
    parts = [chunk.indices.to_numpy() for chunk in values.dictionary_encode().chunks]
    return np.concatenate([np.zeros(0, dtype=np.int32), *parts])


def _positions(values: pa.ChunkedArray, codes: tuple[str, ...]) -> Small:
    found = pc.index_in(values, pa.array(codes))
    if found.null_count:
        raise InternalError(f"codes without reference data: {pc.unique(values.filter(pc.is_null(found))).to_pylist()[:5]}")
    return np.asarray(found.to_numpy(), dtype=np.int32)


def _months(values: pa.ChunkedArray) -> Small:
    return np.asarray(values.to_numpy().astype("datetime64[M]").astype(np.int32), dtype=np.int32)


def _newest(*columns: pa.ChunkedArray) -> date | None:
    return max((day for values in columns if (day := pc.max(values).as_py()) is not None), default=None)


def _count(flags: pa.ChunkedArray) -> int:
    return int(pc.sum(flags).as_py() or 0)


def _patterns(values: pa.ChunkedArray) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """For each list of categories the number of its combination of slices, and the slices of each combination."""
    flat = _positions(pc.list_flatten(values), tuple(categories.categories()))
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy()
    bits = np.full(len(lengths), 1 << axes.slice_index()[axes.ALL], dtype=np.uint64)
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    if len(starts):
        bits[lengths > 0] = np.bitwise_or.reduceat(axes.slice_bits()[flat], starts)
    combined = pa.array(bits).dictionary_encode()
    slices = np.arange(len(axes.slice_codes()), dtype=np.uint64)
    patterns = (combined.dictionary.to_numpy()[None, :] >> slices[:, None]) & np.uint64(1)
    return combined.indices.to_numpy().astype(np.int64), patterns.astype(bool)


def _stages(status: pa.ChunkedArray, service: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    known = statuses()
    level = np.array([2 * item.served or 1 * item.verified for item in known.values()], dtype=np.int8)
    stage = level[_positions(status, tuple(known))]
    stage[pc.is_valid(service).to_numpy()] = 2
    return stage


def _cells(sexes: pa.ChunkedArray, ages: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    sex = pc.fill_null(pc.index_in(sexes, pa.array(schema.SEXES)), len(schema.SEXES)).to_numpy()
    band = np.searchsorted([low for low, _ in schema.AGE_BANDS], pc.fill_null(ages, -1).to_numpy(), side="right") - 1
    band[band < 0] = len(schema.AGE_BANDS)
    return np.asarray(sex * len(axes.AGE_LABELS) + band, dtype=np.int8)


def _profile(codes: Codes, month: Ints, months: int) -> Small:
    """(months+1 × slices × kelurahan × sexes × ages) cases up to each month."""
    sizes = months, len(areas.codes("kelurahan")), len(axes.SEX_LABELS) * len(axes.AGE_LABELS)
    counts = np.zeros((months, len(axes.slice_codes()), *sizes[1:]), dtype=np.int32)
    cell = (month * sizes[1] + codes.kelurahan) * sizes[2] + codes.cell
    for position, chosen in codes.by_slice():
        counts[:, position] = np.bincount(cell[chosen], minlength=months * sizes[1] * sizes[2]).reshape(sizes)
    return _running(counts).reshape(months + 1, *counts.shape[1:3], len(axes.SEX_LABELS), len(axes.AGE_LABELS))


def _running(counts: Small) -> Small:
    """Sums up to each month, beginning with none."""
    sums = np.zeros((len(counts) + 1, *counts.shape[1:]), dtype=np.int32)
    np.cumsum(counts, axis=0, out=sums[1:])
    return sums


def _persons(codes: Codes, month: Ints, cases: Small) -> dict[str, tuple[Whole, ...]]:
    """Distinct persons by stage and level: (windows × slices × places), as small as the number of cases allows."""
    months, slices = len(cases) - 1, cases.shape[1]
    levels = axes.levels()
    kinds = [np.min_scalar_type(cases[-1, 0, level].max()) for level in levels]
    shapes = [(months * (months + 1) // 2, slices, level.stop - level.start) for level in levels]
    result = {stage: tuple(map(np.zeros, shapes, kinds)) for stage in axes.STAGES}
    for position, chosen in codes.by_slice():
        for number, place in enumerate(axes.places()):
            places = shapes[number][2]
            record = _records(codes, chosen, month, months, place, places)
            for at_least, stage in enumerate(axes.STAGES):
                record = record[_low(record, len(axes.STAGES)) >= at_least]
                reached = record >> _bits(len(axes.STAGES))
                result[stage][number][:, position] = _distinct_persons(reached, months, places)
    return {stage: tuple(map(_frozen, counts)) for stage, counts in result.items()}


def _records(codes: Codes, chosen: Ints, month: Ints, months: int, place: Ints, places: int) -> Ints:
    """Chosen rows as one number each, ascending: from high bits to low the person, place, month and stage."""
    record = codes.person[chosen].astype(np.int64)
    for size, part in (
        (places, place[codes.kelurahan[chosen]]),
        (months, month[chosen]),
        (len(axes.STAGES), codes.stage[chosen]),
    ):
        record <<= _bits(size)
        record |= part
    record.sort()
    return record


def _bits(size: int) -> int:
    """Bits that hold any of so many positions."""
    return max(size - 1, 0).bit_length()


def _low(record: Ints, size: int) -> Ints:
    """The part in the lowest bits, one of so many positions."""
    return record & ((1 << _bits(size)) - 1)


def _distinct_persons(record: Ints, months: int, places: int) -> Ints:
    """(windows × places) distinct persons of sorted records by person, place and month.

    A person counts once in each window and place: a record counts for all window starts after the same
    person's previous record in that place.
    """
    month, pair = _low(record, months), record >> _bits(months)
    cell = np.zeros(len(record), dtype=np.int64)
    np.multiply(month[:-1] + 1, pair[1:] == pair[:-1], out=cell[1:])
    for size, part in ((months, month), (places, _low(pair, places))):
        cell *= size
        cell += part
    by_start = np.bincount(cell, minlength=(months + 1) * months * places).reshape(months + 1, months, places)[:-1]
    upto = by_start.cumsum(axis=0).cumsum(axis=1)
    upto[1:] -= np.diagonal(upto, offset=-1)[..., None].transpose(1, 2, 0)
    return upto[np.triu_indices(months)]


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
