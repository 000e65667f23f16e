"""'Sejak rakor lalu': how the headline figures moved since the meeting before, and by what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ipsm_analytics.measures import Query, Status
from ipsm_analytics.rakor import passport
from ipsm_analytics.rakor.movement import FIGURES, Movement, Standing
from ipsm_analytics.rakor.states import PARTS, Part
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.views.agenda.parts import Asking, Grid, Number, Slide, Step, Waterfall, definition
from ipsm_analytics.views.chart import scope_suffix
from ipsm_analytics.views.i18n import MISSING, Words

ITEM = "sejak"
NAMED = 2
"""Parts that a title names, the largest first."""
_NOTHING = float("nan")


@dataclass(frozen=True)
class Comparison:
    """Two meetings side by side, and the way from the older (`then`) to the newer (`now`).

    Both are asked with the same purpose. A passport of a part names the newer snapshot and its place in PARTS: the older one is
    the snapshot that the newer one says it is compared with.
    """

    then: Asking
    now: Asking
    moved: Movement

    @property
    def words(self) -> Words:
        """The language of both."""
        return self.now.desk.words


@dataclass(frozen=True)
class Change:
    """One figure of one area at both meetings, and its parts, one for each of PARTS."""

    before: Number
    after: Number
    parts: tuple[Number, ...]
    standing: Standing

    @property
    def item(self) -> Indicator:
        """What moved."""
        return indicator(self.after.question.indicator)

    @property
    def total(self) -> float:
        """The whole change, also where it is not split; NaN where an end is not known."""
        return sum(part.value for part in self.parts) if self.standing == Standing.SPLIT else self.after.value - self.before.value

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number of it that is shown."""
        return (self.before, *self.moved, self.after)

    @property
    def moved(self) -> tuple[Number, ...]:
        """The parts that are not zero."""
        return tuple(part for part in self.parts if part.status == Status.OK)


def changes(comparison: Comparison, question: Query) -> tuple[Change, ...]:
    """The changes of a question, one a cell as `query` orders them; its window does not matter."""
    now, then = comparison.now, comparison.then
    asked = replace(question, window=now.frozen.window)
    after, before = now.ask(asked), then.ask(replace(asked, window=then.frozen.window))
    rows = comparison.moved.split(asked, now.desk.screen).to_dict("records")
    return tuple(
        Change(
            first,
            last,
            _parts(comparison, last, Standing(row["keadaan"]), [row[part.value] for part in PARTS]),
            Standing(row["keadaan"]),
        )
        for first, last, row in zip(before, after, rows, strict=True)
    )


def chosen(comparison: Comparison, code: str, area: str, slice_code: str | None = None) -> Slide:
    """The slide of one figure of one area, as a screen lets it be chosen; the slice is that of the meeting unless given."""
    question = comparison.now.scope.ask(code, area=area, slice_code=slice_code)
    (change,) = changes(comparison, question)
    words = comparison.words
    drawn = waterfall(words, change)
    return Slide(
        item=ITEM,
        key=f"{ITEM}-{code}-{area}",
        title=_title(comparison, change),
        figure=drawn,
        bullets=_bullets(words, change) if drawn else (words(f"gerak.keadaan.{change.standing}"),),
        context=_context(comparison, change.item),
        notes=f"{words('gerak.cara')} {definition(words, change.item)}",
        numbers=change.numbers,
        question=change.after.question,
    )


def waterfall(words: Words, change: Change) -> Waterfall | None:
    """From the figure of the older meeting by the parts that are not zero to that of the newer; None where it is not split."""
    if change.standing != Standing.SPLIT:
        return None
    ends = [
        Step(words(f"gerak.{name}"), 0.0 if math.isnan(end.value) else end.value, end.text, end.passport, total=True)
        for name, end in (("dahulu", change.before), ("kini", change.after))
    ]
    steps = [Step(part.label, part.value, part.text, part.passport) for part in change.moved]
    return Waterfall((ends[0], *steps, ends[1]), change.item.unit)


def part_told(comparison: Comparison, change: Change, part: Number) -> str:
    """One part in a sentence, or why it is not told."""
    words = comparison.words
    split = change.standing == Standing.SPLIT
    return words(
        "gerak.satu",
        bagian=part.label,
        nama=_name(comparison, change),
        lalu=comparison.then.frozen.name,
        nilai=f"{part.text} ({change.item.unit})" if split else words(f"gerak.singkat.{change.standing}"),
    )


def step_rows(comparison: Comparison, change: Change) -> list[tuple[str, str]]:
    """The figure before, what moved it, and the figure now: name and text of each."""
    words, then, now = comparison.words, comparison.then.frozen, comparison.now.frozen
    return [
        (f"{words('gerak.dahulu')}, {then.code}, {words.window(then.window)}", change.before.text),
        *((part.label, part.text) for part in change.moved),
        (f"{words('gerak.kini')}, {now.code}, {words.window(now.window)}", change.after.text),
    ]


def slides(now: Asking, comparison: Comparison | None) -> tuple[Slide, ...]:
    """Reported cases part by part, all headline figures, and the areas; one slide that says so where no meeting was before."""
    if comparison is None:
        words = now.desk.words
        return (Slide(ITEM, f"{ITEM}-tanpa", words("gerak.tanpa.judul"), bullets=(words("gerak.tanpa.isi"),)),)
    first = replace(chosen(comparison, FIGURES[0], now.frozen.area), key=f"{ITEM}-kasus")
    return first, _figures(comparison), _places(comparison)


def _figures(comparison: Comparison) -> Slide:
    """All headline figures of the scope against the parts."""
    words, scope = comparison.words, comparison.now.scope
    found = [change for code in FIGURES for change in changes(comparison, scope.ask(code))]
    moved = sum(change.total != 0 and not math.isnan(change.total) for change in found)
    title = words("gerak.judul.angka", banyak=moved, semua=len(found), lalu=comparison.then.frozen.name)
    names = [f"{change.item.short} ({change.item.unit})" for change in found]
    return Slide(
        item=ITEM,
        key=f"{ITEM}-angka",
        title=title + scope_suffix(words, scope),
        figure=_grid(words, words("gerak.angka"), names, found),
        context=_context(comparison, None),
        notes=" ".join([words("gerak.cara"), *(definition(words, change.item) for change in found)]),
        numbers=_all_numbers(found),
    )


def _places(comparison: Comparison) -> Slide:
    """Reported cases of the areas inside the scope against the parts."""
    words, scope = comparison.words, comparison.now.scope.surroundings
    level = "kecamatan" if scope.area == areas.CITY else "kelurahan"
    question = replace(scope.ask(FIGURES[0], level), area=scope.area)
    found = changes(comparison, question)
    told = [change for change in found if change.total and not math.isnan(change.total)]
    most = max(told, key=lambda change: abs(change.total), default=None)
    title = words("gerak.judul.wilayah_tetap", lalu=comparison.then.frozen.name)
    if most is not None:
        beda = signed(words, most.total, most.item)
        title = words("gerak.judul.wilayah", tempat=most.after.label, beda=beda, lalu=comparison.then.frozen.name)
    return Slide(
        item=ITEM,
        key=f"{ITEM}-wilayah",
        title=title,
        figure=_grid(words, words(f"pilahan.{level}"), [change.after.label for change in found], found),
        context=_context(comparison, indicator(FIGURES[0])),
        notes=f"{words('gerak.cara')} {definition(words, indicator(FIGURES[0]))}",
        numbers=_all_numbers(found),
        question=comparison.now.scope.ask(FIGURES[0], area=scope.area),
    )


def _grid(words: Words, head: str, names: Sequence[str], found: Sequence[Change]) -> Grid:
    """One row a change; a column for each part that is not zero in one of them, and a last one where some are not split."""
    columns = [place for place in range(len(PARTS)) if any(change.parts[place].status == Status.OK for change in found)]
    noted = any(change.standing != Standing.SPLIT for change in found)
    heads = [head, words("gerak.dahulu"), *(words(f"gerak.bagian.{PARTS[place]}") for place in columns), words("gerak.kini")]
    rows = [
        (name, change.before.text, *(change.parts[place].text for place in columns), change.after.text)
        + ((_remark(words, change.standing),) if noted else ())
        for name, change in zip(names, found, strict=True)
    ]
    figures = frozenset(range(1, len(columns) + 3))
    return Grid((*heads, *([words("gerak.keterangan")] if noted else [])), tuple(rows), figures)


def _remark(words: Words, standing: Standing) -> str:
    """Why there are no parts, in few words."""
    return MISSING if standing == Standing.SPLIT else words(f"gerak.singkat.{standing}")


def _all_numbers(found: Sequence[Change]) -> tuple[Number, ...]:
    return tuple(number for change in found for number in change.numbers)


def _parts(comparison: Comparison, after: Number, standing: Standing, values: Sequence[float]) -> tuple[Number, ...]:
    return tuple(
        _part(comparison, after, standing, place, part, value)
        for place, (part, value) in enumerate(zip(PARTS, values, strict=True))
    )


def _part(comparison: Comparison, after: Number, standing: Standing, place: int, part: Part, value: float) -> Number:
    """A part as a number with its own passport; it carries no interval, being a difference of two counts."""
    words = comparison.words
    status = Status.ZERO if value == 0 else Status.OK
    if standing != Standing.SPLIT:
        status = Status.SUPPRESSED if standing == Standing.WITHHELD else Status.REFUSED
    return Number(
        passport=passport.of(comparison.now.frozen, after.question, "bagian", place).code,
        question=after.question,
        label=words(f"gerak.bagian.{part}"),
        status=status,
        value=value,
        numerator=_NOTHING,
        denominator=_NOTHING,
        lower=_NOTHING,
        upper=_NOTHING,
        text=signed(words, value, indicator(after.question.indicator)) if standing == Standing.SPLIT else MISSING,
        interval=MISSING,
    )


def signed(words: Words, value: float, item: Indicator) -> str:
    """'+1.658', '−3,33', '0': a difference in the unit of its figure, of rates and shares with one decimal more."""
    if value == 0:
        return words.number(value)
    decimals = item.decimals + 1 if item.denominator else item.decimals
    return ("+" if value > 0 else "−") + words.number(abs(value), decimals)


def _title(comparison: Comparison, change: Change) -> str:
    words, then, name = comparison.words, comparison.then.frozen.name, _name(comparison, change)
    if change.standing != Standing.SPLIT:
        return words("gerak.judul.tak_terurai", nama=name, lalu=then)
    if not change.moved:
        return words("gerak.judul.tetap", nama=name, lalu=then)
    largest = sorted(change.moved, key=lambda part: -abs(part.value))[:NAMED]
    parts = words.listing([f"{part.label.lower()} {part.text}" for part in largest])
    return words("gerak.judul.berubah", nama=name, lalu=then, beda=signed(words, change.total, change.item), bagian=parts)


def _name(comparison: Comparison, change: Change) -> str:
    """'Kasus dilaporkan, lansia, Kec. Tallo'."""
    question = change.after.question
    scope = replace(comparison.now.scope, area=question.area, slice=question.slice)
    return change.item.title + scope_suffix(comparison.words, scope)


def _bullets(words: Words, change: Change) -> tuple[str, ...]:
    """What each part that is not zero means."""
    return tuple(
        words("gerak.butir", bagian=number.label, beda=number.text, arti=words(f"gerak.arti.{part}"))
        for part, number in zip(PARTS, change.parts, strict=True)
        if number.status == Status.OK
    )


def _context(comparison: Comparison, item: Indicator | None) -> str:
    """Which meetings, periods and cut-offs are compared; the unit and source of a single figure."""
    words = comparison.words
    then, now = (
        words("gerak.sisi", kode=one.frozen.code, periode=words.window(one.frozen.window), cutoff=words.day(one.desk.cube.cutoff))
        for one in (comparison.then, comparison.now)
    )
    compared = words("gerak.konteks", dahulu=then, kini=now)
    return compared if item is None else words("gerak.konteks_satuan", satuan=item.unit, banding=compared, sumber=item.source)
