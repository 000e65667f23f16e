"""Case rows: Sicadas PPKS and our full template become the columns of schema.CASES."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import TEXTS, Columns, Sheet, combinations, each, in_portions, joined
from ipsm_analytics.reference import areas, categories, choices
from ipsm_analytics.reference.statuses import spellings, statuses

EARLIEST_BIRTH = date(1900, 1, 1)
DATES = ("tgl_temuan", "tgl_masuk", "tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai")
ROUNDED_SHARE, ROUNDED_LEAST = 0.5, 10
UNIDENTIFIED = "tidak_ada"
_TEXT, _DAY = pa.string(), pa.date32()
_PSM_ID = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./-]{0,15}")
_RUNNING_NUMBER = r"^[0-9]{1,6}$"
_DATE_ALLOWED = "hh/bb/tttt, antara 2000 dan hari ini"


def build(sheet: Sheet, keys: Keyring, today: date) -> Columns:
    """Accepted rows as columns of schema.CASES; problems go to the sheet."""
    columns = _facts(sheet, today) | _choices(sheet)
    columns |= person(sheet, today)
    age = sheet.parse("usia", whole_number(0, 120), pa.int16(), allowed="0 sampai 120")
    columns["usia"] = pc.coalesce(age, ages(columns["lahir"], columns["tgl_lapor"]))
    columns |= {name: pc.utf8_lower(sheet.text(name)) for name in ("id_kasus", "lokasi")}
    columns = sheet.accepted(columns)
    columns["occurrence"] = _occurrence(columns)
    columns |= in_portions(partial(_keys, kind=sheet.kind, keys=keys), columns)
    columns["precedence"] = precedence(columns)
    return {name: columns[name] for name in schema.CASES.names if name in columns}


def resolve_areas(sheet: Sheet) -> pa.Array:
    """Kelurahan code of each row, a gap with a problem where it is unknown or ambiguous."""
    codes, written = combinations(*(sheet.text(name) for name in ("kelurahan", "kecamatan", "kode_kelurahan")))
    matches = [areas.resolve(*texts) for texts in written]
    unknown = np.array([match.code is None for match in matches], dtype=bool)
    for row in np.flatnonzero(unknown[codes]):
        match, texts = matches[codes[row]], written[codes[row]]
        name = "kecamatan" if match.reason == "KEC_UNKNOWN" else "kode_kelurahan" if texts[2] and not texts[0] else "kelurahan"
        sheet.report(row, match.reason, name, " / ".join(filter(None, texts)), ", ".join(match.allowed))
    return pa.array([match.code for match in matches], _TEXT).take(pa.array(codes))


def parse_categories(text: str) -> Parsed[list[str]]:
    """Category codes of a cell, sorted; several are separated by ';'. Reasons CAT_EMPTY, CAT_UNKNOWN, CAT_IGNORED."""
    if not text:
        return Parsed(None, "CAT_EMPTY")
    whole = categories.match(text)
    written = [text] if whole.kind != "tidak dikenal" else [part for part in re.split(r"[;|]", text) if part.strip()]
    parts = [categories.match(part) for part in written]
    if any(part.kind == "abaikan" for part in parts):
        return Parsed(None, "CAT_IGNORED")
    known = {part.code for part in parts if part.code}
    return Parsed(sorted(known)) if known and all(part.code for part in parts) else Parsed(None, "CAT_UNKNOWN")


def parse_status(text: str) -> Parsed[str]:
    """State code of a written status; an empty one is the first state, marked. Reasons STATUS_EMPTY, STATUS_UNKNOWN."""
    if not text:
        return Parsed("baru", "STATUS_EMPTY")
    code = spellings().get(choices.choice_key(text))
    return Parsed(code) if code else Parsed(None, "STATUS_UNKNOWN")


def optional(parser: Callable[[str], Parsed[date]]) -> Callable[[str], Parsed[date]]:
    """The same parser where an empty cell is no problem."""
    return lambda text: parser(text) if text else Parsed(None)


def one_of(written: Mapping[str, str]) -> Callable[[str], Parsed[str]]:
    """Parser for a closed list of spellings (see `choices.spellings`); reason VALUE_UNKNOWN."""

    def parse(text: str) -> Parsed[str]:
        value = written.get(choices.choice_key(text), None if text else "")
        return Parsed(value or None, "VALUE_UNKNOWN" if value is None else "")

    return parse


def some_of(written: Mapping[str, str]) -> Callable[[str], Parsed[list[str]]]:
    """Parser for several values of a closed list, separated by ';' or ','; those known are kept. Reason VALUE_UNKNOWN."""
    single = one_of(written)

    def parse(text: str) -> Parsed[list[str]]:
        parts = [single(part.strip()) for part in re.split(r"[;,|]", text)]
        known = sorted({part.value for part in parts if part.value})
        return Parsed(known or None, "VALUE_UNKNOWN" if any(part.reason for part in parts) else "")

    return parse


def whole_number(low: int, high: int) -> Callable[[str], Parsed[int]]:
    """Parser for a whole number within limits; reason NUMBER_RANGE."""

    def parse(text: str) -> Parsed[int]:
        value = normalise.parse_number(text).value
        fits = value is not None and value.is_integer() and low <= value <= high
        return Parsed(int(value) if fits and value is not None else None, "" if fits or not text else "NUMBER_RANGE")

    return parse


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


def exact(items: Sequence[str]) -> dict[str, str]:
    """Spellings of a closed list that has no others (see `one_of`)."""
    return {choices.choice_key(item): item for item in items}


def listed(
    sheet: Sheet, name: str, kind: Callable[[Mapping[str, str]], Callable[[str], Parsed[normalise.T]]], target: pa.DataType
) -> pa.Array:
    """Values of a field out of its list in isian.yml; `kind` is `one_of` or `some_of`."""
    return sheet.parse(name, kind(choices.spellings(name)), target, allowed=", ".join(choices.values(name)), show=False)


def parse_psm_id(text: str) -> Parsed[str]:
    """Number of a PSM, never a name or a NIK; empty is no error. Reason PSM_ID_FORM."""
    fits = bool(_PSM_ID.fullmatch(text)) and sum(char.isdigit() for char in text) < 12
    return Parsed(text.upper() if fits else None, "" if fits or not text else "PSM_ID_FORM")


def parse_optional_flag(text: str) -> Parsed[bool]:
    """ya/tidak where an empty cell is no problem; reason VALUE_UNKNOWN."""
    value = normalise.parse_flag(text).value
    return Parsed(value, "VALUE_UNKNOWN" if text and value is None else "")


def person(sheet: Sheet, today: date) -> Columns:
    """nik, nama, birth (as stated), lahir (stated, else of the NIK) and jk (likewise)."""
    nik = sheet.parse("nik", normalise.parse_nik, _TEXT, allowed="16 angka", show=False)
    nik = without_rounded(sheet, nik, "nik", "NIK_EXCEL_ROUND")
    born = optional(partial(normalise.parse_date, today=today, earliest=EARLIEST_BIRTH))
    stated = sheet.parse("tgl_lahir", born, _DAY, allowed="hh/bb/tttt, antara 1900 dan hari ini", show=False)
    sex = listed(sheet, "jk", one_of, _TEXT)
    part = pc.utf8_slice_codeunits(nik, 6, 12)
    return {
        "nik": nik,
        "nama": each(sheet.text("nama"), normalise.person_name, _TEXT),
        "birth": stated,
        "lahir": pc.coalesce(stated, each(part, partial(normalise.birth_of_nik, today=today), _DAY)),
        "jk": pc.coalesce(sex, each(part, normalise.sex_of_nik, _TEXT)),
    }


def without_rounded(sheet: Sheet, numbers: pa.Array, name: str, reason: str) -> pa.Array:
    """Excel keeps 15 digits: a column whose numbers (NIK, KK) mostly end in 0 was rounded as a whole."""
    ending = pc.fill_null(pc.ends_with(numbers, "0"), False)
    known, count = len(numbers) - numbers.null_count, pc.sum(ending).as_py() or 0
    if known < ROUNDED_LEAST or count <= ROUNDED_SHARE * known:
        return numbers
    for row in np.flatnonzero(ending.to_numpy(zero_copy_only=False)):
        sheet.report(row, reason, name, "angka terakhir 0 pada sebagian besar kolom", "16 angka sebagai teks")
    return pc.if_else(ending, None, numbers)


def known_person(columns: Columns) -> pa.Array:
    """What tells a person apart in every file: the NIK, else name and birth date as stated; a gap where neither is known."""
    name = filled(columns["nama"])
    return pc.coalesce(joined("nik", columns["nik"]), joined("nama_lahir", name, columns["birth"].cast(_TEXT)))


def identity(columns: Columns) -> pa.Array:
    """How a person is known: 'nik', 'nama_lahir' or 'tidak_ada'."""
    weaker = pc.if_else(pc.is_valid(known_person(columns)), "nama_lahir", UNIDENTIFIED)
    return pc.if_else(pc.is_valid(columns["nik"]), "nik", weaker)


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


def filled(texts: pa.Array) -> pa.Array:
    """Texts with a gap where they are ''."""
    return pc.if_else(pc.equal(texts, ""), None, texts)
