"""Cells another program opens: none of them is run as a formula, none becomes a link."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

_RUN = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*%?")
_TEXT_ONLY: Mapping[str, bool] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LINE_POINTS, TALLEST = 15, 409
HEAD: Mapping[str, object] = {
    "bold": True,
    "bg_color": "#1F3864",
    "font_color": "#FFFFFF",
    "text_wrap": True,
    "valign": "top",
}


def neutral(value: str) -> str:
    """The text with a leading apostrophe when a spreadsheet would run it; plain numbers and all else as they are."""
    return f"'{value}" if value.startswith(_RUN) and not _NUMBER.fullmatch(value) else value


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV that Excel opens by itself: UTF-8 with its mark, '\\r\\n', headers and texts neutral, no index."""
    return codecs.BOM_UTF8 + neutral_frame(frame).to_csv(index=False, lineterminator="\r\n").encode()


def neutral_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with every text and header neutral."""
    safe = frame.map(_neutral_text)
    safe.columns = [_neutral_text(name) for name in frame.columns]
    return safe


def _neutral_text(value: object) -> object:
    return neutral(value) if isinstance(value, str) else value


def workbook_bytes(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """The bytes of an XLSX that `fill` writes; a text in it is never taken for a formula, a link or a number."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, dict(_TEXT_ONLY)) as book:
        fill(book)
    return buffer.getvalue()


def row_points(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Points a row needs for its texts to wrap within columns that wide; not every program works that out by itself."""
    lines = [sum(1 + len(line) // width for line in text.split("\n")) for text, width in zip(texts, widths, strict=True)]
    return min(LINE_POINTS * max(lines), TALLEST)


def print_wide(sheet: Worksheet) -> None:
    """A4 across, as wide as one page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
