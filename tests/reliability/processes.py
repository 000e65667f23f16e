"""Real processes that import, quick to start: forked from a server that holds the imported modules and has done no work."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from multiprocessing.context import BaseContext
from pathlib import Path

import pyarrow as pa

from ipsm_analytics.config import Settings
from ipsm_analytics.ingest import Report, ingest
from ipsm_analytics.store import Store, Version
from tests.tables import Cells, content, template

BAD = {"kelurahan": "Xyz", "kode_kelurahan": ""}


def context() -> BaseContext:
    """Never a copy of the process that asks: its threads (Arrow's, Delta's) would not be in the copy."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.reliability.processes"])
    return found


def cases(path: Path, numbers: Sequence[int], bad: Sequence[int] = (), **changes: str) -> Path:
    """A file of cases K-<number>, accepted as they are, and of refused ones."""
    good: list[Cells] = [{"id_kasus": f"K-{number}", **changes} for number in numbers]
    return template(path, *good, *({"id_kasus": f"K-{number}", **changes, **BAD} for number in bad))


def taken(path: Path, config: Settings) -> Report:
    """One file in, undisturbed and without complaint."""
    [report] = ingest([path], config)
    assert report.error == ""
    assert report.rows_read == report.accepted + report.quarantined + report.duplicates
    return report


def state(config: Settings, version: Version | None = None) -> tuple[list[str], list[str]]:
    """Cases and refused rows of a version (the newest) in any order."""
    store = Store(config)
    seen = version or store.latest()
    cases, refused = (content(store.read(name, seen)) for name in ("kasus", "karantina"))
    return cases, refused


def by_import(table: pa.Table) -> dict[str, int]:
    """Rows an import has in a table."""
    counts = table.group_by("import_id").aggregate([("import_id", "count")])
    return dict(zip(counts["import_id"].to_pylist(), counts["import_id_count"].to_pylist(), strict=True))
