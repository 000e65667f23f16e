"""Files made to harm, or broken by chance: each is read, or refused in one clear sentence; nothing else comes out."""

import csv
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml
import olefile
import pytest
import xlsxwriter

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import readers
from ipsm_analytics.intake.readers import archive, layout, opening, text
from tests.data.wadah.make_wadah import FOLDER

ROOT = Path(__file__).resolve().parents[2]
NIK = "7371014506900001"
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
XLS = (FOLDER / "sicadas-ppks.xls").read_bytes()
ODS = (FOLDER / "sicadas-ppks.ods").read_bytes()
BOMB = 20 << 20
HALF = b" " * (BOMB // 2)


def book(*rows: list[str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet("Kasus")
        for place, row in enumerate(rows or ([["NIK", "Nama", "c"], ["1", "x", "y"], ["2", "x", "z"]])):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
    return file.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """The zip with one part changed and others added; the change must change something."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            whole = change(old.read(name)) if name == part else old.read(name)
            assert name != part or whole != old.read(name)
            new.writestr(name, whole)
        for name, whole in more.items():
            new.writestr(name, whole)
    return file.getvalue()


def replaced(part: str, old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    return changed(data or book(), part, lambda whole: whole.replace(old, new))


def with_row(row: bytes) -> bytes:
    return replaced(SHEET, b"</sheetData>", row + b"</sheetData>")


def twice(data: bytes) -> bytes:
    """The zip with its sheet in it twice."""
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr(SHEET, made.read(SHEET))
    return file.getvalue()


def lying(data: bytes) -> bytes:
    """The zip whose directory gives its sheet 500 bytes, and a checksum to fit."""
    whole = zipfile.ZipFile(io.BytesIO(data)).read(SHEET)
    forged = bytearray(data)
    at = forged.rfind(SHEET.encode()) - 46
    assert forged[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", forged, at + 16, zlib.crc32(whole[:500]))
    struct.pack_into("<I", forged, at + 24, 500)
    return bytes(forged)


def locked() -> bytes:
    file = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(book())).encrypt("rahasia", file)
    return file.getvalue()


def flagged() -> bytes:
    """A zip that says its parts are encrypted."""
    made = bytearray(book())
    with zipfile.ZipFile(io.BytesIO(made)) as listed:
        at = listed.start_dir
    made[at + 8] |= 1
    return bytes(made)


def word() -> bytes:
    """An XLS whose stream is named as that of an old Word document."""
    made, name = bytearray(XLS), "WordDocument".encode("utf-16-le")
    at = XLS.index("Workbook".encode("utf-16-le"))
    made[at : at + len(name)] = name
    struct.pack_into("<H", made, at + 64, len(name) + 2)
    return bytes(made)


def far_cell_in_xls() -> bytes:
    """An XLS whose first text cell stands in the furthest row and column."""
    with olefile.OleFileIO(io.BytesIO(XLS)) as file:
        stream = file.openstream("Workbook").read()
    kinds, at = [], 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        kinds.append((kind, stream[at : at + 4 + size]))
        at += 4 + size
    cell = next(record for kind, record in kinds if kind == 0xFD)
    assert XLS.count(cell) == 1
    return XLS.replace(cell, cell[:4] + b"\xff\xff\xff\xff" + cell[8:])


def repeated_in_ods(rows: int, columns: int) -> bytes:
    """An ODS each of whose rows and cells stands there several times."""

    def repeat(content: bytes) -> bytes:
        content = re.sub(rb' table:number-(rows|columns)-repeated="\d+"', b"", content)
        content = content.replace(b"<table:table-row ", b'<table:table-row table:number-rows-repeated="%d" ' % rows)
        return content.replace(b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="%d" ' % columns)

    return changed(ODS, "content.xml", repeat)


def texts_without_end() -> bytes:
    """One text of 30,000 letters that 20,000 cells refer to."""
    row = b'<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" t="s"><v>1</v></c></row>'
    cells = b"".join(row % (number, number, number) for number in range(4, 20_000))
    return replaced(TEXTS, b"<t>NIK", b"<t>" + b"q" * 30_000, with_row(cells))


def zip_of(part: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(part, "<a/>")
    return file.getvalue()


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BROKEN, TOO_LARGE, TOO_FAR = "Buku kerja tidak terbaca", "terlalu besar setelah dibuka", "terlalu luas"
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "Berkas kosong"),
    "only a mark": (lambda: b"\xef\xbb\xbf\n", "Berkas kosong"),
    "only blanks in utf-16": (lambda: " \n \n".encode("utf-16"), "Berkas kosong"),
    "only a header": (lambda: b"NIK,Nama\n", "hanya berisi kepala"),
    "only a header in a workbook": (lambda: book(["NIK", "Nama"]), "hanya berisi kepala"),
    "a password": (locked, "terkunci dengan sandi"),
    "an encrypted part": (flagged, "terkunci dengan sandi"),
    "a bomb that says so": (lambda: changed(book(), SHEET, lambda whole: whole + b" " * BOMB), TOO_LARGE),
    "a bomb in parts": (lambda: changed(book(), SHEET, lambda whole: whole + b" ", a=HALF, b=HALF), TOO_LARGE),
    "a bomb that lies": (lambda: lying(changed(book(), SHEET, lambda whole: whole + b" " * BOMB)), TOO_LARGE),
    "a part that lies a little": (lambda: lying(changed(book(), SHEET, lambda whole: whole + b" " * 10_000)), BROKEN),
    "texts without end": (texts_without_end, "Teks di buku kerja ini terlalu panjang"),
    "the furthest cell": (lambda: with_row(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), TOO_FAR),
    "a cell beyond all": (lambda: with_row(b'<row r="2000000"><c r="A2000000"><v>1</v></c></row>'), TOO_FAR),
    "a cell nowhere": (lambda: with_row(b'<row r="9"><c r="AAAA9"><v>1</v></c></row>'), BROKEN),
    "the furthest cell of an XLS": (far_cell_in_xls, TOO_FAR),
    "repeats without end": (lambda: repeated_in_ods(1_000_000, 16_384), TOO_FAR),
    "an outer entity": (lambda: replaced(SHEET, b"<worksheet", ENTITY + b"<worksheet"), BROKEN),
    "an entity that swells": (lambda: replaced(TEXTS, b"<sst", LAUGHS + b"<sst"), BROKEN),
    "an entity in an ODS": (lambda: replaced("content.xml", b"<office:document", ENTITY + b"<office:document", ODS), BROKEN),
    "a part twice": (lambda: twice(book()), BROKEN),
    "another zip": (lambda: zip_of("word/document.xml"), "bukan buku kerja"),
    "an XLSB": (lambda: zip_of("xl/workbook.bin"), r"bukan buku kerja.*XLSB"),
    "another document": (word, "bukan buku kerja"),
    "a page of the web": (lambda: b"<html><table><tr><td>NIK</td><td>a,b</td></tr></table>", r"halaman web"),
    "NUL": (lambda: b"a,b\n1,\x002\n", "bukan teks"),
    "NUL in utf-16": (lambda: "a,b\n1,\x002\n".encode("utf-16"), "bukan teks"),
    "columns without end": (lambda: b"a," * 20_000 + b"\n1,2\n", "Kolom terlalu banyak"),
    "a header cell of 5 MB": (lambda: b"a," + b"x" * 5_000_000 + b",c\n1,2,3\n", "bukan tabel"),
    "a row longer than a block": (lambda: b'a,b\n1,"' + (b"x" * 1000 + b"\n") * 40_000, "tidak terbaca"),
    "no header": (f"{NIK},Sitti,x\n{NIK},Budi,y\n".encode, "Kepala tabel tidak ditemukan"),
    "a letter": (f"Yth. Sitti {NIK}\nbersama ini\n".encode, "bukan tabel"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused_in_one_sentence(what: str, monkeypatch: pytest.MonkeyPatch):
    make, problem = REFUSED[what]
    monkeypatch.setattr(archive, "MAX_UNPACKED", BOMB - 1)
    with pytest.raises(UserError, match=problem) as refused:
        readers.parse("a.csv", make())
    assert refused.value.action
    assert refused.value.found.startswith("a.csv")
    assert NIK not in str(refused.value)
    assert "Sitti" not in str(refused.value)


READ: dict[str, tuple[Callable[[], bytes], int, int]] = {
    "a dimension that is not filled": (lambda: replaced(SHEET, b'ref="A1:C3"', b'ref="A1:XFD1048576"'), 2, 3),
    "an empty cell far away": (lambda: with_row(b'<row r="1048576"><c r="XFD1048576" s="0"/></row>'), 2, 3),
    "nested without end": (lambda: replaced(SHEET, b"</sheetData>", b"</sheetData>" + b"<x>" * 10**5 + b"</x>" * 10**5), 2, 3),
    "cells that do not say where": (lambda: with_row(b'<row><c t="inlineStr"><is><t>3</t></is></c></row>'), 3, 3),
    "300 columns": (lambda: b",".join(b"k%d" % n for n in range(300)) + b"\n" + b",".join([b"1"] * 300) + b"\n", 1, 300),
    "a header cell of 1 MB": (lambda: b"a," + b"x" * 1_000_000 + b",c\n1,2,3\n", 1, 3),
    "a quoted header cell of 1 MB": (lambda: b'a,"' + b"x\n" * 500_000 + b'",c\n1,2,3\n', 1, 3),
    "a cell of 1 MB": (lambda: b"a,b,c\n1," + b"x" * 1_000_000 + b",3\n4,5,6\n", 2, 3),
    "a cell of 1 MB in a workbook": (lambda: replaced(TEXTS, b"<t>x", b"<t>" + b"x" * 1_000_000), 2, 3),
    "a quotation mark left open": (lambda: b'a,b,c\n1,"2,3\n4,5,6\n', 1, 3),
    "blank lines without end": (lambda: b"a,b,c\n" + b"\n" * 100_000 + b"1,2,3\n", 1, 3),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_is_read(what: str):
    make, count, width = READ[what]
    raw = readers.parse("a.csv", make())
    assert (raw.row_count, raw.cells.num_columns) == (count, width)
    assert max(len(name) for name in raw.cells.column_names) <= 200


@pytest.mark.parametrize("data", [book(), XLS, ODS], ids=["xlsx", "xls", "ods"])
def test_a_workbook_cut_anywhere_is_refused(data: bytes):
    for end in range(9, len(data), len(data) // 20):
        with pytest.raises(UserError, match=r"tidak terbaca|bukan buku kerja"):
            readers.parse("a", data[:end])


def test_a_repeated_row_of_an_open_document_is_read_as_often():
    assert readers.parse("a.ods", repeated_in_ods(3, 1)).row_count == 3 * 3 - 1


def test_too_many_lines_or_odd_rows_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text, "MAX_LINES", 5)
    with pytest.raises(UserError, match="terlalu banyak"):
        readers.parse("a.csv", b"a,b\n" + b"1,2\n" * 5)
    monkeypatch.setattr(text, "MAX_MALFORMED", 2)
    with pytest.raises(UserError, match=r"tidak terbaca.*a\.csv, baris 4"):
        readers.parse("a.csv", b"a,b\n" + f"{NIK}\n".encode() * 3)


def test_limits_are_what_the_memory_holds():
    assert (archive.MAX_UNPACKED, layout.MAX_CELLS, layout.MAX_CHARACTERS) == (2**30, 25_000_000, 2**29)
    assert opening.MAX_MEMORY == 2**30


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.csv", "a.csv"),
        ("C:\\Users\\x\\a.csv", "a.csv"),
        ("a\n\x00\x1b[31m\u202eb.csv", "a\ufffd\ufffd\ufffd[31m\ufffdb.csv"),
        ("'\"; DROP.csv", "'\"; DROP.csv"),
        ("folder/", "berkas tanpa nama"),
        ("", "berkas tanpa nama"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_a_name_is_shown_without_folders_and_control_characters(name: str, shown: str):
    assert readers.parse(name, b"a,b\n1,2\n").name == shown
    with pytest.raises(UserError) as refused:
        readers.parse(name, b"")
    assert refused.value.found == shown


def test_a_file_with_a_strange_name_is_read(tmp_path: Path):
    path = tmp_path / "a\n'\";b.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert readers.read(path).name == "a\ufffd'\";b.csv"
    with pytest.raises(UserError, match=r"tidak dapat dibuka.*hilang\ufffd"):
        readers.read(tmp_path / "hilang\n")


def test_an_xls_that_ends_its_process_ends_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    program = tmp_path / "program.py"
    for body in ("import os; os.abort()", "import time; time.sleep(60)", "raise SystemExit(1)"):
        program.write_text(body)
        monkeypatch.setattr(opening, "__file__", str(program))
        monkeypatch.setattr(opening, "MAX_SECONDS", 1)
        with pytest.raises(UserError, match=BROKEN):
            readers.parse("a.xls", XLS)


MEASURE = """
import json, resource, sys
from pathlib import Path
from ipsm_analytics.intake import readers
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
readers.parse("a.csv", b"a,b\\n1,2\\n")
before = peak()
count = readers.read(Path(sys.argv[1])).row_count
print(json.dumps({"rows": count, "bytes": peak() - before}))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no getrusage")
def test_a_large_file_takes_less_than_five_times_its_size(tmp_path: Path):
    """200 MB in less than 1 GB; measured on 30 MB in a process of its own."""
    row = [NIK, "Sitti Contoh", "Fakir Miskin", "Mariso", "Lette", "Dekat pasar", "05/10/2026", "Kasus Aktif", "DATA CONTOH"]
    count, path = 280_000, tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[f"k{place}" for place in range(9)], *([row] * count)])
    done = subprocess.run([sys.executable, "-c", MEASURE, path], check=True, cwd=ROOT, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["rows"] == count
    assert found["bytes"] < 5 * path.stat().st_size
