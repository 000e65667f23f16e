"""Polars: eager frames, loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from benchmarks.questions import Pass
from benchmarks.rivals.prepared import (
    around,
    between,
    case_columns,
    cases,
    limit,
    members,
    number,
    report_columns,
    slice_flags,
)
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.store import Store


class Polars:
    """Filters once a pass; counts that add up are taken by month, distinct persons window by window."""

    def __init__(self, store: Store) -> None:
        rows = cases(store)
        codes = pl.Enum(list(categories.categories()))
        lists = pl.Series("kategori", rows["kategori"]).cast(pl.List(codes))
        self.cases = pl.DataFrame(case_columns(rows)).with_columns(lists)
        self.reports = pl.DataFrame(report_columns(store))

    def rows(self, step: Pass) -> list[tuple[Any, ...]]:
        """(window number, area code, one count a column)."""
        frame = self._chosen(step)
        return list(_distinct(step, frame) if step.kind == "persons" else self._additive(step, frame))

    def _chosen(self, step: Pass) -> pl.DataFrame:
        frame = self.reports if step.kind == "reports" else self.cases
        frame = frame[between(frame["bulan"].to_numpy(), around(step.windows))]
        conditions = [self.in_slice(step.slice)] if step.slice != ALL else []
        if found := limit(step):
            conditions.insert(0, pl.col(found[0]) == found[1])
        wanted = {"bulan", "orang", "kategori", step.level, *step.columns} & set(frame.columns)
        return frame.lazy().filter(*conditions).select(sorted(wanted)).collect() if conditions else frame

    def in_slice(self, code: str) -> pl.Expr:
        """Whether a case belongs to a slice."""
        return pl.col("kategori").list.eval(pl.element().is_in(members(code))).list.any()

    def _additive(self, step: Pass, frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
        keys = ["bulan"] if step.whole else ["bulan", step.level]
        alike = step.kind == "reports"
        counts = [(pl.len() if alike or code == ALL else self.in_slice(code).sum()).alias(code) for code in step.columns]
        monthly = frame.lazy().group_by(keys).agg(counts)
        sums = [pl.col(column).sum() for column in step.columns]
        rows = monthly.join(_windows(step), how="cross").filter(pl.col("bulan").is_between("dari", "sampai"))
        for position, *values in rows.group_by(["nomor", *keys[1:]]).agg(sums).collect().iter_rows():
            yield (position, step.within, *values) if step.whole else _coded(step, position, values)


class FlaggedPolars(Polars):
    """With a flag for each slice made beforehand: an index cut for just these questions."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.cases = self.cases.drop("kategori").hstack(pl.DataFrame(slice_flags(cases(store))))

    def in_slice(self, code: str) -> pl.Expr:
        """Whether a case belongs to a slice."""
        return pl.col(code)


def _windows(step: Pass) -> pl.LazyFrame:
    rows = [(position, number(window.first), number(window.last)) for position, window in enumerate(step.windows)]
    return pl.LazyFrame(rows, schema={"nomor": pl.Int16, "dari": pl.Int16, "sampai": pl.Int16}, orient="row")


def _distinct(step: Pass, frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    person, month = pl.col("orang"), frame["bulan"].to_numpy()
    chosen = [person if column == "persons" else person.filter(pl.col(column)) for column in step.columns]
    counts = [one.n_unique().alias(column) for one, column in zip(chosen, step.columns, strict=True)]
    for position, window in enumerate(step.windows):
        rows = frame[between(month, window)].lazy()
        if step.whole:
            yield (position, step.within, *rows.select(counts).collect().row(0))
        else:
            yield from (_coded(step, position, values) for values in rows.group_by(step.level).agg(counts).collect().rows())


def _coded(step: Pass, position: int, values: Sequence[int]) -> tuple[Any, ...]:
    place, *counts = values
    return (position, areas.codes(step.level)[place], *counts)
