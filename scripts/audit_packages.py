"""Asks whether a known vulnerability is listed for a package of the locks; the last step of `make check`.

`python -m scripts.audit_packages` fails (1) when one is found. Where the list cannot be reached it says so and passes: a machine
without the internet can still check everything else.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404 # pip-audit by this interpreter, without a shell
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scripts.live_server import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
SECONDS = 120
COMMAND = (
    sys.executable,
    "-m",
    "pip_audit",
    "--disable-pip",
    "--no-deps",
    "--format",
    "json",
    "--progress-spinner",
    "off",
    "--timeout",
    "8",
)


@dataclass(frozen=True)
class Verdict:
    """Code of the process and what it says."""

    code: int
    text: str


def audit(command: Sequence[str] = COMMAND, seconds: float = SECONDS) -> Verdict:
    """What pip-audit knows of every pinned package."""
    asked = [*command, *(part for name in LOCKS for part in ("--requirement", str(ROOT / name)))]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=seconds)  # nosec B603 # fixed above
    except subprocess.TimeoutExpired:
        return unreachable(f"tidak ada jawaban dalam {seconds:.0f} detik")
    return read(done.stdout) or unreachable(_last_line(done.stderr))


def read(answer: str) -> Verdict | None:
    """The verdict in pip-audit's JSON; None where there is none, as when the list was not reached."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return None
    found = [f"  {item['name']} {item['version']}: {_known(one)}" for item in packages for one in item.get("vulns", [])]
    skipped = sorted(item["name"] for item in packages if "skip_reason" in item)
    checked = len(packages) - len(skipped)
    if not checked:
        return unreachable(f"tidak satu pun dari {len(packages)} paket dikenal oleh yang menjawab")
    lines = [f"{checked} paket diperiksa, {len(found)} kerentanan.", *found]
    return Verdict(int(bool(found)), "\n".join(lines + ([f"  tidak diperiksa: {', '.join(skipped)}"] if skipped else [])))


def _known(one: dict[str, Any]) -> str:
    mended = ", ".join(one.get("fix_versions", [])) or "belum ada"
    return f"{one['id']} (perbaikan: {mended})"


def unreachable(why: str) -> Verdict:
    """Nothing was checked, and that is said."""
    return Verdict(0, f"Daftar kerentanan paket tidak terjangkau, tidak ada yang diperiksa: {why}")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "tanpa jawaban")


def main() -> int:
    """Prints the verdict and returns its code."""
    verdict = audit()
    print(verdict.text)
    return verdict.code


if __name__ == "__main__":
    sys.exit(main())
