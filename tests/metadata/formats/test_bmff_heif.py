"""HEIC and AVIF: who speaks for the picture."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import pytest
from bmff_material import (
    PIXELS,
    XMP_UUID,
    Heif,
    Item,
    box,
    c2pa_box,
    exif_item,
    ftyp,
    full,
    picture,
    uuid,
    xmp_item,
)
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet
from PIL import Image
from tiff_making import FULL, FULL_EXIF
from tiff_making import block as tiff_block

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Carrier, Survey
from provenance.metadata.formats import bmff, bmff_heif
from provenance.metadata.source import Window
from provenance.model import AssetRef, Property

REF = AssetRef("/pool/a.heic", 0, "")
EXIF = tiff_block(FULL, FULL_EXIF)
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": ["Aaref WATAD"]}, padding=0)
OTHER = xmp_packet({"photoshop:Credit": "Getty"}, padding=0)
DESCRIBED = ((b"cdsc", 2, (1,)), (b"cdsc", 3, (1,)))


def survey(data: bytes) -> Survey:
    return bmff_heif.survey(Window.over(data, "a.heic"))


def blocks(data: bytes) -> list[tuple[Carrier, bytes]]:
    return [(one.carrier, one.payload) for one in survey(data).blocks]


def codes(data: bytes) -> list[str]:
    return [told.code for told in survey(data).warnings]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"version": 0},
        {"version": 2},
        {"widths": (8, 8, 0)},
        {"widths": (8, 4, 4)},
        {"brand": b"avif"},
        {"references": ()},
        {"primary": None},
        {"before": box(b"free", b"gap") + box(b"wide", bytes(70_000), wide=True)},
    ],
    ids=str,
)
def test_exif_and_xmp_items_are_read(changes: dict[str, object]) -> None:
    file = Heif([picture(), exif_item(EXIF), xmp_item(XMP)], references=DESCRIBED)
    for name, value in changes.items():
        setattr(file, name, value)
    data = file.build()
    assert blocks(data) == [(Carrier.EXIF, EXIF), (Carrier.XMP, XMP)]
    assert codes(data) == []
    parts = [at for one in survey(data).blocks for at in one.parts]
    assert data[parts[0] :].startswith(b"\x00\x00\x00\x06Exif")
    assert data[parts[1] :].startswith(XMP)


def test_values_have_their_containers() -> None:
    record = read(REF, Heif([picture(), exif_item(EXIF), xmp_item(XMP)]).build(), digests=True)
    assert record.media_type == "image/heic"
    assert [one.locator for one in record.of(Property.CREATOR_NAMES)] == [
        "EXIF IFD0:Artist",
        "XMP dc:creator",
    ]


def test_pillow_s_avif_is_read() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 80, 200)).save(out, "AVIF", exif=EXIF, xmp=XMP)
    record = read(AssetRef("/pool/a.avif", 0, ""), out.getvalue(), digests=True)
    assert record.media_type == "image/avif"
    assert [one.values for one in record.of(Property.CREATOR_NAMES)] == [("Aaref WATAD",)] * 2
    assert record.warnings == ()
    assert record.scan_digest is not None


def test_items_in_pieces_and_in_idat_are_joined() -> None:
    in_idat = Item(b"mime", XMP, "application/rdf+xml", method=1, pieces=3)
    in_pieces = exif_item(EXIF)
    in_pieces.pieces = 4
    found = survey(Heif([picture(), in_pieces, in_idat]).build()).blocks
    assert {(one.carrier, one.payload) for one in found} == {
        (Carrier.EXIF, EXIF),
        (Carrier.XMP, XMP),
    }
    assert sorted(len(one.parts) for one in found) == [3, 4]


def test_an_extent_without_a_length_reaches_to_the_end() -> None:
    data = Heif([Item(b"mime", XMP, "application/rdf+xml")], widths=(4, 0, 0), primary=None)
    assert blocks(data.build()) == [(Carrier.XMP, XMP)]
    everything = Heif([Item(b"mime", b"", "application/rdf+xml")], widths=(0, 0, 0)).build()
    assert blocks(everything) == [(Carrier.XMP, everything)]


def test_the_content_type_may_have_parameters_and_capitals() -> None:
    item = Item(b"mime", XMP, "Application/RDF+XML; charset=utf-8")
    text = Item(b"mime", b"<x:xmpmeta>", "text/plain")
    assert blocks(Heif([picture(), item, text]).build()) == [(Carrier.XMP, XMP)]


def test_metadata_of_another_picture_are_stepped_over_and_told() -> None:
    data = Heif(
        [picture(), xmp_item(XMP), picture(b"thumbnail"), xmp_item(OTHER), exif_item(EXIF)],
        references=(
            (b"cdsc", 2, (1,)),
            (b"thmb", 3, (1,)),
            (b"cdsc", 4, (3,)),
            (b"cdsc", 5, (3,)),
        ),
    ).build()
    assert blocks(data) == [(Carrier.XMP, XMP)]
    assert codes(data) == ["heif-other-picture", "heif-other-picture"]


def test_metadata_of_the_tiles_are_those_of_the_picture() -> None:
    data = Heif(
        [Item(b"grid", b"\x00\x00\x00\x01"), picture(), picture(b"second"), exif_item(EXIF)],
        references=((b"dimg", 1, (2, 3)), (b"cdsc", 4, (2, 3))),
    ).build()
    assert blocks(data) == [(Carrier.EXIF, EXIF)]
    assert codes(data) == []


def test_references_in_a_circle_end() -> None:
    data = Heif(
        [Item(b"grid", b"a"), Item(b"grid", b"b"), xmp_item(XMP)],
        references=((b"dimg", 1, (2, 1)), (b"dimg", 2, (1,)), (b"cdsc", 3, (1,))),
    ).build()
    assert blocks(data) == [(Carrier.XMP, XMP)]
    assert read(REF, data, digests=True).scan_digest is not None


@pytest.mark.parametrize("packed", [zlib.compress(XMP), zlib.compress(XMP, 0)])
def test_deflated_xmp_is_inflated(packed: bytes) -> None:
    data = Heif([picture(), xmp_item(packed, "deflate")]).build()
    assert blocks(data) == [(Carrier.XMP, XMP)]
    assert codes(data) == []


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (xmp_item(b"no zlib", "deflate"), "heif-item-unread"),
        (xmp_item(XMP, "gzip"), "heif-item-unread"),
        (Item(b"mime", XMP, "application/rdf+xml", protection=1), "heif-item-unread"),
        (Item(b"mime", XMP, "application/rdf+xml", method=2), "heif-item-unread"),
        (xmp_item(zlib.compress(b" " * (bmff.MAX_BLOCK + 1)), "deflate"), "limit-metadata"),
    ],
    ids=["broken", "gzip", "encrypted", "in an item", "bomb"],
)
def test_xmp_that_cannot_be_had_is_told(item: Item, code: str) -> None:
    data = Heif([picture(), exif_item(EXIF), item]).build()
    assert blocks(data) == [(Carrier.EXIF, EXIF)]
    assert codes(data) == [code]


def test_cut_deflated_xmp_is_read_as_far_as_it_goes() -> None:
    found = survey(Heif([picture(), xmp_item(zlib.compress(XMP, 0)[:-9], "deflate")]).build())
    assert [one.code for one in found.warnings] == ["heif-truncated"]
    assert XMP.startswith(found.blocks[0].payload)


def test_items_in_another_file_are_told() -> None:
    data = Heif([xmp_item(XMP)], version=0).build()
    at = data.index(b"iloc") + 4 + 4 + 2 + 2 + 2
    elsewhere = data[:at] + b"\x00\x01" + data[at + 2 :]
    assert (blocks(elsewhere), codes(elsewhere)) == ([], ["heif-item-unread"])


def test_xmp_in_a_box_of_its_own_is_read() -> None:
    data = Heif([picture(), exif_item(EXIF)], before=uuid(XMP_UUID, XMP)).build()
    assert blocks(data) == [(Carrier.XMP, XMP), (Carrier.EXIF, EXIF)]


def test_content_credentials_are_seen() -> None:
    assert survey(Heif([picture()], before=c2pa_box()).build()).content_credentials == "c2pa"
    assert survey(Heif([picture()], after=c2pa_box(b"update")).build()).content_credentials
    merkle = Heif([picture()], before=c2pa_box(b"merkle")).build()
    assert survey(merkle).content_credentials is None


def test_many_metadata_items_are_limited() -> None:
    items = [picture(), *[xmp_item(b"<x/>")] * (bmff_heif.MAX_METADATA_ITEMS + 3)]
    found = survey(Heif(items).build())
    assert len(found.blocks) == bmff_heif.MAX_METADATA_ITEMS
    assert [one.code for one in found.warnings] == ["limit-metadata"]


def test_endless_extents_are_cut_short() -> None:
    # A count of 65,535 extents of no octets each, for 65,535 items.
    lists = struct.pack(">BBH", 0, 0, 0xFFFF) + struct.pack(">HHH", 1, 0, 0xFFFF) * 65_535
    meta = full(b"meta", full(b"iloc", lists) + full(b"iinf", struct.pack(">H", 0xFFFF)))
    assert codes(ftyp(b"heic") + meta) == ["heif-broken"]
    each = struct.pack(">HHH", 1, 0, 0xFFFF) + bytes(65_535)
    meta = full(b"meta", full(b"iloc", struct.pack(">BBH", 0x10, 0, 9) + each * 9))
    assert codes(ftyp(b"heic") + meta) == ["heif-broken"]


def test_items_over_the_limit_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provenance.metadata.formats.bmff_items.MAX_ITEMS", 2)
    data = Heif([picture(), exif_item(EXIF), xmp_item(XMP)]).build()
    assert (blocks(data), codes(data)) == ([(Carrier.EXIF, EXIF)], ["heif-broken"])


def test_bombs_use_up_what_may_be_read() -> None:
    bomb = xmp_item(zlib.compress(b" " * (bmff.MAX_BLOCK + 1)), "deflate")
    data = Heif([picture(), *[bomb] * 4, xmp_item(XMP)]).build()
    assert (blocks(data), set(codes(data))) == ([], {"limit-metadata"})


def test_a_list_that_is_too_long_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provenance.metadata.formats.bmff_items.MAX_LIST", 40)
    found = survey(Heif([picture(), xmp_item(XMP)]).build())
    assert {one.code for one in found.warnings} == {"limit-metadata"}


def test_a_file_cut_anywhere_is_an_error_or_a_warning() -> None:
    data = Heif([exif_item(EXIF), picture()], primary=2).build()
    listed = data.index(b"mdat") - 4
    for cut in range(16, len(data)):
        if cut < listed:
            with pytest.raises(UnreadableError) as caught:
                read(REF, data[:cut], digests=True)
            assert caught.value.code == "heif-truncated"
            assert f"/pool/a.heic: the HEIF file ends at octet {cut}" in str(caught.value)
        else:
            assert "heif-truncated" in codes(data[:cut])
            assert read(REF, data[:cut], digests=True).scan_digest is None
    assert blocks(data[:-1]) == [(Carrier.EXIF, EXIF)]


SAMPLE = Heif(
    [picture(PIXELS[:64]), exif_item(EXIF), xmp_item(zlib.compress(XMP), "deflate")],
    references=DESCRIBED,
).build()


@given(st.data())
def test_mutated_files_raise_nothing_of_their_own(data: st.DataObject) -> None:
    octets = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(28, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProvenanceError):
        read(REF, bytes(octets), digests=True)
