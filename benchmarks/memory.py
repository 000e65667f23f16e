"""Most memory a process holds that loads a million cases, builds the cube and answers Ringkasan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.dataset import DATA, million
from benchmarks.process import STATUS, peak
from benchmarks.report import Measure, Section
from scripts.browser import await_map, find_browser, launch
from scripts.live_server import ROOT, live_server

GOAL_MB = 600
READING = """Puncak memori yang ditempati (RSS) sebuah proses baru, yang mengimpor Streamlit dan seluruh aplikasi, memuat
penyimpanan satu juta kasus, membangun kubus, lalu menyusun Ringkasan dengan petanya. Baris terakhir: server
Streamlit sungguhan atas penyimpanan itu setelah satu peramban membuka Ringkasan. 1 MB = 1.000.000 byte."""


def run() -> Section:
    """Measures in processes of their own."""
    million()
    child = subprocess.run([sys.executable, "-m", "benchmarks.process"], check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    imported, loaded, answered = json.loads(child.stdout)
    measures = [
        Measure("setelah impor Streamlit dan aplikasi", imported, "MB", decimals=0),
        Measure("setelah kubus dibangun (puncak)", loaded, "MB", decimals=0),
        Measure("setelah Ringkasan dijawab (puncak)", answered, "MB", GOAL_MB, decimals=0),
    ]
    if (served := _server_peak()) is not None:
        measures.append(Measure("server Streamlit dengan satu pengunjung (puncak)", served, "MB", GOAL_MB, decimals=0))
    return Section("Memori", READING, tuple(measures))


def _server_peak() -> float | None:
    """MB of a real server after one visit; None without a browser or the kernel's mark."""
    path = find_browser()
    if path is None or not STATUS.exists():
        return None
    environment = {"IPSM_STORE": str(million().path), "IPSM_KEY": "benchmark-benchmark"}
    with (
        (DATA / "server.log").open("wb") as log,
        live_server(env=os.environ | environment, log=log) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, path)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{server.url}/ringkasan")
        await_map(page, timeout=120)
        browser.close()
        return peak(Path(f"/proc/{server.process.pid}/status"))
