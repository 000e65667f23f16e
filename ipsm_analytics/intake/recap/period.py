"""The period a recap speaks of, from its headers, its title, or the name of its file."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ipsm_analytics.intake.normalise import parse_month

ANY_YEAR = 2000
_PARTS = {"triwulan": 3, "tribulan": 3, "kuartal": 3, "tw": 3, "semester": 6}
_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR = r"((?:19|20)\d{2})"
_TO = r"\s*(?:-|–|s\.?\s*/?\s*d\.?|sampai(?:\s+dengan)?)\s*"
_OF = r"[\s,]*(?:tahun\s*)?"
_LAW = re.compile(
    r"\b(?:nomor|no\.?|perda|perwali|permensos|kepmensos|perpres|uu|pp)\s*\d+[\w/.-]*\s+tahun\s+\d{4}", re.IGNORECASE
)
_PART = re.compile(rf"\b({'|'.join(_PARTS)})\.?\s*(iv|i{{1,3}}|[1-4])\b(?:{_OF}{_YEAR}\b)?", re.IGNORECASE)
_DAY = re.compile(rf"\b(\d{{1,2}})\s+([a-z]{{3,}})\.?{_OF}{_YEAR}\b", re.IGNORECASE)
_SPAN = re.compile(rf"\b([a-z]{{3,}})\.?(?:{_OF}{_YEAR})?{_TO}([a-z]{{3,}})\.?{_OF}{_YEAR}\b", re.IGNORECASE)
_WORD = re.compile(rf"\b([a-z]{{3,}})\.?{_OF}{_YEAR}\b", re.IGNORECASE)
_ISO = re.compile(rf"(?<!\d){_YEAR}-(\d{{2}})-(\d{{2}})(?!\d)")
_CODE_SPAN = re.compile(rf"(?<!\d){_YEAR}-(\d{{2}}){_TO}{_YEAR}-(\d{{2}})(?!\d)")
_CODE = re.compile(rf"(?<!\d){_YEAR}[-_./](\d{{1,2}})(?!\d)")
_CODE_BACK = re.compile(rf"(?<!\d)(\d{{1,2}})[-_./]{_YEAR}(?!\d)")
_YEARS = re.compile(rf"(?<!\d){_YEAR}{_TO}{_YEAR}(?!\d)", re.IGNORECASE)
_ONE_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_LONE_MONTH = re.compile(r"(?:bulan\s+)?([a-z]{3,})\.?", re.IGNORECASE)


class Period(NamedTuple):
    """First and last day that a number counts, both included."""

    first: date
    last: date

    def text(self) -> str:
        """The period as `find` reads it back: '2026', '2026-10', '2026-01 s.d. 2026-03', or one day."""
        months = self.first.day == 1 and self.last == _month_end(self.last.year, self.last.month)
        if months and (self.first.month, self.last.month) == (1, 12):
            years = dict.fromkeys((str(self.first.year), str(self.last.year)))
            return " s.d. ".join(years)
        if months:
            return " s.d. ".join(dict.fromkeys((f"{self.first:%Y-%m}", f"{self.last:%Y-%m}")))
        return self.first.isoformat()


def find(text: str, year: int | None = None) -> tuple[Period, ...]:
    """The different periods named in a text, the most exact reading of each place; none where none is named.

    `year`: what a month or quarter without a year of its own belongs to.
    """
    text, found = _LAW.sub(" ", text), []
    for pattern, read in _READERS.items():
        for match in pattern.finditer(text):
            if period := read(match, year):
                found.append(period)
                text = text.replace(match[0], " ", 1)
    alone = _LONE_MONTH.fullmatch(text.strip())
    if not found and year and alone and (month := _month(alone[1], year)):
        found.append(Period(month, _month_end(month.year, month.month)))
    return tuple(dict.fromkeys(found))


def years(texts: Iterable[str]) -> tuple[int, ...]:
    """The different years named in some texts."""
    return tuple(dict.fromkeys(int(year) for text in texts for year in _ONE_YEAR.findall(_LAW.sub(" ", text))))


def without(text: str) -> str:
    """A text without the periods it names, a month or quarter without a year included."""
    alone = _LONE_MONTH.fullmatch(text.strip())
    if alone and _month(alone[1], ANY_YEAR):
        return ""
    for pattern, read in _READERS.items():
        text = pattern.sub(lambda match, read=read: " " if read(match, ANY_YEAR) else match[0], text)  # type: ignore[misc]
    return text


def _month(word: str, year: int) -> date | None:
    return parse_month(f"{word} {year}", date.max).value


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _span(first: date | None, last: date | None) -> Period | None:
    if first is None or last is None or first > last:
        return None
    return Period(first, _month_end(last.year, last.month))


def _part(match: re.Match[str], year: int | None) -> Period | None:
    length, number = _PARTS[match[1].casefold()], _NUMBERS[match[2].casefold()]
    in_year = int(match[3]) if match[3] else year
    if in_year is None or number * length > 12:
        return None
    return _span(date(in_year, (number - 1) * length + 1, 1), date(in_year, number * length, 1))


def _day(match: re.Match[str]) -> Period | None:
    month = _month(match[2], int(match[3]))
    if month is None or not 1 <= int(match[1]) <= monthrange(month.year, month.month)[1]:
        return None
    day = month.replace(day=int(match[1]))
    return Period(day, day)


def _iso(match: re.Match[str]) -> Period | None:
    month, day = _first(match[1], match[2]), int(match[3])
    if month is None or not 1 <= day <= monthrange(month.year, month.month)[1]:
        return None
    return Period(month.replace(day=day), month.replace(day=day))


def _words(match: re.Match[str]) -> Period | None:
    return _span(_month(match[1], int(match[2] or match[4])), _month(match[3], int(match[4])))


def _word(match: re.Match[str]) -> Period | None:
    month = _month(match[1], int(match[2]))
    return _span(month, month)


def _codes(match: re.Match[str]) -> Period | None:
    return _span(_first(match[1], match[2]), _first(match[3], match[4]))


def _code(match: re.Match[str]) -> Period | None:
    return _span(_first(match[1], match[2]), _first(match[1], match[2]))


def _code_back(match: re.Match[str]) -> Period | None:
    return _span(_first(match[2], match[1]), _first(match[2], match[1]))


def _years(match: re.Match[str]) -> Period | None:
    return _span(_first(match[1], "1"), _first(match[2], "12"))


def _one_year(match: re.Match[str]) -> Period | None:
    return _span(_first(match[1], "1"), _first(match[1], "12"))


def _first(year: str, month: str) -> date | None:
    return date(int(year), int(month), 1) if 1 <= int(month) <= 12 else None


_READERS: Mapping[re.Pattern[str], Callable[[re.Match[str], int | None], Period | None]] = {
    _PART: _part,
    _DAY: lambda match, year: _day(match),
    _SPAN: lambda match, year: _words(match),
    _WORD: lambda match, year: _word(match),
    _ISO: lambda match, year: _iso(match),
    _CODE_SPAN: lambda match, year: _codes(match),
    _CODE: lambda match, year: _code(match),
    _CODE_BACK: lambda match, year: _code_back(match),
    _YEARS: lambda match, year: _years(match),
    _ONE_YEAR: lambda match, year: _one_year(match),
}
"""The most exact ones first: what one has read is gone for the next."""
