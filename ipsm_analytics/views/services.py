"""The five SPM services by quarter: how far each is, how many persons are left, and which is the lowest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ipsm_analytics.answers.official import figure
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.reference.services import QUARTERS, services
from ipsm_analytics.reference.targets import spm_target
from ipsm_analytics.spm import FALLS, SpmFigure
from ipsm_analytics.views import style
from ipsm_analytics.views.chart import Chart, Desk, context_line
from ipsm_analytics.views.drawn import Heat, HeatCell, HeatRow
from ipsm_analytics.views.tables import exported
from ipsm_analytics.views.values import interval_text, short_value

STATES: Mapping[Status, tuple[str, str]] = {
    Status.NOT_DUE: ("○", style.NOT_DUE),
    Status.NOT_REPORTED: ("×", style.NOT_REPORTED),
    Status.SUPPRESSED: ("•", style.SUPPRESSED),
    Status.NO_TARGET: ("?", style.NO_TARGET),
    Status.SMALL_DENOMINATOR: ("–", style.SMALL),
}
"""Why a cell has no share -> its sign and colour."""
BELOW, OVER = style.LEANING[1], style.INCOMPLETE
"""Colours of a share below the lowest band, and of an X that exceeds Y."""
TOLD = (Status.OK, Status.ZERO)


@dataclass(frozen=True)
class Services:
    """What an area reported of the five services in a year."""

    desk: Desk
    area: str
    year: int

    def question(self, code: str) -> Query:
        """A service by quarter of the year."""
        return Query(code, ("triwulan",), Window(Month(self.year, 1), Month(self.year, 12)), self.area)

    @cached_property
    def answers(self) -> Mapping[str, pd.DataFrame]:
        """By service one row a quarter, numbered from 0."""
        return {code: self.desk.answer(self.question(code)).reset_index(drop=True) for code in services()}

    @cached_property
    def newest(self) -> Mapping[str, int]:
        """By service the row of its newest quarter with a share; without those that have none."""
        return {code: max(rows) for code, frame in self.answers.items() if (rows := _told(frame))}

    def report(self, code: str, place: int) -> SpmFigure | None:
        """The report behind a row of the answers."""
        return figure(self.desk.facts, code, self.area, Window(Month(self.year, 3 * place + 1), Month(self.year, 3 * place + 3)))

    def band(self, row: pd.Series) -> str:
        """The band a share lies in, or that X exceeds Y."""
        words, target = self.desk.words, spm_target()
        if row["numerator"] > row["denominator"]:
            return words("cakupan.spm.lebih")
        band = target.band(int(row["numerator"]), int(row["denominator"]))
        return words("cakupan.spm.pita", pita=band) if band else words("cakupan.spm.bawah", pita=target.bands[-1])

    def gap(self, code: str, rule: Policy) -> str:
        """Y less X of the newest quarter as it is written; withheld with what would give it away."""
        words = self.desk.words
        told = self.report(code, self.newest[code]) if code in self.newest else None
        if told is None:
            return words.number(None)
        hidden = any(0 < abs(part or 0) < rule.small_cell for part in (told.met, told.needed, told.gap))
        return words("status.disensor") if hidden else words.number(told.gap)

    def source(self, code: str) -> tuple[str, str]:
        """Where Y of the newest quarter comes from, and of which day."""
        told = self.report(code, self.newest[code]) if code in self.newest else None
        return (told.source if told else "") or "–", self.desk.words.day(told.assessed if told else None)

    @cached_property
    def lowest(self) -> str:
        """The lowest service at the newest quarter all reporting services share; without such a quarter none is called lowest."""
        return _lowest(self)

    @cached_property
    def chart(self) -> Chart:
        """Services by quarter, the newest once more with its interval, gap and source of Y beside it."""
        return _chart(self)


def _told(frame: pd.DataFrame) -> list[int]:
    return frame.index[frame["status"].isin(TOLD) & frame["value"].notna()].tolist()


def _lowest(view: Services) -> str:
    words, place, rows = view.desk.words, areas.label(view.area), view.answers
    if not view.newest:
        return words("cakupan.tanpa_spm", tahun=view.year)
    shared = set.intersection(*(set(_told(rows[code])) for code in view.newest))
    if not shared:
        each = [
            words(
                "cakupan.satu_layanan",
                layanan=indicator(code).short,
                nilai=words.number(rows[code]["value"].iloc[at], 1),
                triwulan=rows[code]["triwulan"].iloc[at],
            )
            for code, at in view.newest.items()
        ]
        return words("cakupan.tak_sebanding", wilayah=place, daftar=words.listing(each))
    quarter = max(shared)
    code = min(view.newest, key=lambda one: float(rows[one]["value"].iloc[quarter]))
    kind = "terendah" if len(view.newest) > 1 else "satu"
    first = words(
        f"cakupan.{kind}", wilayah=place, layanan=indicator(code).short, capaian=_achieved(view, rows[code].iloc[quarter])
    )
    return " ".join([first, *_limits(view, quarter)])


def _achieved(view: Services, row: pd.Series) -> str:
    """Share, X, Y, quarter and what is left; where X exceeds Y that it is to be checked."""
    words, left = view.desk.words, row["denominator"] - row["numerator"]
    return words(
        "cakupan.capaian",
        nilai=words.number(row["value"], 1),
        x=words.number(row["numerator"]),
        y=words.number(row["denominator"]),
        triwulan=row["triwulan"],
        sisa=words("cakupan.spm.lebih") if left < 0 else words("cakupan.selisih", sisa=words.number(left)),
    )


def _limits(view: Services, quarter: int) -> list[str]:
    """What the comparison leaves out: services that report nothing, and quarters newer than the shared one."""
    words, found = view.desk.words, []
    if 1 < len(view.newest) < len(services()):
        found.append(words("cakupan.sebagian", ada=len(view.newest), dari=len(services())))
    newer = [indicator(code).short for code, at in view.newest.items() if at > quarter]
    if newer:
        label = view.answers["C01"]["triwulan"].iloc[quarter]
        found.append(words("cakupan.lebih_baru", triwulan=label, daftar=words.listing(newer)))
    return found


def _chart(view: Services) -> Chart:
    words, item = view.desk.words, indicator("C01")
    question = view.question("C01")
    rows = [_row(view, code) for code in services()]
    heads = [str(label).rpartition(" ")[2] for label in view.answers["C01"]["triwulan"]]
    alone = (words("cakupan.spm.terbaru"), words("cakupan.kolom.sisa"), words("cakupan.spm.sumber"))
    return Chart(
        key="cakupan_spm",
        title=words("cakupan.spm.judul", wilayah=areas.label(view.area), tahun=view.year),
        context=context_line(view.desk, item, question.window or Window(Month(view.year, 1), Month(view.year, 12))),
        reading=words("cakupan.spm.cara", sasaran=spm_target().percent),
        alt=words("cakupan.spm.alt", daftar=words.listing([f"{row.name}: {', '.join(row.cells[-1].lines)}" for row in rows])),
        figure=Heat((words("cakupan.kolom.layanan"), *heads, *alone), tuple(rows)),
        table=lambda: _quarters(view),
        export=lambda: pd.concat(
            [exported(view.desk, view.question(code), indicator(code)).assign(layanan=code) for code in services()]
        ),
    )


def _row(view: Services, code: str) -> HeatRow:
    source, day = view.source(code)
    cells = [_cell(view, code, place) for place in range(len(QUARTERS))]
    notes = (view.gap(code, view.desk.screen), source if source == "–" else f"{source}, {day}")
    return HeatRow(indicator(code).short, (*cells, _last(view, code)), notes)


def _cell(view: Services, code: str, place: int) -> HeatCell:
    """A quarter: share, X/Y and band; or the sign and word of its state."""
    words, row = view.desk.words, view.answers[code].iloc[place]
    if row["status"] not in TOLD:
        return _state(view, row)
    report = view.report(code, place)
    falls = (words("cakupan.spm.turun"),) if report and FALLS in report.warnings else ()
    lines = (f"{words.number(row['value'], 1)}%", f"{words.number(row['numerator'])}/{words.number(row['denominator'])}")
    return HeatCell((*lines, view.band(row), *falls), _colour(row))


def _state(view: Services, row: pd.Series) -> HeatCell:
    words = view.desk.words
    sign, colour = STATES[row["status"]]
    name = words("cakupan.spm.belum" if row["status"] == Status.NOT_REPORTED else f"status.{row['status']}")
    known = (f"X = {words.number(row['numerator'])}",) if pd.notna(row["numerator"]) else ()
    return HeatCell((sign, name, *known), colour)


def _last(view: Services, code: str) -> HeatCell:
    """The newest quarter with a share and its interval, else the state of the newest quarter that is due."""
    words, frame = view.desk.words, view.answers[code]
    if code not in view.newest:
        due = frame.index[frame["status"] != Status.NOT_DUE]
        return _cell(view, code, int(due[-1]) if len(due) else 0)
    row = frame.iloc[view.newest[code]]
    limits = interval_text(words, row["lower"], row["upper"], indicator(code))
    told = () if pd.isna(row["lower"]) else (words("cakupan.spm.selang", selang=limits),)
    quarter = str(row["triwulan"]).rpartition(" ")[2]
    return HeatCell((f"{words.number(row['value'], 1)}%", *told, f"{quarter}: {view.band(row)}"), _colour(row))


def _colour(row: pd.Series) -> str:
    """The colour of a band, light to dark as it rises."""
    target = spm_target()
    if row["numerator"] > row["denominator"]:
        return OVER
    band = target.band(int(row["numerator"]), int(row["denominator"]))
    return style.SEQUENTIAL[::-1][target.bands.index(band)] if band else BELOW


def _quarters(view: Services) -> pd.DataFrame:
    words = view.desk.words
    table = {words("cakupan.kolom.layanan"): [indicator(code).short for code in services()]}
    for place in range(len(QUARTERS)):
        rows = [(frame.iloc[place], indicator(code)) for code, frame in view.answers.items()]
        table[str(rows[0][0]["triwulan"])] = [
            _written(view, row, short_value(words, row["value"], row["status"], item)) for row, item in rows
        ]
    table[words("cakupan.kolom.sisa")] = [view.gap(code, view.desk.screen) for code in services()]
    return pd.DataFrame(table)


def _written(view: Services, row: pd.Series, value: str) -> str:
    """A share with X and Y behind it."""
    number = view.desk.words.number
    return f"{value} ({number(row['numerator'])}/{number(row['denominator'])})" if row["status"] in TOLD else value
