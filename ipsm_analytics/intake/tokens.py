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
NIK_PARTS = ((0, 5), (5, 10), (10, 15))
"""Excel keeps 15 digits; the last one is in no part."""
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
    digits = each(columns[WRITTEN], _digits, _TEXT)
    of_nik = each(pc.utf8_slice_codeunits(digits, 6, 12), partial(_birth, today=today), pa.date32())
    birth = pc.coalesce(columns["lahir"], of_nik)
    words = pc.split_pattern(_joined_words(columns["nama"]), " ")
    return {
        "tahun_lahir": pc.year(birth).cast(pa.int16()),
        "name_keys": _word_keys(words, standard, "nama-kata", keys),
        "sound_keys": _word_keys(words, lambda word: sound(standard(word)), "nama-bunyi", keys),
        "nik_keys": _part_keys(digits, keys),
        "birth_keys": each(birth, partial(_day_keys, keys=keys), TEXTS),
    }


def _digits(text: str) -> str | None:
    """The digits of a NIK as far as they are written, '?' for what is none; a gap for one that was only filled in."""
    if normalise.parse_nik(text).reason == "NIK_PLACEHOLDER":
        return None
    kept = re.sub(r"\D", "?", _EXPONENT.sub("", _MARKS.sub("", text)))
    return kept if re.search(r"\d", kept) else None


def _birth(part: str, today: date) -> date | None:
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
    order = pa.array([key[:LENGTH] for key in keys.keys(domain, formed).to_pylist()], _TEXT).dictionary_encode()
    rank = pc.rank(order.dictionary, tiebreaker="dense").to_numpy().astype(np.int64) - 1
    codes = rank[order.indices.to_numpy()][flat.indices.to_numpy()]
    row = pc.list_parent_indices(words).to_numpy()
    pairs = np.unique((row * (len(rank) + 1) + codes)[kept[flat.indices.to_numpy()]])
    return _lists(pairs // (len(rank) + 1), order.dictionary.sort().take(pa.array(pairs % (len(rank) + 1))), len(words))


def _lists(row: npt.NDArray[np.int64], values: pa.Array, size: int) -> pa.Array:
    """`size` lists of the values, given by ascending row; a gap where a row has none."""
    ends = np.searchsorted(row, np.arange(size), side="right")
    starts = np.concatenate([[0], ends])
    empty = np.append(starts[1:] == starts[:-1], False)
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32(), mask=empty), values)


def _part_keys(digits: pa.Array, keys: Keyring) -> pa.Array:
    """(rows) keys of the NIK_PARTS, '' for a part not wholly written; a gap where none is."""
    parts = [
        each(pc.utf8_slice_codeunits(digits, *bounds), partial(_part_key, place=place, keys=keys), _TEXT)
        for place, bounds in enumerate(NIK_PARTS)
    ]
    known = pc.or_kleene(pc.or_kleene(*(pc.not_equal(part, "") for part in parts[:2])), pc.not_equal(parts[2], ""))
    lists = pa.FixedSizeListArray.from_arrays(
        pc.fill_null(pa.chunked_array(parts), "").combine_chunks().take(_interleaved(len(digits))), len(NIK_PARTS)
    ).cast(TEXTS)
    return pc.if_else(pc.fill_null(known, False), lists, None)


def _interleaved(size: int) -> pa.Array:
    """Positions that turn the parts of all rows, part by part, into the parts row by row."""
    return pa.array(np.arange(size * len(NIK_PARTS)).reshape(len(NIK_PARTS), size).T.ravel())


def _part_key(part: str, place: int, keys: Keyring) -> str:
    return keys.key(f"nik-bagian-{place}", part)[:LENGTH] if re.fullmatch(r"\d{5}", part) else ""


def _day_keys(birth: date, keys: Keyring) -> list[str] | None:
    """Key of the day and month, and of the two exchanged."""
    if (birth.day, birth.month) == (1, 1):
        return None
    pairs = ((birth.day, birth.month), (birth.month, birth.day))
    return [keys.key("lahir-hari", f"{day}-{month}")[:LENGTH] for day, month in pairs]
