"""What the pages note in the audit trail, one call a place.

Views of rows and files that leave are refused where they cannot be noted; sign-ins, sign-outs and refusals go on without.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

import streamlit as st

from ipsm_analytics import audit
from ipsm_analytics.access import Viewer
from ipsm_analytics.app import auth, state
from ipsm_analytics.audit import Event
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.store import Store

REFUSALS = 120
"""Refusals noted an hour by one server: whoever is outside cannot fill the disk by asking."""
_LOG = logging.getLogger(__name__)
_access: dict[Path, bytes] = {}
"""Store -> the access list that is known to be noted there."""
_refusals: deque[float] = deque(maxlen=REFUSALS)


def viewed_rows(page: str) -> bool:
    """Notes that single cases or persons are looked at, once a session, page and data version; call it before they are shown.

    False, with the reason on the page, where that cannot be noted: then they may not be shown.
    """
    event = _event("lihat", f"halaman:{page}", filters=state.asked(), purpose="layar")
    mark = (event.subject, event.version, event.user, event.role)
    try:
        if state.first_time(mark):
            audit.note(Store(settings()), event)
            state.remember(mark)
    except UserError as error:
        st.error(error.text(), icon=":material/lock:")
        return False
    return True


def exported(name: str, content: bytes | Callable[[], bytes]) -> Callable[[], bytes]:
    """The file as it is called for later, noted each time before it is given; raises UserError where it cannot be noted.

    What the public takes along is public, and not noted.

    Args:
        name: file name as the program gives it; what a sender called his file is left out of the trail.
    """
    event = _event("ekspor", f"berkas:{_own_name(name)}", filters=state.asked(), purpose="ekspor")

    def give() -> bytes:
        if event.role != "publik":
            audit.note(Store(settings()), event)
        return content if isinstance(content, bytes) else content()

    return give


def withheld(name: str) -> Callable[[], None]:
    """What to call where a file is refused after all, outside the script: it notes that."""
    event = _event("ditolak", f"berkas:{_own_name(name)}", filters=(("sebab", "unduh"),))

    def note() -> None:
        _quietly(event)

    return note


def signed_in(who: Viewer | None = None) -> None:
    """Notes a sign-in, once a session."""
    _once(_event("masuk", who=who))


def signed_out(who: Viewer | None = None) -> None:
    """Notes a sign-out."""
    _quietly(_event("keluar", who=who))


def refused(page: str, reason: str, who: Viewer | None = None) -> None:
    """Notes that a page, a change or a file was refused, once a session, page and reason (of audit.REASONS)."""
    now = monotonic()
    if len(_refusals) == REFUSALS and now - _refusals[0] < 3600:
        _LOG.warning("Lebih dari %d penolakan dalam satu jam; tidak semuanya tercatat.", REFUSALS)
        return
    _refusals.append(now)
    _once(_event("ditolak", f"halaman:{page}", who=who, filters=(("sebab", reason),)))


def access_list(content: bytes) -> None:
    """Notes that the list of who has which role is another than the one noted last; cheap enough for every page run."""
    store = Store(settings())
    if _access.get(store.path) == content:
        return
    try:
        audit.note_access(store, content, audit.named(auth.viewer().name))
        _access[store.path] = content
    except UserError as error:
        _LOG.warning("Jejak audit tidak tertulis: %s", error.text())


def _event(
    action: str,
    subject: str = "",
    *,
    who: Viewer | None = None,
    filters: tuple[tuple[str, str], ...] = (),
    purpose: str = "",
) -> Event:
    doer = who or auth.viewer()
    version = Store(settings()).latest_number()
    return Event(action, audit.named(doer.name), doer.role, subject, "dasbor", version, filters, purpose)


def _once(event: Event) -> None:
    mark = replace(event, version=0)
    if state.first_time(mark) and _quietly(event):
        state.remember(mark)


def _quietly(event: Event) -> bool:
    """Notes it; says so in the server's log where that fails, for nobody is kept from reading by it."""
    try:
        audit.note(Store(settings()), event)
    except UserError as error:
        _LOG.warning("Jejak audit tidak tertulis: %s", error.text())
        return False
    return True


def _own_name(name: str) -> str:
    """'kembali_<name of a sender's file>.xlsx' goes without the middle."""
    return f"kembali.{name.rsplit('.', 1)[-1]}" if name.startswith("kembali_") else name
