"""Monthly reports: one row a kelurahan and month, 'nihil' said explicitly, the latest receipt counts."""

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from ipsm_analytics.intake.batch import Batch
from tests.tables import KEYS, Cells, monthly, opened, stored, take, write


def taken_apart(folder: Path, *changes: Cells) -> Batch:
    return opened(monthly(folder / "a.csv", *changes))


def test_a_row_becomes_a_report(tmp_path: Path):
    batch = taken_apart(tmp_path, {})
    assert batch.accepted.schema.equals(schema.REPORTS)
    [row] = batch.accepted.to_pylist()
    assert row.pop("report_id") == KEYS.key("laporan", "73.71.01.1004:2026-10-01")
    assert row.pop("precedence").startswith("2026-11-03|")
    assert row == {
        "import_id": batch.import_id,
        "row_number": 2,
        "kode_kelurahan": "73.71.01.1004",
        "bulan": date(2026, 10, 1),
        "tgl_terima": date(2026, 11, 3),
        "nihil": True,
        "kunjungan": 4,
        "warnings": [],
        "sample": False,
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kode_kelurahan": "73.71.99.1004"}, "KEL_UNKNOWN"),
        ({"kode_kelurahan": ""}, "KEL_EMPTY"),
        ({"bulan": "Oktober"}, "MONTH_PARSE"),
        ({"bulan": "2026-12"}, "DATE_FUTURE"),
        ({"tgl_terima": "31/02/2026"}, "DATE_PARSE"),
        ({"nihil": ""}, "FLAG_PARSE"),
        ({"nihil": "mungkin"}, "FLAG_PARSE"),
    ],
)
def test_is_refused_for(tmp_path: Path, change: Cells, code: str):
    batch = taken_apart(tmp_path, {}, change)
    assert batch.quarantined["reasons"].to_pylist() == [[code]]
    assert batch.accepted.num_rows == 1


@pytest.mark.parametrize(
    ("text", "visits", "warnings"),
    [("", None, []), ("banyak", None, ["NUMBER_RANGE"]), ("10001", None, ["NUMBER_RANGE"]), ("0", 0, [])],
)
def test_visits_may_be_missing(tmp_path: Path, text: str, visits: int | None, warnings: list[str]):
    [row] = taken_apart(tmp_path, {"kunjungan": text, "tgl_terima": ""}).accepted.to_pylist()
    assert (row["kunjungan"], row["warnings"], row["tgl_terima"]) == (visits, warnings, None)


def test_words_for_nihil(tmp_path: Path):
    batch = taken_apart(tmp_path, {"nihil": "Nihil"}, {"nihil": "ada", "bulan": "2026-09"})
    assert batch.accepted["nihil"].to_pylist() == [True, False]


def test_the_header_may_lack_what_is_not_needed(tmp_path: Path):
    path = write(
        tmp_path / "a.csv",
        ("kelurahan", "kecamatan", "bulan", "nihil"),
        [{"kelurahan": "Lette", "kecamatan": "Mariso", "bulan": "10/2026", "nihil": "ya"}],
    )
    [row] = opened(path).accepted.to_pylist()
    assert (row["kode_kelurahan"], row["kunjungan"]) == ("73.71.01.1004", None)


def test_the_latest_receipt_stays_whichever_comes_in_first(tmp_path: Path):
    first = monthly(tmp_path / "a.csv", {"tgl_terima": "", "kunjungan": "9"}, {"tgl_terima": "05/11/2026", "kunjungan": "10"})
    second = monthly(tmp_path / "b.csv", {"tgl_terima": "07/11/2026", "nihil": "tidak", "kunjungan": "3"})
    reports = take(second, first)
    assert [(report.accepted, report.updated, report.duplicates) for report in reports] == [(1, 0, 0), (0, 0, 2)]
    assert stored("laporan")["kunjungan"].to_pylist() == [3]
