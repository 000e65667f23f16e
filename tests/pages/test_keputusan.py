"""Keputusan through dashboard.py: noted, changed, withdrawn and brought back by an operator, only read by a leader."""

from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics.access import Viewer
from ipsm_analytics.app import auth, cache, state
from ipsm_analytics.app.page import INSIDE, PAGES
from ipsm_analytics.config import ROOT, settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.privacy import may_write
from ipsm_analytics.rakor.decisions import Draft, State, add, decisions, history
from ipsm_analytics.rakor.snapshot import Wish, freeze
from ipsm_analytics.store import Store
from tests.cubes import BONTORANNU, MARISO
from tests.pages.screens import Open, clean, headline, said
from tests.tables import sicadas, take

YEAR = Window(Month(2026, 1), Month(2026, 10))
WORK = Draft(1, "Penjangkauan dua kali sepekan", "DINSOS-REHSOS", date(2026, 10, 31), "K03", MARISO, chosen="terburuk")
OTHER = replace(WORK, what="Verifikasi lapangan", office="DINKES", state=State.DONE, area="73.71.07")
WRITING = "Mencatat dan mengubah"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with cases and no meeting."""
    take(sicadas(tmp_path / "a.csv", *({"NIK": f"737101450690{number:04}"} for number in range(1, 8))))
    return Store(settings())


@pytest.fixture
def meeting(store: Store) -> Store:
    """A store with one meeting."""
    freeze(store, settings(), Wish("Rakor Oktober", date(2026, 10, 30), YEAR), "ani")
    return store


@pytest.fixture
def two(meeting: Store) -> Store:
    """A store with two decisions of one meeting."""
    add(meeting, WORK, "ani")
    add(meeting, OTHER, "ani")
    return meeting


def shown(app: AppTest) -> str:
    return unescape(said(app))


def field(app: AppTest, end: str):
    return next(one for one in [*app.selectbox, *app.text_area, *app.date_input] if str(one.key).endswith(end))


def press(app: AppTest, start: str, end: str = "") -> AppTest:
    button = next(one for one in app.button if str(one.key).startswith(start) and str(one.key).endswith(end))
    return clean(button.click().run())


class TestEmpty:
    def test_without_data(self, open_page: Open):
        assert "Belum ada kasus di penyimpanan" in open_page("keputusan").info[0].value

    @pytest.mark.usefixtures("store")
    def test_without_a_meeting_it_says_what_comes_first(self, open_page: Open):
        app = open_page("keputusan")
        assert headline(app) == "Belum ada keputusan rakor yang dicatat."
        assert "Belum ada rakor yang dibekukan" in app.info[0].value

    @pytest.mark.usefixtures("meeting")
    def test_with_a_meeting_a_form_is_offered(self, open_page: Open):
        app = open_page("keputusan")
        assert [one.label for one in app.expander] == ["Catat keputusan baru"]


class TestWriting:
    def test_a_decision_is_noted(self, open_page: Open, meeting: Store):
        app = open_page("keputusan")
        field(app, "_isi").set_value("Kunjungan ulang ke rumah")
        field(app, "_office").set_value("DINKES")
        field(app, "_indicator").set_value("K01")
        field(app, "_area").set_value(BONTORANNU)
        field(app, "_chosen").set_value("terburuk")
        field(app, "_due").set_value(date(2026, 12, 24))
        app = press(app, "baru_", "_simpan")
        (held,) = decisions(meeting)
        assert held.draft == Draft(
            1, "Kunjungan ulang ke rumah", "DINKES", date(2026, 12, 24), "K01", BONTORANNU, direction="turun", chosen="terburuk"
        )
        assert app.success[0].value == "KP-1 tercatat."
        assert headline(app).startswith("1 keputusan: 0 selesai, 0 lewat tenggat.")
        assert field(app, "baru_1_isi").value == ""

    def test_a_number_of_a_person_is_refused(self, open_page: Open, meeting: Store):
        app = open_page("keputusan")
        field(app, "_isi").set_value("Temui 7371014506900001")
        app = press(app, "baru_", "_simpan")
        assert "seperti NIK atau nomor telepon" in app.error[0].value
        assert decisions(meeting) == []

    def test_state_and_evidence(self, open_page: Open, two: Store):
        app = open_page("keputusan")
        field(app, "_state").set_value(State.DONE)
        field(app, "_bukti").set_value("Surat tugas 12")
        app = press(app, "maju_1_", "_simpan")
        assert "KP-1 diubah" in app.success[0].value
        assert (decisions(two)[0].draft.state, decisions(two)[0].draft.evidence) == (State.DONE, "Surat tugas 12")
        assert headline(app).startswith("2 keputusan: 2 selesai, 0 lewat tenggat.")

    def test_wording_is_changed_and_the_history_shows_it(self, open_page: Open, two: Store):
        app = open_page("keputusan")
        field(app, "ubah_1_0_isi").set_value("Penjangkauan tiga kali sepekan")
        app = press(app, "ubah_1_", "_simpan")
        assert [one.action for one in history(two, 1)] == ["catat", "ubah"]
        assert "Keputusan (satu kalimat): Penjangkauan dua kali sepekan → Penjangkauan tiga kali sepekan" in shown(app)

    def test_withdrawn_and_brought_back(self, open_page: Open, two: Store):
        app = press(open_page("keputusan"), "tarik")
        assert [one.number for one in decisions(two)] == [2]
        assert "KP-1 ditarik dari daftar" in app.success[0].value
        app = press(app, "pulihkan")
        assert [one.number for one in decisions(two)] == [1, 2]
        assert app.success[0].value == "KP-1 kembali ke daftar."


@pytest.mark.usefixtures("two")
class TestReading:
    def test_overdue_is_said_and_chosen_by_filters(self, open_page: Open):
        app = open_page("keputusan")
        assert headline(app).startswith("2 keputusan: 1 selesai, 1 lewat tenggat.")
        assert "31 Okt 2026, lewat tenggat" in shown(app)
        app.selectbox(key="kp_kantor").set_value("DINKES").run()
        assert app.selectbox(key="keputusan").options == ["KP-2 · Verifikasi lapangan"]
        app.selectbox(key="kp_keadaan").set_value(State.PLANNED).run()
        assert "Tidak ada keputusan dengan keadaan, kantor, dan kecamatan itu" in clean(app).info[0].value

    def test_a_kecamatan(self, open_page: Open):
        app = open_page("keputusan", kp_kecamatan="Kec. Mariso")
        assert app.selectbox(key="keputusan").options == ["KP-1 · Penjangkauan dua kali sepekan"]

    def test_in_english(self, open_page: Open):
        app = open_page("keputusan", bahasa="EN")
        assert headline(app).startswith("2 decisions: 1 done, 1 overdue.")
        assert "31 Oct 2026, overdue" in shown(app)

    def test_on_a_phone_each_is_a_card(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(state, "phone", lambda: True)
        app = open_page("keputusan")
        assert " ".join(item.proto.body for item in app.html).count('class="kartu putusan"') == 2

    def test_it_goes_to_another_page_and_back(self, open_page: Open):
        app = open_page("keputusan", kp_kantor="Dinas Kesehatan")
        clean(app.switch_page("pages/ringkasan.py").run())
        app = clean(app.switch_page("pages/keputusan.py").run())
        assert headline(app).startswith("2 keputusan")

    def test_it_is_worked_out_once(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        app = open_page("keputusan")
        monkeypatch.setattr(cache, "live", lambda *_: pytest.fail("worked out again"))
        app.selectbox(key="keputusan").set_value(2).run()
        assert "Dinas Kesehatan" in shown(clean(app))


class TestRoles:
    def test_it_is_for_the_office(self):
        page = next(one for one in PAGES if one.key == "keputusan")
        assert (page.section, page.roles, page.cases) == ("rakor", INSIDE, False)
        assert [may_write(role) for role in ("operator", "pimpinan", "publik", "?")] == [True, False, False, False]

    @pytest.mark.usefixtures("two")
    def test_a_leader_reads_and_cannot_write(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(auth, "viewer", lambda: Viewer("a", "pimpinan", (), signed_in=True))
        app = open_page("keputusan")
        assert headline(app).startswith("2 keputusan")
        assert WRITING not in shown(app)
        assert [one.key for one in app.button] == ["keluar_akun"]
        assert len(app.text_area) == len(app.date_input) == 0
        assert [one.label for one in app.expander] == ["Riwayat keputusan ini"]

    def test_who_lost_the_role_meanwhile_writes_nothing(self, open_page: Open, two: Store, monkeypatch: pytest.MonkeyPatch):
        app = open_page("keputusan")
        monkeypatch.setattr(auth, "viewer", lambda: Viewer("a", "pimpinan", (), signed_in=True))
        app.button(key="tarik").click().run()
        assert [one.number for one in decisions(two)] == [1, 2]

    @pytest.mark.usefixtures("two", "public")
    def test_the_public_sees_nothing(self):
        app = AppTest.from_file(str(ROOT / "pages" / "keputusan.py"), default_timeout=60).run()
        assert clean(app).error[0].value.startswith("Halaman ini hanya untuk petugas yang masuk.")
        assert len(app.html) == len(app.button) == 0
