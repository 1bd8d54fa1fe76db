"""The options of ``fix`` and ``undo``: whose word they are, and what they do to real files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from desk_material import NEWSROOM, PICTURE, RIGHT, WRONG, audit, desk, findings, run

from provenance import metadata
from provenance.model import AssetRef, Container, Edit, Property


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Audited: one safe finding."""
    made = desk(tmp_path / "tree")
    audit(made)
    return made


@pytest.fixture
def fixed(tree: Path) -> Path:
    """Audited and corrected."""
    assert run("fix", "--apply").code == 0
    return tree


def values(path: Path, prop: str = "creatorNames") -> dict[str, list[str]]:
    (asset,) = run("inspect", path, "-f", "json").document["assets"]
    return {one["locator"]: one["values"] for one in asset["properties"].get(prop, [])}


def texts(path: Path, prop: str = "creatorNames") -> set[str]:
    return {text for found in values(path, prop).values() for text in found}


def save_elsewhere(path: Path) -> None:
    """Another program corrects the headline of the XMP."""
    edit = Edit("", Container.XMP, "XMP photoshop:Instructions", Property.INSTRUCTIONS, "", "Mind.")
    path.write_bytes(metadata.rewrite(path.read_bytes(), [edit]))


def allowed_in_log() -> list[str]:
    records = run("log", "show", "-f", "json").out
    return [word for word in ("break-hardlink", "force-readonly", "keep-mtime") if word in records]


def outcome(done) -> dict:
    (one,) = done.document["outcomes"]
    return one


def test_a_hard_link_is_parted_only_when_allowed(tree: Path) -> None:
    path, other = tree / PICTURE, tree.parent / "other.jpg"
    os.link(path, other)
    old = path.read_bytes()
    held = run("fix", "--apply", "-f", "json")
    assert (held.code, outcome(held)["status"]) == (1, "held")
    assert "--break-hardlink" in outcome(held)["reason"]
    assert path.read_bytes() == old
    done = run("fix", "--apply", "--break-hardlink", "-f", "json")
    assert (done.code, outcome(done)["status"]) == (0, "applied")
    assert texts(path) == {RIGHT}
    assert other.read_bytes() == old


def test_a_read_only_file_is_written_only_when_allowed(tree: Path) -> None:
    path = tree / PICTURE
    path.chmod(0o444)
    held = run("fix", "--apply", "-f", "json")
    assert (held.code, outcome(held)["status"]) == (1, "held")
    done = run("fix", "--apply", "--force-readonly", "-f", "json")
    assert (done.code, outcome(done)["status"]) == (0, "applied")
    assert path.stat().st_mode & 0o777 == 0o444
    held = run("undo", path, "-f", "json")
    assert (held.code, outcome(held)["status"]) == (1, "held")
    done = run("undo", path, "--force-readonly")
    assert (done.code, done.out.split()[0], "1 undone." in done.out) == (0, "undone", True)
    assert path.read_bytes() == (NEWSROOM / PICTURE).read_bytes()
    assert path.stat().st_mode & 0o777 == 0o444


def test_the_time_of_modification_is_kept_when_allowed(tree: Path) -> None:
    path = tree / PICTURE
    os.utime(path, (1_700_000_000, 1_700_000_000))
    audit(tree)
    size = path.stat().st_size
    assert run("fix", "--apply", "--keep-mtime").code == 0
    assert path.stat().st_size != size
    assert path.stat().st_mtime == 1_700_000_000
    assert run("undo", path).code == 0
    assert path.stat().st_mtime != 1_700_000_000


@pytest.mark.parametrize(
    "option", ["--break-hardlink", "--force-readonly", "--keep-mtime", "--keep-originals=kept"]
)
def test_options_of_writing_need_apply(tree: Path, option: str) -> None:
    done = run("fix", option)
    assert (done.code, done.out) == (2, "")
    assert "--apply" in done.err
    assert run("fix", "--patch", tree.parent / "p.diff", option).code == 2


def test_originals_are_kept_before_fix_and_undo(tree: Path) -> None:
    path, kept = tree / PICTURE, tree.parent / "kept"
    assert run("fix", "--apply", "--keep-originals", kept).code == 0
    new = path.read_bytes()
    assert run("undo", path, "--keep-originals", kept).code == 0
    told = [json.loads(line) for line in (kept / "index.jsonl").read_bytes().splitlines()]
    assert [one["path"] for one in told] == [str(path)] * 2
    assert [(kept / one["file"]).read_bytes() for one in told] == [path.read_bytes(), new]


def test_originals_are_not_kept_among_pictures(tree: Path) -> None:
    before = {one: one.read_bytes() for one in tree.rglob("*.*")}
    done = run("fix", "--apply", "--keep-originals", tree / "kept")
    assert done.code == 2
    assert str(tree / "kept") in done.err
    assert {one: one.read_bytes() for one in tree.rglob("*.*")} == before
    assert run("fix", "--apply", "--keep-originals", tree / ".kept").code == 0
    assert findings(audit(tree)) == []


def test_originals_by_the_configuration_stand_beside_it(tree: Path) -> None:
    settings = tree.parent / "desk.toml"
    settings.write_text('[fix]\nkeep_originals = "kept"\n', encoding="utf-8")
    assert run("fix", "-c", settings).code == 1
    assert not (tree.parent / "kept").exists()
    assert run("fix", "--apply", "-c", settings).code == 0
    assert (tree.parent / "kept" / "index.jsonl").is_file()


def test_undo_of_one_property_leaves_the_caption_as_fixed(fixed: Path) -> None:
    path = fixed / PICTURE
    assert run("undo", path, "--property", "creatorNames").code == 0
    assert texts(path) == {WRONG}
    captions = texts(path, "description")
    assert captions
    assert all(RIGHT in text and WRONG not in text for text in captions)
    assert findings(audit(fixed), "erroneous-credit")
    assert run("undo", path, "--property", "description").code == 0
    former = metadata.read(AssetRef("/a.jpg", 0, ""), (NEWSROOM / PICTURE).read_bytes())
    now = metadata.read(AssetRef("/a.jpg", 0, ""), path.read_bytes())
    assert now.values == former.values


def test_after_a_foreign_save_undo_says_how_and_then_does(fixed: Path) -> None:
    path = fixed / PICTURE
    save_elsewhere(path)
    saved = path.read_bytes()
    refused = run("undo", path)
    assert refused.code == 3
    assert "--by-value" in refused.out
    assert path.read_bytes() == saved
    assert run("undo", path, "--by-value").code == 0
    assert texts(path) == {WRONG}
    assert values(path, "instructions")["XMP photoshop:Instructions"] == ["Mind."]
    # The finding is open again: fixing again is the way forward.
    assert run("fix", "--apply").code == 0
    assert texts(path) == {RIGHT}


def test_undo_of_one_finding(fixed: Path) -> None:
    (told,) = run("audit", fixed, "--all", "-f", "json").document["findings"][:1]
    done = run("undo", fixed / PICTURE, "--finding", told["findingId"][:10], "-f", "json")
    assert (done.code, outcome(done)["findingIds"]) == (0, [told["findingId"]])
    assert run("undo", fixed / PICTURE, "--finding", "f-none").code == 2


def test_a_dry_run_shows_the_way_back_and_writes_nothing(fixed: Path) -> None:
    path = fixed / PICTURE
    before = path.read_bytes()
    size = run("log", "verify", "-f", "json").document["size"]
    shown = run("undo", path, "--dry-run")
    assert shown.code == 1
    assert f"[-{RIGHT}-]{{+{WRONG}+}}" in shown.out
    assert "1 file to put back. Nothing has been written." in shown.out
    told = run("undo", path, "--dry-run", "--property", "creatorNames", "-f", "json").document
    assert told["dryRun"] is True
    assert {one["property"] for one in told["files"][0]["values"]} == {"creatorNames"}
    assert path.read_bytes() == before
    assert run("log", "verify", "-f", "json").document["size"] == size
    save_elsewhere(path)
    refused = run("undo", path, "--dry-run", "-f", "json")
    assert (refused.code, refused.document["files"]) == (3, [])
    assert refused.document["refused"][0]["status"] == "conflict"


def test_unknown_properties_and_nothing_to_undo(fixed: Path) -> None:
    done = run("undo", fixed / PICTURE, "--property", "byline")
    assert done.code == 2
    assert "creatorNames" in done.err
    assert run("undo", fixed / PICTURE, "--property", "city").code == 2


def test_what_was_allowed_is_in_the_log(tree: Path) -> None:
    (tree / PICTURE).chmod(0o444)
    assert run("fix", "--apply", "--force-readonly", "--keep-mtime").code == 0
    assert allowed_in_log() == ["force-readonly", "keep-mtime"]
