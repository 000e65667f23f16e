"""`query` by what was done about cases, by service and by quarter, and of every indicator there is."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema
from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest import ingest
from ipsm_analytics.measures import Status
from ipsm_analytics.reference.indicators import indicators
from ipsm_analytics.sample import generate
from tests.casecity import CASES
from tests.conftest import KEY, TODAY
from tests.tables import Cells, take, template, write

HEADER = "value,numerator,denominator,lower,upper,status"
SPM_ROW = {"tahun": "2026", "layanan": "C03", "sumber_sasaran": "Asesmen", "tgl_sasaran": "31/01/2026"}


def cells(row: dict[str, object], number: int) -> Cells:
    """A case of tests/casecity.py as a row of the full template."""
    told = {name: value for name, value in row.items() if value is not None and name in schema.TEMPLATE_COLUMNS}
    texts = {name: ";".join(value) if isinstance(value, list) else str(value) for name, value in told.items()}
    return {"nama": str(row["person_key"]), "tgl_lahir": "1950-02-01", "id_kasus": f"K{number}", **texts}


@pytest.fixture(scope="module")
def case_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The thirteen cases, and SPM figures of two services for two quarters."""
    folder = tmp_path_factory.mktemp("kota")
    config = Settings(folder / "store", KEY, date.fromisoformat(TODAY))
    quarters = [
        {**SPM_ROW, "layanan": layanan, "triwulan": quarter, "terpenuhi": met, "sasaran": needed}
        for layanan, quarter, met, needed in (("C03", "1", "100", "400"), ("C03", "2", "150", "400"), ("C01", "1", "30", "40"))
    ]
    told = template(folder / "kasus.csv", *(cells(dict(row), number) for number, row in enumerate(CASES)))
    take(told, write(folder / "spm.csv", schema.SPM_COLUMNS, quarters), config=config)
    return config.store


@pytest.fixture(scope="module")
def sample_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample with all its lists, and the published figures."""
    folder = tmp_path_factory.mktemp("contoh")
    config = Settings(folder / "store", KEY, date.fromisoformat(TODAY))
    generate(folder / "berkas", cases=600, months=6, end="2026-10", seed=1)
    files = [path for path in sorted((folder / "berkas").glob("*_*")) if not path.name.startswith("kebenaran")]
    reports = ingest([*files, *sorted(config.published.glob("*.csv"))], config)
    assert [report.error for report in reports if report.error] == []
    return config.store


@pytest.fixture
def in_case_city(case_city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPSM_STORE", str(case_city))


@pytest.fixture
def in_sample(sample_city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPSM_STORE", str(sample_city))


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str]]:
    assert main(["query", *arguments, "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return list(csv.DictReader(io.StringIO(printed.out)))


@pytest.mark.usefixtures("in_case_city")
class TestByTrait:
    def test_referrals_of_a_kecamatan_by_office(self, capsys: pytest.CaptureFixture[str]):
        found = rows(capsys, "S04", "--by", "opd", "--where", "kecamatan=Tallo")
        """Offices are told under one name, whatever the file calls them."""
        parts = {row["opd"]: (row["numerator"], row["denominator"], row["status"]) for row in found}
        assert parts == {
            "Dinas Kesehatan": ("0", "0", "penyebut_kecil"),
            "Dinas Pendidikan": ("1", "1", "penyebut_kecil"),
            "Dinas Ketenagakerjaan": ("0", "0", "penyebut_kecil"),
            "tidak disebut": ("0", "0", "penyebut_kecil"),
        }

    @pytest.mark.parametrize(
        ("code", "by", "expected"),
        [
            ("S03", "umur", {"0-2": 2, "3-7": 0, "8-30": 3, ">30": 5}),
            ("K01", "keberulangan", {"baru": 10, "berulang": 3}),
            ("F01", "fokus", {"EKONOMI": 1, "KELUARGA": 1, "ADVOKASI": 1, "belum ditentukan": 10}),
        ],
    )
    def test_cases_by_label(self, capsys: pytest.CaptureFixture[str], code: str, by: str, expected: dict[str, int]):
        found = rows(capsys, code, "--by", by)
        assert {row[by]: int(row["numerator"]) for row in found} == expected
        assert list(found[0]) == [by, *HEADER.split(",")]

    @pytest.mark.parametrize("where", ["fokus=EKONOMI", "fokus=ekonomi", "Fokus = Ekonomi", "hasil=terpenuhi"])
    def test_a_filter_is_read_in_any_case(self, capsys: pytest.CaptureFixture[str], where: str):
        assert [row["numerator"] for row in rows(capsys, "F01", "--where", where)] == ["1"]

    def test_gaps_by_service(self, capsys: pytest.CaptureFixture[str]):
        found = rows(capsys, "C07", "--by", "layanan", "--from", "2026-01", "--to", "2026-03")
        assert [(row["layanan"], row["value"], row["status"]) for row in found] == [
            ("C01", "10.0", "ok"),
            ("C02", "", "belum_lapor"),
            ("C03", "300.0", "ok"),
            ("C04", "", "belum_lapor"),
            ("C05", "", "belum_lapor"),
        ]

    def test_coverage_by_quarter(self, capsys: pytest.CaptureFixture[str]):
        found = rows(capsys, "C03", "--by", "triwulan", "--from", "2026-01", "--to", "2026-11")
        assert [(row["triwulan"], row["value"], row["status"]) for row in found] == [
            ("2026 TW1", "25.0", "ok"),
            ("2026 TW2", "37.5", "ok"),
            ("2026 TW3", "", "belum_lapor"),
            ("2026 TW4", "", "belum_tempo"),
        ]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (
                ("F01", "--where", "fokus=XYZ"),
                "Ciri kasus tidak dikenal. Ditemukan: fokus=XYZ. Yang diterima: EKONOMI, KELUARGA,",
            ),
            (("C07", "--where", "layanan=C09"), "Ciri kasus tidak dikenal. Ditemukan: layanan=C09. Yang diterima: C01, C02,"),
            (("S04", "--by", "umur"), "S04 (Rujukan tuntas) tidak dapat dipilah begitu. Ditemukan: umur."),
            (("C03", "--by", "kelurahan"), "SPM tidak dilaporkan menurut kelurahan."),
            (("D02", "--by", "kelurahan"), "Perkiraan tersembunyi tidak dihitung menurut kelurahan."),
            (("P01", "--by", "kecamatan"), "Kemiskinan (BPS) hanya ada untuk kota."),
            (("K01", "--by", "jk,keberulangan"), "Pilahan ini tidak dapat digabung."),
        ],
    )
    def test_what_has_no_meaning_is_told(self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str):
        assert main(["query", *arguments]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(words)
        assert "Traceback" not in printed.err


@pytest.mark.usefixtures("in_sample")
class TestEveryIndicator:
    @pytest.mark.parametrize("code", list(indicators()))
    def test_answers_for_the_city(self, capsys: pytest.CaptureFixture[str], code: str):
        (row,) = rows(capsys, code)
        assert list(row) == ["kode_kota", "kota", *HEADER.split(","), "tanda"]
        assert row["status"] in set(Status)
        assert (row["value"] != "") == (row["status"] in (Status.OK, Status.ZERO))

    def test_most_have_a_value(self, capsys: pytest.CaptureFixture[str]):
        states = {code: rows(capsys, code)[0]["status"] for code in indicators()}
        assert {code for code, state in states.items() if state == Status.OK} >= {
            "K01",
            "C06",
            "R01",
            "S01",
            "S04",
            "D01",
            "T01",
            "P01",
        }


@pytest.mark.parametrize("code", list(indicators()))
def test_an_empty_store_answers_with_a_header(capsys: pytest.CaptureFixture[str], code: str):
    assert rows(capsys, code) == []
    assert main(["query", code, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


class TestDecile:
    def test_four_unless_it_is_said(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.delenv("IPSM_DESIL", raising=False)
        assert settings().poor_decile == 4
        monkeypatch.setenv("IPSM_DESIL", "")
        assert settings().poor_decile == 4

    @pytest.mark.parametrize("text", ["1", "5", "9"])
    def test_taken_from_the_environment(self, text: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("IPSM_DESIL", text)
        assert settings().poor_decile == int(text)

    @pytest.mark.parametrize("text", ["0", "10", "-1", "4.5", "empat", " 4", "²"])
    def test_what_is_no_decile_is_told(self, text: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("IPSM_DESIL", text)
        with pytest.raises(UserError, match="IPSM_DESIL bukan desil") as refused:
            settings()
        assert "bilangan bulat 1 sampai 9" in refused.value.text()

    @pytest.mark.usefixtures("in_sample")
    def test_a_lower_limit_leaves_fewer_poor(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
        found = []
        for limit in ("2", "4", "8"):
            monkeypatch.setenv("IPSM_DESIL", limit)
            found.append(int(rows(capsys, "T01")[0]["denominator"]))
        assert found == sorted(set(found))
