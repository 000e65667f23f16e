"""The brief of a meeting on A4: the same messages, figures and numbers as its slides, with what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import ceil, isnan
from pathlib import Path
from typing import Any

from ipsm_analytics.config import settings
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import codes, drawing, letters, svg
from ipsm_analytics.materials.files import check_target, whole
from ipsm_analytics.materials.paper import Press
from ipsm_analytics.rakor.passport import Passport
from ipsm_analytics.rakor.snapshot import LIVE
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.agenda.parts import (
    AreaMap,
    Bars,
    Cards,
    Deck,
    Figure,
    Grid,
    Lines,
    Number,
    Slide,
    Waterfall,
    numbers_of,
)
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.i18n import Words

Link = Callable[[str], str]
"""Address of a passport's code."""
METHOD = "metode"
LONG_GRID = 18
"""Rows of a table from which it may break over pages."""
AREA_COLUMNS, MOST_SERIES = 3, 7
GUTTER, DRAWN, GRID_TEXT = 14.0, 190.0, 8.5
"""Points between two pictures, those a map, cards or lines need at least, and the size of a table's text."""
_SHORT_CELL = 14
_CODE = re.compile(r"(RK-|v)([0-9]+)")
"""A snapshot, or a data version where nothing was frozen."""


def linked(code: str) -> str:
    """The page Paspor of the dashboard as it is reached (IPSM_ADDRESS)."""
    return codes.link(code, settings())


def write(deck: Deck, out: Path, link: Link = linked, words: Words | None = None) -> None:
    """Writes the brief as PDF, whole or not at all.

    Args:
        link: gives the address behind a passport's QR code.
        words: language of what the brief itself says; that of the deck.

    Raises UserError for a deck without slides, a suffix that is not .pdf or a place that cannot be written.
    """
    check_target(out, (".pdf",))
    made = pdf(deck, link, words or Words())
    with whole(out) as path:
        path.write_bytes(made)


def pdf(deck: Deck, link: Link = linked, words: Words | None = None) -> bytes:
    """The brief as one tagged PDF; raises UserError for a deck without slides."""
    if not deck.slides:
        raise UserError("Rakor ini tidak memuat satu slaid pun.", found=deck.title, action="tampilkan lagi butir acaranya")
    return Press("brief").pdf(content(deck, link, words or Words()))


def content(deck: Deck, link: Link, words: Words) -> dict[str, Any]:
    """Everything the layout sets, as JSON holds it."""
    foot = " · ".join(part for part in (deck.cutoff, deck.code, deck.mark) if part)
    named = ("passport", "qr", "behind", "behind_about", "definitions")
    keys = ("paspor", "qr", "di_balik", "di_balik_cara", "definisi")
    return {
        "language": words.language,
        "author": words("dokumen.pembuat"),
        "title": deck.title,
        "kicker": words("dokumen.jenis"),
        "place": deck.place,
        "period": deck.period,
        "cutoff": deck.cutoff,
        "mark": deck.mark,
        "code": deck.code,
        "footer": foot,
        "page": words("dokumen.halaman", x="{x}", y="{y}"),
        "labels": {
            **{name: words(f"dokumen.{key}") for name, key in zip(named, keys, strict=True)},
            "heads": [words(f"dokumen.kolom_{name}") for name in ("kode", "nama", "rumus", "catatan")],
        },
        "slides": [_slide(deck, slide, link, words) for slide in deck.slides if not _defined(slide)],
        "behind": _behind(deck, words),
        "definitions": _definitions(deck),
    }


def _defined(slide: Slide) -> bool:
    """True for the table of indicators: the brief ends with one that says more."""
    return slide.item == METHOD and isinstance(slide.figure, Grid)


def _slide(deck: Deck, slide: Slide, link: Link, words: Words) -> dict[str, Any]:
    code = slide_code(deck, slide)
    passport = {"code": code, "address": link(code), "svg": codes.qr_svg(link(code))} if code else None
    return {
        "title": slide.title,
        "pictures": _pictures(slide, words),
        "bullets": list(slide.bullets),
        "context": slide.context,
        "passport": passport,
        "long": any(isinstance(one, Grid) and len(one.rows) > LONG_GRID for one in (slide.figure, slide.beside)),
    }


def slide_code(deck: Deck, slide: Slide) -> str:
    """Passport of what a slide as a whole answers; '' for one that answers nothing."""
    known = _CODE.fullmatch(deck.code)
    if known is None or slide.question is None or slide.question.window is None:
        return ""
    number = int(known[2])
    places = (number, 0) if known[1] == "RK-" else (LIVE, number)
    return Passport(replace(slide.question, by=(), spans=()), *places).code


def _pictures(slide: Slide, words: Words) -> list[list[dict[str, Any]]]:
    """Rows of pictures: side by side where both are narrow enough, else one under the other."""
    shown = [one for one in (slide.figure, slide.beside) if one is not None]
    needed = [least_width(one) for one in shown]
    spare = drawing.WIDTH - GUTTER - sum(needed)
    if len(shown) == 2 and spare >= 0:
        growing = [0.0 if isinstance(one, Grid) else least for one, least in zip(shown, needed, strict=True)]
        shares = (
            [least + spare * part / sum(growing) for least, part in zip(needed, growing, strict=True)] if any(growing) else needed
        )
        pairs = list(zip(shown, shares, strict=True))
        rows = [svg.size_of(drawing.draw(one, words, share))[1] for one, share in pairs if isinstance(one, Bars)]
        return [[_picture(one, slide, words, share, max(rows, default=0.0)) for one, share in pairs]]
    return [[_picture(one, slide, words, drawing.WIDTH)] for one in shown]


def least_width(figure: Figure) -> float:
    """Points a picture needs at least, so that nothing of it is cut or folded."""
    match figure:
        case Grid():
            columns = [tuple(letters.width(cell, GRID_TEXT) for cell in row) for row in zip(*figure.rows, strict=True)]
            heads = [letters.width(head, GRID_TEXT, bold=True) for head in figure.heads]
            return sum(max(head, *column) + 8.5 for head, column in zip(heads, columns, strict=True)) if columns else sum(heads)
        case Bars():
            return drawing.least_width(figure.names, figure.texts)
        case Waterfall(steps):
            return drawing.least_width([step.name for step in steps], [step.text for step in steps])
        case _:
            return DRAWN


def _picture(figure: Figure, slide: Slide, words: Words, width: float, height: float = 0.0) -> dict[str, Any]:
    """What the layout sets of one picture; lines beside rows are as high as those."""
    grid = None
    if isinstance(figure, Grid):
        grid = {**_grid(figure.heads, figure.rows, figure.figures), "widths": _widths(figure)}
    return {"svg": drawing.draw(figure, words, width, height), "alt": alt(figure, slide, words), "grid": grid, "share": width}


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]], figures: frozenset[int]) -> dict[str, Any]:
    return {"heads": list(heads), "rows": [list(row) for row in rows], "figures": sorted(figures)}


def _widths(grid: Grid) -> list[float | None]:
    """Columns of short texts as wide as their texts; the others share what is left."""
    columns = list(zip(*grid.rows, strict=True)) if grid.rows else [() for _ in grid.heads]
    longest = [max(map(len, column), default=0) for column in columns]
    return [
        None if length <= _SHORT_CELL or place in grid.figures else float(min(length, 60)) for place, length in enumerate(longest)
    ]


def alt(figure: Figure, slide: Slide, words: Words) -> str:
    """What a picture shows, for those who hear the paper."""
    match figure:
        case Cards(cards):
            told = [f"{card.name} {card.number.text} {card.unit}" for card in cards]
        case Bars():
            told = [f"{name} {text}" for name, text in zip(figure.names, figure.texts, strict=True)]
        case Lines():
            told = [series.name for series in figure.series if series.name]
        case Waterfall(steps):
            told = [f"{step.name} {step.text}" for step in steps]
        case AreaMap():
            told = [f"{entry.label}: {entry.count}" for entry in figure.legend]
        case _:
            told = []
    return words("dokumen.alt", judul=slide.title, isi="; ".join(told))


def _behind(deck: Deck, words: Words) -> list[dict[str, Any]]:
    """The numbers that pictures show as marks only, as tables; those only spoken of, as lists; each number once."""
    told: set[str] = set()
    parts: list[dict[str, Any]] = []
    for slide in deck.slides:
        for figure in (slide.figure, slide.beside):
            fresh = {number.passport for number in numbers_of(figure)} - told
            if fresh and isinstance(figure, Lines):
                parts += _months(figure, slide)
            elif fresh and isinstance(figure, AreaMap):
                named = [(areas.name(code), _told(number)) for code, number in figure.numbers.items()]
                parts.append(_items(slide.title, named))
            told |= fresh if isinstance(figure, Lines | AreaMap) else set()
    others = {number.passport: number for slide in deck.slides for number in unprinted(slide) if number.passport not in told}
    spoken = [(_named(one, words), _told(one)) for one in others.values()]
    return [*parts, _items(words("dokumen.juga"), spoken)] if spoken else parts


def _months(figure: Lines, slide: Slide) -> Iterator[dict[str, Any]]:
    for start in range(0, len(figure.series), MOST_SERIES):
        series = figure.series[start : start + MOST_SERIES]
        heads = ("", *(one.name or figure.unit for one in series))
        rows = [(month, *(_told(one.numbers[place]) for one in series)) for place, month in enumerate(figure.months)]
        grid = _grid(heads, rows, frozenset(range(1, len(heads))))
        yield {"title": slide.title, "grid": grid, "columns": 0, "items": []}


def _items(title: str, items: Sequence[tuple[str, str]]) -> dict[str, Any]:
    longest = max((len(name) + len(value) for name, value in items), default=0)
    columns = AREA_COLUMNS if longest <= 48 else 2
    rows = ceil(len(items) / columns)
    cells = [cell for row in range(rows) for item in items[row::rows] for cell in item]
    return {"title": title, "grid": None, "columns": columns, "items": cells}


def _named(number: Number, words: Words) -> str:
    """Indicator, of what, and when."""
    asked = number.question
    part = [] if asked.slice == ALL else [slice_name(words, asked.slice)]
    period = [words.window(asked.window)] if asked.window else []
    return ", ".join(dict.fromkeys((indicator(asked.indicator).short, *part, number.label, *period)))


def _told(number: Number) -> str:
    """The number with its interval, where it has one."""
    return f"{number.text} ({number.interval})" if number.known and not isnan(number.lower) else number.text


def unprinted(slide: Slide) -> tuple[Number, ...]:
    """Numbers of a slide that no figure, table or sentence of it prints."""
    figures = (slide.figure, slide.beside)
    drawn = {number.passport for figure in figures for number in numbers_of(figure)}
    printed = [text for figure in figures for text in _printed(figure)]
    written = " ".join((slide.title, *slide.bullets, *printed))
    kept = {number.passport: number for number in slide.numbers if number.text not in written and number.passport not in drawn}
    return tuple(kept.values())


def _printed(figure: Figure | None) -> Iterator[str]:
    match figure:
        case Bars():
            yield from figure.texts
        case Grid():
            yield from (cell for row in figure.rows for cell in row)
        case Waterfall(steps):
            yield from (step.text for step in steps)


def _definitions(deck: Deck) -> list[list[str]]:
    """A row an indicator that is asked for anywhere in the deck, in the order of the catalogue of indicators."""
    asked = [number.question for number in deck.numbers] + [slide.question for slide in deck.slides if slide.question]
    found = map(indicator, sorted({question.indicator for question in asked}))
    return [[item.id, f"{item.title} ({item.unit})", item.formula, f"{item.note} [{item.source}]".strip()] for item in found]
