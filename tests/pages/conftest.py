"""Pages opened through dashboard.py, as staff on this machine or as the public."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from ipsm_analytics.config import ROOT
from tests.pages.screens import EVERYWHERE, Open, clean


@pytest.fixture(scope="module", autouse=True)
def components_scanned_once() -> Iterator[None]:
    """Each AppTest reads the metadata of every installed package anew, half a second; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def open_page() -> Open:
    """Opens a page by its key through dashboard.py; keywords are the address, as in ?wilayah=Kec.+Mariso."""

    def start(key: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
        app.query_params.update(address)
        return clean(app.switch_page(f"pages/{key}.py").run())

    return start


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server can be reached from outside and has no sign-in."""
    before = config.get_option("server.address")
    config.set_option("server.address", EVERYWHERE)
    yield
    config.set_option("server.address", before)
