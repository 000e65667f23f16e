"""Recap cells in long form to rows of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.config import Settings
from ipsm_analytics.intake.fields import exact, one_of, required
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.recap import labels, numbers, period
from ipsm_analytics.intake.recap.period import Period
from ipsm_analytics.intake.recap.read import TOTAL_SEX
from ipsm_analytics.intake.sheet import Columns, Sheet, combinations, each, joined
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.reasons import reasons
from ipsm_analytics.schema import SEXES

EARLIEST = date(1990, 1, 1)
_KEY = ("kode", "label", "jenis_kelamin", "awal", "akhir", "nilai")
_TEXT = pa.string()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted cells as columns of schema.RECAP; problems go to the sheet.

    A row is known by all it says (area, label, sex, period, count): the same count from another file is a repeat,
    another count stands beside the first one with its own source.
    """
    periods = _periods(sheet, config.today)
    columns = {
        "kode": _areas(sheet),
        "label": sheet.text("kategori"),
        "kode_kategori": sheet.parse(
            "kategori", labels.category, _TEXT, allowed="nama dari daftar 26 PPKS atau konsep angka terbit"
        ),
        "jenis_kelamin": sheet.parse("jenis_kelamin", _parse_sex, _TEXT, allowed="L, P, atau total"),
        "awal": pa.array([when and when.first for when in periods], pa.date32()),
        "akhir": pa.array([when and when.last for when in periods], pa.date32()),
        "nilai": _counts(sheet),
        "sumber": sheet.parse("sumber", required(Parsed, "TEXT_EMPTY"), _TEXT),
        "catatan": sheet.text("catatan"),
    }
    _marks(sheet)
    columns = sheet.accepted(columns)
    columns["level"] = each(columns["kode"], areas.level_of, _TEXT)
    said = [each(columns["label"], categories.label_key, _TEXT) if name == "label" else columns[name] for name in _KEY]
    columns["recap_id"] = keys.keys("rekap", joined(sheet.kind, *(column.cast(_TEXT) for column in said), separator="\x1f"))
    columns["precedence"] = pa.repeat("", len(columns["kode"]))
    return columns


def _parse_sex(text: str) -> Parsed[str]:
    """L, P or 'total', which an empty cell means; reason SEX_UNKNOWN: a count of nobody knows whom is no count."""
    value = one_of(exact((*SEXES, TOTAL_SEX)))(text or TOTAL_SEX).value
    return Parsed(value, "" if value else "SEX_UNKNOWN")


def _areas(sheet: Sheet) -> pa.Array:
    """Area code of each row: a kelurahan where one is named, else a kecamatan."""
    codes, written = combinations(*(sheet.text(name) for name in ("kelurahan", "kecamatan", "kode")))
    matches = [_area(*texts) for texts in written]
    for row, code in enumerate(codes):
        if matches[code].code is None:
            found = " / ".join(filter(None, written[code]))
            name = "kelurahan" if written[code][0] else "kecamatan"
            sheet.report(row, matches[code].reason, name, found, ", ".join(matches[code].allowed))
    return pa.array([match.code for match in matches], _TEXT).take(pa.array(codes))


def _area(kelurahan: str, kecamatan: str, code: str) -> areas.AreaMatch:
    district = areas.kecamatan_code(code) if code else None
    if kelurahan or (code and district is None):
        return areas.resolve(kelurahan, kecamatan, code)
    if not kecamatan and district is None:
        return areas.AreaMatch(None, "KEL_EMPTY", ("153 kelurahan dan 15 kecamatan Kota Makassar",))
    named = areas.kecamatan_code(kecamatan) if kecamatan else district
    if named is None:
        return areas.AreaMatch(None, "KEC_UNKNOWN", tuple(areas.kecamatan().values()))
    if district not in (None, named):
        return areas.AreaMatch(None, "KEL_KEC_CONFLICT", (areas.label(named), areas.label(str(district))))
    return areas.AreaMatch(named)


def _periods(sheet: Sheet, today: date) -> list[Period | None]:
    """Period of each row, None with a problem where there is none, it has not begun, or it is long past."""
    known: Mapping[str, Period | None] = {text: _period(text) for text in set(sheet.text("periode").to_pylist())}
    found = [known[text] for text in sheet.text("periode").to_pylist()]
    for row, when in enumerate(found):
        if when is None or when.first > today or when.first < EARLIEST:
            reason = "MONTH_PARSE" if when is None else "DATE_FUTURE" if when.first > today else "DATE_TOO_OLD"
            sheet.report(row, reason, "periode", sheet.text("periode")[row].as_py(), "2026-10, 2026, atau Triwulan I 2026")
    return found


def _period(text: str) -> Period | None:
    found = period.find(text)
    return found[0] if len(found) == 1 else None


def _counts(sheet: Sheet) -> pa.Array:
    """Counts; a cell that is none is a problem that quotes no word of it, unless it is one already."""
    found = [numbers.parse(text) for text in sheet.text("nilai").to_pylist()]
    doubtful = pc.match_substring(sheet.text("periksa"), "RECAP_AMBIGUOUS").to_pylist()
    for row, number in enumerate(found):
        if number.kind in ("kosong", "tidak terbaca") and not doubtful[row]:
            sheet.report(row, "NUMBER_PARSE", "nilai", number.text, "bilangan bulat")
    return pa.array([number.value for number in found], pa.int64())


def _marks(sheet: Sheet) -> None:
    """What the reading of the sheet found out about each cell, as problems."""
    remarks = sheet.text("catatan").to_pylist()
    for row, text in enumerate(sheet.text("periksa").to_pylist()):
        for code in filter(None, text.split(";")):
            known = code in reasons()
            sheet.report(
                row, code if known else "VALUE_UNKNOWN", "nilai" if known else "periksa", remarks[row] if known else code
            )
