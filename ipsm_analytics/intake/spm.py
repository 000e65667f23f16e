"""The quarterly SPM report of Dinas Sosial: persons served and persons to be served, columns of schema.SPM."""

from __future__ import annotations

from datetime import date
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import optional, required, whole_number
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.sheet import Columns, Sheet, each, joined
from ipsm_analytics.reference import areas, services
from ipsm_analytics.reference.choices import choice_key

EARLIEST_YEAR = 2018
"""PP 2/2018 is the first year of the five services."""
_KEY = ("kode", "tahun", "triwulan", "layanan")
_TEXT, _DAY, _COUNT = pa.string(), pa.date32(), pa.int32()


def build(sheet: Sheet, keys: Keyring, config: Settings) -> Columns:
    """Accepted rows as columns of schema.SPM, the latest receipt first in precedence; problems go to the sheet.

    Persons served are cumulative from January. An empty target means 'not yet assessed' and stays a gap.
    """
    columns = _read(sheet, config.today)
    _check_quarters(sheet, columns, config.today)
    _check_targets(sheet, columns)
    _check_falls(sheet, columns)
    columns = sheet.accepted(columns)
    columns["level"] = each(columns["kode"], areas.level_of, _TEXT)
    columns["spm_id"] = keys.keys("spm", joined(*(columns[name].cast(_TEXT) for name in _KEY)))
    columns["precedence"] = pc.fill_null(columns["tgl_terima"].cast(_TEXT), date.min.isoformat())
    return columns


def _read(sheet: Sheet, today: date) -> Columns:
    day = optional(partial(normalise.parse_date, today=today))
    years = required(whole_number(EARLIEST_YEAR, today.year), "NUMBER_PARSE")
    names = ", ".join(services.services())
    return {
        "kode": sheet.parse("kode_kecamatan", _parse_area, _TEXT, allowed="73.71.KK, nama kecamatan, atau kosong untuk kota"),
        "tahun": sheet.parse("tahun", years, pa.int16(), allowed=f"{EARLIEST_YEAR} sampai {today.year}"),
        "triwulan": sheet.parse("triwulan", _parse_quarter, pa.int8(), allowed="1 sampai 4, atau TW1 sampai TW4"),
        "layanan": sheet.parse("layanan", _parse_service, _TEXT, allowed=f"{names}, atau nama layanannya"),
        "terpenuhi": sheet.parse("terpenuhi", _parse_needed_count, _COUNT, allowed="jumlah orang, 0 atau lebih"),
        "sasaran": sheet.parse("sasaran", parse_count, _COUNT, allowed="jumlah orang, 0 atau lebih, atau kosong"),
        "sumber_sasaran": sheet.parse("sumber_sasaran", lambda text: Parsed(text or None), _TEXT),
        "tgl_sasaran": sheet.parse("tgl_sasaran", day, _DAY, allowed="hh/bb/tttt"),
        "tgl_terima": sheet.parse("tgl_terima", day, _DAY, allowed="hh/bb/tttt"),
    }


def _parse_area(text: str) -> Parsed[str]:
    """Code of a kecamatan, that of the city for an empty cell; reason KEC_UNKNOWN."""
    city = areas.spelling_key(text) in {areas.spelling_key(name) for name in ("", areas.CITY, areas.CITY_NAME)}
    code = areas.CITY if city else areas.kecamatan_code(text)
    return Parsed(code, "" if code else "KEC_UNKNOWN")


def _parse_quarter(text: str) -> Parsed[int]:
    quarter = services.quarter_of(text)
    return Parsed(quarter, "" if quarter else "QUARTER_PARSE")


def _parse_service(text: str) -> Parsed[str]:
    code = services.spellings().get(choice_key(text))
    return Parsed(code, "" if code else "SERVICE_UNKNOWN")


def parse_count(text: str) -> Parsed[int]:
    """Whole number of persons, a gap for an empty cell; reasons NUMBER_PARSE, NUMBER_NEGATIVE, both of which refuse."""
    if not text:
        return Parsed(None)
    value = normalise.parse_number(text).value
    if value is None or not value.is_integer() or value > schema.MOST_PERSONS:
        return Parsed(None, "NUMBER_PARSE")
    return Parsed(int(value)) if value >= 0 else Parsed(None, "NUMBER_NEGATIVE")


def _parse_needed_count(text: str) -> Parsed[int]:
    return parse_count(text) if text else Parsed(None, "TEXT_EMPTY")


def _check_quarters(sheet: Sheet, columns: Columns, today: date) -> None:
    """A quarter that has not begun refuses (DATE_FUTURE); one that has not ended is marked (QUARTER_OPEN)."""
    known = zip(columns["tahun"].to_pylist(), columns["triwulan"].to_pylist(), strict=True)
    for row, (year, quarter) in enumerate(known):
        if year is None or quarter is None:
            continue
        code = (
            "DATE_FUTURE"
            if services.quarter_start(year, quarter) > today
            else "QUARTER_OPEN"
            if services.quarter_start(*services.quarter_after(year, quarter)) > today
            else ""
        )
        if code:
            sheet.report(row, code, "triwulan", f"TW{quarter} {year}", f"triwulan yang berakhir sebelum {today:%d/%m/%Y}")


def _check_targets(sheet: Sheet, columns: Columns) -> None:
    """More served than to be served is marked (SPM_OVER), and a target without source or date (SPM_UNSOURCED)."""
    met, needed = columns["terpenuhi"], columns["sasaran"]
    stated = pc.and_(pc.is_valid(columns["sumber_sasaran"]), pc.is_valid(columns["tgl_sasaran"]))
    unsourced = pc.and_not(pc.is_valid(needed), stated)
    sheet.report_all(unsourced, "SPM_UNSOURCED", "sumber_sasaran", "sumber atau tanggalnya kosong", "sumber dan tanggal sasaran")
    over = pc.fill_null(pc.greater(met, needed), False).to_numpy(zero_copy_only=False)
    for row in over.nonzero()[0]:
        sheet.report(row, "SPM_OVER", "terpenuhi", f"{met[row]} dari {needed[row]}", "paling banyak sasarannya")


def _check_falls(sheet: Sheet, columns: Columns) -> None:
    """A cumulative number below that of an earlier quarter of its year in the same file is marked; reason SPM_FALLS.

    A fall against a quarter that came in another file is told by `ipsm_analytics.spm`, which sees all of them.
    """
    rows = pa.table({name: columns[name] for name in (*_KEY, "terpenuhi")}).to_pandas().dropna()
    ordered = rows.sort_values(["kode", "layanan", "tahun", "triwulan"], kind="stable")
    before = ordered.groupby(["kode", "layanan", "tahun"], sort=False)["terpenuhi"].cummax()
    for row, most in before[before > ordered["terpenuhi"]].items():
        found, earlier = f"{rows.at[row, 'terpenuhi']:.0f}", f"paling sedikit {most:.0f}, seperti triwulan sebelumnya"
        sheet.report(int(str(row)), "SPM_FALLS", "terpenuhi", found, earlier)
