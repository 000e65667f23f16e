"""Case rows: Sicadas PPKS and our full template become the columns of schema.CASES."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
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
from ipsm_analytics.reference import choices
from ipsm_analytics.reference.statuses import spellings, statuses

DATES = ("tgl_temuan", "tgl_masuk", "tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai")
_TEXT, _DAY = pa.string(), pa.date32()
_RUNNING_NUMBER = r"^[0-9]{1,6}$"
_DATE_ALLOWED = "hh/bb/tttt, antara 2000 dan hari ini"


def build(sheet: Sheet, keys: Keyring, today: date) -> Columns:
    """Accepted rows as columns of schema.CASES; problems go to the sheet."""
    columns = _facts(sheet, today) | _choices(sheet)
    columns |= person(sheet, today)
    age = sheet.parse("usia", whole_number(0, 120), pa.int16(), allowed="0 sampai 120")
    columns["usia"] = pc.coalesce(age, ages(columns["lahir"], columns["tgl_lapor"]))
    columns |= {name: pc.utf8_lower(sheet.text(name)) for name in ("id_kasus", "lokasi")} | written(sheet)
    columns = sheet.accepted(columns)
    columns["occurrence"] = _occurrence(columns)
    columns |= in_portions(partial(_keys, kind=sheet.kind, keys=keys), columns)
    columns["precedence"] = precedence(columns)
    columns |= person_tokens(columns, keys, today)
    return {name: columns[name] for name in schema.CASES.names if name in columns}


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
    """Completed years on a day; a gap where the birth date is missing or later."""
    years = pc.subtract(pc.year(day), pc.year(birth))
    early = pc.less(_day_of_year(day), _day_of_year(birth))
    completed = pc.subtract(years, early.cast(pa.int64()))
    return pc.if_else(pc.less_equal(birth, day), completed, None).cast(pa.int16())


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


def _occurrence(columns: Columns) -> pa.Array:
    """'1' for the first row of those that say the same about nobody in particular, '2' for the next; else '0'."""
    numbers = np.zeros(len(columns["nik"]), dtype=np.int64)
    empty = pc.and_(pc.equal(columns["nama"], ""), pc.equal(columns["id_kasus"], ""))
    nobody = np.flatnonzero(pc.and_(empty, pc.is_null(columns["nik"])).to_numpy(zero_copy_only=False))
    same = {name: columns[name].take(pa.array(nobody)) for name in ("kode_kelurahan", "kategori", "tgl_lapor", "lokasi")}
    codes, _ = combinations(*(same | {"kategori": pc.binary_join(same["kategori"], ";")}).values())
    numbers[nobody] = pd.Series(codes).groupby(codes).cumcount() + 1
    return pa.array(numbers).cast(_TEXT)
