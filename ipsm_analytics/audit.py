"""The audit trail: who signed in, looked at rows, took files along or changed what, when, and on which data.

A journal of the store that is only appended to and belongs to no data version. Each entry carries a digest of itself and
of the digest before it (a hash chain: Haber & Stornetta 1991, J. Cryptology 3), so that a changed, lost or moved entry is
found. The newest digest also stands in a small file beside the store, so that lost last entries are found too. What the
ledger and the journals of the meetings already hold is not written twice: `events` puts all of them side by side.

Nothing of a person who is reported on is kept: the writer takes only codes of known patterns.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ipsm_analytics.config import ROOT, TIMEZONE
from ipsm_analytics.errors import InternalError
from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.schema import AUDIT, MEETINGS
from ipsm_analytics.store import Kept, Store

Origin = Literal["dasbor", "cli"]
ACTIONS = ("masuk", "keluar", "ditolak", "lihat", "ekspor", "akses", "cadangan", "pulih")
"""Sign-in and -out, refusal, view of rows, export, access list, backup, restore; turned keys and erasures are in the ledger."""
ACTORS = ("", "publik", "pimpinan", "korcam", "operator", "auditor")
"""Roles of who did it; '' where nobody was known."""
ORIGINS: tuple[Origin, ...] = ("dasbor", "cli")
PURPOSES = ("", "layar", "ekspor")
REASONS = (
    "halaman",
    "tulis",
    "unduh",
    "tanpa_masuk",
    "belum_masuk",
    "berakhir",
    "tidak_terdaftar",
    "surel_belum_sah",
    "peran_berbeda",
    "rusak",
)
"""Why somebody was refused: a page, a change, a file; or why he has no role."""
COLUMNS = ("time", "source", "number", "action", "user", "role", "subject", "filters", "version", "purpose", "origin")
"""Of `events`. source: the journal an entry stands in; filters: 'wilayah=73.71.01;dari=2026-01'; version: 0 for none."""
START = "0" * 64
LONGEST_USER = 120
_LEDGER = "impor"
_WRITTEN = ("role", "subject", "filters", "version", "purpose", "origin")
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_USER = re.compile(r"[\w .,@+:|/\\'-]*")
_MEETING, _DIGEST, _IMPORT = (
    r"RK-\d{1,6}",
    r"(?:[0-9a-f]{12}|[0-9a-f]{64})",
    rf"[0-9a-f]{{16}}-(?:{'|'.join(item.kind for item in FORMATS)})",
)
_SUBJECTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "berkas": r"(?!.*\d{9})[a-z][a-z0-9_-]{0,20}(?:[._-][A-Za-z0-9]{1,40}){0,8}\.(?:csv|json|xlsx|pptx|pdf|zip|svg|png)",
        "impor": _IMPORT,
        "versi": r"v\d{1,7}",
        "rakor": _MEETING,
        "keputusan": r"KP-\d{1,6}",
        "pasangan": r"[0-9a-f]{12}",
        "akses": _DIGEST,
        "cadangan": _DIGEST,
        "kunci": _DIGEST,
        "permohonan": r"[A-Z]{2}-\d{1,8}",
    }.items()
}
"""What an entry may be about, beside a page of the dashboard: kind -> pattern of its code."""
KINDS = tuple(_SUBJECTS)
_FILTERS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "dari": r"\d{4}-\d{2}",
        "sampai": r"\d{4}-\d{2}",
        "bekuan": _MEETING,
        "impor": _IMPORT,
        "baris": r"\d{1,7}",
        "tingkat": r"kecamatan|kelurahan",
        "sebab": "|".join(REASONS),
    }.items()
}


@dataclass(frozen=True)
class Event:
    """One thing done.

    Attributes:
        user: name of the viewer or account; see `named`.
        subject: 'halaman:padanan', 'berkas:ipsm_tren.csv', …, or '' for none: a kind of _SUBJECTS with its code.
        filters: (name, code) as the address has them.
        version: data version; 0 for none.
    """

    action: str
    user: str
    role: str = ""
    subject: str = ""
    origin: Origin = "dasbor"
    version: int = 0
    filters: tuple[tuple[str, str], ...] = ()
    purpose: str = ""


class Fault(StrEnum):
    """How a chain is broken."""

    LOST = "hilang"
    CHANGED = "berubah"
    FORKED = "ganda"


@dataclass(frozen=True)
class Chain:
    """What `verify` found.

    Attributes:
        entries: how many there are.
        broken_at: first number that does not hold; None where all do.
        head: digest of the last entry.
        witnessed: whether the file beside the store, which tells of lost last entries, is there.
    """

    entries: int
    head: str
    witnessed: bool
    broken_at: int | None = None
    fault: Fault | None = None


def note(store: Store, event: Event) -> Kept:
    """Appends one entry, about 25 ms; several processes may do so at once.

    Raises InternalError for anything but codes of the known patterns, and UserError where the store cannot be written.
    """
    _check(event)
    with store.extending(AUDIT) as journal:
        last, seen = journal.last(), _witness(store)
        number, digest = (last.number, _digest_in(last.content)) if last else (0, START)
        if seen and seen[0] > number:
            number, digest = seen
        now = datetime.now(UTC)
        time = max(now, last.time + timedelta(microseconds=1)) if last else now
        entry = _sealed(digest, Kept(number + 1, event.action, _text(_content(event)), event.user, time))
        journal.add(entry)
        _testify(store, entry)
    return entry


def note_access(store: Store, content: bytes, user: str, origin: Origin = "dasbor") -> bool:
    """Notes that the access list is another than the last one noted; returns whether it is. Raises as `note` does."""
    digest = f"akses:{hashlib.sha256(content).hexdigest()}"
    rows = store.journal(AUDIT)
    known = rows.loc[rows["action"] == "akses", "content"]
    if len(known) and json.loads(known.iloc[-1])["subject"] == digest:
        return False
    note(store, Event("akses", user, subject=digest, origin=origin))
    return True


def named(user: str) -> str:
    """A name as the trail takes it: other signs become '_', sixteen digits in a row stars."""
    text = "".join(sign if _USER.fullmatch(sign) else "_" for sign in user[:LONGEST_USER])
    return _NIK.sub("*" * 16, text)


def fits(subject: str) -> bool:
    """Whether the trail takes a subject: '' for none, a page there is, or a kind of KINDS with a code of its pattern."""
    kind, _, code = subject.partition(":")
    if kind == "halaman":
        return code in pages()
    return not subject or (kind in _SUBJECTS and bool(_SUBJECTS[kind].fullmatch(code)))


def verify(store: Store, *kept: tuple[int, str]) -> Chain:
    """Goes through the whole chain, about 30 µs an entry.

    Args:
        kept: number and digest, or its first signs, of last entries that were written down elsewhere.
    """
    rows, seen, digest = store.journal(AUDIT).sort_values("number", kind="stable"), _witness(store), START
    witnesses = [*kept, *([seen] if seen else [])]
    for number, row in enumerate(_records(rows), start=1):
        entry = Kept(**row | {"time": row["time"].to_pydatetime()})
        fault = _fault(number, digest, entry)
        digest = _digest_in(entry.content)
        if fault is None and not all(digest.startswith(told) for place, told in witnesses if place == number):
            fault = Fault.CHANGED
        if fault:
            return Chain(len(rows), digest, bool(seen), number, fault)
    if any(place > len(rows) for place, _ in witnesses):
        return Chain(len(rows), digest, bool(seen), len(rows) + 1, Fault.LOST)
    return Chain(len(rows), digest, bool(seen))


def _fault(number: int, before: str, entry: Kept) -> Fault | None:
    """What is wrong with the entry that should have this number and follow this digest."""
    if entry.number != number:
        return Fault.LOST if entry.number > number else Fault.FORKED
    try:
        content = json.loads(entry.content)
        del content["digest"]
        whole = _sealed(before, entry._replace(content=_text(content))) == entry
    except (ValueError, KeyError, TypeError):
        whole = False
    return None if whole else Fault.CHANGED


def _sealed(before: str, entry: Kept) -> Kept:
    """The entry with its digest: of the digest before it and of every field, the time to the microsecond."""
    parts = (before, entry.number, entry.action, entry.content, entry.user, entry.time.astimezone(UTC).isoformat())
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    return entry._replace(content=f'{{"digest": "{digest}", {entry.content[1:]}')


def _digest_in(content: str) -> str:
    try:
        return str(json.loads(content)["digest"])
    except (ValueError, KeyError, TypeError):
        return START


def _content(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _WRITTEN} | {"filters": _joined(event.filters)}


def _joined(filters: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{name}={code}" for name, code in filters)


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _witness_file(store: Store) -> Path:
    return store.path.with_name(store.path.name + ".jejak")


def _witness(store: Store) -> tuple[int, str] | None:
    """Number and digest of the newest entry as the file beside the store has them; None where it is missing or unreadable."""
    try:
        number, digest = _witness_file(store).read_text(encoding="ascii").split()
        return int(number), digest
    except (OSError, ValueError):
        return None


def _testify(store: Store, entry: Kept) -> None:
    part = _witness_file(store).with_suffix(".jejak.part")
    part.write_text(f"{entry.number} {_digest_in(entry.content)}\n", encoding="ascii")
    part.replace(_witness_file(store))


def _check(event: Event) -> None:
    """Raises InternalError, which never quotes what was refused, for an event that holds anything but codes."""
    sound = {
        "action": event.action in ACTIONS,
        "user": len(event.user) <= LONGEST_USER and event.user == named(event.user),
        "role": event.role in ACTORS,
        "subject": fits(event.subject),
        "origin": event.origin in ORIGINS,
        "version": event.version >= 0,
        "filters": all(_is_filter(name, code) for name, code in event.filters),
        "purpose": event.purpose in PURPOSES,
    }
    if wrong := [name for name, fits in sound.items() if not fits]:
        raise InternalError(f"no code the audit trail knows: {', '.join(wrong)}")


def _is_filter(name: str, code: str) -> bool:
    if name == "wilayah":
        return code in areas.all_codes()
    if name == "kelompok":
        return code in _slices()
    return name in _FILTERS and bool(_FILTERS[name].fullmatch(code))


@lru_cache(maxsize=1)
def pages() -> frozenset[str]:
    """Keys of the pages of the dashboard."""
    return frozenset(path.stem for path in (ROOT / "pages").glob("*.py"))


@lru_cache(maxsize=1)
def _slices() -> frozenset[str]:
    return frozenset({"SEMUA", *categories.GROUPS, *categories.categories()})


def events(store: Store, first: date | None = None, last: date | None = None, action: str = "", user: str = "") -> pd.DataFrame:
    """What was done, the newest first, columns COLUMNS: the trail itself beside the ledger and the journals of the meetings.

    Args:
        first, last: days in Makassar, both included.
        action: '<action>' or '<source>.<action>', or '' for all.
        user: exactly as it was noted, or '' for all.
    """
    rows = [*_of_trail(store), *_of_ledger(store), *(row for name in MEETINGS for row in _of_meetings(store, name))]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    days = frame["time"].dt.tz_convert(TIMEZONE).dt.date
    wanted = pd.Series(data=True, index=frame.index)
    wanted &= (days >= first) if first else True
    wanted &= (days <= last) if last else True
    wanted &= ((frame["action"] == action) | (frame["source"] + "." + frame["action"] == action)) if action else True
    wanted &= (frame["user"] == user) if user else True
    return frame[wanted].sort_values(["time", "source", "number"], ascending=False, ignore_index=True)


def _of_trail(store: Store) -> Iterator[dict[str, Any]]:
    """What an entry that was tampered with no longer says is left open; `verify` tells of it."""
    for row in _records(store.journal(AUDIT)):
        try:
            content = dict(json.loads(row["content"]))
        except (ValueError, TypeError):
            content = {}
        yield _row(AUDIT, row["number"], row, {name: content[name] for name in _WRITTEN if name in content})


def _of_ledger(store: Store) -> Iterator[dict[str, Any]]:
    for row in _records(store.ledger()):
        version = int(row["version"])
        subject = f"impor:{row['import_id']}" if row["import_id"] else f"versi:v{version}"
        yield _row(_LEDGER, version, row, {"subject": subject, "version": version})


def _of_meetings(store: Store, name: str) -> Iterator[dict[str, Any]]:
    prefix = {"rakor": "RK", "keputusan": "KP"}[name]
    for row in _records(store.journal(name)):
        told = {"subject": f"{name}:{prefix}-{row['number']}", "version": json.loads(row["content"]).get("version", 0)}
        yield _row(name, row["number"], row, told)


def _row(source: str, number: int, row: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: row[name] for name in ("time", "action", "user")} | {"source": source, "number": int(number)}
    return dict.fromkeys(_WRITTEN, "") | {"version": 0} | known | dict(told)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
