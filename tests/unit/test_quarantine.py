"""Refused rows: seen, sent back, settled by exactly their own correction, destroyed in time."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.compute as pc
import pytest
import xlsxwriter

from ipsm_analytics import quarantine as module
from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.export.returned import returned_files
from ipsm_analytics.history import undo
from ipsm_analytics.intake import readers
from ipsm_analytics.prepare import prepare
from ipsm_analytics.quarantine import WHOLE_ROW, opened, purge, retry, waiting
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store
from tests.tables import GOOD, monthly, sicadas, stored, take

FIRST, SECOND, THIRD = ({"NIK": f"737101450690000{number}"} for number in (1, 2, 3))
BAD = {"Kelurahan": "Xyz"}
ODD = {"NIK": "12", "Status": "entah"}


def returned(folder: Path) -> Path:
    """The only workbook to send back, written to a folder."""
    [(name, content)] = returned_files(waiting(settings()), settings()).items()
    path = folder / name
    path.write_bytes(content)
    return path


def mended(path: Path, *changes: dict[str, str]) -> Path:
    """The workbook again, its rows changed one by one."""
    rows = readers.read(path).cells.to_pylist()
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Perbaikan")
        sheet.write_row(0, 0, list(rows[0]))
        for line, (row, change) in enumerate(zip(rows, changes, strict=True), start=1):
            for place, text in enumerate((row | change).values()):
                sheet.write_string(line, place, text)
    return path


def test_what_waits_is_listed_without_its_content(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}, {**BAD, **ODD}))
    rows = waiting(settings())
    assert rows[["file", "row_number"]].to_numpy().tolist() == [["a.csv", 3], ["a.csv", 4]]
    assert [sorted(codes) for codes in rows["reasons"]] == [["KEL_UNKNOWN"], ["KEL_UNKNOWN", "STATUS_UNKNOWN"]]
    assert "Sitti" not in rows.to_csv()


def test_a_row_opens_as_it_was_sent(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}))
    [row] = opened(list(waiting(settings())["row_id"]), settings())
    assert {name: row.cells[name] for name in GOOD} == {**GOOD, **SECOND, **BAD}
    assert [(problem.code, problem.column) for problem in row.problems] == [("KEL_UNKNOWN", "Kelurahan")]


def test_a_row_of_another_width_opens_whole(tmp_path: Path):
    path = sicadas(tmp_path / "a.csv", FIRST)
    path.write_text(path.read_text() + "satu,dua\n")
    take(path)
    [row] = opened(list(waiting(settings())["row_id"]), settings())
    assert row.cells == {WHOLE_ROW: "satu,dua"}


def test_a_corrected_file_settles_exactly_its_own_rows(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}, {**THIRD, **BAD}))
    [report] = take(mended(returned(tmp_path), {"Kelurahan": "Lette"}, {"Kelurahan": "Abc"}))
    assert (report.rows_read, report.accepted, report.quarantined, report.settled) == (2, 1, 1, 2)
    assert stored().num_rows == 2
    [left] = opened(list(waiting(settings())["row_id"]), settings())
    assert (left.cells["NIK"], left.cells["Kelurahan"]) == (THIRD["NIK"], "Abc")
    assert "ALASAN" not in left.cells


def test_what_is_mere_information_is_not_sent_back_for_correction(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", {"NIK": "7306014506900001", "Kategori PPKS": "Anak Jalanan", **BAD}))
    [row] = opened(list(waiting(settings())["row_id"]), settings())
    assert [problem.code for problem in row.problems] == ["KEL_UNKNOWN", "NIK_AREA_INFO", "AGE_CAT_WARN"]
    [sent] = readers.read(returned(tmp_path)).cells.to_pylist()
    assert [line.split(": ")[0] for line in sent["ALASAN"].splitlines()] == [
        "Kelurahan",
        "Kategori PPKS",
    ]


def test_a_file_sent_back_unchanged_settles_nothing(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}, {**THIRD, **BAD}))
    before = set(waiting(settings())["row_id"])
    [report] = take(returned(tmp_path))
    assert (report.accepted, report.quarantined, report.settled, report.version) == (0, 2, 0, 1)
    assert set(waiting(settings())["row_id"]) == before


def test_the_same_correction_twice_changes_nothing_more(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}))
    path = mended(returned(tmp_path), {"Kelurahan": "Lette"})
    take(path)
    [report] = take(path)
    assert (report.accepted, report.duplicates, report.settled, report.version) == (0, 1, 0, 2)


def test_rows_of_another_file_stay(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}))
    path = mended(returned(tmp_path), {"Kelurahan": "Lette"})
    take(sicadas(tmp_path / "b.csv", {**THIRD, **BAD}))
    take(path)
    assert waiting(settings())["file"].tolist() == ["b.csv"]


def test_rows_too_old_are_destroyed_and_the_ledger_says_so(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}))
    assert purge(settings(), 30) == 0
    assert Store(settings()).latest_number() == 1
    assert purge(settings(), 30, datetime.now(UTC) + timedelta(days=31)) == 1
    assert len(waiting(settings())) == 0
    last = Store(settings()).ledger().iloc[-1]
    assert (last["action"], last["quarantined"], stored().num_rows) == ("hapus", -1, 1)


class TestCommand:
    def test_lists_by_file_and_reason(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}, {**THIRD, **BAD}))
        assert main(["quarantine", "list"]) == 0
        line = next(line for line in capsys.readouterr().out.splitlines() if "KEL_UNKNOWN" in line)
        assert "a.csv" in line
        assert "2" in line

    def test_exports_one_workbook_a_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}), sicadas(tmp_path / "b.csv", {**THIRD, **BAD}))
        assert main(["quarantine", "export", "--out", str(tmp_path / "kembali")]) == 0
        assert sorted(path.name[:9] for path in (tmp_path / "kembali").iterdir()) == ["kembali_a", "kembali_b"]
        assert "Sitti" not in capsys.readouterr().out

    def test_what_waited_too_long_is_destroyed_at_the_next_start(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}))
        then, month = module.waiting, timedelta(days=31)
        monkeypatch.setattr(module, "waiting", lambda config: then(config).assign(time=lambda rows: rows["time"] - month))
        assert main(["prepare"]) == 0
        assert stored("karantina").num_rows == 1
        monkeypatch.setenv("IPSM_QUARANTINE_DAYS", "30")
        steps: list[str] = []
        prepare(settings(), steps.append)
        assert steps == ["1 baris karantina yang menunggu lebih dari 30 hari dihancurkan."]
        assert (stored("karantina").num_rows, stored().num_rows) == (0, 1)
        assert Store(settings()).ledger()["action"].iloc[-1] == "hapus"
        prepare(settings(), steps.append)
        assert len(steps) == 1

    @pytest.mark.parametrize("text", ["nol", "0", "-3", "1.5"])
    def test_days_that_are_none_are_told(self, text: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("IPSM_QUARANTINE_DAYS", text)
        with pytest.raises(UserError, match="IPSM_QUARANTINE_DAYS bukan banyaknya hari"):
            settings()

    def test_destroys(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        take(sicadas(tmp_path / "a.csv", {**SECOND, **BAD}))
        assert main(["quarantine", "purge", "--days", "30"]) == 0
        assert "0 baris karantina dihancurkan" in capsys.readouterr().out

    def test_writes_a_template(self, tmp_path: Path):
        assert main(["template", "kasus-lengkap", "--out", str(tmp_path)]) == 0
        assert (tmp_path / "templat_kasus_lengkap.xlsx").stat().st_size > 5000


class TestPlace:
    """What stays open of a refused row: where and when it belongs."""

    def placed(self) -> list[tuple[object, object]]:
        rows = stored("karantina").sort_by("row_number")
        return list(zip(rows["kode_kelurahan"].to_pylist(), rows["bulan"].to_pylist(), strict=True))

    def test_is_read_as_far_as_it_can_be(self, tmp_path: Path):
        late = {"Tanggal Laporan": "31/02/2026"}
        take(sicadas(tmp_path / "a.csv", {"Status": "entah"}, BAD, {**late, **FIRST}, {**BAD, **late}, SECOND))
        assert self.placed() == [
            ("73.71.01.1004", date(2026, 10, 1)),
            (None, date(2026, 10, 1)),
            ("73.71.01.1004", None),
            (None, None),
        ]

    def test_of_a_monthly_report(self, tmp_path: Path):
        take(monthly(tmp_path / "a.csv", {"nihil": "entah", "bulan": "September 2026"}, {"bulan": "entah"}))
        assert self.placed() == [("73.71.01.1004", date(2026, 9, 1)), ("73.71.01.1004", None)]

    def test_of_a_row_of_another_width_is_unknown(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", FIRST)
        path.write_text(path.read_text() + "satu,dua\n")
        take(path)
        assert self.placed() == [(None, None)]

    def test_reading_it_reports_nothing_twice(self, tmp_path: Path):
        [report] = take(sicadas(tmp_path / "a.csv", {**BAD, "Tanggal Laporan": "entah"}))
        assert report.reasons == {"DATE_PARSE": 1, "KEL_UNKNOWN": 1}
        assert len(report.problems) == 2


class TestRetry:
    """Waiting rows taken through the intake once more."""

    def ids(self, *files: str) -> list[str]:
        rows = waiting(settings())
        return list(rows.loc[rows["file"].isin(files), "row_id"])

    @pytest.fixture
    def two(self, tmp_path: Path) -> None:
        take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}), sicadas(tmp_path / "b.csv", {**THIRD, **BAD}))

    def known_now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Since the import somebody has told what 'Xyz' means."""
        found = areas.resolve
        monkeypatch.setattr(areas, "resolve", lambda name, *others: found("Lette" if name == "Xyz" else name, *others))

    @pytest.mark.usefixtures("two")
    def test_nothing_has_changed(self):
        before = set(waiting(settings())["row_id"])
        assert [
            (one.file, one.accepted, one.quarantined, one.settled) for one in retry(self.ids("a.csv", "b.csv"), settings())
        ] == [
            ("a.csv", 0, 1, 0),
            ("b.csv", 0, 1, 0),
        ]
        assert (set(waiting(settings())["row_id"]), Store(settings()).latest_number()) == (before, 2)

    @pytest.mark.usefixtures("two")
    def test_rows_that_are_good_now_go_in_and_wait_no_more(self, monkeypatch: pytest.MonkeyPatch):
        self.known_now(monkeypatch)
        [report] = retry(self.ids("a.csv"), settings())
        assert (report.rows_read, report.accepted, report.settled, report.version) == (1, 1, 1, 3)
        assert (stored().num_rows, list(waiting(settings())["file"])) == (2, ["b.csv"])
        assert stored().filter(pc.equal(stored()["row_number"], 3)).num_rows == 1

    @pytest.mark.usefixtures("two")
    def test_a_retry_is_taken_back_like_any_import(self, monkeypatch: pytest.MonkeyPatch):
        self.known_now(monkeypatch)
        retry(self.ids("a.csv", "b.csv"), settings())
        for number in (4, 3):
            undo(number, settings())
        assert stored().num_rows == 1
        assert sorted(waiting(settings())["file"]) == ["a.csv", "b.csv"]

    def test_a_row_of_another_width_is_left_alone(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", FIRST)
        path.write_text(path.read_text() + "satu,dua\n")
        take(path)
        assert retry(list(waiting(settings())["row_id"]), settings()) == []
