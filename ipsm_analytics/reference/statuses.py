"""States of a case, their order, and the spellings other systems use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ipsm_analytics.reference.choices import choice_key
from ipsm_analytics.reference.tables import rows


@dataclass(frozen=True)
class Status:
    """One state; `rank` orders how far a case has come, `open` says that something is still to be done."""

    code: str
    rank: int
    verified: bool
    assessed: bool
    served: bool
    done: bool
    open: bool


_FLAGS = ("terverifikasi", "terasesmen", "terlayani", "tuntas", "terbuka")


@cache
def statuses() -> Mapping[str, Status]:
    """All states by code, in order."""
    return {
        row["kode"]: Status(row["kode"], int(row["urutan"]), *(row[name] == "ya" for name in _FLAGS)) for row in rows("status")
    }


@cache
def spellings() -> Mapping[str, str]:
    """Spelling (as `choice_key`) -> state code."""
    return {choice_key(text): row["kode"] for row in rows("status") for text in (row["kode"], *row["sebutan"].split("|"))}
