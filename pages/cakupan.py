"""Cakupan & jangkauan: who is served, who is not found?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views.atlas import MapOptions

visit = open_page("cakupan")
words = visit.words
with st.spinner(words("cakupan.menghitung"), show_time=True):
    page = cache.coverage_page(visit.reader, visit.scope)
    options = MapOptions("D01", "kelurahan", "geografis", height=380, width=340 if visit.desk.narrow else 560)
    (view,) = cache.map_views(visit.reader, (visit.scope,), options)
blocks.headline(page.headline)
st.caption(words("cakupan.catatan"))
with st.container(border=True):
    blocks.chart(words, page.services)
for item in (page.sources, page.quiet, page.search):
    with st.container(border=True):
        blocks.listing(words, item)
left, right = st.columns(2, gap="medium")
with left, st.container(border=True):
    blocks.chart(words, page.cascade)
with right, st.container(border=True):
    blocks.title(view.chart)
    blocks.chosen_area(view, "cakupan")
    blocks.legend(words, view)
    blocks.map_foot(words, view, "cakupan")
for item in (page.reporting, page.hidden, page.districts):
    with st.container(border=True):
        blocks.listing(words, item)
