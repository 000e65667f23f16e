"""The data desk: files are seen before they are saved, rows go back, imports are taken back; nothing happens unasked."""

import csv
import io
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.export.returned import returned_files
from ipsm_analytics.export.templates import TEMPLATES
from ipsm_analytics.linking import pairs as linked
from ipsm_analytics.quarantine import waiting
from ipsm_analytics.reference import categories
from ipsm_analytics.store import Store
from tests.pages.screens import Open, clean, headline, said
from tests.tables import GOOD, sicadas, stored, take, template, workbook

FIRST, SECOND, THIRD = ({"NIK": f"737101450690000{number}"} for number in (1, 2, 3))
BAD = {"Kelurahan": "Xyz"}
NEW_LABEL = {"Kategori PPKS": "Warga Rentan Baru"}


def sent(name: str, *changes: dict[str, str]) -> tuple[str, bytes, str]:
    """A Sicadas file as the browser hands it over."""
    text = io.StringIO()
    writer = csv.DictWriter(text, schema.SICADAS_PPKS_COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({**GOOD, **change} for change in changes)
    return name, text.getvalue().encode(), "text/csv"


def drop(app: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    app.file_uploader[0].set_value(list(files))
    return clean(app.run())


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return clean(app.run())


def newest() -> int:
    return Store(settings()).latest_number()


class TestUpload:
    def test_files_are_seen_before_they_are_saved(self, open_page: Open):
        app = drop(open_page("unggah"), sent("a.csv", FIRST, SECOND, BAD))
        assert headline(app).startswith("Belum disimpan. 1 berkas, 3 baris dibaca: 2 akan diterima (0 pembaruan), 1 akan dikar")
        assert "Kelurahan tidak dikenal." in said(app)
        assert "Kasus: 0 → 2 (+2). Tanggal barisnya 5 Okt 2026 sampai 5 Okt 2026." in said(app)
        assert newest() == 0

    def test_saving_takes_them_in_once(self, open_page: Open):
        app = press(drop(open_page("unggah"), sent("a.csv", FIRST, BAD), sent("b.csv", FIRST, SECOND)), "simpan")
        assert app.success[0].value == "Tersimpan. 2 berkas, 4 baris dibaca: 2 diterima (0 pembaruan), 1 dikarantina, 1 ganda."
        assert (newest(), stored().num_rows, stored("karantina").num_rows) == (2, 2, 1)
        clean(app.run())
        assert newest() == 2

    def test_cancelling_leaves_no_trace(self, open_page: Open):
        app = press(drop(open_page("unggah"), sent("a.csv", FIRST, BAD)), "batal")
        assert app.success[0].value == "Dibatalkan. Tidak ada yang disimpan."
        assert (newest(), stored().num_rows, stored("karantina").num_rows) == (0, 0, 0)
        assert len(app.button) == 0

    def test_a_second_file_is_checked_on_top_of_the_first(self, open_page: Open):
        app = drop(open_page("unggah"), sent("a.csv", FIRST), sent("b.csv", {**FIRST, "Status": "Selesai"}))
        assert "2 akan diterima (1 pembaruan)" in headline(app)
        assert "Kasus: 1 → 1 (0)." in said(app)

    def test_a_refused_file_keeps_no_other_out(self, open_page: Open):
        app = drop(open_page("unggah"), ("catatan.csv", b"hari,cuaca\n1,hujan\n", "text/csv"), sent("a.csv", FIRST))
        assert headline(app).endswith("1 berkas ditolak seluruhnya.")
        assert "catatan.csv · ditolak" in said(app)
        press(app, "simpan")
        assert stored().num_rows == 1

    def test_nothing_but_refused_files_cannot_be_saved(self, open_page: Open):
        app = drop(open_page("unggah"), ("catatan.csv", b"hari,cuaca\n1,hujan\n", "text/csv"))
        assert app.button(key="simpan").disabled
        assert not app.button(key="batal").disabled

    def test_the_kind_can_be_said(self, open_page: Open):
        app = drop(open_page("unggah"), sent("a.csv", FIRST))
        app.selectbox(key="jenis").set_value("laporan-bulanan")
        assert "bukan Laporan bulanan PSM" in clean(app.run()).error[0].value

    def test_what_changed_in_the_meantime_is_seen(self, open_page: Open, tmp_path: Path):
        app = drop(open_page("unggah"), sent("a.csv", FIRST))
        take(sicadas(tmp_path / "lain.csv", FIRST))
        assert "0 akan diterima (0 pembaruan), 0 akan dikarantina, 1 ganda" in headline(clean(app.run()))

    def test_other_files_ask_anew(self, open_page: Open):
        app = drop(open_page("unggah"), sent("a.csv", FIRST))
        assert "2 akan diterima" in headline(drop(app, sent("b.csv", FIRST, SECOND)))

    def test_in_english(self, open_page: Open):
        app = drop(open_page("unggah", bahasa="EN"), sent("a.csv", FIRST))
        assert headline(app).startswith("Not saved yet. 1 files, 1 rows read: 1 will be accepted")


ODD_HEADER = ("Nomor Induk", "Nama Orang", "Masalah Sosial", "Kec.", "Kel./Desa", "Tgl. Lapor", "Keadaan")
ODD_FIELDS = ("nik", "nama", "kategori", "kecamatan", "kelurahan", "tgl_lapor", "status")


def odd(name: str = "odd.csv") -> tuple[str, bytes, str]:
    """A file nobody declared: GOOD under other headers."""
    text = io.StringIO()
    csv.writer(text).writerows([ODD_HEADER, [*GOOD.values()]])
    return name, text.getvalue().encode(), "text/csv"


class TestMapping:
    def box(self, app: AppTest, field: str):
        return next(one for one in app.selectbox if one.key and one.key.endswith(f"_sicadas-ppks_{field}"))

    def text(self, app: AppTest, start: str):
        return next(one for one in app.text_input if one.key and one.key.startswith(start))

    def button(self, app: AppTest, start: str):
        return next(one for one in app.button if one.key and one.key.startswith(start))

    def mapped(self, app: AppTest) -> AppTest:
        kind = next(one for one in app.selectbox if one.key and one.key.startswith("jenis_"))
        clean(kind.set_value("sicadas-ppks").run())
        for field, header in zip(ODD_FIELDS, ODD_HEADER, strict=True):
            clean(self.box(app, field).set_value(header).run())
        for other in ("lokasi", "keterangan"):
            if any(one.key.endswith(f"_sicadas-ppks_{other}") for one in app.selectbox if one.key):
                clean(self.box(app, other).set_value("").run())
        return app

    def test_an_unknown_layout_is_mapped_saved_and_recognised(self, open_page: Open):
        app = drop(open_page("unggah"), odd())
        assert "Bentuk berkas ini belum dikenal" in app.warning[0].value
        self.mapped(app)
        assert self.button(app, "pakai_").disabled
        assert "Sitti" not in str([frame.value.to_dict() for frame in app.dataframe])
        clean(self.text(app, "oleh_").input("Bidang Data").run())
        self.button(app, "pakai_").click()
        clean(app.run())
        assert "1 akan diterima" in headline(app)
        assert "Dibaca menurut pemetaan yang diperiksa Bidang Data." in said(app)
        press(app, "simpan")
        assert stored().num_rows == 1
        again = drop(open_page("unggah"), odd("bulan_depan.csv"))
        assert "0 akan diterima (0 pembaruan), 0 akan dikarantina, 1 ganda" in headline(again)

    def test_a_mapping_that_lacks_a_required_column_is_told_so(self, open_page: Open):
        app = self.mapped(drop(open_page("unggah"), odd()))
        clean(self.box(app, "status").set_value("").run())
        assert "kolom wajib belum dipetakan: status" in app.warning[1].value
        assert not [one for one in app.button if one.key and one.key.startswith("pakai_")]
        clean(self.text(app, "tetap_").input("Kasus Aktif").run())
        assert [one for one in app.button if one.key and one.key.startswith("pakai_")]

    def test_a_mapping_can_be_discarded(self, open_page: Open):
        app = self.mapped(drop(open_page("unggah"), odd()))
        clean(self.text(app, "oleh_").input("Bidang Data").run())
        self.button(app, "pakai_").click()
        clean(app.run())
        self.button(app, "lupakan_").click()
        clean(app.run())
        assert "Bentuk berkas ini belum dikenal" in app.warning[0].value
        assert newest() == 0


class TestQuarantine:
    @pytest.fixture(autouse=True)
    def two_files(self, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}), sicadas(tmp_path / "b.csv", {**THIRD, **NEW_LABEL}))

    def test_waiting_rows_are_counted_without_their_content(self, open_page: Open):
        app = open_page("karantina")
        assert headline(app).startswith("2 baris dari 2 berkas menunggu dibetulkan")
        assert list(app.dataframe[0].value["Berkas"]) == ["a.csv", "b.csv"]
        assert "Sitti" not in str(app.dataframe[0].value)

    def test_a_row_of_another_sheet_and_a_cell_of_a_recap_say_where_they_stand(self, open_page: Open, tmp_path: Path):
        header = list(GOOD)
        sheets = {"Satu": [header, list(GOOD.values())], "Dua": [header, list({**GOOD, **BAD}.values())]}
        table = [["REKAP PPKS TAHUN 2025"], [], ["Kecamatan", "Pengemis", "Lansia"], ["Mariso", "tujuh", 1], ["Tallo", 2, 3]]
        take(workbook(tmp_path / "c.xlsx", sheets), workbook(tmp_path / "d.xlsx", {"Rekap": table}))
        listed = open_page("karantina").dataframe[0].value
        assert dict(zip(listed["Berkas"], listed["Baris"], strict=True)) | {"a.csv": "", "b.csv": ""} == {
            "a.csv": "",
            "b.csv": "",
            "c.xlsx": "lembar ke-2, 2",
            "d.xlsx": "baris 4 kolom B",
        }

    def test_filters_narrow_what_is_listed(self, open_page: Open):
        app = open_page("karantina")
        app.selectbox(key="berkas").set_value("b.csv").run()
        assert list(clean(app).dataframe[0].value["Berkas"]) == ["b.csv"]
        app.selectbox(key="alasan").set_value("KEL_UNKNOWN").run()
        assert "Tidak ada baris dengan berkas dan alasan itu" in clean(app).info[0].value

    def test_content_is_shown_when_asked_for(self, open_page: Open):
        app = open_page("karantina")
        app.toggle(key="isi").set_value(True).run()
        assert list(clean(app).dataframe[0].value["Nama"]) == ["Sitti Contoh", "Sitti Contoh"]

    def test_trying_again_takes_what_is_good_now(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        app = press(open_page("karantina"), "ulangi")
        assert app.success[0].value == "0 dari 2 baris kini diterima; sisanya tetap menunggu."
        assert newest() == 2
        known = categories.match
        monkeypatch.setattr(
            categories,
            "match",
            lambda text: categories.CategoryMatch("baik", "PPKS-24") if text == "Warga Rentan Baru" else known(text),
        )
        app = press(app, "ulangi")
        assert app.success[0].value == "1 dari 2 baris kini diterima; sisanya tetap menunggu."
        assert (stored().num_rows, list(waiting(settings())["file"])) == (2, ["a.csv"])

    def test_old_rows_are_destroyed_only_after_consent(self, open_page: Open):
        app = open_page("karantina")
        assert app.button(key="hapus").disabled
        app.checkbox[0].set_value(True).run()
        app = press(clean(app), "hapus")
        assert app.success[0].value.startswith("0 baris karantina dihancurkan")
        assert len(waiting(settings())) == 2


class TestHistory:
    def test_an_import_is_taken_back_only_after_consent(self, open_page: Open, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", FIRST), sicadas(tmp_path / "b.csv", SECOND, BAD))
        app = open_page("riwayat")
        assert headline(app).startswith("2 impor tercatat. Yang terakhir v2")
        assert app.button(key="batalkan").disabled
        assert app.markdown[0].value == "v2 (b.csv): 1 kasus dan 1 baris karantina dikeluarkan."
        app.checkbox[0].set_value(True).run()
        app = press(clean(app), "batalkan")
        assert app.success[0].value == "Impor v2 (b.csv) dibatalkan; data kini v3."
        assert (stored().num_rows, stored("karantina").num_rows) == (1, 0)
        assert list(app.dataframe[0].value["Peristiwa"]) == ["pembatalan", "impor, dibatalkan oleh v3", "impor"]
        assert app.button(key="batalkan").disabled

    def test_consent_is_for_one_import_only(self, open_page: Open, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", FIRST), sicadas(tmp_path / "b.csv", SECOND))
        app = open_page("riwayat")
        app.checkbox[0].set_value(True).run()
        app.selectbox(key="impor").set_value(1).run()
        assert clean(app).button(key="batalkan").disabled


def test_templates_are_offered_with_the_meaning_of_each_column(open_page: Open):
    app = open_page("templat")
    assert [item.proto.label for item in app.get("download_button")] == ["Unduh templat (XLSX)"] * len(TEMPLATES)
    assert list(app.dataframe[0].value["Kolom"]) == list(schema.TEMPLATE_COLUMNS)


def test_a_returned_workbook_dropped_on_the_page_settles_its_rows(open_page: Open, tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}))
    [(name, content)] = returned_files(waiting(settings()), settings()).items()
    app = drop(open_page("unggah"), (name, content, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
    assert "0 akan diterima (0 pembaruan), 1 akan dikarantina, 0 ganda" in headline(app)
    press(app, "simpan")
    assert (newest(), len(waiting(settings()))) == (1, 1)


class TestPairs:
    @pytest.fixture(autouse=True)
    def three_alike(self, tmp_path: Path):
        """One person under three spellings: three pairs."""
        spellings = ("Sitti Fatimah Dg. Ngai", "St. Patima Daeng Ngai", "Sitti Patimah Dg Ngai")
        known = {"jk": "P", "tgl_lahir": "05/06/1990"}
        rows = [{**known, "id_kasus": f"K-{number}", "nama": name} for number, name in enumerate(spellings)]
        take(template(tmp_path / "a.csv", {**rows[0], "nik": "7371014506900001"}, *rows[1:]))

    def test_are_shown_with_their_evidence_and_paper_but_no_name(self, open_page: Open):
        app = open_page("padanan")
        assert headline(app) == "3 pasang mungkin orang yang sama menunggu putusan; 0 sudah diputuskan."
        assert "mirip bunyi, ejaan lain" in said(app)
        assert "a.csv, baris 3" in said(app)
        assert "Lette (Kec. Mariso)" in said(app)
        shown = said(app) + str(app.dataframe[0].value)
        assert not any(text in shown for text in ("Fatimah", "Patima", "7371014506900001"))

    def test_a_decision_is_told_and_the_next_pair_is_offered(self, open_page: Open):
        app = open_page("padanan")
        first, second, third = app.dataframe[0].value["Pasangan"]
        app.selectbox(key="pasangan").set_value(second).run()
        app = press(clean(app), "beda")
        assert app.success[0].value == f"Pasangan {second} dicatat sebagai orang berbeda; data kini v2."
        assert app.selectbox(key="pasangan").value == third
        assert headline(app).startswith("2 pasang mungkin orang yang sama menunggu putusan; 1 sudah")
        assert list(app.dataframe[0].value["Pasangan"]) == [first, third]
        app = press(app, "sama")
        assert (
            app.success[0].value
            == f"Pasangan {third} dicatat sebagai orang yang sama; data kini v3 dan keduanya dihitung satu orang."
        )
        assert app.selectbox(key="pasangan").value == first

    def test_a_decision_is_withdrawn(self, open_page: Open):
        app = press(open_page("padanan"), "sama")
        app.selectbox(key="keadaan").set_value("sama").run()
        (name,) = clean(app).dataframe[0].value["Pasangan"]
        assert app.markdown[0].value.startswith("Diputuskan: Orang yang sama, oleh ")
        app = press(app, "cabut")
        assert app.success[0].value == f"Putusan pasangan {name} dicabut; data kini v3 dan pasangan itu menunggu lagi."
        assert headline(app).startswith("3 pasang mungkin orang yang sama menunggu putusan; 0 sudah")
        assert app.info[0].value == "Tidak ada pasangan dengan keadaan dan kecamatan itu. Pilih yang lain."

    def test_a_contradiction_is_refused_and_nothing_is_kept(self, open_page: Open):
        app = press(press(open_page("padanan"), "beda"), "sama")
        before = newest()
        app = press(app, "sama")
        assert app.error[0].value.startswith("Putusan padanan saling bertentangan.")
        assert newest() == before
        assert headline(app).startswith("1 pasang mungkin orang yang sama menunggu putusan; 2 sudah")

    def test_a_pair_joined_by_others_has_nothing_to_decide_or_withdraw(self, open_page: Open):
        app = press(press(open_page("padanan"), "sama"), "sama")
        assert headline(app).startswith("0 pasang mungkin orang yang sama menunggu putusan; 3 sudah")
        app.selectbox(key="keadaan").set_value("sama").run()
        told = []
        for name in clean(app).dataframe[0].value["Pasangan"]:
            app.selectbox(key="pasangan").set_value(name).run()
            told.append(
                (clean(app).markdown[0].value.startswith("Sudah satu orang"), "cabut" in [item.key for item in app.button])
            )
        assert sorted(told) == [(False, True), (False, True), (True, False)]

    def test_filters_narrow_what_is_listed(self, open_page: Open):
        app = open_page("padanan")
        app.selectbox(key="kecamatan").set_value("73.71.07").run()
        assert clean(app).info[0].value.startswith("Tidak ada pasangan dengan keadaan dan kecamatan itu.")
        app.selectbox(key="kecamatan").set_value("73.71.01").run()
        assert len(clean(app).dataframe[0].value) == 3

    def test_are_compared_once_for_the_same_cases(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        compared: list[int] = []
        real = linked.scored
        monkeypatch.setattr(linked, "scored", lambda *args: compared.append(1) or real(*args))
        app = press(press(open_page("padanan"), "beda"), "beda")
        assert (len(compared), newest()) == (1, 3)
        clean(app.run())
        assert len(compared) == 1

    def test_decisions_are_in_the_history_but_not_undone_there(self, open_page: Open):
        app = press(open_page("padanan"), "sama")
        app.selectbox(key="keadaan").set_value("sama").run()
        press(clean(app), "cabut")
        history = open_page("riwayat")
        assert (
            headline(history)
            == f"1 impor tercatat. Yang terakhir v1, {history.dataframe[0].value['Waktu (WITA)'].iloc[-1]} WITA: a.csv."
        )
        assert list(history.dataframe[0].value["Peristiwa"]) == ["putusan padanan dibatalkan", "putusan padanan", "impor"]
        assert list(history.selectbox(key="impor").options) == ["v1 · a.csv"]

    def test_a_rare_long_event_has_room_in_the_history(self, open_page: Open, tmp_path: Path):
        take(*(sicadas(tmp_path / f"{number}.csv", {"NIK": f"73710145069001{number}1"}) for number in range(5)))
        app = press(open_page("padanan"), "sama")
        app.selectbox(key="keadaan").set_value("sama").run()
        press(clean(app), "cabut")
        columns = json.loads(open_page("riwayat").dataframe[0].proto.columns)
        assert columns["Peristiwa"]["width"] >= 8 * len("putusan padanan dibatalkan")
        assert "width" not in columns.get("Versi", {})

    def test_in_english(self, open_page: Open):
        app = open_page("padanan", bahasa="EN")
        assert headline(app) == "3 pairs that are perhaps one person wait for a decision; decided so far: 0."
        assert "sounds alike, spelt otherwise" in said(app)
        assert press(app, "sama").success[0].value.endswith("the data are now v2 and the two count as one.")
