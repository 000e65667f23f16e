"""From stored rows to quality counts, in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.cube import Month
from ipsm_analytics.cube.selection import Ints
from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.linking.decisions import merged, resolved
from ipsm_analytics.quality.counts import Quality
from ipsm_analytics.reference import areas
from ipsm_analytics.schema import REPEAT_DAYS
from ipsm_analytics.store import Store, Version

CASE_COLUMNS = ["person_key", "identity", "kode_kelurahan", "kategori", "tgl_lapor", "tgl_masuk", "warnings"]
REPORT_COLUMNS = ["kode_kelurahan", "bulan", "tgl_terima"]
REFUSED_COLUMNS = ["kind", "reasons", "kode_kelurahan", "bulan"]
ROSTER_COLUMNS = ["kode_kelurahan", "id_psm"]
_EPOCH = Month(1970, 1)
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """Where rows fall: the month axis with a place for none after it, and the kelurahan likewise."""

    first: int
    months: int

    @property
    def shape(self) -> tuple[int, int]:
        """(M+1, K+1)."""
        return self.months + 1, len(areas.codes("kelurahan")) + 1

    def cells(self, places: pa.ChunkedArray, days: pa.ChunkedArray) -> Ints:
        """(rows) number of each row's cell."""
        place = pc.index_in(places, pa.array(areas.codes("kelurahan")))
        column = pc.fill_null(place, self.shape[1] - 1).to_numpy().astype(np.int64)
        row = pc.fill_null(_months(days), self.first + self.months).to_numpy().astype(np.int64) - self.first
        return np.asarray(row * self.shape[1] + column, dtype=np.int64)

    def count(self, cells: Ints, chosen: Bools | None = None) -> Ints:
        """(M+1 × K+1) the rows, or the chosen of them, in each cell."""
        kept = cells if chosen is None else cells[chosen]
        counted = np.bincount(kept, minlength=self.shape[0] * self.shape[1]).reshape(self.shape).astype(np.int64)
        counted.flags.writeable = False
        return counted


def load(store: Store, version: Version, due_day: int) -> Quality:
    """Quality counts of a stored data version; persons an operator declared the same count as one."""
    cases = store.read("kasus", version, CASE_COLUMNS)
    persons = merged(cases["person_key"], resolved(store, version))
    return build(
        cases.set_column(cases.schema.get_field_index("person_key"), cases.schema.field("person_key"), persons),
        store.read("laporan", version, REPORT_COLUMNS),
        store.read("karantina", version, REFUSED_COLUMNS),
        store.read("roster", version, ROSTER_COLUMNS),
        version.number,
        due_day,
    )


def build(cases: pa.Table, reports: pa.Table, refused: pa.Table, roster: pa.Table, version: int, due_day: int) -> Quality:
    """Quality counts from tables with the columns above; refused rows of other kinds than cases and reports are left out."""
    refused = refused.filter(pc.is_in(refused["kind"], pa.array(_kinds("kasus") + _kinds("laporan"))))
    refused_cases = refused.filter(pc.is_in(refused["kind"], pa.array(_kinds("kasus"))))
    grid = _grid(cases["tgl_lapor"], reports["bulan"], refused["bulan"])
    case_cells = grid.cells(cases["kode_kelurahan"], cases["tgl_lapor"])
    refused_cells = grid.cells(refused_cases["kode_kelurahan"], refused_cases["bulan"])
    waiting = Grid(0, 0)
    waiting_cells = waiting.cells(refused["kode_kelurahan"], pa.chunked_array([pa.nulls(len(refused), pa.date32())]))
    return Quality(
        version=version,
        first=_EPOCH.plus(grid.first),
        counts=_receipt(grid, cases, reports, case_cells, due_day)
        | _rows(grid, cases, case_cells)
        | {"refused": grid.count(refused_cells)},
        reasons=_reasons(grid, (cases["warnings"], case_cells), (refused_cases["reasons"], refused_cells)),
        waiting=waiting.count(waiting_cells)[0],
        waiting_reasons={code: table[0] for code, table in _reasons(waiting, (refused["reasons"], waiting_cells)).items()},
        psm=_psm(roster),
        due_day=due_day,
    )


def _kinds(table: str) -> list[str]:
    return [item.kind for item in FORMATS if item.table == table]


def _grid(*days: pa.ChunkedArray) -> Grid:
    ends = [pc.min_max(_months(column)) for column in days]
    low = [end["min"].as_py() for end in ends if end["min"].is_valid]
    high = [end["max"].as_py() for end in ends if end["max"].is_valid]
    return Grid(min(low), max(high) - min(low) + 1) if low else Grid(0, 0)


def _months(days: pa.ChunkedArray) -> pa.ChunkedArray:
    """Months since January 1970, a gap where there is no day."""
    since = pc.subtract(pc.multiply(pc.subtract(pc.year(days), 1970), 12), 1)
    return pc.add(since, pc.month(days))


def _receipt(grid: Grid, cases: pa.Table, reports: pa.Table, case_cells: Ints, due_day: int) -> dict[str, Ints]:
    """Whether anything came for a kelurahan-month, whether in time, and whether it says when.

    Where a report says when it came, that decides; else the first case to reach the office does.
    """
    report_cells = grid.cells(reports["kode_kelurahan"], reports["bulan"])
    by_report = _arrivals(grid, report_cells, reports["bulan"], reports["tgl_terima"], due_day)
    by_case = _arrivals(grid, case_cells, cases["tgl_lapor"], cases["tgl_masuk"], due_day)
    dated, on_time = np.where(by_report[0], by_report, by_case)
    reported = np.minimum(grid.count(np.concatenate([case_cells, report_cells])), 1)
    return {"reported": reported, "on_time": on_time, "undated": reported * (1 - dated)}


def _arrivals(grid: Grid, cells: Ints, months: pa.ChunkedArray, arrived: pa.ChunkedArray, due_day: int) -> Ints:
    """(2 × M+1 × K+1) 1 where a row says when it came, and 1 where one came by the due day."""
    in_time = pc.fill_null(pc.less_equal(arrived, _due(months, due_day)), False).to_numpy()
    return np.minimum([grid.count(cells, pc.is_valid(arrived).to_numpy()), grid.count(cells, in_time)], 1)


def _due(days: pa.ChunkedArray, due_day: int) -> pa.ChunkedArray:
    """The due day of the month each day lies in."""
    following = np.asarray(days.to_numpy(), dtype="datetime64[M]") + np.timedelta64(1, "M")
    return pa.chunked_array([pa.array(following.astype("datetime64[D]") + np.timedelta64(due_day - 1, "D"), pa.date32())])


def _rows(grid: Grid, cases: pa.Table, cells: Ints) -> dict[str, Ints]:
    known = pc.not_equal(cases["identity"], "tidak_ada").to_numpy()
    warned = pc.fill_null(pc.greater(pc.list_value_length(cases["warnings"]), 0), False).to_numpy()
    return {
        "accepted": grid.count(cells),
        "warned": grid.count(cells, warned),
        "nik": grid.count(cells, pc.equal(cases["identity"], "nik").to_numpy()),
        "identified": grid.count(cells, known),
        "repeated": grid.count(cells, _repeated(cases, known)),
    }


def _repeated(cases: pa.Table, known: Bools) -> Bools:
    """(rows) True where the same person, categories and kelurahan were reported at most REPEAT_DAYS before."""
    alike = [_codes(cases[name]) for name in ("person_key", "kode_kelurahan")] + [_codes(pc.binary_join(cases["kategori"], ";"))]
    day = cases["tgl_lapor"].to_numpy().astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((day, *alike))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for codes in alike:
        same &= np.diff(codes[order]) == 0
    repeated = np.zeros(len(order), dtype=bool)
    repeated[order[1:]] = same & (np.diff(day[order]) <= REPEAT_DAYS)
    return np.asarray(repeated & known, dtype=bool)


def _codes(values: pa.ChunkedArray) -> Ints:
    """Number of each distinct value; equal values share a number over all chunks."""
    parts = [chunk.indices.to_numpy().astype(np.int64) for chunk in values.dictionary_encode().chunks]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _reasons(grid: Grid, *found: tuple[pa.ChunkedArray, Ints]) -> Mapping[str, Ints]:
    """Reason code -> rows in each cell; each row counts once for a code."""
    codes, cells = [], []
    for lists, places in found:
        joined = lists.combine_chunks()
        parents = pc.list_parent_indices(joined).to_numpy().astype(np.int64)
        pairs = pd.DataFrame({"row": parents, "code": pc.list_flatten(joined).to_numpy(zero_copy_only=False)}).drop_duplicates()
        codes.append(pairs["code"].to_numpy())
        cells.append(places[pairs["row"].to_numpy()])
    code, cell = np.concatenate(codes), np.concatenate(cells)
    return {str(name): grid.count(cell, code == name) for name in sorted(set(code))}


def _psm(roster: pa.Table) -> dict[str, tuple[str, ...]]:
    frame = roster.to_pandas()
    return {str(code): tuple(sorted(ids)) for code, ids in frame.groupby("kode_kelurahan")["id_psm"]}
