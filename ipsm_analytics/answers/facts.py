"""Everything that is counted of one data version, each part made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from ipsm_analytics.casework import Casework
from ipsm_analytics.casework import load as load_casework
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Counts, Cube, Selection, Window, axes
from ipsm_analytics.cube import load as load_cube
from ipsm_analytics.cube.cube import STAGE_OF
from ipsm_analytics.cube.selection import NOBODY, WITHOUT_REPORT, Ints
from ipsm_analytics.linking.coverage import MATCHED, UNMATCHABLE, UNMATCHED, coverage
from ipsm_analytics.linking.decisions import resolved
from ipsm_analytics.measures.query import LABELS
from ipsm_analytics.poverty import Poverty, poverty
from ipsm_analytics.quality import Quality
from ipsm_analytics.quality import load as load_quality
from ipsm_analytics.reference import areas, population
from ipsm_analytics.registers import Registers
from ipsm_analytics.registers import load as load_registers
from ipsm_analytics.spm import SpmFigures
from ipsm_analytics.spm import load as load_spm
from ipsm_analytics.store import Store, Version

_IN_CUBE = frozenset({"cases", "reports", *STAGE_OF})
_BY_MATCH: Mapping[str, tuple[str, ...]] = {
    "persons_matchable": (MATCHED, UNMATCHED),
    "persons_unmatched": (UNMATCHED,),
}
"""Verified persons by what the comparison with the registers says of them."""


@dataclass(frozen=True, eq=False)
class Loaders:
    """How the parts are made, each from the store and once."""

    cube: Callable[[], Cube]
    casework: Callable[[], Casework]
    quality: Callable[[], Quality]
    matches: Callable[[], pd.DataFrame]
    registers: Callable[[], Registers]
    spm: Callable[[], SpmFigures]
    poverty: Callable[[], Poverty]


class Facts:
    """The counts of a data version; a part that is not asked for costs nothing.

    What is due depends on `today`; `people` are the residents of each kelurahan.
    """

    def __init__(self, loaders: Loaders, today: date, people: Mapping[str, int] | None = None) -> None:
        self._loaders = loaders
        self.today = today
        self.people = people or population.by_kelurahan()
        self._residents: dict[str, int] = {}

    @classmethod
    def of(cls, cube: Cube, today: date | None = None, people: Mapping[str, int] | None = None, **parts: object) -> Facts:
        """Facts of parts that are made already; what is not among them raises KeyError when it is asked for."""
        ready: dict[str, Any] = {"cube": cube, **parts}
        loaders = {name.name: partial(ready.__getitem__, name.name) for name in fields(Loaders)}
        return cls(Loaders(**loaders), today or cube.cutoff or date.min, people)

    @cached_property
    def cube(self) -> Cube:
        """Cases and persons by area, slice and month."""
        return self._loaders.cube()

    @cached_property
    def casework(self) -> Casework:
        """What was done about each case."""
        return self._loaders.casework()

    @cached_property
    def quality(self) -> Quality:
        """How the data came in."""
        return self._loaders.quality()

    @cached_property
    def matches(self) -> pd.DataFrame:
        """Which persons the registers know, as `linking.coverage` says; takes seconds."""
        return self._loaders.matches()

    @cached_property
    def registers(self) -> Registers:
        """Persons of the registers and aid lists."""
        return self._loaders.registers()

    @cached_property
    def spm(self) -> SpmFigures:
        """What the SPM reports say."""
        return self._loaders.spm()

    @cached_property
    def poverty(self) -> Poverty:
        """The published share of poor people."""
        return self._loaders.poverty()

    @property
    def span(self) -> Window | None:
        """First to last month with data; None without any."""
        return self.cube.span

    def residents(self, area: str) -> int:
        """Population of an area."""
        if area not in self._residents:
            self._residents[area] = sum(self.people[code] for code in areas.members(area))
        return self._residents[area]

    def labels(self, trait: str) -> tuple[str, ...]:
        """Labels of a trait; raises KeyError for one that does not exist."""
        return LABELS[trait] or self.casework.labels[trait]

    def select(self, selection: Selection) -> Counts:
        """Counts for a selection, from the part that holds them."""
        if selection.quantity in _IN_CUBE and not selection.traits:
            return self.cube.select(selection)
        kept = self.cube.select(Selection("reports", selection.areas, selection.slices[:1], selection.windows))
        return Counts(selection, self._values(selection), kept.reported, kept.expected)

    def _values(self, selection: Selection) -> Ints:
        if selection.quantity in _BY_MATCH:
            return self.casework.persons(selection, "verified", self.persons_with(_BY_MATCH[selection.quantity]))
        if selection.quantity == "persons_listed":
            return self._listed(selection)
        if selection.quantity in WITHOUT_REPORT - NOBODY:
            return self.registers.select(selection)
        return self.casework.select(selection)

    def _listed(self, selection: Selection) -> Ints:
        """Verified persons whose entry in a register is of the same slice; -1, no entry, is the place after the last."""
        entry = pd.Index(self.registers.keys).get_indexer(pd.Index(self._found["register_key"]))
        parts = []
        for code in selection.slices:
            inside = np.append(self.registers.slices[axes.slice_index()[code]], False)
            among = inside[entry]
            parts.append(self.casework.persons(replace(selection, slices=(code,)), "verified", among))
        return np.concatenate(parts, axis=1)

    def persons_with(self, states: tuple[str, ...]) -> np.ndarray:
        """(persons) whether the comparison with the registers gave one of the states, by the numbers in casework."""
        return np.isin(self._found["state"].to_numpy(), states)

    @cached_property
    def _found(self) -> pd.DataFrame:
        """(persons) state and register_key of each, by the numbers in casework."""
        return self.matches.set_index("person_key").reindex(self.casework.person_keys)


def load(store: Store, version: Version, config: Settings, people: Mapping[str, int] | None = None) -> Facts:
    """The facts of a stored data version; `people`: residents by kelurahan, by the reference in force where not given."""
    return Facts(
        Loaders(
            cube=lambda: load_cube(store, version),
            casework=lambda: load_casework(store, version),
            quality=lambda: load_quality(store, version, config.report_due_day),
            matches=lambda: _matches(store, version),
            registers=lambda: load_registers(store, version, config.poor_decile),
            spm=lambda: load_spm(store, version),
            poverty=lambda: poverty(store.read("angka_terbit", version).to_pandas()),
        ),
        config.today,
        people,
    )


def _matches(store: Store, version: Version) -> pd.DataFrame:
    """The comparison with the registers by person; of several keys declared one person the likeliest match holds."""
    found, same = coverage(store, version), resolved(store, version)
    for column in ("person_key", "register_key"):
        found[column] = [same.get(key, key) for key in found[column]]
    found["rank"] = found["state"].map({MATCHED: 0, UNMATCHED: 1, UNMATCHABLE: 2})
    ordered = found.sort_values(["rank", "probability"], ascending=[True, False], kind="stable")
    return ordered.drop_duplicates("person_key").drop(columns="rank")
