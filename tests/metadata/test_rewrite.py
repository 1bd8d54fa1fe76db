"""rewrite(): planned edits and nothing else."""

from __future__ import annotations

import hashlib
import io
import random
import struct

import piexif
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
from provenance.metadata.formats.jpeg_segments import Kind, walk
from provenance.metadata.source import Window
from provenance.metadata.standards.xmp_extended import chunk, guid_of
from provenance.model import AssetRef, Container, Edit, MetadataRecord, Property, PropertyValue

REF = AssetRef("/pool/a.jpg", 0, "")
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"


def noise() -> bytes:
    out = io.BytesIO()
    image = Image.frombytes("RGB", (48, 32), random.Random(3).randbytes(48 * 32 * 3))
    image.save(out, "JPEG")
    return out.getvalue()


PLAIN = noise()
IIM = iim_block(
    {"byline": WRONG, "credit": "AFP", "caption": f"A street. (Photo by {WRONG} / AFP)"}
)
EXIF = exif_block(
    {"artist": WRONG, "copyright": "AFP", "taken": "2024:12:08 11:30:00"}, maker_note=b"NOTE" * 30
)
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": [WRONG], "dc:description": "A street."})
DRESSED = dress(PLAIN, exif=EXIF, xmp=XMP, photoshop=photoshop_block(IIM))


def record(data: bytes) -> MetadataRecord:
    return read(REF, data)


def edit(value: PropertyValue, before: str, after: str | None) -> Edit:
    return Edit(value.uri, value.container, value.locator, value.property, before, after)


def creator_edits(data: bytes, before: str = WRONG, after: str | None = RIGHT) -> list[Edit]:
    return [
        edit(value, before, after)
        for value in record(data).of(Property.CREATOR_NAMES)
        if before in value.values
    ]


def names(data: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in record(data).of(Property.CREATOR_NAMES)}


def segments(data: bytes) -> list[tuple[Kind, bytes]]:
    return [(one.kind, data[one.start : one.end]) for one in walk(Window.over(data, "a.jpg"), [])]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def refusal(data: bytes, edits: list[Edit]) -> str:
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, edits)
    assert caught.value.remedy
    return caught.value.code


def test_rewrite_of_nothing_gives_the_same_bytes() -> None:
    for data in (DRESSED, PLAIN, XMP, b"\x89PNG\r\n\x1a\n", b""):
        assert rewrite(data, []) == data


def test_rewrite_corrects_every_container() -> None:
    edits = creator_edits(DRESSED)
    assert [one.container for one in edits] == [Container.EXIF, Container.XMP, Container.IIM]
    new = rewrite(DRESSED, edits)
    assert names(new) == {
        "EXIF IFD0:Artist": (RIGHT,), "XMP dc:creator": (RIGHT,), "IIM 2:80": (RIGHT,),
    }  # fmt: skip
    before = {(v.container, v.locator): v.values for v in record(DRESSED).values}
    after = {(v.container, v.locator): v.values for v in record(new).values}
    changed = {place for place in before if before[place] != after[place]}
    assert before.keys() == after.keys()
    assert changed == {(one.container, one.locator) for one in edits}
    assert digests(new).image == digests(DRESSED).image
    assert digests(new).scan == digests(DRESSED).scan
    assert pixels(new) == pixels(DRESSED)


@pytest.mark.parametrize(
    ("container", "kind"),
    [
        (Container.EXIF, Kind.EXIF),
        (Container.XMP, Kind.XMP),
        (Container.IIM, Kind.PHOTOSHOP),
    ],
)
def test_rewrite_touches_only_the_segment_that_holds_the_value(
    container: Container, kind: Kind
) -> None:
    edits = [one for one in creator_edits(DRESSED) if one.container is container]
    new = rewrite(DRESSED, edits)
    old_segments, new_segments = segments(DRESSED), segments(new)
    assert [one for one, _ in old_segments] == [one for one, _ in new_segments]
    changed = [old[0] for old, now in zip(old_segments, new_segments, strict=True) if old != now]
    assert changed == [kind]
    assert new.endswith(PLAIN[-800:])


def test_rewrite_back_gives_the_same_values() -> None:
    new = rewrite(DRESSED, creator_edits(DRESSED))
    back = rewrite(new, creator_edits(new, RIGHT, WRONG))
    assert record(back).values == record(DRESSED).values


def test_rewrite_keeps_maker_notes_and_other_exif_in_place() -> None:
    new = rewrite(
        DRESSED, creator_edits(DRESSED, after="Bakr ALKASEM, of quite another length"[:32])
    )
    assert new.index(b"NOTE" * 30) == DRESSED.index(b"NOTE" * 30)
    before, after = piexif.load(DRESSED), piexif.load(new)
    before["0th"].pop(piexif.ImageIFD.Artist)
    assert after["0th"].pop(piexif.ImageIFD.Artist) == b"Bakr ALKASEM, of quite another l"
    assert before == after


def test_rewrite_keeps_the_xmp_segment_size_by_its_padding() -> None:
    edits = [one for one in creator_edits(DRESSED) if one.container is Container.XMP]
    assert len(rewrite(DRESSED, edits)) == len(DRESSED)


def test_rewrite_keeps_true_iptc_digests_true() -> None:
    md5 = hashlib.md5(IIM, usedforsecurity=False).hexdigest().upper()
    packet = xmp_packet({"photoshop:LegacyIPTCDigest": md5, "dc:creator": [WRONG]})
    data = dress(PLAIN, xmp=packet, photoshop=photoshop_block(IIM))
    new = rewrite(data, creator_edits(data))
    new_iim = IIM.replace(
        struct.pack(">H", len(WRONG)) + WRONG.encode(),
        struct.pack(">H", len(RIGHT)) + RIGHT.encode(),
    )
    assert new_iim in new
    digest = hashlib.md5(new_iim, usedforsecurity=False)
    assert resource(0x0425, digest.digest()) in new
    assert digest.hexdigest().upper().encode() in new
    assert record(new).warnings == ()


def test_rewrite_leaves_a_stale_digest_stale() -> None:
    stale = resource(0x0425, b"0123456789abcdef")
    packet = xmp_packet({"photoshop:LegacyIPTCDigest": "F" * 32})
    data = dress(PLAIN, xmp=packet, photoshop=photoshop_block(IIM, digest=False, after=stale))
    new = rewrite(data, creator_edits(data))
    assert stale in new
    assert b"F" * 32 in new
    assert [told.code for told in record(new).warnings] == ["iptc-digest-stale"]


def test_rewrite_removes_a_value() -> None:
    new = rewrite(DRESSED, creator_edits(DRESSED, after=None))
    assert names(new) == {}
    assert WRONG.encode() not in new.replace(f"(Photo by {WRONG} / AFP)".encode(), b"")
    left = [
        value for value in record(DRESSED).values if value.property is not Property.CREATOR_NAMES
    ]
    assert list(record(new).values) == left


def test_rewrite_edits_one_name_of_several_everywhere() -> None:
    data = dress(
        PLAIN,
        exif=exif_block({"artist": f"Ann; {WRONG};  Zoe"}),
        xmp=xmp_packet({"dc:creator": ["Ann", WRONG, "Zoe"]}),
        photoshop=photoshop_block(iim_block({"byline": ["Ann", WRONG, "Zoe"]})),
    )
    new = rewrite(data, creator_edits(data))
    assert set(names(new).values()) == {("Ann", RIGHT, "Zoe")}
    assert b"Ann; Bakr ALKASEM;  Zoe" in new


def test_rewrite_edits_the_block_that_it_is_told_to() -> None:
    second = resource(0x0404, IIM) + resource(0x0404, iim_block({"byline": WRONG}))
    data = dress(DRESSED, exif=EXIF, xmp=XMP, photoshop=b"Photoshop 3.0\x00" + second)
    everywhere = creator_edits(data)
    assert len(everywhere) == 7
    for one in everywhere:
        new = names(rewrite(data, [one]))
        assert [where for where, values in new.items() if values == (RIGHT,)] == [one.locator]
    assert set(names(rewrite(data, everywhere)).values()) == {(RIGHT,)}


def test_rewrite_writes_non_ascii_in_every_container() -> None:
    data = dress(
        PLAIN,
        exif=exif_block({"artist": WRONG}),
        xmp=xmp_packet({"dc:creator": [WRONG]}),
        photoshop=photoshop_block(
            iim_block({"byline": WRONG, "city": "K\xf6ln"}, charset=None, encoding="latin-1")
        ),
    )
    new = rewrite(data, creator_edits(data, after="Łukasz <&\"' بكر"))
    assert set(names(new).values()) == {("Łukasz <&\"' بكر",)}
    assert record(new).of(Property.CITY)[0].values == ("Köln",)


def big_photoshop(size: int, pieces: tuple[int, ...]) -> tuple[bytes, bytes]:
    whole = (
        resource(0x03ED, b"r" * (size // 2))
        + resource(0x0404, IIM)
        + resource(0x0BB7, b"x" * (size // 2))
    )
    parts, at = [], 0
    for length in (*pieces, len(whole)):
        parts.append(whole[at : at + length])
        at += length
    made = b"".join(segment(0xED, b"Photoshop 3.0\x00" + part) for part in parts if part)
    return PLAIN[:2] + made + PLAIN[2:], whole


def photoshop_parts(data: bytes) -> list[bytes]:
    return [body[18:] for kind, body in segments(data) if kind is Kind.PHOTOSHOP]


@pytest.mark.parametrize(
    ("size", "pieces"),
    [(90_000, (65_519,)), (90_000, (45_000, 20)), (130_500, (65_519,)), (300, (5,))],
    ids=["full first", "cut in the IIM", "last becomes too long", "tiny"],
)
def test_rewrite_splits_a_long_photoshop_block_as_before(
    size: int, pieces: tuple[int, ...]
) -> None:
    data, whole = big_photoshop(size, pieces)
    for after in (RIGHT, RIGHT + " and others"):
        new = rewrite(data, creator_edits(data, after=after))
        lengths = [len(part) for part in photoshop_parts(new)]
        assert tuple(lengths[: len(pieces)]) == pieces
        joined = b"".join(photoshop_parts(new))
        new_iim = joined[joined.index(b"\x1c\x01\x5a") : joined.index(b"8BIM\x0b\xb7")].rstrip(
            b"\x00"
        )
        assert after.encode() in new_iim
        assert joined.replace(after.encode(), b"").count(b"r") >= size // 2
        assert len(joined) - len(whole) in range(len(after) - len(WRONG) + 3)
        assert names(new) == {"IIM 2:80": (after,)}


def test_rewrite_drops_a_photoshop_segment_that_is_left_empty() -> None:
    iim = iim_block({"byline": WRONG, "caption": "x"})
    whole = resource(0x0404, iim)
    data = (
        PLAIN[:2]
        + b"".join(segment(0xED, b"Photoshop 3.0\x00" + part) for part in (whole[:-2], whole[-2:]))
        + PLAIN[2:]
    )
    new = rewrite(data, creator_edits(data, after="B"))
    assert len(photoshop_parts(new)) == 1
    assert names(new) == {"IIM 2:80": ("B",)}


def with_extended(packet: bytes) -> bytes:
    main = xmp_packet({"photoshop:Credit": "AFP", "xmpNote:HasExtendedXMP": guid_of(packet)})
    chunks = b"".join(segment(0xE1, one) for one in chunk(packet))
    return PLAIN[:2] + segment(0xE1, XMP_HEADER + main) + chunks + PLAIN[2:]


@pytest.mark.parametrize("length", [100, 65_400 - 1300, 150_000])
def test_rewrite_edits_extended_xmp_and_its_guid(length: int) -> None:
    packet = xmp_packet({"dc:creator": [WRONG], "dc:description": "x" * length}, padding=0)
    data = with_extended(packet)
    new = rewrite(data, creator_edits(data, after=RIGHT * 40))
    assert names(new) == {"XMP-ext dc:creator": (RIGHT * 40,)}
    assert record(new).warnings == ()
    assert guid_of(packet).encode() not in new
    assert len(new) > len(data)


def test_rewrite_changes_a_sidecar() -> None:
    value = record(XMP).of(Property.CREATOR_NAMES)[0]
    assert value.container is Container.SIDECAR
    new = rewrite(XMP, [edit(value, WRONG, RIGHT)])
    assert names(new) == {"XMP dc:creator": (RIGHT,)}
    assert len(new) == len(XMP)


# --- refusals ----------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["Aaref", WRONG + " ", "aaref watad", ""])
def test_rewrite_refuses_when_the_value_is_another(before: str) -> None:
    edits = [edit(v, before, RIGHT) for v in record(DRESSED).of(Property.CREATOR_NAMES)]
    for one in edits:
        assert refusal(DRESSED, [one]) == "value-changed"


def test_rewrite_makes_all_edits_or_none() -> None:
    good = creator_edits(DRESSED)
    bad = edit(record(DRESSED).of(Property.CREDIT_LINE)[0], "Reuters", "AFP")
    assert refusal(DRESSED, [*good, bad]) == "value-changed"


@pytest.mark.parametrize(
    ("container", "locator", "prop"),
    [
        (Container.IIM, "IIM#2 2:80", Property.CREATOR_NAMES),
        (Container.XMP, "IIM 2:80", Property.CREATOR_NAMES),
        (Container.IIM, "IIM 2:80", Property.CREDIT_LINE),
        (Container.SIDECAR, "XMP dc:creator", Property.CREATOR_NAMES),
        (Container.TEXT, "chars 1-20", Property.DESCRIPTION),
        (Container.XMP, "XMP-ext dc:creator", Property.CREATOR_NAMES),
        (Container.EXIF, "", Property.CREATOR_NAMES),
    ],
)
def test_rewrite_refuses_a_place_that_is_not_there(
    container: Container, locator: str, prop: Property
) -> None:
    assert refusal(DRESSED, [Edit("", container, locator, prop, WRONG, RIGHT)]) == "value-changed"


def test_rewrite_refuses_contradicting_edits() -> None:
    both = [*creator_edits(DRESSED), *creator_edits(DRESSED, after="Somebody")]
    assert refusal(DRESSED, both) == "edits-conflict"


def test_rewrite_never_cuts_a_value() -> None:
    edits = [
        one for one in creator_edits(DRESSED, after="x" * 33) if one.container is Container.IIM
    ]
    assert refusal(DRESSED, edits) == "octet-limit"


def test_rewrite_refuses_content_credentials() -> None:
    uuid = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
    box = struct.pack(">I4s", 30, b"jumd") + uuid + b"\x03c2pa\x00"
    store = segment(0xEB, b"JP\x02\x11\x00\x00\x00\x01" + struct.pack(">I4s", 38, b"jumb") + box)
    data = DRESSED[:2] + store + DRESSED[2:]
    assert record(data).content_credentials == "c2pa"
    assert refusal(data, creator_edits(data)) == "content-credentials"
    assert rewrite(data, []) == data


def test_rewrite_refuses_remote_content_credentials() -> None:
    remote = b'rdf:about="" xmlns:dcterms="u" dcterms:provenance="https://cai.example/m.c2pa"'
    data = dress(PLAIN, xmp=XMP.replace(b'rdf:about=""', remote))
    assert refusal(data, creator_edits(data)) == "content-credentials"


def test_rewrite_refuses_a_picture_without_its_end() -> None:
    assert refusal(DRESSED[:-2], creator_edits(DRESSED)) == "incomplete-image"
    assert refusal(DRESSED[:-300], creator_edits(DRESSED)) == "incomplete-image"


@pytest.mark.parametrize("container", [Container.EXIF, Container.XMP])
def test_rewrite_refuses_what_no_segment_can_hold(container: Container) -> None:
    edits = [
        one for one in creator_edits(DRESSED, after="x" * 65_500) if one.container is container
    ]
    assert refusal(DRESSED, edits) == "segment-too-large"


def test_rewrite_refuses_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", "/not/there/exiftool")
    with pytest.raises(UnreadableError) as caught:
        rewrite(b"GIF89a" + bytes(50), creator_edits(DRESSED))
    assert caught.value.code == "exiftool-missing"
