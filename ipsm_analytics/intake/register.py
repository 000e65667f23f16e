"""Persons in a register (Sicadas DTSEN, DTSEN anggota, DTKS/SIKS-NG): columns of schema.REGISTER."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake.fields import one_of, parse_categories, parse_optional_flag, resolve_areas, whole_number
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.person import listed_person, person_columns
from ipsm_analytics.intake.sheet import TEXTS, Columns, Sheet, each, joined
from ipsm_analytics.intake.tokens import person_tokens, written
from ipsm_analytics.reference import areas

EARLIEST_YEAR = 2005
MATCHED, UNMATCHED, _ = schema.MATCH_STATES
_MATCH_SPELLINGS = {"1": MATCHED, MATCHED: MATCHED, "2": UNMATCHED, UNMATCHED: UNMATCHED, "tidak": UNMATCHED}
_CITY_SPELLINGS = frozenset({"", "makassar", "kotamakassar", "7371"})
_TEXT = pa.string()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.REGISTER, the newest tahun_data first in precedence; problems go to the sheet."""
    _check_city(sheet)
    today = config.today
    years = whole_number(EARLIEST_YEAR, today.year)
    columns = listed_person(sheet, today) | {
        "kode_kelurahan": resolve_areas(sheet),
        "desil": sheet.parse("desil", whole_number(1, 10), pa.int8(), allowed="1 sampai 10"),
        "kategori": sheet.parse("kategori", _parse_known_categories, TEXTS, allowed="26 jenis PPKS", show=False),
        "keterangan_padan": sheet.parse("keterangan_padan", one_of(_MATCH_SPELLINGS), _TEXT, allowed="1 atau 2", show=False),
        "tahun_data": sheet.parse("tahun_data", years, pa.int16(), allowed=f"{EARLIEST_YEAR} sampai {today.year}"),
        **{
            name: sheet.parse(name, parse_optional_flag, pa.bool_(), allowed="ya atau tidak") for name in ("pbi_nas", "pbi_pemda")
        },
    }
    columns = sheet.accepted(columns | written(sheet))
    columns |= person_columns(columns, keys)
    columns["entry_id"] = keys.keys("register", joined(sheet.kind, columns["person_key"]))
    columns["sumber"] = pa.repeat(sheet.kind, len(columns["entry_id"]))
    columns["precedence"] = _precedence(columns)
    columns |= person_tokens(columns, keys, today)
    return {name: columns[name] for name in schema.REGISTER.names if name in columns}


def _check_city(sheet: Sheet) -> None:
    """A problem for each row that says it is of another kabupaten or kota; reason CITY_OTHER."""
    sheet.parse("kabupaten_kota", _parse_city, _TEXT, allowed=areas.CITY_NAME)


def _parse_known_categories(text: str) -> Parsed[list[str]]:
    """A person stays in the register whatever the label."""
    value = parse_categories(text).value
    return Parsed(value, "VALUE_UNKNOWN" if text and value is None else "")


def _parse_city(text: str) -> Parsed[str]:
    known = areas.spelling_key(text) in _CITY_SPELLINGS
    return Parsed(text if known else None, "" if known else "CITY_OTHER")


def _precedence(columns: Columns) -> pa.Array:
    year = pc.fill_null(columns["tahun_data"].cast(_TEXT), "0000")
    known = [pc.is_valid(columns[name]) for name in schema.REGISTER.names if name in columns]
    counts = np.sum([column.to_numpy(zero_copy_only=False) for column in known], axis=0)
    return joined(year, each(pa.array(counts), "{:02d}".format, _TEXT), separator="|")
