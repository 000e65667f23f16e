"""Columns of any writer in their plain types."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def plain(rows: pa.Table) -> pa.Table:
    """The same rows without the 'view' types that some writers use and few functions know."""
    wanted = pa.schema([field.with_type(_plain(field.type)) for field in rows.schema])
    return rows if wanted.equals(rows.schema) else rows.cast(wanted)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_plain(kind.value_type)))
    known = {pa.string_view(): pa.string(), pa.binary_view(): pa.binary()}
    return known.get(kind, kind)


def values_of(column: pa.ChunkedArray) -> set[str]:
    """The different texts of a column or of its lists, without '' and gaps; no texts in a column of another type."""
    flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
    return set(pc.unique(flat).drop_null().to_pylist()) - {""} if pa.types.is_string(flat.type) else set()
