"""Many import and many read at once: writers take turns, readers only ever see whole imports, nothing is lost.

v1 holds 20 cases and 3 refused rows. File n of 1…8 brings 40 cases of its own, 10 that all eight bring, and n refused
rows: whoever is first has 50 accepted, everybody else 40 and 10 duplicates.
"""

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from time import monotonic

import pytest

from ipsm_analytics.config import Settings, settings
from ipsm_analytics.store import Store
from tests.reliability.processes import by_import, cases, context, state, taken

pytestmark = pytest.mark.slow
WRITERS, READERS = 8, 4
PATIENCE = 60


def write(path: Path, config: Settings, together: Barrier, told: Queue) -> None:
    together.wait(PATIENCE)
    report = taken(path, config)
    told.put((report.version, report.rows_read, report.accepted, report.duplicates, report.quarantined))


def read(config: Settings, together: Barrier, written: Event, told: Queue) -> None:
    """The versions seen: the first before anything is written, the last when all is."""
    store = Store(config)
    seen = [whole_version(store)]
    together.wait(PATIENCE)
    patience = monotonic() + PATIENCE
    while not written.is_set() and monotonic() < patience:
        seen.append(whole_version(store))
    seen.append(whole_version(store))
    told.put(seen)


def whole_version(store: Store) -> int:
    """Number of the newest version, after a look that it holds each import of the ledger up to it, and nothing else.

    The look's two steps are two readings of the ledger: imports that came between them are left out.
    """
    version, ledger = store.latest(), store.ledger()
    ledger = ledger[ledger["version"] <= version.number]
    assert ledger["version"].to_list() == list(range(1, version.number + 1))
    for name, column in (("kasus", "accepted"), ("karantina", "quarantined")):
        rows = store.read(name, version, ["import_id"])
        assert rows.num_rows == ledger[column].sum()
        assert by_import(rows) == dict(zip(ledger["import_id"], ledger[column], strict=True))
    return version.number


def test_readers_see_whole_imports_and_nothing_is_lost(tmp_path: Path):
    config, start = settings(), context()
    taken(cases(tmp_path / "awal.csv", range(1, 21), range(901, 904)), config)
    files = [
        cases(
            tmp_path / f"{number}.csv",
            [*range(100 * number, 100 * number + 40), *range(5001, 5011)],
            range(10_000 + 100 * number, 10_000 + 100 * number + number),
        )
        for number in range(1, WRITERS + 1)
    ]
    together, written = start.Barrier(WRITERS + READERS), start.Event()
    reports, seen = start.Queue(), start.Queue()
    writers = [start.Process(target=write, args=(path, config, together, reports), daemon=True) for path in files]
    readers = [start.Process(target=read, args=(config, together, written, seen), daemon=True) for _ in range(READERS)]
    for process in [*writers, *readers]:
        process.start()
    told = sorted(reports.get(timeout=PATIENCE) for _ in writers)
    written.set()
    versions = [seen.get(timeout=PATIENCE) for _ in readers]
    for process in [*writers, *readers]:
        process.join(PATIENCE)
        assert process.exitcode == 0

    assert [version for version, *_ in told] == list(range(2, WRITERS + 2))
    assert sorted(quarantined for *_, quarantined in told) == list(range(1, WRITERS + 1))
    assert [tuple(counts) for _, _, *counts, _ in told] == [(50, 0), *[(40, 10)] * (WRITERS - 1)]
    for one in versions:
        assert one == sorted(one)
        assert (one[0], one[-1]) == (1, WRITERS + 1)
    store = Store(config)
    assert whole_version(store) == len(store.ledger()) == WRITERS + 1
    assert tuple(map(len, state(config))) == (20 + WRITERS * 40 + 10, 3 + 36)
    assert store.read("kasus", store.latest())["case_id"].value_counts().field("counts").unique().to_pylist() == [1]
