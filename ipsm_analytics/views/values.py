"""One value in words: the number, or why there is none."""

from __future__ import annotations

import math

import pandas as pd

from ipsm_analytics.measures import Status
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.views.i18n import Words


def value_text(words: Words, value: float, status: str, item: Indicator) -> str:
    """The value, or why there is none."""
    return words.number(value, item.decimals) if status in (Status.OK, Status.ZERO) else words(f"status.{status}")


def short_value(words: Words, value: float, status: str, item: Indicator) -> str:
    """The value with a percent sign where it is one, for places whose label carries the unit."""
    percent = item.scale == 100 and status in (Status.OK, Status.ZERO)
    return value_text(words, value, status, item) + ("%" if percent else "")


def unit_text(status: str, item: Indicator) -> str:
    """The unit with a space before it, where there is a number to carry it."""
    return f" {item.unit}" if status in (Status.OK, Status.ZERO) else ""


def interval_text(words: Words, low: float, high: float, item: Indicator) -> str:
    """'58,0–60,1', '≥ 58,0' where the upper end is open, a dash where there is none."""
    if math.isnan(low):
        return words.number(None)
    if math.isnan(high):
        return f"≥ {words.number(low, item.decimals)}"
    return f"{words.number(low, item.decimals)}–{words.number(high, item.decimals)}"


def numbers(values: pd.Series) -> list[float | None]:
    """The values of a column, None where there is none, as figures take them."""
    return [None if math.isnan(value) else float(value) for value in values]
