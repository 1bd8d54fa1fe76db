"""``inspect`` and ``show``: what a file says of itself, and what is known of it."""

from __future__ import annotations

import hashlib
import io
import os
import pty
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from desk_material import LIFE, NEWSROOM, PICTURE, RIGHT, WRONG, audit, desk, program, run, tiny
from making import dress, iim_block, photoshop_block, resource, xmp_packet
from PIL import Image
from rich.cells import cell_len


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


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line as long as a terminal without a size has; a parallel run sets another one."""
    monkeypatch.setenv("COLUMNS", "160")


def test_digests_on_demand() -> None:
    (asset,) = run("inspect", NEWSROOM / PICTURE, "--digests", "-f", "json").document["assets"]
    assert asset["sha256"] == hashlib.sha256((NEWSROOM / PICTURE).read_bytes()).hexdigest()
    assert len(asset["scanDigest"]) == len(asset["imageDigest"]) == 64
    assert asset["sha256"] in run("inspect", NEWSROOM / PICTURE, "--digests").out


def test_table_marks_conflicts_and_credit() -> None:
    done = run("inspect", NEWSROOM / "incoming" / "AP24338401175523.jpg")
    assert done.code == 0
    row = next(line for line in done.out.splitlines() if line.startswith("creatorNames"))
    assert row.split() == [
        *("creatorNames", "≠", "≠", "Marek", "Sobotka", "2:80"),
        *("▸", "Jana", "Sobotkova", "dc:creator"),
    ]
    assert "≠ creatorNames: IIM says “Marek Sobotka”; XMP says “Jana Sobotkova”." in done.out
    assert "credit: Jana Sobotkova, AP" in done.out


def test_json_says_who_speaks_and_who_disagrees() -> None:
    path = NEWSROOM / "desk/2024-11-30_syria/000_36NV2QL_xmp-corrected.jpg"
    (asset,) = run("inspect", path, "-f", "json").document["assets"]
    assert asset["disagreements"] == ["creatorNames", "description"]
    assert asset["speaks"]["creatorNames"] == {
        "container": "exif",
        "locator": "EXIF IFD0:Artist",
        "values": ["Aaref WATAD"],
        "reason": "exif-first",
        "repairedFrom": None,
    }
    assert asset["speaks"]["creditLine"]["reason"] == "xmp-first"
    assert set(asset["speaks"]) == set(asset["properties"])


def test_a_cut_value_is_shown_whole_where_another_container_has_it(tmp_path: Path) -> None:
    whole = "Maximilian Konstantin von Hohenfels-Sommer"
    iim = iim_block({"byline": whole[:32], "credit": "AFP"})
    stale = photoshop_block(iim, digest=False, after=resource(0x0425, bytes(16)))
    out = io.BytesIO()
    Image.new("L", (16, 16)).save(out, "JPEG")
    picture = dress(out.getvalue(), photoshop=stale, xmp=xmp_packet({"dc:creator": whole}))
    (tmp_path / "a.jpg").write_bytes(picture)
    (asset,) = run("inspect", tmp_path / "a.jpg", "-f", "json").document["assets"]
    spoken = asset["speaks"]["creatorNames"]
    assert (spoken["container"], spoken["values"]) == ("iim", [whole])
    assert spoken["repairedFrom"] == "XMP dc:creator"
    assert spoken["reason"] == "iim-edited-later"
    shown = run("inspect", tmp_path / "a.jpg").out
    assert "2:80, cut at 32 octets" in shown
    assert f"is whole in XMP dc:creator: “{whole}”" in " ".join(shown.split())


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
    pictures = len(list((NEWSROOM / LIFE).glob("*.jpg")))
    done = run("inspect", NEWSROOM / LIFE, "-f", "json")
    assert len(done.document["assets"]) == pictures
    table = run("inspect", NEWSROOM / LIFE)
    assert table.out.splitlines()[-1].startswith(f"{pictures}\N{NO-BREAK SPACE}files: ")
    assert run("inspect", NEWSROOM / LIFE, "-q").out + table.out.splitlines()[-1] == table.out[:-1]


def test_an_empty_folder_is_no_silence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("inspect", tmp_path / "empty")
    assert (done.code, done.out) == (0, "")
    assert "no picture" in done.err
    assert run("inspect", tmp_path / "empty", "-f", "json").document["assets"] == []


def test_the_sums_stand_below_several_files_and_not_below_one(tmp_path: Path) -> None:
    conflict = NEWSROOM / "incoming" / "AP24338401175523.jpg"
    (tmp_path / "empty.jpg").touch()
    assert "with conflicts" not in run("inspect", conflict).out
    done = run("inspect", conflict, NEWSROOM / PICTURE, tmp_path / "empty.jpg")
    last = done.out.splitlines()[-1].replace("\N{NO-BREAK SPACE}", " ")
    assert last == "3 files: 1 with conflicts, 1 unreadable"
    good = run("inspect", NEWSROOM / PICTURE, NEWSROOM / PICTURE).out.splitlines()[-1]
    assert good.endswith("files: nothing to look at closer")


def test_an_unreadable_file_is_told_with_its_remedy_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "good.jpg").write_bytes(tiny())
    done = run("inspect", tmp_path / "empty.jpg", tmp_path / "good.jpg")
    assert done.code == 3
    assert done.out.index("empty.jpg") < done.out.index("good.jpg")
    said = " ".join(done.out.split())
    assert "! Not read: it is empty (0 octets). Fetch the file again" in said
    assert "empty-file" in said


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_the_table_keeps_to_the_width_that_is_given(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    done = run("inspect", NEWSROOM / LIFE)
    widths = [cell_len(line) for line in done.out.splitlines()]
    assert columns - 25 < max(widths) <= columns
    assert "\x1b" not in done.out


def test_progress_is_told_beside_the_data_and_not_in_it() -> None:
    done = run("inspect", NEWSROOM / LIFE, "--progress", "plain")
    pictures = len(list((NEWSROOM / LIFE).glob("*.jpg")))
    assert done.err.startswith(f"Reading: {pictures} of {pictures}")
    assert "Reading" not in done.out
    assert run("inspect", NEWSROOM / LIFE).out == done.out


def test_a_bar_on_the_terminal_takes_no_data_away() -> None:
    """With stdout in a file, what draws on the terminal must not draw the data there."""
    outer, inner = pty.openpty()
    words = program("inspect", NEWSROOM / LIFE, "--progress", "bar")
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=inner, timeout=60, check=True)
    os.close(inner)
    os.close(outer)
    assert done.stdout.decode() == run("inspect", NEWSROOM / LIFE).out


def test_the_picture_in_the_documents_shows_what_the_program_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To renew it: ``python docs/images/draw_inspect.py``."""
    monkeypatch.chdir(tmp_path)
    images = NEWSROOM.parents[1] / "docs" / "images"
    drawn = runpy.run_path(str(images / "draw_inspect.py"))["draw"]()
    text = re.compile(r"<text[^>]*>([^<]*)</text>")
    assert text.findall((images / "inspect.svg").read_text("utf-8")) == text.findall(drawn)
    assert "url(http" not in drawn


def test_hostile_values_are_shown_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(tiny("[red]Ana[/red] \u202eMIL :smile:"))
    out = " ".join(run("inspect", tmp_path / "a.jpg").out.split())
    assert "[red]Ana[/red] ⟨U+202E⟩MIL :smile:" in out


def test_show_tells_copies_findings_and_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = desk(tmp_path / "tree")
    shutil.copy(tree / PICTURE, tree / "copy.jpg")
    audit(tree)
    before = run("show", tree / PICTURE)
    assert before.code == 0
    assert "the very same file" in before.out
    assert "copy.jpg" in before.out
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
