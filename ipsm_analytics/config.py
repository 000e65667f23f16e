"""Every setting of the program in one frozen value, read once from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ipsm_analytics.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
TIMEZONE = ZoneInfo("Asia/Makassar")


@dataclass(frozen=True)
class Settings:
    """Paths and limits.

    Attributes:
        store: folder of the embedded store (IPSM_STORE).
        key: secret for keyed hashes and encryption (IPSM_KEY); None: read or made in `key_file`.
        today: reference day for 'in the future' (IPSM_TODAY for reproducible runs).
        small_cell: counts below this and above zero do not leave the office.
        settle_days: days after its end until a month counts as complete (assumption, see Kamus).
        quarantine_days: days after which refused rows are destroyed (IPSM_QUARANTINE_DAYS).
        poor_decile: highest desil that aid is meant for (IPSM_DESIL; assumption).
        address: where the dashboard is reached, for links on paper (IPSM_ADDRESS).
        access: who may see what (IPSM_ACCESS), see docs/akses.md; a file that is not there gives nobody a right.
        api_limit: how often one address may ask the open interface, as '300/minute' (IPSM_API_LIMIT).
        proxied: whether a proxy of ours stands before the server, whose X-Forwarded-For is believed (IPSM_PROXY).
        report_due_day: day of the following month by which a monthly report is due (assumption).
    """

    store: Path
    key: str | None = field(default=None, repr=False)
    today: date = field(default_factory=lambda: datetime.now(TIMEZONE).date())
    small_cell: int = 5
    settle_days: int = 60
    report_due_day: int = 5
    quarantine_days: int = 180
    poor_decile: int = 4
    address: str = "http://localhost:8501"
    access: Path = ROOT / "data" / "access.toml"
    api_limit: str = "300/minute"
    proxied: bool = False
    reference: Path = ROOT / "data" / "reference"
    published: Path = ROOT / "data" / "published"
    locales: Path = ROOT / "data" / "locales"
    corrections: Path = ROOT / "data" / "corrections"
    static: Path = ROOT / "static"

    @property
    def key_file(self) -> Path:
        """The secret belongs to one store and lies beside it, never inside."""
        return self.store.with_name(self.store.name + ".key")

    @property
    def mappings(self) -> Path:
        """Folder of the mappings of unknown layouts, one file a header; it belongs to the store and lies beside it."""
        return self.store.with_name(self.store.name + ".pemetaan")

    @property
    def boundaries(self) -> Path:
        """Official boundary file in use, if one was installed."""
        return self.store.with_name(self.store.name + ".batas.geojson")


def settings() -> Settings:
    """Settings from the environment; raises UserError for a variable of _VARIABLES that cannot be read."""
    store = Path(os.environ.get("IPSM_STORE") or ROOT / "data" / "store").expanduser().resolve()
    key = os.environ.get("IPSM_KEY") or None
    read = {name: parse(text) for variable, (name, parse) in _VARIABLES.items() if (text := os.environ.get(variable))}
    return replace(Settings(store=store, key=key), **read)


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise UserError(
            "IPSM_ADDRESS bukan alamat dasbor.",
            found=text,
            allowed="http:// atau https:// dengan nama servernya, misalnya https://ipsm.contoh.go.id",
            action="perbaiki variabelnya",
        )
    return text.rstrip("/")


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _decile(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 9:
        raise UserError("IPSM_DESIL bukan desil.", found=text, allowed="bilangan bulat 1 sampai 9", action="perbaiki variabelnya")
    return int(text)


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UserError(
            "IPSM_QUARANTINE_DAYS bukan banyaknya hari.",
            found=text,
            allowed="bilangan bulat mulai 1",
            action="perbaiki variabelnya",
        )
    return int(text)


def _limit(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,6}/(second|minute|hour)", text):
        raise UserError(
            "IPSM_API_LIMIT bukan batas permintaan.", found=text, allowed="misalnya 300/minute", action="perbaiki variabelnya"
        )
    return text


def _yes(text: str) -> bool:
    if text not in ("ya", "tidak"):
        raise UserError("IPSM_PROXY bukan ya atau tidak.", found=text, allowed="ya, tidak", action="perbaiki variabelnya")
    return text == "ya"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("IPSM_TODAY bukan tanggal.", found=text, allowed="YYYY-MM-DD", action="perbaiki variabelnya") from None


_VARIABLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "IPSM_TODAY": ("today", _day),
    "IPSM_QUARANTINE_DAYS": ("quarantine_days", _days),
    "IPSM_DESIL": ("poor_decile", _decile),
    "IPSM_ADDRESS": ("address", _address),
    "IPSM_ACCESS": ("access", _path),
    "IPSM_API_LIMIT": ("api_limit", _limit),
    "IPSM_PROXY": ("proxied", _yes),
}
"""Environment variable -> the setting it gives, and how it is read."""
