"""The way from paper back to the number: its link, and the link as a QR code."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import segno

from ipsm_analytics.config import Settings

QUIET_ZONE = 2
"""Light modules around the code; four are the norm, the white of the paper gives the others."""


def link(code: str, config: Settings) -> str:
    """Address of the passport of a number."""
    return f"{config.address}/paspor?{urlencode({'kode': code})}"


def qr_svg(text: str, colour: str = "#000000") -> str:
    """A QR code as an SVG of its own size, dark modules in one path; level M: a seventh of it may be unreadable."""
    buffer = io.BytesIO()
    segno.make_qr(text, error="m").save(buffer, kind="svg", border=QUIET_ZONE, dark=colour, xmldecl=False, svgns=True, nl=False)
    return buffer.getvalue().decode()


def qr_png(text: str, scale: int = 8) -> bytes:
    """A QR code as a PNG, `scale` pixels a module."""
    buffer = io.BytesIO()
    segno.make_qr(text, error="m").save(buffer, kind="png", border=QUIET_ZONE, scale=scale)
    return buffer.getvalue()
