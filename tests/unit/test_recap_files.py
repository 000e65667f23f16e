"""Recaps as files: from every container the same counts, the printed sums left out, and a place a clerk can find."""

import csv
import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from ipsm_analytics.ingest import Report
from tests.tables import stored, take
from tests.unit.test_recap import MERGED, TWO_ROWS

COUNTS = [("73.71.01", "Anak / Jalanan", 3), ("73.71.01", "Anak / Terlantar", 4), ("73.71.01", "Gepeng", 0)]
COUNTS += [("73.71.02", "Anak / Terlantar", 5), ("73.71.02", "Gepeng", 2)]
"""Filled cells of TWO_ROWS; the blank one is not reported, '-' is zero."""
RENAMED = [[str(cell).replace("Gepeng", "Pengemis") if isinstance(cell, str) else cell for cell in row] for row in TWO_ROWS]


def drawn(path: Path, *sheets: str) -> Path:
    """The two-header recap as Excel holds it, once a sheet."""
    with xlsxwriter.Workbook(path) as book:
        for name in sheets or ("Rekap",):
            sheet = book.add_worksheet(name)
            for place, row in enumerate(RENAMED):
                sheet.write_row(place, 0, row)
            for first_row, first_column, last_row, last_column in MERGED:
                sheet.merge_range(first_row, first_column, last_row, last_column, RENAMED[first_row][first_column])
    return path


def counted() -> list[tuple[str, str, int]]:
    rows = stored("rekap").to_pylist()
    return sorted((row["kode"], row["label"].replace("Pengemis", "Gepeng"), row["nilai"]) for row in rows)


def check(report: Report) -> None:
    assert (report.error, report.kind, report.rows_read, report.accepted, report.quarantined) == ("", "rekap", 5, 5, 0)
    assert counted() == COUNTS
    assert "baris dan kolom jumlah diperiksa" in report.remarks[0]


def test_an_excel_recap_is_taken_in_cell_by_cell(tmp_path: Path):
    [report] = take(drawn(tmp_path / "a.xlsx"))
    check(report)
    [again] = take(drawn(tmp_path / "b.xlsx"))
    assert (again.accepted, again.duplicates) == (0, 5)


def test_so_is_one_in_delimited_text(tmp_path: Path):
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(
            [int(cell) if isinstance(cell, float) else cell for cell in row] for row in RENAMED
        )
    [report] = take(path)
    assert (report.error, report.kind, report.rows_read, report.accepted) == ("", "rekap", 5, 5)
    assert counted() == COUNTS


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_and_one_that_libreoffice_saved(tmp_path: Path, suffix: str):
    path = drawn(tmp_path / "a.xlsx")
    try:
        command = ["soffice", "--headless", "--convert-to", suffix, "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no LibreOffice")
    check(*take(tmp_path / f"a.{suffix}"))


def test_several_sheets_are_several_recaps(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, year, count in (("Lama", 2024, 7), ("Baru", 2025, "tujuh")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [f"REKAP PPKS TAHUN {year}"])
            sheet.write_row(2, 0, ["Kecamatan", "Pengemis", "Anak Jalanan"])
            sheet.write_row(3, 0, ["Mariso", count, 1])
            sheet.write_row(4, 0, ["Tallo", 2, 3])
    [report] = take(path)
    assert (report.rows_read, report.accepted, report.quarantined) == (8, 7, 1)
    [problem] = report.problems
    assert problem.text().startswith("Lembar Baru, baris 4 kolom B, kolom nilai: Angka tidak terbaca.")


def test_a_recap_of_no_period_says_how_to_give_one(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Rekap")
        for place, row in enumerate([["Kecamatan", "Pengemis"], ["Mariso", 1], ["Tallo", 2]]):
            sheet.write_row(place, 0, row)
    [report] = take(path)
    assert "periode" in report.error.lower()
    assert stored("rekap").num_rows == 0
