"""New metadata blocks in WebP files; everything else byte-equal."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import exif_block, xmp_packet
from webp_material import animation, chunk, chunks, extended, kinds, picture, pixels, riff

from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.metadata import digests, read, rewrite
from provenance.metadata.blocks import NEW_XMP
from provenance.metadata.formats.webp_splice import FORMAT, check_writable, replace
from provenance.metadata.source import Window
from provenance.model import AssetRef, Edit

REF = AssetRef("/a.webp", 0, "")
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"
EXIF = exif_block({"artist": WRONG})[6:]
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": [WRONG]}, padding=0)
PLAIN = picture()
PICTURE_CHUNK = chunk(*chunks(PLAIN)[0])
EXIF_CHUNK = chunk(b"EXIF", b"Exif\x00\x00" + EXIF)
XMP_CHUNK = chunk(b"XMP ", XMP)
UNKNOWN = chunk(b"abcd", b"odd", padding=b"\x07")
DRESSED = extended(EXIF_CHUNK, XMP_CHUNK, UNKNOWN, flags=0x0C)


def creator_edits(data: bytes, after: str | None = RIGHT) -> list[Edit]:
    return [
        Edit("", value.container, value.locator, value.property, WRONG, after)
        for value in read(REF, data).values
        if WRONG in value.values
    ]


def survey_payloads(data: bytes) -> list[bytes]:
    return [block.payload for block in FORMAT.survey(Window.over(data, "a.webp")).blocks]


def size_of(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, 4)[0])


@pytest.mark.parametrize("after", [RIGHT, "Åsa", "Ünïcode ÅSA دمشق", None])
def test_rewrite_corrects_every_copy_and_nothing_else(after: str | None) -> None:
    edits = creator_edits(DRESSED, after)
    assert len(edits) == 2
    new = rewrite(DRESSED, edits)
    said = {value.locator: value.values for value in read(REF, new).values}
    assert {one.locator: said.get(one.locator) for one in edits} == {
        one.locator: None if after is None else (after,) for one in edits
    }
    kept = [pair for pair in chunks(DRESSED) if pair[0] not in (b"EXIF", b"XMP ")]
    assert [pair for pair in chunks(new) if pair[0] not in (b"EXIF", b"XMP ")] == kept
    assert kinds(new) == kinds(DRESSED)
    assert chunks(new)[2][1].startswith(b"Exif\x00\x00")
    assert UNKNOWN in new
    assert pixels(new) == pixels(DRESSED)


def test_replace_with_the_same_payloads_is_the_same_file() -> None:
    payloads = {number: (payload,) for number, payload in enumerate(survey_payloads(DRESSED))}
    assert len(payloads) == 2
    assert replace(DRESSED, payloads) == DRESSED
    assert replace(DRESSED, {NEW_XMP: ()}) == DRESSED


@pytest.mark.parametrize(
    ("gone", "flags", "left"),
    [((0,), 0x04, [b"XMP "]), ((1,), 0x08, [b"EXIF"]), ((0, 1), 0, [])],
    ids=["EXIF", "XMP", "both"],
)
def test_flags_follow_what_is_taken_away(
    gone: tuple[int, ...], flags: int, left: list[bytes]
) -> None:
    new = replace(DRESSED, dict.fromkeys(gone, ()))
    assert chunks(new)[0][1][0] == flags
    assert kinds(new) == [b"VP8X", b"VP8 ", *left, b"abcd"]


def test_the_flag_stays_while_another_packet_stays() -> None:
    new = replace(extended(XMP_CHUNK, XMP_CHUNK, flags=0x04), {0: ()})
    assert chunks(new)[0][1][0] == 0x04


def test_a_flag_that_was_wrong_is_not_ours_to_change() -> None:
    new = rewrite(extended(EXIF_CHUNK, flags=0), creator_edits(extended(EXIF_CHUNK, flags=0)))
    assert chunks(new)[0][1][0] == 0


@pytest.mark.parametrize(
    ("data", "flags"),
    [
        (PLAIN, 0x04),
        (picture(size=(16383, 1)), 0x04),
        (picture(lossless=True), 0x04),
        (picture("RGBA", lossless=True), 0x14),
        (picture("RGBA"), 0x14),
        (extended(), 0x04),
        (extended(EXIF_CHUNK, flags=0x08), 0x0C),
        (riff(PICTURE_CHUNK, EXIF_CHUNK), 0x0C),
        (animation(), 0x06),
    ],
    ids=["lossy", "wide", "lossless", "lossless alpha", "lossy alpha", "extended", "EXIF",
         "EXIF without VP8X", "animation"],
)  # fmt: skip
def test_a_new_packet_makes_an_extended_file(data: bytes, flags: int) -> None:
    new = replace(data, {NEW_XMP: (XMP,)})
    first, last = chunks(new)[0], chunks(new)[-1]
    assert first[0] == b"VP8X"
    assert first[1][0] == flags
    assert last == (b"XMP ", XMP)
    old = [pair for pair in chunks(data) if pair[0] != b"VP8X"]
    assert chunks(new)[1:-1] == old
    assert FORMAT.fingerprints(new) == FORMAT.fingerprints(data)
    assert pixels(new) == pixels(data)
    assert survey_payloads(new)[-1] == XMP


def test_a_new_packet_stands_before_unknown_chunks_and_behind_exif() -> None:
    data = extended(EXIF_CHUNK, UNKNOWN, flags=0x08)
    new = replace(data, {NEW_XMP: (XMP,)})
    assert kinds(new) == [b"VP8X", b"VP8 ", b"EXIF", b"XMP ", b"abcd"]


def test_a_new_packet_and_an_edit_go_together() -> None:
    data = riff(PICTURE_CHUNK, EXIF_CHUNK)
    new = replace(data, {0: (b"II*\x00",), NEW_XMP: (XMP,)})
    assert chunks(new)[1:] == [
        chunks(PLAIN)[0],
        (b"EXIF", b"Exif\x00\x00II*\x00"),
        (b"XMP ", XMP),
    ]


@pytest.mark.parametrize(
    "data",
    [
        riff(chunk(b"VP8 ", b"broken")),
        riff(chunk(b"VP8X", b"short"), PICTURE_CHUNK),
        riff(chunk(b"EXIF", EXIF)),
    ],
    ids=["no frame", "short VP8X", "no picture"],
)
def test_a_file_that_cannot_be_extended_is_refused(data: bytes) -> None:
    with pytest.raises(RewriteRefusedError) as caught:
        replace(data, {NEW_XMP: (XMP,)})
    assert caught.value.code == "webp-no-header"


@pytest.mark.parametrize("counted", [0, 1], ids=["not counted", "counted"])
@pytest.mark.parametrize("tail", [b"", b"!"], ids=["even", "odd"])
def test_forgotten_padding_at_the_end_is_put_right(counted: int, tail: bytes) -> None:
    packet = XMP + b" " * (1 - len(XMP) % 2)
    data = riff(PICTURE_CHUNK, chunk(b"XMP ", packet, padding=b""))
    data = data[:4] + struct.pack("<I", len(data) - 8 + counted) + data[8:]
    check_writable(data)
    new = replace(data, {0: (b"packet" + tail,)})
    assert chunks(new) == [chunks(PLAIN)[0], (b"XMP ", b"packet" + tail)]


def test_a_new_packet_behind_forgotten_padding_stands_even() -> None:
    exif = EXIF + bytes(1 - len(EXIF) % 2)
    data = riff(PICTURE_CHUNK, chunk(b"EXIF", exif, padding=b""))
    new = replace(data, {NEW_XMP: (XMP,)})
    assert chunks(new)[1:] == [chunks(PLAIN)[0], (b"EXIF", exif), (b"XMP ", XMP)]
    assert FORMAT.fingerprints(new) == FORMAT.fingerprints(data)


def test_a_size_that_ends_inside_a_chunk_is_put_right() -> None:
    data = riff(PICTURE_CHUNK, EXIF_CHUNK, XMP_CHUNK, size=len(PLAIN) - 8 + 20)
    new = rewrite(data, creator_edits(data))
    assert kinds(new) == [b"VP8 ", b"EXIF", b"XMP "]


def test_a_size_that_leaves_metadata_out_goes_on_leaving_them_out() -> None:
    data = riff(PICTURE_CHUNK, EXIF_CHUNK, XMP_CHUNK, size=len(PLAIN) - 8)
    new = rewrite(data, creator_edits(data))
    assert size_of(new) == len(PLAIN) - 8
    assert creator_edits(new) == []


@pytest.mark.parametrize("trailer", [b"trailer", b"\x00trailer", b"EXIFtrailer", b"x"])
def test_what_stands_behind_the_end_stays(trailer: bytes) -> None:
    data = extended(EXIF_CHUNK, XMP_CHUNK, flags=0x0C) + trailer
    edits = creator_edits(data)
    new = rewrite(data, edits)
    assert new.endswith(trailer)
    assert chunks(new[: -len(trailer)])[0] == chunks(DRESSED)[0]
    added = replace(PLAIN + trailer, {NEW_XMP: (XMP,)})
    assert added == replace(PLAIN, {NEW_XMP: (XMP,)}) + trailer


def test_an_incomplete_file_is_not_written() -> None:
    check_writable(DRESSED)
    # The very last octet is padding, which is forgiven.
    for end in range(12, len(DRESSED) - 1):
        with pytest.raises(RewriteRefusedError) as caught:
            check_writable(DRESSED[:end])
        assert caught.value.code == "incomplete-image"


def test_content_credentials_are_not_broken() -> None:
    data = extended(EXIF_CHUNK, chunk(b"C2PA", b"\x00\x00\x00\x08jumb"), flags=0x08)
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, creator_edits(data))
    assert caught.value.code == "content-credentials"


@settings(max_examples=200, deadline=None)
@given(
    at=st.lists(st.integers(0, len(DRESSED) - 1), min_size=1, max_size=6),
    octets=st.binary(min_size=6, max_size=6),
    end=st.integers(8, len(DRESSED)),
    adds=st.booleans(),
)
def test_a_mutated_file_is_read_and_written_or_refused(
    at: list[int], octets: bytes, end: int, adds: bool
) -> None:
    mutant = bytearray(DRESSED)
    for place, octet in zip(at, octets, strict=False):
        mutant[place] = octet
    data = bytes(mutant[:end])
    try:
        record = read(REF, data, digests=True)
        new = rewrite(data, creator_edits(data))
        if adds:
            check_writable(data)
            new = replace(new, {NEW_XMP: (XMP,)})
    except ProvenanceError:
        return
    assert record.image_digest == digests(new).image


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(
        st.tuples(
            st.sampled_from([b"EXIF", b"XMP ", b"XMP\x00", b"abcd", b"ICCP", b"VP8X"]),
            st.binary(max_size=13),
            st.sampled_from([b"", b"\x00", b"\x01"]),
        ),
        max_size=6,
    ),
    off=st.integers(-40, 3),
    trailer=st.binary(max_size=10),
    new=st.binary(max_size=9),
)
def test_any_order_of_chunks_reads_back(
    parts: list[tuple[bytes, bytes, bytes]], off: int, trailer: bytes, new: bytes
) -> None:
    made = [chunk(kind, body, padding=padding) for kind, body, padding in parts]
    whole = riff(PICTURE_CHUNK, *made)
    data = whole[:4] + struct.pack("<I", max(size_of(whole) + off, 0)) + whole[8:] + trailer
    payloads = survey_payloads(data)
    for number in range(len(payloads)):
        expected = [*payloads]
        expected[number] = new
        result = replace(data, {number: (new,)})
        assert survey_payloads(result) == expected
        assert FORMAT.fingerprints(result)[1] == FORMAT.fingerprints(data)[1]


def test_corpus_files_take_a_packet_and_give_it_back(shared: Path) -> None:
    folder = shared / "corpus" / "images"
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".webp"]
    assert len(found) > 30
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
        gone = replace(new, {payloads.index(XMP): ()})
        assert FORMAT.fingerprints(gone) == FORMAT.fingerprints(data), path
        assert survey_payloads(gone) == survey_payloads(data), path
        done += 1
    assert done >= len(found) - 1
