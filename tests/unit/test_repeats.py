"""What the clerk is told of rows taken before and of persons in more than one case; nothing of it decides a row."""

from pathlib import Path

import pytest

from ipsm_analytics.ingest import Report
from tests.tables import sicadas, stored, take

NIK, OTHER = {"NIK": "7371014506900001"}, {"NIK": "7371014506900002"}
MARIO, LATER, MUCH_LATER = {"Kelurahan": "Mario"}, {"Tanggal Laporan": "04/11/2026"}, {"Tanggal Laporan": "05/11/2026"}
BEGGAR = {"Kategori PPKS": "Pengemis"}


def told(report: Report) -> list[tuple[int, str, str]]:
    return [(one.row_number, one.code, one.found) for one in report.problems if one.code.startswith("DUP_")]


def test_a_row_taken_before_is_said_to_be_so(tmp_path: Path):
    path = sicadas(tmp_path / "a.csv", NIK, OTHER, NIK)
    assert told(take(path)[0]) == [(4, "DUP_ROW", "baris yang sama ada di berkas ini")]
    [again] = take(path)
    assert {(row, found) for row, _, found in told(again)} == {(row, "sudah ada di penyimpanan") for row in (2, 3, 4)}
    assert again.reasons["DUP_ROW"] == again.duplicates == 3


ELSEWHERE = "DUP_NIK_OTHER_KEL"


def test_one_nik_in_two_kelurahan_of_one_file(tmp_path: Path):
    [report] = take(sicadas(tmp_path / "a.csv", NIK, {**NIK, **MARIO}, OTHER))
    assert told(report) == [
        (2, ELSEWHERE, "juga di Mario (Kec. Mariso)"),
        (3, ELSEWHERE, "juga di Lette (Kec. Mariso)"),
    ]
    assert stored().num_rows == 3


def test_one_nik_in_two_kelurahan_of_two_files(tmp_path: Path):
    first, second = take(sicadas(tmp_path / "a.csv", OTHER, NIK), sicadas(tmp_path / "b.csv", {**NIK, **MARIO}))
    assert told(first) == []
    assert told(second) == [(2, ELSEWHERE, "juga di Lette (Kec. Mariso)")]


@pytest.mark.parametrize(
    ("change", "days"), [(LATER, 30), (MUCH_LATER, None), ({**LATER, **BEGGAR}, None), ({**LATER, **MARIO}, None)]
)
def test_one_nik_in_one_kelurahan_is_told_when_kind_and_day_are_near(tmp_path: Path, change: dict[str, str], days: int | None):
    take(sicadas(tmp_path / "a.csv", NIK))
    [report] = take(sicadas(tmp_path / "b.csv", {**NIK, **change}))
    near = [(row, found) for row, code, found in told(report) if code == "DUP_NIK_SAME_KEL"]
    assert near == ([(2, f"kasus lain berjarak {days} hari")] if days else [])
    assert report.accepted == 1


def test_persons_without_nik_are_not_told_apart_so(tmp_path: Path):
    [report] = take(sicadas(tmp_path / "a.csv", {"NIK": ""}, {"NIK": "", **MARIO}))
    assert told(report) == []


def test_an_update_is_no_second_case(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", NIK))
    [report] = take(sicadas(tmp_path / "b.csv", {**NIK, "Status": "Selesai"}))
    assert (report.updated, told(report)) == (1, [])


def test_a_case_that_was_rewritten_by_an_update_is_still_another_case(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", NIK, {**NIK, **MARIO}))
    take(sicadas(tmp_path / "b.csv", {**NIK, "Status": "Selesai"}))
    [report] = take(sicadas(tmp_path / "c.csv", {**NIK, "Kelurahan": "Lakkang", "Kecamatan": "Tallo"}))
    assert told(report) == [(2, ELSEWHERE, "juga di Lette (Kec. Mariso), Mario (Kec. Mariso)")]
