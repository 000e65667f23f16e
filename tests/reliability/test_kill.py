"""An importer that is killed leaves all of its file or nothing, and the next one finishes."""

import json
import sys
from pathlib import Path

import pytest
from deltalake import DeltaTable

from ipsm_analytics.store import Store
from tests.reliability import kill

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL and no fork server"),
]
FEW, MANY = 12, 40
"""Kills at random moments; the many by `make test-long`."""


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_a_killed_import_is_whole_or_not_there(tmp_path: Path, rounds: int):
    found = kill.summary(list(kill.kills(tmp_path, rounds)))
    assert found["putaran"] == rounds
    assert found["sebelum"] + found["di tengah"] + found["sesudah"] == rounds
    assert found["selesai sebelum dibunuh"] < rounds


def test_what_a_dead_importer_wrote_is_taken_back_by_the_next(tmp_path: Path):
    """The kill at the worst moment, without chance: every table is written, the ledger is not."""
    for scene in kill.scenes(tmp_path):
        config = kill.copy(scene.config, tmp_path / "kerja")
        child = kill.context().Process(target=kill.die_before_the_ledger, args=(scene.file, config))
        child.start()
        child.join()
        assert child.exitcode == -9
        assert kill.behind(config) == ("kasus", "karantina")
        assert kill.state(config) == scene.before
        kill.check_recovery(scene, config)
        assert DeltaTable(config.store / "kasus").version() == Store(config).latest().tables["kasus"]


def test_the_script_tells_where_the_kills_landed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert kill.main(["--rounds", "2", "--log", str(tmp_path / "log.jsonl")]) == 0
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert json.loads(capsys.readouterr().out)["putaran"] == len(lines)
    assert sum(line["killed"] for line in lines) == 2
    assert [line["scene"] for line in lines[:2]] == ["nyata", "contoh"]
    assert [line["since"] for line in lines[:2]] == ["mulai", "mulai"]
