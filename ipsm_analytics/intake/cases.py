"""Case rows: Sicadas PPKS and our full template become the columns of schema.CASES."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from ipsm_analytics import schema
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Objects, Sheet, objects
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.statuses import spellings, statuses

EARLIEST_BIRTH = date(1900, 1, 1)
DATES = ("tgl_temuan", "tgl_masuk", "tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai")
ROUNDED_SHARE = 0.5
_PSM_ID = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./-]{0,15}")
_DATE_ALLOWED = "hh/bb/tttt, antara 2000 dan hari ini"


def build(sheet: Sheet, kind: str, keys: Keyring, today: date) -> pd.DataFrame:
    """All rows of a sheet as case columns (refused ones still in it, with gaps); problems go to the sheet."""
    columns: dict[str, Objects] = {
        "kode_kelurahan": resolve_areas(sheet),
        "kategori": sheet.parse("kategori", parse_categories, allowed="26 jenis PPKS atau sebutan yang terdaftar"),
        "tgl_lapor": sheet.parse("tgl_lapor", partial(normalise.parse_date, today=today), allowed=_DATE_ALLOWED),
        "status": sheet.parse("status", parse_status, allowed=", ".join(sorted({*schema.STATUSES}))),
    }
    for name in DATES:
        columns[name] = sheet.parse(name, optional(partial(normalise.parse_date, today=today)), allowed=_DATE_ALLOWED)
    columns |= _choices(sheet) | _person(sheet, columns["tgl_lapor"], today)
    columns |= _keys(sheet, kind, columns, keys)
    columns["precedence"] = precedence(columns)
    return pd.DataFrame({name: columns[name] for name in columns if name not in {"nik", "birth"}}, index=sheet.cells.index)


def resolve_areas(sheet: Sheet) -> Objects:
    """Kelurahan code of each row, None with a problem where it is unknown or ambiguous."""
    texts = [sheet.text(name) for name in ("kelurahan", "kecamatan", "kode_kelurahan")]
    pairs, distinct = pd.factorize(pd.MultiIndex.from_arrays(texts)) if len(sheet) else (np.array([], dtype=int), [])
    matches = [areas.resolve(*key) for key in distinct]
    for row in np.flatnonzero(np.array([match.code is None for match in matches], dtype=bool)[pairs]):
        match, key = matches[pairs[row]], distinct[pairs[row]]
        name = "kecamatan" if match.reason == "KEC_UNKNOWN" else "kelurahan" if key[0] else "kode_kelurahan"
        sheet.report(int(row), match.reason, name, " / ".join(part for part in key if part), ", ".join(match.allowed))
    return objects([match.code for match in matches])[pairs]


def parse_categories(text: str) -> Parsed[list[str]]:
    """Category codes of a cell, sorted; several are separated by ';'. Reasons CAT_EMPTY, CAT_UNKNOWN, CAT_IGNORED."""
    if not text:
        return Parsed(None, "CAT_EMPTY")
    whole = categories.match(text)
    parts = [whole] if whole.kind != "tidak dikenal" else [categories.match(part) for part in re.split(r"[;|]", text) if part.strip()]
    if any(part.kind == "abaikan" for part in parts):
        return Parsed(None, "CAT_IGNORED")
    known = [part.code for part in parts if part.code]
    return Parsed(sorted(set(known))) if len(known) == len(parts) and known else Parsed(None, "CAT_UNKNOWN")


def parse_status(text: str) -> Parsed[str]:
    """State code of a written status; an empty one is the first state, marked."""
    if not text:
        return Parsed("baru", "STATUS_EMPTY")
    code = spellings().get(text.casefold())
    return Parsed(code) if code else Parsed(None, "STATUS_UNKNOWN")


def optional(parser: Callable[[str], Parsed[date]]) -> Callable[[str], Parsed[date]]:
    """The same parser where an empty cell is no problem."""
    return lambda text: parser(text) if text else Parsed(None)


def one_of(allowed: Sequence[str]) -> Callable[[str], Parsed[str]]:
    """Parser for a closed list, case ignored; reason VALUE_UNKNOWN."""
    known = {item.casefold(): item for item in allowed}

    def parse(text: str) -> Parsed[str]:
        return Parsed(known.get(text.casefold()), "" if not text or text.casefold() in known else "VALUE_UNKNOWN")

    return parse


def whole_number(low: int, high: int) -> Callable[[str], Parsed[int]]:
    """Parser for a whole number within limits; reason NUMBER_RANGE."""

    def parse(text: str) -> Parsed[int]:
        value = normalise.parse_number(text).value if text else None
        fits = value is not None and value == int(value) and low <= value <= high
        return Parsed(int(value) if fits and value is not None else None, "" if fits or not text else "NUMBER_RANGE")

    return parse


def _parse_psm_id(text: str) -> Parsed[str]:
    fits = bool(_PSM_ID.fullmatch(text)) and sum(char.isdigit() for char in text) < 12
    return Parsed(text.upper() if fits else None, "" if fits or not text else "PSM_ID_FORM")


def _optional_flag(text: str) -> Parsed[bool]:
    value = normalise.parse_flag(text).value
    return Parsed(value, "VALUE_UNKNOWN" if text and value is None else "")


def _texts(text: str) -> Parsed[list[str]]:
    return Parsed(sorted({part.strip() for part in text.split(";") if part.strip()}) or None)


def _choices(sheet: Sheet) -> dict[str, Objects]:
    closed = {"kanal": schema.CHANNELS, "status_padan": schema.MATCH_STATES, "fokus": schema.FOCUS, "hasil": schema.OUTCOMES}
    result = {name: sheet.parse(name, one_of(allowed), allowed=", ".join(allowed)) for name, allowed in closed.items()}
    return result | {
        "desil": sheet.parse("desil", whole_number(1, 10), allowed="1 sampai 10"),
        "id_psm": sheet.parse("id_psm", _parse_psm_id, show=False),
        "terlantar": sheet.parse("terlantar", _optional_flag, allowed="ya atau tidak"),
        "sub_disabilitas": sheet.parse("sub_disabilitas", _texts),
        "program_diterima": sheet.parse("program_diterima", _texts),
        "opd_rujukan": sheet.parse("opd_rujukan", lambda text: Parsed(text or None)),
    }


def _person(sheet: Sheet, reported: Objects, today: date) -> dict[str, Objects]:
    """NIK, birth date, sex and age; what the file does not state is read from a valid NIK."""
    nik = sheet.parse("nik", normalise.parse_nik, allowed="16 angka", show=False)
    nik = _without_rounded(sheet, nik)
    stated = sheet.parse("tgl_lahir", optional(partial(normalise.parse_date, today=today, earliest=EARLIEST_BIRTH)), show=False)
    sex = sheet.parse("jk", one_of(schema.SEXES), allowed="L atau P")
    age = sheet.parse("usia", whole_number(0, 120), allowed="0 sampai 120")
    born = [day or (normalise.birth_of_nik(number, today) if number else None) for day, number in zip(stated, nik, strict=True)]
    return {
        "nik": nik,
        "birth": stated,
        "jk": objects([known or (normalise.sex_of_nik(number) if number else None) for known, number in zip(sex, nik, strict=True)]),
        "usia": objects([_age(known, birth, day) for known, birth, day in zip(age, born, reported, strict=True)]),
    }


def _age(stated: int | None, birth: date | None, reported: date | None) -> int | None:
    if stated is not None or birth is None or reported is None or birth > reported:
        return stated
    return normalise.age_on(birth, reported)


def _without_rounded(sheet: Sheet, nik: Objects) -> Objects:
    """Excel keeps 15 digits: a column whose NIKs mostly end in 0 was rounded as a whole."""
    ending = np.array([bool(value) and value.endswith("0") for value in nik], dtype=bool)
    known = sum(value is not None for value in nik)
    if known < 10 or ending.sum() <= ROUNDED_SHARE * known:
        return nik
    for row in np.flatnonzero(ending):
        sheet.report(int(row), "NIK_EXCEL_ROUND", "nik", "angka terakhir 0 pada sebagian besar kolom", "16 angka sebagai teks")
    return np.where(ending, None, nik)


def _keys(sheet: Sheet, kind: str, columns: dict[str, Objects], keys: Keyring) -> dict[str, Objects]:
    """case_id, person_key and identity: the sender's id if there is one, else person + category + place + day."""
    names = [normalise.person_name(text) for text in sheet.text("nama")]
    ids, places, seen = sheet.text("id_kasus"), sheet.text("lokasi"), Counter[str]()
    case_ids, persons, identities = [], [], []
    for row in range(len(sheet)):
        nik, birth = columns["nik"][row], columns["birth"][row]
        known = f"nik:{nik}" if nik else f"nama_lahir:{names[row]}:{birth}" if names[row] and birth else ""
        fact = f"{kind}:{columns['kategori'][row]}:{columns['kode_kelurahan'][row]}:{columns['tgl_lapor'][row]}"
        if ids[row]:
            source = f"id:{ids[row].casefold()}"
        elif known or names[row]:
            source = f"{fact}:{known or names[row]}"
        else:
            seen[anonymous := f"{fact}:{places[row].casefold()}"] += 1
            source = f"{anonymous}:{seen[anonymous]}"
        case_ids.append(case_id := keys.key("kasus", source))
        persons.append(keys.key("orang", known or f"kasus:{case_id}"))
        identities.append(known.partition(":")[0] or "tidak_ada")
    return {"case_id": objects(case_ids), "person_key": objects(persons), "identity": objects(identities)}


def precedence(columns: dict[str, Objects]) -> Objects:
    """Sort key that decides between two states of one case: further status, later date, then content.

    It is a total order on what is known, so the result does not depend on the order of files.
    """
    ranks = {code: str(item.rank) for code, item in statuses().items()} | {None: "0"}
    latest = [_latest(days) for days in zip(*(columns[name] for name in ("tgl_lapor", *DATES)), strict=True)]
    named = [name for name in columns if name not in {"case_id", "nik", "birth"}]
    digests = [hashlib.blake2b(repr(row).encode(), digest_size=8).hexdigest() for row in zip(*(columns[name] for name in sorted(named)), strict=True)]
    return objects([f"{ranks[status]}|{day}|{digest}" for status, day, digest in zip(columns["status"], latest, digests, strict=True)])


def _latest(days: tuple[date | None, ...]) -> date:
    return max((day for day in days if day is not None), default=date.min)
