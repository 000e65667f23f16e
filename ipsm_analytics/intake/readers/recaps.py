"""Sheets that are recaps instead of lists: each filled cell becomes a row of our own columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ipsm_analytics.intake import recap
from ipsm_analytics.intake.readers.opening import Grid
from ipsm_analytics.intake.readers.table import SHEET_ROWS, RawTable, printable

MAX_ROWS = 1000


def recap_table(grids: Sequence[Grid], name: str) -> RawTable | None:
    """All recaps of a file as one table, its hash left out; None where no sheet is one.

    Raises UserError when a recap names no period or several.
    """
    chosen = [grid for grid in grids if len(grid.rows) <= MAX_ROWS and recap.looks_like(grid.rows, grid.merged)]
    if not chosen:
        return None
    found = [recap.read(grid.rows, grid.merged, file=name, sheet=printable(grid.name)) for grid in chosen]
    tables = [recap.to_table(one) for one in found]
    header = tables[0][0]
    rows = [row for _, texts, _ in tables for row in texts]
    numbers = [number + place * SHEET_ROWS for place, (_, _, numbers) in enumerate(tables) for number in numbers]
    cells = {title: pa.array([row[place] for row in rows], pa.string()) for place, title in enumerate(header)}
    others = tuple(printable(grid.name) for grid in grids if grid not in chosen and any(map(any, grid.rows)))
    sheets = tuple(one.sheet for one in found)
    return RawTable(
        name, "", pa.table(cells), np.array(numbers, dtype=np.int64), {}, others, sheets, _remarks(found), by_cell=True
    )


def _remarks(found: Sequence[recap.Recap]) -> tuple[str, ...]:
    """What is said of each recap, its sheet named where there are several."""
    said = [
        "Dibaca sebagai rekap: setiap sel berisi angka menjadi satu baris; baris dan kolom jumlah diperiksa, lalu ditinggalkan."
    ]
    for one in found:
        texts = [*one.remarks, *([f"Kolom yang bukan hitungan: {', '.join(one.left_out)}."] if one.left_out else [])]
        said += [f"Lembar {one.sheet!r}: {text}" if len(found) > 1 else text for text in texts]
    return tuple(said)
