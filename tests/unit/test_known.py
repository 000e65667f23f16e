"""States of keys that one file meets and makes: the last one counts, and who brought it is told."""

import pyarrow as pa

from ipsm_analytics.ingest.known import Known

A, B, C = ("a" * 32, "0b" * 16, "c0" * 16)


def known(*stored: tuple[str, str]) -> Known:
    keys, states = zip(*stored, strict=True) if stored else ((), ())
    return Known(pa.table({"case_id": pa.array(keys, pa.string()), "precedence": pa.array(states, pa.string())}))


def told(found: Known, *keys: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in found.of(pa.array(keys, pa.string())).to_pylist()]


def test_a_key_nobody_knows_has_gaps_and_a_stored_one_its_state():
    assert told(known(), A) == [(None, None, None)]
    assert told(known((A, "1"), (B, "2")), B, C, B) == [("2", False, False), (None, None, None), ("2", False, False)]


def test_a_state_that_is_brought_counts_from_then_on():
    found = known((A, "1"))
    found.add(pa.array([A, B]), pa.array(["2", "1"]), pa.array([False, True]))
    found.add(pa.array([B]), pa.array(["3"]), pa.array([True]))
    assert told(found, A, B) == [("2", True, False), ("3", True, True)]


def test_a_part_of_a_column_is_looked_up_as_the_whole_would_be():
    keys = pa.array([A, B, C])
    found = known((C, "1"))
    assert found.of(keys.slice(1))["precedence"].to_pylist() == [None, "1"]
