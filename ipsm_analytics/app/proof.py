"""How claims and what came of them are laid out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ipsm_analytics.views import style
from ipsm_analytics.views.evidence import Row
from ipsm_analytics.views.i18n import Words

_LOOK = f"""<style>
.bukti {{container-type: inline-size; color: {style.TEXT}; font-size: 1rem;}}
.bukti ol {{list-style: none; margin: 0; padding: 0;}}
.bukti li {{display: grid; grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr) 14rem 80px; gap: .2rem 1rem;
    align-items: center; margin: 0; padding: .5rem 0; border-bottom: 1px solid {style.GRID};}}
.bukti b {{display: block;}}
.bukti small {{display: block; font-size: 1rem; color: {style.MUTED};}}
.bukti .skala {{position: relative; height: 2rem;
    background: linear-gradient({style.AMBER}, {style.AMBER}) 50% / 3px 100% no-repeat;}}
.bukti .skala i {{position: absolute; top: 50%;}}
.bukti .boleh {{height: 1.4rem; margin-top: -.7rem; background: {style.SEQUENTIAL[1]}; opacity: .6;}}
.bukti .rentang {{height: 4px; margin-top: -2px; background: {style.NAVY};}}
.bukti .bulat {{width: .85rem; height: .85rem; margin: -.425rem; border-radius: 50%; background: {style.NAVY};}}
.bukti .lewat {{margin: -.8rem -.5rem; font-style: normal; color: {style.NAVY};}}
@container (max-width: 800px) {{
    .bukti li {{grid-template-columns: minmax(0, 1fr);}}
    .bukti li div:empty {{display: none;}}
}}
</style>"""


def claims(words: Words, parts: Sequence[tuple[str, Sequence[Row]]]) -> None:
    """Claims under their headings, a row each on one scale."""
    body = "".join(
        f'<h2 class="sela">{escape(title)}</h2><ol>{"".join(_row(words, row) for row in rows)}</ol>' for title, rows in parts
    )
    st.html(_LOOK)
    st.html(f'<div class="bukti">{body}</div>')


def _row(words: Words, row: Row) -> str:
    picture = f'<img src="{row.levels}" alt="{escape(words("bukti.diagonal"))}" width="80" height="80">' if row.levels else ""
    return (
        f"<li><div><b>{escape(row.verdict)}: {escape(row.title)}</b><small>{escape(row.reading)}</small></div>"
        f'<div class="skala">{_scale(row)}</div>'
        f"<div><b>{escape(row.observed)}</b><small>{escape(row.expected)}</small><small>{escape(row.size)}</small></div>"
        f"<div>{picture}</div></li>"
    )


def _scale(row: Row) -> str:
    band = f'<i class="boleh" style="{_span(row.band)}"></i>' if row.band else ""
    if row.beyond:
        return f'{band}<i class="lewat" style="left:{row.dot}%">{row.beyond}</i>'
    return f'{band}<i class="rentang" style="{_span(row.reach)}"></i><i class="bulat" style="left:{row.dot}%"></i>'


def _span(ends: tuple[float, float]) -> str:
    return f"left:{ends[0]}%;width:{ends[1] - ends[0]:.2f}%"
