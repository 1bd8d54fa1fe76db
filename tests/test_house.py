"""The rules of the house that no linter holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
NO_ROOMS = {"utils", "util", "helpers", "helper", "manager", "misc", "common_utils"}

SOURCES = sorted((ROOT / "provenance").rglob("*.py"))
# A migration is history: it is written once and never split.
OURS = [path for path in SOURCES if "versions" not in path.parts]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_no_file_is_crowded() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    assert len(SOURCES) > 100
    assert [name(one) for one in (*SOURCES, *tests) if lines(one) > LONGEST_FILE] == []


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its lines, the docstring not counted: promises may be long."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            docstring = 0
            if ast.get_docstring(node) is not None:
                docstring = (first.end_lineno or 0) - first.lineno + 1
            yield f"{name(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_no_function_is_long() -> None:
    found = [one for path in OURS for one in functions(path)]
    assert len(found) > 1_000
    assert [one for one, length in found if length >= LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", [pytest.param(one, id=name(one)) for one in SOURCES])
def test_no_room_is_called_by_no_name(path: Path) -> None:
    assert path.stem not in NO_ROOMS
