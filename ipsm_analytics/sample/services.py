"""The quarterly SPM reports of the sample: persons served and persons to be served, counted from the true city.

X is exact: persons of a service, by the kecamatan of their home, with a first service in the year up to the end of the
quarter. Y is a stated share of the true persons of the service met in that year, carried on to a whole year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from ipsm_analytics import schema
from ipsm_analytics.reference import areas
from ipsm_analytics.reference import services as reference
from ipsm_analytics.reference.targets import spm_target
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.draws import Bools, Ints, Objects, below, objects, stream
from ipsm_analytics.sample.files import Columns
from ipsm_analytics.sample.period import Period, day_number, day_of
from ipsm_analytics.sample.simulation import Simulation

MONTHS = 12
Row = dict[str, str]


@dataclass(frozen=True)
class Quarter:
    """A quarter whose report is due before the books close; `months` of its year lie in the sample."""

    year: int
    number: int
    months: int

    @property
    def end(self) -> date:
        """First day after it."""
        return reference.quarter_start(*reference.quarter_after(self.year, self.number))


def quarters(period: Period) -> tuple[Quarter, ...]:
    """Quarters due by the cut-off, of the years whose January lies in the period: they count from January."""
    first, last = day_of(period.start), day_of(period.cutoff)
    years = range(first.year + (first > date(first.year, 1, 1)), last.year + 1)
    due = spm_target().due_day
    return tuple(
        Quarter(year, number, last.month if year == last.year else MONTHS)
        for year in years
        for number in reference.QUARTERS
        if reference.quarter_due(year, number, due) <= last
    )


def missing(period: Period) -> tuple[Quarter, str] | None:
    """The quarter that one service did not report, and the service; None in a sample too short for it."""
    known, back = quarters(period), stated.count("spm", "hilang_triwulan")
    return (known[-1 - back], str(stated.everything()["spm"]["hilang_layanan"])) if len(known) > back else None


def reports(sample: Simulation) -> dict[int, Columns]:
    """The report of each year, one row a service, quarter and area, the city (without a code) first."""
    received = _received(sample)
    found: dict[int, list[Row]] = {}
    for service in reference.services():
        for quarter in quarters(sample.period):
            if (quarter, service) != missing(sample.period):
                found.setdefault(quarter.year, []).extend(_rows(sample, quarter, service, received[quarter]))
    return {year: _columns(rows) for year, rows in found.items()}


def _received(sample: Simulation) -> dict[Quarter, date]:
    """Day each report comes in: after the quarter, by the due day."""
    known = quarters(sample.period)
    days = below(stream(sample.seed, "laporan spm"), np.full(len(known), spm_target().due_day, dtype=np.int64))
    return {quarter: day_of(day_number(quarter.end) + int(day)) for quarter, day in zip(known, days, strict=True)}


def _rows(sample: Simulation, quarter: Quarter, service: str, received: date) -> Iterator[Row]:
    met, needed = served(sample, quarter, service), _to_be_served(sample, quarter, service)
    assessed = not (service in stated.texts("spm", "terlambat_diasesmen") and quarter.number == 1)
    common = {
        "tahun": str(quarter.year),
        "triwulan": f"TW{quarter.number}",
        "layanan": service,
        "sumber_sasaran": f"Asesmen Dinas Sosial {quarter.year} ({schema.SAMPLE_MARK})" if assessed else "",
        "tgl_sasaran": f"{date(quarter.year, 1, 31):%d/%m/%Y}" if assessed else "",
        "tgl_terima": f"{received:%d/%m/%Y}",
        "keterangan": schema.SAMPLE_MARK,
    }
    places = ("", *areas.codes("kecamatan"))
    for place, one, other in zip(places, [met.sum(), *met], [needed.sum(), *needed], strict=True):
        yield {**common, "kode_kecamatan": place, "terpenuhi": str(one), "sasaran": str(other) if assessed else ""}


def served(sample: Simulation, quarter: Quarter, service: str) -> Ints:
    """(kecamatan) X: persons of the service first served in a case from January to the end of the quarter."""
    load = sample.load
    day = load.responses.days["tgl_layanan_pertama"]
    inside = (day >= day_number(date(quarter.year, 1, 1))) & (day < day_number(quarter.end))
    return _by_district(sample, load.person[inside & _of(sample, service)[load.person]])


def _to_be_served(sample: Simulation, quarter: Quarter, service: str) -> Ints:
    """(kecamatan) Y of the whole year, the same in each of its quarters."""
    begin, end = day_number(date(quarter.year, 1, 1)), day_number(date(quarter.year + 1, 1, 1))
    inside = (sample.events.found >= begin) & (sample.events.found < end)
    true = _by_district(sample, sample.person[inside & _of(sample, service)[sample.person]])
    percent = round(100 * stated.number("spm", "bagian_terasesmen"))
    return true * MONTHS * percent // (quarter.months * 100)


def _of(sample: Simulation, service: str) -> Bools:
    """(persons) whether one of its categories belongs to the service."""
    people, kinds = sample.load.people, sample.load.city.categories
    belongs = np.array([kind in reference.services()[service].categories for kind in kinds])
    return np.asarray(belongs[people.category] | (belongs[people.second] & (people.second >= 0)), dtype=np.bool_)


def _by_district(sample: Simulation, persons: Ints) -> Ints:
    """(kecamatan) different persons by the place where they were first met."""
    homes = sample.load.city.districts[sample.load.people.home[np.unique(persons)]]
    return np.bincount(homes, minlength=len(areas.codes("kecamatan"))).astype(np.int64)


def _columns(rows: list[Row]) -> dict[str, Objects]:
    return {name: objects([row[name] for row in rows]) for name in schema.SPM_COLUMNS}
