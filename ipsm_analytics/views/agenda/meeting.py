"""What the items of a meeting share: its desk, its places, its months, and how a slide is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.statistics.comparison import Change
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import Asking, Bars, Figure, Lines, Number, Series, Slide, definition, numbers_of
from ipsm_analytics.views.chart import Desk, Scope, context_line, scope_name, slice_name
from ipsm_analytics.views.coverage import Coverage
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.late import of_slices
from ipsm_analytics.views.narrative import group_changes
from ipsm_analytics.views.outlook import happenings
from ipsm_analytics.views.overview import Overview, overview, parts, parts_name, recent, unsettled_months

ITEMS = (
    "pembukaan",
    "ringkasan",
    "peta",
    "kelompok",
    "cakupan",
    "respons",
    "kelengkapan",
    "perhatian",
    "sejak",
    "keputusan_lama",
    "keputusan_baru",
    "metode",
)
"""The agenda in its usual order."""
HISTORY, MOST_TOLD, MOST_GROUPS = 24, 16, 4
"""Months drawn; numbers told in the notes of a slide; groups or categories with a slide of their own."""
LEADERS = ("KEMISKINAN", "ANAK", "LANSIA", "DISABILITAS")
"""The groups shown to leaders."""


@dataclass(frozen=True)
class Meeting:
    """A frozen state with everything more than one item needs, each part made when it is first asked for."""

    asking: Asking

    @property
    def desk(self) -> Desk:
        """Where the numbers come from."""
        return self.asking.desk

    @property
    def words(self) -> Words:
        """The language of the meeting."""
        return self.asking.desk.words

    @property
    def scope(self) -> Scope:
        """What the meeting looks at."""
        return self.asking.scope

    def called(self, code: str) -> str:
        """Name of an area among those set side by side; its kecamatan only where that is not plain."""
        inside = areas.level_of(code) == "kelurahan" and self.level == "kelurahan"
        return areas.name(code) if inside else areas.label(code)

    def short(self, code: str) -> str:
        """Name of an area for a list; one that a kecamatan bears too keeps its kecamatan."""
        own = areas.name(code)
        return areas.label(code) if own in areas.kecamatan().values() else own

    def placed(self, sentence: str, *, around: bool = False) -> str:
        """A sentence behind its scope, which the whole city is not named for; `around`: that of the areas set side by side."""
        scope = self.scope.surroundings if around else self.scope
        if (scope.area, scope.slice) == (areas.CITY, ALL):
            return sentence
        return self.words("agenda.tempat", lingkup=scope_name(self.words, scope), kalimat=sentence)

    @property
    def mark(self) -> str:
        """DATA CONTOH where any figure rests on sample data."""
        facts = self.desk.facts
        return SAMPLE_MARK if facts.cube.sample_cases or facts.spm.sample else ""

    @property
    def level(self) -> str:
        """Level of the areas that are set beside each other: kecamatan of the city, else kelurahan."""
        return "kecamatan" if areas.level_of(self.scope.surroundings.area) == "kota" else "kelurahan"

    @cached_property
    def overview(self) -> Overview:
        """What Ringkasan says of the scope."""
        return overview(self.desk, self.scope)

    @cached_property
    def coverage(self) -> Coverage:
        """What Cakupan says of the scope."""
        return Coverage(self.desk, self.scope)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """What has a slide of its own: the groups shown to leaders, or the commonest parts of the scope's slice."""
        return LEADERS if self.scope.slice == ALL else parts(self.desk, self.scope)[:MOST_GROUPS]

    @cached_property
    def changes(self) -> Mapping[str, Change]:
        """Change of each part of the scope's slice, all judged together."""
        judged = parts(self.desk, self.scope)
        return dict(zip(judged, group_changes(self.desk, self.scope, judged), strict=True))

    @cached_property
    def window(self) -> Window:
        """The months that are drawn."""
        return recent(self.desk, self.scope.window, HISTORY)

    @cached_property
    def monthly(self) -> Mapping[str, tuple[Number, ...]]:
        """Cases by month of each part of the scope's slice, from one question."""
        found: dict[str, list[Number]] = {}
        for number in self.asking.ask(self.scope.ask("K01", parts_name(self.scope), "bulan", window=self.window)):
            found.setdefault(number.question.slice, []).append(number)
        return {code: tuple(numbers) for code, numbers in found.items()}

    def lines(self, codes: Sequence[str]) -> Lines | None:
        """Months of some parts of the scope's slice, the open ones with what they will come to; None where none may be drawn."""
        words, months = self.words, self.window.months()
        drawn = [code for code in codes if whole(self.monthly[code])]
        if not drawn:
            return None
        return Lines(
            months=tuple(map(words.month, months)),
            series=tuple(
                Series(
                    slice_name(words, code),
                    style.GROUP_COLOURS.get(code, style.TEAL),
                    self.monthly[code],
                    self._estimates(code, months),
                )
                for code in drawn
            ),
            unit=indicator("K01").unit,
            open_months=unsettled_months(self.desk, months),
            events=_events(words, self.window),
        )

    def _estimates(self, code: str, months: Sequence[Month]) -> tuple[tuple[float, float, float] | None, ...]:
        """Median and 80% band of the open months, as on the pages."""
        numbers = self.monthly[code]
        values = [one.value if one.known else None for one in numbers]
        found = of_slices(self.desk, self.scope, indicator("K01"), (code,)).drawn(code, months, values)
        if found is None:
            return ()
        return tuple(
            None if middle is None or ends is None else (middle, *ends)
            for middle, ends in zip(found.middle, found.inner, strict=True)
        )

    def city(self, code: str, slice_code: str | None = None) -> Number:
        """An indicator of the whole city."""
        return self.asking.one(self.scope.ask(code, area=areas.CITY, slice_code=slice_code))

    def against_city(
        self, numbers: Sequence[Number], texts: Sequence[str], city: Number, item: Indicator, names: Sequence[str] = ()
    ) -> Bars:
        """Points with intervals on one scale, the city as a line; the scope's own area, if it is among them, in amber."""
        reference = (city.value, self.words("bagan.kota", nilai=city.text)) if city.known else None
        shown = tuple(names) or tuple(areas.name(number.question.area) for number in numbers)
        own = [one.question.area == self.scope.area for one in numbers]
        colours = tuple(style.AMBER if mine else style.NAVY for mine in own) if any(own) else ()
        return Bars(shown, tuple(numbers), tuple(texts), item.unit, reference, dots=True, colours=colours)

    def slide(
        self,
        item: str,
        key: str,
        title: str,
        *codes: str,
        question: Query | None = None,
        figure: Figure | None = None,
        beside: Figure | None = None,
        bullets: Sequence[str] = (),
        more: Sequence[Number] = (),
        told: Sequence[Number] = (),
        remarks: Sequence[str] = (),
    ) -> Slide:
        """A slide with context, notes and all its numbers.

        `codes`: indicators it rests on, the first gives the context line; `more`: numbers that stand in words only;
        `told`: those the notes name, the first ones shown where none are given; `remarks`: how to read it, for the notes.
        A picture that stands beside nothing takes the place of the first.
        """
        if figure is None:
            figure, beside = beside, None
        numbers = {one.passport: one for one in (*numbers_of(figure), *numbers_of(beside), *more)}
        window = question.window if question and question.window else self.scope.window
        context = context_line(self.desk, indicator(codes[0]), window) if codes else self.context
        parts_ = [*remarks, *(definition(self.words, indicator(code)) for code in codes)]
        spoken = list(told or numbers.values())[:MOST_TOLD]
        return Slide(
            item,
            key,
            title,
            figure,
            beside,
            tuple(bullets),
            context,
            "\n".join([*parts_, *map(self.said, spoken)] or bullets),
            tuple(numbers.values()),
            question,
        )

    @property
    def context(self) -> str:
        """Period and cut-off where there is no indicator."""
        return self.words(
            "agenda.konteks", periode=self.words.window(self.scope.window), cutoff=self.words.day(self.desk.cube.cutoff)
        )

    def said(self, number: Number) -> str:
        """A number in words, for the speaker: what of, how sure, of how many."""
        words, item = self.words, indicator(number.question.indicator)
        text = words("agenda.angka", kode=item.id, nama=item.short, label=self._label(number), nilai=number.text)
        unit = f" {item.unit}" if number.known and item.scale != 100 else ""
        limits = words("agenda.selang", selang=number.interval) if number.known and item.interval else ""
        parts_ = words("agenda.bagian", pembilang=words.number(number.numerator), penyebut=words.number(number.denominator))
        return f"{text}{unit}{limits}{parts_ if number.known and item.denominator else ''}."

    def _label(self, number: Number) -> str:
        """What a number is of, with its slice and period where its own name does not say them."""
        asked, label = number.question, number.label
        if asked.slice != ALL and (part := slice_name(self.words, asked.slice)) not in label:
            label = f"{part}, {label}"
        period = self.words.window(asked.window or self.scope.window)
        return label if period in label else f"{label}, {period}"

    def with_interval(self, number: Number) -> str:
        """'58,9 (58,0–60,1)', or why there is no number."""
        return (
            f"{number.text} ({number.interval})" if number.known and number.interval != self.words.number(None) else number.text
        )


def whole(numbers: Sequence[Number]) -> bool:
    """True where no part is withheld: beside the total of the parts a single one could be worked out."""
    return all(one.status is not Status.SUPPRESSED for one in numbers)


def labelled(number: Number, label: str) -> Number:
    """The same number under another name."""
    return replace(number, label=label)


def _events(words: Words, window: Window) -> tuple[tuple[int, str], ...]:
    """Happenings of the months drawn, at the month they begin in."""
    first = window.first.ordinal
    found = ((Month(one.start.year, one.start.month).ordinal - first, one.name) for one in happenings(words, window))
    return tuple((max(place, 0), name) for place, name in found if place < window.length)
