"""The gate between counts and everything shown: what a role may see, for which purpose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from ipsm_analytics.casework import Overlaps
from ipsm_analytics.cube import Counts, Selection
from ipsm_analytics.cube.selection import NOBODY
from ipsm_analytics.errors import UserError
from ipsm_analytics.reference import areas, categories


class Source(Protocol):
    """Whatever counts."""

    def select(self, selection: Selection) -> Counts:
        """Counts for a selection."""


Role = Literal["publik", "pimpinan", "korcam", "operator", "auditor"]
Purpose = Literal["layar", "ekspor"]
PURPOSES: tuple[Purpose, ...] = ("layar", "ekspor")
ROLES: tuple[Role, ...] = ("publik", "pimpinan", "korcam", "operator", "auditor")

OUTSIDE: frozenset[str] = frozenset({"publik", "auditor"})
"""Roles that see on the screen what may leave the office: an auditor looks at who did what, not at cases."""

ROW_READERS: frozenset[str] = frozenset({"operator", "korcam"})
"""Roles that may look at single cases, which carry no name and no NIK; leaders see counts."""

WRITERS: frozenset[str] = frozenset({"operator"})
"""Roles that may change anything: files, pairs, meetings, decisions; all others only read."""


@dataclass(frozen=True)
class Policy:
    """What is withheld.

    Attributes:
        small_cell: counts of persons or cases from 1 to small_cell - 1 are withheld; 0 withholds none.
        sensitive_to_kecamatan: sensitive categories are withheld below kecamatan.
    """

    small_cell: int
    sensitive_to_kecamatan: bool


@dataclass(frozen=True)
class Released:
    """Counts with the decision on each cell; `withheld` cells must never reach a view as numbers."""

    counts: tuple[Counts, ...]
    withheld: npt.NDArray[np.bool_]


def policy(role: str, purpose: Purpose, small_cell: int) -> Policy:
    """Roles OUTSIDE and every export get the small-cell rule; inside the office the screen shows all.

    Raises UserError for an unknown role.
    """
    if role not in ROLES:
        raise UserError("Peran tidak dikenal.", found=role, allowed=", ".join(ROLES), action="pilih salah satu")
    outside = role in OUTSIDE or purpose == "ekspor"
    return Policy(small_cell if outside else 0, outside)


def may_see_rows(role: str) -> bool:
    """Whether a role may look at single cases on the screen; they never leave the office. False for an unknown role."""
    return role in ROW_READERS


def row_areas(role: str, kecamatan: tuple[str, ...]) -> tuple[str, ...]:
    """Areas whose single cases may be looked at: the city for an operator, the own kecamatan for a korcam, else none."""
    if not may_see_rows(role):
        return ()
    return kecamatan if role == "korcam" else (areas.CITY,)


def may_write(role: str) -> bool:
    """Whether a role may take in, change and withdraw anything. False for an unknown role."""
    return role in WRITERS


def release(source: Source, selections: tuple[Selection, ...], rule: Policy) -> Released:
    """Counts of selections over the same cells, withheld together: a ratio is as secret as its parts.

    With two selections the second is the whole of which the first is a part, so the rest is protected too.
    """
    counts = tuple(source.select(selection) for selection in selections)
    parts = [item.values for item in counts if item.selection.quantity not in NOBODY]
    if len(parts) == 2:
        parts.append(parts[1] - parts[0])
    withheld = np.zeros(counts[0].values.shape, dtype=bool)
    for part in parts:
        withheld |= (part > 0) & (part < rule.small_cell)
    if parts and rule.sensitive_to_kecamatan:
        withheld |= _sensitive(selections[0].slices, selections[0].areas)
    return Released(counts, withheld)


def withheld_combinations(found: Overlaps, area: str, rule: Policy) -> npt.NDArray[np.bool_]:
    """(combinations) which are withheld: small ones, sensitive ones below kecamatan, and what would give those away.

    The persons of the whole, of each slice and so of its rest are known from other answers: in every such sum at least two
    combinations of together `small_cell` persons or more are withheld, or none, or all; the smallest open ones are added
    until that holds.
    """
    withheld = found.persons < rule.small_cell
    if rule.sensitive_to_kecamatan and areas.level_of(area) == "kelurahan":
        withheld |= found.members[:, [is_sensitive(code) for code in found.slices]].any(axis=1)
    sums = [np.ones(len(found.persons), dtype=np.bool_), *found.members.T, *~found.members.T]
    while any(_protected(found.persons, withheld, inside, rule.small_cell) for inside in sums):
        pass
    return withheld


def _protected(
    persons: npt.NDArray[np.int64], withheld: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_], least: int
) -> bool:
    """Withholds the smallest open combination of a sum that gives a withheld one away; False where none had to be."""
    hidden, open_ = inside & withheld, np.flatnonzero(inside & ~withheld)
    if not hidden.any() or not len(open_) or (hidden.sum() > 1 and persons[hidden].sum() >= least):
        return False
    withheld[open_[np.argmin(persons[open_])]] = True
    return True


@lru_cache(maxsize=1024)
def _sensitive(slices: tuple[str, ...], places: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """(slices × areas) cells of sensitive categories below kecamatan."""
    sensitive = np.array([is_sensitive(code) for code in slices], dtype=bool)
    below = np.array([areas.level_of(code) == "kelurahan" for code in places], dtype=bool)
    return np.asarray(sensitive[:, None] & below[None, :], dtype=bool)


def is_sensitive(slice_code: str) -> bool:
    """A category marked so, or a group that holds nothing else."""
    known = categories.categories()
    if slice_code in known:
        return known[slice_code].sensitive
    members = categories.in_group(slice_code)
    return bool(members) and all(known[code].sensitive for code in members)
