"""The page Kategori through dashboard.py, on the store of tests/pages/test_pages.py."""

import pytest

from tests.pages.screens import Open, clean, headline, said
from tests.pages.test_pages import city, filled  # noqa: F401
from tests.unit.test_views_desk import LETTE, MARISO, UNTIA

pytestmark = pytest.mark.usefixtures("city")


def test_opens_with_the_commonest_problem(open_page: Open):
    app = open_page("kategori")
    assert "Lansia dan Kemiskinan hampir sama banyak (40 dan 30 dari 71 orang)" in headline(app)
    assert "71 orang, 72 kasus, 72 kasus-kategori" in said(app)
    assert "Jenis kelamin tidak diketahui" in said(app)


def test_of_a_kecamatan_and_a_group(open_page: Open):
    app = open_page("kategori")
    app.selectbox(key="wilayah").set_value(MARISO).run()
    app.selectbox(key="kelompok").set_value("LANSIA").run()
    assert headline(clean(app)).startswith("40 orang dengan masalah lanjut usia terlantar dilaporkan di Kec. Mariso")


def test_of_few_persons_nothing_is_concluded(open_page: Open):
    app = open_page("kategori", dari="Okt 2026")
    app.selectbox(key="wilayah").set_value(LETTE).run()
    assert headline(clean(app)).startswith("Hanya 3 orang dilaporkan di Lette")


def test_of_a_silent_kelurahan_only_that_is_said(open_page: Open):
    app = open_page("kategori")
    app.selectbox(key="wilayah").set_value(UNTIA).run()
    assert "belum melapor" in headline(clean(app))
    assert "per 10.000 penduduk" not in said(app)
