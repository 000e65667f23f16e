"""`rakor siapkan` and `rakor list` as they are typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.rakor.snapshot import numbered, snapshots
from ipsm_analytics.store import Store
from tests.cubes import months
from tests.tables import published, sicadas, take

FIRST, SECOND = ({"NIK": f"737101450690000{number}"} for number in (1, 2))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """v1: one case of August; v2: one of October more."""
    august = FIRST | {"Tanggal Laporan": "31/08/2026"}
    take(sicadas(tmp_path / "a.csv", august))
    take(sicadas(tmp_path / "b.csv", SECOND))
    return Store(settings())


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["rakor", *arguments]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


class TestFreezing:
    def test_the_newest_data_of_the_year_for_today(self, store: Store, capsys):
        told = run(capsys, "siapkan", "--name", "Rakor November")
        assert told == "RK-1 (Rakor November) dibekukan: v2, 2026-01 sampai 2026-09\n"
        found = numbered(store, 1)
        assert (found.day, found.today, found.version) == (date(2026, 11, 24), date(2026, 11, 24), 2)
        assert (found.window, found.area, found.slice, found.previous) == (months("2026-01", "2026-09"), "73.71", "SEMUA", None)

    def test_an_older_state_and_a_newer_one_compared_with_it(self, store: Store, capsys):
        run(capsys, "siapkan", "--name", "Rakor September", "--as-of", "v1", "--day", "2026-09-10")
        told = run(capsys, "siapkan", "--name", "Rakor Oktober", "--from", "2026-03", "--to", "2026-10")
        assert told == "RK-2 (Rakor Oktober) dibekukan: v2, 2026-03 sampai 2026-10, dibanding RK-1 (Rakor September)\n"
        older, newer = snapshots(store)
        assert (older.version, older.today, older.window) == (1, date(2026, 9, 10), months("2026-01", "2026-08"))
        assert (newer.version, newer.today, newer.previous) == (2, date(2026, 11, 24), 1)

    def test_a_part_of_the_city_compared_with_a_named_one(self, store: Store, capsys):
        for name in ("satu", "dua"):
            run(capsys, "siapkan", "--name", name)
        run(capsys, "siapkan", "--name", "tiga", "--compare", "SATU", "--where", "kecamatan=Tallo", "--where", "kelompok=lansia")
        found = numbered(store, 3)
        assert (found.previous, found.area, found.slice) == (1, "73.71.07", "LANSIA")

    @pytest.mark.usefixtures("store")
    def test_the_list(self, capsys):
        run(capsys, "siapkan", "--name", "Rakor [satu]")
        run(capsys, "siapkan", "--name", "dua", "--where", "kecamatan=Tallo")
        lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in run(capsys, "list").splitlines() if "│" in line]
        period = "2026-01 sampai 2026-09"
        assert lines == [
            ["RK-1", "Rakor [satu]", "2026-11-24", period, "v2", "Kota Makassar", "–"],
            ["RK-2", "dua", "2026-11-24", period, "v2", "Kec. Tallo", "RK-1"],
        ]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--as-of", "v9"), "Versi data tidak ada. Ditemukan: v9."),
        (("--compare", "lama"), "Bekuan rakor tidak ada. Ditemukan: lama."),
        (("--day", "besok"), "Hari pada --day tidak terbaca. Ditemukan: besok."),
        (("--to", "2026-13"), "Bulan pada --to tidak terbaca."),
        (("--from", "2026-11"), "Lingkup rakor tidak dikenal. Ditemukan: 73.71, SEMUA, 2026-11 sampai 2026-09."),
        (("--where", "jk=P"), "Lingkup rakor tidak dikenal. Ditemukan: jk=P."),
    ],
)
def test_what_cannot_be_frozen(store: Store, capsys, arguments: tuple[str, ...], problem: str):
    assert problem in run(capsys, "siapkan", "--name", "x", *arguments, code=2)
    assert snapshots(store) == []


def test_a_version_without_cases_needs_its_months_named(tmp_path: Path, capsys):
    take(published(tmp_path / "terbit.csv", {}))
    assert "isi --from dan --to" in run(capsys, "siapkan", "--name", "x", code=2)
    assert run(capsys, "siapkan", "--name", "x", "--from", "2026-01", "--to", "2026-02").startswith("RK-1 (x) dibekukan: v1")
