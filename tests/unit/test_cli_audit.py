"""The command line and the audit trail: what it notes, lists and checks."""

from pathlib import Path

import pytest

from ipsm_analytics import audit
from ipsm_analytics.audit import Event, events, note, verify
from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.store import Kept, Store, current_user
from tests.tables import sicadas, take
from tests.unit.test_audit import kept, rewritten

BAD = {"Kelurahan": "Xyz"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One case and one refused row."""
    take(sicadas(tmp_path / "a.csv", {"NIK": "7371014506900001"}, BAD))
    return Store(settings())


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be noted."""

    def fail(store: Store, event: Event) -> Kept:
        raise UserError("Penyimpanan tidak dapat ditulis; isinya tetap seperti semula.")

    monkeypatch.setattr(audit, "note", fail)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    told = capsys.readouterr()
    return code, told.out + told.err


class TestNoted:
    def test_rows_that_go_back(self, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        assert run(capsys, "quarantine", "export", "--out", str(tmp_path / "kembali"))[0] == 0
        (row,) = events(store, action="ekspor").to_dict("records")
        assert (row["subject"], row["purpose"], row["origin"], row["version"]) == ("berkas:kembali.xlsx", "ekspor", "cli", 1)
        assert (row["user"], row["role"]) == (audit.named(current_user()), "operator")

    def test_pairs_of_persons(self, store: Store, capsys: pytest.CaptureFixture[str]):
        assert run(capsys, "link", "pairs")[0] == 0
        assert list(events(store, action="lihat")["subject"]) == ["halaman:padanan"]

    def test_files_of_the_meeting_whatever_their_suffix_is_written_like(self, store: Store, tmp_path: Path):
        main(["sheets", "--level", "kecamatan", "--out", str(tmp_path / "L.PDF")])
        main(["deck", "--out", str(tmp_path / "R.PPTX")])
        found = events(store, action="ekspor")
        assert list(found["subject"]) == ["berkas:rakor.pptx", "berkas:lembar.pdf"]
        assert list(found["filters"]) == ["", "tingkat=kecamatan"]

    def test_an_import_stands_in_the_ledger_alone(self, store: Store):
        assert (store.journal_number("jejak"), list(events(store)["source"])) == (0, ["impor"])

    @pytest.mark.usefixtures("store", "refusing")
    def test_what_cannot_be_noted_is_not_done(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        code, told = run(capsys, "quarantine", "export", "--out", str(tmp_path / "kembali"))
        assert (code, not (tmp_path / "kembali").exists()) == (2, True)
        assert "tidak dapat ditulis" in told
        assert run(capsys, "link", "pairs")[0] == 2
        out = tmp_path / "lembar.pdf"
        assert run(capsys, "sheets", "--level", "kecamatan", "--out", str(out))[0] == 2
        assert not out.exists()


class TestList:
    def test_newest_first_with_the_time_of_makassar(self, capsys: pytest.CaptureFixture[str]):
        store = Store(settings())
        assert run(capsys, "audit", "list")[1] == "0 catatan\n"
        time = [note(store, Event("masuk", name, "pimpinan")).time for name in ("a", "b")][1]
        _, told = run(capsys, "audit", "list")
        assert told.startswith("2 catatan\n")
        assert told.index("│ b ") < told.index("│ a ")
        assert time.astimezone(audit.TIMEZONE).strftime("%Y-%m-%d %H:%M:%S") in told
        assert run(capsys, "audit", "list", "--user", "a", "--action", "masuk")[1].startswith("1 catatan\n")
        assert run(capsys, "audit", "list", "--to", "2020-01-01")[1] == "0 catatan\n"

    def test_a_day_that_is_none(self, capsys: pytest.CaptureFixture[str]):
        code, told = run(capsys, "audit", "list", "--from", "kemarin")
        assert (code, "Hari pada --from tidak terbaca" in told) == (2, True)


class TestCheck:
    def test_whole_broken_and_shorter_than_it_was(self, capsys: pytest.CaptureFixture[str]):
        store = Store(settings())
        for _ in range(3):
            note(store, Event("masuk", "ratna", "operator"))
        end = f"3:{verify(store).head}"
        assert run(capsys, "audit", "periksa") == (0, f"Utuh: 3 catatan, ujung {end}\n")
        assert run(capsys, "audit", "periksa", "--ujung", end[:18])[0] == 0
        assert run(capsys, "audit", "periksa", "--ujung", f"4:{'0' * 16}") == (2, "PUTUS di nomor 4: hilang\n")
        entries = kept(store)
        rewritten(store, [entries[0], entries[1]._replace(user="x"), entries[2]])
        assert run(capsys, "audit", "periksa") == (2, "PUTUS di nomor 2: berubah\n")

    def test_an_end_that_is_none(self, capsys: pytest.CaptureFixture[str]):
        code, told = run(capsys, "audit", "periksa", "--ujung", "budi")
        assert (code, "Ujung jejak tidak terbaca" in told) == (2, True)
