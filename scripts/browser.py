"""A Chromium for browser tests and pictures: found on the machine, else installed.

`python -m scripts.browser` prints its path. Where none can be had it says why and fails only if IPSM_REQUIRE_BROWSER=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 # fixed commands without a shell
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
ARGUMENTS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""Nothing leaves the machine: every name but loopback is unknown. Maps are WebGL, drawn without a graphics card."""


QUIET = 0.3
"""Seconds without a running script after which a page counts as settled: longer than the pause a widget makes before it asks."""

_SETTLED = """(quiet) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const drawn = app?.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]');
    const idle = drawn && app.dataset.testConnectionState === "CONNECTED" && app.dataset.testScriptState === "notRunning";
    if (!idle) window.idleSince = undefined;
    else window.idleSince ??= performance.now();
    return idle && performance.now() - window.idleSince >= quiet;
}"""

_PAINTED = """(count) => {
    const maps = [...document.querySelectorAll(".js-plotly-plot")].flatMap((plot) =>
        Object.values(plot._fullLayout ?? {}).map((part) => part?._subplot?.map).filter((map) => map?.getStyle));
    return maps.length >= count && maps.every((map) => map.loaded() && map.queryRenderedFeatures().length > 0);
}"""


_OWN = "from playwright.sync_api import sync_playwright as p\nwith p() as start: print(start.chromium.executable_path)"
"""Asks for the path of Playwright's own browser; in a process of its own, because one process runs only one Playwright."""


def find_browser() -> Path | None:
    """The first browser that starts: IPSM_BROWSER, then PATH and the usual places, then Playwright's own."""
    return next((path for path in _candidates() if _starts(path)), None)


def install_browser() -> Path | None:
    """A browser by the machine's package manager (root on Debian), else Playwright's download; None: neither worked."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if _root() and shutil.which("apt-get"):
        commands = [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"], *commands]
    for command in commands:
        print("Memasang peramban:", " ".join(command), file=sys.stderr)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=False, stdout=sys.stderr, env=quiet)  # nosec B603 # one of those above
        if path := find_browser():
            return path
    return None


def launch(playwright: Playwright, path: Path) -> Browser:
    """Starts the browser without a window, cut off from every network but loopback."""
    sandbox = ["--no-sandbox"] if _root() else []
    return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *sandbox])


def await_settled(page: Page, timeout: float = 30.0) -> None:
    """Returns when something is drawn and no script has run for QUIET seconds; TimeoutError after `timeout` seconds."""
    page.evaluate("delete window.idleSince")
    page.wait_for_function(_SETTLED, arg=QUIET * 1000, polling="raf", timeout=timeout * 1000)


def await_map(page: Page, count: int = 1, timeout: float = 30.0) -> None:
    """Returns when at least `count` maps show their areas; raises TimeoutError after `timeout` seconds."""
    page.wait_for_function(_PAINTED, arg=count, polling=50, timeout=timeout * 1000)


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("IPSM_BROWSER"):
        yield Path(given)
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from (Path(place) for place in PLACES if Path(place).exists())
    asked = [sys.executable, "-c", _OWN]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)  # nosec B603 # a fixed command
    if (own := done.stdout.strip()) and Path(own).exists():
        yield Path(own)


def _starts(path: Path) -> bool:
    """On Windows --version opens a window instead of answering, so there a file is enough."""
    if sys.platform == "win32":
        return path.exists()
    try:
        asked = [str(path), "--version"]
        return subprocess.run(asked, check=False, capture_output=True, timeout=30).returncode == 0  # nosec B603 # found, not given
    except (OSError, subprocess.TimeoutExpired):
        return False


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> int:
    """Finds or installs a browser; 1 only where one is required and none can be had."""
    if path := find_browser() or install_browser():
        print(path)
        return 0
    print("Peramban tidak ada dan tidak dapat dipasang: uji peramban dilewati.", file=sys.stderr)
    return int(os.environ.get("IPSM_REQUIRE_BROWSER") == "1")


if __name__ == "__main__":
    sys.exit(main())
