"""What the SPM reports say of a service, quarter and area, or why they say nothing: the ground of C01 to C05 and C07.

Nothing is estimated, withheld or summed: a city that did not report is not the sum of its kecamatan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from ipsm_analytics import contract
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.services import QUARTERS, quarter_due
from ipsm_analytics.reference.targets import spm_target
from ipsm_analytics.store import Store, Version

TABLE = "spm"
FALLS = "SPM_FALLS"
COLUMNS = ("layanan", "tahun", "triwulan", "kode", "terpenuhi", "sasaran", "sumber_sasaran", "tgl_sasaran", "tgl_terima")


class State(StrEnum):
    """Why a figure is or is not there; the four are different things, and none of them is zero."""

    REPORTED = "dilaporkan"
    UNASSESSED = "sasaran_belum_ada"
    MISSING = "belum_dilaporkan"
    NOT_DUE = "belum_jatuh_tempo"


class Key(NamedTuple):
    """What a figure is about: service C01 to C05, year, quarter 1 to 4, code of the city or of a kecamatan."""

    service: str
    year: int
    quarter: int
    area: str = areas.CITY


@dataclass(frozen=True)
class SpmFigure:
    """One figure, or the state that stands for it.

    Attributes:
        met: X, persons served from January to the end of the quarter; None where nothing is reported.
        needed: Y, persons who need the service; None where it is not assessed or nothing is reported.
        source, assessed: where Y comes from and of which day; '' and None where that is not said.
        received: day the report came in, None where that is not said.
        warnings: reason codes that mark the figure, sorted.
    """

    key: Key
    state: State
    met: int | None = None
    needed: int | None = None
    source: str = ""
    assessed: date | None = None
    received: date | None = None
    warnings: tuple[str, ...] = ()

    @property
    def gap(self) -> int | None:
        """Y − X, persons left (C07); below zero where more were served than were to be served; None without both."""
        return None if self.met is None or self.needed is None else self.needed - self.met


@dataclass(frozen=True)
class SpmFigures:
    """All figures of one data version.

    Attributes:
        found: key -> its reported figure; one a key, that of the latest receipt.
        sample: whether they are sample data.
    """

    found: Mapping[Key, SpmFigure]
    sample: bool = False

    def at(self, year: int, quarter: int, service: str, area: str = areas.CITY, *, today: date) -> SpmFigure:
        """The figure of a key, or a state: NOT_DUE up to and with the due day of the quarter, MISSING after it."""
        key = Key(service, year, quarter, area)
        if key in self.found:
            return self.found[key]
        due = quarter_due(year, quarter, spm_target().due_day)
        return SpmFigure(key, State.NOT_DUE if today <= due else State.MISSING)

    def series(self, service: str, area: str = areas.CITY) -> tuple[SpmFigure, ...]:
        """Reported figures of a service in an area, the oldest first; quarters without one are left out."""
        return tuple(self.found[key] for key in sorted(self.found) if (key.service, key.area) == (service, area))

    def latest(self, service: str, area: str = areas.CITY) -> SpmFigure | None:
        """The newest reported figure of a service in an area."""
        return next(reversed(self.series(service, area)), None)

    def quarters(self) -> tuple[tuple[int, int], ...]:
        """(year, quarter) from the first to the last one reported for anything, none left out."""
        known = sorted({(key.year, key.quarter) for key in self.found})
        years = range(known[0][0], known[-1][0] + 1) if known else ()
        return tuple((year, quarter) for year in years for quarter in QUARTERS if known[0] <= (year, quarter) <= known[-1])


def load(store: Store, version: Version) -> SpmFigures:
    """The figures of a data version."""
    rows = contract.stored(TABLE, store.read(TABLE, version, [*COLUMNS, "warnings", "sample"])).to_pylist()
    found = {figure.key: figure for figure in map(_figure, rows)}
    return SpmFigures({key: _beside(figure, found) for key, figure in found.items()}, any(row["sample"] for row in rows))


def _figure(row: Mapping[str, Any]) -> SpmFigure:
    return SpmFigure(
        key=Key(row["layanan"], row["tahun"], row["triwulan"], row["kode"]),
        state=State.UNASSESSED if row["sasaran"] is None else State.REPORTED,
        met=row["terpenuhi"],
        needed=row["sasaran"],
        source=row["sumber_sasaran"] or "",
        assessed=row["tgl_sasaran"],
        received=row["tgl_terima"],
        warnings=tuple(row["warnings"]),
    )


def _beside(figure: SpmFigure, found: Mapping[Key, SpmFigure]) -> SpmFigure:
    """The figure marked with FALLS when it is below an earlier one of its year, whichever files they came in, else unmarked."""
    key, met = figure.key, figure.met or 0
    earlier = (found.get(key._replace(quarter=quarter)) for quarter in QUARTERS if quarter < key.quarter)
    falls = any((other.met or 0) > met for other in earlier if other)
    kept = {*figure.warnings} - {FALLS} | ({FALLS} if falls else set())
    return replace(figure, warnings=tuple(sorted(kept)))
