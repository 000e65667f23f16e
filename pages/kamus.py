"""Kamus & metode: what does this number mean?"""

import streamlit as st

from ipsm_analytics.app import blocks, proof
from ipsm_analytics.app.page import open_page
from ipsm_analytics.config import settings
from ipsm_analytics.views import evidence, glossary

visit = open_page("kamus")
words = visit.words
blocks.headline(words("kamus.kepala"))
names = ("indikator", "metode", "bukti", "kategori", "status", "alasan", "sumber")
indicators, methods, proofs, categories, statuses, reasons, sources = st.tabs(
    [words(f"kamus.tab_{name}") for name in names], key="bagian", bind="query-params", on_change="rerun"
)
with indicators:
    for item in glossary.all_indicators():
        blocks.definition(f"{item.id} · {item.title}", glossary.indicator_rows(words, item))
with methods:
    for title, text in glossary.method_texts(words, settings()):
        blocks.passage(title, text)
with proofs:
    if proofs.open:
        page = evidence.EvidencePage(words)
        blocks.passage(page.headline, words("bukti.cara"))
        proof.claims(words, page.rows)
        blocks.listing(words, page.listing)
with categories:
    blocks.table(words, glossary.category_table(words), words("kamus.tab_kategori"))
with statuses:
    blocks.table(words, glossary.status_table(words), words("kamus.tab_status"))
with reasons:
    blocks.table(words, glossary.reason_table(words), words("kamus.tab_alasan"))
with sources:
    blocks.table(words, glossary.source_table(words, settings()), words("kamus.tab_sumber"))
