"""Shapes of a slide as PowerPoint keeps them, written as XML because a map has hundreds.

Lengths are in EMU, sizes of letters in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import Literal

from pptx.oxml import parse_xml
from pptx.slide import Slide as Page

from ipsm_analytics.views import style

INCH, POINT = 914_400, 12_700
FONT = "Arial"
"""Of what is drawn, whatever the template writes its placeholders in: its widths are the ones we measure."""
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
Align = Literal["l", "ctr", "r"]
Ring = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Rect:
    """A box on a slide in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Lower edge."""
        return self.top + self.height

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width / POINT, self.height / POINT

    def columns(self, shares: Sequence[float], gap: int) -> list[Rect]:
        """Boxes side by side, their widths in these proportions."""
        room, left, found = self.width - gap * (len(shares) - 1), self.left, []
        for share in shares:
            wide = round(room * share / sum(shares))
            found.append(Rect(left, self.top, wide, self.height))
            left += wide + gap
        return found

    def rows(self, shares: Sequence[float], gap: int) -> list[Rect]:
        """Boxes below each other, their heights in these proportions."""
        turned = Rect(self.top, self.left, self.height, self.width).columns(shares, gap)
        return [Rect(self.left, box.left, self.width, box.width) for box in turned]

    def foot(self, height: int, gap: int) -> tuple[Rect, Rect]:
        """What is left above, and a box of a height at the foot."""
        above = Rect(self.left, self.top, self.width, self.height - height - gap)
        return above, Rect(self.left, self.bottom - height, self.width, height)

    def around(self, other: Rect) -> Rect:
        """The smallest box that holds both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Rect(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def inset(self, by: int) -> Rect:
        """The box smaller by so much on each side."""
        return Rect(self.left + by, self.top + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Letters:
    """How one paragraph is written; `fill` of the letters as '#RRGGBB'."""

    text: str
    size: float
    fill: str = style.TEXT
    bold: bool = False
    align: Align = "l"


def solid(colour: str) -> str:
    """A fill of one colour; none for ''."""
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>' if colour else "<a:noFill/>"


def crossed(colour: str) -> str:
    """A fill with crossing lines, for what was not reported."""
    front = f'<a:fgClr><a:srgbClr val="{style.MUTED[1:]}"/></a:fgClr>'
    return f'<a:pattFill prst="diagCross">{front}<a:bgClr><a:srgbClr val="{colour[1:]}"/></a:bgClr></a:pattFill>'


def stroke(colour: str, points: float, dash: str = "") -> str:
    """A line of a colour and width; none for ''."""
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * POINT)}">{solid(colour)}{dashed}</a:ln>' if colour else "<a:ln><a:noFill/></a:ln>"


def frame(box: Rect) -> str:
    """Place and size of a shape."""
    return f'<a:xfrm><a:off x="{box.left}" y="{box.top}"/><a:ext cx="{box.width}" cy="{box.height}"/></a:xfrm>'


def outline(rings: Iterable[Ring], size: tuple[int, int]) -> str:
    """A freeform geometry: closed rings of points in a box (width, height) of their own units."""
    drawn = "".join(
        f'<a:moveTo><a:pt x="{ring[0][0]}" y="{ring[0][1]}"/></a:moveTo>'
        + "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in ring[1:])
        + "<a:close/>"
        for ring in rings
    )
    return (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f'<a:pathLst><a:path w="{size[0]}" h="{size[1]}">{drawn}</a:path></a:pathLst></a:custGeom>'
    )


def preset(name: str = "rect") -> str:
    """One of PowerPoint's own geometries."""
    return f'<a:prstGeom prst="{name}"><a:avLst/></a:prstGeom>'


def paragraph(letters: Letters) -> str:
    """One paragraph with one run."""
    return (
        f'<a:p><a:pPr algn="{letters.align}"/><a:r><a:rPr lang="id-ID" sz="{round(letters.size * 100)}" b="{int(letters.bold)}">'
        f'{solid(letters.fill)}<a:latin typeface="{FONT}"/></a:rPr>'
        f"<a:t>{escape(letters.text)}</a:t></a:r></a:p>"
    )


class Sheet:
    """A slide being drawn: gives shapes their numbers and puts them on top of what is there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._last = max(int(number) for number in page.shapes.element.xpath("//@id") if str(number).isdigit())

    @property
    def right(self) -> int:
        """Where words must end: half an inch from the edge."""
        size = self.page.part.package.presentation_part.presentation.slide_width
        return int(size or 0) - INCH // 2

    def number(self) -> int:
        """A number no shape of the slide has."""
        self._last += 1
        return self._last

    def put(self, *shapes: str) -> None:
        """Adds finished shapes."""
        for shape in shapes:
            self.page.shapes.element.append(parse_xml(shape.replace(">", f" {NAMESPACES}>", 1)))

    def shape(self, box: Rect, geometry: str, look: str, name: str, descr: str = "") -> str:
        """A shape without text; `look` is its fill and line."""
        return self._shape(box, geometry, look, name, descr, (), "")

    def words(
        self,
        box: Rect,
        lines: Sequence[Letters],
        name: str,
        look: str = "<a:noFill/>",
        *,
        geometry: str = "",
        anchor: str = "t",
        margin: int = 0,
    ) -> str:
        """A box with paragraphs."""
        edges = " ".join(f'{side}Ins="{margin}"' for side in "ltrb")
        body = f'<a:bodyPr wrap="square" {edges} anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
        return self._shape(box, geometry or preset(), look, name, "", lines, body)

    def group(self, box: Rect, shapes: Iterable[str], name: str, descr: str) -> str:
        """Shapes that move together, with what they show in words."""
        child = f'<a:chOff x="{box.left}" y="{box.top}"/><a:chExt cx="{box.width}" cy="{box.height}"/></a:xfrm>'
        place = frame(box).replace("</a:xfrm>", child)
        return (
            f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="{self.number()}" name="{escape(name)}" descr="{escape(descr)}"/>'
            f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>{place}</p:grpSpPr>{''.join(shapes)}</p:grpSp>"
        )

    def line(self, box: Rect, colour: str, points: float, name: str, dash: str = "") -> str:
        """A straight line from the upper left to the lower right corner of a box that may be flat."""
        return (
            f'<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="{self.number()}" name="{escape(name)}"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>'
            f"<p:spPr>{frame(box)}{preset('line')}{stroke(colour, points, dash)}</p:spPr></p:cxnSp>"
        )

    def _shape(self, box: Rect, geometry: str, look: str, name: str, descr: str, lines: Sequence[Letters], body: str) -> str:
        told = f' descr="{escape(descr)}"' if descr else ""
        text = f"<p:txBody>{body}<a:lstStyle/>{''.join(map(paragraph, lines))}</p:txBody>" if lines else ""
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self.number()}" name="{escape(name)}"{told}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr>{frame(box)}{geometry}{look}</p:spPr>{text}</p:sp>"
        )


def bounds(rings: Iterable[Ring]) -> Rect:
    """The smallest box around rings."""
    across, down = zip(*chain.from_iterable(rings), strict=True)
    return Rect(min(across), min(down), max(across) - min(across), max(down) - min(down))
