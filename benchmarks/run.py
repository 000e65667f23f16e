"""`python -m benchmarks.run [--only answers build intake memory browser rakor]`: measures and writes benchmarks/results.md."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from benchmarks.report import Section, save, show

PARTS = ("answers", "build", "intake", "memory", "browser", "rakor")


def main() -> None:
    """Runs the parts asked for; a missed goal is shown, not an error, because machines differ."""
    parser = argparse.ArgumentParser(description="Mengukur kecepatan dan memori")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS, help="bagian yang diukur")
    sections = {}
    for part in parser.parse_args().only:
        run: Callable[[], Section | None] = import_module(f"benchmarks.{part}").run
        if section := run():
            show(section)
            sections[part] = section
    save(sections, PARTS)


if __name__ == "__main__":
    main()
