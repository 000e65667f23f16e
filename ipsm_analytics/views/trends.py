"""Tren: which way, and is it real?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ipsm_analytics.answers.outlook import Outlook
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.views import figures, style, tables
from ipsm_analytics.views import outlook as outlook_words
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, scope_suffix
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.late import Late, of_areas, of_slices
from ipsm_analytics.views.narrative import headline
from ipsm_analytics.views.overview import part_lines, parts_by_month, parts_name, recent, unsettled_months
from ipsm_analytics.views.values import numbers

MEASURES = ("K01", "K02", "K03")
HISTORY = 36
YEAR_COLOURS = ("#9A5B13", style.MUTED, style.TEAL, style.NAVY)


@dataclass(frozen=True)
class Trends:
    """Everything Tren shows for one of MEASURES; each part is made when it is first looked at."""

    desk: Desk
    scope: Scope
    item: Indicator

    @cached_property
    def headline(self) -> str:
        """The sentence the page opens with."""
        return headline(self.desk, self.scope)

    @cached_property
    def outlook(self) -> Outlook:
        """What may be said of where the cases go; of K01 whatever is drawn."""
        months = self.desk.cube.span.months() if self.desk.cube.span else []
        return Outlook(self.desk.facts, self.scope.area, self.scope.slice, unsettled_months(self.desk, months))

    @cached_property
    def conclusions(self) -> list[tuple[str, str]]:
        """Late reports, trend, steps and forecast in words, or why there is none."""
        return outlook_words.conclusions(self.desk.words, self.outlook)

    @cached_property
    def forecast(self) -> Chart | None:
        """The next months, where the forecast may be shown."""
        return outlook_words.forecast_chart(self.desk, self.scope, self.outlook)

    @cached_property
    def monthly(self) -> Chart:
        """Months with the same month a year before."""
        return _monthly(self)

    @cached_property
    def years(self) -> Chart:
        """One line a year."""
        return _years(self.desk, self.scope, self.item)

    @cached_property
    def groups(self) -> Chart:
        """Months by the parts of the scope's slice."""
        return _groups(self.desk, self.scope, self.item)

    @cached_property
    def districts(self) -> Chart:
        """Months by area, all on one scale."""
        return _districts(self.desk, self.scope, self.item)


def trends(desk: Desk, scope: Scope, code: str) -> Trends:
    """The page for a scope and one of MEASURES."""
    return Trends(desk, scope, indicator(code))


def _series(desk: Desk, question: Query) -> list[float | None]:
    return numbers(desk.answer(question)["value"])


def _monthly(page: Trends) -> Chart:
    desk, scope, item = page.desk, page.scope, page.item
    words, window = desk.words, recent(desk, scope.window, HISTORY)
    months, question = window.months(), scope.ask(item.id, "bulan", window=window)
    now, before = _series(desk, question), _series(desk, scope.ask(item.id, "bulan", window=window.shifted(-12)))
    late = of_slices(desk, scope, item, (scope.slice,))
    foreseen = late.drawn(scope.slice, months, now)
    lines = [
        figures.Line(words("tren.tahun_lalu"), before, style.MUTED, quiet=True),
        figures.Line(words("tren.ini"), now, style.NAVY, foreseen=foreseen),
    ]
    unsettled = unsettled_months(desk, months)
    return Chart(
        key="bulanan",
        title=words("tren.bulanan.judul", indikator=item.title, lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, window),
        reading=" ".join(
            [words("tren.bulanan.cara", hari=desk.settle_days), *([words("tren.bulanan.cara_kini")] if foreseen else [])]
        )
        + late.note([]),
        alt=words("tren.bulanan.alt", indikator=item.title, lingkup=scope_suffix(words, scope)) + late.alt(lines, months),
        figure=figures.monthly(
            words,
            months,
            lines,
            unsettled,
            height=330,
            unit=item.unit,
            decimals=item.decimals,
            wide=not desk.narrow,
            foreseen=foreseen,
            happenings=() if desk.narrow else outlook_words.happenings(words, window),
        ),
        table=lambda: _month_table(words, months, lines, unsettled, item).assign(**late.column(scope.slice, months, now)),
        export=lambda: tables.with_passports(
            desk, question, tables.export_frame(desk, late.released(desk.released(question)), item)
        ),
    )


def _month_table(words: Words, months: list[Month], lines: list[figures.Line], unsettled: int, item: Indicator) -> pd.DataFrame:
    state = [words("tren.final")] * (len(months) - unsettled) + [words("bagan.belum_lengkap")] * unsettled
    columns = {f"{line.name} ({item.unit})": [words.number(value, item.decimals) for value in line.values] for line in lines}
    return pd.DataFrame(
        {words("pilahan.bulan"): [words.month(month) for month in months], **columns, words("tren.keadaan"): state}
    )


def _years(desk: Desk, scope: Scope, item: Indicator) -> Chart:
    words, span = desk.words, recent(desk, scope.window, HISTORY)
    question = scope.ask(item.id, "bulan", window=span)
    known = dict(zip(span.months(), _series(desk, question), strict=True))
    years = list(range(span.first.year, span.last.year + 1))[-len(YEAR_COLOURS) :]
    late = of_slices(desk, scope, item, (scope.slice,))
    lines = []
    for year, colour in zip(years, YEAR_COLOURS[-len(years) :], strict=True):
        months = [Month(year, month) for month in range(1, 13)]
        values = [known.get(month) for month in months]
        foreseen = late.drawn(scope.slice, months, values) if year == years[-1] else None
        lines.append(figures.Line(str(year), values, colour, foreseen=foreseen))
    settled = span.last.month - unsettled_months(desk, [month for month in known if month.year == span.last.year])
    return Chart(
        key="tahunan",
        title=words("tren.tahunan.judul", indikator=item.title, lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, span),
        reading=" ".join(
            [words("tren.tahunan.cara"), *([words("tren.bulanan.cara_kini")] if lines and lines[-1].foreseen else [])]
        )
        + late.note([]),
        alt=words("tren.tahunan.alt", indikator=item.title, tahun=words.listing([line.name for line in lines])),
        figure=figures.by_year(words, lines, settled, height=330, unit=item.unit, decimals=item.decimals, wide=not desk.narrow),
        table=lambda: _year_table(words, lines, item),
        export=lambda: tables.exported(desk, question, item),
    )


def _year_table(words: Words, lines: list[figures.Line], item: Indicator) -> pd.DataFrame:
    months = [words.month(Month(2000, month)).split(" ")[0] for month in range(1, 13)]
    return pd.DataFrame(
        {words("pilahan.bulan"): months}
        | {line.name: [words.number(value, item.decimals) for value in line.values] for line in lines}
    )


def _groups(desk: Desk, scope: Scope, item: Indicator) -> Chart:
    words, window = desk.words, recent(desk, scope.window, HISTORY)
    question, frames = parts_by_month(desk, scope, item, window)
    late = of_slices(desk, scope, item, tuple(frames))
    lines = part_lines(words, frames, late, window.months())
    return _panels(scope, window, dict(zip(frames, lines, strict=True)), late, question, parts_name(scope))


def _districts(desk: Desk, scope: Scope, item: Indicator) -> Chart:
    window = recent(desk, scope.window, HISTORY)
    level = "kecamatan" if areas.level_of(scope.area) == "kota" else "kelurahan"
    frame = desk.answer(question := scope.surroundings.ask(item.id, level, "bulan", window=window))
    codes = tuple(dict.fromkeys(frame[f"kode_{level}"]))
    late = of_areas(desk, scope, item, codes)
    lines = {}
    for code in codes:
        values = numbers(frame.loc[frame[f"kode_{level}"] == code, "value"])
        lines[code] = figures.Line(areas.name(code), values, style.TEAL, foreseen=late.drawn(code, window.months(), values))
    return _panels(scope.surroundings, window, lines, late, question, level)


def _panels(scope: Scope, window: Window, named: dict[str, figures.Line], late: Late, question: Query, key: str) -> Chart:
    desk, item, words = late.desk, late.item, late.desk.words
    lines, months = list(named.values()), window.months()
    unsettled = unsettled_months(desk, months)
    code_column = f"kode_{key}" if key in ("kecamatan", "kelurahan") else key
    return Chart(
        key=key,
        title=words(f"tren.{key}.judul", indikator=item.title, lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, window),
        reading=words("tren.panel.cara") + late.note(lines),
        alt=words("tren.panel.alt", jumlah=len(lines), indikator=item.title) + late.alt(lines, months),
        figure=figures.small_multiples(
            words,
            months,
            lines,
            unsettled,
            columns=2 if desk.narrow else min(len(lines), 5),
            unit=item.unit,
            decimals=item.decimals,
        ),
        table=lambda: _panel_table(_month_table(words, months, lines, unsettled, item), named, late, months),
        export=lambda: tables.with_passports(
            desk, question, tables.export_frame(desk, late.released(desk.released(question), code_column), item)
        ),
    )


def _panel_table(table: pd.DataFrame, named: dict[str, figures.Line], late: Late, months: list[Month]) -> pd.DataFrame:
    """The months with a column of estimates for each panel that has any."""
    for code, line in named.items():
        table = table.assign(**late.column(code, months, line.values))
    return table
