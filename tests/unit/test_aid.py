"""Proposals for aid: a person and a day, three states, the further one stays."""

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from tests.tables import KEYS, Apart, Cells, check_counts_and_repeat, opened, stored, take, write

PROPOSED = {
    "Nama Kepala Keluarga": "Sitti Contoh",
    "NIK": "7371014506900001",
    "No. KK": "7371010101100001",
    "Kecamatan": "Mariso",
    "Kelurahan": "Lette",
    "Tanggal Pengusulan": "03/05/2026",
    "Alamat": "Jl. Rahasia 1",
    "Status": "Belum",
}


def proposals(path: Path, *changes: Cells) -> Path:
    return write(path, schema.SICADAS_BANSOS_COLUMNS, [{**PROPOSED, **change} for change in changes])


def taken_apart(folder: Path, *changes: Cells) -> Apart:
    return opened(proposals(folder / "a.csv", *changes))


def test_a_row_becomes_a_proposal(tmp_path: Path):
    batch = taken_apart(tmp_path, {})
    assert batch.accepted.schema.equals(schema.AID)
    [row] = batch.accepted.to_pylist()
    person = KEYS.key("orang", "nik:7371014506900001")
    assert row.pop("precedence").startswith("0|")
    assert row == {
        "proposal_id": KEYS.key("bansos", f"{person}:2026-05-03"),
        "person_key": person,
        "identity": "nik",
        "family_key": KEYS.key("keluarga", "7371010101100001"),
        "import_id": batch.import_id,
        "row_number": 2,
        "kode_kelurahan": "73.71.01.1004",
        "tgl_usul": date(2026, 5, 3),
        "status": "belum",
        "warnings": [],
        "sample": False,
    }


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"Kelurahan": ""}, "KEL_EMPTY", "Kelurahan"),
        ({"Tanggal Pengusulan": ""}, "DATE_EMPTY", "Tanggal Pengusulan"),
        ({"Tanggal Pengusulan": "03/05/2062"}, "DATE_FUTURE", "Tanggal Pengusulan"),
        ({"Status": ""}, "TEXT_EMPTY", "Status"),
        ({"Status": "Mungkin"}, "STATUS_UNKNOWN", "Status"),
        ({"NIK": "", "Nama Kepala Keluarga": ""}, "PERSON_EMPTY", "NIK"),
    ],
)
def test_is_refused_for(tmp_path: Path, change: Cells, code: str, column: str):
    batch = taken_apart(tmp_path, {}, change)
    assert [(problem.row_number, problem.code, problem.column) for problem in batch.problems] == [(3, code, column)]
    assert batch.quarantined["reasons"].to_pylist() == [[code]]
    assert batch.accepted.num_rows == 1


def test_states_in_any_spelling(tmp_path: Path):
    batch = taken_apart(tmp_path, {"Status": "LAYAK"}, {"Status": "tidak  layak"}, {"Status": " Belum "})
    assert batch.accepted["status"].to_pylist() == ["layak", "tidak layak", "belum"]


def test_rows_are_counted_and_again_changes_nothing(tmp_path: Path):
    path = proposals(tmp_path / "a.csv", {}, {}, {"Status": "?"}, {"Tanggal Pengusulan": "04/05/2026"}, {"NIK": "12"})
    check_counts_and_repeat(path, "bansos", (5, 3, 1, 1))


def test_a_decision_replaces_the_waiting_state_whichever_comes_in_first(tmp_path: Path):
    waiting, decided = proposals(tmp_path / "a.csv", {}), proposals(tmp_path / "b.csv", {"Status": "Layak"})
    assert [(report.accepted, report.updated, report.duplicates) for report in take(waiting, decided, waiting)] == [
        (1, 0, 0),
        (1, 1, 0),
        (0, 0, 1),
    ]
    assert stored("bansos")["status"].to_pylist() == ["layak"]


def test_the_order_of_the_states_decides(tmp_path: Path):
    niks = [f"73710145069000{number}" for number in range(11, 19)]
    rows = [{"NIK": nik, "Status": state} for nik in niks for state in ("Tidak Layak", "Layak", "Belum")]
    take(
        proposals(tmp_path / "a.csv", *rows),
        proposals(tmp_path / "b.csv", *(row for row in rows if row["Status"] != "Tidak Layak")),
    )
    assert stored("bansos")["status"].to_pylist() == ["tidak layak"] * 8


def test_the_sample_is_known_by_its_address(tmp_path: Path):
    [report] = take(proposals(tmp_path / "a.csv", {"Alamat": "Jl. Satu (DATA CONTOH)"}))
    assert report.sample
    assert stored("bansos")["sample"].to_pylist() == [True]


def test_holds_nothing_in_clear(tmp_path: Path):
    text = str(taken_apart(tmp_path, {}).accepted.to_pylist())
    assert not [secret for secret in ("73710145", "73710101", "itti", "Rahasia") if secret in text]
