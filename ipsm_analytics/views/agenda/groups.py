"""Kelompok: one slide for each group shown to leaders."""

from __future__ import annotations

from functools import partial

from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.agenda.meeting import Meeting, labelled
from ipsm_analytics.views.agenda.parts import Number, Slide
from ipsm_analytics.views.chart import Scope, slice_name
from ipsm_analytics.views.narrative import told_change


def groups(meeting: Meeting) -> tuple[Slide, ...]:
    """Rates by area with intervals, the months, and how the group changed."""
    rates = _rates(meeting)
    return tuple(map(partial(_group, meeting, rates), meeting.groups))


def _rates(meeting: Meeting) -> dict[str, list[Number]]:
    """K03 by area of each group; all groups from one question."""
    around = meeting.scope.surroundings
    if meeting.scope.slice == ALL:
        asked = [around.ask("K03", "kelompok", meeting.level)]
    else:
        asked = [around.ask("K03", meeting.level, slice_code=code) for code in meeting.groups]
    found: dict[str, list[Number]] = {}
    for number in (one for question in asked for one in meeting.asking.ask(question)):
        found.setdefault(number.question.slice, []).append(number)
    return found


def _group(meeting: Meeting, rates: dict[str, list[Number]], code: str) -> Slide:
    words, item = meeting.words, indicator("K03")
    numbers = sorted(rates[code], key=lambda one: one.value if one.known else -1.0, reverse=True)
    numbers = [labelled(one, areas.label(one.question.area)) for one in numbers]
    now, city = meeting.asking.one(meeting.scope.ask("K01", slice_code=code)), meeting.city("K03", code)
    months, shown = meeting.lines([code]), any(one.status is not Status.SUPPRESSED for one in numbers)
    return meeting.slide(
        "kelompok",
        f"kelompok_{code.lower()}",
        _title(meeting, code, now),
        "K03",
        "K01",
        question=meeting.scope.surroundings.ask("K03", meeting.level, slice_code=code),
        figure=meeting.against_city(numbers, [meeting.with_interval(one) for one in numbers], city, item) if shown else None,
        beside=months,
        bullets=[
            *_bullets(meeting, numbers, city),
            *([] if months else [words("agenda.ringkasan.tanpa_bulan", daftar=slice_name(words, code))]),
        ],
        more=[now, city],
        told=[now, city, *numbers],
        remarks=[words("agenda.kelompok.cara", kelompok=slice_name(words, code))],
    )


def _title(meeting: Meeting, code: str, now: Number) -> str:
    words, scope = meeting.words, meeting.scope
    own = Scope(scope.area, code, scope.window)
    if not now.known:
        state = words(f"status.{now.status}")
        return words("agenda.kelompok.tanpa_angka", kelompok=slice_name(words, code), tempat=areas.label(scope.area), sebab=state)
    return told_change(meeting.desk, own, meeting.changes[code])


def _bullets(meeting: Meeting, numbers: list[Number], city: Number) -> list[str]:
    """How many areas lie above the city with their whole interval, and which."""
    words = meeting.words
    if not city.known:
        return []
    judged = [one for one in numbers if one.status in (Status.OK, Status.ZERO)]
    if not judged:
        return []
    above = [meeting.called(one.question.area) for one in judged if one.lower > city.value]
    if not above:
        return [words("agenda.kelompok.tidak_di_atas", dari=len(judged))]
    return [words("agenda.kelompok.di_atas", jumlah=len(above), dari=len(judged), daftar=words.listing(above[:5]))]
