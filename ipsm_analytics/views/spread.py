"""How far kelurahan lie apart: the funnel, in which small ones may lie far out by chance, and the measures of inequality."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import plotly.graph_objects as go

from ipsm_analytics.answers.spread import Spread, spread
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.funnel import LEVELS, rate_band
from ipsm_analytics.statistics.inequality import Disparity, Estimate
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.significance import Significance
from ipsm_analytics.views import style, tables
from ipsm_analytics.views.chart import Chart, Desk, Scope, context_line, scope_suffix
from ipsm_analytics.views.i18n import Words

PLACES = 60
_MARKS = {
    Significance.MUCH_HIGHER: ("triangle-up", style.NAVY, 11),
    Significance.HIGHER: ("triangle-up-open", style.NAVY, 10),
    Significance.SAME: ("circle", "#8FA3AF", 6),
    Significance.LOWER: ("triangle-down-open", style.NAVY, 10),
    Significance.MUCH_LOWER: ("triangle-down", style.NAVY, 11),
    Significance.NOT_ASSESSED: ("x", style.MUTED, 6),
}

_INSIDE = (Significance.SAME, Significance.NOT_ASSESSED)


@dataclass(frozen=True)
class Apart:
    """Funnel and inequality of K03 by kelurahan; of the whole city whatever the area of the scope."""

    desk: Desk
    scope: Scope

    @cached_property
    def spread(self) -> Spread:
        """The kelurahan as this reader may see them."""
        return spread(self.desk.facts, self.scope.window, self.scope.slice, self.desk.screen)

    @cached_property
    def funnel(self) -> Chart:
        """Rate against population with the limits of chance."""
        return _funnel(self)

    @cached_property
    def inequality(self) -> list[tuple[str, str]]:
        """Gap, Gini and slope in words, or why there is none."""
        return _inequality(self.desk.words, self.spread)


def _funnel(page: Apart) -> Chart:
    words, item, found = page.desk.words, indicator("K03"), page.spread
    city = Scope(areas.CITY, page.scope.slice, page.scope.window)
    outside = sum(level not in _INSIDE for level in found.levels)
    excess = found.excess
    wider = words("corong.cara_lebih", faktor=words.number(excess.phi, 1))
    return Chart(
        key="corong",
        title=words("corong.judul", jumlah=outside, semua=len(found.levels), lingkup=scope_suffix(words, city)),
        context=context_line(page.desk, item, page.scope.window),
        reading=wider if excess.applied else words("corong.cara"),
        alt=words("corong.alt", jumlah=outside, semua=len(found.levels)),
        figure=_figure(words, found),
        table=lambda: tables.readable(words, found.areas, item).assign(
            **{words("corong.kolom"): [words(f"corong.beda.{level.value}") for level in found.levels]}
        ),
        export=lambda: tables.exported(page.desk, city.ask("K03", "kelurahan"), item),
    )


def _figure(words: Words, found: Spread) -> go.Figure:
    scale = indicator("K03").scale
    people = found.areas["denominator"].to_numpy(dtype=float)
    places = np.linspace(max(people.min(), 1.0), people.max(), PLACES) if len(people) else np.zeros(0)
    traces = [trace for confidence in LEVELS for trace in _limits(words, found, places, confidence)]
    marks = [_MARKS[level] for level in found.levels]
    hover = [
        f"<b>{areas.label(code)}</b><br>{words.number(value, 1)} · {words(f'corong.beda.{level.value}')}"
        for code, value, level in zip(found.areas["kode_kelurahan"], found.areas["value"], found.levels, strict=True)
    ]
    traces.append(
        {
            "type": "scatter",
            "x": people.tolist(),
            "y": found.areas["value"].tolist(),
            "mode": "markers",
            "marker": {
                "symbol": [mark for mark, _, _ in marks],
                "color": [colour for _, colour, _ in marks],
                "size": [size for _, _, size in marks],
            },
            "hovertext": hover,
            "hoverinfo": "text",
        }
    )
    middle = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": found.baseline * scale, "y1": found.baseline * scale}
    shapes = [middle | {"line": {"color": style.AMBER, "width": 2}}] if len(people) else []
    axis = {**style.AXIS, "title": {"text": words("corong.penduduk")}, "tickformat": ",", "nticks": 6}
    return style.figure(330, traces, shapes=shapes, xaxis=axis)


def _limits(words: Words, found: Spread, places: np.ndarray, confidence: float) -> list[dict[str, object]]:
    """Lower and upper limit of chance, the excess spread in them."""
    band = rate_band(places, found.baseline, confidence, found.excess.factor) if len(places) else (places, places)
    sure = confidence == max(LEVELS)
    return [
        {
            "type": "scatter",
            "x": places.tolist(),
            "y": (line * indicator("K03").scale).tolist(),
            "mode": "lines",
            "line": {"color": style.TEAL, "width": 2 if sure else 1.5, "dash": "solid" if sure else "dot"},
            "hoverinfo": "skip",
            "name": words("corong.batas", persen=words.number(100 * confidence, 1)),
        }
        for line in band
    ]


def _inequality(words: Words, found: Spread) -> list[tuple[str, str]]:
    gap, gini, slope = found.gap, found.gini, found.slope
    scale = indicator("K03").scale
    rows = []
    if isinstance(gap, Refusal):
        rows.append((words("ketimpangan.perlimaan"), _refused(words, gap)))
    else:
        rows.append((words("ketimpangan.perlimaan"), _told(words, "per10000", gap.fifths, scale, 1)))
        rows.append((words("ketimpangan.rasio"), _told(words, "kali", gap.ratio, 1, 2)))
    gini_text = _refused(words, gini) if isinstance(gini, Refusal) else _told(words, "nilai", gini, 1, 3)
    rows.append((words("ketimpangan.gini"), gini_text))
    if isinstance(slope, Refusal):
        return [*rows, (words("ketimpangan.sii"), _refused(words, slope))]
    rows.append((words("ketimpangan.sii"), _told(words, "per10000", slope.sii, scale, 1)))
    return [*rows, (words("ketimpangan.rii"), _told(words, "kali", slope.rii, 1, 2))]


def _told(words: Words, unit: str, item: Disparity | Estimate, scale: float, decimals: int) -> str:
    value, low, high = (words.number(number * scale, decimals) for number in (item.value, item.lower, item.upper))
    return words(f"ketimpangan.{unit}", nilai=value, bawah=low, atas=high)


def _refused(words: Words, item: Refusal) -> str:
    ada, perlu = words.number(item.found), words.number(item.needed)
    return words(f"ketimpangan.tolak.{item.reason.value}", ada=ada, perlu=perlu)
