"""Paspor angka: where does this number come from?"""

import streamlit as st

from ipsm_analytics.app import blocks, meeting
from ipsm_analytics.app.page import open_page

visit = open_page("paspor")
words = visit.words
page = meeting.passport(visit)
if page is None:
    st.stop()
blocks.headline(page.headline)
left, right = st.columns(2, gap="medium")
with left:
    blocks.definition(words("paspor.angka"), page.counted)
    blocks.definition(words("paspor.ditanya"), page.asked)
with right:
    blocks.definition(words("paspor.asal"), page.origin)
    blocks.definition(words("paspor.arti"), page.definition)
blocks.heading(words("paspor.tandingan"))
blocks.remark(words("paspor.tandingan_cara" if page.rivals else "paspor.tanpa_tandingan"))
for concept, reason, table in page.rivals:
    with st.container(border=True):
        blocks.passage(concept, reason)
        blocks.table(words, table, concept)
