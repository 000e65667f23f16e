"""What a meeting decided: who does what by when, and by which indicator it is to be seen. Nothing is ever overwritten.

A decision names an office, never a person: texts with what looks like a NIK or a telephone number are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

import pandas as pd

from ipsm_analytics.cube.axes import ALL, slice_codes
from ipsm_analytics.errors import UserError
from ipsm_analytics.rakor.snapshot import JOURNAL as MEETINGS
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicators
from ipsm_analytics.reference.offices import offices
from ipsm_analytics.store import Entry, Store

JOURNAL = "keputusan"
ADD, EDIT, MOVE, WITHDRAW, RESTORE = "catat", "ubah", "keadaan", "tarik", "pulihkan"
ACTIONS = (ADD, EDIT, MOVE, WITHDRAW, RESTORE)
SHORTEST, LONGEST, LONGEST_EVIDENCE = 5, 300, 500
NO_INDICATOR = ""
Direction = Literal["naik", "turun"]
Chosen = Literal["terburuk", "lain"]
DIRECTIONS: tuple[Direction, ...] = ("turun", "naik")
CHOSEN: tuple[Chosen, ...] = ("terburuk", "lain")
_DAY = re.compile(r"(?<![\d.-])(?:[0-3]?\d[-/.][01]?\d[-/.](?:\d{4}|\d{2})|\d{4}-[01]\d-[0-3]\d)(?![\d]|[.-]\d)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.]\d{3})+")
_DIGITS = re.compile(r"\+?\d(?:[ .\-]?\d){8,}")
_PHONE = re.compile(r"(?:\+?62|0)[2-9]\d{7,12}")
_NIK_DIGITS = 16
_LEVEL_OF_ENGINE: Mapping[str, int] = {"spm": 2, "tersembunyi": 2, "terbit": 1}
"""How many levels of areas, the city first, the engines answer for that do not answer for all."""


class State(StrEnum):
    """How far a decision has come."""

    PLANNED = "direncanakan"
    UNDER_WAY = "berjalan"
    DONE = "selesai"
    DROPPED = "batal"


OPEN = (State.PLANNED, State.UNDER_WAY)


@dataclass(frozen=True)
class Draft:
    """What is decided, before it has a number.

    Attributes:
        snapshot: number of the snapshot it was made at.
        what: one sentence.
        office: code of `reference.offices`.
        indicator: code by which it is to be seen; NO_INDICATOR for none.
        direction: where the indicator should go.
        chosen: 'terburuk' where the area was chosen because its value was the worst, which alone lets it come back.
        evidence: what shows how far it has come.
    """

    snapshot: int
    what: str
    office: str
    due: date
    indicator: str = NO_INDICATOR
    area: str = areas.CITY
    slice: str = ALL
    direction: Direction = "turun"
    state: State = State.PLANNED
    evidence: str = ""
    chosen: Chosen = "lain"


FIELDS = tuple(field.name for field in fields(Draft))


@dataclass(frozen=True)
class Decision:
    """A kept decision, numbered from 1; one that is withdrawn is listed no more and can be brought back."""

    number: int
    draft: Draft
    withdrawn: bool = False

    @property
    def code(self) -> str:
        """'KP-7'."""
        return f"KP-{self.number}"

    def overdue(self, today: date) -> bool:
        """True where it should have been done by now and is neither done nor dropped."""
        return self.draft.state in OPEN and self.draft.due < today


@dataclass(frozen=True)
class Change:
    """One entry of the history: what was done, by whom, when (UTC), and each field that changed as (name, before, after)."""

    action: str
    user: str
    time: datetime
    changed: tuple[tuple[str, str, str], ...]


def add(store: Store, draft: Draft, user: str) -> Decision:
    """Keeps a decision. Raises UserError for what cannot be kept: see `checked`."""
    made: list[Decision] = []

    def decide(before: pd.DataFrame) -> Entry:
        made.append(Decision(int(before["number"].max()) + 1 if len(before) else 1, checked(store, draft)))
        return _entry(made[0], ADD)

    store.record(JOURNAL, user, decide)
    return made[0]


def edit(store: Store, number: int, draft: Draft, user: str) -> Decision:
    """Keeps another wording, due day, indicator … for a decision; raises UserError as `add` does."""
    return _changed(store, number, EDIT, user, lambda held: replace(held, draft=checked(store, draft)))


def move(store: Store, number: int, state: State, evidence: str, user: str) -> Decision:
    """Keeps how far a decision has come, and what shows it."""

    def alter(held: Decision) -> Decision:
        return replace(held, draft=checked(store, replace(held.draft, state=state, evidence=evidence)))

    return _changed(store, number, MOVE, user, alter)


def withdraw(store: Store, number: int, user: str) -> Decision:
    """Takes a decision off the list."""
    return _changed(store, number, WITHDRAW, user, lambda held: replace(held, withdrawn=True))


def restore(store: Store, number: int, user: str) -> Decision:
    """Brings a withdrawn decision back."""
    return _changed(store, number, RESTORE, user, lambda held: replace(held, withdrawn=False))


def decisions(store: Store, *, withdrawn: bool = False) -> list[Decision]:
    """All that are kept, by number; those withdrawn only when asked for."""
    held = _held(store.journal(JOURNAL)).values()
    return sorted((one for one in held if withdrawn or not one.withdrawn), key=lambda one: one.number)


def history(store: Store, number: int) -> list[Change]:
    """What was done about a decision, oldest first; raises UserError where there is none."""
    entries = store.journal(JOURNAL)
    rows = entries[entries["number"] == number].to_dict("records")
    if not rows:
        raise _unknown(number)
    states = [json.loads(row["content"]) for row in rows]
    before = [{}, *states[:-1]]
    return [
        Change(row["action"], row["user"], row["time"].to_pydatetime(), _difference(old, new))
        for row, old, new in zip(rows, before, states, strict=True)
    ]


def stamp(store: Store) -> tuple[int, int]:
    """How many entries decisions and meetings have: changes with every one, so it can be part of a cache key."""
    return len(store.journal(JOURNAL)), len(store.journal(MEETINGS))


def checked(store: Store, draft: Draft) -> Draft:
    """The draft with its texts trimmed. Raises UserError for a text too short, too long or with a person's number in it, an
    unknown office, meeting or choice, and an indicator that has no value for that area or slice.
    """
    tidy = replace(draft, what=_text(draft.what), evidence=_text(draft.evidence))
    _check_texts(tidy)
    _check_choices(store, tidy)
    if tidy.indicator != NO_INDICATOR:
        _check_indicator(indicators()[tidy.indicator], tidy)
    return tidy


def fits(item: Indicator, area: str) -> bool:
    """True where an indicator has values for areas of that level."""
    return areas.LEVELS.index(areas.level_of(area)) < _LEVEL_OF_ENGINE.get(item.engine, len(areas.LEVELS))


def names_a_number(text: str) -> bool:
    """True where a text holds what looks like a NIK or a telephone number; days and sums of money do not."""
    for found in _DIGITS.findall(_DAY.sub(";", text)):
        digits = re.sub(r"[ .\-]", "", found)
        if not _THOUSANDS.fullmatch(found) and (len(digits) >= _NIK_DIGITS or _PHONE.fullmatch(digits)):
            return True
    return False


def _text(text: str) -> str:
    return " ".join(text.split())


def _check_texts(draft: Draft) -> None:
    for name, text, least, most in (
        ("Isi keputusan", draft.what, SHORTEST, LONGEST),
        ("Bukti", draft.evidence, 0, LONGEST_EVIDENCE),
    ):
        if not least <= len(text) <= most:
            allowed = f"{least} sampai {most} huruf"
            raise UserError(f"{name} terlalu pendek atau terlalu panjang.", found=f"{len(text)} huruf", allowed=allowed)
        if names_a_number(text):
            raise UserError(
                f"{name} memuat angka seperti NIK atau nomor telepon.",
                allowed="kantor dan wilayah, tanpa data orang",
                action="hapus angkanya; keputusan tidak menyebut orang",
            )


def _check_choices(store: Store, draft: Draft) -> None:
    meetings = set(store.journal(MEETINGS)["number"])
    for problem, value, known in (
        ("Bekuan rakor tidak ada.", draft.snapshot, meetings),
        ("Kantor tidak dikenal.", draft.office, offices()),
        ("Indikator tidak dikenal.", draft.indicator, {NO_INDICATOR, *indicators()}),
        ("Wilayah tidak dikenal.", draft.area, areas.all_codes()),
        ("Kelompok atau kategori tidak dikenal.", draft.slice, slice_codes()),
        ("Arah tidak dikenal.", draft.direction, DIRECTIONS),
        ("Alasan memilih wilayah tidak dikenal.", draft.chosen, CHOSEN),
    ):
        if value not in known:
            raise UserError(problem, found=str(value), action="pilih dari daftar")


def _check_indicator(item: Indicator, draft: Draft) -> None:
    if not fits(item, draft.area):
        allowed = ", ".join(areas.LEVELS[: _LEVEL_OF_ENGINE[item.engine]])
        raise UserError(f"{item.id} ({item.title}) tidak ada untuk wilayah ini.", found=areas.label(draft.area), allowed=allowed)
    if draft.slice != ALL and "kelompok" not in item.splits:
        raise UserError(
            f"{item.id} ({item.title}) tidak dapat dipilah menurut kelompok.",
            found=draft.slice,
            action="pilih semua kelompok, atau indikator lain",
        )


def _changed(store: Store, number: int, action: str, user: str, alter: Callable[[Decision], Decision]) -> Decision:
    made: list[Decision] = []

    def decide(before: pd.DataFrame) -> Entry:
        held = _held(before)
        if number not in held:
            raise _unknown(number)
        made.append(alter(held[number]))
        return _entry(made[0], action)

    store.record(JOURNAL, user, decide)
    return made[0]


def _unknown(number: int) -> UserError:
    return UserError("Keputusan tidak ada.", found=f"KP-{number}", action="muat ulang daftarnya")


def _held(journal: pd.DataFrame) -> dict[int, Decision]:
    """The last state of each, by number."""
    return {
        int(number): _read(int(number), json.loads(content))
        for number, content in zip(journal["number"], journal["content"], strict=True)
    }


def _entry(decision: Decision, action: str) -> Entry:
    content = asdict(decision.draft) | {"due": decision.draft.due.isoformat(), "withdrawn": decision.withdrawn}
    return Entry(decision.number, action, json.dumps(content, ensure_ascii=False))


def _read(number: int, content: Mapping[str, Any]) -> Decision:
    held = {name: content[name] for name in FIELDS}
    draft = Draft(**{**held, "due": date.fromisoformat(held["due"]), "state": State(held["state"])})
    return Decision(number, draft, content["withdrawn"])


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Fields that differ, in order; nothing of the first entry, which is all new."""
    names: Sequence[str] = FIELDS if old else ()
    return tuple((name, str(old[name]), str(new[name])) for name in names if old[name] != new[name])
