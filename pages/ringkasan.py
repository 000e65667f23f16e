"""Ringkasan: how are we, in one minute?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, state
from ipsm_analytics.app.page import filters, open_page
from ipsm_analytics.views.atlas import MapOptions

visit = open_page("ringkasan")
words = visit.words
scope = filters(visit)
page = cache.overview_page(visit.role, visit.language, scope)
blocks.headline(page.headline)
blocks.cards(page.cards)

left, right = st.columns([6, 4], gap="medium")
with left, st.container(border=True):
    layout = state.choose(words("peta.bentuk"), ("geografis", "heksagon"), lambda name: words(f"peta.{name}"), "bentuk")
    options = MapOptions("K03", "kelurahan", layout, height=400, width=350 if state.phone() else 560)
    (view,) = cache.map_views(visit.role, visit.language, (scope,), options, None)
    blocks.chosen_area(words, view, "ringkasan")
    blocks.legend(words, view)
    blocks.map_foot(words, view, "ringkasan")
with right, st.container(border=True):
    blocks.chart(words, page.attention)
    blocks.silent(words, page.silent)

with st.container(border=True):
    blocks.chart(words, page.groups)
with st.container(border=True):
    blocks.chart(words, page.completeness)
