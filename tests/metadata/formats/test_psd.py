"""Photoshop files: the resources out, and others in."""

from __future__ import annotations

import contextlib
import hashlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import iim_block, resource, xmp_packet
from psd_material import PIXELS, header, packbits, psd
from tiff_making import FULL, FULL_EXIF
from tiff_making import block as tiff_block

from provenance.errors import ProvenanceError, RewriteRefusedError, UnreadableError
from provenance.metadata import read, rewrite
from provenance.metadata.blocks import NEW_XMP, Carrier
from provenance.metadata.formats import psd as photoshop
from provenance.metadata.source import FIRST, Window
from provenance.metadata.standards import irb
from provenance.model import AssetRef, Edit, Property, ReadWarning

REF = AssetRef("/pool/a.psd", 0, "")
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"
IIM = iim_block({"byline": WRONG, "credit": "AFP"})
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": [WRONG]})
EXIF = tiff_block(FULL, FULL_EXIF)
DIGEST = hashlib.md5(IIM, usedforsecurity=False).digest()
BEFORE, BETWEEN, BEHIND = (
    resource(0x03ED, b"resolution"),
    resource(0x040F, b"icc profile, odd", b"named"),
    resource(0x0BB7, b"clipping"),
)
RESOURCES = (
    BEFORE
    + resource(0x0404, IIM)
    + resource(0x0425, DIGEST)
    + BETWEEN
    + resource(0x0422, EXIF)
    + resource(0x0424, XMP)
    + BEHIND
)
FILE = psd(RESOURCES, colours=b"COLOURS!")


def survey(data: bytes) -> photoshop.Survey:
    return photoshop.survey(Window.over(data, "a.psd"))


def warnings(data: bytes) -> list[str]:
    return [told.code for told in survey(data).warnings]


@pytest.mark.parametrize("large", [False, True], ids=["PSD", "PSB"])
def test_survey_hands_up_the_resources_and_the_blocks_in_them(large: bool) -> None:
    data = psd(RESOURCES, large=large)
    found = survey(data)
    assert [(one.carrier, one.payload) for one in found.blocks] == [
        (Carrier.PHOTOSHOP, RESOURCES),
        (Carrier.EXIF, EXIF),
        (Carrier.XMP, XMP),
    ]
    assert [data[at : at + 6] for one in found.blocks[1:] for at in one.parts] == [
        b"8BIM\x04\x22",
        b"8BIM\x04\x24",
    ]
    assert found.warnings == ()


def test_a_file_is_read_by_all_three_standards() -> None:
    record = read(REF, FILE, digests=True)
    assert record.media_type == "image/vnd.adobe.photoshop"
    assert [one.locator for one in record.of(Property.CREATOR_NAMES)] == [
        "IIM 2:80",
        "EXIF IFD0:Artist",
        "XMP dc:creator",
    ]
    assert record.warnings == ()


def test_only_the_header_of_the_file_is_read() -> None:
    class Counting:
        size = len(FILE) + 9_000_000

        def __init__(self) -> None:
            self.reads: list[int] = []

        def read(self, offset: int, length: int) -> bytes:
            self.reads.append(length)
            return (FILE + bytes(100_000))[offset : offset + length]

    source = Counting()
    assert len(photoshop.survey(Window(source, "a.psd")).blocks) == 3
    assert source.reads == [FIRST]


def test_exif_in_the_second_resource_is_read_where_it_is_exif() -> None:
    prefixed = resource(0x0423, b"Exif\x00\x00" + EXIF)
    found = survey(psd(resource(0x0423, b"something else") + prefixed)).blocks
    assert [(one.carrier, one.payload) for one in found[1:]] == [(Carrier.EXIF, EXIF)]
    kept = photoshop.replace(psd(prefixed), {1: (EXIF + b"longer!",)})
    assert resource(0x0423, b"Exif\x00\x00" + EXIF + b"longer!") in kept


def test_a_file_without_resources_says_nothing() -> None:
    assert survey(psd()).blocks == ()
    assert photoshop.replace(psd(), {}) == psd()


def test_replaced_blocks_compose_in_their_section() -> None:
    new_iim, new_xmp = iim_block({"byline": RIGHT}), XMP.replace(b"AFP", b"AFP / Getty")
    changed = irb.with_iim(RESOURCES, new_iim)
    done = photoshop.replace(FILE, {0: (changed,), 1: (EXIF + b"tail",), 2: (new_xmp,)})
    expected = (
        BEFORE
        + resource(0x0404, new_iim)
        + resource(0x0425, hashlib.md5(new_iim, usedforsecurity=False).digest())
        + BETWEEN
        + resource(0x0422, EXIF + b"tail")
        + resource(0x0424, new_xmp)
        + BEHIND
    )
    assert done == psd(expected, colours=b"COLOURS!")


def test_a_block_is_taken_away_by_itself() -> None:
    assert photoshop.replace(FILE, {2: ()}) == FILE.replace(
        struct.pack(">I", len(RESOURCES)) + RESOURCES,
        struct.pack(">I", len(RESOURCES) - len(resource(0x0424, XMP)))
        + RESOURCES.replace(resource(0x0424, XMP), b""),
    )
    without_iim = RESOURCES.replace(resource(0x0404, IIM) + resource(0x0425, DIGEST), b"")
    assert photoshop.replace(FILE, {0: ()}) == psd(without_iim, colours=b"COLOURS!")


def test_of_two_packets_the_one_that_is_meant_is_replaced() -> None:
    other = xmp_packet({"photoshop:Credit": "Getty"})
    data = psd(resource(0x0424, XMP) + resource(0x0424, other))
    done = photoshop.replace(data, {2: (b"<new/>",)})
    assert done == psd(resource(0x0424, XMP) + resource(0x0424, b"<new/>"))


@pytest.mark.parametrize("large", [False, True], ids=["PSD", "PSB"])
@pytest.mark.parametrize("there", [b"", BEFORE, BEFORE + BETWEEN], ids=["none", "one", "two"])
def test_new_xmp_goes_behind_the_last_resource(there: bytes, large: bool) -> None:
    data = psd(there, large=large)
    done = photoshop.replace(data, {NEW_XMP: (XMP,)})
    assert done == psd(there + resource(0x0424, XMP), large=large)
    assert photoshop.fingerprints(done) == photoshop.fingerprints(data)


def test_new_xmp_stands_before_padding_and_behind_an_unpadded_resource() -> None:
    odd = resource(0x03ED, b"odd")[:-1]
    assert photoshop.replace(psd(odd), {NEW_XMP: (XMP,)}) == psd(
        odd + b"\x00" + resource(0x0424, XMP)
    )
    padded = psd(BEFORE + b"\x00\x00")
    done = photoshop.replace(padded, {NEW_XMP: (XMP,)})
    assert done == psd(BEFORE + resource(0x0424, XMP) + b"\x00\x00")
    assert photoshop.fingerprints(done) == photoshop.fingerprints(padded)


def test_new_xmp_is_refused_behind_what_cannot_be_followed() -> None:
    with pytest.raises(RewriteRefusedError) as caught:
        photoshop.replace(psd(BEFORE + b"8BIM broken"), {NEW_XMP: (XMP,)})
    assert caught.value.code == "photoshop-broken"


def test_a_block_that_lost_a_resource_is_refused() -> None:
    with pytest.raises(RewriteRefusedError) as caught:
        photoshop.replace(FILE, {0: (BEFORE,), 2: (b"<new/>",)})
    assert caught.value.code == "value-changed"


def test_rewrite_changes_every_container_and_nothing_else() -> None:
    record = read(REF, FILE)
    edits = [
        Edit("", one.container, one.locator, one.property, WRONG, RIGHT)
        for one in record.of(Property.CREATOR_NAMES)
    ]
    done = rewrite(FILE, edits)
    after = read(REF, done)
    assert [one.values for one in after.of(Property.CREATOR_NAMES)] == [(RIGHT,)] * 3
    assert after.warnings == ()
    assert [irb.split(RESOURCES)[at].payload for at in (0, 3, 6)] == [
        irb.split(survey(done).blocks[0].payload)[at].payload for at in (0, 3, 6)
    ]
    assert done.endswith(FILE[FILE.index(b"LAYERS..") - 4 :])
    assert done.startswith(FILE[: 30 + 8])


CREDITS = {
    "iim": RESOURCES.replace(resource(0x0404, IIM), resource(0x0404, b"\x1c\x02\x50\x00\x01A")),
    "digest": RESOURCES.replace(DIGEST, bytes(16)),
    "xmp": RESOURCES.replace(resource(0x0424, XMP), resource(0x0424, b"<odd!/>")),
    "exif text": RESOURCES.replace(b"Aaref WATAD\x00", b"Bakr ALKAS\x00\x00"),
    "none": BEFORE + BETWEEN + BEHIND + resource(0x0422, tiff_block(FULL[1:2], FULL_EXIF)),
}


@pytest.mark.parametrize("name", CREDITS)
def test_credits_are_no_part_of_the_digests(name: str) -> None:
    assert CREDITS[name] != RESOURCES
    changed = psd(CREDITS[name], colours=b"COLOURS!")
    assert photoshop.fingerprints(changed) == photoshop.fingerprints(FILE)


OTHERS = {
    "another resource": psd(RESOURCES.replace(b"icc", b"ICC"), colours=b"COLOURS!"),
    "an unknown resource": psd(RESOURCES + resource(0x0FFF, b"new"), colours=b"COLOURS!"),
    "a broken tail": psd(RESOURCES + b"tail", colours=b"COLOURS!"),
    "orientation": psd(
        RESOURCES.replace(EXIF, EXIF.replace(b"\x12\x01\x03\x00\x01\x00\x00\x00\x06",
                                             b"\x12\x01\x03\x00\x01\x00\x00\x00\x01")),
        colours=b"COLOURS!",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_resources_are_part_of_the_image_digest_alone(name: str) -> None:
    image, scan = photoshop.fingerprints(FILE)
    new_image, new_scan = photoshop.fingerprints(OTHERS[name])
    assert OTHERS[name] != FILE
    assert (new_image != image, new_scan == scan) == (True, True)


@pytest.mark.parametrize(
    "changed",
    [
        FILE.replace(b"LAYERS..", b"layers.."),
        FILE.replace(b"COLOURS!", b"colours!"),
        FILE[:-1] + b"\xff",
        FILE + b"trailing",
        FILE[:20] + b"\x01" + FILE[21:],
    ],
    ids=["layers", "colours", "pixels", "trailer", "header"],
)
def test_the_picture_is_part_of_both_digests(changed: bytes) -> None:
    image, scan = photoshop.fingerprints(FILE)
    new_image, new_scan = photoshop.fingerprints(changed)
    assert new_scan is not None
    assert (new_image != image, new_scan != scan) == (True, True)


@pytest.mark.parametrize("large", [False, True], ids=["PSD", "PSB"])
@pytest.mark.parametrize("kind", ["raw", "packbits", "zip"])
def test_whole_files_are_writable_and_cut_ones_are_not(kind: str, large: bool) -> None:
    pixels = {
        "raw": b"\x00\x00" + PIXELS,
        "packbits": packbits(large=large),
        "zip": b"\x00\x02\x78",
    }[kind]
    data = psd(RESOURCES, large=large, pixels=pixels)
    photoshop.check_writable(data)
    photoshop.check_writable(data + b"trailing")
    for cut in range(38 + len(RESOURCES), len(data)):
        with pytest.raises(RewriteRefusedError) as caught:
            photoshop.check_writable(data[:cut])
        assert caught.value.code == "incomplete-image"


def test_a_file_cut_anywhere_is_an_error_or_a_warning() -> None:
    small = psd(resource(0x0404, IIM) + resource(0x0424, b"<x/>"))
    start = 26 + 4 + 4
    end = start + len(resource(0x0404, IIM) + resource(0x0424, b"<x/>"))
    for cut in range(4, len(small)):
        if cut < start:
            with pytest.raises(UnreadableError) as caught:
                read(REF, small[:cut], digests=True)
            assert caught.value.code == "psd-truncated"
            assert f"octet {cut}" in str(caught.value)
            assert "/pool/a.psd" in str(caught.value)
        else:
            assert ("psd-truncated" in warnings(small[:cut])) == (cut < end)
            read(REF, small[:cut], digests=True)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UnreadableError, match="version 3") as caught:
        read(REF, header()[:5] + b"\x03" + FILE[6:], digests=True)
    assert caught.value.code == "psd-version"


def test_what_is_over_the_limits_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photoshop, "MAX_BLOCK", len(XMP) - 1)
    assert warnings(FILE) == ["limit-metadata"]
    assert [one.carrier for one in survey(FILE).blocks] == [Carrier.PHOTOSHOP, Carrier.EXIF]
    monkeypatch.setattr(photoshop, "MAX_SECTION", len(BEFORE) + len(resource(0x0404, IIM)))
    cut = survey(FILE)
    assert cut.blocks[0].payload == RESOURCES[: photoshop.MAX_SECTION]
    assert [type(one) for one in cut.warnings] == [ReadWarning]
    for refused in (lambda: photoshop.check_writable(FILE), lambda: photoshop.replace(
        psd(BEFORE), {NEW_XMP: (XMP,)}
    )):  # fmt: skip
        with pytest.raises(RewriteRefusedError) as caught:
            refused()
        assert caught.value.code == "too-large"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x0404, 0x0422, 0x0423, 0x0424, 0x0425, 0x03ED, 0x0FFF]),
            st.binary(max_size=40),
            st.binary(max_size=9),
        ),
        max_size=8,
    ),
    st.binary(max_size=12),
)
def test_replacing_with_the_same_is_the_same(
    listed: list[tuple[int, bytes, bytes]], tail: bytes
) -> None:
    data = psd(b"".join(resource(*one) for one in listed) + tail)
    blocks = survey(data).blocks
    assert photoshop.replace(data, {at: (one.payload,) for at, one in enumerate(blocks)}) == data


@given(st.data())
def test_mutated_files_raise_nothing_of_their_own(data: st.DataObject) -> None:
    octets = bytearray(FILE)
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(4, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProvenanceError):
        read(REF, bytes(octets), digests=True)
        blocks = survey(bytes(octets)).blocks
        photoshop.check_writable(bytes(octets))
        photoshop.replace(bytes(octets), {len(blocks) - 1: (b"x",), NEW_XMP: (XMP,)})


def test_real_files_keep_their_octets(shared: Path) -> None:
    paths = sorted((shared / "corpus" / "images").glob("*/*.psd"))
    assert paths
    for path in paths:
        data = path.read_bytes()
        found = survey(data)
        same = {at: (one.payload,) for at, one in enumerate(found.blocks)}
        assert photoshop.replace(data, same) == data, path.name
        if Carrier.XMP not in [one.carrier for one in found.blocks]:
            done = photoshop.replace(data, {NEW_XMP: (XMP,)})
            assert photoshop.fingerprints(done) == photoshop.fingerprints(data), path.name
            assert survey(done).blocks[-1].payload == XMP, path.name
