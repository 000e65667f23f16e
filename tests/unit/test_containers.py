"""Every format in every container an office uses: the same rows come out."""

import csv
import io
from pathlib import Path

import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.intake.batch import open_bytes
from ipsm_analytics.intake.formats import FORMATS
from scripts import files_doc
from tests.data.wadah.make_wadah import FOLDER, SUFFIXES, TABLES, Rows, write_xlsx
from tests.tables import KEYS, Apart, apart, content

KINDS = [form.kind for form in FORMATS]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252")


def text_of(rows: Rows, delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def encoded(rows: Rows, delimiter: str, encoding: str) -> bytes:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    return (mark + text_of(rows, delimiter)).encode(encoding)


def opened(name: str, data: bytes) -> Apart:
    return apart(open_bytes(name, data, settings(), KEYS))


def check(batch: Apart, kind: str) -> None:
    """The batch holds what the plain CSV holds: all rows, accepted."""
    plain = opened("a.csv", encoded(TABLES[kind], ",", "utf-8"))
    assert (batch.format.kind, batch.rows_read, batch.problems) == (kind, len(TABLES[kind]) - 1, ())
    assert batch.accepted.num_rows == batch.rows_read
    assert content(batch.accepted) == content(plain.accepted)
    assert batch.accepted["row_number"].to_pylist() == list(range(2, len(TABLES[kind]) + 1))
    assert batch.unknown_columns == ()


def test_every_format_has_rows():
    assert list(TABLES) == KINDS


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_text(kind: str, delimiter: str, encoding: str):
    batch = opened("a.csv", encoded(TABLES[kind], DELIMITERS[delimiter], encoding))
    check(batch, kind)
    assert batch.remarks == ()


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm"])
@pytest.mark.parametrize("kind", KINDS)
def test_excel(tmp_path: Path, kind: str, suffix: str):
    batch = opened(f"a.{suffix}", write_xlsx(tmp_path / "a.xlsx", TABLES[kind]).read_bytes())
    check(batch, kind)
    assert batch.remarks == ()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", KINDS)
def test_old_excel_and_open_document(kind: str, suffix: str):
    batch = opened(f"a.{suffix}", (FOLDER / f"{kind}.{suffix}").read_bytes())
    check(batch, kind)
    assert batch.remarks == ()


def test_the_page_of_formats_and_containers_is_up_to_date_and_names_tests_that_are_here():
    assert files_doc.PAGE.read_text(encoding="utf-8") == files_doc.document()
    assert set(files_doc.CONTAINERS.values()) <= set(globals())
