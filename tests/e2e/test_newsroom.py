"""The main job on the shipped newsroom folder, held against its oracle."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from provenance.cli import app

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PARTS = ("rule", "confidence", "fixability", "status")

Told = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def expected() -> Told:
    oracle: dict[str, Told] = json.loads((FIXTURES / "expected.json").read_text("utf-8"))
    return oracle["files"]


@pytest.fixture
def newsroom(tmp_path: Path) -> Path:
    copy = tmp_path / "newsroom"
    shutil.copytree(FIXTURES / "newsroom", copy)
    return copy


def audit(newsroom: Path, *more: str) -> tuple[int, dict]:
    arguments = ["audit", str(newsroom), "--notices", str(newsroom / "notices"), *more]
    result = CliRunner().invoke(app, [*arguments, "--format", "json", "-q", "-j", "1"])
    return result.exit_code, json.loads(result.stdout)


def by_file(newsroom: Path, document: dict) -> Told:
    found: Told = {}
    for one in document["findings"]:
        name = Path(one["path"]).relative_to(newsroom).as_posix()
        found.setdefault(name, []).append({part: one[part] for part in PARTS})
    return {name: sorted(told, key=_order) for name, told in found.items()}


def _order(one: dict[str, str]) -> tuple[str, ...]:
    return tuple(one[part] for part in PARTS)


def test_audit_finds_exactly_what_the_oracle_says(newsroom: Path, expected: Told) -> None:
    code, document = audit(newsroom)
    found = by_file(newsroom, document)
    wanted = {
        name: sorted(({part: one[part] for part in PARTS} for one in told), key=_order)
        for name, told in expected.items()
        if told
    }
    assert {name: told for name, told in found.items() if told != wanted.get(name)} == {}
    assert wanted.keys() - found.keys() == set()
    assert code == 3  # three files there are broken on purpose


def test_audit_twice_says_the_same(newsroom: Path) -> None:
    assert audit(newsroom) == audit(newsroom)
