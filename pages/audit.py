"""Audit: who signed in, looked at rows, took files along or changed what, and is the trail whole?"""

import streamlit as st

from ipsm_analytics.app import blocks, cache, guard, state, trail
from ipsm_analytics.app.page import open_page
from ipsm_analytics.export.cells import csv_bytes
from ipsm_analytics.views import audit

visit = open_page("audit")
words = visit.words
if not trail.viewed_rows("audit"):
    st.stop()
everything, chain = cache.audit_trail(words)
if everything.empty:
    blocks.headline(words("audit_hal.kosong"))
    st.info(words("audit_hal.kosong_cara"), icon=":material/inbox:")
    st.stop()
oldest, first, last = audit.usual_days(everything)
with st.container(horizontal=not visit.reader.narrow, gap="small", vertical_alignment="bottom"):
    begin = state.day(words("audit_hal.dari"), "audit_dari", first, oldest, last)
    end = state.day(words("audit_hal.sampai"), "audit_sampai", last, oldest, last)
    codes = audit.codes(everything)
    code = state.pick(words("audit_hal.kolom.apa"), codes, lambda one: audit.action_name(words, one), "audit_aksi")
    names = audit.users(everything)
    user = state.pick(words("audit_hal.kolom.siapa"), names, lambda one: one or words("audit_hal.semua_orang"), "audit_siapa")
page = audit.AuditPage(words, audit.picked(everything, begin, end, code, user), chain)
blocks.headline(page.headline)
blocks.verdict(page.explained, good=chain.broken_at is None)
if page.rows.empty:
    st.info(words("audit_hal.tidak_cocok_cara"), icon=":material/filter_alt_off:")
    st.stop()
sheet = state.pick(words("audit_hal.lembar"), page.sheets, page.sheet_name, "audit_lembar")
blocks.entries(page, sheet, narrow=visit.reader.narrow)
guard.download(words("bagan.unduh"), lambda: csv_bytes(page.export()), "ipsm_audit.csv", "audit")
blocks.remark(words("audit_hal.cara"))
left, right = st.columns(2, gap="medium")
with left, st.container(border=True):
    blocks.heading(words("audit_hal.per_hari"))
    blocks.strip(page.per_day, words("audit_hal.per_hari"))
with right, st.container(border=True):
    blocks.heading(words("audit_hal.per_aksi"))
    blocks.strip(page.per_action, words("audit_hal.per_aksi"))
