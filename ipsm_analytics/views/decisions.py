"""Keputusan: what did the meetings decide, how far is it, and what came of it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from ipsm_analytics.config import TIMEZONE
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.rakor.decisions import NO_INDICATOR, Change, Decision, Draft, State
from ipsm_analytics.rakor.outcomes import Look, Outcome, Verdict, outcome
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.reference.offices import offices
from ipsm_analytics.views import strips
from ipsm_analytics.views.agenda.parts import Asking, Number
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.i18n import MISSING, Words
from ipsm_analytics.views.quality import Listing

ANY = ""
"""Leaves a filter open."""
SYMBOLS = {Verdict.BEYOND: "✓", Verdict.WITHIN: "○", Verdict.CONTRARY: "✗", Verdict.OPEN: "…"}
PERCENT = 100
COLUMNS = ("kode", "isi", "kantor", "tenggat", "keadaan", "indikator", "perubahan", "kisaran", "hasil")
SUMMARY = {
    "isi": "ringkas",
    "kantor": "kantor",
    "tenggat": "jadwal",
    "indikator": "indikator",
    "perubahan": "nilai",
    "hasil": "akhir",
}
"""Heading -> cell of the list on the page, which has no room for COLUMNS."""
LEAVING = ("kode", "rakor", *COLUMNS[1:], "bukti", "dipilih", "catatan")
Past = Callable[[int], Asking]


@dataclass(frozen=True)
class Told:
    """One decision in words; `before` and `now` are the values behind it, None where there are none."""

    asking: Asking
    decision: Decision
    outcome: Outcome
    before: Number | None
    now: Number | None

    @property
    def words(self) -> Words:
        """Language it is told in."""
        return self.asking.desk.words

    @property
    def draft(self) -> Draft:
        """What was decided."""
        return self.decision.draft

    @property
    def item(self) -> Indicator | None:
        """The indicator it is to be seen by."""
        return None if self.draft.indicator == NO_INDICATOR else indicator(self.draft.indicator)

    @property
    def office(self) -> str:
        """Who does it."""
        return offices()[self.draft.office].title(self.words.language)

    @property
    def due(self) -> str:
        """By when; said to be over where it is."""
        day = self.words.day(self.draft.due)
        late = self.decision.overdue(self.asking.frozen.today)
        return self.words("keputusan.lewat", tanggal=day) if late else day

    @property
    def state(self) -> str:
        """How far it has come."""
        return self.words(f"keputusan.keadaan.{self.draft.state}")

    @property
    def place(self) -> str:
        """Area, and the slice where it is not all."""
        draft, name = self.draft, areas.label(self.draft.area)
        return name if draft.slice == ALL else f"{slice_name(self.words, draft.slice)}, {name}"

    @property
    def measure(self) -> str:
        """Indicator, wished direction and place."""
        if self.item is None:
            return f"{MISSING} ({self.place})"
        direction = self.words(f"keputusan.arah.{self.draft.direction}")
        return self.words("keputusan.ukuran", indikator=self.item.short, arah=direction, tempat=self.place)

    @property
    def change(self) -> str:
        """The value as the meeting saw it, and since then, each with its months; of a count, also what the first comes to in as
        many months as the second has, moved as the city did.
        """
        if self.before is None:
            return MISSING
        before, found = _dated(self.words, self.before), self.outcome.range
        if found is not None and self.item is not None and self.item.scale != PERCENT:
            before = self.words("keputusan.setara", nilai=before, setara=self.written(found.carried))
        return before if self.now is None else f"{before} → {_dated(self.words, self.now)}"

    @property
    def expected(self) -> str:
        """The range without the decision."""
        found = self.outcome.range
        return MISSING if found is None else f"{self.written(found.lower)}–{self.written(found.upper)}"

    @property
    def verdict(self) -> str:
        """The result with its sign, and why there is none."""
        found = self.outcome
        if found.verdict is not Verdict.OPEN:
            return f"{SYMBOLS[found.verdict]} {self.words(f'keputusan.hasil.{found.verdict}')}"
        reason = self.words(f"keputusan.sebab.{found.reason}")
        return f"{SYMBOLS[found.verdict]} {self.words('keputusan.belum', sebab=reason)}"

    @property
    def warning(self) -> str:
        """What would have come back by itself; '' where that is nothing to speak of."""
        found = self.outcome.range
        if found is None or not self.outcome.warned:
            return ""
        return self.words("keputusan.kembali", terakhir=self.written(found.carried), tengah=self.written(found.mean))

    @property
    def short_range(self) -> str:
        """The range in few words; '' where there is none."""
        return self.words("keputusan.kisaran_singkat", kisaran=self.expected) if self.outcome.range else ""

    @property
    def short_warning(self) -> str:
        """That part of it would have come back by itself, in few words."""
        return self.words("keputusan.peringatan") if self.outcome.warned else ""

    def written(self, value: float) -> str:
        """A value in the unit of its indicator."""
        item = self.item
        if item is None:
            return MISSING
        return self.words.number(value, item.decimals) + ("%" if item.scale == PERCENT else "")

    def cell(self, name: str) -> str:
        """One of LEAVING or SUMMARY, as text."""
        return _CELLS[name](self)


_CELLS: Mapping[str, Callable[[Told], str]] = {
    "kode": lambda one: one.decision.code,
    "rakor": lambda one: f"RK-{one.draft.snapshot}",
    "isi": lambda one: one.draft.what,
    "kantor": lambda one: one.office,
    "tenggat": lambda one: one.due,
    "keadaan": lambda one: one.state,
    "indikator": lambda one: one.measure,
    "perubahan": lambda one: one.change,
    "kisaran": lambda one: one.expected,
    "hasil": lambda one: one.verdict,
    "bukti": lambda one: one.draft.evidence,
    "dipilih": lambda one: one.words(f"keputusan.dipilih.{one.draft.chosen}"),
    "catatan": lambda one: one.warning,
    "ringkas": lambda one: f"{one.decision.code} · {one.draft.what}",
    "jadwal": lambda one: f"{one.due}\n{one.state}",
    "nilai": lambda one: one.change.replace(" → ", "\n→ "),
    "akhir": lambda one: "\n".join(filter(None, (one.verdict, one.short_range, one.short_warning))),
}


def _dated(words: Words, number: Number) -> str:
    window = number.question.window
    return number.text if window is None else words("keputusan.nilai", nilai=number.text, masa=words.window(window))


def told(asking: Asking, past: Past, decision: Decision) -> Told:
    """A decision with its outcome by a later state, as that desk may see it; `past` gives the state it was made at."""
    then = past(decision.draft.snapshot)
    found = outcome(decision, then.frozen, Look(asking.frozen, asking.desk.facts), asking.desk.screen)
    before = None if found.before is None else then.one(found.before)
    now = None if found.now is None else asking.one(found.now)
    return Told(asking, decision, found, before, now)


@dataclass(frozen=True)
class Filter:
    """What of the list is looked at; ANY leaves a part open."""

    state: str = ANY
    office: str = ANY
    district: str = ANY

    def holds(self, draft: Draft) -> bool:
        """True for a decision that is looked at."""
        inside = self.district in (ANY, draft.area, areas.parent(draft.area))
        return inside and self.state in (ANY, draft.state) and self.office in (ANY, draft.office)


@dataclass(frozen=True)
class Board:
    """Everything Keputusan shows of the newest data.

    Attributes:
        screen, leaving: the newest data as they may be shown, and as they may leave the office.
        past: the state a decision was made at, as it may be shown; `past_leaving` as it may leave.
        held: all decisions that are not withdrawn.
    """

    screen: Asking
    leaving: Asking
    past: Past
    past_leaving: Past
    held: tuple[Decision, ...]

    @property
    def words(self) -> Words:
        """Language of the page."""
        return self.screen.desk.words

    @property
    def today(self) -> date:
        """Day by which it is judged what is late."""
        return self.screen.frozen.today

    @cached_property
    def rows(self) -> tuple[Told, ...]:
        """All decisions in words: those still to be done first, by due day."""
        found = [told(self.screen, self.past, one) for one in self.held]
        return tuple(
            sorted(found, key=lambda one: (one.draft.state in (State.DONE, State.DROPPED), one.draft.due, one.decision.number))
        )

    @cached_property
    def headline(self) -> str:
        """How many there are, how many are late, and what came of those that can be judged."""
        return headline(self.words, self.rows)

    def matching(self, chosen: Filter) -> tuple[Told, ...]:
        """The rows a filter leaves."""
        return tuple(one for one in self.rows if chosen.holds(one.draft))

    def listing(self, rows: Sequence[Told]) -> Listing:
        """The list as a table, with what leaves the office on demand."""
        words = self.words
        frame = pd.DataFrame([[one.cell(name) for name in COLUMNS] for one in rows], columns=heads(words, COLUMNS))
        return Listing(
            "keputusan",
            words("halaman.keputusan"),
            words("keputusan.cara"),
            "",
            frame,
            lambda: self.released([one.decision for one in rows]),
        )

    def released(self, held: Sequence[Decision]) -> pd.DataFrame:
        """Decisions as they may leave the office: small cells and sensitive categories withheld with what rests on them."""
        rows = [told(self.leaving, self.past_leaving, one) for one in held]
        cells = [[one.cell(name) for name in LEAVING] for one in rows]
        return pd.DataFrame(cells, columns=heads(self.words, LEAVING))


def heads(words: Words, names: Sequence[str]) -> list[str]:
    """Headings of columns."""
    return [words(f"keputusan.kolom.{name}") for name in names]


def headline(words: Words, rows: Sequence[Told]) -> str:
    """One sentence on how far the decisions are, one on what came of them."""
    if not rows:
        return words("keputusan.kosong")
    late = sum(one.decision.overdue(one.asking.frozen.today) for one in rows)
    done = sum(one.draft.state is State.DONE for one in rows)
    first = words("keputusan.kepala", jumlah=words.number(len(rows)), selesai=words.number(done), lewat=words.number(late))
    found = [one.outcome.verdict for one in rows if one.outcome.verdict is not Verdict.OPEN]
    if not found:
        return f"{first} {words('keputusan.kepala_belum')}"
    total, beyond, inside, contrary = (
        words.number(count) for count in (len(found), *(found.count(verdict) for verdict in SYMBOLS if verdict != Verdict.OPEN))
    )
    second = words("keputusan.kepala_hasil", dinilai=total, lebih=beyond, dalam=inside, lawan=contrary)
    return f"{first} {second}"


def properties(one: Told) -> list[tuple[str, str]]:
    """Everything about one decision, label and text."""
    names = [name for name in LEAVING if name not in ("kode", "isi") and one.cell(name)]
    return [(one.words(f"keputusan.kolom.{name}"), one.cell(name)) for name in names]


def picture(one: Told) -> strips.Strip | None:
    """Where the last value alone would lead, what is expected without the decision, and what is; None without a range."""
    found, now = one.outcome.range, one.now
    if found is None or now is None or now.status not in (Status.OK, Status.ZERO):
        return None
    rows = (
        _row(one, "bila_tetap", found.carried),
        strips.Row(one.words("keputusan.gambar.tanpa"), found.mean, found.lower, found.upper, one.expected),
        _row(one, "kini", now.value),
    )
    return strips.Strip(rows, "titik", max(found.upper, found.carried, now.value))


def _row(one: Told, name: str, value: float) -> strips.Row:
    return strips.Row(one.words(f"keputusan.gambar.{name}"), value, value, value, one.written(value))


def past_changes(words: Words, changes: Sequence[Change]) -> list[tuple[str, str, str, str]]:
    """The history of one decision, newest first: when, who, what was done, and what changed."""
    return [
        (
            change.time.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M"),
            change.user,
            words(f"keputusan.aksi.{change.action}"),
            "\n".join(_altered(words, *fields) for fields in change.changed) or MISSING,
        )
        for change in reversed(changes)
    ]


def _altered(words: Words, name: str, before: str, after: str) -> str:
    label = words(f"keputusan.isian.{name}")
    return words("keputusan.diubah", isian=label, dari=_value(words, name, before), menjadi=_value(words, name, after))


def _value(words: Words, name: str, value: str) -> str:
    """A kept value as it is shown."""
    return _VALUES[name](words, value) if value and name in _VALUES else value or MISSING


_VALUES: Mapping[str, Callable[[Words, str], str]] = {
    "snapshot": lambda _, value: f"RK-{value}",
    "office": lambda words, value: offices()[value].title(words.language),
    "due": lambda words, value: words.day(date.fromisoformat(value)),
    "area": lambda _, value: areas.label(value),
    "slice": slice_name,
    "direction": lambda words, value: words(f"keputusan.arah.{value}"),
    "state": lambda words, value: words(f"keputusan.keadaan.{value}"),
    "chosen": lambda words, value: words(f"keputusan.dipilih.{value}"),
}


def history_heads(words: Words) -> tuple[str, ...]:
    """Headings over `past_changes`."""
    return tuple(words(f"keputusan.jejak.{name}") for name in ("waktu", "pengguna", "aksi", "perubahan"))
