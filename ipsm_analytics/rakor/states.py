"""The states that lie between two snapshots, each differing from the one before by one kind of change.

Records are compared one by one, by the key they keep through every import. The order of the changes is fixed, for the parts
of distinct persons and of shares depend on it: what was wrong comes first (CORRECTED to MERGED), then what was missing
(LATE), then what time brought (NEW, LEFT), last the residents. Between the two ends a state never was; it is what the older
meeting would have seen had only this much been different.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import casework, contract, cube
from ipsm_analytics.answers import Facts
from ipsm_analytics.casework.build import MORE_COLUMNS, PROGRESS, ROSTER_COLUMNS, dated_imports, newest_day
from ipsm_analytics.casework.build import REPORT_COLUMNS as CASEWORK_REPORTS
from ipsm_analytics.cube import Cube, Window
from ipsm_analytics.cube.build import CASE_COLUMNS
from ipsm_analytics.linking.decisions import resolved
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.schema import ROSTER
from ipsm_analytics.store import Store


class Part(StrEnum):
    """Why a figure moved, in the order in which it is found out; passports know a part by its place here.

    CORRECTED: records withdrawn (an import undone), and corrections of what no other part names: a day, a person.
    MOVED: the kelurahan of a case. RECLASSIFIED: its categories. HANDLED: its state, days of progress and outcome.
    MERGED: persons an operator declared the same, or no longer so.
    LATE: records new in the store about what lay before the older meeting.
    NEW: records of later days, and the months and days that came into sight.
    LEFT: months that left the period. RESIDENTS: another population.
    """

    CORRECTED = "koreksi"
    MOVED = "pindah_wilayah"
    RECLASSIFIED = "pindah_kategori"
    HANDLED = "penanganan"
    MERGED = "padanan"
    LATE = "terlambat"
    NEW = "baru"
    LEFT = "keluar"
    RESIDENTS = "penduduk"


PARTS: tuple[Part, ...] = tuple(Part)
PLACE, KIND = ("kode_kelurahan",), ("kategori",)
HANDLING = ("status", *PROGRESS, "hasil", "opd_rujukan", "import_id")
"""What is known of the handling of a case; the import says whether its file can carry days of progress at all."""
_CASES = ["case_id", *CASE_COLUMNS, *MORE_COLUMNS]
_REPORTS = ["report_id", *CASEWORK_REPORTS]


@dataclass(frozen=True, eq=False)
class Records:
    """All that the figures of a meeting rest on.

    Attributes:
        cases, reports: rows of the tables kasus and laporan with at least the columns the counts read and their keys.
        same: person_key -> the key that stands for that person.
        window: months of the meeting.
        today: its day.
        cutoff: newest day in the data, by which it is judged what is due.
        people: residents by kelurahan.
        dated: imports whose files carry days of progress.
    """

    cases: pa.Table
    reports: pa.Table
    same: Mapping[str, str]
    window: Window
    today: date
    cutoff: date | None
    people: Mapping[str, int]
    dated: frozenset[str]


@dataclass(frozen=True, eq=False)
class State:
    """Counts of one state and the months they are asked for; nothing is counted outside the months of both meetings."""

    facts: Facts
    window: Window


class Compared(NamedTuple):
    """Two states of a table: rows of the older that the newer still has, the same rows as the newer has them, rows it added."""

    held: pa.Table
    renewed: pa.Table
    added: pa.Table


def records(store: Store, frozen: Snapshot) -> Records:
    """What a snapshot froze, read from the store."""
    version = store.version(frozen.version)
    cases = contract.stored("kasus", store.read("kasus", version, _CASES))
    reports = contract.stored("laporan", store.read("laporan", version, _REPORTS))
    return Records(
        cases,
        reports,
        resolved(store, version),
        frozen.window,
        frozen.today,
        newest_day(cases, reports),
        frozen.people,
        dated_imports(store),
    )


def compared(older: pa.Table, newer: pa.Table, key: str) -> Compared:
    """Rows matched by their key; a table that lost no row is returned as it is."""
    place = pc.index_in(older[key], newer[key].combine_chunks())
    stays = pc.is_valid(place)
    held = older.filter(stays) if place.null_count else older
    added = newer.filter(pc.invert(pc.is_in(newer[key], older[key].combine_chunks())))
    return Compared(held, newer.take(place.drop_null()), added)


def chain(before: Records, after: Records) -> tuple[State, ...]:
    """The states from the older records to the newer ones, one more than there are PARTS; unchanged ones are the same object."""
    hull = Window(min(before.window.first, after.window.first), max(before.window.last, after.window.last))
    changes = _changes(before, after, hull)
    all_records = list(accumulate(changes, lambda held, change: _changed(held, **change), initial=before))
    states = [_state(before, hull, None)]
    for older, newer in pairwise(all_records):
        states.append(states[-1] if newer is older else _state(newer, hull, (older, states[-1])))
    return tuple(states)


def _changes(before: Records, after: Records, hull: Window) -> list[dict[str, Any]]:
    """What each part changes, in the order of PARTS; the last state is the newer records."""
    cases = compared(before.cases, after.cases, "case_id")
    reports = compared(before.reports, after.reports, "report_id")
    others = set(cases.held.column_names) - {*PLACE, *KIND, *HANDLING}
    corrected = _renewed(cases.held, cases.renewed, others)
    moved = _renewed(corrected, cases.renewed, PLACE)
    reclassified = _renewed(moved, cases.renewed, KIND)
    handled = _renewed(reclassified, cases.renewed, HANDLING)
    told = _renewed(reports.held, reports.renewed, reports.held.column_names)
    late = [pc.less_equal(cases.added["tgl_lapor"], pa.scalar(before.today)), _ended(reports.added["bulan"], before.today)]
    late_cases = _with(handled, cases.added.filter(late[0]))
    late_reports = _with(told, reports.added.filter(late[1]))
    return [
        {"cases": corrected, "reports": told, "cutoff": _earlier(before.cutoff, after.cutoff)},
        {"cases": moved},
        {"cases": reclassified},
        {"cases": handled, "dated": after.dated},
        {"same": after.same},
        {"cases": late_cases, "reports": late_reports},
        {
            "cases": _with(late_cases, cases.added.filter(pc.invert(late[0]))),
            "reports": _with(late_reports, reports.added.filter(pc.invert(late[1]))),
            "window": hull,
            "today": after.today,
            "cutoff": after.cutoff,
        },
        {"window": after.window},
        {"people": after.people},
    ]


def _renewed(held: pa.Table, renewed: pa.Table, columns: Collection[str]) -> pa.Table:
    """The rows with some columns as they are now; the same table where they are as they were."""
    chosen = [name for name in held.column_names if name in columns and not held[name].equals(renewed[name])]
    for name in chosen:
        held = held.set_column(held.schema.get_field_index(name), held.schema.field(name), renewed[name])
    return held


def _with(rows: pa.Table, more: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, more]) if len(more) else rows


def _ended(months: pa.ChunkedArray, day: date) -> pa.Array:
    """(reports) True where the month reported had ended on a day."""
    following = months.to_numpy().astype("datetime64[M]") + np.timedelta64(1, "M")
    return pa.array(following.astype("datetime64[D]") <= np.datetime64(day, "D"))


def _earlier(one: date | None, other: date | None) -> date | None:
    """The older meeting's last day; where rows that were withdrawn had set it, the day that is left."""
    return min(filter(None, (one, other)), default=None)


def _changed(held: Records, **change: Any) -> Records:  # noqa: ANN401 - each field has its own type
    """The records with other values; the same object where all of them are as they were."""
    new = {name: value for name, value in change.items() if not _alike(getattr(held, name), value)}
    return replace(held, **new) if new else held


def _alike(one: object, other: object) -> bool:
    """Tables are compared by being the same one: `_renewed` makes no new one without need."""
    return one is other if isinstance(one, pa.Table) else one == other


def _state(held: Records, hull: Window, earlier: tuple[Records, State] | None) -> State:
    """The counts of records, with what of the state before still holds."""
    kept = earlier if earlier and _as_before(held, earlier[0], "cases", "reports", "same") else None
    cases, reports = _within(held.cases, "tgl_lapor", hull), _within(held.reports, "bulan", hull)
    counts = kept[1].facts.cube if kept else _cube(cases, reports, held)
    if kept and _as_before(held, kept[0], "cutoff", "dated"):
        work = kept[1].facts.casework
    else:
        roster = ROSTER.empty_table().select(ROSTER_COLUMNS)
        work = casework.build(cases, reports, roster, 0, held.dated, held.same, held.cutoff)
    return State(Facts.of(counts, held.today, held.people, casework=work), held.window)


def _as_before(held: Records, earlier: Records, *names: str) -> bool:
    return all(_alike(getattr(held, name), getattr(earlier, name)) for name in names)


def _cube(cases: pa.Table, reports: pa.Table, held: Records) -> Cube:
    return cube.build(cases, reports, 0, held.same)


def _within(rows: pa.Table, column: str, window: Window) -> pa.Table:
    """Rows of the months of a window: the others are asked for by nobody, and cost most of the time."""
    first, last = pa.scalar(window.first.first_day), pa.scalar(window.last.last_day)
    return rows.filter(pc.and_(pc.greater_equal(rows[column], first), pc.less_equal(rows[column], last)))
