"""Padanan: which persons are probably one, why, and what an operator decides about them."""

import streamlit as st

from ipsm_analytics.app import actions, blocks, cache, state, trail
from ipsm_analytics.app.page import open_page
from ipsm_analytics.linking.review import STATES
from ipsm_analytics.reference import areas
from ipsm_analytics.views import pairs

visit = open_page("padanan")
words = visit.words
actions.outcome(words)
with st.spinner(words("padanan.menghitung"), show_time=True):
    work = cache.pair_review()
blocks.headline(pairs.headline(words, work))
if work.pairs.empty:
    st.info(words("padanan.kosong_cara"), icon=":material/inbox:")
    st.stop()
if not trail.viewed_rows("padanan"):
    st.stop()
with st.container(horizontal=not visit.reader.narrow, gap="small"):
    standing = state.pick(words("padanan.pilih_keadaan"), STATES, lambda name: words(f"padanan.keadaan.{name}"), "keadaan")
    place = state.pick(
        words("pilahan.kecamatan"),
        pairs.places(),
        lambda code: areas.label(code) if code else words("padanan.semua_kecamatan"),
        "kecamatan",
    )
rows = pairs.matching(work, standing, place)
if rows.empty:
    st.info(words("padanan.tidak_cocok"), icon=":material/filter_alt_off:")
    st.stop()
names = pairs.names(work, rows)
chosen = state.pick(words("padanan.pilih"), tuple(names), names.get, "pasangan", icon=":material/join_inner:")
pair = rows[rows["pair_id"] == chosen]
with st.container(border=True):
    blocks.pair(words, work, pair.iloc[0].to_dict())
    actions.settle_pair(words, pair, pairs.following(rows, chosen))
blocks.heading(words("padanan.daftar", jumlah=words.number(len(rows))))
blocks.plain_table(pairs.pair_table(words, work, rows), words("halaman.padanan"))
