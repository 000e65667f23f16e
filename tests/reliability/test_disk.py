"""A disk that is full or may not be written: one clear sentence, exit code 2, and the store as it was.

A real full disk and a real read-only one are small file systems in memory, which only root may mount; a limit on the
size of files stands for a quota, which the free space of the disk does not show.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipsm_analytics.config import ROOT, Settings, settings
from ipsm_analytics.store import Store
from tests.reliability.processes import cases, state, taken

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="mounts and limits as Linux has them")]
MIB = 1 << 20
NO_ROOM = "Ruang disk tidak cukup; isi penyimpanan tetap seperti semula. Ditemukan: "
UNWRITABLE = "Penyimpanan tidak dapat ditulis; isinya tetap seperti semula. Ditemukan: "
FREE_SPACE, LOOK = "Tindakan: kosongkan ruang disk, lalu ulangi.", "Tindakan: periksa ruang disk dan izin folder."
UNFORESEEN = """
import sys
from ipsm_analytics.cli import main
from ipsm_analytics.store import Store
Store.require_room = lambda store, coming=0: None
sys.exit(main(sys.argv[1:]))
"""
"""The import of somebody whose disk fills up after the look at its free space."""
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from ipsm_analytics.cli import main
sys.exit(main(sys.argv[2:]))
"""


def mount(*arguments: object) -> None:
    outcome = subprocess.run(["mount", *map(str, arguments)], check=False, capture_output=True, text=True)
    if outcome.returncode:
        pytest.skip(f"mounting is not permitted here: {outcome.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of 64 MiB that IPSM_STORE lies on."""
    place = tmp_path / "disk"
    place.mkdir()
    mount("-t", "tmpfs", "-o", "size=64m", "ipsm-uji", place)
    monkeypatch.setenv("IPSM_STORE", str(place / "store"))
    yield place
    subprocess.run(["umount", "--recursive", place], check=True)


def filled(folder: Path) -> tuple[Settings, Path]:
    """A store of 200 cases and 5 refused rows, and a file of 200 new cases, 100 further states and 20 refused rows."""
    config = settings()
    taken(cases(folder / "awal.csv", range(1, 201), range(501, 506)), config)
    return config, cases(folder / "baru.csv", range(101, 401), range(1001, 1021), status="verifikasi")


def leave(disk: Path, free: int) -> Path:
    """A file that takes all but so many bytes of a disk."""
    at_hand = os.statvfs(disk)
    ballast = disk / "penuh"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, at_hand.f_bavail * at_hand.f_frsize - free)
    return ballast


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


def check_refused(outcome: subprocess.CompletedProcess[str], problem: str, action: str) -> None:
    shown = " ".join(outcome.stdout.split())
    assert outcome.returncode == 2, outcome
    assert shown.startswith(f"baru.csv: DITOLAK. {problem}")
    assert shown.endswith(action)
    assert "Traceback" not in outcome.stderr


def check_finished(path: Path, config: Settings) -> None:
    """The next run brings all of the file, as if nothing had been in its way."""
    report = taken(path, config)
    assert (report.version, report.accepted, report.updated, report.quarantined) == (2, 300, 100, 20)
    assert tuple(map(len, state(config))) == (400, 25)
    assert tuple(map(len, state(config, Store(config).version(1)))) == (200, 5)


def test_a_full_disk_is_seen_before_anything_is_written(disk: Path, tmp_path: Path):
    config, path = filled(tmp_path)
    before, files = state(config), set(config.store.rglob("*"))
    ballast = leave(disk, free=4 * MIB)
    outcome = run("-m", "ipsm_analytics", "ingest", path)
    check_refused(outcome, f"{NO_ROOM}4 MB kosong. Yang diterima: paling sedikit 17 MB.", FREE_SPACE)
    assert outcome.stderr == ""
    assert set(config.store.rglob("*")) == files
    assert state(config) == before
    ballast.unlink()
    check_finished(path, config)


@pytest.mark.parametrize("free", [0, 64 << 10, 96 << 10, 100 << 10, 104 << 10, 112 << 10])
def test_a_disk_that_fills_up_while_an_import_writes_leaves_the_store_as_it_was(disk: Path, tmp_path: Path, free: int):
    """The import needs a little over 112 KiB: it fails among the cases, among the refused rows, and at the ledger."""
    config, path = filled(tmp_path)
    before = state(config)
    ballast = leave(disk, free)
    check_refused(run("-c", UNFORESEEN, "ingest", path), f"{UNWRITABLE}disk penuh.", LOOK)
    assert Store(config).latest_number() == 1
    assert state(config) == before
    ballast.unlink()
    check_finished(path, config)


def test_a_read_only_disk_is_said_and_can_still_be_read(disk: Path, tmp_path: Path):
    config, path = filled(tmp_path)
    before = state(config)
    mount("-o", "remount,ro", disk)
    outcome = run("-m", "ipsm_analytics", "ingest", path)
    check_refused(outcome, f"{UNWRITABLE}disk hanya dapat dibaca.", LOOK)
    assert outcome.stderr == ""
    assert state(config) == before
    mount("-o", "remount,rw", disk)
    check_finished(path, config)


@pytest.mark.parametrize("folder", ["", "kasus"])
def test_a_read_only_folder_in_a_disk_that_can_be_written_is_said_before_anything_is_written(
    disk: Path, tmp_path: Path, folder: str
):
    config, path = filled(tmp_path)
    before, files = state(config), set(config.store.rglob("*"))
    place = config.store / folder
    mount("--bind", place, place)
    mount("-o", "remount,bind,ro", place)
    outcome = run("-m", "ipsm_analytics", "ingest", path)
    check_refused(outcome, f"{UNWRITABLE}folder {place} tidak boleh ditulis.", LOOK)
    assert outcome.stderr == ""
    assert set(config.store.rglob("*")) == files
    assert state(config) == before
    subprocess.run(["umount", place], check=True)
    check_finished(path, config)


@pytest.mark.parametrize("limit", [0, 1_000, 12_000])
def test_a_quota_leaves_the_store_as_it_was(tmp_path: Path, limit: int):
    config, path = filled(tmp_path)
    before = state(config)
    check_refused(run("-c", LIMITED, limit, "ingest", path), f"{UNWRITABLE}batas besar berkas tercapai.", LOOK)
    assert Store(config).latest_number() == 1
    assert state(config) == before
    check_finished(path, config)
