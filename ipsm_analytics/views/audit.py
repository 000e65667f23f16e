"""The audit trail in words: who did what, on which days, and whether the trail is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from ipsm_analytics.audit import ACTIONS, Chain, pages
from ipsm_analytics.config import TIMEZONE
from ipsm_analytics.history import FORGET, IMPORT, PURGE, TURN, UNDO
from ipsm_analytics.linking.decisions import DECIDE
from ipsm_analytics.linking.decisions import WITHDRAW as UNDECIDE
from ipsm_analytics.privacy import ROLES
from ipsm_analytics.rakor import decisions, snapshot
from ipsm_analytics.schema import AUDIT
from ipsm_analytics.views.i18n import MISSING, Words, catalogue
from ipsm_analytics.views.strips import Row, Strip

ANY = ""
DIGESTS = ("akses", "cadangan", "kunci")
"""Kinds of subjects whose codes are long digests, of which the first signs do."""
SHOWN, DAYS, USUAL_DAYS = 50, 14, 30
"""Entries on one sheet of the table, days with a bar, days that are looked at unless others are chosen."""
CODES = (
    *((AUDIT, action) for action in ACTIONS),
    *(("impor", action) for action in (IMPORT, UNDO, PURGE, DECIDE, UNDECIDE, TURN, FORGET)),
    *((snapshot.JOURNAL, action) for action in (snapshot.FREEZE, snapshot.PLAN, snapshot.WITHDRAW, snapshot.RESTORE)),
    *((decisions.JOURNAL, action) for action in decisions.ACTIONS),
)
"""(source, action) of everything that is noted."""
HEADS = ("waktu", "siapa", "peran", "apa", "mengenai", "saringan", "versi", "asal", "nomor")


@dataclass(frozen=True)
class AuditPage:
    """The page, of entries that were picked out.

    Attributes:
        rows: of `audit.events`, the newest first.
        chain: of the whole trail, whatever was picked out.
    """

    words: Words
    rows: pd.DataFrame
    chain: Chain

    @cached_property
    def headline(self) -> str:
        """How many entries there are, of how many people, and whether the trail is whole."""
        if self.rows.empty:
            return self.words("audit_hal.tidak_cocok")
        count, people = self.words.number(len(self.rows)), self.words.number(len(users(self.rows)) - 1)
        return self.words("audit_hal.kepala", jumlah=count, orang=people, rantai=self.state)

    @cached_property
    def state(self) -> str:
        """'utuh', or where the trail is broken."""
        if self.chain.broken_at is None:
            return self.words("audit_hal.utuh")
        return self.words("audit_hal.putus", nomor=self.words.number(self.chain.broken_at))

    @cached_property
    def explained(self) -> str:
        """What the state of the trail means, with its last digest to be kept elsewhere."""
        chain = self.chain
        if chain.fault:
            return self.words(f"audit_hal.sebab.{chain.fault}", nomor=self.words.number(chain.broken_at))
        told = self.words("audit_hal.ujung", jumlah=self.words.number(chain.entries), sidik=f"{chain.entries}:{chain.head[:16]}")
        return told if chain.witnessed or not chain.entries else f"{told} {self.words('audit_hal.tanpa_saksi')}"

    @cached_property
    def per_day(self) -> Strip:
        """Entries by day, the newest DAYS days that have any."""
        found = days_of(self.rows).value_counts().sort_index(ascending=False).head(DAYS)
        return self._bars([(self.words.day(day), int(found[day])) for day in found.index])

    @cached_property
    def per_action(self) -> Strip:
        """Entries by what was done, the most frequent first."""
        found = (self.rows["source"] + "." + self.rows["action"]).value_counts()
        return self._bars([(action_name(self.words, str(code)), int(n)) for code, n in found.items()])

    def _bars(self, rows: list[tuple[str, int]]) -> Strip:
        lines = [Row(name, n, n, n, self.words("audit_hal.catatan", jumlah=self.words.number(n))) for name, n in rows]
        return Strip(tuple(lines), "batang", max((n for _, n in rows), default=0))

    @cached_property
    def sheets(self) -> range:
        """Numbers of the sheets of the table, from 1."""
        return range(1, max(-(-len(self.rows) // SHOWN), 1) + 1)

    def sheet_name(self, sheet: int) -> str:
        """'Catatan 51–100 dari 1.234'."""
        whole = len(self.rows)
        first, last, count = map(self.words.number, (SHOWN * (sheet - 1) + 1, min(SHOWN * sheet, whole), whole))
        return self.words("audit_hal.lembar_ke", dari=first, sampai=last, jumlah=count)

    def table(self, sheet: int) -> pd.DataFrame:
        """One sheet of at most SHOWN entries."""
        return self._told(self.rows.iloc[SHOWN * (sheet - 1) : SHOWN * sheet])

    def lines(self, sheet: int) -> list[tuple[str, str]]:
        """The same sheet for a phone: when, and in a few words who did what."""
        shown = self._cells(self.rows.iloc[SHOWN * (sheet - 1) : SHOWN * sheet])
        parts = zip(*(shown[name] for name in ("waktu", "siapa", "peran", "apa", "mengenai")), strict=True)
        return [
            (time, self.words("audit_hal.baris", siapa=who, peran=role, kegiatan=what, mengenai=about))
            for time, who, role, what, about in parts
        ]

    def export(self) -> pd.DataFrame:
        """All entries that were picked out."""
        return self._told(self.rows)

    def _told(self, rows: pd.DataFrame) -> pd.DataFrame:
        cells = self._cells(rows)
        return pd.DataFrame({self.words(f"audit_hal.kolom.{name}"): cells[name] for name in HEADS})

    def _cells(self, rows: pd.DataFrame) -> dict[str, list[str]]:
        """Column of HEADS -> its texts."""
        words = self.words
        cells = {
            "waktu": rows["time"].dt.tz_convert(TIMEZONE).dt.strftime("%Y-%m-%d %H:%M:%S"),
            "siapa": rows["user"],
            "peran": [
                words(f"audit_hal.peran.{role}") if role in ROLES else words("audit_hal.tanpa_peran") for role in rows["role"]
            ],
            "apa": [action_name(words, code) for code in rows["source"] + "." + rows["action"]],
            "mengenai": [subject_name(words, subject) for subject in rows["subject"]],
            "saringan": rows["filters"],
            "versi": [f"v{number}" if number else MISSING for number in rows["version"]],
            "asal": rows["origin"],
            "nomor": rows["source"] + " " + rows["number"].astype(str),
        }
        return {name: list(texts) for name, texts in cells.items()}


def picked(rows: pd.DataFrame, first: date, last: date, code: str, user: str) -> pd.DataFrame:
    """Rows of `audit.events` of some days (both included), one action and one user; ANY leaves either open."""
    days = days_of(rows)
    wanted = (days >= first) & (days <= last)
    if code != ANY:
        wanted &= rows["source"] + "." + rows["action"] == code
    if user != ANY:
        wanted &= rows["user"] == user
    return rows[wanted]


def days_of(rows: pd.DataFrame) -> pd.Series:
    """Day of each row in Makassar."""
    days: pd.Series = rows["time"].dt.tz_convert(TIMEZONE).dt.date
    return days


def usual_days(rows: pd.DataFrame) -> tuple[date, date, date]:
    """The oldest day, and the first and last of the days looked at unless others are chosen."""
    days = days_of(rows)
    oldest, newest = days.min(), days.max()
    return oldest, max(oldest, newest - timedelta(days=USUAL_DAYS - 1)), newest


def codes(rows: pd.DataFrame) -> tuple[str, ...]:
    """ANY, then '<source>.<action>' of those that occur, as they stand in CODES."""
    found = set(rows["source"] + "." + rows["action"])
    known = [f"{source}.{action}" for source, action in CODES]
    return (ANY, *(code for code in known if code in found), *sorted(found - set(known)))


def users(rows: pd.DataFrame) -> tuple[str, ...]:
    """ANY, then everybody who did something, by name."""
    return (ANY, *sorted(set(rows["user"]) - {ANY}))


def action_name(words: Words, code: str) -> str:
    """What was done, in words; the code itself where it is none of CODES."""
    if code == ANY:
        return words("audit_hal.semua_aksi")
    source, _, action = code.partition(".")
    return words(f"audit_hal.aksi.{source}_{action}") if (source, action) in CODES else code


def subject_name(words: Words, subject: str) -> str:
    """'Halaman Padanan', 'Berkas ipsm_tren.csv'; long digests are cut."""
    kind, _, code = subject.partition(":")
    key = f"audit_hal.hal.{kind}"
    if not code or key not in catalogue(words.language):
        return subject or MISSING
    if kind == "halaman" and code in pages():
        code = words(f"halaman.{code}")
    return f"{words(f'audit_hal.hal.{kind}')} {code[:12] if kind in DIGESTS else code}"
