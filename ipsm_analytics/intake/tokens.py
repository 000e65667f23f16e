"""Keyed tokens of a person, by which differently written persons can still be compared.

Nothing in them can be read without the store's key. Whole words are keyed, as spelt and as they sound, rather than
bigrams in Bloom filters: frequent bigrams give such filters away, and a word as it sounds absorbs the spellings that
really differ. A token is computed once for each distinct word, part or day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.sheet import TEXTS, Columns, Sheet, each
from ipsm_analytics.reference.tables import rows

COLUMNS = ("name_keys", "sound_keys", "nik_keys", "birth_keys")
WRITTEN = "nik_tertulis"
LENGTH = 16
NIK_PARTS = ((0, 6), (6, 12), (12, 15))
"""Area, birth date, serial without its last digit: Excel keeps 15 digits."""
_EXPONENT = re.compile(r"E\+?\d+$", re.IGNORECASE)
_MARKS = re.compile(r"[\s.,'`’-]")
_TEXT = pa.string()


@dataclass(frozen=True)
class _Rules:
    joints: tuple[tuple[str, str], ...]
    words: dict[str, str]
    sounds: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _rules() -> _Rules:
    """The rules of nama_padanan.csv; a word that is left out stands for ''."""
    table = rows("nama_padanan")
    joints = {"sambung_depan": (r"\b{} (\w)", r"{}\1"), "sambung_belakang": (r"(\w) {}\b", r"\1{}")}
    return _Rules(
        tuple(
            (joints[row["jenis"]][0].format(row["tulisan"]), joints[row["jenis"]][1].format(row["tulisan"]))
            for row in table
            if row["jenis"] in joints
        ),
        {row["tulisan"]: row["menjadi"] for row in table if row["jenis"] in ("ganti", "buang")},
        tuple((re.compile(row["tulisan"]), row["menjadi"]) for row in table if row["jenis"] == "bunyi"),
    )


def standard(word: str) -> str:
    """A word of a name with abbreviations written out; '' for titles and forms of address."""
    return _rules().words.get(word, word)


def sound(word: str) -> str:
    """A word as it sounds in Makassar: old and new spelling, silent and doubled letters fall together."""
    for pattern, replacement in _rules().sounds:
        word = pattern.sub(replacement, word)
    return re.sub(r"(.)\1+", r"\1", word)


def written(sheet: Sheet) -> Columns:
    """The NIK as written, so that an unreadable one still tells its parts and the birth date."""
    return {WRITTEN: sheet.text("nik")}


def person_tokens(columns: Columns, keys: Keyring, today: date) -> Columns:
    """COLUMNS and tahun_lahir of each row, from nama, nik, lahir and `written`; a gap where nothing is known.

    A birth on 1 January mostly means that only the year is known, so its day gives no token.
    """
    unread = pc.if_else(pc.is_valid(columns["nik"]), None, columns[WRITTEN])
    digits = pc.coalesce(columns["nik"], each(unread, _digits, _TEXT))
    part = pc.if_else(pc.is_valid(columns["lahir"]), None, pc.utf8_slice_codeunits(digits, 6, 12))
    birth = pc.coalesce(columns["lahir"], each(part, partial(_birth, today=today), pa.date32()))
    words = pc.split_pattern(_joined_words(columns["nama"]), " ")
    return {
        "tahun_lahir": pc.year(birth).cast(pa.int16()),
        "name_keys": _word_keys(words, standard, "nama-kata", keys),
        "sound_keys": _word_keys(words, lambda word: sound(standard(word)), "nama-bunyi", keys),
        "nik_keys": _part_keys(digits, keys),
        "birth_keys": each(_day_of_year(birth), partial(_day_keys, keys=keys), TEXTS),
    }


def _digits(text: str) -> str | None:
    """The digits of a NIK as far as they are written, '?' for what is none; a gap for one that was only filled in."""
    if normalise.parse_nik(text).reason == "NIK_PLACEHOLDER":
        return None
    kept = re.sub(r"\D", "?", _EXPONENT.sub("", _MARKS.sub("", text)))
    return kept if re.search(r"\d", kept) else None


def _birth(part: str, today: date) -> date | None:
    """A birth date out of six digits, a gap where they are fewer or no date."""
    return normalise.birth_of_nik(part, today) if re.fullmatch(r"\d{6}", part) else None


def _joined_words(names: pa.Array) -> pa.Array:
    for pattern, replacement in _rules().joints:
        names = pc.replace_substring_regex(names, pattern, replacement)
    return names


def _word_keys(words: pa.Array, form: Callable[[str], str], domain: str, keys: Keyring) -> pa.Array:
    """(rows) sorted keys of the different words of each list in a form; a gap where no word is left."""
    flat = words.flatten().dictionary_encode()
    formed = pa.array([form(word) for word in flat.dictionary.to_pylist()], _TEXT)
    kept = pc.not_equal(formed, "").to_numpy(zero_copy_only=False)
    order = _short(domain, formed, keys).dictionary_encode()
    rank = pc.rank(order.dictionary, tiebreaker="dense").to_numpy().astype(np.int64) - 1
    codes = rank[order.indices.to_numpy()][flat.indices.to_numpy()]
    row = pc.list_parent_indices(words).to_numpy()
    pairs = np.sort((row * (len(rank) + 1) + codes)[kept[flat.indices.to_numpy()]])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return _lists(pairs // (len(rank) + 1), order.dictionary.sort().take(pa.array(pairs % (len(rank) + 1))), len(words))


def _lists(row: npt.NDArray[np.int64], values: pa.Array, size: int) -> pa.Array:
    """`size` lists of the values, given by ascending row; a gap where a row has none."""
    ends = np.searchsorted(row, np.arange(size), side="right")
    starts = np.concatenate([[0], ends])
    empty = np.append(starts[1:] == starts[:-1], False)
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32(), mask=empty), values)


def _part_keys(digits: pa.Array, keys: Keyring) -> pa.Array:
    """(rows) keys of the NIK_PARTS, '' for a part not wholly written; a gap where none is."""
    parts = [_keyed(digits, place, keys) for place in range(len(NIK_PARTS))]
    turns = np.arange(len(digits) * len(NIK_PARTS)).reshape(len(NIK_PARTS), -1).T.ravel()
    lists = pa.FixedSizeListArray.from_arrays(pa.concat_arrays(parts).take(pa.array(turns)), len(NIK_PARTS)).cast(TEXTS)
    known = np.any([pc.not_equal(part, "").to_numpy(zero_copy_only=False) for part in parts], axis=0)
    return pc.if_else(pa.array(known), lists, None)


def _keyed(digits: pa.Array, place: int, keys: Keyring) -> pa.Array:
    """(rows) key of one of the NIK_PARTS, '' where it is not wholly written."""
    begin, end = NIK_PARTS[place]
    part = pc.utf8_slice_codeunits(digits, begin, end)
    whole = pc.match_substring_regex(part, f"^[0-9]{{{end - begin}}}$")
    encoded = pc.if_else(whole, part, None).dictionary_encode()
    found = pc.utf8_slice_codeunits(keys.frequent(f"nik-bagian-{place}", encoded.dictionary), 0, LENGTH)
    return pc.fill_null(found.take(encoded.indices), "")


def _short(domain: str, texts: pa.Array, keys: Keyring) -> pa.Array:
    return pc.utf8_slice_codeunits(keys.keys(domain, texts), 0, LENGTH)


def _day_of_year(birth: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(pc.month(birth), 100), pc.day(birth))


def _day_keys(day_of_year: int, keys: Keyring) -> list[str] | None:
    """Keys of a day (MMDD) and of the day that has day and month exchanged."""
    month, day = divmod(day_of_year, 100)
    if (day, month) == (1, 1):
        return None
    return [keys.key("lahir-hari", f"{first}-{second}")[:LENGTH] for first, second in ((day, month), (month, day))]
