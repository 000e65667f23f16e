"""The rows of a spine chart as they are drawn, light enough to need no chart library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SpineRow:
    """One row as it is drawn; places are percent of the strip, None where there is nothing to draw."""

    code: str
    name: str
    value: str
    interval: str
    city: str
    ends: tuple[str, str]
    middle: tuple[float, float] | None
    place: float | None
    limits: tuple[float, float] | None
    city_place: float | None
    symbol: str
    verdict: str
    tone: str
    hint: str


@dataclass(frozen=True)
class Spine:
    """Rows from top to bottom under four heads."""

    heads: tuple[str, ...]
    rows: tuple[SpineRow, ...]
