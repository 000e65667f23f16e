"""A picture of every page at three sizes, into shots/.

`python -m scripts.shots [--only KEY ...]` uses the store of IPSM_STORE, prepared if it is empty.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from ipsm_analytics.app.page import PAGES
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query
from ipsm_analytics.prepare import prepare
from ipsm_analytics.rakor.passport import Passport
from ipsm_analytics.sample import generate
from scripts.browser import await_map, await_settled, find_browser, launch
from scripts.live_server import ROOT, live_server

SIZES = {"1366x768": (1366, 768), "1920x1080": (1920, 1080), "ponsel": (390, 844)}
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Mobile Safari/537.36"
SHOWN = Passport(Query("K02", window=Window(Month(2026, 1), Month(2026, 10)), slice="PPKS-04"), version=28).code
"""A number of the sample data."""
VIEWS = {
    **{page.key: (page.key, page.key in {"ringkasan", "peta", "transparansi"}) for page in PAGES},
    "transparansi_triwulan": ("transparansi?masa=2026+TW3", True),
    "transparansi_en": ("transparansi?masa=2025&bahasa=EN", True),
    "peta_heksagon": ("peta?bentuk=Heksagon", True),
    "peta_kasus": ("peta?indikator=Kasus+dilaporkan", True),
    "peta_banding": ("peta?banding=Periode+lain", True),
    "peta_halus": ("peta?tampilan=Dihaluskan", True),
    "peta_beda": ("peta?tampilan=Beda+dari+kota", True),
    "peta_panas": ("peta?tampilan=Titik+panas", True),
    "peta_terburuk": ("peta?tampilan=Peluang+10+terburuk", True),
    "peta_ditolak": ("peta?tampilan=Titik+panas&wilayah=Kec.+Tallo", True),
    "ringkasan_tallo": ("ringkasan?wilayah=Kec.+Tallo&kelompok=Lansia", True),
    "tren_anak": ("tren?kelompok=Anak", False),
    "kategori_anak": ("kategori?wilayah=Kec.+Tallo&kelompok=Anak", False),
    "mutu_tallo": ("mutu?wilayah=Kec.+Tallo&mutu=Tepat+waktu", False),
    "kamus_bukti": ("kamus?bagian=Bukti", False),
    "kamus_kategori": ("kamus?bagian=Kategori", False),
    "kamus_status": ("kamus?bagian=Status+kasus", False),
    "kamus_alasan": ("kamus?bagian=Alasan+dan+tanda", False),
    "kamus_sumber": ("kamus?bagian=Sumber", False),
    "profil_tallo": ("profil?wilayah=Kec.+Tallo", False),
    "profil_pannampu": ("profil?wilayah=Pannampu+(Kec.+Tallo)", False),
    "profil_lansia": ("profil?wilayah=Untia+(Kec.+Biringkanaya)&kelompok=Lansia", False),
    "cakupan_mariso": ("cakupan?wilayah=Kec.+Mariso&kelompok=Lansia", False),
    "respons_tallo": ("respons?wilayah=Kec.+Tallo&kelompok=Lansia", False),
    "kamus_metode": ("kamus?bagian=Metode+dan+batas", False),
    "padanan_tallo": ("padanan?kecamatan=Kec.+Tallo", False),
    "unggah_berkas": ("unggah", False),
    "karantina_isi": ("karantina", False),
    "unggah_petakan": ("unggah", False),
    "paspor_angka": (f"paspor?kode={SHOWN}", False),
}
"""Name of the picture -> address, and whether to wait for a map."""


def main() -> int:
    """Takes the pictures; 2 when there is no browser."""
    parser = argparse.ArgumentParser(description="Gambar setiap halaman")
    parser.add_argument("--only", nargs="*", choices=[*VIEWS], default=[*VIEWS])
    wanted = parser.parse_args().only
    path = find_browser()
    if path is None:
        print("Tidak ada peramban.", file=sys.stderr)
        return 2
    prepare(settings(), print)
    folder = ROOT / "shots"
    folder.mkdir(exist_ok=True)
    with live_server(env=dict(os.environ)) as server, sync_playwright() as playwright:
        browser = launch(playwright, path)
        for name in wanted:
            for size in SIZES:
                _shoot(browser, server.url, name, size, folder)
        browser.close()
    return 0


def _shoot(browser: Browser, url: str, name: str, size: str, folder: Path) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, user_agent=PHONE if size == "ponsel" else None)
    page = context.new_page()
    address, has_map = VIEWS[name]
    page.goto(f"{url}/{address}")
    _wait(page, has_map)
    if name in STEPS:
        STEPS[name](page)
        _wait(page, has_map)
    page.screenshot(path=folder / f"{name}_{size}.png")
    _whole(page, width)
    page.screenshot(path=folder / f"{name}_{size}_penuh.png")
    context.close()


def _drop_files(page: Page) -> None:
    """Puts files with planted errors on the page, as a clerk does."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), cases=3000, months=4, seed=2)
        files = [*sorted(Path(folder).glob("sicadas_ppks_*"))[:2], Path(folder) / "catatan.csv"]
        files[-1].write_text("hari,cuaca\n1,hujan\n", encoding="utf-8")
        page.locator("input[type=file]").set_input_files(files)
        page.get_by_test_id("stButton").filter(has_text="Simpan").wait_for()


def _drop_unknown(page: Page) -> None:
    """Puts a file on the page whose layout nobody has declared."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "daftar_tallo.csv"
        header = "Nomor Induk,Nama Orang,Masalah Sosial,Kec.,Kel./Desa,Tgl. Lapor,Keadaan,Catatan"
        row = "7371075506900001,Sitti Contoh,Fakir Miskin,Tallo,Buloa,05/10/2026,Kasus Aktif,DATA CONTOH"
        path.write_text(f"{header}\n{row}\n", encoding="utf-8")
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("heading", name="Petakan kolom").wait_for()


def _show_content(page: Page) -> None:
    page.get_by_test_id("stCheckbox").filter(has_text="Tampilkan isi").click()


STEPS = {"unggah_berkas": _drop_files, "unggah_petakan": _drop_unknown, "karantina_isi": _show_content}
"""Name of the picture -> what is done on the page before it is taken."""


def _whole(page: Page, width: int) -> None:
    """Makes the window as tall as the page, so that one picture holds all of it."""
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(tall) + 40, 6000)})
    page.wait_for_timeout(700)


def _wait(page: Page, has_map: bool) -> None:
    await_settled(page)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    if has_map:
        try:
            await_map(page)
        except PlaywrightTimeout:
            print(f"peta tidak tergambar: {page.url}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
