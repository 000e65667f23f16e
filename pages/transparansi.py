"""Transparansi: what may everybody know?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, public, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.transparency import map_options, period_name

visit = open_page("transparansi")
words, reader = visit.words, cache.public(visit.reader)
with st.spinner(words("transparansi.menghitung"), show_time=True):
    periods = cache.open_data().periods
if not periods:
    st.info(words("transparansi.kosong"), icon=":material/inbox:")
    st.stop()
chosen = state.pick(words("transparansi.masa"), periods, lambda one: period_name(Words("id"), one), "masa", width=230)
page = cache.transparency_page(reader, chosen)
blocks.headline(page.headline)
public.tiles(page.tiles)
for sentence in page.states:
    blocks.remark(sentence)
(view,) = cache.map_views(reader, (page.scope,), map_options(narrow=reader.narrow))
left, right = st.columns([6, 5], gap="medium")
with left, st.container(border=True):
    blocks.titled_map(view, "transparansi")
    blocks.legend(words, view)
    blocks.map_foot(words, view, "transparansi")
with right:
    for item in (page.groups, page.services):
        with st.container(border=True):
            blocks.chart(words, item)
for place, item in zip(st.columns(3, gap="medium"), (page.places, page.response, page.reporting), strict=True):
    with place, st.container(border=True):
        blocks.chart(words, item)
with st.container(border=True):
    public.offers(words, page.offers)
left, right = st.columns(2, gap="medium")
with left:
    blocks.definition(words("transparansi.tidak.judul"), page.withheld)
with right:
    blocks.definition(words("transparansi.tentang.judul"), page.about)
