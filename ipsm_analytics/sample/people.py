"""The persons behind the events: who is met again, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics.reference import areas, categories
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.city import City, Reals
from ipsm_analytics.sample.draws import Bools, Ints, Objects, below, happens, lists, objects, pick_by, spread, stream, whole
from ipsm_analytics.sample.period import calendar_month
from ipsm_analytics.sample.reporting import Events

YEAR_DAYS = 365.25
SERIAL_BASE = 9000
SERIALS = 900
WOMAN_SHIFT = 40 * 10**4
NAME_STEP = 1_000_003


@dataclass(frozen=True)
class People:
    """One entry a true person (P of them, in the order they are first met).

    Attributes:
        home: kelurahan where first met; category: first, second: -1 or another category; sex: position in schema.SEXES.
        birth: day number; has_nik; nik: 16 digits, '' without one; of_elsewhere: it was issued outside the city.
        listed: in the register; decile: 1..10 (of all persons, known to the office only for listed ones).
        aid: position in `programmes()`, 0 = none.
    """

    home: Ints
    category: Ints
    second: Ints
    sex: Ints
    birth: Ints
    has_nik: Bools
    nik: Objects
    of_elsewhere: Bools
    name: Objects
    listed: Bools
    decile: Ints
    aid: Ints

    def __len__(self) -> int:
        return len(self.home)


def programmes() -> tuple[str, ...]:
    """Combinations of aid; the first is none."""
    return ("", *stated.table("register", "program"))


def persons_of(events: Events, seed: int) -> Ints:
    """The person of each event, numbered in the order they are drawn.

    A share of the events befalls someone met at least 45 days before with the same kind of problem, mostly in
    the same kelurahan; every event has at most one such successor.
    """
    source = stream(seed, "berulang")
    again = happens(source, stated.number("orang", "berulang"), len(events))
    moved = happens(source, stated.number("orang", "berulang_pindah"), len(events))
    until = events.found - spread(stated.table("orang", "jeda")).draw(source, len(events))
    place = events.category * len(areas.codes("kelurahan")) + events.kelurahan
    before = np.where(moved, _latest(events.category, events.found, until), _latest(place, events.found, until))
    chosen = np.flatnonzero(again & (before >= 0))
    chosen = chosen[np.unique(before[chosen], return_index=True)[1]]
    parent = np.arange(len(events), dtype=np.int64)
    parent[chosen] = before[chosen]
    return np.unique(_roots(parent), return_inverse=True)[1].astype(np.int64)


def _latest(cell: Ints, days: Ints, until: Ints) -> Ints:
    """For each event the latest event of its cell on or before the day `until`; -1 if there is none."""
    span = int(days.max()) + 1
    order = np.argsort(cell * span + days, kind="stable")
    position = np.searchsorted((cell * span + days)[order], cell * span + until, side="right") - 1
    found = order[np.maximum(position, 0)]
    return np.where((position >= 0) & (cell[found] == cell), found, -1)


def _roots(parent: Ints) -> Ints:
    while np.any(parent != (higher := parent[parent])):
        parent = higher
    return parent


def describe(city: City, events: Events, person: Ints, seed: int) -> People:
    """What is true of every person; NIK and names are invented."""
    source = stream(seed, "orang")
    first = _first_event(events, person)
    home, category, met = events.kelurahan[first], events.category[first], events.found[first]
    sex = happens(source, _women(city)[category], len(first)).astype(np.int64)
    birth = _births(source, city, category, met)
    has_nik = ~_without_nik(source, city, category)
    of_elsewhere = has_nik & happens(stream(seed, "asal nik"), stated.number("orang", "nik_luar"), len(first))
    decile = 1 + pick_by(source, _by_group(city, "desil"), category)
    listed = has_nik & happens(source, _listed_share(city, home, category), len(first))
    return People(
        home=home,
        category=category,
        second=_second(source, city, category),
        sex=sex,
        birth=birth,
        has_nik=has_nik,
        nik=_niks(_first_digits(city.districts[home], of_elsewhere, seed), birth, sex, has_nik),
        of_elsewhere=of_elsewhere,
        name=_names(source, sex),
        listed=listed,
        decile=decile,
        aid=_aid(source, listed, decile),
    )


def _first_event(events: Events, person: Ints) -> Ints:
    order = np.lexsort((events.found, person))
    return order[np.unique(person[order], return_index=True)[1]]


def _women(city: City) -> Reals:
    special, usual = stated.table("orang", "perempuan_menurut_jenis"), stated.number("orang", "perempuan")
    fixed = {"P": 1.0, "L": 0.0}
    return np.array([fixed.get(categories.categories()[kind].sexes, special.get(kind, usual)) for kind in city.categories])


def _births(source: np.random.Generator, city: City, category: Ints, met: Ints) -> Ints:
    """Birth days that give an age inside the category's limits; adults of unknown birthday stand at 1 January."""
    age = pick_by(source, np.array([_age_weights(kind) for kind in city.categories]), category)
    birth = met - (age * YEAR_DAYS + 1 + source.random(len(age)) * (YEAR_DAYS - 2)).astype(np.int64)
    unsure = happens(source, stated.number("orang", "lahir_1_januari"), len(age)) & (age >= 20)
    new_year = birth.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    return np.where(unsure, new_year, birth)


def _age_weights(kind: str) -> Ints:
    """(120) weight of each age in a category: its limits, or the stated ages of adults and of the old."""
    item, result = categories.categories()[kind], np.zeros(120, dtype=np.int64)
    if item.age_max is not None:
        result[(item.age_min or 0) : item.age_max + 1] = 1
        return result
    ages = spread(stated.table("orang", "usia_lansia" if item.age_min == 60 else "usia_dewasa"))
    result[ages.values] = ages.weights
    return result


def _without_nik(source: np.random.Generator, city: City, category: Ints) -> Bools:
    """Exactly the stated share, kinds with a higher weight coming first more often."""
    table = stated.table("orang", "bobot_tanpa_nik")
    weights = np.array([table.get(kind, 1.0) for kind in city.categories])[category]
    order = np.argsort(source.random(len(category)) / weights, kind="stable")
    result = np.zeros(len(category), dtype=np.bool_)
    result[order[: round(stated.number("orang", "tanpa_nik") * len(category))]] = True
    return result


def _by_group(city: City, name: str) -> Ints:
    table = stated.lists("register", name)
    return np.array([whole(table[categories.GROUPS[group]]) for group in city.first_group])


def _listed_share(city: City, home: Ints, category: Ints) -> Reals:
    shares, factors = stated.table("register", "bagian"), stated.table("register", "kali_kecamatan")
    by_district = np.array([factors.get(code, 1.0) for code in areas.codes("kecamatan")])
    by_kind = np.array([shares[categories.GROUPS[group]] for group in city.first_group])
    return np.asarray(by_kind[category] * by_district[city.districts[home]], dtype=np.float64)


def _second(source: np.random.Generator, city: City, category: Ints) -> Ints:
    """A second category where the stated chances give one, else -1."""
    size = len(city.categories)
    table = np.zeros((size, size + 1), dtype=np.int64)
    for kind, others in stated.tables("kelompok", "kedua").items():
        table[city.categories.index(kind), [city.categories.index(other) for other in others]] = whole(others.values())
    table[:, size] = whole([1.0])[0] - table.sum(axis=1)
    drawn = pick_by(source, table, category)
    return np.where(drawn == size, -1, drawn)


def _aid(source: np.random.Generator, listed: Bools, decile: Ints) -> Ints:
    chances = np.array(stated.numbers("register", "menerima_menurut_desil"))
    chance = np.where(listed, chances[decile - 1], stated.number("register", "menerima_di_luar_register"))
    weights = whole([0.0, *stated.table("register", "program").values()])
    kind = pick_by(source, weights[np.newaxis, :], np.zeros(len(listed), dtype=np.int64))
    return np.where(happens(source, chance, len(listed)), kind, 0)


def _first_digits(district: Ints, of_elsewhere: Bools, seed: int) -> Ints:
    """First six digits of each number: 7371 + kecamatan, or those of another kabupaten."""
    others = np.array(stated.numbers("orang", "awalan_luar"), dtype=np.int64)
    foreign = others[below(stream(seed, "awalan nik"), np.full(len(district), len(others)))]
    return np.where(of_elsewhere, foreign, district_digits()[district])


def _niks(first_digits: Ints, birth: Ints, sex: Ints, has_nik: Bools) -> Objects:
    """First six digits + DDMMYY (day + 40 for women) + serial ≥ 9000 that never ends in 0; no two alike."""
    holders = np.flatnonzero(has_nik)
    numbers = first_digits[holders] * 10**10 + (day_digits(birth[holders]) + WOMAN_SHIFT * sex[holders]) * 10**4
    result = np.full(len(first_digits), "", dtype=object)
    result[holders] = objects([str(number) for number in (numbers + serials(numbers)).tolist()])
    return result


def district_digits() -> Ints:
    """First six digits of a number given out in each kecamatan: 7371KK."""
    return np.array([int(code.replace(".", "")) for code in areas.codes("kecamatan")], dtype=np.int64)


def day_digits(days: Ints) -> Ints:
    """DDMMYY of each day as a number."""
    months = calendar_month(days)
    day: Ints = days - months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1
    return day * 10**4 + (months % 12 + 1) * 100 + (months // 12 + 1970) % 100


def serials(numbers: Ints) -> Ints:
    """A serial for each number, different among equal numbers (up to 900 of them), from 9001 up."""
    order = np.argsort(numbers, kind="stable")
    ranked = numbers[order]
    fresh = np.concatenate([[True], ranked[1:] != ranked[:-1]]) if len(ranked) else np.zeros(0, dtype=np.bool_)
    begins = np.maximum.accumulate(np.where(fresh, np.arange(len(ranked)), 0))
    rank = np.empty(len(numbers), dtype=np.int64)
    rank[order] = (np.arange(len(ranked)) - begins) % SERIALS
    return SERIAL_BASE + rank // 9 * 10 + rank % 9 + 1


def _names(source: np.random.Generator, sex: Ints) -> Objects:
    """Two- or three-part names, none repeated among one sex until all are used."""
    middle, last = (objects(stated.texts("nama", name)) for name in ("tengah", "belakang"))
    given = lists([stated.texts("nama", "laki_laki"), stated.texts("nama", "perempuan")])
    turn = np.where(sex == 0, np.cumsum(sex == 0), np.cumsum(sex == 1)) - 1
    pairs = given.sizes[sex] * len(last)
    pair = (turn * NAME_STEP + below(source, pairs[:1])) % pairs
    between = (pair * 7 + turn // pairs) % len(middle)
    centre = np.where(turn < pairs, " ", (" " + middle + " ")[between])
    return np.asarray(given.choose(sex, pair // len(last)) + centre + last[pair % len(last)], dtype=object)
