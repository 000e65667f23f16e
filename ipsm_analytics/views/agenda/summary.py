"""Ringkasan: how are we, in one minute."""

from __future__ import annotations

from dataclasses import replace

from ipsm_analytics.answers.year_before import partial
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.comparison import Verdict
from ipsm_analytics.views.agenda.meeting import Meeting, whole
from ipsm_analytics.views.agenda.parts import Card, Cards, Number, Slide
from ipsm_analytics.views.chart import scope_suffix, slice_name
from ipsm_analytics.views.late import of_slices
from ipsm_analytics.views.narrative import counted_sentence, covered, risen_sentence
from ipsm_analytics.views.overview import CARDS, Overview, parts, parts_name


def summary(meeting: Meeting) -> tuple[Slide, ...]:
    """Six key figures with what may be said beyond them, then the months."""
    return _cards(meeting), _months(meeting)


def cards(meeting: Meeting, found: Overview) -> tuple[Cards, list[Number]]:
    """The key figures of a scope, and beside them those of the same span last year."""
    asking = meeting.asking
    now = [asking.one(found.scope.ask(code)) for code in CARDS]
    whole_year = covered(meeting.desk, found.scope.before) and not partial(meeting.desk.facts, found.scope.window)
    before = [asking.one(found.scope.ask(code, window=found.scope.before)) for code in CARDS if whole_year]
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
    drawn = parts(desk, scope)
    reading = words(f"ringkasan.{parts_name(scope)}.cara", hari=desk.settle_days)
    return meeting.slide(
        "ringkasan",
        "ringkasan_bulanan",
        _risen(meeting, drawn),
        "K01",
        question=replace(scope.ask("K01", parts_name(scope), "bulan"), window=meeting.window),
        figure=meeting.lines(drawn),
        bullets=list(
            filter(
                None,
                [
                    of_slices(desk, scope, indicator("K01"), drawn).note(()).strip(),
                    _unjudged(meeting, drawn),
                    _undrawn(meeting, drawn),
                ],
            )
        ),
        told=[meeting.monthly[code][-1] for code in drawn if whole(meeting.monthly[code])],
        remarks=[reading],
    )


def _risen(meeting: Meeting, drawn: tuple[str, ...]) -> str:
    """Where a rise is real; without a year to compare with, what is drawn."""
    words, scope = meeting.words, meeting.scope
    if all(one.verdict is Verdict.NO_BASE for one in meeting.changes.values()):
        return words(f"ringkasan.{parts_name(scope)}.judul", lingkup=scope_suffix(words, scope))
    if scope.slice == ALL:
        return meeting.placed(risen_sentence(meeting.desk, scope, drawn))
    risen = [slice_name(words, code) for code, one in meeting.changes.items() if one.verdict is Verdict.UP]
    told = words("agenda.ringkasan.kategori_naik", daftar=words.listing(risen)) if risen else words("agenda.ringkasan.tidak_naik")
    return meeting.placed(told)


def _undrawn(meeting: Meeting, drawn: tuple[str, ...]) -> str:
    """The parts whose months are not drawn because one of them is withheld."""
    secret = [slice_name(meeting.words, code) for code in drawn if not whole(meeting.monthly[code])]
    return meeting.words("agenda.ringkasan.tanpa_bulan", daftar=meeting.words.listing(secret)) if secret else ""


def _unjudged(meeting: Meeting, drawn: tuple[str, ...]) -> str:
    """The parts that were left out of the comparison because one of their counts is withheld."""
    asked = {code: meeting.desk.compared(meeting.scope.ask("K01", slice_code=code)) for code in drawn}
    secret = [slice_name(meeting.words, code) for code, rows in asked.items() if (rows["status"] == Status.SUPPRESSED).any()]
    return meeting.words("agenda.ringkasan.disensor", daftar=meeting.words.listing(secret)) if secret else ""
