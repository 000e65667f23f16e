"""The stated rates and words of the sample, read from `data/reference/contoh.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from ipsm_analytics.config import settings
from ipsm_analytics.errors import InternalError


@cache
def everything() -> Mapping[str, Any]:
    """All sections; each carries a 'catatan' naming its source or saying that it is assumed."""
    loaded: Mapping[str, Any] = yaml.safe_load((settings().reference / "contoh.yml").read_text(encoding="utf-8"))
    if silent := [name for name, section in loaded.items() if not section.get("catatan")]:
        raise InternalError(f"contoh.yml: no source or assumption for {silent}")
    return loaded


def number(section: str, name: str) -> float:
    """A stated number."""
    return float(everything()[section][name])


def count(section: str, name: str) -> int:
    """A stated whole number."""
    return int(everything()[section][name])


def table(section: str, name: str) -> dict[str, float]:
    """Stated numbers by key, in the order of the file."""
    return {str(key): float(weight) for key, weight in everything()[section][name].items()}


def tables(section: str, name: str) -> dict[str, dict[str, float]]:
    """A table for each group or class."""
    return {key: {str(k): float(v) for k, v in inner.items()} for key, inner in everything()[section][name].items()}


def texts(section: str, name: str) -> tuple[str, ...]:
    """A list of words."""
    return tuple(str(text) for text in everything()[section][name])


def numbers(section: str, name: str) -> tuple[float, ...]:
    """A list of numbers."""
    return tuple(float(entry) for entry in everything()[section][name])


def words(section: str, name: str) -> dict[str, str]:
    """A word for each key."""
    return {str(key): str(word) for key, word in everything()[section][name].items()}


def lists(section: str, name: str) -> dict[str, tuple[Any, ...]]:
    """A list for each key."""
    return {str(key): tuple(entries) for key, entries in everything()[section][name].items()}


def entries(section: str, name: str) -> tuple[dict[str, Any], ...]:
    """A list of entries with named parts."""
    return tuple(everything()[section][name])
