"""One slide on any area, for the moment somebody in the room asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics.significance import City, Significance, assess
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.meeting import Meeting, whole
from ipsm_analytics.views.agenda.parts import Asking, Lines, Number, Series, Slide
from ipsm_analytics.views.agenda.summary import cards
from ipsm_analytics.views.narrative import counted_sentence
from ipsm_analytics.views.overview import unsettled_months

COMPARED = ("K03", "R01", "R03", "C06", "S01")
"""Indicators of the area held against those of the city."""


def area_slide(asking: Asking, code: str) -> Slide:
    """Key figures of an area, its months, and where it differs from the city; raises UserError for an unknown area."""
    meeting = Meeting(replace(asking, frozen=replace(asking.frozen, area=code)))
    shown, before = cards(meeting, meeting.overview)
    own = [meeting.asking.one(meeting.scope.ask(item)) for item in COMPARED]
    city = [meeting.city(item) for item in COMPARED]
    return meeting.slide(
        "wilayah",
        f"wilayah_{code}",
        counted_sentence(meeting.desk, meeting.scope),
        "K01",
        *COMPARED,
        question=meeting.scope.ask("K01"),
        figure=shown,
        beside=_months(meeting),
        bullets=_sentences(meeting, own, city),
        more=[*before, *own, *city],
        told=[*(card.number for card in shown.cards), *city],
    )


def _months(meeting: Meeting) -> Lines | None:
    """Cases by month; nothing where one of the months is withheld."""
    numbers = meeting.asking.ask(replace(meeting.scope.ask("K01", "bulan"), window=meeting.window))
    if not whole(numbers):
        return None
    months = meeting.window.months()
    series = Series(indicator("K01").title, style.NAVY, numbers)
    open_ = unsettled_months(meeting.desk, months)
    return Lines(tuple(map(meeting.words.month, months)), (series,), indicator("K01").unit, open_)


def _sentences(meeting: Meeting, own: Sequence[Number], city: Sequence[Number]) -> list[str]:
    """Where the area differs from the city at 95%; or that nowhere can it be told."""
    words = meeting.words
    pairs = [(one, whole) for one, whole in zip(own, city, strict=True) if one.known and whole.known]
    told = [
        words(
            f"agenda.wilayah.{side}",
            indikator=words(f"kartu.{one.question.indicator}"),
            nilai=meeting.with_interval(one),
            kota=whole.text,
        )
        for one, whole in pairs
        if (side := _side(one, whole, indicator(one.question.indicator)))
    ]
    if told or not pairs or meeting.scope.area == areas.CITY:
        return told
    return [words("agenda.wilayah.tidak_beda", tempat=areas.label(meeting.scope.area))]


def _side(own: Number, city: Number, item: Indicator) -> str:
    """'atas' or 'bawah' at 95%; '' where they cannot be told apart."""
    columns = {name: [getattr(own, name)] for name in ("value", "numerator", "denominator")}
    frame = pd.DataFrame({**columns, "status": [str(Status(own.status))]})
    whole = City(float(np.nan_to_num(city.numerator)), float(np.nan_to_num(city.denominator)))
    found = str(assess(frame, whole, item.interval, item.direction)["significance"].iloc[0])
    if found in (Significance.HIGHER, Significance.MUCH_HIGHER):
        return "atas"
    return "bawah" if found in (Significance.LOWER, Significance.MUCH_LOWER) else ""
