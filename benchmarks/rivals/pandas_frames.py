"""pandas: frames with groupby, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from benchmarks.questions import Pass
from benchmarks.rivals.prepared import around, between, case_columns, cases, limit, number, report_columns, slice_flags
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store


class Pandas:
    """Filters once a pass; counts that add up are taken by month, distinct persons window by window."""

    def __init__(self, store: Store) -> None:
        rows = cases(store)
        self.cases, self.reports = pd.DataFrame(case_columns(rows) | slice_flags(rows)), pd.DataFrame(report_columns(store))

    def rows(self, step: Pass) -> list[tuple[Any, ...]]:
        """(window number, area code, one count a column)."""
        frame = self._chosen(step)
        return list(_distinct(step, frame) if step.kind == "persons" else _additive(step, frame))

    def _chosen(self, step: Pass) -> pd.DataFrame:
        frame = self.reports if step.kind == "reports" else self.cases
        wanted = {"bulan", "orang", step.level, *step.columns} & set(frame.columns)
        rows = between(frame["bulan"].to_numpy(), around(step.windows))
        kept = frame[step.slice].iloc[rows].to_numpy() if step.slice != ALL else None
        if found := limit(step):
            here = frame[found[0]].iloc[rows].to_numpy() == found[1]
            kept = here if kept is None else kept & here
        chosen = frame[sorted(wanted)].iloc[rows]
        return chosen if kept is None else chosen[kept]


def _additive(step: Pass, frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    keys = ["bulan"] if step.whole else ["bulan", step.level]
    groups, columns = frame.groupby(keys), list(step.columns)
    monthly = pd.DataFrame({column: groups[column].sum() if column in frame else groups.size() for column in columns})
    rows = monthly.reset_index().merge(_windows(step), how="cross")
    rows = rows[rows["bulan"].between(rows["dari"], rows["sampai"])]
    if step.whole:
        yield from ((position, step.within, *values) for position, *values in rows.groupby("nomor")[columns].sum().itertuples())
    else:
        codes = areas.codes(step.level)
        for (position, place), *values in rows.groupby(["nomor", step.level])[columns].sum().itertuples():
            yield (position, codes[place], *values)


def _windows(step: Pass) -> pd.DataFrame:
    rows = [(position, number(window.first), number(window.last)) for position, window in enumerate(step.windows)]
    return pd.DataFrame(rows, columns=["nomor", "dari", "sampai"])


def _distinct(step: Pass, frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    month = frame["bulan"].to_numpy()
    for position, window in enumerate(step.windows):
        rows = frame.iloc[between(month, window)]
        parts = {column: rows if column == "persons" else rows[rows[column].to_numpy()] for column in step.columns}
        if step.whole:
            yield (position, step.within, *(part["orang"].nunique() for part in parts.values()))
        else:
            counts = {column: part.groupby(step.level)["orang"].nunique() for column, part in parts.items()}
            codes = areas.codes(step.level)
            for place, *values in pd.DataFrame(counts).fillna(0).itertuples():
                yield (position, codes[place], *values)
