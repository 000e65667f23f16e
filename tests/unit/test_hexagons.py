"""The equal-tile layout: stored as computed, one tile a kelurahan, kecamatan in one piece, neighbours near."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.config import settings
from ipsm_analytics.reference import areas, boundaries, hexagons

SANGKARRANG = "73.71.15"
cells = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


@pytest.mark.slow
def test_the_stored_file_is_what_compute_gives(tmp_path: Path) -> None:
    hexagons.write(tmp_path / "heksagon.csv")
    assert (tmp_path / "heksagon.csv").read_bytes() == (settings().reference / "heksagon.csv").read_bytes()
    assert [path.name for path in tmp_path.glob("heksagon*")] == ["heksagon.csv"]


def test_153_kelurahan_have_153_distinct_cells() -> None:
    layout = hexagons.layout()
    assert tuple(layout) == areas.codes("kelurahan")
    assert len(set(layout.values())) == 153


def test_every_kecamatan_hangs_together() -> None:
    assert hexagons.quality(hexagons.layout()).split == ()


def test_four_of_five_true_neighbours_stay_adjacent() -> None:
    quality = hexagons.quality(hexagons.layout())
    assert quality.pairs == 391
    assert quality.kept >= 312
    assert quality.mean_share >= 0.81


def test_quality_notices_a_split_kecamatan_and_lost_neighbours() -> None:
    layout = hexagons.layout()
    a, b = "73.71.01.1001", "73.71.11.1005"
    mixed = hexagons.quality({**layout, a: layout[b], b: layout[a]})
    assert mixed.split == ("73.71.01", "73.71.11")
    assert mixed.kept < hexagons.quality(layout).kept


@given(cells)
def test_quality_does_not_depend_on_where_the_layout_lies(shift: hexagons.Cell) -> None:
    layout = hexagons.layout()
    elsewhere = {code: (column + shift[0], row + shift[1]) for code, (column, row) in layout.items()}
    assert hexagons.quality(elsewhere) == hexagons.quality(layout)


@given(cells, cells)
def test_distance_is_one_exactly_for_the_six_cells_around(a: hexagons.Cell, b: hexagons.Cell) -> None:
    assert hexagons._distance(a, b) == hexagons._distance(b, a)
    assert (hexagons._distance(a, b) == 1) == (b in hexagons._beside(a))
    apart = np.hypot(*np.subtract(hexagons._centre(a), hexagons._centre(b)))
    assert (hexagons._distance(a, b) == 1) == bool(np.isclose(apart, 1))


def test_tiles_are_regular_equal_and_do_not_overlap() -> None:
    frame = hexagons.polygons()
    tiles = frame.geometry.to_numpy()
    sides = np.array([np.hypot(*np.diff(tile.exterior.coords, axis=0).T) for tile in tiles])
    assert tuple(frame["kode"]) == areas.codes("kelurahan")
    assert sides.shape == (153, 6)
    assert np.allclose(sides, sides[0, 0])
    assert np.allclose(shapely.area(tiles), 1.5 * np.sqrt(3) * sides[0, 0] ** 2)
    assert shapely.union_all(tiles).area == pytest.approx(shapely.area(tiles).sum())


def test_tiles_on_adjacent_cells_share_a_side_exactly() -> None:
    layout = hexagons.layout()
    tiles = hexagons.polygons().set_index("kode").geometry
    for a, b in combinations(layout, 2):
        shared = len({*tiles[a].exterior.coords} & {*tiles[b].exterior.coords})
        assert (shared == 2) == (hexagons._distance(layout[a], layout[b]) == 1)


def test_the_drawing_stays_near_the_equator_and_is_about_as_wide_as_tall() -> None:
    west, south, east, north = hexagons.polygons("kota").total_bounds
    assert max(-west, -south, east, north) == pytest.approx(0.09)
    assert west == pytest.approx(-east)
    assert south == pytest.approx(-north)
    assert 0.8 < (east - west) / (north - south) < 1.15


def test_outlines_are_whole_and_without_holes() -> None:
    for level in ("kecamatan", "kota"):
        frame = hexagons.polygons(level)
        assert tuple(frame["kode"]) == areas.codes(level)
        assert frame.is_valid.all()
        assert not any(part.interiors for shape in frame.geometry for part in shapely.get_parts(shape))
    assert (hexagons.polygons("kecamatan").geom_type == "Polygon").all()
    assert len(shapely.get_parts(hexagons.polygons("kota").geometry.iloc[0])) == 2


def test_kepulauan_sangkarrang_stands_apart_at_the_upper_left() -> None:
    layout = hexagons.layout()
    isles = {layout[code] for code in areas.members(SANGKARRANG)}
    mainland = [cell for cell in layout.values() if cell not in isles]
    centres = [hexagons._centre(cell) for cell in mainland]
    assert min(hexagons._distance(a, b) for a in isles for b in mainland) == hexagons.GAP_CELLS + 1
    assert max(hexagons._centre(cell)[0] for cell in isles) < min(x for x, _ in centres)
    assert min(hexagons._centre(cell)[1] for cell in isles) > np.mean([y for _, y in centres])


def test_north_is_up_and_the_sea_is_left() -> None:
    mainland = [code for code in areas.codes("kelurahan") if areas.parent(code) != SANGKARRANG]
    tiles = np.array([hexagons._centre(hexagons.layout()[code]) for code in mainland])
    points = hexagons._centres(mainland)
    ranks = [np.corrcoef(tiles[:, axis].argsort().argsort(), points[:, axis].argsort().argsort())[0, 1] for axis in (0, 1)]
    assert min(ranks) > 0.9
    outside = {border.right if border.left == boundaries.OUTSIDE else border.left for border in boundaries._border_lines()}
    taken = set(hexagons.layout().values())
    rim = [code for code in mainland if len(taken.intersection(hexagons._beside(hexagons.layout()[code]))) < 6]
    assert sum(code in outside for code in rim) > len(rim) / 2


def test_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        hexagons.polygons("provinsi")


def test_what_a_caller_does_to_a_frame_stays_with_the_caller() -> None:
    hexagons.polygons()["kode"] = "x"
    assert tuple(hexagons.polygons()["kode"]) == areas.codes("kelurahan")
