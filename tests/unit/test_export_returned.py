"""Refused rows go back as they came, with what is wrong beside them, and can be sent in again."""

import io
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.config import settings
from ipsm_analytics.export.returned import INSTRUCTIONS, ReturnedRow, workbook
from ipsm_analytics.intake import readers
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.schema import RETURN_COLUMNS
from tests.tables import GOOD, apart

CELLS = {name: GOOD.get(name, "") for name in schema.SICADAS_PPKS_COLUMNS}
PROBLEMS = (
    ("Kelurahan", "Kelurahan tidak dikenal.", "Lette"),
    ("Status", "Status tidak dikenal.", "baru"),
    ("Kelurahan", "Kelurahan tidak dikenal.", ""),
)


def opened(folder: Path, *rows: ReturnedRow) -> readers.RawTable:
    (folder / "a.xlsx").write_bytes(workbook(rows, "Baris untuk diperbaiki"))
    return readers.read(folder / "a.xlsx")


def parts(*rows: ReturnedRow) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(workbook(rows, "Judul"))) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_senders_cells_come_back_before_ours(tmp_path: Path):
    raw = opened(
        tmp_path, ReturnedRow("id-7", 7, "lembar Kasus, baris 7", CELLS, PROBLEMS), ReturnedRow("id-12", 12, "", CELLS, ())
    )
    assert raw.cells.column_names == [*CELLS, *RETURN_COLUMNS]
    first, second = raw.cells.to_pylist()
    assert {name: first[name] for name in CELLS} == CELLS == {name: second[name] for name in CELLS}
    own = ["Kelurahan tidak dikenal.\nStatus tidak dikenal.", "Lette\nbaru", "lembar Kasus, baris 7", "id-7"]
    assert [first[name] for name in RETURN_COLUMNS] == own
    assert [second[name] for name in RETURN_COLUMNS] == ["", "", "baris 12", "id-12"]
    assert raw.other_sheets == ("Petunjuk",)


def test_a_corrected_row_is_accepted_and_settles_its_own(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([ReturnedRow("id-2", 2, "", CELLS, PROBLEMS)], "Judul"))
    batch = apart(open_file(path, settings(), Keyring(b"satu rahasia untuk uji")))
    assert (batch.accepted.num_rows, batch.quarantined.num_rows) == (1, 0)
    assert batch.unknown_columns == ("lembar Petunjuk",)
    assert batch.file.returned.to_pylist() == ["id-2"]


def test_columns_of_rows_that_differ_are_united_in_order(tmp_path: Path):
    raw = opened(
        tmp_path, ReturnedRow("id-2", 2, "", {"a": "1", "b": "2"}, ()), ReturnedRow("id-3", 3, "", {"a": "3", "c": "4"}, ())
    )
    assert raw.cells.column_names == ["a", "b", "c", *RETURN_COLUMNS]
    assert [[row[name] for name in "abc"] for row in raw.cells.to_pylist()] == [["1", "2", ""], ["3", "", "4"]]


def test_a_row_returned_twice_carries_only_the_new_reasons(tmp_path: Path):
    before = {"a": "1", "b": "2", "ALASAN": "lama", "SARAN": "lama", "BARIS ASAL": "baris 9"}
    raw = opened(tmp_path, ReturnedRow("id-2", 2, "", before, [("a", "baru", "x")]))
    assert raw.cells.to_pylist() == [
        {"a": "1", "b": "2", "ALASAN": "baru", "SARAN": "x", "BARIS ASAL": "baris 2", "ID BARIS": "id-2"}
    ]


def test_wrong_cells_are_coloured_and_say_why():
    files = parts(ReturnedRow("id-2", 2, "", {"a": "1", "b": "2"}, [("b", "Salah.", ""), ("baris", "Baris rusak.", "")]))
    notes, sheet = files["xl/comments1.xml"], files["xl/worksheets/sheet1.xml"]
    assert notes.count("<comment ") == 1
    assert 'ref="B2"' in notes
    assert "Salah." in notes
    assert "Baris rusak." not in notes
    styles = {name: sheet.split(f'<c r="{name}" s="')[1].split('"')[0] for name in ("A2", "B2")}
    assert styles["A2"] != styles["B2"]
    assert "FFFFC000" in files["xl/styles.xml"]
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet


def test_the_instructions_are_five_sentences_and_name_our_columns():
    assert len(INSTRUCTIONS) == 5
    assert all(name in INSTRUCTIONS[-1] for name in RETURN_COLUMNS)
    assert all(text in parts(ReturnedRow("id-2", 2, "", {"a": "1"}, ()))["xl/sharedStrings.xml"] for text in INSTRUCTIONS)


WRITTEN = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20)


@given(WRITTEN, st.sampled_from(["", "=1+1", "@x", "https://contoh.id", "7371014506900010", "0012", "1.50", "05/10/2026"]))
def test_any_text_comes_back_identical(text: str, other: str):
    with tempfile.TemporaryDirectory() as folder:
        [row] = opened(Path(folder), ReturnedRow("id-2", 2, "", {"a": text, "b": other}, [("a", "x", "")])).cells.to_pylist()
    assert (row["a"], row["b"]) == (text, other)
