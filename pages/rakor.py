"""Rakor: prepare the meeting, lead it, take its papers along."""

import streamlit as st

from ipsm_analytics.app import actions, blocks, cache, meeting, stage, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.views.meeting import headline, snapshot_rows

visit = open_page("rakor")
words = visit.words
held, withdrawn = cache.meetings()
if held and state.presenting():
    stage.present(visit, meeting.named(held))
    st.stop()
actions.outcome(words)
blocks.headline(headline(words, held))
if held:
    frozen = meeting.choose(visit, held)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        meeting.take_along(visit, frozen)
        meeting.sheets_of(visit, frozen)
    with right:
        blocks.definition(words("rakor.dibekukan"), snapshot_rows(words, frozen, held))
    meeting.since_last(visit, frozen)
    if visit.prepares:
        blocks.heading(words("rakor.susunan"))
        blocks.remark(words("rakor.susunan_cara"))
        meeting.plan(visit, frozen)
        meeting.take_off(visit, frozen)
if visit.prepares:
    meeting.bring_back(visit, withdrawn)
    blocks.heading(words("rakor.siapkan_judul"))
    blocks.remark(words("rakor.siapkan_cara"))
    meeting.prepare(visit, held)
