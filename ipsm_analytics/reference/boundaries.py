"""Area shapes: polygons and neighbours from the shipped border lines, or an official file in their place.

The shipped lines are generalised (80 m, 4 decimals); every line names the kelurahan on either side, so
polygons, neighbours and outlines all come from the same 450 rows.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from http.client import HTTPException
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from urllib.request import urlopen

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from ipsm_analytics import config
from ipsm_analytics.errors import UserError
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.tables import rows

OUTSIDE = "LUAR"
DEGREES = "EPSG:4326"
METRES = "EPSG:32750"

OVERLAP_SEEN_M2 = 1.0
OVERLAP_SHARE = 0.01
POINT_TOLERANCE_M = 50.0
MARGIN_DEGREES = 0.05
COORDINATE_STEP = 1e-6
DOWNLOAD_SECONDS = 60

GOOD, WARNING, ERROR = "baik", "peringatan", "galat"


@dataclass(frozen=True)
class BorderLine:
    """One stretch of border with the kelurahan codes on its two sides (OUTSIDE beyond the city)."""

    left: str
    right: str
    line: shapely.LineString


@dataclass(frozen=True)
class Finding:
    """One check of a boundary file; outcome is 'baik', 'peringatan' or 'galat', detail is shown as it is."""

    check: str
    outcome: str
    detail: str


@dataclass(frozen=True)
class Report:
    """All findings on one boundary file."""

    rows: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """True when no check failed; warnings do not stop an installation."""
        return all(row.outcome != ERROR for row in self.rows)


def polygons(level: str = "kelurahan") -> gpd.GeoDataFrame:
    """Shapes in use: the installed official file if there is one, else the shipped ones.

    Returns columns kode, geometry (lon/lat, EPSG:4326), one row an area in code order. Raises KeyError for
    an unknown level and UserError when the installed file cannot be read.
    """
    return _shapes(level, *_in_use()).copy()


def generalised(level: str = "kelurahan") -> gpd.GeoDataFrame:
    """The shipped shapes, whatever is installed; columns as in `polygons`."""
    return _shapes(level, None, 0).copy()


def stamp() -> tuple[str, int]:
    """Identity of the shapes in use: changes when a boundary file is installed."""
    path, changed = _in_use()
    return str(path or ""), changed


@cache
def neighbours() -> Mapping[str, frozenset[str]]:
    """Kelurahan that share a border line with each kelurahan; empty for the four islands."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for border in _border_lines():
        found[border.left].add(border.right)
        found[border.right].add(border.left)
    return MappingProxyType({code: frozenset(found[code] - {OUTSIDE}) for code in areas.codes("kelurahan")})


@cache
def islands() -> frozenset[str]:
    """Kelurahan without a neighbour on land."""
    return frozenset(code for code, near in neighbours().items() if not near)


@cache
def area_km2() -> Mapping[str, float]:
    """Drawn area of each kelurahan in km², from the shipped shapes in UTM 50S.

    Only for sharing one count between a kelurahan split off and its parent. Never divide by it: drawn areas
    drift from the official ones by kecamatan (Tallo 10.1 against 5.83 km²), so a density would be wrong.
    """
    metric = generalised().set_index("kode").geometry.to_crs(METRES)
    return MappingProxyType({code: float(value) / 1e6 for code, value in metric.area.items()})


def representative_points() -> Mapping[str, tuple[float, float]]:
    """(lon, lat) well inside each kelurahan of `polygons`: centre of the largest circle that fits."""
    return _points(*_in_use())


def check(path_or_url: str) -> Report:
    """Examines a boundary file without using it.

    Accepts whatever geopandas reads, from a path or an http(s) address. Raises UserError when it cannot be
    read or carries neither codes nor names of kelurahan.
    """
    return _examine(path_or_url)[0]


def install(path_or_url: str, settings: config.Settings) -> Report:
    """Checks a boundary file and, only if no check fails, puts it to use at `settings.boundaries`.

    The file written holds kode, nama and lon/lat geometry and replaces an older one in one step. Raises
    UserError as `check` does, and when a check failed.
    """
    report, frame = _examine(path_or_url)
    if not report.ok:
        raise UserError(
            "Berkas batas tidak dipasang; batas yang lama tetap dipakai.",
            found="; ".join(f"{row.check} – {row.detail}" for row in report.rows if row.outcome == ERROR),
            allowed="153 kelurahan, masing-masing satu kali, di tempatnya, tanpa tumpang tindih",
            action="perbaiki berkas lalu pasang lagi",
        )
    _write(frame, settings.boundaries)
    return report


@cache
def _border_lines() -> tuple[BorderLine, ...]:
    return tuple(BorderLine(row["kiri"], row["kanan"], _line(row["titik"])) for row in rows("batas_ruas"))


def _line(text: str) -> shapely.LineString:
    return shapely.LineString([tuple(map(float, point.split())) for point in text.split(";")])


def polygon_inside(lines: Iterable[shapely.LineString]) -> BaseGeometry:
    """The area enclosed by border lines: several rings give a multipolygon, a ring inside a ring a hole.

    Lines are cut where they meet before rings are sought, since generalised lines may touch themselves.
    """
    return shapely.build_area(shapely.union_all(list(lines)))


@cache
def _shipped() -> gpd.GeoDataFrame:
    borders: defaultdict[str, list[shapely.LineString]] = defaultdict(list)
    for border in _border_lines():
        borders[border.left].append(border.line)
        borders[border.right].append(border.line)
    return _frame({code: polygon_inside(borders[code]) for code in areas.codes("kelurahan")})


def _frame(shapes: Mapping[str, BaseGeometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kode": list(shapes)}, geometry=list(shapes.values()), crs=DEGREES)


def _in_use() -> tuple[Path | None, int]:
    """The installed file with its time stamp, so that another process's installation is noticed."""
    path = config.settings().boundaries
    return (path, path.stat().st_mtime_ns) if path.exists() else (None, 0)


@lru_cache(maxsize=8)
def _shapes(level: str, path: Path | None, changed: int) -> gpd.GeoDataFrame:
    if level == "kelurahan":
        return _shipped() if path is None else _installed(path)
    base = _shapes("kelurahan", path, changed).set_index("kode").geometry
    return _frame({code: shapely.union_all(base.loc[list(areas.members(code))].to_numpy()) for code in areas.codes(level)})


def _installed(path: Path) -> gpd.GeoDataFrame:
    shapes = dict(_identified(_read(str(path))).pairs)
    return _frame({code: shapes[code] for code in areas.codes("kelurahan")})


@lru_cache(maxsize=4)
def _points(path: Path | None, changed: int) -> Mapping[str, tuple[float, float]]:
    frame = _shapes("kelurahan", path, changed)
    centres = shapely.get_point(shapely.maximum_inscribed_circle(frame.geometry.to_numpy(), tolerance=1e-5), 0)
    pairs = zip(frame["kode"], centres, strict=True)
    return MappingProxyType({code: (float(centre.x), float(centre.y)) for code, centre in pairs})


@dataclass(frozen=True)
class _Rows:
    """Rows of a boundary file: (code, shape) where the code is known, labels of the others, rows of other cities."""

    pairs: tuple[tuple[str, BaseGeometry | None], ...]
    unknown: tuple[str, ...]
    elsewhere: int


def _examine(path_or_url: str) -> tuple[Report, gpd.GeoDataFrame]:
    raw = _read(path_or_url)
    found = _identified(raw.set_crs(DEGREES) if raw.crs is None else raw.to_crs(DEGREES))
    originals = dict(reversed(found.pairs))
    shapes = {code: _repaired(originals[code]) for code in areas.codes("kelurahan") if code in originals}
    placed = {code: shape for code, shape in shapes.items() if not shape.is_empty and _city_box().contains(shape)}
    metric = gpd.GeoSeries(placed, crs=DEGREES).to_crs(METRES)
    findings = (
        _check_reference_system(raw),
        _check_codes(found),
        _check_geometry(originals, shapes),
        _check_place(shapes),
        _check_overlaps(metric),
        _check_points(metric),
        _check_islands(metric),
    )
    return Report(findings), _frame(placed)


def _read(path_or_url: str) -> gpd.GeoDataFrame:
    try:
        source = _source(path_or_url)
        layers = tuple(gpd.list_layers(source)["name"])
        frame = gpd.read_file(source) if len(layers) == 1 else None
    except (OSError, RuntimeError, ValueError, HTTPException, shapely.errors.ShapelyError) as error:
        raise UserError(
            "Berkas batas tidak dapat dibaca.",
            found=f"{path_or_url} ({str(error).splitlines()[0] if str(error) else type(error).__name__})",
            allowed="GeoJSON, SHP, GPKG, atau ZIP, dari berkas atau alamat http(s)",
            action="periksa nama berkas atau alamatnya",
        ) from error
    if frame is None:
        raise UserError("Berkas batas memuat lebih dari satu lapisan.", found=", ".join(layers), allowed="satu lapisan kelurahan")
    if not isinstance(frame, gpd.GeoDataFrame):
        raise UserError("Berkas tidak memuat geometri.", found=path_or_url, allowed="poligon 153 kelurahan")
    return frame


def _source(path_or_url: str) -> Path | BytesIO:
    if re.match(r"https?://", path_or_url):
        with urlopen(path_or_url, timeout=DOWNLOAD_SECONDS) as response:  # nosec B310 # http and https alone, just checked
            return BytesIO(response.read())
    path = Path(path_or_url).expanduser()
    if not path.exists():
        raise FileNotFoundError("berkas tidak ada")
    return path


def _identified(frame: gpd.GeoDataFrame) -> _Rows:
    """Codes of the rows, by the column and code system that names most kelurahan, else by name columns."""
    texts = {str(column): [_text(value) for value in frame[column]] for column in frame.columns.drop(frame.geometry.name)}
    found, labels = _by_code(texts) or _by_name(texts)
    shapes = frame.geometry.to_numpy()
    known = tuple((code, shape) for code, shape in zip(found, shapes, strict=True) if code)
    others = [label for code, label in zip(found, labels, strict=True) if not code]
    unknown = tuple(label or "(kosong)" for label in others if not _is_elsewhere(label))
    return _Rows(known, unknown, len(others) - len(unknown))


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _code_systems() -> tuple[Mapping[str, str], ...]:
    """Kemendagri with dots, without, and BPS: apart, since ten bare digits can mean two places."""
    items = areas.kelurahan()
    return (
        {code: code for code in items},
        {code.replace(".", ""): code for code in items},
        {item.bps: code for code, item in items.items()},
    )


def _by_code(texts: Mapping[str, list[str]]) -> tuple[list[str | None], list[str]] | None:
    candidates = [(values, system) for values in texts.values() for system in _code_systems()]
    scores = [len(set(values) & system.keys()) for values, system in candidates]
    if not scores or max(scores) < len(areas.codes("kelurahan")) / 2:
        return None
    values, system = candidates[scores.index(max(scores))]
    return [system.get(value) for value in values], values


def _by_name(texts: Mapping[str, list[str]]) -> tuple[list[str | None], list[str]]:
    names, districts = _name_columns(texts)
    matches = [areas.resolve(name, district) for name, district in zip(names, districts, strict=True)]
    labels = [_name_label(*row) for row in zip(names, districts, matches, strict=True)]
    return [match.code for match in matches], labels


def _name_label(name: str, district: str, match: areas.AreaMatch) -> str:
    places = f", kecamatan {district}" if district else ""
    advice = " (sebut kecamatannya)" if match.reason == "KEL_AMBIGUOUS" else ""
    return f"{name or '(tanpa nama)'}{places}{advice}"


def _name_columns(texts: Mapping[str, list[str]]) -> tuple[list[str], list[str]]:
    wards = {areas.spelling_key(text) for item in areas.kelurahan().values() for text in (item.name, *item.aliases)}
    districts = {areas.spelling_key(text) for text in areas.kecamatan().values()}
    hits = {name: {areas.spelling_key(value) for value in values} for name, values in texts.items()}
    ward = max(hits, key=lambda name: len(hits[name] & wards), default="")
    if not ward or len(hits[ward] & wards) < len(areas.codes("kelurahan")) / 2:
        raise UserError(
            "Berkas batas tidak memuat kolom kode atau nama kelurahan.",
            found=", ".join(texts) or "tanpa kolom",
            allowed="kode Kemendagri (73.71.01.1001 atau 7371011001), kode BPS, atau nama kelurahan dengan nama kecamatan",
        )
    others = {name: len(hits[name] & districts) for name in texts if name != ward}
    district = max(others, key=lambda name: others[name], default="")
    return texts[ward], texts[district] if others.get(district, 0) > len(districts) / 2 else [""] * len(texts[ward])


def _is_elsewhere(label: str) -> bool:
    digits = label.replace(".", "")
    return bool(re.fullmatch(r"\d{10}", digits)) and not digits.startswith(areas.CITY.replace(".", ""))


def _repaired(shape: BaseGeometry | None) -> BaseGeometry:
    """Valid areal part of a shape, on the coordinate grid of the file that is written; empty if there is none."""
    parts = shapely.get_parts(shapely.make_valid(shapely.force_2d(shape))) if shape is not None else []
    solid = shapely.union_all([part for part in parts if shapely.get_dimensions(part) == 2])
    return shapely.set_precision(solid, COORDINATE_STEP)


def _check_reference_system(raw: gpd.GeoDataFrame) -> Finding:
    if raw.crs is None:
        return Finding("Sistem koordinat", WARNING, "tidak disebut; dianggap bujur/lintang WGS84")
    return Finding("Sistem koordinat", GOOD, raw.crs.name)


def _check_codes(found: _Rows) -> Finding:
    counts = Counter(code for code, _ in found.pairs)
    missing = [areas.label(code) for code in areas.codes("kelurahan") if code not in counts]
    doubled = [areas.label(code) for code, count in counts.items() if count > 1]
    named = {"tidak ada": missing, "ganda": doubled, "tidak dikenal": found.unknown}
    problems = [f"{len(labels)} {kind}: {_listing(labels)}" for kind, labels in named.items() if labels]
    if problems:
        return Finding("Kode kelurahan", ERROR, "; ".join(problems))
    if found.elsewhere:
        return Finding("Kode kelurahan", WARNING, f"{len(counts)} lengkap; {found.elsewhere} baris di luar kota dilewati")
    return Finding("Kode kelurahan", GOOD, f"{len(counts)} kelurahan, masing-masing satu kali")


def _listing(labels: Iterable[str], limit: int = 5) -> str:
    every = list(labels)
    rest = [f"dan {len(every) - limit} lagi"] if len(every) > limit else []
    return ", ".join(every[:limit] + rest)


def _check_geometry(originals: Mapping[str, BaseGeometry | None], shapes: Mapping[str, BaseGeometry]) -> Finding:
    empty = [areas.label(code) for code, shape in shapes.items() if shape.is_empty]
    mended = [areas.label(code) for code, shape in originals.items() if shape is not None and not shape.is_valid]
    if empty:
        return Finding("Geometri", ERROR, f"{len(empty)} tanpa luas: {_listing(empty)}")
    if mended:
        return Finding("Geometri", WARNING, f"{len(mended)} diperbaiki otomatis: {_listing(mended)}")
    return Finding("Geometri", GOOD, f"{len(shapes)} poligon sah")


@cache
def _city_box() -> shapely.Polygon:
    west, south, east, north = generalised().total_bounds
    return shapely.box(west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES)


def _check_place(shapes: Mapping[str, BaseGeometry]) -> Finding:
    beyond = [areas.label(code) for code, shape in shapes.items() if not _city_box().contains(shape) and not shape.is_empty]
    if beyond:
        return Finding("Letak di kota", ERROR, f"{len(beyond)} keluar dari kotak Kota Makassar: {_listing(beyond)}")
    return Finding("Letak di kota", GOOD, f"{len(shapes)} poligon diperiksa, tidak ada yang keluar dari kotak kota")


def _check_overlaps(metric: gpd.GeoSeries) -> Finding:
    overlaps = _overlaps(metric)
    if not overlaps:
        return Finding("Tumpang tindih", GOOD, f"{len(metric)} poligon diperiksa, tidak ada di atas {OVERLAP_SEEN_M2:.0f} m²")
    worst = sorted(overlaps, key=lambda pair: -overlaps[pair])
    parts = [f"{areas.name(a)} × {areas.name(b)} {overlaps[a, b]:.0f} m²" for a, b in worst]
    grave = any(size > OVERLAP_SHARE * min(metric[a].area, metric[b].area) for (a, b), size in overlaps.items())
    limit = f"batas {OVERLAP_SHARE:.0%} dari yang lebih kecil"
    return Finding("Tumpang tindih", ERROR if grave else WARNING, f"{len(parts)} pasang ({limit}): {_listing(parts)}")


def _overlaps(metric: gpd.GeoSeries) -> dict[tuple[str, str], float]:
    shapes = metric.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    sizes = shapely.area(shapely.intersection(shapes[first[once]], shapes[second[once]]))
    pairs = zip(metric.index[first[once]], metric.index[second[once]], sizes, strict=True)
    return {(a, b): float(size) for a, b, size in pairs if size > OVERLAP_SEEN_M2}


def _check_points(metric: gpd.GeoSeries) -> Finding:
    """Each shipped point must lie in its own polygon or within the tolerance, which finds swapped codes."""
    known = gpd.GeoSeries({code: shapely.Point(at) for code, at in _points(None, 0).items()}, crs=DEGREES).to_crs(METRES)
    distances = metric.distance(known.reindex(metric.index))
    lost = [code for code, distance in distances.items() if distance > POINT_TOLERANCE_M]
    if not lost:
        return Finding(
            "Titik acuan", GOOD, f"{len(metric)} titik diperiksa, tidak ada yang lebih dari {POINT_TOLERANCE_M:.0f} m di luar"
        )
    parts = [f"{areas.label(code)} {_where(metric, known[code])}" for code in lost]
    return Finding("Titik acuan", ERROR, f"{len(lost)} titik di luar poligonnya: {_listing(parts)}")


def _where(metric: gpd.GeoSeries, point: shapely.Point) -> str:
    holders = metric.index[metric.contains(point)]
    return f"ada di poligon {areas.label(holders[0])}" if len(holders) else "tidak ada di poligon mana pun"


def _check_islands(metric: gpd.GeoSeries) -> Finding:
    """The four island kelurahan must be there and touch nobody."""
    touching = [code for code in sorted(islands() & set(metric.index)) if metric.drop(code).intersects(metric[code]).any()]
    absent = sorted(islands() - set(metric.index))
    problems = [f"{areas.label(code)} tidak ada" for code in absent]
    problems += [f"{areas.label(code)} menempel pada kelurahan lain" for code in touching]
    if problems:
        return Finding("Pulau", ERROR, _listing(problems))
    return Finding("Pulau", GOOD, f"{len(islands())} kelurahan pulau terpisah dari daratan")


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Writes beside the target and renames, so that a reader meets the old file or the new one, never a part."""
    named = frame.assign(nama=[areas.name(code) for code in frame["kode"]])
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_text(named.to_json(drop_id=True), encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _shapes.cache_clear()
    _points.cache_clear()
