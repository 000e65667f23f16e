"""Ringkasan: how are we, in one minute."""

from __future__ import annotations

from dataclasses import replace

from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.reference import categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.comparison import Verdict
from ipsm_analytics.views.agenda.meeting import Meeting
from ipsm_analytics.views.agenda.parts import Card, Cards, Number, Slide
from ipsm_analytics.views.narrative import counted_sentence, covered, risen_sentence
from ipsm_analytics.views.outlook import final_note
from ipsm_analytics.views.overview import CARDS, Overview, parts, parts_name


def summary(meeting: Meeting) -> tuple[Slide, ...]:
    """Six key figures with what may be said beyond them, then the months."""
    return _cards(meeting), _months(meeting)


def cards(meeting: Meeting, found: Overview) -> tuple[Cards, list[Number]]:
    """The key figures of a scope, and beside them those of the same span last year."""
    asking = meeting.asking
    now = [asking.one(found.scope.ask(code)) for code in CARDS]
    before = [
        asking.one(found.scope.ask(code, window=found.scope.before))
        for code in CARDS
        if covered(meeting.desk, found.scope.before)
    ]
    made = [
        Card(
            card.label,
            number,
            "" if indicator(card.indicator).scale == 100 else indicator(card.indicator).unit,
            _moved(card.delta),
        )
        for card, number in zip(found.cards, now, strict=True)
    ]
    return Cards(tuple(made)), before


def _moved(delta: str) -> str:
    """'▲ 6%, nyata' from the change on a card of Ringkasan."""
    if not delta:
        return ""
    arrow = {"-": "▼", "=": "="}.get(delta[0], "▲")
    return f"{arrow} {delta.lstrip('-=')}"


def _cards(meeting: Meeting) -> Slide:
    words, found = meeting.words, meeting.overview
    shown, before = cards(meeting, found)
    heading, sentences = found.flags
    return meeting.slide(
        "ringkasan",
        "ringkasan",
        counted_sentence(meeting.desk, meeting.scope),
        *CARDS,
        question=meeting.scope.ask("K01"),
        figure=shown,
        bullets=[heading, *(text for _, text in sentences)],
        more=before,
        remarks=[words("kartu.cara"), words("tanda.cara")],
    )


def _months(meeting: Meeting) -> Slide:
    words, scope, desk = meeting.words, meeting.scope, meeting.desk
    final = final_note(desk, scope).strip()
    reading = words(f"ringkasan.{parts_name(scope)}.cara", hari=desk.settle_days)
    return meeting.slide(
        "ringkasan",
        "ringkasan_bulanan",
        _risen(meeting),
        "K01",
        question=replace(scope.ask("K01", parts_name(scope), "bulan"), window=meeting.window),
        figure=meeting.lines(parts(desk, scope)),
        bullets=[final] if final else [],
        told=[meeting.monthly[code][-1] for code in parts(desk, scope)],
        remarks=[reading],
    )


def _risen(meeting: Meeting) -> str:
    """Where a rise is real; without a year to compare with, what is drawn."""
    words, scope = meeting.words, meeting.scope
    judged = [one.verdict for one in meeting.changes.values()]
    if scope.slice == ALL and any(verdict is not Verdict.NO_BASE for verdict in judged):
        return risen_sentence(meeting.desk, scope, categories.GROUPS)
    return words(f"ringkasan.{parts_name(scope)}.judul", lingkup=meeting.suffix)
