"""What a cell looks like: whether a text reads as the content of one of our fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from ipsm_analytics import schema
from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.fields import exact, one_of, parse_categories, parse_psm_id, whole_number
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.reference import areas, choices, services, statuses

Test = Callable[[str], bool]
_LATEST = date(2099, 12, 31)
_NAME = re.compile(r"[^\W\d_][^\d_;|]*", re.UNICODE)


def evidence_for(field: str, table: str) -> Test | None:
    """Whether a text (not empty) reads as this field of a store table; None where any text would."""
    if field == "status":
        return _AID_STATUS if table == "bansos" else _CASE_STATUS
    return _TESTS.get(field)


def _reads(parser: Callable[[str], Parsed[normalise.T]]) -> Test:
    def test(text: str) -> bool:
        parsed = parser(text)
        return parsed.value is not None and not parsed.reason

    return test


def _kelurahan(text: str) -> bool:
    match = areas.resolve(text)
    return bool(match.code) or match.reason == "KEL_AMBIGUOUS"


def _kelurahan_code(text: str) -> bool:
    match = areas.resolve("", code_text=text)
    return bool(match.code) or match.reason == "KEL_AMBIGUOUS"


def _kecamatan(text: str) -> bool:
    return areas.spelling_key(text) in {areas.spelling_key(name) for name in areas.kecamatan().values()}


def _case_status(text: str) -> bool:
    return choices.choice_key(text) in statuses.spellings()


def _number_of_person(text: str) -> bool:
    parsed = normalise.parse_nik(text)
    return bool(parsed.value) or parsed.reason == "NIK_EXCEL_ROUND"


def _name(text: str) -> bool:
    """Letters, and nothing that reads as a place, a category or a state."""
    return bool(_NAME.fullmatch(text)) and not any(test(text) for test in (_kelurahan, _kecamatan, _category, _CASE_STATUS))


def _listed(field: str, text: str) -> bool:
    return bool(choices.spellings(field).get(choices.choice_key(text)))


_category = _reads(parse_categories)
_day = _reads(partial(normalise.parse_date, today=_LATEST))
_CASE_STATUS = _case_status
_AID_STATUS = _reads(one_of(exact(schema.AID_STATES)))
_CLOSED: Mapping[str, tuple[str, ...]] = {
    "kanal": schema.CHANNELS,
    "status_padan": schema.MATCH_STATES,
    "fokus": schema.FOCUS,
    "hasil": schema.OUTCOMES,
    "level": areas.LEVELS,
}
_DAYS = (
    *("tgl_lapor", "tgl_temuan", "tgl_masuk", "tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama"),
    *("tgl_selesai", "tgl_terima", "tgl_usul", "tgl_sasaran", "aktif_sejak"),
)
_LISTS = ("jk", "organisasi", "opd_rujukan", "sub_disabilitas", "program_diterima")
_FLAGS = ("terlantar", "pbi_nas", "pbi_pemda")
_TESTS: Mapping[str, Test] = {
    "nik": _number_of_person,
    "nomor_kk": _number_of_person,
    "nama": _name,
    "tgl_lahir": _reads(partial(normalise.parse_date, today=_LATEST, earliest=date(1900, 1, 1))),
    "bulan": _reads(partial(normalise.parse_month, today=_LATEST)),
    "kelurahan": _kelurahan,
    "kode_kelurahan": _kelurahan_code,
    "kecamatan": _kecamatan,
    "kategori": _category,
    "nihil": _reads(normalise.parse_nil),
    "desil": _reads(whole_number(1, 10)),
    "usia": _reads(whole_number(0, 120)),
    "kunjungan": _reads(whole_number(0, 10_000)),
    "tahun": _reads(whole_number(1990, 2099)),
    "tahun_data": _reads(whole_number(2005, 2099)),
    "nilai": _reads(normalise.parse_number),
    "triwulan": lambda text: services.quarter_of(text) is not None,
    "layanan": lambda text: choices.choice_key(text) in services.spellings(),
    "kode_kecamatan": lambda text: areas.kecamatan_code(text) is not None,
    "terpenuhi": _reads(whole_number(0, schema.MOST_PERSONS)),
    "sasaran": _reads(whole_number(0, schema.MOST_PERSONS)),
    "kode": lambda text: text in areas.all_codes(),
    "id_psm": _reads(parse_psm_id),
    **dict.fromkeys(_DAYS, _day),
    **dict.fromkeys(_FLAGS, _reads(normalise.parse_flag)),
    **{name: _reads(one_of(exact(items))) for name, items in _CLOSED.items()},
    **{name: partial(_listed, name) for name in _LISTS},
}
