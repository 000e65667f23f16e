"""One file going into the store, a portion at a time, and what is counted on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest.ground import Ground
from ipsm_analytics.ingest.impact import figure_columns, impact, together
from ipsm_analytics.ingest.known import Known
from ipsm_analytics.ingest.repeats import repeated_persons, repeated_rows
from ipsm_analytics.ingest.report import Impact, Report
from ipsm_analytics.intake.ahead import ahead
from ipsm_analytics.intake.batch import Batch, SentFile
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.schema import TABLES

TOLD = 1000
"""Problems of one reason that a report quotes; all of them are counted, and the refused rows keep theirs."""
Step = Callable[[float, int], None]
"""Called with the share of the file that is done (0 to 1) and the rows done."""
_BESIDE_SAMPLE = ("angka_terbit", "karantina")
"""Tables whose real rows do not keep sample data out."""
_TEXTS = pa.string()


class Taking:
    """A file on its way into a ground. What is counted does not depend on how the file is cut into portions.

    Of several rows with one key in a file one is accepted and the others are repeats, whichever state of them stays.
    """

    def __init__(self, file: SentFile, ground: Ground) -> None:
        self.file, self.ground = file, ground
        self.table, self.key = file.format.table, file.key_column
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.impact: Impact | None = None
        self._told: Counter[str] = Counter()
        self._made_way = False
        self._refused: list[pa.Array] = []
        self._otherwise: list[pa.Array] = []
        self._metadata = {
            "file": file.raw.name,
            "sha256": file.raw.sha256,
            "kind": file.format.kind,
            "rows": str(file.raw.row_count),
        }
        self._refuse_sample()
        self._look_around()

    def all(self, step: Step, rows: int | None = None) -> Report:
        """Takes every portion, of so many rows if that is said, and reports."""
        for batch in ahead(self.file.portions(rows)):
            self._take(batch)
            step(self.counts["rows_read"] / self.file.raw.row_count, self.counts["rows_read"])
        if self.table == "kasus" and self.counts["accepted"] > self.counts["updated"]:
            persons = list(repeated_persons(self.ground, self.file.import_id, self._known))
            self.reasons.update(problem.code for problem in persons)
            self._tell(persons)
        return self._report(self._settle())

    def _take(self, batch: Batch) -> None:
        self._make_way(batch)
        keys = batch.accepted[self.key].combine_chunks()
        known = self._known.of(keys)
        fresh, newer = _against_known(keys, batch.accepted["precedence"].combine_chunks(), known["precedence"].combine_chunks())
        updated = pc.and_not(newer, pc.fill_null(known["own"].combine_chunks(), False))
        taken = pc.or_(fresh, updated)
        self._count(batch, taken, updated)
        new = pc.or_(fresh, pc.fill_null(known["new"].combine_chunks(), False))
        stored = pc.and_not(pc.is_valid(known["precedence"].combine_chunks()), new)
        self._tell((*batch.problems, *repeated_rows(batch.accepted["row_number"], taken, stored)))
        self._write(batch, fresh, newer)
        self._remember(batch, keys, pc.or_(fresh, newer), new)

    def _look_around(self) -> None:
        """What stands in the ground before the first portion is written."""
        stored = self.ground.rows(self.table, [self.key, "precedence"])
        self._known, self._before = Known(stored), len(stored)
        self._waiting = self.ground.rows("karantina", ["row_id"])["row_id"].combine_chunks()

    def _refuse_sample(self) -> None:
        """Sample data never stand beside real data."""
        if not self.file.sample or self.table == "angka_terbit":
            return
        marks = [self.ground.rows(name, ["sample"])["sample"] for name in TABLES if name not in _BESIDE_SAMPLE]
        if not all(pc.all(stored, min_count=0).as_py() for stored in marks):
            raise UserError(
                "DATA CONTOH tidak boleh masuk ke penyimpanan yang berisi data nyata.",
                found=self.file.raw.name,
                action="pakai IPSM_STORE lain untuk data contoh",
            )

    def _make_way(self, batch: Batch) -> None:
        """The first real row puts the sample out."""
        if self._made_way or self.file.sample or self.table == "angka_terbit" or not len(batch.accepted):
            return
        self._made_way = True
        self.counts["removed_sample"] = self.ground.remove_sample({"reason": "data nyata masuk", "file": self.file.raw.name})
        self._look_around()

    def _count(self, batch: Batch, taken: pa.Array, updated: pa.Array) -> None:
        self.counts["rows_read"] += batch.row_count
        self.counts["accepted"] += _true(taken)
        self.counts["updated"] += _true(updated)
        self.counts["quarantined"] += len(batch.quarantined)
        self.counts["duplicates"] += len(batch.accepted) - _true(taken)
        self.reasons.update(batch.reason_counts)
        self.reasons.update({"DUP_ROW": len(batch.accepted) - _true(taken)})

    def _tell(self, problems: Iterable[Problem]) -> None:
        """Keeps the first problems of each reason for the report."""
        for problem in problems:
            self._told[problem.code] += 1
            if self._told[problem.code] <= TOLD:
                self.problems.append(problem)

    def _write(self, batch: Batch, fresh: pa.Array, newer: pa.Array) -> None:
        moved = batch.accepted.filter(newer)
        coming = batch.accepted.select(figure_columns(self.table, batch.accepted.schema)).filter(pc.or_(fresh, newer))
        replaced = self._standing(batch, moved[self.key].combine_chunks())
        change = impact(self.table, self._before, coming, replaced)
        self._before = change.after
        self.impact = together(self.impact, change) if self.impact else change
        refused = batch.quarantined["row_id"].combine_chunks()
        waits = pc.is_in(refused, self._waiting)
        self.ground.append("karantina", batch.quarantined, pc.invert(waits), self._metadata)
        self.ground.append(self.table, batch.accepted, fresh, self._metadata)
        self.ground.replace(self.table, moved, self._metadata)

    def _standing(self, batch: Batch, keys: pa.Array) -> pa.Table:
        """The rows that stand under these keys, with the columns figures are counted by."""
        columns = figure_columns(self.table, batch.accepted.schema)
        if not len(keys):
            return batch.accepted.schema.empty_table().select(columns)
        rows = self.ground.rows(self.table, [self.key, *columns])
        return rows.filter(pc.is_in(rows[self.key], keys)).select(columns)

    def _remember(self, batch: Batch, keys: pa.Array, moved: pa.Array, new: pa.Array) -> None:
        precedence = batch.accepted["precedence"].combine_chunks()
        self._known.add(keys.filter(moved), precedence.filter(moved), new.filter(moved))
        self._refused.append(batch.quarantined["row_id"].combine_chunks())
        self._otherwise.append(batch.read_otherwise)

    def _settle(self) -> int:
        """Takes the rows out of the quarantine that this file sends again or that are read otherwise now."""
        refused = pa.concat_arrays([pa.array([], _TEXTS), *self._refused])
        back = self.file.returned.filter(pc.invert(pc.is_in(self.file.returned, refused)))
        settles = pa.concat_arrays([back, *self._otherwise]).unique()
        settled = settles.filter(pc.is_in(settles, self._waiting))
        self.ground.remove("karantina", settled, self._metadata)
        return len(settled)

    def _report(self, settled: int) -> Report:
        return Report(
            file=self.file.raw.name,
            kind=self.file.format.kind,
            sha256=self.file.raw.sha256,
            reasons=dict(sorted((+self.reasons).items())),
            unknown_columns=self.file.unknown_columns,
            sample=self.file.sample,
            settled=settled,
            corrections=dict(self.file.corrections),
            remarks=self.file.remarks,
            mapped_by=self.file.mapped_by,
            problems=tuple(self.problems),
            impact=self.impact,
            rows_read=self.counts["rows_read"],
            accepted=self.counts["accepted"],
            updated=self.counts["updated"],
            quarantined=self.counts["quarantined"],
            duplicates=self.counts["duplicates"],
            removed_sample=self.counts["removed_sample"],
        )


def _against_known(keys: pa.Array, precedence: pa.Array, known: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(rows) True for a new key, and True for a further state of a known key; one row a key, the furthest.

    known: (rows) precedence of the known state of the key, a gap for a new one.
    """
    furthest = _furthest(keys, precedence)
    newer = pc.fill_null(pc.greater(precedence, known), False)
    return pc.and_(furthest, pc.is_null(known)), pc.and_(furthest, newer)


def _furthest(keys: pa.Array, precedence: pa.Array) -> pa.Array:
    """(rows) True for one row a key: the one with the highest precedence, of equals the first."""
    codes = keys.dictionary_encode().indices.to_numpy()
    repeated = np.flatnonzero(np.bincount(codes)[codes] > 1)
    rivals = pa.table({"key": codes[repeated], "precedence": precedence.take(pa.array(repeated)), "position": repeated})
    order = rivals.sort_by([("key", "ascending"), ("precedence", "descending"), ("position", "ascending")])
    later = np.diff(order["key"].to_numpy(), prepend=-1) == 0
    kept = np.ones(len(keys), dtype=bool)
    kept[order["position"].to_numpy()[later]] = False
    return pa.array(kept)


def _true(rows: pa.Array) -> int:
    return int(pc.sum(rows, min_count=0).as_py())
