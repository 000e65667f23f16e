"""Monthly PSM reports, with their explicit 'nihil'."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd

from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.cases import optional, resolve_areas, whole_number
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.sheet import Sheet, objects


def build(sheet: Sheet, kind: str, keys: Keyring, today: date) -> pd.DataFrame:
    """All rows as columns of schema.REPORTS; problems go to the sheet."""
    columns = {
        "kode_kelurahan": resolve_areas(sheet),
        "bulan": sheet.parse("bulan", partial(normalise.parse_month, today=today), allowed="2026-10 atau Oktober 2026"),
        "tgl_terima": sheet.parse("tgl_terima", optional(partial(normalise.parse_date, today=today)), allowed="hh/bb/tttt"),
        "nihil": sheet.parse("nihil", normalise.parse_flag, allowed="ya atau tidak"),
        "kunjungan": sheet.parse("kunjungan", whole_number(0, 10_000), allowed="0 sampai 10.000"),
    }
    columns["report_id"] = objects([keys.key("laporan", f"{area}:{month}") for area, month in zip(columns["kode_kelurahan"], columns["bulan"], strict=True)])
    columns["precedence"] = objects([f"{received or date.min}|{nil}|{visits}" for received, nil, visits in zip(columns["tgl_terima"], columns["nihil"], columns["kunjungan"], strict=True)])
    return pd.DataFrame(columns, index=sheet.cells.index)
