"""Colours and the look every figure shares; checked for colour blindness, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

NAVY, TEAL, AMBER, TEXT, PAPER, GRID = "#0B3C5D", "#1D7874", "#E0A030", "#1B2733", "#FAFBFC", "#E3E8EC"
MUTED = "#5B6770"
GROUP_COLOURS = {"KEMISKINAN": "#D55E00", "ANAK": "#0072B2", "LANSIA": "#CC79A7", "DISABILITAS": "#009E73", "LAINNYA": "#7F7F7F"}
SEQUENTIAL = ("#EAF3F8", "#B5D2E8", "#6BAED6", "#2171B5", "#08306B")
ZERO, NOT_REPORTED, SUPPRESSED, NO_POPULATION, SMALL = "#FFFFFF", "#D9D9D9", "#9E9E9E", "#F0E6D2", "#E8DDF0"
NO_TARGET = "#E9E2C8"
NOT_DUE, UNDATED, NOT_REACHED, REFUSED = "#DDE7DD", "#F3D9D0", "#C9B9D6", "#CFC9BA"
INCOMPLETE = "#FFF3B0"
DIVERGING = ("#8073AC", "#B2ABD2", "#F7F7F7", "#FDB863", "#E66101")
"""From far below to far above; marks and words say the same."""
LEANING = ("#D8DAEB", "#FEE0B6")
BORDER = "#44525C"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


AXIS: Mapping[str, object] = {"gridcolor": GRID, "linecolor": GRID, "zeroline": False, "automargin": True}
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
_LAYOUT: Mapping[str, object] = {
    "template": {},
    "margin": MARGIN,
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"family": FONT, "size": 14, "color": TEXT},
    "separators": ",.",
    "hoverlabel": {"font": {"family": FONT, "size": 14}, "align": "left"},
    "showlegend": False,
    "dragmode": False,
    "xaxis": AXIS,
    "yaxis": {**AXIS, "rangemode": "tozero"},
}


def ink_on(colour: str) -> str:
    """Light or dark text, whichever stands out more on a colour (#RRGGBB)."""
    return max((TEXT, ZERO), key=lambda ink: contrast(colour, ink))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (#RRGGBB), 1 to 21, by relative luminance (WCAG 2.1)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def figure(height: int, data: Sequence[object] = (), **layout: object) -> go.Figure:
    """A figure with the house look, parts of the layout replaced; one made whole takes a fraction of the time of one amended."""
    return go.Figure(data=list(data), layout={**_LAYOUT, "height": height, **layout})
