"""The months a sample covers. Days are whole numbers since 1 January 1970, months indices from the first month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from ipsm_analytics.errors import UserError
from ipsm_analytics.sample.draws import Ints

EPOCH = date(1970, 1, 1).toordinal()
MONTHS_ALLOWED = (2, 120)
MEETING_DAY = 20
"""Day of the month of a sample meeting."""


@dataclass(frozen=True)
class Period:
    """`months` months from the month `first` (months since January 1970)."""

    first: int
    months: int

    @property
    def start(self) -> int:
        """First day."""
        return self.month_start(0)

    @property
    def cutoff(self) -> int:
        """Last day: what has not reached the office by then is in no file."""
        return self.month_start(self.months) - 1

    @property
    def meeting(self) -> int:
        """Day of the meeting in the last month: what came after it stands in a file of its own."""
        return self.month_start(self.months - 1) + MEETING_DAY - 1

    @property
    def labels(self) -> tuple[str, ...]:
        """'YYYY-MM' of each month."""
        return tuple(self.label(month) for month in range(self.months))

    def month_start(self, month: int) -> int:
        """First day of a month."""
        return day_number(date((self.first + month) // 12 + 1970, (self.first + month) % 12 + 1, 1))

    def label(self, month: int) -> str:
        """'YYYY-MM' of a month."""
        return f"{(self.first + month) // 12 + 1970}-{(self.first + month) % 12 + 1:02d}"

    def month_of(self, days: Ints) -> Ints:
        """Month of each day; negative before the start."""
        return calendar_month(days) - self.first


def period(end: str, months: int) -> Period:
    """The `months` months ending with `end` ('YYYY-MM'); raises UserError for an impossible one."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", end)
    if match is None:
        raise UserError("Bulan akhir data contoh tidak terbaca.", found=end, allowed="YYYY-MM, misalnya 2026-10")
    low, high = MONTHS_ALLOWED
    if not low <= months <= high:
        raise UserError("Jumlah bulan data contoh di luar batas.", found=str(months), allowed=f"{low} sampai {high}")
    last = (int(match[1]) - 1970) * 12 + int(match[2]) - 1
    if not 2001 <= (last - months + 1) // 12 + 1970 <= 2060:
        raise UserError(
            "Masa data contoh di luar batas.", found=f"{months} bulan sampai {end}", allowed="mulai 2001 atau sesudahnya"
        )
    return Period(last - months + 1, months)


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(int(number) + EPOCH)


def calendar_month(days: Ints) -> Ints:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def completed_years(births: Ints, days: Ints) -> Ints:
    """Age on each day."""
    born, now = births.astype("datetime64[D]"), days.astype("datetime64[D]")
    months = calendar_month(days) - calendar_month(births)
    day_in_month = [(part - part.astype("datetime64[M]")).astype(np.int64) for part in (born, now)]
    return np.asarray((months - (day_in_month[1] < day_in_month[0])) // 12, dtype=np.int64)
