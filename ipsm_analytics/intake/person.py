"""Who a row is about: NIK, name, birth date and sex, and what tells one person from another."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import listed, one_of, optional
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Columns, Ints, Sheet, each, joined
from ipsm_analytics.reference import areas

EARLIEST_BIRTH = date(1900, 1, 1)
CITY_DIGITS = areas.CITY.replace(".", "")
ROUNDED_SHARE, ROUNDED_LEAST = 0.5, 10
UNIDENTIFIED = "tidak_ada"
_TEXT, _DAY = pa.string(), pa.date32()
_COUNTED = "12345678901234567890"
_INVENTED = [digit * 16 for digit in "0123456789"] + [_COUNTED[start : start + 16] for start in range(len(_COUNTED) - 15)]
"""16 digits that are no NIK of anybody."""


def person(sheet: Sheet, today: date) -> Columns:
    """nik, nama, birth (as stated), lahir (stated, else of the NIK) and jk (likewise).

    Where NIK and stated values differ the stated ones stay, with a warning; a NIK whose date is none tells nothing.
    """
    nik = sheet.parse("nik", normalise.parse_nik, _TEXT, allowed="16 angka", show=False, plain=plain_niks)
    nik = without_rounded(sheet, nik, "nik", "NIK_EXCEL_ROUND")
    born = optional(partial(normalise.parse_date, today=today, earliest=EARLIEST_BIRTH))
    stated = sheet.parse("tgl_lahir", born, _DAY, allowed="hh/bb/tttt, antara 1900 dan hari ini", show=False)
    sex = listed(sheet, "jk", one_of, _TEXT)
    part = pc.utf8_slice_codeunits(nik, 6, 12)
    coded = births_of_niks(part, today)
    coded_sex = pc.if_else(pc.is_valid(coded), each(pc.utf8_slice_codeunits(part, 0, 2), normalise.sex_of_nik, _TEXT), None)
    _check_nik(sheet, nik, coded)
    _check_birth(sheet, part, coded, stated)
    different = pc.not_equal(sex, coded_sex)
    sheet.report_all(
        different, "NIK_SEX_WARN", "nik", f"berbeda dari kolom {sheet.header('jk')}", "hari lahir + 40 pada perempuan"
    )
    return {
        "nik": nik,
        "nama": person_names(sheet.text("nama")),
        "birth": stated,
        "lahir": pc.coalesce(stated, coded),
        "jk": pc.coalesce(sex, coded_sex),
    }


def plain_niks(texts: pa.Array) -> pa.Array:
    """What `normalise.parse_nik` makes of NIK written as 16 digits; gaps where it has to be asked."""
    digits = pc.match_substring_regex(texts, "^[0-9]{16}$")
    doubtful = pc.or_(pc.ends_with(texts, "0000"), pc.is_in(texts, pa.array(_INVENTED)))
    return pc.if_else(pc.and_not(digits, doubtful), texts, None)


def person_names(texts: pa.Array) -> pa.Array:
    """`normalise.person_name` of each text; one of plain letters and single blanks only loses its capitals."""
    plain = pc.match_substring_regex(texts, "^[A-Za-z]+(?: [A-Za-z]+)*$")
    others = each(pc.if_else(plain, None, texts), normalise.person_name, _TEXT)
    return pc.if_else(plain, pc.ascii_lower(texts), others)


def births_of_niks(parts: pa.Array, today: date) -> pa.Array:
    """`normalise.birth_of_nik` of each six digits; gaps stay gaps."""
    known = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    number = pc.fill_null(parts.cast(pa.int32()), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    day, month, year = number // 10_000, number // 100 % 100, 2000 + number % 100
    day = np.where(day > normalise.WOMAN_SHIFT, day - normalise.WOMAN_SHIFT, day)
    late = _days(year, month, day) > np.datetime64(today)
    found = _days(np.where(late, year - 100, year), month, day)
    return pa.array(found, _DAY, mask=~known | np.isnat(found))


def _days(year: Ints, month: Ints, day: Ints) -> npt.NDArray[np.datetime64]:
    """Days of the calendar; NaT for what is none."""
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    found = first.astype("datetime64[D]") + (day - 1)
    exists = (month >= 1) & (month <= 12) & (day >= 1) & (found.astype("datetime64[M]") == first)
    return np.where(exists, found, np.datetime64("NaT"))


def _check_nik(sheet: Sheet, nik: pa.Array, coded: pa.Array) -> None:
    """Where a NIK was issued, and whether its digits 7 to 12 are a date; reasons NIK_AREA_INFO, NIK_DOB_WARN."""
    elsewhere = pc.invert(pc.starts_with(nik, CITY_DIGITS))
    sheet.report_all(elsewhere, "NIK_AREA_INFO", "nik", "awalan kabupaten/kota lain")
    undated = pc.and_(pc.is_valid(nik), pc.is_null(coded))
    sheet.report_all(undated, "NIK_DOB_WARN", "nik", "angka ke-7 sampai ke-12 bukan tanggal", "HHBBTT, hari + 40 pada perempuan")


def _check_birth(sheet: Sheet, part: pa.Array, coded: pa.Array, stated: pa.Array) -> None:
    """The stated birth date against that of the NIK, by day, month and two digits of the year; and against 1 January.

    Reasons NIK_DOB_WARN, DOB_DEFAULT.
    """
    written = pc.cast(pc.if_else(pc.is_valid(coded), part, None), pa.int32())
    woman = pc.greater(written, 10_000 * (normalise.WOMAN_SHIFT + 1) - 1)
    digits = pc.if_else(woman, pc.subtract(written, 10_000 * normalise.WOMAN_SHIFT), written)
    different = pc.not_equal(digits, _birth_digits(stated))
    found = f"tanggal berbeda dari kolom {sheet.header('tgl_lahir')}"
    sheet.report_all(different, "NIK_DOB_WARN", "nik", found, "tanggal lahir yang sama")
    new_year = pc.and_(pc.equal(pc.month(stated), 1), pc.equal(pc.day(stated), 1))
    sheet.report_all(new_year, "DOB_DEFAULT", "tgl_lahir", "1 Januari", "tanggal lahir yang sebenarnya")


def _birth_digits(days: pa.Array) -> pa.Array:
    """DDMMYY of each day as a number."""
    year = pc.year(days)
    short = pc.subtract(year, pc.multiply(pc.divide(year, 100), 100))
    return pc.add(pc.add(pc.multiply(pc.day(days), 10_000), pc.multiply(pc.month(days), 100)), short)


def mostly_rounded(texts: pa.Array) -> bool:
    """Excel keeps 15 digits: a column whose numbers (NIK, KK) mostly end in 0 was rounded as a whole."""
    digits = pc.replace_substring_regex(texts, normalise.NIK_MARKS.pattern, "")
    whole = digits.filter(pc.match_substring_regex(digits, r"^[0-9]{12}(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)$"))
    count = pc.sum(pc.ends_with(whole, "0"), min_count=0).as_py()
    return len(whole) >= ROUNDED_LEAST and count > ROUNDED_SHARE * len(whole)


def without_rounded(sheet: Sheet, numbers: pa.Array, name: str, reason: str) -> pa.Array:
    """The numbers without those that end in 0 where the column was rounded."""
    if name not in sheet.beside.rounded:
        return numbers
    ending = pc.fill_null(pc.ends_with(numbers, "0"), False)
    sheet.report_all(ending, reason, name, "angka terakhir 0 pada sebagian besar kolom", "16 angka sebagai teks")
    return pc.if_else(ending, None, numbers)


def known_person(columns: Columns) -> pa.Array:
    """What tells a person apart in every file: the NIK, else name and birth date as stated; a gap where neither is known."""
    name = filled(columns["nama"])
    return pc.coalesce(joined("nik", columns["nik"]), joined("nama_lahir", name, columns["birth"].cast(_TEXT)))


def key_of_nik(nik: str, keys: Keyring) -> str:
    """The person_key, as it is stored, of whom this NIK (16 digits) names."""
    return keys.turned([keys.key("orang", f"nik:{nik}")])[0]


def identity(columns: Columns) -> pa.Array:
    """How a person is known: 'nik', 'nama_lahir' or 'tidak_ada'."""
    weaker = pc.if_else(pc.is_valid(known_person(columns)), "nama_lahir", UNIDENTIFIED)
    return pc.if_else(pc.is_valid(columns["nik"]), "nik", weaker)


def filled(texts: pa.Array) -> pa.Array:
    """Texts with a gap where they are ''."""
    return pc.if_else(pc.equal(texts, ""), None, texts)


def listed_person(sheet: Sheet, today: date) -> Columns:
    """The columns of `cases.person` and nomor_kk; a row that names nobody gets the reason PERSON_EMPTY."""
    columns = person(sheet, today)
    family = sheet.parse("nomor_kk", _parse_family_number, _TEXT, allowed="16 angka", show=False)
    columns["nomor_kk"] = without_rounded(sheet, family, "nomor_kk", "KK_FORM")
    nobody = pc.and_(pc.is_null(columns["nik"]), pc.equal(columns["nama"], ""))
    for row in np.flatnonzero(nobody.to_numpy(zero_copy_only=False)):
        sheet.report(row, "PERSON_EMPTY", "nik", "tanpa nama dan tanpa NIK yang terbaca", "NIK, atau nama")
    return columns


def person_columns(columns: Columns, keys: Keyring) -> Columns:
    """person_key, identity and family_key. One known only by name is told apart by family and kelurahan."""
    by_name = joined("nama", columns["nama"], pc.fill_null(columns["nomor_kk"], ""), columns["kode_kelurahan"])
    return {
        "person_key": keys.keys("orang", pc.coalesce(known_person(columns), by_name)),
        "identity": identity(columns),
        "family_key": each(columns["nomor_kk"], lambda number: keys.key("keluarga", number), _TEXT),
    }


def _parse_family_number(text: str) -> Parsed[str]:
    """A family card is numbered like a NIK."""
    number = normalise.parse_nik(text)
    return Parsed(number.value, "KK_FORM" if number.reason else "")
