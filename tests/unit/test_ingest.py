"""Files into the store: counts that add up, the same again changes nothing, one bad file keeps no other out."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ipsm_analytics import prepare as module
from ipsm_analytics import schema, store
from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.ingest import Report, ingest
from ipsm_analytics.intake import quarantine, sheet
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.prepare import prepare
from ipsm_analytics.store import Store
from tests.tables import FULL, GOOD, content, monthly, published, sicadas, stored, take, template, write

FIRST, SECOND, THIRD = ({"NIK": f"737101450690000{number}"} for number in (1, 2, 3))
BAD, ODD = {"Kelurahan": "Xyz"}, {"NIK": "12"}
MARK = {"Keterangan": "DATA CONTOH"}


def counts(report: Report) -> tuple[int, int, int, int, int]:
    assert report.rows_read == report.accepted + report.quarantined + report.duplicates
    return report.rows_read, report.accepted, report.updated, report.quarantined, report.duplicates


class TestOneFile:
    def test_is_counted(self, tmp_path: Path):
        [report] = take(sicadas(tmp_path / "a.csv", FIRST, SECOND, FIRST, BAD, {**THIRD, "Status": ""}))
        assert counts(report) == (5, 3, 0, 1, 1)
        assert report.reasons == {"DUP_ROW": 1, "KEL_UNKNOWN": 1, "STATUS_EMPTY": 1}
        assert (report.file, report.kind, report.version, report.error) == ("a.csv", "sicadas-ppks", 1, "")
        assert (stored().num_rows, stored("karantina").num_rows) == (3, 1)

    def test_again_changes_nothing(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", FIRST, SECOND, FIRST, BAD)
        take(path)
        before = [content(stored(name)) for name in ("kasus", "karantina")]
        [report] = take(path)
        assert counts(report) == (4, 0, 0, 1, 3)
        assert (report.version, Store(settings()).latest_number()) == (1, 1)
        assert [content(stored(name)) for name in ("kasus", "karantina")] == before

    def test_with_more_rows_adds_only_those(self, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", FIRST, BAD))
        [report] = take(sicadas(tmp_path / "a.csv", FIRST, BAD, SECOND, {**BAD, "NIK": "7371014506900009"}))
        assert counts(report) == (4, 1, 0, 2, 1)
        assert (stored().num_rows, stored("karantina").num_rows) == (2, 2)

    def test_a_newer_status_is_an_update_and_an_older_one_is_not(self, tmp_path: Path):
        done = sicadas(tmp_path / "b.csv", {**FIRST, "Status": "Selesai"})
        take(sicadas(tmp_path / "a.csv", FIRST))
        assert counts(take(done)[0]) == (1, 1, 1, 0, 0)
        assert counts(take(sicadas(tmp_path / "c.csv", {**FIRST, "Status": "Menunggu Foto"}))[0]) == (1, 0, 0, 0, 1)
        assert stored()["status"].to_pylist() == ["selesai"]
        assert Store(settings()).latest_number() == 2

    def test_an_update_knows_where_it_came_from(self, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", FIRST))
        [report] = take(sicadas(tmp_path / "b.csv", SECOND, {**FIRST, "Status": "Selesai"}))
        row = next(row for row in stored().to_pylist() if row["status"] == "selesai")
        assert (row["import_id"], row["row_number"]) == (f"{report.sha256[:16]}-sicadas-ppks", 3)

    def test_as_json(self, tmp_path: Path):
        [report] = take(sicadas(tmp_path / "a.csv", FIRST, BAD))
        found = json.loads(json.dumps(report.as_json()))
        assert found["problems"] == [problem.text() for problem in report.problems]
        assert (found["rows_read"], found["accepted"], found["reasons"]) == (2, 1, {"KEL_UNKNOWN": 1})

    def test_names_columns_it_does_not_use(self, tmp_path: Path):
        path = write(tmp_path / "a.csv", [*schema.SICADAS_PPKS_COLUMNS, "Nama Lengkap", "Pelapor"], [GOOD])
        assert take(path)[0].unknown_columns == ("Nama Lengkap", "Pelapor")

    def test_a_corrected_row_comes_in(self, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", FIRST, {**SECOND, **BAD}))
        assert counts(take(sicadas(tmp_path / "a.csv", FIRST, SECOND))[0]) == (2, 1, 0, 0, 1)
        assert stored().num_rows == 2


def test_taking_rows_in_portions_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    nobody = {"NIK": "", "Nama": "", "Lokasi Penemuan": "pasar"}
    people = [{"NIK": f"73710145069000{number:02d}", "Nama": f"Orang {number}"} for number in range(1, 10)]
    path = sicadas(tmp_path / "a.csv", *people, nobody, BAD, nobody, ODD, {**SECOND, **BAD}, BAD, FIRST)
    path.write_text(path.read_text() + "terpotong,1\nterpotong,2\n")
    ends = []
    for portion in (1 << 16, 2, 3):
        for module_, name in ((sheet, "PORTION"), (quarantine, "PORTION"), (store, "_PORTION")):
            monkeypatch.setattr(module_, name, portion)
        config = Settings(tmp_path / str(portion), settings().key, settings().today)
        assert counts(take(path, config=config)[0]) == (18, 12, 0, 5, 1)
        sealed = sorted(keyring(config).open(whole) for whole in stored("karantina", config)["sealed"].to_pylist())
        ends.append([content(stored("kasus", config)), content(stored("karantina", config)), sealed])
    assert ends[0] == ends[1] == ends[2]


class TestSeveralFiles:
    def bad_ones(self, folder: Path) -> list[Path]:
        files = {
            "kosong.csv": b"",
            "surat.csv": b"Yth.\n",
            "gambar.csv": bytes(range(256)),
            "rusak.xlsx": b"PK\x03\x04",
            "asing.csv": b"a,b\n1,2\n",
        }
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return [folder / name for name in [*files, "hilang.csv"]]

    def test_a_bad_one_keeps_no_other_out(self, tmp_path: Path):
        good = [sicadas(tmp_path / "a.csv", FIRST), monthly(tmp_path / "m.csv", {}), published(tmp_path / "p.csv", {})]
        bad = self.bad_ones(tmp_path)
        reports = take(good[0], *bad, *good[1:])
        assert [bool(report.error) for report in reports] == [False, *[True] * len(bad), False, False]
        assert [counts(report) for report in reports if report.error] == [(0, 0, 0, 0, 0)] * len(bad)
        assert [stored(name).num_rows for name in ("kasus", "laporan", "angka_terbit")] == [1, 1, 1]

    def test_the_command_says_so(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        good = str(sicadas(tmp_path / "a.csv", FIRST, BAD))
        assert main(["ingest", good, str(tmp_path / "hilang.csv"), "--json"]) == 2
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(line["file"], line["accepted"], bool(line["error"])) for line in lines] == [
            ("a.csv", 1, False),
            ("hilang.csv", 0, True),
        ]
        assert main(["ingest", good]) == 0
        shown = capsys.readouterr().out
        assert "2 baris = 0 diterima (0 pembaruan) + 1 dikarantina + 1 ganda → v1" in shown
        assert "KEL_UNKNOWN: 1 baris" in shown

    def test_every_file_is_announced(self, tmp_path: Path):
        paths, seen = [sicadas(tmp_path / f"{number}.csv", FIRST) for number in range(2)], []
        ingest(paths, settings(), progress=lambda *step: seen.append(step))
        assert seen == [("0.csv", 0.0, 0), ("0.csv", 1.0, 1), ("1.csv", 0.0, 0), ("1.csv", 1.0, 1)]

    def test_a_named_kind_must_fit(self, tmp_path: Path):
        path = sicadas(tmp_path / "a.csv", FIRST)
        assert "bukan Laporan bulanan PSM" in take(path, kind="laporan-bulanan")[0].error
        assert "Jenis berkas tidak dikenal" in take(path, kind="entah")[0].error
        assert take(path, kind="sicadas-ppks")[0].accepted == 1

    def test_a_short_key_stops_the_call(self, tmp_path: Path):
        with pytest.raises(UserError, match="IPSM_KEY terlalu pendek"):
            take(sicadas(tmp_path / "a.csv", FIRST), config=Settings(settings().store, key="pendek"))
        assert not settings().store.exists()


class TestSampleData:
    def test_makes_way_for_real_data(self, tmp_path: Path):
        [first, _] = take(
            sicadas(tmp_path / "s.csv", {**FIRST, **MARK}, {**BAD, **MARK}),
            monthly(tmp_path / "m.csv", {"kendala": "DATA CONTOH"}),
        )
        assert first.sample
        [report] = take(sicadas(tmp_path / "a.csv", SECOND))
        assert (report.removed_sample, report.accepted) == (3, 1)
        assert [stored(name)["sample"].to_pylist() for name in ("kasus", "laporan", "karantina")] == [[False], [], []]
        store = Store(settings())
        assert store.read("kasus", store.version(2))["sample"].to_pylist() == [True]

    def test_stays_while_no_real_row_was_accepted(self, tmp_path: Path):
        take(sicadas(tmp_path / "s.csv", {**FIRST, **MARK}))
        [report] = take(sicadas(tmp_path / "a.csv", BAD))
        assert (report.removed_sample, report.quarantined, stored().num_rows) == (0, 1, 1)

    @pytest.mark.parametrize("real", [sicadas, monthly])
    def test_is_kept_out_of_real_data(self, tmp_path: Path, real: object):
        take(real(tmp_path / "a.csv", {}))
        reports = take(sicadas(tmp_path / "s.csv", {**FIRST, **MARK}), sicadas(tmp_path / "t.csv", {**BAD, **MARK}))
        assert all("DATA CONTOH tidak boleh masuk" in report.error for report in reports)
        assert Store(settings()).latest_number() == 1
        assert stored("karantina").num_rows == 0

    def test_grows_by_more_of_it(self, tmp_path: Path):
        take(sicadas(tmp_path / "s.csv", {**FIRST, **MARK}), sicadas(tmp_path / "t.csv", {**SECOND, **MARK}))
        assert stored()["sample"].to_pylist() == [True, True]


class TestNothingInClear:
    NIK, NAME = "7371014506909998", "Zubaidah Qistina"

    def files(self, folder: Path) -> list[Path]:
        person = {"NIK": self.NIK, "Nama": self.NAME}
        remark = f"{self.NAME} {self.NIK}"
        known = {"nik": self.NIK, "nama": self.NAME, "keterangan": remark}
        free = (
            "id_kasus",
            "kanal",
            "id_psm",
            "jk",
            "sub_disabilitas",
            "program_diterima",
            "status_padan",
            "fokus",
            "opd_rujukan",
            "hasil",
        )
        cases = sicadas(folder / "a.csv", person, {**person, **BAD}, {**person, "Keterangan": remark, "Lokasi Penemuan": remark})
        cases.write_text(cases.read_text() + f"{remark},terpotong\n")
        full = template(
            folder / "b.csv",
            known,
            {**known, **dict.fromkeys(free, remark)},
            {**known, "kelurahan": remark, "kode_kelurahan": ""},
        )
        return [cases, full, monthly(folder / "c.csv", {"kendala": remark}, {"kode_kelurahan": remark, "kendala": remark})]

    def test_in_any_byte_of_the_store(self, tmp_path: Path):
        reports = take(*self.files(tmp_path))
        assert [counts(report)[0] for report in reports] == [4, 3, 2]
        assert stored().num_rows == 3
        config = settings()
        files = [path for path in [*config.store.rglob("*"), config.store.with_name("store.lock")] if path.is_file()]
        assert {path.parent.name for path in files} >= {"kasus", "laporan", "karantina", "impor", "_delta_log"}
        for path in files:
            data = path.read_bytes().lower()
            if path.suffix == ".parquet":
                data += repr(pq.read_table(path).to_pylist()).lower().encode()
            for word in (self.NIK, "zubaidah", "qistina"):
                assert word.encode() not in data, path

    def test_yet_every_refused_row_can_be_opened_whole(self, tmp_path: Path):
        take(*self.files(tmp_path))
        keys = keyring(settings())
        wholes = [json.loads(keys.open(sealed))["row"] for sealed in stored("karantina")["sealed"].to_pylist()]
        assert sum(self.NAME in json.dumps(whole) for whole in wholes) == len(wholes) == 4
        assert f"{self.NAME} {self.NIK},terpotong" in wholes


class TestProcesses:
    def test_two_at_once_lose_nothing(self, tmp_path: Path):
        people = [[{"NIK": f"737101450690{half}{number:03d}"} for number in range(1, 40)] for half in (1, 2)]
        paths = [sicadas(tmp_path / f"{half}.csv", *rows, BAD) for half, rows in enumerate(people)]
        command = [sys.executable, "-m", "ipsm_analytics", "ingest", "--json"]
        running = [subprocess.Popen([*command, str(path)], stdout=subprocess.PIPE, text=True) for path in paths]
        reports = [json.loads(process.communicate(timeout=60)[0]) for process in running]
        assert [process.returncode for process in running] == [0, 0]
        assert sorted(report["version"] for report in reports) == [1, 2]
        assert stored().num_rows == 78
        assert stored("karantina").num_rows == 1
        assert [report["quarantined"] for report in reports] == [1, 1]


class TestPrepare:
    @pytest.fixture(autouse=True)
    def small_city(self, monkeypatch: pytest.MonkeyPatch):
        def generate(folder: Path) -> None:
            sicadas(folder / "sicadas_ppks_1.csv", {**FIRST, **MARK})
            template(folder / "kasus_1.csv", {**FULL, "keterangan": "DATA CONTOH"})
            monthly(folder / "laporan_2026.csv", {"kendala": "DATA CONTOH"})
            (folder / "truth.json").write_text("{}")

        monkeypatch.setattr(module, "generate", generate)

    def tables(self) -> list[int]:
        return [stored(name).num_rows for name in ("kasus", "laporan", "angka_terbit")]

    def test_fills_an_empty_store_once(self):
        steps: list[str] = []
        assert prepare(settings(), steps.append) == 5
        assert self.tables() == [2, 1, 94]
        assert steps[0] == "Membuat DATA CONTOH …"
        assert steps[-1] == "Memasukkan penduduk_dan_kemiskinan.csv, 36 baris …"
        before = len(steps)
        assert prepare(settings(), steps.append) == 5
        assert len(steps) == before

    def test_finishes_what_was_interrupted(self):
        def stop(step: str) -> None:
            if "sicadas_ppks_1" in step:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            prepare(settings(), stop)
        assert self.tables() == [1, 1, 0]
        prepare(settings(), lambda step: None)
        assert self.tables() == [2, 1, 94]

    def test_adds_no_sample_to_real_data(self, tmp_path: Path):
        take(sicadas(tmp_path / "a.csv", SECOND))
        prepare(settings(), lambda step: None)
        assert self.tables() == [1, 0, 94]
        assert stored()["sample"].to_pylist() == [False]

    def test_leaves_real_data_alone_that_came_later(self, tmp_path: Path):
        prepare(settings(), lambda step: None)
        take(sicadas(tmp_path / "a.csv", SECOND))
        assert prepare(settings(), lambda step: None) == 6
        assert self.tables() == [1, 0, 94]

    def test_a_shipped_file_that_is_refused_is_a_bug(self, tmp_path: Path):
        (tmp_path / "angka.csv").write_text("a,b\n1,2\n")
        config = Settings(settings().store, settings().key, settings().today, published=tmp_path)
        with pytest.raises(InternalError, match=r"shipped file refused: angka\.csv"):
            prepare(config, lambda step: None)
