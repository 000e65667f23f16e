"""Angka terbit: what do the public figures say?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views.published import concepts, contradictions, published_table, timeline

visit = open_page("terbit")
words = visit.words
figures = cache.published_figures()
blocks.headline(words("terbit.kepala", jumlah=len(figures), sumber=figures["sumber"].nunique()))
if figures.empty:
    st.info(words("terbit.kosong"), icon=":material/inbox:")
    st.stop()
concept = state.pick(words("terbit.pilih"), concepts(words, figures), str, "konsep")
with st.container(border=True):
    blocks.chart(words, timeline(words, figures, concept, narrow=visit.desk.narrow))
blocks.heading(words("terbit.pertentangan"))
for item in contradictions(words, figures):
    blocks.contradiction(item)
blocks.heading(words("terbit.semua"))
blocks.table(words, published_table(words, figures, None if concept == words("terbit.semua") else concept), words("terbit.semua"))
