"""Refused rows: kept whole and sealed, each to be opened again on its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import attrgetter

import numpy as np
import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.intake.fields import resolve_areas
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed, parse_date, parse_month
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.intake.sheet import Problem, Sheet

PORTION = 1 << 13
Refused = tuple[int, tuple[Problem, ...]]
_ROW = attrgetter("row_number")
_write = json.JSONEncoder(ensure_ascii=False).encode
Place = tuple[str | None, date | None]
"""Kelurahan code and first day of the month a row belongs to, as far as they can be read."""
_DATED: Mapping[str, Callable[[str, date], Parsed[date]]] = {
    "bulan": parse_month,
    "tgl_lapor": parse_date,
    "tgl_usul": parse_date,
}
"""Fields that say which month a row belongs to; a format has one of them or none."""
_NOWHERE: Place = (None, None)


def shape_problems(raw: RawTable) -> list[Problem]:
    """A problem for each row whose number of cells differs from the header."""
    width = f"{raw.cells.num_columns} kolom"
    return [Problem(row, "ROW_SHAPE", "seluruh baris", f"{len(text)} karakter", width) for row, text in raw.malformed.items()]


def places(sheet: Sheet, today: date) -> dict[int, Place]:
    """Row number -> where and when each refused row belongs; read apart, so that nothing is reported twice."""
    kept = np.flatnonzero(sheet.refused())
    part = replace(sheet, cells=sheet.cells.take(pa.array(kept)), row_numbers=sheet.row_numbers[kept], problems=[])
    name = next((name for name in _DATED if name in part.cells.column_names), None)
    days = [_DATED[name](text, today).value for text in part.text(name).to_pylist()] if name else [None] * len(part)
    months = [day and day.replace(day=1) for day in days]
    return dict(zip(part.row_numbers.tolist(), zip(resolve_areas(part).to_pylist(), months, strict=True), strict=True))


def sealed(
    raw: RawTable,
    problems: Sequence[Problem],
    kind: str,
    import_id: str,
    keys: Keyring,
    seen: Counter[str],
    *,
    sample: bool,
    placed: Mapping[int, Place],
) -> pa.Table:
    """The rows with a problem that refuses them, under schema.QUARANTINE, in the order of the file.

    A row is known again by its content; equal rows are told apart by their occurrence in the file, which `seen` counts.
    A row that is not `placed` has neither kelurahan nor month.
    """
    bad = {problem.row_number for problem in problems if problem.refuses}
    groups = groupby(sorted((problem for problem in problems if problem.row_number in bad), key=_ROW), _ROW)
    refused = [(row, tuple(found)) for row, found in groups]
    batches = []
    for start in range(0, len(refused), PORTION):
        part = refused[start : start + PORTION]
        texts = [_write(whole) for whole in _wholes(raw, part)]
        reasons = [[problem for problem in found if problem.refuses] for _, found in part]
        columns = {
            "row_id": list(_row_ids(_keys(kind, texts, keys), seen)),
            "import_id": [import_id] * len(part),
            "kind": [kind] * len(part),
            "row_number": [row for row, _ in part],
            "reasons": [[problem.code for problem in found] for found in reasons],
            "columns": [[problem.column for problem in found] for found in reasons],
            "sealed": [keys.seal(_envelope(text, found)) for text, (_, found) in zip(texts, part, strict=True)],
            "sample": [sample] * len(part),
            "kode_kelurahan": [placed.get(row, _NOWHERE)[0] for row, _ in part],
            "bulan": [placed.get(row, _NOWHERE)[1] for row, _ in part],
        }
        batches.append(pa.record_batch(columns, schema=schema.QUARANTINE))
    return pa.Table.from_batches(batches, schema=schema.QUARANTINE)


def row_ids(raw: RawTable, rows: Sequence[int], kind: str, keys: Keyring) -> pa.Array:
    """The ids under which these rows, ascending, would wait had they been refused."""
    found: list[str] = []
    for start in range(0, len(rows), PORTION):
        wholes = _wholes(raw, [(row, ()) for row in rows[start : start + PORTION]])
        found += _keys(kind, map(_write, wholes), keys)
    return pa.array(_row_ids(found, Counter()), pa.string())


def _wholes(raw: RawTable, part: Sequence[Refused]) -> Iterator[object]:
    """Each row as sent: its cells by header, or its whole text when it is of another width."""
    rows = np.array([row for row, _ in part if row not in raw.malformed], dtype=np.int64)
    cells = iter(raw.cells.take(pa.array(np.searchsorted(raw.row_numbers, rows))).to_pylist())
    return (raw.malformed[row] if row in raw.malformed else next(cells) for row, _ in part)


def _keys(kind: str, texts: Iterable[str], keys: Keyring) -> list[str]:
    return keys.turned(keys.keys("karantina", pa.array((f"{kind}:{text}" for text in texts), pa.string())).to_pylist())


def _row_ids(keys: Iterable[str], seen: Counter[str]) -> Iterator[str]:
    for key in keys:
        seen[key] += 1
        yield f"{key}-{seen[key]}"


def _envelope(text: str, problems: Iterable[Problem]) -> str:
    """What is sealed, as JSON: the row as sent and everything that was found in it."""
    found = _write([problem._asdict() for problem in problems])
    return f'{{"row": {text}, "problems": {found}}}'
