"""A map of areas as freeform shapes: each kelurahan or kecamatan can be clicked, recoloured and moved in PowerPoint."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from shapely.geometry import MultiPolygon, shape

from ipsm_analytics.materials import letters
from ipsm_analytics.materials.shapes import INCH, POINT, Letters, Rect, Ring, Sheet, crossed, outline, preset, solid, stroke
from ipsm_analytics.reference import areas, boundaries
from ipsm_analytics.views import maps, style
from ipsm_analytics.views.agenda.parts import AreaMap
from ipsm_analytics.views.classes import LegendEntry

UNITS = 1_000_000
"""Units of a degree of latitude in the paths of shapes."""
_TOLERANCE = 0.0001
"""Degrees: eleven metres, a sixth of a point on a map of the city."""
_GAP = INCH // 8
_SWATCH = INCH * 3 // 10
_STEPS = (0, -1, 1, -1.8, 1.8)
"""Where a name is tried, in its own heights from the middle of its area."""
_SIGN = 10.0
"""Size of the signs of classes, which are drawn, not read."""
_LEGEND = 2.35 * INCH


@dataclass(frozen=True)
class Drawn:
    """One area in map units: its box and its geometry, the same wherever it is drawn."""

    box: Rect
    geometry: str
    point: tuple[int, int]


@dataclass(frozen=True)
class _Camera:
    """From map units to the slide: `scale` EMU a unit."""

    view: Rect
    at: Rect
    scale: float

    def place(self, box: Rect) -> Rect:
        return Rect(*self.spot(box.left, box.top), max(1, round(box.width * self.scale)), max(1, round(box.height * self.scale)))

    def spot(self, across: int, down: int) -> tuple[int, int]:
        return (
            round(self.at.left + (across - self.view.left) * self.scale),
            round(self.at.top + (down - self.view.top) * self.scale),
        )


def draw(sheet: Sheet, figure: AreaMap, box: Rect, title: str) -> None:
    """The areas in a group, outlines of kecamatan over them, names of kecamatan where they have room, and the legend."""
    if not figure.colours:
        return
    place, key = _split(figure, box)
    camera = _camera(figure, place)
    drawn = shapes()
    group = [_area(sheet, figure, code, drawn[code], camera) for code in figure.colours]
    sheet.put(sheet.group(place, group, _name(figure), _told(figure, title)))
    signs = _signs(figure, drawn, camera)
    over = [
        *_outlines(sheet, figure, drawn, camera),
        *_frame(sheet, figure, camera),
        *(sheet.words(box, [sign], name, anchor="ctr") for name, box, sign in signs),
        *_names(sheet, figure, drawn, camera, [box for _, box, _ in signs]),
    ]
    if over:
        sheet.put(sheet.group(place, over, "Batas dan nama kecamatan", "Garis batas dan nama kecamatan di atas peta"))
    sheet.put(*_legend(sheet, figure, key))


def shapes() -> Mapping[str, Drawn]:
    """Every kelurahan and kecamatan, the islands in their inset; follows an installed boundary file."""
    return _shapes(boundaries.stamp())


@cache
def _shapes(_stamp: object) -> Mapping[str, Drawn]:
    geometry = maps.geometry("geografis")
    found = {}
    for layer in ("kelurahan", "kecamatan"):
        for feature in json.loads(geometry.features[layer])["features"]:
            code = str(feature["id"])
            found[code] = _drawn(feature["geometry"], geometry.points[code])
    return found


def _drawn(geometry: Mapping[str, object], point: tuple[float, float]) -> Drawn:
    """An area with as many corners as can be seen: an official file may have a thousand times more."""
    outer = shape(geometry).simplify(_TOLERANCE)
    parts = outer.geoms if isinstance(outer, MultiPolygon) else [outer]
    borders = [border for part in parts for border in (part.exterior, *part.interiors)]
    rings = [[_unit(*corner[:2]) for corner in border.coords] for border in borders]
    across, down = zip(*chain.from_iterable(rings), strict=True)
    box = Rect(min(across), min(down), max(across) - min(across), max(down) - min(down))
    inside: list[Ring] = [[(x - box.left, y - box.top) for x, y in ring[:-1]] for ring in rings]
    return Drawn(box, outline(inside, (box.width, box.height)), _unit(*point))


def _unit(longitude: float, latitude: float) -> tuple[int, int]:
    """Map units, down from the equator; degrees of longitude are shortened as at the city's latitude."""
    shorter = math.cos(math.radians(maps.INSET[1]))
    return round(longitude * UNITS * shorter), round(-latitude * UNITS)


def _split(figure: AreaMap, box: Rect) -> tuple[Rect, Rect]:
    """Room for the map and for its legend beside it, or below where the box is narrow."""
    if box.width > 1.25 * box.height:
        place, key = box.columns((box.width - _LEGEND, _LEGEND), _GAP)
        return place, key
    return box.foot(round((1 + math.ceil(len(figure.legend) / 2)) * (_SWATCH + POINT * 3)), _GAP)


def _camera(figure: AreaMap, place: Rect) -> _Camera:
    """The whole place filled as far as the areas' proportions allow, in its middle."""
    boxes = [shapes()[code].box for code in figure.colours]
    view = boxes[0]
    for box in boxes[1:]:
        view = view.around(box)
    if _inset_shown(figure):
        view = view.around(_inset())
    scale = min(place.width / view.width, place.height / view.height)
    left = place.left + (place.width - view.width * scale) / 2
    top = place.top + (place.height - view.height * scale) / 2
    return _Camera(view, Rect(round(left), round(top), place.width, place.height), scale)


def _inset_shown(figure: AreaMap) -> bool:
    return figure.inside == areas.CITY and any(code.startswith(maps.ISLANDS) for code in figure.colours)


def _inset() -> Rect:
    west, south, east, north = maps.INSET
    (left, top), (right, bottom) = _unit(west, north), _unit(east, south)
    return Rect(left, top, right - left, bottom - top)


def _area(sheet: Sheet, figure: AreaMap, code: str, drawn: Drawn, camera: _Camera) -> str:
    colour, number = figure.colours[code], figure.numbers.get(code)
    fill = crossed(colour) if code in figure.crossed else solid(colour)
    told = f"{number.label}: {number.text}" if number else areas.label(code)
    return sheet.shape(camera.place(drawn.box), drawn.geometry, fill + stroke(style.BORDER, 0.5), areas.label(code), told)


def _outlines(sheet: Sheet, figure: AreaMap, drawn: Mapping[str, Drawn], camera: _Camera) -> list[str]:
    if figure.level != "kelurahan":
        return []
    return [
        sheet.shape(
            camera.place(drawn[code].box), drawn[code].geometry, f"<a:noFill/>{stroke(style.TEXT, 1.25)}", areas.label(code)
        )
        for code in sorted({code[:8] for code in figure.colours})
    ]


def _frame(sheet: Sheet, figure: AreaMap, camera: _Camera) -> list[str]:
    if not _inset_shown(figure):
        return []
    look = f"<a:noFill/>{stroke(style.TEXT, 1.0)}"
    return [sheet.shape(camera.place(_inset()), preset(), look, "Bingkai kepulauan")]


def _signs(figure: AreaMap, drawn: Mapping[str, Drawn], camera: _Camera) -> list[tuple[str, Rect, Letters]]:
    """The sign of a class on its areas, so that colour does not stand alone: name, box, sign."""
    signs = {entry.colour: entry.mark for entry in figure.legend if entry.mark}
    half, found = round(0.75 * _SIGN * POINT), []
    for code, colour in figure.colours.items():
        if sign := signs.get(colour):
            across, down = camera.spot(*drawn[code].point)
            box = Rect(across - 2 * half, down - half, 4 * half, 2 * half)
            found.append((f"Tanda {areas.label(code)}", box, Letters(sign, _SIGN, bold=True, align="ctr")))
    return found


def _names(sheet: Sheet, figure: AreaMap, drawn: Mapping[str, Drawn], camera: _Camera, signs: Sequence[Rect]) -> list[str]:
    """Names of kecamatan, the widest area first, moved off signs and other names; one that finds no place is left out."""
    found: list[str] = []
    taken = list(signs)
    for code in sorted({code[:8] for code in figure.colours}, key=lambda code: -drawn[code].box.width):
        name, (across, down) = areas.name(code), camera.spot(*drawn[code].point)
        wide, high = round((letters.width(name, letters.SMALLEST, bold=True) + 6) * POINT), round(17 * POINT)
        if wide > 1.35 * drawn[code].box.width * camera.scale:
            continue
        tries = [Rect(across - wide // 2, round(down + (step - 0.5) * high), wide, high) for step in _STEPS]
        box = next((one for one in tries if not any(_touch(one, other) for other in taken)), None)
        if box:
            taken.append(box)
            found.append(_label(sheet, box, name))
    return found


def _label(sheet: Sheet, box: Rect, name: str) -> str:
    pale = '<a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="72000"/></a:srgbClr></a:solidFill>'
    line = Letters(name, letters.SMALLEST, bold=True, align="ctr")
    return sheet.words(box, [line], f"Nama {name}", pale, anchor="ctr")


def _touch(one: Rect, other: Rect) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _legend(sheet: Sheet, figure: AreaMap, box: Rect) -> list[str]:
    """The title, then a swatch with words and the number of areas for every class; two columns where the box is low."""
    size = letters.SMALLEST
    lines = letters.wrapped(figure.legend_title, size, box.points[0], bold=True)
    head = round(letters.LINE * size * len(lines) * POINT) + POINT * 4
    title = Rect(box.left, box.top, box.width, head)
    shown = [sheet.words(title, [Letters(figure.legend_title, size, bold=True)], "Judul legenda")]
    columns = 1 if box.height > box.width else 2
    wide, top = box.width // columns, [box.top + head] * columns
    per = math.ceil(len(figure.legend) / columns)
    for place, entry in enumerate(figure.legend):
        column = place // per
        room = Rect(box.left + column * wide, top[column], wide, 0)
        drawn, high = _entry(sheet, entry, room)
        shown += drawn
        top[column] += high + POINT * 3
    return [sheet.group(box, shown, "Legenda", "; ".join(f"{entry.label}: {entry.count}" for entry in figure.legend))]


def _entry(sheet: Sheet, entry: LegendEntry, room: Rect) -> tuple[list[str], int]:
    text = f"{entry.label} ({entry.count})"
    wide = room.width - _SWATCH - POINT * 6
    lines = len(letters.wrapped(text, letters.SMALLEST, wide / POINT))
    high = max(_SWATCH * 4 // 5, round(letters.LINE * letters.SMALLEST * lines * POINT))
    swatch = Rect(room.left, room.top + POINT, _SWATCH, _SWATCH * 7 // 10)
    fill = crossed(entry.colour) if entry.marked else solid(entry.colour)
    mark = [Letters(entry.mark, _SIGN, bold=True, align="ctr")] if entry.mark else []
    words = Rect(room.left + _SWATCH + POINT * 6, room.top, wide, high)
    return [
        sheet.words(swatch, mark, f"Warna {entry.label}", fill + stroke(style.BORDER, 0.5), anchor="ctr"),
        sheet.words(words, [Letters(text, letters.SMALLEST)], f"Kelas {entry.label}"),
    ], high


def _name(figure: AreaMap) -> str:
    return f"Peta {figure.level} {areas.label(figure.inside)}"


def _told(figure: AreaMap, title: str) -> str:
    """What the map shows in words: its message and how many areas lie in each class."""
    classes: Sequence[str] = [f"{entry.label}: {entry.count} {figure.level}" for entry in figure.legend]
    return f"{title} {figure.legend_title}. {'; '.join(classes)}."
