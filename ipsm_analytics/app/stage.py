"""Mode paparan: the slides of a meeting over the whole window, led by keys or a clicker."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from ipsm_analytics.app import cache, state
from ipsm_analytics.app.page import Visit
from ipsm_analytics.materials import blocks, drawing, screen
from ipsm_analytics.materials.arrangement import arranged
from ipsm_analytics.materials.shapes import POINT, Rect
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import Deck, Figure, Grid, Slide
from ipsm_analytics.views.i18n import Words

BACK = ("Left", "PageUp", "Up")
ON = ("Right", "PageDown", "Down", "Space")
"""Keys of the keyboard and of clickers; a clicker sends PageUp and PageDown."""


_PHONE_COLUMNS = 4
"""A table with more columns stands cell under cell on a phone."""


def present(visit: Visit, frozen: Snapshot) -> None:
    """One slide and the controls; the next one is drawn when a key is pressed."""
    words = visit.words
    with st.spinner(words("paparan.menyiapkan"), show_time=True):
        deck = cache.deck(visit.reader, frozen)
        shown = deck.slides if visit.reader.narrow else screen.shown(deck, words)
        cache.publish_fonts()
    place = state.slide(len(shown))
    chosen = state.looked_at()
    slide = cache.area_slide(visit.reader, frozen, chosen) if chosen else shown[place]
    st.html(_STYLE)
    number = words("paparan.nomor", ke=place + 1, dari=len(shown))
    st.html(_slide(words, deck, slide, number, narrow=visit.reader.narrow))
    _controls(words, shown, place)


def _controls(words: Words, shown: Sequence[Slide], place: int) -> None:
    last = len(shown) - 1
    with st.container(horizontal=True, gap="small", key="kendali", vertical_alignment="center"):
        st.button(
            words("paparan.mundur"), icon=":material/chevron_left:", key="mundur", on_click=state.show, args=(max(place - 1, 0),)
        )
        st.button(
            words("paparan.maju"), icon=":material/chevron_right:", key="maju", on_click=state.show, args=(min(place + 1, last),)
        )
        state.jump(words("paparan.ke_lembar"), [_entry(number, slide) for number, slide in enumerate(shown, start=1)], place)
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


def _slide(words: Words, deck: Deck, slide: Slide, number: str, *, narrow: bool) -> str:
    marked = bool(deck.mark)
    mark = f'<b class="contoh">{escape(deck.mark)}</b>' if marked else ""
    title = slide.title if narrow else screen.title_of(slide.title, marked=marked)
    foot = " · ".join(filter(None, (deck.place, deck.period, deck.cutoff, deck.code)))
    size = screen.title_size(title, marked=marked)
    return (
        f'<section class="paparan" aria-label="{escape(number)}"><header>'
        f'<h1 style="--s:{size}">{escape(title)}</h1>{mark}</header>'
        f'<div class="isi">{"".join(_parts(words, slide, narrow=narrow))}</div>'
        f"<footer><span>{escape(slide.context)}<br>{escape(foot)}</span><b>{escape(number)}</b></footer></section>"
    )


def _parts(words: Words, slide: Slide, *, narrow: bool) -> Iterator[str]:
    """Figure, second figure and bullets, each in its box."""
    place = arranged(slide, screen.Screen())
    for figure, box in ((slide.figure, place.figure), (slide.beside, place.beside)):
        if figure is not None and box is not None:
            yield f'<div style="{_boxed(box)}">{_picture(words, figure, box, slide.title, narrow=narrow)}</div>'
    if slide.bullets and place.bullets:
        size = screen.bullet_size(slide.bullets, place.bullets, alone=slide.figure is None)
        told = "".join(f"<li>{escape(text)}</li>" for text in slide.bullets)
        yield f'<div style="{_boxed(place.bullets)};--s:{size}"><ul>{told}</ul></div>'


def _boxed(box: Rect) -> str:
    left, top, width, height = (one / POINT for one in (box.left, box.top, box.width, box.height))
    return f"--l:{left:.1f};--t:{top:.1f};--w:{width:.1f};--h:{height:.1f}"


def _picture(words: Words, figure: Figure, box: Rect, alt: str, *, narrow: bool) -> str:
    if isinstance(figure, Grid):
        return _grid(figure, box)
    source = drawing.draw(figure, words, screen.PHONE) if narrow else screen.drawn(figure, words, box)
    return f'<img src="data:image/svg+xml;base64,{b64encode(source.encode()).decode()}" alt="{escape(alt)}">'


def _grid(grid: Grid, box: Rect) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "".join(
            f'<{tag} data-kepala="{escape(grid.heads[place])}"{" class=angka" if place in grid.figures else ""}>'
            f"{escape(cell)}</{tag}>"
            for place, cell in enumerate(cells)
        )

    size, widths = screen.columns(grid, box)
    lines = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in grid.rows)
    wide = "".join(f'<col style="width:{100 * one / sum(widths):.2f}%">' for one in widths)
    head = f"<colgroup>{wide}</colgroup><thead><tr>{row(grid.heads, 'th')}</tr></thead>"
    wordy = " class=lebar" if len(grid.heads) > _PHONE_COLUMNS else ""
    return f'<table{wordy} style="--s:{size};--e:{blocks.edge(size)}">{head}<tbody>{lines}</tbody></table>'


_LEFT, _TOP, _WIDE, _HIGH = screen.TITLE
_STYLE = f"""<style>
@font-face {{font-family: "Liberation Sans"; src: url("app/static/huruf/LiberationSans-Regular.ttf");}}
@font-face {{font-family: "Liberation Sans"; font-weight: 700; src: url("app/static/huruf/LiberationSans-Bold.ttf");}}
.stSidebar, .stAppHeader, .stAppToolbar, [data-testid=stSidebarCollapsedControl], [data-testid=stExpandSidebarButton] {{
    display: none !important;}}
.stMainBlockContainer {{padding: 0 !important; max-width: none;}}
.stMainBlockContainer > .stVerticalBlock {{gap: 0;}}
.paparan {{--u: min(100vw / {screen.WIDE:g}, (100vh - 3.4rem) / {screen.HIGH:g}); position: relative; overflow: hidden;
    width: calc({screen.WIDE:g} * var(--u)); height: calc({screen.HIGH:g} * var(--u)); margin: 0 auto; background: #fff;
    color: {style.TEXT}; font-family: "Liberation Sans", Arial, sans-serif;}}
.stHtml:has(.paparan) {{background: #fff; height: calc(100vh - 3.4rem); display: grid; align-items: center;}}
.paparan header {{position: absolute; left: calc({_LEFT:g} * var(--u)); top: calc({_TOP:g} * var(--u)); display: flex;
    width: calc({_WIDE:g} * var(--u)); height: calc({_HIGH + 4:g} * var(--u)); align-items: center;
    justify-content: space-between; border-bottom: calc(2.5 * var(--u)) solid {style.NAVY};}}
.paparan h1 {{margin: 0; max-width: calc({_WIDE - screen.MARK:g} * var(--u));
    padding: 0; font-size: calc(var(--s) * var(--u)); line-height: 1.2; color: {style.NAVY};
    font-family: inherit; letter-spacing: 0;}}
.paparan .contoh {{background: {style.AMBER}; padding: .2em .5em; border-radius: .25em; white-space: nowrap;
    font-size: calc(14 * var(--u));}}
.paparan .isi > div {{position: absolute; left: calc(var(--l) * var(--u)); top: calc(var(--t) * var(--u));
    width: calc(var(--w) * var(--u)); height: calc(var(--h) * var(--u)); display: flex; flex-direction: column;
    justify-content: center;}}
.paparan img {{display: block; width: 100%; height: 100%; min-height: 0; object-fit: contain;}}
.paparan ul {{margin: 0; padding-left: calc(20 * var(--u)); font-size: calc(var(--s) * var(--u));}}
.paparan li {{margin: calc(6 * var(--u)) 0 0; padding: 0; line-height: 1.2; font-size: inherit;}}
.paparan table {{border-collapse: collapse; width: 100%; table-layout: fixed; font-size: calc(var(--s) * var(--u)); margin: 0;}}
.paparan th, .paparan td {{text-align: left; padding: calc(var(--e) * var(--u)) calc({blocks.SIDE:g} * var(--u));
    line-height: 1.2; border: none; vertical-align: middle;}}
.paparan th {{background: {style.NAVY}; color: #fff;}}
.paparan tbody tr:nth-child(even) {{background: #F3F6F8;}}
.paparan .angka {{text-align: right; font-variant-numeric: tabular-nums;}}
.paparan footer {{position: absolute; left: calc({_LEFT:g} * var(--u)); bottom: calc(3 * var(--u)); display: flex;
    width: calc({_WIDE:g} * var(--u)); gap: calc(12 * var(--u)); justify-content: space-between; align-items: end;
    font-size: calc(11.5 * var(--u)); line-height: 1.2; color: {style.MUTED};}}
.paparan footer b {{color: {style.NAVY}; white-space: nowrap;}}
.st-key-kendali {{padding: .2rem 1.6rem; background: {style.PAPER}; height: 3.2rem; overflow: hidden;}}
.st-key-tombol {{position: fixed; left: -200vw; width: 1px; height: 1px; overflow: hidden;}}
@media (max-width: 767px) {{
    .stHtml:has(.paparan) {{height: auto; display: block;}}
    .paparan {{width: auto; height: auto; min-height: calc(100vh - 3.4rem); padding: .8rem; overflow: visible;}}
    .paparan header, .paparan footer, .paparan .isi > div {{position: static; width: auto; height: auto;}}
    .paparan header, .paparan footer {{flex-wrap: wrap; gap: .5rem; padding: 0 0 .4rem;}}
    .paparan h1 {{font-size: 1.25rem; max-width: none;}}
    .paparan .contoh, .paparan footer {{font-size: 1rem;}}
    .paparan .isi > div {{margin: 1rem 0; overflow-x: auto;}}
    .paparan img {{height: auto;}}
    .paparan ul, .paparan table {{font-size: 1rem;}}
    .paparan table {{table-layout: auto;}}
    .paparan th, .paparan td {{padding: .25rem .4rem;}}
    .paparan .lebar thead {{display: none;}}
    .paparan .lebar, .paparan .lebar tbody, .paparan .lebar tr {{display: block; width: 100%;}}
    .paparan .lebar td {{display: block; width: auto; text-align: left;}}
    .paparan .lebar td:first-child {{font-weight: 700;}}
    .paparan .lebar td:not(:first-child)::before {{content: attr(data-kepala) ": "; color: {style.MUTED};}}
    .st-key-kendali {{height: auto;}}
}}
</style>"""
