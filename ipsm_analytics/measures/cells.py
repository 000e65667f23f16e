"""From an answer of many cells back to the question for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures.query import LABELS, Query
from ipsm_analytics.reference import areas


def cell_of(question: Query, row: Mapping[Any, Any]) -> Query:
    """The question for one row of the answer alone."""
    found = replace(question, by=())
    for name in question.by:
        if name in areas.LEVELS:
            found = replace(found, area=row[f"kode_{name}"])
        elif name in ("kelompok", "kategori"):
            found = replace(found, slice=row[name])
        elif name == "jk":
            found = replace(found, sex=row[name])
        elif name == "usia":
            found = replace(found, age=row[name])
        elif name == "bulan":
            month = Month.parse(row[name])
            found = replace(found, window=Window(month, month))
        elif name in ("triwulan", "tahun"):
            found = replace(found, window=_inside(row[name], question.window))
        elif name in LABELS:
            found = replace(found, traits=(*found.traits, (name, row[name])))
    return found


def _inside(label: str, window: Window | None) -> Window:
    """A quarter ('2026 TW3') or year as far as it lies in the window."""
    year, _, quarter = label.partition(" TW")
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if quarter else (1, 12)
    whole = Window(Month(int(year), first), Month(int(year), last))
    return Window(max(whole.first, window.first), min(whole.last, window.last)) if window else whole
