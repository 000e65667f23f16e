"""How much room a text takes: Arial measured by its metric twin, Liberation Sans; all lengths in points."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PIL import ImageFont

from ipsm_analytics.config import ROOT

FONTS = ROOT / "data" / "fonts"
SMALLEST = 14.0
"""No text on a slide is smaller."""
LINE = 1.2
"""Height of a line in sizes."""
_EM = 2048
"""Units of the fonts: at this size lengths are exact."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Length of a text on one line."""
    return _length(text, bold) * size / _EM


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The lines of a text in a column `room` wide; a word longer than the column stands alone."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width(longer, size, bold=bold) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def folded(text: str, size: float, room: float, most: int = 2, *, bold: bool = False) -> tuple[str, ...]:
    """The text on at most so many lines of a width; what does not fit ends in '…'."""
    lines = [line for line in wrapped(" ".join(text.split()), size, room, bold=bold) if line]
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = f"{kept[-1]} …"
    return tuple(fitted(line, size, room, bold=bold) for line in kept)


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text cut to a width, ending in '…' where it was."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip(' …')}…"


def height(texts: Sequence[str], size: float, room: float, *, bold: bool = False, gap: float = 0.0) -> float:
    """Height of paragraphs below each other, `gap` before each."""
    return sum(gap + LINE * size * len(wrapped(text, size, room, bold=bold)) for text in texts)


def size_for(
    texts: Sequence[str],
    room: tuple[float, float],
    largest: float,
    *,
    smallest: float = SMALLEST,
    bold: bool = False,
    gap: float = 0.0,
) -> float:
    """The largest whole size at which paragraphs fit into a box (width, height); `smallest` where none does."""
    size = largest
    while size > smallest and not fits(texts, room, size, bold=bold, gap=gap):
        size -= 1
    return max(size, smallest)


def fits(texts: Sequence[str], room: tuple[float, float], size: float, *, bold: bool = False, gap: float = 0.0) -> bool:
    """True where paragraphs fit into a box (width, height) and no word is wider than it."""
    widest = max((width(word, size, bold=bold) for text in texts for word in text.split()), default=0.0)
    return widest <= room[0] and height(texts, size, room[0], bold=bold, gap=gap) <= room[1]


def cut(text: str, size: float, room: tuple[float, float], *, bold: bool = False) -> str:
    """The text as far as it fits into a box (width, height), with an ellipsis where it was cut."""
    most = max(1, int(room[1] / (LINE * size)))
    lines = wrapped(text, size, room[0], bold=bold)
    if len(lines) <= most:
        return text
    return " ".join([*lines[: most - 1], fitted(f"{lines[most - 1]}…", size, room[0], bold=bold)])


@cache
def _length(text: str, bold: bool) -> float:
    return float(_font(bold).getlength(text))


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    name = f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf"
    return ImageFont.truetype(str(FONTS / name), _EM)
