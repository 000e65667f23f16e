"""The annex of numbers: every figure of a meeting with its code, what it counts, its interval and state, and what it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ipsm_analytics.cube import month_label
from ipsm_analytics.export.cells import HEAD, print_wide, workbook_bytes
from ipsm_analytics.materials.files import whole
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.agenda.parts import Deck, Number, Slide
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.glossary import indicator_rows
from ipsm_analytics.views.i18n import Words

COLUMNS = (
    ("paspor", 34),
    ("indikator", 11),
    ("nama", 34),
    ("kode_wilayah", 14),
    ("wilayah", 34),
    ("kode_bagian", 14),
    ("bagian", 24),
    ("dari", 10),
    ("sampai", 10),
    ("ciri", 22),
    ("nilai", 12),
    ("bawah", 12),
    ("atas", 12),
    ("pembilang", 12),
    ("penyebut", 12),
    ("satuan", 22),
    ("keadaan", 20),
    ("lembar", 44),
)
"""Columns of the sheet of numbers, by the end of their key in the catalogue, with their widths."""
FIGURES = ("nilai", "bawah", "atas", "pembilang", "penyebut")


def workbook(deck: Deck, words: Words, link: Callable[[str], str]) -> bytes:
    """XLSX with four sheets: cover, numbers, slides, definitions.

    A number that is withheld or missing is an empty cell beside its state.
    """

    def fill(book: xlsxwriter.Workbook) -> None:
        book.set_properties({"title": deck.title, "comments": deck.code})
        head = book.add_format(dict(HEAD))
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _cover(book, deck, words, wrapped)
        _numbers(book, deck, words, head, link)
        _slides(book, deck, words, head, wrapped)
        _definitions(book, deck, words, head, wrapped)

    return workbook_bytes(fill)


def write(deck: Deck, out: Path, link: Callable[[str], str], words: Words | None = None) -> None:
    """Writes the annex, whole or not at all; raises UserError for a place that cannot be written."""
    with whole(out) as unfinished:
        unfinished.write_bytes(workbook(deck, words or Words(), link))


def number_row(number: Number, words: Words, shown: Sequence[Slide]) -> dict[str, str | float | None]:
    """What stands in the columns for one number; None where there is none."""
    question, item = number.question, indicator(number.question.indicator)
    window = question.window
    filters = [
        *(value for value in (question.sex, question.age) if value),
        *(f"{name}={label}" for name, label in question.traits),
    ]
    figures = {
        "nilai": number.value,
        "bawah": number.lower,
        "atas": number.upper,
        "pembilang": number.numerator,
        "penyebut": number.denominator,
    }
    return {
        "paspor": number.passport,
        "indikator": item.id,
        "nama": item.title,
        "kode_wilayah": question.area,
        "wilayah": areas.label(question.area),
        "kode_bagian": question.slice,
        "bagian": slice_name(words, question.slice),
        "dari": month_label(window.first) if window else None,
        "sampai": month_label(window.last) if window else None,
        "ciri": ", ".join(filters),
        "satuan": item.unit,
        "keadaan": words(f"status.{number.status}"),
        "lembar": "; ".join(dict.fromkeys(slide.title for slide in shown)),
        **{name: None if math.isnan(value) else value for name, value in figures.items()},
    }


def _cover(book: xlsxwriter.Workbook, deck: Deck, words: Words, wrapped: Format) -> None:
    sheet = book.add_worksheet(words("lampiran.sampul"))
    sheet.set_column(0, 0, 24, wrapped)
    sheet.set_column(1, 1, 90, wrapped)
    sheet.write_string(0, 0, deck.title, book.add_format({"bold": True, "font_size": 16}))
    rows = [
        (words("rakor.lingkup"), deck.place),
        (words("rakor.periode"), deck.period),
        (words("lampiran.data"), deck.cutoff),
        (words("lampiran.bekuan"), deck.code),
        (words("lampiran.jumlah"), words.number(len(deck.numbers))),
        (words("lampiran.sensor"), words("lampiran.sensor_isi")),
        (words("lampiran.kode"), words("lampiran.kode_isi")),
    ]
    for line, (label, text) in enumerate([(deck.mark, ""), *rows] if deck.mark else rows, start=2):
        sheet.write_string(line, 0, label, book.add_format({"bold": True, "valign": "top"}))
        sheet.write_string(line, 1, text, wrapped)
    print_wide(sheet)


def _numbers(book: xlsxwriter.Workbook, deck: Deck, words: Words, head: Format, link: Callable[[str], str]) -> None:
    sheet = book.add_worksheet(words("lampiran.angka"))
    _heads(sheet, [(words(f"lampiran.kolom.{name}"), width) for name, width in COLUMNS], head)
    where: dict[str, list[Slide]] = {}
    for slide in deck.slides:
        for number in slide.numbers:
            where.setdefault(number.passport, []).append(slide)
    decimals = {places: book.add_format({"num_format": f"#,##0{'.' * bool(places)}{'0' * places}"}) for places in range(4)}
    grey = book.add_format({"font_color": "#5B6770", "italic": True})
    blue = book.add_format({"font_color": "#0B3C5D", "underline": True})
    for line, number in enumerate(deck.numbers, start=1):
        places = decimals[min(indicator(number.question.indicator).decimals, 3)]
        for place, (name, value) in enumerate(_ordered(number_row(number, words, where[number.passport]))):
            if name == "paspor":
                sheet.write_url(line, place, link(number.passport), blue, number.passport)
            elif isinstance(value, float):
                sheet.write_number(line, place, value, decimals[0] if name in ("pembilang", "penyebut") else places)
            elif value:
                sheet.write_string(line, place, value, grey if name == "keadaan" and number.status is not Status.OK else None)
    sheet.autofilter(0, 0, max(len(deck.numbers), 1), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 1)
    print_wide(sheet)


def _ordered(row: dict[str, str | float | None]) -> list[tuple[str, str | float | None]]:
    return [(name, row[name]) for name, _ in COLUMNS]


def _slides(book: xlsxwriter.Workbook, deck: Deck, words: Words, head: Format, wrapped: Format) -> None:
    sheet = book.add_worksheet(words("lampiran.lembar"))
    _heads(
        sheet,
        [("#", 5), *((words(f"lampiran.{name}"), width) for name, width in (("pesan", 60), ("kalimat", 70), ("konteks", 60)))],
        head,
    )
    for line, slide in enumerate(deck.slides, start=1):
        sheet.write_number(line, 0, line, wrapped)
        for place, text in enumerate((slide.title, "\n".join(slide.bullets), slide.context), start=1):
            sheet.write_string(line, place, text, wrapped)
    sheet.freeze_panes(1, 0)
    print_wide(sheet)


def _definitions(book: xlsxwriter.Workbook, deck: Deck, words: Words, head: Format, wrapped: Format) -> None:
    sheet = book.add_worksheet(words("lampiran.definisi"))
    used = list(dict.fromkeys(number.question.indicator for number in deck.numbers))
    labels = [label for label, _ in indicator_rows(words, indicator("K01"))]
    _heads(
        sheet,
        [(words("lampiran.kolom.indikator"), 11), (words("lampiran.kolom.nama"), 34), *((label, 38) for label in labels)],
        head,
    )
    for line, code in enumerate(sorted(used), start=1):
        item = indicator(code)
        for place, text in enumerate((item.id, item.title, *(text for _, text in indicator_rows(words, item)))):
            sheet.write_string(line, place, text, wrapped)
    sheet.freeze_panes(1, 2)
    print_wide(sheet)


def _heads(sheet: Worksheet, columns: Sequence[tuple[str, int]], head: Format) -> None:
    for place, (name, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, head)
