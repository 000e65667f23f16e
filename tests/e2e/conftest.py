"""A real browser, cut off from every network but loopback, and live servers of the dashboard."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from scripts.browser import find_browser, launch
from scripts.live_server import ROOT, live_server
from tests.conftest import KEY, TODAY

LOCAL = ("127.0.0.1", "localhost")
BASE_PROBE = re.compile(r"^http://127\.0\.0\.1:\d+/\w+/_stcore/(health|host-config)$")
"""Opened at a page, Streamlit looks for its server below that address first, then at the root: these 404 are its way."""

Serve = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; none on this machine: skipped, or failed where IPSM_REQUIRE_BROWSER=1."""
    path = find_browser()
    if path is None:
        stop = pytest.fail if os.environ.get("IPSM_REQUIRE_BROWSER") == "1" else pytest.skip
        stop("no Chromium found: `python -m scripts.browser` finds or installs one")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, fresh_server: Serve) -> Iterator[Callable[..., Page]]:
    """Opens tabs, each with cookies of its own; keywords as in Browser.new_context, 1366×768 if no size is given.

    At the end the test fails if a tab wrote an error to its console or asked a host other than loopback for anything.
    It asks for fresh_server so that tabs close before the servers they talk to.
    """
    faults: list[str] = []
    with ExitStack() as contexts:

        def open_page(**options: object) -> Page:
            context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, "locale": "id-ID"} | options)
            contexts.callback(context.close)
            page = context.new_page()
            _watch(page, faults)
            return page

        yield open_page
    assert faults == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One watched tab of 1366×768."""
    return new_page()


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with published figures and sample data, made once by the command `make run` uses; tests only read it."""
    folder = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.getbasetemp()
    store = folder / "sample" / "store"
    store.parent.mkdir(exist_ok=True)
    with FileLock(folder / "sample.lock"):
        if not store.exists():
            subprocess.run(
                [sys.executable, "-m", "ipsm_analytics", "prepare"], check=True, cwd=ROOT, env=os.environ | _variables(store)
            )
    return store


@pytest.fixture(scope="session")
def server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on sample data, shared by the tests of this session."""
    with (
        (tmp_path_factory.mktemp("server") / "log.txt").open("wb") as log,
        live_server(env=_variables(sample_store), log=log) as running,
    ):
        yield running.url


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers nobody has visited: fresh_server(store) gives the address; keywords as in live_server."""
    with ExitStack() as running:

        def start(store: Path, **options: object) -> str:
            log = running.enter_context((tmp_path / "server.txt").open("ab"))
            return running.enter_context(live_server(env=_variables(store), log=log, **options)).url

        yield start


def _variables(store: Path) -> dict[str, str]:
    return {"IPSM_STORE": str(store), "IPSM_KEY": KEY, "IPSM_TODAY": TODAY}


def _watch(page: Page, faults: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not (BASE_PROBE.match(url) and " 404 " in message.text):
            faults.append(f"console: {message.text} ({url})")

    def on_address(url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in LOCAL:
            faults.append(f"request: {url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"page: {error}"))
    page.on("request", lambda request: on_address(request.url))
    page.on("websocket", lambda socket: on_address(socket.url))
