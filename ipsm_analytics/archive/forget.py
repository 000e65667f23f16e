"""Forgetting a person: as if his rows had never come in, in every version there ever was, and a proof that names nobody.

The right to have personal data erased: UU 27/2022 on Personal Data Protection, articles 8 and 43. The store is written
anew without his rows, searched for his keys, and put in place of the old one by a rename.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import swap
from ipsm_analytics.archive.manifest import digest
from ipsm_analytics.archive.progress import Step, quiet
from ipsm_analytics.archive.rewrite import rewritten
from ipsm_analytics.archive.scan import occurrences
from ipsm_analytics.archive.traces import HELD, QUARANTINE, Traces, aliases, by_version, masked, traces
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.history import FORGET
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.normalise import parse_nik
from ipsm_analytics.intake.person import key_of_nik
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Store


@dataclass(frozen=True)
class Forgetting:
    """What forgetting a person does, or did: numbers only.

    Attributes:
        persons: person_keys that go: one, and those declared the same person.
        versions: data version -> table -> rows that go from it.
        files: table -> rows that go from all its files; a row that many versions hold may stand in several.
        texts: cells of ledger and journals in which his NIK or key became stars.
        moved: his cases, entries and proposals that stand under another person in some version and stay there.
        before, after: SHA-256 of the store without and with the change, the record of it aside; '' while nothing was done.
        hits: how often his keys were found in the files afterwards; always 0, or nothing was changed.
        version: the data version that records it; 0 while nothing was done.
    """

    persons: int
    versions: Mapping[int, Mapping[str, int]]
    files: Mapping[str, int] = field(default_factory=dict)
    texts: int = 0
    moved: int = 0
    before: str = ""
    after: str = ""
    hits: int = 0
    version: int = 0

    def text(self) -> str:
        """As JSON, for who asked to be forgotten: no datum of anybody in it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


@dataclass
class _Without:
    """The change of every row, and what it met."""

    found: Traces
    files: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    moved: set[str] = field(default_factory=set)

    def __call__(self, name: str, rows: pa.Table) -> pa.Table:
        """Rows of a table without his; of ledger and journals with stars in his place."""
        if name in HELD:
            return self._without(name, rows)
        return self._masked(rows) if name not in TABLES else rows

    def _without(self, name: str, rows: pa.Table) -> pa.Table:
        kept = self.found.kept(name, rows)
        ids = rows[TABLES[name][1]].filter(kept)
        self.moved |= set(ids.filter(pc.is_in(ids, pa.array(sorted(self.found.ids[name]), pa.string()))).to_pylist())
        self.files[name] += len(rows) - len(ids)
        return rows if len(ids) == len(rows) else rows.filter(kept)

    def _masked(self, rows: pa.Table) -> pa.Table:
        for place, column in enumerate(rows.schema):
            if pa.types.is_string(column.type):
                texts = rows[place].to_pylist()
                clean = [text and masked(self.found, text) for text in texts]
                changed = sum(old != new for old, new in zip(texts, clean, strict=True))
                self.texts += changed
                rows = rows.set_column(place, column, pa.array(clean, pa.string())) if changed else rows
        return rows


def key_of(nik: str, settings: Settings) -> str:
    """The person_key of a NIK; raises UserError when it is none, without quoting it."""
    number = parse_nik(nik).value
    if number is None:
        raise UserError("NIK tidak terbaca.", found=f"{len(nik.strip())} karakter", allowed="16 angka", action="ulangi")
    return key_of_nik(number, keyring(settings))


def preview(settings: Settings, key: str, nik: str | None = None, *, alone: bool = False) -> Forgetting:
    """What `forget` would do; nothing is written. Raises UserError where it would."""
    store = Store(settings)
    found = _found(store, _opened(store, settings), key, nik, alone=alone)
    return Forgetting(len(found.keys), by_version(store, found))


def forget(settings: Settings, key: str, nik: str | None = None, step: Step = quiet, *, alone: bool = False) -> Forgetting:
    """Takes a person's rows out of every table and version, and records in a new one how many went, without saying whose.

    Persons declared the same go with him, unless he is to go `alone`. Refused rows go where they quote his NIK. Nothing is
    changed unless the new store holds none of his keys anywhere; whatever dies before that leaves everything as it was,
    whatever dies after is finished by the next command. Raises UserError when nobody has that key, when the store is of
    another key, when a history is not whole, and when there is no room.
    """
    store = Store(settings)
    with store.locked():
        keys = _opened(store, settings)
        found = _found(store, keys, key, nik, alone=alone)
        planned = Forgetting(len(found.keys), by_version(store, found), before=digest(store.path))
        store.require_room(1.5 * sum(path.stat().st_size for path in store.path.rglob("*.parquet")))
        draft, change = swap.begin(store.path), _Without(found)
        try:
            rewritten(store.path, draft, change, step, lambda text: masked(found, text))
            moved = change.moved
            done = replace(planned, files=dict(change.files), texts=change.texts, moved=len(moved), after=digest(draft))
            _require_gone(draft, found, moved)
            done = _recorded(settings, draft, keys, done)
        except BaseException:
            swap.discard(store.path)
            raise
        swap.commit(store.path)
    return done


def _opened(store: Store, settings: Settings) -> Keyring:
    if not store.latest_number():
        raise _nobody()
    keys = keyring(settings)
    store.opened_with(keys.fingerprint)
    return keys


def _found(store: Store, ring: Keyring, key: str, nik: str | None, *, alone: bool) -> Traces:
    number = parse_nik(nik).value if nik else None
    found = traces(store, frozenset({key}) if alone else aliases(store, key), number, ring)
    if not any(found.ids.values()):
        raise _nobody()
    return found


def _nobody() -> UserError:
    return UserError(
        "Orang ini tidak ada di penyimpanan; tidak ada yang dihapus.",
        allowed="NIK atau kunci orang yang ada pada kasus, register, bansos, atau karantina",
        action="periksa nomornya; orang yang tercatat tanpa NIK punya kunci lain (perintah link pairs)",
    )


def _require_gone(draft: Path, found: Traces, moved: set[str]) -> None:
    """His keys, NIK and the keys of his rows are nowhere, but for rows that stand under another person."""
    ids = {one.partition("-")[0] for rows in found.ids.values() for one in rows - moved}
    still = {one.partition("-")[0] for one in moved}
    if hits := occurrences(draft, found.keys | found.numbers | (ids - still)):
        raise InternalError(f"{hits} traces are left")


def _recorded(settings: Settings, draft: Path, keys: Keyring, done: Forgetting) -> Forgetting:
    """The ledger row of the new store that says how many rows went from which version."""
    inner = Store(replace(settings, store=draft))
    newest = done.versions.get(inner.latest_number(), {})
    refused = newest.get(QUARANTINE, 0)
    numbers = {"rows_read": 0, "accepted": refused - sum(newest.values()), "updated": 0, "duplicates": 0, "quarantined": -refused}
    with inner.transaction(keys.fingerprint) as work:
        done = replace(done, version=work.base.number + 1)
        texts = {"import_id": "", "file": "", "kind": "", "sha256": done.after, "reasons": done.text()}
        work.commit({"action": FORGET, **numbers, **texts, "sample": False})
    return done


def forgotten(store: Store) -> list[Forgetting]:
    """Every forgetting that the ledger records, oldest first."""
    ledger = store.ledger()
    return [_read(json.loads(text)) for text in ledger.loc[ledger["action"] == FORGET, "reasons"]]


def losses(store: Store, number: int) -> dict[str, int]:
    """Table -> rows that a data version had once and that were forgotten since: why a figure of that day is another now."""
    return dict(sum((Counter(one.versions.get(number, {})) for one in forgotten(store)), Counter[str]()))


def _read(said: dict[str, Any]) -> Forgetting:
    versions = {int(number): dict(tables) for number, tables in said["versions"].items()}
    return Forgetting(**said | {"versions": versions})
