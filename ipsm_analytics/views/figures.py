"""Plotly figures from plain values; tested on their data, not on pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ipsm_analytics.cube import Month
from ipsm_analytics.views import style
from ipsm_analytics.views.i18n import Words

MAX_TICKS = 9
LABEL_GAP = 17
TITLE_WIDTH = 24
LONE = 7


@dataclass(frozen=True)
class Line:
    """One series by month; values are None where there is none."""

    name: str
    values: Sequence[float | None]
    colour: str = style.NAVY
    quiet: bool = False


@dataclass(frozen=True)
class Row:
    """One bar with its interval."""

    name: str
    value: float
    lower: float
    upper: float
    note: str = ""


@dataclass(frozen=True)
class Points:
    """Published values of one concept by year."""

    name: str
    years: Sequence[int]
    values: Sequence[float]
    unit: str


def yearly_points(words: Words, series: Sequence[Points], columns: int) -> go.Figure:
    """One panel a concept, each on its own scale from zero; unconnected, because sources count differently."""
    columns = min(max(len(series), 1), columns)
    rows = max(-(-len(series) // columns), 1)
    figure = make_subplots(
        figure=style.figure(210 * rows + 40),
        rows=rows,
        cols=columns,
        subplot_titles=[item.name for item in series],
        vertical_spacing=0.3 / rows,
    )
    for position, item in enumerate(series):
        labels = [words.number(value, 0 if float(value).is_integer() else 2) for value in item.values]
        place = {"row": position // columns + 1, "col": position % columns + 1}
        figure.add_scatter(
            x=list(item.years),
            y=list(item.values),
            customdata=labels,
            text=[label if index in _told(item.values) else "" for index, label in enumerate(labels)],
            mode="markers+text",
            textposition="top center",
            cliponaxis=False,
            marker={"size": 10, "color": style.NAVY},
            hovertemplate=f"%{{x}}: %{{customdata}} {item.unit}<extra>{item.name}</extra>",
            **place,
        )
        figure.update_yaxes(range=[0, max(item.values) * 1.3], **place)
        years = sorted(set(item.years))
        ticks = years if years[-1] - years[0] < MAX_TICKS else [years[0], (years[0] + years[-1]) // 2, years[-1]]
        figure.update_xaxes(range=[years[0] - 1, years[-1] + 1], tickvals=ticks, tickformat="d", gridcolor=style.GRID, **place)
    figure.update_yaxes(gridcolor=style.GRID, nticks=4, tickformat=",")
    figure.update_layout(margin={"t": 28})
    return figure


def _told(values: Sequence[float]) -> set[int]:
    """Points that carry their value in writing: all of a few, else the highest and the last."""
    return (
        set(range(len(values)))
        if len(values) <= 4
        else {max(range(len(values)), key=lambda index: values[index]), len(values) - 1}
    )


def monthly(
    words: Words,
    months: Sequence[Month],
    lines: Sequence[Line],
    unsettled: int,
    *,
    height: int,
    unit: str,
    decimals: int = 0,
    wide: bool = True,
) -> go.Figure:
    """Series by month; the last `unsettled` months are dotted on a marked ground."""
    figure = style.figure(height)
    days = [month.first_day for month in months]
    for line in lines:
        name = f"{line.name}: " if line.name else ""
        hover = f"%{{customdata}}<br>{name}%{{y:,.{decimals}f}} {unit}<extra></extra>"
        _add_months(words, figure, months, line, unsettled, 2 if line.quiet else 3, hover)
    _label_lines(figure, lines, days)
    _time_axis(words, figure, months, MAX_TICKS if wide else MAX_TICKS // 2)
    if unsettled and months:
        _mark_unsettled(words, figure, days[max(len(months) - unsettled - 1, 0)].isoformat(), days[-1].isoformat())
    return figure


def _add_months(
    words: Words, figure: go.Figure, months: Sequence[Month], line: Line, unsettled: int, width: float, hover: str, **place: int
) -> None:
    """One series: solid while settled, then dotted from the last settled month on; a month without neighbours is a dot."""
    days, labels = [month.first_day for month in months], [words.month(month) for month in months]
    values, sizes = list(line.values), lone_sizes(line.values)
    solid = len(months) - unsettled
    for part, dash in ((slice(0, solid), "solid"), (slice(max(solid - 1, 0), None), "dot"))[: 2 if unsettled else 1]:
        figure.add_scatter(
            x=days[part],
            y=values[part],
            customdata=labels[part],
            mode="lines+markers",
            marker={"size": sizes[part], "color": line.colour},
            line={"color": line.colour, "width": width, "dash": dash},
            name=line.name,
            hovertemplate=hover,
            **place,
        )


def lone_sizes(values: Sequence[float | None]) -> list[int]:
    """Marker sizes: LONE for a value no line reaches because both neighbours are missing, else 0."""
    padded = [None, *values, None]
    return [LONE if padded[place] is None and padded[place + 2] is None else 0 for place in range(len(values))]


def _label_lines(figure: go.Figure, lines: Sequence[Line], places: Sequence[object]) -> None:
    """Names written at the lines' ends instead of a legend, pushed apart where they would overlap."""
    ends = []
    for line in lines:
        known = [position for position, value in enumerate(line.values) if value is not None]
        if known and line.name:
            ends.append((float(line.values[known[-1]] or 0), places[known[-1]], line))
    top = max((float(value) for line in lines for value in line.values if value is not None), default=1.0) or 1.0
    pixels = (figure.layout.height - 70) / (top * 1.05)
    shifts = spread([value * pixels for value, _, _ in ends], LABEL_GAP)
    for (value, place, line), shift in zip(ends, shifts, strict=True):
        figure.add_annotation(
            x=place,
            y=value,
            text=line.name,
            font={"color": line.colour, "size": 14},
            showarrow=False,
            xanchor="left",
            xshift=6,
            yshift=shift - value * pixels,
        )


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Positions moved up just enough to lie at least `gap` apart, in their own order."""
    result = list(positions)
    floor = -math.inf
    for index in sorted(range(len(result)), key=lambda index: positions[index]):
        result[index] = floor = max(result[index], floor + gap)
    return result


def _time_axis(words: Words, figure: go.Figure, months: Sequence[Month], ticks_at_most: int) -> None:
    step = max(1, -(-len(months) // ticks_at_most))
    ticks = list(months)[::-1][::step][::-1]
    labels = [words.month(month).replace(" ", "<br>") for month in ticks]
    figure.update_xaxes(tickvals=[month.first_day for month in ticks], ticktext=labels, tickangle=0)


def _mark_unsettled(words: Words, figure: go.Figure, start: str, end: str) -> None:
    figure.add_vrect(x0=start, x1=end, fillcolor=style.AMBER, opacity=0.14, line_width=0, layer="below")
    figure.add_annotation(
        x=start,
        y=0,
        yref="paper",
        text=words("bagan.belum_lengkap"),
        showarrow=False,
        xanchor="right",
        xshift=-4,
        yanchor="bottom",
        font={"size": 13, "color": style.MUTED},
    )


def by_year(words: Words, years: Sequence[Line], settled: int, *, height: int, unit: str, decimals: int = 0) -> go.Figure:
    """One line of twelve months a year; the last one strongest, dotted after its first `settled` months."""
    names = [words.month(Month(2000, month)).split(" ")[0] for month in range(1, 13)]
    figure = style.figure(height)
    for line in years:
        newest = line is years[-1]
        values, solid = list(line.values), settled if newest else 12
        hover = f"%{{x}} {line.name}: %{{y:,.{decimals}f}} {unit}<extra></extra>"
        look = {"color": line.colour, "width": 4 if newest else 2}
        figure.add_scatter(
            x=names[:solid], y=values[:solid], mode="lines+markers", name=line.name, line=look, hovertemplate=hover
        )
        if any(value is not None for value in values[solid:]):
            tail = max(solid - 1, 0)
            figure.add_scatter(
                x=names[tail:],
                y=values[tail:],
                mode="lines+markers",
                name=line.name,
                line=look | {"dash": "dot"},
                hovertemplate=hover,
            )
    _label_lines(figure, years, names)
    figure.update_xaxes(range=[-0.3, 12.6], tickangle=0, tickfont={"size": 13})
    return figure


def intervals(
    words: Words,
    rows: Sequence[Row],
    reference: float,
    reference_name: str,
    *,
    decimals: int,
    unit: str,
    colour: str = style.NAVY,
) -> go.Figure:
    """Values with 95% intervals on one scale, against a reference line; first row on top."""
    figure = style.figure(46 * max(len(rows), 1) + 64)
    names = [row.name for row in rows]
    figure.add_scatter(
        x=[row.value for row in rows],
        y=names,
        mode="markers",
        marker={"size": 13, "color": colour},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row.upper - row.value for row in rows],
            "arrayminus": [row.value - row.lower for row in rows],
            "thickness": 3,
            "width": 7,
            "color": colour,
        },
        customdata=[
            [words.number(row.value, decimals), words.number(row.lower, decimals), words.number(row.upper, decimals), row.note]
            for row in rows
        ],
        hovertemplate=f"%{{y}}<br>%{{customdata[0]}} {unit} (95%: %{{customdata[1]}}–%{{customdata[2]}})"
        "<br>%{customdata[3]}<extra></extra>",
    )
    figure.add_vline(x=reference, line={"color": style.AMBER, "width": 3, "dash": "dash"})
    figure.add_annotation(
        x=reference,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=reference_name,
        showarrow=False,
        font={"size": 13, "color": style.MUTED},
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(rangemode="tozero")
    figure.update_layout(margin={"t": 30})
    return figure


def bars(
    words: Words, rows: Sequence[Row], *, unit: str, decimals: int, colour: str = style.TEAL, highest: float | None = None
) -> go.Figure:
    """Horizontal bars from zero with intervals and the value written out; first row on top."""
    figure = style.figure(30 * max(len(rows), 1) + 40)
    figure.add_bar(
        x=[row.value for row in rows],
        y=[row.name for row in rows],
        orientation="h",
        marker={"color": colour},
        text=[f"{words.number(row.value, decimals)} {row.note}".strip() for row in rows],
        textposition="inside",
        insidetextanchor="start",
        textfont={"color": "white", "size": 14},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row.upper - row.value for row in rows],
            "arrayminus": [row.value - row.lower for row in rows],
            "thickness": 1.5,
            "width": 4,
            "color": style.TEXT,
        },
        hovertemplate=f"%{{y}}: %{{x:,.{decimals}f}} {unit}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(range=[0, highest * 1.02] if highest else None, rangemode="tozero")
    return figure


def small_multiples(
    words: Words, months: Sequence[Month], panels: Sequence[Line], unsettled: int, *, columns: int, unit: str, decimals: int = 0
) -> go.Figure:
    """One panel a series, all on one scale."""
    rows = -(-len(panels) // columns)
    figure = make_subplots(
        figure=style.figure(150 * rows + 40),
        rows=rows,
        cols=columns,
        shared_yaxes="all",
        shared_xaxes="all",
        subplot_titles=["<br>".join(wrap(line.name, TITLE_WIDTH)) for line in panels],
        horizontal_spacing=0.02,
        vertical_spacing=0.28 / rows,
    )
    for position, line in enumerate(panels):
        hover = f"{line.name}, %{{customdata}}: %{{y:,.{decimals}f}} {unit}<extra></extra>"
        place = {"row": position // columns + 1, "col": position % columns + 1}
        _add_months(words, figure, months, line, unsettled, 2.5, hover, **place)
    ticks = [month for month in months if month.month == 1] or list(months[:1])
    figure.update_xaxes(
        tickvals=[month.first_day for month in ticks],
        ticktext=[str(month.year) if month.month == 1 else words.month(month) for month in ticks],
        gridcolor=style.GRID,
        showticklabels=True,
    )
    figure.update_yaxes(gridcolor=style.GRID, rangemode="tozero", nticks=4)
    figure.update_annotations(font={"size": 14})
    figure.update_layout(margin={"t": 28 + 18 * (max(len(wrap(line.name, TITLE_WIDTH)) for line in panels) - 1)})
    return figure
