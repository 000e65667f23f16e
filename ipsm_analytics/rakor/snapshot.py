"""What is frozen for a meeting: a data version, a period, a scope and every setting a number depends on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window, month_label
from ipsm_analytics.cube.axes import ALL, slice_codes
from ipsm_analytics.errors import UserError
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.reference import areas, population
from ipsm_analytics.store import Entry, Store

JOURNAL = "rakor"
FREEZE, PLAN, WITHDRAW, RESTORE = "siapkan", "susun", "tarik", "pulihkan"
"""Actions of the journal."""
FROZEN_SETTINGS = ("small_cell", "settle_days", "report_due_day", "poor_decile")
LONGEST_NAME = 80
LIVE = 0
"""Number of what was not frozen: the newest data as they stand."""


@dataclass(frozen=True)
class Plan:
    """How the meeting is led through the items of its agenda.

    Attributes:
        order: keys of the items as they follow each other; items it does not name come after, in their usual order.
        hidden: keys of the items left out.
        notes: what the presenter wrote, by key of the item.
    """

    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def arranged(self, keys: Sequence[str]) -> tuple[str, ...]:
        """The items that are shown, in their order."""
        named = [key for key in self.order if key in keys]
        return tuple(key for key in [*named, *(key for key in keys if key not in named)] if key not in self.hidden)


@dataclass(frozen=True)
class Snapshot:
    """One frozen state, numbered from 1; LIVE is the newest data unfrozen.

    Attributes:
        day: day of the meeting.
        version: data version.
        today: the day by which it is judged what is due.
        limits: FROZEN_SETTINGS of Settings as they were.
        people: residents by kelurahan.
        edition: program that froze it.
        previous: number of the snapshot it is compared with; None where there is none.
        withdrawn: it is listed no more; it can be brought back.
    """

    number: int
    name: str
    day: date
    version: int
    window: Window
    today: date
    limits: Mapping[str, int]
    people: Mapping[str, int]
    edition: str
    area: str = areas.CITY
    slice: str = ALL
    previous: int | None = None
    plan: Plan = field(default_factory=Plan)
    withdrawn: bool = False

    @property
    def code(self) -> str:
        """'RK-3' as it stands on slides; the data version where nothing was frozen."""
        return f"RK-{self.number}" if self.number != LIVE else f"v{self.version}"


@dataclass(frozen=True)
class Wish:
    """What to freeze: name and day of the meeting, scope, and the snapshot to compare with.

    `version`: an older data version, judged by the day of the meeting where that has passed; None for the newest, judged today.
    """

    name: str
    day: date
    window: Window
    area: str = areas.CITY
    slice: str = ALL
    previous: int | None = None
    version: int | None = None


def live(store: Store, config: Settings, window: Window, area: str = areas.CITY, slice_code: str = ALL) -> Snapshot:
    """The newest data as a snapshot that is not kept, compared with the newest one that is."""
    held = snapshots(store)
    wish = Wish("", config.today, window, area, slice_code, last_before(held, config.today))
    return _frozen(wish, LIVE, store.latest_number(), config)


def freeze(store: Store, config: Settings, wish: Wish, user: str) -> Snapshot:
    """Keeps a data version under a name. Raises UserError for a bad name, an empty store, no such version or comparison."""
    _check(wish)
    version = store.latest_number() if wish.version is None else store.version(wish.version).number
    if not version:
        raise UserError("Belum ada data untuk dibekukan.", action="masukkan berkas lebih dahulu lewat halaman Unggah")
    made: list[Snapshot] = []

    def decide(before: pd.DataFrame) -> Entry:
        held = _held(before)
        _check_among(wish, held)
        made.append(_frozen(wish, len(held) + 1, version, config))
        return _entry(made[0], FREEZE)

    store.record(JOURNAL, user, decide)
    return made[0]


def snapshots(store: Store, *, withdrawn: bool = False) -> list[Snapshot]:
    """All that were kept, the oldest meeting first; those withdrawn only when asked for."""
    held = _held(store.journal(JOURNAL)).values()
    return sorted((one for one in held if withdrawn or not one.withdrawn), key=lambda one: (one.day, one.number))


def last_before(held: Sequence[Snapshot], day: date) -> int | None:
    """Number of the meeting before a day, among those held in order; None where there is none."""
    return next((one.number for one in reversed(held) if one.day <= day), None)


def snapshot(store: Store, name: str) -> Snapshot:
    """By name or code; raises UserError naming those there are."""
    held = snapshots(store)
    found = next((one for one in held if name.strip().casefold() in (one.name.casefold(), one.code.casefold())), None)
    if found is None:
        raise UserError(
            "Bekuan rakor tidak ada.",
            found=name,
            allowed=", ".join(f"{one.code} ({one.name})" for one in held[-10:]) or "belum ada satu pun",
            action="pilih dari daftar pada halaman Rakor, atau siapkan rakor baru",
        )
    return found


def numbered(store: Store, number: int) -> Snapshot:
    """By number, withdrawn ones too; raises UserError where there is none."""
    held = _held(store.journal(JOURNAL))
    if number not in held:
        raise UserError("Bekuan rakor tidak ada.", found=f"RK-{number}", action="periksa nomornya")
    return held[number]


def arrange(store: Store, number: int, plan: Plan, user: str) -> Snapshot:
    """Keeps another plan for a snapshot; its figures stay as they are."""
    return _changed(store, number, PLAN, user, lambda held: replace(held, plan=plan))


def withdraw(store: Store, number: int, user: str) -> Snapshot:
    """Takes a snapshot off the lists."""
    return _changed(store, number, WITHDRAW, user, lambda held: replace(held, withdrawn=True))


def restore(store: Store, number: int, user: str) -> Snapshot:
    """Brings a withdrawn snapshot back."""
    return _changed(store, number, RESTORE, user, lambda held: replace(held, withdrawn=False))


def facts_of(store: Store, frozen: Snapshot, config: Settings) -> Facts:
    """The counts exactly as they were: the same rows, day, limits and residents, whatever was imported since."""
    return load(store, store.version(frozen.version), settings_of(frozen, config), frozen.people)


def settings_of(frozen: Snapshot, config: Settings) -> Settings:
    """Settings with the frozen day and limits."""
    limits: dict[str, Any] = dict(frozen.limits)
    return replace(config, today=frozen.today, **limits)


def _frozen(wish: Wish, number: int, version: int, config: Settings) -> Snapshot:
    return Snapshot(
        number=number,
        name=wish.name.strip(),
        day=wish.day,
        version=version,
        window=wish.window,
        today=config.today if wish.version is None else min(wish.day, config.today),
        limits={name: getattr(config, name) for name in FROZEN_SETTINGS},
        people=population.by_kelurahan(),
        edition=edition(),
        area=wish.area,
        slice=wish.slice,
        previous=wish.previous,
    )


def _check(wish: Wish) -> None:
    name = wish.name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise UserError(
            "Nama rakor tidak dapat dipakai.",
            found=f"'{name[:LONGEST_NAME]}', {len(name)} huruf",
            allowed=f"1 sampai {LONGEST_NAME} huruf dalam satu baris",
            action="beri nama, misalnya 'Rakor November 2026'",
        )
    if wish.area not in areas.all_codes() or wish.slice not in slice_codes() or wish.window.length < 1:
        found = f"{wish.area}, {wish.slice}, {' sampai '.join(map(month_label, wish.window))}"
        raise UserError("Lingkup rakor tidak dikenal.", found=found, action="pilih wilayah, kelompok, dan periode dari daftar")


def _check_among(wish: Wish, held: Mapping[int, Snapshot]) -> None:
    if twin := next((one for one in held.values() if one.name.casefold() == wish.name.strip().casefold()), None):
        found = f"{twin.code} ({twin.name})"
        raise UserError("Nama rakor sudah dipakai.", found=found, action="beri nama lain, misalnya dengan tanggalnya")
    if wish.previous is not None and wish.previous not in held:
        allowed = ", ".join(one.code for one in held.values()) or "belum ada satu pun"
        raise UserError("Rakor pembanding tidak ada.", found=f"RK-{wish.previous}", allowed=allowed, action="pilih dari daftar")


def _changed(store: Store, number: int, action: str, user: str, alter: Callable[[Snapshot], Snapshot]) -> Snapshot:
    made: list[Snapshot] = []

    def decide(before: pd.DataFrame) -> Entry:
        held = _held(before)
        if number not in held:
            raise UserError("Bekuan rakor tidak ada.", found=f"RK-{number}", action="muat ulang daftarnya")
        made.append(alter(held[number]))
        return _entry(made[0], action)

    store.record(JOURNAL, user, decide)
    return made[0]


def _held(journal: pd.DataFrame) -> dict[int, Snapshot]:
    """The last state of each, by number."""
    return {
        int(number): _read(int(number), json.loads(content))
        for number, content in zip(journal["number"], journal["content"], strict=True)
    }


def _entry(frozen: Snapshot, action: str) -> Entry:
    content = asdict(frozen) | {"window": list(map(month_label, frozen.window))}
    content |= {"day": frozen.day.isoformat(), "today": frozen.today.isoformat()}
    del content["number"]
    return Entry(frozen.number, action, json.dumps(content, ensure_ascii=False))


def _read(number: int, content: Mapping[str, Any]) -> Snapshot:
    plan = content["plan"]
    first, last = map(Month.parse, content["window"])
    parts = {
        "window": Window(first, last),
        "day": date.fromisoformat(content["day"]),
        "today": date.fromisoformat(content["today"]),
        "plan": Plan(tuple(plan["order"]), tuple(plan["hidden"]), plan["notes"]),
    }
    return Snapshot(number=number, **{**content, **parts})
