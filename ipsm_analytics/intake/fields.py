"""How the cells of a field are read: places, categories, closed lists, numbers; the parsers all tables share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Sheet, combinations
from ipsm_analytics.reference import areas, categories, choices

_PSM_ID = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./-]{0,15}")
_TEXT = pa.string()


def resolve_areas(sheet: Sheet) -> pa.Array:
    """Kelurahan code of each row, a gap with a problem where it is unknown or ambiguous."""
    codes, written = combinations(*(sheet.text(name) for name in ("kelurahan", "kecamatan", "kode_kelurahan")))
    matches = [areas.resolve(*texts, sheet.beside.coding) for texts in written]
    unknown = np.array([match.code is None for match in matches], dtype=bool)
    for row in np.flatnonzero(unknown[codes]):
        match, texts = matches[codes[row]], written[codes[row]]
        name = "kecamatan" if match.reason == "KEC_UNKNOWN" else "kode_kelurahan" if texts[2] and not texts[0] else "kelurahan"
        sheet.report(row, match.reason, name, " / ".join(filter(None, texts)), ", ".join(match.allowed))
    return pa.array([match.code for match in matches], _TEXT).take(pa.array(codes))


def parse_categories(text: str) -> Parsed[list[str]]:
    """Category codes of a cell, sorted; several are separated by ';'. Reasons CAT_EMPTY, CAT_UNKNOWN, CAT_IGNORED."""
    if not text:
        return Parsed(None, "CAT_EMPTY")
    whole = categories.match(text)
    written = [text] if whole.kind != "tidak dikenal" else [part for part in re.split(r"[;|]", text) if part.strip()]
    parts = [categories.match(part) for part in written]
    if any(part.kind == "abaikan" for part in parts):
        return Parsed(None, "CAT_IGNORED")
    known = {part.code for part in parts if part.code}
    return Parsed(sorted(known)) if known and all(part.code for part in parts) else Parsed(None, "CAT_UNKNOWN")


def optional(parser: Callable[[str], Parsed[date]]) -> Callable[[str], Parsed[date]]:
    """The same parser where an empty cell is no problem."""
    return lambda text: parser(text) if text else Parsed(None)


def required(parser: Callable[[str], Parsed[normalise.T]], reason: str) -> Callable[[str], Parsed[normalise.T]]:
    """The same parser where a cell without a value is a problem of its own."""

    def parse(text: str) -> Parsed[normalise.T]:
        value = parser(text).value
        return Parsed(value) if value not in (None, "") else Parsed(None, reason)

    return parse


def one_of(written: Mapping[str, str]) -> Callable[[str], Parsed[str]]:
    """Parser for a closed list of spellings (see `choices.spellings`); reason VALUE_UNKNOWN."""

    def parse(text: str) -> Parsed[str]:
        value = written.get(choices.choice_key(text), None if text else "")
        return Parsed(value or None, "VALUE_UNKNOWN" if value is None else "")

    return parse


def some_of(written: Mapping[str, str]) -> Callable[[str], Parsed[list[str]]]:
    """Parser for several values of a closed list, separated by ';' or ','; those known are kept. Reason VALUE_UNKNOWN."""
    single = one_of(written)

    def parse(text: str) -> Parsed[list[str]]:
        parts = [single(part.strip()) for part in re.split(r"[;,|]", text)]
        known = sorted({part.value for part in parts if part.value})
        return Parsed(known or None, "VALUE_UNKNOWN" if any(part.reason for part in parts) else "")

    return parse


def whole_number(low: int, high: int) -> Callable[[str], Parsed[int]]:
    """Parser for a whole number within limits; reason NUMBER_RANGE."""

    def parse(text: str) -> Parsed[int]:
        value = normalise.parse_number(text).value
        fits = value is not None and value.is_integer() and low <= value <= high
        return Parsed(int(value) if fits and value is not None else None, "" if fits or not text else "NUMBER_RANGE")

    return parse


def exact(items: Sequence[str]) -> dict[str, str]:
    """Spellings of a closed list that has no others (see `one_of`)."""
    return {choices.choice_key(item): item for item in items}


def listed(
    sheet: Sheet, name: str, kind: Callable[[Mapping[str, str]], Callable[[str], Parsed[normalise.T]]], target: pa.DataType
) -> pa.Array:
    """Values of a field out of its list in isian.yml; `kind` is `one_of` or `some_of`."""
    return sheet.parse(name, kind(choices.spellings(name)), target, allowed=", ".join(choices.values(name)), show=False)


def parse_psm_id(text: str) -> Parsed[str]:
    """Number of a PSM, never a name or a NIK; empty is no error. Reason PSM_ID_FORM."""
    fits = bool(_PSM_ID.fullmatch(text)) and sum(char.isdigit() for char in text) < 12
    return Parsed(text.upper() if fits else None, "" if fits or not text else "PSM_ID_FORM")


def parse_optional_flag(text: str) -> Parsed[bool]:
    """ya/tidak where an empty cell is no problem; reason VALUE_UNKNOWN."""
    value = normalise.parse_flag(text).value
    return Parsed(value, "VALUE_UNKNOWN" if text and value is None else "")
