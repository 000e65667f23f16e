"""In the dashboard a file leaves and a change is made only through ipsm_analytics.app.guard."""

import ast
from pathlib import Path

import pytest

from ipsm_analytics.app.guard import ACTIONS
from ipsm_analytics.app.page import PAGES

ROOT = Path(__file__).resolve().parents[2]
SHELL = sorted([*(ROOT / "ipsm_analytics" / "app").glob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "dashboard.py"])
CHANGING = {
    "ipsm_analytics.ingest": {"ingest"},
    "ipsm_analytics.history": {"undo"},
    "ipsm_analytics.quarantine": {"purge", "retry"},
    "ipsm_analytics.linking.decisions": {"decide", "withdraw"},
    "ipsm_analytics.rakor.snapshot": {"arrange", "freeze", "restore", "withdraw"},
    "ipsm_analytics.rakor.decisions": {"add", "edit", "move", "restore", "withdraw"},
    "ipsm_analytics.intake.mapping": {"forget", "save"},
}
"""All that writes to the store or beside it."""
THROUGH = {"guard.written", "_write", "_done", "_changed"}
"""Functions that hand what they are given to guard.written."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def changing(module: ast.Module) -> set[str]:
    """How this module calls what changes something: 'undo', 'decisions.withdraw'."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                called = name.asname or name.name
                if name.name in CHANGING.get(node.module, ()):
                    found.add(called)
                found |= {f"{called}.{inner}" for inner in CHANGING.get(f"{node.module}.{name.name}", ())}
    return found


def guarded(module: ast.Module) -> set[ast.Call]:
    """Calls inside what is handed to the guard."""
    handed = [
        argument
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in THROUGH
        for argument in node.args
        if isinstance(argument, ast.Lambda)
    ]
    return {node for part in handed for node in ast.walk(part) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.stem)
def test_whatever_changes_something_is_handed_to_the_guard(path: Path):
    module = tree(path)
    names, allowed = changing(module), guarded(module)
    bare = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names - {"decisions.decisions"}
    ]
    assert [ast.unparse(node) for node in bare if node not in allowed] == []


def test_the_changes_are_found():
    found = {name for path in SHELL for name in changing(tree(path))}
    assert {"ingest", "undo", "purge", "retry", "freeze", "arrange", "mapping.save", "decisions.decide", "decisions.add"} <= found


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.stem)
def test_files_leave_through_the_guard_alone(path: Path):
    named = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert ("download_button" in named) == (path.name == "guard.py")


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.stem)
def test_nobody_but_the_sign_in_asks_for_the_account(path: Path):
    imported = {name.name for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) for name in node.names}
    assert "current_user" not in imported or path.name == "auth.py"


def test_every_change_stands_on_a_page_its_roles_may_open():
    pages = {page.key: page.roles for page in PAGES}
    assert [name for name, action in ACTIONS.items() if not set(action.roles) <= set(pages[action.page])] == []


def test_every_change_that_is_named_is_asked_for():
    asked = {
        node.value
        for path in SHELL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name != "guard.py"
    }
    assert set(ACTIONS) <= asked
