"""The headers around every answer, tried without a server."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pytest

from ipsm_analytics.app.headers import HSTS, PLAIN, STREAMLITS_SCRIPT, SecurityHeaders, cookie, policy

HTTPS = [(b"x-forwarded-proto", b"https")]


def answered(
    given: Sequence[tuple[bytes, bytes]] = (),
    asked: Sequence[tuple[bytes, bytes]] = (),
    behind_https: bool = False,
    kind: str = "http",
) -> list[tuple[bytes, bytes]]:
    """Headers of the answer of an application that gives `given`."""
    sent: list[dict] = []

    async def inner(scope, receive, send):
        await send(
            {"type": f"{kind}.response.start" if kind == "http" else "websocket.accept", "status": 200, "headers": list(given)}
        )

    async def collect(message):
        sent.append(message)

    scope = {"type": kind, "scheme": "http", "headers": list(asked)}
    dressed = SecurityHeaders(inner, behind_https=behind_https)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(dressed(scope, None, collect))).result()
    return sent[0]["headers"]


def test_every_answer_carries_them_once_and_ours_win():
    headers = answered([(b"X-Frame-Options", b"ALLOWALL"), (b"content-type", b"text/html")])
    named = dict(headers)
    assert len(named) == len(headers)
    assert named[b"content-security-policy"] == policy().encode()
    assert named[b"content-type"] == b"text/html"
    assert {name: named[name.lower().encode()].decode() for name in PLAIN} == PLAIN


def test_no_other_server_and_no_inline_script():
    directives = {part.split()[0]: part.split()[1:] for part in policy().split("; ")}
    assert directives["script-src"] == ["'self'", STREAMLITS_SCRIPT]
    assert directives["default-src"] == directives["object-src"] == directives["frame-ancestors"] == ["'none'"]
    own = {"'self'", "'none'", "'unsafe-inline'", "data:", "blob:", STREAMLITS_SCRIPT}
    assert {source for sources in directives.values() for source in sources} <= own
    assert [name for name, sources in directives.items() if "'unsafe-inline'" in sources] == ["style-src"]


def test_the_inline_script_is_the_one_streamlit_ships():
    [origin] = find_spec("streamlit").submodule_search_locations
    page = (Path(origin) / "static" / "index.html").read_text(encoding="utf-8")
    hashes = [
        b64encode(sha256(text.encode()).digest()).decode() for text in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    ]
    assert [f"'sha256-{digest}'" for digest in hashes] == [STREAMLITS_SCRIPT]


@pytest.mark.parametrize(
    ("behind", "asked", "told"),
    [(True, HTTPS, True), (True, [], False), (False, HTTPS, False), (True, [(b"x-forwarded-proto", b"http")], False)],
)
def test_https_is_demanded_only_where_it_is_configured_and_used(behind: bool, asked: list, told: bool):
    headers = dict(answered([(b"set-cookie", b"a=1; HttpOnly")], asked, behind))
    assert (headers.get(b"strict-transport-security") == HSTS.encode()) is told
    assert headers[b"set-cookie"].endswith(b"; Secure") is told


def test_cookies_keep_what_they_have():
    assert cookie(b"a=1", secure=False) == b"a=1; SameSite=Lax"
    assert cookie(b"a=1; samesite=Strict; secure; HttpOnly", secure=True) == b"a=1; samesite=Strict; secure; HttpOnly"


def test_a_websocket_passes_untouched():
    assert answered([(b"x", b"y")], kind="websocket") == [(b"x", b"y")]
