"""Peta and Perhatian: where, how sure, and which areas stand out or are silent."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ipsm_analytics.answers.standing import Mode, Standing, standing
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import is_sensitive
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics.comparison import standing_out
from ipsm_analytics.statistics.quiet import Standing as Quietness
from ipsm_analytics.statistics.significance import Significance
from ipsm_analytics.views import classes
from ipsm_analytics.views.agenda.meeting import Meeting
from ipsm_analytics.views.agenda.parts import AreaMap, Grid, Number, Slide
from ipsm_analytics.views.coverage import silence_sentence
from ipsm_analytics.views.standing import Look, look, reading

LONGEST_GRID = 12
"""Rows of a table that still can be read on a screen."""


def maps(meeting: Meeting) -> tuple[Slide, ...]:
    """Rates on frozen classes, then each kelurahan against the city."""
    numbers = {one.question.area: one for one in meeting.asking.ask(_question(meeting, "kelurahan"))}
    withheld = any(one.status is Status.SUPPRESSED for one in numbers.values())
    if not withheld or any(one.known for one in numbers.values()):
        return _raw(meeting, "kelurahan", numbers), *_against_city(meeting, numbers)
    level = meeting.level
    wider = {one.question.area: one for one in meeting.asking.ask(_question(meeting, level))}
    return (_raw(meeting, level, wider),)


def _question(meeting: Meeting, level: str) -> Query:
    return meeting.scope.surroundings.ask("K03", level)


def _map(
    meeting: Meeting, mode: Mode, question: Query, numbers: Mapping[str, Number], title: str
) -> tuple[AreaMap, Standing, Look]:
    """Areas coloured by what a mode says of them, on the frozen classes where it is the rate itself."""
    desk, item, level = meeting.desk, indicator(question.indicator), question.by[0]
    found = standing(desk.facts, mode, question, desk.screen)
    breaks = classes.frozen_breaks(desk, item, [question])
    shown = look(meeting.words, found, item, level, breaks)
    frame = shown.frame
    palette = shown.palette or classes.palette(len(breaks) + 1)
    steps = frame["step"] if shown.palette else classes.class_of(frame["value"].fillna(0), breaks)
    colours = {
        str(code): palette[int(step)] if status == Status.OK else classes.STATE_COLOURS[Status(status)]
        for code, status, step in zip(frame[f"kode_{level}"], frame["status"], steps, strict=True)
    }
    crossed = frozenset(code for code, one in numbers.items() if one.status is Status.NOT_REPORTED)
    inside = meeting.scope.surroundings.area
    return AreaMap(level, inside, colours, numbers, shown.legend, title, crossed), found, shown


def _raw(meeting: Meeting, level: str, numbers: Mapping[str, Number]) -> Slide:
    words, item, question = meeting.words, indicator("K03"), _question(meeting, level)
    figure = _map(meeting, Mode.RAW, question, numbers, _legend_title(meeting, item))[0]
    city = meeting.city("K03")
    ordered = sorted((one for one in numbers.values() if one.known), key=lambda one: one.value)
    return meeting.slide(
        "peta",
        "peta_laju",
        _spread(meeting, ordered, city, level),
        "K03",
        question=question,
        figure=figure,
        more=[city],
        told=[city, *ordered[:-6:-1], *ordered[:5]],
        remarks=[words("agenda.peta.cara")],
    )


def _legend_title(meeting: Meeting, item: Indicator) -> str:
    return meeting.words("agenda.peta.legenda", indikator=item.title, periode=meeting.words.window(meeting.scope.window))


def _spread(meeting: Meeting, ordered: list[Number], city: Number, level: str) -> str:
    """From the lowest to the highest rate of the areas with a number."""
    words = meeting.words
    name = words(f"pilahan.{level}").lower()
    if not ordered:
        return meeting.placed(words("agenda.peta.tanpa_angka", tingkat=name), around=True)
    low, high = ordered[0], ordered[-1]
    if low is high:
        only = words(
            "agenda.peta.satu", tingkat=name, tinggi=high.text, tempat=meeting.called(high.question.area), kota=city.text
        )
        return meeting.placed(only, around=True)
    told = words(
        "agenda.peta.rentang",
        tingkat=name,
        rendah=low.text,
        tempat_rendah=_lowest(meeting, ordered, name),
        tinggi=high.text,
        tempat_tinggi=meeting.called(high.question.area),
        kota=city.text,
    )
    return meeting.placed(told, around=True)


def _lowest(meeting: Meeting, ordered: list[Number], name: str) -> str:
    """Where the lowest rate is; several areas that share it are counted."""
    alike = [one for one in ordered if one.text == ordered[0].text]
    if len(alike) == 1:
        return meeting.called(alike[0].question.area)
    return meeting.words("agenda.peta.beberapa", jumlah=len(alike), tingkat=name)


def _against_city(meeting: Meeting, numbers: Mapping[str, Number]) -> tuple[Slide, ...]:
    """Nothing where it is refused: the rates themselves stand on the slide before."""
    words, item, question = meeting.words, indicator("K03"), _question(meeting, "kelurahan")
    figure, found, shown = _map(meeting, Mode.VERSUS_CITY, question, numbers, words("tampilan_peta.beda"))
    if found.refusal:
        return ()
    told = meeting.slide(
        "peta",
        "peta_beda",
        _counted(meeting, found.frame),
        "K03",
        question=question,
        figure=figure,
        bullets=shown.remarks,
        told=[numbers[code] for code in _different(found.frame)],
        remarks=[reading(words, shown, item, "geografis")],
    )
    return (told,)


def _different(frame: pd.DataFrame) -> list[str]:
    """The kelurahan that differ, the surest first."""
    told = frame[frame["kind"].isin([*_HIGHER, *_LOWER])]
    order = told["score"].abs().sort_values(ascending=False, kind="stable").index
    return [str(code) for code in told.loc[order, "kode_kelurahan"]]


_HIGHER = (Significance.HIGHER.value, Significance.MUCH_HIGHER.value)
_LOWER = (Significance.LOWER.value, Significance.MUCH_LOWER.value)


def _counted(meeting: Meeting, frame: pd.DataFrame) -> str:
    kinds = frame["kind"]
    told = meeting.words(
        "agenda.peta.beda",
        atas=int(kinds.isin(_HIGHER).sum()),
        bawah=int(kinds.isin(_LOWER).sum()),
        sama=int((kinds == Significance.SAME.value).sum()),
        dari=len(frame),
    )
    return meeting.placed(told, around=True)


def attention(meeting: Meeting) -> tuple[Slide, ...]:
    """Kelurahan above the city with their whole interval, and those far below expectation."""
    return _standing_out(meeting), _silent(meeting)


def _standing_out(meeting: Meeting) -> Slide:
    words, item, question = meeting.words, indicator("K03"), _question(meeting, "kelurahan")
    city, numbers = meeting.city("K03"), {one.question.area: one for one in meeting.asking.ask(question)}
    chosen = standing_out(meeting.desk.answer(question), city.value)["kode_kelurahan"]
    rows = [numbers[str(code)] for code in chosen]
    likely = _likely(meeting)
    texts = [" · ".join(filter(None, [meeting.with_interval(one), likely.get(one.question.area)])) for one in rows]
    known = sum(one.known for one in numbers.values())
    title = (
        words("agenda.perhatian.menonjol", daftar=words.listing([meeting.short(one.question.area) for one in rows]))
        if rows
        else words("agenda.perhatian.tidak_menonjol", dari=known, semua=len(numbers))
    )
    return meeting.slide(
        "perhatian",
        "perhatian_menonjol",
        meeting.placed(title, around=True),
        "K03",
        question=question,
        figure=meeting.against_city(rows, texts, city, item) if rows else None,
        bullets=[words("agenda.perhatian.cara")] if rows else [],
        more=[city],
        remarks=[words("ringkasan.menonjol.cara"), words("tampilan_peta.cara.terburuk")],
    )


def _likely(meeting: Meeting) -> dict[str, str]:
    """Chance of each kelurahan to be among the ten highest of the city, in words; nothing where it is refused."""
    desk, words = meeting.desk, meeting.words
    found = standing(desk.facts, Mode.WORST, meeting.scope.ask("K03", "kelurahan", area=areas.CITY), desk.screen)
    if found.refusal:
        return {}
    known = found.frame[found.frame["probability"].notna()]
    return {
        str(code): words("agenda.perhatian.peluang", peluang=words.number(100 * chance))
        for code, chance in zip(known["kode_kelurahan"], known["probability"], strict=True)
    }


def _silent(meeting: Meeting) -> Slide:
    words, scope = meeting.words, meeting.scope
    if meeting.desk.screen.sensitive_to_kecamatan and is_sensitive(scope.slice):
        return meeting.slide("perhatian", "perhatian_sunyi", meeting.placed(words("agenda.perhatian.sensitif")), "K01")
    listing = meeting.coverage.quiet
    table = listing.table
    rows = tuple(tuple(map(str, row)) for row in table.head(LONGEST_GRID).itertuples(index=False))
    more = len(table) - len(rows)
    return meeting.slide(
        "perhatian",
        "perhatian_sunyi",
        _silence(meeting),
        "K01",
        question=scope.ask("K01"),
        figure=Grid(tuple(map(str, table.columns)), rows, frozenset({1, 2})) if rows else None,
        bullets=[words("agenda.dan_lain", jumlah=more)] if more > 0 else [],
        remarks=[listing.reading],
    )


def _silence(meeting: Meeting) -> str:
    """How many kelurahan of the scope are far below expectation or never reported; or why that is not judged."""
    words, found = meeting.words, meeting.coverage.silence
    if found.refusal:
        return silence_sentence(meeting.coverage)
    inside = set(areas.members(meeting.scope.area))
    states = [one.standing for code, one in zip(areas.codes("kelurahan"), found.areas, strict=True) if code in inside]
    quiet, missing = states.count(Quietness.QUIET), states.count(Quietness.NOT_REPORTED)
    period = words.window(meeting.scope.window)
    if not quiet and not missing:
        return meeting.placed(words("agenda.perhatian.tidak_sunyi", periode=period))
    return meeting.placed(words("agenda.perhatian.sunyi", sunyi=quiet, diam=missing, periode=period))
