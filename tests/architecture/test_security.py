"""What bandit finds is mended or excused at its line; secrets come from outside; the files that hold them stay out of git."""

import re
import stat
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.intake.identity import keyring
from tests.architecture.test_tree import ROOT, tracked

SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----",
    "a token of a service": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|xox[abpr]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35})\b",
    "a signed token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "a password in an address": r"[a-z]+://[^/\s:@{}<]+:[^/\s:@{}<]+@[a-z0-9.-]+",
    "a secret written down": r"(?i)\b(?:client_secret|cookie_secret|password|passwd|api_key|secret_key|access_token)\b[\"']?"
    r"\s*[=:]\s*[\"'](?!\$|\{|<|\.\.\.|uji|contoh|rahasia-uji)[^\"'\s]{12,}[\"']",
}
TRIED = {"a secret written down", "a password in an address"}
"""Tests try these with invented ones."""
PRIVATE = (
    ".streamlit/secrets.toml",
    "data/access.toml",
    "data/store.key",
    "cadangan/kunci.key",
    "data/store/kasus/part-0.parquet",
    "data/store.pemetaan/a.yml",
    "data/store.lock",
)
EXCUSE = re.compile(r"# nosec(?P<codes>[^#\n]*)(?P<why># \S.*)?")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text git holds, by its path."""
    found = {path: path.read_bytes() for path in tracked()}
    return {path.relative_to(ROOT).as_posix(): data.decode(errors="replace") for path, data in found.items() if b"\0" not in data}


@pytest.mark.slow
def test_bandit_finds_nothing():
    command = [sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout[-3000:]


def test_an_excuse_names_what_it_excuses_and_why(texts: dict[str, str]):
    code = {name: text for name, text in texts.items() if name.endswith(".py") and not name.startswith("tests/")}
    excuses = [(name, match) for name, text in code.items() for match in EXCUSE.finditer(text)]
    assert len(excuses) > 5
    assert [
        (name, match[0])
        for name, match in excuses
        if not re.fullmatch(r" B\d{3}(?: B\d{3})* ?", match["codes"]) or not match["why"]
    ] == []


def test_bandit_skips_no_check_and_nothing_that_is_shipped():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["bandit"]
    assert config == {"exclude_dirs": [".venv", "benchmarks", "calibration", "tests"]}


@pytest.mark.parametrize("what", SECRETS)
def test_no_file_holds(what: str, texts: dict[str, str]):
    pattern = re.compile(SECRETS[what])
    invented = "tests/" if what in TRIED else "tests/architecture/test_security.py"
    assert [name for name, text in texts.items() if pattern.search(text) and not name.startswith(invented)] == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a private key", "-----BEGIN RSA PRIVATE " + "KEY-----"),
        ("a token of a service", "ghp_" + "a1B2" * 9),
        ("a signed token", "eyJhbGciOiJIUzI1." + "eyJzdWIiOiIxMjM0." + "c2lnbmF0dXJl"),
        ("a password in an address", "postgres://ipsm:" + "sandi@db.contoh.id"),
        ("a secret written down", 'client_secret = "' + 'Zm9vYmFyYmF6cXV4"'),
    ],
)
def test_a_secret_would_be_seen(what: str, text: str):
    assert re.search(SECRETS[what], text)


@pytest.mark.parametrize("name", PRIVATE)
def test_git_takes_no_file_of_secrets(name: str):
    assert subprocess.run(["git", "check-ignore", "--quiet", name], cwd=ROOT, check=False).returncode == 0


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path):
    own = replace(settings(), key=None, store=tmp_path / "baru")
    keyring(own)
    assert stat.S_IMODE(own.key_file.stat().st_mode) == 0o600


def test_settings_do_not_show_their_key():
    secret = "tidak-boleh-tampak-" * 3
    own = replace(settings(), key=secret)
    assert secret not in f"{own} {own!r} {keyring(own)!r}"


def test_streamlit_is_set_to_guard():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    server = {"enableCORS": True, "enableXsrfProtection": True, "xsrfCookieSameSite": "strict", "maxUploadSize": 200}
    assert server.items() <= config["server"].items()
    assert config["server"]["address"] == "127.0.0.1"
    assert config["client"]["showErrorDetails"] == "none"
    assert config["logger"]["enableRich"] is False
    assert config["browser"]["gatherUsageStats"] is False
