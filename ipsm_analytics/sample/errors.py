"""How case rows go wrong: which row carries which error, and what then stands in the cell."""

from __future__ import annotations

from functools import cache

import numpy as np

from ipsm_analytics.reference import areas
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.city import City
from ipsm_analytics.sample.draws import Bools, Ints, Lists, below, lists, objects, shuffled, stream
from ipsm_analytics.sample.period import day_of
from ipsm_analytics.sample.reporting import Events

MISSPELLINGS = 4
ROUNDED_DIGITS = (3, 4, 6, 12)


@cache
def refusals() -> tuple[str, ...]:
    """Reason codes that send a row to quarantine."""
    return tuple(stated.table("galat", "karantina"))


@cache
def warnings() -> tuple[str, ...]:
    """Reason codes of rows that are accepted without their NIK."""
    return tuple(stated.table("galat", "peringatan"))


@cache
def marks() -> tuple[str, ...]:
    """Reason codes of rows that are accepted with all they say."""
    return tuple(stated.table("galat", "tanda"))


@cache
def codes() -> tuple[str, ...]:
    """All codes; position 0 is a row without error."""
    return ("", *refusals(), *warnings(), *marks())


def usable_nik(error: Ints) -> Bools:
    """Rows, by the position of their error in `codes()`, whose NIK, where there is one, is accepted with them."""
    return np.asarray((error == 0) | (error > len(refusals()) + len(warnings())), dtype=np.bool_)


def assign(city: City, cases: Events, has_nik: Bools, template: Bools, rows: int, seed: int) -> Ints:
    """(cases) position in `codes()`: the stated share of `rows` for each error, one error a case at most."""
    order = shuffled(stream(seed, "galat"), len(cases))
    shares = stated.table("galat", "karantina") | stated.table("galat", "peringatan") | stated.table("galat", "tanda")
    result = np.zeros(len(cases), dtype=np.int64)
    for code in sorted(shares, key=lambda code: code != "KEL_AMBIGUOUS"):
        free = (result == 0) & _able(code, city, cases, has_nik, template)
        result[order[free[order]][: round(shares[code] * rows)]] = codes().index(code)
    return result


def _able(code: str, city: City, cases: Events, has_nik: Bools, template: Bools) -> Bools:
    match code:
        case "KEL_AMBIGUOUS":
            return np.isin(cases.kelurahan, [city.codes.index(place) for place in ambiguous()])
        case "NIK_DOB_WARN":
            return np.asarray(has_nik & template, dtype=np.bool_)
        case "DATE_ORDER":
            return np.asarray(template & (cases.reported < cases.arrived), dtype=np.bool_)
        case _:
            return has_nik if code in warnings() else np.ones(len(cases), dtype=np.bool_)


@cache
def ambiguous() -> tuple[str, ...]:
    """Kelurahan whose name alone may also mean a kecamatan."""
    return tuple(code for code in areas.codes("kelurahan") if areas.resolve(areas.name(code)).reason == "KEL_AMBIGUOUS")


@cache
def misspelt() -> Lists:
    """For each kelurahan some slips of the pen that name no place of its kecamatan, nor any other."""
    return lists(_slips(areas.name(code), areas.name(areas.parent(code))) for code in areas.codes("kelurahan"))


def _slips(name: str, district: str) -> tuple[str, ...]:
    spots = [spot for spot in range(1, len(name)) if name[spot].isalpha() and name[spot - 1].isalpha()]
    dropped = [name[:spot] + name[spot + 1 :] for spot in spots]
    swapped = [name[: spot - 1] + name[spot] + name[spot - 1] + name[spot + 1 :] for spot in spots[1:]]
    doubled = [name[:spot] + name[spot] + name[spot:] for spot in spots]
    mixed = [text for trio in zip(dropped[::-1], swapped, doubled, strict=False) for text in trio]
    unknown = (text for text in dict.fromkeys(mixed) if areas.resolve(text, district).reason == "KEL_UNKNOWN")
    return tuple(text for text, _ in zip(unknown, range(MISSPELLINGS), strict=False))


@cache
def foreign_districts() -> Lists:
    """For each kelurahan the kecamatan it does not lie in."""
    return lists(
        [name for name in areas.kecamatan().values() if areas.resolve(areas.name(code), name).reason == "KEL_KEC_CONFLICT"]
        for code in areas.codes("kelurahan")
    )


def broken_nik(source: np.random.Generator, nik: str, code: str) -> str:
    """What stands in the NIK cell of a row with this warning."""
    turn = int(below(source, np.array([1000]))[0])
    match code:
        case "NIK_LEN":
            return nik[:-1] if turn % 3 else nik + nik[-1]
        case "NIK_NONDIGIT":
            return nik[:13] + "OlI"[turn % 3] + nik[14:]
        case "NIK_PLACEHOLDER":
            return stated.texts("galat", "nik_isian")[turn % len(stated.texts("galat", "nik_isian"))]
        case _:
            mantissa = nik[1 : ROUNDED_DIGITS[turn % len(ROUNDED_DIGITS)]]
            return f"{nik[0]}{',' if turn % 2 else '.'}{mantissa}E+15"


def broken_date(source: np.random.Generator, day: int, code: str) -> str:
    """What stands in the date cell of a row with this error."""
    right = day_of(day)
    if code == "DATE_FUTURE":
        return f"{min(right.day, 28):02d}/{right.month:02d}/{stated.count('galat', 'tahun_depan')}"
    forms = objects(stated.texts("galat", "tanggal_tak_terbaca"))
    return str(forms[below(source, np.array([len(forms)]))[0]]).format(tahun=right.year)
