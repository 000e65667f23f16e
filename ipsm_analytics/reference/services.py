"""The five services a kota owes under the SPM, and how written names of them and of quarters are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from ipsm_analytics.reference.categories import categories
from ipsm_analytics.reference.choices import choice_key
from ipsm_analytics.reference.tables import rows

QUARTERS = (1, 2, 3, 4)
_QUARTER = re.compile(r"(?:TW|TRIWULAN|Q)?[\s.-]*([1-4]|IV|I{1,3})", re.IGNORECASE)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True)
class Service:
    """One service; `code` is that of its coverage indicator, C01 to C05.

    Attributes:
        categories: category code -> whether only neglected persons of it belong to the service.
        law: where it is laid down.
    """

    code: str
    name: str
    name_en: str
    categories: Mapping[str, bool]
    law: str

    def told(self, language: str = "id") -> str:
        """Its name in 'id' or 'en'."""
        return self.name_en if language == "en" else self.name


@cache
def services() -> Mapping[str, Service]:
    """All five by code, in order."""
    return {
        row["kode"]: Service(row["kode"], row["nama"], row["nama_en"], _belonging(row["tanda"]), row["dasar"])
        for row in rows("layanan_spm")
    }


def _belonging(mark: str) -> dict[str, bool]:
    marked = {code: item.spm for code, item in categories().items() if item.spm.split(" ")[0] == mark}
    return {code: text != mark for code, text in marked.items()}


@cache
def spellings() -> Mapping[str, str]:
    """Spelling (as `choice_key`) -> service code."""
    return {
        choice_key(text): row["kode"]
        for row in rows("layanan_spm")
        for text in (row["kode"], row["tanda"], row["nama"], *row["sebutan"].split("|"))
    }


def quarter_of(text: str) -> int | None:
    """1 to 4 from '1', 'TW1', 'TW I', 'Triwulan III' or 'Q4'; None for anything else."""
    match = _QUARTER.fullmatch(text.strip())
    return None if match is None else _ROMAN.get(match[1].upper()) or int(match[1])


def quarter_start(year: int, quarter: int) -> date:
    """First day of a quarter."""
    return date(year, 3 * quarter - 2, 1)


def quarter_after(year: int, quarter: int) -> tuple[int, int]:
    """Year and number of the next quarter."""
    return (year, quarter + 1) if quarter < QUARTERS[-1] else (year + 1, QUARTERS[0])


def quarter_due(year: int, quarter: int, due_day: int) -> date:
    """Last day on which the report of a quarter is on time: the `due_day` of the month after it."""
    return quarter_start(*quarter_after(year, quarter)).replace(day=due_day)
