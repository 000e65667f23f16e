"""The open interface: reads what everybody may know, by GET and HEAD, without key, cookie or session."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import time
from collections.abc import Callable, Mapping

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ipsm_analytics.app import cache
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.opendata.files import BASE, json_bytes
from ipsm_analytics.opendata.openapi import CSV, FILTERS, JSON, PROBLEM, YEARS, ZIP, document
from ipsm_analytics.opendata.registry import DataSet, data_sets

FRESH = "public, max-age=300"
"""How long an answer may be kept: new data show within five minutes."""
LOOPBACK = "127.0.0.1"
_YEAR = re.compile(r"[0-9]{4}")
_TITLES = {400: "Permintaan salah", 404: "Tidak ada", 405: "Hanya untuk dibaca", 429: "Terlalu banyak permintaan"}
_OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}


def application() -> Starlette:
    """The interface as an application of its own; everything it answers, errors too, is JSON, CSV or ZIP."""
    routes = [
        Route(BASE, _always(lambda: json_bytes(_index()), JSON)),
        Route(f"{BASE}/", _always(lambda: json_bytes(_index()), JSON)),
        Route(f"{BASE}/openapi.json", _always(lambda: json_bytes(document()), JSON)),
        Route(f"{BASE}/kumpulan", _always(cache.open_listing, JSON)),
        Route(f"{BASE}/paket.zip", _always(cache.open_archive, ZIP)),
    ]
    for item in data_sets().values():
        routes += [
            Route(f"{BASE}/kumpulan/{item.id}", _table(item, "json", JSON)),
            Route(f"{BASE}/kumpulan/{item.id}.csv", _table(item, "csv", f"{CSV}; charset=utf-8")),
            Route(f"{BASE}/metadata/{item.id}", _table(item, "metadata", JSON)),
        ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Limited), Middleware(GZipMiddleware, minimum_size=1024)],
        exception_handlers={HTTPException: _refused, UserError: _unready, Exception: _failed},
    )


def _index() -> dict[str, str]:
    names = ("openapi.json", "kumpulan", "paket.zip")
    return {name: f"{BASE}/{name}" for name in names} | {"dokumentasi": "docs/data-terbuka.md"}


Endpoint = Callable[[Request], Response]


def _always(make: Callable[[], bytes], media: str) -> Endpoint:
    """Answers a question without parameters."""

    def answer(request: Request) -> Response:
        _filters(request, ())
        return _given(request, make(), media)

    return answer


def _table(item: DataSet, form: str, media: str) -> Endpoint:
    """Answers for a data set; metadata take no filters."""
    known = () if form == "metadata" else item.filters

    def answer(request: Request) -> Response:
        chosen = tuple(sorted(_filters(request, known).items()))
        given = _given(request, cache.open_file(item.id, form, chosen), media)
        if form == "csv":
            given.headers["Content-Disposition"] = f'attachment; filename="{item.id}.csv"'
        return given

    return answer


def _filters(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """The filters of a request; raises HTTPException 400 for one that is unknown, given twice, or takes no such value."""
    chosen: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            allowed = ", ".join(known) or "tanpa parameter"
            raise HTTPException(400, f"Parameter '{name[:60]}' tidak dikenal. Yang diterima: {allowed}.")
        if name in chosen or not _taken(name, value):
            raise HTTPException(400, f"Parameter '{name}' diisi sekali saja. Yang diterima: {_allowed(name)}.")
        chosen[name] = value
    return chosen


def _taken(name: str, value: str) -> bool:
    if name == "tahun":
        return bool(_YEAR.fullmatch(value)) and YEARS[0] <= int(value) <= YEARS[1]
    return value in FILTERS[name][1]["enum"]


def _allowed(name: str) -> str:
    return f"{YEARS[0]} sampai {YEARS[1]}" if name == "tahun" else ", ".join(FILTERS[name][1]["enum"])


def _given(request: Request, body: bytes, media: str) -> Response:
    """The body with its mark, or 304 where the reader holds it already."""
    mark = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {**_OPEN, "ETag": mark, "Cache-Control": FRESH}
    held = [text.strip() for text in request.headers.get("If-None-Match", "").split(",")]
    if "*" in held or mark.removeprefix("W/") in [text.removeprefix("W/") for text in held]:
        return Response(status_code=304, headers={**headers, "Vary": "Accept-Encoding"})
    return Response(body, media_type=media, headers=headers)


def _problem(status: int, detail: str, path: str, headers: Mapping[str, str] | None = None) -> Response:
    """Problem details (RFC 9457)."""
    title = _TITLES.get(status, "Tidak dapat dijawab")
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path}
    kept = {**_OPEN, "Cache-Control": "no-store", **(headers or {})}
    return Response(json_bytes(content), status, kept, PROBLEM)


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: f"Alamat ini tidak ada. Daftarnya di {BASE}/kumpulan.", 405: "Gunakan GET atau HEAD."}
    detail = known.get(status) or (str(error.detail) if isinstance(error, HTTPException) else "")
    headers = {"Allow": "GET, HEAD"} if status == 405 else {}
    return _problem(status, detail, request.url.path, headers)


def _unready(request: Request, _error: Exception) -> Response:
    return _problem(503, "Data belum dapat dibaca. Coba lagi nanti.", request.url.path, {"Retry-After": "60"})


def _failed(request: Request, _error: Exception) -> Response:
    return _problem(500, "Kesalahan di server; permintaan Anda tidak salah.", request.url.path)


class Limited:
    """Refuses a client that asks more often than the settings allow, counted in this process's memory."""

    def __init__(self, app: ASGIApp) -> None:
        config = settings()
        self.app = app
        self.proxied = config.proxied
        self.limit: RateLimitItem = parse(config.api_limit)
        self.counter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers 429 with the seconds to wait."""
        if scope["type"] != "http" or self.counter.hit(self.limit, client(scope, proxied=self.proxied)):
            await self.app(scope, receive, send)
            return
        ends = self.counter.get_window_stats(self.limit, client(scope, proxied=self.proxied)).reset_time
        wait = {"Retry-After": str(max(1, math.ceil(ends - time.time())))}
        await _problem(429, "Terlalu banyak permintaan dari alamat Anda.", scope["path"], wait)(scope, receive, send)


def client(scope: Scope, *, proxied: bool) -> str:
    """Who asks: an address, of IPv6 its /64.

    X-Forwarded-For counts only where the server is said to stand behind a proxy of its own, and then the last address in it,
    which that proxy wrote. Uvicorn believes the header from this machine by itself; it then gives no port (0), and unless a
    proxy is declared all such requests count as this machine's.
    """
    host, port = scope.get("client") or (LOOPBACK, 0)
    if proxied:
        named = [value.decode("latin1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        host = ",".join(named).split(",")[-1].strip() or host
    elif port == 0:
        host = LOOPBACK
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return LOOPBACK
    return host if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
