"""The open cases that have waited longest, row by row: read when they are looked at, never kept with the counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from ipsm_analytics.casework.casework import PROMPT_DAYS
from ipsm_analytics.cube import Window, axes
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import Store, Version

COLUMNS = ["case_id", "kode_kelurahan", "kategori", "tgl_lapor", "status", "opd_rujukan"]
LIMIT = 500


def longest_open(
    store: Store, version: Version, area: str, slice_code: str, window: Window, cutoff: date, own: Sequence[str]
) -> pd.DataFrame:
    """At most LIMIT open cases of a scope that have waited more than two days at the cut-off, longest first.

    Args:
        own: areas whose cases the reader may see one by one (`privacy.row_areas`); no case elsewhere is returned.

    Returns:
        COLUMNS and `hari` (int): days since the report. No person key, name or NIK. Who may see it: `privacy.may_see_rows`.
    """
    rows: pd.DataFrame = store.read("kasus", version, COLUMNS).to_pandas()
    day = pd.to_datetime(rows["tgl_lapor"])
    rows["hari"] = (pd.Timestamp(cutoff) - day).dt.days
    still = [code for code, item in statuses().items() if item.open]
    kept = rows["status"].isin(still) & (rows["hari"] > PROMPT_DAYS) & rows["kode_kelurahan"].isin(areas.members(area))
    kept &= rows["kode_kelurahan"].isin([code for held in own for code in areas.members(held)])
    kept &= (day >= pd.Timestamp(window.first.first_day)) & (day <= pd.Timestamp(window.last.last_day))
    inside = rows.loc[kept]
    inside = inside[inside["kategori"].map(lambda held: not _members(slice_code).isdisjoint(held)).astype(bool)]
    longest: pd.DataFrame = inside.sort_values(["hari", "case_id"], ascending=[False, True], kind="stable").head(LIMIT)
    return longest.reset_index(drop=True)


def _members(slice_code: str) -> frozenset[str]:
    """Categories whose cases belong to a slice."""
    bit = np.uint64(axes.slice_index()[slice_code])
    inside = (axes.slice_bits() >> bit) & np.uint64(1)
    return frozenset(code for code, held in zip(categories.categories(), inside, strict=True) if held)
