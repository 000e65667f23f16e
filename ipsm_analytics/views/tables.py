"""Query frames as readable tables and as downloads that keep codes and status."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ipsm_analytics.measures import COLUMNS, Query
from ipsm_analytics.measures.cells import cell_of
from ipsm_analytics.rakor.passport import Passport
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


def exported(desk: Desk, question: Query, item: Indicator) -> pd.DataFrame:
    """The answer to a question as it may leave the office, each row with the passport of its number."""
    return with_passports(desk, question, export_frame(desk, desk.released(question), item))


def with_passports(desk: Desk, question: Query, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the rows of a question's answer, and the passport of each."""
    return frame.assign(paspor=[number_code(desk, cell_of(question, row)) for row in frame.to_dict("records")])


def number_code(desk: Desk, cell: Query) -> str:
    """The passport of a number of the data on the screen, which belong to no meeting; '' where there are no data."""
    window = cell.window or desk.facts.span
    return Passport(replace(cell, window=window), version=desk.cube.version).code if window else ""


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
