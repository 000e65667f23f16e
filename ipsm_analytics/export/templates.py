"""Workbooks to fill in: one data sheet with drop-down lists, one of help, one of the lists themselves."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import xlsxwriter
import yaml
from xlsxwriter.utility import xl_col_to_name

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.reference import areas, categories, choices

ROWS = 2_000
DATA, HELP, LISTS = "Isian", "Petunjuk", "Daftar"
DATE_FORMAT = "dd/mm/yyyy"


@dataclass(frozen=True)
class Column:
    """One column: whether it must be filled, what belongs in it, an example, the list or type of its cells."""

    name: str
    required: bool
    meaning: str
    example: str
    options: str


@dataclass(frozen=True)
class Template:
    """One workbook to fill in; `kind` is the format that will recognise it."""

    kind: str
    title: str
    columns: tuple[Column, ...]


@cache
def templates() -> Mapping[str, Template]:
    """All templates by kind."""
    raw = yaml.safe_load((settings().reference / "templat.yml").read_text(encoding="utf-8"))
    return {
        kind: Template(
            kind,
            entry["judul"],
            tuple(Column(name, row[0] is True or row[0] == "ya", *row[1:]) for name, row in entry["kolom"].items()),
        )
        for kind, entry in raw.items()
    }


def option_lists() -> dict[str, tuple[str, ...]]:
    """Every list a cell may be chosen from."""
    return {
        "kelurahan": tuple(sorted({item.name for item in areas.kelurahan().values()})),
        "kecamatan": tuple(sorted(areas.kecamatan().values())),
        "kategori": tuple(item.name for item in categories.categories().values()),
        "kanal": schema.CHANNELS,
        "status": schema.STATUSES,
        "status_sicadas": ("Menunggu Foto", "Kasus Aktif", "Selesai Ditangani", "Selesai"),
        "jk": schema.SEXES,
        "ya_tidak": ("ya", "tidak"),
        "status_padan": schema.MATCH_STATES,
        "fokus": schema.FOCUS,
        "hasil": schema.OUTCOMES,
        **{name: choices.values(name) for name in ("sub_disabilitas", "program_diterima", "opd_rujukan")},
    }


def workbook(kind: str) -> bytes:
    """The XLSX of a template; raises UserError naming those that exist."""
    if kind not in templates():
        raise UserError("Templat tidak ada.", found=kind, allowed=", ".join(templates()), action="pilih salah satu")
    template, buffer = templates()[kind], io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": DATE_FORMAT}) as book:
        data, helping, lists = (book.add_worksheet(name) for name in (DATA, HELP, LISTS))
        ranges = _write_lists(book, lists)
        lists.hide()
        _write_data(book, data, template, ranges)
        _write_help(book, helping, template)
    return buffer.getvalue()


def _write_lists(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> dict[str, str]:
    """Writes every list as a column; returns the cell range of each."""
    bold, ranges = book.add_format({"bold": True}), {}
    for position, (name, values) in enumerate(option_lists().items()):
        sheet.write_string(0, position, name, bold)
        sheet.write_column(1, position, values)
        column = xl_col_to_name(position, col_abs=True)
        ranges[name] = f"={LISTS}!{column}$2:{column}${len(values) + 1}"
    sheet.set_column(0, len(ranges) - 1, 28)
    return ranges


def _write_data(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, template: Template, ranges: Mapping[str, str]
) -> None:
    formats = {
        True: book.add_format({"bold": True, "bg_color": "#0B3C5D", "font_color": "#FFFFFF", "border": 1}),
        False: book.add_format({"bold": True, "bg_color": "#DCE6EC", "border": 1}),
    }
    day, text = book.add_format({"num_format": DATE_FORMAT}), book.add_format({"num_format": "@"})
    for position, column in enumerate(template.columns):
        sheet.write_string(0, position, column.name, formats[column.required])
        sheet.set_column(position, position, max(14, len(column.name) + 2), day if column.options == "tanggal" else text)
        if column.options in ranges:
            sheet.data_validation(1, position, ROWS, position, _choice(column, ranges[column.options]))
    sheet.freeze_panes(1, 0)


def _choice(column: Column, source: str) -> dict[str, str]:
    """A drop-down that warns but lets through: several values in one cell are allowed, intake judges them."""
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "input_title": column.name[:32],
        "input_message": column.meaning[:255],
        "error_title": "Tidak ada dalam daftar",
        "error_message": "Pilih dari daftar. Beberapa nilai dipisah titik koma (;).",
    }


def _write_help(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, template: Template) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, f"{template.title}: isi lembar {DATA}, satu baris satu catatan. Kolom gelap wajib diisi.", bold)
    sheet.write_row(2, 0, ("kolom", "wajib", "contoh"), bold)
    sheet.write_string(2, 3, "isi", bold)
    for row, column in enumerate(template.columns, start=3):
        sheet.write_row(row, 0, (column.name, "ya" if column.required else "tidak", column.example), wrap)
        sheet.write_string(row, 3, column.meaning, wrap)
    sheet.set_column(0, 2, 24)
    sheet.set_column(3, 3, 90)
