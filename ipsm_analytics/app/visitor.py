"""Who is looking, in words: signed in as whom, the ways in and out, and why a page stays shut."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from ipsm_analytics.access import DEFAULT, Reason, Viewer
from ipsm_analytics.app import auth, trail
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.i18n import Words

_WAY_IN = (Reason.SIGNED_OUT, Reason.EXPIRED)
_ASKED = (Reason.UNKNOWN, Reason.UNVERIFIED, Reason.SEVERAL)
"""Where somebody has to be asked for a role."""
STYLE = f"""<style>
[data-testid="stSidebarUserContent"] {{position: sticky; bottom: 0; background: #fff; z-index: 1;
    padding-top: .5rem; padding-bottom: .75rem; border-top: 1px solid {style.GRID};}}
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] {{gap: .5rem;}}
[data-testid="stSidebarNavSeparator"] {{display: none;}}
.siapa {{color: {style.TEXT}; font-size: 1rem; line-height: 1.3; overflow-wrap: anywhere;}}
.siapa b {{display: block;}}
.siapa.awas {{background: {style.AMBER}; border-radius: .3rem; padding: .4rem .6rem;}}
[data-testid="stDownloadButtonError"] {{font-size: 0;}}
[data-testid="stDownloadButtonError"]::after {{font-size: 1rem;}}
</style>"""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~:$@&])")


def note(who: Viewer) -> None:
    """Notes in the audit trail a sign-in, and that the list of who has which role was changed."""
    rules = settings().access
    if rules.is_file():
        trail.access_list(rules.read_bytes())
    if who.signed_in:
        trail.signed_in(who)


def identify(words: Words, who: Viewer) -> None:
    """At the foot of the side bar: who is signed in, as what, and the way in or out.

    A file that is refused is told of by Streamlit in English, so our own words stand in their place.
    """
    with st.sidebar:
        st.html(f'<style>[data-testid="stDownloadButtonError"]::after {{content: "{words("masuk.unduh_gagal")}";}}</style>')
        if who.reason is Reason.LOCAL:
            st.html(f'<div class="siapa awas" role="note">{escape(words("masuk.lokal"))}</div>')
        elif who.signed_in:
            st.html(f'<div class="siapa"><b>{escape(who.name)}</b>{escape(role_text(words, who))}</div>')
            st.button(words("masuk.keluar"), icon=":material/logout:", key="keluar_akun", on_click=_leave, width="stretch")
        else:
            st.html(f'<div class="siapa">{escape(words("masuk.umum"))}</div>')
            ways_in(words, who, "bingkai")


def _leave() -> None:
    trail.signed_out()
    auth.leave()


def role_text(words: Words, who: Viewer) -> str:
    """The role, with the kecamatan of a korcam: 'Koordinator kecamatan: Mariso dan Tallo'."""
    role = words(f"masuk.peran.{who.role}")
    return f"{role}: {words.listing([areas.name(code) for code in who.kecamatan])}" if who.kecamatan else role


def ways_in(words: Words, who: Viewer, place: str) -> None:
    """A button for each provider, where signing in would help."""
    if who.reason not in _WAY_IN:
        return
    try:
        known = auth.providers()
    except UserError:
        return
    for name in known:
        label = words("masuk.masuk") if name == DEFAULT else words("masuk.masuk_lewat", penyedia=name)
        st.button(
            label,
            icon=":material/login:",
            key=f"masuk_{place}_{name}",
            type="primary",
            on_click=st.login,
            args=() if name == DEFAULT else (name,),
        )


def remark(words: Words, who: Viewer) -> None:
    """On pages open to all: why somebody who signed in sees no more than the public."""
    if who.reason in (*_ASKED, Reason.EXPIRED):
        st.info(why(words, who), icon=":material/info:")


def refuse(words: Words, who: Viewer) -> None:
    """Why the page stays shut, and what can be done about it."""
    st.error(why(words, who), icon=":material/lock:")
    ways_in(words, who, "halaman")


def why(words: Words, who: Viewer) -> str:
    """One paragraph for one who may not open a page."""
    if who.reason in (Reason.GRANTED, Reason.LOCAL):
        return words("masuk.ditolak.diberi", peran=role_text(words, who))
    if who.reason is Reason.BROKEN and not who.detail:
        return words("masuk.ditolak.rusak", rincian=words("masuk.rincian_di_server"))
    told = words(f"masuk.ditolak.{who.reason}", nama=_plain(who.name), rincian=_plain(who.detail))
    contact = auth.contact()
    if who.reason not in _ASKED:
        return told
    return f"{told} {words('masuk.hubungi', siapa=contact) if contact else words('masuk.hubungi_admin')}"


def _plain(text: str) -> str:
    """Text from outside that is shown as it is, not as Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)
