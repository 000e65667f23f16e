"""Rows as they are stored under a turned key: every key in them keyed once more by each link.

Nothing clear is needed for that, so rows written before a turn and rows read after it meet under the same keys.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.schema import KEYED, KEYED_SETS

_TEXT = pa.string()


def turned_rows(rows: pa.Table, keys: Keyring, since: int = 0) -> pa.Table:
    """Rows of any table with their keys turned by the links after the first `since`.

    The last word of precedence goes with them: it is a digest of the row, keys included, from which they could be tried.
    """
    if len(keys.links) <= since:
        return rows
    for name in rows.column_names:
        if name in KEYED or name == "precedence":
            column = rows[name].combine_chunks()
            rows = rows.set_column(rows.column_names.index(name), rows.field(name), _turned(name, column, keys, since))
    return rows


def _turned(name: str, column: pa.Array, keys: Keyring, since: int) -> pa.Array:
    if pa.types.is_list(column.type):
        known = _table(column.flatten().unique(), keys, since)
        order = sorted if name in KEYED_SETS else list
        return pa.array([items and order([known[item] for item in items]) for items in column.to_pylist()], column.type)
    coded = column.dictionary_encode()
    turn = {"row_id": _head_turned, "precedence": _tail_turned}.get(name, _table)
    known = turn(coded.dictionary, keys, since)
    return pa.array([known[text] for text in coded.dictionary.to_pylist()], _TEXT).take(coded.indices)


def _table(texts: pa.Array, keys: Keyring, since: int) -> dict[str, str]:
    """Key -> key turned."""
    present = texts.drop_null().to_pylist()
    return dict(zip(present, keys.turned(present, since), strict=True))


def _head_turned(texts: pa.Array, keys: Keyring, since: int) -> dict[str, str]:
    """'key-2' -> 'turned key-2'."""
    parts = [text.partition("-") for text in texts.to_pylist()]
    heads = keys.turned([head for head, _, _ in parts], since)
    return {"".join(part): head + part[1] + part[2] for part, head in zip(parts, heads, strict=True)}


def _tail_turned(texts: pa.Array, keys: Keyring, since: int) -> dict[str, str]:
    """'4|2026|digest' -> '4|2026|turned digest'."""
    parts = [text.rpartition("|") for text in texts.to_pylist()]
    tails = keys.turned([tail for _, _, tail in parts], since)
    return {"".join(part): part[0] + part[1] + tail for part, tail in zip(parts, tails, strict=True)}


def every_generation(row_ids: pa.Array, keys: Keyring) -> pa.Array:
    """Ids of refused rows as a workbook quotes them, and what has become of them by each turn of the key since."""
    found = [row_ids]
    for since in range(len(keys.links)):
        known = _head_turned(row_ids, keys, since)
        found.append(pa.array([known[text] for text in row_ids.to_pylist()], _TEXT))
    return pc.unique(pa.concat_arrays(found))
