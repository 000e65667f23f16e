"""A slide on the screen: one page of fixed proportions that every window shows as large as it can; lengths in its own points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ipsm_analytics.materials import blocks, document, drawing, letters, svg
from ipsm_analytics.materials.arrangement import BULLET_GAP, GAP, INDENT, LARGEST_ALONE, pages
from ipsm_analytics.materials.shapes import POINT, Rect
from ipsm_analytics.views.agenda.parts import AreaMap, Deck, Figure, Grid, Lines, Slide
from ipsm_analytics.views.i18n import Words

WIDE, HIGH = 960.0, 502.0
"""A screen of 1366 by 768 pixels without the row of controls: a point is 1,42 of its pixels."""
TITLE, MARK = (28.0, 8.0, 904.0, 60.0), 150.0
LARGEST_TITLE, SMALLEST_TITLE = 26.0, 18.0
BODY = (28.0, 80.0, 904.0, 382.0)
"""Left, top, width and height of the title and of everything below it; the mark of sample data takes from the title."""
LEAST_SCALE, LARGEST_SCALE = 1.5, 2.6
"""Points of the screen for one of a drawing: its smallest letters (8) are 12 of the screen's, 17 pixels on 1366."""
PHONE = 228.0
"""Points a drawing is wide on a phone, where a point is a pixel and a half."""
LARGEST_BULLET: Final = 20.0
_STEP = 0.1


_BODY = Rect(*(round(one * POINT) for one in BODY))


@dataclass(frozen=True)
class Screen:
    """What the screen leaves free for a slide; a `Room` as the layout of a presentation is one."""

    body: Rect = _BODY

    @property
    def beside(self) -> tuple[Rect, Rect]:
        """Room for a figure and for bullets beside it."""
        left, right = self.body.columns((65, 35), GAP)
        return left, right


def shown(deck: Deck, words: Words) -> tuple[Slide, ...]:
    """The slides of a deck as the screen shows them: a long table goes on on the next one."""
    return tuple(page for slide in deck.slides for page in pages(slide, Screen(), words))


def title_size(title: str, *, marked: bool) -> float:
    """Size of a title in two lines, smaller where it is long."""
    return letters.size_for([title], _title_room(marked), LARGEST_TITLE, smallest=SMALLEST_TITLE, bold=True)


def title_of(title: str, *, marked: bool) -> str:
    """The title as far as two lines hold it."""
    return letters.cut(title, title_size(title, marked=marked), _title_room(marked), bold=True)


def _title_room(marked: bool) -> tuple[float, float]:
    return TITLE[2] - (MARK if marked else 0.0), TITLE[3]


def bullet_size(bullets: tuple[str, ...], box: Rect, *, alone: bool) -> float:
    """Size of bullets in a box: as large as they fit, larger still where nothing else is shown."""
    room = (box.points[0] - INDENT, box.points[1])
    return letters.size_for(bullets, room, LARGEST_ALONE if alone else LARGEST_BULLET, gap=BULLET_GAP)


def drawn(figure: Figure, words: Words, box: Rect) -> str:
    """The figure as an SVG that fits into a box: lines and maps fill it, rows and boxes are drawn as large as they fit."""
    wide, high = box.points
    if isinstance(figure, Lines | AreaMap):
        return drawing.draw(figure, words, wide / LEAST_SCALE, high / LEAST_SCALE)
    scale = LARGEST_SCALE
    while scale > LEAST_SCALE and not _fits(figure, words, wide / scale, high / scale):
        scale -= _STEP
    scale = max(scale, LEAST_SCALE)
    return drawing.draw(figure, words, wide / scale, high / scale)


def _fits(figure: Figure, words: Words, width: float, height: float) -> bool:
    return document.least_width(figure) <= width and svg.size_of(drawing.draw(figure, words, width))[1] <= height


def columns(grid: Grid, box: Rect) -> tuple[float, list[float]]:
    """Size of the letters of a table in a box, and the widths of its columns."""
    size = blocks.grid_size(grid, box)
    return size, blocks.widths(grid, box.points[0], size)
