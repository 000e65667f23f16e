"""Cakupan and Kelengkapan: who is served, and who reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isnan

from ipsm_analytics.cube import Window
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.reference.services import services
from ipsm_analytics.reference.targets import spm_target
from ipsm_analytics.views.agenda.meeting import Meeting, labelled
from ipsm_analytics.views.agenda.parts import Bars, Grid, Number, Slide
from ipsm_analytics.views.coverage import REPORTING
from ipsm_analytics.views.overview import silent_areas

STEPS = ("J01", "J02", "J03", "J04")
"""From found to done, each a share of the step before."""
MOST_NAMED = 12
"""Areas named in one sentence."""


@dataclass(frozen=True)
class _Service:
    """Quarters of one service; the newest reported one and its gap, None where there is none."""

    code: str
    quarters: tuple[Number, ...]
    newest: Number | None
    gap: Number | None


def coverage(meeting: Meeting) -> tuple[Slide, ...]:
    """The five SPM services, then persons from found to done."""
    return _services(meeting), _cascade(meeting)


def _service(meeting: Meeting, code: str) -> _Service:
    name = indicator(code).short
    quarters = tuple(labelled(one, name) for one in meeting.asking.ask(meeting.coverage.spm.question(code)))
    reported = [one for one in quarters if one.known and not isnan(one.value)]
    if not reported:
        return _Service(code, quarters, None, None)
    asked = replace(reported[-1].question, indicator="C07", traits=(("layanan", code),))
    return _Service(code, quarters, reported[-1], labelled(meeting.asking.one(asked), name))


def _services(meeting: Meeting) -> Slide:
    words, found = meeting.words, [_service(meeting, code) for code in services()]
    newest = [one.newest or _due(one.quarters) for one in found]
    target = float(spm_target().percent)
    bars = Bars(
        tuple(indicator(one.code).short for one in found),
        tuple(newest),
        tuple(_share(meeting, one) for one in newest),
        indicator("C01").unit,
        (target, words("agenda.cakupan.sasaran", nilai=spm_target().percent)),
        dots=True,
    )
    gaps = [one.gap for one in found if one.gap]
    return meeting.slide(
        "cakupan",
        "cakupan_spm",
        meeting.coverage.spm.lowest,
        "C01",
        "C07",
        question=meeting.coverage.spm.question("C01"),
        figure=bars,
        beside=_quarters(meeting, found),
        bullets=_places(meeting),
        more=[*(one for service in found for one in service.quarters), *gaps],
        told=[*newest, *gaps],
        remarks=[words("agenda.cakupan.cara")],
    )


def _due(quarters: tuple[Number, ...]) -> Number:
    """The newest quarter that is due, where none was reported."""
    due = [one for one in quarters if one.status != "belum_tempo"]
    return due[-1] if due else quarters[-1]


def _share(meeting: Meeting, number: Number) -> str:
    words = meeting.words
    if not number.known or isnan(number.value):
        return number.text
    top, base = words.number(number.numerator), words.number(number.denominator)
    text = words("agenda.cakupan.baris", nilai=words.number(number.value, 1), x=top, y=base)
    return f"{text}; {words('cakupan.spm.lebih')}" if number.numerator > number.denominator else text


def _quarters(meeting: Meeting, found: list[_Service]) -> Grid:
    words = meeting.words
    quarters = [f"TW{place}" for place in range(1, 5)]
    rows = [
        (indicator(one.code).short, *(number.text for number in one.quarters), one.gap.text if one.gap else words.number(None))
        for one in found
    ]
    heads = (words("cakupan.kolom.layanan"), *quarters, words("cakupan.kolom.sisa"))
    return Grid(heads, tuple(rows), frozenset(range(1, len(heads))))


def _places(meeting: Meeting) -> list[str]:
    """That the figures are those of a wider area, where they are."""
    place = meeting.coverage.spm_area
    own = place == meeting.scope.area
    return [] if own else [meeting.words("agenda.cakupan.lebih_luas", wilayah=areas.label(place))]


def _cascade(meeting: Meeting) -> Slide:
    """Each step as a share of the one before, and beside it C06 by area."""
    words, scope = meeting.words, meeting.scope
    found, served, city = meeting.asking.one(scope.ask("K02")), meeting.asking.one(scope.ask("C06")), meeting.city("C06")
    steps = [labelled(meeting.asking.one(scope.ask(code)), indicator(code).short) for code in STEPS]
    by_area = sorted(meeting.asking.ask(scope.surroundings.ask("C06", meeting.level)), key=_rising)
    return meeting.slide(
        "cakupan",
        "cakupan_jenjang",
        _served(meeting, served),
        "C06",
        *STEPS,
        "K02",
        question=scope.ask("C06"),
        figure=Bars(
            tuple(one.label for one in steps),
            tuple(steps),
            tuple(_step(meeting, one) for one in steps),
            indicator("J01").unit,
        ),
        beside=meeting.against_city(by_area, [meeting.with_interval(one) for one in by_area], city, indicator("C06")),
        bullets=[words("agenda.cakupan.ditemukan", jumlah=found.text)] if found.known else [],
        more=[found, served, city],
        told=[found, served, *steps, *by_area],
        remarks=[words("cakupan.jenjang.cara")],
    )


def _rising(number: Number) -> float:
    """What is not known comes last."""
    return number.value if number.known else inf


def _step(meeting: Meeting, number: Number) -> str:
    words = meeting.words
    if not number.known:
        return number.text
    top, base = words.number(number.numerator), words.number(number.denominator)
    return words("agenda.cakupan.jenjang", nilai=number.text, selang=number.interval, x=top, y=base)


def _served(meeting: Meeting, served: Number) -> str:
    words = meeting.words
    if not served.known:
        return meeting.placed(words("agenda.cakupan.tanpa_angka", sebab=words(f"status.{served.status}")))
    top, base = words.number(served.numerator), words.number(served.denominator)
    return meeting.placed(words("agenda.cakupan.terlayani", nilai=served.text, selang=served.interval, x=top, y=base))


def reporting(meeting: Meeting) -> tuple[Slide, ...]:
    """R01, R02 and R03 by area, and who did not report in the last month."""
    words, around = meeting.words, meeting.scope.surroundings
    found = {code: meeting.asking.ask(around.ask(code, meeting.level)) for code in REPORTING}
    order = sorted(range(len(found["R01"])), key=lambda place: found["R01"][place].value if found["R01"][place].known else -1.0)
    complete, city = [found["R01"][place] for place in order], meeting.asking.one(around.ask("R01"))
    silent = silent_areas(meeting.desk, meeting.scope)
    last = Window(meeting.scope.window.last, meeting.scope.window.last)
    newest = meeting.asking.one(meeting.scope.ask("R01", window=last))
    return (
        meeting.slide(
            "kelengkapan",
            "kelengkapan",
            _complete(meeting, city, complete[0]),
            *REPORTING,
            question=around.ask("R01", meeting.level),
            figure=Bars(
                tuple(areas.name(one.question.area) for one in complete),
                tuple(complete),
                tuple(_of(meeting, one) for one in complete),
                indicator("R01").unit,
                dots=True,
            ),
            beside=_punctual(meeting, found, order),
            bullets=[_silent(meeting, silent)],
            more=[city, newest, *found["R02"], *found["R03"]],
            told=[city, newest, *complete],
            remarks=[
                words("cakupan.lapor.cara"),
                *([words("agenda.kelengkapan.semua", daftar=", ".join(silent))] if silent else []),
            ],
        ),
    )


def _complete(meeting: Meeting, city: Number, lowest: Number) -> str:
    words = meeting.words
    if not (city.known and lowest.known):
        return words("agenda.kelengkapan.tanpa_angka", sebab=words(f"status.{city.status}"))
    return words(
        "agenda.kelengkapan.judul",
        nilai=city.text,
        ada=words.number(city.numerator),
        dari=words.number(city.denominator),
        wilayah=meeting.called(lowest.question.area),
        terendah=lowest.text,
        lingkup=areas.label(city.question.area),
    )


def _of(meeting: Meeting, number: Number) -> str:
    words = meeting.words
    return f"{number.text} ({words.number(number.numerator)}/{words.number(number.denominator)})" if number.known else number.text


def _punctual(meeting: Meeting, found: Mapping[str, tuple[Number, ...]], order: list[int]) -> Grid:
    heads = (meeting.words(f"pilahan.{meeting.level}"), *(indicator(code).short for code in ("R02", "R03")))
    rows = tuple(
        (areas.name(found["R02"][place].question.area), *(_of(meeting, found[code][place]) for code in ("R02", "R03")))
        for place in order
    )
    return Grid(heads, rows, frozenset({1, 2}))


def _silent(meeting: Meeting, silent: tuple[str, ...]) -> str:
    words = meeting.words
    if not silent:
        return words("ringkasan.semua_lapor")
    named = ", ".join(silent[:MOST_NAMED])
    rest = len(silent) - MOST_NAMED
    more = f" {words('agenda.dan_lain', jumlah=rest)}" if rest > 0 else ""
    return words("ringkasan.belum_lapor", jumlah=len(silent), daftar=named) + more
