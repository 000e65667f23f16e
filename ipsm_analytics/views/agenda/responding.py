"""Respons: how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ipsm_analytics.answers import waits
from ipsm_analytics.answers.year_before import partial
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.significance import City, Reading, assess
from ipsm_analytics.views.agenda.meeting import Meeting, whole
from ipsm_analytics.views.agenda.parts import Bars, Number, Slide
from ipsm_analytics.views.chart import period
from ipsm_analytics.views.response import AGE_COLOURS, Response, moved_sentence, slowest_sentence

_MARKS = {Reading.BETTER: " ▲", Reading.WORSE: " ▼"}


def response(meeting: Meeting) -> tuple[Slide, ...]:
    """S01 by area, the days until service, then what is still open and where it was sent."""
    page = Response(meeting.desk, meeting.scope, "served", "", pd.DataFrame)
    return _prompt(meeting, page), _waiting(meeting, page), _backlog(meeting)


def _prompt(meeting: Meeting, page: Response) -> Slide:
    words, scope, item = meeting.words, meeting.scope, indicator("S01")
    now, city, question = meeting.asking.one(scope.ask("S01")), meeting.city("S01"), scope.surroundings.ask("S01", meeting.level)
    numbers = sorted(meeting.asking.ask(question), key=lambda one: one.value if one.known else 101.0)
    before = [] if partial(meeting.desk.facts, scope.window) else [meeting.asking.one(scope.ask("S01", window=scope.before))]
    return meeting.slide(
        "respons",
        "respons_cepat",
        _told(meeting, now),
        "S01",
        question=question,
        figure=meeting.against_city(
            numbers,
            [meeting.with_interval(one) for one in numbers],
            city,
            item,
            _marked(numbers, city, item.interval, item.direction),
        ),
        bullets=[moved_sentence(page, meeting.desk.answer(scope.ask("S01")).iloc[0])] if now.known else [],
        more=[now, city, *before],
        told=[now, *before, *numbers],
        remarks=[words("respons.s01.cara"), *_unjudged(meeting, page)],
    )


def _unjudged(meeting: Meeting, page: Response) -> list[str]:
    """How many cases S01 says nothing of; nothing where one of the counts is too small to be told."""
    desk, scope = meeting.desk, meeting.scope
    if desk.answer(scope.ask("K01"))["status"].iloc[0] == Status.SUPPRESSED:
        return []
    found = waits.judged(desk.facts, scope.window, scope.slice, scope.area)
    counts = (found.cases, found.due, found.not_due, found.unclear, found.undated)
    return [] if any(0 < count < desk.screen.small_cell for count in counts) else [page.unjudged]


def _told(meeting: Meeting, now: Number) -> str:
    words = meeting.words
    place, span = areas.label(meeting.scope.area), period(meeting.desk, meeting.scope.window)
    if now.status is Status.NOT_REPORTED:
        return words("respons.judul.belum_lapor", tempat=place, periode=span)
    if not now.known:
        return words("respons.judul.belum_dinilai", tempat=place, periode=span)
    return words("respons.judul.bagian", nilai=now.text, selang=now.interval, tempat=place, periode=span)


def _marked(numbers: Sequence[Number], city: Number, interval: str, direction: str) -> list[str]:
    """Names with a mark where the area is better or worse than the city at 95%."""
    frame = pd.DataFrame(
        {name: [getattr(one, name) for one in numbers] for name in ("value", "numerator", "denominator", "status")}
    )
    whole = City(float(np.nan_to_num(city.numerator)), float(np.nan_to_num(city.denominator)))
    found = assess(frame.astype({"status": str}), whole, interval, direction)["reading"]
    return [areas.name(one.question.area) + _MARKS.get(told, "") for one, told in zip(numbers, found, strict=True)]


def _waiting(meeting: Meeting, page: Response) -> Slide:
    words, scope, item = meeting.words, meeting.scope, indicator("S02")
    question = scope.surroundings.ask("S02", meeting.level)
    middle, late = meeting.asking.ask(question), meeting.asking.ask(replace(question, indicator="S02-P90"))
    own = [meeting.asking.one(scope.ask(code)) for code in ("S02", "S02-P90")]
    order = sorted(range(len(middle)), key=lambda place: _slowness(middle[place]), reverse=True)
    secret = any(one.status is Status.SUPPRESSED for one in middle)
    texts = [words("agenda.respons.hari", median=meeting.with_interval(middle[place]), p90=late[place].text) for place in order]
    event = words("respons.kejadian.served").lower()
    return meeting.slide(
        "respons",
        "respons_tunggu",
        words("respons.judul.tidak_beda", kejadian=event) if secret else slowest_sentence(page),
        "S02",
        "S02-P90",
        question=question,
        figure=meeting.against_city([middle[place] for place in order], texts, meeting.city("S02"), item),
        bullets=[
            words(
                "agenda.respons.tunggu",
                median=meeting.with_interval(own[0]),
                p90=meeting.with_interval(own[1]),
                tempat=areas.label(scope.area),
            )
        ],
        more=[*own, meeting.city("S02"), *late],
        told=[*own, *(middle[place] for place in order)],
        remarks=[words("agenda.respons.cara")],
    )


def _slowness(number: Number) -> float:
    """Half not served yet is the slowest; what is not known comes last."""
    if number.status is Status.NOT_REACHED:
        return np.inf
    return number.value if number.known else -1.0


def _backlog(meeting: Meeting) -> Slide:
    words, scope, item = meeting.words, meeting.scope, indicator("S03")
    total, ages = meeting.asking.one(scope.ask("S03")), meeting.asking.ask(scope.ask("S03", "umur"))
    shares, remark = _offices(meeting)
    bars = Bars(
        tuple(words("respons.tunggakan.umur", umur=one.label) for one in ages),
        ages,
        tuple(one.text for one in ages),
        item.unit,
        colours=AGE_COLOURS,
    )
    return meeting.slide(
        "respons",
        "respons_tunggakan",
        meeting.placed(_open(meeting, total, ages)),
        "S03",
        "S04",
        question=scope.ask("S03"),
        figure=bars if whole(ages) else None,
        beside=shares,
        bullets=[remark, *([] if whole(ages) else [words("agenda.respons.tanpa_umur")])],
        more=[total],
        remarks=[words("respons.tunggakan.cara"), words("respons.rujukan.cara")],
    )


def _open(meeting: Meeting, total: Number, ages: Sequence[Number]) -> str:
    """How many cases are open and how many of them for long; the latter only where every age may be told."""
    words = meeting.words
    if not total.known:
        return words("agenda.respons.tanpa_tunggakan", sebab=words(f"status.{total.status}"))
    if not whole(ages):
        return words("agenda.respons.terbuka_saja", jumlah=total.text)
    return words("agenda.respons.terbuka", jumlah=total.text, lama=ages[-1].text)


def _offices(meeting: Meeting) -> tuple[Bars | None, str]:
    """Referrals with an outcome by office, and what is said of them; no picture where no office has a number."""
    words = meeting.words
    asked = meeting.asking.ask(meeting.scope.ask("S04", "opd"))
    sent = [one for one in asked if one.denominator > 0 or one.status is Status.SUPPRESSED]
    sent.sort(key=lambda one: one.value if one.known else np.inf)
    if not any(one.known for one in sent):
        return None, words("agenda.respons.rujukan_sedikit" if sent else "agenda.respons.tanpa_rujukan")
    texts = tuple(_shares(meeting, one) for one in sent)
    bars = Bars(tuple(one.label for one in sent), tuple(sent), texts, indicator("S04").unit, dots=True)
    return bars, words("agenda.respons.rujukan")


def _shares(meeting: Meeting, number: Number) -> str:
    words = meeting.words
    return f"{number.text} ({words.number(number.numerator)}/{words.number(number.denominator)})" if number.known else number.text
