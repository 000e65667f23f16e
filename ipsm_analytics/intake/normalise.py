"""Text to values: dates, months, NIK, flags and numbers. Every function takes one written cell."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

EARLIEST = date(2000, 1, 1)
WOMAN_SHIFT = 40
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
_YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/](\d{4})")
_MONTH_WORD = re.compile(r"([a-z]+)\.?[\s-]+(\d{4})", re.IGNORECASE)
NIK_MARKS = re.compile(r"[\s.'`’-]")
_NIK_ROUNDED = re.compile(r"'?\d[.,]?\d*E\+?\d+", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_NOT_OF_A_NAME = re.compile(r"[\W\d_]+")


class Parsed(NamedTuple, Generic[T]):
    """A value, or the reason code why there is none or only part of one."""

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
    """First day of a month from '2026-10', '10/2026', 'Oktober 2026' or any date.

    Reasons: MONTH_PARSE, DATE_FUTURE (after `today`), DATE_TOO_OLD (before EARLIEST).
    """
    month = _written_month(text.strip(), today)
    if month is None:
        return Parsed(None, "MONTH_PARSE")
    if month > today:
        return Parsed(None, "DATE_FUTURE")
    return Parsed(month) if month >= EARLIEST else Parsed(None, "DATE_TOO_OLD")


def _written_month(text: str, today: date) -> date | None:
    if match := _YEAR_MONTH.fullmatch(text):
        return _date(int(match[1]), int(match[2]), 1)
    if match := _MONTH_YEAR.fullmatch(text):
        return _date(int(match[2]), int(match[1]), 1)
    if match := _MONTH_WORD.fullmatch(text):
        return _date(int(match[2]), _MONTHS.get(match[1].casefold(), 0), 1)
    day = _written_date(text, today)
    return day.replace(day=1) if day else None


def parse_flag(text: str) -> Parsed[bool]:
    """ya/tidak in its common spellings; reason FLAG_PARSE."""
    key = text.strip().casefold()
    if key in {"ya", "y", "1", "true"}:
        return Parsed(True)
    return Parsed(False) if key in {"tidak", "t", "tdk", "0", "false"} else Parsed(None, "FLAG_PARSE")


def parse_nil(text: str) -> Parsed[bool]:
    """Whether a month was reported as empty: ya/tidak, or 'nihil'/'ada'; reason FLAG_PARSE."""
    words = {"nihil": True, "ada": False}
    key = text.strip().casefold()
    return Parsed(words[key]) if key in words else parse_flag(text)


def parse_nik(text: str) -> Parsed[str]:
    """16 digits; reasons NIK_EXCEL_ROUND, NIK_NONDIGIT, NIK_LEN, NIK_PLACEHOLDER. Empty is no error: value None.

    No NIK ends in 0000: after a true birth date Excel cut the last digit, after anything else somebody filled it in.
    """
    digits = NIK_MARKS.sub("", text)
    if not digits:
        return Parsed(None)
    if not (digits.isascii() and digits.isdigit()):
        return Parsed(None, "NIK_EXCEL_ROUND" if _NIK_ROUNDED.fullmatch(text.strip()) else "NIK_NONDIGIT")
    if digits in "12345678901234567890" or digits == digits[0] * len(digits):
        return Parsed(None, "NIK_PLACEHOLDER")
    if digits.endswith("0000"):
        cut = len(digits) == 16 and birth_of_nik(digits[6:12], date.max)
        return Parsed(None, "NIK_EXCEL_ROUND" if cut else "NIK_PLACEHOLDER")
    return Parsed(digits) if len(digits) == 16 else Parsed(None, "NIK_LEN")


def sex_of_nik(birth_digits: str) -> str:
    """'L' or 'P' from the birth part of a NIK (its digits 7 to 12, DDMMYY): a woman's day is raised by 40."""
    return "P" if int(birth_digits[:2]) > WOMAN_SHIFT else "L"


def birth_of_nik(birth_digits: str, today: date) -> date | None:
    """Birth date from the birth part of a NIK (DDMMYY), None when it is no date; a future one is put a century back."""
    year, shift = 2000 + int(birth_digits[4:]), WOMAN_SHIFT if sex_of_nik(birth_digits) == "P" else 0
    day = _date(year, int(birth_digits[2:4]), int(birth_digits[:2]) - shift)
    return day if day is None or day <= today else _date(year - 100, day.month, day.day)


def parse_number(text: str) -> Parsed[float]:
    """A number written with a decimal point or none; reason NUMBER_PARSE."""
    return Parsed(float(text)) if _NUMBER.fullmatch(text := text.strip()) else Parsed(None, "NUMBER_PARSE")


def person_name(text: str) -> str:
    """Name for keyed comparison: letters only, single spaces, casefolded."""
    return _NOT_OF_A_NAME.sub(" ", text).strip().casefold()
