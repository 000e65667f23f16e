"""The quarterly SPM report: one row a service, quarter and area; missing is not zero, and more than all is marked."""

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from ipsm_analytics.intake.batch import Batch
from tests.tables import KEYS, Cells, opened, stored, take, write

ROW = {
    "tahun": "2026",
    "triwulan": "TW3",
    "layanan": "C03",
    "terpenuhi": "354",
    "sasaran": "410",
    "sumber_sasaran": "Asesmen 2026",
    "tgl_sasaran": "31/01/2026",
    "tgl_terima": "18/10/2026",
}


def quarterly(path: Path, *changes: Cells) -> Path:
    return write(path, schema.SPM_COLUMNS, [{**ROW, **change} for change in changes])


def taken_apart(folder: Path, *changes: Cells) -> Batch:
    return opened(quarterly(folder / "a.csv", *changes))


def test_a_row_becomes_a_figure(tmp_path: Path):
    batch = taken_apart(tmp_path, {})
    assert batch.accepted.schema.equals(schema.SPM)
    [row] = batch.accepted.to_pylist()
    assert row.pop("spm_id") == KEYS.key("spm", "73.71:2026:3:C03")
    assert row.pop("precedence").startswith("2026-10-18|")
    assert row == {
        "import_id": batch.import_id,
        "row_number": 2,
        "level": "kota",
        "kode": "73.71",
        "tahun": 2026,
        "triwulan": 3,
        "layanan": "C03",
        "terpenuhi": 354,
        "sasaran": 410,
        "sumber_sasaran": "Asesmen 2026",
        "tgl_sasaran": date(2026, 1, 31),
        "tgl_terima": date(2026, 10, 18),
        "warnings": [],
        "sample": False,
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"layanan": "C06"}, "SERVICE_UNKNOWN"),
        ({"layanan": ""}, "SERVICE_UNKNOWN"),
        ({"triwulan": "5"}, "QUARTER_PARSE"),
        ({"triwulan": ""}, "QUARTER_PARSE"),
        ({"tahun": "2017"}, "NUMBER_PARSE"),
        ({"tahun": "2027"}, "NUMBER_PARSE"),
        ({"terpenuhi": ""}, "TEXT_EMPTY"),
        ({"terpenuhi": "banyak"}, "NUMBER_PARSE"),
        ({"terpenuhi": "1.5"}, "NUMBER_PARSE"),
        ({"terpenuhi": "10000001", "sasaran": ""}, "NUMBER_PARSE"),
        ({"terpenuhi": "-1"}, "NUMBER_NEGATIVE"),
        ({"sasaran": "-1"}, "NUMBER_NEGATIVE"),
        ({"sasaran": "nihil"}, "NUMBER_PARSE"),
        ({"kode_kecamatan": "Entah"}, "KEC_UNKNOWN"),
        ({"tgl_sasaran": "31/02/2026"}, "DATE_PARSE"),
        ({"tgl_terima": "01/12/2026"}, "DATE_FUTURE"),
    ],
)
def test_is_refused_for(tmp_path: Path, change: Cells, code: str):
    batch = taken_apart(tmp_path, {"layanan": "C01"}, change)
    assert batch.quarantined["reasons"].to_pylist() == [[code]]
    assert batch.accepted.num_rows == 1


@pytest.mark.parametrize(
    ("change", "warnings"),
    [
        ({"terpenuhi": "410"}, []),
        ({"terpenuhi": "411"}, ["SPM_OVER"]),
        ({"sasaran": "0"}, ["SPM_OVER"]),
        ({"sasaran": "", "sumber_sasaran": "", "tgl_sasaran": ""}, []),
        ({"sumber_sasaran": ""}, ["SPM_UNSOURCED"]),
        ({"tgl_sasaran": ""}, ["SPM_UNSOURCED"]),
        ({"triwulan": "4"}, ["QUARTER_OPEN"]),
    ],
)
def test_is_marked_for(tmp_path: Path, change: Cells, warnings: list[str]):
    [row] = taken_apart(tmp_path, change).accepted.to_pylist()
    assert row["warnings"] == warnings


def test_a_target_not_assessed_is_a_gap_and_zero_is_zero(tmp_path: Path):
    batch = taken_apart(tmp_path, {"sasaran": ""}, {"layanan": "C01", "terpenuhi": "0", "sasaran": "0"})
    assert batch.accepted["sasaran"].to_pylist() == [None, 0]


def test_a_fall_within_a_year_is_marked_and_january_begins_anew(tmp_path: Path):
    rows = [
        {"tahun": "2026", "triwulan": "2", "terpenuhi": "200"},
        {"tahun": "2026", "triwulan": "1", "terpenuhi": "201"},
        {"tahun": "2026", "triwulan": "3", "terpenuhi": "201"},
        {"tahun": "2025", "triwulan": "4", "terpenuhi": "400"},
        {"tahun": "2026", "triwulan": "3", "terpenuhi": "5", "kode_kecamatan": "73.71.07"},
        {"tahun": "2026", "triwulan": "3", "terpenuhi": "6", "layanan": "C01"},
    ]
    batch = taken_apart(tmp_path, *rows)
    assert batch.accepted["warnings"].to_pylist() == [["SPM_FALLS"], [], [], [], [], []]


@pytest.mark.parametrize("text", ["", "73.71", "Kota Makassar"])
def test_the_city_is_no_kecamatan(tmp_path: Path, text: str):
    assert taken_apart(tmp_path, {"kode_kecamatan": text}).accepted["kode"].to_pylist() == ["73.71"]


@pytest.mark.parametrize("text", ["73.71.07", "737107", "Tallo", "Kec. Tallo"])
def test_a_kecamatan_is_known_by_code_or_name(tmp_path: Path, text: str):
    [row] = taken_apart(tmp_path, {"kode_kecamatan": text}).accepted.to_pylist()
    assert (row["kode"], row["level"]) == ("73.71.07", "kecamatan")


def test_the_latest_receipt_stays_whichever_comes_in_first(tmp_path: Path):
    old = quarterly(tmp_path / "a.csv", {})
    new = quarterly(tmp_path / "b.csv", {"terpenuhi": "360", "tgl_terima": "20/10/2026"})
    assert [(report.accepted, report.duplicates) for report in take(new, old)] == [(1, 0), (0, 1)]
    assert stored("spm")["terpenuhi"].to_pylist() == [360]


def test_a_sample_row_is_marked(tmp_path: Path):
    assert taken_apart(tmp_path, {"keterangan": "DATA CONTOH"}).accepted["sample"].to_pylist() == [True]
