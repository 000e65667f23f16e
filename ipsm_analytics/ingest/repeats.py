"""Rows that were taken before, and persons who stand in more than one case: told to the clerk, never decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.ingest.ground import Ground
from ipsm_analytics.ingest.known import Known, first_halves
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.reference import areas
from ipsm_analytics.schema import REPEAT_DAYS
from ipsm_analytics.store import Among

_CASE = ("case_id", "person_key", "kode_kelurahan", "kategori", "tgl_lapor")
_COLUMN = "NIK"


def repeated_rows(row_numbers: pa.ChunkedArray, taken: pa.Array, known: pa.Array) -> Iterator[Problem]:
    """A DUP_ROW for each accepted row that brings nothing: not `taken`; `known` says that its key was stored before."""
    for row, before in zip(
        row_numbers.filter(pc.invert(taken)).to_pylist(), known.filter(pc.invert(taken)).to_pylist(), strict=True
    ):
        found = "sudah ada di penyimpanan" if before else "baris yang sama ada di berkas ini"
        yield Problem(row, "DUP_ROW", "seluruh baris", found, "")


def repeated_persons(ground: Ground, import_id: str, known: Known) -> Iterator[Problem]:
    """A DUP_NIK_* for each case an import brought whose NIK stands on another case, of the same file or stored before.

    DUP_NIK_OTHER_KEL: in another kelurahan. DUP_NIK_SAME_KEL: in the same one, of the same category, REPEAT_DAYS apart at most.
    """
    several = _several(ground.rows("kasus", ["person_key"])["person_key"])
    if not len(several):
        return
    stored = ground.rows("kasus", [*_CASE, "identity", "import_id", "row_number"], Among("person_key", several))
    brought = pc.fill_null(known.of(stored["case_id"].combine_chunks())["new"], False)
    is_new = pc.and_(pc.and_(pc.equal(stored["import_id"], import_id), pc.equal(stored["identity"], "nik")), brought)
    new, others = stored.filter(is_new), stored.filter(pc.invert(is_new))
    others = others.filter(pc.is_in(others["person_key"], new["person_key"].combine_chunks()))
    cases = pd.concat([_frame(new).assign(row=new["row_number"].to_pylist()), _frame(others).assign(row=0)], ignore_index=True)
    cases = cases.sort_values("row")
    cases = cases[cases["person_key"].duplicated(keep=False)]
    yield from _elsewhere(cases)
    yield from _near(cases)


def _several(persons: pa.ChunkedArray) -> pa.Array:
    """The keys that may stand there more than once: those whose first half does, which is hardly ever another's too."""
    halves = first_halves(persons)
    ordered = np.sort(halves)
    again = pc.is_in(pa.array(halves), pa.array(ordered[1:][ordered[1:] == ordered[:-1]]))
    return persons.filter(again).combine_chunks().unique()


def _frame(cases: pa.Table) -> pd.DataFrame:
    frame = pd.DataFrame({name: cases[name].to_pylist() for name in _CASE})
    return frame.assign(tgl_lapor=pd.to_datetime(frame["tgl_lapor"]))


def _elsewhere(cases: pd.DataFrame) -> Iterator[Problem]:
    places = cases.groupby("person_key")["kode_kelurahan"].unique()
    for person, row, own in _new(cases, cases["kode_kelurahan"]):
        others = [areas.label(code) for code in sorted(places[person]) if code != own]
        if others:
            yield Problem(row, "DUP_NIK_OTHER_KEL", _COLUMN, f"juga di {', '.join(others)}", "")


def _near(cases: pd.DataFrame) -> Iterator[Problem]:
    same = ["person_key", "kode_kelurahan", "kategori"]
    each = cases.explode("kategori").sort_values([*same, "tgl_lapor", "row"], ignore_index=True)
    before = each.groupby(same)["tgl_lapor"].diff()
    gap = pd.concat([before, -each.groupby(same)["tgl_lapor"].diff(-1)], axis=1).min(axis=1).dt.days
    near = each.assign(gap=gap)[gap <= REPEAT_DAYS].sort_values(["row", "gap"]).drop_duplicates("case_id")
    for _, row, days in _new(near, near["gap"].astype(int)):
        yield Problem(row, "DUP_NIK_SAME_KEL", _COLUMN, f"kasus lain berjarak {days} hari", "")


def _new(cases: pd.DataFrame, value: pd.Series) -> Iterable[tuple[str, int, object]]:
    """(person, row number, value) of the cases that this file brings."""
    new = cases["row"] > 0
    return zip(cases.loc[new, "person_key"], cases.loc[new, "row"], value[new], strict=True)
