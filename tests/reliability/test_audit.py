"""Many note at once: the trail loses nothing and its chain holds."""

from multiprocessing.synchronize import Barrier

import pytest

from ipsm_analytics.audit import Event, note, verify
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.store import Store
from tests.reliability.processes import context

pytestmark = pytest.mark.slow
WRITERS, ENTRIES, PATIENCE = 4, 8, 60
LOOK = Event("lihat", "ratna", "operator", "halaman:padanan")


def write(config: Settings, together: Barrier, count: int) -> None:
    together.wait(PATIENCE)
    for _ in range(count):
        note(Store(config), LOOK)


def test_several_processes_lose_nothing():
    start, config = context(), settings()
    together = start.Barrier(WRITERS)
    writers = [start.Process(target=write, args=(config, together, ENTRIES)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    found = verify(Store(config))
    assert (found.entries, found.broken_at) == (WRITERS * ENTRIES, None)
