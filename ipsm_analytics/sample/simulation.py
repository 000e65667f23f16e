"""All parts of one sample together: the city, its events, and what the files will say of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics.errors import UserError
from ipsm_analytics.sample import city, errors, layout, people, records, reporting, response, workers
from ipsm_analytics.sample.caseload import Caseload
from ipsm_analytics.sample.draws import Bools, Ints
from ipsm_analytics.sample.period import Period, period

ROWS_ALLOWED = (200, 2_000_000)


@dataclass(frozen=True)
class Simulation:
    """A sample before it is written.

    Attributes:
        silent: (K × months) kelurahan-months without any report.
        events: all true events; person: the true person of each, a position in `load.people`.
        load: the cases that arrived; records: their cells; layout: their rows in the case files.
    """

    rows: int
    seed: int
    period: Period
    silent: Bools
    events: reporting.Events
    person: Ints
    load: Caseload
    records: records.Records
    layout: layout.Layout


def simulate(rows: int, months: int, end: str, seed: int) -> Simulation:
    """Draws a sample with exactly `rows` rows in its case files; raises UserError for impossible sizes."""
    low, high = ROWS_ALLOWED
    if not low <= rows <= high:
        raise UserError("Jumlah baris data contoh di luar batas.", found=str(rows), allowed=f"{low} sampai {high}")
    if seed < 0:
        raise UserError("Benih data contoh tidak boleh negatif.", found=str(seed), allowed="0 atau lebih")
    span, asked = period(end, months), layout.quota(rows)
    place, team, silent = city.build(span, seed), workers.build(span, seed), workers.silent_months(span, seed)
    events = reporting.simulate(place, team, silent, span, asked.first, seed)
    person = people.persons_of(events, seed)
    load = _caseload(place, team, span, events, person, rows, seed)
    faulty = load.error > 0
    return Simulation(
        rows=rows,
        seed=seed,
        period=span,
        silent=silent,
        events=events,
        person=person,
        load=load,
        records=records.write(load, span.cutoff, seed),
        layout=layout.plan(span, load.events, load.responses, faulty, asked, seed),
    )


def _caseload(
    place: city.City, team: workers.Workers, span: Period, events: reporting.Events, person: Ints, rows: int, seed: int
) -> Caseload:
    arrived = np.flatnonzero(events.state == reporting.ARRIVED)
    arrived = arrived[np.argsort(events.arrived[arrived], kind="stable")]
    cases, everyone = events.take(arrived), people.describe(place, events, person, seed)
    template = layout.template_cases(span, cases)
    return Caseload(
        city=place,
        workers=team,
        people=everyone,
        events=cases,
        person=person[arrived],
        responses=response.respond(place, cases, seed),
        error=errors.assign(place, cases, everyone.has_nik[person[arrived]], template, rows, seed),
        template=template,
    )
