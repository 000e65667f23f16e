"""Blocks of the page everybody may open: answers as large figures, and data sets to take along."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ipsm_analytics.views import style
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.transparency import Offer, Tile

PACKAGE = "api/v1/paket.zip"
DOCUMENT = "api/v1/openapi.json"
_STYLE = f"""<style>
.ubin-baris {{display: grid; grid-template-columns: repeat(4, 1fr); gap: .7rem;}}
.ubin {{border-top: 6px solid {style.TEAL}; border-radius: .4rem; padding: .6rem .9rem .7rem; background: #fff;
    color: {style.TEXT}; box-shadow: 0 1px 3px rgba(27, 39, 51, .18);}}
.ubin .tanya {{font-size: 1.05rem; font-weight: 600; color: {style.NAVY};}}
.ubin .jawab {{font-size: 2.7rem; font-weight: 700; line-height: 1.1; font-variant-numeric: tabular-nums; color: {style.NAVY};}}
.ubin .jawab small {{font-size: 1.1rem; font-weight: 500; color: {style.TEXT};}}
.ubin .penuh {{height: .8rem; margin: .35rem 0; border-radius: .4rem; background: {style.GRID}; overflow: hidden;}}
.ubin .penuh i {{display: block; height: 100%; background: {style.TEAL};}}
.ubin .catatan {{font-size: 1rem; color: {style.TEXT};}}
@media (max-width: 1100px) {{.ubin-baris {{grid-template-columns: repeat(2, 1fr);}}}}
@media (max-width: 520px) {{.ubin-baris {{grid-template-columns: 1fr;}} .ubin .jawab {{font-size: 2.3rem;}}}}
.tawar {{list-style: none; margin: 0 !important; padding: 0 !important;}}
.tawar li {{display: grid; grid-template-columns: 1fr auto; gap: .2rem 1rem; align-items: center;
    margin: 0 !important; padding: .45rem 0 !important;
    border-top: 1px solid {style.GRID}; font-size: 1rem; color: {style.TEXT};}}
.tawar li b {{display: block;}}
.tawar nav {{display: flex; gap: .4rem; flex-wrap: wrap;}}
.tawar a {{display: inline-block; padding: .3rem .7rem; border: 1px solid {style.NAVY}; border-radius: .3rem; color: {style.NAVY};
    text-decoration: none;}}
.tawar a:hover, .tawar a:focus-visible {{background: {style.NAVY}; color: #fff;}}
.tawar a.utama {{background: {style.NAVY}; color: #fff;}}
@media (max-width: 767px) {{.tawar li {{grid-template-columns: 1fr;}}}}
</style>"""


def tiles(items: Sequence[Tile]) -> None:
    """Questions of a citizen, each with its answer."""
    st.html(_STYLE)
    st.html(f'<div class="ubin-baris">{"".join(map(_tile, items))}</div>')


def _tile(item: Tile) -> str:
    bar = (
        ""
        if item.share is None
        else f'<div class="penuh" aria-hidden="true"><i style="width:{min(item.share, 100):.1f}%"></i></div>'
    )
    unit = f" <small>{escape(item.unit)}</small>" if item.unit else ""
    return (
        f'<div class="ubin"><div class="tanya">{escape(item.question)}</div><div class="jawab">{escape(item.value)}{unit}</div>'
        f'{bar}<div class="catatan">{escape(item.note)}</div></div>'
    )


def offers(words: Words, items: Sequence[Offer]) -> None:
    """Data sets with their addresses; everything at once first."""
    whole = (
        f"<li><span><b>{escape(words('transparansi.unduh.semua'))}</b>{escape(words('transparansi.unduh.semua_isi'))}</span><nav>"
    )
    whole += f'<a class="utama" href="{PACKAGE}" download>ZIP</a><a href="{DOCUMENT}" target="_blank">OpenAPI</a></nav></li>'
    rows = "".join(_offer(words, item) for item in items)
    title = escape(words("transparansi.unduh.judul"))
    st.html(f'<p class="bagan-judul">{title}</p><ul class="tawar" aria-label="{title}">{whole}{rows}</ul>')


def _offer(words: Words, item: Offer) -> str:
    return (
        f"<li><span><b>{escape(item.title)}</b>{escape(item.about)} {escape(item.rows)}</span><nav>"
        f'<a href="{item.csv}" download aria-label="CSV, {escape(item.title)}">CSV</a>'
        f'<a href="{item.json}" target="_blank" aria-label="JSON, {escape(item.title)}">JSON</a>'
        f'<a href="{item.metadata}" target="_blank">{escape(words("transparansi.unduh.metadata"))}</a></nav></li>'
    )
