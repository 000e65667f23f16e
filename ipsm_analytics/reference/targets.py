"""What is to be reached, each with its source: sasaran.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from ipsm_analytics.config import settings


@dataclass(frozen=True)
class SpmTarget:
    """What a service is to reach, in percent of those who need it.

    Attributes:
        percent: the target; bands: lower bounds of the classes, the best first.
        due_day: day of the month after a quarter by which its report is due.
    """

    percent: int
    bands: tuple[int, ...]
    due_day: int
    source: str

    def band(self, met: int, needed: int) -> int | None:
        """The highest band that `met` out of `needed` (> 0) reaches, exactly; None below the lowest."""
        return next((bound for bound in self.bands if met * 100 >= bound * needed), None)


@dataclass(frozen=True)
class PovertyTarget:
    """Below so many percent of the population in a year; `concept` is that of the published figures it speaks of."""

    concept: str
    below: float
    year: int
    source: str


@cache
def _entries() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((settings().reference / "sasaran.yml").read_text(encoding="utf-8"))
    return found


@cache
def spm_target() -> SpmTarget:
    """Target, bands and due day of the five SPM services."""
    entry = _entries()["spm"]
    return SpmTarget(entry["sasaran_persen"], tuple(entry["pita_persen"]), entry["tanggal_batas"], entry["sumber"])


@cache
def poverty_target() -> PovertyTarget:
    """The target for the share of poor people."""
    entry = _entries()["kemiskinan"]
    return PovertyTarget(entry["konsep"], float(entry["dibawah_persen"]), entry["tahun"], entry["sumber"])
