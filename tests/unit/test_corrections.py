"""Declared corrections: applied to the cells they name and to no other, counted, and loud when they no longer hold."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import corrections
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.reference.reasons import reasons
from tests.tables import KEYS, Apart, apart, monthly, sicadas, stored, take

OLD_NAME = {
    "id": "nama-lama",
    "jenis": "sicadas-ppks",
    "kolom": "kelurahan",
    "nilai": "Lete Lama",
    "ganti": "Lette",
    "alasan": "Daftar pilihan lama",
    "oleh": "Bidang Data",
    "berlaku_sampai": "2026-11-24",
}
WRONG = {"Kelurahan": "Lete Lama"}
SECOND = {"NIK": "7371014506900002"}


def config(folder: Path, *entries: dict[str, str], today: date | None = None) -> Settings:
    """Settings whose only corrections are these."""
    (folder / "koreksi").mkdir(exist_ok=True)
    (folder / "koreksi" / "a.yml").write_text(yaml.safe_dump([*entries], allow_unicode=True), encoding="utf-8")
    return replace(settings(), corrections=folder / "koreksi", today=today or settings().today)


def entry(*left_out: str, **changes: str) -> dict[str, str]:
    return {key: text for key, text in {**OLD_NAME, **changes}.items() if key not in left_out}


def opened(folder: Path, *rows: dict[str, str], corrections: list[dict[str, str]]) -> Apart:
    return apart(open_file(sicadas(folder / "laporan_a.csv", *rows), config(folder, *corrections), KEYS))


class TestDeclaring:
    def test_reads_every_part(self, tmp_path: Path):
        [item] = corrections.declared(config(tmp_path, entry(berkas="lap_*.csv", kecamatan="Mariso")))
        assert item == corrections.Correction(
            id="nama-lama",
            kind="sicadas-ppks",
            field="kelurahan",
            value="Lete Lama",
            pattern="",
            file="lap_*.csv",
            where={"kecamatan": "Mariso", "kelurahan": ""},
            replacement="Lette",
            reason="Daftar pilihan lama",
            author="Bidang Data",
            expires=date(2026, 11, 24),
        )

    def test_a_missing_or_empty_folder_declares_none(self, tmp_path: Path):
        assert corrections.declared(replace(settings(), corrections=tmp_path / "tidak ada")) == ()
        assert corrections.declared(replace(settings(), corrections=tmp_path)) == ()

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            (entry("alasan"), r"a\.yml, koreksi ke-1 tidak dapat dipakai.*belum diisi: alasan"),
            (entry(oleh=""), r"belum diisi: oleh"),
            (entry(lain="x"), r"kunci 'lain'"),
            (entry(jenis="entah"), r"Jenis berkas tidak dikenal"),
            (entry(kolom="desil"), r"kolom 'desil'\. Yang diterima: nik"),
            (entry(berlaku_sampai="besok"), r"berlaku_sampai tidak dapat dipakai.*'besok'"),
            (entry("nilai"), r"tanpa nilai dan tanpa pola"),
            (entry(pola="Lete.*"), r"nilai dan pola sekaligus"),
            (entry("nilai", pola="("), r"pola '\('.*regular expression"),
            (entry("nilai", pola="L?.*"), r"juga cocok dengan sel kosong"),
            (entry("ganti"), r"ganti '', kosongkan ''"),
            (entry(kosongkan="ya"), r"ganti 'Lette', kosongkan 'ya'"),
            (entry("ganti", kosongkan="tidak"), r"kosongkan 'tidak'"),
            (entry(ganti="Xyz"), r"ganti 'Xyz'\. Yang diterima: isian yang terbaca sebagai kelurahan"),
            (entry(kolom="kategori", ganti="Warga Rentan"), r"terbaca sebagai kategori"),
            (entry(nilai="lette"), r"cocok dengan nilai atau pola itu sendiri"),
            (entry(kolom="nama", nilai="Sitti"), r"kolom nama\. Yang diterima: kolom yang tidak menyangkut"),
            (entry(kolom="lokasi", nilai="7371014506900001"), r"angka panjang pada lokasi"),
        ],
    )
    def test_a_mistake_is_named(self, tmp_path: Path, said: dict[str, str], message: str):
        with pytest.raises(UserError, match=message) as refused:
            corrections.declared(config(tmp_path, said))
        assert refused.value.allowed
        assert refused.value.action
        assert "Sitti" not in refused.value.text()
        assert "7371014506900001" not in refused.value.text()

    def test_two_of_one_name_are_refused_and_so_is_no_list(self, tmp_path: Path):
        with pytest.raises(UserError, match="id yang dipakai dua kali: nama-lama"):
            corrections.declared(config(tmp_path, entry(), entry(nilai="Lain")))
        (tmp_path / "koreksi" / "a.yml").write_text("id: x")
        with pytest.raises(UserError, match=r"a\.yml tidak dapat dipakai.*bukan daftar"):
            corrections.declared(replace(settings(), corrections=tmp_path / "koreksi"))

    def test_a_mistake_keeps_every_file_out(self, tmp_path: Path):
        [report] = take(monthly(tmp_path / "m.csv", {}), config=config(tmp_path, entry("alasan")))
        assert "belum diisi: alasan" in report.error


class TestApplying:
    def test_mends_the_cells_it_names_and_no_other(self, tmp_path: Path):
        rows = (
            WRONG,
            {"Kelurahan": " lete  LAMA ", **SECOND},
            {"Kelurahan": "Lete Lama Sekali"},
            {"Lokasi Penemuan": "Lete Lama"},
        )
        batch = opened(tmp_path, *rows, corrections=[entry()])
        assert batch.corrections == {"nama-lama": 2}
        assert batch.accepted["row_number"].to_pylist() == [2, 3, 5]
        assert batch.accepted["kode_kelurahan"].to_pylist() == ["73.71.01.1004"] * 3
        assert batch.accepted["warnings"].to_pylist() == [["CELL_CORRECTED"], ["CELL_CORRECTED"], []]
        assert batch.reason_counts == {"CELL_CORRECTED": 2, "KEL_UNKNOWN": 1}

    def test_never_changes_the_number_of_rows(self, tmp_path: Path):
        rows = (WRONG, {}, {**WRONG, "Tanggal Laporan": "31/02/2026"})
        batch = opened(tmp_path, *rows, corrections=[entry()])
        assert (batch.rows_read, len(batch.accepted), len(batch.quarantined)) == (3, 2, 1)

    def test_by_pattern_for_the_whole_cell(self, tmp_path: Path):
        rows = (WRONG, {"Kelurahan": "Lete Baru"}, {"Kelurahan": "Kel Lete Lama"}, {"Kelurahan": "Lete Lama Sekali"})
        batch = opened(tmp_path, *rows, corrections=[entry("nilai", pola="Lete (Lama|Baru)")])
        assert batch.corrections == {"nama-lama": 2}
        assert batch.accepted["row_number"].to_pylist() == [2, 3]

    def test_only_where_its_conditions_hold_as_sent(self, tmp_path: Path):
        moved = entry(id="pindah", kolom="kecamatan", nilai="Tallo", ganti="Mariso")
        here = entry(kecamatan="Kec. Tallo")
        rows = ({**WRONG, "Kecamatan": "Tallo"}, WRONG)
        for order in ([here, moved], [moved, here]):
            batch = opened(tmp_path, *rows, corrections=order)
            assert batch.corrections == {"nama-lama": 1, "pindah": 1}
            assert batch.accepted["row_number"].to_pylist() == [2]

    def test_empties_a_cell(self, tmp_path: Path):
        batch = opened(
            tmp_path,
            {"Status": "Tidak Tahu"},
            {},
            corrections=[entry("ganti", kolom="status", nilai="tidak tahu", kosongkan="ya")],
        )
        assert batch.accepted["warnings"].to_pylist() == [["CELL_CORRECTED", "STATUS_EMPTY"], []]
        assert batch.accepted["status"].to_pylist() == ["baru", "verifikasi"]

    def test_a_category_can_be_said_to_be_a_code(self, tmp_path: Path):
        code = entry(kolom="kategori", nilai="Warga Rentan", ganti="PPKS-24")
        batch = opened(tmp_path, {"Kategori PPKS": "Warga Rentan"}, corrections=[code])
        assert batch.accepted["kategori"].to_pylist() == [["PPKS-24"]]

    def test_a_refused_row_stays_as_sent(self, tmp_path: Path):
        batch = opened(tmp_path, {**WRONG, "Tanggal Laporan": "31/02/2026"}, corrections=[entry()])
        envelope = json.loads(KEYS.open(batch.quarantined["sealed"][0].as_py()))
        assert envelope["row"]["Kelurahan"] == "Lete Lama"
        assert batch.quarantined["reasons"].to_pylist() == [["DATE_PARSE"]]

    def test_only_files_of_its_kind_and_name(self, tmp_path: Path):
        for changes in ({"jenis": "kasus-lengkap"}, {"berkas": "lain_*.csv"}):
            batch = opened(tmp_path, WRONG, corrections=[entry(**changes)])
            assert (batch.corrections, len(batch.quarantined)) == ({}, 1)
        assert opened(tmp_path, WRONG, corrections=[entry(berkas="LAPORAN_?.CSV")]).corrections == {"nama-lama": 1}

    def test_sample_data_are_left_alone_and_keep_their_mark(self, tmp_path: Path):
        mark = {"Keterangan": "DATA CONTOH"}
        unmark = entry("ganti", id="tanda", kolom="keterangan", nilai="DATA CONTOH", kosongkan="ya")
        batch = opened(tmp_path, mark, corrections=[unmark, entry()])
        assert (batch.sample, batch.corrections) == (True, {})

    def test_its_reason_refuses_nothing(self):
        assert not reasons()["CELL_CORRECTED"].refuses


class TestLoudness:
    def test_one_that_meets_no_row_keeps_the_file_out(self, tmp_path: Path):
        [report] = take(sicadas(tmp_path / "a.csv", {}), config=config(tmp_path, entry()))
        for part in ("Koreksi 'nama-lama' tidak cocok dengan satu baris pun; berkas a.csv", "Bidang Data", "hapus koreksi itu"):
            assert part in report.error
        assert not settings().store.exists()

    def test_one_that_met_only_rows_elsewhere_keeps_the_file_out(self, tmp_path: Path):
        [report] = take(sicadas(tmp_path / "a.csv", WRONG), config=config(tmp_path, entry(kecamatan="Tallo")))
        assert "tidak cocok dengan satu baris pun" in report.error

    def test_an_expired_one_keeps_the_file_out_from_the_next_day(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", WRONG)
        assert take(path, config=config(tmp_path, entry(), today=date(2026, 11, 24)))[0].error == ""
        [report] = take(path, config=config(tmp_path, entry(), today=date(2026, 11, 25)))
        assert "Koreksi 'nama-lama' kedaluwarsa sejak 2026-11-24; berkas a.csv" in report.error
        [other] = take(monthly(tmp_path / "m.csv", {}), config=config(tmp_path, entry(), today=date(2026, 11, 25)))
        assert other.error == ""

    def test_two_for_one_cell_keep_the_file_out(self, tmp_path: Path):
        other = entry("nilai", id="pola", pola="Lete .*", ganti="Mario")
        with pytest.raises(UserError, match=r"Dua koreksi mengenai sel yang sama.*'nama-lama' dan 'pola'"):
            opened(tmp_path, WRONG, corrections=[entry(), other])
        both = opened(tmp_path, WRONG, {"Kelurahan": "Lete Baru"}, corrections=[entry(), {**other, "pola": "Lete B.*"}])
        assert both.corrections == {"nama-lama": 1, "pola": 1}

    def test_rows_sent_back_need_not_hold_it(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", {})
        lines = path.read_text().splitlines()
        path.write_text("\n".join([f"{lines[0]},ID BARIS", f"{lines[1]},abc-1", ""]))
        assert take(path, config=config(tmp_path, entry()))[0].accepted == 1


class TestRowsThatWaited:
    def test_come_in_and_wait_no_more_once_a_correction_is_declared(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", WRONG, WRONG, {**WRONG, **SECOND}, {"Kelurahan": "Xyz"})
        assert take(path)[0].quarantined == stored("karantina").num_rows == 4
        [report] = take(path, config=config(tmp_path, entry()))
        assert (report.accepted, report.duplicates, report.quarantined, report.settled) == (2, 1, 1, 3)
        assert stored("karantina")["row_number"].to_pylist() == [5]
        [again] = take(path, config=config(tmp_path, entry()))
        assert (again.accepted, again.duplicates, again.quarantined, again.settled) == (0, 3, 1, 0)

    def test_keep_waiting_where_the_corrected_row_is_refused_for_another_reason(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", {**WRONG, "Tanggal Laporan": "31/02/2026"})
        take(path)
        assert take(path, config=config(tmp_path, entry()))[0].settled == 0
        assert stored("karantina").num_rows == 1


class TestReport:
    def test_counts_each_correction(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        where = config(tmp_path, entry())
        monkeypatch.setattr("ipsm_analytics.cli.settings", lambda: where)
        path = str(sicadas(tmp_path / "a.csv", WRONG, {**WRONG, **SECOND}, {"NIK": ""}))
        assert main(["ingest", path]) == 0
        shown = capsys.readouterr().out
        assert "3 baris = 3 diterima" in shown
        assert "Koreksi 'nama-lama' diterapkan pada 2 baris." in shown
        assert "CELL_CORRECTED: 2 baris" in shown
        assert "koreksi nama-lama" not in shown
        assert main(["ingest", path, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["corrections"] == {"nama-lama": 2}
        assert stored().num_rows == 3
