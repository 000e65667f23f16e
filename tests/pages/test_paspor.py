"""Paspor angka: a code brings the number back with its origin, a wrong one says what is wrong with it."""

from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query
from ipsm_analytics.rakor.passport import Passport, of
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, freeze
from ipsm_analytics.rakor.states import PARTS, Part
from ipsm_analytics.store import Store
from tests.pages.screens import Open, said
from tests.tables import sicadas, take

YEAR = Window(Month(2026, 1), Month(2026, 10))
CASES = [
    {"NIK": f"737101450690{number:04}", "Kategori PPKS": kind, "Tanggal Laporan": "2026-10-02"}
    for number, kind in enumerate(["Lanjut Usia Terlantar"] * 3 + ["Anak Jalanan"] * 4, start=1)
]


@pytest.fixture
def frozen(tmp_path: Path) -> Snapshot:
    take(sicadas(tmp_path / "a.csv", *CASES))
    held = freeze(Store(settings()), settings(), Wish("Rakor Oktober", date(2026, 10, 30), YEAR), "ani")
    take(sicadas(tmp_path / "b.csv", {"NIK": "7371014506901000", "Tanggal Laporan": "2026-10-03"}))
    return held


def shown(open_page: Open, code: str) -> str:
    return unescape(said(open_page("paspor", kode=code)))


def test_it_asks_for_a_code(open_page: Open):
    app = open_page("paspor")
    assert "Ketik kode yang tercetak" in app.info[0].value
    assert said(app).count("Rumus") == 0


def test_the_number_of_a_meeting_is_that_of_the_meeting(open_page: Open, frozen: Snapshot):
    text = shown(open_page, of(frozen, Query("K01")).code)
    assert "Kasus dilaporkan, Kota Makassar, Jan–Okt 2026: 7 kasus." in text
    assert "Bekuan rakor RK-1 · Rakor Oktober" in text
    assert "Hari rakor 30 Okt 2026" in text
    assert "sama dengan program yang berjalan sekarang" in text


def test_without_a_meeting_the_data_version_is_named(open_page: Open, frozen: Snapshot):
    newest = Passport(Query("K01", window=YEAR), version=2).code
    text = shown(open_page, newest)
    assert "Jan–Okt 2026: 8 kasus." in text
    assert "tidak dibekukan untuk rakor" in text
    assert "Versi data v2" in text


def test_every_filter_is_told(open_page: Open, frozen: Snapshot):
    question = Query("K01", slice="LANSIA", area="73.71.01", sex="P", age="60+")
    text = shown(open_page, of(frozen, question).code)
    for line in ("Kec. Mariso", "Lansia", "Jenis kelamin P", "Kelompok usia 60+"):
        assert line in text


def test_another_program_is_told(open_page: Open, frozen: Snapshot):
    text = shown(open_page, replace(of(frozen, Query("K02")), edition="00000").code)
    assert "bukan program yang berjalan sekarang" in text


def test_the_figures_to_hold_it_against(open_page: Open, frozen: Snapshot):
    take(settings().published / "angka_terbit_ppks.csv")
    app = open_page("paspor", kode=of(frozen, Query("K02", slice="PPKS-04")).code)
    assert "anak yang terjaring penjangkauan" in unescape(said(app))
    (table,) = [frame.value for frame in app.dataframe]
    assert set(table["Konsep"]) == {"Anak jalanan"}
    assert len(table) == 23
    assert "Tidak ada angka terbit yang kami ketahui" in shown(open_page, of(frozen, Query("R01")).code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("abc", "Ini bukan kode paspor angka."),
        (Passport(Query("K01", window=YEAR), snapshot=9).code, "Bekuan rakor tidak ada. Ditemukan: RK-9."),
        (Passport(Query("K01", window=YEAR), version=99).code, "Versi data tidak ada. Ditemukan: v99."),
    ],
)
def test_what_cannot_be_found_is_told(open_page: Open, frozen: Snapshot, code: str, told: str):
    app = open_page("paspor", kode=code)
    assert told in app.error[0].value


def test_a_second_code_takes_the_place_of_the_first(open_page: Open, frozen: Snapshot):
    app = open_page("paspor", kode=of(frozen, Query("K01")).code)
    app.text_input(key="kode").set_value(of(frozen, Query("K02", slice="ANAK")).code).run()
    assert "Orang unik, Anak, Kota Makassar, Jan–Okt 2026: 4 orang." in unescape(said(app))
    app.text_input(key="kode").set_value("").run()
    assert "Ketik kode yang tercetak" in app.info[0].value


@pytest.fixture
def later(frozen: Snapshot) -> Snapshot:
    """The next meeting: one case of October came in since."""
    return freeze(Store(settings()), settings(), Wish("Rakor November", date(2026, 11, 20), YEAR, previous=1), "ani")


def test_a_part_of_a_change_is_told_with_all_others(open_page: Open, later: Snapshot):
    text = shown(open_page, of(later, Query("K01"), "bagian", PARTS.index(Part.LATE)).code)
    assert "Laporan terlambat dalam perubahan Kasus dilaporkan sejak Rakor Oktober: +1 (kasus)." in text
    for line in ("Rakor lalu, RK-1, Jan–Okt 2026 7", "Laporan terlambat +1", "Kini, RK-2, Jan–Okt 2026 8", "Rakor November"):
        assert line in text
    nothing = shown(open_page, of(later, Query("K02"), "bagian", PARTS.index(Part.MERGED)).code)
    assert "Gabung duplikat dalam perubahan Orang unik sejak Rakor Oktober: 0 (orang)." in nothing
    few = shown(open_page, of(later, Query("C06", area="73.71.07"), "bagian", 0).code)
    assert "sejak Rakor Oktober: belum ada pada rakor lalu." in few


def test_a_part_there_cannot_be_is_refused(open_page: Open, frozen: Snapshot, later: Snapshot):
    for held, question, part, problem in (
        (frozen, Query("K01"), 0, "Bagian perubahan ini tidak dapat dihitung. Ditemukan: RK-1 tanpa rakor pembanding."),
        (later, Query("K01"), len(PARTS), "Bagian perubahan ini tidak dikenal."),
        (later, Query("R03"), 0, "Perubahan indikator ini tidak diurai."),
    ):
        app = open_page("paspor", kode=of(held, question, "bagian", part).code)
        assert problem in app.error[0].value


def test_a_part_of_what_was_not_frozen_names_the_meeting_it_is_held_against(open_page: Open, frozen: Snapshot):
    newest = Passport(Query("K01", window=YEAR), version=2, kind="bagian", part=PARTS.index(Part.LATE)).code
    assert "sejak Rakor Oktober: +1 (kasus)." in shown(open_page, newest)
