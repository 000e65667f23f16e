"""Figures already public, kept apart from case data, each with concept, unit and source."""

from __future__ import annotations

from datetime import date

import pandas as pd

from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.cases import whole_number
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Sheet, objects
from ipsm_analytics.reference import areas


def build(sheet: Sheet, kind: str, keys: Keyring, today: date) -> pd.DataFrame:
    """All rows as columns of schema.PUBLISHED; problems go to the sheet."""
    columns = {
        "level": sheet.text("level"),
        "kode": sheet.parse("kode", _known_area, allowed="73.71, 73.71.KK, atau 73.71.KK.NNNN"),
        "nama": sheet.text("nama"),
        "tahun": sheet.parse("tahun", lambda text: _required(whole_number(1990, today.year)(text)), allowed=f"1990 sampai {today.year}"),
        "konsep": sheet.text("konsep"),
        "jenis_kelamin": sheet.text("jenis_kelamin"),
        "nilai": sheet.parse("nilai", normalise.parse_number, allowed="angka dengan titik desimal"),
        "satuan": objects([text or "orang" for text in sheet.text("satuan")]),
        "sumber": sheet.text("sumber"),
        "catatan": sheet.text("catatan"),
    }
    identity = zip(*(columns[name] for name in ("kode", "tahun", "konsep", "jenis_kelamin", "sumber")), strict=True)
    columns["figure_id"] = objects([keys.key("angka", f"{kind}:{parts!r}") for parts in identity])
    columns["precedence"] = objects([repr(parts) for parts in zip(columns["nilai"], columns["catatan"], strict=True)])
    return pd.DataFrame(columns, index=sheet.cells.index)


def _known_area(text: str) -> Parsed[str]:
    known = text in areas.all_codes()
    return Parsed(text if known else None, "" if known else "AREA_UNKNOWN")


def _required(parsed: Parsed[int]) -> Parsed[int]:
    return parsed if parsed.value is not None else Parsed(None, "NUMBER_PARSE")
