"""What every test shares: a store of its own, a fixed day, repeatable examples, pages as a server runs them."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

TODAY = "2026-11-24"
KEY = "kunci-uji-0123456789abcdef0123456789abcdef"

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(autouse=True)
def store_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Path of an empty store that IPSM_STORE names; no test ever meets the store or the rules of who runs it."""
    store = tmp_path / "store"
    monkeypatch.setenv("IPSM_STORE", str(store))
    monkeypatch.setenv("IPSM_KEY", KEY)
    monkeypatch.setenv("IPSM_TODAY", TODAY)
    monkeypatch.setenv("IPSM_ACCESS", str(tmp_path / "access.toml"))
    return store


@pytest.fixture(autouse=True)
def pages_under_navigation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets AppTest run every page through dashboard.py, as a server does (tests/pages only).

    AppTest forgets before each run that st.navigation is in charge; the folder pages/ then takes over and from the
    second run on a page runs alone. Here what it resets is a stand-in, so the real switch stays where it belongs.
    """
    if "pages" not in request.path.relative_to(Path(__file__).parent).parts:
        return
    import streamlit as st
    from streamlit.runtime import pages_manager
    from streamlit.testing.v1 import app_test

    class ForgetfulCopy(pages_manager.PagesManager):
        pass

    monkeypatch.setattr(app_test, "PagesManager", ForgetfulCopy)
    monkeypatch.setattr(pages_manager.PagesManager, "uses_pages_directory", False)
    st.cache_data.clear()
    st.cache_resource.clear()
