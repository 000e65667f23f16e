"""One question, one frame: the path every page, export and the command line share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import Protocol, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from ipsm_analytics.casework import TRAITS
from ipsm_analytics.cube import Month, Selection, Window, month_label
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, SEX_LABELS, slice_codes
from ipsm_analytics.cube.selection import WITHOUT_REPORT, Quantity, Trait
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures.intervals import byar, wilson
from ipsm_analytics.measures.status import Status
from ipsm_analytics.privacy import Policy, Released, release
from ipsm_analytics.privacy import Source as Counting
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.reference.services import services

LABELS: Mapping[str, tuple[str, ...]] = {**TRAITS, "layanan": tuple(services())}
"""Labels of the dimensions that are properties, by which an answer can be split or filtered."""
TIMES = ("bulan", "triwulan", "tahun")
FAMILIES = (areas.LEVELS, ("kelompok", "kategori"), TIMES, ("jk",), ("usia",), *((name,) for name in LABELS))
DIMENSIONS = tuple(name for family in FAMILIES for name in family)
COLUMNS = ("value", "numerator", "denominator", "lower", "upper", "status")
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Source(Counting, Protocol):
    """What a question is put to: it counts, knows from when to when, and how many people live in an area."""

    @property
    def span(self) -> Window | None:
        """First to last month; None without data."""

    def residents(self, area: str) -> int:
        """Population of an area."""


_STATES = pd.CategoricalDtype([state.value for state in Status])
_POSITION = {state: position for position, state in enumerate(Status)}


@dataclass(frozen=True)
class Query:
    """A question; hashable, so it can be part of a cache key.

    Attributes:
        by: dimensions of the answer, at most one of area, of slice and of time; none: the area itself.
        window: months asked for; None: everything there is.
        area: only inside this area.
        slice: a group or category, 'SEMUA' for all cases.
        sex: one of SEX_LABELS; None: all.
        age: one of AGE_LABELS; None: all.
        spans: several windows at once, each a block of rows marked in the column `rentang`; then `window` does not matter.
        traits: only what has these labels of LABELS.
    """

    indicator: str
    by: tuple[str, ...] = ()
    window: Window | None = None
    area: str = areas.CITY
    slice: str = ALL
    sex: str | None = None
    age: str | None = None
    spans: tuple[Window, ...] = ()
    traits: tuple[Trait, ...] = ()


@dataclass(frozen=True)
class Cells:
    """The cells of an answer: the product of its axes, the last running fastest; `traits` holds combinations of labels."""

    traits: tuple[tuple[Trait, ...], ...]
    sexes: tuple[str | None, ...]
    ages: tuple[str | None, ...]
    windows: tuple[Window, ...]
    slices: tuple[str, ...]
    areas: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return tuple(map(len, (self.traits, self.sexes, self.ages, self.windows, self.slices, self.areas)))


def query(source: Source, question: Query, rule: Policy, labels: Mapping[str, tuple[str, ...]] = LABELS) -> pd.DataFrame:
    """Answers a question: one row a cell, dimension columns, then COLUMNS.

    An area takes two columns, `kode_<level>` and `<level>`. Value, numerator, denominator and limits are NaN
    where the status withholds or lacks them. `labels`: those of each trait. Raises UserError for a combination that has
    no meaning.
    """
    item = indicator(question.indicator)
    cells = plan(item, question, source.span, labels)
    people = source.residents
    parts = [compute(item, release(source, selections, rule), people) for selections in _selections(item, cells)]
    numbers, status = parts[0] if len(parts) == 1 else _joined(parts)
    states = pd.Categorical.from_codes(status, dtype=_STATES)
    return as_frame(dimensions(question, cells) | numbers | {"status": states})


def as_frame(columns: Mapping[str, object]) -> pd.DataFrame:
    """A frame of columns by name; most of the time of making a header is saved by keeping it."""
    frame = pd.DataFrame(dict(enumerate(columns.values())), copy=False)
    frame.columns = _header(tuple(columns)).view()
    return frame


@lru_cache(maxsize=512)
def _header(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


def _joined(parts: Sequence[tuple[dict[str, Floats], Ints]]) -> tuple[dict[str, Floats], Ints]:
    numbers = {name: np.concatenate([part[name] for part, _ in parts]) for name in parts[0][0]}
    return numbers, np.concatenate([status for _, status in parts])


def compute(item: Indicator, released: Released, residents: Callable[[str], int]) -> tuple[dict[str, Floats], Ints]:
    """Numbers of COLUMNS for released counts, and each cell's position in Status; cells in (window, slice, area) order.

    `residents` gives the population of an area.
    """
    top = released.counts[0]
    numerator = top.values.astype(float)
    denominator = _denominator(item, released, residents)
    status = _status(item, numerator, denominator, top.reported, released.withheld)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerator / denominator * item.scale if item.denominator else numerator
        lower, upper = _limits(item, numerator, denominator)
    secret = status == _POSITION[Status.SUPPRESSED]
    unknown = secret | (status == _POSITION[Status.NOT_REPORTED])
    blank = status > _POSITION[Status.ZERO]
    denominator_blank = unknown if item.is_share else secret
    columns = {
        "value": np.where(blank, np.nan, value),
        "numerator": np.where(unknown, np.nan, numerator),
        "denominator": np.where(denominator_blank, np.nan, denominator),
        "lower": np.where(blank, np.nan, lower),
        "upper": np.where(blank, np.nan, upper),
    }
    return {name: column.ravel() for name, column in columns.items()}, status.ravel()


def _denominator(item: Indicator, released: Released, residents: Callable[[str], int]) -> Floats:
    top = released.counts[0]
    if item.denominator == "penduduk":
        people = np.array([residents(code) for code in top.selection.areas], dtype=float)
        return np.broadcast_to(people, top.values.shape)
    if item.denominator == "expected":
        return np.broadcast_to(top.expected[:, None, :].astype(float), top.values.shape)
    return released.counts[1].values.astype(float) if item.denominator else np.full(top.values.shape, np.nan)


def _status(item: Indicator, numerator: Floats, denominator: Floats, reported: Ints, withheld: npt.NDArray[np.bool_]) -> Ints:
    """Positions in Status; a silent area outranks a withheld cell, which outranks a denominator too small."""
    status = np.where(numerator == 0, _POSITION[Status.ZERO], _POSITION[Status.OK])
    if item.denominator:
        empty = Status.NO_POPULATION if item.denominator == "penduduk" else Status.SMALL_DENOMINATOR
        status[denominator < item.minimum_denominator] = _POSITION[Status.SMALL_DENOMINATOR]
        status[denominator == 0] = _POSITION[empty]
    status[withheld] = _POSITION[Status.SUPPRESSED]
    if item.numerator not in WITHOUT_REPORT:
        status[np.broadcast_to(reported[:, None, :] == 0, status.shape)] = _POSITION[Status.NOT_REPORTED]
    return status


def _limits(item: Indicator, numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    if item.interval == "byar":
        low, high = byar(numerator)
        return low / denominator * item.scale, high / denominator * item.scale
    if item.interval == "wilson":
        low, high = wilson(numerator, denominator)
        return low * item.scale, high * item.scale
    nothing = np.full(numerator.shape, np.nan)
    return nothing, nothing


def plan(item: Indicator, question: Query, span: Window | None, labels: Mapping[str, tuple[str, ...]] = LABELS) -> Cells:
    """The cells a question asks for, in all months of `span` unless it says which; raises UserError as `query` does."""
    _check(item, question, labels)
    return _cells(question, question.window or span, labels)


def _check(item: Indicator, question: Query, labels: Mapping[str, tuple[str, ...]]) -> None:
    _check_dimensions(question)
    _check_values(question)
    _check_traits(question, labels)
    _check_splits(item, question)


def _check_dimensions(question: Query) -> None:
    if unknown := [name for name in question.by if name not in DIMENSIONS]:
        raise UserError(
            "Pilahan tidak dikenal.", found=", ".join(unknown), allowed=", ".join(DIMENSIONS), action="pilih dari daftar"
        )
    if question.spans and (timed := [name for name in question.by if name in FAMILIES[2]]):
        found = f"beberapa rentang dengan {timed[0]}"
        raise UserError("Pilahan ini tidak dapat digabung.", found=found, allowed="salah satu", action="pilih satu saja")
    for family in FAMILIES:
        if len(chosen := [name for name in question.by if name in family]) > 1:
            raise UserError(
                "Pilahan ini tidak dapat digabung.", found=", ".join(chosen), allowed="salah satu", action="pilih satu saja"
            )


def _check_values(question: Query) -> None:
    if question.area not in areas.all_codes():
        raise UserError(
            "Wilayah tidak dikenal.",
            found=question.area,
            allowed="73.71, 73.71.KK, atau 73.71.KK.NNNN",
            action="periksa kodenya",
        )
    for problem, value, known in (
        ("Kelompok atau kategori tidak dikenal.", question.slice, slice_codes()),
        ("Jenis kelamin tidak dikenal.", question.sex, (None, *SEX_LABELS)),
        ("Kelompok usia tidak dikenal.", question.age, (None, *AGE_LABELS)),
    ):
        if value not in known:
            allowed = ", ".join(filter(None, known))
            raise UserError(problem, found=str(value), allowed=allowed, action="pilih dari daftar")
    if question.window and question.window.length < 1:
        found = " sampai ".join(map(month_label, question.window))
        raise UserError("Periode terbalik.", found=found, action="mulai dengan bulan yang lebih awal")


def _check_traits(question: Query, labels: Mapping[str, tuple[str, ...]]) -> None:
    for name, label in question.traits:
        if label not in labels.get(name, ()):
            allowed = ", ".join(labels.get(name, tuple(labels)))
            raise UserError("Ciri kasus tidak dikenal.", found=f"{name}={label}", allowed=allowed, action="pilih dari daftar")
    profiled = question.sex is not None or question.age is not None or {"jk", "usia"} & set(question.by)
    if profiled and (chosen := sorted({name for name, _ in question.traits} | (set(labels) & set(question.by)))):
        found = f"{', '.join(chosen)} dengan jk atau usia"
        raise UserError("Pilahan ini tidak dapat digabung.", found=found, allowed="salah satu", action="pilih satu saja")


def _check_splits(item: Indicator, question: Query) -> None:
    level = areas.LEVELS.index(areas.level_of(question.area))
    wider = [f"{name} di {areas.label(question.area)}" for name in question.by if name in areas.LEVELS[:level]]
    wider += [
        f"kelompok di {question.slice}"
        for name in question.by
        if name == "kelompok" and question.slice in categories.categories()
    ]
    if wider:
        raise UserError(
            "Pilahan lebih luas daripada yang diminta.", found=", ".join(wider), action="pilih pilahan yang lebih rinci"
        )
    asked = {"kelompok": question.slice != ALL, "jk": question.sex is not None, "usia": question.age is not None}
    splits = {name for name, chosen in asked.items() if chosen} | {name for name, _ in question.traits}
    splits |= {"kelompok", "kategori", "jk", "usia", *LABELS} & set(question.by)
    if barred := sorted(splits - set(item.splits)):
        raise UserError(
            f"{item.id} ({item.title}) tidak dapat dipilah begitu.",
            found=", ".join(barred),
            allowed=", ".join(item.splits) or "wilayah dan waktu saja",
            action="lepas pilahan itu",
        )


def _cells(question: Query, window: Window | None, labels: Mapping[str, tuple[str, ...]]) -> Cells:
    level = next((name for name in question.by if name in areas.LEVELS), None)
    free = [name for name in question.by if name in LABELS and name not in dict(question.traits)]
    split = [[(name, label) for label in labels[name]] for name in free]
    return Cells(
        traits=tuple((*question.traits, *combined) for combined in product(*split)),
        sexes=SEX_LABELS if "jk" in question.by and question.sex is None else (question.sex,),
        ages=AGE_LABELS if "usia" in question.by and question.age is None else (question.age,),
        windows=question.spans or (_windows(question.by, window) if window else ()),
        slices=_slice_codes(question),
        areas=_areas_inside(question.area, level) if level else (question.area,),
    )


@lru_cache(maxsize=512)
def _areas_inside(area: str, level: str) -> tuple[str, ...]:
    inside = set(areas.members(area))
    return tuple(code for code in areas.codes(level) if inside.issuperset(areas.members(code)))


def _slice_codes(question: Query) -> tuple[str, ...]:
    if "kelompok" in question.by and question.slice == ALL:
        return categories.GROUPS
    if "kategori" in question.by:
        return (
            tuple(categories.categories()) if question.slice == ALL else categories.in_group(question.slice) or (question.slice,)
        )
    return (question.slice,)


@lru_cache(maxsize=512)
def _windows(by: tuple[str, ...], window: Window) -> tuple[Window, ...]:
    if "bulan" in by:
        return tuple(Window(month, month) for month in window.months())
    if "triwulan" in by:
        return _quarters(window)
    if "tahun" in by:
        years = range(window.first.year, window.last.year + 1)
        return tuple(Window(max(window.first, Month(year, 1)), min(window.last, Month(year, 12))) for year in years)
    return (window,)


def quarter(month: Month) -> int:
    """Quarter of the year a month lies in, 1 to 4."""
    return (month.month + 2) // 3


def _quarters(window: Window) -> tuple[Window, ...]:
    """The window cut at the ends of quarters."""
    ends = [month for month in window.months() if month.month % 3 == 0 or month == window.last]
    return tuple(Window(max(window.first, Month(end.year, 3 * quarter(end) - 2)), end) for end in ends)


def _selections(item: Indicator, cells: Cells) -> Iterator[tuple[Selection, ...]]:
    """For each combination of traits, sex and age: numerator and, where it is counted too, denominator."""
    names = [item.numerator, *([item.denominator] if item.is_share else [])]
    for traits, sex, age in product(cells.traits, cells.sexes, cells.ages):
        yield tuple(Selection(_quantity(name), cells.areas, cells.slices, cells.windows, sex, age, traits) for name in names)


def _quantity(name: str) -> Quantity:
    if name not in get_args(Quantity):
        raise KeyError(name)
    return cast("Quantity", name)


def dimensions(question: Query, cells: Cells) -> dict[str, object]:
    """Dimension columns for the cells, in the order asked for."""
    result: dict[str, object] = {}
    for name in question.by or (areas.level_of(question.area),):
        if name in areas.LEVELS:
            result[f"kode_{name}"] = _column(cells.areas, 5, cells)
            result[name] = _column(_names(cells.areas), 5, cells)
        else:
            result[name] = _column(*_labels(name, cells), cells)
    if question.spans:
        result["rentang"] = _column(tuple(" sampai ".join(map(month_label, span)) for span in cells.windows), 3, cells)
    return result


def _labels(name: str, cells: Cells) -> tuple[tuple[str, ...], int]:
    """Labels of a dimension, and its axis."""
    match name:
        case "jk":
            return tuple(filter(None, cells.sexes)), 1
        case "usia":
            return tuple(filter(None, cells.ages)), 2
        case "bulan" | "triwulan" | "tahun":
            return tuple(_TIME_LABELS[name](span) for span in cells.windows), 3
        case "kelompok" | "kategori":
            return cells.slices, 4
        case _:
            return tuple(dict(combined)[name] for combined in cells.traits), 0


_TIME_LABELS: Mapping[str, Callable[[Window], str]] = {
    "bulan": lambda span: month_label(span.first),
    "triwulan": lambda span: f"{span.last.year} TW{quarter(span.last)}",
    "tahun": lambda span: str(span.first.year),
}


def _column(labels: tuple[str, ...], axis: int, cells: Cells) -> ExtensionArray:
    """Labels along one axis, repeated over the others."""
    texts = _texts(labels)
    if prod(cells.shape) == len(labels):
        return texts.copy()
    place = np.arange(len(labels)).reshape(-1, *(1 for _ in cells.shape[axis + 1 :]))
    return texts.take(np.broadcast_to(place, cells.shape).ravel())


@lru_cache(maxsize=1024)
def _texts(labels: tuple[str, ...]) -> ExtensionArray:
    return pd.array(list(labels), dtype="str")


@lru_cache(maxsize=512)
def _names(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(areas.name, codes))
