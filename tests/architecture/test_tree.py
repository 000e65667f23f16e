"""What git holds runs anywhere: no address or path of one machine, nothing left undone, nothing of a person."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNWANTED = {
    "an index address": r"(?:extra-)?index" + r"-url|find" + r"-links",
    "a path of a machine": r"(?<![\w./])/(?:work|root|farm)" + r"/",
    "work left undone": r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
}
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)(?: ; .+)?$")


def tracked() -> list[Path]:
    """Files git holds or would take; where there is no git the test has nothing to say and must not pass."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def lock(name: str) -> dict[str, str]:
    lines = [
        line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line and not line.lstrip().startswith("#")
    ]
    pins = {line: PINNED.match(line) for line in lines}
    assert [line for line, pin in pins.items() if pin is None] == []
    return {pin[1]: pin[2] for pin in pins.values() if pin}


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str):
    pattern = re.compile(UNWANTED[what])
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in tracked() if b"\0" not in path.read_bytes()}
    assert len(texts) > 50
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if pattern.search(text)] == []


def test_stores_keys_and_secrets_stay_out():
    private = re.compile(r"(^|/)data/store|\.key$|secrets\.toml$|(^|/)\.venv/|(^|/)shots/")
    assert [path.as_posix() for path in tracked() if private.search(path.relative_to(ROOT).as_posix())] == []


def test_locks_pin_every_requirement_and_agree():
    runtime, dev = lock("requirements.txt"), lock("requirements-dev.txt")
    assert runtime.items() <= dev.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=!~ \[]", one, maxsplit=1)[0] for one in project["dependencies"]]
    assert set(names) <= set(runtime)
    extras = [re.split(r"[<>=!~ \[]", one, maxsplit=1)[0] for one in project["optional-dependencies"]["dev"]]
    assert set(extras) <= set(dev)
