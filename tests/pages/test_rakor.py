"""Rakor: freeze, choose, arrange, withdraw and bring back; every wrong wish is told and writes nothing."""

from datetime import date
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.rakor.snapshot import Wish, freeze, numbered, snapshots
from ipsm_analytics.store import Store
from tests.pages.screens import Open, clean, headline, said
from tests.tables import sicadas, take

OCTOBER = Wish("Rakor Oktober", date(2026, 10, 30), Window(Month(2026, 1), Month(2026, 9)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    take(
        sicadas(
            tmp_path / "a.csv", {"Tanggal Laporan": "2026-08-02"}, {"NIK": "7371014506900002", "Tanggal Laporan": "2026-11-20"}
        )
    )
    return Store(settings())


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    return clean(button.click().run())


def field(app: AppTest, label: str) -> object:
    (found,) = [one for kind in (app.selectbox, app.text_input) for one in kind if one.label == label]
    return found


def test_without_data_it_says_what_to_do(open_page: Open):
    app = open_page("rakor")
    assert "Belum ada rakor" in headline(app)
    assert "Belum ada kasus di penyimpanan" in app.info[0].value
    assert not app.button


def test_the_first_meeting_is_prepared_from_what_is_proposed(open_page: Open, store: Store):
    app = press(open_page("rakor"), "Siapkan rakor")
    (frozen,) = snapshots(store)
    assert (frozen.name, frozen.day, frozen.version) == ("Rakor Nov 2026", date(2026, 11, 24), 1)
    assert frozen.window == Window(Month(2026, 8), Month(2026, 10))
    assert app.success[0].value == "Rakor Nov 2026 (RK-1) dibekukan dari data v1."
    assert "Rakor terakhir yang disiapkan: Rakor Nov 2026 (RK-1), 24 Nov 2026" in unescape(headline(app))
    assert "Dibandingkan dengan tidak dibandingkan" in said(app)


def test_the_next_one_is_compared_with_the_last_and_named_apart(open_page: Open, store: Store):
    press(open_page("rakor"), "Siapkan rakor")
    app = press(open_page("rakor"), "Siapkan rakor")
    second = numbered(store, 2)
    assert (second.name, second.previous) == ("Rakor Nov 2026 (2)", 1)
    assert "RK-1 · Rakor Nov 2026" in said(app)


def test_a_name_in_use_and_crossed_months_write_nothing(open_page: Open, store: Store):
    freeze(store, settings(), OCTOBER, "ani")
    app = open_page("rakor")
    field(app, "Nama rakor").set_value("rakor oktober")
    app = press(app, "Siapkan rakor")
    assert "Nama rakor sudah dipakai." in app.error[0].value
    field(app, "Nama rakor").set_value("Lain")
    field(app, "Dari bulan").select("Okt 2026")
    field(app, "Sampai bulan").select("Agu 2026")
    app = press(app, "Siapkan rakor")
    assert "Periode terbalik" in app.error[0].value
    assert len(store.journal("rakor")) == 1


def test_an_older_meeting_is_chosen_by_its_code_in_the_address(open_page: Open, store: Store):
    freeze(store, settings(), OCTOBER, "ani")
    press(open_page("rakor"), "Siapkan rakor")
    app = open_page("rakor", rakor="RK-1 · Rakor Oktober")
    assert "Periode Jan–Sep 2026" in said(app)


def test_it_is_withdrawn_after_consent_and_brought_back(open_page: Open, store: Store):
    freeze(store, settings(), OCTOBER, "ani")
    app = open_page("rakor")
    (button,) = [one for one in app.button if one.label == "Tarik dari daftar"]
    assert button.disabled
    app.checkbox[0].check().run()
    app = press(app, "Tarik dari daftar")
    assert snapshots(store) == []
    assert "Belum ada rakor" in headline(app)
    assert app.success[0].value.startswith("Rakor Oktober (RK-1) ditarik")
    app = press(app, "Pulihkan")
    assert [one.code for one in snapshots(store)] == ["RK-1"]
    assert "Rakor Oktober" in headline(app)


def test_a_meeting_without_one_before_says_how_to_compare(open_page: Open, store: Store):
    press(open_page("rakor"), "Siapkan rakor")
    assert "Rakor ini tidak dibandingkan dengan rakor lain." in said(open_page("rakor"))


def test_what_moved_is_shown_for_the_chosen_figure_and_area(open_page: Open, store: Store):
    freeze(store, settings(), OCTOBER, "ani")
    press(open_page("rakor"), "Siapkan rakor")
    app = open_page("rakor")
    assert "Kasus dilaporkan" in said(app)
    assert "sejak Rakor Oktober" in said(app)
    app = clean(next(one for one in app.selectbox if one.label == "Angka").select("R01").run())
    assert "Kelengkapan laporan" in said(app)
    app = clean(next(one for one in app.selectbox if one.label == "Wilayah" and one.key == "tempat").select("73.71.07").run())
    assert "Kec. Tallo" in said(app)


def test_the_stage_opens_and_goes_on(open_page: Open, store: Store):
    freeze(store, settings(), OCTOBER, "ani")
    app = open_page("rakor", mode="paparan")
    (page,) = [one.proto.body for one in app.html if 'class="paparan"' in one.proto.body]
    assert "Lembar 1 dari" in page
    app = press(app, "Maju")
    (page,) = [one.proto.body for one in app.html if 'class="paparan"' in one.proto.body]
    assert "Lembar 2 dari" in page
