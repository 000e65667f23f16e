"""Why a row was refused or marked: the documented table of reason codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from ipsm_analytics.config import settings


@dataclass(frozen=True)
class Reason:
    """One reason code; `refuses` says whether the row goes to quarantine."""

    code: str
    refuses: bool
    message: str
    action: str


@cache
def reasons() -> Mapping[str, Reason]:
    """All reason codes."""
    raw = yaml.safe_load((settings().reference / "alasan.yml").read_text(encoding="utf-8"))
    return {code: Reason(code, entry["tingkat"] == "galat", entry["pesan"], entry["tindakan"]) for code, entry in raw.items()}
