"""Comparing pictures octet by octet proves what the digests would show."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from making import dress, exif_block, iim_block, photoshop_block, segment, xmp_packet
from PIL import Image

from provenance.errors import UnreadableError
from provenance.metadata.formats.jpeg_compare import _segments, same_picture
from provenance.metadata.formats.jpeg_scan import fingerprints
from provenance.metadata.formats.jpeg_segments import MAX_SEGMENTS, walk
from provenance.metadata.formats.jpeg_splice import FORMAT
from provenance.metadata.source import Window


def picture(**options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((96, 64), 70).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


PLAIN = picture(comment=b"a comment")
PROGRESSIVE = picture(progressive=True)
OLD = {
    "exif": exif_block({"artist": "Aaref WATAD", "taken": "2024:12:08 11:30:00"}),
    "photoshop": photoshop_block(iim_block({"byline": "Aaref WATAD"})),
    "xmp": xmp_packet({"dc:creator": "Aaref WATAD"}),
}
NEW = {
    "exif": exif_block({"artist": "Bakr ALKASEM and others", "taken": "2024:12:08 11:30:00"}),
    "photoshop": photoshop_block(iim_block({"byline": "Bakr ALKASEM"}), digest=False),
    "xmp": xmp_packet({"dc:creator": "Bakr ALKASEM"}, padding=0),
}


@pytest.mark.parametrize("body", [PLAIN, PROGRESSIVE], ids=["baseline", "progressive"])
def test_credits_are_no_part_of_the_picture(body: bytes) -> None:
    old = dress(body, **OLD)
    for new in (dress(body, **NEW), dress(body, **{**OLD, "xmp": NEW["xmp"]}), old):
        assert same_picture(old, new)
        assert fingerprints(old) == fingerprints(new)
    without_comment = old.replace(segment(0xFE, b"a comment"), b"")
    assert same_picture(old, without_comment)


def at(data: bytes, octet: int) -> bytes:
    return data[:octet] + bytes([data[octet] ^ 1]) + data[octet + 1 :]


def test_everything_else_is() -> None:
    old = dress(PLAIN, **OLD)
    scan = old.index(b"\xff\xda")
    turned = exif_block({"artist": "Aaref WATAD"})
    assert turned != OLD["exif"]
    for new in (
        at(old, old.index(b"\xff\xdb") + 20),  # a quantisation table
        at(old, old.index(b"\xff\xc0") + 6),  # the frame
        at(old, 2 + 11),  # JFIF
        at(old, scan + 60),  # the scan
        at(old, len(old) - 1),  # the end
        old + b"trailer",
        old[:-2],
        old[:scan],
        old[:2] + segment(0xE2, b"ICC_PROFILE\x00") + old[2:],
        old[:2] + b"stray" + old[2:],
        dress(PROGRESSIVE, **OLD),
        b"",
    ):
        assert not same_picture(old, new)
        assert not same_picture(new, old)


def oriented(order: bytes, value: int, *more: bytes) -> bytes:
    """An EXIF segment body that holds Orientation alone."""
    big = order == b"MM"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "big" if big else "little")

    entry = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(value, 2) + b"\x00\x00"
    tiff = order + number(42, 2) + number(8, 4) + number(1 + len(more), 2) + entry
    return b"Exif\x00\x00" + tiff + b"".join(more) + number(0, 4)


def test_the_orientation_is_part_of_it() -> None:
    old = dress(PLAIN, exif=oriented(b"II", 6))
    assert same_picture(old, dress(PLAIN, exif=oriented(b"MM", 6)))
    assert not same_picture(old, dress(PLAIN, exif=oriented(b"II", 8)))
    assert not same_picture(old, dress(PLAIN))
    assert fingerprints(old) != fingerprints(dress(PLAIN, exif=oriented(b"II", 8)))


def test_what_is_too_odd_to_be_compared_is_left_to_the_digests() -> None:
    twice = oriented(b"II", 6, oriented(b"II", 6)[16:28])
    old, new = dress(PLAIN, exif=twice), dress(PLAIN, exif=twice + b"\x00")
    assert not same_picture(old, new)
    assert FORMAT.keeps_picture(old, new)
    assert same_picture(old, old)


def test_segments_are_those_of_the_walk() -> None:
    rnd = random.Random(6)
    more = [segment(0xE2, b"ICC_PROFILE\x00"), segment(0xE2, b"MPF\x00II"), segment(0xE1, b"odd")]
    whole = dress(PLAIN[:2] + b"".join(more) + PLAIN[2:], **OLD)
    ends = len(whole[: whole.index(b"\xff\xda")]) + 20
    odd = 0
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(rnd.randrange(3)):
            data[rnd.randrange(2, ends)] = rnd.choice((0, 1, 0xD9, 0xE1, 0xFF, rnd.randrange(256)))
        data = bytes(data[: rnd.choice((len(data), rnd.randrange(ends)))])
        expected = list(walk(Window.over(data, "the picture"), []))
        assert list(_segments(data)) == expected
        odd += len(expected) != 12
    assert odd > 300


def test_segments_without_end_prove_nothing() -> None:
    data = PLAIN[:2] + segment(0xFE, b"") * (MAX_SEGMENTS + 1) + PLAIN[2:]
    assert not same_picture(data, data)


def test_what_it_proves_the_digests_show(shared: Path) -> None:
    rnd = random.Random(20241208)
    proved = 0
    for path in sorted((shared / "corpus" / "images").rglob("*.jpg")):
        old = path.read_bytes()
        if old[:2] != b"\xff\xd8":
            continue
        for _ in range(4):
            new = bytearray(old)
            for _ in range(rnd.choice((1, 1, 3))):
                new[rnd.randrange(min(len(new), rnd.choice((1_000, 20_000, len(new)))))] ^= 1
            if same_picture(old, bytes(new)):
                proved += 1
                try:
                    assert fingerprints(old) == fingerprints(bytes(new)), path
                except UnreadableError:
                    continue
    assert proved > 100
