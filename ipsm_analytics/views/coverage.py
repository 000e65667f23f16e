"""Cakupan & jangkauan: who is served, who is not found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd

from ipsm_analytics.answers import reach
from ipsm_analytics.answers.unseen import city
from ipsm_analytics.cube import Selection
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy, is_sensitive, release
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.reference.services import services
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.statistics.effort import LEAST_KNOWN, Pooled
from ipsm_analytics.statistics.quiet import Quiet, Standing
from ipsm_analytics.views import strips
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, scope_suffix, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import headline
from ipsm_analytics.views.quality import Listing
from ipsm_analytics.views.services import Services
from ipsm_analytics.views.tables import exported
from ipsm_analytics.views.values import interval_text, short_value

REPORTING = ("R01", "R02", "R03")


@dataclass(frozen=True)
class Coverage:
    """Everything the page shows; each part is made when it is first looked at."""

    desk: Desk
    scope: Scope

    def prepared(self) -> Coverage:
        """The page with the parts that take seconds made."""
        _ = (self.desk.facts.matches, self.silence)
        return self

    @cached_property
    def headline(self) -> str:
        """The weakest service with its gap, and how many kelurahan are far below expectation; or that nobody reported."""
        if self.desk.answer(self.scope.ask("K01"))["status"].iloc[0] == Status.NOT_REPORTED:
            return f"{headline(self.desk, self.scope)} {self.spm.lowest}"
        return f"{self.spm.lowest} {silence_sentence(self)}"

    @property
    def spm_area(self) -> str:
        """The area SPM figures are shown for: nothing is reported below kecamatan; the city where a kecamatan reports nothing."""
        area = self.scope.surroundings.area
        reported = any(self.desk.facts.spm.latest(code, area) for code in services())
        return area if reported else areas.CITY

    @cached_property
    def spm(self) -> Services:
        """The five services in the year in which the scope ends."""
        return Services(self.desk, self.spm_area, self.scope.window.last.year)

    @property
    def services(self) -> Chart:
        """Five services by quarter."""
        return self.spm.chart

    @cached_property
    def sources(self) -> Listing:
        """Gap, source and day of Y, and PSM finds unknown to the register beside them."""
        return _sources(self)

    @cached_property
    def cascade(self) -> Chart:
        """Distinct persons from found to done."""
        return _cascade(self)

    @cached_property
    def reporting(self) -> Listing:
        """R01, R02 and R03 by area, the worst completeness first."""
        return _reporting(self)

    @cached_property
    def silence(self) -> Quiet:
        """All kelurahan of the city judged; seconds."""
        return reach.silence(self.desk.facts, self.scope.window, self.scope.slice)

    @cached_property
    def quiet(self) -> Listing:
        """Kelurahan of the scope far below expectation, and those that did not report."""
        return _quiet(self)

    @cached_property
    def search(self) -> Listing:
        """By kecamatan: more problems, or more searching."""
        return _search(self)

    @cached_property
    def hidden(self) -> Listing:
        """Estimated persons in neither list by group, for the city."""
        return _hidden(self)

    @cached_property
    def districts(self) -> Listing:
        """The estimate of the scope's slice by kecamatan."""
        return _districts(self)


def silence_sentence(page: Coverage) -> str:
    """How many kelurahan of the scope are far below expectation or did not report; or why that is not judged."""
    words, found = page.desk.words, page.silence
    if found.refusal:
        return words(f"cakupan.tolak.{found.refusal.reason}", ada=found.refusal.found, perlu=found.refusal.needed)
    inside = [found.areas[place].standing for place, _ in _places(page)]
    return words("cakupan.sunyi.kalimat", sunyi=inside.count(Standing.QUIET), diam=inside.count(Standing.NOT_REPORTED))


def _places(page: Coverage) -> list[tuple[int, str]]:
    """Positions and codes of the kelurahan of the scope."""
    inside = set(areas.members(page.scope.area))
    return [(place, code) for place, code in enumerate(areas.codes("kelurahan")) if code in inside]


def _sources(page: Coverage) -> Listing:
    words = page.desk.words
    return Listing(
        key="cakupan_sasaran",
        title=words("cakupan.sasaran.judul", wilayah=areas.label(page.spm_area)),
        reading=words("cakupan.sasaran.cara"),
        remark="",
        table=_source_table(page, page.desk.screen),
        export=lambda: _stamped(page, _source_table(page, page.desk.export)),
    )


def _source_table(page: Coverage, rule: Policy) -> pd.DataFrame:
    """One row a service; small gaps and finds are withheld under the rule."""
    words, rows = page.desk.words, []
    for code, frame in page.spm.answers.items():
        place = page.spm.newest.get(code)
        gap, (source, day) = page.spm.gap(code, rule), page.spm.source(code)
        found = reach.outside(page.desk.facts, code, page.spm_area, page.scope.window, rule)
        rows.append(
            {
                words("cakupan.kolom.layanan"): indicator(code).short,
                words("pilahan.triwulan"): "–" if place is None else frame.loc[place, "triwulan"],
                words("cakupan.kolom.sisa"): gap,
                words("cakupan.kolom.luar"): words("status.disensor") if found is None else words.number(found),
                words("cakupan.kolom.tanggal"): day,
                words("cakupan.kolom.sumber"): source,
            }
        )
    return pd.DataFrame(rows)


def _stamped(page: Coverage, frame: pd.DataFrame) -> pd.DataFrame:
    cube = page.desk.cube
    mark = SAMPLE_MARK if cube.sample_cases or page.desk.facts.spm.sample else ""
    return frame.assign(data_sampai=str(cube.cutoff or ""), versi_data=cube.version, tanda=mark)


def _cascade(page: Coverage) -> Chart:
    words, scope = page.desk.words, page.scope
    steps = partial(reach.cascade, page.desk.facts, scope.window, scope.slice, scope.area)
    shown = _step_table(page, steps(page.desk.screen))
    column = shown.columns
    rows = [
        strips.Row(name, float(step.persons or 0), 0.0, 0.0, f"{count} · {share}" if share != "–" else count)
        for step, name, count, share in zip(steps(page.desk.screen), *(shown[one] for one in column[:3]), strict=True)
    ]
    return Chart(
        key="cakupan_jenjang",
        title=words("cakupan.jenjang.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(page.desk, indicator("K02"), scope.window),
        reading=words("cakupan.jenjang.cara"),
        alt=words("cakupan.jenjang.alt", daftar=words.listing([f"{row.name} {row.text}" for row in rows])),
        figure=strips.counts(rows),
        table=lambda: shown,
        export=lambda: _stamped(page, _step_table(page, steps(page.desk.export))),
    )


def _step_table(page: Coverage, steps: Sequence[reach.Step]) -> pd.DataFrame:
    words = page.desk.words
    return pd.DataFrame(
        {
            words("cakupan.kolom.jenjang"): [words(f"cakupan.jenjang.{step.quantity}") for step in steps],
            words("cakupan.kolom.orang"): [
                words("status.disensor") if step.persons is None else words.number(step.persons) for step in steps
            ],
            words("cakupan.kolom.bagian"): [
                words(
                    "cakupan.jenjang.bagian",
                    nilai=words.number(step.share, 1),
                    bawah=words.number(step.lower, 1),
                    atas=words.number(step.upper, 1),
                )
                if step.share is not None
                else "–"
                for step in steps
            ],
        }
    )


def _reporting(page: Coverage) -> Listing:
    words, scope = page.desk.words, page.scope.surroundings
    level = "kecamatan" if scope.area == areas.CITY else "kelurahan"
    asked = {code: scope.ask(code, level) for code in REPORTING}

    def readable(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        order = frames["R01"]["value"].sort_values(kind="stable", na_position="last").index
        table: dict[str, list[str]] = {words(f"pilahan.{level}"): list(map(str, frames["R01"][level][order]))}
        for code, frame in frames.items():
            item = indicator(code)
            table[f"{item.short} (%, 95%)"] = [
                f"{short_value(words, row['value'], row['status'], item)} "
                f"({interval_text(words, row['lower'], row['upper'], item)})"
                if row["status"] in (Status.OK, Status.ZERO)
                else words(f"status.{row['status']}")
                for _, row in frame.loc[order].iterrows()
            ]
        return pd.DataFrame(table)

    return Listing(
        key="cakupan_lapor",
        title=words("cakupan.lapor.judul", lingkup=scope_suffix(words, Scope(scope.area, ALL, scope.window))),
        reading=words("cakupan.lapor.cara"),
        remark="",
        table=readable({code: page.desk.answer(one) for code, one in asked.items()}),
        export=lambda: pd.concat([exported(page.desk, one, indicator(code)) for code, one in asked.items()]),
    )


def _quiet(page: Coverage) -> Listing:
    words, found = page.desk.words, page.silence
    table = _quiet_table(page, page.desk.screen)
    remark = ""
    if found.refusal:
        remark = silence_sentence(page)
    elif table.empty:
        remark = words("cakupan.sunyi.kosong")
    return Listing(
        key="cakupan_sunyi",
        title=words("cakupan.sunyi.judul", lingkup=scope_suffix(words, page.scope)),
        reading=words("cakupan.sunyi.cara"),
        remark=remark,
        table=table,
        export=lambda: _stamped(page, _quiet_table(page, page.desk.export)),
    )


def _quiet_table(page: Coverage, rule: Policy) -> pd.DataFrame:
    """Quiet kelurahan, then those that did not report; counts the rule withholds take their expectation with them.

    Where the rule keeps a sensitive slice to kecamatan, a quiet kelurahan is told by its kecamatan only.
    """
    words, found = page.desk.words, page.silence
    kept = rule.sensitive_to_kecamatan and is_sensitive(page.scope.slice)
    listed = [(Standing.QUIET, "periksa"), (Standing.NOT_REPORTED, "hubungi")]
    chosen = [
        (code, found.areas[place], to_do)
        for state, to_do in listed
        for place, code in _places(page)
        if found.areas[place].standing is state
    ]
    cells = Selection("cases", tuple(code for code, _, _ in chosen), (page.scope.slice,), (page.scope.window,))
    secret = release(page.desk.facts, (cells,), rule).withheld[0, 0] if chosen else []
    rows = []
    for (code, area, to_do), hidden in zip(chosen, secret, strict=True):
        shown = (
            words("status.belum_lapor")
            if area.observed is None
            else words("status.disensor")
            if hidden
            else words.number(area.observed)
        )
        known = area.expected is not None and not hidden
        expected = f"{words.number(area.expected, 1)} ({words.number(area.lower)}–{words.number(area.upper)})" if known else "–"
        place = areas.parent(code) if kept and area.observed is not None else code
        rows.append((areas.label(place), shown, expected, words(f"cakupan.sunyi.{to_do}")))
    return pd.DataFrame(rows, columns=[words(f"cakupan.kolom.{name}") for name in ("wilayah", "kasus", "harapan", "tindakan")])


def _search(page: Coverage) -> Listing:
    words = page.desk.words
    unit = "kunjungan" if reach.effort(page.desk.facts, page.scope.window).visits else "bulan_lapor"
    return Listing(
        key="cakupan_upaya",
        title=words("cakupan.upaya.judul"),
        reading=words("cakupan.upaya.cara", upaya=words(f"cakupan.upaya.{unit}"), batas=words.number(100 * LEAST_KNOWN)),
        remark="",
        table=_search_table(page, page.desk.screen),
        export=lambda: _stamped(page, _search_table(page, page.desk.export)),
    )


def _search_table(page: Coverage, rule: Policy) -> pd.DataFrame:
    words, scope = page.desk.words, page.scope
    found = reach.search(page.desk.facts, scope.window, scope.slice, rule)
    rows = [
        (areas.label(code), *_searched(words, one.found, withheld=one.withheld))
        for code, one in zip(areas.codes("kecamatan"), found, strict=True)
    ]
    names = ("wilayah", "laju", "upaya", "hasil", "dasar", "putusan")
    return pd.DataFrame(rows, columns=[words(f"cakupan.kolom.{name}") for name in names])


def _searched(words: Words, found: Pooled, *, withheld: bool) -> tuple[str, str, str, str, str]:
    """Rate, effort and yield against the city, what they rest on, and the verdict."""
    one, refusal = found.share, found.share.refusal
    basis = words(
        "cakupan.upaya.dasar",
        ada=found.parts - found.left_out,
        semua=found.parts,
        bagian=words.number(100 * found.known),
    )
    if withheld:
        return "–", "–", "–", basis, words("status.disensor")
    if refusal:
        told = words(f"cakupan.upaya.tolak.{refusal.reason}", perlu=words.number(refusal.needed))
        return "–", "–", "–", basis, told
    rate, lower, upper, work, yields = (
        words.number(value, 2) for value in (one.rate, one.rate_lower, one.rate_upper, one.effort, one.yields)
    )
    return f"{rate} ({lower}–{upper})", work, yields, basis, words(f"cakupan.upaya.{one.verdict.name}")


def _hidden(page: Coverage) -> Listing:
    words = page.desk.words
    groups = (ALL, *categories.GROUPS) if page.scope.slice == ALL else (page.scope.slice,)
    questions = [Query("D02", (), page.scope.window, areas.CITY, code) for code in groups]
    frames = [page.desk.answer(one) for one in questions]
    rows = []
    for code, frame in zip(groups, frames, strict=True):
        found, row = city(page.desk.facts, page.scope.window, code)[0], frame.iloc[0]
        bounds = "–"
        if row["status"] == Status.OK and found.bound_low is not None and found.bound_high is not None:
            low, high = (max(end - found.observed, 0) for end in (found.bound_low, found.bound_high))
            bounds = f"{words.number(low)}–{words.number(high)}"
        told = words(f"cakupan.tersembunyi.tolak.{found.refusal.reason}") if found.refusal else _left_out(page, found.left_out)
        rows.append((slice_name(words, code), *_hidden_cells(page, row), bounds, told))
    names = ("kelompok", "terlihat", "luar_daftar", "batas", "catatan")
    return Listing(
        key="cakupan_tersembunyi",
        title=words("cakupan.tersembunyi.judul"),
        reading=words("cakupan.tersembunyi.cara"),
        remark="",
        table=pd.DataFrame(rows, columns=[words(f"cakupan.kolom.{name}") for name in names]),
        export=lambda: _released_all(page, questions),
    )


def _left_out(page: Coverage, number: int) -> str:
    return page.desk.words("cakupan.tersembunyi.sisa", jumlah=number) if number else "–"


def _hidden_cells(page: Coverage, row: pd.Series) -> tuple[str, str]:
    words, item = page.desk.words, indicator("D02")
    value = short_value(words, row["value"], row["status"], item)
    limits = f" ({interval_text(words, row['lower'], row['upper'], item)})" if row["status"] == Status.OK else ""
    return words.number(row["numerator"]), value + limits


def _released_all(page: Coverage, questions: Sequence[Query]) -> pd.DataFrame:
    item = indicator("D02")
    return pd.concat([exported(page.desk, one, item).assign(kelompok=one.slice) for one in questions])


def _districts(page: Coverage) -> Listing:
    words, scope = page.desk.words, page.scope
    question = Query("D02", ("kecamatan",), scope.window, areas.CITY, scope.slice)
    frame = page.desk.answer(question)
    rows = [(str(row["kecamatan"]), *_hidden_cells(page, row)) for _, row in frame.iterrows()]
    return Listing(
        key="cakupan_tersembunyi_kecamatan",
        title=words("cakupan.tersembunyi.kecamatan", kelompok=slice_name(words, scope.slice)),
        reading=words("cakupan.tersembunyi.cara_kecamatan"),
        remark="",
        table=pd.DataFrame(rows, columns=[words(f"cakupan.kolom.{name}") for name in ("wilayah", "terlihat", "luar_daftar")]),
        export=lambda: _released_all(page, [question]),
    )
