"""Rules that mark a row without refusing it: when each fires, when it does not, and what the clerk reads."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.normalise import birth_of_nik
from ipsm_analytics.intake.sheet import Problem
from tests.tables import KEYS, Apart, Cells, apart, monthly, opened, sicadas, take, template, write

WOMAN = {"nik": "7371014506900001", "jk": "P", "tgl_lahir": "05/06/1990"}
"""Born 5 June 1990; 36 years old at the report of 5 October 2026."""
IN_ORDER = {
    "tgl_temuan": "2026-10-01",
    "tgl_lapor": "2026-10-02",
    "tgl_masuk": "2026-10-03",
    "tgl_verifikasi": "2026-10-04",
    "tgl_asesmen": "2026-10-05",
    "tgl_rujukan": "2026-10-06",
    "tgl_layanan_pertama": "2026-10-07",
    "tgl_selesai": "2026-10-08",
}
PROPOSED = {
    "Nama Kepala Keluarga": "Sitti Contoh",
    "NIK": "7371014506900001",
    "Kecamatan": "Mariso",
    "Kelurahan": "Lette",
    "Tanggal Pengusulan": "03/05/2026",
    "Status": "Belum",
}


def full(folder: Path, *changes: Cells) -> Apart:
    return opened(template(folder / "a.csv", *changes))


def codes(folder: Path, change: Cells) -> list[str]:
    """The codes of the only row, which is accepted."""
    batch = full(folder, change)
    assert (batch.accepted.num_rows, batch.quarantined.num_rows) == (1, 0)
    return [problem.code for problem in batch.problems]


def only(batch: Apart) -> Problem:
    [problem] = batch.problems
    return problem


class TestNikAgainstTheRow:
    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ({}, []),
            ({"tgl_lahir": "05/06/1890"}, ["DATE_TOO_OLD"]),
            ({"tgl_lahir": "06/06/1990"}, ["NIK_DOB_WARN"]),
            ({"tgl_lahir": "05/07/1990"}, ["NIK_DOB_WARN"]),
            ({"tgl_lahir": "05/06/1991"}, ["NIK_DOB_WARN"]),
            ({"tgl_lahir": ""}, []),
            ({"nik": ""}, []),
            ({"nik": "737101450690001"}, ["NIK_LEN"]),
            ({"nik": "7371010506900001", "jk": "L"}, []),
            ({"nik": "7371014113900001"}, ["NIK_DOB_WARN"]),
            ({"nik": "7371010006900001"}, ["NIK_DOB_WARN"]),
            ({"nik": "7371014006900001"}, ["NIK_DOB_WARN"]),
            ({"nik": "7371018506900001"}, ["NIK_DOB_WARN"]),
            ({"nik": "7371017106900001", "tgl_lahir": "30/06/1990"}, ["NIK_DOB_WARN"]),
            ({"nik": "7371017006900001", "tgl_lahir": "30/06/1990"}, []),
        ],
    )
    def test_the_birth_date(self, tmp_path: Path, change: Cells, found: list[str]):
        if "DATE_TOO_OLD" in found:
            assert [problem.code for problem in full(tmp_path, {**WOMAN, **change}).problems] == found
        else:
            assert codes(tmp_path, {**WOMAN, **change}) == found

    def test_a_nik_of_a_hundred_years_ago_agrees_with_its_date(self, tmp_path: Path):
        assert codes(tmp_path, {"nik": "7371010506200001", "tgl_lahir": "05/06/1920", "jk": "L"}) == []

    def test_the_stated_birth_date_stays_in_use(self, tmp_path: Path):
        batch = full(tmp_path, {**WOMAN, "tgl_lahir": "06/10/1990"})
        assert batch.accepted["warnings"].to_pylist() == [["NIK_DOB_WARN"]]
        assert batch.accepted["usia"].to_pylist() == [35]

    def test_digits_that_are_no_date_tell_neither_age_nor_sex(self, tmp_path: Path):
        batch = opened(sicadas(tmp_path / "a.csv", {"NIK": "7371019906900001"}))
        [row] = batch.accepted.to_pylist()
        assert (row["warnings"], row["usia"], row["jk"], row["identity"]) == (["NIK_DOB_WARN"], None, None, "nik")

    @pytest.mark.parametrize(
        ("digits", "birth"),
        [("450690", date(1990, 6, 5)), ("400690", None), ("810690", None), ("320690", None), ("000690", None)],
    )
    def test_days_are_1_to_31_or_41_to_71(self, digits: str, birth: date | None):
        assert birth_of_nik(digits, date(2026, 11, 24)) == birth

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ({"jk": "L"}, ["NIK_SEX_WARN"]),
            ({"jk": "P"}, []),
            ({"jk": ""}, []),
            ({"jk": "L", "nik": ""}, []),
            ({"jk": "P", "nik": "7371010506900001"}, ["NIK_SEX_WARN"]),
            ({"jk": "L", "nik": "7371018506900001"}, ["NIK_DOB_WARN"]),
        ],
    )
    def test_the_sex(self, tmp_path: Path, change: Cells, found: list[str]):
        assert codes(tmp_path, {**WOMAN, **change}) == found

    def test_the_stated_sex_stays_in_use(self, tmp_path: Path):
        assert full(tmp_path, {**WOMAN, "jk": "L"}).accepted["jk"].to_pylist() == ["L"]

    def test_messages_name_the_columns_and_nothing_of_the_person(self, tmp_path: Path):
        date_problem, sex_problem = full(tmp_path, {**WOMAN, "tgl_lahir": "06/06/1990", "jk": "L"}).problems
        assert date_problem.text() == (
            "Baris 2, kolom nik: Tanggal lahir dalam NIK tidak cocok; yang dipakai tetap tanggal lahir yang tertulis."
            " Ditemukan: 'tanggal berbeda dari kolom tgl_lahir'. Yang diterima: tanggal lahir yang sama."
            " Tindakan: cocokkan NIK dan tanggal lahir dengan KTP atau KK."
        )
        assert sex_problem.text("en").startswith(
            "Row 2, column nik: The sex in the NIK does not fit; the stated sex stays in use. Found: 'berbeda dari kolom jk'."
        )
        texts = [problem.text(language) for problem in (date_problem, sex_problem) for language in ("id", "en")]
        assert not [text for text in texts if "7371" in text or "1990" in text or "06" in text]


class TestNikOfElsewhere:
    def test_is_information_and_no_warning(self, tmp_path: Path):
        batch = full(tmp_path, WOMAN, {**WOMAN, "id_kasus": "K-0002", "nik": "7306014506900001"})
        assert [(problem.row_number, problem.code) for problem in batch.problems] == [(3, "NIK_AREA_INFO")]
        assert batch.accepted["warnings"].to_pylist() == [[], []]
        assert batch.reason_counts == {"NIK_AREA_INFO": 1}
        assert "7306" not in only(batch).text()

    def test_is_told_of_registers_and_aid_lists_too(self, tmp_path: Path):
        rows = [PROPOSED, {**PROPOSED, "NIK": "7306014506900001"}, {**PROPOSED, "NIK": "7306019906900001"}]
        batch = opened(write(tmp_path / "a.csv", schema.SICADAS_BANSOS_COLUMNS, rows))
        assert batch.reason_counts == {"NIK_AREA_INFO": 2, "NIK_DOB_WARN": 1}
        assert batch.accepted["warnings"].to_pylist() == [[], [], ["NIK_DOB_WARN"]]


class TestDefaultBirthDate:
    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ({"tgl_lahir": "01/01/1990"}, ["DOB_DEFAULT"]),
            ({"tgl_lahir": "1990-01-01"}, ["DOB_DEFAULT"]),
            ({"tgl_lahir": "02/01/1990"}, []),
            ({"tgl_lahir": "01/02/1990"}, []),
            ({"tgl_lahir": "31/12/1989"}, []),
            ({"tgl_lahir": ""}, []),
            ({"tgl_lahir": "", "nik": "7371010101900001"}, []),
            ({"tgl_lahir": "01/01/1990", "nik": "7371010101900001"}, ["DOB_DEFAULT"]),
            ({"tgl_lahir": "01/01/1990", "nik": "7371014506900001"}, ["NIK_DOB_WARN", "DOB_DEFAULT"]),
        ],
    )
    def test_is_the_first_of_january_as_stated(self, tmp_path: Path, change: Cells, found: list[str]):
        assert codes(tmp_path, change) == found

    def test_its_year_is_not_told(self, tmp_path: Path):
        assert "1990" not in only(full(tmp_path, {"tgl_lahir": "01/01/1990"})).text()


class TestCategories:
    @pytest.mark.parametrize(
        ("kinds", "age", "allowed"),
        [
            ("PPKS-08", "59", "PPKS-08: usia ≥ 60"),
            ("PPKS-08", "60", None),
            ("PPKS-02", "5", "PPKS-02: usia 6–18"),
            ("PPKS-02", "6", None),
            ("PPKS-02", "18", None),
            ("PPKS-02", "19", "PPKS-02: usia 6–18"),
            ("PPKS-01", "0", None),
            ("PPKS-01", "6", "PPKS-01: usia 0–5"),
            ("PPKS-24", "3", None),
            ("PPKS-08", "", None),
            ("PPKS-04;PPKS-24", "19", "PPKS-04: usia 5–18"),
            ("PPKS-05;PPKS-02", "19", "PPKS-02: usia 6–18; PPKS-05: usia 0–17"),
        ],
    )
    def test_have_ages(self, tmp_path: Path, kinds: str, age: str, allowed: str | None):
        batch = full(tmp_path, {"kategori": kinds, "usia": age})
        told = [] if allowed is None else [("AGE_CAT_WARN", "kategori", f"usia {age}", allowed)]
        assert [(one.code, one.column, one.found, one.allowed) for one in batch.problems] == told
        assert batch.accepted["kategori"].to_pylist() == [sorted(kinds.split(";"))]

    @pytest.mark.parametrize(("reported", "found"), [("04/06/2026", ["AGE_CAT_WARN"]), ("05/06/2026", [])])
    def test_age_is_that_of_the_day_of_the_report(self, tmp_path: Path, reported: str, found: list[str]):
        change = {"kategori": "PPKS-08", "tgl_lahir": "05/06/1966", "tgl_lapor": reported}
        assert codes(tmp_path, change) == found

    def test_age_may_come_from_the_nik(self, tmp_path: Path):
        batch = opened(sicadas(tmp_path / "a.csv", {"Kategori PPKS": "Anak Jalanan"}))
        assert (only(batch).code, only(batch).column) == ("AGE_CAT_WARN", "Kategori PPKS")

    @pytest.mark.parametrize(
        ("change", "allowed"),
        [({"jk": "L"}, "PPKS-23: P"), ({"jk": "P"}, None), ({"jk": ""}, None), ({"jk": "L", "kategori": "PPKS-24"}, None)],
    )
    def test_have_a_sex(self, tmp_path: Path, change: Cells, allowed: str | None):
        batch = full(tmp_path, {"kategori": "PPKS-23", "usia": "40", **change})
        told = [] if allowed is None else [("SEX_CAT_WARN", "kategori", "jenis kelamin L", allowed)]
        assert [(one.code, one.column, one.found, one.allowed) for one in batch.problems] == told


class TestOrderOfDates:
    @pytest.mark.parametrize(
        ("change", "pairs"),
        [
            ({}, []),
            (dict.fromkeys(IN_ORDER, "2026-10-05"), []),
            ({"tgl_temuan": "2026-10-03"}, [("tgl_lapor", "sebelum tgl_temuan")]),
            ({"tgl_masuk": "2026-10-01"}, [("tgl_masuk", "sebelum tgl_lapor")]),
            ({"tgl_verifikasi": "2026-10-02"}, []),
            ({"tgl_verifikasi": "2026-10-01"}, [("tgl_verifikasi", "sebelum tgl_lapor")]),
            ({"tgl_asesmen": "2026-10-03"}, [("tgl_asesmen", "sebelum tgl_verifikasi")]),
            ({"tgl_rujukan": "2026-10-04"}, [("tgl_rujukan", "sebelum tgl_asesmen")]),
            ({"tgl_layanan_pertama": "2026-10-05"}, [("tgl_layanan_pertama", "sebelum tgl_rujukan")]),
            ({"tgl_layanan_pertama": "2026-10-05", "tgl_rujukan": ""}, []),
            (
                {"tgl_selesai": "2026-10-04", "tgl_layanan_pertama": "", "tgl_rujukan": ""},
                [("tgl_selesai", "sebelum tgl_asesmen")],
            ),
            ({"tgl_lahir": "02/10/2026"}, []),
            ({"tgl_lahir": "03/10/2026"}, [("tgl_lapor", "sebelum tgl_lahir")]),
            (
                {"tgl_temuan": "2026-10-03", "tgl_selesai": "2026-10-01"},
                [("tgl_lapor", "sebelum tgl_temuan"), ("tgl_selesai", "sebelum tgl_layanan_pertama")],
            ),
        ],
    )
    def test_says_which_two_columns(self, tmp_path: Path, change: Cells, pairs: list[tuple[str, str]]):
        batch = full(tmp_path, {**IN_ORDER, **change})
        assert [(one.code, one.column, one.found) for one in batch.problems] == [("DATE_ORDER", *pair) for pair in pairs]
        assert batch.quarantined.num_rows == 0

    def test_the_dates_stay_as_written(self, tmp_path: Path):
        [row] = full(tmp_path, {**IN_ORDER, "tgl_selesai": "2026-10-01"}).accepted.to_pylist()
        assert (row["tgl_selesai"], row["warnings"]) == (date(2026, 10, 1), ["DATE_ORDER"])

    def test_each_row_is_judged_alone(self, tmp_path: Path):
        late = {"tgl_verifikasi": "2026-10-01"}
        batch = full(tmp_path, late, {"id_kasus": "K-2"}, {"id_kasus": "K-3", **late})
        assert [problem.row_number for problem in batch.problems] == [2, 4]
        assert only(full(tmp_path, late)).text() == (
            "Baris 2, kolom tgl_verifikasi: Urutan tanggal terbalik; tanggal dipakai seperti tertulis, sehingga lama respons,"
            " layanan, rujukan, dan usia kasus ini dapat keliru. Ditemukan: 'sebelum tgl_lapor'. Yang diterima: sama dengan"
            " atau sesudah tgl_lapor. Tindakan: periksa kedua tanggal itu pada catatan kasus, lalu kirim ulang yang benar."
        )


class TestLateReports:
    @pytest.mark.parametrize(
        ("month", "received", "found"),
        [
            ("2026-10", "05/11/2026", []),
            ("2026-10", "06/11/2026", ["1 hari sesudahnya"]),
            ("2026-10", "31/10/2026", []),
            ("2026-10", "", []),
            ("2025-12", "05/01/2026", []),
            ("2025-12", "15/01/2026", ["10 hari sesudahnya"]),
            ("2025-12", "05/12/2025", []),
        ],
    )
    def test_are_those_after_the_fifth_of_the_next_month(self, tmp_path: Path, month: str, received: str, found: list[str]):
        batch = opened(monthly(tmp_path / "a.csv", {"bulan": month, "tgl_terima": received}))
        told = [("PERIOD_LATE", "tgl_terima", text, "sampai tanggal 5 bulan berikutnya") for text in found]
        assert [(one.code, one.column, one.found, one.allowed) for one in batch.problems] == told
        assert batch.accepted["warnings"].to_pylist() == [["PERIOD_LATE"] if found else []]

    @pytest.mark.parametrize(("due", "late"), [(10, 0), (3, 1), (2, 2)])
    def test_the_due_day_is_a_setting(self, tmp_path: Path, due: int, late: int):
        path = monthly(tmp_path / "a.csv", {"tgl_terima": "03/11/2026"}, {"tgl_terima": "04/11/2026", "bulan": "Oktober 2026"})
        batch = apart(open_file(path, replace(settings(), report_due_day=due), KEYS))
        assert batch.reason_counts == ({"PERIOD_LATE": late} if late else {})


def test_a_file_full_of_marks_is_taken_whole(tmp_path: Path):
    marked = {"nik": "7306014506900001", "jk": "L", "tgl_lahir": "01/01/1991", "kategori": "PPKS-08"}
    rows = [{**marked, "id_kasus": f"K-{number}", "tgl_masuk": "2026-10-01"} for number in range(40)]
    [report] = take(template(tmp_path / "a.csv", *rows))
    assert (report.rows_read, report.accepted, report.quarantined, report.duplicates) == (40, 40, 0, 0)
    every = ("NIK_AREA_INFO", "NIK_DOB_WARN", "NIK_SEX_WARN", "DOB_DEFAULT", "AGE_CAT_WARN", "DATE_ORDER", "DUP_NIK_SAME_KEL")
    assert report.reasons == dict.fromkeys(sorted(every), 40)
