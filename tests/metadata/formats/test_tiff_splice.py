"""Writing TIFF files: what is asked for changes, nothing else moves."""

from __future__ import annotations

import hashlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiff_material import (
    ASCII,
    BYTE,
    EXIF_TEXTS,
    IIM,
    LONG,
    PIXELS,
    TEXTS,
    UNDEFINED,
    XMP,
    Maker,
    Row,
    dressed,
    resources,
    tiff,
)

from provenance.errors import RewriteRefusedError, UnreadableError
from provenance.metadata import digests, read, rewrite
from provenance.metadata.blocks import NEW_XMP
from provenance.metadata.formats.recognition import recognise
from provenance.metadata.formats.tiff_directories import first_directory, value_of
from provenance.metadata.formats.tiff_splice import FORMAT, check_writable, replace
from provenance.metadata.formats.tiff_survey import survey, swapped
from provenance.metadata.source import Window
from provenance.metadata.standards import irb
from provenance.metadata.standards.condensed import Field, condense, fields_of
from provenance.metadata.standards.ifd import wire_of
from provenance.model import AssetRef, Container, Edit, MetadataRecord, Property

REF = AssetRef("/pool/a.tif", 0, "")
WRONG, RIGHT, LONGER = "Aaref WATAD", "Bakr ALKAS.", "Somebody with a rather longer name"


def record(data: bytes) -> MetadataRecord:
    return read(REF, data)


def edits(data: bytes, after: str | None, prop: Property = Property.CREATOR_NAMES) -> list[Edit]:
    return [
        Edit("", value.container, value.locator, value.property, before, after)
        for value in record(data).of(prop)
        for before in value.values
    ]


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def blocks(data: bytes) -> list[bytes]:
    return [block.payload for block in survey(Window.over(data, "a.tif")).blocks]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("iim_type", [UNDEFINED, LONG])
@pytest.mark.parametrize("after", ["X", RIGHT, LONGER[:32], None])
def test_a_creator_is_corrected_in_every_container(
    order: str, iim_type: int, after: str | None
) -> None:
    data = dressed(order, iim_type=iim_type)
    result = rewrite(data, edits(data, after))
    found = record(result).of(Property.CREATOR_NAMES)
    assert [value.values for value in found] == ([] if after is None else [(after,)] * 3)
    assert WRONG.encode() not in result
    assert digests(result).image == digests(data).image
    assert pixels(result) == pixels(data)
    assert len(result) - len(data) <= len(IIM) + 100
    digest = next(one for one in irb.split(blocks(result)[3]) if one.id == irb.IIM_DIGEST)
    assert digest.payload == md5(blocks(result)[2])


def test_the_same_payloads_give_the_same_file() -> None:
    data = dressed()
    same = {number: (payload,) for number, payload in enumerate(blocks(data))}
    assert replace(data, same) == data
    assert replace(data, {}) == data


def test_a_text_that_fits_changes_its_own_octets_only() -> None:
    data = dressed()
    exif = [one for one in edits(data, RIGHT) if one.container is Container.EXIF]
    assert rewrite(data, exif) == data.replace(b"Aaref WATAD\x00", b"Bakr ALKAS.\x00")


def test_a_text_that_does_not_fit_goes_to_the_end_and_leaves_zeros() -> None:
    data = dressed()
    exif = [one for one in edits(data, LONGER) if one.container is Container.EXIF]
    result = rewrite(data, exif)
    old = data.index(b"Aaref WATAD\x00")
    assert result[old : old + 12] == bytes(12)
    assert result.endswith(LONGER.encode() + b"\x00")
    row = data.index(struct.pack("<HHI", 0x013B, ASCII, 12))
    differing = {at for at in range(len(data)) if data[at] != result[at]}
    assert differing <= {*range(old, old + 12), *range(row + 4, row + 12)}


def test_a_text_that_becomes_short_moves_into_its_entry_and_out_again() -> None:
    data = dressed()
    exif = [one for one in edits(data, "X") if one.container is Container.EXIF]
    short = rewrite(data, exif)
    assert len(short) == len(data)
    assert record(short).of(Property.CREATOR_NAMES)[0].values == ("X",)
    back = [one for one in edits(short, WRONG) if one.container is Container.EXIF]
    assert record(rewrite(short, back)).values == record(data).values


def at_the_end(block: bytes, *, note: bool = False) -> bytes:
    """A file whose IIM is its last value."""
    maker = Maker()
    rows = maker.picture()
    if note:
        exif = maker.directory([(0x927C, UNDEFINED, b"maker note")])
        rows.append((0x8769, LONG, maker.long(exif)))
    first = maker.directory([*rows, (0x83BB, UNDEFINED, b"here")])
    where = maker.add(block)
    row = maker.data.index(struct.pack("<HHI", 0x83BB, UNDEFINED, 4))
    struct.pack_into("<II", maker.data, row + 4, len(block), where)
    return maker.done(first)


def stored(data: bytes, tag: int) -> bytes:
    """The value of an entry of IFD0 as it stands in the file."""
    window = Window.over(data, "a.tif")
    _layout, first = first_directory(window)
    entry = next(one for one in first.entries if one.tag == tag)
    return value_of(window, entry) or b""


@pytest.mark.parametrize("note", [False, True])
def test_a_block_at_the_end_of_the_file_grows_in_its_place(note: bool) -> None:
    data = at_the_end(IIM, note=note)
    result = replace(data, {1: (IIM + IIM,)})
    assert len(result) == len(data) + len(IIM)
    assert blocks(result)[1] == IIM + IIM


def test_a_block_grows_into_zeros_behind_it_but_not_beside_maker_notes() -> None:
    longer = IIM + b"\x1c\x02\x19\x00\x02ab"
    grown = replace(at_the_end(IIM) + bytes(60), {1: (longer,)})
    assert len(grown) == len(at_the_end(IIM)) + 60
    beside = at_the_end(IIM, note=True) + bytes(60)
    assert len(replace(beside, {1: (longer,)})) >= len(beside) + len(longer)


def test_octets_that_follow_unreferenced_are_kept() -> None:
    data = at_the_end(IIM) + b"a trailer of somebody"
    result = replace(data, {1: (IIM + IIM,)})
    assert b"a trailer of somebody" in result
    assert blocks(result)[1] == IIM + IIM


def test_octets_that_another_entry_shares_stay() -> None:
    note = (0x010D, ASCII, WRONG.encode() + b"\x00")
    maker = Maker()
    rows: list[Row] = [*maker.picture(), *TEXTS, note]
    data = bytearray(maker.done(maker.directory(rows)))
    shared = data.index(WRONG.encode())
    row = data.index(struct.pack("<HHI", 0x013B, ASCII, 12))
    struct.pack_into("<I", data, row + 8, shared)
    result = rewrite(bytes(data), edits(bytes(data), RIGHT))
    assert result[shared : shared + 12] == WRONG.encode() + b"\x00"
    assert record(result).of(Property.CREATOR_NAMES)[0].values == (RIGHT,)


def test_iim_with_reversed_numbers_keeps_its_form() -> None:
    data = tiff([(0x83BB, LONG, swapped(IIM + bytes(-len(IIM) % 4)))])
    result = rewrite(data, edits(data, LONGER[:32]))
    assert record(result).of(Property.CREATOR_NAMES)[0].values == (LONGER[:32],)
    raw = stored(result, 0x83BB)
    assert len(raw) % 4 == 0
    assert swapped(raw).startswith(blocks(result)[1])
    assert LONGER[:32].encode() in swapped(raw)


def test_padding_behind_iim_takes_up_growth() -> None:
    data = tiff([(0x83BB, UNDEFINED, IIM + bytes(100)), (0x8649, BYTE, resources(md5(IIM)))])
    result = rewrite(data, edits(data, LONGER[:32]))
    assert len(result) == len(data)
    assert record(result).of(Property.CREATOR_NAMES)[0].values == (LONGER[:32],)


def test_a_digest_of_iim_in_the_resources_themselves_is_not_touched() -> None:
    block = resources(md5(IIM), iim=IIM)
    data = tiff([(0x83BB, UNDEFINED, IIM), (0x8649, BYTE, block)])
    first = [one for one in edits(data, RIGHT) if one.locator.startswith("IIM 2")]
    assert blocks(rewrite(data, first))[2] == block


def test_a_digest_that_was_stale_stays_stale() -> None:
    data = tiff([(0x83BB, UNDEFINED, IIM), (0x8649, BYTE, resources(bytes(16)))])
    assert blocks(rewrite(data, edits(data, RIGHT)))[2] == resources(bytes(16))


# --- rows that come and go ---------------------------------------------------------------


def with_artist(block: bytes, name: bytes) -> bytes:
    """A condensed block with one more entry, as an editor that inserts would make it."""
    wire = wire_of(block)
    assert wire is not None
    fields = fields_of(block)
    first = [field for key, field in fields.items() if key.directory == "IFD0"]
    exif = [field for key, field in fields.items() if key.directory == "ExifIFD"]
    first.insert(0, Field(0x013B, ASCII, len(name), name))
    return condense(wire, first, exif or None)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", [b"Bakr ALKASEM\x00", b"Bo\x00"])
def test_an_entry_that_was_not_there_is_added(order: str, name: bytes) -> None:
    data = tiff([TEXTS[0]], EXIF_TEXTS, order=order)
    result = replace(data, {0: (with_artist(blocks(data)[0], name),)})
    values = record(result).of(Property.CREATOR_NAMES)
    assert [value.values for value in values] == [(name[:-1].decode(),)]
    assert digests(result).image == digests(data).image
    assert pixels(result) == pixels(data)
    tags = [entry.tag for entry in first_directory(Window.over(result, "a.tif"))[1].entries]
    assert tags == sorted(tags)


def test_a_new_xmp_packet_is_tag_700() -> None:
    data = tiff(TEXTS)
    result = replace(data, {NEW_XMP: (XMP,)})
    assert blocks(result)[1] == XMP
    assert digests(result).image == digests(data).image
    assert len(result) < len(data) + len(XMP) + 12 * 20 + 10
    assert replace(result, {1: ()}).count(b"<x:xmpmeta") == 0


def test_a_block_is_taken_away() -> None:
    data = dressed()
    result = replace(data, {1: (), 2: ()})
    assert len(result) == len(data)
    assert len(blocks(result)) == 2
    assert b"photoshop:Credit" not in result
    assert digests(result).image == digests(data).image
    assert pixels(result) == pixels(data)


def test_a_row_for_the_exif_directory_moves_it() -> None:
    data = tiff(TEXTS, [EXIF_TEXTS[0]])
    wire = wire_of(data)
    assert wire is not None
    fields = fields_of(blocks(data)[0])
    new = condense(
        wire,
        [field for key, field in fields.items() if key.directory == "IFD0"],
        [
            *(field for key, field in fields.items() if key.directory == "ExifIFD"),
            Field(0xA420, ASCII, 33, EXIF_TEXTS[2][2]),
        ],
    )
    result = replace(data, {0: (new,)})
    assert len(record(result).of(Property.DIGITAL_IMAGE_GUID)) == 1
    assert digests(result).image == digests(data).image


def test_a_directory_that_the_file_lacks_is_not_made() -> None:
    data = tiff(TEXTS)
    wire = wire_of(data)
    assert wire is not None
    first = list(fields_of(blocks(data)[0]).values())
    new = condense(wire, first, [Field(0xA420, ASCII, 33, EXIF_TEXTS[2][2])])
    with pytest.raises(RewriteRefusedError) as caught:
        replace(data, {0: (new,)})
    assert caught.value.code == "tiff-no-directory"


def test_a_directory_with_two_pointers_to_it_is_not_moved() -> None:
    maker = Maker()
    at = maker.directory([*maker.picture(), *TEXTS])
    data = bytearray(maker.done(at)) + b"a trailer"
    data[-13:-9] = struct.pack("<I", at)
    with pytest.raises(RewriteRefusedError) as caught:
        replace(bytes(data), {NEW_XMP: (XMP,)})
    assert caught.value.code == "tiff-shared-directory"


# --- refusals ----------------------------------------------------------------------------


def test_a_reference_behind_the_end_forbids_growth() -> None:
    data = bytearray(tiff([*TEXTS, (0x9C9D, UNDEFINED, b"q" * 40)]))
    row = data.index(struct.pack("<HHI", 0x9C9D, UNDEFINED, 40))
    struct.pack_into("<I", data, row + 8, len(data) + 8)
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(bytes(data), edits(bytes(data), LONGER))
    assert caught.value.code == "tiff-dangling-offset"
    assert rewrite(bytes(data), edits(bytes(data), RIGHT)) != data


def test_a_cut_picture_is_not_written() -> None:
    maker = Maker()
    rows = [row for row in maker.picture() if row[0] != 0x0117]
    rows.append((0x0117, LONG, maker.long(len(PIXELS) // 2, 1_000_000)))
    data = maker.done(maker.directory([*rows, *TEXTS]))
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, edits(data, RIGHT))
    assert caught.value.code == "incomplete-image"


def test_compressed_strips_of_unknown_length_are_not_written() -> None:
    maker = Maker()
    rows = [row for row in maker.picture(compression=5) if row[0] != 0x0117]
    with pytest.raises(RewriteRefusedError) as caught:
        check_writable(maker.done(maker.directory(rows)))
    assert caught.value.code == "tiff-no-lengths"


def test_bigtiff_is_read_only() -> None:
    assert recognise(Window.over(dressed(big=True), "a.tif"))[1].replace is None


def test_content_credentials_forbid_an_edit() -> None:
    data = tiff([*TEXTS, (0xCD41, UNDEFINED, b"manifest")])
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, edits(data, RIGHT))
    assert caught.value.code == "content-credentials"


# --- properties --------------------------------------------------------------------------

_NAMES = st.text(st.characters(codec="utf-8", exclude_characters=';"\x00', min_codepoint=32))


@settings(max_examples=60, deadline=None)
@given(order=st.sampled_from("<>"), text=_NAMES, again=_NAMES)
def test_any_description_is_written_and_read_back(order: str, text: str, again: str) -> None:
    data = first = dressed(order)
    for wanted in (text, again):
        if not wanted.strip() or wanted != wanted.strip() or len(wanted.encode()) > 2000:
            continue
        refused = ""
        try:
            data = rewrite(data, edits(data, wanted, Property.DESCRIPTION))
        except RewriteRefusedError as error:
            refused = error.code
        assert refused not in {"readback-differs", "tiff-dangling-offset"}
        if refused:
            continue
        assert {one.values for one in record(data).of(Property.DESCRIPTION)} == {(wanted,)}
        assert digests(data).image == digests(first).image


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_is_written_rightly_or_refused(data: st.DataObject) -> None:
    octets = bytearray(dressed())
    places = st.integers(len(octets) - 500, len(octets) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        octets[place] = value
    damaged = bytes(octets)
    told: UnreadableError | RewriteRefusedError | None = None
    result = damaged
    try:
        result = rewrite(damaged, edits(damaged, LONGER[:32]))
    except (UnreadableError, RewriteRefusedError) as error:
        told = error
    if told is None:
        assert FORMAT.fingerprints(result) == FORMAT.fingerprints(damaged)
    else:
        assert told.remedy
