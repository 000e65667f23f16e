"""Query frames as readable tables and as downloads that keep codes and status."""

from __future__ import annotations

import pandas as pd

from ipsm_analytics.measures import COLUMNS
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.views.chart import Desk, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.values import interval_text, value_text


def readable(words: Words, frame: pd.DataFrame, item: Indicator) -> pd.DataFrame:
    """Dimension names, value, interval, numerator, denominator and status in words."""
    dimensions = [name for name in map(str, frame.columns) if name not in COLUMNS and not name.startswith("kode_")]
    table = pd.DataFrame({words(f"pilahan.{name}"): _dimension(words, name, frame[name]) for name in dimensions})
    table[f"{item.short} ({item.unit})"] = [
        value_text(words, value, status, item) for value, status in zip(frame["value"], frame["status"], strict=True)
    ]
    if item.interval:
        table[words("tabel.selang")] = [
            interval_text(words, low, high, item) for low, high in zip(frame["lower"], frame["upper"], strict=True)
        ]
        table[item.numerator_name.capitalize()] = [words.number(value) for value in frame["numerator"]]
        table[item.denominator_name.capitalize()] = [words.number(value) for value in frame["denominator"]]
    table[words("tabel.status")] = [words(f"status.{status}") for status in frame["status"]]
    return table


def _dimension(words: Words, name: str, values: pd.Series) -> list[str]:
    if name in ("kelompok", "kategori"):
        return [slice_name(words, code) for code in values]
    return [str(value) for value in values]


def export_frame(desk: Desk, frame: pd.DataFrame, item: Indicator) -> pd.DataFrame:
    """A download: codes and numbers as they are, with indicator, unit, source, cut-off and version on every row."""
    return frame.assign(
        indikator=item.id,
        satuan=item.unit,
        sumber=item.source,
        data_sampai=str(desk.cube.cutoff or ""),
        versi_data=desk.cube.version,
        tanda=SAMPLE_MARK if desk.cube.sample_cases else "",
    )
