"""Functions stay small, typed and described."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "ipsm_analytics").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, Function)]


def public(path: Path) -> list[Function]:
    """Functions of the module and of its public classes whose names do not begin with an underscore."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    owners = [module, *(node for node in module.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))]
    return [node for owner in owners for node in owner.body if isinstance(node, Function) and not node.name.startswith("_")]


def body_lines(function: Function) -> int:
    """Lines from the first statement to the last, the docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def where(path: Path, function: Function) -> str:
    return f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"


def untyped(function: Function) -> list[str]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    missing = [one.arg for one in named if one and one.annotation is None and one.arg not in ("self", "cls")]
    return missing + ([] if function.returns else ["return"])


def test_function_bodies_are_short():
    sizes = [body_lines(function) for path in MODULES for function in functions(path)]
    assert len(sizes) > 100
    assert median(sizes) < 10
    assert quantiles(sizes, n=10)[-1] < 30


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "ipsm_analytics")))
class TestModule:
    def test_says_what_it_is(self, path: Path):
        source = path.read_text(encoding="utf-8")
        assert not source.strip() or ast.get_docstring(ast.parse(source))

    def test_has_no_body_over_sixty_lines(self, path: Path):
        assert [where(path, one) for one in functions(path) if body_lines(one) > 60] == []

    def test_describes_its_public_functions(self, path: Path):
        assert [where(path, one) for one in public(path) if not ast.get_docstring(one)] == []

    def test_types_every_function(self, path: Path):
        assert {where(path, one): untyped(one) for one in functions(path) if untyped(one)} == {}
