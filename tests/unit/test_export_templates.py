"""Templates: what is filled in is accepted, every column is explained, every list is what the intake takes."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.export.templates import COLUMNS, TEMPLATES, descriptions, lists, template
from ipsm_analytics.intake import readers
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.statuses import spellings
from tests.tables import apart

KEYS = Keyring(b"satu rahasia untuk uji")
PLACE = {"kode_kelurahan": "73.71.01.1004", "kelurahan": "Lette", "kecamatan": "Mariso"}
CASE = {**PLACE, "id_kasus": "K-1", "tgl_lapor": date(2026, 10, 5), "kategori": "Fakir Miskin", "status": "baru", "usia": 36}
REPORT = {**PLACE, "bulan": "2026-10", "nihil": "ya", "kunjungan": 4, "tgl_terima": date(2026, 11, 3)}
MEMBER = {**PLACE, "id_psm": "PSM-001", "organisasi": "IPSM", "aktif_sejak": date(2020, 6, 5)}
QUARTER = {"tahun": 2026, "triwulan": "TW3", "layanan": "C03", "kode_kecamatan": "73.71.07", "terpenuhi": 35, "sasaran": 41}
QUARTER |= {"sumber_sasaran": "Asesmen 2026", "tgl_sasaran": date(2026, 1, 31), "tgl_terima": date(2026, 10, 18)}
FILLED = {
    "spm": [QUARTER, {**QUARTER, "layanan": "C01", "kode_kecamatan": ""}],
    "roster-psm": [MEMBER, {**MEMBER, "id_psm": "PSM-002"}],
    "kasus-lengkap": [CASE, {**CASE, "id_kasus": "K-2", "nik": "7371014506900001"}],
    "laporan-bulanan": [REPORT, {**REPORT, "bulan": "2026-09", "tgl_terima": date(2026, 10, 2)}],
}


def test_every_template_is_tried():
    assert set(FILLED) == set(TEMPLATES)


@pytest.mark.parametrize("kind", FILLED)
def test_two_filled_rows_are_accepted(tmp_path: Path, kind: str):
    path = tmp_path / TEMPLATES[kind]
    path.write_bytes(template(kind, rows=FILLED[kind]))
    batch = apart(open_file(path, settings(), KEYS))
    assert (batch.format.kind, batch.accepted.num_rows, batch.problems) == (kind, 2, ())
    assert batch.unknown_columns == ("lembar Petunjuk", "lembar Daftar")


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_form_is_the_data_sheet_even_with_one_row(tmp_path: Path, kind: str):
    path = tmp_path / "a.xlsx"
    path.write_bytes(template(kind, rows=[dict.fromkeys(COLUMNS[kind][:1], "x")]))
    assert readers.read(path).cells.column_names == list(COLUMNS[kind])


def test_every_column_is_explained_and_no_other():
    assert {kind: list(columns) for kind, columns in descriptions().items()} == {k: list(v) for k, v in COLUMNS.items()}
    for columns in descriptions().values():
        for name, said in columns.items():
            assert set(said) == {"arti", "wajib", "boleh", "contoh"}, name
            assert all(isinstance(text, str) for text in said.values()), name
            assert said["arti"], name


def test_every_value_offered_is_one_the_intake_takes():
    assert all(categories.match(text).code for text in lists()["kategori"])
    assert all(text in spellings() for text in lists()["status"])
    assert len(lists()["kode_kelurahan"]) == 153
    assert all(areas.resolve("", "", code).code == code for code in lists()["kode_kelurahan"])
    assert all(areas.resolve("", name).reason == "KEL_EMPTY" for name in lists()["kecamatan"])


def test_lists_are_hidden_and_long_ones_refer_to_them():
    with zipfile.ZipFile(io.BytesIO(template("laporan-bulanan"))) as parts:
        book, form = (parts.read(f"xl/{name}.xml").decode() for name in ("workbook", "worksheets/sheet1"))
    assert 'name="Daftar" sheetId="3" state="hidden"' in book
    assert "Daftar!$A$2:$A$154" in form
    assert "Daftar!$C$2:$C$16" in form
    assert 'state="frozen"' in form


def test_an_unknown_template_is_refused():
    with pytest.raises(UserError, match=r"Templat tidak dikenal.*lain"):
        template("lain")
