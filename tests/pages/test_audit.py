"""Audit through dashboard.py, what the pages note, and what is withheld where nothing can be noted."""

import ast
import inspect
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics import audit
from ipsm_analytics.access import Reason, Viewer
from ipsm_analytics.app import auth, guard, state, trail
from ipsm_analytics.app.page import PAGES
from ipsm_analytics.audit import Event, events, note
from ipsm_analytics.config import ROOT, settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import Role
from ipsm_analytics.store import Kept, Store
from tests.pages.screens import Open, clean, headline, said
from tests.pages.test_data_desk import drop, press, sent
from tests.pages.test_pages import MARISO, filled
from tests.tables import sicadas, take

__all__ = ["filled"]
BAD = {"Kelurahan": "Xyz"}


def noted(*actions: str) -> list[tuple[str, str]]:
    """(action, subject) of the trail, oldest first; of these actions, or of all."""
    rows = events(Store(settings())).query("source == 'jejak'").iloc[::-1]
    return [(row["action"], row["subject"]) for row in rows.to_dict("records") if not actions or row["action"] in actions]


@pytest.fixture(autouse=True)
def nobody_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was refused in other tests of the same process does not count."""
    monkeypatch.setattr(trail, "_refusals", trail.deque(maxlen=trail.REFUSALS))


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be noted."""

    def fail(store: Store, event: Event) -> Kept:
        raise UserError("Penyimpanan tidak dapat ditulis; isinya tetap seperti semula.")

    monkeypatch.setattr(audit, "note", fail)


@pytest.fixture
def waiting(tmp_path: Path) -> None:
    """One refused row."""
    take(sicadas(tmp_path / "a.csv", {"NIK": "7371014506900001"}, BAD))


@pytest.fixture
def city(filled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the small city that may be written to."""
    import shutil

    shutil.copytree(filled, tmp_path / "kota")
    monkeypatch.setenv("IPSM_STORE", str(tmp_path / "kota"))
    return tmp_path / "kota"


class TestViews:
    @pytest.mark.usefixtures("waiting")
    def test_rows_are_noted_once_a_session_and_data_version(self, open_page: Open, tmp_path: Path):
        app = open_page("karantina")
        clean(app.run())
        assert noted("lihat") == [("lihat", "halaman:karantina")]
        take(sicadas(tmp_path / "b.csv", {"NIK": "7371014506900002"}, {**BAD, "Nama": "Sitti"}))
        clean(app.run())
        assert noted("lihat") == [("lihat", "halaman:karantina")] * 2
        open_page("karantina")
        assert len(noted("lihat")) == 3

    def test_a_page_without_rows_notes_nothing(self, open_page: Open):
        open_page("karantina")
        open_page("padanan")
        assert noted() == []

    @pytest.mark.usefixtures("waiting", "refusing")
    def test_rows_that_cannot_be_noted_are_not_shown(self, open_page: Open):
        app = open_page("karantina")
        assert "tidak dapat ditulis" in app.error[0].value
        assert len(app.dataframe) == 0
        assert len(app.get("download_button")) == 0

    @pytest.mark.usefixtures("city")
    def test_the_waiting_cases_come_with_the_filters_as_codes(self, open_page: Open):
        app = open_page("respons")
        assert noted() == [("lihat", "halaman:respons")]
        assert events(Store(settings()))["filters"][0].startswith("wilayah=73.71;kelompok=SEMUA;dari=")
        app.selectbox(key="wilayah").set_value(MARISO).run()
        assert len(noted()) == 1

    @pytest.mark.usefixtures("city", "refusing")
    def test_the_counts_are_read_where_nothing_can_be_noted(self, open_page: Open):
        app = open_page("respons")
        assert "2×24 jam" in said(app)
        assert "Kasus terbuka yang paling lama menunggu" not in [item.label for item in app.expander]
        assert "tidak dapat ditulis" in app.error[0].value

    @pytest.mark.usefixtures("city")
    def test_a_leader_sees_no_rows_and_none_are_noted(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(auth, "viewer", lambda: signed_in_as("pimpinan"))
        open_page("respons")
        assert noted() == [("masuk", "")]


def signed_in_as(role: Role) -> Viewer:
    return Viewer("kadis@contoh.go.id", role, (), signed_in=True, reason=Reason.GRANTED)


def exports() -> None:
    """A page that gives two files, and says what they hold."""
    import streamlit as st

    from ipsm_analytics.app import trail

    for name in ("ipsm_bulan.csv", "kembali_Laporan Budi.xlsx"):
        st.write(trail.exported(name, lambda: b"isi")().decode())


def comings() -> None:
    """A session that comes, is refused and goes, in every run."""
    from ipsm_analytics.access import Reason, Viewer
    from ipsm_analytics.app import trail

    who = Viewer("kadis@contoh.go.id", "pimpinan", (), signed_in=True, reason=Reason.GRANTED)
    trail.signed_in(who)
    trail.refused("unggah", "halaman", who)
    trail.access_list(b"isi")
    trail.signed_out(who)


class TestExports:
    def test_a_file_is_noted_each_time_without_the_name_its_sender_gave(self):
        app = AppTest.from_function(exports)
        clean(clean(app.run()).run())
        assert noted() == [("ekspor", "berkas:ipsm_bulan.csv"), ("ekspor", "berkas:kembali.xlsx")] * 2

    @pytest.mark.usefixtures("refusing")
    def test_a_file_that_cannot_be_noted_is_not_given(self):
        app = AppTest.from_function(exports).run()
        assert len(app.exception) == 1
        assert len(app.markdown) == 0

    @pytest.mark.usefixtures("refusing", "public")
    def test_what_is_public_is_given(self):
        app = clean(AppTest.from_function(exports).run())
        assert [item.value for item in app.markdown] == ["isi"] * 2


def test_every_download_of_the_dashboard_is_noted():
    """The one place that draws such a button hands it what was noted by trail.exported."""
    sources = [path for folder in ("ipsm_analytics/app", "pages") for path in (ROOT / folder).glob("*.py")]
    drawn = [path.stem for path in sources if "st.download_button(" in path.read_text(encoding="utf-8")]
    assert drawn == ["guard"]
    made = {one.name: ast.unparse(one) for one in ast.parse(inspect.getsource(guard)).body if isinstance(one, ast.FunctionDef)}
    assert "st.download_button(label, released(content, name), name" in made["download"]
    assert "trail.exported(name, content)" in made["released"]


def withholding() -> None:
    """A page whose file is refused when it is called for."""
    from ipsm_analytics.app import trail

    trail.withheld("ipsm_bulan.csv")()


def test_a_file_that_was_refused_is_noted():
    clean(AppTest.from_function(withholding).run())
    assert noted() == [("ditolak", "berkas:ipsm_bulan.csv")]
    assert list(events(Store(settings()))["filters"]) == ["sebab=unduh"]


class TestComings:
    def test_once_a_session_but_each_going(self):
        app = AppTest.from_function(comings)
        clean(clean(app.run()).run())
        assert [action for action, _ in noted()] == ["masuk", "ditolak", "akses", "keluar", "keluar"]

    @pytest.mark.usefixtures("refusing")
    def test_nobody_is_kept_out_where_it_cannot_be_noted(self, caplog: pytest.LogCaptureFixture):
        clean(AppTest.from_function(comings).run())
        assert [record.getMessage() for record in caplog.records if "Jejak audit" in record.getMessage()] != []
        assert "kadis" not in caplog.text

    def test_nobody_can_fill_the_disk_by_being_refused(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(trail, "_refusals", trail.deque([trail.monotonic()] * trail.REFUSALS, maxlen=trail.REFUSALS))
        clean(AppTest.from_function(comings).run())
        assert noted("ditolak") == []


def test_nothing_of_a_person_is_logged(open_page: Open, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture):
    """Neither by the server while a file is taken in, shown and refused, nor by what goes wrong with a file."""
    person = {"NIK": "7371014506900001", "Nama": "Siti Rahmawati"}
    app = drop(open_page("unggah"), sent("a.csv", person, {**person, **BAD}))
    press(app, "simpan")
    app = open_page("karantina")
    app.toggle(key="isi").set_value(True).run()
    assert "Siti Rahmawati" in str([frame.value.to_dict() for frame in clean(app).dataframe])
    output = capfd.readouterr()
    for text in (output.out, output.err, caplog.text):
        assert not any(secret in text for secret in (*person.values(), "Siti", "a.csv"))
    assert not any(secret in events(Store(settings())).to_csv() for secret in (*person.values(), "Siti", "a.csv"))


class TestPage:
    @pytest.fixture(autouse=True)
    def some(self) -> None:
        store = Store(settings())
        for number in range(60):
            note(store, Event("ekspor", "ratna@contoh.go.id", "operator", "berkas:ipsm_bulan.csv", version=number))
        note(store, Event("masuk", "kadis@contoh.go.id", "pimpinan"))

    def test_entries_newest_first_and_whether_the_chain_is_whole(self, open_page: Open):
        app = open_page("audit")
        assert headline(app) == "62 catatan oleh 3 pengguna; rantai utuh."
        assert "62 catatan jejak saling mengunci" in app.success[0].value
        shown = app.dataframe[0].value
        assert list(shown["Kegiatan"][:3]) == ["melihat halaman", "masuk", "mengambil berkas"]
        assert list(shown["Mengenai"][:3]) == ["Halaman Audit", "–", "Berkas ipsm_bulan.csv"]
        assert (len(shown), shown["Nomor"][0]) == (50, "jejak 62")
        app.selectbox(key="audit_lembar").set_value(2).run()
        assert list(clean(app).dataframe[0].value["Nomor"])[-1] == "jejak 1"

    def test_picked_out_by_action_user_and_day(self, open_page: Open):
        app = open_page("audit")
        app.selectbox(key="audit_aksi").set_value("jejak.masuk").run()
        assert headline(clean(app)) == "1 catatan oleh 1 pengguna; rantai utuh."
        app.selectbox(key="audit_siapa").set_value("ratna@contoh.go.id").run()
        assert headline(clean(app)) == "Tidak ada catatan yang cocok."
        assert len(app.dataframe) == 0
        app.selectbox(key="audit_aksi").set_value("").run()
        assert headline(clean(app)) == "60 catatan oleh 1 pengguna; rantai utuh."

    def test_a_broken_chain_is_told(self, open_page: Open):
        from tests.unit.test_audit import kept, rewritten

        store = Store(settings())
        rewritten(store, [one._replace(user="x") if one.number == 7 else one for one in kept(store)])
        app = open_page("audit")
        assert headline(app).endswith("rantai putus di nomor 7.")
        assert "bukan yang semula ditulis" in app.error[0].value

    def test_on_a_phone(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(state, "phone", lambda: True)
        app = open_page("audit")
        assert len(app.dataframe) == 0
        assert "ratna@contoh.go.id (operator) mengambil berkas: Berkas ipsm_bulan.csv" in said(app)

    def test_in_english(self, open_page: Open):
        assert headline(open_page("audit", bahasa="EN")) == "62 entries by 3 users; the chain is whole."

    @pytest.mark.parametrize("days", [{"audit_dari": "2020-01-01"}, {"audit_sampai": "lusa"}, {"audit_aksi": "budi"}])
    def test_an_address_that_is_none(self, open_page: Open, days: dict[str, str]):
        assert headline(open_page("audit", **days)).startswith("62 catatan")


class TestWho:
    def test_the_page_is_for_the_auditor_alone(self):
        page = next(page for page in PAGES if page.key == "audit")
        roles = ("publik", "pimpinan", "korcam", "operator", "auditor")
        assert [role for role in roles if page.admits(role, signed_in=True)] == ["auditor"]
        assert [role for role in roles if page.admits(role, signed_in=False)] == ["operator", "auditor"]

    @pytest.mark.parametrize("role", ["publik", "pimpinan", "korcam", "operator"])
    def test_nobody_else_who_signed_in(self, open_page: Open, role: str, monkeypatch: pytest.MonkeyPatch):
        note(Store(settings()), Event("masuk", "kadis@contoh.go.id", "pimpinan"))
        monkeypatch.setattr(auth, "viewer", lambda: signed_in_as(role))
        assert "catatan oleh" not in said(open_page("audit"))

    def test_the_auditor(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(auth, "viewer", lambda: signed_in_as("auditor"))
        assert headline(open_page("audit")).startswith("2 catatan")


def test_an_empty_trail_says_so(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trail, "viewed_rows", lambda page: True)
    app = open_page("audit")
    assert headline(app) == "Belum ada catatan."
    assert "Yang tercatat" in app.info[0].value
