"""What can be worked out: bounds carried along all sums to a fixed point, then linear programmes where that leaves room.

Cells that add up over months are differences of potentials S(t), the counts before month t: N(a, b) = S(b) − S(a). All bounds on
such differences together are a shortest-path problem (Floyd, CACM 5 (1962) 345), whose closure is exact for one area and
slice by itself; sums over areas, slices and layers carry the bounds on. The linear programme over everything is what
auditors of suppressed tables use (Fischetti & Salazar, Management Science 47 (2001) 1008-1027).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from tests.attacker.equations import Bools, Ints, Relation, Space

FAR = 10_000_000
"""A bound that says nothing; two hundred of them still add up in 32 bits."""
ROUNDS = 60
TOLERANCE = 1e-6
Floats = npt.NDArray[np.float64]
Ints64 = npt.NDArray[np.int64]
Place = tuple[Any, ...]
"""Cells among the four axes, as numpy takes them."""


class Contradiction(Exception):  # noqa: N818 -- it says what was found
    """The published numbers cannot all be true under the equations: an equation is wrong, or a number was disturbed."""


@dataclass(eq=False)
class Bounds:
    """Least and greatest value each cell can have; (layers × areas × slices × windows)."""

    space: Space
    low: Ints = field(init=False)
    high: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.low = np.zeros(self.space.shape, dtype=np.int32)
        self.high = np.full(self.space.shape, FAR, dtype=np.int32)

    @property
    def exact(self) -> Bools:
        """Cells that can have one value only."""
        return self.low == self.high

    def tell(self, where: Place, values: npt.ArrayLike, upper: npt.ArrayLike | None = None) -> None:
        """Adds that cells lie between `values` and `upper`, the same where not given; numpy indexing of the four axes."""
        self.low[where] = np.maximum(self.low[where], values)
        self.high[where] = np.minimum(self.high[where], values if upper is None else upper)

    def propagate(self) -> int:
        """Carries the bounds on until nothing changes; the number of rounds. Raises Contradiction."""
        for number in range(ROUNDS):
            before = self.low.sum(dtype=np.int64), self.high.sum(dtype=np.int64)
            self._over_time()
            for relation in self.space.relations:
                (_add_up if relation.kind == "jumlah" else _cover)(*_members(self, relation))
            self._over_releases()
            if (self.low > self.high).any():
                raise Contradiction(str(np.argwhere(self.low > self.high)[:5].tolist()))
            if before == (self.low.sum(dtype=np.int64), self.high.sum(dtype=np.int64)):
                return number + 1
        return ROUNDS

    def _over_time(self) -> None:
        added = list(self.space.of_kind("jumlah"))
        if added:
            closed = _closed(self._matrix(added))
            first, after = self.space.edges
            self.high[added] = closed[..., first, after]
            self.low[added] = -closed[..., after, first]
        for place in self.space.of_kind("gabungan"):
            _unions(self.low[place], self.high[place], self.space)

    def _matrix(self, layers: list[int]) -> Ints:
        """(layers × areas × slices × edges × edges) greatest S(column) − S(row)."""
        size, (first, after) = self.space.months + 1, self.space.edges
        found = np.zeros((len(layers), *self.space.shape[1:3], size, size), dtype=np.int32)
        found[..., first, after] = np.minimum(self.high[layers], FAR)
        found[..., after, first] = -self.low[layers]
        return found

    def _over_releases(self) -> None:
        first, after = self.space.edges
        for one, other, same in self.space.ties:
            changed = np.concatenate([np.zeros((*same.shape[:2], 1), dtype=np.int64), np.cumsum(~same, axis=-1)], axis=-1)
            free = changed[..., after] == changed[..., first]
            low, high = np.maximum(self.low[one], self.low[other]), np.minimum(self.high[one], self.high[other])
            for place in (one, other):
                self.low[place] = np.where(free, low, self.low[place])
                self.high[place] = np.where(free, high, self.high[place])


def _closed(matrix: Ints) -> Ints:
    """All shortest paths, in place."""
    for middle in range(matrix.shape[-1]):
        through = matrix[..., :, middle, None] + matrix[..., None, middle, :]
        np.minimum(matrix, through, out=matrix)
    return matrix


def _unions(low: Ints, high: Ints, space: Space) -> None:
    """Persons of a window are at most those of its parts together and at least those of each; in place."""
    place = {edge: number for number, edge in enumerate(zip(*map(np.ndarray.tolist, space.edges), strict=True))}
    for length in range(2, space.months + 1):
        for start in range(space.months - length + 1):
            whole = place[start, start + length]
            for middle in range(start + 1, start + length):
                parts = [place[start, middle], place[middle, start + length]]
                _cover(low, high, [(..., whole)], [(..., part) for part in parts])


def _members(bounds: Bounds, relation: Relation) -> tuple[Ints, Ints, list[Place], list[Place]]:
    """The bounds, and where in them the wholes and the parts of a relation stand."""
    layers = list(relation.layers)

    def where(place: int) -> Place:
        return {"lapis": (place,), "wilayah": (layers, place), "bagian": (layers, slice(None), place)}[relation.axis]

    return bounds.low, bounds.high, [where(place) for place in relation.wholes], [where(place) for place in relation.parts]


def _add_up(low: Ints, high: Ints, wholes: list[Place], parts: list[Place]) -> None:
    """Σ wholes = Σ parts; in place. What is left for one member is what the others leave it."""
    over = sum(high[part] for part in parts) - sum(low[whole] for whole in wholes)
    under = sum(low[part] for part in parts) - sum(high[whole] for whole in wholes)
    changed = [(whole, over + low[whole], under + high[whole]) for whole in wholes]
    changed += [(part, low[part] - under, high[part] - over) for part in parts]
    for member, most, least in changed:
        high[member] = np.minimum(high[member], most)
        low[member] = np.maximum(low[member], least)


def _cover(low: Ints, high: Ints, wholes: list[Place], parts: list[Place]) -> None:
    """Each part ≤ the whole ≤ Σ parts; in place."""
    (whole,) = wholes
    most = sum(high[part] for part in parts)
    high[whole] = np.minimum(high[whole], most)
    for part in parts:
        low[whole] = np.maximum(low[whole], low[part])
        high[part] = np.minimum(high[part], high[whole])
        low[part] = np.maximum(low[part], low[whole] - most + high[part])


@dataclass(eq=False)
class Potentials:
    """The counts of the layers that add up as free variables: S = z[variable] + fixed, variable −1 where S is known.

    Attributes:
        variable, fixed: (layers × areas × slices × edges), layers as in `layers`.
        leader: (variables) flat place of the edge each stands for.
    """

    layers: tuple[int, ...]
    variable: Ints64
    fixed: Ints64
    leader: Ints64

    @property
    def count(self) -> int:
        """Number of variables."""
        return len(self.leader)


def potentials(bounds: Bounds) -> Potentials:
    """One variable for all edges of an area and slice between which everything is known."""
    layers = bounds.space.of_kind("jumlah")
    upper = bounds._matrix(list(layers))
    known = upper + np.swapaxes(upper, -1, -2) == 0
    leader = known.argmax(axis=-1)
    fixed = np.take_along_axis(upper, leader[..., None, :], axis=-2)[..., 0, :].astype(np.int64)
    edges = upper.shape[-1]
    flat = np.arange(leader.size).reshape(leader.shape) // edges * edges + leader
    names, variable = np.unique(np.where(leader == 0, -1, flat), return_inverse=True)
    known_first = int(names[0] == -1)
    return Potentials(layers, variable.reshape(leader.shape) - known_first, fixed, names[known_first:])


@dataclass(eq=False)
class Rows:
    """Linear conditions on the variables: least ≤ matrix · z ≤ most."""

    matrix: sparse.csr_array
    least: Floats
    most: Floats


def rows(space: Space, known: Potentials) -> Rows:
    """Everything the attacker knows of the counts that add up."""
    parts = [*_monotone(known), *_sums(space, known), *_ties(space, known)]
    if not parts:
        return Rows(sparse.csr_array((0, known.count)), np.zeros(0), np.zeros(0))
    stacked = sparse.csr_array(sparse.vstack([matrix for matrix, _, _ in parts], format="csr"))
    least, most = (np.concatenate([part[side] for part in parts]) for side in (1, 2))
    stacked.eliminate_zeros()
    return _distinct(stacked, least, most)


def _distinct(matrix: sparse.csr_array, least: Floats, most: Floats) -> Rows:
    """Rows that say something, each once."""
    mark = matrix @ np.random.default_rng(1).random(matrix.shape[1])
    filled = np.flatnonzero(np.diff(matrix.indptr))
    _, first = np.unique(np.round(np.stack([mark[filled], least[filled], most[filled]]), 9), axis=1, return_index=True)
    kept = filled[np.sort(first)]
    return Rows(matrix[kept], least[kept], most[kept])


Part = tuple[sparse.csr_array, Floats, Floats]


def _combined(known: Potentials, terms: list[tuple[Ints64, Ints64, int]]) -> tuple[sparse.csr_array, Floats]:
    """Signed sums of potentials, a row for each cell: matrix on the variables, and what is fixed of it."""
    size = terms[0][0].size
    row = np.arange(size)
    where, column, sign = [], [], []
    fixed = np.zeros(size)
    for variable, constant, factor in terms:
        free = variable.ravel() >= 0
        where.append(row[free])
        column.append(variable.ravel()[free])
        sign.append(np.full(int(free.sum()), float(factor)))
        fixed += factor * constant.ravel()
    entries = np.concatenate(sign), (np.concatenate(where), np.concatenate(column))
    return sparse.csr_array(sparse.coo_array(entries, shape=(size, known.count))), fixed


def _monotone(known: Potentials) -> Iterator[Part]:
    """No month has less than nothing."""
    moved = known.variable[..., 1:] != known.variable[..., :-1]
    terms = [(known.variable[..., 1:][moved], known.fixed[..., 1:][moved], 1)]
    terms += [(known.variable[..., :-1][moved], known.fixed[..., :-1][moved], -1)]
    matrix, fixed = _combined(known, terms)
    yield matrix, -fixed, np.full(len(fixed), np.inf)


def _sums(space: Space, known: Potentials) -> Iterator[Part]:
    place = {layer: number for number, layer in enumerate(known.layers)}
    for relation in space.relations:
        if relation.axis == "lapis":
            if all(member in place for member in (*relation.wholes, *relation.parts)):
                yield from _sum(known, relation, lambda member: (place[member], slice(None), slice(None), slice(1, None)))
        elif chosen := [place[layer] for layer in relation.layers if layer in place]:
            where = {
                "wilayah": lambda member, chosen=chosen: (chosen, member, slice(None), slice(1, None)),
                "bagian": lambda member, chosen=chosen: (chosen, slice(None), member, slice(1, None)),
            }[relation.axis]
            yield from _sum(known, relation, where)


def _sum(known: Potentials, relation: Relation, where) -> Iterator[Part]:  # type: ignore[no-untyped-def]
    if relation.kind == "jumlah":
        matrix, fixed = _combined(known, [*_terms(known, relation.wholes, where, 1), *_terms(known, relation.parts, where, -1)])
        yield matrix, -fixed, -fixed
        return
    (whole,) = relation.wholes
    pairs = [(relation.parts, (whole,)), *(((whole,), (part,)) for part in relation.parts)]
    for more, less in pairs:
        terms = [*_steps(known, more, where, 1), *_steps(known, less, where, -1)]
        matrix, fixed = _combined(known, terms)
        yield matrix, -fixed, np.full(len(fixed), np.inf)


def _terms(known: Potentials, members, where, sign: int):  # type: ignore[no-untyped-def]
    return [(known.variable[where(member)], known.fixed[where(member)], sign) for member in members]


def _steps(known: Potentials, members, where, sign: int):  # type: ignore[no-untyped-def]
    """The counts of single months as differences."""
    before = slice(0, -1)
    found = _terms(known, members, where, sign)
    for member in members:
        place = (*where(member)[:-1], before)
        found.append((known.variable[place], known.fixed[place], -sign))
    return found


def _ties(space: Space, known: Potentials) -> Iterator[Part]:
    place = {layer: number for number, layer in enumerate(known.layers)}
    for one, other, same in space.ties:
        if one in place:
            terms = []
            for layer, sign in ((place[one], 1), (place[other], -1)):
                for edge, way in ((slice(1, None), sign), (slice(0, -1), -sign)):
                    terms.append((known.variable[layer][..., edge][same], known.fixed[layer][..., edge][same], way))
            matrix, fixed = _combined(known, terms)
            yield matrix, -fixed, -fixed


@dataclass(eq=False)
class Spreads:
    """Least and greatest value found of each asked difference z[after] − z[first].

    `sure`: these are the bounds, not only values some tables show.
    """

    least: Floats
    most: Floats
    sure: Bools


class Programme:
    """One linear programme whose objective changes; what was found for the last is where the next begins."""

    def __init__(self, system: Rows) -> None:
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        count = system.matrix.shape[1]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count, system.matrix.shape[0]
        model.col_cost_ = np.zeros(count)
        model.col_lower_, model.col_upper_ = np.zeros(count), np.full(count, float(FAR))
        model.row_lower_, model.row_upper_ = system.least, system.most
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = system.matrix.indptr
        model.a_matrix_.index_ = system.matrix.indices
        model.a_matrix_.value_ = system.matrix.data
        self._solver.passModel(model)
        self._columns = np.arange(count, dtype=np.int32)

    def table(self, objective: Floats, until: float) -> Floats | None:
        """A feasible table with the greatest objective; None when the time is over before one is found.

        Raises Contradiction where there is no table at all.
        """
        left = max(until - time.monotonic(), 0.0)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)
        self._solver.changeColsCost(len(self._columns), self._columns, -objective)
        self._solver.run()
        state = self._solver.getModelStatus()
        if state == highspy.HighsModelStatus.kTimeLimit:
            return None
        if state != highspy.HighsModelStatus.kOptimal:
            raise Contradiction(str(state))
        return np.asarray(self._solver.getSolution().col_value)


@dataclass(eq=False)
class Wanted:
    """Differences z[after] − z[first] whose intervals are looked for; −1 stands for what is known.

    Attributes:
        true: (variables) one table that is possible: the true one, which only the examiner knows; below 0 where no answer counts.
        block: (variables) which variables lie close together: those of a kecamatan.
    """

    first: Ints64
    after: Ints64
    true: Floats
    block: Ints64


def spreads(system: Rows, wanted: Wanted, enough: float, seconds: float, tables: int = 12) -> Spreads:
    """How far apart feasible tables put each difference, until `enough` or, one at a time, for sure.

    Every table is one the attacker cannot rule out, so two of them prove that an interval is at least as wide as they lie
    apart. Tables that differ from the true one in one block only come first, because they are made quickly.
    """
    at = np.append(wanted.true, 0.0)
    value = at[wanted.after] - at[wanted.first]
    search = _Search(system, wanted, Spreads(value, value.copy(), np.zeros(len(value), dtype=np.bool_)), enough)
    until, rng = time.monotonic() + seconds, np.random.default_rng(5)
    for number in np.unique(wanted.block):
        search.in_block(int(number), rng, tables, time.monotonic() + (until - time.monotonic()) / 2)
    search.everywhere(rng, tables, until)
    return search.found


@dataclass(eq=False)
class _Search:
    """What is looked for, and what was found so far."""

    system: Rows
    wanted: Wanted
    found: Spreads
    enough: float

    def left(self) -> Ints64:
        """Differences whose width is neither proven to be enough nor known for sure."""
        apart = np.floor(self.found.most + TOLERANCE) - np.ceil(self.found.least - TOLERANCE)
        return np.flatnonzero(~(apart >= self.enough) & ~self.found.sure)

    def in_block(self, number: int, rng: np.random.Generator, tables: int, until: float) -> None:
        """Tables that differ from the true one in a block."""
        inside = np.append((self.wanted.block == number) | (self.wanted.true < 0), True)
        asked = self.left()
        asked = asked[inside[self.wanted.first[asked]] & inside[self.wanted.after[asked]]]
        if len(asked):
            columns = np.flatnonzero(inside[:-1])
            self._tables(_held(self.system, columns, self.wanted.true), columns, asked, rng, tables, until)

    def everywhere(self, rng: np.random.Generator, tables: int, until: float) -> None:
        """Tables of all variables that hang together, then the bounds of what is left one by one."""
        asked = self.left()
        if not len(asked):
            return
        label = _labels(self.system, self.wanted.first[asked], self.wanted.after[asked])
        mine = label[np.maximum(self.wanted.first, self.wanted.after)]
        for number in np.unique(mine[asked]):
            columns = np.flatnonzero(label == number)
            part = asked[mine[asked] == number]
            programme = self._tables(_held(self.system, columns, self.wanted.true), columns, part, rng, tables, until)
            self._one_by_one(programme, columns, part, until)

    def _tables(
        self, rows_: Rows, columns: Ints64, asked: Ints64, rng: np.random.Generator, tables: int, until: float
    ) -> Programme:
        programme = Programme(rows_)
        for _ in range(tables):
            open_ = np.intersect1d(asked, self.left())
            if not len(open_) or time.monotonic() > until:
                break
            weight = rng.choice([-1.0, 1.0], len(open_)) * rng.random(len(open_))
            for sign in (1.0, -1.0):
                self._note(programme.table(self._objective(open_, sign * weight)[columns], until), columns)
        return programme

    def _one_by_one(self, programme: Programme, columns: Ints64, asked: Ints64, until: float) -> None:
        while len(open_ := np.intersect1d(asked, self.left())) and time.monotonic() < until:
            ends = [self._objective(open_[:1], np.array([sign]))[columns] for sign in (1.0, -1.0)]
            if not all(self._note(programme.table(end, until), columns) for end in ends):
                return
            self.found.sure[open_[0]] = True

    def _objective(self, which: Ints64, weight: Floats) -> Floats:
        wanted = np.zeros(len(self.wanted.true) + 1)
        np.add.at(wanted, self.wanted.after[which], weight)
        np.add.at(wanted, self.wanted.first[which], -weight)
        return wanted[:-1]

    def _note(self, table: Floats | None, columns: Ints64) -> bool:
        """Keeps what a table shows; False without one."""
        if table is None:
            return False
        full = np.append(self.wanted.true, 0.0)
        full[columns] = table
        value = full[self.wanted.after] - full[self.wanted.first]
        self.found.least = np.minimum(self.found.least, value)
        self.found.most = np.maximum(self.found.most, value)
        return True


def _held(system: Rows, columns: Ints64, true: Floats) -> Rows:
    """The conditions on some variables while the others stay as they are."""
    others = np.array(true)
    others[columns] = 0.0
    fixed = system.matrix @ others
    part = sparse.csr_array(system.matrix[:, columns])
    lines = np.flatnonzero(np.diff(part.indptr))
    return _distinct(sparse.csr_array(part[lines]), (system.least - fixed)[lines], (system.most - fixed)[lines])


def _labels(system: Rows, first: Ints64, after: Ints64) -> Ints64:
    """(variables) number of the set of variables that hang together by conditions or questions."""
    count = system.matrix.shape[1]
    asked = (first >= 0) & (after >= 0)
    joined = sparse.coo_array((np.ones(int(asked.sum())), (first[asked], after[asked])), shape=(count, count))
    touching = sparse.csr_array(abs(system.matrix))
    _, label = csgraph.connected_components(sparse.csr_array(touching.T @ touching) + joined, directed=False)
    return np.asarray(label, dtype=np.int64)
