"""Whatever the bytes, a file is read or refused in one sentence; whatever the table, each of its rows comes back."""

import csv
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import readers
from tests.data.wadah.make_wadah import FOLDER, TABLES

WIDTH = 3
HEADER = ["NIK", "Nama", "Status"]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
MAGIC = (b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
Change = tuple[float, int, bytes]
Table = list[list[str]]

changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.binary(max_size=6)), min_size=1, max_size=6)
"""Where (as a share of the length), how many bytes go, and which come instead."""


def as_csv(rows: Table, delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def as_xlsx(*sheets: Table) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(place, column, cell)
    return file.getvalue()


def tables(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[Table]:
    """Rows of one width with short cells, some of them blank."""
    return st.lists(st.lists(st.text(alphabet, max_size=6), min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=12)


def letters(codec: str) -> st.SearchStrategy[str]:
    """Every letter of an encoding, those that mean something in a CSV often."""
    return st.sampled_from(" ,;|\t\"'=#") | st.characters(codec=codec, exclude_categories=("Cc", "Cs", "Cn", "Co"))


def mutated(data: bytes, wanted: list[Change]) -> bytes:
    made = bytearray(data)
    for share, length, new in wanted:
        at = int(share * len(made))
        made[at : at + length] = new
    return bytes(made)


def repacked(data: bytes, part: str, wanted: list[Change]) -> bytes:
    """A zip with one part changed, its checksums right."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, mutated(old.read(name), wanted) if name == part else old.read(name))
    return file.getvalue()


def check_read_or_refused(data: bytes) -> None:
    try:
        raw = readers.parse("a", data)
    except UserError:
        return
    numbers = sorted([*raw.row_numbers.tolist(), *raw.malformed])
    assert len(numbers) == len(set(numbers)) == raw.row_count > 0
    assert raw.row_numbers.tolist() == sorted(raw.row_numbers.tolist())


def check_all_came_back(raw: readers.RawTable, rows: Table, first: int = 2) -> None:
    """Every row that is not blank, as it was, under the number it has in the file."""
    filled = {first + place: row for place, row in enumerate(rows) if any(cell.strip() for cell in row)}
    assert raw.cells.column_names == HEADER
    assert raw.malformed == {}
    found = zip(raw.row_numbers.tolist(), raw.cells.to_pylist(), strict=True)
    assert {number: list(row.values()) for number, row in found} == filled


def is_filled(rows: Table) -> bool:
    return any(cell.strip() for row in rows for cell in row)


@settings(max_examples=150, derandomize=True)
@given(st.sampled_from(MAGIC), st.binary(max_size=300))
def test_any_bytes(magic: bytes, data: bytes):
    check_read_or_refused(magic + data)


@settings(max_examples=150, derandomize=True)
@given(st.text(st.sampled_from('ab1,;\t|"\n\r#\ufeffé ='), max_size=60), st.sampled_from(ENCODINGS))
def test_any_text(text: str, encoding: str):
    check_read_or_refused(text.encode(encoding, errors="replace"))


@settings(max_examples=100, derandomize=True)
@given(changes, st.sampled_from(list(TABLES)), st.sampled_from(",;|"), st.sampled_from(ENCODINGS))
def test_a_changed_csv(wanted: list[Change], kind: str, delimiter: str, encoding: str):
    check_read_or_refused(mutated(as_csv(list(TABLES[kind]), delimiter).encode(encoding), wanted))


XLSX = as_xlsx([HEADER, *([str(place), "x", "y"] for place in range(5))])
ODS = (FOLDER / "laporan-bulanan.ods").read_bytes()
XLS = (FOLDER / "laporan-bulanan.xls").read_bytes()
PARTS = [
    *((XLSX, f"xl/{part}.xml") for part in ("worksheets/sheet1", "workbook", "sharedStrings", "styles")),
    (XLSX, "xl/_rels/workbook.xml.rels"),
    (XLSX, "[Content_Types].xml"),
    (ODS, "content.xml"),
    (ODS, "mimetype"),
]


@settings(max_examples=150, derandomize=True)
@given(changes, st.sampled_from(PARTS))
def test_a_workbook_with_a_changed_part(wanted: list[Change], whole: tuple[bytes, str]):
    check_read_or_refused(repacked(*whole, wanted))


@pytest.mark.parametrize("data", [XLSX, ODS], ids=["xlsx", "ods"])
@settings(max_examples=50, derandomize=True)
@given(wanted=changes)
def test_a_changed_workbook(data: bytes, wanted: list[Change]):
    check_read_or_refused(mutated(data, wanted))


@settings(max_examples=25, derandomize=True)
@given(changes)
def test_a_changed_xls(wanted: list[Change]):
    check_read_or_refused(mutated(XLS, wanted))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=25, derandomize=True)
@given(data=st.data())
def test_every_row_of_a_text_comes_back(delimiter: str, encoding: str, data: st.DataObject):
    rows = data.draw(tables(letters("cp1252" if encoding == "cp1252" else "utf-8")).filter(is_filled))
    written = as_csv([HEADER, *rows], delimiter).encode(encoding)
    assume(encoding != "cp1252" or written.isascii() or not is_utf8(written))
    check_all_came_back(readers.parse("a.csv", written), rows)


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=60, derandomize=True)
@given(tables(letters("utf-8") | st.just("\n")).filter(is_filled))
def test_every_row_of_a_workbook_comes_back(rows: Table):
    check_all_came_back(readers.parse("a.xlsx", as_xlsx([HEADER, *rows])), rows)


@settings(max_examples=40, derandomize=True)
@given(st.lists(tables(st.sampled_from("ab1 ")).filter(is_filled), min_size=2, max_size=4))
def test_every_row_of_every_sheet_comes_back(sheets: list[Table]):
    raw = readers.parse("a.xlsx", as_xlsx(*([HEADER, *rows] for rows in sheets)))
    filled = [(place, row) for place, rows in enumerate(sheets) for row in rows if any(cell.strip() for cell in row)]
    assert [list(row.values()) for row in raw.cells.to_pylist()] == [row for _, row in filled]
    numbers = raw.row_numbers.tolist()
    assert numbers == sorted(set(numbers))
    assert [raw.place(number).split(",")[0] for number in numbers] == [f"lembar Sheet{place + 1}" for place, _ in filled]
