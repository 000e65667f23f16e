"""One file, taken apart completely: accepted rows, refused rows, and what was wrong with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake import cases, published, readers, reports
from ipsm_analytics.intake.formats import Format, recognise
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.sheet import Problem, Sheet, objects
from ipsm_analytics.reference.reasons import reasons

REMARKS = ("keterangan", "kendala", "catatan")


class _Builder(Protocol):
    def __call__(self, sheet: Sheet, kind: str, keys: Keyring, today: date) -> pd.DataFrame: ...


BUILDERS: Mapping[str, tuple[_Builder, pa.Schema, str]] = {
    "kasus": (cases.build, schema.CASES, "case_id"),
    "laporan": (reports.build, schema.REPORTS, "report_id"),
    "angka_terbit": (published.build, schema.PUBLISHED, "figure_id"),
}
"""Store table -> how its rows are built, their schema, and their key."""


@dataclass(frozen=True)
class Batch:
    """What one file holds. rows_read = len(accepted) + len(quarantined), always.

    Attributes:
        accepted: rows under the target schema, repeats included.
        quarantined: refused rows under schema.QUARANTINE.
        unknown_columns: headers the format does not know; they are not stored.
    """

    name: str
    sha256: str
    format: Format
    rows_read: int
    accepted: pa.Table
    quarantined: pa.Table
    problems: tuple[Problem, ...]
    unknown_columns: tuple[str, ...]

    @property
    def import_id(self) -> str:
        """The same bytes read as the same kind are the same import."""
        return f"{self.sha256[:16]}-{self.format.kind}"

    @property
    def key_column(self) -> str:
        """Key of the target table."""
        return BUILDERS[self.format.table][2]

    @property
    def reason_counts(self) -> dict[str, int]:
        """Rows by reason code; a row counts once for each of its codes."""
        return dict(sorted(Counter(code for _, code in {(p.row_number, p.code) for p in self.problems}).items()))

    @property
    def sample(self) -> bool:
        """True when any row carries the sample mark."""
        return any(table["sample"].to_pandas().any() for table in (self.accepted, self.quarantined) if len(table))


def open_file(path: Path, settings: Settings, keys: Keyring, kind: str = "auto") -> Batch:
    """Reads, recognises, checks and keys one file; raises UserError when it is no known table."""
    raw = readers.read(path)
    form = recognise(list(raw.cells.columns), raw.name, kind)
    names = form.rename(list(raw.cells.columns))
    sheet = Sheet(raw.cells[list(names)].rename(columns=names), {field: text for text, field in names.items()})
    build, target, _ = BUILDERS[form.table]
    rows = build(sheet, form.kind, keys, settings.today)
    rows["row_number"] = sheet.row_numbers
    rows["import_id"] = f"{raw.sha256[:16]}-{form.kind}"
    rows["sample"] = _marked(sheet)
    rows["warnings"] = _warnings(sheet)
    refused = sheet.refused()
    return Batch(
        name=raw.name,
        sha256=raw.sha256,
        format=form,
        rows_read=raw.row_count,
        accepted=pa.Table.from_pandas(rows.loc[~refused, target.names], schema=target, preserve_index=False),
        quarantined=_quarantine(raw, rows, refused, sheet.problems, form, keys),
        problems=(*sheet.problems, *_shape_problems(raw)),
        unknown_columns=tuple(text for text in raw.cells.columns if text not in names),
    )


def _marked(sheet: Sheet) -> np.ndarray:
    marks = [np.array([schema.SAMPLE_MARK in text for text in sheet.text(name)], dtype=bool) for name in REMARKS if name in sheet.cells]
    return np.logical_or.reduce(marks) if marks else np.zeros(len(sheet), dtype=bool)


def _warnings(sheet: Sheet) -> np.ndarray:
    by_row: dict[int, set[str]] = {}
    for problem in sheet.problems:
        if not reasons()[problem.code].refuses:
            by_row.setdefault(problem.row_number, set()).add(problem.code)
    return objects([sorted(by_row.get(int(row), ())) for row in sheet.row_numbers])


def _shape_problems(raw: readers.RawTable) -> list[Problem]:
    return [Problem(row, "ROW_SHAPE", "seluruh baris", f"{len(text)} karakter", f"{raw.cells.shape[1]} kolom") for row, text in raw.malformed.items()]


def _quarantine(raw: readers.RawTable, rows: pd.DataFrame, refused: np.ndarray, problems: list[Problem], form: Format, keys: Keyring) -> pa.Table:
    """Refused rows whole and sealed; equal rows are told apart by their occurrence in the file."""
    by_row: dict[int, list[Problem]] = {}
    for problem in problems + _shape_problems(raw):
        by_row.setdefault(problem.row_number, []).append(problem)
    marks = dict(zip(rows.index[refused], rows.loc[refused, "sample"], strict=True)) | {row: schema.SAMPLE_MARK in text for row, text in raw.malformed.items()}
    wholes: dict[int, object] = {int(row): cells for row, cells in zip(raw.cells.index[refused], raw.cells[refused].to_dict("records"), strict=True)} | {**raw.malformed}
    seen: Counter[str] = Counter()
    entries = []
    for row, whole in sorted(wholes.items()):
        text = json.dumps(whole, ensure_ascii=False)
        seen[text] += 1
        found = [problem for problem in by_row[row] if reasons()[problem.code].refuses]
        entries.append(
            {
                "row_id": keys.key("karantina", f"{form.kind}:{seen[text]}:{text}"),
                "import_id": f"{raw.sha256[:16]}-{form.kind}",
                "kind": form.kind,
                "row_number": row,
                "reasons": [problem.code for problem in found],
                "columns": [problem.column for problem in found],
                "sealed": keys.seal(json.dumps({"row": whole, "problems": [problem._asdict() for problem in by_row[row]]}, ensure_ascii=False)),
                "sample": bool(marks[row]),
            }
        )
    return pa.Table.from_pylist(entries, schema=schema.QUARANTINE)
