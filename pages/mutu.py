"""Mutu data: how good is what we stand on?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.measures.quality import MEASURES

visit = open_page("mutu")
words = visit.words
measure = state.choose(words("mutu.ukuran"), tuple(MEASURES), lambda key: words(f"mutu.ukuran_{key}"), "mutu")
page = cache.quality_page(visit.reader, visit.scope, measure)
blocks.headline(page.headline)
st.caption(words("mutu.catatan"))
left, right = st.columns([6, 4], gap="medium")
with left:
    with st.container(border=True):
        blocks.chart(words, page.grid)
    if page.remedies:
        blocks.definition(words("mutu.perbaikan"), page.remedies)
with right:
    with st.container(border=True):
        blocks.chart(words, page.figures)
    with st.container(border=True):
        blocks.chart(words, page.reasons)
with st.container(border=True):
    blocks.listing(words, page.worklist)
left, right = st.columns([4, 6], gap="medium")
with left, st.container(border=True):
    blocks.chart(words, page.districts)
with right, st.container(border=True):
    blocks.listing(words, page.outliers)
