"""What the digests cover, and what they do not."""

from __future__ import annotations

import hashlib
import io
import struct

import piexif
import pytest
from making import dress, exif_block, iim_block, photoshop_block, segment, xmp_packet
from PIL import Image

from provenance.errors import UnreadableError
from provenance.metadata import Digests, digests
from provenance.metadata.formats.jpeg_scan import dissect
from provenance.metadata.formats.jpeg_segments import MAX_SEGMENTS


def picture(colour: int = 90, **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise((96, 64), 70).convert("RGB") if options else None
    (image or Image.new("RGB", (96, 64), (colour, 20, 60))).save(out, "JPEG", **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def plain() -> bytes:
    return picture()


@pytest.fixture(scope="module")
def progressive() -> bytes:
    data = picture(progressive=True, quality=95)
    assert data.count(b"\xff\xda") > 3
    return data


def after_soi(data: bytes, *segments: bytes) -> bytes:
    return data[:2] + b"".join(segments) + data[2:]


def test_digests_gives_three_hex_digests(plain: bytes) -> None:
    found = digests(plain)
    assert found.sha256 == hashlib.sha256(plain).hexdigest()
    assert found.image is not None
    assert found.scan is not None
    assert len({found.sha256, found.image, found.scan}) == 3
    assert all(len(one) == 64 for one in (found.image, found.scan))


def test_scan_digest_is_over_tables_frame_and_scan(plain: bytes) -> None:
    header = plain.index(b"\xff\xdb")
    assert plain[2:4] == b"\xff\xe0"
    covered = b"provenance scan digest v1\x00" + plain[header:-2]
    assert digests(plain).scan == hashlib.sha256(covered).hexdigest()


CREDITS = {
    "exif": {"exif": exif_block({"artist": "Aaref WATAD", "taken": "2024:12:08 11:30:00"})},
    "xmp": {"xmp": xmp_packet({"photoshop:Credit": "AFP"})},
    "photoshop": {"photoshop": photoshop_block(iim_block({"byline": "Aaref WATAD"}))},
}


@pytest.mark.parametrize("kind", ["xmp", "photoshop"])
def test_image_digest_ignores_credit_metadata(plain: bytes, kind: str) -> None:
    dressed = dress(plain, **CREDITS[kind])
    found, bare = digests(dressed), digests(plain)
    assert (found.image, found.scan) == (bare.image, bare.scan)
    assert found.sha256 != bare.sha256


def test_image_digest_ignores_comments_and_the_credits_in_exif(plain: bytes) -> None:
    one = dress(after_soi(plain, segment(0xFE, b"by A")), exif=exif_block({"artist": "A"}))
    two = dress(after_soi(plain, segment(0xFE, b"by B!")), exif=exif_block({"artist": "Bakr B"}))
    assert digests(one).image == digests(two).image


def oriented(orientation: int | None, colour: int | None) -> bytes:
    zeroth: dict[int, object] = {piexif.ImageIFD.Artist: b"A"}
    exif: dict[int, object] = {piexif.ExifIFD.DateTimeOriginal: b"2024:12:08 11:30:00"}
    if orientation is not None:
        zeroth[piexif.ImageIFD.Orientation] = orientation
    if colour is not None:
        exif[piexif.ExifIFD.ColorSpace] = colour
    block: bytes = piexif.dump({"0th": zeroth, "Exif": exif})
    return block


def test_image_digest_covers_orientation_and_colour_space(plain: bytes) -> None:
    cases = [(None, None), (1, None), (6, None), (None, 1), (1, 1), (1, 65535), (6, 1)]
    found = [digests(dress(plain, exif=oriented(*case))) for case in cases]
    assert len({one.image for one in found}) == len(cases)
    assert len({one.scan for one in found}) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda data: after_soi(data, segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + bytes(20))),
        lambda data: after_soi(data, segment(0xEE, b"Adobe\x00d\x00\x00\x00\x00\x00")),
        lambda data: after_soi(data, segment(0xE1, b"vendor\x00" + bytes(20))),
        lambda data: after_soi(data, b"stray bytes"),
        lambda data: data + b"trailer",
        lambda data: data[:-2],
    ],
    ids=["ICC", "Adobe", "vendor APP1", "stray", "trailer", "no EOI"],
)
def test_image_digest_covers_everything_else_and_scan_digest_does_not(plain, change) -> None:
    changed = digests(change(plain))
    assert changed.image != digests(plain).image
    assert changed.scan == digests(plain).scan


@pytest.mark.parametrize("fixture", ["plain", "progressive"])
def test_every_bit_of_the_picture_counts(fixture: str, request: pytest.FixtureRequest) -> None:
    data = request.getfixturevalue(fixture)
    before = digests(data)
    spans = dissect(data).picture
    positions = [
        at for start, end in spans for at in range(start + 4, end, max(1, (end - start) // 40))
    ]
    assert len(positions) >= 30
    for at in positions:
        flipped = bytearray(data)
        flipped[at] ^= 0x04
        after = digests(bytes(flipped))
        assert after.image != before.image, at
        assert after.scan != before.scan, at


def test_scan_digest_is_the_same_in_a_copy_that_lost_its_other_segments(progressive: bytes) -> None:
    rich = (
        dress(
            after_soi(progressive, segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + bytes(3000))),
            exif=exif_block({"artist": "A"}),
        )
        + b"trailer"
    )
    first_table = progressive.index(b"\xff\xdb")
    poor = b"\xff\xd8" + progressive[first_table:]
    assert digests(rich).scan == digests(poor).scan == digests(progressive).scan


def test_scan_digest_ignores_fill_bytes(progressive: bytes) -> None:
    filled = bytearray(progressive)
    places = [span[0] for span in dissect(progressive).picture]
    scans = [at for at in range(len(progressive) - 1) if progressive[at : at + 2] == b"\xff\xda"]
    for at in sorted({*places, *scans, len(progressive) - 2}, reverse=True):
        filled[at:at] = b"\xff" * 300
    assert len(filled) > len(progressive) + 900
    assert digests(bytes(filled)).scan == digests(progressive).scan


def test_scan_digest_ignores_application_segments_between_scans(progressive: bytes) -> None:
    second_scan = progressive.index(b"\xff\xc4", progressive.index(b"\xff\xda"))
    extra = segment(0xE5, b"between") + segment(0xFE, b"comment")
    data = progressive[:second_scan] + extra + progressive[second_scan:]
    assert digests(data).scan == digests(progressive).scan
    assert digests(data).image != digests(progressive).image


def test_dissect_ends_at_eoi_and_not_in_the_trailer(plain: bytes, progressive: bytes) -> None:
    for data in (plain, progressive):
        found = dissect(data + plain)
        assert (found.end, found.complete) == (len(data), True)


def test_dissect_ends_an_image_without_eoi_where_the_next_begins(plain: bytes) -> None:
    found = dissect(plain[:-2] + plain)
    assert (found.end, found.complete) == (len(plain) - 2, False)


def test_restart_markers_are_scan_data() -> None:
    out = io.BytesIO()
    image = Image.effect_noise((96, 64), 70)
    image.save(out, "JPEG", restart_marker_blocks=4)
    data = out.getvalue()
    assert b"\xff\xd3" in data
    found = dissect(data)
    assert found.complete
    assert found.end == len(data)
    assert found.picture[-1][1] == len(data) - 2


def test_header_without_a_scan_has_no_scan_digest() -> None:
    data = b"\xff\xd8" + segment(0xE1, exif_block({"artist": "A"}))
    found = digests(data)
    assert found.scan is None
    assert found.image is not None


def test_sidecar_has_a_file_digest_only() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP"})
    assert digests(packet) == Digests(hashlib.sha256(packet).hexdigest(), None, None)


def test_digests_of_a_hostile_file_stay_bounded(plain: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        digests(plain[:-2] + b"\xff\xc4\x00\x02" * (MAX_SEGMENTS + 1))
    assert caught.value.code == "limit-segments"


def test_digests_of_what_is_left_to_exiftool_are_of_the_file_alone() -> None:
    data = b"GIF89a" + bytes(20)
    assert digests(data) == Digests(hashlib.sha256(data).hexdigest(), None, None)


def multi_picture(sizes: tuple[int, int], offset: int, first: bytes, second: bytes) -> bytes:
    entries = struct.pack("<IIIHH", 0x030000, sizes[0], 0, 0, 0)
    entries += struct.pack("<IIIHH", 0, sizes[1], offset, 0, 0)
    body = b"MPF\x00II*\x00\x08\x00\x00\x00" + struct.pack("<H", 1)
    body += struct.pack("<HHII", 0xB002, 7, 32, 26) + bytes(4) + entries
    return after_soi(first, segment(0xE2, body)) + second


def test_image_digest_masks_sizes_and_offsets_of_other_images(plain: bytes) -> None:
    one = multi_picture((1000, 500), 2000, plain, picture(10))
    moved = multi_picture((1066, 500), 2066, plain, picture(10))
    other = multi_picture((1000, 500), 2000, plain, picture(200))
    assert one != moved
    assert digests(one).image == digests(moved).image != digests(other).image
