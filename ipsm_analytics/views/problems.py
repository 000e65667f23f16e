"""Kategori: which problems, which people?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from ipsm_analytics.casework.traits import AGAIN
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, UNKNOWN
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.measures.overlaps import JOINT, combinations
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.commonest import commonest
from ipsm_analytics.statistics.comparison import Change, Verdict, holm
from ipsm_analytics.views import narrative, strips, style, tables
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, period_before, scope_suffix, slice_name
from ipsm_analytics.views.drawn import Band, Breakdown, Combination, Line, Member, Pyramid, Section, Upset
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.overview import parts_name
from ipsm_analytics.views.values import interval_text, value_text

THIN = 30
"""Persons below which no problem is called the commonest: half the 95% interval of a share is then up to 17 points."""
SHOWN = 10
"""Combinations drawn on their own."""
EVERY = tuple(categories.categories())


@dataclass(frozen=True)
class Problems:
    """Everything Kategori shows; each part is made when it is first looked at."""

    desk: Desk
    scope: Scope

    @cached_property
    def empty(self) -> bool:
        """True where nothing was reported, or nobody: then only the headline has something to say."""
        return self.desk.answer(self.scope.ask("K01"))["status"].iloc[0] in (Status.NOT_REPORTED, Status.ZERO)

    @cached_property
    def headline(self) -> str:
        """The commonest problem and how many carry several, or why that cannot be said."""
        return narrative.headline(self.desk, self.scope) if self.empty else _headline(self)

    @cached_property
    def totals(self) -> str:
        """Persons, cases and case-categories beside each other."""
        return _totals(self)

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        """Rates, age and sex, new and repeat persons; none where nothing was reported."""
        return () if self.empty else (_rates(self), pyramid(self.desk, self.scope), _repeats(self))

    @cached_property
    def together(self) -> tuple[Chart, ...]:
        """Combinations of groups and, inside a group or category, of categories in one person."""
        found = [_together(self, categories.GROUPS)]
        return tuple(found if self.scope.slice == ALL else [_together(self, self.kinds), *found])

    @cached_property
    def breakdown(self) -> Chart:
        """Persons and cases of each group and category, with the change of the cases."""
        return _breakdown(self)

    @property
    def parts(self) -> tuple[str, ...]:
        """What the scope's slice is made of: groups, the group's categories, or the category itself."""
        return categories.GROUPS if self.scope.slice == ALL else categories.in_group(self.scope.slice) or (self.scope.slice,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Categories whose combinations are told apart: those of a group, all beside a category."""
        return categories.in_group(self.scope.slice) or EVERY

    def combined(self, slices: tuple[str, ...], rule: Policy | None = None) -> pd.DataFrame:
        """Persons of the scope by combination of slices, as on the screen unless another rule is given."""
        scope = self.scope
        return combinations(self.desk.facts.casework, scope.area, scope.window, slices, rule or self.desk.screen, scope.slice)


def _headline(page: Problems) -> str:
    words, frame = page.desk.words, page.combined(EVERY)
    place, period = areas.label(page.scope.area), words.window(page.scope.window)
    if frame["value"].isna().any():
        return words("kategori_hal.judul.disensor", tempat=place, periode=period)
    total = int(frame["value"].sum())
    if total < THIN:
        return words("kategori_hal.judul.sedikit", dari=words.number(total), tempat=place, periode=period)
    several = int(frame.loc[frame["banyak"] > 1, "value"].sum())
    share, limits = _percent(words, several, total), _range(words, several, total)
    carried = words("kategori_hal.rangkap", jumlah=words.number(several), persen=share, selang=limits)
    return f"{_commonest(page, total)} {carried}"


def _commonest(page: Problems, total: int) -> str:
    """The part with most persons where it surely leads, both where it does not."""
    words, found = page.desk.words, commonest(page.combined(page.parts), page.parts)
    place, period, whole = areas.label(page.scope.area), words.window(page.scope.window), words.number(total)
    name, size = slice_name(words, found.first), words.number(found.persons)
    if not found.second:
        return words("kategori_hal.judul.satu", bagian=name.lower(), dari=whole, tempat=place, periode=period)
    if found.sure:
        share = _percent(words, found.persons, total)
        return words(
            "kategori_hal.judul.terbanyak", bagian=name, jumlah=size, dari=whole, persen=share, tempat=place, periode=period
        )
    return words(
        "kategori_hal.judul.imbang",
        bagian=name,
        kedua=slice_name(words, found.second),
        jumlah=size,
        jumlah_kedua=words.number(found.second_persons),
        dari=whole,
        tempat=place,
        periode=period,
    )


def _percent(words: Words, part: float, whole: float) -> str:
    return words.number(100 * part / whole, 1)


def _range(words: Words, part: int, whole: int) -> str:
    low, high = (100 * float(limit) for limit in wilson(part, whole))
    return f"{words.number(low, 1)}–{words.number(high, 1)}"


def _totals(page: Problems) -> str:
    words, desk, scope = page.desk.words, page.desk, page.scope
    persons, cases = (desk.answer(scope.ask(code))["value"].iloc[0] for code in ("K02", "K01"))
    by_category = desk.answer(scope.ask("K01", "kategori"))["value"].sum(skipna=False)
    return words(
        "kategori_hal.jumlah",
        orang=words.number(persons),
        kasus=words.number(cases),
        kasus_kategori=words.number(by_category),
    )


def _rates(page: Problems) -> Chart:
    words, desk, scope, item = page.desk.words, page.desk, page.scope, indicator("K03")
    name = parts_name(scope)
    question = scope.ask("K03", name)
    frame = desk.answer(question).sort_values("value", ascending=False, kind="stable")
    rows = [
        strips.Row(
            slice_name(words, row[name]),
            row["value"],
            row["lower"],
            row["upper"],
            f"{value_text(words, row['value'], row['status'], item)} ({interval_text(words, row['lower'], row['upper'], item)})",
        )
        for row in frame[frame["status"] != Status.ZERO].to_dict("records")
    ]
    return Chart(
        key="kategori_laju",
        title=words("kategori_hal.laju.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, scope.window),
        reading=words("kategori_hal.laju.cara"),
        alt=words("kategori_hal.laju.alt", daftar="; ".join(f"{row.name} {row.text}" for row in rows)),
        figure=strips.Strip(tuple(rows), "titik", max((row.upper for row in rows if row.upper > 0), default=0.0)),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _repeats(page: Problems) -> Chart:
    words, desk, scope, item = page.desk.words, page.desk, page.scope, indicator("K01")
    question = scope.ask("K01", "keberulangan")
    frame = desk.answer(question)
    whole = int(frame["numerator"].sum())
    rows, again = [], 0.0
    for row in frame.to_dict("records"):
        repeated = row["keberulangan"] == AGAIN
        share = _percent(words, row["numerator"], whole)
        again = row["numerator"] if repeated else again
        name = words("kategori_hal.ulang.berulang" if repeated else "kategori_hal.ulang.baru")
        text = f"{value_text(words, row['value'], row['status'], item)} ({share}%)"
        rows.append(strips.Row(name, row["value"], row["value"], row["value"], text))
    return Chart(
        key="kategori_ulang",
        title=words("kategori_hal.ulang.judul", persen=_percent(words, again, whole), lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, scope.window),
        reading=words("kategori_hal.ulang.cara", selang=_range(words, int(again), whole)),
        alt="; ".join(f"{row.name}: {row.text}" for row in rows),
        figure=strips.Strip(tuple(rows), "batang", float(whole)),
        table=lambda: tables.readable(words, frame, item),
        export=lambda: tables.exported(desk, question, item),
    )


def pyramid(desk: Desk, scope: Scope) -> Chart:
    """Cases of a scope by age and sex, unknown ones apart."""
    words, item = desk.words, indicator("K01")
    question = scope.ask("K01", "jk", "usia")
    frame = desk.answer(question)
    return Chart(
        key="kategori_usia",
        title=words("kategori_hal.usia.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, scope.window),
        reading=words("kategori_hal.usia.cara"),
        alt=words("kategori_hal.usia.alt", lingkup=scope_suffix(words, scope)),
        figure=_by_age(words, frame),
        table=lambda: _age_table(words, frame),
        export=lambda: tables.exported(desk, question, item),
    )


def _cells(words: Words, frame: pd.DataFrame) -> dict[tuple[str, str], tuple[float, str]]:
    """(sex, age) -> cases as a number and as written."""
    return {
        (row["jk"], row["usia"]): (row["value"], value_text(words, row["value"], row["status"], indicator("K01")))
        for row in frame.to_dict("records")
    }


def _by_age(words: Words, frame: pd.DataFrame) -> Pyramid:
    """Oldest at the top, unknown age below them, unknown sex apart."""
    cells = _cells(words, frame)
    ages = [*reversed([age for age in AGE_LABELS if age != UNKNOWN]), UNKNOWN]
    sides = [(age, cells["L", age], cells["P", age]) for age in ages]
    bands = tuple(Band(_age(words, age), men[0], women[0], men[1], women[1]) for age, men, women in sides)
    unknown = frame.loc[frame["jk"] == UNKNOWN, "value"].sum(skipna=False)
    heads = words("kategori_hal.usia.laki"), words("kategori_hal.usia.perempuan")
    return Pyramid(heads, bands, ((words("kategori_hal.usia.jk_tidak_diketahui"), unknown, words.number(unknown)),))


def _age(words: Words, age: str) -> str:
    if age == UNKNOWN:
        return words("kategori_hal.usia.tidak_diketahui")
    return words("kategori_hal.usia.tahun", usia=age.replace("-", "–"))


def _age_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    cells = _cells(words, frame)
    heads = {
        "L": words("kategori_hal.usia.laki"),
        "P": words("kategori_hal.usia.perempuan"),
        UNKNOWN: words("kategori_hal.usia.jk_tidak_diketahui"),
    }
    columns = {name: [cells[sex, age][1] for age in AGE_LABELS] for sex, name in heads.items()}
    return pd.DataFrame({words("pilahan.usia"): [_age(words, age) for age in AGE_LABELS], **columns})


def _together(page: Problems, slices: tuple[str, ...]) -> Chart:
    words, desk, scope, item = page.desk.words, page.desk, page.scope, indicator("K02")
    frame = page.combined(slices)
    several = frame[frame["banyak"] > 1]
    by_group = slices == categories.GROUPS
    return Chart(
        key="kategori_gabung_kelompok" if by_group else "kategori_gabung",
        title=words(
            "kategori_hal.gabung.judul_kelompok" if by_group else "kategori_hal.gabung.judul_kategori",
            jumlah=words.number(several["value"].sum(skipna=False)),
            dari=words.number(frame["value"].sum(skipna=False)),
            lingkup=scope_suffix(words, scope),
        ),
        context=context_line(desk, item, scope.window),
        reading=words("kategori_hal.gabung.cara_kelompok" if by_group else "kategori_hal.gabung.cara_kategori"),
        alt=words("kategori_hal.gabung.alt", jumlah=len(frame), terbanyak=_combination_name(words, frame["kombinasi"].iloc[0])),
        figure=_upset(words, frame, slices),
        table=lambda: _combination_table(words, frame),
        export=lambda: _outgoing(page, slices),
    )


def _upset(words: Words, frame: pd.DataFrame, slices: tuple[str, ...]) -> Upset:
    """The largest combinations with a dot for each slice that occurs in them, and the others together."""
    shown, rest = frame.head(SHOWN), frame.iloc[SHOWN:]
    held = [set(name.split(JOINT)) for name in shown["kombinasi"]]
    used = [code for code in slices if slices == categories.GROUPS or any(code in codes for codes in held)]
    whole = frame["value"].sum(skipna=False)
    rows = [
        Combination(
            _combination_name(words, row["kombinasi"]),
            tuple(code in codes for code in used),
            row["value"],
            _sized(words, row, whole),
        )
        for codes, row in zip(held, shown.to_dict("records"), strict=True)
    ]
    if len(rest):
        others: dict[Hashable, Any] = {"value": rest["value"].sum(skipna=False), "status": Status.OK}
        rows.append(
            Combination(words("kategori_hal.gabung.lain", jumlah=len(rest)), (), others["value"], _sized(words, others, whole))
        )
    return Upset(tuple(_member(words, code) for code in used), tuple(rows))


def _member(words: Words, code: str) -> Member:
    name, known = slice_name(words, code), categories.categories()
    if code not in known:
        return Member(name, name, style.GROUP_COLOURS[code])
    return Member(name, known[code].short, style.GROUP_COLOURS[known[code].groups[0]])


def _sized(words: Words, row: Mapping[Hashable, Any], whole: float) -> str:
    text = value_text(words, row["value"], row["status"], indicator("K02"))
    return text if pd.isna(row["value"]) or pd.isna(whole) else f"{text} ({_percent(words, row['value'], whole)}%)"


def _combination_name(words: Words, name: str) -> str:
    """'Anak + Disabilitas'."""
    return " + ".join(slice_name(words, code) for code in name.split(JOINT)) if name else words("kategori_hal.gabung.tanpa")


def _combination_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    whole = frame["value"].sum(skipna=False)
    return pd.DataFrame(
        {
            words("kategori_hal.gabung.kombinasi"): [_combination_name(words, name) for name in frame["kombinasi"]],
            words("kategori_hal.gabung.banyak"): [words.number(count) for count in frame["banyak"]],
            words("kategori_hal.orang"): [_sized(words, row, whole) for row in frame.to_dict("records")],
        }
    )


def _outgoing(page: Problems, slices: tuple[str, ...]) -> pd.DataFrame:
    """Combinations as they may leave the office: withheld ones have no number."""
    scope, frame = page.scope, page.combined(slices, page.desk.export)
    frame = frame.assign(kode_wilayah=scope.area, kelompok=scope.slice, periode=page.desk.words.window(scope.window))
    return tables.export_frame(page.desk, frame, indicator("K02"))


@dataclass(frozen=True)
class Moved:
    """Persons and cases of a slice, and how its cases moved."""

    persons: float
    cases: float
    change: Change


def _moves(page: Problems) -> dict[str, Moved]:
    """Every group and category of the scope that had a case now or a year before; changes judged together (Holm)."""
    found: dict[str, tuple[float, float, float]] = {}
    for question in _breakdown_questions(page, "K01"):
        name = question.by[0]
        frame = page.desk.compared(question)
        persons = page.desk.answer(replace(question, indicator="K02"))["value"]
        now, before = frame["value"].to_numpy().reshape(2, -1)
        found |= dict(zip(frame[name], zip(persons, now, before, strict=True), strict=False))
    known = narrative.covered(page.desk, page.scope.before)
    unseen = set(categories.GROUPS).difference(_groups_of(page.scope))
    kept = {code: row for code, row in found.items() if code not in unseen and (row[1] != 0 or row[2] > 0)}
    pairs = [(_whole(now), _whole(before) if known else 0) for _, now, before in kept.values()]
    factors = [page.desk.repeats(page.scope, code) for code in kept]
    changes = holm(pairs, settled=page.desk.settled(page.scope.window), dispersions=factors)
    return {code: Moved(row[0], row[1], item) for (code, row), item in zip(kept.items(), changes, strict=True)}


def _breakdown_questions(page: Problems, code: str) -> tuple[Query, Query]:
    """All groups, and the categories of the scope."""
    return page.scope.ask(code, "kelompok", slice_code=ALL), page.scope.ask(code, "kategori")


def _whole(value: float) -> int:
    return 0 if pd.isna(value) else int(value)


def _breakdown(page: Problems) -> Chart:
    words, desk, scope = page.desk.words, page.desk, page.scope
    moves = _moves(page)
    groups = [group for group in _groups_of(scope) if group in moves]
    moved = [code for code, move in moves.items() if move.change.verdict in (Verdict.UP, Verdict.DOWN)]
    silent = [slice_name(words, code) for code in page.kinds if code not in moves] if scope.slice == ALL else []
    return Chart(
        key="kategori_isi",
        title=words("kategori_hal.isi.judul", lingkup=scope_suffix(words, scope), jumlah=len(moved)),
        context=words(
            "kategori_hal.isi.konteks",
            sebelum=words.window(scope.before) + period_before(desk, scope.window),
            konteks=context_line(desk, indicator("K01"), scope.window),
        ),
        reading=words("kategori_hal.isi.cara", tanpa=", ".join(silent) or words.number(None)),
        alt=words("kategori_hal.isi.alt", daftar=words.listing([slice_name(words, group) for group in groups])),
        figure=Breakdown(
            (words("kategori_hal.orang"), words("kategori_hal.kasus"), words("kategori_hal.isi.perubahan")),
            tuple(_section(words, group, moves) for group in groups),
        ),
        table=lambda: _breakdown_table(words, groups, moves),
        export=lambda: _breakdown_export(page),
    )


def _groups_of(scope: Scope) -> Sequence[str]:
    """The groups the scope touches."""
    if scope.slice in categories.GROUPS or scope.slice == ALL:
        return [group for group in categories.GROUPS if scope.slice in (ALL, group)]
    return categories.categories()[scope.slice].groups


def _inside(group: str, moves: Mapping[str, Moved]) -> list[str]:
    """Categories of a group that occur, most persons first."""
    return sorted((code for code in categories.in_group(group) if code in moves), key=lambda code: -_whole(moves[code].persons))


def _section(words: Words, group: str, moves: Mapping[str, Moved]) -> Section:
    lines = [_line(words, code, moves[code]) for code in (group, *_inside(group, moves))]
    return Section(style.GROUP_COLOURS[group], lines[0], tuple(lines[1:]))


def _line(words: Words, code: str, move: Moved) -> Line:
    persons, cases = words.number(move.persons), words.number(move.cases)
    return Line(slice_name(words, code), move.persons, move.cases, persons, cases, _change_text(words, move.change))


def _change_text(words: Words, item: Change) -> str:
    """Arrow and size of a change that is sure; otherwise that it is open, or a dash without a base."""
    if item.percent is None or item.verdict is Verdict.NO_BASE:
        return words.number(None)
    if item.verdict is Verdict.OPEN:
        return words("kartu.belum_pasti")
    return f"{'▲' if item.verdict is Verdict.UP else '▼'} {words.percent_change(item.percent)}"


def _breakdown_table(words: Words, groups: Sequence[str], moves: Mapping[str, Moved]) -> pd.DataFrame:
    codes = [(group, code) for group in groups for code in (group, *_inside(group, moves))]
    found = [moves[code] for _, code in codes]
    return pd.DataFrame(
        {
            words("pilahan.kelompok"): [slice_name(words, group) for group, _ in codes],
            words("pilahan.kategori"): [slice_name(words, code) if code != group else "" for group, code in codes],
            words("kategori_hal.orang"): [words.number(move.persons) for move in found],
            words("kategori_hal.kasus"): [words.number(move.cases) for move in found],
            words("kategori_hal.isi.sebelum"): [words.number(move.change.before) for move in found],
            words("kategori_hal.isi.perubahan"): [_change_text(words, move.change) for move in found],
        }
    )


def _breakdown_export(page: Problems) -> pd.DataFrame:
    """Cases and persons by group and category as they may leave the office."""
    parts = [
        tables.exported(page.desk, question, indicator(code))
        for code in ("K01", "K02")
        for question in _breakdown_questions(page, code)
    ]
    return pd.concat(parts, ignore_index=True)
