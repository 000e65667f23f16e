"""No clear NIK or name in anything a full sample store, its exports and the logs of a day's work consist of."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ipsm_analytics.sample import generate
from scripts.identifier_scan import Sought, identifiers, scan, sought_in
from scripts.live_server import ROOT
from tests.conftest import KEY, TODAY
from tests.e2e.conftest import Serve
from tests.e2e.test_pages import settle, visit

EXPORTS = (
    ("deck", "--out", "rakor.pptx"),
    ("deck", "--out", "rakor.pdf"),
    ("deck", "--out", "rakor.xlsx"),
    ("sheets", "--level", "kecamatan", "--out", "lembar.zip"),
    ("query", "K02", "--by", "kelurahan", "--format", "csv"),
    ("query", "K01", "--by", "kelurahan,kelompok", "--format", "json"),
    ("history",),
    ("quarantine", "list"),
)
"""What leaves the office by the command line; rows that go back to their sender are the sender's own and not among them."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files the sample store was filled from."""
    folder = tmp_path_factory.mktemp("kiriman")
    generate(folder)
    return folder


@pytest.fixture(scope="module")
def sought(sent: Path) -> Sought:
    """Every NIK, family card and name in them, mistyped ones too."""
    found = sought_in(identifiers(sent))
    assert found.count > 100_000
    return found


@pytest.fixture(scope="module")
def made(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of all exports; what each command printed stands beside them as a log."""
    folder = tmp_path_factory.mktemp("keluar")
    variables = os.environ | {"IPSM_STORE": str(sample_store), "IPSM_KEY": KEY, "IPSM_TODAY": TODAY, "PYTHONPATH": str(ROOT)}
    for number, words in enumerate(EXPORTS):
        done = subprocess.run(
            [sys.executable, "-m", "ipsm_analytics", *words], cwd=folder, env=variables, capture_output=True, check=True
        )
        (folder / f"cetakan_{number}.log").write_bytes(done.stdout + done.stderr)
    return folder


@pytest.mark.slow
def test_nothing_clear_in_the_store(sample_store: Path, sought: Sought):
    report = scan([sample_store], sought)
    assert report.files > 100
    assert report.findings == (), report.text()


@pytest.mark.long
def test_nothing_clear_in_store_and_exports(sample_store: Path, made: Path, sought: Sought):
    assert {path.suffix for path in made.iterdir()} >= {".pptx", ".pdf", ".xlsx", ".zip", ".log"}
    report = scan([sample_store, made], sought)
    assert report.files > 150
    assert report.findings == (), report.text()
    assert (report.unread == ()) is bool(shutil.which("pdftotext"))


@pytest.mark.long
def test_one_planted_number_is_found(made: Path, sought: Sought, tmp_path: Path):
    copy = shutil.copytree(made, tmp_path / "salinan")
    number = min(sought.numbers)
    with (copy / "cetakan_0.log").open("a", encoding="utf-8") as log:
        log.write(f"baris 7: {number[:4]} {number[4:8]} {number[8:]}\n")
    [found] = scan([copy], sought).findings
    assert found.place.endswith("cetakan_0.log")


@pytest.mark.long
def test_a_day_at_the_data_desk_leaves_nothing_clear_in_the_logs(
    fresh_server: Serve, new_page: Callable[..., Page], store_env: Path, sent: Path, sought: Sought, tmp_path: Path
):
    page = new_page()
    url = fresh_server(store_env)
    visit(page, f"{url}/unggah")
    page.locator("input[type=file]").set_input_files(sorted(sent.glob("kasus_*"))[:1])
    expect(page.locator(".judul")).to_contain_text("Belum disimpan.", timeout=30_000)
    settle(page)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_test_id("stAlertContainer").first).to_contain_text("Tersimpan.", timeout=30_000)
    visit(page, f"{url}/padanan")
    visit(page, f"{url}/karantina")
    report = scan([store_env, tmp_path / "server.txt"], sought)
    assert report.findings == (), report.text()
