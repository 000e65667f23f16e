"""Imports killed at any moment: SIGKILL to the process that imports, then a look at what it left.

Two stores take turns, so that every kind of write is met:

store   holds                           the file brings                                            afterwards
nyata   K-1…200 baru, 5 refused         K-101…400 (the first 100 as updates), 20 refused           400 cases, 25 refused
contoh  K-1…200 DATA CONTOH, 5 refused  K-101…400, 20 refused; real data puts the sample out       300 cases, 20 refused

Half of the kills are spread over the whole import, half over its end only, from the first file it writes.

The file comes in several portions, so that the store is written to more than once before it counts.

python -m tests.reliability.kill --rounds 200 [--seed N] [--log FILE]     goes on until so many were really killed
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median
from unittest.mock import patch

from deltalake import DeltaTable

from ipsm_analytics.config import Settings, settings
from ipsm_analytics.ingest import ingest
from ipsm_analytics.intake import batch
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.store import TABLES, Store, Transaction
from tests.reliability.processes import by_import, cases, context, state, taken

KEY = "kunci-uji-0123456789abcdef0123456789abcdef"
MEASURED = 3
MARGIN = 1.1
PORTION = 100
SINCE = ("mulai", "tulisan pertama")
SIZES = {"nyata": ((200, 5), (400, 25)), "contoh": ((200, 5), (300, 20))}
"""Cases and refused rows before and after the import."""

State = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Scene:
    """A store with an earlier import, the file to come, and both states in full."""

    name: str
    config: Settings
    file: Path
    before: State
    after: State


@dataclass(frozen=True)
class Round:
    """What one kill met.

    Attributes:
        since: what the delay counts from: the start of the process, or the first file it writes.
        delay: seconds from there to the kill.
        killed: False when the import was done first.
        landed: 'sebelum', nothing written; 'di tengah', something written and not visible; 'sesudah', all visible.
        tables: tables the next import had to roll back.
    """

    scene: str
    since: str
    delay: float
    killed: bool
    landed: str
    tables: tuple[str, ...]


def scenes(folder: Path) -> list[Scene]:
    """Both stores with their earlier import, and what an undisturbed run makes of a copy."""
    file = cases(folder / "baru.csv", range(101, 401), range(1001, 1021), status="verifikasi")
    return [_scene(folder, name, file, remark) for name, remark in (("nyata", ""), ("contoh", SAMPLE_MARK))]


def _scene(folder: Path, name: str, file: Path, remark: str) -> Scene:
    config = Settings(folder / name, KEY, settings().today)
    taken(cases(folder / f"{name}.csv", range(1, 201), range(501, 506), keterangan=remark), config)
    finished = copy(config, folder / f"{name}-selesai")
    taken(file, finished)
    scene = Scene(name, config, file, state(config), state(finished))
    assert tuple((len(rows), len(refused)) for rows, refused in (scene.before, scene.after)) == SIZES[name]
    return scene


def copy(config: Settings, place: Path) -> Settings:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(config.store, place)
    return Settings(place, config.key, config.today)


def kills(folder: Path, rounds: int, seed: int = 1) -> Iterator[Round]:
    """Kills one import a round, at moments spread evenly over its duration, whole or from the first write, in random order.

    Raises AssertionError at the first store that is not all before or all after, or that does not recover.
    """
    chance, start = random.Random(seed), context()
    stages = scenes(folder)
    lasting = {scene.name: _duration(scene, folder, start) for scene in stages}
    moments = [(number + chance.random()) / rounds for number in range(rounds)]
    chance.shuffle(moments)
    for number, moment in enumerate(moments):
        scene, since = stages[number % 2], SINCE[number // 2 % 2]
        yield _kill(scene, folder, since, moment * lasting[scene.name][since] * MARGIN, start)


def _duration(scene: Scene, folder: Path, start: BaseContext) -> Mapping[str, float]:
    """Seconds since each of SINCE: the middle of a few undisturbed imports; the very first also starts the server."""
    times = []
    for _ in range(1 + MEASURED):
        config = copy(scene.config, folder / "kerja")
        child = start.Process(target=taken_in_portions, args=(scene.file, config))
        before, begun = _files(config), time.perf_counter()
        child.start()
        _await_first_write(child, config, before)
        writing = time.perf_counter()
        child.join()
        times.append((time.perf_counter() - begun, time.perf_counter() - writing))
        assert child.exitcode == 0
    return dict(zip(SINCE, map(median, zip(*times[1:], strict=True)), strict=True))


def _await_first_write(child: BaseProcess, config: Settings, before: set[Path]) -> None:
    while child.is_alive() and _files(config) == before:
        time.sleep(0.0005)


def _kill(scene: Scene, folder: Path, since: str, delay: float, start: BaseContext) -> Round:
    config = copy(scene.config, folder / "kerja")
    before = _files(config)
    child = start.Process(target=taken_in_portions, args=(scene.file, config))
    child.start()
    if since == "tulisan pertama":
        _await_first_write(child, config, before)
    time.sleep(delay)
    child.kill()
    child.join()
    assert child.exitcode in (0, -9), child.exitcode
    found, unpinned = state(config), behind(config)
    assert found in (scene.before, scene.after), "half an import is visible"
    landed = "sesudah" if found == scene.after else "di tengah" if _files(config) != before else "sebelum"
    assert landed == "sesudah" or child.exitcode == -9
    check_recovery(scene, config)
    return Round(scene.name, since, round(delay, 4), child.exitcode == -9, landed, unpinned)


def taken_in_portions(path: Path, config: Settings) -> None:
    """One file in, PORTION rows at a time."""
    with patch.object(batch, "PORTION_ROWS", PORTION):
        taken(path, config)


def die_before_the_ledger(path: Path, config: Settings) -> None:
    """An import that is killed when its tables are written and the ledger is not."""
    with patch.object(Transaction, "commit", lambda work, entry: os.kill(os.getpid(), signal.SIGKILL)):
        ingest([path], config)


def _files(config: Settings) -> set[Path]:
    return {path for path in config.store.rglob("*") if path.is_file()}


def behind(config: Settings) -> tuple[str, ...]:
    """Tables whose newest Delta version is not the one the ledger pins."""
    pins = Store(config).latest().tables
    found = {name: config.store / name for name in TABLES if DeltaTable.is_deltatable(str(config.store / name))}
    return tuple(name for name, place in found.items() if DeltaTable(place).version() != pins.get(name))


def check_recovery(scene: Scene, config: Settings) -> None:
    """The next run finishes the file, and what is stored agrees with the file and with the ledger."""
    report = taken(scene.file, config)
    assert state(config) == scene.after, "the next run does not finish the file"
    assert (report.rows_read, report.quarantined, report.version) == (320, 20, 2)
    store = Store(config)
    assert len(store.ledger()) == store.latest_number() == 2
    latest = store.latest()
    mine = f"{report.sha256[:16]}-{report.kind}"
    assert [by_import(store.read(name, latest))[mine] for name in ("kasus", "karantina")] == [300, 20]
    assert state(config, store.version(1)) == scene.before, "the earlier version is not what it was"
    assert behind(config) == ()


def summary(rounds: Sequence[Round]) -> dict[str, object]:
    """How many kills landed where, and how many left something to roll back."""
    landed = Counter(one.landed for one in rounds)
    return {
        "putaran": len(rounds),
        "sebelum": landed["sebelum"],
        "di tengah": landed["di tengah"],
        "sesudah": landed["sesudah"],
        "selesai sebelum dibunuh": sum(not one.killed for one in rounds),
        "perlu dipulihkan": sum(bool(one.tables) and one.landed != "sesudah" for one in rounds),
        "tabel yang dipulihkan": dict(Counter(name for one in rounds for name in one.tables)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the rounds and prints their summary; each round becomes a line of the log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200, help="kills that met a living import")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args(arguments)
    rounds: list[Round] = []
    while (missing := options.rounds - sum(one.killed for one in rounds)) > 0:
        with tempfile.TemporaryDirectory() as folder:
            rounds += kills(Path(folder), missing, options.seed + len(rounds))
    if options.log:
        options.log.write_text("".join(json.dumps(asdict(one)) + "\n" for one in rounds), encoding="utf-8")
    sys.stdout.write(json.dumps(summary(rounds), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
