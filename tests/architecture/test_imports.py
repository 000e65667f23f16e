"""Data flows one way: the contracts of .importlinter hold, and they bite."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, check=False, cwd=folder, capture_output=True, text=True, encoding="utf-8")


def test_contracts_are_kept():
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert " 0 broken" in outcome.stdout


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("errors.py", "from ipsm_analytics import schema", "Data flows one way"),
        ("schema.py", "from ipsm_analytics import store", "Data flows one way"),
        ("unlisted.py", "", "Data flows one way"),
        ("schema.py", "import streamlit.runtime", "Only app imports streamlit"),
        ("schema.py", "import plotly.graph_objects", "Only views imports plotly"),
        ("schema.py", "import deltalake", "Only store imports deltalake"),
        ("schema.py", "import duckdb", "Only linking imports splink and duckdb"),
        ("app/__init__.py", "from ipsm_analytics import sample", "Only the command line makes sample data"),
        ("views/tables.py", "from ipsm_analytics.views import maps", "Figures, maps and tables stay apart"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(tmp_path: Path, module: str, statement: str, contract: str):
    shutil.copytree(ROOT / "ipsm_analytics", tmp_path / "ipsm_analytics", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    with (tmp_path / "ipsm_analytics" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")
    outcome = lint(tmp_path)
    assert outcome.returncode != 0
    assert f"{contract} BROKEN" in outcome.stdout
