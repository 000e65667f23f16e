"""What came of trying each claim of the statistics on samples with known truth: bukti.csv."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ipsm_analytics.reference import tables


class Verdict(StrEnum):
    """Whether a claim holds; a comparison is drawn and not judged."""

    FAILS = "tidak_terbukti"
    HOLDS = "terbukti"
    COMPARISON = "pembanding"


@dataclass(frozen=True)
class Finding:
    """A claim at one level: shares with the 95% Wilson interval of the trials; `holds` is None where it is not judged."""

    claim: str
    level: float
    seeds: int
    trials: int
    predicted: float
    observed: float
    lower: float
    upper: float
    allowed_low: float
    allowed_high: float
    holds: bool | None

    @property
    def verdict(self) -> Verdict:
        """In words."""
        if self.holds is None:
            return Verdict.COMPARISON
        return Verdict.HOLDS if self.holds else Verdict.FAILS


@cache
def findings() -> tuple[Finding, ...]:
    """Every claim and level, in the order of the file."""
    return tuple(map(_finding, tables.rows("bukti")))


def _finding(row: dict[str, str]) -> Finding:
    shares = {name: float(row[name]) for name in ("predicted", "observed", "lower", "upper", "allowed_low", "allowed_high")}
    holds = {"True": True, "False": False, "": None}[row["holds"]]
    return Finding(
        claim=row["claim"], level=float(row["level"]), seeds=int(row["seeds"]), trials=int(row["trials"]), holds=holds, **shares
    )


def verdict(levels: tuple[Finding, ...]) -> Verdict:
    """Of all levels of one claim: it fails where one fails, and is judged where one is."""
    found = {item.verdict for item in levels}
    return next(one for one in Verdict if one in found)


@cache
def by_claim() -> dict[str, tuple[Finding, ...]]:
    """Levels of each claim."""
    names = dict.fromkeys(item.claim for item in findings())
    return {name: tuple(item for item in findings() if item.claim == name) for name in names}
