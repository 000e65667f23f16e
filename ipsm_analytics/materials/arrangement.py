"""Where the parts of a slide stand and what goes on on the next one, the same on the screen and in a presentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ipsm_analytics.materials import blocks, letters
from ipsm_analytics.materials.shapes import INCH, POINT, Rect
from ipsm_analytics.views.agenda.parts import AreaMap, Bars, Cards, Figure, Grid, Lines, Slide, Waterfall
from ipsm_analytics.views.i18n import Words

BULLET_GAP, INDENT = 6.0, 27.0
"""Points before each bullet, and those its mark takes."""
LARGEST_ALONE = 24.0
GAP = INCH * 3 // 10
_FOOT_SHARE = 0.4
"""Bullets below a figure take at most this part of the height."""
_MANY_COLUMNS, _BRIEF, _LARGEST_FOOT = 5, 0.2, 16.0


class Room(Protocol):
    """What a slide leaves free between its title and its foot."""

    @property
    def body(self) -> Rect:
        """All of it."""

    @property
    def beside(self) -> tuple[Rect, Rect]:
        """Room for a figure and for bullets beside it."""


@dataclass(frozen=True)
class Arranged:
    """Where the parts of a slide stand; None for a part it has not."""

    figure: Rect | None = None
    beside: Rect | None = None
    bullets: Rect | None = None


def pages(slide: Slide, layout: Room, words: Words) -> list[Slide]:
    """A slide as one or more that hold all of it at readable sizes; a second table without room stands on a slide of its own."""
    place = arranged(slide, layout)
    if isinstance(slide.beside, Grid) and place.beside and not blocks.grid_fits(slide.beside, place.beside):
        parts = [replace(slide, beside=None), replace(slide, figure=slide.beside, beside=None, bullets=())]
    else:
        parts = [slide]
    found = [one for part in parts for one in _portioned(part, layout)]
    if len(found) == 1:
        return found
    return [
        replace(one, title=words("materi.bagian", judul=slide.title, ke=number, dari=len(found)))
        for number, one in enumerate(found, 1)
    ]


def _portioned(slide: Slide, layout: Room) -> list[Slide]:
    """The rest of a table and of bullets that are too long on slides that follow."""
    place = arranged(slide, layout)
    tables = _tables(slide, place, layout)
    texts = _portions(slide.bullets, place.bullets)
    found = [replace(slide, figure=tables[0], bullets=texts[0])]
    found += [replace(slide, figure=table, beside=None, bullets=()) for table in tables[1:]]
    rest = [text for portion in texts[1:] for text in portion]
    return found + [
        replace(slide, figure=None, beside=None, bullets=portion) for portion in _portions(rest, layout.body) if portion
    ]


def _tables(slide: Slide, place: Arranged, layout: Room) -> Sequence[Figure | None]:
    if not isinstance(slide.figure, Grid) or place.figure is None:
        return [slide.figure]
    first, *rest = blocks.grid_pages(slide.figure, place.figure)
    if not rest:
        return [first]
    left = Grid(first.heads, slide.figure.rows[len(first.rows) :], first.figures)
    return [first, *blocks.grid_pages(left, layout.body)]


def _portions(bullets: Sequence[str], box: Rect | None) -> list[tuple[str, ...]]:
    """Bullets in portions that fit at the smallest size; always one portion, however empty."""
    found: list[tuple[str, ...]] = [()]
    for bullet in bullets:
        if box and found[-1] and not bullets_fit((*found[-1], bullet), box, letters.SMALLEST):
            found.append(())
        found[-1] = (*found[-1], bullet)
    return found


def bullets_fit(bullets: Sequence[str], box: Rect, size: float) -> bool:
    """True where bullets fit into a box at a size."""
    return letters.height(bullets, size, box.points[0] - INDENT, gap=BULLET_GAP) <= box.points[1]


def arranged(slide: Slide, layout: Room) -> Arranged:
    """Where figure, second figure and bullets of a slide stand: bullets beside one figure, below two and below wide tables."""
    body = layout.body
    if slide.figure is None:
        return Arranged(bullets=body)
    if not slide.bullets and slide.beside is None:
        return Arranged(figure=body)
    if slide.beside is None and not _wide(slide.figure) and not _brief(slide, body):
        figure, bullets = layout.beside
        return Arranged(figure=figure, bullets=bullets)
    above, below = _above(slide.bullets, body)
    if slide.beside is None:
        return Arranged(figure=above, bullets=below)
    figure, beside = above.columns(_shares(slide.figure, slide.beside), GAP)
    return Arranged(figure, beside, below)


def _above(bullets: Sequence[str], body: Rect) -> tuple[Rect, Rect | None]:
    """Room above bullets that take what they need, up to a part of the height."""
    if not bullets:
        return body, None
    size = _LARGEST_FOOT
    while (
        size > letters.SMALLEST and letters.height(bullets, size, body.points[0] - INDENT, gap=BULLET_GAP) > 0.3 * body.points[1]
    ):
        size -= 1
    needed = letters.height(bullets, size, body.points[0] - INDENT, gap=BULLET_GAP) + 2
    return body.foot(round(min(needed * POINT, _FOOT_SHARE * body.height)), GAP // 2)


def _wide(figure: Figure) -> bool:
    """A table whose columns would be narrow beside bullets."""
    return isinstance(figure, Grid) and len(figure.heads) >= _MANY_COLUMNS


def _brief(slide: Slide, body: Rect) -> bool:
    """Few words with a chart or key figures, which then take the whole width; a map would not grow with it."""
    room = (body.points[0] - INDENT, body.points[1] * _BRIEF)
    drawn = isinstance(slide.figure, Bars | Cards | Lines | Waterfall)
    return drawn and letters.height(slide.bullets, _LARGEST_FOOT, room[0], gap=BULLET_GAP) <= room[1]


def _shares(figure: Figure, beside: Figure) -> tuple[int, int]:
    """How two figures share the width; a map needs more than half for its legend."""
    if isinstance(beside, Grid) and not isinstance(figure, Grid):
        return (42, 58)
    if isinstance(figure, AreaMap) != isinstance(beside, AreaMap):
        return (58, 42) if isinstance(figure, AreaMap) else (42, 58)
    return (52, 48)
