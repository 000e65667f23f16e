"""Register rows: three layouts, one table; the same person as in the case files, and nothing in clear."""

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from ipsm_analytics.intake import tokens
from tests.tables import (
    GOOD,
    KEYS,
    Apart,
    Cells,
    check_counts_and_repeat,
    opened,
    sicadas,
    stored,
    take,
    template,
    workbook,
    write,
)

WOMAN, FAMILY = "7371014506900001", "7371010101100001"
SICADAS = {
    "No. KK": FAMILY,
    "NIK": WOMAN,
    "Nama Kepala Keluarga": "Sitti Contoh",
    "Tanggal Lahir": "05/06/1990",
    "Jenis Kelamin": "P",
    "Kecamatan": "Mariso",
    "Kelurahan": "Lette",
    "Alamat Lengkap": "Jl. Rahasia 1",
    "Desil": "2",
}
MEMBER = {
    "nomor_induk_kependudukan": WOMAN,
    "nomor_kartu_keluarga": FAMILY,
    "nama": "Sitti Contoh",
    "kode_kelurahan_desa_ktp": "7371011004",
    "desil_nasional": "3",
    "pbi_nas": "1",
    "pbi_pemda": "0",
}
DTKS = {
    "iddtks": "A-1",
    "kabupaten_kota": "KOTA MAKASSAR",
    "kecamatan": "MARISO",
    "desa_kelurahan": "LETTE",
    "nomor_kk": FAMILY,
    "nomor_nik": WOMAN,
    "nama": "SITTI CONTOH",
    "tanggal_lahir": "1990-06-05",
    "jenis_kelamin": "2",
    "nama_ibu_kandung": "Ibu Rahasia",
    "tahun_data": "2025",
    "jenis_pmks": "Fakir Miskin",
    "keterangan_padan": "1",
}
LAYOUTS = {
    "sicadas-dtsen": (schema.SICADAS_DTSEN_COLUMNS, SICADAS, ","),
    "dtsen-anggota": (schema.DTSEN_MEMBER_COLUMNS, MEMBER, ";"),
    "dtks": (schema.DTKS_COLUMNS, DTKS, "|"),
}


def made(path: Path, kind: str, *changes: Cells) -> Path:
    header, good, delimiter = LAYOUTS[kind]
    return write(path, header, [{**good, **change} for change in changes], delimiter)


def taken_apart(folder: Path, kind: str, *changes: Cells) -> Apart:
    return opened(made(folder / "a.csv", kind, *changes))


def only(batch: Apart) -> dict[str, object]:
    assert batch.quarantined.num_rows == 0
    assert batch.accepted.schema.equals(schema.REGISTER)
    [row] = batch.accepted.to_pylist()
    return row


class TestARow:
    @pytest.mark.parametrize(
        ("kind", "own"),
        [
            ("sicadas-dtsen", {"desil": 2}),
            ("dtsen-anggota", {"desil": 3, "pbi_nas": True, "pbi_pemda": False}),
            ("dtks", {"kategori": ["PPKS-24"], "keterangan_padan": "padan", "tahun_data": 2025}),
        ],
    )
    def test_becomes_an_entry(self, tmp_path: Path, kind: str, own: Cells):
        batch = taken_apart(tmp_path, kind, {})
        row = only(batch)
        assert (batch.format.kind, batch.unknown_columns) == (kind, ())
        assert row["person_key"] == KEYS.key("orang", f"nik:{WOMAN}")
        assert row["family_key"] == KEYS.key("keluarga", FAMILY)
        assert row["entry_id"] == KEYS.key("register", f"{kind}:{row['person_key']}")
        hidden = ("person_key", "family_key", "entry_id", "precedence", "import_id", *tokens.COLUMNS)
        assert {name: value for name, value in row.items() if name not in hidden and value is not None} == {
            "identity": "nik",
            "row_number": 2,
            "sumber": kind,
            "kode_kelurahan": "73.71.01.1004",
            "jk": "P",
            "tahun_lahir": 1990,
            "warnings": [],
            "sample": False,
            **own,
        }

    @pytest.mark.parametrize("kind", LAYOUTS)
    def test_holds_nothing_in_clear(self, tmp_path: Path, kind: str):
        text = str(taken_apart(tmp_path, kind, {}).accepted.to_pylist())
        assert not [secret for secret in (WOMAN, FAMILY, "itti", "SITTI", "Rahasia") if secret in text]

    def test_faults_are_told_without_what_the_cells_held(self, tmp_path: Path):
        wrong = {"nomor_nik": "73710145O6900001", "nomor_kk": "7371010101l00001", "jenis_kelamin": "Sitti", "jenis_pmks": "Sitti"}
        batch = taken_apart(tmp_path, "dtks", {**wrong, "tanggal_lahir": "Sitti", "keterangan_padan": "Sitti"})
        assert len(batch.problems) == 6
        assert not [problem.text() for problem in batch.problems if "Sitti" in problem.text() or "7371" in problem.text()]

    def test_is_the_person_of_the_case_files(self, tmp_path: Path):
        case = {"nama": "Sitti Contoh", "tgl_lahir": "05/06/1990"}
        by_nik = opened(sicadas(tmp_path / "k.csv", {})).accepted["person_key"][0]
        by_name = opened(template(tmp_path / "l.csv", case)).accepted["person_key"][0]
        assert GOOD["NIK"] == WOMAN
        keys = taken_apart(tmp_path, "dtks", {}, {"nomor_nik": ""}).accepted["person_key"].to_pylist()
        assert keys == [by_nik.as_py(), by_name.as_py()]


class TestARefusal:
    @pytest.mark.parametrize(
        ("kind", "change", "code", "column"),
        [
            ("sicadas-dtsen", {"Kelurahan": "Lete"}, "KEL_UNKNOWN", "Kelurahan"),
            ("sicadas-dtsen", {"Kelurahan": "Lakkang"}, "KEL_KEC_CONFLICT", "Kelurahan"),
            ("sicadas-dtsen", {"Tanggal Lahir": "31/02/1990"}, "DATE_PARSE", "Tanggal Lahir"),
            ("sicadas-dtsen", {"NIK": "", "Nama Kepala Keluarga": ""}, "PERSON_EMPTY", "NIK"),
            ("dtsen-anggota", {"kode_kelurahan_desa_ktp": ""}, "KEL_EMPTY", "kelurahan"),
            ("dtsen-anggota", {"kode_kelurahan_desa_ktp": "7371101004"}, "KEL_AMBIGUOUS", "kode_kelurahan_desa_ktp"),
            ("dtks", {"kabupaten_kota": "KAB. GOWA"}, "CITY_OTHER", "kabupaten_kota"),
            ("dtks", {"kecamatan": "Somba Opu"}, "KEC_UNKNOWN", "kecamatan"),
        ],
    )
    def test_has_its_reason(self, tmp_path: Path, kind: str, change: Cells, code: str, column: str):
        batch = taken_apart(tmp_path, kind, {}, change)
        assert [(problem.row_number, problem.code, problem.column) for problem in batch.problems] == [(3, code, column)]
        assert batch.quarantined["reasons"].to_pylist() == [[code]]
        assert batch.accepted["row_number"].to_pylist() == [2]

    def test_of_an_unreadable_nik_without_a_name_names_both(self, tmp_path: Path):
        batch = taken_apart(tmp_path, "sicadas-dtsen", {"NIK": "7371", "Nama Kepala Keluarga": "-"})
        assert batch.reason_counts == {"NIK_LEN": 1, "PERSON_EMPTY": 1}


class TestAWarning:
    @pytest.mark.parametrize(
        ("kind", "change", "code", "gap"),
        [
            ("sicadas-dtsen", {"No. KK": "73710101"}, "KK_FORM", "family_key"),
            ("sicadas-dtsen", {"No. KK": "7.371E+15"}, "KK_FORM", "family_key"),
            ("sicadas-dtsen", {"Desil": "11"}, "NUMBER_RANGE", "desil"),
            ("dtks", {"tahun_data": "1999"}, "NUMBER_RANGE", "tahun_data"),
            ("dtks", {"jenis_pmks": "Warga Rentan"}, "VALUE_UNKNOWN", "kategori"),
            ("dtks", {"keterangan_padan": "3"}, "VALUE_UNKNOWN", "keterangan_padan"),
            ("dtsen-anggota", {"pbi_nas": "mungkin"}, "VALUE_UNKNOWN", "pbi_nas"),
        ],
    )
    def test_leaves_a_gap(self, tmp_path: Path, kind: str, change: Cells, code: str, gap: str):
        row = only(taken_apart(tmp_path, kind, change))
        assert (row["warnings"], row[gap]) == ([code], None)

    def test_not_matched_is_not_a_gap(self, tmp_path: Path):
        states = taken_apart(tmp_path, "dtks", {"keterangan_padan": "2"}, {"keterangan_padan": ""}).accepted["keterangan_padan"]
        assert states.to_pylist() == ["tidak padan", None]

    def test_a_column_of_family_numbers_rounded_by_excel_joins_no_families(self, tmp_path: Path):
        rows = [{"No. KK": f"7371010101100{number}0", "NIK": f"73710145069000{number}"} for number in range(11, 21)]
        batch = taken_apart(tmp_path, "sicadas-dtsen", *rows)
        assert batch.reason_counts == {"KK_FORM": 10}
        assert batch.accepted["family_key"].null_count == 10

    def test_one_known_by_name_only_is_told_apart_by_family_and_place(self, tmp_path: Path):
        plain = {"NIK": "", "Tanggal Lahir": ""}
        batch = taken_apart(tmp_path, "sicadas-dtsen", plain, plain, plain | {"No. KK": ""}, plain | {"Kelurahan": "Mario"})
        assert batch.accepted["identity"].to_pylist() == ["tidak_ada"] * 4
        first, again, without, elsewhere = batch.accepted["person_key"].to_pylist()
        assert first == again
        assert len({first, without, elsewhere}) == 3


def test_a_doubtful_code_is_read_as_its_column_shows(tmp_path: Path):
    codes = ["7371101004", "7371011004", "7371011005", "7371011006"]
    changes = [
        {"kode_kelurahan_desa_ktp": code, "nomor_induk_kependudukan": f"73710145069000{n:02d}"} for n, code in enumerate(codes, 1)
    ]
    batch = taken_apart(tmp_path, "dtsen-anggota", *changes)
    assert batch.accepted["kode_kelurahan"].to_pylist()[0] == "73.71.10.1004"
    assert "dibaca sebagai kode Kemendagri" in batch.remarks[-1]
    alone = taken_apart(tmp_path, "dtsen-anggota", changes[0])
    assert (alone.accepted.num_rows, alone.reason_counts["KEL_AMBIGUOUS"], alone.remarks) == (0, 1, ())


class TestInTheStore:
    @pytest.mark.parametrize("kind", LAYOUTS)
    def test_rows_are_counted_and_again_changes_nothing(self, tmp_path: Path, kind: str):
        place = {"sicadas-dtsen": "Kelurahan", "dtsen-anggota": "kode_kelurahan_desa_ktp", "dtks": "desa_kelurahan"}[kind]
        nik = next(name for name, value in LAYOUTS[kind][1].items() if value == WOMAN)
        path = made(tmp_path / "a.csv", kind, {}, {}, {place: "Xyz"}, {nik: "7371014506900002"})
        check_counts_and_repeat(path, "register", (4, 2, 1, 1))

    def test_the_newest_year_stays_whichever_comes_in_first(self, tmp_path: Path):
        old = made(tmp_path / "a.csv", "dtks", {"tahun_data": "2021", "desa_kelurahan": "MARIO"})
        new = made(tmp_path / "b.csv", "dtks", {"tahun_data": "2025"})
        assert [(report.accepted, report.duplicates) for report in take(new, old)] == [(1, 0), (0, 1)]
        assert stored("register")["kode_kelurahan"].to_pylist() == ["73.71.01.1004"]

    def test_registers_stand_side_by_side(self, tmp_path: Path):
        take(*(made(tmp_path / f"{kind}.csv", kind, {}) for kind in LAYOUTS))
        table = stored("register")
        assert sorted(table["sumber"].to_pylist()) == sorted(LAYOUTS)
        assert len(set(table["person_key"].to_pylist())) == 1

    def test_a_workbook_with_numbers_and_days(self, tmp_path: Path):
        cells = [SICADAS[name] for name in schema.SICADAS_DTSEN_COLUMNS[:3]]
        row = [*cells, date(1990, 6, 5), "P", "Mariso", "Lette", "", 2]
        take(workbook(tmp_path / "a.xlsx", {"Lembar1": [schema.SICADAS_DTSEN_COLUMNS, row]}))
        [entry] = stored("register").to_pylist()
        assert (entry["desil"], entry["tahun_lahir"], entry["identity"]) == (2, 1990, "nik")

    def test_the_sample_makes_way_for_a_real_register_and_never_the_reverse(self, tmp_path: Path):
        sample = made(tmp_path / "a.csv", "sicadas-dtsen", {"Alamat Lengkap": "Jl. Satu (DATA CONTOH)"})
        real = made(tmp_path / "b.csv", "sicadas-dtsen", {"NIK": "7371014506900002"})
        reports = take(sample, real, sample)
        assert [report.sample for report in reports[:2]] == [True, False]
        assert reports[1].removed_sample == 1
        assert "DATA CONTOH tidak boleh masuk" in reports[2].error
        assert stored("register")["sample"].to_pylist() == [False]
