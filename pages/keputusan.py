"""Keputusan: what was decided, how far is it, and what came of it?"""

import streamlit as st

from ipsm_analytics.app import actions, blocks, decided
from ipsm_analytics.app.page import open_page

visit = open_page("keputusan")
words = visit.words
actions.outcome(words)
if not visit.desk.cube.month_count:
    st.info(words("kosong.tanpa_kasus"), icon=":material/inbox:")
    st.stop()
board = decided.board(visit)
blocks.headline(board.headline)
one = None
if board.rows:
    rows = board.matching(decided.filters(visit))
    decided.overview(visit, board, rows)
    one = decided.chosen(visit, rows)
    if one:
        decided.close_up(visit, one)
decided.writing(visit, one)
