"""The tables the offices send, column by column: cases, monthly reports, roster, register and aid list."""

from __future__ import annotations

from datetime import date

import numpy as np

from ipsm_analytics import schema
from ipsm_analytics.reference import areas, boundaries, categories
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.caseload import Caseload
from ipsm_analytics.sample.city import City
from ipsm_analytics.sample.dates import STYLES, dates
from ipsm_analytics.sample.draws import Bools, Ints, Objects, below, objects, spread, stream
from ipsm_analytics.sample.files import Columns
from ipsm_analytics.sample.layout import ELSEWHERE, OTHERWISE, SICADAS, Layout
from ipsm_analytics.sample.people import People, day_digits, district_digits, serials
from ipsm_analytics.sample.period import Period, day_number, day_of
from ipsm_analytics.sample.records import Records
from ipsm_analytics.sample.reporting import HIDDEN, SILENT, Events
from ipsm_analytics.sample.response import ASSESSED, NEVER, STEPS
from ipsm_analytics.sample.workers import Workers

SICADAS_STATUS = dict(
    zip(schema.STATUSES, ("Menunggu Foto", *["Kasus Aktif"] * 3, "Selesai Ditangani", "Selesai", "Menunggu Foto"), strict=True)
)
"""Sicadas knows no closed case; one stands as 'Menunggu Foto', which counts neither as verified nor as served."""
WIDE = ("PPKS-24", "PPKS-13")
"""Categories under which anybody may fall, whatever the age and sex."""
FIRST_CARD, CARD_DAYS = day_number(date(2008, 1, 1)), 5000
PROPOSED, FIT, UNFIT = "Belum", "Layak", "Tidak Layak"


def case_columns(load: Caseload, records: Records, layout: Layout, file: int) -> Columns:
    """The rows of one case file under the headers of its format."""
    rows = np.flatnonzero(layout.file == file)
    case = layout.case[rows]
    status = load.responses.status_on(case, layout.as_of[rows])
    if layout.files[file].kind == SICADAS:
        return _sicadas(records, case, objects([SICADAS_STATUS[name] for name in schema.STATUSES])[status])
    cells = {name: values[case] for name, values in records.cells.items()}
    cells |= _progress(load, records, case, layout.as_of[rows])
    cells |= _as_known(load, cells, case, layout.known[rows])
    cells["status"] = objects(schema.STATUSES)[status]
    return {name: cells[name] for name in schema.TEMPLATE_COLUMNS}


def _sicadas(records: Records, case: Ints, status: Objects) -> Columns:
    fields = ("nik", "nama", "kategori", "kecamatan", "kelurahan", "lokasi", "tgl_lapor", "", "keterangan")
    pairs = zip(schema.SICADAS_PPKS_COLUMNS, fields, strict=True)
    return {header: records.cells[field][case] if field else status for header, field in pairs}


def _progress(load: Caseload, records: Records, case: Ints, as_of: Ints) -> dict[str, Objects]:
    """What has happened up to the day the row was read off; later days are still empty."""
    course = load.responses
    days = {step: np.where(course.days[step][case] <= as_of, course.days[step][case], NEVER) for step in STEPS}
    cells = {step: records.days.write(values, records.style[case]) for step, values in days.items()}
    cells["opd_rujukan"] = np.where(days["tgl_rujukan"] < NEVER, course.office[case], "")
    cells["hasil"] = np.where(days["tgl_selesai"] < NEVER, course.outcome[case], "")
    cells["fokus"] = np.where(days[STEPS[ASSESSED - 1]] < NEVER, course.focus[case], "")
    return cells


def _as_known(load: Caseload, cells: Columns, case: Ints, known: Ints) -> Columns:
    """Place and category as the row says them: a kelurahan near by, another category without limits."""
    codes, place = load.city.codes, load.events.kelurahan[case]
    wrong = objects([_neighbour(code) for code in codes])[place]
    other = np.where(load.events.category[case] == load.city.categories.index(WIDE[0]), WIDE[1], WIDE[0])
    elsewhere = known == ELSEWHERE
    return {
        "kode_kelurahan": np.where(elsewhere, wrong, cells["kode_kelurahan"]),
        "kelurahan": np.where(elsewhere, objects([areas.name(code) for code in wrong]), cells["kelurahan"]),
        "kecamatan": np.where(elsewhere, objects([areas.name(areas.parent(code)) for code in wrong]), cells["kecamatan"]),
        "kategori": np.where(known == OTHERWISE, other.astype(object), cells["kategori"]),
    }


def _neighbour(code: str) -> str:
    """A kelurahan that borders on it, in another kecamatan where there is one; where none does, another of its kecamatan."""
    near = sorted(boundaries.neighbours()[code]) or [other for other in areas.members(areas.parent(code)) if other != code]
    return next((other for other in near if areas.parent(other) != areas.parent(code)), near[0])


def monthly_reports(city: City, workers: Workers, events: Events, silent: Bools, period: Period, seed: int) -> dict[str, Columns]:
    """Reports of every kelurahan that is not silent, by calendar year, those received after the meeting apart.

    'nihil' where nobody was reported.

    They come in after the month, some late, those of the last month before the books close.
    """
    source = stream(seed, "laporan bulanan")
    place, month = np.nonzero(~silent)
    starts = np.array([period.month_start(number) for number in range(period.months + 1)])
    received = starts[month + 1] + spread(stated.table("kelambatan", "laporan_bulanan")).draw(source, len(month))
    received = np.minimum(received, period.cutoff)
    effort = np.add.reduceat(workers.diligence, workers.first)[place]
    troubles = stated.texts("penulisan", "kendala")
    remark = objects([f"{schema.SAMPLE_MARK}; {text}" if text else schema.SAMPLE_MARK for text in troubles])
    columns = {
        **_place_columns(city, place),
        "bulan": objects(period.labels)[month],
        "tgl_terima": _slashed(received),
        "nihil": np.where(_reported(events, silent, period)[place, month] == 0, "ya", "tidak"),
        "kunjungan": (1 + effort // 2 + below(source, effort + 1)).astype(object),
        "kendala": remark[below(source, np.full(len(month), len(remark)))],
    }
    year, later = (period.first + month) // 12 + 1970, received > period.meeting
    order = np.lexsort((place, month))
    parts = {str(one): (year == one) & ~later for one in np.unique(year)} | {f"susulan_{period.label(period.months - 1)}": later}
    return {name: _rows(columns, order[rows[order]], schema.MONTHLY_REPORT_COLUMNS) for name, rows in parts.items() if rows.any()}


def _reported(events: Events, silent: Bools, period: Period) -> Ints:
    """(K × months) cases a kelurahan knows to have reported, whether they have arrived or not."""
    month = period.month_of(events.reported)
    known = ~np.isin(events.state, (HIDDEN, SILENT)) & (month < period.months)
    cells = events.kelurahan[known] * period.months + month[known]
    return np.bincount(cells, minlength=silent.size).reshape(silent.shape)


def _rows(columns: Columns, rows: Ints, header: tuple[str, ...]) -> Columns:
    return {name: columns[name][rows] for name in header}


def _place_columns(city: City, place: Ints) -> dict[str, Objects]:
    names = objects([areas.name(code) for code in city.codes])
    return {"kode_kelurahan": objects(city.codes)[place], "kelurahan": names[place], "kecamatan": _districts(city)[place]}


def _districts(city: City) -> Objects:
    return objects([areas.name(areas.parent(code)) for code in city.codes])


def _slashed(days: Ints) -> Objects:
    forms = dates(int(days.min(initial=0)), int(days.max(initial=0)))
    return forms.write(days, np.full(len(days), STYLES.index("garis_miring")))


def roster(city: City, workers: Workers) -> Columns:
    """All registered PSM."""
    mark = f" ({schema.SAMPLE_MARK})"
    columns = {
        "id_psm": workers.ids,
        **_place_columns(city, workers.kelurahan),
        "organisasi": workers.organisation + mark,
        "aktif_sejak": _slashed(workers.since),
    }
    return {name: columns[name] for name in schema.ROSTER_COLUMNS}


def register(city: City, people: People, seed: int) -> Columns:
    """DTSEN: the listed persons, by kelurahan."""
    person = listed(people)
    values = (
        _family_numbers(city, people, person, seed),
        people.nik[person],
        people.name[person],
        _slashed(people.birth[person]),
        objects(schema.SEXES)[people.sex[person]],
        *_home(city, people, person),
        _addresses(people, seed)[person],
        people.decile[person].astype(object),
    )
    return dict(zip(schema.SICADAS_DTSEN_COLUMNS, values, strict=True))


def categorised_register(city: City, people: People, period: Period, seed: int) -> Columns:
    """DTKS: the persons of the DTSEN once more, each with the category first known of it; data of the last year."""
    person = listed(people)
    district, place = _home(city, people, person)
    names = objects([categories.categories()[kind].name for kind in city.categories])
    known = {
        "iddtks": objects([f"CTH-DTKS-{number:06d}" for number in range(1, len(person) + 1)]),
        "provinsi": _repeated("SULAWESI SELATAN", person),
        "kabupaten_kota": _repeated("KOTA MAKASSAR", person),
        "kecamatan": district,
        "desa_kelurahan": place,
        "alamat": _addresses(people, seed)[person],
        "nomor_kk": _family_numbers(city, people, person, seed),
        "nomor_nik": people.nik[person],
        "nama": people.name[person],
        "tanggal_lahir": _slashed(people.birth[person]),
        "jenis_kelamin": objects(("1", "2"))[people.sex[person]],
        "tahun_data": _repeated(str(day_of(period.cutoff).year), person),
        "jenis_pmks": names[people.category[person]],
        "keterangan_padan": _repeated("1", person),
    }
    return {name: known.get(name, _repeated("", person)) for name in schema.DTKS_COLUMNS}


def _repeated(text: str, rows: Ints) -> Objects:
    return np.full(len(rows), text, dtype=object)


def aid_list(city: City, people: People, period: Period, seed: int) -> Columns:
    """Listed persons proposed for aid: recipients are 'Layak', some others wait or were refused."""
    person, source = listed(people), stream(seed, "usulan bantuan")
    chance, waiting = source.random(len(person)), stated.number("register", "usulan_belum")
    refused = waiting + stated.number("register", "usulan_tidak_layak")
    status = np.select([people.aid[person] > 0, chance < waiting, chance < refused], [FIT, PROPOSED, UNFIT], "").astype(object)
    proposed = period.start + below(source, np.full(len(person), period.cutoff - period.start))
    kept = np.flatnonzero(status != "")
    chosen = person[kept]
    values = (
        people.name[chosen],
        people.nik[chosen],
        _family_numbers(city, people, person, seed)[kept],
        *_home(city, people, chosen),
        _slashed(proposed[kept]),
        _addresses(people, seed)[chosen],
        status[kept],
    )
    return dict(zip(schema.SICADAS_BANSOS_COLUMNS, values, strict=True))


def listed(people: People) -> Ints:
    """Listed persons in the order the register names them."""
    listed = np.flatnonzero(people.listed)
    return listed[np.argsort(people.home[listed], kind="stable")]


def _home(city: City, people: People, person: Ints) -> tuple[Objects, Objects]:
    names = objects([areas.name(code) for code in city.codes])
    return _districts(city)[people.home[person]], names[people.home[person]]


def _family_numbers(city: City, people: People, person: Ints, seed: int) -> Objects:
    """No. KK: 7371 + kecamatan + day of issue + serial ≥ 9000."""
    issued = FIRST_CARD + below(stream(seed, "kartu keluarga"), np.full(len(person), CARD_DAYS))
    numbers = district_digits()[city.districts[people.home[person]]] * 10**10 + day_digits(issued) * 10**4
    return objects([str(number) for number in (numbers + serials(numbers)).tolist()])


def _addresses(people: People, seed: int) -> Objects:
    source, streets = stream(seed, "alamat"), stated.texts("penulisan", "jalan")
    forms = [
        f"{street} No. {number} RT {number % 9 + 1:03d}/RW {number % 5 + 1:03d} ({schema.SAMPLE_MARK})"
        for street in streets
        for number in range(1, 100)
    ]
    return objects(forms)[below(source, np.full(len(people), len(forms)))]
