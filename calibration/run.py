"""Tries every claim on many seeds and keeps what came of it: `python -m calibration.run [--only TOPIC] [--seeds N]`."""

from __future__ import annotations

import argparse
import csv
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, fields
from importlib import import_module
from itertools import chain
from pathlib import Path

from calibration.claim import Outcome, Topic, tally
from ipsm_analytics.reference.evidence import Finding

FOLDER = Path(__file__).parent
FINDINGS = FOLDER.parent / "data" / "reference" / "bukti.csv"
SEEDS = 300
NO_TOPIC = {"__init__", "city", "claim", "run"}


def topics() -> dict[str, Topic]:
    """Every module of the package that has a TOPIC, by name."""
    modules = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NO_TOPIC)
    found = [import_module(f"calibration.{name}").TOPIC for name in modules]
    return {topic.name: topic for topic in found}


def try_topic(topic: Topic, seeds: Sequence[int], workers: int = 1) -> list[Finding]:
    """Findings of a topic over seeds; a warning of any library is an error."""
    if workers == 1:
        return tally(topic, seeds, chain.from_iterable(map(_simulate, [topic.name] * len(seeds), seeds)))
    with ProcessPoolExecutor(workers) as pool:
        parts = pool.map(_simulate, [topic.name] * len(seeds), seeds, chunksize=5)
        return tally(topic, seeds, chain.from_iterable(parts))


def _simulate(name: str, seed: int) -> Sequence[Outcome]:
    warnings.simplefilter("error")
    return topics()[name].simulate(seed)


def kept() -> list[dict[str, str]]:
    """Rows of the findings as they stand."""
    if not FINDINGS.exists():
        return []
    with FINDINGS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def write(rows: Sequence[dict[str, str]]) -> None:
    """Writes the findings, by claim and level."""
    with FINDINGS.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Sumber: python -m calibration.run, contoh dengan kebenaran yang diketahui; dibuat ulang, tidak ditulis tangan.\n"
        )
        writer = csv.DictWriter(file, [field.name for field in fields(Finding)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["claim"], float(row["level"]))))


def as_row(finding: Finding) -> dict[str, str]:
    """A finding as text, shares with four decimals."""
    return {
        name: "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
        for name, value in asdict(finding).items()
    }


def main() -> int:
    """Command line; 1 when a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(topics()))
    parser.add_argument("--seeds", type=int, default=SEEDS)
    options = parser.parse_args()
    chosen = [topics()[options.only]] if options.only else list(topics().values())
    failed = 0
    for topic in chosen:
        findings = try_topic(topic, range(1, options.seeds + 1), os.cpu_count() or 1)
        mine = {claim.id for claim in topic.claims}
        write([row for row in kept() if row["claim"] not in mine] + [as_row(finding) for finding in findings])
        for finding in findings:
            failed += finding.holds is False
            state = {True: "ya", False: "TIDAK", None: "-"}[finding.holds]
            shares = f"diharapkan {finding.predicted:.3f} teramati {finding.observed:.3f}"
            print(f"{finding.claim:40} {finding.level:6.3f} {shares} {state}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
