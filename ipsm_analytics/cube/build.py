"""From case and report rows to the cube: integer codes and bincount, one pass a level and stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.cube import axes
from ipsm_analytics.cube.cube import Cube, window_row
from ipsm_analytics.cube.selection import Ints, Month
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import Store, Version

CASE_COLUMNS = ["person_key", "identity", "kode_kelurahan", "kategori", "tgl_lapor", "tgl_masuk", "status", "tgl_layanan_pertama", "jk", "usia", "sample"]
REPORT_COLUMNS = ["kode_kelurahan", "bulan"]
Array = TypeVar("Array", bound=npt.NDArray[Any])


@dataclass(frozen=True)
class Codes:
    """Case rows as small integers.

    Attributes:
        slices: bit set of the slices each case belongs to.
        stage: 0 reported, 1 verified, 2 served.
        cell: sex and age band combined.
    """

    person: npt.NDArray[np.int32]
    kelurahan: npt.NDArray[np.int16]
    month: npt.NDArray[np.int32]
    slices: npt.NDArray[np.uint64]
    stage: npt.NDArray[np.int8]
    cell: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.person)


def load(store: Store, version: Version) -> Cube:
    """Cube of a stored data version."""
    return build(store.read("kasus", version, CASE_COLUMNS), store.read("laporan", version, REPORT_COLUMNS), version.number)


def build(cases: pa.Table, reports: pa.Table, version: int) -> Cube:
    """Cube of one data version from CASE_COLUMNS and REPORT_COLUMNS.

    A person counts once in each window and cell: a record counts for all window starts after the same
    person's previous record in that cell.
    """
    codes = encode(cases)
    report_area = _positions(reports["kode_kelurahan"], areas.codes("kelurahan"))
    report_month = _months(reports["bulan"])
    every = np.concatenate([codes.month, report_month])
    first, months = (int(every.min()), int(every.max() - every.min()) + 1) if len(every) else (0, 0)
    codes = Codes(codes.person, codes.kelurahan, codes.month - first, codes.slices, codes.stage, codes.cell)
    reported = np.zeros((months, len(areas.codes("kelurahan"))), dtype=bool)
    reported[codes.month, codes.kelurahan] = True
    reported[report_month - first, report_area] = True
    return Cube(
        version=version,
        first=Month(1970, 1).plus(first),
        cases=_frozen(_case_sums(codes, months)),
        persons={stage: _frozen(counts) for stage, counts in _persons(codes, months).items()},
        profile=_frozen(_profile_sums(codes, months)),
        reported=_frozen(reported),
        cutoff=_cutoff(cases),
        sample_cases=pc.sum(cases["sample"]).as_py() or 0,
        unidentified=pc.sum(pc.equal(cases["identity"], "tidak_ada")).as_py() or 0,
    )


def encode(cases: pa.Table) -> Codes:
    """Case rows as integer codes; months count from January 1970."""
    return Codes(
        person=_distinct(cases["person_key"]),
        kelurahan=_positions(cases["kode_kelurahan"], areas.codes("kelurahan")).astype(np.int16),
        month=_months(cases["tgl_lapor"]),
        slices=_slice_bits(cases["kategori"]),
        stage=_stages(cases),
        cell=_cells(cases),
    )


def _distinct(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    return column.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int32)


def _positions(column: pa.ChunkedArray, codes: tuple[str, ...]) -> Ints:
    return pc.index_in(column, pa.array(codes)).combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)


def _months(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    return column.combine_chunks().to_numpy(zero_copy_only=False).astype("datetime64[M]").astype(np.int32)


def _slice_bits(column: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    lists = column.combine_chunks()
    flat = _positions(pa.chunked_array([lists.flatten()]), tuple(categories.categories()))
    starts = lists.offsets.to_numpy()[:-1] - lists.offsets[0].as_py()
    return np.bitwise_or.reduceat(axes.slice_bits()[flat], starts) if len(starts) else np.zeros(0, dtype=np.uint64)


def _stages(cases: pa.Table) -> npt.NDArray[np.int8]:
    known = statuses()
    level = np.array([2 * item.served or 1 * item.verified for item in known.values()], dtype=np.int8)
    stage = level[_positions(cases["status"], tuple(known))]
    return np.where(pc.is_valid(cases["tgl_layanan_pertama"]).to_numpy(), np.int8(2), stage)


def _cells(cases: pa.Table) -> npt.NDArray[np.int8]:
    sex = pc.fill_null(pc.index_in(cases["jk"], pa.array(schema.SEXES)), len(schema.SEXES)).to_numpy()
    age = pc.fill_null(cases["usia"], -1).to_numpy()
    band = np.searchsorted([low for low, _ in schema.AGE_BANDS], age, side="right") - 1
    band = np.where(band < 0, len(schema.AGE_BANDS), band)
    return (sex * len(axes.AGE_LABELS) + band).astype(np.int8)


def _cutoff(cases: pa.Table) -> date | None:
    days = [day for name in ("tgl_lapor", "tgl_masuk") if (day := pc.max(cases[name]).as_py()) is not None]
    return max(days, default=None)


def _case_sums(codes: Codes, months: int) -> Ints:
    kelurahan, slices = len(areas.codes("kelurahan")), len(axes.slice_codes())
    counts = np.zeros((months + 1, slices, len(axes.area_codes())), dtype=np.int64)
    cell = codes.month.astype(np.int64) * kelurahan + codes.kelurahan
    for position in range(slices):
        wanted = cell[_bit(codes.slices, position)]
        counts[1:, position, :kelurahan] = np.bincount(wanted, minlength=months * kelurahan).reshape(months, kelurahan)
    for district in np.unique(axes.district_of()):
        counts[:, :, district] = counts[:, :, :kelurahan][:, :, axes.district_of() == district].sum(axis=2)
    counts[:, :, -1] = counts[:, :, :kelurahan].sum(axis=2)
    return np.cumsum(counts, axis=0)


def _profile_sums(codes: Codes, months: int) -> npt.NDArray[np.int32]:
    kelurahan, cells = len(areas.codes("kelurahan")), len(axes.SEX_LABELS) * len(axes.AGE_LABELS)
    counts = np.zeros((months + 1, len(axes.slice_codes()), kelurahan, cells), dtype=np.int32)
    cell = (codes.month.astype(np.int64) * kelurahan + codes.kelurahan) * cells + codes.cell
    for position in range(len(axes.slice_codes())):
        wanted = cell[_bit(codes.slices, position)]
        counts[1:, position] = np.bincount(wanted, minlength=months * kelurahan * cells).reshape(months, kelurahan, cells)
    sums = np.cumsum(counts, axis=0, dtype=np.int32)
    return sums.reshape(*sums.shape[:3], len(axes.SEX_LABELS), len(axes.AGE_LABELS))


def _persons(codes: Codes, months: int) -> dict[str, npt.NDArray[np.integer[Any]]]:
    """Distinct persons of each stage in every window: (windows × slices × areas)."""
    rows = months * (months + 1) // 2
    shape = (rows, len(axes.slice_codes()), len(axes.area_codes()))
    result = {stage: np.zeros(shape, dtype=_count_type(codes)) for stage in axes.STAGES}
    for place, low, high in _levels(codes):
        order = _by_person(codes, place, months)
        for position in range(len(axes.slice_codes())):
            chosen = order[_bit(codes.slices[order], position)]
            for level, counts in enumerate(result.values()):
                chosen = chosen[codes.stage[chosen] >= level]
                firsts = _first_counts(codes.person[chosen], place[chosen], codes.month[chosen], months, low, high)
                for start in range(months):
                    row = window_row(start, start, months)
                    counts[row : row + months - start, position, low:high] = np.cumsum(firsts[start, start:], axis=0)
    return result


def _by_person(codes: Codes, place: Ints, months: int) -> Ints:
    """Order of the records by person, place, month."""
    return np.argsort((codes.person.astype(np.int64) * len(axes.area_codes()) + place) * months + codes.month, kind="stable")


def _count_type(codes: Codes) -> type[np.unsignedinteger]:
    return np.uint16 if len(codes) <= np.iinfo(np.uint16).max else np.uint32


def _bit(bits: npt.NDArray[np.uint64], position: int) -> npt.NDArray[np.bool_]:
    return (bits >> np.uint64(position)) & np.uint64(1) == 1


def _levels(codes: Codes) -> list[tuple[Ints, int, int]]:
    """For each level: the area position of every record, and the range of positions of that level."""
    kelurahan, total = len(areas.codes("kelurahan")), len(axes.area_codes())
    place = codes.kelurahan.astype(np.int64)
    return [(place, 0, kelurahan), (axes.district_of()[place], kelurahan, total - 1), (np.full(len(codes), total - 1), total - 1, total)]


def _first_counts(person: npt.NDArray[np.int32], place: Ints, month: npt.NDArray[np.int32], months: int, low: int, high: int) -> Ints:
    """(start × month × place) records that are their person's first in a window beginning at start.

    Rows come sorted by person, place, month.
    """
    previous = np.full(len(person), -1, dtype=np.int64)
    same = (person[1:] == person[:-1]) & (place[1:] == place[:-1])
    previous[1:][same] = month[:-1][same]
    cell = ((previous + 1) * months + month) * (high - low) + (place - low)
    seen = np.bincount(cell, minlength=(months + 1) * months * (high - low)).reshape(months + 1, months, high - low)
    return np.cumsum(seen, axis=0)[:-1]


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
