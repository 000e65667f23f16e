"""Pairs as an operator works them off: how far each one is decided, and where the reports of its persons stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.linking.decisions import canonical_keys, decisions
from ipsm_analytics.linking.parameters import parameters
from ipsm_analytics.schema import DIFFERENT, SAME
from ipsm_analytics.store import Store, Version

WAITING = "menunggu"
STATES = (WAITING, SAME, DIFFERENT)
_REPORT_COLUMNS = ["person_key", "kode_kelurahan", "kategori", "tgl_lapor", "import_id", "row_number"]


@dataclass(frozen=True, eq=False)
class Review:
    """The work on pairs in one data version.

    Attributes:
        pairs: columns of `pairs.candidates` and state (of STATES), decision ('' where only others join the two), user and
            time of the decision; likeliest first. Levels of a decided pair that is no longer found are ''.
        reports: the cases of their persons, oldest first: person_key, kode_kelurahan, kategori, tgl_lapor, file, row_number.
    """

    pairs: pd.DataFrame
    reports: pd.DataFrame

    def count(self, *states: str) -> int:
        """Pairs in any of these states."""
        return int(self.pairs["state"].isin(states).sum())


def review(store: Store, version: Version, found: pd.DataFrame) -> Review:
    """The work on the pairs of `pairs.candidates` from the stated threshold up, and on all pairs decided before."""
    held = decisions(store, version)
    kept = found[(found["probability"] >= parameters().threshold) | found["pair_id"].isin(held["pair_id"])]
    lost = held[~held["pair_id"].isin(kept["pair_id"])].reindex(columns=kept.columns)
    fields = list(parameters().fields)
    work = pd.concat([part for part in (kept, lost) if len(part)] or [kept]).astype({"pair_id": "object"})
    work[fields] = work[fields].astype("object").fillna("")
    judgement = ["decision", "user", "time"]
    work[judgement] = held.set_index("pair_id")[judgement].reindex(work["pair_id"]).set_axis(work.index)
    work["decision"] = work["decision"].astype("object").fillna("")
    work["state"] = _states(work, held)
    order = ["probability", "pair_id"]
    return Review(work.sort_values(order, ascending=[False, True], ignore_index=True), _reports(store, version, work))


def _states(work: pd.DataFrame, held: pd.DataFrame) -> pd.Series:
    """State of each pair: as decided; else the same where other decisions join the two; else waiting."""
    same = held[held["decision"] == SAME]
    heads = canonical_keys(zip(same["left_key"], same["right_key"], strict=True), [])
    left, right = (work[side].map(lambda key: heads.get(key, key)) for side in ("left_key", "right_key"))
    open_state = pd.Series(np.where(left == right, SAME, WAITING), index=work.index, dtype="object")
    return work["decision"].where(work["decision"] != "", open_state)


def _reports(store: Store, version: Version, work: pd.DataFrame) -> pd.DataFrame:
    keys = pd.concat([work["left_key"], work["right_key"]]).unique()
    cases = store.read("kasus", version, _REPORT_COLUMNS)
    rows: pd.DataFrame = cases.filter(pc.is_in(cases["person_key"], pa.array(list(keys), pa.string()))).to_pandas()
    files = store.ledger().drop_duplicates("import_id").set_index("import_id")["file"]
    rows.insert(4, "file", rows.pop("import_id").map(files))
    return rows.sort_values(["tgl_lapor", "file", "row_number"], ignore_index=True)
