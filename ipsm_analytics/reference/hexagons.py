"""Equal-tile layout: one hexagon a kelurahan, so that the small, dense wards of the centre can be read.

Cells are axial (column, row) pairs of pointy-top hexagons, rows counted southward: the centre of (q, r) lies
at x = q + r/2, y = -r·√3/2 in units of the tile width. Method of `compute`: centres of the shapes are spread
to even density by springs along common borders (after Dorling 1996, Area Cartograms), laid on the nearest
cells by optimal assignment, and improved by exchanges under a falling threshold (Dueck & Scheuer 1990).
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, count
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.optimize import linear_sum_assignment

from ipsm_analytics.config import settings
from ipsm_analytics.reference import areas, boundaries
from ipsm_analytics.reference.tables import rows

Cell = tuple[int, int]
Node = TypeVar("Node")
Points = npt.NDArray[np.float64]

AROUND: tuple[Cell, ...] = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
EXTENT_DEGREES = 0.09

SPREAD_STEPS = 600
PULL, PUSH = 0.15, 0.3
REACH = 2.5
SEEDS = range(1, 5)
EXCHANGES = 60_000
THRESHOLD = 10.0
TIE_GAIN, TILE_GAIN, SPLIT_LOSS = 10, 4, 60
GAP_CELLS = 2

SOURCE = """\
# Sumber: tata letak sendiri, dihitung dari batas_ruas.csv oleh python -m ipsm_analytics.reference.hexagons.
# Satu segi enam sama besar per kelurahan; bukan peta: jarak dan luas tidak berarti.
# kolom, baris: koordinat aksial; pusat segi enam di x = kolom + baris/2, y = -baris * akar(3)/2.
"""


@dataclass(frozen=True)
class Quality:
    """How much of the true map a layout keeps.

    Attributes:
        pairs: pairs of kelurahan with a common border.
        kept: those of them on adjacent tiles.
        mean_share: mean over kelurahan with neighbours of the share of neighbours kept, 0 to 1.
        split: kecamatan whose tiles do not hang together.
    """

    pairs: int
    kept: int
    mean_share: float
    split: tuple[str, ...]


@cache
def layout() -> Mapping[str, Cell]:
    """Stored axial cell (column, row) of each of the 153 kelurahan, in code order."""
    return MappingProxyType({row["kode_kelurahan"]: (int(row["kolom"]), int(row["baris"])) for row in rows("heksagon")})


def polygons(level: str = "kelurahan") -> gpd.GeoDataFrame:
    """Tiles (level kelurahan) or outlines of tiles (kecamatan, kota) for drawing.

    Returns columns kode, geometry in code order; coordinates are drawing degrees within ±0.09 around (0, 0),
    where Web Mercator keeps angles and proportions, labelled EPSG:4326. Raises KeyError for an unknown level.
    """
    return _outlines(level).copy()


def quality(cells: Mapping[str, Cell]) -> Quality:
    """Measures a layout of all kelurahan against the true neighbours."""
    near = boundaries.neighbours()
    kept = {code: sum(_distance(cells[code], cells[other]) == 1 for other in near[code]) for code in cells}
    shares = [kept[code] / len(near[code]) for code in cells if near[code]]
    split = tuple(area for area in areas.codes("kecamatan") if _parts({cells[code] for code in areas.members(area)}) > 1)
    return Quality(sum(map(len, near.values())) // 2, sum(kept.values()) // 2, sum(shares) / len(shares), split)


def compute() -> dict[str, Cell]:
    """Builds the layout anew from the shipped shapes; the same on every machine.

    The kecamatan made of islands only stands apart at the upper left; a single island kelurahan joins the
    nearest kelurahan of its kecamatan.
    """
    afar = _afar()
    codes = [code for code in areas.codes("kelurahan") if code not in afar]
    ties = _ties(codes)
    points = _spread(_centres(codes), ties)
    boards = [_improved(_Board(codes, ties, points), seed) for seed in SEEDS]
    best = max(boards, key=lambda board: (-board.faults(), board.kept()))
    mainland = dict(zip(codes, best.cells(), strict=True))
    return _from_origin(mainland | _place_afar(afar, set(mainland.values())))


def write(path: Path) -> None:
    """Computes the layout and replaces the CSV at `path` in one step."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["kode_kelurahan", "kelurahan", "kolom", "baris"])
    table.writerows([code, areas.name(code), *cell] for code, cell in compute().items())
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(SOURCE + text.getvalue(), encoding="utf-8")
    unfinished.replace(path)


@cache
def _outlines(level: str) -> gpd.GeoDataFrame:
    tiles = _tiles()
    shapes = [shapely.union_all([tiles[code] for code in areas.members(area)]) for area in areas.codes(level)]
    return gpd.GeoDataFrame({"kode": areas.codes(level)}, geometry=shapes, crs=boundaries.DEGREES)


def _tiles() -> dict[str, shapely.Polygon]:
    """Hexagons from whole-number corners, so that tiles side by side share them exactly."""
    corners = {code: _corners(cell) for code, cell in layout().items()}
    every = np.array([corner for ring in corners.values() for corner in ring])
    unit = np.array([1 / 2, 1 / np.sqrt(12)])
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    scale = EXTENT_DEGREES / ((every.max(axis=0) - middle) * unit).max()
    return {code: shapely.Polygon((np.array(ring) - middle) * unit * scale) for code, ring in corners.items()}


def _corners(cell: Cell) -> list[Cell]:
    """Corners in half tile widths across and 1/√12 tile widths up."""
    across, up = 2 * cell[0] + cell[1], -3 * cell[1]
    return [(across + x, up + y) for x, y in ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))]


def _centre(cell: Cell) -> tuple[float, float]:
    return cell[0] + cell[1] / 2, -cell[1] * 0.75**0.5


def _beside(cell: Cell) -> list[Cell]:
    return [(cell[0] + column, cell[1] + row) for column, row in AROUND]


def _distance(a: Cell, b: Cell) -> int:
    columns, lines = a[0] - b[0], a[1] - b[1]
    return max(abs(columns), abs(lines), abs(columns + lines))


def _parts(cells: set[Cell]) -> int:
    """Number of groups of adjacent cells."""
    return _groups(cells, _beside)


def _groups(nodes: set[Node], beside: Callable[[Node], Iterable[Node]]) -> int:
    left, found = set(nodes), 0
    while left:
        found += 1
        queue = [left.pop()]
        while queue:
            near = left.intersection(beside(queue.pop()))
            left -= near
            queue += near
    return found


def _afar() -> tuple[str, ...]:
    """Kelurahan of kecamatan made of islands only, from north to south."""
    isles = boundaries.islands()
    codes = [code for area in areas.codes("kecamatan") if isles.issuperset(areas.members(area)) for code in areas.members(area)]
    latitudes = dict(zip(codes, _centres(codes)[:, 1], strict=True))
    return tuple(sorted(codes, key=lambda code: -latitudes[code]))


def _centres(codes: Sequence[str]) -> Points:
    """Centroids of the shipped shapes, degrees with longitude shortened to the latitude; n by 2, 6 decimals."""
    shapes = boundaries.generalised().set_index("kode").geometry.loc[list(codes)].to_numpy()
    points = shapely.get_coordinates(shapely.centroid(shapes))
    result: Points = np.round(points * [np.cos(np.radians(points[:, 1].mean())), 1.0], 6)
    return result


def _ties(codes: Sequence[str]) -> list[tuple[int, int]]:
    """Index pairs with a common border; an island is tied to the nearest kelurahan of its kecamatan."""
    near, points = boundaries.neighbours(), _centres(codes)
    ties = [(i, j) for i, j in combinations(range(len(codes)), 2) if codes[j] in near[codes[i]]]
    for i in (i for i, code in enumerate(codes) if not near[code]):
        others = [j for j, code in enumerate(codes) if j != i and areas.parent(code) == areas.parent(codes[i])]
        ties.append((i, min(others, key=lambda j: float(np.hypot(*(points[i] - points[j]))))))
    return ties


def _spread(points: Points, ties: Sequence[tuple[int, int]]) -> Points:
    """Moves points until tied ones are about one tile apart and none much nearer; n by 2, tile widths.

    Rounded at every step, so that the last digits of one machine's arithmetic cannot grow.
    """
    first, second = np.array(ties).T
    gaps = points[first] - points[second]
    spread: Points = (points - points.mean(axis=0)) / np.median(np.hypot(*gaps.T))
    for _ in range(SPREAD_STEPS):
        force = _push(spread)
        pull = _pull(spread[first] - spread[second])
        np.subtract.at(force, first, pull)
        np.add.at(force, second, pull)
        spread = np.round(spread + force, 6)
    return spread


def _push(points: Points) -> Points:
    gaps = points[:, None] - points[None]
    lengths = np.maximum(np.hypot(gaps[..., 0], gaps[..., 1]), 1e-3)
    strength = PUSH * np.maximum(1 - lengths, 0) / lengths
    result: Points = (strength[..., None] * gaps).sum(axis=1)
    return result


def _pull(gaps: Points) -> Points:
    lengths = np.maximum(np.hypot(gaps[:, 0], gaps[:, 1]), 1e-3)
    result: Points = gaps * (PULL / 2 * np.maximum(lengths - 1, 0) / lengths)[:, None]
    return result


class _Board:
    """Tiles on numbered cells; all scores are whole numbers, so that exchanges are the same everywhere."""

    def __init__(self, codes: Sequence[str], ties: Sequence[tuple[int, int]], points: Points) -> None:
        self.field = _field(points)
        number = {cell: index for index, cell in enumerate(self.field)}
        self.beside = [[number[other] for other in _beside(cell) if other in number] for cell in self.field]
        squares = ((points[:, None] - np.array([_centre(cell) for cell in self.field])[None]) ** 2).sum(axis=2)
        self.strain: list[list[int]] = np.rint(squares).astype(int).tolist()
        self.at: list[int] = linear_sum_assignment(np.rint(squares * 1000))[1].tolist()
        self.holder = [-1] * len(self.field)
        for tile, place in enumerate(self.at):
            self.holder[place] = tile
        self.tied: list[list[int]] = [[] for _ in codes]
        for i, j in ties:
            self.tied[i].append(j)
            self.tied[j].append(i)
        self.group = [areas.parent(code) for code in codes]
        self.tiles = {area: [i for i, own in enumerate(self.group) if own == area] for area in self.group}
        self.split = {area: self._parts(area) for area in self.tiles}

    def cells(self) -> list[Cell]:
        return [self.field[place] for place in self.at]

    def faults(self) -> int:
        """Kecamatan parts too many, and holes: groups of empty cells shut off from the outside."""
        empty = {place for place, tile in enumerate(self.holder) if tile < 0}
        return sum(self.split.values()) - len(self.split) + _groups(empty, self.beside.__getitem__) - 1

    def kept(self) -> int:
        return sum(self.at[other] in self.beside[self.at[tile]] for tile, tied in enumerate(self.tied) for other in tied) // 2

    def try_exchange(self, tile: int, place: int, threshold: float) -> None:
        """Moves a tile to a place and what lies there back, unless the score falls by the threshold or more."""
        origin, other = self.at[tile], self.holder[place]
        before = self._value(tile, other)
        self._exchange(tile, other, origin, place)
        gain = self._value(tile, other) - before
        if gain > -threshold:
            parts = {area: self._parts(area) for area in self._concerned(tile, other)}
            gain -= SPLIT_LOSS * sum(count - self.split[area] for area, count in parts.items())
            if gain > -threshold:
                self.split.update(parts)
                return
        self._exchange(tile, other, place, origin)

    def _exchange(self, tile: int, other: int, origin: int, place: int) -> None:
        self.at[tile], self.holder[place], self.holder[origin] = place, tile, other
        if other >= 0:
            self.at[other] = origin

    def _concerned(self, tile: int, other: int) -> set[str]:
        areas_concerned = {self.group[tile]} | ({self.group[other]} if other >= 0 else set())
        return set() if other >= 0 and len(areas_concerned) == 1 else areas_concerned

    def _value(self, *tiles: int) -> int:
        return sum(self._tile_value(tile) for tile in tiles if tile >= 0)

    def _tile_value(self, tile: int) -> int:
        place, tied = self.at[tile], self.tied[tile]
        value = -self.strain[tile][place]
        for near in self.beside[place]:
            holder = self.holder[near]
            if holder >= 0:
                value += TILE_GAIN + TIE_GAIN * (holder in tied)
        return value

    def _parts(self, area: str) -> int:
        return _groups({self.at[tile] for tile in self.tiles[area]}, self.beside.__getitem__)


def _field(points: Points) -> list[Cell]:
    """Cells within reach of some point, in order."""
    span = range(-int(np.ceil(2 * np.abs(points).max())), int(np.ceil(2 * np.abs(points).max())) + 1)
    every = [(column, row) for column in span for row in span]
    centres = np.array([_centre(cell) for cell in every])
    nearest = np.hypot(*(centres[:, None] - points[None]).transpose(2, 0, 1)).min(axis=1)
    return [cell for cell, distance in zip(every, nearest, strict=True) if distance < REACH]


def _improved(board: _Board, seed: int) -> _Board:
    """Tries to bring tiles beside a true neighbour; small losses are allowed early, none at the end."""
    chance = random.Random(seed)  # nosec B311 # places tiles, guards nothing
    for step in range(EXCHANGES):
        tile = int(chance.random() * len(board.at))
        tied = board.tied[tile]
        goals = board.beside[board.at[tied[int(chance.random() * len(tied))]]]
        place = goals[int(chance.random() * len(goals))]
        if place != board.at[tile]:
            board.try_exchange(tile, place, THRESHOLD * (1 - step / EXCHANGES))
    return board


def _place_afar(codes: Sequence[str], taken: set[Cell]) -> dict[str, Cell]:
    """A zigzag column at the upper left, as far east as leaves empty cells between it and the rest."""
    top = min(row for _, row in taken)
    first = min(column for column, row in taken if row == top)
    columns = ([(column - (index + 1) // 2, top + index) for index in range(len(codes))] for column in count(first, -1))
    clear = (cells for cells in columns if min(_distance(a, b) for a in cells for b in taken) > GAP_CELLS)
    return dict(zip(codes, next(clear), strict=True))


def _from_origin(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    column, row = min(cell[0] for cell in cells.values()), min(cell[1] for cell in cells.values())
    return {code: (cells[code][0] - column, cells[code][1] - row) for code in sorted(cells)}


if __name__ == "__main__":
    write(settings().reference / "heksagon.csv")
