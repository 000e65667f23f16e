"""The process whose memory is measured: everything the app imports, the cube of a million cases, one page."""

from __future__ import annotations

import json
import resource
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.dataset import million
from benchmarks.questions import desk_of, look
from ipsm_analytics.cube import load
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference.areas import CITY
from ipsm_analytics.views.atlas import default_window
from ipsm_analytics.views.chart import Scope

APP = ("streamlit.web.bootstrap", "ipsm_analytics.app.page")
STATUS = Path("/proc/self/status")


def peak(status: Path = STATUS) -> float:
    """Most memory of a process so far in MB.

    On Linux from the kernel's own mark: what getrusage reports there includes the process it was started from.
    """
    if status.exists():
        marks = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(marks["VmHWM"].split()[0]) * 1024 / 1e6
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e6 if sys.platform == "darwin" else size * 1024 / 1e6


def main() -> None:
    """Prints the peak after imports, after the cube and after Ringkasan as a JSON list."""
    for module in APP:
        import_module(module)
    steps, store = [peak()], million()
    desk = desk_of(load(store, store.latest()))
    steps.append(peak())
    if window := default_window(desk):
        look(desk, Scope(CITY, ALL, window))
    print(json.dumps([*steps, peak()]))


if __name__ == "__main__":
    main()
