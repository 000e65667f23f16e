"""Cakupan & jangkauan through dashboard.py: on a city with SPM reports, register and roster, and on one without.

The full city, January 2025 to October 2026, reports every month and tells of 2 to 4 visits, save UNTIA (never in 2026) and
LAE_LAE (no number of visits). In March 2026 every kelurahan but those two and MATTOANGIN finds an elderly person for every
500 residents, so that MATTOANGIN is quiet; 2025 knows one case. Each kelurahan has two families of desil 1 in the register,
of whom one is found.
"""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics import schema
from ipsm_analytics.app import state
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.reference import areas, population
from tests.conftest import KEY
from tests.pages.screens import Open, clean, headline, said
from tests.pages.test_pages import city, filled, take
from tests.tables import Cells, write
from tests.unit.test_views_desk import LAE_LAE, MARISO, UNTIA

__all__ = ["city", "filled"]
TALLO, UJUNG_PANDANG = "73.71.07", "73.71.04"
MATTOANGIN = next(code for code in areas.codes("kelurahan") if areas.name(code) == "Mattoangin")
PLACES = areas.codes("kelurahan")
SPAN = Window(Month(2025, 1), Month(2026, 10))
SERVED = {
    ("C01", 1): ("30", "100"),
    ("C01", 2): ("62", "100"),
    ("C01", 3): ("93", "100"),
    ("C02", 2): ("30", "60"),
    ("C02", 3): ("48", "60"),
    ("C03", 2): ("84", "120"),
    ("C04", 1): ("12", ""),
    ("C04", 2): ("90", "80"),
}
"""Service and quarter of 2026 -> X and Y of the city; C05 reports nothing."""


def cases() -> list[Cells]:
    """All cases, in our own template."""
    found = [code for code in PLACES if code not in {UNTIA, LAE_LAE, MATTOANGIN}]
    people = [(code, number) for code in found for number in range(round(population.by_area(code) / 500))]
    fixed = {"kategori": "PPKS-08", "status": "verifikasi", "keterangan": schema.SAMPLE_MARK}
    rows = [
        {**fixed, "id_kasus": f"K{place}", "tgl_lapor": "2026-03-02", "kode_kelurahan": code, "nik": nik(code, number)}
        for place, (code, number) in enumerate(people)
    ]
    return [*rows, {**rows[0], "id_kasus": "lama", "tgl_lapor": "2025-01-02"}]


def nik(code: str, number: int) -> str:
    return f"{7371010000000000 + 1000 * PLACES.index(code) + number + 1}"


def reports() -> list[Cells]:
    """Monthly reports of PSM, each received on the last day of the data."""
    told = [(code, month) for code in PLACES for month in SPAN.months() if code != UNTIA or month.year == 2025]
    return [
        {
            "kode_kelurahan": code,
            "bulan": f"{month.year}-{month.month:02d}",
            "tgl_terima": "2026-10-31",
            "nihil": "ya",
            "kunjungan": "" if code == LAE_LAE else str(2 + PLACES.index(code) % 3),
            "kendala": schema.SAMPLE_MARK,
        }
        for code, month in told
    ]


def spm() -> list[Cells]:
    """The quarters of SERVED, and one service of Mariso."""
    fixed = {"tahun": "2026", "sumber_sasaran": "Asesmen", "tgl_sasaran": "31/01/2026", "keterangan": schema.SAMPLE_MARK}
    whole = [
        {**fixed, "layanan": code, "triwulan": str(quarter), "terpenuhi": met, "sasaran": needed}
        for (code, quarter), (met, needed) in SERVED.items()
    ]
    part = {"layanan": "C03", "triwulan": "3", "terpenuhi": "20", "sasaran": "29", "kode_kecamatan": MARISO}
    return [*whole, {**fixed, **part}]


def register() -> list[Cells]:
    """Two persons a kelurahan, of whom the first is found where anybody is."""
    return [
        {
            "No. KK": f"{7371020000000000 + 1000 * place + number + 1}",
            "NIK": nik(code, 100 * number),
            "Nama Kepala Keluarga": f"Orang {place} {number}",
            "Alamat Lengkap": schema.SAMPLE_MARK,
            "Tanggal Lahir": "05/06/1950",
            "Jenis Kelamin": "P",
            "Kecamatan": areas.name(areas.parent(code)),
            "Kelurahan": areas.name(code),
            "Desil": "1",
        }
        for place, code in enumerate(PLACES)
        for number in range(2)
    ]


def roster() -> list[Cells]:
    return [
        {"id_psm": f"PSM-{place}", "kode_kelurahan": code, "organisasi": f"IPSM {schema.SAMPLE_MARK}"}
        for place, code in enumerate(PLACES)
    ]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of the city of this module's docstring."""
    folder = tmp_path_factory.mktemp("penuh")
    config = Settings(store=folder / "store", key=KEY)
    tables = {
        "kasus": (schema.TEMPLATE_COLUMNS, cases()),
        "laporan": (schema.MONTHLY_REPORT_COLUMNS, reports()),
        "spm": (schema.SPM_COLUMNS, spm()),
        "register": (schema.SICADAS_DTSEN_COLUMNS, register()),
        "roster": (schema.ROSTER_COLUMNS, roster()),
    }
    take([write(folder / f"{name}.csv", header, rows) for name, (header, rows) in tables.items()], config)
    return config.store


@pytest.fixture
def page(full: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page on the full city, as it opens."""
    monkeypatch.setenv("IPSM_STORE", str(full))
    return open_page("cakupan")


def chosen(app: AppTest, **filters: object) -> AppTest:
    """The page after one filter after the other was set."""
    for key, value in filters.items():
        clean(app.selectbox(key=key).set_value(value).run())
    assert len(app.error) == 0
    return app


def column(app: AppTest, head: str, *beside: str) -> list[str]:
    """A column of the listing that has it and the others."""
    (found,) = [item.value for item in app.dataframe if {head, *beside} <= set(item.value.columns)]
    return found[head].tolist()


@pytest.mark.parametrize("address", [{}, {"wilayah": "Kec. Mariso"}, {"kelompok": "LANSIA"}])
def test_opens_and_says_what_is_missing(city: Path, open_page: Open, address: dict[str, str]):
    app = open_page("cakupan", **address)
    assert "Belum ada laporan capaian SPM" in headline(app)
    assert "Kelurahan sunyi belum dapat dinilai" in headline(app)
    assert "Ditemukan" in said(app)


class TestFullCity:
    def test_the_headline_compares_at_a_shared_quarter_and_counts_quiet_places(self, page: AppTest):
        assert headline(page) == (
            "Capaian SPM terendah di Kota Makassar: Anak telantar, 50,0% (30 dari 60 orang, 2026 TW2); selisih 30 orang. "
            "Baru 4 dari 5 layanan yang dilaporkan. Dibandingkan pada 2026 TW2, triwulan terbaru yang ada untuk semuanya; "
            "Disabilitas telantar dan Anak telantar sudah punya angka yang lebih baru. "
            "1 kelurahan jauh di bawah harapan; 1 kelurahan belum melapor."
        )

    def test_cells_tell_shares_and_states_apart(self, page: AppTest):
        text = said(page)
        assert "TW3 93,0% 93/100 90% ke atas" in text
        assert "TW4 ○ belum jatuh tempo" in text
        assert "TW1 ? sasaran belum ada X = 12" in text
        assert "TW2 112,5% 90/80 X melebihi Y, periksa sasaran" in text
        assert "Korban bencana TW1 × belum dilaporkan" in text
        assert (
            "Terbaru 80,0% 95%: 68,2–88,2 TW3: 80% ke atas Selisih (orang) 12 Sumber dan tanggal Y Asesmen, 31 Jan 2026" in text
        )

    def test_quiet_and_silent_are_listed_each_with_what_to_do(self, page: AppTest):
        assert column(page, "Wilayah", "Tindak lanjut") == [areas.label(MATTOANGIN), areas.label(UNTIA)]
        assert column(page, "Kasus", "Tindak lanjut") == ["0", "belum melapor"]

    def test_a_kelurahan_without_visits_does_not_silence_its_kecamatan(self, page: AppTest):
        place = areas.codes("kecamatan").index(UJUNG_PANDANG)
        assert column(page, "Dasar")[place].startswith("9 dari 10 kelurahan (")
        assert column(page, "Laju (95%)", "Dasar")[place] != "–"

    def test_a_kecamatan_that_reports_and_one_that_does_not(self, page: AppTest):
        app = chosen(page, wilayah=MARISO)
        assert headline(app).startswith(
            "Capaian SPM di Kec. Mariso baru dilaporkan untuk Lansia telantar: "
            "69,0% (20 dari 29 orang, 2026 TW3); selisih 9 orang. "
        )
        assert headline(app).endswith("1 kelurahan jauh di bawah harapan; 0 kelurahan belum melapor.")
        app = chosen(app, wilayah=TALLO)
        assert headline(app).startswith("Capaian SPM terendah di Kota Makassar")
        assert headline(app).endswith("0 kelurahan jauh di bawah harapan; 0 kelurahan belum melapor.")

    def test_a_kelurahan_stands_under_its_kecamatan_and_a_silent_one_says_so(self, page: AppTest):
        app = chosen(page, wilayah=MATTOANGIN)
        assert headline(app).startswith("Capaian SPM di Kec. Mariso")
        assert column(app, "Wilayah", "Tindak lanjut") == [areas.label(MATTOANGIN)]
        app = chosen(app, wilayah=UNTIA)
        assert "belum melapor" in headline(app)
        assert column(app, "Kasus", "Tindak lanjut") == ["belum melapor"]

    def test_group_and_category_change_what_knows_them_and_not_the_services(self, page: AppTest):
        app = chosen(page, kelompok="LANSIA")
        assert "TW3 93,0% 93/100" in said(app)
        assert column(app, "Kelompok") == ["Lansia"]
        app = chosen(app, kelompok="PPKS-14")
        assert "TW3 93,0% 93/100" in said(app)
        assert "Kelurahan sunyi belum dapat dinilai" in headline(app)
        assert set(column(app, "Kesimpulan", "Dasar")) == {"tidak dinilai, tidak ada kasus"}

    def test_a_year_without_spm_says_so(self, page: AppTest):
        app = chosen(page, dari=Month(2025, 1), sampai=Month(2025, 12))
        assert headline(app).startswith("Belum ada laporan capaian SPM untuk tahun 2025.")
        text = said(app)
        assert text.count("× belum dilaporkan") == 25
        assert "○ belum jatuh tempo" not in text
        assert "TW3 93,0% 93/100" in said(chosen(app, sampai=Month(2026, 10)))


def test_on_a_phone_and_in_english(full: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("IPSM_STORE", str(full))
    monkeypatch.setattr(state, "phone", lambda: True)
    app = open_page("cakupan", bahasa="EN")
    assert headline(app).startswith("Lowest SPM coverage in Kota Makassar")
    assert "TW1 × not reported" in said(app)
