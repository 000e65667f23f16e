"""Karantina: which rows wait for correction, why, and how they go back to their sender."""

import streamlit as st

from ipsm_analytics.app import actions, blocks, cache, state, trail
from ipsm_analytics.app.page import open_page
from ipsm_analytics.config import settings
from ipsm_analytics.quarantine import opened
from ipsm_analytics.views import refused

visit = open_page("karantina")
words = visit.words
actions.outcome(words)
everything = cache.waiting_rows()
blocks.headline(refused.headline(words, everything))
if everything.empty:
    st.info(words("karantina.kosong_cara"), icon=":material/inbox:")
    st.stop()
if not trail.viewed_rows("karantina"):
    st.stop()
with st.container(horizontal=not visit.reader.narrow, gap="small"):
    names = refused.files(everything)
    file = state.pick(words("riwayat.berkas"), names, lambda name: name or words("karantina.semua_berkas"), "berkas")
    codes = refused.reason_codes(everything)
    code = state.pick(words("karantina.alasan"), codes, lambda name: refused.reason_name(words, name), "alasan")
rows = refused.matching(everything, file, code)
if rows.empty:
    st.info(words("karantina.tidak_cocok"), icon=":material/filter_alt_off:")
    st.stop()
with st.container(horizontal=True, gap="small"):
    actions.download_returned(words, rows)
    actions.retry_rows(words, rows)
with st.container(border=True):
    blocks.heading(words("karantina.menurut_alasan"))
    blocks.strip(refused.reason_bars(words, rows), words("karantina.menurut_alasan"))
if st.toggle(words("karantina.lihat_isi"), key="isi", help=words("karantina.lihat_isi_bantuan")):
    shown = rows.head(refused.SHOWN)
    st.caption(words("karantina.isi_catatan", tampil=words.number(len(shown)), dari=words.number(len(rows))))
    blocks.plain_table(refused.content_table(words, opened(list(shown["row_id"]), settings())), words("karantina.lihat_isi"))
else:
    blocks.plain_table(refused.waiting_table(words, rows), words("halaman.karantina"))
actions.purge_rows(words)
