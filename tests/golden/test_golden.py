"""A file whose every row was given its fate beforehand: the import and the query say exactly that."""

import json
from pathlib import Path

import pytest

from ipsm_analytics.cli import main
from ipsm_analytics.ingest import Report
from tests.golden import make_kasus_300 as golden
from tests.tables import stored, take

FOLDER = Path(__file__).parent
FILE = FOLDER / "kasus_300.csv"
EXPECTED = json.loads((FOLDER / "kasus_300.json").read_text(encoding="utf-8"))


@pytest.fixture
def report() -> Report:
    [report] = take(FILE)
    return report


def test_the_files_are_those_the_script_writes():
    assert FILE.read_text(encoding="utf-8") == golden.file_text()
    assert (FOLDER / "kasus_300.json").read_text(encoding="utf-8") == golden.expected_text()


def test_every_row_is_sample_data():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 301
    assert all("DATA CONTOH" in line for line in lines[1:])


def test_the_counts(report: Report):
    assert {name: getattr(report, name) for name in ("rows_read", "accepted", "quarantined", "duplicates")} == {
        name: EXPECTED[name] for name in ("rows_read", "accepted", "quarantined", "duplicates")
    }
    assert (report.updated, report.version, report.error, report.sample) == (0, 1, "", True)


def test_the_reasons(report: Report):
    assert report.reasons == EXPECTED["reasons"] | {"DUP_ROW": EXPECTED["duplicates"]}


def test_the_refused_rows(report: Report):
    found: dict[str, list[str]] = {}
    for problem in report.problems:
        found.setdefault(str(problem.row_number), []).append(problem.code)
    assert {row: sorted(codes) for row, codes in found.items() if row in EXPECTED["refused"]} == EXPECTED["refused"]
    assert sorted(stored("karantina")["row_number"].to_pylist()) == [int(row) for row in EXPECTED["refused"]]


@pytest.mark.usefixtures("report")
def test_the_furthest_state_of_the_updated_cases_stays():
    rows = {row["row_number"]: row["status"] for row in stored().to_pylist()}
    assert {row + 1: rows.get(row + 1) for row in golden.UPDATES} == {row + 1: "selesai" for row in golden.UPDATES}
    assert not {origin + 1 for origin in golden.UPDATES.values()} & set(rows)


@pytest.mark.usefixtures("report")
def test_the_cases_by_kecamatan(capsys: pytest.CaptureFixture[str]):
    question = ["query", "K01", "--by", "kecamatan", "--from", "2026-01", "--to", "2026-10", "--format", "json"]
    assert main(question) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["kecamatan"]: row["value"] for row in rows} == EXPECTED["K01"]
    assert {row["status"] for row in rows} == {"ok"}
    assert sum(EXPECTED["K01"].values()) == EXPECTED["accepted"]
