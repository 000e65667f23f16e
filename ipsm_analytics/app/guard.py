"""Whoever takes a file along or changes something is asked again at that moment whether he may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import streamlit as st

from ipsm_analytics.access import Viewer
from ipsm_analytics.app import auth, trail
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES, WRITERS, Role
from ipsm_analytics.store import acting
from ipsm_analytics.views.i18n import Words

Made = TypeVar("Made")
WRITING: tuple[Role, ...] = tuple(role for role in ROLES if role in WRITERS)


@dataclass(frozen=True)
class Action:
    """Something a page lets a reader change: the page, and who may."""

    page: str
    roles: tuple[Role, ...] = WRITING


ACTIONS = {
    "impor": Action("unggah"),
    "petakan": Action("unggah"),
    "ulangi": Action("karantina"),
    "hapus": Action("karantina"),
    "pasangan": Action("padanan"),
    "batalkan": Action("riwayat"),
    "siapkan": Action("rakor"),
    "susun": Action("rakor"),
    "tarik": Action("rakor"),
    "putusan": Action("keputusan"),
}
"""All that can be changed from the dashboard, by name."""


def download(
    label: str,
    content: bytes | Callable[[], bytes],
    name: str,
    key: str,
    *,
    icon: str = ":material/download:",
    kind: Literal["primary", "secondary"] = "secondary",
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A button that gives a file to exactly the reader it was drawn for; the file is made or handed out when it is pressed."""
    st.download_button(
        label, released(content, name), name, key=f"unduh_{key}", icon=icon, on_click="ignore", type=kind, width=width
    )


def released(content: bytes | Callable[[], bytes], name: str) -> Callable[[], bytes]:
    """The file as it is called for later, outside the script; raises UserError where the reader is not the same any more.

    What is given and what is refused stands in the audit trail.

    He may have signed out, lost his role or kecamatan, or been signed in too long since the button was drawn.
    """
    session = auth.session()
    then = session.viewer()
    noted, gone = trail.exported(name, content), trail.withheld(name)

    def give() -> bytes:
        if session.viewer() != then:
            gone()
            raise UserError(Words()("masuk.unduh_ditolak"))
        return noted()

    return give


def written(words: Words, action: str, act: Callable[[str], Made]) -> Made | None:
    """Does it under the name of who is signed in; None, with the reason on the page, where he may not or it cannot be done.

    Args:
        action: a name in ACTIONS.
        act: takes the name of who does it.
    """
    who = auth.viewer()
    if not may(who, action):
        trail.refused(ACTIONS[action].page, "tulis", who)
        st.error(words("masuk.tulis_ditolak", tindakan=words(f"masuk.tindakan.{action}")), icon=":material/lock:")
        return None
    try:
        with acting(who.name):
            return act(who.name)
    except UserError as error:
        st.error(error.text(), icon=":material/error:")
        return None


def may(who: Viewer, action: str) -> bool:
    """Whether somebody may do what ACTIONS names."""
    return who.role in ACTIONS[action].roles
