"""Ringkasan: how are we, in one minute?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views.atlas import MapOptions
from ipsm_analytics.views.maps import LAYOUTS

visit = open_page("ringkasan")
words = visit.words
scope = visit.scope
page = cache.overview_page(visit.reader, scope)
blocks.headline(page.headline)
blocks.cards(words, page.cards)

left, right = st.columns([6, 4], gap="small")
with left, st.container(border=True):
    heading = st.container()
    drawing, key = st.columns([61, 39], gap="small", vertical_alignment="center")
    with key:
        layout = state.choose(words("peta.bentuk"), LAYOUTS, lambda name: words(f"peta.{name}"), "bentuk")
    options = MapOptions("K03", "kelurahan", layout, height=330, width=340 if visit.desk.narrow else 420)
    (view,) = cache.map_views(visit.reader, (scope,), options)
    with heading:
        blocks.title(view.chart)
    with drawing:
        blocks.chosen_area(view, "ringkasan")
    with key:
        blocks.legend(words, view)
    blocks.map_foot(words, view, "ringkasan")
with right, st.container(border=True):
    blocks.chart(words, page.attention)
    blocks.silent(words, page.silent)

blocks.sentences(*page.flags, words("tanda.cara"))
with st.container(border=True):
    blocks.chart(words, page.groups)
with st.container(border=True):
    blocks.chart(words, page.completeness)
