"""Published figures that a number of ours is bound to be held against, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ipsm_analytics.reference.tables import rows


@dataclass(frozen=True)
class Rival:
    """A published concept beside indicators and slices of ours.

    Attributes:
        indicators: codes of ours.
        slices: of ours.
        concept: as it stands in the published figures.
    """

    indicators: tuple[str, ...]
    slices: tuple[str, ...]
    concept: str
    reason: str
    reason_en: str

    def why(self, language: str = "id") -> str:
        """Why the two differ, in 'id' or 'en'."""
        return self.reason_en if language == "en" else self.reason


@cache
def rivals() -> tuple[Rival, ...]:
    """All, in the order of the file."""
    return tuple(
        Rival(tuple(row["indikator"].split()), tuple(row["bagian"].split()), row["konsep"], row["sebab"], row["sebab_en"])
        for row in rows("tandingan")
    )


def rivals_of(indicator: str, slice_code: str) -> tuple[Rival, ...]:
    """Those of one indicator and slice."""
    return tuple(one for one in rivals() if indicator in one.indicators and slice_code in one.slices)
