"""The profile of an area on paper: one sheet of A4 with nothing cut off, and the way to it from the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from ipsm_analytics.reference import areas
from ipsm_analytics.views.i18n import Words
from scripts.browser import await_map, await_settled
from tests.e2e.test_pages import click_area, widest

WORDS = Words("id")
PLACES = (
    "",
    "?wilayah=Kec.+Tallo",
    "?wilayah=Pannampu+(Kec.+Tallo)",
    "?wilayah=Untia+(Kec.+Biringkanaya)&kelompok=Lansia",
    "?wilayah=Barrang+Caddi+(Kec.+Kepulauan+Sangkarrang)&bahasa=EN",
)
SHEETS = re.compile(rb"/Type\s*/Page\b")
MILLIMETRE = 96 / 25.4
FULL_LISTS = """() => [...document.querySelectorAll('.lembar .butir')].forEach((list, place) => {
    const text = 'kasus 12,3% '.repeat([9, 15][place]);
    list.classList.remove('tunggal');
    list.querySelector('ol').innerHTML = `<li>${text}</li>`.repeat(3);
})"""
"""Three changes and three questions, as long as the longest sentences of the catalogue with the longest name."""


@pytest.mark.parametrize("address", PLACES)
def test_prints_as_one_sheet_with_nothing_cut_off(page: Page, server: str, address: str):
    page.goto(f"{server}/profil{address}")
    await_settled(page, timeout=60)
    assert len(SHEETS.findall(page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(190 * MILLIMETRE), "height": round(279 * MILLIMETRE)})
    expect(page.locator(".lembar")).to_be_visible()
    for hidden in (".stSidebar", ".stAppHeader", ".stSelectbox", ".stButton", ".stPlotlyChart", ".judul", ".kepala"):
        assert page.locator(hidden).filter(visible=True).count() == 0
    page.evaluate(FULL_LISTS)
    room = page.evaluate(
        """() => {
            const sheet = document.querySelector('.lembar'), foot = sheet.querySelector('footer').getBoundingClientRect();
            const parts = [...sheet.children].filter((part) => part.tagName !== 'FOOTER');
            return foot.top - Math.max(...parts.map((part) => part.getBoundingClientRect().bottom));
        }"""
    )
    assert room >= 0
    wide = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.lembar *')].map((part) => part.getBoundingClientRect().right))"
    )
    assert wide <= page.locator(".lembar").bounding_box()["width"] + 1


def test_other_pages_keep_their_own_print(page: Page, server: str):
    page.goto(f"{server}/profil")
    await_settled(page, timeout=60)
    page.get_by_role("link", name=WORDS("halaman.kamus")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS("halaman.kamus"), timeout=30_000)
    await_settled(page, timeout=60)
    assert page.locator(".lembar").count() == 0


def test_the_map_leads_to_the_profile_of_the_clicked_area(page: Page, server: str):
    page.goto(f"{server}/peta")
    await_settled(page, timeout=60)
    await_map(page, 1, timeout=60)
    code = widest(page)
    click_area(page, code)
    page.get_by_role("button", name=WORDS("profil.buka")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS("halaman.profil"), timeout=30_000)
    await_settled(page, timeout=60)
    assert areas.label(code) in page.locator("p.judul").inner_text()
    expect(page.get_by_role("combobox", name="Wilayah", exact=True)).to_have_value(areas.label(code))
