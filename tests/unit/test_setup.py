"""The set-up on machines unlike this one: no browser, an old Python, a port in use."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import browser, live_server

VENV = live_server.ROOT / "scripts" / "venv.sh"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are imitated by shell scripts")


def program(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of one folder, no browser anywhere, and a Playwright that downloads nothing."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.delenv("IPSM_BROWSER", raising=False)
    monkeypatch.delenv("IPSM_REQUIRE_BROWSER", raising=False)
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setattr(sys, "executable", str(program(folder / "python", "exit 1")))
    return folder


def test_a_browser_on_the_path_is_found_if_it_starts(bare_machine: Path):
    assert browser.find_browser() is None
    program(bare_machine / "chromium", "exit 1")
    assert browser.find_browser() is None
    chrome = program(bare_machine / "google-chrome", "echo Chromium 156")
    assert browser.find_browser() == chrome


def test_a_named_browser_comes_first(bare_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(bare_machine / "chromium", "exit 0")
    named = program(tmp_path / "mine", "exit 0")
    monkeypatch.setenv("IPSM_BROWSER", str(named))
    assert browser.find_browser() == named


def test_root_on_debian_installs_the_package(bare_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ready = program(tmp_path / "ready", "exit 0")
    program(bare_machine / "apt-get", f'[ "$1" = update ] || /bin/cp {ready} {bare_machine}/chromium')
    monkeypatch.setattr(browser, "_root", lambda: False)
    assert browser.install_browser() is None
    monkeypatch.setattr(browser, "_root", lambda: True)
    assert browser.install_browser() == bare_machine / "chromium"


@pytest.mark.parametrize(("required", "code"), [("", 0), ("1", 1)])
def test_no_browser_is_a_failure_only_where_one_is_required(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], required: str, code: int
):
    monkeypatch.setenv("IPSM_REQUIRE_BROWSER", required)
    assert browser.main() == code
    assert "tidak dapat dipasang" in capfd.readouterr().err


def test_an_old_python_is_refused_with_advice(tmp_path: Path):
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"):
        program(tmp_path / name, "echo Python 3.9.1", "exit 1")
    outcome = subprocess.run([VENV, tmp_path / "venv"], check=False, capture_output=True, text=True, env={"PATH": str(tmp_path)})
    assert outcome.returncode == 1
    assert "Python 3.11 atau lebih baru; yang ada: Python 3.9.1" in outcome.stderr
    assert not (tmp_path / "venv").exists()


def test_a_port_in_use_is_named_with_another_one():
    with socket.socket() as other:
        other.bind((live_server.ADDRESS, 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "scripts.live_server", "--port", str(port)]
        outcome = subprocess.run(command, check=False, capture_output=True, text=True, cwd=live_server.ROOT)
    assert outcome.returncode == 2
    assert f"port {port} sudah dipakai" in outcome.stderr
    assert f"PORT={port + 1}" in outcome.stderr


def test_a_server_that_ends_at_once_is_reported(tmp_path: Path):
    log = (tmp_path / "log.txt").open("wb")
    with log, pytest.raises(RuntimeError, match="exit code 2"), live_server.live_server(tmp_path / "missing.py", log=log):
        pass
