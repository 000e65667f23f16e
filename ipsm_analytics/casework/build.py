"""From stored rows to casework, in one pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import contract
from ipsm_analytics.casework.casework import MISSING, STEPS, Bools, Casework, Effort, Small, Staff
from ipsm_analytics.casework.traits import AGE_CLASSES, NO_OFFICE, TRAITS
from ipsm_analytics.cube.build import CASE_COLUMNS, encode
from ipsm_analytics.cube.selection import Ints
from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.linking.decisions import merged, resolved
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import Store, Version

PROGRESS = ("tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai")
MORE_COLUMNS = [
    "import_id",
    "id_psm",
    "fokus",
    "hasil",
    "opd_rujukan",
    *(name for name in PROGRESS if name != "tgl_layanan_pertama"),
]
_LABELLED = {"fokus": "fokus", "hasil": "hasil", "opd": "opd_rujukan"}
REPORT_COLUMNS = ["kode_kelurahan", "bulan", "kunjungan", "tgl_terima"]
ROSTER_COLUMNS = ["id_psm", "kode_kelurahan", "aktif_sejak"]
REFERRED = "dirujuk"
"""State of a case that was sent to another office and waits there."""


def load(store: Store, version: Version) -> Casework:
    """Casework of a stored data version; persons an operator declared the same count as one."""
    columns = [*CASE_COLUMNS, *MORE_COLUMNS]
    cases = contract.stored("kasus", store.read("kasus", version, columns))
    reports, roster = (
        contract.stored(name, store.read(name, version, wanted))
        for name, wanted in (("laporan", REPORT_COLUMNS), ("roster", ROSTER_COLUMNS))
    )
    return build(cases, reports, roster, version.number, dated_imports(store), resolved(store, version))


def dated_imports(store: Store) -> frozenset[str]:
    """The imports whose files carry days of progress."""
    ledger = store.ledger()
    kinds = dict(zip(ledger["import_id"], ledger["kind"], strict=True))
    return frozenset(name for name, kind in kinds.items() if kind in _dated_kinds())


@cache
def _dated_kinds() -> frozenset[str]:
    """Kinds of files that carry the days of progress."""
    return frozenset(item.kind for item in FORMATS if item.table == "kasus" and set(PROGRESS) <= set(item.columns))


def build(
    cases: pa.Table,
    reports: pa.Table,
    roster: pa.Table,
    version: int,
    dated: Collection[str],
    same: Mapping[str, str] | None = None,
    cutoff: date | None = None,
) -> Casework:
    """Casework from tables with the columns above; `dated` names the imports whose files carry days of progress.

    What is due depends on `cutoff`, the newest day in the tables where not given.
    """
    person, names = _numbered(merged(cases["person_key"], same or {}))
    codes = encode(person, cases)
    days = {name: _days(cases[name]) for name in ("tgl_lapor", "tgl_masuk", *PROGRESS)}
    newest = cutoff or newest_day(cases, reports)
    until = int(np.datetime64(newest, "D").astype(np.int64)) if newest else MISSING
    labels = {**TRAITS, "opd": _offices(cases["opd_rujukan"])}
    found = {name: _labelled(cases[column], labels[name]) for name, column in _LABELLED.items()}
    found |= {"keberulangan": repeats(person, days["tgl_lapor"]), "umur": _age_classes(until - days["tgl_lapor"])}
    return Casework(
        version=version,
        codes=codes,
        step=_steps(cases["status"], cases["tgl_layanan_pertama"]),
        reported=days["tgl_lapor"],
        arrived=days["tgl_masuk"],
        acted=_first([days[name] for name in PROGRESS]),
        sent=days["tgl_rujukan"],
        served=days["tgl_layanan_pertama"],
        closed=days["tgl_selesai"],
        dated=pc.is_in(cases["import_id"], pa.array(sorted(dated), pa.string())).to_numpy(),
        waiting=_waiting(cases["status"]),
        referred=(days["tgl_rujukan"] != MISSING) | _sent(cases),
        labels=labels,
        traits=found,
        worker=_positions(cases["id_psm"], roster["id_psm"].to_pylist()),
        staff=_staff(roster),
        effort=_effort(reports),
        person_keys=names,
        cutoff=until,
    )


def newest_day(cases: pa.Table, reports: pa.Table) -> date | None:
    """Newest day a case was reported or anything reached the office; None without any."""
    columns = (cases["tgl_lapor"], cases["tgl_masuk"], reports["tgl_terima"], reports["bulan"])
    return max((day for column in columns if (day := pc.max(column).as_py()) is not None), default=None)


def _numbered(keys: pa.ChunkedArray) -> tuple[Small, npt.NDArray[np.object_]]:
    found = keys.combine_chunks().dictionary_encode()
    return found.indices.to_numpy().astype(np.int32), found.dictionary.to_numpy(zero_copy_only=False)


def _days(values: pa.ChunkedArray) -> Small:
    return np.asarray(pc.fill_null(values.cast(pa.int32()), MISSING).to_numpy(), dtype=np.int32)


def _first(days: list[Small]) -> Small:
    """The earliest known of several days."""
    never = np.iinfo(np.int32).max
    earliest = np.min([np.where(column == MISSING, never, column) for column in days], axis=0)
    return np.where(earliest == never, MISSING, earliest).astype(np.int32)


def _positions(values: pa.ChunkedArray, labels: list[str]) -> Small:
    return np.asarray(pc.fill_null(pc.index_in(values, pa.array(labels, pa.string())), MISSING).to_numpy(), dtype=np.int32)


def _steps(status: pa.ChunkedArray, service: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    known = statuses()
    reached = np.array([item.verified + item.assessed + item.served + item.done for item in known.values()], dtype=np.int8)
    step = reached[_positions(status, list(known))]
    served = pc.is_valid(service).to_numpy()
    step[served] = np.maximum(step[served], STEPS.index("served"))
    return step


def _waiting(status: pa.ChunkedArray) -> Bools:
    known = statuses()
    return np.array([item.open for item in known.values()], dtype=np.bool_)[_positions(status, list(known))]


def _sent(cases: pa.Table) -> Bools:
    """Cases whose office or state says that they were sent on."""
    return np.asarray(pc.or_(pc.is_valid(cases["opd_rujukan"]), pc.equal(cases["status"], REFERRED)).to_numpy())


def _offices(values: pa.ChunkedArray) -> tuple[str, ...]:
    return (*sorted(filter(None, pc.unique(values).to_pylist())), NO_OFFICE)


def _labelled(values: pa.ChunkedArray, labels: tuple[str, ...]) -> Ints:
    """Position of each label; the last one where there is none."""
    found = _positions(values, list(labels[:-1]))
    return np.where(found == MISSING, len(labels) - 1, found).astype(np.int64)


def _age_classes(waited: Small) -> Ints:
    return np.searchsorted([low for low, _ in AGE_CLASSES[1:]], waited, side="right").astype(np.int64)


def _staff(roster: pa.Table) -> Staff:
    return Staff(_positions(roster["kode_kelurahan"], list(areas.codes("kelurahan"))), _days(roster["aktif_sejak"]))


def _effort(reports: pa.Table) -> Effort:
    """Reports and visits by month and kelurahan."""
    month = np.asarray(reports["bulan"].to_numpy().astype("datetime64[M]").astype(np.int64))
    first = int(month.min()) if len(month) else 0
    places = len(areas.codes("kelurahan"))
    shape = (int(month.max()) - first + 1 if len(month) else 0, places)
    cell = (month - first) * places + _positions(reports["kode_kelurahan"], list(areas.codes("kelurahan")))
    visits = pc.fill_null(reports["kunjungan"], 0).to_numpy()
    told = pc.is_valid(reports["kunjungan"]).to_numpy()
    counts = [
        np.bincount(cell, weights, minlength=shape[0] * places).reshape(shape).astype(np.int64)
        for weights in (None, told, visits)
    ]
    return Effort(first, *counts)


def repeats(person: Small, reported: Small) -> Ints:
    """(cases) 1 where the same person was reported before, on an earlier day or, on one day, in an earlier row."""
    order = np.lexsort((np.arange(len(person)), reported, person))
    again = np.zeros(len(person), dtype=np.int64)
    again[order[1:]] = np.diff(person[order]) == 0
    return again
