"""Imports taken back: exactly their own rows go, and what they had replaced comes back."""

from pathlib import Path

import pytest

from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.history import Undone, imports, preview_undo, undo
from ipsm_analytics.store import Store
from tests.tables import content, monthly, sicadas, stored, take

FIRST, SECOND, THIRD = ({"NIK": f"737101450690000{number}"} for number in (1, 2, 3))
BAD = {"Kelurahan": "Xyz"}
DONE = {"Status": "Selesai"}


def everything() -> list[list[str]]:
    return [content(stored(name)) for name in ("kasus", "laporan", "karantina")]


def test_the_last_import_is_taken_back_whole(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, BAD))
    before = everything()
    take(sicadas(tmp_path / "b.csv", SECOND, THIRD, {**BAD, **SECOND}))
    assert undo(2, settings()) == (Undone(2, "b.csv", {"kasus": 2, "karantina": 1}, {}, ()), 3)
    assert everything() == before
    assert Store(settings()).latest_number() == 3


def test_an_earlier_import_is_taken_back_and_the_later_one_stays(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST))
    take(sicadas(tmp_path / "b.csv", SECOND))
    take(monthly(tmp_path / "c.csv", {}))
    later = content(stored("laporan"))
    undo(1, settings())
    assert stored().num_rows == 1
    assert content(stored("laporan")) == later


def test_what_it_had_updated_comes_back(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, SECOND))
    before = everything()
    take(sicadas(tmp_path / "b.csv", {**FIRST, **DONE}))
    done, _ = undo(2, settings())
    assert (done.removed, done.restored) == ({"kasus": 1}, {"kasus": 1})
    assert everything() == before


def test_a_state_brought_by_an_import_taken_back_before_does_not_return(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST))
    take(sicadas(tmp_path / "b.csv", {**FIRST, "Status": "Dirujuk"}))
    take(sicadas(tmp_path / "c.csv", {**FIRST, **DONE}))
    undo(2, settings())
    undo(3, settings())
    assert stored()["status"].to_pylist() == ["verifikasi"]


def test_after_all_are_taken_back_nothing_is_left_in_any_order(tmp_path: Path):
    for name, change in (("a", {}), ("b", {"Status": "Dirujuk"}), ("c", DONE)):
        take(sicadas(tmp_path / f"{name}.csv", {**FIRST, **change}))
    for number in (1, 3, 2):
        undo(number, settings())
    assert stored().num_rows == 0


def test_it_says_which_later_files_to_import_again(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST))
    take(sicadas(tmp_path / "b.csv", FIRST, SECOND))
    assert preview_undo(1, settings()).again == ("b.csv",)
    undo(1, settings())
    assert stored().num_rows == 1
    take(tmp_path / "b.csv")
    assert stored().num_rows == 2


def test_a_preview_writes_nothing(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST))
    assert preview_undo(1, settings()).removed == {"kasus": 1}
    assert Store(settings()).latest_number() == 1


def test_old_versions_stay_readable(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST))
    undo(1, settings())
    store = Store(settings())
    assert [store.read("kasus", store.version(number)).num_rows for number in (0, 1, 2)] == [0, 1, 0]


def test_the_file_can_be_imported_again(tmp_path: Path):
    path = sicadas(tmp_path / "a.csv", FIRST, BAD)
    take(path)
    undo(1, settings())
    [report] = take(path)
    assert (report.accepted, report.quarantined, report.version) == (1, 1, 3)
    assert imports(Store(settings()))["undone_by"].tolist() == [2, 0, 0]
    undo(3, settings())
    assert imports(Store(settings()))["undone_by"].tolist() == [2, 0, 4, 0]


@pytest.mark.parametrize(("number", "found"), [(9, "v9"), (2, "v2"), (1, "sudah dibatalkan oleh v2")])
def test_only_a_standing_import_can_be_taken_back(tmp_path: Path, number: int, found: str):
    take(sicadas(tmp_path / "a.csv", FIRST))
    undo(1, settings())
    with pytest.raises(UserError, match=found):
        undo(number, settings())


def test_the_ledger_counts_add_up_to_what_is_stored(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, BAD))
    take(sicadas(tmp_path / "b.csv", {**FIRST, **DONE}, SECOND))
    undo(2, settings())
    ledger = Store(settings()).ledger()
    assert (ledger["accepted"] - ledger["updated"]).tolist() == [1, 1, -1]
    assert ledger["quarantined"].sum() == stored("karantina").num_rows


class TestCommand:
    def test_asks_first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        take(sicadas(tmp_path / "a.csv", FIRST))
        monkeypatch.setattr("builtins.input", lambda *_: "tidak")
        assert main(["undo", "v1"]) == 0
        assert (Store(settings()).latest_number(), stored().num_rows) == (1, 1)
        assert "1 kasus dikeluarkan" in capsys.readouterr().out

    def test_takes_back(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        take(sicadas(tmp_path / "a.csv", FIRST))
        assert main(["undo", "1", "--yes"]) == 0
        assert stored().num_rows == 0
        assert "Impor v1 dibatalkan → v2" in capsys.readouterr().out

    def test_refuses_a_version_that_is_none(self, capsys: pytest.CaptureFixture[str]):
        assert main(["undo", "7", "--yes"]) == 2
        assert "Impor ini tidak dapat dibatalkan" in capsys.readouterr().err
