"""Recaps: one count a cell, printed sums checked and left out, and no number is ever guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest import Reread, ingest
from ipsm_analytics.intake import recap
from ipsm_analytics.intake.batch import open_table
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.intake.recap import numbers, period
from tests.tables import KEYS, Apart, apart, opened, sicadas, stored, take, workbook, write

Rows = Sequence[Sequence[object]]
TITLE = ["REKAP PPKS KOTA MAKASSAR BULAN OKTOBER 2026"]
HEADER = ["Kecamatan", "Anak Jalanan", "Gelandangan", "Jumlah"]
TWO_ROWS = [
    ["REKAPITULASI PPKS TAHUN 2025", "", "", "", "", "", ""],
    ["No", "Kecamatan", "Anak", "", "", "Gepeng", "Jumlah"],
    ["", "", "Terlantar", "Jalanan", "Jumlah", "", ""],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    [1.0, "Mariso", 4.0, 3.0, 7.0, "-", 7.0],
    [2.0, "Mamajang", 5.0, "", 5.0, 2.0, 7.0],
    ["Jumlah", "", 9.0, 3.0, 12.0, 2.0, 14.0],
]
MERGED = [(0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 2, 5), (1, 6, 2, 6), (6, 0, 6, 1)]
SIDE_BY_SIDE = [["Mariso", 1.0, "Wajo", 2.0], ["Tallo", 3.0, "Manggala", 4.0]]


def table(*body: Sequence[object], header: Sequence[object] = HEADER, title: str = TITLE[0]) -> Rows:
    return [[title], [], header, *body]


def read(*body: Sequence[object], header: Sequence[object] = HEADER, title: str = TITLE[0]) -> recap.Recap:
    return recap.read(table(*body, header=header, title=title), [], file="a.xlsx", sheet="Lembar1")


def values(found: recap.Recap) -> dict[tuple[str, str], int | None]:
    return {(cell.kelurahan or cell.kecamatan, cell.label): cell.value for cell in found.cells}


def column(found: recap.Recap, label: str = "Anak Jalanan") -> list[int | None]:
    return [cell.value for cell in found.cells if cell.label == label]


def raw_table(found: recap.Recap) -> RawTable:
    """What a reader makes of a recap."""
    header, rows, row_numbers = recap.to_table(found)
    cells = pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(header)})
    return RawTable(found.file, hashlib.sha256(str(rows).encode()).hexdigest(), cells, np.array(row_numbers), {})


def batch(found: recap.Recap) -> Apart:
    return apart(open_table(raw_table(found), settings(), KEYS))


class TestTable:
    def test_two_header_rows_give_each_cell_its_label_and_place(self):
        found = recap.read(TWO_ROWS, MERGED, file="a.xlsx", sheet="Lembar1")
        assert values(found) == {
            ("Mariso", "Anak / Terlantar"): 4,
            ("Mariso", "Anak / Jalanan"): 3,
            ("Mariso", "Gepeng"): 0,
            ("Mamajang", "Anak / Terlantar"): 5,
            ("Mamajang", "Gepeng"): 2,
        }
        assert [(cell.row, cell.column) for cell in found.cells] == [(5, 3), (5, 4), (5, 6), (6, 3), (6, 6)]
        assert found.cells[0].header == ("Anak", "Terlantar")
        assert {cell.period for cell in found.cells} == {(date(2025, 1, 1), date(2025, 12, 31))}
        assert not any(cell.codes for cell in found.cells)

    def test_a_dash_is_zero_and_a_blank_is_not_reported(self):
        found = recap.read(TWO_ROWS, MERGED)
        assert [cell.value for cell in found.cells if cell.written == "-"] == [0]
        assert found.remarks == ("Kolom D (Anak / Jalanan): 1 sel kosong, dicatat sebagai tidak dilaporkan (bukan nol)",)

    def test_without_merges_a_gap_belongs_to_the_text_at_its_left(self):
        assert values(recap.read(TWO_ROWS, [])) == values(recap.read(TWO_ROWS, MERGED))

    def test_a_header_beside_a_merged_one_is_not_its_own(self):
        rows = [list(row) for row in TWO_ROWS]
        rows[1][5], rows[2][5] = "", "Gepeng"
        found = recap.read(rows, [area for area in MERGED if area != (1, 5, 2, 5)])
        assert column(found, "Gepeng") == [0, 2]

    def test_kelurahan_under_a_merged_kecamatan(self):
        rows = table(
            ["Mariso", "Lette", 3.0],
            ["", "Mario", 4.0],
            ["Mamajang", "Parang", 5.0],
            header=["Kecamatan", "Kelurahan", "Anak Jalanan"],
        )
        for merged in ([], [(3, 0, 4, 0)]):
            found = recap.read(rows, merged)
            assert [(cell.kecamatan, cell.kelurahan, cell.value) for cell in found.cells] == [
                ("Mariso", "Lette", 3),
                ("Mariso", "Mario", 4),
                ("Mamajang", "Parang", 5),
            ]

    def test_a_kecamatan_over_its_kelurahan_is_a_sum(self):
        found = read(
            ["Kec. Mariso", 7.0],
            ["Lette", 3.0],
            ["Mario", 4.0],
            ["Kec. Mamajang", 6.0],
            ["Parang", 5.0],
            ["Jumlah", 12.0],
            header=["Wilayah", "Anak Jalanan"],
        )
        assert [(cell.kecamatan, cell.kelurahan, cell.value) for cell in found.cells] == [
            ("Kec. Mariso", "Lette", 3),
            ("Kec. Mariso", "Mario", 4),
            ("Kec. Mamajang", "Parang", 5),
        ]
        assert found.remarks == ("Jumlah tercetak di baris 7 kolom B adalah 6, dihitung 5",)

    def test_a_line_of_one_kecamatan_names_it_for_those_below(self):
        found = read(
            ["KECAMATAN MARISO", ""],
            ["Lette", 3.0],
            ["Jumlah Mariso", 3.0],
            ["KECAMATAN MAMAJANG", ""],
            ["Parang", 5.0],
            ["Jumlah Mamajang", 5.0],
            ["Jumlah", 8.0],
            header=["Kelurahan", "Anak Jalanan"],
        )
        assert [(cell.kecamatan, cell.kelurahan) for cell in found.cells] == [
            ("KECAMATAN MARISO", "Lette"),
            ("KECAMATAN MAMAJANG", "Parang"),
        ]
        assert found.remarks == ()

    def test_sexes_and_years_are_no_part_of_the_label(self):
        header = [["Kecamatan", "2024", "", "2025", ""], ["", "L", "P", "L", "Perempuan"]]
        rows = [["Jumlah Anak Jalanan menurut Kecamatan"], *header, ["Mariso", 1.0, 2.0, 3.0, 4.0], ["Tallo", 5.0, 6.0, 7.0, 8.0]]
        found = recap.read(rows, [], file="a.xlsx")
        assert [(cell.label, cell.sex, cell.period.first.year, cell.value) for cell in found.cells[:4]] == [
            ("Anak Jalanan", "L", 2024, 1),
            ("Anak Jalanan", "P", 2024, 2),
            ("Anak Jalanan", "L", 2025, 3),
            ("Anak Jalanan", "P", 2025, 4),
        ]

    def test_sums_of_a_sex_over_several_groups(self):
        header = [
            ["Kecamatan", "Anak Jalanan", "", "Gelandangan", "", "Jumlah", "", ""],
            ["", "L", "P", "L", "P", "L", "P", "L+P"],
        ]
        body = [["Mariso", 1.0, 2.0, 3.0, 4.0, 4.0, 6.0, 10.0], ["Tallo", 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 5.0]]
        found = recap.read([TITLE, *header, *body], [])
        assert len(found.cells) == 8
        assert found.remarks == ("Jumlah tercetak di baris 5 kolom H adalah 5, dihitung 4",)

    def test_each_of_several_sums_adds_what_stands_before_it(self):
        header = ["Kecamatan", "Anak Jalanan", "Anak Terlantar", "Jumlah", "Gelandangan", "Pengemis", "Jumlah"]
        found = read(["Mariso", 1.0, 2.0, 3.0, 4.0, 5.0, 9.0], ["Tallo", 1.0, 1.0, 2.0, 1.0, 1.0, 4.0], header=header)
        assert found.remarks == ("Jumlah tercetak di baris 5 kolom G adalah 4, dihitung 2",)

    def test_a_header_said_again_on_the_next_page_is_no_line(self):
        found = read(["Mariso", 3.0], ["Kecamatan", "Anjal"], ["Tallo", 4.0], header=["Kecamatan", "Anjal"])
        assert column(found, "Anjal") == [3, 4]

    def test_a_single_column_called_jumlah_is_the_count(self):
        found = read(["Mariso", 3.0], ["Tallo", 4.0], ["Total", 7.0], header=["Kecamatan", "Jumlah"], title="Anak Jalanan 2025")
        assert column(found) == [3, 4]
        assert found.remarks == ()

    def test_sums_of_nothing_are_no_counts(self):
        assert not recap.looks_like(table(["Mariso", "", "", 0.0], ["Tallo", "", "", 0.0]), [])
        found = read(["Mariso", 3.0, ""], ["Tallo", 4.0, ""], header=["Kecamatan", "Jumlah", "Ket."], title="Anak Jalanan 2025")
        assert column(found) == [3, 4]

    def test_other_columns_are_left_out_and_named(self):
        found = read(["Mariso", 3.0, "Ibu Camat"], ["Tallo", 4.0, "Bapak Camat"], header=["Kecamatan", "Anjal", "Camat"])
        assert (len(found.cells), found.left_out) == (2, ("Camat",))

    def test_a_line_without_a_name_is_nobodys_count(self):
        found = read(["Mariso", 3.0], ["Tallo", 4.0], ["", 7.0], header=["Kecamatan", "Anak Jalanan"])
        assert batch(found).quarantined["reasons"].to_pylist() == [["KEL_EMPTY"]]

    def test_the_same_line_twice_is_refused_twice(self):
        body = [[name, 3.0] for name in ("Mariso", "Tallo", "Wajo", "Bontoala", "Panakkukang", "Manggala", "Rappocini")]
        body += [[name, 3.0] for name in ("Tamalate", "Mamajang", "Tallo")]
        taken = batch(read(*body, header=["Kecamatan", "Anak Jalanan"]))
        assert taken.quarantined["reasons"].to_pylist() == [["RECAP_TWICE"]] * 2
        assert len(taken.accepted) == 8


class TestNumbers:
    @pytest.mark.parametrize(
        "written", ["1234", "1.234", "1,234", "1 234", "1\u00a0234", "1.234,0", "1,234.00", "1.234,-", 1234.0]
    )
    def test_one_number_in_many_spellings(self, written: object):
        assert (numbers.parse(written).kind, numbers.parse(written).value) == ("pasti", 1234)

    @pytest.mark.parametrize("written", ["-", " – ", "—", "Nihil", "0", 0.0, "0,0"])
    def test_zero(self, written: object):
        assert (numbers.parse(written).kind, numbers.parse(written).value) == ("pasti", 0)

    @pytest.mark.parametrize("written", ["", "  ", "\u00a0"])
    def test_not_reported(self, written: object):
        assert numbers.parse(written).kind == "kosong"

    @pytest.mark.parametrize(
        "written",
        [
            "1,5",
            "1.2",
            "12.34",
            "0.686",
            "1.2345",
            "12 orang",
            "-5",
            -5.0,
            0.5,
            1234.5,
            1.2345,
            True,
            date(2026, 1, 2),
            float("nan"),
        ],
    )
    def test_no_count(self, written: object):
        assert numbers.parse(written).kind == "tidak terbaca"

    @pytest.mark.parametrize("written", ["7371014506900001", "7371.0145.0690.0001", 7371014506900001.0, "Sitti Contoh"])
    def test_what_may_be_a_person_is_not_quoted(self, written: object):
        number = numbers.parse(written)
        assert number.kind == "tidak terbaca"
        assert number.text.endswith("karakter")

    def test_a_cell_without_a_count_is_refused_alone(self):
        taken = batch(read(["Mariso", "3 orang", 1.0, ""], ["Tallo", 4.0, 2.0, 6.0]))
        [problem] = taken.problems
        assert (recap.place(problem.row_number), problem.code, problem.found) == ("baris 4 kolom B", "NUMBER_PARSE", "7 karakter")
        assert (taken.rows_read, len(taken.accepted), len(taken.quarantined)) == (4, 3, 1)

    def test_a_number_for_two_areas_at_once_is_refused(self):
        rows = table(["Mariso", 3.0], ["Tallo", ""], ["Wajo", 4.0], header=["Kecamatan", "Anak Jalanan"])
        assert column(recap.read(rows, [(3, 1, 4, 1)])) == [None, 4]


class TestLostDots:
    def test_the_sum_of_a_column_proves_it(self):
        found = read(["Mariso", 1.234], ["Tallo", 6.0], ["Jumlah", 1.24], header=["Kecamatan", "Anak Jalanan"])
        assert column(found) == [1234, 6]
        assert [cell.codes for cell in found.cells] == [("RECAP_THOUSANDS",), ()]
        assert found.remarks == (
            "Kolom B (Anak Jalanan): 1 angka dibaca sebagai ribuan (1.234 → 1234), karena cocok dengan jumlah kolom",
        )

    def test_the_sum_of_a_row_proves_it(self):
        found = read(["Mariso", 1.2, 34.0, 1234.0], ["Tallo", 6.0, 1500.0, 1506.0])
        assert column(found) == [1200, 6]
        assert "1.2 → 1200), karena cocok dengan jumlah baris" in found.remarks[0]

    def test_a_whole_number_that_lost_its_zeros_is_found_by_the_sum(self):
        found = read(["Mariso", 2.0], ["Tallo", 6.0], ["Wajo", 1.5], ["Jumlah", 3.506], header=["Kecamatan", "Anak Jalanan"])
        assert column(found) == [2000, 6, 1500]

    def test_its_neighbours_prove_it_where_there_is_no_sum(self):
        found = read(["Mariso", 1.234], ["Tallo", 686.0], ["Wajo", 412.0], header=["Kecamatan", "Anak Jalanan"])
        assert column(found) == [1234, 686, 412]
        [remark] = found.remarks
        assert remark.startswith("Kolom B (Anak Jalanan): 1 angka dibaca sebagai ribuan (1.234 → 1234), karena angka lain")
        assert remark.endswith("bilangan bulat di atas 100")

    @pytest.mark.parametrize(
        "cells",
        [
            pytest.param([1.234, 12.0], id="small neighbour"),
            pytest.param([1.234, 2.345], id="no neighbour"),
            pytest.param([1.23, 686.0], id="two decimals"),
            pytest.param([1.234, 686.0, 1234.0], id="sum that fits nothing"),
            pytest.param([1.234, 1.0, 1.0, 2235.0], id="sum that fits either of two"),
        ],
    )
    def test_what_nothing_proves_refuses_its_column_and_no_other(self, cells: list[float]):
        names = ["Mariso", "Tallo"] if len(cells) < 4 else ["Mariso", "Tallo", "Wajo"]
        names += ["Jumlah"] * (len(cells) - len(names))
        found = read(*([name, cell, 5.0] for name, cell in zip(names, cells, strict=True)), header=HEADER[:3])
        assert set(column(found)) == {None}
        assert set(column(found, "Gelandangan")) == {5}
        taken = batch(found)
        areas = sum(name != "Jumlah" for name in names)
        assert taken.quarantined["reasons"].to_pylist() == [["RECAP_AMBIGUOUS"]] * areas
        assert (taken.rows_read, len(taken.accepted)) == (2 * areas, areas)
        assert any("Kolom B (Anak Jalanan)" in remark and "dapat berarti 12" in remark for remark in found.remarks)

    def test_a_fitting_sum_of_small_numbers_proves_nothing_beside_lost_dots(self):
        found = read(["Mariso", 1.2, 34.0, 1234.0], ["Tallo", 6.0, 5.0, 11.0])
        assert column(found) == [None, None]
        assert column(found, "Gelandangan") == [34, 5]

    def test_row_and_column_that_disagree_refuse_the_column(self):
        found = read(["Mariso", 2.0, 1.0, 2001.0], ["Tallo", 3.0, 1.0, 4.0], ["Jumlah", 5.0, 2.0, ""])
        assert column(found) == [None, None]

    def test_a_sum_that_lost_its_own_dot_is_no_wrong_sum(self):
        found = read(["Mariso", 600.0], ["Tallo", 400.0], ["Jumlah", 1.0], header=["Kecamatan", "Anak Jalanan"])
        assert (column(found), found.remarks) == ([600, 400], ())


class TestSums:
    def test_a_wrong_sum_marks_its_parts_and_keeps_them(self):
        found = read(["Mariso", 3.0, 1.0, 4.0], ["Tallo", 4.0, 2.0, 9.0], ["Jumlah", 7.0, 3.0, 10.0])
        assert values(found)[("Tallo", "Anak Jalanan")] == 4
        assert found.remarks == ("Jumlah tercetak di baris 5 kolom D adalah 9, dihitung 6",)
        taken = batch(found)
        assert taken.reason_counts == {"RECAP_SUM": 2}
        assert taken.accepted["warnings"].to_pylist() == [[], [], ["RECAP_SUM"], ["RECAP_SUM"]]
        assert taken.accepted["catatan"].to_pylist()[2:] == [found.remarks[0]] * 2
        assert "adalah 9, dihitung 6" in taken.problems[0].text()

    def test_the_sum_of_all_is_checked(self):
        found = read(["Mariso", 3.0, 1.0, 4.0], ["Tallo", 4.0, 2.0, 6.0], ["Jumlah", 7.0, 3.0, 11.0])
        assert found.remarks == ("Jumlah tercetak di baris 6 kolom D adalah 11, dihitung 10",)

    def test_a_sum_over_a_cell_that_is_no_count_is_not_checked(self):
        assert read(["Mariso", "?", 1.0, 4.0], ["Tallo", 4.0, 2.0, 6.0]).remarks == ()


class TestPeriod:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("Rekap Bulan Oktober 2026", (2026, 10, 1), (2026, 10, 31)),
            ("BULAN NOPEMBER TAHUN 2025", (2025, 11, 1), (2025, 11, 30)),
            ("rekap_2026-10", (2026, 10, 1), (2026, 10, 31)),
            ("Tahun 2024", (2024, 1, 1), (2024, 12, 31)),
            ("Triwulan I 2026", (2026, 1, 1), (2026, 3, 31)),
            ("TW IV Tahun 2025", (2025, 10, 1), (2025, 12, 31)),
            ("Semester 2 Tahun 2025", (2025, 7, 1), (2025, 12, 31)),
            ("Januari s.d. Maret 2026", (2026, 1, 1), (2026, 3, 31)),
            ("Desember 2025 - Februari 2026", (2025, 12, 1), (2026, 2, 28)),
            ("2023-2024", (2023, 1, 1), (2024, 12, 31)),
            ("Keadaan 31 Desember 2025", (2025, 12, 31), (2025, 12, 31)),
            ("PMKS menurut Permensos Nomor 8 Tahun 2012, Tahun 2024", (2024, 1, 1), (2024, 12, 31)),
        ],
    )
    def test_is_found_and_written_back(self, text: str, first: tuple[int, int, int], last: tuple[int, int, int]):
        [found] = period.find(text)
        assert found == (date(*first), date(*last))
        assert period.find(found.text()) == (found,)

    @pytest.mark.parametrize("text", ["", "Oktober", "Anak usia 0-5 tahun", "Triwulan V 2026"[:10], "Permensos 8 Tahun 2012"])
    def test_is_not_made_up(self, text: str):
        assert period.find(text) == ()

    def test_the_column_comes_before_the_title_and_takes_its_year(self):
        found = read(
            ["Mariso", 1.0, 2.0], ["Tallo", 3.0, 4.0], header=["Kecamatan", "Januari", "Februari"], title="Anjal Tahun 2026"
        )
        assert [(cell.label, cell.period.text()) for cell in found.cells[:2]] == [("Anjal", "2026-01"), ("Anjal", "2026-02")]

    def test_a_month_that_excel_made_a_day_is_a_month(self):
        header = ["Kecamatan", date(2026, 1, 1), date(2026, 2, 1)]
        found = read(["Mariso", 1.0, 2.0], ["Tallo", 3.0, 4.0], header=header, title="Jumlah Anjal")
        assert [cell.period.text() for cell in found.cells[:2]] == ["2026-01", "2026-02"]

    def test_the_name_of_the_sheet_or_the_file_will_do(self):
        rows = table(["Mariso", 1.0], ["Tallo", 3.0], header=["Kecamatan", "Anjal"], title="Rekap")
        assert recap.read(rows, [], file="rekap_2026-10.xlsx").cells[0].period.text() == "2026-10"
        assert recap.read(rows, [], file="rekap_2026-10.xlsx", sheet="September 2026").cells[0].period.text() == "2026-09"

    @pytest.mark.parametrize(
        ("title", "problem"),
        [("Rekap PPKS", "tidak menyebut periode"), ("Rekap 2023 dan 2024", r"lebih dari satu periode.*Ditemukan: 2023, 2024\.")],
    )
    def test_none_or_two_refuse_the_file(self, title: str, problem: str):
        with pytest.raises(UserError, match=problem + r".*Tahun 2026.*rekap_2026-10\.xlsx"):
            read(["Mariso", 1.0], ["Tallo", 3.0], header=["Kecamatan", "Anjal"], title=title)


class TestDetection:
    def test_a_recap_is_one(self):
        assert recap.looks_like(TWO_ROWS, MERGED)
        assert recap.looks_like(table(["Mariso", 1.0], ["Tallo", 3.0], header=["Kecamatan", "Anjal"]), [])

    @pytest.mark.parametrize(
        "rows",
        [
            pytest.param([], id="nothing"),
            pytest.param([[], [""]], id="blank"),
            pytest.param([["Kecamatan", "Anjal"], ["Mariso", 1.0]], id="one line"),
            pytest.param([["Nama", "Nilai"], ["Satu", 1.0], ["Dua", 2.0]], id="no areas"),
            pytest.param([TITLE, ["Kecamatan", "Anjal"], ["Mariso", 1.0], ["Tallo", 1.0], *[[""]] * 1000], id="too long"),
            pytest.param([["Kecamatan", "Camat"], ["Mariso", "A"], ["Tallo", "B"]], id="no numbers"),
            pytest.param([["Kecamatan", "Usia"], ["Mariso", 1.0], ["Tallo", 2.0]], id="nothing that says so"),
            pytest.param([TITLE, ["Kecamatan", "Anjal", "Kecamatan", "Anjal"], *SIDE_BY_SIDE], id="two tables side by side"),
            pytest.param(
                [TITLE, ["Kecamatan", "Ibu kota", "Anjal"], ["Mariso", "Lette", 1.0], ["Tallo", "Suangga", 2.0]],
                id="two names of areas",
            ),
            pytest.param(
                [TITLE, ["Kecamatan", "Anjal"], ["Mariso", 1.0], ["Tallo", 2.0], ["Kecamatan", "Gepeng"], ["Wajo", 1.0]],
                id="two tables below each other",
            ),
            pytest.param([["Kecamatan", "NIK"], ["Mariso", 1.0], ["Tallo", 2.0]], id="persons"),
            pytest.param([["Kecamatan", "Usia"], ["Mariso", 1.0], ["Mariso", 2.0], ["Tallo", 2.0]], id="one line a case"),
            pytest.param(
                [schema.MONTHLY_REPORT_COLUMNS, ["", "Lette", "Mariso", "2026-10", "", "ya", 4.0, ""]] * 2, id="monthly reports"
            ),
        ],
    )
    def test_other_sheets_are_none(self, rows: Rows):
        assert not recap.looks_like(rows, [])

    def test_reading_one_says_what_a_recap_is(self):
        with pytest.raises(UserError, match=r"bukan rekap.*Ditemukan: a\.xlsx.*satu baris per kecamatan"):
            recap.read([["Nama", "Nilai"], ["Satu", 1.0]], [], file="a.xlsx")


class TestStored:
    def test_a_cell_becomes_a_row(self):
        taken = batch(recap.read(TWO_ROWS, MERGED, file="a.xlsx"))
        assert taken.accepted.schema.equals(schema.RECAP)
        row = taken.accepted.to_pylist()[0]
        assert len(row.pop("recap_id")) == 32
        assert row.pop("precedence").startswith("|")
        assert row == {
            "import_id": taken.import_id,
            "row_number": 5003,
            "level": "kecamatan",
            "kode": "73.71.01",
            "kode_kategori": "PPKS-02",
            "label": "Anak / Terlantar",
            "jenis_kelamin": "total",
            "awal": date(2025, 1, 1),
            "akhir": date(2025, 12, 31),
            "nilai": 4,
            "sumber": "a.xlsx",
            "catatan": "",
            "warnings": [],
            "sample": False,
        }

    @pytest.mark.parametrize(
        ("header", "code"),
        [
            (("Anak", "Terlantar"), "PPKS-02"),
            (("Anak", "Disabilitas"), "PPKS-05"),
            (("Jenis PPKS", "Disabilitas"), "PPKS-09"),
            (("Penyandang Cacat", "ODGJ"), "PPKS-09"),
            (("", "1. Lansia Terlantar (orang)"), "PPKS-08"),
            (("", "PMKS (semua jenis)"), None),
        ],
    )
    def test_a_label_is_looked_up_whole_before_its_lower_part(self, header: tuple[str, str], code: str | None):
        rows = [TITLE, ["Kecamatan", header[0]], ["", header[1]], ["Mariso", 1.0], ["Tallo", 3.0]]
        assert batch(recap.read(rows, [], file="a.xlsx")).accepted["kode_kategori"].to_pylist() == [code, code]

    @pytest.mark.parametrize("header", [("", "Lain-lain"), ("Anak", "Lainnya"), ("Fakir Miskin", "Lansia")])
    def test_an_unknown_label_refuses_its_column(self, header: tuple[str, str]):
        rows = [TITLE, ["Kecamatan", header[0], ""], ["", header[1], "Anjal"], ["Mariso", 1.0, 2.0], ["Tallo", 3.0, 4.0]]
        taken = batch(recap.read(rows, [(1, 1, 1, 1), (1, 2, 2, 2)][:1], file="a.xlsx"))
        assert taken.quarantined["reasons"].to_pylist() == [["CAT_UNKNOWN"]] * 2
        assert taken.accepted["nilai"].to_pylist() == [2, 4]

    @pytest.mark.parametrize(
        ("header", "first", "second", "codes"),
        [
            (["Kode", "Kecamatan"], ["73.71.01", "Mariso"], ["73.71.02", "Mamajang"], ["73.71.01", "73.71.02"]),
            (["Kode BPS", "Kecamatan"], [7371010.0, "Mariso"], [7371020.0, "Mamajang"], ["73.71.01", "73.71.02"]),
            (["Kode", "Kelurahan"], ["73.71.01.1006", "Mariso"], ["73.71.01.1004", "Lette"], ["73.71.01.1006", "73.71.01.1004"]),
            (["Kecamatan", "Kelurahan"], ["Mariso", "Mariso"], ["Mariso", "Lette"], ["73.71.01.1006", "73.71.01.1004"]),
            (["Kecamatan", "Kode"], ["Mariso", "73.71.01"], ["Mamajang", "73.71.02"], ["73.71.01", "73.71.02"]),
        ],
    )
    def test_areas_of_both_levels(self, header: list[str], first: list[object], second: list[object], codes: list[str]):
        taken = batch(read([*first, 1.0], [*second, 2.0], header=[*header, "Anjal"]))
        level = "kecamatan" if len(codes[0]) == 8 else "kelurahan"
        assert [(row["kode"], row["level"]) for row in taken.accepted.to_pylist()] == [(code, level) for code in codes]

    @pytest.mark.parametrize("first", [True, False])
    @pytest.mark.parametrize(
        ("header", "doubtful", "sure", "reason"),
        [
            (["Kecamatan"], ["Entah"], [["Tallo"], ["Wajo"]], "KEC_UNKNOWN"),
            (["Kelurahan"], ["Entah"], [["Parang"], ["Lette"]], "KEL_UNKNOWN"),
            (["Kelurahan"], ["Mariso"], [["Parang"], ["Lette"]], "KEL_AMBIGUOUS"),
            (["Kode", "Kecamatan"], ["73.71.02", "Mariso"], [["73.71.07", "Tallo"], ["73.71.05", "Wajo"]], "KEL_KEC_CONFLICT"),
        ],
    )
    def test_an_area_that_is_not_sure_refuses_its_line(
        self, header: list[str], doubtful: list[str], sure: list[list[str]], reason: str, first: bool
    ):
        lines = [[*doubtful, 1.0], *([*row, 2.0] for row in sure)]
        taken = batch(read(*(lines if first else reversed(lines)), header=[*header, "Anjal"]))
        assert taken.quarantined["reasons"].to_pylist() == [[reason]]
        assert taken.quarantined["row_number"].to_pylist() == [(4 if first else 6) * 1000 + len(header) + 1]

    def test_a_period_that_has_not_begun_is_refused(self):
        taken = batch(read(["Mariso", 1.0], ["Tallo", 3.0], header=["Kecamatan", "Anjal"], title="Rekap Desember 2026"))
        assert taken.quarantined["reasons"].to_pylist() == [["DATE_FUTURE"]] * 2

    def test_counts_are_conserved_and_again_changes_nothing(self):
        found = read(["Mariso", 1.234, 1.0, ""], ["Tallo", 6.0, 2.0, ""], header=[*HEADER[:3], "Lain-lain"])
        for version in (1, 1):
            [report] = ingest([Reread("rekap", raw_table(found))], settings())
            assert (report.rows_read, report.quarantined, report.accepted + report.duplicates) == (4, 2, 2)
            assert report.version == version
        assert stored("rekap")["nilai"].to_pylist() == [1, 2]

    def test_another_count_stands_beside_the_first_and_the_same_one_is_a_repeat(self):
        for file, count in (("a.xlsx", 3.0), ("b.xlsx", 3.0), ("c.xlsx", 5.0)):
            rows = table(["Mariso", count], ["Tallo", 4.0], header=["Kecamatan", "Anjal"])
            ingest([Reread("rekap", raw_table(recap.read(rows, [], file=file)))], settings())
        assert sorted(stored("rekap")["nilai"].to_pylist()) == [3, 4, 5]

    def test_a_mended_cell_is_taken(self, tmp_path: Path):
        _, rows, _ = recap.to_table(read(["Mariso", 1.234], ["Tallo", 6.0], header=["Kecamatan", "Anjal"]))
        cells = [dict(zip(schema.RECAP_COLUMNS, row, strict=True)) for row in rows]
        assert [cell["nilai"] for cell in cells] == ["1.234", "6"]
        path = write(tmp_path / "a.csv", schema.RECAP_COLUMNS, [{**cells[0], "nilai": "1.234", "periksa": ""}, cells[1]])
        taken = opened(path)
        assert taken.accepted["nilai"].to_pylist() == [1234]
        assert taken.quarantined["reasons"].to_pylist() == [["RECAP_AMBIGUOUS"]]

    def test_it_adds_nothing_to_the_cases(self, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", {}))
        found = read(["Mariso", 9.0], ["Tallo", 6.0], header=["Kecamatan", "Anjal"])
        [report] = ingest([Reread("rekap", raw_table(found))], settings())
        assert (len(stored()), report.accepted) == (1, 2)
        assert report.impact is not None
        assert (report.impact.kecamatan, report.impact.groups) == ({}, {})

    def test_the_sample_is_known_by_its_title(self):
        taken = batch(read(["Mariso", 9.0], ["Tallo", 6.0], header=["Kecamatan", "Anjal"], title="DATA CONTOH Rekap Tahun 2025"))
        assert taken.sample
        assert taken.accepted["sample"].to_pylist() == [True, True]


class TestWorkbook:
    def test_a_real_workbook_with_merged_cells(self, tmp_path: Path):
        with xlsxwriter.Workbook(tmp_path / "rekap.xlsx") as book:
            sheet = book.add_worksheet("Rekap")
            for row, cells in enumerate(TWO_ROWS):
                sheet.write_row(row, 0, cells)
            for top, left, bottom, right in MERGED:
                sheet.merge_range(top, left, bottom, right, TWO_ROWS[top][left])
        page = CalamineWorkbook.from_path(tmp_path / "rekap.xlsx").get_sheet_by_index(0)
        merged = [(*start, *end) for start, end in page.merged_cell_ranges or ()]
        rows = page.to_python(skip_empty_area=False)
        assert recap.looks_like(rows, merged)
        assert values(recap.read(rows, merged)) == values(recap.read(TWO_ROWS, MERGED))

    def test_dots_lost_in_a_workbook(self, tmp_path: Path):
        path = workbook(
            tmp_path / "a.xlsx", {"x": table(["Mariso", 1.234], ["Tallo", "1.234"], ["Wajo", 686], header=HEADER[:2])}
        )
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        assert column(recap.read(rows, [], file="a.xlsx")) == [1234, 1234, 686]


@pytest.mark.parametrize(
    ("row_number", "text"), [(7004, "baris 7 kolom D"), (12027, "baris 12 kolom AA"), (1001, "baris 1 kolom A"), (7, "baris 7")]
)
def test_a_row_number_leads_back_to_its_cell(row_number: int, text: str):
    assert recap.place(row_number) == text
