"""Case rows: Sicadas PPKS and our full template become the columns of schema.CASES."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import (
    exact,
    listed,
    one_of,
    optional,
    parse_categories,
    parse_optional_flag,
    parse_psm_id,
    resolve_areas,
    some_of,
    whole_number,
)
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.person import UNIDENTIFIED, filled, identity, known_person, person
from ipsm_analytics.intake.sheet import TEXTS, Columns, Sheet, combinations, each, in_portions, joined
from ipsm_analytics.intake.tokens import person_tokens, written
from ipsm_analytics.reference import categories, choices
from ipsm_analytics.reference.statuses import spellings, statuses

COURSES = (
    ("tgl_lahir", "tgl_lapor"),
    ("tgl_temuan", "tgl_lapor", "tgl_masuk"),
    ("tgl_lapor", "tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai"),
)
"""Dates that follow each other. A case may be verified in the field before its form reaches the office (tgl_masuk)."""
DATES = ("tgl_temuan", "tgl_masuk", "tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai")
OLDEST = 120
_TEXT, _DAY = pa.string(), pa.date32()
_NO_AGE = -1
_RUNNING_NUMBER = r"^[0-9]{1,6}$"
_DATE_ALLOWED = "hh/bb/tttt, antara 2000 dan hari ini"


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.CASES; problems go to the sheet."""
    columns = _facts(sheet, config.today) | _choices(sheet)
    columns |= person(sheet, config.today)
    age = sheet.parse("usia", whole_number(0, OLDEST), pa.int16(), allowed=f"0 sampai {OLDEST}")
    columns["usia"] = pc.coalesce(age, ages(columns["lahir"], columns["tgl_lapor"]))
    columns |= {name: pc.utf8_lower(sheet.text(name)) for name in ("id_kasus", "lokasi")} | written(sheet)
    for course in COURSES:
        _check_order(sheet, columns | {"tgl_lahir": columns["birth"]}, course)
    _check_categories(sheet, columns)
    columns = sheet.accepted(columns)
    columns["occurrence"] = _occurrence(columns, sheet.beside.alike)
    columns |= in_portions(partial(_keys, kind=sheet.kind, keys=keys), columns)
    columns["precedence"] = precedence(columns)
    columns |= person_tokens(columns, keys, config.today)
    return {name: columns[name] for name in schema.CASES.names if name in columns}


def _check_order(sheet: Sheet, columns: Columns, course: tuple[str, ...]) -> None:
    """Each date against the last known one before it in the course; reason DATE_ORDER.

    The row is accepted and the dates stay as written: which of the two is wrong cannot be told here.
    """
    for place, name in enumerate(course[1:], start=1):
        before = course[place - 1 :: -1]
        early = pc.less(columns[name], pc.coalesce(*(columns[former] for former in before)))
        for former in before if pc.any(early).as_py() else ():
            rows, header = pc.and_(early, pc.is_valid(columns[former])), sheet.header(former)
            sheet.report_all(rows, "DATE_ORDER", name, f"sebelum {header}", f"sama dengan atau sesudah {header}")
            early = pc.and_(early, pc.is_null(columns[former]))


def _check_categories(sheet: Sheet, columns: Columns) -> None:
    """Age at the report and sex against the rules of the categories; reasons AGE_CAT_WARN, SEX_CAT_WARN."""
    kinds = pc.fill_null(pc.binary_join(columns["kategori"], ";"), "")
    codes, known = combinations(pc.fill_null(columns["usia"], _NO_AGE), pc.fill_null(columns["jk"], ""), kinds)
    for code, broken in (("AGE_CAT_WARN", _broken_age_rules), ("SEX_CAT_WARN", _broken_sex_rules)):
        rules = [broken(*one) for one in known]
        for row in np.flatnonzero(np.array([bool(text) for _, text in rules], dtype=bool)[codes]):
            sheet.report(row, code, "kategori", *rules[codes[row]])


def _broken_age_rules(age: int, _: str, kinds: str) -> tuple[str, str]:
    """What is found and what the categories (joined by ';') allow; '' where all of them fit, or nothing is known."""
    broken = [item for item in _named(kinds) if age != _NO_AGE and not item.fits_age(age)]
    return f"usia {age}", "; ".join(f"{item.code}: usia {item.age_rule}" for item in broken)


def _broken_sex_rules(_: int, sex: str, kinds: str) -> tuple[str, str]:
    broken = [item for item in _named(kinds) if sex not in item.sexes]
    return f"jenis kelamin {sex}", "; ".join(f"{item.code}: {item.sexes}" for item in broken)


def _named(kinds: str) -> list[categories.Category]:
    return [categories.categories()[kind] for kind in kinds.split(";") if kind]


def parse_status(text: str) -> Parsed[str]:
    """State code of a written status; an empty one is the first state, marked. Reasons STATUS_EMPTY, STATUS_UNKNOWN."""
    if not text:
        return Parsed("baru", "STATUS_EMPTY")
    code = spellings().get(choices.choice_key(text))
    return Parsed(code) if code else Parsed(None, "STATUS_UNKNOWN")


def precedence(columns: Columns) -> pa.Array:
    """Leading sort key that decides between two states of one case: further status, later date, more fields filled.

    What still ties is decided by content (see batch), so the result does not depend on the order of files.
    """
    ranks = each(columns["status"], lambda code: str(statuses()[code].rank), _TEXT)
    latest = pc.max_element_wise(*(columns[name] for name in ("tgl_lapor", *DATES)))
    known = pc.not_equal(columns["identity"], UNIDENTIFIED)
    filled = [pc.is_valid(columns[name]) for name in schema.CASES.names if name in columns] + [known]
    counts = np.sum([column.to_numpy(zero_copy_only=False) for column in filled], axis=0)
    return joined(ranks, latest.cast(_TEXT), each(pa.array(counts), "{:02d}".format, _TEXT), separator="|")


def ages(birth: pa.Array, day: pa.Array) -> pa.Array:
    """Completed years on a day; a gap where the birth date is missing, later, or more than OLDEST years back."""
    years = pc.subtract(pc.year(day), pc.year(birth))
    early = pc.less(_day_of_year(day), _day_of_year(birth))
    completed = pc.subtract(years, early.cast(pa.int64()))
    possible = pc.and_(pc.less_equal(birth, day), pc.less_equal(completed, OLDEST))
    return pc.if_else(possible, completed, None).cast(pa.int16())


def _day_of_year(day: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(pc.month(day), 100), pc.day(day))


def _facts(sheet: Sheet, today: date) -> Columns:
    """The fields without which a row is no case, and the dates of its course."""
    day = partial(normalise.parse_date, today=today)
    accepted = ", ".join(statuses())
    return {
        "kode_kelurahan": resolve_areas(sheet),
        "kategori": sheet.parse("kategori", parse_categories, TEXTS, allowed="26 jenis PPKS atau sebutan yang terdaftar"),
        "status": sheet.parse("status", parse_status, _TEXT, allowed=f"{accepted}, atau status Sicadas"),
        "tgl_lapor": sheet.parse("tgl_lapor", day, _DAY, allowed=_DATE_ALLOWED),
        **{name: sheet.parse(name, optional(day), _DAY, allowed=_DATE_ALLOWED) for name in DATES},
    }


def _choices(sheet: Sheet) -> Columns:
    """Fields that take values of closed lists or short codes, so that none of them can carry a name."""
    lists = {"kanal": schema.CHANNELS, "status_padan": schema.MATCH_STATES, "fokus": schema.FOCUS, "hasil": schema.OUTCOMES}
    closed = {name: sheet.parse(name, one_of(exact(items)), _TEXT, allowed=", ".join(items)) for name, items in lists.items()}
    several = {name: listed(sheet, name, some_of, TEXTS) for name in ("sub_disabilitas", "program_diterima")}
    return {
        **closed,
        **several,
        "opd_rujukan": listed(sheet, "opd_rujukan", one_of, _TEXT),
        "desil": sheet.parse("desil", whole_number(1, 10), pa.int8(), allowed="1 sampai 10"),
        "id_psm": sheet.parse("id_psm", parse_psm_id, _TEXT, show=False),
        "terlantar": sheet.parse("terlantar", parse_optional_flag, pa.bool_(), allowed="ya atau tidak"),
    }


def _keys(columns: Columns, kind: str, keys: Keyring) -> Columns:
    """case_id, person_key and identity of each row."""
    known = known_person(columns)
    case_ids = keys.keys("kasus", _case_names(columns, kind, pc.coalesce(known, filled(columns["nama"]))))
    return {
        "case_id": case_ids,
        "person_key": keys.keys("orang", pc.coalesce(known, joined("kasus", case_ids))),
        "identity": identity(columns),
    }


def _case_names(columns: Columns, kind: str, person: pa.Array) -> pa.Array:
    """What makes two rows the same case: the sender's id, else person + category + place + day.

    A bare running number is an id only within its kelurahan and day. Rows about nobody in particular are told apart
    by where they were found and, within one file, by their occurrence.
    """
    given = filled(columns["id_kasus"])
    place = joined(columns["kode_kelurahan"], columns["tgl_lapor"].cast(_TEXT))
    running = pc.match_substring_regex(given, _RUNNING_NUMBER)
    named = pc.if_else(running, joined("nomor", given, place), joined("id", given))
    fact = joined(kind, pc.binary_join(columns["kategori"], ";"), place)
    return pc.coalesce(named, joined(fact, person), joined(fact, columns["lokasi"], columns["occurrence"]))


def _occurrence(columns: Columns, alike: Counter[tuple[object, ...]]) -> pa.Array:
    """'1' for the first row of those that say the same about nobody in particular, '2' for the next; else '0'."""
    numbers = np.zeros(len(columns["nik"]), dtype=np.int64)
    empty = pc.and_(pc.equal(columns["nama"], ""), pc.equal(columns["id_kasus"], ""))
    nobody = np.flatnonzero(pc.and_(empty, pc.is_null(columns["nik"])).to_numpy(zero_copy_only=False))
    same = {name: columns[name].take(pa.array(nobody)) for name in ("kode_kelurahan", "kategori", "tgl_lapor", "lokasi")}
    codes, said = combinations(*(same | {"kategori": pc.binary_join(same["kategori"], ";")}).values())
    before = np.array([alike[one] for one in said], dtype=np.int64)
    numbers[nobody] = pd.Series(codes).groupby(codes).cumcount() + 1 + before[codes]
    alike.update(said[code] for code in codes)
    return pa.array(numbers).cast(_TEXT)
