"""Templat: workbooks to fill in that the intake always understands."""

import streamlit as st

from ipsm_analytics.app import blocks, cache, guard
from ipsm_analytics.app.page import open_page
from ipsm_analytics.export.templates import TEMPLATES
from ipsm_analytics.views import templates

visit = open_page("templat")
words = visit.words
blocks.headline(words("templat.kepala"))
for kind, name in TEMPLATES.items():
    with st.container(border=True):
        blocks.heading(templates.title(kind))
        st.write(words(f"templat.untuk.{kind}"))
        guard.download(words("templat.unduh"), cache.template_file(kind), name, f"templat_{kind}")
        with st.expander(words("templat.kolom"), icon=":material/table:"):
            blocks.plain_table(templates.column_table(words, kind), templates.title(kind))
