"""Pages add no capability: they open, choose, ask once and show."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("ringkasan", "peta", "tren", "terbit", "kamus")
COMPUTING = {"groupby", "merge", "join", "pivot", "pivot_table", "apply", "session_state", "cache_data", "cache_resource"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ON_DISK = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(module: ast.Module) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(module))


def names(module: ast.Module) -> set[str]:
    found = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    return found | {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}


def first_call(module: ast.Module) -> ast.Call:
    """The first call that runs: imports and the docstring call nothing."""
    running = [node for node in module.body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    calls = [node for statement in running for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return min(calls, key=lambda call: (call.lineno, call.col_offset))


def test_the_first_pages_are_there():
    assert set(PAGES) <= set(ON_DISK)


@pytest.mark.parametrize("key", ON_DISK)
class TestPage:
    def test_guards_itself_first(self, key: str):
        call = first_call(tree(ROOT / "pages" / f"{key}.py"))
        assert ast.unparse(call.func).split(".")[-1] == "open_page"
        assert [ast.literal_eval(argument) for argument in call.args] == [key]

    def test_has_at_most_forty_statements(self, key: str):
        assert statements(tree(ROOT / "pages" / f"{key}.py")) <= 40

    def test_computes_and_remembers_nothing(self, key: str):
        assert names(tree(ROOT / "pages" / f"{key}.py")) & COMPUTING == set()

    def test_defines_nothing(self, key: str):
        assert [type(node) for node in ast.walk(tree(ROOT / "pages" / f"{key}.py")) if isinstance(node, DEFINITIONS)] == []


def test_dashboard_only_builds_the_navigation():
    module = tree(ROOT / "dashboard.py")
    assert len((ROOT / "dashboard.py").read_text(encoding="utf-8").splitlines()) <= 25
    assert statements(module) <= 15
    assert names(module) & {"navigate", "navigation"}
    assert names(module) & COMPUTING == set()
