"""The meeting: how long its files take, what moved, and how soon the next slide is painted after a key."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from os import environ
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.progress import track

from benchmarks.browser import sample_variables
from benchmarks.dataset import DATA
from benchmarks.report import Measure, Section
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.materials import codes, sheets
from ipsm_analytics.materials.making import WRITERS
from ipsm_analytics.rakor.decisions import decisions
from ipsm_analytics.rakor.movement import Movement, movement
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, facts_of, freeze, numbered
from ipsm_analytics.store import Store
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Asking, Deck, asking
from ipsm_analytics.views.agenda.sheet import LEVELS
from ipsm_analytics.views.agenda.whole import whole
from ipsm_analytics.views.i18n import Words
from scripts.browser import await_settled, find_browser, launch
from scripts.live_server import ROOT, live_server

Result = TypeVar("Result")
REPEATS, PATIENCE = 3, 90.0
SLIDES_GOAL, SHEETS_GOAL, KEY_GOAL = 5.0, 60.0, 1000.0
"""Seconds, seconds and milliseconds."""
BEFORE = Wish("Rakor September", date(2026, 9, 28), Window(Month(2026, 1), Month(2026, 8)))
AFTER = Wish("Rakor Oktober", date(2026, 10, 28), Window(Month(2026, 1), Month(2026, 9)), previous=1)
READING = f"""Data contoh 36.000 kasus, dua rakor yang dibekukan. 'Data sudah dimuat' = isi rakor disusun dan ditulis oleh proses
yang datanya sudah di memori, nilai tengah {REPEATS} kali; 'proses baru' = perintah `deck` dari awal sampai selesai. Lembar
wilayah satu kali, sebagai satu PDF. Lembar berikutnya: dari tombol ditekan sampai nomor dan gambar lembar yang baru tergambar,
di Chromium tanpa kartu grafis, jendela 1366×768, semua lembar rakor itu satu per satu, kunjungan pertama."""

WATCH = """
window.bench = {
  number: () => document.querySelector(".paparan footer b")?.innerText,
  arm() {
    const before = bench.number();
    delete bench.painted;
    const drawn = () => [...document.querySelectorAll(".paparan img")].every((image) => image.complete && image.naturalWidth);
    const look = () => {
      if (bench.number() !== before && drawn()) requestAnimationFrame(() => { bench.painted = performance.now(); });
      else requestAnimationFrame(look);
    };
    document.addEventListener("keydown", () => { bench.started = performance.now(); }, { capture: true, once: true });
    requestAnimationFrame(look);
  },
};
"""


def run() -> Section:
    """Measures; without a browser all but the stage."""
    variables = _prepared()
    config = Settings(Path(variables["IPSM_STORE"]), variables["IPSM_KEY"], date.fromisoformat(variables["IPSM_TODAY"]))
    return Section("Rakor", READING, (*_files(config, variables), *_stage(variables)))


def _prepared() -> dict[str, str]:
    """Variables of a copy of the sample with two meetings."""
    variables = sample_variables()
    folder = DATA / "rakor"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(variables["IPSM_STORE"], folder / "store")
    variables |= {"IPSM_STORE": str(folder / "store")}
    config = Settings(folder / "store", variables["IPSM_KEY"], date.fromisoformat(variables["IPSM_TODAY"]))
    for wish in (BEFORE, AFTER):
        freeze(Store(config), config, wish, "benchmark")
    return variables


def _files(config: Settings, variables: dict[str, str]) -> Iterator[Measure]:
    store = Store(config)
    then, now = (_asked(store, config, numbered(store, number)) for number in (1, 2))
    seconds, moved = _timed(lambda: movement(store, then.frozen, now.frozen))
    yield Measure("membandingkan catatan dua rakor", seconds, "detik")
    yield Measure("lembar paparan rakor", float(len(_deck(store, then, now, moved).slides)), "lembar", decimals=0)
    with TemporaryDirectory() as folder:
        for suffix in WRITERS:
            out, goal = Path(folder) / f"rakor{suffix}", SLIDES_GOAL if suffix == ".pptx" else None
            loaded = median(_timed(partial(_written, store, config, then, now, moved, out))[0] for _ in range(REPEATS))
            yield Measure(f"{suffix[1:].upper()}, data sudah dimuat", loaded, "detik", goal)
            yield Measure(f"{suffix[1:].upper()}, proses baru", _timed(partial(_cold, out, variables))[0], "detik")
        for level in LEVELS:
            seconds, count = _timed(partial(sheets.write, now, level, Path(folder) / "lembar.pdf"))
            yield Measure(f"{count} lembar {level}", seconds, "detik", SHEETS_GOAL)


def _asked(store: Store, config: Settings, frozen: Snapshot) -> Asking:
    return asking(facts_of(store, frozen, config), frozen, Words(), "operator", "ekspor")


def _deck(store: Store, then: Asking, now: Asking, moved: Movement) -> Deck:
    return whole(now, Comparison(then, now, moved), decisions(store), lambda number: {1: then, 2: now}[number])


def _written(store: Store, config: Settings, then: Asking, now: Asking, moved: Movement, out: Path) -> None:
    WRITERS[out.suffix](_deck(store, then, now, moved), out, link=partial(codes.link, config=config))


def _cold(out: Path, variables: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ipsm_analytics", "deck", "--snapshot", "RK-2", "--out", str(out)]
    subprocess.run(command, check=True, cwd=ROOT, env=environ | variables, stdout=subprocess.DEVNULL)


def _timed(act: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds and what came of it."""
    start = perf_counter()
    found = act()
    return perf_counter() - start, found


def _stage(variables: dict[str, str]) -> Iterator[Measure]:
    path = find_browser()
    if path is None:
        print("Tidak ada peramban: mode paparan dilewati.", file=sys.stderr)
        return
    with sync_playwright() as playwright, (DATA / "server.log").open("wb") as log, live_server(env=variables, log=log) as server:
        browser = launch(playwright, path)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="id-ID")
        page.add_init_script(WATCH)
        opening, _ = _timed(lambda: _opened(page, f"{server.url}/rakor?mode=paparan&bekuan=RK-2"))
        last = int(page.locator(".paparan footer b").inner_text().rsplit(" ", 1)[1])
        pressed = [_pressed(page) for _ in track(range(last - 1), "lembar berikutnya")]
        browser.close()
    yield Measure("membuka paparan pada server baru", opening, "detik")
    half, most = np.percentile(pressed, [50, 95]).tolist()
    yield Measure("tombol → lembar berikutnya, p50", half, "ms", decimals=0)
    yield Measure("tombol → lembar berikutnya, p95", most, "ms", decimals=0)
    yield Measure("tombol → lembar berikutnya, terlama", max(pressed), "ms", KEY_GOAL, decimals=0)


def _opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".paparan", timeout=1000 * PATIENCE)


def _pressed(page: Page) -> float:
    """Milliseconds from the key until the next slide is painted."""
    await_settled(page, PATIENCE)
    page.evaluate("bench.arm()")
    page.keyboard.press("PageDown")
    page.wait_for_function("bench.painted", timeout=1000 * PATIENCE)
    return float(page.evaluate("bench.painted - bench.started"))
