"""In Chromium: how soon the map is painted, and how much travels, next to a bare Streamlit page with the same map."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright
from rich.progress import track

from benchmarks.dataset import DATA
from benchmarks.report import Measure, Section
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.reference import categories
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.i18n import Words
from scripts.browser import await_settled, find_browser, launch
from scripts.live_server import ROOT, live_server

OPENINGS, FILTERS = 11, 21
"""Repeats after one to warm up; a single filtering varies by a tenth from one to the next, so few would decide nothing."""
PAGES = ("ringkasan", "peta")
BARE_SLICES = ("PPKS-24", "PPKS-08")
"""What the bare pages' two figures show; ours answers another category each time, so that it never remembers the answer."""
SLICES = [code for code in categories.categories() if code not in BARE_SLICES][: 1 + FILTERS]
GOAL_RATIO, GOAL_KB, PATIENCE = 1.5, 100, 90_000
BARE = DATA / "polos"
SCRIPT = Path(__file__).resolve().parent / "bare" / "app.py"
BARE_OPTIONS = ("--server.enableStaticServing=true", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false")
READING = f"""Data contoh 36.000 kasus; Chromium tanpa kartu grafis, hanya loopback, jendela 1366×768; bergantian, nilai
tengah {OPENINGS} kali membuka dan {FILTERS} kali menyaring setelah satu kali pemanasan. 'Tergambar' = peta selesai
memuat dan layar peta memuat wilayah dengan warna yang baru. Halaman polos: halaman Streamlit pada alamatnya sendiri
dengan gambar yang sama (data dan ukuran piksel diambil dari halaman kita) dan, untuk saringan, satu kotak dengan pilihan
yang sama, di antara dua gambar yang sudah jadi; halaman kita menjawab kategori yang belum pernah ditanyakan. Kilobyte:
isi websocket dua arah sebelum dimampatkan, yang terbesar dari semua ulangan."""

WATCH = """
window.bench = {
  plots: () => [...document.querySelectorAll(".js-plotly-plot")].filter((plot) => plot._fullLayout?.map?._subplot?.map?.getStyle),
  maps: () => bench.plots().map((plot) => plot._fullLayout.map._subplot.map),
  data: () => bench.plots().map((plot) => plot.data),
  colours() {
    const maps = bench.maps();
    if (!maps.length || !maps.every((map) => map.loaded() && !map.isMoving())) return "";
    const areas = maps.flatMap((map) => map.queryRenderedFeatures()).filter((area) => area.properties.fc);
    return areas.map((area) => `${area.properties.fc} ${area.geometry.coordinates.flat(2)[0]}`).sort().join();
  },
  await(before, known) {
    const look = () => {
      const now = bench.data().some((data, place) => data !== known[place]) && bench.colours();
      if (now && now !== before) bench.painted = performance.now();
      else requestAnimationFrame(look);
    };
    delete bench.painted;
    requestAnimationFrame(look);
  },
  arm() {
    bench.await(bench.colours(), bench.data());
    document.addEventListener("pointerdown", () => { bench.started = performance.now(); }, { capture: true, once: true });
  },
  figure() {
    const { data, layout, _fullLayout: { width, height } } = bench.plots()[0];
    return JSON.stringify({ data, layout: { ...layout, width, height } });
  },
  place() {
    const [map] = bench.maps(), box = map.getCanvas().getBoundingClientRect();
    for (let x = box.width / 2; x < box.width; x += 7) for (let y = box.height / 4; y < box.height; y += 7)
      if (map.queryRenderedFeatures([x, y]).some((area) => area.properties.fc)) return [box.x + x, box.y + y];
  },
};
bench.await("", []);
"""
"""Times are read from the page's own clock, which starts with the navigation."""


class Tab:
    """A tab with cookies and a cache of its own, and the sizes of what its websockets carried."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.page: Page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.add_init_script(WATCH)
        self.page.on("websocket", self._listen)
        self._sent: list[int] = []
        self._received: list[int] = []

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._sent.append(len(payload)))
        socket.on("framereceived", lambda payload: self._received.append(len(payload)))

    def close(self) -> None:
        """Ends the tab with its cookies and cache."""
        self.page.context.close()

    def open(self) -> float:
        """Milliseconds from the start of the navigation until the map is painted."""
        self.page.goto("about:blank")
        self.page.goto(self.address, wait_until="commit")
        return self._painted()

    def choose(self, label: str, option: str) -> float:
        """Milliseconds from choosing an option until the map is painted anew."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        self.page.evaluate("bench.arm()")
        self._forget()
        self.page.get_by_role("option", name=option, exact=True).click()
        return self._painted() - float(self.page.evaluate("bench.started"))

    def click_map(self) -> None:
        """Clicks an area and waits until the page has answered."""
        x, y = self.page.evaluate("bench.place()")
        self.page.mouse.move(x, y)
        self.page.wait_for_timeout(300)
        self._forget()
        self.page.mouse.click(x, y)
        while not self._received:
            self.page.wait_for_timeout(50)

    def kilobytes(self) -> float:
        """What the websocket has carried both ways, once all is quiet."""
        await_settled(self.page, PATIENCE / 1000)
        return (sum(self._sent) + sum(self._received)) / 1000

    def figure(self) -> str:
        """The map as Plotly JSON."""
        return str(self.page.evaluate("bench.figure()"))

    def _forget(self) -> None:
        self._sent.clear()
        self._received.clear()

    def _painted(self) -> float:
        self.page.wait_for_function("bench.painted", polling=100)
        return float(self.page.evaluate("bench.painted"))


def run() -> Section | None:
    """Measures; None without a browser."""
    path = find_browser()
    if path is None:
        print("Tidak ada peramban: bagian peramban dilewati.", file=sys.stderr)
        return None
    variables, log_file = sample_variables(), DATA / "server.log"
    with sync_playwright() as playwright, log_file.open("wb") as log, live_server(env=variables, log=log) as ours:
        browser = launch(playwright, path)
        shutil.rmtree(BARE, ignore_errors=True)
        BARE.mkdir()
        shutil.copytree(ROOT / "static" / "geo", BARE / "static" / "geo")
        (BARE / "pilihan.json").write_text(json.dumps([_name(code) for code in slice_codes()]), encoding="utf-8")
        script = Path(shutil.copy(SCRIPT, BARE))
        with live_server(script, options=BARE_OPTIONS, log=log) as bare:
            found = [measure for page in PAGES for measure in _page(browser, page, ours.url, bare.url)]
        browser.close()
    return Section("Peramban", READING, tuple(found))


def sample_variables() -> dict[str, str]:
    """Variables of a server on the sample data, made on first use."""
    variables = os.environ | {
        "IPSM_STORE": str(DATA / "contoh" / "store"),
        "IPSM_KEY": "benchmark-benchmark",
        "IPSM_TODAY": "2026-11-24",
    }
    subprocess.run([sys.executable, "-m", "ipsm_analytics", "prepare"], check=True, cwd=ROOT, env=variables)
    return variables


def _page(browser: Browser, page: str, our_url: str, bare_url: str) -> Iterator[Measure]:
    """One page and its bare one, with no other open beside them."""
    tab, bare = Tab(browser, f"{our_url}/{page}"), Tab(browser, f"{bare_url}/{page}")
    _copy_figures(page, tab)
    yield from _navigation(page, tab, bare)
    bare.address += "?pilih=1"
    yield from _filters(page, tab, bare)
    tab.click_map()
    yield Measure(f"/{page}: websocket untuk satu klik pada peta", tab.kilobytes(), "kB", GOAL_KB)
    tab.close()
    bare.close()


def _copy_figures(page: str, tab: Tab) -> None:
    """The page's map for the bare page's two choices."""
    tab.open()
    for code in BARE_SLICES:
        tab.kilobytes()
        tab.choose(_label(), _name(code))
        (BARE / f"{page}-{_name(code)}.json").write_text(tab.figure(), encoding="utf-8")


def _navigation(page: str, tab: Tab, bare: Tab) -> Iterator[Measure]:
    ours, theirs = [], []
    for _ in track(range(1 + OPENINGS), f"membuka /{page}"):
        ours.append(tab.open())
        tab.kilobytes()
        theirs.append(bare.open())
        bare.kilobytes()
    yield from _compared(f"/{page}: membuka → peta tergambar", ours[1:], theirs[1:])


def _filters(page: str, tab: Tab, bare: Tab) -> Iterator[Measure]:
    bare.open()
    ours, theirs, carried = [], [], []
    for number, code in enumerate(track(SLICES, f"menyaring /{page}")):
        ours.append(tab.choose(_label(), _name(code)))
        carried.append(tab.kilobytes())
        theirs.append(bare.choose("Pilihan", _name(BARE_SLICES[1 - number % 2])))
        bare.kilobytes()
    yield from _compared(f"/{page}: menyaring → peta tergambar", ours[1:], theirs[1:])
    yield Measure(f"/{page}: websocket untuk satu saringan", max(carried), "kB", GOAL_KB)


def _compared(what: str, ours: Sequence[float], theirs: Sequence[float]) -> list[Measure]:
    return [
        Measure(what, median(ours), "ms", decimals=0),
        Measure(f"{what}, halaman polos", median(theirs), "ms", decimals=0),
        Measure(f"{what}, berapa kali", median(ours) / median(theirs), "×", GOAL_RATIO, decimals=2),
    ]


def _label() -> str:
    return Words()("saring.kelompok")


def _name(code: str) -> str:
    return slice_name(Words(), code)
