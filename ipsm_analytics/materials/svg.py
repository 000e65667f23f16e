"""The few shapes our drawings are made of, as SVG text; lengths are points, y runs down.

Widths of letters are those of Liberation Sans (metrically Arial), the only family the papers use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

FAMILY = "Liberation Sans"
Point = tuple[float, float]
_REGULAR = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *(556,) * 10, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944),
    *(667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
"""Widths of the signs from space to tilde in thousandths of the size."""
_OTHERS = {"–": 556, "—": 1000, "…": 1000, "≤": 549, "≥": 549, "·": 333, "×": 584, "→": 1000, "▲": 990, "▼": 990}
_BOLD = 1.07
"""How much wider bold letters are at most in ordinary words."""


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text in points; a sign not listed counts as a figure (0,556)."""
    known = {chr(32 + place): width for place, width in enumerate(_REGULAR)} | _OTHERS
    return sum(known.get(sign, 556) for sign in words) * size / 1000 * (_BOLD if bold else 1.0)


def wrapped(words: str, size: float, width: float, lines: int = 2, *, bold: bool = False) -> tuple[str, ...]:
    """The text on at most so many lines of a width; what does not fit ends in '…'."""
    rows: list[str] = []
    for word in words.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(longer, size, bold=bold) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    kept = rows[:lines]
    if len(rows) > lines:
        kept[-1] = f"{kept[-1]} …"
    return tuple(fitted(row, size, width, bold=bold) for row in kept)


def fitted(words: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text cut to a width, ending in '…' where it was."""
    if text_width(words, size, bold=bold) <= width:
        return words
    while words and text_width(f"{words}…", size, bold=bold) > width:
        words = words[:-1]
    return f"{words.rstrip(' …')}…"


def plain(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def text(
    at: Point, words: str, size: float, colour: str, *, anchor: str = "start", bold: bool = False, halo: bool = False
) -> str:
    """One line of text, its baseline at a point; `halo` puts white around the letters."""
    weight = ' font-weight="bold"' if bold else ""
    around = ' stroke="#FFFFFF" stroke-width="2" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{plain(at[0])}" y="{plain(at[1])}" font-size="{plain(size)}" fill="{colour}" text-anchor="{anchor}"'
        f"{weight}{around}>{escape(words)}</text>"
    )


def rect(at: Point, width: float, height: float, fill: str, *, edge: str = "none", opacity: float = 1.0) -> str:
    """A box with its upper left corner at a point."""
    faint = f' fill-opacity="{plain(opacity)}"' if opacity < 1 else ""
    return (
        f'<rect x="{plain(at[0])}" y="{plain(at[1])}" width="{plain(max(width, 0))}" height="{plain(max(height, 0))}"'
        f' fill="{fill}" stroke="{edge}" stroke-width="0.6"{faint}/>'
    )


def line(first: Point, last: Point, colour: str, width: float = 0.6, *, dashes: str = "") -> str:
    """A straight line; `dashes` as in stroke-dasharray."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{plain(first[0])}" y1="{plain(first[1])}" x2="{plain(last[0])}" y2="{plain(last[1])}"'
        f' stroke="{colour}" stroke-width="{plain(width)}"{dashed}/>'
    )


def polyline(points: Sequence[Point], colour: str, width: float = 1.4, *, dashes: str = "") -> str:
    """A line through points; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<polyline points="{_listed(points)}" fill="none" stroke="{colour}" stroke-width="{plain(width)}"'
        f' stroke-linejoin="round"{dashed}/>'
    )


def polygon(points: Sequence[Point], fill: str, *, opacity: float = 1.0) -> str:
    """A closed shape without an edge."""
    return f'<polygon points="{_listed(points)}" fill="{fill}" fill-opacity="{plain(opacity)}"/>'


def circle(at: Point, radius: float, fill: str, *, edge: str = "none") -> str:
    """A dot."""
    return (
        f'<circle cx="{plain(at[0])}" cy="{plain(at[1])}" r="{plain(radius)}" fill="{fill}" stroke="{edge}" stroke-width="1.2"/>'
    )


def path(rings: Iterable[Sequence[Point]], fill: str, edge: str, width: float) -> str:
    """A shape of several rings; a ring inside another is a hole."""
    drawn = "".join("M" + "L".join(f"{plain(x)} {plain(y)}" for x, y in ring) + "Z" for ring in rings)
    return (
        f'<path d="{drawn}" fill="{fill}" fill-rule="evenodd" stroke="{edge}" stroke-width="{plain(width)}"'
        ' stroke-linejoin="round"/>'
    )


def picture(width: float, height: float, parts: Iterable[str]) -> str:
    """A whole drawing of a size in points."""
    size = f'width="{plain(width)}" height="{plain(height)}" viewBox="0 0 {plain(width)} {plain(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FAMILY}">{"".join(parts)}</svg>'


def _listed(points: Sequence[Point]) -> str:
    return " ".join(f"{plain(x)},{plain(y)}" for x, y in points)
