"""A clerk at the data desk, in a real browser: sees before saving, sends rows back, settles them, takes an import back."""

import re
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Page, expect

from ipsm_analytics.intake import readers
from tests.e2e.conftest import Serve
from tests.e2e.test_pages import settle, visit
from tests.tables import sicadas, take, template

FIRST, SECOND = ({"NIK": f"737101450690000{number}"} for number in (1, 2))
BAD = {"Kelurahan": "Xyz"}


def drop(page: Page, *paths: Path) -> None:
    """Puts files on the page, once the box of the round before is gone."""
    box = page.locator("input[type=file]")
    expect(box).to_have_count(1)
    box.set_input_files(paths)
    expect(page.locator(".judul")).to_contain_text("Belum disimpan.")
    settle(page)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    settle(page)


def mended(path: Path, **change: str) -> Path:
    """The returned workbook with its one row corrected."""
    [row] = readers.read(path).cells.to_pylist()
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Perbaikan")
        for line, texts in enumerate((row, {**row, **change}.values())):
            for place, text in enumerate(texts):
                sheet.write_string(line, place, text)
    return path


def test_a_bad_row_goes_back_and_its_correction_settles_it(
    fresh_server: Serve, new_page: Callable[..., Page], store_env: Path, tmp_path: Path
):
    page = new_page(accept_downloads=True)
    url = fresh_server(store_env)
    visit(page, f"{url}/unggah")
    drop(page, sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}))
    expect(page.locator(".judul")).to_contain_text("1 akan diterima (0 pembaruan), 1 akan dikarantina, 0 ganda.")
    press(page, "Simpan")
    expect(page.get_by_role("status")).to_contain_text("Tersimpan. 1 berkas, 2 baris dibaca: 1 diterima")
    page.get_by_role("link", name="Karantina").click()
    expect(page.locator(".judul")).to_contain_text("1 baris dari 1 berkas menunggu dibetulkan")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh untuk pengirim (XLSX)").click()
    path = tmp_path / "kembali.xlsx"
    download.value.save_as(path)
    assert "Kelurahan tidak dikenal." in readers.read(path).cells["ALASAN"][0].as_py()
    page.get_by_role("link", name="Unggah").click()
    settle(page)
    drop(page, mended(path, Kelurahan="Lette"))
    press(page, "Simpan")
    expect(page.get_by_text("1 baris karantina selesai dengan berkas ini.")).to_be_visible()
    page.get_by_role("link", name="Karantina").click()
    expect(page.locator(".judul")).to_have_text("Tidak ada baris yang menunggu dibetulkan.")
    page.get_by_role("link", name="Riwayat").click()
    expect(page.locator(".judul")).to_contain_text("2 impor tercatat. Yang terakhir v2")


def test_cancelling_and_undo_with_the_keyboard(
    fresh_server: Serve, new_page: Callable[..., Page], store_env: Path, tmp_path: Path
):
    page = new_page()
    url = fresh_server(store_env)
    visit(page, f"{url}/unggah")
    drop(page, sicadas(tmp_path / "a.csv", FIRST))
    page.get_by_role("button", name="Batal", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile("Dibatalkan. Tidak ada yang disimpan."))
    drop(page, sicadas(tmp_path / "a.csv", FIRST))
    page.get_by_role("button", name="Simpan", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Tersimpan.")
    page.get_by_role("link", name="Riwayat").click()
    settle(page)
    undo = page.get_by_role("button", name="Batalkan v1")
    expect(undo).to_be_disabled()
    page.get_by_role("checkbox").press("Space")
    expect(undo).to_be_enabled()
    undo.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Impor v1 (a.csv) dibatalkan; data kini v2.")


def test_a_pair_is_decided_and_reopened_with_the_keyboard(
    fresh_server: Serve, new_page: Callable[..., Page], store_env: Path, tmp_path: Path
):
    spellings = ("Sitti Fatimah Dg. Ngai", "St. Patima Daeng Ngai", "Sitti Patimah Dg Ngai")
    rows = [
        {"id_kasus": f"K-{number}", "nama": name, "jk": "P", "tgl_lahir": "05/06/1990"} for number, name in enumerate(spellings)
    ]
    take(template(tmp_path / "a.csv", {**rows[0], "nik": "7371014506900001"}, *rows[1:]))
    page = new_page()
    visit(page, f"{fresh_server(store_env)}/padanan")
    expect(page.locator(".judul")).to_have_text("3 pasang mungkin orang yang sama menunggu putusan; 0 sudah diputuskan.")
    chosen = page.get_by_role("combobox", name="Pasangan", exact=True)
    first = chosen.input_value().split(" ")[0]
    page.get_by_role("button", name="Orang yang sama", exact=True).press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"Pasangan {first} dicatat sebagai orang yang sama; data kini v2")
    settle(page)
    assert chosen.input_value().split(" ")[0] != first
    visit(page, page.url.split("?")[0] + "?keadaan=Orang+yang+sama")
    expect(page.get_by_text("Diputuskan: Orang yang sama, oleh ")).to_be_visible()
    page.get_by_role("button", name="Cabut putusan", exact=True).press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"Putusan pasangan {first} dicabut; data kini v3")
    expect(page.locator(".judul")).to_contain_text("3 pasang mungkin orang yang sama menunggu putusan")
