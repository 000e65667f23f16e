"""docs/ancaman.md names modules and tests that exist, and for every threat both, and what is left."""

import ast
import re

import pytest

from tests.architecture.test_tree import ROOT

TEXT = (ROOT / "docs" / "ancaman.md").read_text(encoding="utf-8")
THREATS = {part.split(" ", 1)[0]: part for part in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]}
NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|toml|txt|md))(?:::(\w+))?`")


def missing(text: str) -> list[str]:
    """What a text names that is not there: a file, or a test in it."""
    return [path + (f"::{test}" if test else "") for path, test in NAMED.findall(text) if not there(path, test)]


def there(path: str, test: str) -> bool:
    file = ROOT / path
    if not file.is_file() or not test:
        return file.is_file()
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return test in {node.name for node in tree if isinstance(node, ast.FunctionDef)}


def test_every_named_module_and_test_exists():
    assert len(NAMED.findall(TEXT)) > 40
    assert missing(TEXT) == []


def test_a_wrong_name_would_be_seen():
    wrong = "`ipsm_analytics/tidak_ada.py` `tests/architecture/test_threats.py::test_tidak_ada` `pyproject.toml`"
    assert missing(wrong) == ["ipsm_analytics/tidak_ada.py", "tests/architecture/test_threats.py::test_tidak_ada"]


def test_threats_are_numbered_without_a_gap():
    assert list(THREATS) == [f"T{number}" for number in range(1, len(THREATS) + 1)]
    assert len(THREATS) >= 12


@pytest.mark.parametrize("threat", THREATS)
def test_a_threat_says_its_module_its_test_and_what_is_left(threat: str):
    labels = re.findall(r"^- (modul|uji|sisa): \S", THREATS[threat], flags=re.MULTILINE)
    assert labels == ["modul", "uji", "sisa"]


def test_every_asset_is_threatened_somewhere():
    assets = re.findall(r"^\| (A\d) \|", TEXT, flags=re.MULTILINE)
    heads = " ".join(part.splitlines()[0] for part in THREATS.values())
    covered = set(re.findall(r"A\d", heads)) | ({"A1", "A2", "A3", "A4"} if "A1–A4" in heads else set())
    assert set(assets) == covered
