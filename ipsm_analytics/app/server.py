"""What stands around the pages when `streamlit run dashboard.py` serves them.

`streamlit run` reads dashboard.py for an assignment of `streamlit.App(...)` without running it, and lets uvicorn, which comes
with Streamlit, serve that; the App runs the same file as the script of every visitor. So the call stands in dashboard.py and
what it is given stands here. Middleware runs from first to last; what every answer must carry (security headers) goes first.

The open interface is loaded by its first request and not with the server: what it needs takes seconds to import.
"""

from __future__ import annotations

from threading import Lock

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from ipsm_analytics.app import incidents
from ipsm_analytics.app.headers import SecurityHeaders
from ipsm_analytics.config import settings

PREFIX = "/api"


def middleware() -> list[Middleware]:
    """In order, the outermost first; Streamlit's own comes after. From now on errors are told to the log without their text."""
    incidents.keep_quiet()
    secured = Middleware(SecurityHeaders, behind_https=settings().address.startswith("https://"))
    return [secured, Middleware(OpenDoor, base=str(st.get_option("server.baseUrlPath") or ""))]


class OpenDoor:
    """Hands everything under /api to the open interface before Streamlit sees it.

    So no session, cookie or page of Streamlit's stands between, and an address that does not exist is answered in JSON.
    `base` is the path a proxy serves the dashboard under.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app = app
        self.base = f"/{base.strip('/')}" if base.strip("/") else ""
        self._lock = Lock()
        self._api: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what lies under /api itself, passes on the rest."""
        path = scope.get("path", "").removeprefix(self.base)
        if scope["type"] != "http" or not f"{path}/".startswith(f"{PREFIX}/"):
            await self.app(scope, receive, send)
            return
        if self._api is None:
            await run_in_threadpool(self._load)
        await self._load()({**scope, "path": path, "root_path": ""}, receive, send)

    def _load(self) -> ASGIApp:
        """The one interface of this server, whoever asks first."""
        from ipsm_analytics.app.api import application  # noqa: PLC0415 - see the module's docstring

        with self._lock:
            api = self._api or application()
            self._api = api
        return api
