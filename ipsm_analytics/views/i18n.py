"""All words and the way numbers and dates are written, from the catalogues in data/locales."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import yaml
from babel.dates import format_date

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import InternalError

LANGUAGES = ("id", "en")
MISSING = "–"
_SEPARATORS = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Words:
    """One language."""

    language: str = "id"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in; raises InternalError for an unknown key."""
        try:
            return catalogue(self.language)[key].format(**values)
        except KeyError as error:
            raise InternalError(f"no text {error} for {key!r} in {self.language}") from error

    def number(self, value: float | None, decimals: int = 0) -> str:
        """1.234,5; an en dash for a missing value."""
        if value is None or math.isnan(value):
            return MISSING
        text = f"{round(value, decimals) + 0.0:,.{decimals}f}"
        return text.translate(_SEPARATORS) if self.language == "id" else text

    def percent_change(self, value: float) -> str:
        """Size of a change in whole percent, one decimal below 10."""
        return self.number(abs(value), 0 if abs(value) >= 10 else 1) + "%"

    def day(self, value: date | None) -> str:
        """31 Okt 2026."""
        return str(format_date(value, "d MMM yyyy", locale=self.language)) if value else MISSING

    def month(self, value: Month) -> str:
        """Okt 2026."""
        return str(format_date(value.first_day, "MMM yyyy", locale=self.language))

    def window(self, value: Window) -> str:
        """Jan-Okt 2026 with an en dash; both years where they differ; one month alone."""
        if value.length == 1:
            return self.month(value.first)
        first = (
            format_date(value.first.first_day, "MMM", locale=self.language)
            if value.first.year == value.last.year
            else self.month(value.first)
        )
        return f"{first}–{self.month(value.last)}"

    def listing(self, items: list[str]) -> str:
        """'A, B dan C'."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('umum.dan')} {items[-1]}"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by dotted key."""
    raw = yaml.safe_load((settings().locales / f"{language}.yml").read_text(encoding="utf-8"))
    return dict(_flatten(raw, ""))


def _flatten(node: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    result: list[tuple[str, str]] = []
    for name, value in node.items():
        result += _flatten(value, f"{prefix}{name}.") if isinstance(value, Mapping) else [(f"{prefix}{name}", str(value))]
    return result
