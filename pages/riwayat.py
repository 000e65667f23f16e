"""Riwayat: which files were taken in, what each one brought, and how one is taken back."""

import streamlit as st

from ipsm_analytics.app import actions, blocks, cache, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views import ledger

visit = open_page("riwayat")
words = visit.words
actions.outcome(words)
history = cache.import_history()
blocks.headline(ledger.headline(words, history))
if history.empty:
    st.info(words("riwayat.kosong_cara"), icon=":material/inbox:")
    st.stop()
blocks.table(words, ledger.history_table(words, history), words("halaman.riwayat"))
blocks.heading(words("riwayat.judul_batal"))
standing = ledger.standing(history)
if not standing:
    st.info(words("riwayat.tanpa_impor"), icon=":material/inbox:")
    st.stop()
number = state.pick(words("riwayat.pilih"), tuple(standing), standing.get, "impor", icon=":material/history:")
with st.container(border=True):
    actions.undo_import(words, number)
