"""Profil wilayah: everything about one area on one screen and on one sheet of paper."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.answers import reach
from ipsm_analytics.answers.effort import spent
from ipsm_analytics.answers.year_before import partial
from ipsm_analytics.cube import Month, Selection
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.measures import Status
from ipsm_analytics.privacy import release
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.statistics.effort import Share, Verdict
from ipsm_analytics.statistics.significance import Reading
from ipsm_analytics.statistics.similar import Neighbour, nearest
from ipsm_analytics.views import figures, narrative, questions, spine, strips, style, tables
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, period, scope_name, scope_suffix, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.late import of_slices
from ipsm_analytics.views.movements import Movement, movements, sentence, told
from ipsm_analytics.views.overview import recent, unsettled_months
from ipsm_analytics.views.problems import pyramid
from ipsm_analytics.views.quality import Listing
from ipsm_analytics.views.values import interval_text, numbers, short_value, value_text

Floats = npt.NDArray[np.float64]
TREND_MONTHS, TOP_CATEGORIES = 24, 5
LEAST_CASES = 10
"""Cases below which the mix of groups of an area is chance and does not count in how alike two areas are."""
SIMILAR: Mapping[str, tuple[str, ...]] = {
    "penduduk": ("penduduk",),
    "desil": ("desil",),
    "campuran": categories.GROUPS,
    "kelengkapan": ("kelengkapan",),
}
"""Property by which areas are alike -> its columns."""
SIMILAR_COLUMNS = ("wilayah", "jarak", "K03", "S01", "tanpa")
TABLES = ("respons", "jangkauan", "kerja")
CASCADE: tuple[Quantity, ...] = ("persons", "persons_verified", "persons_assessed", "persons_served", "persons_done")
Figure = tuple[str, str, str]
"""Label, value, and what stands beside it."""


class MonthBar(NamedTuple):
    """One month of the printed trend: cases (NaN where there is no number), cases at the city's rate, whether still open."""

    label: str
    cases: float
    at_city_rate: float
    unsettled: bool


@dataclass(frozen=True)
class Sheet:
    """What stands on the printed sheet beside the parts of the page."""

    title: str
    subtitle: str
    months: tuple[MonthBar, ...]
    month_ends: tuple[str, ...]
    month_reading: str
    foot: str


@dataclass(frozen=True)
class Profile:
    """Everything Profil wilayah shows; each part is made when it is first looked at."""

    desk: Desk
    scope: Scope

    @property
    def whole_city(self) -> bool:
        """True where no area has been chosen."""
        return self.scope.area == areas.CITY

    @cached_property
    def marks(self) -> tuple[spine.Mark, ...]:
        """The indicators against the city."""
        return spine.marks(self.desk, self.scope)

    @cached_property
    def headline(self) -> str:
        """The sentence the page opens with: how many cases, then how many indicators are worse or better than the city's."""
        return _headline(self)

    @cached_property
    def spine(self) -> Chart:
        """The area against the city."""
        return _spine(self)

    @cached_property
    def trend(self) -> Chart:
        """Cases by month."""
        return _trend(self)

    @cached_property
    def mix(self) -> Chart:
        """Cases and persons by group and commonest category."""
        return _mix(self)

    @cached_property
    def pyramid(self) -> Chart | None:
        """Cases by age and sex; None where nobody reported."""
        silent = self.desk.answer(self.scope.ask("K01"))["status"].iloc[0] == Status.NOT_REPORTED
        return None if silent else pyramid(self.desk, self.scope)

    @cached_property
    def response(self) -> tuple[Figure, ...]:
        """How fast, and what is left."""
        return tuple(_figure(self, code) for code in ("S01", "S02", "S03", "S04"))

    @cached_property
    def coverage(self) -> tuple[Figure, ...]:
        """Who is reached: the cascade of persons, C06 and D01."""
        return (*_cascade(self), _figure(self, "C06"), _figure(self, "D01"))

    @cached_property
    def work(self) -> tuple[Figure, ...]:
        """What the PSM of the area did."""
        return _work(self)

    @property
    def tables(self) -> tuple[tuple[str, tuple[Figure, ...], str], ...]:
        """Key of the title, figures and remark of each of the three small tables."""
        words = self.desk.words
        parts = (self.response, self.coverage, self.work)
        notes = (words("profil.respons_cara"), words("profil.jangkauan_cara"), self.effort_sentence)
        return tuple(zip(TABLES, parts, notes, strict=True))

    @cached_property
    def effort(self) -> Share | None:
        """The area's rate put down to problems and effort; None for the city."""
        return _effort(self)

    @cached_property
    def effort_sentence(self) -> str:
        """More problems, or more searching?"""
        return _effort_sentence(self)

    @cached_property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """Areas of the same level most like this one; none for the city."""
        return () if self.whole_city else nearest(_properties(self), SIMILAR, self.scope.area)

    @cached_property
    def similar(self) -> Listing:
        """The area and those most like it, side by side."""
        return _similar(self)

    @cached_property
    def movements(self) -> tuple[Movement, ...]:
        """All candidates for a change to be told."""
        return movements(self.desk, self.scope)

    @cached_property
    def changes(self) -> tuple[str, ...]:
        """At most three changes that hold when all candidates are judged together; or that nothing can be concluded."""
        return _changes(self)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """At most three questions from the table of rules; or that no rule asks any."""
        asked = questions.questions(self.desk.words, self.marks, self.effort, areas.label(self.scope.area))
        return asked or (self.desk.words("profil.tanya.tidak_ada"),)

    @cached_property
    def sheet(self) -> Sheet:
        """What the printed sheet needs beside all this."""
        return _sheet(self)

    def finish(self) -> Profile:
        """Makes every part that takes time, so that the wait falls into one place."""
        _ = self.marks, self.effort, self.neighbours, self.movements
        return self


def _headline(page: Profile) -> str:
    """Changes are left to the list of those that hold when all are judged together."""
    words, scope = page.desk.words, page.scope
    row = page.desk.answer(scope.ask("K01")).iloc[0]
    place, span = areas.label(scope.area), period(page.desk, scope.window)
    if row["status"] == Status.NOT_REPORTED:
        return words("judul.belum_lapor", tempat=place, periode=span)
    part = slice_name(words, scope.slice).lower()
    key = "judul.kasus" if scope.slice == ALL else "judul.kasus_bagian"
    return f"{words(key, jumlah=words.number(row['value']), bagian=part, tempat=place, periode=span)}. {_standing(page)}".strip()


def _standing(page: Profile) -> str:
    """How many of the assessed indicators are worse or better; nothing where there are none."""
    words = page.desk.words
    assessed = [mark for mark in page.marks if not mark.reason]
    if not assessed:
        return ""
    worse, better = (sum(mark.reading is side for mark in assessed) for side in (Reading.WORSE, Reading.BETTER))
    return words("profil.kedudukan" if worse or better else "profil.kedudukan_sama", buruk=worse, baik=better, dari=len(assessed))


def _spine(page: Profile) -> Chart:
    words, scope = page.desk.words, page.scope
    level = words(f"pilahan.{spine.peer_level(scope.area)}").lower()
    return Chart(
        key="profil_banding",
        title=words("profil.banding.judul_kota" if page.whole_city else "profil.banding.judul", wilayah=scope_name(words, scope)),
        context=words("profil.banding.konteks", periode=words.window(scope.window), cutoff=words.day(page.desk.cube.cutoff)),
        reading=words("profil.banding.cara", tingkat=level),
        alt=words("profil.banding.alt", wilayah=areas.label(scope.area), jumlah=len(page.marks)),
        figure=spine.spine(words, page.marks, scope),
        table=lambda: spine.spine_table(words, page.marks),
        export=lambda: spine.spine_export(page.desk, scope),
    )


def _monthly(page: Profile) -> tuple[pd.DataFrame, list[float | None]]:
    """Cases by month, and how many there would be at the city's rate; the latter empty for the city itself."""
    desk, scope = page.desk, page.scope
    window = recent(desk, scope.window, TREND_MONTHS)
    frame = desk.answer(scope.ask("K01", "bulan", window=window))
    if page.whole_city:
        return frame, []
    city = desk.answer(scope.ask("K01", "bulan", window=window, area=areas.CITY))["value"]
    return frame, numbers(city * (desk.facts.residents(scope.area) / desk.facts.residents(areas.CITY)))


def _trend(page: Profile) -> Chart:
    words, desk, scope, item = page.desk.words, page.desk, page.scope, indicator("K01")
    frame, expected = _monthly(page)
    window = recent(desk, scope.window, TREND_MONTHS)
    months = window.months()
    lines = [figures.Line(words("profil.tren.laju_kota"), expected, style.MUTED, quiet=True)] if expected else []
    lines.append(figures.Line(words("profil.tren.ini") if expected else "", numbers(frame["value"])))
    unsettled = unsettled_months(desk, months)
    late = of_slices(desk, scope, item, (scope.slice,))
    lines[-1] = replace(lines[-1], foreseen=(foreseen := late.drawn(scope.slice, months, numbers(frame["value"]))))
    told = [replace(lines[-1], name=words("profil.tren.ini"))]
    reading = words("profil.tren.cara_kota" if page.whole_city else "profil.tren.cara", hari=desk.settle_days)
    return Chart(
        key="profil_tren",
        title=words("profil.tren.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, window),
        reading=(f"{reading} {words('tren.bulanan.cara_kini')}" if foreseen else reading) + late.note([]),
        alt=words("profil.tren.judul", lingkup=scope_suffix(words, scope)) + late.alt(told, months),
        figure=figures.monthly(
            words, months, lines, unsettled, height=260, unit=item.unit, wide=not desk.narrow, foreseen=foreseen
        ),
        table=lambda: tables.readable(words, frame, item).assign(**late.column(scope.slice, months, numbers(frame["value"]))),
        export=lambda: tables.with_passports(
            desk,
            scope.ask("K01", "bulan", window=window),
            tables.export_frame(desk, late.released(desk.released(scope.ask("K01", "bulan", window=window))), item),
        ),
    )


def _mix(page: Profile) -> Chart:
    words, desk, scope, item = page.desk.words, page.desk, page.scope, indicator("K01")
    frame = _parts(page)
    rows = [_mix_row(words, row) for row in frame.to_dict("records") if row["status"] != Status.ZERO]
    if (frame["status"] == Status.NOT_REPORTED).all():
        rows = [replace(rows[0], name=slice_name(words, scope.slice), text=words(f"status.{Status.NOT_REPORTED}"))]
    return Chart(
        key="profil_campuran",
        title=words("profil.campuran.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, scope.window),
        reading=words("profil.campuran.cara"),
        alt=words("profil.campuran.alt", daftar="; ".join(f"{row.name} {row.text}" for row in rows)),
        figure=strips.counts(rows),
        table=lambda: _mix_table(words, frame),
        export=lambda: tables.exported(desk, scope.ask("K01", "kategori"), item),
    )


def _parts(page: Profile) -> pd.DataFrame:
    """Groups, then the commonest categories: bagian, value and status of the cases, orang as written."""
    scope, parts = page.scope, []
    for name, limit in (("kelompok", len(categories.GROUPS)), ("kategori", TOP_CATEGORIES)):
        if name == "kelompok" and scope.slice != ALL:
            continue
        cases, persons = (page.desk.answer(scope.ask(code, name)) for code in ("K01", "K02"))
        joined = cases.assign(bagian=cases[name], persons=persons["value"], persons_status=persons["status"])
        parts.append(joined.sort_values("value", ascending=False, kind="stable").head(limit))
    columns = ["bagian", "value", "status", "persons", "persons_status"]
    return pd.concat([part[columns] for part in parts], ignore_index=True)


def _mix_row(words: Words, row: Mapping[Hashable, Any]) -> strips.Row:
    value = float(row["value"])
    return strips.Row(slice_name(words, str(row["bagian"])), value, value, value, " · ".join(_mix_texts(words, row)))


def _mix_texts(words: Words, row: Mapping[Hashable, Any]) -> list[str]:
    pairs = ((row["value"], row["status"], indicator("K01")), (row["persons"], row["persons_status"], indicator("K02")))
    return [value_text(words, float(value), str(status), item) for value, status, item in pairs]


def _mix_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    texts = [_mix_texts(words, row) for row in frame.to_dict("records")]
    return pd.DataFrame(
        {
            words("profil.campuran.bagian"): [slice_name(words, code) for code in frame["bagian"]],
            indicator("K01").title: [cases for cases, _ in texts],
            indicator("K02").title: [persons for _, persons in texts],
        }
    )


def _figure(page: Profile, code: str) -> Figure:
    words, item = page.desk.words, indicator(code)
    row = page.desk.answer(page.scope.ask(code)).iloc[0]
    shown = row["status"] in (Status.OK, Status.ZERO)
    note = interval_text(words, row["lower"], row["upper"], item) if item.interval and shown else ""
    value = short_value(words, row["value"], row["status"], item)
    return words(f"profil.nama.{code}"), value, words("kartu.selang", selang=note) if note else item.unit if shown else ""


def _cascade(page: Profile) -> list[Figure]:
    """Distinct persons who got so far, and their share of those reported."""
    words, scope = page.desk.words, page.scope
    whole, found = None, []
    silent = page.desk.answer(scope.ask("K02"))["status"].iloc[0] == Status.NOT_REPORTED
    for step in CASCADE:
        released = release(page.desk.facts, (Selection(step, (scope.area,), (scope.slice,), (scope.window,)),), page.desk.screen)
        count = int(released.counts[0].values[0, 0, 0])
        hidden = Status.NOT_REPORTED if silent else Status.SUPPRESSED if released.withheld[0, 0, 0] else None
        share = words("profil.dari_dilaporkan", persen=words.number(100 * count / whole, 0)) if whole and not hidden else ""
        whole = count if whole is None else whole
        found.append((words(f"profil.kaskade.{step}"), words(f"status.{hidden}") if hidden else words.number(count), share))
    return found


def _work(page: Profile) -> tuple[Figure, ...]:
    words, scope = page.desk.words, page.scope
    active = page.desk.answer(scope.ask("R03")).iloc[0]
    done = spent(page.desk.facts, scope.window, (scope.area,))
    reports, told_, visits = (int(part[0]) for part in done)
    return (
        (words("profil.upaya.terdaftar"), words.number(active["denominator"]), words("profil.upaya.satuan_psm")),
        (
            words("profil.upaya.aktif"),
            words.number(active["numerator"]),
            short_value(words, active["value"], active["status"], indicator("R03")),
        ),
        _figure(page, "B01"),
        (words("profil.upaya.laporan"), words.number(reports), words("profil.upaya.satuan_laporan")),
        (
            words("profil.upaya.kunjungan"),
            words.number(visits) if told_ else words("profil.upaya.tidak_dicatat"),
            words("profil.upaya.dari_laporan", jumlah=words.number(told_)) if told_ else "",
        ),
    )


def _effort(page: Profile) -> Share | None:
    """The area among those of its level: cases per visit, all visits worth the same."""
    if page.whole_city:
        return None
    level, scope = spine.peer_level(page.scope.area), page.scope
    found = reach.search(page.desk.facts, scope.window, scope.slice, page.desk.screen, level)
    return found[areas.codes(level).index(scope.area)].told


def _effort_sentence(page: Profile) -> str:
    words, share = page.desk.words, page.effort
    if share is None:
        return words("profil.upaya.kota")
    if share.rate is None or share.effort is None or share.yields is None:
        reason = share.refusal.reason if share.refusal else "tanpa_data_upaya"
        return words("profil.upaya.tidak_dinilai", sebab=words(f"profil.upaya.sebab_{reason}"))
    visits = reach.effort(page.desk.facts, page.scope.window).visits
    return words(
        "profil.upaya.putusan",
        satuan=words(f"cakupan.upaya.{'kunjungan' if visits else 'bulan_lapor'}"),
        putusan=words(f"profil.putusan.{VERDICTS[share.verdict]}"),
        laju=words.number(share.rate, 2),
        upaya=words.number(share.effort, 2),
        hasil=words.number(share.yields, 2),
    )


VERDICTS: Mapping[Verdict, str] = {verdict: verdict.name.lower() for verdict in Verdict}
"""Verdict -> end of its key in the catalogue."""


def _properties(page: Profile) -> pd.DataFrame:
    """A row an area of the level: log population, poor register persons a resident, mix of groups, completeness; NaN: unknown."""
    level = spine.peer_level(page.scope.area)
    codes = areas.codes(level)
    people = np.array([page.desk.facts.residents(code) for code in codes], dtype=float)
    plain = Scope(areas.CITY, ALL, page.scope.window)
    poor = page.desk.answer(plain.ask("T01", level))["denominator"].to_numpy(dtype=float)
    mixed = page.desk.answer(plain.ask("K01", "kelompok", level))
    counts = mixed.pivot_table(
        index=f"kode_{level}", columns="kelompok", values="value", sort=False, observed=False, dropna=False
    )
    return pd.DataFrame(
        {
            "penduduk": np.log(np.where(people > 0, people, np.nan)),
            "desil": poor / np.where(people > 0, people, np.nan) if poor.sum() else np.nan,
            "kelengkapan": page.desk.answer(plain.ask("R01", level))["value"].to_numpy(dtype=float),
        },
        index=list(codes),
    ).join(_shares(counts))


def _shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Share of each group in the cases of an area, all NaN where these are fewer than LEAST_CASES."""
    total = counts.sum(axis=1, min_count=len(counts.columns))
    return counts.div(total.where(total >= LEAST_CASES), axis=0).rename_axis(columns=None)[list(categories.GROUPS)]


def _similar(page: Profile) -> Listing:
    words, scope = page.desk.words, page.scope
    level = words(f"pilahan.{spine.peer_level(scope.area)}").lower()
    remark = words("profil.mirip.kota") if page.whole_city else "" if page.neighbours else words("profil.mirip.tidak_ada")
    return Listing(
        key="profil_mirip",
        title=words("profil.mirip.judul", tingkat=level, wilayah=areas.label(scope.area)),
        reading=words("profil.mirip.cara", kasus=LEAST_CASES),
        remark=remark,
        table=pd.DataFrame() if remark else _similar_table(page),
        export=lambda: _similar_export(page),
    )


def _similar_table(page: Profile) -> pd.DataFrame:
    words = page.desk.words
    own = Neighbour(page.scope.area, 0.0, ())
    rows = []
    for one in (own, *page.neighbours):
        told_ = [_with_interval(page, code, one.code) for code in ("K03", "S01")]
        missing = ", ".join(words(f"profil.mirip.{name}") for name in one.left_out)
        distance = words("profil.mirip.ini") if one is own else words.number(one.distance, 2)
        rows.append((areas.label(one.code), distance, *told_, missing or words.number(None)))
    return pd.DataFrame(rows, columns=[words(f"profil.mirip.kolom_{name}") for name in SIMILAR_COLUMNS])


def _with_interval(page: Profile, code: str, area: str) -> str:
    words, item = page.desk.words, indicator(code)
    row = page.desk.answer(page.scope.ask(code, area=area)).iloc[0]
    value = short_value(words, row["value"], row["status"], item)
    limits = interval_text(words, row["lower"], row["upper"], item)
    return f"{value} ({limits})" if row["status"] in (Status.OK, Status.ZERO) else value


def _similar_export(page: Profile) -> pd.DataFrame:
    """K03 and S01 of the area and those like it as they may leave the office."""
    desk, parts = page.desk, []
    for code in ("K03", "S01"):
        for area, distance in ((page.scope.area, 0.0), *((one.code, one.distance) for one in page.neighbours)):
            frame = desk.released(page.scope.ask(code, area=area))
            parts.append(tables.export_frame(desk, frame.assign(jarak=round(distance, 3)), indicator(code)))
    return pd.concat(parts, ignore_index=True)


def _changes(page: Profile) -> tuple[str, ...]:
    words = page.desk.words
    if not narrative.covered(page.desk, page.scope.before):
        return (words("profil.ubah.tanpa_pembanding"),)
    days = partial(page.desk.facts, page.scope.window)
    note = (words("profil.ubah.sebagian", sampai=words.day(days[0]), dulu=words.day(days[1])),) if days else ()
    return (*(tuple(sentence(words, one) for one in told(page.movements)) or (words("profil.ubah.tidak_ada"),)), *note)


def _highest(words: Words, frame: pd.DataFrame) -> str:
    """The month with most cases, by name."""
    if frame["value"].isna().all():
        return ""
    top = frame.iloc[int(frame["value"].argmax())]
    return words("profil.lembar.tertinggi", bulan=words.month(Month.parse(top["bulan"])), jumlah=words.number(top["value"]))


def _sheet(page: Profile) -> Sheet:
    words, desk, scope = page.desk.words, page.desk, page.scope
    frame, expected = _monthly(page)
    months = recent(desk, scope.window, TREND_MONTHS).months()
    open_from = len(months) - unsettled_months(desk, months)
    at_city: Sequence[float | None] = expected or [None] * len(months)
    bars = [
        MonthBar(words.month(month), float(value), float("nan") if city is None else city, place >= open_from)
        for place, (month, value, city) in enumerate(zip(months, frame["value"], at_city, strict=True))
    ]
    sample = f" · {SAMPLE_MARK}" if desk.cube.sample_cases else ""
    return Sheet(
        title=words("profil.lembar.judul", wilayah=areas.label(scope.area)),
        subtitle=words(
            "profil.lembar.anak_judul",
            bagian=slice_name(words, scope.slice),
            periode=words.window(scope.window),
            penduduk=words.number(desk.facts.residents(scope.area)),
        ),
        months=tuple(bars),
        month_ends=(words.month(months[0]), _highest(words, frame), words.month(months[-1])),
        month_reading=words("profil.lembar.cara_bulan_kota" if page.whole_city else "profil.lembar.cara_bulan"),
        foot=words("profil.lembar.kaki", cutoff=words.day(desk.cube.cutoff), versi=desk.cube.version) + sample,
    )
