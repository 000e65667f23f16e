"""The keys of a table on the way of one file: how far each is, and which of them the file brought."""

from __future__ import annotations

from binascii import unhexlify

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

KEY_DIGITS = 32
_STATES = pa.schema(
    [
        pa.field("key", pa.binary(KEY_DIGITS // 2)),
        pa.field("precedence", pa.string()),
        pa.field("own", pa.bool_()),
        pa.field("new", pa.bool_()),
    ]
)


class Known:
    """States of keys, those stored and then those a file brings; of several states of a key the last one counts.

    What comes is put beside what is there, never copied into it. Keys are KEY_DIGITS hex digits.
    """

    def __init__(self, stored: pa.Table) -> None:
        """stored: keys and precedence, in this order of columns; one row a key."""
        batches = [_states(*batch.columns, own=False, new=pa.repeat(False, len(batch))) for batch in stored.to_batches()]
        self._states = pa.Table.from_batches(batches, schema=_STATES)

    def of(self, keys: pa.Array) -> pa.Table:
        """(rows) of each key's state the precedence, whether the file brought it, and whether it brought the key (`new`).

        Gaps for a key that is not known.
        """
        distinct = _packed(keys).dictionary_encode()
        found = pc.index_in(self._states["key"], value_set=distinct.dictionary)
        met = found.is_valid()
        states = self._states.drop_columns("key").filter(met).combine_chunks()
        place = np.full(len(distinct.dictionary), -1)
        place[found.filter(met).to_numpy()] = np.arange(len(states))
        return states.take(pa.array(place, mask=place < 0).take(distinct.indices))

    def add(self, keys: pa.Array, precedence: pa.Array, new: pa.Array) -> None:
        """States that the file brings, one a key; new: (rows) True where it brought the key too, now or before."""
        added = pa.Table.from_batches([_states(keys, precedence, own=True, new=new)])
        self._states = pa.concat_tables([self._states, added])


def first_halves(keys: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """The first half of each key as a number."""
    found = [np.frombuffer(_packed(part).buffers()[1], np.uint64)[::2] for part in keys.chunks if len(part)]
    return np.concatenate([np.empty(0, np.uint64), *found])


def _states(keys: pa.Array, precedence: pa.Array, *, own: bool, new: pa.Array) -> pa.RecordBatch:
    return pa.record_batch([_packed(keys), precedence, pa.repeat(own, len(keys)), new], schema=_STATES)


def _packed(keys: pa.Array) -> pa.Array:
    """The digits as bytes: half as long."""
    digits = keys.cast(pa.binary()).cast(pa.binary(KEY_DIGITS))
    start = digits.offset * KEY_DIGITS
    held = memoryview(digits.buffers()[1])[start : start + len(digits) * KEY_DIGITS]
    return pa.Array.from_buffers(pa.binary(KEY_DIGITS // 2), len(digits), [None, pa.py_buffer(unhexlify(held))])
