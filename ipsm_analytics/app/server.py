"""What stands around the pages when `streamlit run dashboard.py` serves them.

`streamlit run` reads dashboard.py for an assignment of `streamlit.App(...)` without running it, and lets uvicorn, which comes
with Streamlit, serve that; the App runs the same file as the script of every visitor. So the call stands in dashboard.py and
what it is given stands here. Middleware runs from first to last; what every answer must carry (security headers) goes first.
"""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from ipsm_analytics.app.api import OpenDoor


def middleware() -> list[Middleware]:
    """In order, the outermost first; Streamlit's own comes after."""
    return [Middleware(OpenDoor, base=str(st.get_option("server.baseUrlPath") or ""))]
