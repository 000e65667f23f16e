"""Tables held against the contract; whoever breaks it is this program, never a user's file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.contract.rules import IN_ORDER, Rule, rules
from ipsm_analytics.errors import InternalError

if TYPE_CHECKING:
    from pandera.errors import SchemaError
    from pandera.pandas import Check, Column, DataFrameSchema

ROW_NUMBER = "nomor baris"
"""Column under which a sheet's row numbers are checked beside its fields."""
_SCHEMAS = 64
_OF_THE_TABLE = {
    "COLUMN_NOT_IN_DATAFRAME": "tidak ada",
    "COLUMN_NOT_IN_SCHEMA": "tidak dikenal",
    "COLUMN_NOT_ORDERED": "tidak pada urutannya",
}
_OF_A_COLUMN = {"SERIES_CONTAINS_NULLS": "tidak boleh kosong", "WRONG_DATATYPE": "tipe lain"}
"""What pandera finds of itself, beside our rules."""


def checked(table: str, rows: pa.Table, today: date) -> pa.Table:
    """The rows of one file as they are, after a look at every column of the table.

    Raises InternalError naming table, column, rule and how many rows break it, never a value.
    """
    return _validated(table, rows, _table_schema(table, tuple(schema.TABLES[table][0].names), today))


def stored(table: str, rows: pa.Table) -> pa.Table:
    """Stored rows, with all or some columns of the table, as `checked`.

    What was in the future is asked at intake alone, so that a data version can be read under any day. Pages read the
    cube: pandera, a third of a second to load, is asked only to name what is wrong.
    """
    fields = [schema.TABLES[table][0].field(name) for name in rows.column_names]
    if all(_sound(table, field, rows[field.name]) for field in fields):
        return rows
    return _validated(table, rows, _table_schema(table, tuple(rows.column_names), date.max))


def _sound(table: str, field: pa.Field, values: pa.ChunkedArray) -> bool:
    """Whether a column has the type, the gaps and the values of the contract."""
    typed = values.type == field.type and (field.nullable or not values.null_count)
    return typed and all(rule.kept(values, date.max).all() for rule in rules(table, field.name))


def checked_sheet(
    kind: str, cells: pa.Table, row_numbers: npt.NDArray[np.int64], fields: Collection[str], required: Collection[str]
) -> pa.Table:
    """Cells of a recognised sheet, as `checked`: texts under the format's fields, the required ones among them."""
    rows = cells.append_column(ROW_NUMBER, pa.array(row_numbers, pa.int64()))
    _validated(kind, rows, _sheet_schema(tuple(fields), frozenset(required)))
    return cells


def _validated(name: str, rows: pa.Table, contract: DataFrameSchema) -> pa.Table:
    if breaches := _breaches(rows, contract):
        raise InternalError(f"Kontrak tabel {name} dilanggar: {'; '.join(breaches)}.")
    return rows


def _breaches(rows: pa.Table, contract: DataFrameSchema) -> list[str]:
    """Column, rule and rows of each breach; the rows' values stay where they are."""
    from pandera.errors import SchemaErrors  # noqa: PLC0415 - it takes a third of a second, which pages should not pay

    try:
        contract.validate(rows.to_pandas(types_mapper=pd.ArrowDtype, use_threads=False), lazy=True, inplace=True)
    except SchemaErrors as errors:
        return list(dict.fromkeys(_breach(error) for error in errors.schema_errors))
    return []


def _breach(error: SchemaError) -> str:
    """One breach in words; pandera's own message quotes values and is not used."""
    reason, cases = error.reason_code.name if error.reason_code else "", error.failure_cases
    if reason in _OF_THE_TABLE:
        return f"kolom {cases}: {_OF_THE_TABLE[reason]}"
    rule = _OF_A_COLUMN.get(reason) or error.check.name
    broken = len(cases) if error.check_output is None else int((~error.check_output).sum())
    return f"kolom {error.column_name}: {rule}" + (f" ({broken} baris)" if isinstance(cases, pd.DataFrame) else "")


@lru_cache(_SCHEMAS)
def _table_schema(table: str, names: tuple[str, ...], today: date) -> DataFrameSchema:
    """The contract of these columns of a table in schema.TABLES, in this order."""
    fields = [schema.TABLES[table][0].field(name) for name in names]
    return _schema({field.name: _column(field, rules(table, field.name), today) for field in fields}, ordered=True)


@lru_cache(_SCHEMAS)
def _sheet_schema(fields: tuple[str, ...], required: frozenset[str]) -> DataFrameSchema:
    """The contract of a sheet: texts, never a gap, and the row numbers."""
    columns = {
        name: _column(pa.field(name, pa.string(), nullable=False), (), date.max, required=name in required) for name in fields
    }
    number = pa.field(ROW_NUMBER, pa.int64(), nullable=False)
    return _schema(columns | {ROW_NUMBER: _column(number, (IN_ORDER,), date.max)}, ordered=False)


def _schema(columns: Mapping[str, Column], *, ordered: bool) -> DataFrameSchema:
    from pandera.pandas import DataFrameSchema  # noqa: PLC0415 - as in _breaches

    return DataFrameSchema(dict(columns), strict=True, ordered=ordered)


def _column(field: pa.Field, kept: Iterable[Rule], today: date, *, required: bool = True) -> Column:
    from pandera.pandas import Column  # noqa: PLC0415 - as in _breaches

    checks = [_check(rule, today) for rule in kept]
    return Column(pd.ArrowDtype(field.type), checks, nullable=field.nullable, required=required)


def _check(rule: Rule, today: date) -> Check:
    """The rule asked of a column's own Arrow values, without a copy of them."""
    from pandera.pandas import Check  # noqa: PLC0415 - as in _breaches

    def kept(column: pd.Series) -> pd.Series:
        return pd.Series(rule.kept(column.array.__arrow_array__(), today), index=column.index)

    return Check(kept, name=rule.text, ignore_na=False)
