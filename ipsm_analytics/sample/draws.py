"""Exactly repeatable draws: uniform numbers and whole-number weights only, so that every machine draws the same.

Distributions that need logarithms or exponentials differ in their last bits between processors; none is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]
SCALE = 1_000_000
EDITION = 1
"""Enters every draw: with another edition every seed gives another sample."""


def stream(seed: int, name: str) -> np.random.Generator:
    """An independent source of numbers for one purpose, so that a change in one part leaves the others alone."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([EDITION, seed, *name.encode()])))


def whole(weights: Iterable[float]) -> Ints:
    """Weights as whole millionths."""
    return np.array([round(weight * SCALE) for weight in weights], dtype=np.int64)


def pick(source: np.random.Generator, weights: Ints, size: int) -> Ints:
    """`size` positions in `weights`, each with a chance in proportion to its weight."""
    return pick_by(source, weights[np.newaxis, :], np.zeros(size, dtype=np.int64))


def pick_by(source: np.random.Generator, table: Ints, rows: Ints) -> Ints:
    """For each entry of `rows` one column of that row of `table` (R × C weights), in proportion to its weight."""
    ends = np.cumsum(table.ravel())
    totals = table.sum(axis=1)
    starts = ends[table.shape[1] - 1 :: table.shape[1]] - totals
    cells = np.searchsorted(ends, starts[rows] + below(source, totals[rows]), side="right")
    return np.asarray(cells - rows * table.shape[1], dtype=np.int64)


def below(source: np.random.Generator, limits: Ints) -> Ints:
    """One whole number from 0 up to and without each limit."""
    return (source.random(len(limits)) * limits).astype(np.int64)


def happens(source: np.random.Generator, share: float | npt.NDArray[np.float64], size: int) -> Bools:
    """`size` independent events, each with the chance `share`."""
    return np.asarray(source.random(size) < share, dtype=np.bool_)


def shuffled(source: np.random.Generator, size: int) -> Ints:
    """The positions 0..size-1 in random order."""
    return np.argsort(source.random(size), kind="stable").astype(np.int64)


@dataclass(frozen=True)
class Spread:
    """Whole numbers (days, years) with their weights."""

    values: Ints
    weights: Ints

    def draw(self, source: np.random.Generator, size: int) -> Ints:
        """`size` of the values."""
        return self.values[pick(source, self.weights, size)]


def spread(table: Mapping[str, float]) -> Spread:
    """Reads {'0': 0.5, '3-7': 0.5}: a range shares its weight evenly among its numbers."""
    parts = [(_range(text), weight) for text, weight in table.items()]
    values = np.concatenate([numbers for numbers, _ in parts])
    weights = np.concatenate([np.full(len(numbers), round(weight * SCALE / len(numbers))) for numbers, weight in parts])
    return Spread(values, weights.astype(np.int64))


def _range(text: str) -> Ints:
    low, _, high = text.partition("-")
    return np.arange(int(low), int(high or low) + 1, dtype=np.int64)


@dataclass(frozen=True)
class Lists:
    """Lists of different lengths end to end; list i is values[starts[i] : starts[i] + sizes[i]]."""

    values: Objects
    starts: Ints
    sizes: Ints

    def choose(self, lists: Ints, turns: Ints) -> Objects:
        """One value from each of the named lists; `turns` are any whole numbers, taken modulo the length."""
        return self.values[self.starts[lists] + turns % self.sizes[lists]]


def lists(parts: Iterable[Sequence[object]]) -> Lists:
    """Joins lists, none of them empty."""
    held = [tuple(part) for part in parts]
    sizes = np.array([len(part) for part in held], dtype=np.int64)
    return Lists(objects([value for part in held for value in part]), np.cumsum(sizes) - sizes, sizes)


def objects(values: Sequence[object]) -> Objects:
    """A one-dimensional object array."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
