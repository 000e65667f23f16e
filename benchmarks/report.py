"""Measures with their goals, on the screen and in benchmarks/results.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.dataset import DATA
from ipsm_analytics.config import TIMEZONE

RESULTS = Path(__file__).resolve().parent / "results.md"
PACKAGES = ("numpy", "pandas", "pyarrow", "streamlit", "plotly", "deltalake", "duckdb", "polars", "python-calamine", "playwright")
HEADINGS = ("Yang diukur", "Nilai", "Sasaran", "Tercapai")


@dataclass(frozen=True)
class Measure:
    """One number; `goal` is an upper bound, with `at_least` a lower one, and None where nothing was promised."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    at_least: bool = False
    decimals: int = 1

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def cells(self) -> tuple[str, str, str, str]:
        """What, value, goal and outcome as text, in the order of HEADINGS."""
        bound = "" if self.goal is None else _number(self.goal, 0 if float(self.goal).is_integer() else 1)
        goal = f"{'≥' if self.at_least else '≤'} {bound} {self.unit}".strip() if bound else "–"
        outcome = {True: "ya", False: "**tidak**", None: ""}[self.met]
        return self.what, f"{_number(self.value, self.decimals)} {self.unit}".strip(), goal, outcome


@dataclass(frozen=True)
class Section:
    """Measures of one part and how they came about."""

    title: str
    reading: str
    measures: tuple[Measure, ...]


def spread(what: str, seconds: Iterable[float], goal: float | None = None) -> list[Measure]:
    """p50 and p95 of times in seconds, as milliseconds; the goal is for p95."""
    half, most = np.percentile([1000 * time for time in seconds], [50, 95]).tolist()
    return [Measure(f"{what}, p50", half, "ms"), Measure(f"{what}, p95", most, "ms", goal)]


def show(section: Section) -> None:
    """Prints a section as a table."""
    table = Table(*HEADINGS, title=section.title, title_justify="left")
    for measure in section.measures:
        table.add_row(*(cell.strip("*") for cell in measure.cells()), style=None if measure.met is not False else "red")
    Console().print(table)


def save(sections: Mapping[str, Section], order: Sequence[str]) -> None:
    """Writes the results of all parts in order; parts that did not run this time keep theirs, each with its own date."""
    now = f"{datetime.now(TIMEZONE):%Y-%m-%d %H:%M} WITA"
    kept = DATA / "results.json"
    parts = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    parts |= {key: _markdown(section, now) for key, section in sections.items()}
    kept.write_text(json.dumps(parts, indent=1), encoding="utf-8")
    RESULTS.write_text("\n\n".join([_HEAD, machine(), *(parts[key] for key in order if key in parts)]) + "\n", encoding="utf-8")


def machine() -> str:
    """Processor, memory and versions; nothing that names the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Mesin: {platform.system()} {platform.machine()}, {cores} inti; Python {platform.python_version()}; {packages}."


def _markdown(section: Section, now: str) -> str:
    rows = [HEADINGS, ("---", "---:", "---:", ":---:"), *(measure.cells() for measure in section.measures)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return f"## {section.title}\n\n{fill(section.reading, 120)}\n\n{table}\n\nDiukur {now}."


def _number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


_HEAD = """# Hasil ukur

Dibuat oleh `make bench` (`python -m benchmarks.run`, sebagian dengan `--only`). Yang dinilai ialah perbandingan dalam satu
kali jalan pada mesin yang sama; milidetik sendiri berbeda dari mesin ke mesin. Data: satu juta kasus buatan (153 kelurahan,
29 kategori, 36 bulan, 850 ribu orang), kecuali bagian peramban dan rakor, yang memakai data contoh 36.000 kasus, dan bagian
memasukkan berkas, yang memakai berkas Sicadas buatan."""
