"""One cell of a recap as a count: what it can mean, and what it cannot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

DOT_LIMIT = 1000
HIGHEST = 99_999_999
"""More than any count of this city: a longer number is an identity number or a telephone, and is not quoted."""
_NIL = {"-", "–", "—", "−", "nihil", "nil"}
_BLANKS = re.compile(r"\s+")
_PLAIN = re.compile(r"\d+")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([., ])\d{3})(?:\1\d{3})*")
_ZERO_DECIMALS = re.compile(r"(\d+|[1-9]\d{0,2}(?:\.\d{3})+),(?:0+|-)|(\d+|[1-9]\d{0,2}(?:,\d{3})+)\.0+")
_QUOTABLE = re.compile(r"[\d\s.,+%()*–-]{1,12}")
Kind = Literal["kosong", "pasti", "bulat", "pecahan", "tidak terbaca"]


@dataclass(frozen=True)
class Number:
    """A cell read as a count.

    Attributes:
        kind: 'kosong' not reported; 'pasti' one meaning; 'bulat' a whole number stored as such from 1 to 999, which is
            as it stands or has lost its dot (2 for 2.000); 'pecahan' a stored number that is no count as it stands and
            has lost its dot (1.234 for 1234); 'tidak terbaca'.
        value: the count as it stands; for 'pecahan' the one with its dot put back; 0 where there is none.
        decimals: digits behind the point of a 'pecahan'.
        text: the cell as sent, or how long it is when it may hold words.
    """

    kind: Kind
    value: int = 0
    decimals: int = 0
    text: str = ""


def parse(cell: object) -> Number:
    """Reads a cell as python-calamine gives it. '-' is zero; a blank cell reports nothing."""
    if isinstance(cell, bool):
        return _unreadable(str(cell))
    number = _stored(Decimal(repr(cell))) if isinstance(cell, (int, float)) else _written(_BLANKS.sub(" ", str(cell)).strip())
    return number if number.value <= HIGHEST else _unreadable(str(number.value))


def _unreadable(text: str) -> Number:
    return Number("tidak terbaca", text=text if _QUOTABLE.fullmatch(text) else f"{len(text)} karakter")


def _stored(number: Decimal) -> Number:
    if not number.is_finite() or number < 0:
        return _unreadable(str(number))
    if number == number.to_integral_value():
        return Number("bulat" if 0 < number < DOT_LIMIT else "pasti", int(number), text=f"{number:.0f}")
    exponent = number.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    if 1 <= number < DOT_LIMIT and decimals <= 3:
        return Number("pecahan", int(number * DOT_LIMIT), decimals, str(number))
    return _unreadable(str(number))


def _written(text: str) -> Number:
    """A text: the separators of Indonesia and of elsewhere, since a count has no decimals."""
    if not text:
        return Number("kosong")
    bare = text.removeprefix("'")
    if bare.casefold() in _NIL:
        return Number("pasti", 0, text=text)
    if _PLAIN.fullmatch(bare) or _GROUPED.fullmatch(bare):
        return Number("pasti", int(re.sub(r"[., ]", "", bare)), text=text)
    if match := _ZERO_DECIMALS.fullmatch(bare):
        return Number("pasti", int(re.sub(r"[.,]", "", match[1] or match[2])), text=text)
    return _unreadable(text)
