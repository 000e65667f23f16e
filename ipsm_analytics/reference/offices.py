"""Offices that can be given a task: those of the Dinas Sosial, the 15 kecamatan and other OPD; never a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ipsm_analytics.reference.tables import rows


@dataclass(frozen=True)
class Office:
    """One office; `kind` is 'dinsos', 'opd' or 'kecamatan'."""

    code: str
    kind: str
    name: str
    name_en: str

    def title(self, language: str) -> str:
        """Name in a language, 'id' or 'en'."""
        return self.name_en if language == "en" else self.name


@cache
def offices() -> Mapping[str, Office]:
    """All offices by code, in the order they are offered."""
    return {row["kode"]: Office(row["kode"], row["jenis"], row["nama"], row["name_en"]) for row in rows("kantor")}
