"""New metadata blocks in PNG files; everything else byte-equal."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import exif_block, iim_block, photoshop_block, xmp_packet
from png_material import (
    animation,
    before,
    chunk,
    chunks,
    header,
    itext,
    kinds,
    picture,
    pixels,
    profile_texts,
    raw_profile,
    text,
    xmp_chunk,
    ztext,
)

from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.metadata import digests, read, rewrite
from provenance.metadata.blocks import NEW_XMP
from provenance.metadata.formats.png_splice import FORMAT, check_writable, replace
from provenance.metadata.source import Window
from provenance.model import AssetRef, Edit

REF = AssetRef("/a.png", 0, "")
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"
EXIF = exif_block({"artist": WRONG})[6:]
IIM = iim_block({"byline": WRONG, "credit": "AFP"})
PHOTOSHOP = photoshop_block(IIM)[14:]
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": [WRONG]}, padding=200)
PLAIN = picture()
DRESSED = before(
    header(
        PLAIN,
        chunk(b"vpAg", bytes(9)),
        ztext("Raw profile type exif", raw_profile("exif", b"Exif\x00\x00" + EXIF)),
        text("Raw profile type iptc", raw_profile("iptc", PHOTOSHOP)),
        itext("Raw profile type 8bim", raw_profile("8bim", PHOTOSHOP)),
        ztext("Raw profile type APP1", raw_profile("generic", b"Exif\x00\x00" + EXIF)),
        xmp_chunk(XMP),
        text("Software", b"GIMP"),
    ),
    b"IEND",
    chunk(b"eXIf", b"Exif\x00\x00" + EXIF),
    xmp_chunk(XMP, packed=True),
    chunk(b"tIME", b"\x07\xe8\x01\x02\x03\x04\x05"),
)


def creator_edits(data: bytes, after: str | None = RIGHT) -> list[Edit]:
    return [
        Edit("", value.container, value.locator, value.property, WRONG, after)
        for value in read(REF, data).values
        if WRONG in value.values
    ]


def survey_payloads(data: bytes) -> list[bytes]:
    return [block.payload for block in FORMAT.survey(Window.over(data, "a.png")).blocks]


@pytest.mark.parametrize("after", [RIGHT, "Ünïcode ÅSA دمشق", None], ids=["plain", "wide", "gone"])
def test_rewrite_corrects_every_copy(after: str | None) -> None:
    edits = creator_edits(DRESSED, after)
    assert len(edits) == 7
    new = rewrite(DRESSED, edits)
    said = {value.locator: value.values for value in read(REF, new).values}
    assert {one.locator: said.get(one.locator) for one in edits} == {
        one.locator: None if after is None else (after,) for one in edits
    }
    assert pixels(new) == pixels(DRESSED)


def test_rewrite_keeps_every_other_chunk_and_each_form() -> None:
    new = rewrite(DRESSED, creator_edits(DRESSED))
    old_chunks, new_chunks = chunks(DRESSED), chunks(new)
    assert [kind for kind, _ in new_chunks] == [kind for kind, _ in old_chunks]
    changed = [n for n, pair in enumerate(old_chunks) if pair != new_chunks[n]]
    assert [old_chunks[n][0] for n in changed] == [
        b"zTXt", b"tEXt", b"iTXt", b"zTXt", b"iTXt", b"eXIf", b"iTXt",
    ]  # fmt: skip
    profiles = profile_texts(new)
    assert profiles["Raw profile type exif"].startswith(b"Exif\x00\x00MM")
    assert profiles["Raw profile type iptc"].startswith(b"8BIM")
    assert RIGHT.encode() in profiles["Raw profile type APP1"]
    assert WRONG.encode() not in b"".join(profiles.values())
    assert new_chunks[-4][1].startswith(b"Exif\x00\x00")
    packed = new_chunks[-3][1]
    assert packed.startswith(b"XML:com.adobe.xmp\x00\x01\x00")
    assert RIGHT.encode() in zlib.decompress(packed[22:])


def test_rewrite_keeps_what_stands_behind_the_end() -> None:
    trailer = b"\x00trailer" * 40
    new = rewrite(DRESSED + trailer, creator_edits(DRESSED))
    assert new == rewrite(DRESSED, creator_edits(DRESSED)) + trailer


def test_rewrite_corrects_bare_octets_and_keeps_them_bare() -> None:
    data = header(PLAIN, ztext("Raw profile type iptc", IIM, tail=b"stray"))
    new = rewrite(data, creator_edits(data))
    body = chunks(new)[1][1].partition(b"\x00")[2]
    engine = zlib.decompressobj()
    assert engine.decompress(body[1:]) == iim_block({"byline": RIGHT, "credit": "AFP"})
    assert engine.unused_data == b"stray"


def test_rewrite_makes_a_wrong_checksum_right_where_it_writes_and_nowhere_else() -> None:
    broken = chunk(b"abCd", b"unknown", checksum=7)
    data = header(PLAIN, chunk(b"eXIf", EXIF, checksum=7), broken)
    new = rewrite(data, creator_edits(data))
    assert new.replace(broken, b"") == header(PLAIN, chunk(b"eXIf", survey_payloads(new)[0]))
    assert broken in new


def test_replace_with_the_same_payloads_is_the_same_file() -> None:
    payloads = {number: (payload,) for number, payload in enumerate(survey_payloads(DRESSED))}
    assert len(payloads) == 7
    assert replace(DRESSED, payloads) == DRESSED


def test_replace_takes_blocks_away_and_leaves_the_rest() -> None:
    payloads: dict[int, tuple[bytes, ...]] = dict.fromkeys(range(7), ())
    assert kinds(replace(DRESSED, payloads)) == [
        b"IHDR", b"vpAg", b"tEXt", b"IDAT", b"tIME", b"IEND",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [PLAIN, animation(), picture("P"), header(PLAIN, chunk(b"eXIf", EXIF))],
    ids=["plain", "animation", "palette", "with EXIF"],
)  # fmt: skip
def test_a_new_packet_stands_directly_before_the_pixels(data: bytes) -> None:
    new = replace(data, {NEW_XMP: (XMP,)})
    at = kinds(new).index(b"IDAT") - 1
    assert chunks(new)[at] == (b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + XMP)
    assert [pair for n, pair in enumerate(chunks(new)) if n != at] == chunks(data)
    assert FORMAT.fingerprints(new) == FORMAT.fingerprints(data)
    assert pixels(new) == pixels(data)


def test_a_new_packet_in_a_file_without_pixels_stands_before_its_end() -> None:
    bare = PLAIN[:33] + chunk(b"IEND", b"")
    assert kinds(replace(bare, {NEW_XMP: (XMP,)})) == [b"IHDR", b"iTXt", b"IEND"]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (chunk(b"zTXt", b"XML:com.adobe.xmp\x00\x00" + zlib.compress(XMP)[:-3]), "png-text-broken"),
        (
            text("Raw profile type iptc", raw_profile("iptc", IIM) + b"no digits"),
            "png-profile-broken",
        ),
    ],
)
def test_a_damaged_wrapping_is_not_written_anew(made: bytes, code: str) -> None:
    data = header(PLAIN, made)
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, creator_edits(data))
    assert caught.value.code == code


def test_an_incomplete_file_is_not_written() -> None:
    check_writable(DRESSED)
    for end in range(8, len(DRESSED)):
        with pytest.raises(RewriteRefusedError) as caught:
            check_writable(DRESSED[:end])
        assert caught.value.code == "incomplete-image"


def test_content_credentials_are_not_broken() -> None:
    data = header(DRESSED, chunk(b"caBX", b"\x00\x00\x00\x08jumb"))
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, creator_edits(data))
    assert caught.value.code == "content-credentials"


@settings(max_examples=150, deadline=None)
@given(
    at=st.lists(st.integers(0, len(DRESSED) - 1), min_size=1, max_size=6),
    octets=st.binary(min_size=6, max_size=6),
    end=st.integers(8, len(DRESSED)),
)
def test_a_mutated_file_is_read_and_written_or_refused(
    at: list[int], octets: bytes, end: int
) -> None:
    mutant = bytearray(DRESSED)
    for place, octet in zip(at, octets, strict=False):
        mutant[place] = octet
    data = bytes(mutant[:end])
    try:
        record = read(REF, data, digests=True)
        edits = creator_edits(data)
        new = rewrite(data, edits)
    except ProvenanceError:
        return
    assert record.image_digest == digests(new).image
    assert [value.locator for value in read(REF, new).values] == [
        value.locator for value in record.values
    ]


def test_corpus_files_take_a_packet_and_give_it_back(shared: Path) -> None:
    folder = shared / "corpus" / "images"
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".png"]
    assert len(found) > 50
    done = 0
    for path in found:
        data = path.read_bytes()
        try:
            check_writable(data)
        except RewriteRefusedError:
            continue
        new = replace(data, {NEW_XMP: (XMP,)})
        assert FORMAT.fingerprints(new) == FORMAT.fingerprints(data), path
        payloads = survey_payloads(new)
        assert replace(new, {payloads.index(XMP): ()}) == data, path
        done += 1
    assert done >= len(found) - 2
