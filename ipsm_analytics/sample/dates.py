"""Days as clerks write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ipsm_analytics.sample import stated
from ipsm_analytics.sample.draws import Ints, Objects, objects, pick, whole
from ipsm_analytics.sample.period import day_number, day_of
from ipsm_analytics.sample.response import NEVER

STYLES = ("iso", "garis_miring", "pendek", "kata", "seri_excel")
EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Dates:
    """(S × D) forms of the days from `first` on, one row a style: ISO ones are dates, Excel serials numbers."""

    first: int
    forms: Objects

    def write(self, days: Ints, style: Ints) -> Objects:
        """Each day in its style (position in STYLES); '' for NEVER."""
        known = days < NEVER
        return np.asarray(np.where(known, self.forms[style, np.where(known, days - self.first, 0)], ""), dtype=object)


def dates(first: int, last: int) -> Dates:
    """Forms of the days `first` to `last`."""
    days = [day_of(number) for number in range(first, last + 1)]
    forms = np.empty((len(STYLES), len(days)), dtype=object)
    for row, style in enumerate(STYLES):
        forms[row, :] = objects([written(day, style) for day in days])
    return Dates(first, forms)


def written(day: date, style: str) -> date | int | str:
    """One day in one style."""
    match style:
        case "iso":
            return day
        case "garis_miring":
            return f"{day.day:02d}/{day.month:02d}/{day.year}"
        case "pendek":
            return f"{day.day}-{day.month}-{day.year % 100:02d}"
        case "kata":
            return f"{day.day} {stated.texts('penulisan', 'nama_bulan')[day.month - 1]} {day.year}"
        case _:
            return day_number(day) - day_number(EXCEL_EPOCH)


def styles(source: np.random.Generator, name: str, size: int) -> Ints:
    """A style for each row by the stated habits."""
    table = stated.table("penulisan", name)
    return pick(source, whole(table[style] for style in STYLES), size)
