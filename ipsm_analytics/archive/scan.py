"""Looking for values everywhere in a folder: in the bytes of every file and in every column as it is read."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ipsm_analytics.archive.columns import plain, values_of

_WORD = re.compile(rb"[0-9A-Za-z]{8,}")


def occurrences(folder: Path, values: Collection[str]) -> int:
    """How often any of the values, words of letters and digits, occurs in any file: columns decoded, and raw bytes.

    A value also counts as part of a longer text of a column, between marks.
    """
    wanted = frozenset(values)
    raw = frozenset(value.encode() for value in wanted)
    return sum(_in_columns(path, wanted) + _in_bytes(path, raw) for path in folder.rglob("*") if path.is_file())


def _in_bytes(path: Path, wanted: frozenset[bytes]) -> int:
    return sum(word in wanted for word in _WORD.findall(path.read_bytes()))


def _in_columns(path: Path, wanted: frozenset[str]) -> int:
    if path.suffix != ".parquet":
        return 0
    with pq.ParquetFile(path) as file:
        parts = (plain(pa.Table.from_batches([batch])) for batch in file.iter_batches(1 << 15))
        return sum(_holds(text, wanted) for part in parts for column in part.columns for text in values_of(column))


def _holds(text: str, wanted: frozenset[str]) -> bool:
    return text in wanted or any(word.decode() in wanted for word in _WORD.findall(text.encode()))
