"""Tables made once, before any question."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.questions import Pass
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import Store

COLUMNS = ["person_key", "kode_kelurahan", "kategori", "tgl_lapor", "status", "tgl_layanan_pertama"]
VERIFIED = tuple(code for code, item in statuses().items() if item.verified)
SERVED = tuple(code for code, item in statuses().items() if item.served)
Columns = dict[str, npt.NDArray[Any]]


def members(slice_code: str) -> tuple[str, ...]:
    """Categories of a group; a category is its own."""
    return categories.in_group(slice_code) or (slice_code,)


def around(windows: tuple[Window, ...]) -> Window:
    """The shortest window that holds all."""
    return Window(min(window.first for window in windows), max(window.last for window in windows))


def reported(store: Store) -> pa.Table:
    """One row for each kelurahan and month with a case or a monthly report."""
    version = store.latest()
    parts = [("kasus", "tgl_lapor"), ("laporan", "bulan")]
    tables = [store.read(name, version, ["kode_kelurahan", day]).rename_columns(["kelurahan", "bulan"]) for name, day in parts]
    whole = pa.concat_tables(tables)
    month = pc.floor_temporal(whole["bulan"], unit="month")
    return whole.set_column(1, "bulan", month).group_by(["kelurahan", "bulan"]).aggregate([])


def cases(store: Store) -> pa.Table:
    """Case rows in order of time, those columns the questions need."""
    return store.read("kasus", store.latest(), COLUMNS).sort_by("tgl_lapor").combine_chunks()


def case_columns(rows: pa.Table) -> Columns:
    """Codes instead of texts; who is verified and served."""
    served = pc.or_(pc.is_in(rows["status"], pa.array(SERVED)), pc.is_valid(rows["tgl_layanan_pertama"])).to_numpy()
    verified = pc.is_in(rows["status"], pa.array(VERIFIED)).to_numpy() | served
    person = rows["person_key"].combine_chunks().dictionary_encode().indices.to_numpy()
    placed = _placed(rows["kode_kelurahan"], rows["tgl_lapor"])
    return placed | {"orang": person, "persons_served": served, "persons_verified": verified}


def slice_flags(rows: pa.Table) -> Columns:
    """A flag for each slice but the whole."""
    lists = rows["kategori"].combine_chunks()
    flat, parents = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
    flags = {code: np.zeros(len(lists), dtype=bool) for code in slice_codes()[1:]}
    for code, flag in flags.items():
        flag[parents[pc.is_in(flat, pa.array(members(code))).to_numpy(zero_copy_only=False)]] = True
    return flags


def report_columns(store: Store) -> Columns:
    """Who reported in which month, coded alike and in order of time."""
    table = reported(store).sort_by("bulan")
    return _placed(table["kelurahan"], table["bulan"])


def _placed(kelurahan: pa.ChunkedArray, day: pa.ChunkedArray) -> Columns:
    place = pc.index_in(kelurahan, pa.array(areas.codes("kelurahan"))).to_numpy().astype(np.int16)
    districts = areas.codes("kecamatan")
    district = np.array([districts.index(areas.parent(code)) for code in areas.codes("kelurahan")], dtype=np.int16)
    month = day.to_numpy().astype("datetime64[M]").astype(np.int16)
    return {"bulan": month, "kelurahan": place, "kecamatan": district[place]}


def number(month: Month) -> int:
    """Months since January 1970."""
    return month.ordinal - 1970 * 12


def between(month: npt.NDArray[np.int16], window: Window) -> slice:
    """Rows of a window: in order of time they are neighbours."""
    return slice(*np.searchsorted(month, [number(window.first), number(window.last) + 1]).tolist())


def limit(step: Pass) -> tuple[str, int] | None:
    """Column and code of the area a pass is limited to; None for the whole city."""
    level = areas.level_of(step.within)
    return None if level == "kota" else (level, areas.codes(level).index(step.within))
