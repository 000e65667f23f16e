"""Monthly PSM reports, with their explicit 'nihil'."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import optional, resolve_areas, whole_number
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.sheet import Columns, Sheet, joined

_DAY = pa.date32()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.REPORTS, latest receipt first in precedence; problems go to the sheet."""
    today = config.today
    received = optional(partial(normalise.parse_date, today=today))
    columns = {
        "kode_kelurahan": resolve_areas(sheet),
        "bulan": sheet.parse("bulan", partial(normalise.parse_month, today=today), _DAY, allowed="2026-10 atau Oktober 2026"),
        "tgl_terima": sheet.parse("tgl_terima", received, _DAY, allowed="hh/bb/tttt"),
        "nihil": sheet.parse("nihil", normalise.parse_nil, pa.bool_(), allowed="ya atau tidak"),
        "kunjungan": sheet.parse("kunjungan", whole_number(0, 10_000), pa.int32(), allowed="0 sampai 10.000"),
    }
    _check_receipt(sheet, columns, config.report_due_day)
    columns = sheet.accepted(columns)
    columns["report_id"] = keys.keys("laporan", joined(columns["kode_kelurahan"], columns["bulan"].cast(pa.string())))
    columns["precedence"] = pc.fill_null(columns["tgl_terima"].cast(pa.string()), date.min.isoformat())
    return columns


def _check_receipt(sheet: Sheet, columns: Columns, due_day: int) -> None:
    """Days between the due day of the following month and the receipt; reason PERIOD_LATE. No receipt, no reason."""
    following = (columns["bulan"].to_numpy(zero_copy_only=False).astype("datetime64[M]") + 1).astype("datetime64[D]")
    late = (columns["tgl_terima"].to_numpy(zero_copy_only=False) - following).astype("timedelta64[D]").astype(float) + 1 - due_day
    for row in np.flatnonzero(late > 0):
        sheet.report(
            row, "PERIOD_LATE", "tgl_terima", f"{late[row]:.0f} hari sesudahnya", f"sampai tanggal {due_day} bulan berikutnya"
        )
