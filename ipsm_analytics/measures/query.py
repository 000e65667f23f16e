"""One question, one frame: the path every page, export and the command line share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.cube import Cube, Month, Selection, Window, month_label
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, SEX_LABELS, slice_codes
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures.intervals import byar, wilson
from ipsm_analytics.measures.status import Status
from ipsm_analytics.privacy import Policy, Released, release
from ipsm_analytics.reference import areas, categories, population
from ipsm_analytics.reference.indicators import Indicator, indicator

DIMENSIONS = ("kota", "kecamatan", "kelurahan", "kelompok", "kategori", "bulan", "tahun", "jk", "usia")
COLUMNS = ("value", "numerator", "denominator", "lower", "upper", "status")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Query:
    """A question; hashable, so it can be part of a cache key.

    Attributes:
        by: dimensions of the answer, at most one of area, of slice and of time.
        window: months asked for; None: everything there is.
        area: only inside this area.
        slice: a group or category, 'SEMUA' for all cases.
    """

    indicator: str
    by: tuple[str, ...] = ()
    window: Window | None = None
    area: str = areas.CITY
    slice: str = ALL
    sex: str | None = None
    age: str | None = None


def query(cube: Cube, question: Query, rule: Policy) -> pd.DataFrame:
    """Answers a question: one row a cell, dimension columns, then COLUMNS.

    Value, numerator, denominator and limits are NaN where the status withholds or lacks them.
    Raises UserError for a combination that has no meaning.
    """
    item = indicator(question.indicator)
    _check(item, question)
    window = question.window or cube.span
    if window is None:
        return pd.DataFrame(columns=[*_dimension_columns(question), *COLUMNS])
    frames = [
        _answer(cube, item, question, window, sex, age, rule)
        for sex, age in product(
            SEX_LABELS if "jk" in question.by else (question.sex,), AGE_LABELS if "usia" in question.by else (question.age,)
        )
    ]
    return pd.concat(frames, ignore_index=True)


def _answer(cube: Cube, item: Indicator, question: Query, window: Window, sex: str | None, age: str | None, rule: Policy) -> pd.DataFrame:
    cells = (_area_codes(question), _slice_codes(question), _windows(question, window))
    quantities: list[str] = [item.numerator, *([item.denominator] if item.denominator.startswith("persons") else [])]
    selections = tuple(Selection(_quantity(name), *cells, sex, age) for name in quantities)
    released = release(cube, selections, rule)
    frame = pd.DataFrame(_dimensions(question, cells, sex, age))
    return frame.assign(**compute(item, released))


def compute(item: Indicator, released: Released) -> dict[str, npt.NDArray[np.generic]]:
    """COLUMNS for released counts, cells in (window, slice, area) order."""
    top = released.counts[0]
    numerator = top.values.astype(float)
    denominator = _denominator(item, released)
    status = _status(item, numerator, denominator, top.reported[:, None, :], released.withheld)
    shown = np.isin(status, (Status.OK, Status.ZERO))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerator / denominator * item.scale if item.denominator else numerator
    lower, upper = _limits(item, numerator, denominator)
    numbers = {"value": value, "numerator": numerator, "denominator": denominator, "lower": lower, "upper": upper}
    unknown = np.isin(status, (Status.SUPPRESSED, Status.NOT_REPORTED))
    hidden = dict.fromkeys(numbers, ~shown) | {"numerator": unknown, "denominator": unknown & item.denominator.startswith("persons")}
    return {name: np.where(hidden[name], np.nan, array).ravel() for name, array in numbers.items()} | {"status": status.ravel()}


def _denominator(item: Indicator, released: Released) -> Floats:
    top = released.counts[0]
    if item.denominator == "penduduk":
        people = np.array([population.by_area(code) for code in top.selection.areas], dtype=float)
        return np.broadcast_to(people, top.values.shape)
    if item.denominator == "expected":
        return np.broadcast_to(top.expected[:, None, :].astype(float), top.values.shape)
    return released.counts[1].values.astype(float) if item.denominator else np.full(top.values.shape, np.nan)


def _status(
    item: Indicator, numerator: Floats, denominator: Floats, reported: npt.NDArray[np.int64], withheld: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    status = np.where(numerator == 0, Status.ZERO, Status.OK).astype(object)
    if item.denominator:
        status[denominator < item.minimum_denominator] = Status.SMALL_DENOMINATOR
        status[denominator == 0] = Status.NO_POPULATION if item.denominator == "penduduk" else Status.SMALL_DENOMINATOR
    status[withheld] = Status.SUPPRESSED
    if item.numerator != "reports":
        status[np.broadcast_to(reported == 0, status.shape)] = Status.NOT_REPORTED
    return status


def _limits(item: Indicator, numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    if item.interval == "byar":
        low, high = byar(numerator)
        with np.errstate(divide="ignore", invalid="ignore"):
            return low / denominator * item.scale, high / denominator * item.scale
    if item.interval == "wilson":
        low, high = wilson(numerator, denominator)
        return low * item.scale, high * item.scale
    return np.full(numerator.shape, np.nan), np.full(numerator.shape, np.nan)


def _check(item: Indicator, question: Query) -> None:
    unknown = [name for name in question.by if name not in DIMENSIONS]
    if unknown:
        raise UserError("Pilahan tidak dikenal.", found=", ".join(unknown), allowed=", ".join(DIMENSIONS), action="pilih dari daftar")
    for family in (("kota", "kecamatan", "kelurahan"), ("kelompok", "kategori"), ("bulan", "tahun")):
        if len(chosen := [name for name in question.by if name in family]) > 1:
            raise UserError("Pilahan ini tidak dapat digabung.", found=", ".join(chosen), allowed="salah satu", action="pilih satu saja")
    if question.area not in areas.all_codes():
        raise UserError("Wilayah tidak dikenal.", found=question.area, allowed="73.71, 73.71.KK, atau 73.71.KK.NNNN", action="periksa kodenya")
    for name in set(question.by) & set(areas.LEVELS):
        if areas.LEVELS.index(name) < areas.LEVELS.index(areas.level_of(question.area)):
            raise UserError("Pilahan lebih luas daripada wilayah yang diminta.", found=f"{name} di {areas.label(question.area)}", action="pilih tingkat yang lebih rinci")
    splits = {name for name in question.by if name in {"kelompok", "kategori", "jk", "usia"}}
    splits |= {"kelompok"} if question.slice != ALL else set()
    splits |= {"jk"} if question.sex else set()
    splits |= {"usia"} if question.age else set()
    if barred := sorted(splits - set(item.splits)):
        raise UserError(
            f"{item.id} ({item.title}) tidak dapat dipilah begitu.",
            found=", ".join(barred),
            allowed=", ".join(item.splits) or "wilayah dan waktu saja",
            action="lepas pilahan itu",
        )
    if question.slice not in slice_codes():
        raise UserError("Kelompok atau kategori tidak dikenal.", found=question.slice, allowed=", ".join(slice_codes()), action="pilih dari daftar")


def _quantity(name: str) -> Quantity:
    match name:
        case "cases" | "persons" | "persons_verified" | "persons_served" | "reports":
            return name
        case _:
            raise KeyError(name)


def _area_codes(question: Query) -> tuple[str, ...]:
    level = next((name for name in question.by if name in areas.LEVELS), None)
    if level is None:
        return (question.area,)
    inside = set(areas.members(question.area))
    return tuple(code for code in areas.codes(level) if inside.issuperset(areas.members(code)))


def _slice_codes(question: Query) -> tuple[str, ...]:
    if "kelompok" in question.by:
        return categories.GROUPS if question.slice == ALL else (question.slice,)
    if "kategori" in question.by:
        every = tuple(categories.categories())
        return every if question.slice == ALL else categories.in_group(question.slice) or (question.slice,)
    return (question.slice,)


def _windows(question: Query, window: Window) -> tuple[Window, ...]:
    if "bulan" in question.by:
        return tuple(Window(month, month) for month in window.months())
    if "tahun" in question.by:
        years = range(window.first.year, window.last.year + 1)
        return tuple(Window(max(window.first, Month(year, 1)), min(window.last, Month(year, 12))) for year in years)
    return (window,)


_LABELS: Mapping[str, Callable[[str], str]] = {name: areas.name for name in areas.LEVELS}


def _dimension_columns(question: Query) -> list[str]:
    return [column for name in question.by for column in ([f"kode_{name}", name] if name in _LABELS else [name])]


def _dimensions(question: Query, cells: tuple[tuple[str, ...], tuple[str, ...], tuple[Window, ...]], sex: str | None, age: str | None) -> dict[str, list[str]]:
    """Dimension columns for the cells in (window, slice, area) order."""
    grid = [(area, part, span) for span in cells[2] for part in cells[1] for area in cells[0]]
    result: dict[str, list[str]] = {}
    for name in question.by:
        if name in areas.LEVELS:
            result[f"kode_{name}"] = [area for area, _, _ in grid]
            result[name] = [areas.name(area) for area, _, _ in grid]
        elif name in {"kelompok", "kategori"}:
            result[name] = [part for _, part, _ in grid]
        elif name == "bulan":
            result[name] = [month_label(span.first) for _, _, span in grid]
        elif name == "tahun":
            result[name] = [str(span.first.year) for _, _, span in grid]
        else:
            result[name] = [(sex if name == "jk" else age) or "" for _ in grid]
    return result or {"kota": [areas.name(area) for area, _, _ in grid]}
