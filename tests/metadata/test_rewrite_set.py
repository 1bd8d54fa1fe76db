"""rewrite(): values that are not there yet, and what must follow from an edit."""

from __future__ import annotations

import hashlib
import io
import random
import struct
from collections import Counter

import pytest
from making import (
    XMP_HEADER,
    dress,
    exif_block,
    iim_block,
    photoshop_block,
    resource,
    segment,
    xmp_packet,
)
from PIL import Image

from provenance.errors import RewriteRefusedError, UnreadableError
from provenance.metadata import digests, read, rewrite
from provenance.metadata.formats import jpeg_splice
from provenance.metadata.formats.jpeg import survey
from provenance.metadata.formats.jpeg_segments import Kind, walk
from provenance.metadata.properties import ROWS
from provenance.metadata.source import Window
from provenance.metadata.standards import irb
from provenance.model import AssetRef, Container, Edit, Property

REF = AssetRef("/pool/a.jpg", 0, "")
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"
CAPTION = "Men in Aleppo – 8 December. (Photo by Bakr ALKASEM / AFP)"
WANTED = {
    Property.CREATOR_NAMES: RIGHT,
    Property.CREDIT_LINE: "AFP",
    Property.DESCRIPTION: CAPTION,
}


def noise() -> bytes:
    out = io.BytesIO()
    image = Image.frombytes("RGB", (48, 32), random.Random(3).randbytes(48 * 32 * 3))
    image.save(out, "JPEG")
    return out.getvalue()


PLAIN = noise()
EXIF = exif_block({"taken": "2024:12:08 11:30:00"}, maker_note=b"NOTE" * 30)
IIM = iim_block({"headline": "Syria", "city": "Aleppo"})
XMP = xmp_packet({"photoshop:City": "Aleppo"})


def setting(container: Container, prop: Property, after: str | None = None) -> Edit:
    row = ROWS[prop]
    places = {
        Container.EXIF: f"EXIF {row.exif.locator if row.exif else '?'}",
        Container.IIM: f"IIM {row.iim.name if row.iim else '?'}",
        Container.XMP: f"XMP {row.xmp.qname}",
        Container.SIDECAR: f"XMP {row.xmp.qname}",
    }
    return Edit("", container, places[container], prop, "", after or WANTED.get(prop, "X"))


def everywhere(*containers: Container) -> list[Edit]:
    edits = [setting(container, prop) for container in containers for prop in WANTED]
    return [one for one in edits if not one.locator.endswith("?")]


def said(data: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in read(REF, data).values}


def kinds(data: bytes) -> list[Kind]:
    return [one.kind for one in walk(Window.over(data, "a.jpg"), [])]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def refusal(data: bytes, edits: list[Edit]) -> str:
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, edits)
    assert caught.value.remedy
    return caught.value.code


def test_creator_credit_and_description_are_set_in_every_container() -> None:
    data = dress(PLAIN, exif=EXIF, xmp=XMP, photoshop=photoshop_block(IIM))
    new = rewrite(data, everywhere(Container.EXIF, Container.IIM, Container.XMP))
    assert said(new) == said(data) | {
        "EXIF IFD0:Artist": (RIGHT,), "EXIF IFD0:ImageDescription": (CAPTION,),
        "IIM 2:80": (RIGHT,), "IIM 2:110": ("AFP",), "IIM 2:120": (CAPTION,),
        "XMP dc:creator": (RIGHT,), "XMP photoshop:Credit": ("AFP",),
        "XMP dc:description": (CAPTION,),
    }  # fmt: skip
    assert kinds(new) == kinds(data)
    assert digests(new).image == digests(data).image
    assert pixels(new) == pixels(data)
    assert read(REF, new).warnings == ()
    assert new.index(b"NOTE" * 30) == data.index(b"NOTE" * 30)


def test_a_sidecar_takes_values_too() -> None:
    packet = xmp_packet({"photoshop:City": "Aleppo"})
    new = rewrite(packet, everywhere(Container.SIDECAR))
    assert said(new) == said(packet) | {
        "XMP dc:creator": (RIGHT,),
        "XMP photoshop:Credit": ("AFP",),
        "XMP dc:description": (CAPTION,),
    }


# --- a packet for a file that has none


@pytest.mark.parametrize(
    ("data", "order"),
    [
        (
            dress(PLAIN, exif=EXIF, photoshop=photoshop_block(IIM)),
            [Kind.OTHER, Kind.EXIF, Kind.XMP],
        ),
        (dress(PLAIN, photoshop=photoshop_block(IIM)), [Kind.OTHER, Kind.XMP, Kind.PHOTOSHOP]),
        (PLAIN, [Kind.OTHER, Kind.XMP, Kind.IMAGE]),
        (PLAIN[:2] + PLAIN[20:], [Kind.XMP, Kind.IMAGE, Kind.IMAGE]),
        (
            PLAIN[:2] + segment(0xFE, b"a comment") + PLAIN[20:],
            [Kind.XMP, Kind.COMMENT, Kind.IMAGE],
        ),
    ],
    ids=["behind EXIF", "behind JFIF", "JFIF alone", "first", "before a comment"],
)
def test_a_new_packet_stands_where_readers_look(data: bytes, order: list[Kind]) -> None:
    new = rewrite(data, everywhere(Container.XMP))
    assert kinds(new)[:3] == order
    assert said(new) == said(data) | {
        "XMP dc:creator": (RIGHT,),
        "XMP photoshop:Credit": ("AFP",),
        "XMP dc:description": (CAPTION,),
    }
    assert digests(new).image == digests(data).image
    assert len(new) - len(data) < 3100


def test_a_new_packet_stands_behind_every_header_of_jfif() -> None:
    extra = segment(0xE0, b"JFXX\x00\x10")
    data = PLAIN[:20] + extra + PLAIN[20:]
    new = rewrite(data, everywhere(Container.XMP))
    assert kinds(new)[:3] == [Kind.OTHER, Kind.OTHER, Kind.XMP]


@pytest.mark.parametrize("container", [Container.EXIF, Container.IIM])
def test_no_other_container_is_made(container: Container) -> None:
    assert refusal(PLAIN, everywhere(container)) == "container-missing"
    assert refusal(XMP, everywhere(container)) == "container-missing"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Edit("", Container.XMP, "XMP#2 dc:creator", Property.CREATOR_NAMES, "", "X"), "container-missing"),
        (Edit("", Container.XMP, "XMP-ext dc:creator", Property.CREATOR_NAMES, "", "X"), "container-missing"),
        (Edit("", Container.SIDECAR, "XMP dc:creator", Property.CREATOR_NAMES, "", "X"), "container-missing"),
        (Edit("", Container.XMP, "XMP tiff:Artist", Property.CREATOR_NAMES, "", "X"), "not-settable"),
        (Edit("", Container.XMP, "XMP dc:creator", Property.CREDIT_LINE, "", "X"), "not-settable"),
        (Edit("", Container.IIM, "IIM 2:105", Property.HEADLINE, "", "X"), "value-changed"),
        (Edit("", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, "", ""), "value-form"),
        (Edit("", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, "", None), "value-form"),
        (Edit("", Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, "", "x" * 33), "octet-limit"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused(edit: Edit, code: str) -> None:
    data = dress(PLAIN, exif=EXIF, xmp=XMP, photoshop=photoshop_block(IIM))
    assert refusal(data, [edit]) == code


# --- digests of the IIM


def two_blocks(iim: bytes, digest: bytes) -> bytes:
    """The IIM in one Photoshop block, the digest in another one behind a block that ends."""
    blocks = (resource(0x0404, iim), resource(0x0425, digest))
    return (
        PLAIN[:2]
        + b"".join(segment(0xED, b"Photoshop 3.0\x00" + one) for one in blocks)
        + PLAIN[2:]
    )


def test_a_digest_in_another_block_stays_true() -> None:
    data = two_blocks(IIM, md5(IIM))
    new = rewrite(data, [setting(Container.IIM, Property.CREATOR_NAMES)])
    assert said(new)["IIM 2:80"] == (RIGHT,)
    block, _digest = (found.payload for found in survey(Window.over(new, "a.jpg")).blocks)
    (iim,) = irb.iims_of(block)
    assert new == two_blocks(iim, md5(iim))
    stale = two_blocks(IIM, b"0123456789abcdef")
    new = rewrite(stale, [setting(Container.IIM, Property.CREATOR_NAMES)])
    assert new == two_blocks(iim, b"0123456789abcdef")


def test_the_legacy_digest_counts_a_padded_block_either_way() -> None:
    for counted in (IIM, IIM.rstrip(b"\x00"), IIM + b"\x00" * (-len(IIM) % 4)):
        told = md5(counted).hex().upper()
        packet = xmp_packet({"photoshop:LegacyIPTCDigest": told})
        data = dress(PLAIN, xmp=packet, photoshop=photoshop_block(IIM))
        new = rewrite(data, [setting(Container.IIM, Property.CREATOR_NAMES)])
        assert told.encode() not in new


# --- what refers to places in the file


def afcp(at: int, iim: bytes) -> bytes:
    head = b"AXS!" + struct.pack(">HHI", 256, 1, 0)
    entry = b"IPTC" + struct.pack(">II", len(iim), at + 24)
    return head + entry + iim + b"AXS!" + struct.pack(">II", at, 0)


def test_an_afcp_trailer_follows_its_picture() -> None:
    picture = dress(PLAIN, exif=EXIF, xmp=XMP, photoshop=photoshop_block(IIM))
    data = picture + afcp(len(picture), IIM)
    edits = everywhere(Container.EXIF, Container.IIM)
    new = rewrite(data, edits)
    assert new == rewrite(picture, edits) + afcp(len(new) - len(afcp(0, IIM)), IIM)
    assert digests(new).image == digests(data).image
    assert digests(data).image != digests(picture + afcp(len(picture), IIM + b"x")).image


@pytest.mark.parametrize(
    ("copy", "refused"),
    [
        (iim_block({"byline": WRONG}), True),
        (iim_block({"byline": RIGHT, "caption": WRONG}), False),
        (iim_block({"byline": "Somebody"}), False),
    ],
)
def test_a_wrong_value_in_a_trailer_stops_the_edit(copy: bytes, refused: bool) -> None:
    picture = dress(PLAIN, xmp=xmp_packet({"dc:creator": [WRONG]}))
    edits = [Edit("", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, WRONG, RIGHT)]
    station = copy + struct.pack(">HI", 1, len(copy) + 10) + b"\xa1\xb2\xc3\xd4"
    for trailer in (afcp(len(picture), copy), station):
        if refused:
            assert refusal(picture + trailer, edits) == "trailer-metadata"
        else:
            assert said(rewrite(picture + trailer, edits)) == {"XMP dc:creator": (RIGHT,)}


def test_a_cut_value_in_a_trailer_stops_the_edit() -> None:
    long = "Abdulmonam Eassa and Aaref WATAD, AFP photographers"
    copy = iim_block({"byline": long[:32]})
    picture = dress(PLAIN, xmp=xmp_packet({"dc:creator": [long]}))
    edits = [Edit("", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, long, RIGHT)]
    assert refusal(picture + afcp(len(picture), copy), edits) == "trailer-metadata"


def test_an_index_follows_where_blocks_grow_and_shrink_alike() -> None:
    """One block before the index grows by as much as one behind it shrinks."""
    entries = struct.pack("<IIIHH", 0, 0, 0, 0, 0) + struct.pack("<IIIHH", 0, len(PLAIN), 0, 0, 0)
    body = struct.pack("<4sIHHHII", b"II*\x00", 8, 1, 0xB002, 7, 32, 26) + bytes(4) + entries
    index = segment(0xE2, b"MPF\x00" + body)
    before = segment(0xE1, b"Exif\x00\x00" + exif_block({"artist": "Ann Lee"})[6:])
    packet = xmp_packet({"dc:creator": ["A" * 40]}, padding=0)
    # Without a wrapper there is no padding that could make up for a shorter value.
    packet = packet[packet.index(b"<x:xmpmeta") : packet.index(b"</x:xmpmeta>") + 12]
    behind = segment(0xE1, XMP_HEADER + packet)
    data = PLAIN[:2] + before + index + behind + PLAIN[2:]
    base = data.index(b"MPF\x00") + 4
    data = bytearray(data)
    struct.pack_into("<I", data, base + 26 + 16 + 8, len(data) - base)
    data = bytes(data) + PLAIN
    grown = rewrite(
        data,
        [Edit("", Container.EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES, "Ann Lee", RIGHT)],
    )
    gain = len(grown) - len(data)
    edits = [
        Edit("", Container.EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES, "Ann Lee", RIGHT),
        Edit(
            "", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, "A" * 40, "A" * (40 - gain)
        ),
    ]
    new = rewrite(data, edits)
    assert len(new) == len(data)
    base = new.index(b"MPF\x00") + 4
    offset = struct.unpack_from("<I", new, base + 26 + 16 + 8)[0]
    assert new[base + offset :] == PLAIN


# --- blocks at the limit of their segment


def test_a_packet_that_outgrows_its_segment_is_divided() -> None:
    history = f"<photoshop:History>{'saved. ' * 8000}</photoshop:History>"
    packet = xmp_packet({"photoshop:Credit": "AFP"}, padding=100, inner=history)
    packet = packet.replace(b"saved. </", b"saved. " + b"x" * (65_000 - len(packet)) + b"</")
    data = PLAIN[:2] + segment(0xE1, XMP_HEADER + packet) + PLAIN[2:]
    new = rewrite(data, [setting(Container.XMP, Property.DESCRIPTION, "d" * 2000)])
    assert kinds(new)[:3] == [Kind.XMP, Kind.EXTENDED_XMP, Kind.OTHER]
    assert said(new) == said(data) | {"XMP dc:description": ("d" * 2000,)}
    assert read(REF, new).warnings == ()
    assert digests(new).image == digests(data).image
    again = rewrite(new, [setting(Container.XMP, Property.CREATOR_NAMES)])
    assert said(again) == said(new) | {"XMP dc:creator": (RIGHT,)}


def test_a_packet_without_anything_to_move_is_refused() -> None:
    data = dress(PLAIN, xmp=XMP)
    assert refusal(data, [setting(Container.XMP, Property.DESCRIPTION, "d" * 65_500)]) == (
        "segment-too-large"
    )
    assert refusal(PLAIN, [setting(Container.XMP, Property.DESCRIPTION, "d" * 65_500)]) == (
        "segment-too-large"
    )
    snug = [setting(Container.XMP, Property.DESCRIPTION, "d" * 64_500)]
    assert len(said(rewrite(PLAIN, snug))["XMP dc:description"][0]) == 64_500


def full_exif(padding: bytes) -> bytes:
    block = exif_block({}, maker_note=b"NOTE" * 30)
    return block + padding * (65_530 - len(block))


def test_exif_at_its_limit_uses_its_padding() -> None:
    data = PLAIN[:2] + segment(0xE1, full_exif(b"\x00")) + PLAIN[2:]
    new = rewrite(data, everywhere(Container.EXIF))
    assert len(new) == len(data)
    assert said(new)["EXIF IFD0:Artist"] == (RIGHT,)
    packed = PLAIN[:2] + segment(0xE1, full_exif(b"p")) + PLAIN[2:]
    assert refusal(packed, everywhere(Container.EXIF)) == "segment-too-large"


def test_exif_in_several_segments_takes_one_more() -> None:
    block = full_exif(b"p")[6:]
    parts = (block[:40_000], block[40_000:] + b"p" * 40_000)
    parts = tuple(segment(0xE1, b"Exif\x00\x00" + part) for part in parts)
    data = PLAIN[:2] + b"".join(parts) + PLAIN[2:]
    new = rewrite(data, everywhere(Container.EXIF))
    assert kinds(new)[:3] == [Kind.EXIF, Kind.EXIF, Kind.EXIF]
    assert said(new) == {
        "EXIF IFD0:Artist": (RIGHT,),
        "EXIF IFD0:ImageDescription": (CAPTION,),
    }
    assert digests(new).image == digests(data).image


# --- hostile files


def test_mutants_take_values_or_are_refused() -> None:
    rng = random.Random(12)
    seeds = [
        dress(PLAIN, exif=EXIF, xmp=XMP, photoshop=photoshop_block(IIM)),
        dress(PLAIN, exif=EXIF),
        XMP,
    ]
    outcomes: Counter[str] = Counter()
    for _ in range(2000):
        data = bytearray(rng.choice(seeds))
        header = min(len(data), 5000)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(header)] = rng.choice((0, 1, 0xFF, 0x1C, rng.randrange(256)))
        mutant = bytes(data)
        edits = everywhere(*rng.sample([Container.EXIF, Container.IIM, Container.XMP], 2))
        if mutant.startswith(XMP[:3]):
            edits = everywhere(Container.SIDECAR)
        try:
            new = rewrite(mutant, edits)
        except (UnreadableError, RewriteRefusedError) as error:
            outcomes[error.code] += 1
            continue
        outcomes["done"] += 1
        assert digests(new).image == digests(mutant).image
    assert outcomes["done"] > 400, outcomes
    assert outcomes["readback-differs"] < 60, outcomes


def test_a_file_without_a_trailer_has_no_copies() -> None:
    assert jpeg_splice.copies_behind(PLAIN) == ()
    assert jpeg_splice.copies_behind(PLAIN + b"\xa1\xb2\xc3\xd4") == ()
