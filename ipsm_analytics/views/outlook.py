"""Where the cases go, in words and pictures: late reports, trend, steps, forecast, and why there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ipsm_analytics.answers.outlook import Outlook
from ipsm_analytics.cube import Window
from ipsm_analytics.privacy import is_sensitive
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.events import FAST, events, events_in
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.breaks import Break, near
from ipsm_analytics.statistics.comparison import Verdict
from ipsm_analytics.statistics.forecast import Forecast
from ipsm_analytics.statistics.monthly import Why
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.trends import Trend
from ipsm_analytics.views import figures, style
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, scope_suffix
from ipsm_analytics.views.i18n import Words

NEAR_MONTHS = 1
LONGEST_NAME = 26


def conclusions(words: Words, outlook: Outlook) -> list[tuple[str, str]]:
    """What may be said, one line a method, each with its numbers or with the reason why nothing is said."""
    return [
        (words("arah_kasus.kini.nama"), _now(words, outlook)),
        (words("arah_kasus.tren.nama"), _trend(words, outlook.trend)),
        (words("arah_kasus.titik.nama"), _steps(words, outlook.steps)),
        (words("arah_kasus.ramalan.nama"), _forecast(words, outlook.forecast)),
    ]


def refusal(words: Words, found: Refusal) -> str:
    """Why nothing is said: what was found and what would be needed."""
    whole = float(found.found).is_integer() and float(found.needed).is_integer()
    ada, perlu = (words.number(value, 0 if whole else 2) for value in (found.found, found.needed))
    if found.reason is Why.HOLIDAYS:
        ada, perlu = str(int(found.found)), str(int(found.needed))
    return words(f"arah_kasus.tolak.{found.reason.value}", ada=ada, perlu=perlu)


def _now(words: Words, outlook: Outlook) -> str:
    now = outlook.now
    if now is None:
        return words("arah_kasus.kini.kelurahan")
    if isinstance(now, Refusal):
        return refusal(words, now)
    parts = [words("arah_kasus.kini.final", bulan=words.month(now.final_until))] if now.final_until else []
    parts += [
        words(
            "arah_kasus.kini.bulan",
            bulan=words.month(month.month),
            dilaporkan=words.number(month.reported),
            perkiraan=words.number(month.estimate),
            bawah=words.number(month.lower80),
            atas=words.number(month.upper80),
        )
        for month in now.months
        if not month.is_final
    ]
    return " ".join(parts)


def _trend(words: Words, found: Trend | Refusal) -> str:
    if isinstance(found, Refusal):
        return refusal(words, found)
    key = {Verdict.UP: "naik", Verdict.DOWN: "turun"}.get(found.verdict, "terbuka")
    low, high = (words.number(value, 1) for value in (found.lower, found.upper))
    return words(f"arah_kasus.tren.{key}", besar=words.number(abs(found.percent), 1), bawah=low, atas=high, bulan=found.months)


def _steps(words: Words, found: tuple[Break, ...] | Refusal) -> str:
    if isinstance(found, Refusal):
        return refusal(words, found)
    if not found:
        return words("arah_kasus.titik.tidak_ada")
    told = []
    for step, beside in near(found, events(), NEAR_MONTHS):
        size = words.percent_change(step.percent)
        text = words("arah_kasus.titik.ada", bulan=words.month(step.month), besar=size)
        names = words.listing([event.told(words.language) for event in beside if not event.code.startswith(FAST)])
        told.append(text + (words("arah_kasus.titik.dekat", peristiwa=names) if names else ""))
    return " ".join(told)


def _forecast(words: Words, found: Forecast | Refusal) -> str:
    if isinstance(found, Refusal):
        return refusal(words, found)
    return words(
        "arah_kasus.ramalan.ada",
        bulan=words.month(found.months[-1]),
        nilai=words.number(float(found.expected[-1])),
        bawah=words.number(float(found.lower[0.8][-1])),
        atas=words.number(float(found.upper[0.8][-1])),
        rasio=words.number(found.backtest.ratio, 2),
        menang=words.number(100 * found.backtest.better),
    )


def happenings(words: Words, window: Window) -> list[figures.Happening]:
    """Events of the months drawn, the fasting months apart, under short names."""
    found = events_in(window.first.first_day, window.last.last_day)
    return [
        figures.Happening(_short(event.told(words.language)), event.start, event.end)
        for event in found
        if not event.code.startswith(FAST)
    ]


def _short(name: str) -> str:
    head = name.split(":", maxsplit=1)[0]
    return head if len(head) <= LONGEST_NAME else f"{head[: LONGEST_NAME - 1].rstrip()}…"


def forecast_chart(desk: Desk, scope: Scope, outlook: Outlook) -> Chart | None:
    """The settled months, the months to come with their 80% and 95% band, and how the method did before."""
    found = outlook.forecast
    if isinstance(found, Refusal):
        return None
    words, item = desk.words, indicator("K01")
    series = outlook.series.until(len(outlook.series.counts) - outlook.unsettled)
    months = [*series.months, *found.months]
    known = [None if np.isnan(value) else float(value) for value in series.counts] + [None] * len(found.months)
    gap: list[None] = [None] * len(series.months)
    bands = {level: [*gap, *zip(found.lower[level].tolist(), found.upper[level].tolist(), strict=True)] for level in (0.8, 0.95)}
    ahead = figures.Foreseen(words("arah_kasus.ramalan.nama"), [*gap, *found.expected.tolist()], bands[0.8], bands[0.95])
    return Chart(
        key="ramalan",
        title=words("arah_kasus.ramalan.judul", lingkup=scope_suffix(words, scope)),
        context=context_line(desk, item, Window(months[0], months[-1])),
        reading=words(
            "arah_kasus.ramalan.cara",
            rasio=words.number(found.backtest.ratio, 2),
            asal=len(found.backtest.origins),
            tercakup=words.number(100 * found.backtest.covered[0.8]),
        ),
        alt=words("arah_kasus.ramalan.alt", lingkup=scope_suffix(words, scope)),
        figure=figures.monthly(
            words,
            months,
            [figures.Line(words("tren.ini"), known, style.NAVY)],
            0,
            height=300,
            unit=item.unit,
            wide=not desk.narrow,
            foreseen=ahead,
        ),
        table=lambda: _ahead_table(words, found),
        export=lambda: _ahead_table(words, found) if _may_leave(desk, scope, found) else _ahead_table(words, found).head(0),
    )


def _may_leave(desk: Desk, scope: Scope, found: Forecast) -> bool:
    """Expected counts are withheld outside the office where counts are: small ones, and sensitive slices below kecamatan."""
    rule = desk.export
    secret = rule.sensitive_to_kecamatan and areas.level_of(scope.area) == "kelurahan" and is_sensitive(scope.slice)
    return not secret and bool(np.all(found.expected >= rule.small_cell))


def _ahead_table(words: Words, found: Forecast) -> pd.DataFrame:
    columns = {
        words("pilahan.bulan"): [words.month(month) for month in found.months],
        words("arah_kasus.ramalan.nama"): [words.number(float(value)) for value in found.expected],
    }
    for level in (0.8, 0.95):
        pairs = zip(found.lower[level], found.upper[level], strict=True)
        columns[words("arah_kasus.ramalan.pita", persen=round(100 * level))] = [
            f"{words.number(float(low))}–{words.number(float(high))}" for low, high in pairs
        ]
    return pd.DataFrame(columns)
