"""Key figures and tables of a slide, as shapes and as PowerPoint's own table; lengths in EMU, sizes in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.oxml import parse_xml
from pptx.util import Emu

from ipsm_analytics.materials import letters
from ipsm_analytics.materials.shapes import INCH, NAMESPACES, POINT, Letters, Rect, Sheet, paragraph, preset, solid, stroke
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import Card, Cards, Grid
from ipsm_analytics.views.i18n import MISSING, Words

_GAP = INCH // 6
_PAD = INCH // 8
SIDE = 6.0
"""Points left free at the sides of a cell."""
_LARGEST_CELL, _LARGEST_CARD, _LEAST_CARD = 18.0, 40.0, 22.0
_STRIPE = "#F3F6F8"


def cards(sheet: Sheet, figure: Cards, box: Rect, words: Words) -> None:
    """Key figures in rows of equal boxes: name, value with its unit, interval, change."""
    if not figure.cards:
        return
    across = _across(len(figure.cards), box)
    rows = box.rows([1] * math.ceil(len(figure.cards) / across), _GAP)
    places = [place for row in rows for place in row.columns([1] * across, _GAP)]
    room = places[0].inset(_PAD).points
    largest = _LARGEST_CARD
    while largest > _LEAST_CARD and any(_height(_lines_of(card, largest, words), room) > room[1] for card in figure.cards):
        largest -= 1
    for card, place in zip(figure.cards, places, strict=False):
        sheet.put(_card(sheet, card, place, largest, words))


def _height(lines: Sequence[Letters], room: tuple[float, float]) -> float:
    """Height of lines below each other; infinite where a word is too wide."""
    if any(letters.width(word, line.size, bold=line.bold) > room[0] for line in lines for word in line.text.split()):
        return math.inf
    return sum(letters.height([line.text], line.size, room[0], bold=line.bold) for line in lines)


def _across(count: int, box: Rect) -> int:
    """Cards in a row: boxes about one and a half times as wide as high, few places left empty in the last row."""
    return min(range(1, count + 1), key=lambda across: abs(_proportion(count, across, box) - 1.6) + 2 * (-count % across) / count)


def _proportion(count: int, across: int, box: Rect) -> float:
    return (box.width / across) / (box.height / math.ceil(count / across))


def _card(sheet: Sheet, card: Card, place: Rect, largest: float, words: Words) -> str:
    look = solid(style.PAPER) + stroke(style.GRID, 1.0)
    ground = sheet.shape(place, preset(), look, f"Kotak {card.name}")
    edge = sheet.shape(Rect(place.left, place.top, INCH // 16, place.height), preset(), solid(style.TEAL), f"Tepi {card.name}")
    inner = place.inset(_PAD)
    lines = _lines_of(card, largest, words)
    room = inner.points
    if _height(lines, room) > room[1]:
        rest = room[1] - sum(letters.height([line.text], line.size, room[0], bold=line.bold) for line in lines[:2])
        lines = lines[:2] + _as_fits(lines[2:], (room[0], rest))
    text = sheet.words(inner, lines, f"Angka {card.name}", anchor="ctr")
    told = " ".join(line.text for line in lines)
    return sheet.group(place, (ground, edge, text), card.name, told)


def _lines_of(card: Card, largest: float, words: Words) -> list[Letters]:
    number = card.number
    size = largest if number.known else min(largest, 24.0)
    lines = [Letters(card.name, 16, style.MUTED, bold=True), Letters(number.text, size, style.NAVY, bold=True)]
    unit = card.unit if number.known else ""
    if number.interval not in ("", MISSING) and number.known:
        unit = f"{unit} ({words('materi.selang', selang=number.interval)})".strip()
    return lines + [Letters(text, letters.SMALLEST) for text in (unit, card.change) if text]


def _as_fits(lines: Sequence[Letters], room: tuple[float, float]) -> list[Letters]:
    """The lines as far as they fit, the last one cut."""
    found: list[Letters] = []
    rest = room[1]
    for line in lines:
        one = letters.LINE * line.size
        if rest < one:
            break
        text = letters.cut(line.text, line.size, (room[0], rest))
        found.append(Letters(text, line.size, line.fill, line.bold))
        rest -= letters.height([text], line.size, room[0])
    return found


def grid(sheet: Sheet, figure: Grid, box: Rect, told: str) -> None:
    """A table with a dark head and striped rows, columns as wide as their texts need, figures to the right."""
    size = grid_size(figure, box)
    wides = widths(figure, box.points[0], size)
    heights = _heights(figure, wides, size)
    place = (Emu(box.left), Emu(box.top), Emu(round(sum(wides) * POINT)), Emu(round(sum(heights) * POINT)))
    graphic: Any = sheet.page.shapes.add_table(len(figure.rows) + 1, len(figure.heads), *place)
    described = graphic.element.xpath("p:nvGraphicFramePr/p:cNvPr")[0]
    described.set("descr", told)
    described.set("id", str(sheet.number()))
    table = graphic.table
    for place_of, wide in enumerate(wides):
        table.columns[place_of].width = Emu(round(wide * POINT))
    for place_of, high in enumerate(heights):
        table.rows[place_of].height = Emu(round(high * POINT))
    for down, texts in enumerate((figure.heads, *figure.rows)):
        for cell, (across, text) in zip(table.rows[down].cells, enumerate(texts), strict=True):
            _fill(cell._tc, text, size, figures=across in figure.figures, down=down)  # noqa: SLF001 - no other door to the element


def _fill(cell: Any, text: str, size: float, *, figures: bool, down: int) -> None:  # noqa: ANN401 - lxml's own
    fill = style.NAVY if down == 0 else _STRIPE if down % 2 == 0 else "#FFFFFF"
    ink = "#FFFFFF" if down == 0 else style.TEXT
    letter = Letters(text, size, ink, bold=down == 0, align="r" if figures else "l")
    for child in list(cell):
        cell.remove(child)
    edges = 'marL="{0}" marR="{0}" marT="{1}" marB="{1}"'.format(*(round(edge * POINT) for edge in (SIDE, edge(size))))
    cell.append(parse_xml(f"<a:txBody {NAMESPACES}><a:bodyPr/><a:lstStyle/>{paragraph(letter)}</a:txBody>"))
    cell.append(parse_xml(f'<a:tcPr {NAMESPACES} {edges} anchor="ctr">{solid(fill)}</a:tcPr>'))


def grid_size(figure: Grid, box: Rect) -> float:
    """The largest size of letters at which the table fits into a box; the smallest where none does."""
    size = _LARGEST_CELL
    while size > letters.SMALLEST and grid_height(figure, box, size) > box.points[1]:
        size -= 1
    return size


def grid_height(figure: Grid, box: Rect, size: float) -> float:
    """Height of the whole table in points."""
    return sum(_heights(figure, widths(figure, box.points[0], size), size))


def grid_fits(figure: Grid, box: Rect) -> bool:
    """True where a table fits into a box at the smallest size with no word broken."""
    least = sum(_least(column, letters.SMALLEST) for column in _columns(figure))
    return least <= box.points[0] and grid_height(figure, box, letters.SMALLEST) <= box.points[1]


def grid_pages(figure: Grid, box: Rect) -> list[Grid]:
    """The table in pieces that each fit into a box at the smallest size, about alike, the head on each."""
    head, *heights = _heights(figure, widths(figure, box.points[0], letters.SMALLEST), letters.SMALLEST)
    room = box.points[1] - head
    full = _runs(heights, room)
    even = _runs(heights, min(room, sum(heights) / len(full) + max(heights, default=0.0) / 2))
    runs = even if len(even) == len(full) else full
    return [Grid(figure.heads, figure.rows[first:last], figure.figures) for first, last in runs]


def _runs(heights: Sequence[float], room: float) -> list[tuple[int, int]]:
    """First row and end of each piece that fits."""
    ends, used = [0], 0.0
    for place, high in enumerate(heights):
        if used and used + high > room:
            ends.append(place)
            used = 0.0
        used += high
    return list(zip(ends, [*ends[1:], len(heights)], strict=True))


def widths(figure: Grid, room: float, size: float) -> list[float]:
    """Widths of columns: all their longest text where that fits, else what lies between longest word and text is shared."""
    columns = _columns(figure)
    full = [max(_wide(text, size, place == 0) for place, text in enumerate(column)) for column in columns]
    if sum(full) <= room:
        spare = (room - sum(full)) / len(full)
        return [width + spare for width in full]
    least = [_least(column, size) for column in columns]
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    more = [wanted - needed for wanted, needed in zip(full, least, strict=True)]
    share = (room - sum(least)) / sum(more)
    return [needed + extra * share for needed, extra in zip(least, more, strict=True)]


def _wide(text: str, size: float, bold: bool) -> float:
    return letters.width(text, size, bold=bold) + 2 * SIDE + 1


def edge(size: float) -> float:
    """Points left free above and below the text of a cell: little where a table is full."""
    return 1.8 if size <= letters.SMALLEST else 3.0


def _columns(figure: Grid) -> list[tuple[str, ...]]:
    return list(zip(figure.heads, *figure.rows, strict=True))


def _least(column: Sequence[str], size: float) -> float:
    """Width of the longest word of a column, its head in bold."""
    return max(_wide(word, size, place == 0) for place, text in enumerate(column) for word in text.split() or [""])


def _heights(figure: Grid, widths: Sequence[float], size: float) -> list[float]:
    return [
        max(letters.height([text], size, wide - 2 * SIDE, bold=place == 0) for text, wide in zip(row, widths, strict=True))
        + 2 * edge(size)
        for place, row in enumerate((figure.heads, *figure.rows))
    ]
