"""The PSM on duty, by number: columns of schema.ROSTER; no column can carry a name."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import one_of, optional, parse_psm_id, required, resolve_areas
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Columns, Sheet
from ipsm_analytics.reference import choices

EARLIEST = date(1970, 1, 1)
_SAMPLE_MARK = re.compile(rf"\(?{schema.SAMPLE_MARK}\)?")
_TEXT, _DAY = pa.string(), pa.date32()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.ROSTER, the latest aktif_sejak first in precedence; problems go to the sheet."""
    since = optional(partial(normalise.parse_date, today=config.today, earliest=EARLIEST))
    bodies = ", ".join(choices.values("organisasi"))
    columns = {
        "id_psm": sheet.parse(
            "id_psm", required(parse_psm_id, "PSM_ID_NEEDED"), _TEXT, allowed="misalnya PSM-0101-01", show=False
        ),
        "kode_kelurahan": resolve_areas(sheet),
        "organisasi": sheet.parse("organisasi", _parse_organisation, _TEXT, allowed=bodies, show=False),
        "aktif_sejak": sheet.parse("aktif_sejak", since, _DAY, allowed="hh/bb/tttt, antara 1970 dan hari ini"),
    }
    columns = sheet.accepted(columns)
    columns["roster_id"] = keys.keys("roster", columns["id_psm"])
    columns["precedence"] = pc.fill_null(columns["aktif_sejak"].cast(_TEXT), date.min.isoformat())
    return columns


def _parse_organisation(text: str) -> Parsed[str]:
    return one_of(choices.spellings("organisasi"))(_SAMPLE_MARK.sub("", text).strip())
