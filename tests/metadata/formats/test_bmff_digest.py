"""What the digests of HEIF files cover."""

from __future__ import annotations

import pytest
from bmff_material import (
    PIXELS,
    PROPERTIES,
    XMP_UUID,
    Heif,
    Item,
    box,
    exif_item,
    full,
    picture,
    uuid,
    xmp_item,
)
from making import xmp_packet
from tiff_making import FULL, FULL_EXIF
from tiff_making import block as tiff_block

from provenance.errors import UnreadableError
from provenance.metadata.formats.bmff_digest import fingerprints

EXIF = tiff_block(FULL, FULL_EXIF)
XMP = xmp_packet({"photoshop:Credit": "AFP"}, padding=0)
ALPHA = Item(b"hvc1", b"alpha", properties=(1, 2, 3))
THUMB = Item(b"hvc1", b"thumbnail", properties=(1, 4))
REFERENCES = (
    (b"dimg", 1, (2, 3)),
    (b"auxl", 4, (1,)),
    (b"thmb", 5, (1,)),
    (b"cdsc", 6, (1,)),
    (b"cdsc", 7, (1,)),
)


def heif(exif: bytes = EXIF, xmp: bytes = XMP, **changes: object) -> bytes:
    """A grid of two tiles with transparency, a thumbnail, EXIF and XMP."""
    grid = Item(b"grid", b"\x00\x00\x00\x01", method=1, properties=(2,))
    tiles = [picture(), picture(PIXELS[::-1])]
    metadata = [exif_item(exif), xmp_item(xmp)] if exif else []
    references = REFERENCES if exif else REFERENCES[:3]
    file = Heif([grid, *tiles, ALPHA, THUMB, *metadata], references=references)
    for name, value in changes.items():
        setattr(file, name, value)
    return file.build()


FILE = heif()


@pytest.mark.parametrize(
    "changed",
    [
        heif(xmp=XMP + b" " * 900),
        heif(exif=EXIF.replace(b"Aaref", b"Bakr ")),
        heif(exif=tiff_block([*FULL, (0x010D, 2, b"a name")], FULL_EXIF)),
        heif(before=box(b"free", bytes(99))),
        heif(before=uuid(XMP_UUID, XMP)),
        heif(widths=(8, 8, 4), version=2),
        heif(stray=b"left over"),
    ],
    ids=["longer", "exif text", "more exif", "free", "xmp box", "offsets", "left over"],
)
def test_credits_and_offsets_are_in_no_digest(changed: bytes) -> None:
    assert changed != FILE
    assert fingerprints(changed) == fingerprints(FILE)


def test_metadata_that_are_gone_leave_the_scan_digest() -> None:
    plain = tiff_block([FULL[0], FULL[2]])
    assert fingerprints(heif(b"")) == fingerprints(heif(plain))
    assert fingerprints(heif(b""))[1] == fingerprints(FILE)[1]


@pytest.mark.parametrize(
    "changed",
    [
        FILE.replace(PIXELS[100:150], PIXELS[100:149] + b"\x00", 1),
        FILE.replace(b"set-up", b"set up"),
        FILE.replace(b"idat\x00\x00\x00\x01", b"idat\x00\x00\x00\x02"),
        FILE[: FILE.rindex(b"alpha")] + b"ALPHA" + FILE[FILE.rindex(b"alpha") + 5 :],
    ],
    ids=["tile", "configuration", "grid", "transparency"],
)
def test_the_picture_is_in_both_digests(changed: bytes) -> None:
    assert changed != FILE
    image, scan = fingerprints(FILE)
    new_image, new_scan = fingerprints(changed)
    assert (new_image != image, new_scan != scan) == (True, True)


@pytest.mark.parametrize(
    "changed",
    [
        FILE.replace(b"thumbnail", b"thumbNail"),
        FILE.replace(b"\x03\x08\x08\x08", b"\x03\x08\x08\x0a"),
        heif(before=box(b"mine", b"unknown")),
        heif(inner=full(b"grpl", b"a group")),
        heif(references=(*REFERENCES, (b"prem", 4, (1,)))),
        heif(exif=EXIF.replace(b"\x03\x00\x01\x00\x00\x00\x06", b"\x03\x00\x01\x00\x00\x00\x01")),
        FILE + b"!",
    ],
    ids=["thumbnail", "property", "box", "group", "reference", "orientation", "trailer"],
)
def test_what_is_not_the_picture_is_in_the_image_digest_alone(changed: bytes) -> None:
    assert changed != FILE
    image, scan = fingerprints(FILE)
    new_image, new_scan = fingerprints(changed)
    assert (new_image != image, new_scan == scan) == (True, True)


def sequence(chunk: bytes, size: bytes = b"size") -> bytes:
    table = box(b"stbl", full(b"stco", chunk) + full(b"stsz", size))
    return box(b"moov", box(b"trak", box(b"mdia", box(b"minf", table))))


def test_of_a_sequence_all_but_the_offsets_is_covered() -> None:
    base = fingerprints(heif(after=sequence(b"1111"), stray=b"second picture"))
    assert fingerprints(heif(after=sequence(b"2222"), stray=b"second picture")) == base
    grown = heif(xmp=XMP + b"  ", after=sequence(b"3333"), stray=b"second picture")
    assert fingerprints(grown) == base
    for changed in (
        heif(after=sequence(b"1111"), stray=b"another picture"),
        heif(after=sequence(b"1111", b"SIZE"), stray=b"second picture"),
    ):
        assert fingerprints(changed)[0] != base[0]
        assert fingerprints(changed)[1] == base[1]


def test_data_that_cannot_be_followed_are_covered_with_all_of_mdat() -> None:
    def odd(stray: bytes) -> bytes:
        return Heif([picture(), Item(b"iovl", b"", method=2)], stray=stray).build()

    assert fingerprints(odd(b"a"))[0] != fingerprints(odd(b"b"))[0]
    assert fingerprints(odd(b"a"))[1] == fingerprints(odd(b"b"))[1] is not None


def test_there_is_no_scan_digest_without_a_whole_primary_item() -> None:
    assert fingerprints(heif(primary=None))[1] is None
    assert fingerprints(heif(primary=77))[1] is None
    assert fingerprints(Heif([picture()]).build()[:-1])[1] is None
    assert fingerprints(heif(references=((b"dimg", 1, (2, 99)),)))[1] is None


def test_items_that_share_their_data_are_hashed_once_and_overlaps_are_limited() -> None:
    data = Heif([picture(PIXELS * 300)] + [picture(b"x")] * 40, properties=PROPERTIES).build()
    table = data.index(b"iloc") + 12
    start = int.from_bytes(data[table + 8 : table + 12], "big")

    def aimed(step: int) -> bytes:
        octets = bytearray(data)
        for number in range(41):
            at = table + 16 * number + 8
            octets[at : at + 4] = (start + step * number).to_bytes(4, "big")
            octets[at + 4 : at + 8] = (len(PIXELS) * 299).to_bytes(4, "big")
        return bytes(octets)

    assert fingerprints(aimed(0))[1] is not None
    with pytest.raises(UnreadableError) as caught:
        fingerprints(aimed(1))
    assert caught.value.code == "limit-extents"
