"""Who is looking. Without a configured sign-in only the local machine is trusted."""

from __future__ import annotations

import ipaddress

import streamlit as st

from ipsm_analytics.privacy import Role


def current_role() -> Role:
    """'operator' when the server listens on this machine alone, else 'publik': fail closed."""
    return "operator" if is_loopback(st.get_option("server.address")) else "publik"


def signed_in() -> bool:
    """Whether a sign-in vouches for who looks; there is none yet."""
    return False


def is_loopback(address: str | None) -> bool:
    """True for an address only this machine can reach; an unset one means all interfaces."""
    if not address:
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
