"""``inspect`` and ``show``: what a file says of itself, and what is known of it."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from desk_material import LIFE, NEWSROOM, PICTURE, RIGHT, WRONG, audit, desk, run, tiny


def test_every_container_with_its_place(own_state: Path) -> None:
    done = run("inspect", NEWSROOM / PICTURE, "-f", "json")
    assert done.code == 0
    (asset,) = done.document["assets"]
    said = {
        (one["container"], one["locator"]): one["values"]
        for one in asset["properties"]["creatorNames"]
    }
    assert said == {
        ("exif", "EXIF IFD0:Artist"): [WRONG],
        ("iim", "IIM 2:80"): [WRONG],
        ("xmp", "XMP dc:creator"): [WRONG],
    }
    (caption,) = asset["captions"]
    assert caption["creditLine"]["creator"] == WRONG
    assert asset["sha256"] is asset["scanDigest"] is asset["imageDigest"] is None
    assert not own_state.exists()


def test_digests_on_demand() -> None:
    (asset,) = run("inspect", NEWSROOM / PICTURE, "--digests", "-f", "json").document["assets"]
    assert asset["sha256"] == hashlib.sha256((NEWSROOM / PICTURE).read_bytes()).hexdigest()
    assert len(asset["scanDigest"]) == len(asset["imageDigest"]) == 64
    assert asset["sha256"] in run("inspect", NEWSROOM / PICTURE, "--digests").out


def test_table_marks_conflicts_and_credit() -> None:
    done = run("inspect", NEWSROOM / "incoming" / "AP24338401175523.jpg")
    assert done.code == 0
    row = next(line for line in done.out.splitlines() if line.startswith("creatorNames"))
    assert row.split()[1] == "≠"
    assert "IIM 2:80" in row
    assert "XMP dc:creator" in row


def test_a_sidecar_is_a_container_of_its_picture() -> None:
    names = ("000_36NV2QL_select.jpg", "000_36NV2QL_select.xmp")
    picture, sidecar = (NEWSROOM / "desk" / "selects" / name for name in names)
    (asset,) = run("inspect", picture, "-f", "json").document["assets"]
    assert "sidecar" in {one["container"] for one in asset["properties"]["creatorNames"]}
    alone = run("inspect", sidecar, "-f", "json")
    assert alone.code == 0
    assert alone.document["assets"][0]["properties"]["creatorNames"]


@pytest.mark.parametrize("name", ["picture.bin", "picture", ".hidden.jpg"])
def test_a_file_named_by_hand_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(tiny())
    done = run("inspect", tmp_path / name, "-f", "json")
    assert [one["path"] for one in done.document["assets"]] == [f"{tmp_path}/{name}"]
    assert done.code == 0


def test_what_cannot_be_read_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(tiny())
    (tmp_path / "empty.jpg").touch()
    os.mkfifo(tmp_path / "pipe.jpg")
    os.symlink(tmp_path / "nowhere", tmp_path / "dangling.jpg")
    names = ("good.jpg", "empty.jpg", "pipe.jpg", "dangling.jpg", "none.jpg")
    done = run("inspect", *(tmp_path / name for name in names), "-f", "json")
    assert done.code == 3
    assert [one["path"] for one in done.document["assets"]] == [f"{tmp_path}/good.jpg"]
    assert {os.path.basename(one["path"]) for one in done.document["errors"]} == set(names[1:])
    table = run("inspect", *(tmp_path / name for name in names))
    assert table.code == 3
    assert table.out.count("none.jpg") == 1


def test_a_folder_shows_all_its_pictures() -> None:
    done = run("inspect", NEWSROOM / LIFE, "-f", "json")
    assert len(done.document["assets"]) == len(list((NEWSROOM / LIFE).glob("*.jpg")))


def test_hostile_values_are_shown_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(tiny("[red]Ana[/red] \u202eMIL :smile:"))
    out = run("inspect", tmp_path / "a.jpg").out
    assert "[red]Ana[/red] ⟨U+202E⟩MIL :smile:" in out


def test_show_tells_copies_findings_and_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = desk(tmp_path / "tree")
    shutil.copy(tree / PICTURE, tree / "copy.jpg")
    audit(tree)
    before = run("show", tree / PICTURE)
    assert before.code == 0
    assert f"{tree}/copy.jpg  the very same file" in before.out
    assert "erroneous-credit, open" in before.out
    assert "History" not in before.out
    run("fix", "--apply", "--by", "bert")
    monkeypatch.chdir(tree)
    after = run("show", f"./{PICTURE}").out
    assert "erroneous-credit, fixed" in after
    assert "on the word of anna.editor" in after  # who brought the notice
    assert RIGHT in after


def test_show_of_what_is_not_known(tmp_path: Path) -> None:
    run("scan", desk(tmp_path))
    done = run("show", tmp_path / "none.jpg")
    assert (done.code, done.out) == (2, "")
    assert "none.jpg" in done.err
    assert "provenance scan" in done.err


def test_show_of_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    run("scan", tmp_path)
    done = run("show", tmp_path / "empty.jpg")
    assert done.code == 0
    assert "empty" in done.out
