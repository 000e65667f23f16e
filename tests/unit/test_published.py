"""Published figures: every one with place, year, concept and source; contradictions side by side."""

from pathlib import Path

import pytest

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring
from tests.tables import FIGURE, Apart, Cells, apart, published, sicadas, stored, take, write

KEYS = Keyring(b"satu rahasia untuk uji")
SHIPPED = sorted(settings().published.glob("*.csv"))


def opened(folder: Path, *changes: Cells) -> Apart:
    return apart(open_file(published(folder / "a.csv", *changes), settings(), KEYS))


def test_a_row_becomes_a_figure(tmp_path: Path):
    batch = opened(tmp_path, {"note": "tiga sumber"})
    assert batch.accepted.schema.equals(schema.PUBLISHED)
    [row] = batch.accepted.to_pylist()
    assert {name: value for name, value in row.items() if name not in ("figure_id", "import_id", "precedence")} == {
        "row_number": 2,
        "level": "kota",
        "kode": "73.71",
        "nama": "Kota Makassar",
        "tahun": 2021,
        "konsep": "Anak jalanan",
        "jenis_kelamin": "total",
        "nilai": 459.0,
        "satuan": "orang",
        "sumber": "https://contoh.id/a",
        "catatan": "tiga sumber",
        "warnings": [],
        "sample": False,
    }


def test_blanks_around_a_cell_do_not_matter(tmp_path: Path):
    plain, padded = opened(tmp_path, {}, {name: f"  {text} " for name, text in FIGURE.items()}).accepted.to_pylist()
    assert {**padded, "row_number": 2} == plain


def test_the_other_layout_names_its_unit(tmp_path: Path):
    row = {
        "level": "kecamatan",
        "kode": "73.71.07",
        "tahun": "2019",
        "indikator": "Luas",
        "nilai": "5.83",
        "satuan": "km2",
        "source_url": "BPS",
    }
    batch = apart(open_file(write(tmp_path / "a.csv", schema.PUBLISHED_CONTEXT_COLUMNS, [row]), settings(), KEYS))
    [found] = batch.accepted.to_pylist()
    assert (found["konsep"], found["nilai"], found["satuan"]) == ("Luas", 5.83, "km2")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"kode": "73.72"}, ["AREA_UNKNOWN"]),
        ({"kode": ""}, ["AREA_UNKNOWN"]),
        ({"level": "kecamatan"}, ["LEVEL_CONFLICT"]),
        ({"kode": "73.71.01"}, ["LEVEL_CONFLICT"]),
        ({"tahun": ""}, ["NUMBER_PARSE"]),
        ({"tahun": "2027"}, ["NUMBER_PARSE"]),
        ({"tahun": "1989"}, ["NUMBER_PARSE"]),
        ({"jumlah": ""}, ["NUMBER_PARSE"]),
        ({"jumlah": "nan"}, ["NUMBER_PARSE"]),
        ({"jumlah": "1.234.567"}, ["NUMBER_PARSE"]),
        ({"kategori": ""}, ["TEXT_EMPTY"]),
        ({"source_url": " "}, ["TEXT_EMPTY"]),
        ({"kode": "?", "tahun": "?"}, ["AREA_UNKNOWN", "NUMBER_PARSE"]),
    ],
)
def test_is_refused_for(tmp_path: Path, change: Cells, codes: list[str]):
    batch = opened(tmp_path, {}, change)
    assert batch.quarantined["reasons"].to_pylist() == [codes]
    assert batch.accepted.num_rows == 1


def test_contradictions_stand_side_by_side(tmp_path: Path):
    path = published(
        tmp_path / "a.csv",
        {},
        {"jumlah": "432", "source_url": "https://contoh.id/b"},
        {"jumlah": "406", "source_url": "https://contoh.id/c"},
    )
    assert take(path)[0].accepted == 3
    assert sorted(stored("angka_terbit")["nilai"].to_pylist()) == [406, 432, 459]


def test_they_come_in_beside_sample_and_real_data(tmp_path: Path):
    figures = published(tmp_path / "a.csv", {})
    sample = sicadas(tmp_path / "b.csv", {"Keterangan": "DATA CONTOH"})
    take(sample, figures)
    assert [stored(name).num_rows for name in ("kasus", "angka_terbit")] == [1, 1]
    take(sicadas(tmp_path / "c.csv", {"NIK": "7371014506900002"}))
    assert [stored(name).num_rows for name in ("kasus", "angka_terbit")] == [1, 1]
    assert stored()["sample"].to_pylist() == [False]


def test_the_shipped_files_are_taken_whole():
    reports = take(*SHIPPED)
    assert [(report.file, report.rows_read, report.accepted) for report in reports] == [
        ("angka_terbit_ppks.csv", 58, 58),
        ("penduduk_dan_kemiskinan.csv", 36, 36),
    ]
    assert not any(report.problems or report.unknown_columns for report in reports)
