"""Shapes from border lines, and the checks an official boundary file must pass before it is used."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.config import ROOT, settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.reference import areas, boundaries

DETAILED = ROOT.parent / "shared" / "boundaries" / "kelurahan_rinci.geojson"
needs_detailed = pytest.mark.skipif(not DETAILED.exists(), reason="the detailed map is not on this machine")

LAE_LAE, CADDI, LOMPO, KODINGARENG = "73.71.04.1007", "73.71.15.1001", "73.71.15.1002", "73.71.15.1003"
ISLANDS = {LAE_LAE, CADDI, LOMPO, KODINGARENG}
UNTIA = "73.71.11.1007"
BONTORANNU, KAMPUNG_BUYANG = "73.71.01.1001", "73.71.01.1008"


@pytest.fixture
def target() -> Path:
    return settings().boundaries


@pytest.fixture
def shapes() -> gpd.GeoDataFrame:
    """The shipped shapes as a file an office could send: code, name, kecamatan, geometry."""
    frame = boundaries.generalised()
    names = {"kelurahan": areas.name, "kecamatan": lambda code: areas.name(areas.parent(code))}
    return frame.assign(**{column: [name(code) for code in frame["kode"]] for column, name in names.items()})


Save = Callable[[gpd.GeoDataFrame], str]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def _save(frame: gpd.GeoDataFrame) -> str:
        path = tmp_path / "batas.geojson"
        frame.to_file(path, driver="GeoJSON")
        return str(path)

    return _save


def outcome(report: boundaries.Report, check: str) -> boundaries.Finding:
    return next(row for row in report.rows if row.check == check)


def moved(frame: gpd.GeoDataFrame, code: str, change: Callable[[shapely.Geometry], shapely.Geometry]) -> gpd.GeoDataFrame:
    row = frame.index[frame["kode"] == code][0]
    return frame.assign(geometry=[change(shape) if i == row else shape for i, shape in frame.geometry.items()]).set_crs(4326)


def test_450_border_lines_name_153_kelurahan_and_the_outside() -> None:
    lines = boundaries._border_lines()
    assert len(lines) == 450
    assert {side for border in lines for side in (border.left, border.right)} == {*areas.codes("kelurahan"), "LUAR"}


def test_every_kelurahan_has_a_valid_polygon_in_code_order() -> None:
    frame = boundaries.polygons()
    assert list(frame.columns) == ["kode", "geometry"]
    assert tuple(frame["kode"]) == areas.codes("kelurahan")
    assert frame.crs == "EPSG:4326"
    assert frame.is_valid.all()
    assert not frame.is_empty.any()


def test_island_groups_are_multipolygons() -> None:
    shapes = boundaries.polygons().set_index("kode").geometry
    assert {code: len(shapely.get_parts(shapes[code])) for code in sorted(ISLANDS | {UNTIA})} == {
        LAE_LAE: 4,
        UNTIA: 3,
        CADDI: 5,
        LOMPO: 1,
        KODINGARENG: 2,
    }


def test_exactly_four_islands_have_no_neighbour() -> None:
    assert {code for code, near in boundaries.neighbours().items() if not near} == ISLANDS == boundaries.islands()


def test_neighbours_are_mutual_and_share_a_line_of_border() -> None:
    near = boundaries.neighbours()
    edges = boundaries.polygons().set_index("kode").geometry.boundary
    pairs = {(a, b) for a in near for b in near[a]}
    assert tuple(near) == areas.codes("kelurahan")
    assert len(pairs) == 2 * 391
    assert all((b, a) in pairs and a != b for a, b in pairs)
    assert all(edges[a].intersection(edges[b]).length > 0 for a, b in pairs)


def test_dissolved_levels_cover_the_same_ground() -> None:
    kelurahan = boundaries.polygons().set_index("kode").geometry
    for level in ("kecamatan", "kota"):
        frame = boundaries.polygons(level)
        assert tuple(frame["kode"]) == areas.codes(level)
        for code, shape in zip(frame["kode"], frame.geometry, strict=True):
            assert shape.area == pytest.approx(sum(kelurahan[part].area for part in areas.members(code)), rel=1e-4)
            assert not any(part.interiors for part in shapely.get_parts(shape))


def test_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        boundaries.polygons("provinsi")


def test_what_a_caller_does_to_a_frame_stays_with_the_caller() -> None:
    frame = boundaries.polygons()
    frame["kode"] = "x"
    assert tuple(boundaries.polygons()["kode"]) == areas.codes("kelurahan")


def test_drawn_area_in_km2_drifts_from_the_official_one() -> None:
    drawn = boundaries.area_km2()
    assert tuple(drawn) == areas.codes("kelurahan")
    assert min(drawn.values()) > 0.03
    assert sum(drawn[code] for code in areas.members("73.71.07")) == pytest.approx(10.05, abs=0.01)


def test_each_point_lies_inside_its_own_polygon_only() -> None:
    points = boundaries.representative_points()
    frame = boundaries.polygons()
    assert tuple(points) == areas.codes("kelurahan")
    for code, at in points.items():
        assert frame.loc[frame.contains(shapely.Point(at)), "kode"].tolist() == [code]


@needs_detailed
def test_shipped_shapes_follow_the_detailed_map() -> None:
    detailed = gpd.read_file(DETAILED).set_index("kode_kelurahan").geometry
    shipped = boundaries.generalised().set_index("kode").geometry
    shared, total = shipped.intersection(detailed).to_numpy(), shipped.union(detailed).to_numpy()
    common = shapely.area(shared) / shapely.area(total)
    assert common.mean() == pytest.approx(0.91, abs=0.005)
    assert common.min() > 0.65


def ring(left: float, size: float) -> shapely.LineString:
    return shapely.box(left, left, left + size, left + size).exterior


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_rings_inside_rings_are_holes_and_beside_rings_are_parts(margin: int, hole: int, gap: int) -> None:
    outer = hole + 2 * margin
    holed = boundaries.polygon_inside([ring(0, outer), ring(margin, hole)])
    apart = boundaries.polygon_inside([ring(0, outer), ring(outer + gap, hole)])
    assert holed.area == outer**2 - hole**2
    assert apart.area == outer**2 + hole**2
    assert len(shapely.get_parts(apart)) == 2


def test_a_ring_in_a_hole_is_land_again() -> None:
    assert boundaries.polygon_inside([ring(0, 10), ring(2, 6), ring(4, 2)]).area == 100 - 36 + 4


def test_a_line_that_crosses_itself_still_encloses_its_area() -> None:
    bow = shapely.LineString([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)])
    assert boundaries.polygon_inside([bow]).area == 2


@needs_detailed
def test_the_detailed_map_installs_cleanly_and_is_used(target: Path) -> None:
    before, stamp = boundaries.polygons(), boundaries.stamp()
    report = boundaries.install(str(DETAILED), settings())
    assert [row.outcome for row in report.rows] == ["baik"] * 7
    assert boundaries.stamp() != stamp
    used = boundaries.polygons().set_index("kode").geometry
    detailed = gpd.read_file(DETAILED).set_index("kode_kelurahan").geometry
    assert tuple(used.index) == areas.codes("kelurahan")
    assert (used.to_crs(32750).symmetric_difference(detailed.to_crs(32750)).area < 1e-3 * detailed.to_crs(32750).area).all()
    assert boundaries.generalised().geom_equals(before).all()
    assert boundaries.polygons("kecamatan").is_valid.all()
    target.unlink()
    assert boundaries.polygons().geom_equals(before).all()


@needs_detailed
def test_points_follow_the_installed_map() -> None:
    shipped = boundaries.representative_points()
    boundaries.install(str(DETAILED), settings())
    inside = boundaries.polygons().set_index("kode").geometry
    points = boundaries.representative_points()
    assert points != shipped
    assert all(inside[code].contains(shapely.Point(at)) for code, at in points.items())


def test_install_writes_codes_names_and_nothing_else(shapes: gpd.GeoDataFrame, save: Save, target: Path) -> None:
    report = boundaries.install(save(shapes.assign(nik="7371")), settings())
    written = gpd.read_file(target)
    assert report.ok
    assert sorted(written.columns) == ["geometry", "kode", "nama"]
    assert tuple(written["kode"]) == areas.codes("kelurahan")
    assert list(target.parent.glob(f"{target.name}*")) == [target]


def test_an_installation_by_another_process_is_noticed(shapes: gpd.GeoDataFrame, save: Save, target: Path) -> None:
    west = boundaries.polygons().total_bounds[0]
    boundaries.install(save(shapes), settings())
    assert boundaries.polygons().total_bounds[0] == pytest.approx(west, abs=1e-9)
    shapes.assign(geometry=shapes.translate(0.0001, 0)).to_file(target, driver="GeoJSON")
    assert boundaries.polygons().total_bounds[0] == pytest.approx(west + 0.0001, abs=1e-9)
    assert boundaries.polygons("kota").total_bounds[0] == pytest.approx(west + 0.0001, abs=1e-9)
    assert boundaries.generalised().total_bounds[0] == west


def test_check_alone_installs_nothing(shapes: gpd.GeoDataFrame, save: Save, target: Path) -> None:
    assert boundaries.check(save(shapes)).ok
    assert not target.exists()


BPS = {code: item.bps for code, item in areas.kelurahan().items()}


@pytest.mark.parametrize(
    "columns",
    [
        lambda frame: {"KDEPUM": frame["kode"]},
        lambda frame: {"kd": frame["kode"].str.replace(".", "")},
        lambda frame: {"kd": frame["kode"].str.replace(".", "").astype(float)},
        lambda frame: {"iddesa": frame["kode"].map(BPS)},
        lambda frame: {"iddesa": frame["kode"].map(BPS).astype("int64"), "kode_pos": 90111},
        lambda frame: {
            "WADMKD": frame["kelurahan"].str.upper(),
            "WADMKC": "Kec. " + frame["kecamatan"],
            "WADMKK": "Kota Makassar",
        },
    ],
    ids=["dotted", "undotted", "float", "bps text", "bps number", "names"],
)
def test_codes_of_any_system_and_names_are_recognised(
    columns: Callable[[pd.DataFrame], dict[str, object]], shapes: gpd.GeoDataFrame, save: Save
) -> None:
    sent = gpd.GeoDataFrame(columns(shapes), geometry=shapes.geometry, crs=shapes.crs).sample(frac=1, random_state=1)
    report = boundaries.install(save(sent), settings())
    assert outcome(report, "Kode kelurahan").outcome == "baik"
    assert boundaries.polygons()["kode"].tolist() == list(areas.codes("kelurahan"))


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "zip"])
def test_other_formats_and_reference_systems_are_read(suffix: str, shapes: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / f"batas.{suffix}"
    metric = shapes.to_crs(32750)
    if suffix == "zip":
        metric.to_file(tmp_path / "batas.shz", driver="ESRI Shapefile")
        (tmp_path / "batas.shz").rename(path)
    else:
        metric.to_file(path)
    report = boundaries.install(str(path), settings())
    assert outcome(report, "Sistem koordinat").detail == "WGS 84 / UTM zone 50S"
    moved_by = shapely.hausdorff_distance(boundaries.polygons().geometry.values, boundaries.generalised().geometry.values)
    assert moved_by.max() < 1e-5


def test_missing_reference_system_is_taken_as_wgs84_with_a_warning(shapes: gpd.GeoDataFrame, tmp_path: Path) -> None:
    shapes.to_file(tmp_path / "batas.shp")
    (tmp_path / "batas.prj").unlink()
    report = boundaries.check(str(tmp_path / "batas.shp"))
    assert report.ok
    assert outcome(report, "Sistem koordinat").outcome == "peringatan"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a server on this machine that hands out the files of tmp_path."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_address_is_fetched(shapes: gpd.GeoDataFrame, save: Save, served: str, target: Path) -> None:
    save(shapes)
    assert boundaries.install(f"{served}/batas.geojson", settings()).ok
    assert target.exists()


def test_an_address_without_a_file_is_a_user_error(served: str) -> None:
    with pytest.raises(UserError, match=r"tidak dapat dibaca.*404"):
        boundaries.check(f"{served}/tidak-ada.geojson")


def test_small_repairs_and_rows_of_other_cities_are_reported_but_pass(shapes: gpd.GeoDataFrame, save: Save) -> None:
    spike = shapely.MultiPolygon([shapely.box(119.37, -5.2, 119.371, -5.199)])
    gowa = gpd.GeoDataFrame({"kode": ["73.06.01.1001"]}, geometry=[spike], crs=4326)
    twisted = moved(shapes, KODINGARENG, lambda shape: shapely.MultiPolygon([*shape.geoms, shape.geoms[0]]))
    report = boundaries.check(save(pd.concat([twisted, gowa])))
    assert report.ok
    assert outcome(report, "Geometri") == boundaries.Finding(
        "Geometri", "peringatan", "1 diperbaiki otomatis: Kodingareng (Kec. Kepulauan Sangkarrang)"
    )
    assert outcome(report, "Kode kelurahan").detail == "153 lengkap; 1 baris di luar kota dilewati"


def without(code: str) -> Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]:
    return lambda frame: frame[frame["kode"] != code]


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(kode=frame["kode"].replace({BONTORANNU: KAMPUNG_BUYANG, KAMPUNG_BUYANG: BONTORANNU}))


def lae_lae_ashore(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return moved(frame, LAE_LAE, lambda shape: shapely.union(shape, shapely.box(119.39, -5.1372, 119.41, -5.1368)))


@pytest.mark.parametrize(
    ("change", "check", "reason"),
    [
        (swapped, "Titik acuan", r"2 titik.*Bontorannu \(Kec. Mariso\) ada di poligon Kampung Buyang"),
        (without(BONTORANNU), "Kode kelurahan", r"1 tidak ada: Bontorannu \(Kec. Mariso\)"),
        (without(LOMPO), "Pulau", r"Barrang Lompo \(Kec. Kepulauan Sangkarrang\) tidak ada"),
        (lambda frame: frame.assign(kode=frame["kode"].replace(LOMPO, CADDI)), "Kode kelurahan", "1 ganda: Barrang Caddi"),
        (lambda frame: frame.assign(kode=frame["kode"].replace(LOMPO, "73.71.99.1")), "Kode kelurahan", "dikenal: 73.71.99.1"),
        (lambda frame: frame.assign(kode=frame["kode"].replace(LOMPO, None)), "Kode kelurahan", r"dikenal: \(kosong\)"),
        (lambda frame: moved(frame, BONTORANNU, lambda shape: shape.buffer(0.002)), "Tumpang tindih", r"Bontorannu.*\d{4,} m²"),
        (lambda frame: moved(frame, UNTIA, lambda shape: shapely.transform(shape, lambda at: at + 3)), "Letak di kota", "Untia"),
        (lambda frame: moved(frame, UNTIA, lambda shape: shape.boundary), "Geometri", r"1 tanpa luas: Untia"),
        (lambda frame: moved(frame, UNTIA, lambda _: None), "Geometri", r"1 tanpa luas: Untia"),
        (lambda frame: frame.assign(geometry=frame.representative_point()), "Geometri", "153 tanpa luas.*dan 148 lagi"),
        (lae_lae_ashore, "Pulau", "Lae-Lae.*menempel"),
        (
            lambda frame: frame.drop(columns=["kode", "kecamatan"]),
            "Kode kelurahan",
            r"7 tidak dikenal: Mariso \(sebut kecamatannya\)",
        ),
    ],
    ids=[
        "swapped codes",
        "missing kelurahan",
        "missing island",
        "doubled code",
        "unknown code",
        "no code",
        "overlap",
        "far away",
        "lines only",
        "no geometry",
        "points only",
        "island ashore",
        "ambiguous names",
    ],
)
def test_a_faulty_file_is_refused_with_its_reason_and_nothing_is_written(
    change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame],
    check: str,
    reason: str,
    shapes: gpd.GeoDataFrame,
    save: Save,
    target: Path,
) -> None:
    path = save(change(shapes))
    with pytest.raises(UserError, match=f"{check} – .*{reason}") as refusal:
        boundaries.install(path, settings())
    assert "tidak dipasang" in refusal.value.problem
    assert outcome(boundaries.check(path), check).outcome == "galat"
    assert not list(target.parent.glob(f"{target.name}*"))


def test_a_refused_file_leaves_the_installed_one_in_use(shapes: gpd.GeoDataFrame, save: Save, target: Path) -> None:
    boundaries.install(save(shapes), settings())
    before = target.read_bytes()
    with pytest.raises(UserError):
        boundaries.install(save(swapped(shapes)), settings())
    assert target.read_bytes() == before


def test_a_write_that_fails_leaves_nothing_behind(
    shapes: gpd.GeoDataFrame, save: Save, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("disk penuh")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="disk penuh"):
        boundaries.install(save(shapes), settings())
    assert not list(target.parent.glob(f"{target.name}*"))


def test_swapping_any_two_neighbours_is_noticed() -> None:
    metric = boundaries.generalised().set_index("kode").geometry.to_crs(boundaries.METRES)
    assert boundaries._check_points(metric).outcome == "baik"
    points = gpd.GeoSeries(
        gpd.points_from_xy(*zip(*boundaries.representative_points().values(), strict=True)), index=metric.index, crs=4326
    )
    points = points.to_crs(boundaries.METRES)
    for a, near in boundaries.neighbours().items():
        for b in near:
            assert max(points[a].distance(metric[b]), points[b].distance(metric[a])) > boundaries.POINT_TOLERANCE_M


def test_a_text_file_is_refused(tmp_path: Path, target: Path) -> None:
    (tmp_path / "catatan.txt").write_text("bukan peta")
    with pytest.raises(UserError, match=r"tidak dapat dibaca.*catatan\.txt"):
        boundaries.install(str(tmp_path / "catatan.txt"), settings())
    assert not target.exists()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="berkas tidak ada"):
        boundaries.check(str(tmp_path / "hilang.geojson"))


def test_a_table_without_geometry_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tabel.csv").write_text("kode,nama\n73.71.01.1001,Bontorannu\n")
    with pytest.raises(UserError, match="tidak memuat geometri"):
        boundaries.check(str(tmp_path / "tabel.csv"))


def test_a_file_with_several_layers_is_refused(shapes: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for layer in ("kelurahan", "kecamatan"):
        shapes.to_file(tmp_path / "batas.gpkg", layer=layer)
    with pytest.raises(UserError, match=r"lebih dari satu lapisan.*kelurahan, kecamatan"):
        boundaries.check(str(tmp_path / "batas.gpkg"))


@pytest.mark.parametrize("columns", [["geometry"], ["kecamatan", "geometry"]])
def test_a_file_without_codes_or_names_is_refused(columns: list[str], shapes: gpd.GeoDataFrame, save: Save) -> None:
    with pytest.raises(UserError, match="tidak memuat kolom kode atau nama kelurahan"):
        boundaries.check(save(shapes[columns]))
