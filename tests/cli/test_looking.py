"""``scan --hash`` and what an audit tells of the pictures that it looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, run
from look_material import credited, resaved, scene, sent


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "sent.jpg").write_bytes(sent("road-0"))
    (tree / "web.jpg").write_bytes(credited(resaved(scene("road-0"))))
    (tree / "cut.jpg").write_bytes(credited(scene("camp-1"))[:9_000])
    return tree


def test_scan_hash_tells_what_it_looked_at_once(tree: Path) -> None:
    plain = run("scan", tree)
    assert "looked at" not in plain.err
    first, second = run("scan", tree, "--hash"), run("scan", tree, "--hash")
    assert (first.code, first.out) == (0, "")
    assert "looked at 2, 1 could not be decoded" in first.err
    assert "cut.jpg" not in first.err
    assert "looked at 0, 0 could not be decoded" in second.err


def test_verbose_names_what_could_not_be_decoded(tree: Path) -> None:
    done = run("scan", tree, "--hash", "-v")
    assert done.code == 0
    assert str(tree / "cut.jpg") in done.err


def test_an_audit_tells_how_far_it_looked_and_its_verdict_stands(tree: Path) -> None:
    (tree.parent / "provenance.toml").write_text("look_at_most = 1\n", encoding="utf-8")
    configured = ("-c", tree.parent / "provenance.toml")
    brought = ("--notices", NOTICES / NOTICE)
    done = run("audit", tree, *brought, *configured, "-f", "json")
    assert done.code == 1
    (error,) = done.document["errors"]
    assert error["code"] == "pictures-not-looked-at"
    whole = run("audit", tree, *brought, "-f", "json")
    assert whole.code == 1
    assert {Path(one["path"]).name for one in whole.document["findings"] if one["edits"]} == {
        "sent.jpg", "web.jpg",
    }  # fmt: skip


def test_less_than_nothing_cannot_be_looked_at(tree: Path) -> None:
    (tree.parent / "provenance.toml").write_text("look_at_most = -1\n", encoding="utf-8")
    done = run("scan", tree, "-c", tree.parent / "provenance.toml")
    assert done.code == 2
    assert "look_at_most" in done.err
