"""The dashboard behind its headers: every page works and the browser refuses nothing it needs."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page

from ipsm_analytics.app.headers import PLAIN, policy
from ipsm_analytics.app.page import PAGES
from scripts.browser import await_map, await_settled
from scripts.live_server import ROOT
from tests.e2e.conftest import Serve, _watch

SILENT = {"script-src wasm-eval"}
"""Streamlit's protobuf asks whether it may compile WebAssembly and does without: nothing is lost, so it stays forbidden."""
LISTEN = """window.refused = []; document.addEventListener("securitypolicyviolation",
    (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`))"""
WRAPPED = """
from starlette.middleware import Middleware
from streamlit.starlette import App

from ipsm_analytics.app.headers import SecurityHeaders

app = App({dashboard!r}, middleware=[Middleware(SecurityHeaders)])
"""


@pytest.fixture
def dressed(fresh_server: Serve, sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of a server whose answers carry the headers."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    script = tmp_path / "terbungkus.py"
    script.write_text(WRAPPED.format(dashboard=str(ROOT / "dashboard.py")), encoding="utf-8")
    copytree(ROOT / ".streamlit", tmp_path / ".streamlit")
    return fresh_server(sample_store, script=script)


@pytest.fixture
def listening(browser: Browser, dressed: str) -> Iterator[tuple[Page, list[str]]]:
    """A tab that remembers what the browser refused, and its console's errors."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
    context.add_init_script(LISTEN)
    page = context.new_page()
    _watch(page, faults)
    yield page, faults
    context.close()


@pytest.mark.long
def test_every_page_works_behind_the_headers(listening: tuple[Page, list[str]], dressed: str):
    page, faults = listening
    refused: dict[str, set[str]] = {}
    for key in [*(item.key for item in PAGES), "rakor?mode=paparan&lembar=3"]:
        answer = page.goto(f"{dressed}/{key}")
        assert answer is not None
        assert answer.headers["content-security-policy"] == policy()
        assert {name: answer.headers.get(name.lower()) for name in PLAIN} == PLAIN
        await_settled(page)
        if key in ("ringkasan", "peta"):
            await_map(page)
        refused[key] = set(page.evaluate("window.refused")) - SILENT
    assert {key: found for key, found in refused.items() if found} == {}
    assert faults == []


def test_what_is_forbidden_stays_undone(listening: tuple[Page, list[str]], dressed: str):
    page, _ = listening
    page.goto(f"{dressed}/kamus")
    await_settled(page)
    page.evaluate("""() => {
        const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
        add("script", {textContent: "window.planted = true"});
        add("script", {src: "https://contoh.invalid/a.js"});
        add("img", {src: "https://contoh.invalid/a.png"});
        add("iframe", {src: "https://contoh.invalid/"});
        fetch("https://contoh.invalid/").catch(() => null);
        try { setTimeout("window.planted = true") } catch { }
    }""")
    page.wait_for_function("() => window.refused.length >= 7")
    assert page.evaluate("window.planted") is None
    kinds = {text.split(" ")[0] for text in page.evaluate("window.refused")}
    assert {"script-src-elem", "img-src", "frame-src", "connect-src", "script-src"} <= kinds
