"""What the server tells the browser to refuse: one ASGI middleware around everything it serves.

A pure ASGI application: no streamlit is imported, so that what it does is tried without a server. What each source is needed for
was measured in Chromium on every page with the console watched (tests/e2e/test_headers.py repeats it).
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Pairs = list[tuple[bytes, bytes]]

STREAMLITS_SCRIPT = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""The one inline script of Streamlit's index.html; a test compares it with the installed one."""
SOURCES: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'", STREAMLITS_SCRIPT),
    "worker-src": ("blob:",),
    "style-src": ("'self'", "'unsafe-inline'"),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'", "data:"),
    "connect-src": ("'self'",),
    "object-src": ("'none'",),
    "frame-src": ("'none'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}
"""Content-Security-Policy (W3C, Level 3).

Inline styles are how Streamlit, Plotly and MapLibre lay things out; MapLibre makes its workers from a blob and its images from
data and blobs. No other server is asked for anything.
"""
FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
"""Abilities of a browser that no page uses (Permissions-Policy)."""
HSTS = "max-age=31536000; includeSubDomains"
PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy() -> str:
    """The Content-Security-Policy as one line."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in SOURCES.items())


class SecurityHeaders:
    """Puts the headers on every answer, also on errors and on what Streamlit serves itself.

    `app`: the application inside. `behind_https`: a proxy ends https and sets X-Forwarded-Proto; only then is the browser told to
    come back by https alone and are cookies marked Secure, and only for requests that did come by https.
    """

    def __init__(self, app: ASGIApp, behind_https: bool = False) -> None:
        self.app = app
        self.behind_https = behind_https
        self.fixed: Pairs = [(name.lower().encode(), value.encode()) for name, value in _all().items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; everything that is not http passes untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        secure = self.behind_https and _came_by_https(scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._headers(message.get("headers", ()), secure)
            await send(message)

        await self.app(scope, receive, dressed)

    def _headers(self, given: Iterable[tuple[bytes, bytes]], secure: bool) -> Pairs:
        ours = [*self.fixed, *([(b"strict-transport-security", HSTS.encode())] if secure else [])]
        names = {name for name, _ in ours}
        kept = [(name, value) for name, value in given if name.lower() not in names]
        return [(name, cookie(value, secure) if name.lower() == b"set-cookie" else value) for name, value in kept] + ours


def cookie(value: bytes, secure: bool) -> bytes:
    """A cookie that at least keeps to this site, and over https is marked Secure."""
    flags = {part.strip().split(b"=")[0].lower() for part in value.split(b";")[1:]}
    missing = [] if b"samesite" in flags else [b"SameSite=Lax"]
    if secure and b"secure" not in flags:
        missing.append(b"Secure")
    return b"; ".join([value.rstrip(b"; "), *missing])


def _all() -> dict[str, str]:
    return {"Content-Security-Policy": policy(), **PLAIN}


def _came_by_https(scope: Scope) -> bool:
    forwarded = [value for name, value in scope.get("headers", ()) if name.lower() == b"x-forwarded-proto"]
    return bool(scope.get("scheme") == "https" or (forwarded and forwarded[0].split(b",")[0].strip().lower() == b"https"))
