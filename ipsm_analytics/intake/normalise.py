"""Text to values: dates, months, NIK, flags and numbers. Every function takes one written cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

EARLIEST = date(2000, 1, 1)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january"),
            ("februari", "feb", "pebruari", "peb", "february"),
            ("maret", "mar", "march"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "jun", "june"),
            ("juli", "jul", "july"),
            ("agustus", "agu", "ags", "agt", "aug", "august"),
            ("september", "sep", "sept"),
            ("oktober", "okt", "oct", "october"),
            ("november", "nopember", "nov", "nop"),
            ("desember", "des", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?.*)?")
_DMY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?")
_WORDS = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})[\s-]+([a-z]+)\.?[\s-]+(\d{4}|\d{2})", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """A value, or the reason code why there is none."""

    value: T | None
    reason: str = ""


def parse_date(text: str, today: date, *, earliest: date = EARLIEST) -> Parsed[date]:
    """Day from dd/mm/yyyy, d-m-yy, ISO, '12 Nopember 2026' or an Excel serial; day always before month.

    Reasons: DATE_EMPTY, DATE_PARSE, DATE_FUTURE (after `today`), DATE_TOO_OLD (before `earliest`).
    """
    text = text.strip()
    if not text:
        return Parsed(None, "DATE_EMPTY")
    day = _written_date(text, today)
    if day is None:
        return Parsed(None, "DATE_PARSE")
    if day > today:
        return Parsed(None, "DATE_FUTURE")
    return Parsed(day) if day >= earliest else Parsed(None, "DATE_TOO_OLD")


def _written_date(text: str, today: date) -> date | None:
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DMY.fullmatch(text):
        return _date(_year(match[3], today), int(match[2]), int(match[1]))
    if match := _WORDS.fullmatch(text):
        return _date(_year(match[3], today), _MONTHS.get(match[2].casefold(), 0), int(match[1]))
    if _SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str, today: date) -> int:
    """Two digits mean this century up to next year, else the last one."""
    if len(text) == 4:
        return int(text)
    return 2000 + int(text) if 2000 + int(text) <= today.year + 1 else 1900 + int(text)


def parse_month(text: str, today: date) -> Parsed[date]:
    """First day of a month from '2026-10', '10/2026', 'Oktober 2026' or any date; reasons MONTH_PARSE, DATE_FUTURE."""
    text = text.strip()
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})", text):
        month = _date(int(match[1]), int(match[2]), 1)
    elif match := re.fullmatch(r"(\d{1,2})[-/](\d{4})", text):
        month = _date(int(match[2]), int(match[1]), 1)
    elif match := re.fullmatch(r"([a-z]+)\.?\s+(\d{4})", text, re.IGNORECASE):
        month = _date(int(match[2]), _MONTHS.get(match[1].casefold(), 0), 1)
    else:
        day = _written_date(text, today) if text else None
        month = day.replace(day=1) if day else None
    if month is None:
        return Parsed(None, "MONTH_PARSE")
    return Parsed(month) if month <= today else Parsed(None, "DATE_FUTURE")


def parse_flag(text: str) -> Parsed[bool]:
    """ya/tidak in its common spellings; reason FLAG_PARSE."""
    key = text.strip().casefold()
    if key in {"ya", "y", "1", "true", "nihil"}:
        return Parsed(True)
    return Parsed(False) if key in {"tidak", "t", "tdk", "0", "false", "ada"} else Parsed(None, "FLAG_PARSE")


def parse_nik(text: str) -> Parsed[str]:
    """16 digits; reasons NIK_EXCEL_ROUND, NIK_NONDIGIT, NIK_LEN, NIK_PLACEHOLDER. Empty is no error: value None."""
    raw = re.sub(r"[\s.'`-]", "", text) if "E" not in text.upper() else text.strip()
    if not raw:
        return Parsed(None)
    if re.fullmatch(r"'?\d[.,]?\d*E\+?\d+", raw, re.IGNORECASE):
        return Parsed(None, "NIK_EXCEL_ROUND")
    if not raw.isascii() or not raw.isdigit():
        return Parsed(None, "NIK_NONDIGIT")
    if len(set(raw)) == 1 or raw in "12345678901234567890" or raw.endswith("0000"):
        return Parsed(None, "NIK_PLACEHOLDER")
    return Parsed(raw) if len(raw) == 16 else Parsed(None, "NIK_LEN")


def sex_of_nik(nik: str) -> str:
    """'L' or 'P': the day in a woman's NIK is raised by 40."""
    return "P" if int(nik[6:8]) > 40 else "L"


def birth_of_nik(nik: str, today: date) -> date | None:
    """Birth date in a NIK (DDMMYY), None when it is no date; a future one is put a century back."""
    year = 2000 + int(nik[10:12])
    day = _date(year, int(nik[8:10]), int(nik[6:8]) % 40)
    return day if day is None or day <= today else _date(year - 100, day.month, day.day)


def age_on(birth: date, day: date) -> int:
    """Completed years on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse_number(text: str) -> Parsed[float]:
    """A number written with a decimal point or none; reason NUMBER_PARSE."""
    try:
        return Parsed(float(text.strip()))
    except ValueError:
        return Parsed(None, "NUMBER_PARSE")


def person_name(text: str) -> str:
    """Name for keyed comparison: letters only, single spaces, casefolded."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]|\d", " ", text)).strip().casefold()
