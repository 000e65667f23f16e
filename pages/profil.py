"""Profil wilayah: everything about one kecamatan or kelurahan, on one screen and on one sheet of paper."""

import streamlit as st

from ipsm_analytics.app import blocks, cache, sheet
from ipsm_analytics.app.page import open_page

visit = open_page("profil")
words = visit.words
with st.spinner(words("profil.menghitung"), show_time=True):
    page = cache.profile_page(visit.reader, visit.scope)
blocks.headline(page.headline)
if page.whole_city:
    sheet.choices(words)
st.caption(words("profil.cetak"))
left, right = st.columns(2, gap="medium")
with left, st.container(border=True):
    sheet.points(words("profil.ubah.judul"), page.changes, words("profil.ubah.cara"))
with right, st.container(border=True):
    sheet.points(words("profil.tanya.judul"), page.questions, words("profil.tanya.cara"))
with st.container(border=True):
    blocks.chart(words, page.spine)
left, right = st.columns([6, 4], gap="medium")
with left, st.container(border=True):
    blocks.chart(words, page.trend)
with right, st.container(border=True):
    blocks.chart(words, page.mix)
for place, (name, rows, note) in zip(st.columns(3, gap="medium"), page.tables, strict=True):
    with place, st.container(border=True):
        sheet.figures(words(f"profil.{name}"), rows, note)
left, right = st.columns([6, 4], gap="medium")
with left, st.container(border=True):
    blocks.listing(words, page.similar)
if page.pyramid:
    with right, st.container(border=True):
        blocks.chart(words, page.pyramid)
sheet.printed(words, page)
