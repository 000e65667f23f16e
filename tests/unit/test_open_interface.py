"""Who counts as one client of the open interface, and the settings it reads."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from ipsm_analytics.answers import Facts
from ipsm_analytics.app import cache
from ipsm_analytics.app.api import client
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.opendata import OpenData, data_sets
from ipsm_analytics.opendata.published import COLUMNS


def scope(host: str, port: int = 51000, *forwarded: str) -> dict[str, object]:
    return {"client": (host, port), "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded]}


def test_without_a_declared_proxy_the_header_counts_for_nothing():
    assert client(scope("10.0.0.9", 51000, "203.0.113.7"), proxied=False) == "10.0.0.9"
    assert client(scope("203.0.113.7", 0, "203.0.113.7"), proxied=False) == "127.0.0.1"


def test_with_one_the_last_address_counts_which_it_wrote_itself():
    assert client(scope("10.0.0.9", 51000, "1.1.1.1, 203.0.113.7"), proxied=True) == "203.0.113.7"
    assert client(scope("10.0.0.9", 51000, "1.1.1.1", "203.0.113.8"), proxied=True) == "203.0.113.8"
    assert client(scope("10.0.0.9"), proxied=True) == "10.0.0.9"
    assert client(scope("10.0.0.9", 51000, "bukan alamat"), proxied=True) == "127.0.0.1"


def test_an_ipv6_network_is_one_client():
    assert client(scope("2001:db8:1:2::1"), proxied=False) == client(scope("2001:db8:1:2:ffff::9"), proxied=False)
    assert client(scope("2001:db8:1:3::1"), proxied=False) != client(scope("2001:db8:1:2::1"), proxied=False)


def test_settings_are_read_or_refused(monkeypatch: pytest.MonkeyPatch):
    assert (settings().api_limit, settings().proxied) == ("300/minute", False)
    monkeypatch.setenv("IPSM_API_LIMIT", "20/hour")
    monkeypatch.setenv("IPSM_PROXY", "ya")
    assert (settings().api_limit, settings().proxied) == ("20/hour", True)
    for name, wrong in (("IPSM_API_LIMIT", "banyak"), ("IPSM_API_LIMIT", "0/minute"), ("IPSM_PROXY", "mungkin")):
        with monkeypatch.context() as patch:
            patch.setenv(name, wrong)
            with pytest.raises(UserError, match=name):
                settings()


def test_what_many_ask_for_at_once_is_made_once(store_env: Path, monkeypatch: pytest.MonkeyPatch):
    made: list[int] = []

    def published(facts: Facts, small_cell: int) -> OpenData:
        made.append(small_cell)
        time.sleep(0.2)
        return OpenData(1, date(2026, 10, 31), True, (), {code: pd.DataFrame(columns=list(COLUMNS)) for code in data_sets()})

    st.cache_resource.clear()
    monkeypatch.setattr(cache, "published", published)
    with ThreadPoolExecutor(20) as readers:
        found = set(readers.map(lambda _: cache.open_file("ppks-kecamatan", "json", ()), range(40)))
    st.cache_resource.clear()
    assert (len(found), made) == (1, [5])
