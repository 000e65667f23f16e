"""The process whose memory is measured: one file into an empty store."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from benchmarks.process import peak
from ipsm_analytics.config import Settings
from ipsm_analytics.ingest import Report, ingest


def put_in(path: Path, store: Path) -> Report:
    """The report of one file put in whole; raises AssertionError when it was not."""
    config = Settings(store, "benchmark-benchmark-benchmark-32b", date(2026, 11, 24))
    [report] = ingest([path], config)
    if report.error or report.rows_read != report.accepted + report.quarantined + report.duplicates:
        raise AssertionError(report)
    return report


if __name__ == "__main__":
    put_in(Path(sys.argv[1]), Path(sys.argv[2]))
    print(peak())
