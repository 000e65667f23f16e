"""Tren: which way, and is it real?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.trends import MEASURES

visit = open_page("tren")
words = visit.words
scope = visit.scope
code = state.choose(words("tren.ukuran"), MEASURES, lambda key: indicator(key).short, "ukuran")
page = cache.trends_page(visit.reader, scope, code)
blocks.headline(page.headline)
left, right = st.columns([6, 4], gap="medium")
with left, st.container(border=True):
    blocks.chart(words, page.monthly)
with right, st.container(border=True):
    blocks.chart(words, page.years)
with st.container(border=True):
    blocks.definition(words("arah_kasus.judul"), page.conclusions)
    if page.forecast:
        blocks.chart(words, page.forecast)
with st.container(border=True):
    blocks.chart(words, page.groups)
with st.container(border=True):
    blocks.chart(words, page.districts)
