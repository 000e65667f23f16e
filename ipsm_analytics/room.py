"""Whether a disk has room for what is about to be written, asked before anything is."""

from __future__ import annotations

import shutil
from pathlib import Path

from ipsm_analytics.errors import UserError

RESERVE = 16 << 20
"""Bytes that stay free beside what is written, as for Delta's logs and the ledger's row."""


def require_room(folder: Path, coming: float, problem: str, action: str) -> None:
    """Raises UserError with a problem and what to do when the disk of a folder has no room for that many bytes and RESERVE."""
    free, needed = shutil.disk_usage(folder).free, coming + RESERVE
    if free < needed:
        raise UserError(
            problem, found=f"{free // 10**6} MB kosong", allowed=f"paling sedikit {-(-needed // 10**6):.0f} MB", action=action
        )
