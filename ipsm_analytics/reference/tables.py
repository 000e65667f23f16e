"""Reads the reference files: CSV whose leading '#' lines name the source."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from ipsm_analytics.config import settings
from ipsm_analytics.errors import InternalError


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of `data/reference/<name>.csv` as text."""
    return read(settings().reference / f"{name}.csv")


def read(path: Path) -> tuple[dict[str, str], ...]:
    """Rows of a CSV with source lines; raises InternalError when no source is named."""
    lines = path.read_text(encoding="utf-8").splitlines()
    body = [line for line in lines if not line.startswith("#")]
    if not source(path):
        raise InternalError(f"{path.name} names no source")
    return tuple(csv.DictReader(body))


def source(path: Path) -> str:
    """The source note at the head of a reference file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
