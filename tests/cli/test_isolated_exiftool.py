"""Through the real ExifTool, started by confined workers: read, corrected and put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from bmff_material import Heif, picture, xmp_item
from desk_material import CODE, NOTICE, NOTICES, RIGHT, WRONG, run
from exiftool_material import gif, xmp_extension
from making import xmp_packet
from tiff_material import BYTE, tiff

from provenance import metadata
from provenance.metadata.exiftool import program
from provenance.model import AssetRef, Property

PACKET = xmp_packet(
    {
        "dc:creator": WRONG,
        "dc:description": f"Fishers land their catch in Porto. (Photo by {WRONG} / AFP)",
        "photoshop:Credit": "AFP",
        "plus:ImageSupplierImageID": CODE,
    }
)


@pytest.fixture
def exiftool() -> str:
    found = program()
    if found is None:
        pytest.skip("exiftool is not on this machine")
    return found


def made(kind: str) -> bytes:
    """A file in agency dress, of a kind that ExifTool alone writes."""
    if kind == "gif":
        return gif(xmp_extension(PACKET))
    if kind == "dng":
        return tiff([(0xC612, BYTE, b"\x01\x06\x00\x00"), (0x02BC, BYTE, PACKET)])
    return Heif([picture(), xmp_item(PACKET)], [(b"cdsc", 2, (1,))]).build()


def said(path: Path) -> set[str]:
    data = path.read_bytes()
    values = metadata.read(AssetRef(str(path), len(data), ""), data).values
    return {text for one in values if one.property is Property.CREATOR_NAMES for text in one.values}


@pytest.mark.parametrize("kind", ["gif", "heic", "dng"])
def test_it_is_read_corrected_and_put_back_by_confined_workers(
    kind: str, exiftool: str, tmp_path: Path
) -> None:
    assert exiftool
    tree = tmp_path / "tree"
    tree.mkdir()
    path = tree / f"{CODE}.{kind}"
    before = made(kind)
    path.write_bytes(before)
    audited = run("audit", tree, "--notices", NOTICES / NOTICE, "-f", "json", "-j", "1").document
    unread = [one for one in audited["errors"] if one["code"] != "pictures-not-decoded"]
    assert unread == []
    assert "erroneous-credit" in {one["rule"] for one in audited["findings"]}
    fixed = run("fix", "--apply", "-f", "json").document
    assert [one["status"] for one in fixed["outcomes"]] == ["applied"], fixed
    assert said(path) == {RIGHT}
    undone = run("undo", fixed["runId"])
    assert undone.code == 0, undone.err
    assert path.read_bytes() == before
