"""Who is looking: signed in with the office's provider, or at this very machine where no sign-in is configured.

What the provider signed comes from Streamlit's own cookie (`st.user`), read when a session begins; nothing the browser can
set by itself is asked.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ipsm_analytics.access import DEFAULT, Reason, Viewer, decide, read_rules
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.store import current_user

_LOG = logging.getLogger(__name__)
_reported: set[str] = set()
SHORTEST_SECRET = 32
"""Characters of cookie_secret: whoever knows it can write himself any cookie."""
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Headers of a request that went through another server: it may come from anywhere."""
_NEEDED = ("client_id", "client_secret", "server_metadata_url")
_ended: set[tuple[object, ...]] = set()
"""Sign-ins somebody put an end to: other tabs and copies of their cookie are worth nothing from then on."""


@dataclass(frozen=True)
class Session:
    """One open page of a browser.

    Attributes:
        claims: what the provider signed; Streamlit empties it when the session signs out.
        local: whether the request was made on this machine to this machine.
    """

    claims: Mapping[str, object]
    local: bool

    def viewer(self) -> Viewer:
        """Who looks, by the rules as they stand now; the public, with the reason, where anything about them is broken."""
        try:
            if not providers():
                return _unsigned(local=self.local)
            if _sign_in(self.claims) in _ended:
                return decide({}, read_rules(settings().access), datetime.now(UTC))
            return decide(self.claims, read_rules(settings().access), datetime.now(UTC))
        except UserError as error:
            _report(error)
            detail = error.text() if self.local else ""
            return Viewer("", "publik", (), signed_in=False, reason=Reason.BROKEN, detail=detail)


def _report(error: UserError) -> None:
    """Writes what is broken to the server's log, once: to visitors from elsewhere it may name a person."""
    if error.text() not in _reported:
        _reported.add(error.text())
        _LOG.warning(error.text())


def session() -> Session:
    """The session of the running script; outside one there is nobody."""
    context = get_script_run_ctx(suppress_warning=True)
    return Session(context.user_info if context else {}, _at_this_machine())


def viewer() -> Viewer:
    """Who looks at the running page."""
    return session().viewer()


def contact() -> str:
    """Whom to ask for a role; '' where the rules do not say or cannot be read."""
    try:
        return read_rules(settings().access).contact
    except UserError:
        return ""


def leave() -> None:
    """Signs out here, in every other tab of this sign-in, and at the provider; for use as a callback."""
    _ended.add(_sign_in(session().claims))
    st.logout()


def _sign_in(claims: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(str(claims.get(name)) for name in ("provider", "iss", "sub", "iat", "nonce"))


def _unsigned(*, local: bool) -> Viewer:
    """Without a sign-in whoever sits at this machine is the operator; others are the public."""
    if local and is_loopback(st.get_option("server.address")):
        return Viewer(current_user(), "operator", (), signed_in=False, reason=Reason.LOCAL)
    return Viewer("", "publik", (), signed_in=False, reason=Reason.NO_SIGN_IN)


def is_loopback(address: str | None) -> bool:
    """True for an address only this machine can reach; an unset one means all interfaces."""
    if not address:
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _at_this_machine() -> bool:
    """False for a request under another name than this machine's own, or passed on by a server in front of this one.

    A page anywhere can be given a name that leads here; and what drives the pages without a browser sends no name at all.
    """
    headers = st.context.headers
    if any(name in headers for name in FORWARDED) or st.get_option("server.enableAgentApi"):
        return False
    return not headers.to_dict() or is_loopback(urlsplit(f"//{headers.get('Host') or ''}").hostname)


def providers() -> tuple[str, ...]:
    """Names of the sign-in providers of secrets.toml; () where no sign-in is configured.

    Raises UserError where one is configured that must not be relied on.
    """
    if st.get_option("server.trustedUserHeaders"):
        raise _fault("server.trustedUserHeaders", "tidak diisi: tajuk permintaan dapat ditulis siapa saja")
    if not _secrets() or "auth" not in st.secrets:
        return ()
    section = st.secrets["auth"]
    if not isinstance(section, Mapping):
        raise _fault("auth", "bagian [auth]")
    return _checked(section)


def _secrets() -> bool:
    """Whether there are secrets; raises UserError for a file that is there and cannot be read."""
    try:
        if st.secrets.load_if_toml_exists():
            return True
    except (OSError, UnicodeDecodeError) as error:
        raise _fault("secrets.toml", "berkas yang dapat dibaca") from error
    if any(Path(name).exists() for name in st.get_option("secrets.files")):
        raise _fault("secrets.toml", "berkas TOML yang dapat dibaca")
    return False


def _checked(section: Mapping[str, object]) -> tuple[str, ...]:
    found = {name: part for name, part in section.items() if isinstance(part, Mapping) and name != "client_kwargs"}
    if section.get("client_id") or not found:
        found = {DEFAULT: section, **found}
    for name, part in found.items():
        if lacking := [key for key in _NEEDED if not (isinstance(part.get(key), str) and part.get(key))]:
            raise _fault(f"[auth] {name} tanpa {', '.join(lacking)}", ", ".join(_NEEDED))
        if "_" in name:
            raise _fault(f"[auth.{name}]", "nama penyedia tanpa garis bawah")
    if len(str(section.get("cookie_secret", ""))) < SHORTEST_SECRET:
        raise _fault("[auth] cookie_secret", f"teks acak paling sedikit {SHORTEST_SECRET} aksara")
    _check_return(str(section.get("redirect_uri", "")))
    return tuple(found)


def _check_return(uri: str) -> None:
    """The way back from the provider: over http a cookie can be read on the way, so only this machine may use it."""
    parts = urlsplit(uri)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    if not safe or not parts.path.endswith("/oauth2callback"):
        raise _fault("[auth] redirect_uri", "https://<alamat dasbor>/oauth2callback")


def _fault(found: str, allowed: str) -> UserError:
    """Never quotes a value: it may be a secret."""
    return UserError("Pengaturan masuk tidak lengkap.", found=found, allowed=allowed, action="perbaiki .streamlit/secrets.toml")
