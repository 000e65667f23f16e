"""Why a row was refused or marked: the documented table of reason codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from ipsm_analytics.config import settings

REFUSAL, WARNING, INFORMATION = LEVELS = ("galat", "peringatan", "keterangan")


@dataclass(frozen=True)
class Reason:
    """One reason code. `level` is one of LEVELS: the row is refused, accepted and marked, or nothing is wrong with it."""

    code: str
    level: str
    message: str
    action: str
    message_en: str
    action_en: str

    @property
    def refuses(self) -> bool:
        """True when the row goes to quarantine."""
        return self.level == REFUSAL

    @property
    def warns(self) -> bool:
        """True when the row is accepted and marked."""
        return self.level == WARNING

    def told(self, language: str = "id") -> tuple[str, str]:
        """Message and action in 'id' or 'en'."""
        return (self.message_en, self.action_en) if language == "en" else (self.message, self.action)


@cache
def reasons() -> Mapping[str, Reason]:
    """All reason codes."""
    raw = yaml.safe_load((settings().reference / "alasan.yml").read_text(encoding="utf-8"))
    fields = ("tingkat", "pesan", "tindakan", "pesan_en", "tindakan_en")
    return {code: Reason(code, *(entry[name] for name in fields)) for code, entry in raw.items()}
