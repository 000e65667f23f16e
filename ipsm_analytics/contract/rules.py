"""Rules for the values of each column of schema.TABLES; names, types and gaps are declared there and not repeated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.reference import areas, categories, choices, services
from ipsm_analytics.reference.reasons import reasons

IDENTITIES = ("nik", "nama_lahir", "tidak_ada")
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """What the values of a column must be; whether it may have gaps is a matter of its type.

    Attributes:
        text: the rule in words, as errors and docs/kontrak.md give it.
        holds: (values, today) -> (rows) whether each value keeps the rule; its answer for a gap is not asked.
    """

    text: str
    holds: Callable[[pa.ChunkedArray, date], pa.ChunkedArray | Bools]

    def kept(self, values: pa.ChunkedArray, today: date) -> Bools:
        """(rows) False where a value breaks the rule."""
        found = self.holds(values, today)
        answer = found if isinstance(found, np.ndarray) else np.asarray(pc.fill_null(found, True), dtype=bool)
        return answer | np.asarray(values.is_null()) if values.null_count else answer


def rules(table: str, column: str) -> tuple[Rule, ...]:
    """Rules of a column of a table in schema.TABLES: its own, else those of its name, else those of its type."""
    target, key = schema.TABLES[table]
    of_type = (_KEY,) if column == key else (_DAY,) if pa.types.is_date(target.field(column).type) else ()
    return _OWN.get(table, {}).get(column) or _SHARED.get(column) or of_type


def _pattern(text: str, pattern: str) -> Rule:
    return Rule(text, lambda values, today: pc.match_substring_regex(values, pattern))


def _between(text: str, low: int | date, high: Callable[[date], int | date]) -> Rule:
    return Rule(text, lambda values, today: pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high(today))))


def _from(text: str, low: int | date) -> Rule:
    return Rule(text, lambda values, today: pc.greater_equal(values, low))


def _numbers(low: int, high: int) -> Rule:
    return _between(f"{low} sampai {high}", low, lambda today: high)


def _days(earliest: date) -> Rule:
    return _between(f"{earliest.isoformat()} sampai hari intake", earliest, lambda today: today)


def _years(earliest: int) -> Rule:
    return _between(f"{earliest} sampai tahun intake", earliest, lambda today: today.year)


def _one_of(text: str, known: Callable[[], Collection[str]]) -> Rule:
    return Rule(text, lambda values, today: pc.is_in(values, _texts(known())))


def _closed(items: Sequence[str]) -> Rule:
    return _one_of(" · ".join(items), lambda: items)


def _listed_choice(field: str) -> Rule:
    return _one_of(f"nilai {field} dalam isian.yml", lambda: choices.values(field))


def _all_of(text: str, known: Callable[[], Collection[str]]) -> Rule:
    return Rule(text, lambda values, today: _count(values, known(), inside=False) == 0)


def _some_of(text: str, known: Callable[[], Collection[str]]) -> Rule:
    return Rule(text, lambda values, today: _count(values, known(), inside=True) > 0)


def _listed_choices(field: str) -> tuple[Rule, ...]:
    return _LISTED, _all_of(f"nilai {field} dalam isian.yml", lambda: choices.values(field))


def _texts(items: Collection[str]) -> pa.Array:
    return pa.array(list(items), pa.string())


def _count(lists: pa.ChunkedArray, known: Collection[str], *, inside: bool) -> npt.NDArray[np.int64]:
    """(rows) how many texts of each list are inside those known, or outside."""
    hits = np.asarray(pc.is_in(pc.list_flatten(lists), _texts(known)), dtype=bool)
    upto = np.concatenate([[0], np.cumsum(hits == inside)])
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0))
    ends = np.cumsum(lengths)
    return np.asarray(upto[ends] - upto[ends - lengths], dtype=np.int64)


def _keys_of(digits: int, *, gaps: bool = False) -> Rule:
    one = f"(?:[0-9a-f]{{{digits}}}){'?' if gaps else ''}"
    pattern = f"^({one}(;{one})*)?$"
    return Rule(
        f"setiap unsur {digits} digit heksadesimal" + (" atau kosong" if gaps else ""),
        lambda values, today: pc.match_substring_regex(pc.binary_join(values, ";"), pattern),
    )


def _reason_codes(*, refusing: bool) -> list[str]:
    return [code for code, reason in reasons().items() if reason.refuses == refusing]


_KEY = _pattern("32 digit heksadesimal", r"^[0-9a-f]{32}$")
_REFUSED_KEY = _pattern("32 digit heksadesimal, tanda hubung, urutan", r"^[0-9a-f]{32}-[1-9][0-9]*$")
_PSM_NUMBER = _pattern("1 sampai 16 huruf besar, angka, dan . / -", r"^[A-Z0-9][A-Z0-9./-]{0,15}$")
_FILLED = Rule("tidak kosong", lambda values, today: pc.greater(pc.binary_length(values), 0))
_LISTED = Rule("paling sedikit satu", lambda values, today: pc.greater(pc.list_value_length(values), 0))
_FIRST_OF_MONTH = Rule("tanggal 1 sebuah bulan", lambda values, today: pc.equal(pc.day(values), 1))
_DAY = _days(date(2000, 1, 1))
_KELURAHAN = _one_of("salah satu dari 153 kode kelurahan", lambda: areas.codes("kelurahan"))
_KNOWN_CATEGORIES = _all_of("kode kategori yang dikenal", categories.categories)
_KNOWN_WARNINGS = _all_of("kode alasan tingkat peringatan", lambda: _reason_codes(refusing=False))
_KNOWN_REASONS = _all_of("kode alasan yang dikenal", reasons)
_REFUSES = _some_of("paling sedikit satu kode alasan tingkat galat", lambda: _reason_codes(refusing=True))
IN_ORDER = Rule(
    "1 atau lebih, naik, tanpa ulangan",
    lambda values, today: np.diff(np.asarray(pc.fill_null(values, 0), dtype=np.int64), prepend=0) > 0,
)

_SHARED: Mapping[str, tuple[Rule, ...]] = {
    "person_key": (_KEY,),
    "identity": (_closed(IDENTITIES),),
    "family_key": (_KEY,),
    "import_id": (_FILLED,),
    "row_number": (IN_ORDER,),
    "kode_kelurahan": (_KELURAHAN,),
    "kategori": (_LISTED, _KNOWN_CATEGORIES),
    "id_psm": (_PSM_NUMBER,),
    "tahun_lahir": (_years(1900),),
    **dict.fromkeys(("name_keys", "sound_keys", "birth_keys"), (_keys_of(16),)),
    "nik_keys": (_keys_of(16, gaps=True),),
    "jk": (_closed(schema.SEXES),),
    "desil": (_numbers(1, 10),),
    "sumber": (_FILLED,),
    "warnings": (_KNOWN_WARNINGS,),
    "precedence": (_FILLED,),
}
_OWN: Mapping[str, Mapping[str, tuple[Rule, ...]]] = {
    "kasus": {
        "status": (_closed(schema.STATUSES),),
        "kanal": (_closed(schema.CHANNELS),),
        "usia": (_numbers(0, 120),),
        "sub_disabilitas": _listed_choices("sub_disabilitas"),
        "program_diterima": _listed_choices("program_diterima"),
        "status_padan": (_closed(schema.MATCH_STATES),),
        "fokus": (_closed(schema.FOCUS),),
        "opd_rujukan": (_listed_choice("opd_rujukan"),),
        "hasil": (_closed(schema.OUTCOMES),),
    },
    "laporan": {"bulan": (_FIRST_OF_MONTH, _DAY), "kunjungan": (_numbers(0, 10_000),)},
    "angka_terbit": {
        "level": (_closed(areas.LEVELS),),
        "kode": (_one_of("kode wilayah yang dikenal", areas.all_codes),),
        "tahun": (_years(1990),),
        "konsep": (_FILLED,),
        "satuan": (_FILLED,),
    },
    "karantina": {
        "row_id": (_REFUSED_KEY,),
        "kind": (_FILLED,),
        "reasons": (_KNOWN_REASONS, _REFUSES),
        "columns": (_LISTED,),
        "sealed": (_FILLED,),
    },
    "register": {
        "keterangan_padan": (_closed(schema.MATCH_STATES),),
        "tahun_data": (_years(2005),),
    },
    "rekap": {
        "level": (_closed(areas.LEVELS),),
        "kode": (_one_of("kode wilayah yang dikenal", areas.all_codes),),
        "kode_kategori": (_one_of("kode kategori yang dikenal", categories.categories),),
        "label": (_FILLED,),
        "jenis_kelamin": (_closed((*schema.SEXES, "total")),),
        "awal": (_days(date(1990, 1, 1)),),
        "akhir": (_from("1990-01-01 atau sesudahnya", date(1990, 1, 1)),),
        "nilai": (_from("0 atau lebih", 0),),
    },
    "spm": {
        "level": (_closed(areas.LEVELS[:2]),),
        "kode": (_one_of("kode kota atau kecamatan", lambda: (*areas.codes("kota"), *areas.codes("kecamatan"))),),
        "tahun": (_years(2018),),
        "triwulan": (_numbers(1, 4),),
        "layanan": (_closed(tuple(services.services())),),
        "terpenuhi": (_numbers(0, schema.MOST_PERSONS),),
        "sasaran": (_numbers(0, schema.MOST_PERSONS),),
        "sumber_sasaran": (_FILLED,),
    },
    "padanan": {
        "left_key": (_KEY,),
        "right_key": (_KEY,),
        "decision": (_closed((schema.SAME, schema.DIFFERENT)),),
        "probability": (_numbers(0, 1),),
        "user": (_FILLED,),
    },
    "bansos": {"status": (_closed(schema.AID_STATES),)},
    "roster": {"organisasi": (_listed_choice("organisasi"),), "aktif_sejak": (_days(date(1970, 1, 1)),)},
}
