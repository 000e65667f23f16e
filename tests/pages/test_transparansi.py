"""Transparansi through dashboard.py, for the public and for the office, on a city with SPM reports and on one without.

The full city is that of tests/pages/test_cakupan.py: one elderly person for every 500 residents in March 2026.
"""

import json
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics.answers.facts import load
from ipsm_analytics.app import state
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.opendata import Kind, OpenData, Period, published
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store
from ipsm_analytics.views.i18n import Words
from tests.pages.screens import Open, clean, headline, said
from tests.pages.test_cakupan import full
from tests.pages.test_pages import city, filled

__all__ = ["city", "filled", "full"]
RUNNING = Period(Kind.RUNNING, Window(Month(2026, 1), Month(2026, 10)))
WORDS = Words("id")


@pytest.fixture
def full_city(full: Path, monkeypatch: pytest.MonkeyPatch) -> OpenData:
    """The full city is the store of the pages; what is published of it."""
    monkeypatch.setenv("IPSM_STORE", str(full))
    config = Settings(store=full, today=date(2026, 11, 24))
    store = Store(config)
    return published(load(store, store.version(store.latest_number()), config), 5)


def test_four_answers_in_words_and_figures(full_city: OpenData, open_page: Open):
    app = open_page("transparansi")
    persons = full_city.rows("ppks-kecamatan", "K02", RUNNING).iloc[0]
    complete = full_city.rows("kelengkapan-kecamatan", "R01", RUNNING).iloc[0]
    assert headline(app) == (
        f"{WORDS.number(persons['nilai'])} orang dilaporkan memerlukan bantuan pada Jan–Okt 2026. "
        "Hampir tidak ada orang yang sudah diperiksa petugas sudah dibantu. "
        f"{WORDS.number(complete['nilai'])}% laporan kelurahan sudah masuk."
    )
    text = said(app)
    for question in ("Berapa orang dilaporkan?", "Berapa yang sudah dibantu?", "Seberapa cepat", "Seberapa lengkap"):
        assert question in text
    assert "DATA CONTOH" in text


def test_every_kecamatan_shows_what_is_published_of_it(full_city: OpenData, open_page: Open):
    text = said(open_page("transparansi"))
    found = full_city.rows("ppks-kecamatan", "K02", RUNNING)
    for row in found[found["tingkat"] == "kecamatan"].to_dict("records"):
        assert f"{row['wilayah']} {WORDS.number(row['nilai'])} " in text


def test_services_show_the_newest_reported_quarter(full_city: OpenData, open_page: Open):
    text = said(open_page("transparansi"))
    assert "Lima layanan wajib (SPM), Jul–Sep 2026" in text
    assert "Disabilitas telantar 93,0% · 93/100" in text
    assert "Korban bencana belum melapor" in text


@pytest.mark.usefixtures("full_city")
class TestPeriod:
    def test_is_kept_in_the_address_and_by_whom_it_is_opened(self, open_page: Open):
        app = open_page("transparansi", masa="2026 TW1")
        assert "pada Jan–Mar 2026. Hampir tidak ada" in headline(app)
        assert "sudah dibantu (Jan–Okt 2026)." in headline(app)
        assert "Angka Jan–Okt 2026." in said(app)

    def test_a_year_before_anybody_was_served(self, open_page: Open):
        app = open_page("transparansi", masa="2025")
        assert headline(app).startswith("Belum ada angka orang yang dilaporkan pada Jan–Des 2025: disensor.")

    def test_a_period_that_does_not_exist_shows_the_running_year(self, open_page: Open):
        assert "pada Jan–Okt 2026" in headline(open_page("transparansi", masa="1999"))

    def test_every_period_can_be_chosen(self, open_page: Open):
        app = open_page("transparansi")
        chooser = app.selectbox(key="masa")
        for option in chooser.options:
            clean(app.selectbox(key="masa").select(option).run())
            assert headline(app)


@pytest.mark.usefixtures("full_city", "public")
def test_the_public_sees_the_same_as_the_office(open_page: Open):
    app = open_page("transparansi")
    assert len(app.error) == 0
    assert "Yang tidak dipublikasikan, dan alasannya" in said(app)
    assert "api/v1/paket.zip" in " ".join(item.proto.body for item in app.html)


@pytest.mark.usefixtures("full_city")
def test_the_office_sees_what_the_public_sees_and_no_kelurahan(open_page: Open):
    app = open_page("transparansi")
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert set(spec["data"][0]["locations"]) == set(areas.codes("kecamatan"))
    shown = " ".join([app.get("plotly_chart")[0].proto.spec, *(item.proto.body for item in app.html)])
    assert [code for code in areas.codes("kelurahan") if code in shown] == []


@pytest.mark.usefixtures("city")
def test_small_counts_are_withheld_and_said_so(open_page: Open):
    app = open_page("transparansi")
    text = said(app)
    assert "sebagian angka disensor karena orangnya terlalu sedikit" in text


@pytest.mark.usefixtures("full_city")
def test_on_a_phone_and_in_english(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(state, "phone", lambda: True)
    app: AppTest = open_page("transparansi", bahasa="EN")
    assert "people were reported as needing help in Jan–Oct 2026" in headline(app)
