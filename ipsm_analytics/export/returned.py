"""Refused rows as a workbook for their sender: every cell as sent, what is wrong beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ipsm_analytics.config import Settings
from ipsm_analytics.export.cells import HEAD, print_wide, row_points, workbook_bytes
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.quarantine import RefusedRow, opened
from ipsm_analytics.reference.reasons import reasons
from ipsm_analytics.schema import RETURN_COLUMNS

WIDTHS = (46, 46, 13, 36)
NARROWEST, WIDEST = 10, 32
INSTRUCTIONS = (
    "Lembar Perbaikan memuat baris yang belum dapat diterima, dengan isi persis seperti yang Anda kirim.",
    "Sel berwarna kuning perlu dibetulkan; arahkan penunjuk ke sel itu untuk membaca alasannya.",
    "Kolom ALASAN memuat semua alasan satu baris, kolom SARAN memuat cara membetulkannya.",
    "Betulkan langsung pada selnya, simpan sebagai XLSX, lalu kirim berkas ini kembali tanpa baris yang sudah diterima.",
    "Kolom ALASAN, SARAN, dan BARIS ASAL boleh dibiarkan; jangan ubah kolom ID BARIS: dengan itu baris lama dianggap selesai.",
)


@dataclass(frozen=True)
class ReturnedRow:
    """One refused row.

    Attributes:
        row_id: its key in the quarantine, by which the corrected row settles it.
        row_number: its row in the sender's file.
        place: where it stands there; '' where its number says it all.
        cells: the sender's own columns in order, as sent.
        problems: (column, message, suggestion); a column the row does not have stands for the row as a whole.
    """

    row_id: str
    row_number: int
    place: str
    cells: Mapping[str, str]
    problems: Sequence[tuple[str, str, str]]

    def own_cells(self) -> tuple[str, str, str, str]:
        """Texts of RETURN_COLUMNS, one line a problem; a line said twice is written once."""
        messages, suggestions = ("\n".join(dict.fromkeys(filter(None, (one[part] for one in self.problems)))) for part in (1, 2))
        return messages, suggestions, self.place or f"baris {self.row_number}", self.row_id


def returned_files(waiting: pd.DataFrame, settings: Settings) -> dict[str, bytes]:
    """File name -> workbook of refused rows, one for each import among rows of `quarantine.waiting`."""
    files = {}
    rows = {row.row_id: _returned(row) for row in opened(list(waiting["row_id"]), settings)}
    for (import_id, file), listed in waiting.groupby(["import_id", "file"], sort=False):
        sha256, _, kind = str(import_id).partition("-")
        name = f"kembali_{PurePath(str(file)).stem}_{kind}_{sha256[:6]}.xlsx"
        files[name] = workbook([rows[row_id] for row_id in listed["row_id"]], f"Baris yang perlu dibetulkan dari {file}")
    return files


def _returned(row: RefusedRow) -> ReturnedRow:
    known = reasons()
    faults = [one for one in row.problems if one.refuses or one.warns]
    problems = [
        (one.column, _reason(one, known[one.code].message), _suggestion(one.allowed, known[one.code].action)) for one in faults
    ]
    return ReturnedRow(row.row_id, row.row_number, next((one.place for one in row.problems), ""), row.cells, problems)


def _reason(problem: Problem, message: str) -> str:
    return f"{problem.column}: {message}" + (f" Ditemukan: {problem.found}." if problem.found else "")


def _suggestion(allowed: str, action: str) -> str:
    return f"{action[:1].upper()}{action[1:]}." + (f" Yang diterima: {allowed}." if allowed else "")


def workbook(rows: Sequence[ReturnedRow], title: str) -> bytes:
    """XLSX of refused rows: sheet 'Perbaikan' with the sender's columns and RETURN_COLUMNS, sheet 'Petunjuk'."""

    def fill(book: xlsxwriter.Workbook) -> None:
        book.set_properties({"title": title})
        _write_rows(book, rows)
        _write_instructions(book, title)

    return workbook_bytes(fill)


def _columns(rows: Sequence[ReturnedRow]) -> list[str]:
    """The senders' columns in order of first appearance; what an earlier return added is written anew."""
    return [name for name in dict.fromkeys(name for row in rows for name in row.cells) if name not in RETURN_COLUMNS]


def _write_rows(book: xlsxwriter.Workbook, rows: Sequence[ReturnedRow]) -> None:
    sheet = book.add_worksheet("Perbaikan")
    columns = _columns(rows)
    head = book.add_format(dict(HEAD))
    plain = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    wrong = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True, "bg_color": "#FFC000"})
    for place, name in enumerate((*columns, *RETURN_COLUMNS)):
        sheet.write_string(0, place, name, head)
    widths = [*(_width(name, rows) for name in columns), *WIDTHS]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, plain)
    for line, row in enumerate(rows, start=1):
        sheet.set_row(line, row_points((*(row.cells.get(name, "") for name in columns), *row.own_cells()), widths))
        _write_row(sheet, line, row, columns, plain, wrong)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) + len(RETURN_COLUMNS) - 1)
    print_wide(sheet)


def _width(name: str, rows: Sequence[ReturnedRow]) -> int:
    longest = max(len(text) for text in (name, *(row.cells.get(name, "") for row in rows)))
    return min(max(longest + 3, NARROWEST), WIDEST)


def _write_row(sheet: Worksheet, line: int, row: ReturnedRow, columns: Sequence[str], plain: Format, wrong: Format) -> None:
    for place, name in enumerate(columns):
        notes = [message for column, message, _ in row.problems if column == name]
        sheet.write_string(line, place, row.cells.get(name, ""), wrong if notes else plain)
        if notes:
            sheet.write_comment(line, place, "\n".join(dict.fromkeys(notes)), {"x_scale": 2})
    for place, text in enumerate(row.own_cells(), start=len(columns)):
        sheet.write_string(line, place, text, plain)


def _write_instructions(book: xlsxwriter.Workbook, title: str) -> None:
    sheet = book.add_worksheet("Petunjuk")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 90, wrapped)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14, "text_wrap": True}))
    for line, text in enumerate(INSTRUCTIONS, start=1):
        sheet.write_string(line, 0, text, wrapped)
    print_wide(sheet)
