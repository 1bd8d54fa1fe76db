"""The quick look at an ordinary JPEG header finds what the full walk finds, or leaves it."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import (
    content_credentials,
    dress,
    exif_block,
    iim_block,
    photoshop_block,
    segment,
    xmp_packet,
)
from PIL import Image

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Survey
from provenance.metadata.formats import jpeg
from provenance.metadata.formats.jpeg_segments import (
    CREDIT_KINDS,
    MAX_SEGMENTS,
    Kind,
    Segment,
    walk,
    walk_briefly,
)
from provenance.metadata.source import Window
from provenance.model import ReadWarning

XMP = xmp_packet({"photoshop:Credit": "AFP"}, padding=0)
EXIF = exif_block({"artist": "Aaref WATAD"})
PHOTOSHOP = photoshop_block(iim_block({"byline": "Aaref WATAD"}))
TOLD = CREDIT_KINDS - {Kind.COMMENT} | {Kind.JUMBF, Kind.SCAN, Kind.END}


def made() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (90, 20, 60)).save(out, "JPEG")
    return dress(out.getvalue(), exif=EXIF, xmp=XMP, photoshop=PHOTOSHOP)


DATA = made()
SCAN = DATA.index(b"\xff\xda")


def over(data: bytes) -> Window:
    return Window.over(data, "a.jpg")


def fully(data: bytes) -> Survey | str:
    try:
        return jpeg._survey(over(data))
    except UnreadableError as error:
        return error.code


def agree(data: bytes) -> bool:
    """Whether the quick look took the header; and if so, whether it found the same."""
    found = jpeg._plain(over(data))
    if found is None:
        return False
    assert found == fully(data)
    return True


def walked(data: bytes, *, briefly: bool) -> tuple[list[Segment], list[ReadWarning]] | str:
    warnings: list[ReadWarning] = []
    try:
        segments = list((walk_briefly if briefly else walk)(over(data), warnings))
    except UnreadableError as error:
        return error.code
    return [one for one in segments if one.kind in TOLD], warnings


def both_agree(data: bytes) -> None:
    agree(data)
    assert walked(data, briefly=True) == walked(data, briefly=False)


def test_an_ordinary_header_is_found_quickly() -> None:
    assert agree(DATA)
    assert len(jpeg.survey(over(DATA)).blocks) == 3


ODD = {
    "two packets": dress(DATA, xmp=XMP),
    "two EXIF blocks": dress(DATA, exif=EXIF),
    "Content Credentials": DATA[:2] + segment(0xEB, content_credentials("a")) + DATA[2:],
    "another APP1": DATA[:2] + segment(0xE1, b"unknown") + DATA[2:],
    "another APP13": DATA[:2] + segment(0xED, b"Adobe_CM\x00") + DATA[2:],
    "fill bytes": DATA[:2] + b"\xff\xff\xff" + DATA[2:],
    "stray bytes": DATA[:2] + b"stray" + DATA[2:],
    "a standalone marker": DATA[:2] + b"\xff\x01" + DATA[2:],
    "an impossible length": DATA[:2] + b"\xff\xe0\x00\x01" + DATA[2:],
    "no scan": DATA[:SCAN],
    "a cut scan header": DATA[: SCAN + 6],
    "an end without a scan": DATA[:SCAN] + b"\xff\xd9",
    "more segments than usual": DATA[:2] + segment(0xFE, b"") * 100 + DATA[2:],
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_an_odd_header_is_left_to_the_full_walk(data: bytes) -> None:
    assert not agree(data)
    both_agree(data)


def test_a_header_that_is_not_held_whole_is_left() -> None:
    profile = segment(0xE2, bytes(60_000))
    data = DATA[:2] + profile + DATA[2:]

    class Ranges:
        size = len(data)

        def read(self, offset: int, length: int) -> bytes:
            return data[offset : offset + length]

    assert jpeg._plain(Window(Ranges(), "a.jpg")) is None
    assert jpeg.survey(Window(Ranges(), "a.jpg")) == jpeg._plain(over(data))


def test_too_many_segments_are_refused_by_both_walks() -> None:
    data = DATA[:2] + segment(0xFE, b"") * MAX_SEGMENTS + DATA[2:]
    assert walked(data, briefly=True) == walked(data, briefly=False) == "limit-segments"


def test_every_cut_agrees() -> None:
    for length in range(SCAN + 20):
        both_agree(DATA[:length])


@given(st.data())
def test_mutants_agree(data: st.DataObject) -> None:
    mutant = bytearray(DATA)
    for _ in range(data.draw(st.integers(1, 3))):
        mutant[data.draw(st.integers(0, SCAN + 2))] = data.draw(st.integers(0, 255))
    both_agree(bytes(mutant))


def test_real_headers_and_their_mutants_agree(shared: Path) -> None:
    heads = []
    for path in sorted((shared / "corpus").rglob("*")):
        if path.is_file():
            with path.open("rb") as content:
                head = content.read(20_000)
            if head[:2] == b"\xff\xd8":
                heads.append(head)
    for head in heads:
        both_agree(head)
    assert sum(map(agree, heads)) > len(heads) / 2
    rnd = random.Random(20241208)
    for _ in range(5_000):
        mutant = bytearray(rnd.choice(heads))
        mutant[rnd.randrange(min(len(mutant), rnd.choice((40, 20_000))))] = rnd.randrange(256)
        both_agree(bytes(mutant))
