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


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def invoke(*arguments: str) -> tuple[int, dict]:
    result = CliRunner().invoke(app, [*arguments, "--format", "json"])
    return result.exit_code, json.loads(result.stdout)


def digests(newsroom: Path) -> dict[str, tuple[str | None, str | None]]:
    _, document = invoke("inspect", str(newsroom), "--digests")
    return {one["path"]: (one["imageDigest"], one["scanDigest"]) for one in document["assets"]}


def test_the_whole_story(newsroom: Path) -> None:
    """Audit, fix, look again, verify, undo: no pixel touched, every octet put back."""
    original, pictures = contents(newsroom), digests(newsroom)
    _, before = audit(newsroom)
    safe = {
        one["path"]
        for one in before["findings"]
        if (one["fixability"], one["status"]) == ("safe", "open")
    }
    assert len(safe) > 15
    assert contents(newsroom) == original

    code, fixed = invoke("fix", "--apply")
    assert code == 1  # some wait for a person
    assert {one["path"] for one in fixed["outcomes"]} == safe
    assert {one["status"] for one in fixed["outcomes"]} == {"applied"}
    assert digests(newsroom) == pictures
    edited = {edit["path"] for one in before["findings"] for edit in one["edits"]}
    changed = {path for path, data in contents(newsroom).items() if data != original[path]}
    assert changed
    assert changed <= edited
    assert contents(newsroom).keys() == original.keys()

    _, after = audit(newsroom)
    assert not [one for one in after["findings"] if one["fixability"] == "safe"]
    kept = {one["findingId"] for one in after["findings"]}
    waiting = {one["findingId"] for one in before["findings"] if one["status"] == "held"}
    assert waiting <= kept  # a fix elsewhere settles nothing that waits for a person
    assert invoke("fix", "--apply")[1]["outcomes"] == []

    code, undone = invoke("undo", fixed["runId"])
    assert (code, {one["status"] for one in undone["outcomes"]}) == (0, {"applied"})
    assert contents(newsroom) == original
    assert _stable(audit(newsroom)[1]) == _stable(before)
    assert invoke("log", "verify")[0] == 0


def _stable(document: dict) -> list[dict]:
    return sorted(document["findings"], key=lambda one: one["findingId"])


def test_innocent_pictures_keep_every_octet_whatever_is_accepted(newsroom: Path) -> None:
    """A photographer wrongly named on one picture keeps all his other credits."""
    audit(newsroom)
    invoke("fix", "--apply", "--unsafe-fixes")
    oracle = json.loads((FIXTURES / "expected.json").read_text("utf-8"))["files"]
    shipped = FIXTURES / "newsroom"
    innocent = [name for name, told in oracle.items() if name.endswith(".jpg") and not told]
    assert len(innocent) > 10
    for name in innocent:
        assert (newsroom / name).read_bytes() == (shipped / name).read_bytes(), name


def test_the_folder_in_parallel_says_what_it_says_alone(newsroom: Path, tmp_path: Path) -> None:
    told = []
    for jobs in ("1", "2"):
        place = str(tmp_path / f"{jobs}.db")
        more = ["--registry", place, "-j", jobs, "--notices", str(newsroom / "notices")]
        document = invoke("audit", str(newsroom), *more)[1]
        for notice in document["notices"]:
            notice.pop("received")
        told.append(document)
    assert told[0] == told[1]
