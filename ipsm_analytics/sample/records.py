"""The cells of each case as a clerk writes them, as far as they do not change while the case goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from ipsm_analytics import schema
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.tables import rows
from ipsm_analytics.sample import errors, spelling, stated
from ipsm_analytics.sample.caseload import Caseload
from ipsm_analytics.sample.dates import STYLES, Dates, dates, styles
from ipsm_analytics.sample.draws import Bools, Ints, Lists, Objects, below, happens, lists, objects, pick, pick_by, stream, whole
from ipsm_analytics.sample.people import programmes
from ipsm_analytics.sample.period import completed_years
from ipsm_analytics.sample.response import NEVER

Source = np.random.Generator
CODE_FORMS = ("bertitik", "tanpa_titik", "kosong")
LABEL_FORMS = ("kode", "nama", "lisan")
MANY = 840
"""A number of turns that every list of up to eight divides evenly."""


@dataclass(frozen=True)
class Records:
    """Cells of N cases.

    Attributes:
        cells: field of the template, or 'lokasi' -> (N) texts, dates or numbers; '' where empty.
        birth: (N) day stated as the birth date, NEVER where it is left out.
        style: (N) position in STYLES; days: forms of every day a case can carry.
    """

    cells: Mapping[str, Objects]
    birth: Ints
    style: Ints
    days: Dates


def write(load: Caseload, last_day: int, seed: int) -> Records:
    """Everything written about each case; `last_day` is the last day that can be written."""
    source = stream(seed, "penulisan")
    style = np.where(load.template, *(styles(source, name, len(load)) for name in ("tanggal_templat", "tanggal_sicadas")))
    days = dates(int(load.events.found.min()), last_day)
    slip = below(stream(seed, "tanda"), np.full(len(load), MANY))
    dated = _day_cells(load, source, style, days, slip)
    placed, kinds = _area_cells(load, source), _category_cells(load, source)
    plain, birth = _identity_cells(load, source, slip)
    identity = spelling.varied(load, plain, seed)
    birth = spelling.stated_days(plain["tgl_lahir"], identity["tgl_lahir"], birth)
    cells = {
        "id_kasus": objects([f"CTH-{number:06d}" for number in range(1, len(load) + 1)]),
        **dated,
        **placed,
        "kategori": kinds,
        **identity,
        **_need_cells(load, source),
        **_register_cells(load),
        **_channel_cells(load, source),
        **_remark_cells(load, source),
    }
    return Records(cells, birth, style, days)


def _is(load: Caseload, *names: str) -> Bools:
    return np.isin(load.error, [errors.codes().index(name) for name in names])


def _share(source: Source, load: Caseload, name: str, section: str = "penulisan") -> Bools:
    return happens(source, stated.number(section, name), len(load))


def _day_cells(load: Caseload, source: Source, style: Ints, days: Dates, slip: Ints) -> dict[str, Objects]:
    """With the error DATE_ORDER the day found is written as one after the report, but not after the arrival."""
    reported = days.write(load.events.reported, style)
    for row in np.flatnonzero(_is(load, "DATE_PARSE", "DATE_FUTURE")):
        reported[row] = errors.broken_date(source, int(load.events.reported[row]), errors.codes()[load.error[row]])
    found = np.where(_share(source, load, "tanpa_tgl_temuan"), NEVER, load.events.found)
    later = load.events.reported + 1 + slip % np.maximum(load.events.arrived - load.events.reported, 1)
    found = np.where(_is(load, "DATE_ORDER"), later, found)
    return {"tgl_lapor": reported, "tgl_temuan": days.write(found, style), "tgl_masuk": days.write(load.events.arrived, style)}


def _area_cells(load: Caseload, source: Source) -> dict[str, Objects]:
    place, size = load.events.kelurahan, len(load)
    turns = [np.where(_share(source, load, "ejaan_lain"), below(source, np.full(size, MANY)), 0) for _ in range(2)]
    slip = below(source, np.full(size, MANY))
    name = np.where(
        _is(load, "KEL_UNKNOWN"), errors.misspelt().choose(place, slip), spellings("kelurahan").choose(place, turns[0])
    )
    name = np.where(_is(load, "KEL_AMBIGUOUS"), spellings("kelurahan").choose(place, 0 * place), name)
    district = spellings("kecamatan").choose(load.city.districts[place], turns[1])
    district = np.where(_is(load, "KEL_KEC_CONFLICT"), errors.foreign_districts().choose(place, slip), district)
    district = np.where(_is(load, "KEC_UNKNOWN"), _misspelt_districts()[load.city.districts[place]], district)
    district = np.where(_is(load, "KEL_AMBIGUOUS"), "", district)
    return {"kelurahan": name, "kecamatan": district, "kode_kelurahan": _area_codes(load, source)}


@cache
def spellings(level: str) -> Lists:
    """The name of each area, then other spellings of it that are understood."""
    known = [areas.kelurahan()[code].aliases if level == "kelurahan" else () for code in areas.codes(level)]
    prefix = "Kel." if level == "kelurahan" else "Kec."
    named = zip(map(areas.name, areas.codes(level)), known, strict=True)
    return lists(
        (name, name.upper(), f"{prefix} {name}", *(alias for alias in aliases if alias != name)) for name, aliases in named
    )


def _misspelt_districts() -> Objects:
    table = stated.words("galat", "kecamatan_salah_eja")
    return objects([table[code] for code in areas.codes("kecamatan")])


def _area_codes(load: Caseload, source: Source) -> Objects:
    """The code settles a misspelt name, so rows with that error carry none."""
    weights = stated.table("penulisan", "kode_templat")
    form = pick(source, whole(weights[name] for name in CODE_FORMS), len(load))
    form[_is(load, "KEL_UNKNOWN", "KEL_AMBIGUOUS")] = CODE_FORMS.index("kosong")
    forms = lists((code, code.replace(".", ""), "") for code in load.city.codes)
    return forms.choose(load.events.kelurahan, form)


def _category_cells(load: Caseload, source: Source) -> Objects:
    """Sicadas names one category, by its official name or as spoken; our template all of them, mostly by code."""
    size, oral = len(load), _share(source, load, "sebutan_lisan_sicadas")
    weights = stated.table("penulisan", "kategori_templat")
    form = pick(source, whole(weights[name] for name in LABEL_FORMS), size)
    form = np.where(load.template, form, np.where(oral, LABEL_FORMS.index("lisan"), LABEL_FORMS.index("nama")))
    turn = below(source, np.full(size, MANY))
    first = labels().choose(load.events.category * len(LABEL_FORMS) + form, turn)
    second = load.people.second[load.person]
    both = np.flatnonzero(load.template & (second >= 0) & (second != load.events.category))
    first[both] = first[both] + ";" + labels().choose(second[both] * len(LABEL_FORMS) + form[both], turn[both])
    wrong = objects(stated.texts("galat", "kategori_tak_dikenal"))[turn % len(stated.texts("galat", "kategori_tak_dikenal"))]
    return np.asarray(np.where(_is(load, "CAT_UNKNOWN"), wrong, first), dtype=object)


@cache
def labels() -> Lists:
    """Three lists a category: its code, its official name, and what people call it."""
    oral: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows("kategori_alias"):
        oral[row["kode"]].append(row["sebutan"])
    items = categories.categories().values()
    return lists(part for item in items for part in ((item.code,), (item.name,), tuple(oral[item.code]) or (item.name,)))


def _identity_cells(load: Caseload, source: Source, slip: Ints) -> tuple[dict[str, Objects], Ints]:
    """The cells, and the birth day each row states: with the error NIK_DOB_WARN some days before the one in its NIK."""
    people, person = load.people, load.person
    has_nik = people.has_nik[person]
    nameless = ~has_nik & load.template & _share(source, load, "tanpa_nama_bila_tanpa_nik", "orang")
    undated = _share(source, load, "tanpa_tgl_lahir") | (~has_nik & _share(source, load, "tanpa_tgl_lahir_bila_tanpa_nik"))
    wrong, most = _is(load, "NIK_DOB_WARN"), stated.count("galat", "geser_tanggal_lahir_terbanyak")
    birth = people.birth[person] - np.where(wrong, 1 + slip % most, 0)
    birth = np.where(undated & ~wrong, NEVER, birth)
    cells = {
        "nik": _nik_cells(load, source),
        "nama": np.where(nameless, "", people.name[person]),
        "jk": np.where(_share(source, load, "tanpa_jk"), "", objects(schema.SEXES)[people.sex[person]]),
        "tgl_lahir": _birth_cells(source, birth),
        "usia": _ages(load, source),
    }
    return cells, birth


def _nik_cells(load: Caseload, source: Source) -> Objects:
    result = load.people.nik[load.person].copy()
    for row in np.flatnonzero(_is(load, *errors.warnings())):
        result[row] = errors.broken_nik(source, result[row], errors.codes()[load.error[row]])
    return np.asarray(result, dtype=object)


def _birth_cells(source: Source, births: Ints) -> Objects:
    """Always with a four-digit year: '3-4-49' would be read as 2049 or 1949."""
    known = births[births < NEVER]
    forms = dates(int(known.min(initial=0)), int(known.max(initial=0)))
    slashed = happens(source, 0.5, len(births))
    return forms.write(births, np.where(slashed, STYLES.index("garis_miring"), STYLES.index("iso")))


def _ages(load: Caseload, source: Source) -> Objects:
    years = completed_years(load.people.birth[load.person], load.events.reported).astype(object)
    return np.where(_share(source, load, "tanpa_usia"), "", years)


def _need_cells(load: Caseload, source: Source) -> dict[str, Objects]:
    kinds, second = load.city.categories, load.people.second[load.person]
    chance = stated.table("orang", "terlantar")
    chances = np.array([chance.get(kind, 0.0) for kind in kinds])[load.events.category]
    left = happens(source, chances, len(load))
    table = stated.table("orang", "sub_disabilitas")
    sort = objects(list(table))[pick(source, whole(table.values()), len(load))]
    disabled = [number for number, kind in enumerate(kinds) if "DISABILITAS" in categories.categories()[kind].groups]
    concerned = np.isin(load.events.category, disabled) | np.isin(second, disabled)
    neglect = np.where(chances > 0, np.where(left, "ya", "tidak"), "")
    return {"sub_disabilitas": np.where(concerned, sort, ""), "terlantar": neglect.astype(object)}


def _register_cells(load: Caseload) -> dict[str, Objects]:
    """Only a row with a good NIK can be matched with the register; the decile comes from there."""
    people, person = load.people, load.person
    usable = people.has_nik[person] & ~_is(load, *errors.warnings())
    matched = usable & people.listed[person]
    state = np.where(matched, 0, np.where(usable, 1, 2))
    return {
        "program_diterima": objects(programmes())[people.aid[person]],
        "desil": np.where(matched, people.decile[person].astype(object), ""),
        "status_padan": objects(schema.MATCH_STATES)[state],
    }


def _channel_cells(load: Caseload, source: Source) -> dict[str, Objects]:
    tables = [stated.table("saluran", name) for name in ("umum", "jalanan")]
    weights = np.array([whole(table[name] for name in schema.CHANNELS) for table in tables])
    street = np.isin(load.events.category, [load.city.categories.index(kind) for kind in stated.texts("musim", "jenis_jalanan")])
    channel = objects(schema.CHANNELS)[pick_by(source, weights, street.astype(np.int64))]
    return {"kanal": channel, "id_psm": np.where(channel == "PSM", load.workers.ids[_finders(load, source)], "")}


def _finders(load: Caseload, source: Source) -> Ints:
    """A PSM of the kelurahan by diligence; the first one for what was found before that PSM began."""
    workers, place = load.workers, load.events.kelurahan
    table = np.zeros((len(workers.size), int(workers.size.max())), dtype=np.int64)
    table[workers.kelurahan, np.arange(len(workers.ids)) - workers.first[workers.kelurahan]] = workers.diligence
    chosen = workers.first[place] + pick_by(source, table, place)
    return np.where(workers.since[chosen] <= load.events.found, chosen, workers.first[place])


def _remark_cells(load: Caseload, source: Source) -> dict[str, Objects]:
    size = len(load)
    spots, stories = stated.texts("penulisan", "tempat"), stated.texts("penulisan", "cerita")
    remarks = objects([f"{schema.SAMPLE_MARK}; {story}" if story else schema.SAMPLE_MARK for story in stories])
    return {
        "lokasi": objects(spots)[below(source, np.full(size, len(spots)))],
        "keterangan": remarks[below(source, np.full(size, len(stories)))],
    }
