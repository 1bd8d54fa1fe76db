"""The TIFF and raw files of the corpus: read, digested, written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from provenance.errors import UnreadableError
from provenance.metadata import digests, read, rewrite
from provenance.metadata.blocks import Format
from provenance.metadata.formats import raw
from provenance.metadata.formats.recognition import recognise
from provenance.metadata.source import Window
from provenance.model import AssetRef, Edit, MetadataRecord, Property

LONGER = "Somebody with a rather longer na"
CREDITS = (Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION)


def files(shared: Path, folder: str = "images") -> Iterator[tuple[Path, bytes]]:
    for path in sorted((shared / "corpus" / folder).rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if data[:2] in (b"II", b"MM") or data[:4] == b"\x00MRM" or data[:8] == b"FUJIFILM":
                yield path, data


def record(path: Path, data: bytes) -> MetadataRecord | None:
    try:
        return read(AssetRef(str(path), len(data), ""), data)
    except UnreadableError:
        return None


def format_of(data: bytes) -> Format:
    return recognise(Window.over(data, "a.tif"))[1]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def test_the_same_payloads_give_the_same_file(shared: Path) -> None:
    done = 0
    for path, data in files(shared):
        found = record(path, data)
        if found is None or found.media_type != raw.TIFF:
            continue
        kind = format_of(data)
        assert kind.replace is not None
        blocks = kind.survey(Window.over(data, "a.tif")).blocks
        same = {number: (block.payload,) for number, block in enumerate(blocks)}
        assert kind.replace(data, same) == data
        done += 1
    assert done >= 50


def test_credits_are_written_and_nothing_else_changes(shared: Path) -> None:
    done = 0
    for path, data in files(shared):
        found = record(path, data)
        if found is None or found.media_type != raw.TIFF:
            continue
        edits = [
            Edit("", value.container, value.locator, value.property, before, LONGER)
            for prop in CREDITS
            for value in found.of(prop)
            for before in value.values
        ]
        if not edits:
            continue
        result = rewrite(data, edits)
        assert digests(result).image == digests(data).image
        assert digests(result).scan == digests(data).scan
        assert pixels(result) == pixels(data)
        done += 1
    assert done >= 9


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("*.dng", "image/x-adobe-dng"),
        ("*.cr2", "image/x-canon-cr2"),
        ("*.nef", "image/x-nikon-nef"),
        ("*.arw", "image/x-sony-arw"),
        ("*.pef", "image/x-pentax-pef"),
        ("*.KDC", "image/x-kodak-kdc"),
        ("*.mrw", "image/x-minolta-mrw"),
        ("*.raf", "image/x-fuji-raf"),
    ],
)
def test_a_raw_file_is_known_for_what_it_is(shared: Path, name: str, media_type: str) -> None:
    paths = sorted((shared / "corpus" / "images").rglob(name))
    assert paths
    for path in paths:
        found = record(path, path.read_bytes())
        assert found is not None
        assert found.media_type == media_type
        assert format_of(path.read_bytes()).replace is None


def test_malformed_files_are_read_or_refused_with_a_remedy(shared: Path) -> None:
    refused = done = 0
    for path, data in files(shared, "malformed"):
        told: UnreadableError | None = None
        try:
            read(AssetRef(str(path), len(data), ""), data, digests=True)
            done += 1
        except UnreadableError as error:
            told = error
            refused += 1
        assert told is None or told.remedy
    assert refused >= 15
    assert done >= 30
