"""What anybody knows about counts without being told one: how the cells of a city add up, and what a count can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import areas, categories

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Kind = Literal["jumlah", "gabungan", "selisih"]
"""'jumlah': adds up over areas and months. 'gabungan': distinct persons, at most the sum. 'selisih': a rest of persons."""
PERSONS = "persons"
NESTED = (
    ("cases", "cases_due"),
    ("cases_due", "cases_prompt"),
    ("cases", "cases_open"),
    ("cases", "referrals"),
    ("cases", "nik"),
    ("cases", "identified"),
    ("identified", "ganda"),
    ("referrals", "referrals_done"),
    ("cases", "persons"),
    ("persons", "persons_verified"),
    ("persons_verified", "persons_assessed"),
    ("persons_assessed", "persons_served"),
    ("persons_served", "persons_done"),
    ("persons_verified", "persons_served"),
    ("persons_verified", "persons_matchable"),
    ("persons_matchable", "persons_unmatched"),
)
"""A whole and a part of it."""
SHARES = frozenset(NESTED) - {("cases", name) for name in ("cases_due", "cases_open", "referrals", "persons", "identified")}
"""Of those, the pairs of which a share is told, so that the rest is as secret as the part."""


@dataclass(frozen=True)
class Layer:
    """What is counted: a quantity with filters (dimension, label) in alphabetical order, in one release of the data.

    `without`: of a rest, the part that was taken from the quantity.
    """

    quantity: str
    filters: tuple[tuple[str, str], ...] = ()
    release: int = 0
    without: str = ""

    @property
    def kind(self) -> Kind:
        """How its cells add up."""
        if not any(name.startswith(PERSONS) for name in (self.quantity, self.without)):
            return "jumlah"
        return "selisih" if self.without else "gabungan"


@dataclass(frozen=True)
class Relation:
    """Cells along one axis of which wholes are parts together: Σ wholes = Σ parts, or for 'gabungan' each part ≤ whole ≤ Σ parts.

    `layers`: to which layers it applies; empty for the axis of layers itself.
    """

    axis: Literal["lapis", "wilayah", "bagian"]
    kind: Literal["jumlah", "gabungan"]
    wholes: tuple[int, ...]
    parts: tuple[int, ...]
    layers: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Space:
    """The cells of an attack: layers × areas × slices × windows.

    Attributes:
        areas: codes, closed to above: each kecamatan with all its kelurahan. Kecamatan that are missing hold nothing.
        single: every case is of one category, so that slices add up; else they only cover each other.
    """

    layers: tuple[Layer, ...]
    areas: tuple[str, ...]
    slices: tuple[str, ...]
    span: Window
    single: bool = True
    ties: tuple[tuple[int, int, Bools], ...] = field(default=(), repr=False)

    @property
    def months(self) -> int:
        """Months of the span."""
        return self.span.length

    @cached_property
    def edges(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """(windows) first month and the month after the last one, counted from the span's first."""
        first, after = np.triu_indices(self.months + 1, 1)
        return first.astype(np.int64), after.astype(np.int64)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Every window of whole months inside the span."""
        start = self.span.first
        return tuple(Window(start.plus(int(low)), start.plus(int(high) - 1)) for low, high in zip(*self.edges, strict=True))

    @cached_property
    def window_places(self) -> dict[Window, int]:
        """Place of each window."""
        return {window: place for place, window in enumerate(self.windows)}

    @cached_property
    def area_places(self) -> dict[str, int]:
        """Place of each area."""
        return {code: place for place, code in enumerate(self.areas)}

    @cached_property
    def index(self) -> dict[Layer, int]:
        """Place of each layer."""
        return {layer: place for place, layer in enumerate(self.layers)}

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Lengths of the axes."""
        return len(self.layers), len(self.areas), len(self.slices), len(self.windows)

    def of_kind(self, *kinds: Kind) -> tuple[int, ...]:
        """Layers of some kinds."""
        return tuple(place for place, layer in enumerate(self.layers) if layer.kind in kinds)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Every sum and cover that holds in any city."""
        return (*_between_layers(self.layers), *_between_areas(self), *_between_slices(self))


def with_rests(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """The layers, and for each whole with a part among them what lies between."""
    found = list(dict.fromkeys(layers))
    known = set(found)
    rests = [
        replace(layer, without=part)
        for layer in found
        for whole, part in NESTED
        if layer.quantity == whole and replace(layer, quantity=part) in known
    ]
    return (*found, *rests)


def _between_layers(layers: Sequence[Layer]) -> Iterator[Relation]:
    index = {layer: place for place, layer in enumerate(layers)}
    for layer, place in index.items():
        if layer.without:
            part = replace(layer, quantity=layer.without, without="")
            yield Relation("lapis", "jumlah", (index[replace(layer, without="")],), (index[part], place))
    split: defaultdict[tuple[Layer, str], list[int]] = defaultdict(list)
    for layer, place in index.items():
        for one in layer.filters:
            split[replace(layer, filters=tuple(other for other in layer.filters if other != one)), one[0]].append(place)
    for (whole, _), parts in split.items():
        if whole in index and whole.kind != "selisih":
            yield Relation("lapis", "jumlah" if whole.kind == "jumlah" else "gabungan", (index[whole],), tuple(parts))


def _between_areas(space: Space) -> Iterator[Relation]:
    place = {code: position for position, code in enumerate(space.areas)}
    for code, position in place.items():
        inside = tuple(other for below, other in place.items() if code == areas.parent(below) and below != code)
        if inside:
            yield from _over_kinds(space, "wilayah", (position,), inside, additive=True)


def _between_slices(space: Space) -> Iterator[Relation]:
    place, known = {code: position for position, code in enumerate(space.slices)}, categories.categories()
    single = [code for code in known if code in place]
    groups = tuple(place[code] for code in categories.GROUPS if code in place)
    for group in categories.GROUPS:
        if group in place and set(categories.in_group(group)) <= set(single):
            yield from _over_kinds(space, "bagian", (place[group],), tuple(place[c] for c in categories.in_group(group)))
    if ALL in place and len(single) == len(known):
        yield from _over_kinds(space, "bagian", (place[ALL],), tuple(place[code] for code in single))
    twice = tuple(place[code] for code in single if len(known[code].groups) > 1)
    if ALL in place and len(groups) == len(categories.GROUPS) and all(c in place for c in known if len(known[c].groups) > 1):
        yield from _over_kinds(space, "bagian", (place[ALL],), groups, twice)


def _over_kinds(
    space: Space,
    axis: Literal["wilayah", "bagian"],
    wholes: tuple[int, ...],
    parts: tuple[int, ...],
    twice: tuple[int, ...] = (),
    *,
    additive: bool = False,
) -> Iterator[Relation]:
    """One relation for the layers that add up along an axis, one for those that only cover; `twice` lies in two of the parts."""
    sums = space.of_kind("jumlah") if additive or space.single else ()
    covers = tuple(
        place for place in space.of_kind("jumlah", "gabungan") if place not in sums and not space.layers[place].without
    )
    if sums:
        yield Relation(axis, "jumlah", (*wholes, *twice), parts, sums)
    if covers:
        yield Relation(axis, "gabungan", wholes, parts, covers)


def tied(space: Space, before: int, after: int, truth: Ints) -> Space:
    """The space of an attacker who knows which counts of single months stayed the same from one release to the next.

    `truth`: (layers × areas × slices × windows) of both releases.
    """
    monthly = np.flatnonzero(np.diff(np.array(space.edges), axis=0)[0] == 1)
    pairs = [
        (place, other)
        for layer, place in space.index.items()
        if layer.release == before and (other := space.index.get(replace(layer, release=after))) is not None
    ]
    same = [(one, other, truth[one][..., monthly] == truth[other][..., monthly]) for one, other in pairs]
    return replace(space, ties=(*space.ties, *same))
