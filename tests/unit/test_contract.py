"""The contract between the stages: each rule notices its own fault alone, says where, and never shows a value."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ipsm_analytics import contract, schema
from ipsm_analytics.config import settings
from ipsm_analytics.contract.rules import rules
from ipsm_analytics.cube import load
from ipsm_analytics.cube.build import CASE_COLUMNS, REPORT_COLUMNS
from ipsm_analytics.errors import InternalError
from ipsm_analytics.intake import batch, cases, fields, readers
from ipsm_analytics.intake.formats import FORMATS, SICADAS_PPKS
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import Store
from scripts import contract_doc
from tests.conftest import TODAY
from tests.tables import opened, sicadas, take, template, write

DAY = date.fromisoformat(TODAY)
TOMORROW = DAY + timedelta(days=1)
KEY = "0123456789abcdef" * 2
STANDING = {"warnings": ["STATUS_EMPTY"], "precedence": "1|2026", "sample": False}
TOKENS = {name: [KEY[:16], KEY[16:]] for name in ("name_keys", "sound_keys", "nik_keys", "birth_keys")}
PERSON = {"person_key": KEY, "identity": "nik"}
ROWS: Mapping[str, Mapping[str, object]] = {
    "kasus": {
        "case_id": KEY,
        **PERSON,
        **TOKENS,
        "kode_kelurahan": "73.71.01.1004",
        "kategori": ["PPKS-24", "PPKS-08"],
        "tgl_lapor": DAY,
        "status": "baru",
        **{name: date(2000, 1, 1) for name in cases.DATES},
        "kanal": "PSM",
        "id_psm": "PSM-0101-01",
        "jk": "P",
        "usia": 120,
        "tahun_lahir": 1900,
        "sub_disabilitas": ["fisik"],
        "terlantar": True,
        "program_diterima": ["PKH", "BLT"],
        "desil": 10,
        "status_padan": "padan",
        "fokus": "EKONOMI",
        "opd_rujukan": "Dinas Sosial",
        "hasil": "sebagian",
    },
    "laporan": {
        "report_id": KEY,
        "kode_kelurahan": "73.71.01.1004",
        "bulan": date(2026, 11, 1),
        "tgl_terima": DAY,
        "nihil": False,
        "kunjungan": 0,
    },
    "angka_terbit": {
        "figure_id": KEY,
        "level": "kota",
        "kode": "73.71",
        "nama": "Kota Makassar",
        "tahun": 2026,
        "konsep": "Anak jalanan",
        "jenis_kelamin": "",
        "nilai": 459.0,
        "satuan": "orang",
        "sumber": "https://contoh.id/a",
        "catatan": "",
    },
    "karantina": {
        "row_id": f"{KEY}-12",
        "kind": "sicadas-ppks",
        "reasons": ["KEL_UNKNOWN", "STATUS_EMPTY"],
        "columns": ["Kelurahan", "Status"],
        "sealed": b"x",
        "kode_kelurahan": "73.71.01.1004",
        "bulan": date(2026, 10, 1),
    },
    "register": {
        "entry_id": KEY,
        **TOKENS,
        **PERSON,
        "family_key": KEY,
        "sumber": "dtks",
        "kode_kelurahan": "73.71.01.1004",
        "jk": "L",
        "tahun_lahir": 1900,
        "desil": 1,
        "kategori": ["PPKS-24"],
        "keterangan_padan": "padan",
        "pbi_nas": True,
        "pbi_pemda": False,
        "tahun_data": 2026,
    },
    "bansos": {
        "proposal_id": KEY,
        **PERSON,
        "family_key": KEY,
        "kode_kelurahan": "73.71.01.1004",
        "tgl_usul": DAY,
        "status": "layak",
    },
    "padanan": {
        "pair_id": KEY,
        "left_key": KEY,
        "right_key": KEY[::-1],
        "decision": "sama",
        "probability": 1.0,
        "user": "petugas",
        "time": datetime(2026, 11, 24, tzinfo=UTC),
    },
    "rekap": {
        "recap_id": KEY,
        "level": "kecamatan",
        "kode": "73.71.07",
        "kode_kategori": "PPKS-04",
        "label": "Anak / Jalanan",
        "jenis_kelamin": "total",
        "awal": date(1990, 1, 1),
        "akhir": date(2026, 12, 31),
        "nilai": 0,
        "sumber": "rekap.xlsx",
        "catatan": "",
    },
    "spm": {
        "spm_id": KEY,
        "level": "kecamatan",
        "kode": "73.71.07",
        "tahun": 2018,
        "triwulan": 4,
        "layanan": "C05",
        "terpenuhi": 0,
        "sasaran": 10_000_000,
        "sumber_sasaran": "Asesmen 2026",
        "tgl_sasaran": date(2000, 1, 1),
        "tgl_terima": DAY,
    },
    "roster": {
        "roster_id": KEY,
        "id_psm": "PSM-0101-01",
        "kode_kelurahan": "73.71.01.1004",
        "organisasi": "IPSM",
        "aktif_sejak": date(1970, 1, 1),
    },
}
"""A row of each table with every column filled, at the limits of its rules."""

NO_KEY = [("hex", KEY[:-1]), ("hex", KEY.upper()), ("hex", f"{KEY}0"), ("hex", f"{KEY}\n")]
NO_DAY = [("2000-01-01 sampai hari intake", date(1999, 12, 31)), ("2000-01-01 sampai hari intake", TOMORROW)]
SHARED = {
    "person_key": NO_KEY,
    "family_key": NO_KEY,
    "identity": [("nik · nama_lahir · tidak_ada", "NIK")],
    "import_id": [("tidak kosong", "")],
    "row_number": [("1 atau lebih, naik, tanpa ulangan", 2), ("1 atau lebih, naik, tanpa ulangan", 0)],
    "kode_kelurahan": [("salah satu dari 153", "73.71.99.1001"), ("salah satu dari 153", "73.71.01")],
    "kategori": [("paling sedikit satu", []), ("kode kategori yang dikenal", ["PPKS-08", "PPKS-99"])],
    "id_psm": [("1 sampai 16 huruf besar", "psm-1"), ("1 sampai 16 huruf besar", "SITTI CONTOH")],
    "jk": [("L · P", "W")],
    "tahun_lahir": [("1900 sampai tahun intake", 1899), ("1900 sampai tahun intake", 2027)],
    **{name: [("16 digit heksadesimal", ["SITTI"]), ("16 digit heksadesimal", [KEY[:16], KEY])] for name in TOKENS},
    "desil": [("1 sampai 10", 0), ("1 sampai 10", 11)],
    "sumber": [("tidak kosong", "")],
    "warnings": [("tingkat peringatan", ["KEL_UNKNOWN"]), ("tingkat peringatan", ["STATUS_EMPTY", "ENTAH"])],
    "precedence": [("tidak kosong", "")],
}
OWN = {
    "kasus": {
        "case_id": NO_KEY,
        "tgl_lapor": NO_DAY,
        **dict.fromkeys(cases.DATES, NO_DAY),
        "status": [("baru · verifikasi", "hilang")],
        "kanal": [("PSM · TKSK", "psm")],
        "usia": [("0 sampai 120", -1), ("0 sampai 120", 121)],
        "sub_disabilitas": [("paling sedikit satu", []), ("nilai sub_disabilitas", ["fisik", "lain"])],
        "program_diterima": [("paling sedikit satu", []), ("nilai program_diterima", ["Sitti", "PKH"])],
        "status_padan": [("padan · tidak padan", "1")],
        "fokus": [("EKONOMI", "ekonomi")],
        "opd_rujukan": [("nilai opd_rujukan", "dinsos")],
        "hasil": [("terpenuhi · sebagian", "")],
    },
    "laporan": {
        "report_id": NO_KEY,
        "tgl_terima": NO_DAY,
        "bulan": [("tanggal 1", date(2026, 10, 2)), (NO_DAY[0][0], date(1999, 12, 1)), (NO_DAY[0][0], date(2026, 12, 1))],
        "kunjungan": [("0 sampai 10000", -1), ("0 sampai 10000", 10_001)],
    },
    "angka_terbit": {
        "figure_id": NO_KEY,
        "level": [("kota · kecamatan · kelurahan", "provinsi")],
        "kode": [("kode wilayah", "73.72")],
        "tahun": [("1990 sampai tahun intake", 1989), ("1990 sampai tahun intake", 2027)],
        "konsep": [("tidak kosong", "")],
        "satuan": [("tidak kosong", "")],
    },
    "karantina": {
        "row_id": [("tanda hubung", KEY), ("tanda hubung", f"{KEY}-0")],
        "kind": [("tidak kosong", "")],
        "reasons": [("kode alasan yang dikenal", ["KEL_UNKNOWN", "ENTAH"]), ("galat", ["STATUS_EMPTY"]), ("galat", [])],
        "columns": [("paling sedikit satu", [])],
        "sealed": [("tidak kosong", b"")],
        "bulan": NO_DAY,
    },
    "register": {
        "entry_id": NO_KEY,
        "keterangan_padan": [("padan · tidak padan", "1")],
        "tahun_data": [("2005 sampai tahun intake", 2004), ("2005 sampai tahun intake", 2027)],
    },
    "bansos": {"proposal_id": NO_KEY, "tgl_usul": NO_DAY, "status": [("belum · layak", "baru")]},
    "padanan": {
        "pair_id": NO_KEY,
        "left_key": NO_KEY,
        "right_key": NO_KEY,
        "decision": [("sama · beda", "mungkin")],
        "probability": [("0 sampai 1", -0.1), ("0 sampai 1", 1.1)],
        "user": [("tidak kosong", "")],
    },
    "rekap": {
        "recap_id": NO_KEY,
        "level": [("kota · kecamatan · kelurahan", "provinsi")],
        "kode": [("kode wilayah", "73.72")],
        "kode_kategori": [("kode kategori yang dikenal", "PPKS-99")],
        "label": [("tidak kosong", "")],
        "jenis_kelamin": [("L · P · total", "semua")],
        "awal": [("1990-01-01 sampai hari intake", date(1989, 12, 31)), ("1990-01-01 sampai hari intake", TOMORROW)],
        "akhir": [("1990-01-01 atau sesudahnya", date(1989, 12, 31))],
        "nilai": [("0 atau lebih", -1)],
    },
    "spm": {
        "spm_id": NO_KEY,
        "level": [("kota · kecamatan", "kelurahan")],
        "kode": [("kode kota atau kecamatan", "73.71.01.1004"), ("kode kota atau kecamatan", "73.72")],
        "tahun": [("2018 sampai tahun intake", 2017), ("2018 sampai tahun intake", 2027)],
        "triwulan": [("1 sampai 4", 0), ("1 sampai 4", 5)],
        "layanan": [("C01 · C02", "C06"), ("C01 · C02", "Lansia")],
        "terpenuhi": [("0 sampai 10000000", -1)],
        "sasaran": [("0 sampai 10000000", -1)],
        "sumber_sasaran": [("tidak kosong", "")],
        "tgl_sasaran": NO_DAY,
        "tgl_terima": NO_DAY,
    },
    "roster": {
        "roster_id": NO_KEY,
        "organisasi": [("nilai organisasi", "Sitti")],
        "aktif_sejak": [("1970-01-01 sampai hari intake", date(1969, 12, 31)), ("1970-01-01 sampai hari intake", TOMORROW)],
    },
}
COLUMNS = [(table, field.name) for table, (target, _) in schema.TABLES.items() for field in target]
FAULTS = [
    (table, column, rule.replace("hex", "32 digit heksadesimal"), value)
    for table, column in COLUMNS
    for rule, value in OWN[table].get(column, SHARED.get(column, []))
]
CELLS = {name: pa.array(["a", ""]) for name in SICADAS_PPKS.columns}
READ = {"kasus": CASE_COLUMNS, "laporan": REPORT_COLUMNS}


def good(table: str, rows: int = 3) -> pa.Table:
    target = schema.TABLES[table][0]
    shared = STANDING | {"import_id": "abc-kasus"} | ROWS[table]
    return pa.Table.from_pylist(
        [{**{name: shared[name] for name in target.names if name != "row_number"}, "row_number": 2 + row} for row in range(rows)],
        schema=target,
    )


def changed(rows: pa.Table, column: str, value: object, place: int = 1) -> pa.Table:
    """The rows with another value in one cell."""
    values = rows[column].to_pylist()
    values[place] = value
    return put(rows, column, pa.array(values, rows.schema.field(column).type))


def put(rows: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return rows.set_column(rows.schema.get_field_index(column), column, values)


def breach(table: str, rows: pa.Table) -> str:
    with pytest.raises(InternalError) as caught:
        contract.checked(table, rows, DAY)
    return str(caught.value)


def breaches(table: str, rows: pa.Table) -> list[str]:
    return breach(table, rows).removeprefix(f"Kontrak tabel {table} dilanggar: ").removesuffix(".").split("; ")


class TestTables:
    @pytest.mark.parametrize("table", schema.TABLES)
    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_good_rows_come_back_as_they_are(self, table: str, count: int):
        rows = good(table, count)
        assert contract.checked(table, rows, DAY) is rows

    @pytest.mark.parametrize("table", schema.TABLES)
    def test_gaps_are_good_where_the_schema_has_them(self, table: str):
        rows = good(table)
        for field in schema.TABLES[table][0]:
            rows = put(rows, field.name, pa.nulls(3, field.type)) if field.nullable else rows
        contract.checked(table, rows, DAY)

    @pytest.mark.parametrize(("table", "column", "rule", "value"), FAULTS)
    def test_a_rule_notices_its_fault_and_no_other_does(self, table: str, column: str, rule: str, value: object):
        said = breach(table, changed(good(table), column, value))
        assert said.startswith(f"Kontrak tabel {table} dilanggar: kolom {column}: ")
        assert rule in said
        assert said.endswith(" (1 baris).")
        assert said.count("baris)") == 1

    @pytest.mark.parametrize(("table", "column"), COLUMNS)
    def test_every_rule_has_its_fault_here(self, table: str, column: str):
        named = [rule for one, where, rule, _ in FAULTS if (one, where) == (table, column)]
        assert [rule.text for rule in rules(table, column) if not any(text in rule.text for text in named)] == []
        assert bool(named) == bool(rules(table, column))

    @pytest.mark.parametrize("table", schema.TABLES)
    def test_gaps_are_noticed_where_the_schema_has_none(self, table: str):
        rows, target = good(table), schema.TABLES[table][0]
        for name in target.names:
            rows = changed(rows, name, None)
        needed = [field.name for field in target if not field.nullable]
        assert breaches(table, rows) == [f"kolom {name}: tidak boleh kosong (1 baris)" for name in needed]

    @pytest.mark.parametrize("table", schema.TABLES)
    def test_another_type_is_noticed_in_every_column(self, table: str):
        rows = good(table)
        for name in rows.column_names:
            rows = put(rows, name, pa.array([1, 2, 3], pa.uint64()))
        found = [one.removesuffix(" (3 baris)") for one in breaches(table, rows) if "tipe lain" in one]
        assert found == [f"kolom {name}: tipe lain" for name in rows.column_names]

    @pytest.mark.parametrize("table", schema.TABLES)
    def test_every_missing_column_is_noticed(self, table: str):
        rows = good(table)
        first, *others = rows.column_names
        assert breaches(table, rows.select([first])) == [f"kolom {name}: tidak ada" for name in others]

    def test_a_column_too_many_is_noticed(self):
        rows = good("roster").append_column("nama", pa.array(["Sitti"] * 3))
        assert breach("roster", rows) == "Kontrak tabel roster dilanggar: kolom nama: tidak dikenal."

    def test_columns_in_another_order_are_noticed(self):
        rows = good("roster")
        said = breach("roster", rows.select([*rows.column_names[1:], rows.column_names[0]]))
        assert "kolom id_psm: tidak pada urutannya" in said

    def test_all_breaches_are_counted_and_no_value_is_shown(self):
        rows = changed(changed(good("kasus"), "status", "Sitti Contoh"), "status", "Budi Contoh", 2)
        rows = changed(rows, "case_id", "7371014506900001", 0)
        with pytest.raises(InternalError) as caught:
            contract.checked("kasus", rows, DAY)
        states = " · ".join(schema.STATUSES)
        assert str(caught.value) == (
            f"Kontrak tabel kasus dilanggar: kolom case_id: 32 digit heksadesimal (1 baris); kolom status: {states} (2 baris)."
        )
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None

    def test_a_gap_within_a_list_is_no_known_code(self):
        assert "kode kategori yang dikenal" in breach("kasus", changed(good("kasus"), "kategori", ["PPKS-08", None]))

    def test_lists_are_told_apart_across_gaps_and_pieces(self):
        rows = changed(changed(good("kasus", 5), "sub_disabilitas", None, 0), "sub_disabilitas", ["fisik", "lain"], 3)
        pieces = pa.concat_tables([rows.slice(0, 2), rows.slice(2)])
        assert "kolom sub_disabilitas: nilai sub_disabilitas dalam isian.yml (1 baris)." in breach("kasus", pieces)

    def test_a_key_may_be_repeated(self):
        assert len(contract.checked("kasus", good("kasus", 2), DAY)["case_id"].unique()) == 1

    def test_the_states_of_the_contract_are_those_of_the_reference(self):
        assert tuple(statuses()) == schema.STATUSES


class TestStored:
    @pytest.mark.parametrize(("table", "columns"), READ.items())
    def test_some_columns_are_enough(self, table: str, columns: list[str]):
        rows = good(table).select(columns)
        assert contract.stored(table, rows) is rows

    @pytest.mark.parametrize(
        ("table", "column", "rule", "value"),
        [fault for fault in FAULTS if fault[1] in READ.get(fault[0], []) and fault[3] not in (TOMORROW, date(2026, 12, 1))],
    )
    def test_the_same_faults_are_noticed(self, table: str, column: str, rule: str, value: object):
        with pytest.raises(
            InternalError, match=rf"^Kontrak tabel {table} dilanggar: kolom {column}: [^;]*{rule}[^;]*\(1 baris\)"
        ):
            contract.stored(table, changed(good(table), column, value).select(READ[table]))

    @pytest.mark.parametrize(
        ("column", "values"), [("status", pa.array([1, 2, 3])), ("status", pa.array(["baru", None, "baru"]))]
    )
    def test_types_and_gaps_are_noticed(self, column: str, values: pa.Array):
        with pytest.raises(InternalError, match=f"Kontrak tabel kasus dilanggar: kolom {column}: "):
            contract.stored("kasus", put(good("kasus"), column, values).select(READ["kasus"]))

    def test_another_day_is_no_fault(self):
        rows = changed(good("kasus"), "tgl_lapor", TOMORROW)
        assert contract.stored("kasus", rows) is rows

    @pytest.mark.parametrize(("table", "column"), [("kasus", "status"), ("kasus", "person_key"), ("laporan", "bulan")])
    def test_the_cube_is_not_built_of_rows_that_break_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, column: str
    ):
        take(template(tmp_path / "a.csv", {}))
        store, read = Store(settings()), Store.read

        def broken(self, name: str, version, columns=None) -> pa.Table:
            rows = read(self, name, version, columns)
            fake = good(name, 1).select(rows.column_names) if name == table else rows
            return changed(fake, column, date(2026, 1, 2) if column == "bulan" else "x", 0) if column in columns else fake

        monkeypatch.setattr(Store, "read", broken)
        with pytest.raises(InternalError, match=f"Kontrak tabel {table} dilanggar: kolom {column}"):
            load(store, store.latest())


def sheet(cells: Mapping[str, pa.Array], numbers: list[int]) -> pa.Table:
    return contract.checked_sheet(
        "sicadas-ppks", pa.table(cells), np.array(numbers, dtype=np.int64), SICADAS_PPKS.columns, SICADAS_PPKS.required
    )


class TestSheet:
    def test_texts_under_the_fields_are_good_in_any_order(self):
        cells = dict(reversed(CELLS.items()))
        assert sheet(cells, [2, 5]).column_names == list(cells)

    def test_a_field_that_may_be_missing_is_not_missed(self):
        fewer = {name: cells for name, cells in CELLS.items() if name in SICADAS_PPKS.required}
        assert sheet(fewer, [2, 3]).column_names == list(fewer)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"nik": pa.array([1, 2])}, "kolom nik: tipe lain"),
            ({"lokasi": pa.array(["a", None])}, r"kolom lokasi: tidak boleh kosong \(1 baris\)"),
            ({"id_kasus": pa.array(["a", "b"])}, "kolom id_kasus: tidak dikenal"),
        ],
    )
    def test_other_cells_are_noticed(self, change: dict[str, pa.Array], said: str):
        with pytest.raises(InternalError, match=f"Kontrak tabel sicadas-ppks dilanggar: {said}"):
            sheet(CELLS | change, [2, 3])

    def test_a_missing_required_field_is_noticed(self):
        with pytest.raises(InternalError, match=r"kolom status: tidak ada\.$"):
            sheet({name: cells for name, cells in CELLS.items() if name != "status"}, [2, 3])

    @pytest.mark.parametrize("numbers", [[3, 2], [2, 2], [0, 2]])
    def test_row_numbers_out_of_order_are_noticed(self, numbers: list[int]):
        with pytest.raises(InternalError, match=r"kolom nomor baris: 1 atau lebih, naik, tanpa ulangan \(1 baris\)\.$"):
            sheet(CELLS, numbers)


class TestInTheIntake:
    def test_a_limit_forgotten_while_parsing_stops_the_import(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = template(tmp_path / "a.csv", {"usia": "300"})
        assert opened(path).accepted["usia"].to_pylist() == [None]
        monkeypatch.setattr(cases, "whole_number", lambda low, high: fields.whole_number(0, 999))
        with pytest.raises(InternalError, match=r"Kontrak tabel kasus dilanggar: kolom usia: 0 sampai 120 \(1 baris\)\.$"):
            take(path)
        assert Store(settings()).latest_number() == 0

    def test_a_refused_row_without_an_envelope_stops_the_import(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(Keyring, "seal", lambda self, text: b"")
        with pytest.raises(InternalError, match=r"Kontrak tabel karantina dilanggar: kolom sealed: tidak kosong \(1 baris\)"):
            opened(sicadas(tmp_path / "a.csv", {"Kelurahan": "Xyz"}, {}))

    def test_rows_numbered_backwards_stop_the_import(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        read = readers.read

        def backwards(path: Path) -> readers.RawTable:
            raw = read(path)
            return replace(raw, row_numbers=raw.row_numbers[::-1])

        monkeypatch.setattr(batch.readers, "read", backwards)
        with pytest.raises(InternalError, match="Kontrak tabel sicadas-ppks dilanggar: kolom nomor baris"):
            opened(sicadas(tmp_path / "a.csv", {}, {}))

    def test_somebody_too_old_to_live_has_no_age(self, tmp_path: Path):
        births = [
            {"id_kasus": str(number), "tgl_lahir": day} for number, day in enumerate(("05/10/1905", "06/10/1905", "1900-01-01"))
        ]
        assert opened(template(tmp_path / "a.csv", *births)).accepted["usia"].to_pylist() == [None, 120, None]

    def test_a_month_before_the_first_year_is_refused(self, tmp_path: Path):
        row = {"kode_kelurahan": "73.71.01.1004", "nihil": "ya"}
        months = [{**row, "bulan": month} for month in ("1999-12", "2000-01", "1026-10")]
        found = opened(write(tmp_path / "a.csv", schema.MONTHLY_REPORT_COLUMNS, months))
        assert found.quarantined["reasons"].to_pylist() == [["DATE_TOO_OLD"]] * 2
        assert found.accepted["bulan"].to_pylist() == [date(2000, 1, 1)]

    def test_a_file_of_misshapen_rows_alone_is_good(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv")
        path.write_text(path.read_text() + "a,b\n")
        assert (len(opened(path).accepted), len(opened(path).quarantined)) == (0, 1)


def test_pages_and_their_cube_do_without_pandera(tmp_path: Path):
    take(template(tmp_path / "a.csv", {}))
    code = """
import sys
import ipsm_analytics.app.page, ipsm_analytics.app.actions, ipsm_analytics.app.cache
from ipsm_analytics.config import settings
from ipsm_analytics.cube import load
from ipsm_analytics.store import Store
store = Store(settings())
assert load(store, store.latest()).cutoff
sys.exit("pandera" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=contract_doc.PAGE.parents[1]).returncode == 0


class TestPage:
    def test_it_is_up_to_date(self):
        assert contract_doc.PAGE.read_text(encoding="utf-8") == contract_doc.document(), "python -m scripts.contract_doc"

    def test_it_tells_every_column_of_every_table_and_format(self):
        page = contract_doc.document()
        assert page.count("\n| `") == len(COLUMNS) + sum(len(form.columns) for form in FORMATS) + sum(map(len, READ.values()))
        assert "| `usia` | bilangan bulat 16 bit | ya | 0 sampai 120 |" in page
        assert "| `bulan` | tanggal | tidak | tanggal 1 sebuah bulan; 2000-01-01 sampai hari intake |" in page
