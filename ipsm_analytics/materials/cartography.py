"""Maps of the city as SVG: areas in their colours, the outlines of kecamatan, far islands in a frame of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians

import shapely
from shapely.geometry.base import BaseGeometry

from ipsm_analytics.materials import svg
from ipsm_analytics.materials.letters import fitted
from ipsm_analytics.materials.letters import width as text_width
from ipsm_analytics.materials.svg import Point
from ipsm_analytics.reference import areas, boundaries
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import AreaMap
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.i18n import Words

FAR = "73.71.15"
"""The kecamatan whose islands lie up to 35 km out."""
HEIGHT, LEAST_MAP = 195.0, 150.0
"""Points a map of the city is high on paper, and those it must be wide for its legend to stand beside it."""
_LATITUDE = -5.13
_TOLERANCE = 0.0001
"""Degrees, 11 m: less than a third of a point on the page."""
_INSET, _LEGEND_GAP = 0.27, 14.0
NAME, MOST_NAMED = 8.0, 22
"""Size of the names of areas, and how many areas at most a map may have to carry them."""
ISLANDS = 3
"""How many islands of one kelurahan an inset shows."""
SMALL_AREA = 40.0
"""Square points of its box below which an area on a locator gets a ring."""
_RING = f'fill="none" stroke="{style.AMBER}" stroke-width="2"'
Bounds = tuple[float, float, float, float]
Rings = tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Frame:
    """A piece of the earth fitted into a box of points, north up, as large as it fits, in the middle."""

    earth: Bounds
    left: float
    top: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Points a degree of latitude."""
        west, south, east, north = self.earth
        return min(self.width / ((east - west) * cos(radians(_LATITUDE))), self.height / (north - south))

    def place(self, at: Point) -> Point:
        """Where a longitude and latitude stands on the page."""
        west, south, east, north = self.earth
        wide = (at[0] - (west + east) / 2) * cos(radians(_LATITUDE)) * self.scale
        return self.left + self.width / 2 + wide, self.top + self.height / 2 - (at[1] - (south + north) / 2) * self.scale


@cache
def _rings(level: str, _stamp: object) -> dict[str, Rings]:
    """Rings of each area in degrees, few enough points for a page."""
    found = boundaries.polygons("kelurahan")
    if level == "kecamatan":
        found = found.assign(kode=found["kode"].str[:8]).dissolve("kode", as_index=False)
    shapes = shapely.coverage_simplify(found.geometry.to_numpy(), _TOLERANCE)
    return {str(code): _rings_of(shape) for code, shape in zip(found["kode"], shapes, strict=True)}


def rings(level: str) -> dict[str, Rings]:
    """Rings in degrees of every area of a level; follows an installed boundary file."""
    return _rings(level, boundaries.stamp())


def _rings_of(shape: BaseGeometry) -> Rings:
    polygons = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return tuple(tuple(ring.coords) for part in polygons for ring in (part.exterior, *part.interiors))


def bounds(shapes: Sequence[Rings]) -> Bounds:
    """West, south, east and north of all rings."""
    east, north = zip(*(point for shape in shapes for ring in shape for point in ring), strict=True)
    return min(east), min(north), max(east), max(north)


def area_map(figure: AreaMap, words: Words, width: float, height: float = 0.0) -> str:
    """The map on the left, its legend on the right, or below it where there is little room; no higher than `height`."""
    told = _legend_width(figure)
    beside = width - told - _LEGEND_GAP > LEAST_MAP
    wide = width - told - _LEGEND_GAP if beside else width
    shapes = {code: shape for code, shape in rings(figure.level).items() if code in figure.colours}
    near = {code: shape for code, shape in shapes.items() if not code.startswith(FAR)} or shapes
    earth = bounds(list(near.values()))
    below = 0.0 if beside else 10 + _legend_height(figure)
    room = min(
        (height or HEIGHT + below) - below, wide * (earth[3] - earth[1]) / ((earth[2] - earth[0]) * cos(radians(_LATITUDE)))
    )
    parts = [*_areas(figure, near, Frame(earth, 0, 1, wide, room - 2))]
    if len(near) < len(shapes):
        parts += _inset(figure, max(wide * _INSET, _inset_width(words)), room * 0.46, words)
    legend = (wide + _LEGEND_GAP, 4.0) if beside else (0.0, room + 10)
    parts += _legend(figure, legend, width - legend[0])
    return svg.picture(width, max(room, legend[1] + _legend_height(figure)), parts)


def _legend_width(figure: AreaMap) -> float:
    entries = (22 + text_width(f"{entry.label} ({entry.count})", 9) for entry in figure.legend)
    return max([text_width(figure.legend_title, 9, bold=True), *entries]) + 1


def _legend_height(figure: AreaMap) -> float:
    return 15.0 * len(figure.legend) + 18


def _areas(figure: AreaMap, shapes: dict[str, Rings], frame: Frame) -> Iterator[str]:
    """The areas, the outlines of kecamatan over those of kelurahan, and a cross on those that did not report."""
    for code, shape in shapes.items():
        yield svg.path(_placed(shape, frame), figure.colours[code], style.BORDER, 0.35)
    if figure.level == "kelurahan":
        inside = {code[:8] for code in shapes}
        outlines = (shape for code, shape in rings("kecamatan").items() if code in inside and not code.startswith(FAR))
        yield from (svg.path(_placed(shape, frame), "none", style.TEXT, 0.9) for shape in outlines)
    points = boundaries.representative_points()
    for code in sorted(figure.crossed & shapes.keys()):
        place = frame.place(points[code] if code in points else _middle(shapes[code]))
        yield from cross(place, 3.0)
    if len(shapes) <= MOST_NAMED:
        places = {code: frame.place(points[code] if code in points else _middle(shape)) for code, shape in shapes.items()}
        yield from _names(places)


def _names(places: Mapping[str, Point]) -> Iterator[str]:
    """Names of areas; one that would lie on another is left out."""
    taken: list[Bounds] = []
    for code, (x, y) in places.items():
        half = text_width(areas.name(code), NAME) / 2
        box = (x - half - 1, y - NAME / 2 - 1, x + half + 1, y + NAME / 2 + 1)
        if not any(box[0] < one[2] and one[0] < box[2] and box[1] < one[3] and one[1] < box[3] for one in taken):
            taken.append(box)
            yield svg.text((x, y + 2.5), areas.name(code), NAME, style.TEXT, anchor="middle", halo=True)


def cross(at: Point, half: float) -> Iterator[str]:
    """The mark of an area that did not report."""
    for tilt in (1, -1):
        yield svg.line((at[0] - half, at[1] - half * tilt), (at[0] + half, at[1] + half * tilt), style.TEXT, 1.0)


def _placed(shape: Rings, frame: Frame) -> list[list[Point]]:
    return [[frame.place(point) for point in ring] for ring in shape]


def _middle(shape: Rings) -> Point:
    largest = max((shapely.Polygon(ring) for ring in shape), key=lambda polygon: polygon.area)
    point = largest.representative_point()
    return point.x, point.y


def _inset_width(words: Words) -> float:
    names = (text_width(areas.name(code), NAME) for code in areas.members(FAR))
    return max(text_width(words("dokumen.pulau"), NAME), *names) + 8


def _inset(figure: AreaMap, width: float, height: float, words: Words) -> Iterator[str]:
    """Far kelurahan under each other, the islands of each side by side: seeing them matters more than where they lie."""
    yield svg.rect((0.5, 0.5), width, height, "#FFFFFF", edge=style.MUTED)
    yield svg.text((4, 10), words("dokumen.pulau"), NAME, style.MUTED)
    far = {code: shape for code, shape in rings("kelurahan").items() if code.startswith(FAR)}
    room = (height - 15) / len(far)
    for place, (code, shape) in enumerate(far.items()):
        drawn, top = code if figure.level == "kelurahan" else FAR, 14 + room * place
        islands = packed(shape)
        frame = Frame(bounds([islands]), 6, top, width - 12, room - 13)
        yield svg.path(_placed(islands, frame), figure.colours[drawn], style.BORDER, 0.35)
        if drawn in figure.crossed:
            yield from cross((width / 2, top + room / 2 - 6), 3.0)
        yield svg.text((width / 2, top + room - 4), areas.name(code), NAME, style.TEXT, anchor="middle")


def packed(shape: Rings) -> Rings:
    """The largest rings moved side by side from west to east, a third of the largest width apart, their middles in a line."""
    boxes = sorted(((bounds([(ring,)]), ring) for ring in shape), key=lambda one: -_size(one[0]))[:ISLANDS]
    gap = (boxes[0][0][2] - boxes[0][0][0]) / 3
    moved, at = [], 0.0
    for (west, south, east, north), ring in sorted(boxes, key=lambda one: one[0][0]):
        moved.append(tuple((x - west + at, y - (south + north) / 2) for x, y in ring))
        at += east - west + gap
    return tuple(moved)


def _size(box: Bounds) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _legend(figure: AreaMap, at: Point, width: float) -> Iterator[str]:
    yield svg.text((at[0], at[1] + 8), fitted(figure.legend_title, 9, width, bold=True), 9, style.TEXT, bold=True)
    for place, entry in enumerate(figure.legend):
        yield from _legend_entry(entry, (at[0], at[1] + 16 + 15 * place), width)


def _legend_entry(entry: LegendEntry, at: Point, width: float) -> Iterator[str]:
    yield svg.rect(at, 16, 10, entry.colour, edge=style.BORDER)
    if entry.marked:
        yield from cross((at[0] + 8, at[1] + 5), 3.0)
    yield svg.text((at[0] + 21, at[1] + 8.5), fitted(f"{entry.label} ({entry.count})", 9, width - 22), 9, style.TEXT)


def locator(code: str, size: float = 92.0) -> str:
    """Where an area lies: the city in grey, its kecamatan pale, the area dark, ringed where it is small."""
    frame = Frame(bounds([shape for one, shape in rings("kecamatan").items() if one != FAR]), 1, 1, size - 2, size - 2)
    shape = rings(areas.level_of(code))[code]
    parts = [_city(frame)]
    if code.startswith(FAR):
        return svg.picture(size, size, [*parts, *_far(code, size)])
    if areas.level_of(code) == "kelurahan":
        parts.append(svg.path(_placed(rings("kecamatan")[areas.parent(code)], frame), style.SEQUENTIAL[1], style.MUTED, 0.3))
    parts.append(svg.path(_placed(shape, frame), style.NAVY, style.NAVY, 0.3))
    west, south, east, north = bounds([shape])
    if (east - west) * (north - south) * frame.scale**2 < SMALL_AREA:
        middle = frame.place(((west + east) / 2, (south + north) / 2))
        parts.append(f'<circle cx="{svg.plain(middle[0])}" cy="{svg.plain(middle[1])}" r="7" {_RING}/>')
    return svg.picture(size, size, parts)


def _far(code: str, size: float) -> Iterator[str]:
    """Islands lie off the map's west: a dark dot at its edge with an arrow that points there."""
    yield svg.line((22, 12), (6, 12), style.NAVY, 1.4)
    yield svg.polygon([(2, 12), (8, 9), (8, 15)], style.NAVY)
    yield svg.text((4, 25), fitted(areas.name(code), NAME, size * 0.6), NAME, style.NAVY, bold=True)


@cache
def _city(frame: Frame) -> str:
    near = [shape for code, shape in rings("kecamatan").items() if code != FAR]
    return "".join(svg.path(_placed(shape, frame), style.GRID, "#FFFFFF", 0.5) for shape in near)
