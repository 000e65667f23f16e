"""Kategori: which problems, which people?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache
from ipsm_analytics.app.page import open_page

visit = open_page("kategori")
words = visit.words
page = cache.problems_page(visit.reader, visit.scope)
blocks.headline(page.headline)
if page.charts:
    blocks.remark(page.totals)
    left, right = st.columns([6, 4], gap="medium")
    with left:
        for item in (*page.together, page.charts[-1]):
            with st.container(border=True):
                blocks.chart(words, item)
    with right:
        for item in page.charts[:-1]:
            with st.container(border=True):
                blocks.chart(words, item)
    with st.container(border=True):
        blocks.chart(words, page.breakdown)
