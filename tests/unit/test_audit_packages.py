"""What pip-audit answers, and what is said when nobody answers; nothing is asked here."""

import json
import sys

import pytest

from scripts import audit_packages
from scripts.audit_packages import audit, read

CLEAN = {"name": "a", "version": "1.0", "vulns": []}
HOLE = {
    "name": "b",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"]}, {"id": "GHSA-2", "fix_versions": []}],
}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


def answer(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_hole_fails_and_is_named():
    verdict = read(answer(CLEAN, HOLE, UNKNOWN))
    assert verdict.code == 1
    assert verdict.text.splitlines() == [
        "2 paket diperiksa, 2 kerentanan.",
        "  b 2.0: PYSEC-1 (perbaikan: 2.1, 3.0)",
        "  b 2.0: GHSA-2 (perbaikan: belum ada)",
        "  tidak diperiksa: c",
    ]


def test_no_hole_passes():
    assert read(answer(CLEAN)) == audit_packages.Verdict(0, "1 paket diperiksa, 0 kerentanan.")


def test_a_list_that_knows_no_package_was_not_reached():
    verdict = read(answer(UNKNOWN))
    assert verdict.code == 0
    assert "tidak terjangkau" in verdict.text


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys; sys.exit('Connection refused')", "Connection refused"),
        ("print('{}')", "tanpa jawaban"),
        ("import time; time.sleep(60)", "tidak ada jawaban dalam 1 detik"),
    ],
)
def test_nobody_answers(program: str, why: str):
    verdict = audit([sys.executable, "-c", program], seconds=1)
    assert (verdict.code, "tidak terjangkau" in verdict.text, verdict.text.endswith(why)) == (0, True, True)


def test_every_lock_is_asked_for(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    told = (
        "import json, sys; print(json.dumps({'dependencies': [{'name': sys.argv[-1], 'version': '1', 'vulns': [{'id': 'X'}]}]}))"
    )
    monkeypatch.setattr(audit_packages, "audit", lambda: audit([sys.executable, "-c", told]))
    assert audit_packages.main() == 1
    assert capsys.readouterr().out.endswith("requirements-dev.txt 1: X (perbaikan: belum ada)\n")
