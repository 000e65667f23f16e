"""The pages in a real browser without a network: links, filters, the map, downloads, a phone, the keyboard.

A console error or a request to any host but loopback fails the test that met it (fixture new_page).
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from shapely.geometry import shape

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.app.page import PAGES as REGISTERED
from ipsm_analytics.config import ROOT, Settings
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.store import Store
from ipsm_analytics.views.atlas import PANEL, default_window
from ipsm_analytics.views.chart import Desk
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.maps import geometry
from ipsm_analytics.views.values import interval_text, short_value
from scripts.browser import await_map, await_settled
from scripts.shots import PHONE
from tests.e2e.conftest import Serve, _watch

WORDS = Words("id")
TALLO = next(code for code in areas.codes("kecamatan") if areas.name(code) == "Tallo")
PAGES = {page.key: int(page.key in ("ringkasan", "peta", "transparansi")) for page in REGISTERED}
"""Pages and how many maps each shows."""
Opened = Callable[..., Page]


@cache
def facts(store: Path) -> Facts:
    source = Store(Settings(store=store))
    return load(source, source.latest(), Settings(store=store))


def desk(store: Path) -> Desk:
    return Desk(facts(store), policy("operator", "layar", 5), policy("operator", "ekspor", 5), WORDS, 60)


def answer(store: Path, code: str, *by: str, area: str = areas.CITY, leaving: bool = False):
    """What `query` answers for the usual period, on the screen or leaving the office."""
    rule = policy("operator", "ekspor" if leaving else "layar", 5)
    return query(facts(store), Query(code, by, default_window(desk(store)), area), rule)


def visit(page: Page, address: str, maps: int = 0) -> None:
    page.goto(address)
    await_settled(page, timeout=60)
    if maps:
        await_map(page, maps, timeout=60)


def settle(page: Page, maps: int = 0) -> None:
    await_settled(page, timeout=60)
    if maps:
        await_map(page, maps, timeout=60)


def filter_box(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label, exact=True)


def filters(page: Page) -> list[str]:
    return [filter_box(page, label).input_value() for label in ("Wilayah", "Kelompok / kategori", "Dari bulan", "Sampai bulan")]


def choose(page: Page, label: str, option: str, shown: str) -> None:
    """Picks an option and waits until the page's first sentence or title speaks of it."""
    box = filter_box(page, label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()
    expect(page.locator("p.judul, p.bagan-judul").filter(has_text=shown).first).to_be_visible(timeout=30_000)
    settle(page)


def headline(page: Page) -> str:
    return page.locator("p.judul").inner_text()


def counted(store: Path, area: str = areas.CITY) -> str:
    return f"{WORDS.number(answer(store, 'K01', area=area)['value'].iloc[0])} kasus dilaporkan di {areas.label(area)}"


def drawn_areas(page: Page, number: int = 0) -> list[str]:
    return page.evaluate("(number) => document.querySelectorAll('.js-plotly-plot')[number].data[0].locations", number)


def geojson(page: Page) -> str:
    return page.evaluate("document.querySelector('.js-plotly-plot').data[0].geojson")


def widest(page: Page) -> str:
    """Code of the area drawn largest in the first map, so that a click on its mark cannot miss."""
    shapes = json.loads((ROOT / "static" / geojson(page).removeprefix("app/static/")).read_text(encoding="utf-8"))
    return max(shapes["features"], key=lambda item: shape(item["geometry"]).area)["id"]


def click_area(page: Page, code: str) -> None:
    place = page.evaluate(
        """(point) => {
            const map = document.querySelector(".js-plotly-plot")._fullLayout.map._subplot.map;
            const corner = map.getCanvas().getBoundingClientRect();
            const at = map.project(point);
            return [corner.x + at.x, corner.y + at.y];
        }""",
        list(geometry("geografis").points[code]),
    )
    page.mouse.move(*place)
    page.mouse.click(*place)
    expect(page.get_by_role("button", name="Saring ke wilayah ini")).to_be_visible(timeout=30_000)
    settle(page)


@pytest.fixture(scope="module")
def shared_tab(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A tab and the faults seen in it: the program of the page, read once, is there for all tests."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
    page = context.new_page()
    _watch(page, faults)
    yield page, faults
    context.close()


@pytest.fixture
def tab(shared_tab: tuple[Page, list[str]]) -> Iterator[Page]:
    """The shared tab; every visit in it is a session of its own."""
    page, faults = shared_tab
    yield page
    page.goto("about:blank")
    found, faults[:] = list(faults), []
    assert found == []


def test_a_page_opens_by_its_link_on_a_server_nobody_has_visited(page: Page, fresh_server: Serve, sample_store: Path):
    url = fresh_server(sample_store)
    for key in ("peta", "terbit"):
        visit(page, f"{url}/{key}?wilayah=Kec.+Tallo", PAGES[key])
        expect(page.get_by_role("heading", level=1)).to_have_text(WORDS(f"halaman.{key}"))
        names = page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
        assert [name.split("\n")[-1] for name in names] == [WORDS(f"halaman.{other}") for other in PAGES]
        assert page.locator("[data-testid=stException]").count() == 0
        if key == "peta":
            assert filters(page)[0] == "Kec. Tallo"
            page.get_by_role("radio", name="EN", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Map", timeout=30_000)
            page.wait_for_url("**/peta?*bahasa=EN*", timeout=5_000)


def test_a_server_open_to_others_shows_no_case_to_anybody(page: Page, fresh_server: Serve, sample_store: Path):
    url = fresh_server(sample_store, options=("--server.address=0.0.0.0",))
    for key in ("peta", "ringkasan", "tren"):
        page.goto(f"{url}/{key}")
        settle(page)
        body = page.locator("body").inner_text()
        assert "hanya untuk petugas" in body
        assert "kelurahan melapor" not in body
        assert "kasus dilaporkan" not in body
        assert page.locator(".js-plotly-plot .maplibregl-canvas").count() == 0
    visit(page, f"{url}/terbit")
    assert "Angka terbit" in page.locator("h1").inner_text()


def test_filters_travel_from_page_to_page_and_in_a_copied_link(tab: Page, new_page: Opened, server: str, sample_store: Path):
    visit(tab, server, 1)
    assert urlsplit(tab.url).path == "/ringkasan"
    assert headline(tab).startswith(counted(sample_store))
    choose(tab, "Wilayah", "Kec. Tallo", "dilaporkan di Kec. Tallo")
    assert headline(tab).startswith(counted(sample_store, TALLO))
    chosen = filters(tab)
    for key in ("peta", "terbit", "kamus", "ringkasan", "tren"):
        tab.get_by_role("link", name=WORDS(f"halaman.{key}")).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(WORDS(f"halaman.{key}"), timeout=30_000)
        settle(tab, PAGES[key])
        assert urlsplit(tab.url).path == f"/{key}"
        if key not in ("terbit", "kamus"):
            assert filters(tab) == chosen
            assert parse_qs(urlsplit(tab.url).query)["wilayah"] == ["Kec. Tallo"]
    assert headline(tab).startswith(counted(sample_store, TALLO))
    other = new_page()
    visit(other, tab.url)
    assert (headline(other), filters(other)) == (headline(tab), chosen)


def test_a_click_on_the_map_shows_the_figures_of_that_kelurahan(tab: Page, server: str, sample_store: Path):
    visit(tab, f"{server}/peta", 1)
    code = widest(tab)
    click_area(tab, code)
    panel = tab.locator("table", has_text=WORDS("kartu.R01"))
    shown = [re.split(r"\s*\t\s*", row) for row in panel.locator("tr").all_inner_texts()]
    expected = []
    for item in map(indicator, PANEL):
        row = answer(sample_store, item.id, area=code).iloc[0]
        interval = interval_text(WORDS, row["lower"], row["upper"], item) if item.interval else ""
        expected.append([WORDS(f"kartu.{item.id}"), short_value(WORDS, row["value"], row["status"], item), interval])
    assert shown == expected
    expect(tab.locator("p.bagan-judul").filter(has_text=areas.label(code)).first).to_be_visible()
    tab.get_by_role("button", name="Saring ke wilayah ini").click()
    expect(filter_box(tab, "Wilayah")).to_have_value(areas.label(code), timeout=30_000)
    settle(tab, 1)
    assert sorted(drawn_areas(tab)) == list(areas.members(areas.parent(code)))
    assert parse_qs(urlsplit(tab.url).query)["wilayah"] == [areas.label(code)]


def test_layouts_and_comparisons_of_the_map(tab: Page, server: str):
    visit(tab, f"{server}/peta", 1)
    before = geojson(tab)
    tab.get_by_role("radio", name="Heksagon").click()
    tab.wait_for_function(
        "(old) => ![undefined, old].includes(document.querySelector('.js-plotly-plot')?.data?.[0].geojson)", arg=before
    )
    settle(tab, 1)
    assert parse_qs(urlsplit(tab.url).query)["bentuk"] == ["Heksagon"]
    tab.get_by_role("radio", name="Periode lain").click()
    tab.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 2")
    settle(tab, 2)
    assert drawn_areas(tab, 0) == drawn_areas(tab, 1) == list(areas.codes("kelurahan"))
    assert filter_box(tab, "Periode pembanding mulai").input_value() == "Jan 2025"
    tab.get_by_role("radio", name="Kategori lain").click()
    expect(filter_box(tab, "Kategori pembanding")).to_be_visible(timeout=30_000)
    choose(tab, "Kategori pembanding", "Lansia", "Lansia")
    settle(tab, 2)
    titles = tab.locator("p.bagan-judul").all_inner_texts()
    assert [("Lansia" in title) for title in titles[:2]] == [False, True]


def test_a_bubble_is_clicked_the_table_opens_and_the_download_withholds(tab: Page, server: str, sample_store: Path):
    visit(tab, f"{server}/peta?indikator={WORDS('kartu.K01').replace(' ', '+')}", 1)
    code = widest(tab)
    click_area(tab, code)
    expect(tab.locator("p.bagan-judul").filter(has_text=areas.label(code)).first).to_be_visible()
    tab.get_by_text("Tabel dan unduhan").first.click()
    expect(tab.locator("[data-testid=stDataFrame]")).to_be_visible(timeout=30_000)
    settle(tab)
    tab.locator("[data-testid=stDataFrame]").hover()
    assert tab.locator("button[aria-label^='Search']").first.is_visible()
    assert not tab.locator("button[aria-label^='Download as CSV']").first.is_visible()
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Unduh CSV").first.click()
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = {row["kode_kelurahan"]: row for row in csv.DictReader(file)}
    frame = answer(sample_store, "K01", "kelurahan", leaving=True)
    assert list(rows) == frame["kode_kelurahan"].tolist()
    assert [row["status"] for row in rows.values()] == frame["status"].tolist()
    withheld = [row for row in rows.values() if row["status"] == "disensor"]
    assert len(withheld) > 0
    assert {row[name] for row in withheld for name in ("value", "numerator", "lower", "upper")} == {""}
    assert [float(row["value"]) for row in rows.values() if row["status"] == "ok"] == frame.query("status == 'ok'")[
        "value"
    ].tolist()
    assert {row["tanda"] for row in rows.values()} == {"DATA CONTOH"}


def test_every_page_fits_a_phone(new_page: Opened, server: str):
    phone = new_page(viewport={"width": 390, "height": 844}, user_agent=PHONE, has_touch=True)
    for key, maps in reversed(PAGES.items()):
        visit(phone, f"{server}/{key}", maps)
        for part in ("document.scrollingElement", "document.querySelector('[data-testid=stMain]')"):
            assert phone.evaluate(f"{part}.scrollWidth") <= 390, (key, part)
    phone.get_by_role("button", name="Saring").click()
    expect(filter_box(phone, "Wilayah")).to_be_visible()


def test_the_keyboard_reaches_and_changes_the_filters(tab: Page, server: str, sample_store: Path):
    visit(tab, f"{server}/tren")
    reached = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.getAttribute('aria-label')"))
        if reached[-1] == "Wilayah":
            break
    assert reached[-1] == "Wilayah"
    tab.keyboard.type("Kec. Tallo")
    tab.keyboard.press("Enter")
    expect(tab.locator("p.judul")).to_contain_text("di Kec. Tallo", timeout=30_000)
    settle(tab)
    assert headline(tab).startswith(counted(sample_store, TALLO))
    tab.keyboard.press("Tab")
    for label in ("Kelompok / kategori", "Dari bulan", "Sampai bulan"):
        while tab.evaluate("document.activeElement.getAttribute('aria-label')") != label:
            reached.append(label)
            assert len(reached) < 60
            tab.keyboard.press("Tab")


def test_english_is_kept_in_the_address(tab: Page, server: str):
    visit(tab, f"{server}/tren")
    tab.get_by_role("radio", name="EN", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Trends", timeout=30_000)
    settle(tab)
    assert parse_qs(urlsplit(tab.url).query)["bahasa"] == ["EN"]
    visit(tab, f"{server}/?bahasa=EN")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Overview", timeout=30_000)
    assert "cases were reported in Kota Makassar" in headline(tab)
