"""The browser tests can be trusted: the network is cut, and faults do not go unseen."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Page

from scripts.browser import await_map, await_settled
from tests.e2e.conftest import Serve, _watch

SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "a",
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [[[119, -6], [120, -6], [120, -5], [119, -5], [119, -6]]]},
        }
    ],
}
OPTIONS = ("--server.enableStaticServing=true", "--browser.gatherUsageStats=false")
BARE_MAP = """
import plotly.graph_objects as go
import streamlit as st

blue = [[0, "#08306B"], [1, "#08306B"]]
areas = go.Choroplethmap(geojson="app/static/square.geojson", locations=["a"], z=[1], colorscale=blue, showscale=False)
figure = go.Figure(areas)
figure.update_layout(map={"style": "white-bg", "center": {"lon": 119.5, "lat": -5.5}, "zoom": 6}, margin=dict.fromkeys("lrtb", 0))
st.plotly_chart(figure)
"""


@pytest.mark.parametrize("host", ["example.com", "fonts.googleapis.com", "192.0.2.1", "[2001:db8::1]"])
def test_no_host_but_loopback_can_be_reached(browser: Browser, host: str):
    tab = browser.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        tab.goto(f"http://{host}/", timeout=5000)
    tab.close()


def test_a_map_is_awaited_until_its_areas_show(page: Page, tmp_path: Path, fresh_server: Serve):
    script = tmp_path / "app" / "bare.py"
    (script.parent / "static").mkdir(parents=True)
    (script.parent / "static" / "square.geojson").write_text(json.dumps(SQUARE))
    script.write_text(BARE_MAP)
    page.goto(fresh_server(tmp_path / "store", script=script, options=OPTIONS))
    await_settled(page)
    await_map(page)
    middle = page.locator(".js-plotly-plot").bounding_box()
    assert middle is not None
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert shot.getpixel((int(middle["x"] + middle["width"] / 2), int(middle["y"] + middle["height"] / 2))) == (8, 48, 107)
    with pytest.raises(Error, match="Timeout"):
        await_map(page, count=2, timeout=0.5)


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("console.error('rusak')", "console: rusak"),
        ("setTimeout(() => { throw new Error('rusak') })", "page: rusak"),
        ("new Image().src = 'http://example.com/a.png'", "request: http://example.com/a.png"),
    ],
)
def test_faults_are_seen(browser: Browser, script: str, fault: str):
    tab = browser.new_page()
    faults: list[str] = []
    _watch(tab, faults)
    tab.evaluate(script)
    tab.wait_for_timeout(200)
    tab.close()
    assert any(seen.startswith(fault) for seen in faults)
