"""The tree kota > kecamatan > kelurahan, its codes and its spellings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process

from ipsm_analytics.reference.tables import rows

CITY = "73.71"
CITY_NAME = "Kota Makassar"
KEMENDAGRI, BPS = "Kemendagri", "BPS"
TELLING = 3
"""Different codes of one system, and none of the other, that tell whose codes a column holds."""
LEVELS = ("kota", "kecamatan", "kelurahan")
KNOWN_SPELLINGS = 1 << 16
_PREFIX = re.compile(r"^\s*(?:kelurahan|kecamatan|kel|kec)\b\.?\s*", re.IGNORECASE)
_ISLANDS = re.compile(r"^\s*kep\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Kelurahan:
    """One kelurahan; `code` is the Kemendagri code 73.71.KK.NNNN."""

    code: str
    name: str
    kecamatan: str
    bps: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class AreaMatch:
    """Outcome of a look-up: a code, or a reason with what would have been allowed."""

    code: str | None
    reason: str = ""
    allowed: tuple[str, ...] = ()


@cache
def kelurahan() -> Mapping[str, Kelurahan]:
    """All 153 kelurahan by code, in code order."""
    return {
        row["kode_kelurahan"]: Kelurahan(
            row["kode_kelurahan"],
            row["kelurahan"],
            row["kode_kecamatan"],
            row["kode_bps"],
            tuple(filter(None, (alias.strip() for alias in [*row["alias"].split("|"), row["nama_bps"]]))),
        )
        for row in sorted(rows("wilayah"), key=lambda row: row["kode_kelurahan"])
    }


@cache
def kecamatan() -> Mapping[str, str]:
    """Names of the 15 kecamatan by code, in code order."""
    return dict(sorted({row["kode_kecamatan"]: row["kecamatan"] for row in rows("wilayah")}.items()))


@cache
def codes(level: str) -> tuple[str, ...]:
    """Area codes of a level ('kota', 'kecamatan', 'kelurahan') in code order."""
    return {"kota": (CITY,), "kecamatan": tuple(kecamatan()), "kelurahan": tuple(kelurahan())}[level]


@cache
def all_codes() -> tuple[str, ...]:
    """Codes of all levels, the city first."""
    return tuple(code for level in LEVELS for code in codes(level))


def level_of(code: str) -> str:
    """Level of a known code; raises KeyError for an unknown one."""
    for level in LEVELS:
        if code in codes(level):
            return level
    raise KeyError(code)


def name(code: str) -> str:
    """Name of any area."""
    return {CITY: CITY_NAME, **kecamatan()}.get(code) or kelurahan()[code].name


def label(code: str) -> str:
    """Name that cannot be mistaken: kelurahan with its kecamatan, kecamatan marked as such."""
    match level_of(code):
        case "kelurahan":
            return f"{name(code)} (Kec. {name(parent(code))})"
        case "kecamatan":
            return f"Kec. {name(code)}"
        case _:
            return CITY_NAME


def parent(code: str) -> str:
    """The area above; the city is its own parent."""
    return kelurahan()[code].kecamatan if code in kelurahan() else CITY


def members(code: str) -> tuple[str, ...]:
    """Kelurahan codes inside an area of any level."""
    return tuple(kel for kel, item in kelurahan().items() if code in (kel, item.kecamatan, CITY))


def spelling_key(text: str) -> str:
    """Spelling without case, prefix, spaces and punctuation: 'Kel. Lae - Lae' -> 'laelae', 'Kep. X' -> 'kepulauanx'."""
    return re.sub(r"[\W_]+", "", _ISLANDS.sub("kepulauan", _PREFIX.sub("", text))).casefold()


@cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, item in kelurahan().items():
        for text in (item.name, *item.aliases):
            found[spelling_key(text)].add(code)
    return {key: tuple(sorted(values)) for key, values in found.items()}


@cache
def _by_code() -> Mapping[str, tuple[str, ...]]:
    """Dotted, undotted and BPS codes; ten bare digits can mean two places (7371101004)."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, item in kelurahan().items():
        for text in (code, code.replace(".", ""), item.bps):
            found[text].add(code)
    return {key: tuple(sorted(values)) for key, values in found.items()}


@cache
def _kecamatan_keys() -> Mapping[str, str]:
    return {spelling_key(text): code for code, written in kecamatan().items() for text in (written, code)}


def coding(texts: Iterable[str]) -> str:
    """Whose bare ten-digit codes these are, KEMENDAGRI or BPS, told by those that can only be one; '' where they do not tell."""
    bare = {text for text in texts if len(text) == 10 and text in _by_code()}
    systems = [
        {name for name in (KEMENDAGRI, BPS) if any(_in_system(code, text, name) for code in _by_code()[text])} for text in bare
    ]
    told = [name for found in systems if len(found) == 1 for name in found]
    return told[0] if len(told) >= TELLING and len(set(told)) == 1 else ""


def kecamatan_code(text: str) -> str | None:
    """Code of a kecamatan given by name or by code, dotted, undotted or that of BPS."""
    return _kecamatan_codes().get(spelling_key(text))


@cache
def _kecamatan_codes() -> Mapping[str, str]:
    return {**_kecamatan_keys(), **{item.bps[:7]: item.kecamatan for item in kelurahan().values()}}


def _systems(code: str, text: str) -> tuple[str, ...]:
    return tuple(name for name in (KEMENDAGRI, BPS) if _in_system(code, text, name))


def _in_system(code: str, text: str, system: str) -> bool:
    item = kelurahan()[code]
    return text == (item.bps if system == BPS else code.replace(".", ""))


@lru_cache(KNOWN_SPELLINGS)
def resolve(kelurahan_text: str, kecamatan_text: str = "", code_text: str = "", system: str = "") -> AreaMatch:
    """Finds a kelurahan by code, or by name with its kecamatan; never by likeness. `system`: see `coding`.

    Reasons: KEL_EMPTY, KEL_UNKNOWN, KEL_AMBIGUOUS, KEC_UNKNOWN, KEL_KEC_CONFLICT.
    """
    district = _kecamatan_keys().get(spelling_key(kecamatan_text))
    if kecamatan_text.strip() and district is None:
        return AreaMatch(None, "KEC_UNKNOWN", tuple(kecamatan().values()))
    if code_text.strip():
        return _by_code_and_name(code_text.strip(), kelurahan_text, district, system)
    if not kelurahan_text.strip():
        return AreaMatch(None, "KEL_EMPTY", _in_district(district))
    key = spelling_key(kelurahan_text)
    found = _by_name().get(key, ())
    if district is None and key in _kecamatan_keys() and found:
        return AreaMatch(None, "KEL_AMBIGUOUS", (label(_kecamatan_keys()[key]), *map(label, found)))
    return _choose(found, district, kelurahan_text)


def _by_code_and_name(code_text: str, kelurahan_text: str, district: str | None, system: str) -> AreaMatch:
    found, named = _by_code().get(code_text, ()), _by_name().get(spelling_key(kelurahan_text), ())
    found = tuple(code for code in found if len(found) == 1 or not system or _in_system(code, code_text, system))
    agreed = tuple(code for code in found if not named or code in named)
    if found and not agreed:
        return AreaMatch(None, "KEL_KEC_CONFLICT", tuple(map(label, (*found, *named))))
    return _choose(agreed, district, kelurahan_text or code_text)


def _choose(found: tuple[str, ...], district: str | None, text: str) -> AreaMatch:
    fitting = tuple(code for code in found if district in (None, parent(code)))
    if len(fitting) == 1:
        return AreaMatch(fitting[0])
    if fitting:
        return AreaMatch(None, "KEL_AMBIGUOUS", tuple(map(label, fitting)))
    if found:
        return AreaMatch(None, "KEL_KEC_CONFLICT", tuple(map(label, found)))
    return AreaMatch(None, "KEL_UNKNOWN", suggestions(text, district))


def suggestions(text: str, district: str | None = None) -> tuple[str, ...]:
    """Up to three places that look alike, to show and never to apply."""
    pool = {label(code): spelling_key(item.name) for code, item in kelurahan().items() if district in (None, item.kecamatan)}
    hits = process.extract(spelling_key(text), pool, limit=3, score_cutoff=60)
    return tuple(hit[2] for hit in hits) or _in_district(district)


def _in_district(district: str | None) -> tuple[str, ...]:
    return tuple(name(code) for code in members(district)) if district else ("153 kelurahan Kota Makassar",)
