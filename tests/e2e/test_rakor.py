"""A meeting in a real browser: prepared on its page, led by keys, read from the back of the room, taken along in files."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pptx
import pytest
from playwright.sync_api import Error, Locator, Page, expect
from python_calamine import CalamineWorkbook

from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.rakor.snapshot import Wish, freeze
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store
from ipsm_analytics.views.i18n import Words
from scripts.live_server import live_server
from tests.conftest import KEY, TODAY
from tests.e2e.conftest import Serve, _variables
from tests.e2e.test_pages import settle, visit

WORDS = Words("id")
STAGE = "mode=paparan"
SIZES = ((1366, 768), (1920, 1080))
SMALLEST = 16.0
"""CSS pixels the letters on the stage have at least in a window of 1366 × 768."""
Opened = Callable[..., Page]

DRAWN = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return [...document.querySelectorAll('.paparan img')].every((image) => image.complete);
}"""
MEASURE = """() => {
    const box = (part) => part.getBoundingClientRect();
    const cut = [...document.querySelectorAll('.paparan .isi > div')]
        .filter((part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1)
        .map((part) => `${part.scrollHeight}/${part.clientHeight} ${part.scrollWidth}/${part.clientWidth}`);
    const own = (part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const size = (part) => parseFloat(getComputedStyle(part).fontSize);
    const letters = [...document.querySelectorAll('.paparan *')].filter(own).map(size);
    const drawn = [...document.querySelectorAll('.paparan img')].flatMap((image) => {
        const bytes = Uint8Array.from(atob(image.src.split(',')[1]), (char) => char.charCodeAt(0));
        const picture = new DOMParser().parseFromString(new TextDecoder().decode(bytes), 'image/svg+xml').documentElement;
        const [, , width, height] = picture.getAttribute('viewBox').split(' ').map(Number);
        const scale = Math.min(box(image).width / width, box(image).height / height);
        return [...picture.querySelectorAll('text')].map((text) => scale * parseFloat(text.getAttribute('font-size')));
    });
    const [whole, title, foot] = ['.paparan', '.paparan h1', '.paparan footer'].map((name) => document.querySelector(name));
    return {
        cut, letters: Math.min(...letters), drawn: drawn.length ? Math.min(...drawn) : null, title: title.innerText,
        foot: foot.innerText, mark: document.querySelector('.paparan .contoh')?.innerText,
        out: box(foot).bottom > innerHeight || whole.scrollHeight > box(whole).height + 1,
    };
}"""
"""What is cut, the smallest letters (of words and of pictures, in pixels on the screen), and what always stands on a slide."""


@dataclass(frozen=True)
class Office:
    """A server on a store of its own with two meetings beside those of the sample: RK-3 on Kec. Tallo, RK-4 on the city."""

    url: str
    store: Path


@pytest.fixture(scope="module")
def office(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("rakor")
    store = Path(shutil.copytree(sample_store, folder / "store"))
    config = Settings(store, KEY, date.fromisoformat(TODAY))
    tallo = Wish("Rakor Tallo", date(2026, 10, 30), Window(Month(2026, 7), Month(2026, 9)), "73.71.07")
    freeze(Store(config), config, tallo, "uji")
    freeze(
        Store(config), config, Wish("Rakor Kota", date(2026, 11, 2), Window(Month(2026, 1), Month(2026, 9)), previous=3), "uji"
    )
    with (folder / "log.txt").open("wb") as log, live_server(env=_variables(store), log=log) as running:
        yield Office(running.url, store)


def count(page: Page) -> int:
    """Slides of the meeting, as the slide that is shown says."""
    told = page.locator(".paparan footer b").inner_text()
    return int(told.rsplit(" ", 1)[1])


def stands(page: Page, place: int, last: int) -> None:
    expect(page.locator(".paparan footer b")).to_have_text(WORDS("paparan.nomor", ke=place, dari=last), timeout=30_000)


def press(page: Page, key: str, place: int, last: int) -> None:
    settle(page)
    page.keyboard.press(key)
    stands(page, place, last)


def title(page: Page) -> str:
    return page.locator(".paparan h1").inner_text()


def choose(page: Page, label: str, option: str) -> None:
    settle(page)
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).first.click()


def test_a_meeting_is_prepared_and_led_by_keys_and_clicker(office: Office, page: Page):
    visit(page, f"{office.url}/rakor")
    page.get_by_role("textbox", name=WORDS("rakor.nama")).fill("Rakor Kelurahan")
    page.get_by_role("button", name=WORDS("rakor.siapkan"), exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Rakor")).to_contain_text(
        "Rakor Kelurahan (RK-5) dibekukan dari data", timeout=30_000
    )
    settle(page)
    page.get_by_role("button", name=WORDS("paparan.buka")).click()
    expect(page.locator(".paparan")).to_be_visible(timeout=60_000)
    assert all(part in page.url for part in (STAGE, "bekuan=RK-5", "lembar=1"))
    last = count(page)
    assert last >= 20
    keys = (("ArrowRight", 2), ("PageDown", 3), ("Space", 4), ("ArrowDown", 5), ("PageUp", 4), ("ArrowLeft", 3), ("ArrowUp", 2))
    for key, place in (*keys, ("Home", 1), ("ArrowLeft", 1), ("End", last), ("PageDown", last)):
        press(page, key, place, last)
    press(page, "Home", 1, last)
    settle(page)
    page.get_by_role("button", name=WORDS("paparan.maju")).click()
    stands(page, 2, last)
    press(page, "Space", 3, last)
    settle(page)
    stands(page, 3, last)
    for hidden in (".stSidebar", ".stAppHeader", ".stAppToolbar"):
        assert page.locator(hidden).filter(visible=True).count() == 0
    settle(page)
    page.keyboard.press("Escape")
    expect(page.locator(".judul")).to_be_visible(timeout=30_000)
    assert STAGE not in page.url


def test_an_address_opens_its_slide_on_a_server_nobody_has_visited(office: Office, new_page: Opened, fresh_server: Serve):
    url = fresh_server(office.store)
    page = new_page()
    visit(page, f"{url}/rakor?{STAGE}&bekuan=RK-3&lembar=4")
    last = count(page)
    stands(page, 4, last)
    assert "RK-3" in page.locator(".paparan footer").inner_text()
    shown = title(page)
    press(page, "ArrowRight", 5, last)
    page.reload()
    settle(page)
    stands(page, 5, last)
    assert title(page) != shown
    for wrong, place in (("999", last), ("0", 1), ("x", 1)):
        visit(page, f"{url}/rakor?{STAGE}&bekuan=RK-3&lembar={wrong}")
        stands(page, place, last)


def test_the_list_jumps_and_an_area_is_looked_at_in_between(office: Office, page: Page):
    visit(page, f"{office.url}/rakor?{STAGE}&bekuan=RK-4")
    last = count(page)
    choose(page, WORDS("paparan.ke_lembar"), f"{last}. ")
    stands(page, last, last)
    choose(page, WORDS("paparan.ke_lembar"), "3. ")
    stands(page, 3, last)
    press(page, "PageDown", 4, last)
    press(page, "ArrowLeft", 3, last)
    settle(page)
    third = title(page)
    choose(page, WORDS("paparan.ke_wilayah"), areas.label("73.71.07"))
    expect(page.locator(".paparan h1")).to_contain_text("Kec. Tallo", timeout=30_000)
    settle(page)
    press(page, "ArrowRight", 4, last)
    press(page, "PageUp", 3, last)
    assert title(page) == third


def test_nothing_is_cut_and_all_can_be_read(office: Office, page: Page):
    visit(page, f"{office.url}/rakor?{STAGE}&bekuan=RK-4")
    last, faults = count(page), []
    for place in range(1, last + 1):
        stands(page, place, last)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(DRAWN)
            found = page.evaluate(MEASURE)
            assert {"Kota Makassar", "RK-4"} <= {part.strip() for part in re.split(r"[·\n]", found["foot"])}
            assert "Data s.d." in found["foot"]
            assert found["mark"] == "DATA CONTOH"
            smallest = min(found["letters"], found["drawn"] or SMALLEST)
            if found["cut"] or found["out"] or smallest < SMALLEST - 0.05:
                faults.append((place, width, found))
        if place < last:
            page.keyboard.press("PageDown")
    assert faults == []


def cell(page: Page, grid: Locator, row: int, right: int) -> None:
    """Marks a cell of a grid: a click on the row's first one, then that many steps to the right."""
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 35 * (row + 0.5))
    for _ in range(right):
        page.keyboard.press("ArrowRight")


def test_the_plan_is_edited_and_seen_on_the_stage(office: Office, page: Page):
    visit(page, f"{office.url}/rakor?rakor=RK-3+·+Rakor+Tallo")
    grid = page.locator("[data-testid=stDataFrame]")
    grid.scroll_into_view_if_needed()
    save = page.get_by_role("button", name=WORDS("rakor.simpan_susunan"))
    for _ in range(10):
        cell(page, grid, row=2, right=1)
        page.keyboard.press("Space")
        try:
            expect(save).to_be_enabled(timeout=5_000)
            break
        except AssertionError:
            settle(page)
    settle(page)
    written = page.locator("#portal textarea")
    for _ in range(10):
        cell(page, grid, row=1, right=3)
        page.keyboard.press("Enter")
        try:
            written.wait_for(timeout=3_000)
            break
        except Error:
            page.keyboard.press("Escape")
    written.fill("Sambutan Wali Kota lima menit")
    page.keyboard.press("Enter")
    settle(page)
    save.click()
    expect(page.get_by_role("status").filter(has_text="Rakor")).to_contain_text("Susunan Rakor Tallo disimpan.", timeout=30_000)
    settle(page)
    page.get_by_role("button", name=WORDS("paparan.buka")).click()
    expect(page.locator(".paparan")).to_contain_text("Sambutan Wali Kota lima menit", timeout=60_000)
    agenda = page.locator(".paparan li").all_inner_texts()
    assert f"2. {WORDS('agenda.nama.peta')}" in agenda
    assert not any(WORDS("agenda.nama.ringkasan") in text for text in agenda)


def test_files_arrive_and_open(office: Office, new_page: Opened):
    page = new_page(accept_downloads=True)
    visit(page, f"{office.url}/rakor?rakor=RK-3+·+Rakor+Tallo")
    files = {}
    for suffix in ("pptx", "pdf", "xlsx"):
        with page.expect_download(timeout=60_000) as waiting:
            page.get_by_role("button", name=WORDS(f"rakor.unduh_{suffix}")).click()
        assert waiting.value.suggested_filename == f"rakor_2026-10-30_RK-3.{suffix}"
        files[suffix] = Path(waiting.value.path()).read_bytes()
    assert len(pptx.Presentation(io.BytesIO(files["pptx"])).slides) > 20
    assert files["pdf"].startswith(b"%PDF-")
    assert files["pdf"].rstrip().endswith(b"%%EOF")
    assert CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"])).sheet_names[1] == WORDS("lampiran.angka")
    page.get_by_role("button", name=WORDS("rakor.buat_lembar")).click()
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=WORDS("rakor.unduh_zip")).click(timeout=60_000)
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert len(archive.namelist()) == len(areas.members("73.71.07"))
        assert archive.testzip() is None


def test_two_tabs_lead_two_meetings(office: Office, new_page: Opened):
    tallo, city = new_page(), new_page()
    visit(tallo, f"{office.url}/rakor?{STAGE}&bekuan=RK-3")
    visit(city, f"{office.url}/rakor?{STAGE}&bekuan=Rakor+Kota")
    press(city, "PageDown", 2, count(city))
    press(tallo, "End", count(tallo), count(tallo))
    settle(city)
    feet = [one.locator(".paparan footer").inner_text() for one in (tallo, city)]
    assert ["RK-3" in feet[0], "Kec. Tallo" in feet[0], "RK-4" in feet[1], "Kota Makassar" in feet[1]] == [True] * 4
