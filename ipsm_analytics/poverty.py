"""The published share of poor people by year beside its target (P01): never joined with PSM data, never averaged."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipsm_analytics.reference import areas
from ipsm_analytics.reference.targets import PovertyTarget, poverty_target

DISPUTED = "Bertentangan"
"""How the note of a figure begins when another source disputes it."""


@dataclass(frozen=True)
class PovertyFigure:
    """One published figure: percent of the population of the city.

    Attributes:
        below_target: whether it is below the target already; the target speaks of its own year alone.
        disputed: whether another source says otherwise of that year.
    """

    year: int
    percent: float
    source: str
    note: str
    below_target: bool
    disputed: bool


@dataclass(frozen=True)
class Poverty:
    """Figures, the oldest first (a year may stand twice where two sources differ), and the target."""

    figures: tuple[PovertyFigure, ...]
    target: PovertyTarget

    @property
    def latest(self) -> PovertyFigure | None:
        """The newest figure, None where none is published or where sources differ about its year."""
        newest = [item for item in self.figures if item.year == self.figures[-1].year]
        return newest[0] if len(newest) == 1 else None


def poverty(published: pd.DataFrame) -> Poverty:
    """Figures of the city out of the rows of table angka_terbit (columns of schema.PUBLISHED)."""
    target = poverty_target()
    rows = published[(published["konsep"] == target.concept) & (published["kode"] == areas.CITY)]
    ordered = rows.sort_values(["tahun", "sumber"], kind="stable")
    return Poverty(tuple(_figure(row, target) for row in ordered.to_dict("records")), target)


def _figure(row: Mapping[Hashable, Any], target: PovertyTarget) -> PovertyFigure:
    return PovertyFigure(
        year=int(row["tahun"]),
        percent=float(row["nilai"]),
        source=row["sumber"],
        note=row["catatan"],
        below_target=row["nilai"] < target.below,
        disputed=row["catatan"].startswith(DISPUTED),
    )
