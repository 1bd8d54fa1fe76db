"""rewrite() on whole files: multi-picture files, the corpus, mutants."""

from __future__ import annotations

import io
import random
import struct
from collections import Counter
from pathlib import Path

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
from provenance.metadata.standards.xmp_extended import chunk, guid_of
from provenance.model import AssetRef, Edit, Property, PropertyValue

REF = AssetRef("/pool/a.jpg", 0, "")
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"


def noise() -> bytes:
    out = io.BytesIO()
    image = Image.frombytes("RGB", (48, 32), random.Random(3).randbytes(48 * 32 * 3))
    image.save(out, "JPEG")
    return out.getvalue()


PLAIN = noise()
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": [WRONG]})
DRESSED = dress(
    PLAIN,
    exif=exif_block({"artist": WRONG, "copyright": "AFP"}, maker_note=b"NOTE" * 30),
    xmp=XMP,
    photoshop=photoshop_block(iim_block({"byline": WRONG, "credit": "AFP"})),
)


def edit(value: PropertyValue, before: str, after: str | None) -> Edit:
    return Edit(value.uri, value.container, value.locator, value.property, before, after)


def creator_edits(data: bytes, before: str = WRONG, after: str | None = RIGHT) -> list[Edit]:
    return [
        edit(value, before, after)
        for value in read(REF, data).of(Property.CREATOR_NAMES)
        if before in value.values
    ]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


# --- several pictures in one file --------------------------------------------------------


def multi_picture(order: str, *, index_first: bool) -> bytes:
    """Three pictures; the index before or behind the credit metadata."""
    second, third = noise(), PLAIN

    def index(sizes: tuple[int, ...], offsets: tuple[int, ...]) -> bytes:
        entries = b"".join(
            struct.pack(order + "IIIHH", 0, size, offset, 0, 0)
            for size, offset in zip(sizes, offsets, strict=True)
        )
        body = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "IH", 8, 1)
        body += struct.pack(order + "HHII", 0xB002, 7, len(entries), 26) + bytes(4) + entries
        return segment(0xE2, b"MPF\x00" + body)

    def first(made: bytes) -> bytes:
        if index_first:
            return DRESSED[:2] + made + DRESSED[2:]
        at = 2 + DRESSED[2:].index(b"\xff\xdb")
        return DRESSED[:at] + made + DRESSED[at:]

    draft = first(index((0, 0, 0), (0, 0, 0)))
    base = draft.index(b"MPF\x00") + 4
    sizes = (len(draft), len(second), len(third))
    offsets = (0, len(draft) - base, len(draft) + len(second) + 7 - base)
    return first(index(sizes, offsets)) + second + b"between" + third


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("index_first", [True, False])
def test_rewrite_moves_the_index_of_a_multi_picture_file(order: str, index_first: bool) -> None:
    data = multi_picture(order, index_first=index_first)
    for after in (RIGHT, "B", "Bakr ALKASEM and somebody else."):
        new = rewrite(data, creator_edits(data, after=after))
        base = new.index(b"MPF\x00") + 4
        listed = [
            struct.unpack_from(order + "III", new, base + 26 + 16 * number)[1:]
            for number in range(3)
        ]
        starts = [0, *(base + offset for _, offset in listed[1:])]
        for start, (size, _) in zip(starts, listed, strict=True):
            picture = new[start : start + size]
            assert picture.startswith(b"\xff\xd8\xff")
            assert picture.endswith(b"\xff\xd9")
        assert new[starts[1] :] == data[-len(new[starts[1] :]) :]
        assert digests(new).image == digests(data).image


def test_rewrite_leaves_an_index_that_cannot_be_read() -> None:
    broken = segment(
        0xE2, b"MPF\x00II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHII", 0xB002, 7, 32, 900)
    )
    data = DRESSED[:2] + broken + DRESSED[2:] + PLAIN
    new = rewrite(data, creator_edits(data, after="Bakr ALKASEM and somebody else"))
    assert len(new) > len(data)
    assert broken in new
    assert new.endswith(PLAIN)


# --- the corpus, and mutants -------------------------------------------------------------


REFUSALS = {
    "content-credentials",
    "exif-dangling-offset",
    "exiftool-missing",
    "exiftool-refused",
    "exiftool-unproven",
    "incomplete-image",
    "octet-limit",
    "segment-too-large",
    "trailer-metadata",
    "xmp-broken",
    "xmp-structure",
}


@pytest.mark.parametrize("folder", ["images", "malformed"])
def test_corpus_is_corrected_or_refused(shared: Path, folder: str) -> None:
    done: Counter[str] = Counter()
    for path in sorted((shared / "corpus" / folder).rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        assert rewrite(data, []) == data
        try:
            found = read(AssetRef(str(path), len(data), ""), data, digests=True)
        except UnreadableError:
            continue
        for value in found.of(Property.CREATOR_NAMES):
            for after in ("Bakr", "Bakr ALKÄSEM of the pool", None):
                try:
                    new = rewrite(data, [edit(value, value.values[0], after)])
                except RewriteRefusedError as refused:
                    done[refused.code] += 1
                    continue
                done[value.container] += 1
                assert digests(new).image == found.image_digest, path
                assert digests(new).scan == found.scan_digest, path
        if found.media_type == "image/jpeg" and done["sampled"] < 25 and folder == "images":
            edits = [edit(v, v.values[0], RIGHT) for v in found.of(Property.CREATOR_NAMES)]
            done["sampled"] += _same_pixels(data, edits)
    assert set(done) <= REFUSALS | {"exif", "iim", "xmp", "sidecar", "sampled"}
    if folder == "images":
        assert min(done["exif"], done["iim"], done["xmp"], done["sidecar"]) >= 20
        assert done["sampled"] == 25


def _same_pixels(data: bytes, edits: list[Edit]) -> int:
    if not edits:
        return 0
    try:
        before = pixels(data)
        new = rewrite(data, edits)
    except (OSError, RewriteRefusedError):
        return 0
    assert pixels(new) == before
    return 1


NAMED = xmp_packet({"dc:creator": [WRONG]}, padding=0)
EXTENDED = (
    PLAIN[:2]
    + segment(0xE1, XMP_HEADER + xmp_packet({"xmpNote:HasExtendedXMP": guid_of(NAMED)}))
    + b"".join(segment(0xE1, one) for one in chunk(NAMED))
    + PLAIN[2:]
)
SPLIT_BLOCK = resource(0x0404, iim_block({"byline": WRONG})) + resource(0x0BB7, b"x" * 150)
SPLIT = (
    PLAIN[:2]
    + segment(0xED, b"Photoshop 3.0\x00" + SPLIT_BLOCK[:40])
    + segment(0xED, b"Photoshop 3.0\x00" + SPLIT_BLOCK[40:])
    + PLAIN[2:]
)


def test_mutants_are_corrected_or_refused() -> None:
    rng = random.Random(11)
    seeds = [
        DRESSED,
        XMP,
        multi_picture("<", index_first=False),
        EXTENDED,
        SPLIT,
    ]
    outcomes: Counter[str] = Counter()
    for _ in range(2000):
        data = bytearray(rng.choice(seeds))
        header = min(len(data), 6000)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(header)] = rng.choice((0, 1, 0xFF, 0x1C, rng.randrange(256)))
        mutant = bytes(data)
        try:
            edits = creator_edits(mutant, after=rng.choice((RIGHT, "B", None)))
            new = rewrite(mutant, edits)
        except (UnreadableError, RewriteRefusedError) as error:
            outcomes[error.code] += 1
            continue
        outcomes["done" if edits else "nothing to do"] += 1
        assert digests(new).image == digests(mutant).image
    assert outcomes["done"] > 600, outcomes
    assert outcomes["readback-differs"] < 60, outcomes
