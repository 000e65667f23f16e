"""Reading: every cell comes out as sent, under its row number, or the file is refused in one sentence."""

import codecs
import csv
import hashlib
import io
import tempfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import UserError
from ipsm_analytics.export.templates import TEMPLATES, template
from ipsm_analytics.intake import readers
from tests.data.wadah.make_wadah import FOLDER, write_xlsx
from tests.tables import GOOD, opened, workbook

SHEETS = {
    "Petunjuk": [["Isi"], ["x"]],
    "Oktober": [["NIK", "Nama", "Status"], ["1", "a", "x"], [], ["2", "b", "x"]],
    "November": [["REKAP"], ["nik", "NAMA ", "Status", "", "lagi"], ["3", "c", "x", "", "y"]],
    "Desember": [["NIK", "Nama", "Status"]],
}
CELLS = ("", " ", "a", "0012", "b,b", 'c"c', "d\nd", "e;e", "f,f\nf")


def read_bytes(folder: Path, data: bytes, name: str = "a.csv") -> readers.RawTable:
    (folder / name).write_bytes(data)
    return readers.read(folder / name)


def rows(raw: readers.RawTable) -> dict[int, list[str]]:
    return {int(number): list(row.values()) for number, row in zip(raw.row_numbers, raw.cells.to_pylist(), strict=True)}


class TestText:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_finds_the_delimiter_in_the_header(self, tmp_path: Path, delimiter: str):
        raw = read_bytes(tmp_path, f"a{delimiter}b{delimiter}c\n1{delimiter}x{delimiter}3\n".encode())
        assert raw.cells.column_names == ["a", "b", "c"]
        assert rows(raw) == {2: ["1", "x", "3"]}

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param("a;b\né;1\n".encode(), id="utf-8"),
            pytest.param(codecs.BOM_UTF8 + "a;b\né;1\n".encode(), id="utf-8 with mark"),
            pytest.param("a;b\né;1\n".encode("utf-16"), id="utf-16"),
            pytest.param("a;b\né;1\n".encode("cp1252"), id="windows-1252"),
        ],
    )
    def test_reads_encoding(self, tmp_path: Path, data: bytes):
        raw = read_bytes(tmp_path, data)
        assert raw.cells.column_names == ["a", "b"]
        assert rows(raw) == {2: ["é", "1"]}

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("last", [True, False])
    def test_reads_any_line_end(self, tmp_path: Path, end: str, last: bool):
        raw = read_bytes(tmp_path, (end.join(["a,b", "1,2", "3,4"]) + end * last).encode())
        assert rows(raw) == {2: ["1", "2"], 3: ["3", "4"]}

    def test_keeps_cells_as_they_are(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b'a,b,c,d\n"x, y",0012, NA ,"say ""hi"""\n')
        assert rows(raw) == {2: ["x, y", "0012", " NA ", 'say "hi"']}

    def test_numbers_rows_as_a_spreadsheet_does(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b'# sumber\n\na,b\n1,2\n,\n\n"3\nx",4\n5,6\n')
        assert rows(raw) == {4: ["1", "2"], 7: ["3\nx", "4"], 8: ["5", "6"]}
        assert raw.row_count == 3

    def test_keeps_rows_of_another_width_whole(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"# sumber\na,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
        assert rows(raw) == {3: ["1", "2", "3"], 6: ["10", "11", "12"]}
        assert raw.malformed == {4: "4,5", 5: "6,7,8,9"}
        assert raw.row_count == 4

    def test_a_stray_quotation_mark_hides_no_row(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b'a,b,c\n1,"2,3\n4,5",6\n7,8,9\n')
        assert rows(raw) == {3: ["7", "8", "9"]}
        assert raw.malformed == {2: "1,2,3\n4,5,6"}

    def test_an_open_quotation_mark_keeps_the_rest_whole(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b'a,b,c\n1,2,3\n4,"5,6\n7,8,9\n')
        assert rows(raw) == {2: ["1", "2", "3"]}
        assert raw.malformed == {3: '4,"5,6\n7,8,9'}

    def test_names_headers_apart(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"a,a,,a (5),a,a (5) (6)\n1,2,3,4,5,6\n")
        assert raw.cells.column_names == ["a", "a (2)", "kolom 3", "a (5)", "a (5) (5)", "a (5) (6)"]
        assert rows(raw) == {2: ["1", "2", "3", "4", "5", "6"]}

    def test_takes_a_cell_of_megabytes(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"a,b\n1," + b"x" * 3_000_000 + b"\n2,y\n")
        assert [len(cells[1]) for cells in rows(raw).values()] == [3_000_000, 1]

    def test_finds_the_header_under_titles_and_says_so(self, tmp_path: Path):
        data = b'# sumber: a, b, c, d\nREKAP DATA PPKS, KOTA MAKASSAR\n\n"Bulan\nOktober"\nNIK;Nama;Status\n1;x, y;z\n2;x;z\n'
        raw = read_bytes(tmp_path, data)
        assert raw.cells.column_names == ["NIK", "Nama", "Status"]
        assert rows(raw) == {6: ["1", "x, y", "z"], 7: ["2", "x", "z"]}
        assert raw.remarks == ("Kepala tabel ada di baris 5; 2 baris di atasnya dianggap judul.",)

    def test_takes_the_line_that_names_the_delimiter_for_a_title(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"sep=;\r\nNIK;Nama\r\n1;x, y\r\n")
        assert rows(raw) == {3: ["1", "x, y"]}

    def test_known_columns_make_a_header_whatever_stands_below(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"NIK,Nama,,\nx,Sitti,lama,sakit\n")
        assert raw.cells.column_names == ["NIK", "Nama", "kolom 3", "kolom 4"]
        assert rows(raw) == {2: ["x", "Sitti", "lama", "sakit"]}

    def test_a_column_may_be_headed_by_a_number_sign(self, tmp_path: Path):
        assert read_bytes(tmp_path, b"#,NIK,Nama\n1,2,x\n").cells.column_names == ["#", "NIK", "Nama"]

    def test_the_delimiter_is_not_what_one_cell_is_full_of(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"hal;isi\na;satu, dua, tiga, empat\nb;lima, enam\nc;x\n")
        assert rows(raw) == {2: ["a", "satu, dua, tiga, empat"], 3: ["b", "lima, enam"], 4: ["c", "x"]}

    @pytest.mark.parametrize("cell", ["Nama\nLengkap", "Nama\r\n Lengkap", "Nama \t Lengkap"])
    def test_folds_line_breaks_in_the_header(self, tmp_path: Path, cell: str):
        raw = read_bytes(tmp_path, f'NIK,"{cell}",c\r\n1,"x\r\ny",z\r\n'.encode())
        assert raw.cells.column_names == ["NIK", "Nama Lengkap", "c"]
        assert rows(raw) == {2: ["1", "x\r\ny", "z"]}

    @pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
    def test_reads_both_orders_of_utf_16(self, tmp_path: Path, order: str):
        assert rows(read_bytes(tmp_path, "\ufeffa;b\né;1\n".encode(order))) == {2: ["é", "1"]}

    def test_an_upload_is_read_as_a_file(self, tmp_path: Path):
        data = b"a,b\n1,2\n3\n"
        seen, sent = read_bytes(tmp_path, data), readers.parse("a.csv", data)
        assert (rows(sent), sent.malformed, sent.sha256, sent.name) == (rows(seen), seen.malformed, seen.sha256, seen.name)

    def test_text_named_as_a_workbook_is_read_as_text(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"a,b\n1,2\n", "a.xlsx")
        assert rows(raw) == {2: ["1", "2"]}
        assert raw.remarks == ("Berkas a.xlsx berisi teks meskipun namanya buku kerja; dibaca sebagai teks.",)

    def test_hashes_the_bytes(self, tmp_path: Path):
        data = codecs.BOM_UTF8 + b"a,b\r\n1,2\r\n"
        assert read_bytes(tmp_path, data).sha256 == hashlib.sha256(data).hexdigest()

    def test_quoted_cells_do_not_vote_for_another_delimiter(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b'a,b,c\ne;e,"d\nd",e;e\ne;e,"d\nd",e;e\n')
        assert raw.cells.column_names == ["a", "b", "c"]
        assert list(rows(raw).values()) == [["e;e", "d\nd", "e;e"]] * 2

    @given(st.lists(st.lists(st.sampled_from(CELLS), min_size=3, max_size=3), min_size=1, max_size=8))
    def test_loses_no_row(self, cells: list[list[str]]):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([["a", "b", "c"], *cells])
        filled = [row for row in cells if any(cell.strip() for cell in row)]
        with tempfile.TemporaryDirectory() as folder:
            if filled:
                raw = read_bytes(Path(folder), text.getvalue().encode())
                assert raw.row_count == len(filled)
                assert [row for row in filled if row in rows(raw).values()] == list(rows(raw).values())
            else:
                with pytest.raises(UserError, match="hanya berisi kepala"):
                    read_bytes(Path(folder), text.getvalue().encode())


class TestWorkbook:
    HEADER = ("NIK", "Tanggal", "Nilai", "Ya")

    def test_finds_the_header_under_a_title(self, tmp_path: Path):
        title = [["DAFTAR KASUS KECAMATAN MARISO"], ["Oktober 2026", "", "Dinas Sosial"], []]
        path = workbook(tmp_path / "a.xlsx", {"Kasus": [*title, self.HEADER, ["a", "b", "c", "d"], [], ["e"]]})
        raw = readers.read(path)
        assert raw.cells.column_names == list(self.HEADER)
        assert rows(raw) == {5: ["a", "b", "c", "d"], 7: ["e", "", "", ""]}

    def test_writes_each_kind_of_cell_as_text(self, tmp_path: Path):
        row = ["0012", date(2026, 10, 5), 12, True]
        more = ["x", datetime.fromisoformat("2026-10-05T13:45"), 1.5, False]
        raw = readers.read(workbook(tmp_path / "a.xlsx", {"Kasus": [self.HEADER, row, more]}))
        assert rows(raw) == {2: ["0012", "2026-10-05", "12", "ya"], 3: ["x", "2026-10-05", "1.5", "tidak"]}

    def test_shows_a_number_cut_to_15_digits_as_excel_does(self, tmp_path: Path):
        numbers = [7371014506900010, 7371014506900001, 737101450690001]
        raw = readers.read(workbook(tmp_path / "a.xlsx", {"Kasus": [["NIK", "x"], *([number, "y"] for number in numbers)]}))
        assert [cells[0] for cells in rows(raw).values()] == ["7.37101450690001E+15", "7371014506900001", "737101450690001"]

    def test_takes_the_sheet_with_the_widest_header_and_names_the_others(self, tmp_path: Path):
        sheets = {
            "Petunjuk": [["Isi lembar Kasus"], ["Satu baris satu kasus"]],
            "Kasus": [["a", "b", "c"], ["1", "2", "3"]],
            "Kelurahan": [["kode", "nama"], *([str(number), "x"] for number in range(153))],
            "Kosong": [["a", "b", "c", "d"]],
        }
        raw = readers.read(workbook(tmp_path / "a.xlsx", sheets))
        assert rows(raw) == {2: ["1", "2", "3"]}
        assert raw.other_sheets == ("Petunjuk", "Kelurahan")

    def test_refuses_two_sheets_of_different_data(self, tmp_path: Path):
        sheets = {"Mariso": [["a", "b"], ["1", "2"]], "Tallo": [["a", "c"], ["1", "2"]], "Lain": [["a"], ["1"]]}
        path = workbook(tmp_path / "a.xlsx", sheets)
        with pytest.raises(UserError, match=r"lebih dari satu lembar data.*Mariso, Tallo\."):
            readers.read(path)

    def test_a_workbook_named_as_text_is_read_as_a_workbook(self, tmp_path: Path):
        raw = readers.read(workbook(tmp_path / "a.csv", {"Kasus": [["a", "b"], ["1", "2"]]}))
        assert rows(raw) == {2: ["1", "2"]}
        assert raw.remarks == ("Berkas a.csv adalah buku kerja meskipun namanya tidak; dibaca sebagai buku kerja.",)

    def test_keeps_formulas_as_text(self, tmp_path: Path):
        texts = ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3"]
        path = tmp_path / "a.xlsx"
        write_xlsx(path, [["a", "b", "c", "d"], texts])
        assert rows(readers.read(path)) == {2: texts}
        text = io.StringIO()
        csv.writer(text).writerows([["a", "b", "c", "d"], texts])
        assert rows(readers.parse("a.csv", text.getvalue().encode())) == {2: texts}

    def test_takes_a_portion_of_a_wide_sheet_at_a_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(readers.workbook, "_PORTION_CELLS", 900)
        cells = [[f"k{place}" for place in range(300)], *([str(row)] * 300 for row in range(20))]
        raw = readers.read(workbook(tmp_path / "a.xlsx", {"Kasus": cells}))
        assert raw.cells["k299"].to_pylist() == [str(row) for row in range(20)]
        assert [len(batch) for batch in raw.cells.to_batches()] == [3, 3, 3, 3, 3, 3, 2]

    def test_folds_line_breaks_in_the_header(self, tmp_path: Path):
        raw = readers.read(workbook(tmp_path / "a.xlsx", {"Kasus": [["NIK", "Nama\nLengkap"], ["1", "x\ny"]]}))
        assert raw.cells.column_names == ["NIK", "Nama Lengkap"]
        assert rows(raw) == {2: ["1", "x\ny"]}

    def test_says_which_rows_it_took_for_titles(self, tmp_path: Path):
        sheets = {"Kasus": [["DAFTAR"], [2026], [], ["a", "b"], ["1", "2"]]}
        raw = readers.read(workbook(tmp_path / "a.xlsx", sheets))
        assert raw.remarks == ("Kepala tabel ada di baris 4; 2 baris di atasnya dianggap judul.",)


class TestSheets:
    def test_sheets_of_one_header_are_one_table(self, tmp_path: Path):
        sheets = {**SHEETS, "November": [["REKAP"], ["nik", "NAMA ", "Status"], ["3", "c", "x"]]}
        raw = readers.read(workbook(tmp_path / "a.xlsx", sheets))
        assert rows(raw) == {2: ["1", "a", "x"], 4: ["2", "b", "x"], 2_000_003: ["3", "c", "x"]}
        assert (raw.sheets, raw.other_sheets) == (("Oktober", "November"), ("Petunjuk",))
        assert [raw.place(number) for number in (4, 2_000_003)] == ["lembar Oktober, baris 4", "lembar November, baris 3"]
        assert raw.remarks == (
            "2 lembar berkepala sama dibaca sebagai satu tabel: Oktober, November.",
            "Lembar 'November': Kepala tabel ada di baris 2; 1 baris di atasnya dianggap judul.",
        )

    def test_unnamed_columns_at_the_end_do_not_tell_sheets_apart(self, tmp_path: Path):
        sheets = {"A": [["x", "y"], ["1", "2"]], "B": [["x", "y", "", ""], ["3", "4", "", "5"]]}
        raw = readers.read(workbook(tmp_path / "a.xlsx", sheets))
        assert raw.cells.column_names == ["x", "y", "kolom 3", "kolom 4"]
        assert rows(raw) == {2: ["1", "2", "", ""], 2_000_002: ["3", "4", "", "5"]}

    def test_names_only_the_first_of_many_sheets(self, tmp_path: Path):
        raw = readers.read(workbook(tmp_path / "a.xlsx", {f"L{place}": [["a", "b"], ["1", "2"]] for place in range(21)}))
        assert raw.row_count == len(raw.sheets) == 21
        assert raw.remarks[0].endswith(", L18, L19, ….")

    def test_a_wider_header_comes_first(self, tmp_path: Path):
        raw = readers.read(workbook(tmp_path / "a.xlsx", SHEETS))
        assert rows(raw) == {3: ["3", "c", "x", "", "y"]}
        assert (raw.sheets, raw.other_sheets) == (("November",), ("Petunjuk", "Oktober"))
        assert raw.place(3) == ""

    def test_a_problem_names_its_sheet(self, tmp_path: Path):
        bad = {**GOOD, "Kelurahan": "Xyz"}
        sheets = {name: [list(row), list(row.values())] for name, row in (("Mariso", GOOD), ("Tallo", bad))}
        batch = opened(workbook(tmp_path / "a.xlsx", sheets))
        assert batch.accepted["row_number"].to_pylist() == [2]
        assert batch.quarantined["row_number"].to_pylist() == [2_000_002]
        [problem] = batch.problems
        assert (problem.place, problem.row_number) == ("lembar Tallo, baris 2", 2_000_002)
        assert problem.text().startswith("Lembar Tallo, baris 2, kolom Kelurahan: ")
        assert batch.remarks == ("2 lembar berkepala sama dibaca sebagai satu tabel: Mariso, Tallo.",)

    def test_a_problem_of_the_only_sheet_names_none(self, tmp_path: Path):
        bad = {**GOOD, "Kelurahan": "Xyz"}
        [problem] = opened(workbook(tmp_path / "a.xlsx", {"Tallo": [list(bad), list(bad.values())]})).problems
        assert problem.text().startswith("Baris 2, kolom Kelurahan: ")


class TestHidden:
    def hidden(self, folder: Path) -> Path:
        with xlsxwriter.Workbook(folder / "a.xlsx") as book:
            for name in ("Tampak", "Sembunyi"):
                sheet = book.add_worksheet(name)
                for row, cells in enumerate([["NIK", "Nama", "c", "d"], *([str(n), "x", "y", "z"] for n in range(12))]):
                    sheet.write_row(row, 0, cells)
            for row in (4, 5, 6, 9, 40):
                sheet.set_row(row, options={"hidden": True})
            sheet.set_column("B:C", None, None, {"hidden": True})
            sheet.set_column("H:XFD", None, None, {"hidden": True})
            sheet.hide()
        return folder / "a.xlsx"

    def test_is_read_and_said(self, tmp_path: Path):
        raw = readers.read(self.hidden(tmp_path))
        assert raw.row_count == 24
        assert raw.remarks[1:] == (
            "Lembar 'Sembunyi' tersembunyi; isinya ikut dibaca.",
            "4 baris tersembunyi ikut dibaca (lembar Sembunyi: baris 5-7, 10).",
            "Kolom B-C tersembunyi ikut dibaca (lembar Sembunyi).",
        )

    @pytest.mark.parametrize("suffix", ["xls", "ods"])
    def test_is_said_of_other_workbooks(self, suffix: str):
        raw = readers.read(FOLDER / f"tersembunyi.{suffix}")
        assert rows(raw) == {number: [f"a{number}", "b", "c"] for number in range(2, 8)}
        assert raw.remarks == (
            "2 baris tersembunyi ikut dibaca (lembar Data: baris 3, 5).",
            "Kolom B tersembunyi ikut dibaca (lembar Data).",
        )


class TestRefusal:
    @pytest.mark.parametrize(
        ("name", "data", "problem"),
        [
            ("a.csv", b"", "Berkas kosong"),
            ("a.csv", b" \n\t\n", "Berkas kosong"),
            ("a.csv", b"a,b,c\n", "hanya berisi kepala tabel"),
            ("a.csv", b"a,b,c\n,,\n\n  , ,\n", "hanya berisi kepala tabel"),
            ("a.csv", b"# catatan\n", "bukan tabel"),
            ("a.csv", b"Yth. Bapak Kepala Dinas\nbersama ini\n", "bukan tabel"),
            ("a.csv", bytes(range(256)) * 4, "bukan teks"),
            ("a.csv", b"\xff\xfea\x00,\x00b", "Huruf di berkas ini tidak terbaca"),
            ("a.xlsx", b"PK\x03\x04" + bytes(200), "Buku kerja tidak terbaca"),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Buku kerja tidak terbaca"),
        ],
    )
    def test_says_what_is_wrong(self, tmp_path: Path, name: str, data: bytes, problem: str):
        with pytest.raises(UserError, match=problem) as refused:
            read_bytes(tmp_path, data, name)
        assert refused.value.action

    def test_a_truncated_workbook(self, tmp_path: Path):
        whole = workbook(tmp_path / "a.xlsx", {"Kasus": [["a", "b"], *([str(n), "x"] for n in range(500))]}).read_bytes()
        for share in (0.2, 0.5, 0.9, 0.99):
            with pytest.raises(UserError, match="Buku kerja tidak terbaca"):
                read_bytes(tmp_path, whole[: int(len(whole) * share)], "b.xlsx")

    def test_a_workbook_without_rows(self, tmp_path: Path):
        for sheet in ([], [["a", "b"]]):
            with pytest.raises(UserError, match="hanya berisi kepala tabel"):
                readers.read(workbook(tmp_path / "a.xlsx", {"Kasus": sheet}))

    def test_a_file_that_is_not_there(self, tmp_path: Path):
        with pytest.raises(UserError, match=r"tidak dapat dibuka.*hilang\.csv \(No such file"):
            readers.read(tmp_path / "hilang.csv")

    def test_a_template_sent_back_empty(self):
        for kind in TEMPLATES:
            with pytest.raises(UserError, match="hanya berisi kepala tabel"):
                readers.parse("a.xlsx", template(kind))

    def test_a_file_over_the_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        data = b"a,b\n" + b"1,2\n" * 4
        (tmp_path / "a.csv").write_bytes(data)
        monkeypatch.setattr(readers, "MAX_BYTES", len(data))
        assert readers.read(tmp_path / "a.csv").row_count == readers.parse("a.csv", data).row_count == 4
        monkeypatch.setattr(readers, "MAX_BYTES", len(data) - 1)
        for attempt in (lambda: readers.read(tmp_path / "a.csv"), lambda: readers.parse("a.csv", data)):
            with pytest.raises(UserError, match=r"terlalu besar.*a\.csv: 0\.0 MB.*bagi menjadi beberapa"):
                attempt()

    def test_no_more_than_200_megabytes(self):
        assert readers.MAX_BYTES == 200 * 1024 * 1024
