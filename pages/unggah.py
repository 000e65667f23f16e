"""Unggah: which rows of these files are good, which are not and why, before anything is saved."""

import streamlit as st

from ipsm_analytics.app import actions, blocks, mapper
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views import intake

visit = open_page("unggah")
words = visit.words
drop, kind_box = st.columns([7, 3], gap="medium")
with drop:
    files = actions.chosen_files(words)
with kind_box:
    kind = actions.chosen_kind(words)
    st.caption(words("unggah.jenis_bantuan"))
if not files:
    actions.outcome(words)
    blocks.passage(words("unggah.cara_judul"), words("unggah.cara"))
    st.stop()
reports = actions.checked_files(words, files, kind)
blocks.headline(intake.summary(words, reports, saved=False))
actions.decide(words, files, kind, reports)
for file, report in zip(files, reports, strict=True):
    blocks.file_report(words, report)
    mapper.mapping_step(words, file, report)
