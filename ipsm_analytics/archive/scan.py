"""Looking for values everywhere in a folder: in the bytes of every file and in every column as it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ipsm_analytics.archive.columns import plain, values_of

_WORD = re.compile(rb"[0-9A-Za-z]{8,}")
_FEW = 100
"""So many values are looked for inside words too; of more only whole words are compared."""
Finder = Callable[[bytes], int]


def occurrences(folder: Path, values: Collection[str]) -> int:
    """How often any of the values, words of letters and digits, occurs in any file: columns decoded, and raw bytes."""
    find = _finder(frozenset(value.encode() for value in values))
    return sum(_in_columns(path, find) + find(path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def _finder(wanted: frozenset[bytes]) -> Finder:
    if len(wanted) <= _FEW:
        return lambda content: sum(map(content.count, wanted))
    return lambda content: sum(word in wanted for word in _WORD.findall(content))


def _in_columns(path: Path, find: Finder) -> int:
    if path.suffix != ".parquet":
        return 0
    with pq.ParquetFile(path) as file:
        parts = (plain(pa.Table.from_batches([batch])) for batch in file.iter_batches(1 << 15))
        return sum(find("\n".join(values_of(column)).encode()) for part in parts for column in part.columns)
