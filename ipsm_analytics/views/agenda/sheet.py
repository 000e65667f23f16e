"""Lembar wilayah: what one kecamatan or kelurahan has to know, on one sheet, the same for each of them.

Everything is asked once for all areas and then dealt out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan

from ipsm_analytics.answers import reach
from ipsm_analytics.answers.effort import Spent, spent
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.statistics.effort import Share
from ipsm_analytics.views import spine
from ipsm_analytics.views.agenda.parts import Asking, Number
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.overview import recent, unsettled_months
from ipsm_analytics.views.profile import Profile

LEVELS = ("kecamatan", "kelurahan")
MONTHS, TOP_CATEGORIES = 24, 5
HEADLINE = ("K01", "K02", "K03", "R01")
THEMES: Mapping[str, tuple[str, ...]] = {
    "masalah": ("K03",),
    "laporan": ("R01", "R02", "R04"),
    "psm": ("R03", "B01"),
    "jangkauan": ("C06", "D01", "T01"),
    "respons": ("S01", "S02", "S03", "S04"),
}
"""Heading of a part of the table of key figures -> its indicators."""


@dataclass(frozen=True)
class KeyRow:
    """One key figure against the city.

    Attributes:
        parts: 'numerator / denominator', '' where there is none.
        city: the city's value as it is shown.
        symbol, verdict: against the city, as on Profil wilayah; '' where that is not tested.
        tone: 'baik', 'buruk', 'beda' or 'biasa'.
    """

    theme: str
    name: str
    number: Number
    parts: str
    city: str
    symbol: str
    verdict: str
    tone: str


@dataclass(frozen=True)
class Part:
    """Cases and persons of a group or category."""

    name: str
    cases: Number
    persons: Number


@dataclass(frozen=True)
class MonthBar:
    """Cases of a month; `at_city_rate` if the area had the city's cases a resident; `open`: late reports may come."""

    label: str
    number: Number
    at_city_rate: float
    open: bool


@dataclass(frozen=True)
class AreaSheet:
    """The content of one sheet, every number as it may leave the office.

    Attributes:
        code, level, name: of the area; `inside` names what it lies in.
        people: residents.
        heads: the indicators of HEADLINE.
        categories: the commonest that may be shown; `hidden_categories` counts those withheld.
        work: label and text of what the PSM did.
        mark: DATA CONTOH on sample data.
    """

    code: str
    level: str
    name: str
    inside: str
    people: int
    period: str
    slice: str
    headline: str
    heads: tuple[Number, ...]
    keys: tuple[KeyRow, ...]
    months: tuple[MonthBar, ...]
    groups: tuple[Part, ...]
    categories: tuple[Part, ...]
    hidden_categories: int
    work: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    questions: tuple[str, ...]
    cutoff: str
    snapshot: str
    mark: str

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number on the sheet, once by its passport."""
        parts = [number for part in (*self.groups, *self.categories) for number in (part.cases, part.persons)]
        shown = [*self.heads, *(row.number for row in self.keys), *(bar.number for bar in self.months), *parts]
        return tuple({number.passport: number for number in shown}.values())


@dataclass(frozen=True)
class _Known(Profile):
    """A profile whose comparisons with all other areas are made already."""

    marks: tuple[spine.Mark, ...] = ()
    effort: Share | None = None


@dataclass(frozen=True)
class Sheets:
    """The sheets of all areas of a level inside the frozen scope; each part is asked when it is first needed, for all areas."""

    asking: Asking
    level: str

    def __post_init__(self) -> None:
        """Raises UserError for another level, or where the scope holds no area of it, or no data."""
        frozen = self.asking.frozen
        if self.level not in LEVELS:
            allowed = ", ".join(LEVELS)
            raise UserError("Tingkat lembar tidak dikenal.", found=self.level, allowed=allowed, action="pilih salah satu")
        if not self.codes:
            found = f"{self.level} di {areas.label(frozen.area)}"
            raise UserError("Tidak ada wilayah setingkat itu.", found=found, action="pilih tingkat yang lebih rendah")
        if self.asking.desk.cube.span is None:
            raise UserError("Belum ada data untuk lembar wilayah.", action="masukkan berkas lebih dahulu lewat halaman Unggah")

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The areas that get a sheet, in code order."""
        inside = set(areas.members(self.asking.frozen.area))
        return tuple(code for code in areas.codes(self.level) if inside.issuperset(areas.members(code)))

    def sheet(self, code: str) -> AreaSheet:
        """The sheet of one of `codes`."""
        asking, scope = self.asking, replace(self.asking.scope, area=code)
        words, desk = asking.desk.words, asking.desk
        page = _Known(desk, scope, self.marks[code], self.efforts[code])
        parts = [part for part in self.categories[code] if part.cases.status is Status.OK]
        return AreaSheet(
            code=code,
            level=self.level,
            name=areas.name(code),
            inside=areas.label(areas.parent(code)),
            people=desk.facts.residents(code),
            period=words.window(scope.window),
            slice="" if scope.slice == ALL else slice_name(words, scope.slice),
            headline=_headline(page, self.figures["K01"][code], words),
            heads=tuple(self.figures[one][code] for one in HEADLINE),
            keys=tuple(_key_rows(self, code)),
            months=self.months[code],
            groups=self.groups[code],
            categories=tuple(parts[:TOP_CATEGORIES]),
            hidden_categories=sum(part.cases.status is Status.SUPPRESSED for part in self.categories[code]),
            work=self.work[code],
            changes=page.changes,
            questions=page.questions,
            cutoff=words.day(desk.cube.cutoff),
            snapshot=asking.frozen.code,
            mark=SAMPLE_MARK if desk.cube.sample_cases else "",
        )

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Number]]:
        """Indicator -> area -> number; the city among the areas."""
        codes = dict.fromkeys((*HEADLINE, *(code for theme in THEMES.values() for code in theme)))
        return {code: self._by_area(code) for code in codes}

    def _by_area(self, code: str) -> Mapping[str, Number]:
        scope = self.asking.scope
        found = self.asking.ask(scope.ask(code, self.level, area=areas.CITY))
        city = self.asking.one(scope.ask(code, area=areas.CITY))
        return {number.question.area: number for number in (*found, city)}

    @cached_property
    def marks(self) -> Mapping[str, tuple[spine.Mark, ...]]:
        """Area -> its indicators against the city."""
        return spine.marks_by_area(self.asking.desk, self.asking.scope, self.level)

    @cached_property
    def months(self) -> Mapping[str, tuple[MonthBar, ...]]:
        """Area -> the last two years by month."""
        asking, words = self.asking, self.asking.desk.words
        window = recent(asking.desk, asking.frozen.window, MONTHS)
        labels = window.months()
        city = [number.value for number in asking.ask(_cases(asking, window, "bulan"))]
        final = len(labels) - unsettled_months(asking.desk, labels)
        found: dict[str, list[MonthBar]] = {code: [] for code in areas.codes(self.level)}
        for number in asking.ask(_cases(asking, window, "bulan", self.level)):
            bars = found[number.question.area]
            place = len(bars)
            expected = city[place] * self._share(number.question.area)
            bars.append(MonthBar(words.month(labels[place]), number, expected, place >= final))
        return {code: tuple(bars) for code, bars in found.items()}

    def _share(self, code: str) -> float:
        """Share of an area in the city's residents."""
        facts = self.asking.desk.facts
        return facts.residents(code) / facts.residents(areas.CITY)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Part, ...]]:
        """Area -> its groups, most cases first."""
        return self._parts("kelompok") if self.asking.frozen.slice == ALL else dict.fromkeys(self.codes, ())

    @cached_property
    def categories(self) -> Mapping[str, tuple[Part, ...]]:
        """Area -> its categories, most cases first, those withheld last."""
        return self._parts("kategori")

    def _parts(self, name: str) -> Mapping[str, tuple[Part, ...]]:
        asking, scope = self.asking, self.asking.scope
        cases, persons = (asking.ask(scope.ask(code, name, self.level, area=areas.CITY)) for code in ("K01", "K02"))
        found: dict[str, list[Part]] = {code: [] for code in areas.codes(self.level)}
        for first, second in zip(cases, persons, strict=True):
            found[first.question.area].append(Part(slice_name(asking.desk.words, first.question.slice), first, second))
        return {code: tuple(sorted(parts, key=_fewness)) for code, parts in found.items()}

    @cached_property
    def efforts(self) -> Mapping[str, Share]:
        """Area -> its rate put down to problems and to searching, as on Profil wilayah."""
        scope, desk = self.asking.scope, self.asking.desk
        found = reach.search(desk.facts, scope.window, scope.slice, desk.screen, self.level)
        return {code: one.told for code, one in zip(areas.codes(self.level), found, strict=True)}

    @cached_property
    def spent(self) -> Spent:
        """Monthly reports and visits of all areas of the level."""
        return spent(self.asking.desk.facts, self.asking.frozen.window, areas.codes(self.level))

    @cached_property
    def work(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Area -> monthly reports sent and visits told of."""
        words = self.asking.desk.words
        rows = zip(areas.codes(self.level), *self.spent, strict=True)
        return {code: tuple(_work(words, *map(int, told))) for code, *told in rows}


def _headline(page: Profile, cases: Number, words: Words) -> str:
    """The sentence of Profil wilayah; where the number of cases is withheld, that it is."""
    if cases.status is not Status.SUPPRESSED:
        return page.headline
    return words("lembar.kasus_disensor", tempat=areas.label(page.scope.area), periode=words.window(page.scope.window))


def _cases(asking: Asking, window: Window, *by: str) -> Query:
    return asking.scope.ask("K01", *by, window=window, area=areas.CITY)


def _fewness(part: Part) -> float:
    """Sorts by cases, most first; what is not known after what is."""
    return float("inf") if isnan(part.cases.value) else -part.cases.value


def _work(words: Words, reports: int, told: int, visits: int) -> Iterator[tuple[str, str]]:
    yield words("profil.upaya.laporan"), words.number(reports)
    text = f"{words.number(visits)} ({words('profil.upaya.dari_laporan', jumlah=words.number(told))})"
    yield words("profil.upaya.kunjungan"), text if told else words("profil.upaya.tidak_dicatat")


def _key_rows(sheets: Sheets, code: str) -> Iterator[KeyRow]:
    words = sheets.asking.desk.words
    marks = {mark.item.id: mark for mark in sheets.marks[code]}
    for theme, indicators in THEMES.items():
        for one in indicators:
            number, city = sheets.figures[one][code], sheets.figures[one][areas.CITY]
            symbol, verdict = spine.verdict_text(words, marks[one]) if one in marks else ("", "")
            yield KeyRow(
                theme=words(f"lembar.tema_{theme}"),
                name=words(f"profil.nama.{one}"),
                number=number,
                parts=_parts_text(words, number, indicator(one)),
                city=city.text,
                symbol=symbol,
                verdict=verdict,
                tone=spine.tone(marks[one]) if one in marks else "biasa",
            )


def _parts_text(words: Words, number: Number, item: Indicator) -> str:
    if (not item.denominator and item.engine == "sel") or isnan(number.numerator) or isnan(number.denominator):
        return ""
    return f"{words.number(number.numerator)} / {words.number(number.denominator)}"


def passports(sheet: AreaSheet) -> Sequence[tuple[str, str]]:
    """What a code is of, where the code's own indicator does not say it, and the code, of every number of the sheet once."""
    named = [("", number) for number in sheet.heads[:2]] + [("", row.number) for row in sheet.keys]
    parts = [(part.name, number) for part in (*sheet.groups, *sheet.categories) for number in (part.cases, part.persons)]
    months = [(bar.label, bar.number) for bar in sheet.months]
    return list({number.passport: (name, number.passport) for name, number in (*named, *parts, *months)}.values())
