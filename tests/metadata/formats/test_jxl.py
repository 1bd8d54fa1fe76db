"""JPEG XL: codestream and container."""

from __future__ import annotations

import contextlib
import sys
import types

import pytest
from bmff_material import PIXELS, box, jxl
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet
from tiff_making import FULL, FULL_EXIF
from tiff_making import block as tiff_block

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Carrier
from provenance.metadata.formats import jxl as jpeg_xl
from provenance.metadata.source import Window
from provenance.model import AssetRef, Property

REF = AssetRef("/pool/a.jxl", 0, "")
EXIF = tiff_block(FULL, FULL_EXIF)
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": ["Aaref WATAD"]}, padding=0)
EXIF_BOX = box(b"Exif", bytes(4) + EXIF)
XMP_BOX = box(b"xml ", XMP)
FILE = jxl(EXIF_BOX, XMP_BOX)
STREAM = b"\xff\x0a" + PIXELS
PACKED_XMP = box(b"brob", b"xml " + XMP[::-1])


def found(data: bytes) -> tuple[list[tuple[Carrier, bytes]], list[str]]:
    survey = jpeg_xl.survey(Window.over(data, "a.jxl"))
    blocks = [(one.carrier, one.payload) for one in survey.blocks]
    return blocks, [one.code for one in survey.warnings]


class Reverser:
    """Stands for brotli's decompressor: what it is fed comes out backwards at the end."""

    growth = 1

    def __init__(self) -> None:
        self.taken = b""

    def process(self, piece: bytes) -> bytes:
        assert len(piece) == 1
        self.taken += piece
        if piece == b"\x00":
            raise RuntimeError
        return self.taken[::-1] * self.growth if self.is_finished() else b""

    def is_finished(self) -> bool:
        return len(self.taken) == len(XMP)


@pytest.fixture
def unpacker(monkeypatch: pytest.MonkeyPatch) -> type[Reverser]:
    class Stub(Reverser):
        pass

    module = types.ModuleType("brotli")
    module.Decompressor = Stub
    module.error = RuntimeError
    monkeypatch.setitem(sys.modules, "brotli", module)
    return Stub


def test_exif_and_xmp_boxes_are_read() -> None:
    assert found(FILE) == ([(Carrier.EXIF, EXIF), (Carrier.XMP, XMP)], [])
    record = read(REF, FILE, digests=True)
    assert record.media_type == "image/jxl"
    assert [one.values for one in record.of(Property.CREATOR_NAMES)] == [("Aaref WATAD",)] * 2


@pytest.mark.parametrize(
    "prefix", [b"\x00\x00\x00\x06Exif\x00\x00", b"", bytes(4) + b"Exif\x00\x00"]
)
def test_exif_is_found_behind_any_prefix(prefix: bytes) -> None:
    assert found(jxl(box(b"Exif", prefix + EXIF)))[0] == [(Carrier.EXIF, EXIF)]


def test_a_bare_codestream_says_nothing_and_shares_its_scan_digest() -> None:
    record = read(REF, STREAM, digests=True)
    assert (record.values, record.warnings) == ((), ())
    assert record.scan_digest == jpeg_xl.fingerprints(FILE)[1]
    assert record.scan_digest == jpeg_xl.fingerprints(jxl(XMP_BOX, parts=3))[1]


def test_packed_xmp_is_unpacked(unpacker: type[Reverser]) -> None:
    assert found(jxl(PACKED_XMP)) == ([(Carrier.XMP, XMP)], [])
    assert unpacker.growth == 1


def test_real_brotli_is_unpacked() -> None:
    brotli = pytest.importorskip("brotli", reason="brotli is no dependency of the project")
    packed = box(b"brob", b"xml " + brotli.compress(XMP))
    exif = box(b"brob", b"Exif" + brotli.compress(bytes(4) + EXIF))
    assert found(jxl(packed, exif)) == ([(Carrier.XMP, XMP), (Carrier.EXIF, EXIF)], [])
    bomb = box(b"brob", b"xml " + brotli.compress(b" " * (jpeg_xl.MAX_BLOCK * 4)))
    assert found(jxl(bomb)) == ([], ["limit-metadata"])
    half = brotli.compress(XMP)[:-9]
    assert found(jxl(box(b"brob", b"xml " + half)))[1] == ["jxl-brotli-broken"]


def test_without_brotli_a_warning_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    survey = jpeg_xl.survey(Window.over(jxl(EXIF_BOX, PACKED_XMP), "a.jxl"))
    assert [one.carrier for one in survey.blocks] == [Carrier.EXIF]
    assert [one.code for one in survey.warnings] == ["jxl-brotli-missing"]
    assert "Install the Python package brotli" in survey.warnings[0].message


def test_a_packing_that_is_broken_or_too_long_is_told(
    unpacker: type[Reverser], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = box(b"brob", b"xml " + XMP[:40] + b"\x00")
    assert found(jxl(broken)) == ([], ["jxl-brotli-broken"])
    cut = box(b"brob", b"xml " + XMP[::-1][:-1])
    assert found(jxl(cut)) == ([], ["jxl-brotli-broken"])
    unpacker.growth = jpeg_xl.MAX_BLOCK // len(XMP) + 1
    assert found(jxl(PACKED_XMP)) == ([], ["limit-metadata"])
    monkeypatch.setattr(jpeg_xl, "MAX_PACKED", 10)
    assert found(jxl(PACKED_XMP)) == ([], ["limit-metadata"])


def test_other_packed_boxes_are_left_alone() -> None:
    assert found(jxl(box(b"brob", b"jbrd" + bytes(9)), box(b"jbrd", bytes(9)))) == ([], [])


def jumbf(label: bytes, uuid: bytes) -> bytes:
    description = uuid + bytes.fromhex("00110010800000aa00389b71") + b"\x03" + label + b"\x00"
    return box(b"jumb", box(b"jumd", description))


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (jumbf(b"c2pa", b"c2pa"), "c2pa"),
        (jumbf(b"c2pa.assertions", b"c2as"), None),
        (jumbf(b"regions", b"json"), None),
        (box(b"jumb", b""), None),
    ],
    ids=["store", "assertions", "other", "empty"],
)
def test_content_credentials_are_seen(piece: bytes, expected: str | None) -> None:
    survey = jpeg_xl.survey(Window.over(jxl(piece), "a.jxl"))
    assert survey.content_credentials == expected


def test_digests_cover_the_picture_and_no_credits() -> None:
    image, scan = jpeg_xl.fingerprints(FILE)
    turned = EXIF.replace(b"\x03\x00\x01\x00\x00\x00\x06", b"\x03\x00\x01\x00\x00\x00\x01")
    others = {
        jxl(EXIF_BOX, box(b"xml ", XMP + b" "), box(b"free", b"...")): (False, False),
        jxl(EXIF_BOX, PACKED_XMP): (False, False),
        FILE.replace(EXIF, turned): (True, False),
        jxl(EXIF_BOX, XMP_BOX, box(b"jbrd", b"a JPEG")): (True, False),
        FILE[:-1] + b"?": (True, True),
        FILE + b"?": (True, False),
    }
    for changed, expected in others.items():
        assert changed != FILE
        new_image, new_scan = jpeg_xl.fingerprints(changed)
        assert (new_image != image, new_scan != scan) == expected


def test_digests_do_not_depend_on_what_is_installed(
    unpacker: type[Reverser], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = jxl(box(b"brob", b"Exif" + XMP[::-1]))
    there = jpeg_xl.fingerprints(data)
    monkeypatch.setitem(sys.modules, "brotli", None)
    assert jpeg_xl.fingerprints(data) == there
    assert unpacker.growth == 1


def test_a_file_cut_anywhere_is_an_error_or_a_warning() -> None:
    metadata, stream = FILE.index(EXIF_BOX), FILE.index(b"jxlc") + 4
    for cut in range(12, len(FILE)):
        if cut < metadata:
            with pytest.raises(UnreadableError) as caught:
                read(REF, FILE[:cut], digests=True)
            assert caught.value.code == "jxl-truncated"
        elif cut > metadata + len(EXIF_BOX):
            assert "jxl-truncated" in found(FILE[:cut])[1]
            assert jpeg_xl.fingerprints(FILE[:cut])[1] is None
    assert len(found(FILE[:stream])[0]) == 2


@given(st.data())
def test_mutated_files_raise_nothing_of_their_own(data: st.DataObject) -> None:
    octets = bytearray(FILE)
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(12, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProvenanceError):
        read(REF, bytes(octets), digests=True)
