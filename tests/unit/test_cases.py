"""Case rows: each field as it is stored, each fault with its reason, and what makes two rows one case or one person."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import cases, tokens
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.sheet import Problem
from tests.tables import GOOD, Apart, Cells, apart, sicadas, template, workbook, write

TODAY = date(2026, 11, 24)
KEYS = Keyring(b"satu rahasia untuk uji")


def opened(path: Path) -> Apart:
    return apart(open_file(path, settings(), KEYS))


def short(folder: Path, *changes: Cells) -> Apart:
    return opened(sicadas(folder / "a.csv", *changes))


def full(folder: Path, *changes: Cells) -> Apart:
    return opened(template(folder / "b.csv", *changes))


def only(batch: Apart) -> dict[str, object]:
    assert batch.quarantined.num_rows == 0
    [row] = batch.accepted.to_pylist()
    return row


def reasons(batch: Apart) -> list[tuple[int, str, str]]:
    return [(problem.row_number, problem.code, problem.column) for problem in batch.problems]


class TestSicadasRow:
    def test_becomes_a_case(self, tmp_path: Path):
        row = only(short(tmp_path, {}))
        known = {name: value for name, value in row.items() if value not in (None, []) and name not in tokens.COLUMNS}
        assert {name: known.pop(name) for name in ("case_id", "person_key", "precedence", "import_id")}.keys()
        assert known == {
            "identity": "nik",
            "row_number": 2,
            "kode_kelurahan": "73.71.01.1004",
            "kategori": ["PPKS-24"],
            "tgl_lapor": date(2026, 10, 5),
            "status": "verifikasi",
            "jk": "P",
            "usia": 36,
            "tahun_lahir": 1990,
            "sample": False,
        }

    def test_follows_the_schema(self, tmp_path: Path):
        batch = short(tmp_path, {}, {"Kelurahan": "Xyz"})
        assert batch.accepted.schema.equals(schema.CASES)
        assert batch.quarantined.schema.equals(schema.QUARANTINE)

    def test_keys_are_those_of_the_secret(self, tmp_path: Path):
        row = only(short(tmp_path, {}))
        assert row["person_key"] == KEYS.key("orang", "nik:7371014506900001")
        assert row["case_id"] == KEYS.key("kasus", "sicadas-ppks:PPKS-24:73.71.01.1004:2026-10-05:nik:7371014506900001")

    def test_knows_the_import(self, tmp_path: Path):
        batch = short(tmp_path, {})
        assert batch.import_id == f"{batch.sha256[:16]}-sicadas-ppks" == only(batch)["import_id"]

    @pytest.mark.parametrize(
        ("change", "code", "column"),
        [
            ({"Kelurahan": ""}, "KEL_EMPTY", "Kelurahan"),
            ({"Kelurahan": "Lete"}, "KEL_UNKNOWN", "Kelurahan"),
            ({"Kelurahan": "Tallo", "Kecamatan": ""}, "KEL_AMBIGUOUS", "Kelurahan"),
            ({"Kelurahan": "Lakkang"}, "KEL_KEC_CONFLICT", "Kelurahan"),
            ({"Kecamatan": "Marisso"}, "KEC_UNKNOWN", "Kecamatan"),
            ({"Kategori PPKS": ""}, "CAT_EMPTY", "Kategori PPKS"),
            ({"Kategori PPKS": "Warga Rentan"}, "CAT_UNKNOWN", "Kategori PPKS"),
            ({"Kategori PPKS": "Jumlah"}, "CAT_IGNORED", "Kategori PPKS"),
            ({"Tanggal Laporan": ""}, "DATE_EMPTY", "Tanggal Laporan"),
            ({"Tanggal Laporan": "kemarin"}, "DATE_PARSE", "Tanggal Laporan"),
            ({"Tanggal Laporan": "05/10/2062"}, "DATE_FUTURE", "Tanggal Laporan"),
            ({"Tanggal Laporan": "05/10/1998"}, "DATE_TOO_OLD", "Tanggal Laporan"),
            ({"Status": "Entah"}, "STATUS_UNKNOWN", "Status"),
        ],
    )
    def test_is_refused_for(self, tmp_path: Path, change: Cells, code: str, column: str):
        batch = short(tmp_path, {}, change)
        assert reasons(batch) == [(3, code, column)]
        assert batch.accepted["row_number"].to_pylist() == [2]
        [row] = batch.quarantined.to_pylist()
        assert (row["row_number"], row["reasons"], row["columns"]) == (3, [code], [column])
        assert batch.reason_counts == {code: 1}

    @pytest.mark.parametrize(
        ("change", "code", "kept"),
        [
            ({"NIK": "737101450690001"}, "NIK_LEN", {"identity": "tidak_ada", "jk": None, "usia": None}),
            ({"NIK": "73710145O6900001"}, "NIK_NONDIGIT", {"identity": "tidak_ada"}),
            ({"NIK": "1111111111111111"}, "NIK_PLACEHOLDER", {"identity": "tidak_ada"}),
            ({"NIK": "7.371E+15"}, "NIK_EXCEL_ROUND", {"identity": "tidak_ada"}),
            ({"Status": ""}, "STATUS_EMPTY", {"status": "baru", "identity": "nik"}),
        ],
    )
    def test_is_accepted_with_a_warning_for(self, tmp_path: Path, change: Cells, code: str, kept: Cells):
        batch = short(tmp_path, change)
        assert [problem.code for problem in batch.problems] == [code]
        row = only(batch)
        assert row["warnings"] == [code]
        assert {name: row[name] for name in kept} == kept

    def test_with_several_faults_names_them_all(self, tmp_path: Path):
        batch = short(tmp_path, {"Kelurahan": "Xyz", "Kategori PPKS": "?", "Tanggal Laporan": "?", "NIK": "12"})
        [row] = batch.quarantined.to_pylist()
        assert row["reasons"] == ["KEL_UNKNOWN", "CAT_UNKNOWN", "DATE_PARSE"]
        assert batch.reason_counts == {"CAT_UNKNOWN": 1, "DATE_PARSE": 1, "KEL_UNKNOWN": 1, "NIK_PLACEHOLDER": 1}
        assert batch.rows_read == 1

    def test_a_problem_says_row_column_found_allowed_and_what_to_do(self, tmp_path: Path):
        [problem] = short(tmp_path, {}, {"Kelurahan": "Lete"}).problems
        assert problem.text() == (
            "Baris 3, kolom Kelurahan: Kelurahan tidak dikenal. Ditemukan: 'Lete / Mariso'."
            " Yang diterima: Lette (Kec. Mariso). Tindakan: pilih salah satu ejaan yang disarankan bila memang itu tempatnya,"
            " lalu kirim ulang."
        )

    def test_a_problem_never_quotes_nik_or_name(self, tmp_path: Path):
        batch = full(
            tmp_path, {"nik": "73710145O6900001", "nama": "Sitti", "id_psm": "Sitti", "opd_rujukan": "Sitti", "jk": "Sitti"}
        )
        assert len(batch.problems) == 4
        assert not [problem.text() for problem in batch.problems if "Sitti" in problem.text() or "7371" in problem.text()]


class TestPlace:
    @pytest.mark.parametrize(
        "change",
        [
            {"kode_kelurahan": "73.71.01.1004"},
            {"kode_kelurahan": "7371010006"},
            {"kode_kelurahan": "", "kelurahan": "LETTE"},
            {"kode_kelurahan": "", "kelurahan": "Kel. Lette", "kecamatan": "Kec. Mariso"},
            {"kelurahan": "Lete"},
        ],
    )
    def test_by_code_or_by_name(self, tmp_path: Path, change: Cells):
        assert only(full(tmp_path, change))["kode_kelurahan"] == "73.71.01.1004"

    def test_code_and_name_must_agree(self, tmp_path: Path):
        batch = full(tmp_path, {"kelurahan": "Lakkang"}, {"kecamatan": "Tallo"}, {"kode_kelurahan": "73.71.99.1004"})
        assert reasons(batch) == [
            (2, "KEL_KEC_CONFLICT", "kelurahan"),
            (3, "KEL_KEC_CONFLICT", "kode_kelurahan"),
            (4, "KEL_UNKNOWN", "kode_kelurahan"),
        ]


class TestTemplateRow:
    def test_keeps_every_field(self, tmp_path: Path):
        row = only(
            full(
                tmp_path,
                {
                    "tgl_temuan": "04/10/2026",
                    "tgl_masuk": "46302",
                    "kanal": "rt/rw",
                    "id_psm": "psm-0042",
                    "jk": "laki-laki",
                    "tgl_lahir": "02/01/1950",
                    "kategori": "PPKS-24; lansia terlantar",
                    "sub_disabilitas": "tuna netra, fisik",
                    "terlantar": "ya",
                    "program_diterima": "PKH;BPNT",
                    "desil": "1",
                    "status_padan": "padan",
                    "fokus": "ekonomi",
                    "status": "selesai",
                    "tgl_verifikasi": "2026-10-06",
                    "tgl_asesmen": "7 Oktober 2026",
                    "tgl_rujukan": "08-10-26",
                    "opd_rujukan": "dinkes",
                    "tgl_layanan_pertama": "2026-10-09",
                    "tgl_selesai": "2026-10-20",
                    "hasil": "Terpenuhi",
                },
            )
        )
        hashed = ("case_id", "person_key", "import_id", "precedence", *tokens.COLUMNS)
        assert {name: value for name, value in row.items() if name not in hashed} == {
            "identity": "tidak_ada",
            "row_number": 2,
            "kode_kelurahan": "73.71.01.1004",
            "kategori": ["PPKS-08", "PPKS-24"],
            "tgl_lapor": date(2026, 10, 5),
            "status": "selesai",
            "tgl_temuan": date(2026, 10, 4),
            "tgl_masuk": date(2026, 10, 7),
            "kanal": "RT/RW",
            "id_psm": "PSM-0042",
            "jk": "L",
            "usia": 76,
            "tahun_lahir": 1950,
            "sub_disabilitas": ["fisik", "sensorik netra"],
            "terlantar": True,
            "program_diterima": ["PKH", "Sembako"],
            "desil": 1,
            "status_padan": "padan",
            "fokus": "EKONOMI",
            "tgl_verifikasi": date(2026, 10, 6),
            "tgl_asesmen": date(2026, 10, 7),
            "tgl_rujukan": date(2026, 10, 8),
            "opd_rujukan": "Dinas Kesehatan",
            "tgl_layanan_pertama": date(2026, 10, 9),
            "tgl_selesai": date(2026, 10, 20),
            "hasil": "terpenuhi",
            "warnings": [],
            "sample": False,
        }

    @pytest.mark.parametrize("field", cases.DATES)
    def test_an_unreadable_or_future_day_refuses_it(self, tmp_path: Path, field: str):
        batch = full(tmp_path, {field: "31/02/2026"}, {field: "25/11/2026"})
        assert reasons(batch) == [(2, "DATE_PARSE", field), (3, "DATE_FUTURE", field)]
        assert batch.accepted.num_rows == 0

    @pytest.mark.parametrize(
        ("field", "text", "code"),
        [
            ("kanal", "Budi Santoso", "VALUE_UNKNOWN"),
            ("status_padan", "Budi Santoso", "VALUE_UNKNOWN"),
            ("fokus", "Budi Santoso", "VALUE_UNKNOWN"),
            ("hasil", "Budi Santoso", "VALUE_UNKNOWN"),
            ("jk", "Budi Santoso", "VALUE_UNKNOWN"),
            ("sub_disabilitas", "Budi Santoso", "VALUE_UNKNOWN"),
            ("program_diterima", "Budi Santoso", "VALUE_UNKNOWN"),
            ("opd_rujukan", "Budi Santoso", "VALUE_UNKNOWN"),
            ("terlantar", "nihil", "VALUE_UNKNOWN"),
            ("desil", "11", "NUMBER_RANGE"),
            ("desil", "2.5", "NUMBER_RANGE"),
            ("usia", "nan", "NUMBER_RANGE"),
            ("usia", "121", "NUMBER_RANGE"),
            ("usia", "-1", "NUMBER_RANGE"),
            ("id_psm", "Budi Santoso", "PSM_ID_FORM"),
            ("id_psm", "7371014506900001", "PSM_ID_FORM"),
        ],
    )
    def test_what_is_not_on_a_list_is_left_empty_with_a_warning(self, tmp_path: Path, field: str, text: str, code: str):
        batch = full(tmp_path, {field: text})
        assert reasons(batch) == [(2, code, field)]
        row = only(batch)
        assert row[field] is None
        assert row["warnings"] == [code]

    @pytest.mark.parametrize("field", ["sub_disabilitas", "program_diterima", "opd_rujukan", "jk"])
    @pytest.mark.parametrize("text", ["", "-", " Tidak  ada "])
    def test_words_for_nothing_are_no_fault(self, tmp_path: Path, field: str, text: str):
        row = only(full(tmp_path, {field: text}))
        assert (row[field], row["warnings"]) == (None, [])

    def test_of_several_values_the_known_ones_are_kept(self, tmp_path: Path):
        row = only(full(tmp_path, {"program_diterima": "PKH; dari Budi Santoso; bpnt"}))
        assert (row["program_diterima"], row["warnings"]) == (["PKH", "Sembako"], ["VALUE_UNKNOWN"])

    def test_of_several_categories_one_unknown_refuses_it(self, tmp_path: Path):
        assert [code for _, code, _ in reasons(full(tmp_path, {"kategori": "PPKS-24;Entah"}))] == ["CAT_UNKNOWN"]


class TestAgeAndSex:
    @pytest.mark.parametrize(
        ("change", "age"),
        [
            ({"usia": "40", "tgl_lahir": "06/10/1990"}, 40),
            ({"tgl_lahir": "05/10/1990"}, 36),
            ({"tgl_lahir": "06/10/1990"}, 35),
            ({"tgl_lahir": "05/10/2026"}, 0),
            ({"tgl_lahir": "06/10/2026"}, None),
            ({"nik": "7371014506900001"}, 36),
            ({"nik": "7371014506900001", "tgl_lahir": "06/06/1980"}, 46),
            ({"nik": "7371019999900001"}, None),
            ({"tgl_lahir": "29/02/2000", "tgl_lapor": "28/02/2026"}, 25),
            ({"tgl_lahir": "29/02/2000", "tgl_lapor": "01/03/2026"}, 26),
        ],
    )
    def test_age_on_the_day_of_the_report(self, tmp_path: Path, change: Cells, age: int | None):
        assert only(full(tmp_path, change))["usia"] == age

    @pytest.mark.parametrize(
        ("change", "sex"),
        [
            ({"jk": "L", "nik": "7371014506900001"}, "L"),
            ({"nik": "7371014506900001"}, "P"),
            ({"nik": "7371010506900001"}, "L"),
            ({}, None),
        ],
    )
    def test_sex_as_stated_else_from_the_nik(self, tmp_path: Path, change: Cells, sex: str | None):
        assert only(full(tmp_path, change))["jk"] == sex


class TestRoundedColumn:
    def rows(self, endings: str) -> list[Cells]:
        return [{"NIK": f"7371014506900{number + 1:02d}{ending}"} for number, ending in enumerate(endings)]

    def test_mostly_zeros_were_rounded_by_excel(self, tmp_path: Path):
        batch = short(tmp_path, *self.rows("00000012345"))
        assert batch.reason_counts == {"NIK_EXCEL_ROUND": 6}
        assert batch.accepted["identity"].to_pylist() == ["tidak_ada"] * 6 + ["nik"] * 5

    @pytest.mark.parametrize("endings", ["0000012345", "000000000", "12345678912"])
    def test_else_a_last_zero_is_a_digit_like_others(self, tmp_path: Path, endings: str):
        batch = short(tmp_path, *self.rows(endings))
        assert batch.reason_counts == {}
        assert set(batch.accepted["identity"].to_pylist()) == {"nik"}

    def test_a_workbook_with_nik_as_numbers(self, tmp_path: Path):
        rows = [[737101450690000 * 10, "Sitti", "Fakir Miskin", "Mariso", "Lette", "", date(2026, 10, 5), "Selesai", ""]]
        rows += [["7371014506900001", *rows[0][1:]]]
        path = workbook(tmp_path / "a.xlsx", {"Data": [["KASUS MARISO"], [], schema.SICADAS_PPKS_COLUMNS, *rows]})
        batch = opened(path)
        assert reasons(batch) == [(4, "NIK_EXCEL_ROUND", "NIK")]
        assert batch.accepted["identity"].to_pylist() == ["tidak_ada", "nik"]
        assert batch.accepted["tgl_lapor"].to_pylist() == [date(2026, 10, 5)] * 2
        assert batch.accepted["row_number"].to_pylist() == [4, 5]


class TestSameness:
    def same(self, batch: Apart, column: str) -> bool:
        first, second = batch.accepted[column].to_pylist()
        return first == second

    @pytest.mark.parametrize(
        ("change", "case", "person"),
        [
            ({"Status": "Selesai"}, True, True),
            ({"Nama": "Siti C."}, True, True),
            ({"NIK": "7371.0145.0690.0001"}, True, True),
            ({"Lokasi Penemuan": "pasar"}, True, True),
            ({"Tanggal Laporan": "06/10/2026"}, False, True),
            ({"Kategori PPKS": "Pengemis"}, False, True),
            ({"Kelurahan": "Mario"}, False, True),
            ({"NIK": "7371014506900002"}, False, False),
        ],
    )
    def test_by_nik(self, tmp_path: Path, change: Cells, case: bool, person: bool):
        batch = short(tmp_path, {}, change)
        assert (self.same(batch, "case_id"), self.same(batch, "person_key")) == (case, person)

    def test_by_name_and_birth_date(self, tmp_path: Path):
        born = {"nama": "Sitti Ti'no", "tgl_lahir": "05/06/1990"}
        batch = full(tmp_path, born, {"id_kasus": "K-0002", "nama": "SITTI TI NO", "tgl_lahir": "1990-06-05"})
        assert batch.accepted["identity"].to_pylist() == ["nama_lahir"] * 2
        assert (self.same(batch, "case_id"), self.same(batch, "person_key")) == (False, True)
        assert not self.same(full(tmp_path, born, {**born, "id_kasus": "K-0002", "tgl_lahir": "06/06/1990"}), "person_key")

    def test_a_name_alone_is_no_person(self, tmp_path: Path):
        batch = short(tmp_path, {"NIK": ""}, {"NIK": "", "Tanggal Laporan": "06/10/2026"})
        assert batch.accepted["identity"].to_pylist() == ["tidak_ada"] * 2
        assert not self.same(batch, "person_key")
        assert self.same(short(tmp_path, {"NIK": ""}, {"NIK": "", "Status": "Selesai"}), "case_id")

    def test_nobody_in_particular_is_somebody_else_each_time(self, tmp_path: Path):
        nobody = {"NIK": "", "Nama": "-"}
        batch = short(tmp_path, nobody, nobody)
        assert not self.same(batch, "case_id")
        assert not self.same(batch, "person_key")
        again = short(tmp_path, {}, nobody, nobody)
        assert again.accepted["case_id"].to_pylist()[1:] == batch.accepted["case_id"].to_pylist()

    def test_by_the_senders_id(self, tmp_path: Path):
        batch = full(tmp_path, {}, {"id_kasus": "k-0001", "status": "selesai", "kategori": "PPKS-08", "nik": GOOD["NIK"]})
        assert self.same(batch, "case_id")
        assert not self.same(full(tmp_path, {}, {"id_kasus": "K-0002"}), "case_id")

    @pytest.mark.parametrize(
        ("change", "same"),
        [({"status": "selesai"}, True), ({"kode_kelurahan": "73.71.01.1007"}, False), ({"tgl_lapor": "2026-10-06"}, False)],
    )
    def test_a_running_number_is_an_id_only_within_kelurahan_and_day(self, tmp_path: Path, change: Cells, same: bool):
        assert self.same(full(tmp_path, {"id_kasus": "12"}, {"id_kasus": "12", **change}), "case_id") == same


class TestPrecedence:
    def order(self, batch: Apart) -> list[int]:
        """Row numbers from the state that gives way to the one that stays."""
        rows = zip(batch.accepted["precedence"].to_pylist(), batch.accepted["row_number"].to_pylist(), strict=True)
        return [row for _, row in sorted(rows)]

    def test_the_further_status_stays(self, tmp_path: Path):
        batch = full(tmp_path, *({"status": status, "desil": "1"} for status in reversed(schema.STATUSES)))
        assert self.order(batch) == [8, 7, 6, 5, 4, 3, 2]

    def test_then_the_later_date(self, tmp_path: Path):
        later = {"tgl_masuk": "07/10/2026"}
        assert self.order(full(tmp_path, later, {"tgl_temuan": "04/10/2026", "desil": "1", "jk": "L"})) == [3, 2]

    def test_then_the_fuller_row(self, tmp_path: Path):
        assert self.order(full(tmp_path, {"desil": "1", "jk": "L"}, {"desil": "9"}, {"nik": GOOD["NIK"], "desil": "1"})) == [
            3,
            2,
            4,
        ]

    @pytest.mark.parametrize("decile", ["1", "2", "3", "4", "5"])
    def test_knowing_who_it_is_makes_a_row_fuller(self, tmp_path: Path, decile: str):
        who = {"jk": "P", "usia": "36", "desil": decile}
        assert self.order(full(tmp_path, {**who, "nik": GOOD["NIK"]}, {**who, "desil": "9"})) == [3, 2]

    def test_else_content_decides_whatever_the_order(self, tmp_path: Path):
        texts = [{"desil": "1"}, {"desil": "2"}, {"desil": "3"}]
        there, back = full(tmp_path, *texts), full(tmp_path, *reversed(texts))
        assert self.order(there) == [6 - row for row in self.order(back)]
        assert len(set(there.accepted["precedence"].to_pylist())) == 3

    def test_warnings_are_content(self, tmp_path: Path):
        batch = short(tmp_path, {"Status": ""}, {"Status": "Menunggu Foto"})
        assert len(set(batch.accepted["case_id"].to_pylist())) == 1
        assert len(set(batch.accepted["precedence"].to_pylist())) == 2

    def test_the_same_row_elsewhere_is_no_other_state(self, tmp_path: Path):
        batch = short(tmp_path, {}, {"NIK": "7371014506900002"}, {})
        first, _, third = batch.accepted["precedence"].to_pylist()
        assert first == third


class TestQuarantine:
    def test_holds_the_whole_row_and_what_was_found(self, tmp_path: Path):
        batch = short(tmp_path, {}, {"Kelurahan": "Xyz", "Keterangan": "lihat, foto", "NIK": "12"})
        [row] = batch.quarantined.to_pylist()
        whole = json.loads(KEYS.open(row["sealed"]))
        assert whole["row"] == {
            **dict.fromkeys(schema.SICADAS_PPKS_COLUMNS, ""),
            **GOOD,
            "Kelurahan": "Xyz",
            "Keterangan": "lihat, foto",
            "NIK": "12",
        }
        assert [Problem(**problem) for problem in whole["problems"]] == list(batch.problems)
        assert (row["kind"], row["import_id"], row["sample"]) == ("sicadas-ppks", batch.import_id, False)

    def test_holds_columns_nobody_knows(self, tmp_path: Path):
        header = [*schema.SICADAS_PPKS_COLUMNS, "Pelapor"]
        batch = opened(write(tmp_path / "a.csv", header, [{**GOOD, "Kelurahan": "Xyz", "Pelapor": "RT 3"}]))
        assert batch.unknown_columns == ("Pelapor",)
        assert json.loads(KEYS.open(batch.quarantined["sealed"][0].as_py()))["row"]["Pelapor"] == "RT 3"

    def test_holds_rows_of_another_width(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", {})
        path.write_text(path.read_text() + "7371,Sitti,terpotong\n")
        batch = opened(path)
        [row] = batch.quarantined.to_pylist()
        assert (row["row_number"], row["reasons"], row["columns"]) == (3, ["ROW_SHAPE"], ["seluruh baris"])
        assert json.loads(KEYS.open(row["sealed"]))["row"] == "7371,Sitti,terpotong"
        assert batch.rows_read == 2
        assert batch.reason_counts == {"ROW_SHAPE": 1}

    def test_tells_equal_rows_apart_and_knows_them_again(self, tmp_path: Path):
        bad = {"Kelurahan": "Xyz"}
        ids = short(tmp_path, bad, bad, {}).quarantined["row_id"].to_pylist()
        assert len(set(ids)) == 2
        assert short(tmp_path, {}, {}, bad, bad).quarantined["row_id"].to_pylist() == ids

    def test_a_file_of_bad_rows_alone(self, tmp_path: Path):
        path = tmp_path / "a.csv"
        path.write_text(",".join(schema.SICADAS_PPKS_COLUMNS) + "\nx\ny,z\n")
        batch = opened(path)
        assert (batch.rows_read, batch.accepted.num_rows, batch.quarantined.num_rows) == (2, 0, 2)


class TestSampleMark:
    def test_marks_every_row(self, tmp_path: Path):
        mark = {"Keterangan": "foto; DATA CONTOH"}
        batch = short(tmp_path, mark, {**mark, "Kelurahan": "Xyz"})
        assert batch.sample
        assert batch.accepted["sample"].to_pylist() + batch.quarantined["sample"].to_pylist() == [True, True]

    def test_no_mark_no_sample(self, tmp_path: Path):
        assert not short(tmp_path, {"Keterangan": "data contoh"}).sample

    def test_a_mixture_is_refused(self, tmp_path: Path):
        with pytest.raises(UserError, match=r"mencampur DATA CONTOH.*1 baris bertanda DATA CONTOH, 2 baris tidak"):
            short(tmp_path, {}, {"Keterangan": "DATA CONTOH"}, {})

    def test_a_mixture_with_rows_of_another_width_is_refused(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", {"Keterangan": "DATA CONTOH"})
        whole = path.read_text()
        path.write_text(whole + "a,DATA CONTOH\n")
        assert opened(path).quarantined["sample"].to_pylist() == [True]
        path.write_text(whole + "a,b\n")
        with pytest.raises(UserError, match="1 baris bertanda DATA CONTOH, 1 baris tidak"):
            opened(path)


def test_a_column_of_one_value_is_as_good_as_many(tmp_path: Path):
    """Distinct cells are read once: rows that share one get the same value, in the order of the file."""
    days = [f"{day:02d}/10/2026" for day in (5, 6, 5, 7, 6, 5)]
    batch = short(tmp_path, *({"Tanggal Laporan": day} for day in days))
    assert [f"{day:%d/%m/%Y}" for day in batch.accepted["tgl_lapor"].to_pylist()] == days


def test_ages_are_gaps_where_a_date_is_missing():
    birth = pa.array([date(1990, 6, 5), None, date(2026, 1, 1)], pa.date32())
    day = pa.array([date(2026, 6, 4), date(2026, 6, 4), None], pa.date32())
    assert cases.ages(birth, day).to_pylist() == [35, None, None]


def test_the_store_key_is_used_when_no_other_is_given(tmp_path: Path):
    path = sicadas(tmp_path / "a.csv", {})
    keys = keyring(settings())
    assert apart(open_file(path, settings(), keys)).accepted["person_key"][0].as_py() == keys.key("orang", f"nik:{GOOD['NIK']}")
