"""Maps that work without the internet: geometry by address, colours and counts in the figure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from shapely import affinity
from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas, boundaries, hexagons
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.views import style
from ipsm_analytics.views.classes import STATE_COLOURS, STATE_MARKS, class_of, palette
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.values import interval_text, unit_text, value_text

Bounds = tuple[float, float, float, float]
Layout = Literal["geografis", "heksagon"]
LAYOUTS: tuple[Layout, ...] = ("geografis", "heksagon")
ISLANDS = "73.71.15"
INSET = (119.345, -5.112, 119.411, -5.062)
INSET_SCALE = 3.0
TILE = 512
OUTLINE: Mapping[Layout, tuple[float, float]] = {"geografis": (2.4, 1.1), "heksagon": (4.5, 1.8)}
"""Widths in pixels of the white casing and the dark core of kecamatan outlines."""
BUBBLE_MAX = 46
CROSS_DEGREES = 0.0033
CROSS = "×"
GLYPHS: Mapping[str, Sequence[Sequence[tuple[float, float]]]] = {
    CROSS: (((-1, -1), (1, 1)), ((-1, 1), (1, -1))),
    "//": (((-1.3, -1), (0.2, 1)), ((-0.2, -1), (1.3, 1))),
    "▲": (((-1, -0.5), (0, 0.5), (1, -0.5)),),
    "▲▲": (((-1, -0.9), (0, 0.1), (1, -0.9)), ((-1, -0.1), (0, 0.9), (1, -0.1))),
    "▼": (((-1, 0.5), (0, -0.5), (1, 0.5)),),
    "▼▼": (((-1, 0.9), (0, -0.1), (1, 0.9)), ((-1, 0.1), (0, -0.9), (1, 0.1))),
    "+": (((-1, 0), (1, 0)), ((0, -1), (0, 1))),
    "−": (((-1, 0), (1, 0)),),
    "○": (((-0.7, 0), (0, 0.7), (0.7, 0), (0, -0.7), (-0.7, 0)),),
}
"""Marks as lines around a point, in halves of CROSS_DEGREES; drawn as lines because letters would need fonts from afar."""
URL = "app/static/geo"


@dataclass(frozen=True)
class Geometry:
    """Shapes as drawn: one feature an area, outlines of kecamatan, a point in each, and the frame of view.

    Attributes:
        features: layer name -> GeoJSON text; 'kelurahan', 'kecamatan' (ids are codes), 'garis' (outlines).
        points: area code -> (lon, lat) for marks.
        extents: area code -> west, south, east, north.
    """

    features: Mapping[str, str]
    points: Mapping[str, tuple[float, float]]
    extents: Mapping[str, Bounds]

    def bounds(self, codes: Sequence[str]) -> Bounds:
        """Smallest box around areas."""
        west, south, east, north = zip(*(self.extents[code] for code in codes), strict=True)
        return min(west), min(south), max(east), max(north)

    def file_name(self, layer: str) -> str:
        """Name that changes with the content, so a browser may keep it for good."""
        return f"{layer}-{hashlib.sha256(self.features[layer].encode()).hexdigest()[:12]}.geojson"


def geometry(layout: Layout) -> Geometry:
    """Shapes of a layout as drawn; follows an installed boundary file."""
    return _geometry(layout, boundaries.stamp())


@cache
def _geometry(layout: Layout, _stamp: object) -> Geometry:
    kelurahan = _drawn(boundaries.polygons()) if layout == "geografis" else hexagons.polygons()
    kecamatan = kelurahan.assign(kode=kelurahan["kode"].str[:8]).dissolve("kode", as_index=False)
    lines = [*kecamatan.geometry.boundary, *([box(*INSET).boundary] if layout == "geografis" else [])]
    shapes = {
        str(code): shape for frame in (kelurahan, kecamatan) for code, shape in zip(frame["kode"], frame.geometry, strict=True)
    }
    return Geometry(
        features={
            "kelurahan": _features(kelurahan),
            "kecamatan": _features(kecamatan),
            "garis": gpd.GeoSeries(lines, crs=4326).to_json(),
        },
        points={code: _inside(shape) for code, shape in shapes.items()},
        extents={code: shape.bounds for code, shape in shapes.items()},
    )


def _inside(shape: BaseGeometry) -> tuple[float, float]:
    largest = max(shape.geoms, key=lambda part: part.area) if isinstance(shape, MultiPolygon) else shape
    point = largest.representative_point()
    return round(point.x, 5), round(point.y, 5)


def _features(frame: gpd.GeoDataFrame) -> str:
    named = frame[["kode", "geometry"]].set_index("kode")
    return str(named.to_json(drop_id=False, to_wgs84=False))


def _drawn(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The islands of Kepulauan Sangkarrang moved into a framed inset: one row a kelurahan, enlarged alike."""
    far = frame["kode"].str.startswith(ISLANDS)
    rows = [_parts(shape) for shape in frame.loc[far, "geometry"]]
    heights = [max(part.bounds[3] - part.bounds[1] for part in parts) for parts in rows]
    west, south, east, north = INSET
    scale = min(INSET_SCALE, (north - south) * 0.85 / sum(heights))
    gap = ((north - south) - scale * sum(heights)) / (len(rows) + 1)
    shapes, top = [], north
    for parts, height in zip(rows, heights, strict=True):
        middle = top - gap - scale * height / 2
        shapes.append(_row([affinity.scale(part, scale, scale) for part in parts], west, east, middle))
        top = middle - scale * height / 2
    result = frame.copy()
    result.loc[far, "geometry"] = gpd.GeoSeries(shapes, index=frame.index[far], crs=frame.crs)
    return result


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    return sorted(shape.geoms, key=lambda part: -part.area) if isinstance(shape, MultiPolygon) else [shape]


def _row(parts: list[BaseGeometry], west: float, east: float, middle: float) -> BaseGeometry:
    widths = [part.bounds[2] - part.bounds[0] for part in parts]
    gap = min(0.006, (east - west - sum(widths)) / (len(parts) + 1))
    left, placed = west + gap, []
    for part, width in zip(parts, widths, strict=True):
        low, bottom, _, top = part.bounds
        placed.append(affinity.translate(part, left - low, middle - (bottom + top) / 2))
        left += width + gap
    return MultiPolygon(placed)


@dataclass(frozen=True)
class MapSpec:
    """How a map is drawn.

    Attributes:
        level: 'kecamatan' or 'kelurahan'.
        breaks: inner class bounds for colours.
        largest: value of the largest bubble, shared by maps that are compared.
        width: pixels the drawing may take; the height is fixed.
        palette: colours of classes that are no numbers; the frame's column `step` then says which class an area has.
        marks: drawn on the areas of each class of the palette, '' for none; keys of GLYPHS.
    """

    layout: Layout
    level: str
    breaks: Sequence[float]
    largest: float
    height: int
    width: int
    palette: Sequence[str] = ()
    marks: Sequence[str] = ()


def draw(words: Words, frame: pd.DataFrame, item: Indicator, spec: MapSpec, hover: list[str] | None = None) -> go.Figure:
    """A map of a query by one area level: rates as colours, counts as bubbles on the states' ground.

    `hover` replaces the texts that the frame itself gives.
    """
    shapes = geometry(spec.layout)
    codes = frame[f"kode_{spec.level}"].tolist()
    hover = hover or hover_texts(words, frame, item, spec.level)
    bubbles = item.map_mark == "gelembung"
    traces: list[object] = [_ground(codes, frame, spec, hover, () if bubbles else tuple(spec.breaks), coloured=not bubbles)]
    if bubbles:
        traces.append(_bubbles(codes, frame, shapes, spec, hover))
    return style.figure(
        spec.height,
        traces,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        map=_camera(shapes.bounds(codes), spec) | {"layers": _lines(codes, frame, shapes, spec)},
        clickmode="event+select",
    )


def hover_texts(words: Words, frame: pd.DataFrame, item: Indicator, level: str) -> list[str]:
    """Name, value with unit, interval, numerator and denominator of each area."""
    texts = []
    for code, row in zip(frame[f"kode_{level}"], frame.to_dict("records"), strict=True):
        value = value_text(words, row["value"], row["status"], item)
        parts = [f"<b>{areas.label(code)}</b>", f"{value}{unit_text(row['status'], item)}"]
        if item.interval and not pd.isna(row["lower"]):
            parts.append(f"95%: {interval_text(words, row['lower'], row['upper'], item)}")
            part, whole = words.number(row["numerator"]), words.number(row["denominator"])
            parts.append(f"{part} {item.numerator_name} / {whole} {item.denominator_name}")
        texts.append("<br>".join(parts))
    return texts


def _ground(
    codes: list[str], frame: pd.DataFrame, spec: MapSpec, hover: list[str], breaks: tuple[float, ...], *, coloured: bool
) -> go.Choroplethmap:
    numbers = tuple(spec.palette) or (palette(len(breaks) + 1) if coloured else ("#F3F5F6",))
    colours = (*numbers, *STATE_COLOURS.values())
    order = {status: len(numbers) + position for position, status in enumerate(STATE_COLOURS)}
    classes = frame["step"] if spec.palette else class_of(frame["value"].fillna(0), breaks)
    z = [order.get(Status(status), int(kind)) for status, kind in zip(frame["status"], classes, strict=True)]
    shapes = geometry(spec.layout)
    return go.Choroplethmap(
        geojson=f"{URL}/{shapes.file_name(spec.level)}",
        locations=codes,
        z=z,
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        colorscale=[
            [edge / len(colours), colour] for position, colour in enumerate(colours) for edge in (position, position + 1)
        ],
        showscale=False,
        hovertext=hover,
        hoverinfo="text",
        marker={"line": {"width": 0.7, "color": style.BORDER}, "opacity": 1},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _bubbles(codes: list[str], frame: pd.DataFrame, shapes: Geometry, spec: MapSpec, hover: list[str]) -> go.Scattermap:
    sizes = bubble_sizes(frame["value"].to_numpy(dtype=float), spec.largest)
    return go.Scattermap(
        lon=[shapes.points[code][0] for code in codes],
        lat=[shapes.points[code][1] for code in codes],
        mode="markers",
        marker={"size": sizes, "color": style.TEAL, "opacity": 0.75},
        customdata=codes,
        hovertext=hover,
        hoverinfo="text",
        selected={"marker": {"opacity": 0.75}},
        unselected={"marker": {"opacity": 0.75}},
    )


def bubble_sizes(values: np.ndarray, largest: float) -> list[float]:
    """Diameters in pixels; area is proportional to the value, nothing is drawn for zero or no number."""
    share = np.nan_to_num(values, nan=0.0) / largest if largest > 0 else np.zeros(len(values))
    return [round(float(size), 1) for size in BUBBLE_MAX * np.sqrt(np.clip(share, 0, 1))]


def _camera(bounds: Bounds, spec: MapSpec) -> dict[str, Any]:
    west, south, east, north = bounds
    wide, high = (east - west) / 360, (_mercator(north) - _mercator(south)) / (2 * math.pi)
    zoom = math.log2(min((spec.width - 16) / (wide * TILE), (spec.height - 16) / (high * TILE)))
    return {"style": "white-bg", "center": {"lon": (west + east) / 2, "lat": (south + north) / 2}, "zoom": round(zoom, 3)}


def _mercator(latitude: float) -> float:
    return math.asinh(math.tan(math.radians(latitude)))


def _lines(codes: list[str], frame: pd.DataFrame, shapes: Geometry, spec: MapSpec) -> list[dict[str, Any]]:
    """Outlines of kecamatan, and the marks of states and classes on their areas."""
    outline = {"source": f"{URL}/{shapes.file_name('garis')}", "sourcetype": "geojson", "type": "line"}
    casing, core = OUTLINE[spec.layout]
    layers: list[dict[str, Any]] = [
        outline | {"color": "white", "line": {"width": casing}},
        outline | {"color": style.TEXT, "line": {"width": core}},
    ]
    marks = _marks(frame, spec)
    for mark in GLYPHS:
        marked = [code for code, own in zip(codes, marks, strict=True) if own == mark]
        if marked:
            strokes = {"source": _strokes(shapes, marked, mark), "sourcetype": "geojson", "type": "line"}
            layers.append(strokes | {"color": style.TEXT, "line": {"width": 1.6}})
    return layers


def _marks(frame: pd.DataFrame, spec: MapSpec) -> list[str]:
    """The mark of each area: that of its state, else that of its class."""
    steps = frame["step"] if spec.marks else [0] * len(frame)
    own = {Status.NOT_REPORTED: CROSS, **STATE_MARKS}
    return [
        own.get(Status(status), spec.marks[step] if spec.marks and status == Status.OK else "")
        for status, step in zip(frame["status"], steps, strict=True)
    ]


def _strokes(shapes: Geometry, codes: Sequence[str], mark: str) -> dict[str, Any]:
    reach = CROSS_DEGREES / 2
    strokes = [
        [[shapes.points[code][0] + reach * right, shapes.points[code][1] + reach * up] for right, up in line]
        for code in codes
        for line in GLYPHS[mark]
    ]
    return {"type": "Feature", "properties": {}, "geometry": {"type": "MultiLineString", "coordinates": strokes}}
