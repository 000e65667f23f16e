"""The roster: PSM by number and body; a name cannot get in."""

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from tests.tables import KEYS, Apart, Cells, check_counts_and_repeat, opened, stored, take, write

WORKER = {
    "id_psm": "psm-0101-01",
    "kode_kelurahan": "73.71.01.1004",
    "kelurahan": "Lette",
    "kecamatan": "Mariso",
    "organisasi": "IPSM",
    "aktif_sejak": "07/07/2016",
}


def roster(path: Path, *changes: Cells) -> Path:
    return write(path, schema.ROSTER_COLUMNS, [{**WORKER, **change} for change in changes])


def taken_apart(folder: Path, *changes: Cells) -> Apart:
    return opened(roster(folder / "a.csv", *changes))


def test_a_row_becomes_a_worker(tmp_path: Path):
    batch = taken_apart(tmp_path, {})
    assert batch.accepted.schema.equals(schema.ROSTER)
    [row] = batch.accepted.to_pylist()
    assert row.pop("precedence").startswith("2016-07-07|")
    assert row == {
        "roster_id": KEYS.key("roster", "PSM-0101-01"),
        "import_id": batch.import_id,
        "row_number": 2,
        "id_psm": "PSM-0101-01",
        "kode_kelurahan": "73.71.01.1004",
        "organisasi": "IPSM",
        "aktif_sejak": date(2016, 7, 7),
        "warnings": [],
        "sample": False,
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id_psm": ""}, "PSM_ID_NEEDED"),
        ({"id_psm": "Sitti Contoh"}, "PSM_ID_NEEDED"),
        ({"id_psm": "7371014506900001"}, "PSM_ID_NEEDED"),
        ({"kode_kelurahan": "73.71.99.1004"}, "KEL_UNKNOWN"),
        ({"kecamatan": "Tallo"}, "KEL_KEC_CONFLICT"),
        ({"aktif_sejak": "07/07/2036"}, "DATE_FUTURE"),
        ({"aktif_sejak": "07/07/1960"}, "DATE_TOO_OLD"),
    ],
)
def test_is_refused_for(tmp_path: Path, change: Cells, code: str):
    batch = taken_apart(tmp_path, {}, change)
    assert batch.quarantined["reasons"].to_pylist() == [[code]]
    assert batch.accepted.num_rows == 1
    assert not [problem for problem in batch.problems if "Sitti" in problem.text() or "73710145" in problem.text()]


@pytest.mark.parametrize(
    ("text", "body", "warnings"),
    [
        ("Forum Pekerja  Sosial Masyarakat", "Forum PSM", []),
        ("", None, []),
        ("-", None, []),
        ("Sitti Contoh", None, ["VALUE_UNKNOWN"]),
    ],
)
def test_organisation_is_one_of_a_list(tmp_path: Path, text: str, body: str | None, warnings: list[str]):
    batch = taken_apart(tmp_path, {"organisasi": text, "aktif_sejak": ""})
    [row] = batch.accepted.to_pylist()
    assert (row["organisasi"], row["warnings"], row["aktif_sejak"]) == (body, warnings, None)
    assert not [problem for problem in batch.problems if "Sitti" in problem.text()]


def test_rows_are_counted_and_again_changes_nothing(tmp_path: Path):
    path = roster(tmp_path / "a.csv", {}, {}, {"id_psm": ""}, {"id_psm": "PSM-0101-02"})
    check_counts_and_repeat(path, "roster", (4, 2, 1, 1))


def test_a_worker_who_moved_is_one_worker(tmp_path: Path):
    old = roster(tmp_path / "a.csv", {"aktif_sejak": ""})
    new = roster(tmp_path / "b.csv", {"kode_kelurahan": "73.71.01.1001", "kelurahan": "", "aktif_sejak": "01/02/2025"})
    take(new, old)
    assert stored("roster")["kode_kelurahan"].to_pylist() == ["73.71.01.1001"]


def test_the_sample_is_known_by_its_organisation(tmp_path: Path):
    [report] = take(roster(tmp_path / "a.csv", {"organisasi": "Forum PSM (DATA CONTOH)"}))
    assert report.sample
    [row] = stored("roster").to_pylist()
    assert (row["organisasi"], row["sample"], row["warnings"]) == ("Forum PSM", True, [])
