"""Warnings mark rows; they never decide whether a row is taken in, nor what it is."""

import csv
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring
from tests.conftest import KEY, TODAY
from tests.tables import FULL, Apart, apart

KEYS = Keyring(KEY.encode())
PERSON = {"nik": "7371014506900001", "jk": "P", "tgl_lahir": "05/06/1990", "tgl_masuk": "2026-10-06"}
MARKS = {
    "NIK_SEX_WARN": {"jk": "L"},
    "NIK_DOB_WARN": {"tgl_lahir": "06/06/1990"},
    "DOB_DEFAULT": {"tgl_lahir": "01/01/1990"},
    "AGE_CAT_WARN": {"usia": "3", "kategori": "PPKS-08"},
    "SEX_CAT_WARN": {"jk": "L", "kategori": "PPKS-23"},
    "DATE_ORDER": {"tgl_masuk": "2026-10-04"},
}
REFUSED = ({"kode_kelurahan": "73.71.99.0001"}, {"tgl_lapor": "kemarin"}, {"status": "Entah"})


def opened(rows: list[dict[str, str]]) -> Apart:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, schema.TEMPLATE_COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return apart(open_file(path, Settings(Path(folder) / "store", KEY, date.fromisoformat(TODAY)), KEYS))


@st.composite
def files(draw: st.DrawFn) -> list[tuple[dict[str, str], str]]:
    """Rows of which some are refused, each with the mark it is to get besides; '' for none."""
    rows = []
    for number in range(draw(st.integers(1, 12))):
        bad = draw(st.sampled_from([{}, {}, *REFUSED]))
        rows.append(({**FULL, **PERSON, "id_kasus": f"K-{number}", **bad}, draw(st.sampled_from(["", *MARKS]))))
    return rows


@given(files())
def test_marks_never_change_what_is_accepted_and_what_is_refused(rows: list[tuple[dict[str, str], str]]):
    plain = opened([row for row, _ in rows])
    marked = opened([{**row, **MARKS.get(mark, {})} for row, mark in rows])
    assert plain.rows_read == marked.rows_read == len(rows)
    for batch in (plain, marked):
        assert batch.accepted.num_rows + batch.quarantined.num_rows == len(rows)
    for column in ("row_number", "case_id", "person_key", "kode_kelurahan", "tgl_lapor"):
        assert plain.accepted[column].to_pylist() == marked.accepted[column].to_pylist()
    assert plain.quarantined["row_number"].to_pylist() == marked.quarantined["row_number"].to_pylist()
    assert plain.quarantined["reasons"].to_pylist() == marked.quarantined["reasons"].to_pylist()
    assert not any(plain.accepted["warnings"].to_pylist())
    warned = dict(zip(marked.accepted["row_number"].to_pylist(), marked.accepted["warnings"].to_pylist(), strict=True))
    assert all(mark in warned[number] if mark else not warned[number] for number, mark in told(rows) if number in warned)


def told(rows: list[tuple[dict[str, str], str]]) -> list[tuple[int, str]]:
    """Row numbers of the file with the mark of each row."""
    return [(number, mark) for number, (_, mark) in enumerate(rows, start=2)]
