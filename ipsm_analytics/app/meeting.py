"""What pages about the meeting do beyond showing: they take a code, a choice or a file and say what went wrong with it."""

from __future__ import annotations

import streamlit as st

from ipsm_analytics.app import cache, state
from ipsm_analytics.app.page import Visit
from ipsm_analytics.errors import UserError
from ipsm_analytics.views.passport import PassportPage


def passport(visit: Visit) -> PassportPage | None:
    """The number whose code was typed or came with the link; None, with the reason on the page, where there is none."""
    words = visit.words
    code = state.typed(words("paspor.isi"), "kode", words("paspor.contoh"))
    if not code:
        st.info(words("paspor.kosong"), icon=":material/qr_code_2:")
        return None
    try:
        with st.spinner(words("paspor.menghitung"), show_time=True):
            page = cache.passport_page(visit.reader, code)
            _ = page.number
    except UserError as error:
        st.error(error.text(), icon=":material/error:")
        return None
    return page
