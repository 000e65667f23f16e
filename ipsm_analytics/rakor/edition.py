"""Which program computed a number."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from ipsm_analytics import __version__
from ipsm_analytics.config import settings

PACKAGE = Path(__file__).resolve().parent.parent


@cache
def edition() -> str:
    """'0.1.0+3f9a1c20': the release, and a digest of every line of code and reference data that a number may rest on."""
    digest = hashlib.sha256()
    reference = settings().reference
    for folder, pattern in ((PACKAGE, "*.py"), (reference, "*")):
        for path in sorted(path for path in folder.rglob(pattern) if path.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
