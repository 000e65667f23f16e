"""How the same person comes to be written differently: spellings, short forms, slips, mistyped NIK and birth dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np

from ipsm_analytics.sample import errors, stated
from ipsm_analytics.sample.caseload import Caseload
from ipsm_analytics.sample.draws import Bools, Ints, Objects, below, happens, objects, pick, stream, whole

SERIAL = 12
"""A mistyped NIK stays a NIK of the same birth and place: only its serial is wrong."""
LATEST_BIRTH_YEAR = 2020
"""Younger births are left alone: changed, they could lie in the future."""
Slip = Callable[[Any, int], object]


def varied(load: Caseload, cells: Mapping[str, Objects], seed: int) -> dict[str, Objects]:
    """The identity cells (nik, nama, tgl_lahir, others) of N cases with the stated shares written differently.

    Birth dates vary only where no NIK can be read, so that none contradicts the NIK beside it.
    """
    source = stream(seed, "ejaan orang")
    holders = load.people.has_nik[load.person]
    good, readable = holders & (load.error == 0), holders & errors.usable_nik(load.error)
    return dict(cells) | {
        "nama": _changed(source, cells["nama"], "nama", NAMES),
        "nik": _mistyped(source, cells["nik"], good),
        "tgl_lahir": np.where(readable, cells["tgl_lahir"], _changed(source, cells["tgl_lahir"], "lahir", BIRTHS)),
    }


def stated_days(before: Objects, after: Objects, days: Ints) -> Ints:
    """The days (numbers) that birth date cells state once some of them are written differently."""
    result = days.copy()
    for row in np.flatnonzero(before != after):
        result[row] = np.datetime64(_day(after[row]), "D").astype(np.int64)
    return result


def mistyped(load: Caseload, niks: Objects) -> Bools:
    """(cases) True where a NIK without a marked error is not the person's."""
    right = niks == load.people.nik[load.person]
    return np.asarray(~right & (load.error == 0), dtype=np.bool_)


def _changed(source: np.random.Generator, cells: Objects, name: str, slips: Mapping[str, Slip]) -> Objects:
    weights = stated.table("ejaan_orang", name)
    kind = pick(source, whole(weights[one] for one in slips), len(cells))
    turn = below(source, np.full(len(cells), 840))
    result = cells.copy()
    for row in np.flatnonzero(happens(source, stated.number("ejaan_orang", f"bagian_{name}"), len(cells)) & (cells != "")):
        result[row] = tuple(slips.values())[kind[row]](cells[row], int(turn[row]))
    return result


def _mistyped(source: np.random.Generator, niks: Objects, good: Bools) -> Objects:
    turn: Ints = below(source, np.full(len(niks), 840))
    result = niks.copy()
    for row in np.flatnonzero(happens(source, stated.number("ejaan_orang", "bagian_nik"), len(niks)) & good):
        spot = SERIAL + 1 + int(turn[row]) % 2
        digit = str((int(niks[row][spot]) + 1 + int(turn[row]) % 9) % 10)
        result[row] = niks[row][:spot] + digit + niks[row][spot + 1 :]
    return objects(list(result))


def _short(name: str, _turn: int) -> str:
    words = stated.words("ejaan_orang", "singkatan")
    for word, other in words.items():
        if re.search(rf"(?<![^ ]){re.escape(word)}(?![^ ])", name):
            return re.sub(rf"(?<![^ ]){re.escape(word)}(?![^ ])", other, name, count=1)
    return name.upper()


def _spelt(name: str, turn: int) -> str:
    rules = [rule.split(">") for rule in stated.texts("ejaan_orang", "bunyi")]
    able = [(old, new) for old, new in rules if old in name]
    if not able:
        return name.upper()
    old, new = able[turn % len(able)]
    return name.replace(old, new, 1)


def _slipped(name: str, turn: int) -> str:
    """A letter inside the longest word is left out, or changes place with the one before."""
    word = max(name.split(), key=len)
    spot = 2 + turn % max(1, len(word) - 3)
    wrong = (
        word[:spot] + word[spot + 1 :]
        if turn % 2
        else word[: spot - 1] + word[spot : spot + 1] + word[spot - 1] + word[spot + 1 :]
    )
    return name.replace(word, wrong, 1)


def _shortened(name: str, _turn: int) -> str:
    """The middle part of three is left out, or the last of two changes place with the first."""
    words = name.replace("Dg. ", "Dg._").split()
    kept = [words[0], words[-1]] if len(words) > 2 else words[::-1]
    return " ".join(kept).replace("_", " ")


NAMES: Mapping[str, Slip] = {"ejaan": _spelt, "singkatan": _short, "salah_huruf": _slipped, "urutan": _shortened}


def _day(cell: str | date) -> date:
    return cell if isinstance(cell, date) else date(*(int(part) for part in reversed(cell.split("/"))))


def _with_day(change: Callable[[date, int], date]) -> Slip:
    """The change applied to a written day, a date or dd/mm/yyyy, in the same form."""

    def slip(cell: str | date, turn: int) -> str | date:
        day = _day(cell)
        other = change(day, turn) if day.year <= LATEST_BIRTH_YEAR else day
        return other if isinstance(cell, date) else f"{other:%d/%m/%Y}"

    return slip


BIRTHS: Mapping[str, Slip] = {
    "awal_tahun": _with_day(lambda day, turn: date(day.year, 1, 1)),
    "tertukar": _with_day(lambda day, turn: date(day.year, day.day, day.month) if day.day <= 12 else day),
    "tahun": _with_day(lambda day, turn: date(day.year - 1 - turn % 2, day.month, min(day.day, 28))),
    "hari": _with_day(lambda day, turn: date(day.year, day.month, 1 + (day.day + turn % 9) % 28)),
}
