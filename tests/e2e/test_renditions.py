"""A rendition that lost its metadata: found, given the right credit, and put back as it was."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_material import CODE, PICTURE, RIGHT, WRONG, audit, desk, findings, run
from PIL import Image

from provenance import metadata


def stripped_jpeg(data: bytes) -> bytes:
    """The same compressed picture without its application segments."""
    out, at = data[:2], 2
    while data[at + 1] != 0xDA:
        size = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not 0xE1 <= data[at + 1] <= 0xEF:
            out += data[at : at + size]
        at += size
    return out + data[at:]


def resaved(kind: str) -> Callable[[bytes], bytes]:
    def save(data: bytes) -> bytes:
        out = io.BytesIO()
        with Image.open(io.BytesIO(data)) as source:
            # Pillow hands down what it knows of a picture; a fresh sheet knows nothing.
            sheet = Image.new("RGB", source.size)
            sheet.paste(source)
        sheet.resize((320, 213)).save(out, kind)
        return out.getvalue()

    return save


MAKERS = {
    "web/lead.jpg": stripped_jpeg,
    f"web/{CODE}.png": resaved("PNG"),
    f"web/{CODE}.webp": resaved("WEBP"),
    f"web/{CODE}.tif": resaved("TIFF"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = desk(tmp_path / "tree")
    source = (folder / PICTURE).read_bytes()
    (folder / "web").mkdir()
    for name, make in MAKERS.items():
        (folder / name).write_bytes(make(source))
    return folder


def missing(tree: Path, document: dict) -> dict[str, dict]:
    found = findings(document, "credit-missing")
    return {Path(one["path"]).relative_to(tree).as_posix(): one for one in found}


def test_the_credit_is_given_back_and_taken_away_again(tree: Path) -> None:
    before = {name: (tree / name).read_bytes() for name in MAKERS}
    found = missing(tree, audit(tree))
    assert found.keys() == MAKERS.keys()
    for one in found.values():
        assert (one["fixability"], one["status"], one["noticeId"] is None) == (
            "unsafe", "held", False,
        )  # fmt: skip
        assert {edit["before"] for edit in one["edits"]} == {""}
        assert {edit["after"] for edit in one["edits"]} == {RIGHT, "AFP"}
    # What is safe is done without them: nobody gets a credit unasked.
    safe = run("fix", "--apply", "-f", "json").document
    assert [Path(one["path"]).name for one in safe["outcomes"]] == [Path(PICTURE).name]
    assert {name: (tree / name).read_bytes() for name in MAKERS} == before

    done = run("fix", "--unsafe-fixes", "--apply", "-f", "json").document
    assert {one["status"] for one in done["outcomes"]} == {"applied"}
    assert len(done["outcomes"]) == len(MAKERS)
    for name in MAKERS:
        after = (tree / name).read_bytes()
        assert RIGHT.encode() in after
        assert WRONG.encode() not in after
        old, new = metadata.digests(before[name]), metadata.digests(after)
        assert (old.image, old.scan) == (new.image, new.scan)
    document = audit(tree, notice=None)
    assert missing(tree, document) == {}
    assert [one["state"] for one in document["notices"]] == ["closed"]

    undone = run("undo", done["runId"], "-f", "json").document
    assert {one["status"] for one in undone["outcomes"]} == {"applied"}
    assert {name: (tree / name).read_bytes() for name in MAKERS} == before
    reopened = audit(tree, notice=None)
    assert missing(tree, reopened).keys() == MAKERS.keys()
    assert [one["state"] for one in reopened["notices"]] == ["open"]


def test_without_a_notice_a_person_must_say_so_by_name(tree: Path) -> None:
    audit(tree, notice=None)
    found = missing(tree, audit(tree, notice=None))
    lead = found["web/lead.jpg"]
    assert lead["noticeId"] is None
    assert {edit["after"] for edit in lead["edits"]} == {WRONG, "AFP"}
    assert run("fix", "--unsafe-fixes", "--apply", "-f", "json").document["outcomes"] == []
    run("accept", lead["findingId"], "--reason", "Seen beside the original")
    done = run("fix", "--apply", "-f", "json").document
    assert [Path(one["path"]).name for one in done["outcomes"]] == ["lead.jpg"]
    assert done["outcomes"][0]["status"] == "applied"
    # When the notice comes, the copy is corrected as any other.
    corrected = findings(audit(tree), "erroneous-credit")
    assert "lead.jpg" in {Path(one["path"]).name for one in corrected}
