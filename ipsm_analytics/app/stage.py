"""Mode paparan: the slides of a meeting over the whole window, led by keys or a clicker."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st

from ipsm_analytics.app import cache, state
from ipsm_analytics.app.page import Visit
from ipsm_analytics.materials import drawing
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import Deck, Figure, Grid, Slide
from ipsm_analytics.views.i18n import Words

BACK = ("Left", "PageUp", "Up")
ON = ("Right", "PageDown", "Down", "Space")
"""Keys of the keyboard and of clickers; a clicker sends PageUp and PageDown."""
DRAWN, BESIDE = 430.0, 300.0
"""Points a picture is drawn wide: the narrower, the larger its letters on the screen."""


def present(visit: Visit, frozen: Snapshot) -> None:
    """One slide and the controls; the next one is drawn when a key is pressed."""
    words = visit.words
    with st.spinner(words("paparan.menyiapkan"), show_time=True):
        deck = cache.deck(visit.reader, frozen)
    place = state.slide(len(deck.slides))
    chosen = state.looked_at()
    slide = cache.area_slide(visit.reader, frozen, chosen) if chosen else deck.slides[place]
    st.html(_STYLE)
    st.html(_slide(words, deck, slide, words("paparan.nomor", ke=place + 1, dari=len(deck.slides))))
    _controls(words, deck, place)


def _controls(words: Words, deck: Deck, place: int) -> None:
    last = len(deck.slides) - 1
    with st.container(horizontal=True, gap="small", key="kendali", vertical_alignment="center"):
        st.button(
            words("paparan.mundur"), icon=":material/chevron_left:", key="mundur", on_click=state.show, args=(max(place - 1, 0),)
        )
        st.button(
            words("paparan.maju"), icon=":material/chevron_right:", key="maju", on_click=state.show, args=(min(place + 1, last),)
        )
        state.jump(
            words("paparan.ke_lembar"), [_entry(number, slide) for number, slide in enumerate(deck.slides, start=1)], place
        )
        state.look_at(words("paparan.ke_wilayah"), (*areas.codes("kecamatan"), *areas.codes("kelurahan")), areas.label)
        st.button(
            words("paparan.keluar"), icon=":material/close_fullscreen:", key="keluar", on_click=state.leave_stage, shortcut="Esc"
        )
    with st.container(key="tombol"):
        for keys, target in ((BACK, max(place - 1, 0)), (ON, min(place + 1, last)), (("Home",), 0), (("End",), last)):
            for key in keys:
                st.button(key, key=f"tombol_{key}", on_click=state.show, args=(target,), shortcut=key)


def _entry(number: int, slide: Slide) -> str:
    return f"{number}. {slide.title}"


def _slide(words: Words, deck: Deck, slide: Slide, number: str) -> str:
    mark = f'<b class="contoh">{escape(deck.mark)}</b>' if deck.mark else ""
    bullets = "".join(f"<li>{escape(text)}</li>" for text in slide.bullets)
    side = (_picture(words, slide.beside, BESIDE, slide.title) if slide.beside else "") + (
        f"<ul>{bullets}</ul>" if bullets else ""
    )
    picture = _picture(words, slide.figure, DRAWN, slide.title) if slide.figure else ""
    shape = "daftar" if isinstance(slide.beside, Grid) else "dua" if picture and side else "satu"
    body = "".join(f"<div>{part}</div>" for part in (picture, side) if part)
    foot = " · ".join(filter(None, (deck.place, deck.period, deck.cutoff, deck.code)))
    return (
        f'<section class="paparan" aria-label="{escape(number)}"><header><h1>{escape(slide.title)}</h1>{mark}</header>'
        f'<div class="isi {shape}">{body}</div>'
        f"<footer><span>{escape(slide.context)}</span><span>{escape(foot)}</span><b>{escape(number)}</b></footer></section>"
    )


def _picture(words: Words, figure: Figure, width: float, alt: str) -> str:
    if isinstance(figure, Grid):
        return _grid(figure)
    drawn = b64encode(drawing.draw(figure, words, width).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{drawn}" alt="{escape(alt)}">'


def _grid(grid: Grid) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=angka' if place in grid.figures else ''}>{escape(cell)}</{tag}>" for place, cell in enumerate(cells)
        )

    lines = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in grid.rows)
    head = f"<thead><tr>{row(grid.heads, 'th')}</tr></thead>"
    return f'<table style="--baris: {len(grid.rows) + 1}">{head}<tbody>{lines}</tbody></table>'


_STYLE = f"""<style>
.stSidebar, .stAppHeader, .stAppToolbar, [data-testid=stSidebarCollapsedControl], [data-testid=stExpandSidebarButton] {{
    display: none !important;}}
.stMainBlockContainer {{padding: 0 !important; max-width: none;}}
.stMainBlockContainer > .stVerticalBlock {{gap: 0;}}
.paparan {{display: grid; grid-template-rows: auto minmax(0, 1fr) auto; height: calc(100vh - 3.4rem); background: #fff;
    color: {style.TEXT}; font-size: clamp(1rem, 1.65vw, 2rem); overflow: hidden;}}
.paparan header {{display: flex; gap: 1.5rem; align-items: center; padding: .7em 1.6em .5em;
    border-bottom: 4px solid {style.NAVY};}}
.paparan h1 {{flex: 1; margin: 0; padding: 0; font-size: 1.3em; line-height: 1.2; color: {style.NAVY};}}
.paparan .contoh {{background: {style.AMBER}; padding: .1em .6em; border-radius: .25em; white-space: nowrap;}}
.paparan .isi {{display: grid; gap: 1.6em; padding: .7em 1.6em; min-height: 0; grid-template-rows: minmax(0, 1fr);}}
.paparan .isi.dua {{grid-template-columns: minmax(0, 1.65fr) minmax(0, 1fr);}}
.paparan .isi.daftar {{grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);}}
.paparan .isi > div {{min-height: 0; overflow: auto; display: flex; flex-direction: column; gap: .8em;
    justify-content: safe center;}}
.paparan img {{display: block; width: 100%; flex: 0 1 auto; min-height: 0; object-fit: contain;}}
.paparan ul {{margin: 0; padding-left: 1.1em;}}
.paparan li {{margin: 0 0 .55em; line-height: 1.35; font-size: 1em;}}
.paparan table {{border-collapse: collapse; width: 100%; font-size: min(.85em, calc((100vh - 15rem) / var(--baris) / 1.75));}}
.paparan th {{text-align: left; background: {style.NAVY}; color: #fff; padding: .2em .45em;}}
.paparan td {{border-bottom: 1px solid {style.GRID}; padding: .2em .45em; line-height: 1.2; vertical-align: top;}}
.paparan .angka {{text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;}}
.paparan footer {{display: flex; gap: 1.2em; justify-content: space-between; padding: .35em 1.6em; font-size: .68em;
    color: {style.MUTED}; border-top: 1px solid {style.GRID};}}
.paparan footer b {{color: {style.NAVY}; white-space: nowrap;}}
.st-key-kendali {{padding: .2rem 1.6rem; background: {style.PAPER}; height: 3.2rem; overflow: hidden;}}
.st-key-tombol {{position: fixed; left: -200vw; width: 1px; height: 1px; overflow: hidden;}}
@media (max-width: 767px) {{
    .paparan {{height: auto; min-height: calc(100vh - 3.4rem);}}
    .paparan .isi.dua {{grid-template-columns: minmax(0, 1fr);}}
    .paparan header, .paparan footer {{flex-wrap: wrap;}}
    .st-key-kendali {{height: auto;}}
}}
</style>"""
