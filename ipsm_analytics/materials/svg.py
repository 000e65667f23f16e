"""The few shapes our drawings are made of, as SVG text; lengths are points, y runs down.

Every line of text carries its length in Liberation Sans (metrically Arial): a reader without either family sets its own letters
to that length, and nothing runs over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from ipsm_analytics.errors import InternalError
from ipsm_analytics.materials import letters

FAMILY = "'Liberation Sans', Arial, Helvetica, sans-serif"
Point = tuple[float, float]
_SIZE = re.compile(r'width="([0-9.]+)" height="([0-9.]+)"')


def plain(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def text(
    at: Point, words: str, size: float, colour: str, *, anchor: str = "start", bold: bool = False, halo: bool = False
) -> str:
    """One line of text, its baseline at a point; `halo` puts white around the letters."""
    weight = ' font-weight="bold"' if bold else ""
    around = ' stroke="#FFFFFF" stroke-width="2" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    long = letters.width(words, size, bold=bold)
    set_to = f' textLength="{plain(long)}" lengthAdjust="spacingAndGlyphs"' if long else ""
    return (
        f'<text x="{plain(at[0])}" y="{plain(at[1])}" font-size="{plain(size)}" fill="{colour}" text-anchor="{anchor}"'
        f"{weight}{around}{set_to}>{escape(words)}</text>"
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


def size_of(source: str) -> tuple[float, float]:
    """Width and height of a whole drawing in points."""
    found = _SIZE.search(source)
    if found is None:
        raise InternalError("a drawing without a size")
    return float(found[1]), float(found[2])


def picture(width: float, height: float, parts: Iterable[str]) -> str:
    """A whole drawing of a size in points."""
    size = f'width="{plain(width)}" height="{plain(height)}" viewBox="0 0 {plain(width)} {plain(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FAMILY}">{"".join(parts)}</svg>'


def _listed(points: Sequence[Point]) -> str:
    return " ".join(f"{plain(x)},{plain(y)}" for x, y in points)
