"""Figures already public, kept apart from case data, each with concept, unit and source."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import required, whole_number
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Columns, Sheet, combinations, joined
from ipsm_analytics.reference import areas

EARLIEST_YEAR = 1990
_KEY = ("kode", "tahun", "konsep", "jenis_kelamin", "sumber")
_TEXT = pa.string()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.PUBLISHED; problems go to the sheet."""
    this_year = config.today.year
    years = required(whole_number(EARLIEST_YEAR, this_year), "NUMBER_PARSE")
    columns = {
        "kode": sheet.parse("kode", _known_area, _TEXT, allowed="73.71, 73.71.KK, atau 73.71.KK.NNNN"),
        "tahun": sheet.parse("tahun", years, pa.int16(), allowed=f"{EARLIEST_YEAR} sampai {this_year}"),
        "nilai": sheet.parse("nilai", normalise.parse_number, pa.float64(), allowed="angka dengan titik desimal"),
        "level": _levels(sheet),
        "konsep": sheet.parse("konsep", required(Parsed, "TEXT_EMPTY"), _TEXT),
        "sumber": sheet.parse("sumber", required(Parsed, "TEXT_EMPTY"), _TEXT),
        "satuan": sheet.parse("satuan", lambda text: Parsed(text or "orang"), _TEXT),
        "nama": sheet.text("nama"),
        "jenis_kelamin": sheet.text("jenis_kelamin"),
        "catatan": sheet.text("catatan"),
    }
    columns = sheet.accepted(columns)
    columns["figure_id"] = keys.keys("angka", joined(sheet.kind, *(columns[name].cast(_TEXT) for name in _KEY), separator="\x1f"))
    columns["precedence"] = columns["nilai"].cast(_TEXT)
    return columns


def _known_area(text: str) -> Parsed[str]:
    known = text in areas.all_codes()
    return Parsed(text if known else None, "" if known else "AREA_UNKNOWN")


def _levels(sheet: Sheet) -> pa.Array:
    """Level as written; one that is not that of the code is a problem."""
    levels = pc.utf8_lower(sheet.text("level"))
    codes, pairs = combinations(sheet.text("kode"), levels)
    right = [areas.level_of(code) if code in areas.all_codes() else level for code, level in pairs]
    wrong = np.array([level != fits for (_, level), fits in zip(pairs, right, strict=True)], dtype=bool)
    for row in np.flatnonzero(wrong[codes]):
        code, level = pairs[codes[row]]
        sheet.report(row, "LEVEL_CONFLICT", "level", f"{level} / {code}", right[codes[row]])
    return levels
