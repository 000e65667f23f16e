"""Respons & sasaran: how fast, and to the right people?"""

import streamlit as st

from ipsm_analytics.answers.waits import EVENTS
from ipsm_analytics.app import blocks, cache, state, trail
from ipsm_analytics.app.page import open_page

visit = open_page("respons")
words = visit.words
event = state.choose(words("respons.pilih"), EVENTS, lambda name: words(f"respons.kejadian.{name}"), "menunggu")
page = cache.response_page(visit.reader, visit.scope, event)
blocks.headline(page.headline)
left, right = st.columns([6, 4], gap="medium")
with left:
    with st.container(border=True):
        blocks.chart(words, page.curves)
    with st.container(border=True):
        blocks.chart(words, page.months)
with right, st.container(border=True):
    blocks.chart(words, page.prompt)
    st.markdown(page.unjudged)
left, right = st.columns([6, 4], gap="medium")
with left, st.container(border=True):
    blocks.chart(words, page.backlog)
with right, st.container(border=True):
    blocks.listing(words, page.offices)
if page.overdue is not None and trail.viewed_rows("respons"):
    with st.expander(words("respons.baris.judul"), icon=":material/lock:"):
        st.caption(page.whose)
        blocks.plain_table(page.overdue, words("respons.baris.judul"))
left, right = st.columns(2, gap="medium")
with left, st.container(border=True):
    blocks.chart(words, page.referrals)
with right, st.container(border=True):
    blocks.listing(words, page.pending)
for title, text in page.targeting:
    blocks.passage(title, text)
for column, item in zip(st.columns(3, gap="medium"), (page.excluded, page.included, page.load), strict=True):
    with column, st.container(border=True):
        blocks.chart(words, item)
with st.container(border=True):
    blocks.chart(words, page.focus)
