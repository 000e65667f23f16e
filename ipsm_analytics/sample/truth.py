"""What is true of a sample and what a correct intake must find in its files; written as truth.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.intake.normalise import parse_date, person_name
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.sample import errors, services, spelling, stated
from ipsm_analytics.sample.city import SPEEDS
from ipsm_analytics.sample.draws import Bools, Ints, Objects
from ipsm_analytics.sample.files import Columns
from ipsm_analytics.sample.layout import OTHERWISE, REPEAT, TEMPLATE, UPDATE
from ipsm_analytics.sample.people import day_digits
from ipsm_analytics.sample.period import completed_years, day_of
from ipsm_analytics.sample.reporting import STATES, Events
from ipsm_analytics.sample.response import NEVER
from ipsm_analytics.sample.simulation import Simulation

IDENTITIES = ("nik", "nama_lahir", "tidak_ada")
ACT_WITHIN_DAYS = 2
SHARE_DIGITS = 6
NEW_YEAR, OLDEST = 101, 200
_SPM = ("tahun", "triwulan", "layanan", "kode_kecamatan", "terpenuhi", "sasaran")


@dataclass(frozen=True)
class FileTruth:
    """Expected outcome of one file when the files are taken in the order listed.

    rows = accepted + quarantined + duplicates; updates are accepted rows that carry a known case further.
    reasons: quarantined rows by code; warnings, notes: rows that are not refused, repeats included, by the code that
    marks them and by the code of mere information.
    """

    name: str
    kind: str
    rows: int
    accepted: int
    quarantined: int = 0
    duplicates: int = 0
    updates: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """The truth behind one sample; everything in it is plain JSON.

    Attributes:
        parameters: what was asked for, first month, cut-off day, first month of our own format.
        files: every file written, case files in the order to take them in.
        events: true events by what became of them; persons: how many, and how many a correct intake can tell apart.
        counts: months, kelurahan, groups; then 'true', 'reported' (K × G × months) and 'true_cases', 'reported_cases'
            (K × months): true events by the month they happened, all categories of the person; accepted cases by
            the month of tgl_lapor, categories as written. A case counts once in each of its groups.
        hidden: share of true events not found, overall and by kecamatan and group, and the chance by kelurahan.
        register: persons with NIK by kecamatan and group: all, found by PSM with a good NIK, in the register, both.
        rates: relative rates by kelurahan and group; hot: stated kelurahan; rise: the one real increase.
        silent: kelurahan -> months without any report; response: by kecamatan; stated: every stated rate.
        spm: 'figures', one a service, year, quarter and area with X and Y (none where not assessed); 'missing': the
            service, year and quarter without a report, none in a short sample.
    """

    parameters: Mapping[str, Any]
    files: tuple[FileTruth, ...]
    events: Mapping[str, int]
    persons: Mapping[str, Any]
    counts: Mapping[str, Any]
    hidden: Mapping[str, Any]
    register: Mapping[str, Any]
    rates: Mapping[str, Any]
    hot: tuple[Mapping[str, Any], ...]
    rise: Mapping[str, Any]
    silent: Mapping[str, list[str]]
    response: Mapping[str, Any]
    spm: Mapping[str, Any]

    def write(self, path: Path) -> None:
        """Writes the truth as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def measure(sample: Simulation, others: tuple[FileTruth, ...]) -> Truth:
    """The truth of a sample; `others` are its files that hold no cases."""
    return Truth(
        parameters=_parameters(sample),
        files=(*case_files(sample), *others),
        events=dict(zip(STATES, np.bincount(sample.events.state, minlength=len(STATES)).tolist(), strict=True)),
        persons=_persons(sample),
        counts=_counts(sample),
        hidden=_hidden(sample),
        register=_register(sample),
        rates=_table(sample, sample.load.city.rates.tolist()),
        hot=stated.entries("ruang", "kelurahan_tinggi"),
        rise={name: entry for name, entry in stated.everything()["kenaikan"].items() if name != "catatan"},
        silent={
            code: [sample.period.label(int(month)) for month in np.flatnonzero(row)]
            for code, row in zip(sample.load.city.codes, sample.silent, strict=True)
            if row.any()
        },
        response=_response(sample),
        spm=_spm(sample),
    )


def _spm(sample: Simulation) -> dict[str, Any]:
    gone = services.missing(sample.period)
    figures = [
        [layanan, int(tahun), int(triwulan[-1]), kode or areas.CITY, int(met), int(needed) if needed else None]
        for columns in services.reports(sample).values()
        for tahun, triwulan, layanan, kode, met, needed in zip(*(columns[name] for name in _SPM), strict=True)
    ]
    return {"figures": figures, "missing": [gone[1], gone[0].year, gone[0].number] if gone else None}


def _parameters(sample: Simulation) -> dict[str, Any]:
    span = sample.period
    switch = next((item.begin for item in sample.layout.files if item.kind == TEMPLATE), span.months)
    return {
        "cases": sample.rows,
        "months": span.months,
        "end": span.label(span.months - 1),
        "seed": sample.seed,
        "start": span.label(0),
        "cutoff": day_of(span.cutoff).isoformat(),
        "template_from": span.label(switch),
        "mark": schema.SAMPLE_MARK,
    }


def case_files(sample: Simulation) -> tuple[FileTruth, ...]:
    """Expected outcome of every case file."""
    error = sample.load.error[sample.layout.case]
    refused = (error > 0) & (error <= len(errors.refusals()))
    marked = {code: rows[sample.layout.case] & ~refused for code, rows in _unplanned(sample).items()}
    marked["AGE_CAT_WARN"] &= sample.layout.known != OTHERWISE
    result = []
    for number, item in enumerate(sample.layout.files):
        mine, copy = sample.layout.file == number, sample.layout.copy
        reasons = _by_code(error[mine], errors.refusals())
        marks = _by_code(error[mine], (*errors.warnings(), *errors.marks()))
        found = {code: int(rows[mine].sum()) for code, rows in marked.items()}
        notes = _some({"NIK_AREA_INFO": found.pop("NIK_AREA_INFO")})
        rows, repeats, bad = int(mine.sum()), int((mine & (copy == REPEAT)).sum()), int((mine & refused).sum())
        updates = int((mine & (copy == UPDATE)).sum())
        result.append(
            FileTruth(
                item.name, item.kind, rows, rows - repeats - bad, bad, repeats, updates, reasons, _some(marks | found), notes
            )
        )
    return tuple(result)


def _by_code(error: Ints, names: tuple[str, ...]) -> dict[str, int]:
    return _some({name: int((error == errors.codes().index(name)).sum()) for name in names})


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}


def _unplanned(sample: Simulation) -> dict[str, Bools]:
    """(cases) by code: what is true of a case, as far as its row says it, rather than an error put into it."""
    load, stated_birth = sample.load, sample.records.birth
    born, shown = load.people.birth[load.person], load.template & (stated_birth < NEVER)
    usable = load.people.has_nik[load.person] & errors.usable_nik(load.error)
    aged = load.template & (sample.records.cells["usia"] != "")
    age = completed_years(np.where(shown & ~aged, stated_birth, born), load.events.reported)
    second = load.people.second[load.person]
    unfit = _unfit(sample, load.events.category, age) | (load.template & (second >= 0) & _unfit(sample, second, age))
    return {
        "AGE_CAT_WARN": (aged | shown | usable) & unfit,
        "DOB_DEFAULT": shown & (day_digits(np.where(shown, stated_birth, 0)) // 100 == NEW_YEAR),
        "NIK_AREA_INFO": usable & load.people.of_elsewhere[load.person],
    }


def _unfit(sample: Simulation, category: Ints, age: Ints) -> Bools:
    """Whether an age lies outside the limits of a category."""
    items = [categories.categories()[kind] for kind in sample.load.city.categories]
    low = np.array([item.age_min if item.age_min is not None else 0 for item in items])
    high = np.array([item.age_max if item.age_max is not None else OLDEST for item in items])
    return np.asarray((age < low[category]) | (age > high[category]), dtype=np.bool_)


def faultless(name: str, kind: str, columns: Columns) -> FileTruth:
    """Expected outcome of a file without errors or repeats, read off its cells as written."""
    late = zip(columns["bulan"], columns["tgl_terima"], strict=True) if "bulan" in columns else ()
    targets = zip(columns.get("terpenuhi", ()), columns.get("sasaran", ()), strict=True)
    warnings = {
        "DOB_DEFAULT": sum(text.startswith("01/01/") for text in columns.get("Tanggal Lahir", columns.get("tanggal_lahir", ()))),
        "PERIOD_LATE": sum(_is_late(month, received) for month, received in late),
        "SPM_OVER": sum(int(met) > int(needed) for met, needed in targets if needed),
    }
    foreign = sum(not nik.startswith("7371") for nik in columns.get("NIK", columns.get("nomor_nik", ())))
    rows = len(next(iter(columns.values())))
    return FileTruth(name, kind, rows, accepted=rows, warnings=_some(warnings), notes=_some({"NIK_AREA_INFO": foreign}))


def _is_late(month: str, received: str) -> bool:
    """Whether a day dd/mm/yyyy comes after the due day of the month after 'yyyy-mm'."""
    day, at, year = map(int, received.split("/"))
    months_later = year * 12 + at - int(month[:4]) * 12 - int(month[5:])
    return (months_later, day) > (1, settings().report_due_day)


def accepted(sample: Simulation) -> Bools:
    """(cases) those a correct intake accepts."""
    error = sample.load.error
    return np.asarray((error == 0) | (error > len(errors.refusals())), dtype=np.bool_)


def _persons(sample: Simulation) -> dict[str, Any]:
    load, cells, taken = sample.load, sample.records.cells, accepted(sample)
    good_nik = load.people.has_nik[load.person] & errors.usable_nik(load.error)
    named = ~good_nik & load.template & (cells["nama"] != "") & (cells["tgl_lahir"] != "")
    apart = [taken & good_nik, taken & named, taken & ~good_nik & ~named]
    cases_each = np.bincount(load.person[taken], minlength=len(load.people))
    return {
        "true": len(load.people),
        "accepted": int((cases_each > 0).sum()),
        "accepted_repeatedly": int((cases_each > 1).sum()),
        "accepted_in_two_kelurahan": _in_two_places(load.person[taken], load.events.kelurahan[taken], len(load.city.codes)),
        "cases_by_identity": dict(zip(IDENTITIES, (int(rows.sum()) for rows in apart), strict=True)),
        "keys_by_identity": dict(
            zip(IDENTITIES, [len(set(cells["nik"][apart[0]])), _named_keys(cells, apart[1]), int(apart[2].sum())], strict=True)
        ),
        "cases_without_nik": int((taken & ~load.people.has_nik[load.person]).sum()),
    }


def _named_keys(cells: Mapping[str, Objects], rows: Bools) -> int:
    """Different names and birth dates as an intake reads them."""
    names = [person_name(name) for name in cells["nama"][rows]]
    births = [parse_date(str(birth), date.max, earliest=date.min).value for birth in cells["tgl_lahir"][rows]]
    return len(set(zip(names, births, strict=True)))


def _in_two_places(person: Ints, place: Ints, places: int) -> int:
    pairs = np.unique(person * places + place) // places
    return int((np.unique(pairs, return_counts=True)[1] > 1).sum())


def _counts(sample: Simulation) -> dict[str, Any]:
    load, taken = sample.load, np.flatnonzero(accepted(sample))
    second = load.people.second
    written = np.where(load.template, second[load.person], -1)[taken]
    real = _Counted(sample, sample.events, sample.events.found)
    known = _Counted(sample, load.events.take(taken), load.events.reported[taken])
    return {
        "months": list(sample.period.labels),
        "kelurahan": list(load.city.codes),
        "groups": list(categories.GROUPS),
        "true": real.by_group(second[sample.person]),
        "reported": known.by_group(written),
        "true_cases": real.cells(np.ones(len(sample.events), dtype=np.bool_)).tolist(),
        "reported_cases": known.cells(np.ones(len(taken), dtype=np.bool_)).tolist(),
    }


@dataclass(frozen=True)
class _Counted:
    """Events by kelurahan and the month of `days`."""

    sample: Simulation
    events: Events
    days: Ints

    def cells(self, chosen: Bools) -> Ints:
        """(K × months) chosen events inside the period."""
        places, months = len(self.sample.load.city.codes), self.sample.period.months
        month = self.sample.period.month_of(self.days)
        inside = chosen & (month >= 0) & (month < months)
        return np.bincount(self.events.kelurahan[inside] * months + month[inside], minlength=places * months).reshape(
            places, months
        )

    def by_group(self, second: Ints) -> list[list[list[int]]]:
        """K × G × months, each event in every group of its category and its second one."""
        in_group = self.sample.load.city.in_group
        member = in_group[self.events.category] | (in_group[second] & (second >= 0)[:, np.newaxis])
        nested: list[list[list[int]]] = np.stack([self.cells(column) for column in member.T], axis=1).tolist()
        return nested


def _hidden(sample: Simulation) -> dict[str, Any]:
    city, events = sample.load.city, sample.events
    hidden = events.state == STATES.index("tersembunyi")
    return {
        "share": _share(hidden),
        "by_kecamatan": {
            district: {group: _share(hidden[cell]) for group, cell in _by_group(city.first_group[events.category], inside)}
            for district, inside in _by_district(city.districts[events.kelurahan])
        },
        "found_chance": dict(zip(city.codes, np.round(sample.load.workers.found, SHARE_DIGITS).tolist(), strict=True)),
    }


def _share(rows: Bools) -> float | None:
    return round(int(rows.sum()) / len(rows), SHARE_DIGITS) if len(rows) else None


def _by_district(districts: Ints) -> list[tuple[str, Bools]]:
    return [(code, districts == number) for number, code in enumerate(areas.codes("kecamatan"))]


def _by_group(groups: Ints, inside: Bools) -> list[tuple[str, Bools]]:
    return [(name, inside & (groups == number)) for number, name in enumerate(categories.GROUPS)]


def _register(sample: Simulation) -> dict[str, Any]:
    """The two lists of a capture-recapture estimate beside the number they are to estimate."""
    load, people = sample.load, sample.load.people
    found = np.zeros(len(people), dtype=np.bool_)
    right = errors.usable_nik(load.error) & ~spelling.mistyped(load, sample.records.cells["nik"])
    found[load.person[right]] = True
    districts, groups = load.city.districts[people.home], load.city.first_group[people.category]
    return {
        "share": _share(people.listed[people.has_nik]),
        "share_of_accepted": _share(people.listed[people.has_nik & found]),
        "by_kecamatan": {
            district: {group: _capture(cell & people.has_nik, found, people.listed) for group, cell in _by_group(groups, inside)}
            for district, inside in _by_district(districts)
        },
    }


def _capture(persons: Bools, found: Bools, listed: Bools) -> dict[str, int]:
    lists = {"true": persons, "psm": persons & found, "register": persons & listed, "both": persons & found & listed}
    return {name: int(rows.sum()) for name, rows in lists.items()}


def _table(sample: Simulation, values: list[list[float]]) -> dict[str, dict[str, float]]:
    rows = zip(sample.load.city.codes, values, strict=True)
    return {
        code: {group: round(value, SHARE_DIGITS) for group, value in zip(categories.GROUPS, row, strict=True)}
        for code, row in rows
    }


def _response(sample: Simulation) -> dict[str, Any]:
    """First action (verification) within two days of the report, of template cases that are due."""
    load, cutoff = sample.load, sample.period.cutoff
    due = accepted(sample) & load.template & (load.events.reported + ACT_WITHIN_DAYS <= cutoff)
    quick = load.responses.days["tgl_verifikasi"] <= load.events.reported + ACT_WITHIN_DAYS
    districts = load.city.districts[load.events.kelurahan]
    speed = dict(zip(load.city.districts.tolist(), load.city.speed.tolist(), strict=True))
    return {
        code: {
            "class": SPEEDS[speed[number]],
            "due": int((due & inside).sum()),
            "within_two_days": int((due & quick & inside).sum()),
        }
        for number, (code, inside) in enumerate(_by_district(districts))
    }
