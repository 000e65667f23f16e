"""The same counts by DuckDB on the stored files, by Polars and by pandas in memory: written as a careful analyst would.

What can be prepared before anybody asks is prepared at loading and not timed: small dimension tables, dictionary codes,
flags for each slice, rows in order of time, and the table of who reported in which month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from benchmarks.questions import Pass
from benchmarks.rivals.pandas_frames import Pandas
from benchmarks.rivals.polars_frames import FlaggedPolars, Polars
from benchmarks.rivals.sql import DuckDB
from ipsm_analytics.store import Store


class Rival(Protocol):
    """Somebody else's way to the counts."""

    def rows(self, step: Pass) -> list[tuple[Any, ...]]:
        """(window number, area code, one count a column) for a pass; cells that count nothing may be left out."""


RIVALS: Mapping[str, Callable[[Store], Rival]] = {
    "DuckDB": DuckDB,
    "Polars": Polars,
    "Polars, slices prepared": FlaggedPolars,
    "pandas": Pandas,
}
"""Name -> how the rival gets ready."""
