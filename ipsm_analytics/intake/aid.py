"""Persons proposed for aid (Sicadas Bansos): columns of schema.AID."""

from __future__ import annotations

from functools import partial

import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import exact, one_of, resolve_areas
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.person import listed_person, person_columns
from ipsm_analytics.intake.sheet import Columns, Sheet, each, joined

_TEXT = pa.string()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.AID; problems go to the sheet.

    A proposal is a person and a day; of two states of one the later in schema.AID_STATES stays (assumption).
    """
    day = partial(normalise.parse_date, today=config.today)
    columns = listed_person(sheet, config.today) | {
        "kode_kelurahan": resolve_areas(sheet),
        "tgl_usul": sheet.parse("tgl_usul", day, pa.date32(), allowed="hh/bb/tttt, antara 2000 dan hari ini"),
        "status": sheet.parse("status", _parse_status, _TEXT, allowed="Belum, Layak, atau Tidak Layak"),
    }
    columns = sheet.accepted(columns)
    columns |= person_columns(columns, keys)
    columns["proposal_id"] = keys.keys("bansos", joined(columns["person_key"], columns["tgl_usul"].cast(_TEXT)))
    columns["precedence"] = each(columns["status"], lambda state: str(schema.AID_STATES.index(state)), _TEXT)
    return {name: columns[name] for name in schema.AID.names if name in columns}


def _parse_status(text: str) -> Parsed[str]:
    """One of schema.AID_STATES; reasons TEXT_EMPTY, STATUS_UNKNOWN."""
    value = one_of(exact(schema.AID_STATES))(text).value
    return Parsed(value, "" if value else "STATUS_UNKNOWN" if text else "TEXT_EMPTY")
