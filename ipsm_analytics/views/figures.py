"""Plotly figures from plain values; tested on their data, not on pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ipsm_analytics.cube import Month
from ipsm_analytics.views import style
from ipsm_analytics.views.i18n import Words

MAX_TICKS, MAX_YEARS = 9, 4
LONG_EVENT, NAME_DAYS = 31, 45
"""Days from which an event is drawn as a span; days that two names must lie apart."""
LABEL_GAP, LETTER = 17, 8
"""Pixels between the names at the lines' ends, and the width of a letter of theirs."""
TITLE_WIDTH = 24
LONE = 7
_LINK = {"color": style.MUTED, "width": 1}
PANEL_GAP, PANEL_SPACE, PANEL_HEIGHT = 2, 0.36, 165
"""Months between panels of a row; share of the height between rows; pixels of a row."""
_GROUNDS = (("outer", "rgba(224,160,48,.30)"), ("inner", "rgba(224,160,48,.65)"))
"""The 95% band light, the 80% band darker."""


@dataclass(frozen=True)
class Foreseen:
    """What open months will come to: middle and bands, one entry a month that is drawn; None where the month is final."""

    name: str
    middle: Sequence[float | None]
    inner: Sequence[tuple[float, float] | None]
    outer: Sequence[tuple[float, float] | None]


@dataclass(frozen=True)
class Line:
    """One series by month; values are None where there is none. `foreseen` is what its open months will come to."""

    name: str
    values: Sequence[float | None]
    colour: str = style.NAVY
    quiet: bool = False
    foreseen: Foreseen | None = None


@dataclass(frozen=True)
class Happening:
    """An event drawn over the months: first and last day, its short name, and how many others stand for it too."""

    name: str
    start: date
    end: date
    others: int = 0


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
            textposition=_beside(item.values),
            cliponaxis=False,
            marker={"size": 10, "color": style.NAVY},
            hovertemplate=f"%{{x}}: %{{customdata}} {item.unit}<extra>{item.name}</extra>",
            **place,
        )
        figure.update_yaxes(range=[0, max(item.values) * 1.3], **place)
        years = sorted(set(item.years))
        span = years[-1] - years[0]
        ticks = years if span < MAX_YEARS else [years[0], (years[0] + years[-1]) // 2, years[-1]]
        ends = [years[0] - max(1, span * 0.15), years[-1] + max(1, span * 0.15)]
        figure.update_xaxes(range=ends, tickvals=ticks, tickformat="d", tickangle=0, gridcolor=style.GRID, **place)
    figure.update_yaxes(gridcolor=style.GRID, nticks=4, tickformat=",", automargin=True)
    figure.update_layout(margin={"t": 28, "r": 30})
    return figure


def _told(values: Sequence[float]) -> set[int]:
    """Points that carry their value in writing: all of a few, else the highest and the last."""
    return (
        set(range(len(values)))
        if len(values) <= 4
        else {max(range(len(values)), key=lambda index: values[index]), len(values) - 1}
    )


def _beside(values: Sequence[float]) -> list[str]:
    """Where each value is written: above its point; the last of many below it where that would meet the highest."""
    near = len(values) > 4 and max(values) / 2 <= values[-1] < max(values)
    return ["top center"] * (len(values) - 1) + ["bottom center" if near else "top center"]


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
    foreseen: Foreseen | None = None,
    happenings: Sequence[Happening] = (),
) -> go.Figure:
    """Series by month; the last `unsettled` months are dotted on a marked ground, with what they will come to if it is known."""
    figure = style.figure(height)
    days = [month.first_day for month in months]
    for line in lines:
        name = f"{line.name}: " if line.name else ""
        hover = f"%{{customdata}}<br>{name}%{{y:,.{decimals}f}} {unit}<extra></extra>"
        figure.add_traces(_month_traces(words, months, days, line, unsettled, 2 if line.quiet else 3, hover))
    if foreseen:
        figure.add_traces(_foreseen_traces(words, months, foreseen, unit))
    for item in _apart(happenings):
        _mark_happening(figure, item, months)
    _label_lines(figure, lines, days, wide=wide)
    _time_axis(words, figure, months, MAX_TICKS if wide else MAX_TICKS // 3)
    end = months[-1].first_day if foreseen is None else months[-1].last_day
    figure.update_xaxes(range=[months[0].first_day, end] if len(months) > 1 else None)
    if unsettled and months:
        _mark_unsettled(words, figure, days[max(len(months) - unsettled - 1, 0)].isoformat(), days[-1].isoformat())
    return figure


def _foreseen_traces(
    words: Words, months: Sequence[Month], item: Foreseen, unit: str, places: Sequence[object] | None = None
) -> list[dict[str, object]]:
    """The 95% and 80% band as bars of error around the middle, an open mark; at the months' first days or the given places."""
    across = places or [month.first_day for month in months]
    known = [place for place, value in enumerate(item.middle) if value is not None]
    middle = [item.middle[place] for place in known]
    traces: list[dict[str, object]] = []
    for bands, width, colour in ((item.outer, 3, style.AMBER), (item.inner, 7, style.AMBER)):
        ends = [bands[place] or (0.0, 0.0) for place in known]
        error = {
            "type": "data",
            "symmetric": False,
            "array": [high - float(value or 0) for (_, high), value in zip(ends, middle, strict=True)],
            "arrayminus": [float(value or 0) - low for (low, _), value in zip(ends, middle, strict=True)],
            "thickness": width,
            "width": 0,
            "color": colour,
        }
        shown = [words.month(months[place]) for place in known]
        labels = [f"{label}<br>{item.name}: {words.number(value)} {unit}" for label, value in zip(shown, middle, strict=True)]
        traces.append(
            {
                "type": "scatter",
                "x": [across[place] for place in known],
                "y": middle,
                "customdata": labels,
                "mode": "markers",
                "marker": {"size": 9, "symbol": "diamond", "color": style.PAPER, "line": {"color": style.NAVY, "width": 2}},
                "error_y": error,
                "name": item.name,
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        )
    return traces


def _apart(happenings: Sequence[Happening]) -> list[Happening]:
    """Events in order; those that begin too near to the one before are only counted with it."""
    found: list[Happening] = []
    for item in happenings:
        if found and (item.start - found[-1].start).days < NAME_DAYS:
            last = found.pop()
            found.append(Happening(last.name, last.start, last.end, last.others + 1))
        else:
            found.append(item)
    return found


def _mark_happening(figure: go.Figure, item: Happening, months: Sequence[Month]) -> None:
    """A thin line where an event begins, its name written along it; a ground where it lasts over a month."""
    start = max(item.start, months[0].first_day)
    if (item.end - item.start).days > LONG_EVENT:
        figure.add_vrect(
            x0=start.isoformat(), x1=item.end.isoformat(), fillcolor=style.TEAL, opacity=0.08, line_width=0, layer="below"
        )
    figure.add_vline(x=start.isoformat(), line={"color": style.MUTED, "width": 1, "dash": "dot"}, layer="below")
    figure.add_annotation(
        x=start.isoformat(),
        y=0,
        yref="paper",
        text=f"{item.name} +{item.others}" if item.others else item.name,
        textangle=-90,
        yshift=22,
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        font={"size": 13, "color": style.MUTED},
    )


def _month_traces(
    words: Words,
    months: Sequence[Month],
    places: Sequence[date | int],
    line: Line,
    unsettled: int,
    width: float,
    hover: str,
    **axes: str,
) -> list[dict[str, object]]:
    """One series: solid while settled, then dotted from the last settled month on; a month without neighbours is a dot."""
    labels = [words.month(month) for month in months]
    values, sizes = list(line.values), lone_sizes(line.values)
    solid = len(months) - unsettled
    parts = ((slice(0, solid), "solid"), (slice(max(solid - 1, 0), None), "dot"))[: 2 if unsettled else 1]
    return [
        {
            "type": "scatter",
            "x": list(places)[part],
            "y": values[part],
            "customdata": labels[part],
            "mode": "lines+markers" if any(sizes) else "lines",
            "marker": {"size": sizes[part], "color": line.colour} if any(sizes) else {},
            "line": {"color": line.colour, "width": width, "dash": dash},
            "name": line.name,
            "hovertemplate": hover,
            **axes,
        }
        for part, dash in parts
    ]


def lone_sizes(values: Sequence[float | None]) -> list[int]:
    """Marker sizes: LONE for a value no line reaches because both neighbours are missing, else 0."""
    padded = [None, *values, None]
    return [LONE if padded[place] is None and padded[place + 2] is None else 0 for place in range(len(values))]


def _label_lines(figure: go.Figure, lines: Sequence[Line], places: Sequence[object], *, wide: bool) -> None:
    """Names written at the lines' ends instead of a legend, pushed apart where they would overlap; broken where narrow."""
    names = {line.name: line.name if wide else line.name.replace(" ", "<br>") for line in lines}
    broken = max(name.count("<br>") + 1 for name in names.values())
    letters = max(len(part) for name in names.values() for part in name.split("<br>"))
    ends = []
    for line in lines:
        known = [position for position, value in enumerate(line.values) if value is not None]
        if known and line.name:
            ends.append((float(line.values[known[-1]] or 0), places[known[-1]], line))
    top = max((float(value) for line in lines for value in line.values if value is not None), default=1.0) or 1.0
    pixels = (figure.layout.height - 70) / (top * 1.05)
    shifts = spread([value * pixels for value, _, _ in ends], LABEL_GAP * broken)
    figure.update_layout(margin={"r": 14 + LETTER * letters})
    for (value, place, line), shift in zip(ends, shifts, strict=True):
        figure.add_annotation(
            x=place,
            y=value,
            text=names[line.name],
            font={"color": line.colour, "size": 14},
            showarrow=False,
            align="left",
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


def by_year(
    words: Words, years: Sequence[Line], settled: int, *, height: int, unit: str, decimals: int = 0, wide: bool = True
) -> go.Figure:
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
        if line.foreseen:
            months = [Month(int(line.name), month) for month in range(1, 13)]
            figure.add_traces(_foreseen_traces(words, months, line.foreseen, unit, names))
    _label_lines(figure, years, names, wide=wide)
    figure.update_xaxes(range=[-0.3, 11.3], tickangle=0, tickfont={"size": 13}, tickvals=names[:: 2 if wide else 3])
    return figure


def small_multiples(
    words: Words, months: Sequence[Month], panels: Sequence[Line], unsettled: int, *, columns: int, unit: str, decimals: int = 0
) -> go.Figure:
    """One panel a series, all on one scale; panels of a row share an axis, because every axis costs the browser time."""
    rows, step = -(-len(panels) // columns), len(months) + PANEL_GAP
    titles = ["<br>".join(wrap(line.name, TITLE_WIDTH)) for line in panels]
    axes: dict[str, object] = {}
    for row in range(rows):
        ticks = _year_ticks(words, months, [place * step for place in range(min(columns, len(panels) - row * columns))])
        axes |= _panel_axes(row, rows, ticks, columns * step - PANEL_GAP)
    starts = [place % columns * step for place in range(len(panels))]
    traces, names = [], []
    for row in range(rows):
        part = slice(row * columns, (row + 1) * columns)
        traces += _row_foreseen(words, months, list(zip(starts[part], panels[part], strict=True)), unit, _axes_of(row))
    for position, (line, title) in enumerate(zip(panels, titles, strict=True)):
        axis, first = _axis_name(position // columns), starts[position]
        hover = f"{line.name}, %{{customdata}}: %{{y:,.{decimals}f}} {unit}<extra></extra>"
        panel = _axes_of(position // columns)
        traces += _month_traces(words, months, range(first, first + len(months)), line, unsettled, 2.5, hover, **panel)
        names.append(_panel_name(title, first + (len(months) - 1) / 2, axis))
    top = 10 + 18 * max(title.count("<br>") + 1 for title in titles)
    return style.figure(PANEL_HEIGHT * rows + 40, traces, annotations=names, margin={"l": 48, "r": 8, "t": top, "b": 26}, **axes)


def _row_foreseen(
    words: Words, months: Sequence[Month], row: Sequence[tuple[int, Line]], unit: str, axes: Mapping[str, str]
) -> list[dict[str, object]]:
    """The two bands and the dashed middle of all panels of a row, one trace each; nothing where nothing is foreseen.

    Each begins at the month before the first that is open, so that it hangs on the line of what is reported.
    """
    told = [(first, line, _open_from(line)) for first, line in row if line.foreseen]
    if not told:
        return []
    grounds = [_ground([_band(first, line, start, name) for first, line, start in told], fill, axes) for name, fill in _GROUNDS]
    across: list[float | None] = []
    up: list[float | None] = []
    labels: list[str] = []
    for first, line, start in told:
        places = range(start, len(months))
        across += [*(float(first + place) for place in places), None]
        up += [*(_middle(line, place) for place in places), None]
        labels += [*(_foreseen_label(words, months[place], line, place, unit) for place in places), ""]
    look = {
        "line": {"color": style.NAVY, "width": 1.5, "dash": "3px,2px"},
        "marker": {"size": lone_sizes(up), "color": style.NAVY},
    }
    middle: dict[str, object] = {
        "type": "scatter",
        "x": across,
        "y": up,
        "customdata": labels,
        "mode": "lines+markers",
        **look,
        **axes,
    }
    return [*grounds, middle | {"name": "", "hovertemplate": "%{customdata}<extra></extra>"}]


def _open_from(line: Line) -> int:
    """Position of the month before the first that is foreseen, where its count is known."""
    middle = line.foreseen.middle if line.foreseen else ()
    first = next(place for place, value in enumerate(middle) if value is not None)
    return first - 1 if first and line.values[first - 1] is not None else first


def _middle(line: Line, place: int) -> float | None:
    """The middle of an open month, the count of a final one."""
    value = line.foreseen.middle[place] if line.foreseen else None
    return line.values[place] if value is None else value


def _band(first: int, line: Line, start: int, name: str) -> list[tuple[float, float, float]]:
    """(place, low, high) of the months from `start` on; a final month has no width, one without a count is left out."""
    bands = getattr(line.foreseen, name)
    found = []
    for place in range(start, len(line.values)):
        known = line.values[place]
        low, high = bands[place] or (known, known)
        if low is not None and high is not None:
            found.append((float(first + place), float(low), float(high)))
    return found


def _ground(panels: Sequence[list[tuple[float, float, float]]], fill: str, axes: Mapping[str, str]) -> dict[str, object]:
    """Bands of several panels as one filled shape each, in one trace."""
    across: list[float | None] = []
    up: list[float | None] = []
    for band in panels:
        across += [*(place for place, _, _ in band), *(place for place, _, _ in reversed(band)), None]
        up += [*(high for _, _, high in band), *(low for _, low, _ in reversed(band)), None]
    look = {"mode": "lines", "line": {"width": 0}, "fill": "toself", "fillcolor": fill, "hoverinfo": "skip"}
    return {"type": "scatter", "x": across, "y": up, "name": "", **look, **axes}


def _foreseen_label(words: Words, month: Month, line: Line, place: int, unit: str) -> str:
    """'Anak, Okt 2026<br>Perkiraan kini: 120 kasus (80%: 110–130)'; a final month by its count."""
    head, ends = f"{line.name}, {words.month(month)}", line.foreseen.inner[place] if line.foreseen else None
    told = f"{words.number(_middle(line, place))} {unit}"
    if line.foreseen is None or ends is None:
        return f"{head}: {told}"
    return f"{head}<br>{line.foreseen.name}: {told} (80%: {words.number(ends[0])}–{words.number(ends[1])})"


def _axes_of(row: int) -> dict[str, str]:
    """The axes a panel of a row is drawn on."""
    return {"xaxis": f"x{_axis_name(row)}", "yaxis": f"y{_axis_name(row)}"}


def _axis_name(row: int) -> str:
    """Plotly's number of an axis: nothing for the first."""
    return str(row + 1) if row else ""


def _panel_axes(row: int, rows: int, ticks: Mapping[int, str], end: int) -> dict[str, object]:
    """The two axes of a row of panels, rows from top to bottom with room for names and years between them."""
    name, space = _axis_name(row), PANEL_SPACE / rows
    height = (1 - (rows - 1) * space) / rows
    top = 1 - row * (height + space)
    across = {"range": [-1, end], "tickvals": [*ticks], "ticktext": [*ticks.values()], "anchor": f"y{name}"}
    up = {"domain": [max(top - height, 0), top], "anchor": f"x{name}", "nticks": 4, "rangemode": "tozero"}
    return {
        f"xaxis{name}": {**style.AXIS, **across, "automargin": False},
        f"yaxis{name}": {**style.AXIS, **up, **({"matches": "y"} if row else {}), "automargin": False},
    }


def _panel_name(title: str, middle: float, axis: str) -> dict[str, object]:
    place = {"x": middle, "y": 1, "xref": f"x{axis}", "yref": f"y{axis} domain", "yanchor": "bottom"}
    return place | {"text": title, "showarrow": False, "font": {"size": 14}}


def _year_ticks(words: Words, months: Sequence[Month], starts: Sequence[int]) -> dict[int, str]:
    """Place on the axis -> label: every January of every panel, else its first month."""
    told = {place: str(month.year) for place, month in enumerate(months) if month.month == 1}
    told = told or {0: words.month(months[0])}
    return {start + place: label for start in starts for place, label in told.items()}


@dataclass(frozen=True)
class Move:
    """One step of a waterfall: its name, its text, where it begins and ends; `total` stands on the ground."""

    name: str
    text: str
    before: float
    after: float
    total: bool = False


def waterfall(moves: Sequence[Move], ground: float, *, wide: bool) -> go.Figure:
    """A row a step, totals from the ground, steps from where the last one ended; texts at the end of the rows.

    `ground` is the value the drawing begins at; on a narrow screen texts need more of the width.
    """
    rows = range(len(moves))
    colours = [style.NAVY if one.total else style.TEAL if one.after > one.before else style.AMBER for one in moves]
    lows = [ground if one.total else min(one.before, one.after) for one in moves]
    highs = [max(one.before, one.after) for one in moves]
    bars = go.Bar(
        orientation="h",
        y=list(rows),
        base=lows,
        x=[high - low for low, high in zip(lows, highs, strict=True)],
        marker_color=colours,
        text=[f" <b>{one.text}</b>" if one.total else f" {one.text}" for one in moves],
        textposition="outside",
        textfont={"size": 16, "color": style.TEXT},
        cliponaxis=False,
        customdata=[[one.name, one.text] for one in moves],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        width=0.62,
    )
    links = [
        {"type": "line", "x0": one.after, "x1": one.after, "y0": place + 0.31, "y1": place + 0.69, "line": _LINK}
        for place, one in enumerate(moves[:-1])
    ]
    ends = [*lows, *highs, ground]
    top = max(ends) + (max(ends) - ground or 1.0) * (0.15 if wide else 0.5)
    names = [f"<b>{one.name}</b>" if one.total else one.name for one in moves]
    return style.figure(
        44 * len(moves) + 12,
        [bars],
        shapes=links,
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        xaxis={"range": [ground, top], "showticklabels": False, "showgrid": False},
        yaxis={
            "autorange": "reversed",
            "tickvals": list(rows),
            "ticktext": names,
            "tickfont": {"size": 16},
            "ticklabelstandoff": 8,
            "automargin": True,
            "showgrid": False,
        },
    )
