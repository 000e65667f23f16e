"""`python -m benchmarks.run [--only answers build memory browser]`: measures and writes benchmarks/results.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from benchmarks.report import Section, save, show

PARTS = ("answers", "build", "memory", "browser")


def main() -> int:
    """Runs the parts asked for; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="Mengukur kecepatan dan memori")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS, help="bagian yang diukur")
    sections = {}
    for part in parser.parse_args().only:
        run: Callable[[], Section | None] = import_module(f"benchmarks.{part}").run
        if section := run():
            show(section)
            sections[part] = section
    save(sections)
    return int(_missed(sections))


def _missed(sections: Mapping[str, Section]) -> bool:
    return any(measure.met is False for section in sections.values() for measure in section.measures)


if __name__ == "__main__":
    sys.exit(main())
