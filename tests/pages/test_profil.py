"""Profil wilayah through dashboard.py, on the small city of tests/unit/test_views_desk.py."""

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics.app import state
from ipsm_analytics.app.page import INSIDE, PAGES
from ipsm_analytics.reference import areas
from tests.pages.screens import Open, clean, headline, said
from tests.pages.test_pages import city, filled  # noqa: F401 - fixtures
from tests.unit.test_views_desk import BONTORANNU, CITY, LETTE, MARISO, UNTIA

pytestmark = pytest.mark.usefixtures("city")


def at(app: AppTest, area: str) -> AppTest:
    return clean(app.selectbox(key="wilayah").set_value(area).run())


def test_stands_among_the_pages_for_those_inside():
    page = next(page for page in PAGES if page.key == "profil")
    assert (page.section, page.roles, page.cases) == ("pimpinan", INSIDE, True)


def test_the_city_offers_its_kecamatan_and_a_choice_opens_one(open_page: Open):
    app = open_page("profil")
    assert app.info[0].value.startswith("Pilih kecamatan atau kelurahan")
    names = [button.label for button in app.button if button.key.startswith("pilih_")]
    assert names == [areas.name(code) for code in areas.codes("kecamatan")]
    assert headline(app) == "72 kasus dilaporkan di Kota Makassar pada Jan–Okt 2026."
    app.button(key=f"pilih_{MARISO}").click().run()
    assert headline(clean(app)).startswith("70 kasus dilaporkan di Kec. Mariso")
    assert app.selectbox(key="wilayah").value == MARISO
    assert [button.key for button in app.button if button.key.startswith("pilih_")] == []


@pytest.mark.parametrize("area", [CITY, MARISO, BONTORANNU, LETTE, UNTIA])
def test_every_part_is_there_on_screen_and_on_the_sheet(open_page: Open, area: str):
    app = at(open_page("profil"), area)
    bodies = [item.proto.body for item in app.html]
    (sheet,) = [body for body in bodies if 'class="lembar"' in body]
    screen = [body for body in bodies if 'class="tulang"' in body and 'class="lembar"' not in body]
    assert (len(screen), sheet.count('class="tulang"')) == (1, 1)
    for text in ("Tiga hal yang berubah", "Tiga pertanyaan", "Respons", "Jangkauan", "Upaya PSM", "Kasus per bulan"):
        assert text in sheet
    assert f"Profil {areas.label(area)}" in sheet
    assert "data s.d. 31 Okt 2026 · versi data v4" in sheet
    assert screen[0].count("<li") == 13


def test_a_kelurahan_with_more_cases_says_so(open_page: Open):
    text = said(at(open_page("profil"), BONTORANNU))
    assert "Kasus semua masalah naik 300%: dari 10 menjadi 40 (K01)." in text
    assert "▲▲ lebih tinggi (99,8%)" in text


def test_a_silent_kelurahan_is_not_a_kelurahan_without_cases(open_page: Open):
    app = at(open_page("profil"), UNTIA)
    assert headline(app).startswith("Untia (Kec. Biringkanaya) belum melapor pada Jan–Okt 2026")
    assert "Mengapa 10 dari 10 kelurahan-bulan di Untia" in said(app)


def test_a_group_narrows_what_knows_groups(open_page: Open):
    app = at(open_page("profil"), BONTORANNU)
    app.selectbox(key="kelompok").set_value("LANSIA").run()
    text = said(clean(app))
    assert headline(app).startswith("40 kasus lansia dilaporkan di Bontorannu")
    assert "Kelengkapan laporan (semua)" in text


def test_on_a_phone(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(state, "phone", lambda: True)
    app = at(open_page("profil"), LETTE)
    assert headline(app).startswith("30 kasus dilaporkan di Lette")


def test_the_tables_open(open_page: Open):
    app = at(open_page("profil", bahasa="EN"), BONTORANNU)
    assert "Bontorannu (Kec. Mariso) against the city" in said(app)
    assert len(app.dataframe) == 1
