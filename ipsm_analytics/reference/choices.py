"""Closed lists for cells that could otherwise carry a person's name: only what stands in isian.yml is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import yaml

from ipsm_analytics.config import settings

BLANK = "kosong"


@cache
def _entries() -> Mapping[str, Mapping[str, list[str]]]:
    raw = yaml.safe_load((settings().reference / "isian.yml").read_text(encoding="utf-8"))
    blank = raw.pop(BLANK)
    return {field: {**spellings, "": blank} for field, spellings in raw.items()}


def values(field: str) -> tuple[str, ...]:
    """What may be stored in a field, in the order of the list."""
    return tuple(value for value in _entries()[field] if value)


def choice_key(text: str) -> str:
    """Spelling without case and doubled spaces: ' Tuna  Netra' -> 'tuna netra'."""
    return re.sub(r"\s+", " ", text.strip()).casefold()


@cache
def spellings(field: str) -> Mapping[str, str]:
    """Written form (as `choice_key`) -> value to store; '' for those that mean 'nothing'."""
    return {choice_key(text): value for value, others in _entries()[field].items() for text in (value, *others)}
