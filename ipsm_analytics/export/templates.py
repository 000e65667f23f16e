"""Templates to fill in: a data sheet with drop-down lists, its instructions, and the lists behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import xlsxwriter
import yaml
from xlsxwriter.utility import xl_col_to_name

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.export.cells import HEAD, print_wide, row_points, workbook_bytes
from ipsm_analytics.reference import areas, categories, choices, services
from ipsm_analytics.reference.statuses import statuses

TEMPLATES: Mapping[str, str] = {
    "kasus-lengkap": "templat_kasus_lengkap.xlsx",
    "laporan-bulanan": "templat_laporan_bulanan.xlsx",
    "roster-psm": "templat_daftar_psm.xlsx",
    "spm": "templat_laporan_spm.xlsx",
}
COLUMNS: Mapping[str, Sequence[str]] = {
    "kasus-lengkap": schema.TEMPLATE_COLUMNS,
    "laporan-bulanan": schema.MONTHLY_REPORT_COLUMNS,
    "roster-psm": schema.ROSTER_COLUMNS,
    "spm": schema.SPM_COLUMNS,
}
NUMBERS = {
    "usia": (0, 120),
    "desil": (1, 10),
    "kunjungan": (0, 10_000),
    "tahun": (2018, 2099),
    "terpenuhi": (0, schema.MOST_PERSONS),
    "sasaran": (0, schema.MOST_PERSONS),
}
SEVERAL = ("kategori", "sub_disabilitas", "program_diterima")
LAST_ROW = 5000
_GUIDE = (("Kolom", 20), ("Arti", 52), ("Wajib", 16), ("Yang diterima", 30), ("CONTOH (jangan disalin)", 24))


@cache
def descriptions() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Template -> column -> its texts 'arti', 'wajib', 'boleh', 'contoh'."""
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(
        (settings().reference / "templat.yml").read_text(encoding="utf-8")
    )
    return found


@cache
def lists() -> Mapping[str, tuple[str, ...]]:
    """Column -> what its drop-down list offers."""
    kelurahan = areas.kelurahan()
    return {
        "kode_kelurahan": tuple(kelurahan),
        "kelurahan": tuple(sorted({item.name for item in kelurahan.values()})),
        "kecamatan": tuple(areas.kecamatan().values()),
        "kode_kecamatan": tuple(areas.kecamatan()),
        "triwulan": tuple(f"TW{quarter}" for quarter in services.QUARTERS),
        "layanan": tuple(services.services()),
        "kategori": tuple(item.name for item in categories.categories().values()),
        "status": tuple(statuses()),
        "kanal": schema.CHANNELS,
        "status_padan": schema.MATCH_STATES,
        "fokus": schema.FOCUS,
        "hasil": schema.OUTCOMES,
        "terlantar": ("ya", "tidak"),
        "nihil": ("ya", "tidak"),
        **{name: choices.values(name) for name in ("jk", "sub_disabilitas", "program_diterima", "opd_rujukan", "organisasi")},
    }


def template(kind: str, rows: Sequence[Mapping[str, str | int | date]] = ()) -> bytes:
    """XLSX with sheets 'Isian' (empty, or `rows` by column), 'Petunjuk' and hidden 'Daftar'.

    Raises UserError for a kind that is not in TEMPLATES.
    """
    if kind not in TEMPLATES:
        raise UserError("Templat tidak dikenal.", found=kind, allowed=", ".join(TEMPLATES), action="pakai salah satunya")

    def fill(book: xlsxwriter.Workbook) -> None:
        _write_form(book, COLUMNS[kind], rows)
        _write_guide(book, kind)
        _write_lists(book, _listed(COLUMNS[kind]))

    return workbook_bytes(fill)


def _listed(columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name in lists()]


def _write_form(book: xlsxwriter.Workbook, columns: Sequence[str], rows: Sequence[Mapping[str, str | int | date]]) -> None:
    sheet, head = book.add_worksheet("Isian"), book.add_format(dict(HEAD))
    text, number, day = (book.add_format({"num_format": form}) for form in ("@", "0", "dd/mm/yyyy"))
    for place, name in enumerate(columns):
        form = day if _is_day(name) else number if name in NUMBERS else text
        sheet.write_string(0, place, name, head)
        sheet.set_column(place, place, max(len(name) + 3, 18 if name in (*lists(), "nik") else 14), form)
        if rule := _rule(name, columns):
            sheet.data_validation(1, place, LAST_ROW, place, rule)
        for line, row in enumerate(rows, start=1):
            value = row.get(name, "")
            if isinstance(value, date):
                sheet.write_datetime(line, place, value, day)
            elif isinstance(value, int):
                sheet.write_number(line, place, value, number)
            else:
                sheet.write_string(line, place, value, form)
    sheet.freeze_panes(1, 0)
    print_wide(sheet)


def _is_day(name: str) -> bool:
    return name.startswith("tgl_") or name == "aktif_sejak"


def _rule(name: str, columns: Sequence[str]) -> dict[str, object]:
    """What Excel checks in a column; one that takes several values, and days written out, are only warned about."""
    if name in lists():
        column = xl_col_to_name(_listed(columns).index(name), col_abs=True)
        source = f"=Daftar!{column}$2:{column}${len(lists()[name]) + 1}"
        return {"validate": "list", "source": source, "error_type": "warning" if name in SEVERAL else "stop"}
    if name in NUMBERS:
        low, high = NUMBERS[name]
        return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
    if _is_day(name):
        first = date(1900 if name == "tgl_lahir" else 2000, 1, 1)
        return {"validate": "date", "criteria": ">=", "value": first, "error_type": "warning"}
    return {}


def _write_guide(book: xlsxwriter.Workbook, kind: str) -> None:
    """One line a column; narrower than every form, so that it is never taken for one."""
    sheet, head = book.add_worksheet("Petunjuk"), book.add_format(dict(HEAD))
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    example = book.add_format({"text_wrap": True, "valign": "top", "italic": True, "font_color": "#7F7F7F"})
    for place, (title, width) in enumerate(_GUIDE):
        sheet.write_string(0, place, title, head)
        sheet.set_column(place, place, width)
    for line, name in enumerate(COLUMNS[kind], start=1):
        texts = [name, *(descriptions()[kind][name][part] for part in ("arti", "wajib", "boleh", "contoh"))]
        sheet.set_row(line, row_points(texts, [width for _, width in _GUIDE]))
        for place, text in enumerate(texts):
            sheet.write_string(line, place, text, example if place == len(texts) - 1 else plain)
    sheet.freeze_panes(1, 0)
    print_wide(sheet)


def _write_lists(book: xlsxwriter.Workbook, names: Sequence[str]) -> None:
    sheet = book.add_worksheet("Daftar")
    for place, name in enumerate(names):
        for line, text in enumerate((name, *lists()[name])):
            sheet.write_string(line, place, text)
    sheet.hide()
