"""What leaves as CSV or XLSX is text to whoever opens it, never a formula."""

import codecs
import csv
import io
import zipfile

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ipsm_analytics.export.cells import csv_bytes, neutral, workbook_bytes

SIGNS = ("=", "+", "-", "@", "\t", "\r")


def read_back(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def is_number(text: str) -> bool:
    try:
        float(text.rstrip("%").replace(",", "").replace(".", ""))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@x", "\tx", "\r=x", "-", "+62 811", "=", "-1e5", "--1"])
def test_a_text_that_would_run_gets_an_apostrophe(text: str):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Lette", "-12", "+3", "-1.234,5", "-3,5%", "0012", "a=b", "'=1", " x", "–"])
def test_other_texts_and_plain_numbers_stay(text: str):
    assert neutral(text) == text


def test_writes_what_excel_opens_by_itself():
    frame = pd.DataFrame({"=nama": ["=1+1", "é, x"], "jumlah": [-3, 4], "laju": [-1.5, None]})
    expected = "'=nama,jumlah,laju\r\n'=1+1,-3,-1.5\r\n\"é, x\",4,\r\n"
    assert csv_bytes(frame) == codecs.BOM_UTF8 + expected.encode()


def test_leaves_the_frame_as_it_was():
    frame = pd.DataFrame({"=a": ["=1"]})
    csv_bytes(frame)
    assert frame.to_dict("list") == {"=a": ["=1"]}


@given(st.sampled_from(["", *SIGNS]), st.text(st.characters(codec="utf-8", exclude_characters="\0")))
@example("-", "1-cmd|' /C calc'!A0")
@example("+", "1\n")
def test_no_exported_cell_begins_with_a_formula_sign_unless_it_is_a_number(sign: str, rest: str):
    text = sign + rest
    cells = [cell for row in read_back(csv_bytes(pd.DataFrame({text: [text], "b": ["x"]}))) for cell in row]
    assert [cell for cell in cells if cell.startswith(SIGNS) and not is_number(cell)] == []
    assert text.removeprefix("'") in {cell.removeprefix("'") for cell in cells}


def test_a_workbook_takes_texts_for_texts():
    data = workbook_bytes(lambda book: book.add_worksheet("A").write_row(0, 0, ["=1+1", "https://contoh.id", "12"]))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('t="s"') == 3
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
