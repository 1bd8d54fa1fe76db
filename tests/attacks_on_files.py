"""Attacks on file formats: PNG, JPEG, boxes, WebP, Photoshop."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from importlib.util import find_spec

import bmff_material as bmff
import png_material as png
import psd_material
import webp_material as webp
from attack_material import MIB, Attack, attributes, bomb, dataset, jpeg, naming, photoshop
from format_samples import EXIF, XMP, extended, picture
from making import XMP_HEADER, resource, segment
from xmp_material import rdf

_PACKED_JXL = "jxl-brotli-missing" if find_spec("brotli") is None else "limit-metadata"

# --- PNG ---------------------------------------------------------------------------------


def _png(*chunks: bytes) -> bytes:
    return png.before(png.picture(size=(2, 2)), b"IEND", *chunks)


def _packed(kind: bytes, keyword: bytes, stream: bytes) -> bytes:
    head = keyword + (b"\x00\x01\x00\x00\x00" if kind == b"iTXt" else b"\x00\x00")
    return png.chunk(kind, head + stream)


_PROFILE = b"Raw profile type xmp"


def _png_many_bombs(octets: int, many: int) -> bytes:
    one = _packed(b"zTXt", _PROFILE, bomb(octets))
    return _png(*[one] * many)


# --- JPEG --------------------------------------------------------------------------------


def _crowd_of_packets(many: int) -> bytes:
    body = XMP_HEADER + rdf("", ' photoshop:Credit="A"').encode()
    return jpeg(segment(0xE1, body) * many)


def _chunk(guid: str, full: int, at: int, data: bytes) -> bytes:
    head = b"http://ns.adobe.com/xmp/extension/\x00" + guid.encode() + struct.pack(">II", full, at)
    return segment(0xE1, head + data)


def _extended_many_guids(many: int) -> bytes:
    """Every packet names another extended packet, and all of them are there."""
    pieces = []
    for number in range(many):
        packet = rdf("", f' photoshop:Credit="{number}"').encode()
        guid, chunk = extended(packet, chunks=1)
        pieces += [naming(guid), chunk]
    return jpeg(*pieces)


def _extended_same_guid_twice() -> bytes:
    guid, chunks = extended(rdf("", ' photoshop:Credit="A"').encode(), chunks=1)
    return jpeg(naming(guid), chunks, chunks, naming(guid.lower()))


def _extended_packet(packet: bytes, chunks: int) -> bytes:
    guid, pieces = extended(packet, chunks=chunks)
    return jpeg(naming(guid), pieces)


def _trailer(many: int) -> bytes:
    """An AFCP trailer whose entries are the whole trailer, each."""
    start = len(picture())
    size = 12 + 12 * many
    rows = b"".join(b"IPTC" + struct.pack(">II", size - n, start) for n in range(many))
    head = b"AXS!" + struct.pack(">HHI", 1, many, 0)
    return picture() + head + rows + b"AXS!" + struct.pack(">II", start, 0)


def _multi_scan(many: int) -> bytes:
    plain = picture()
    return plain[:-2] + b"\xff\xda\x00\x02\x00" * many + b"\xff\xd9"


# --- boxes -------------------------------------------------------------------------------


def _nested_boxes(depth: int, kind: bytes = b"moov") -> bytes:
    body = b""
    head = bmff.ftyp(b"crx ", b"isom")
    pieces = [struct.pack(">I4s", 8 * (depth - n), kind) for n in range(depth)]
    return head + b"".join(pieces) + body + bmff.box(b"mdat", b"data")


def _heif(
    iloc: bytes, mdat: bytes = bytes(64), references: bytes = b"", more: bytes = b""
) -> bytes:
    """A file of one picture and an XMP item, with a table of places of the attacker's."""
    infe = [
        bmff.full(b"infe", struct.pack(">HH", 1, 0) + b"hvc1\x00", version=2),
        bmff.full(
            b"infe", struct.pack(">HH", 2, 0) + b"mime\x00application/rdf+xml\x00", version=2
        ),
    ]
    meta = b"".join(
        (
            bmff.full(b"hdlr", bytes(4) + b"pict" + bytes(13)),
            bmff.full(b"pitm", struct.pack(">H", 1)),
            bmff.full(b"iinf", struct.pack(">H", 2) + b"".join(infe)),
            bmff.full(b"iloc", iloc, version=1),
            references,
            more,
        )
    )
    return bmff.ftyp(b"heic", b"mif1") + bmff.full(b"meta", meta) + bmff.box(b"mdat", mdat)


def _place(item: int, extents: list[tuple[int, int]]) -> bytes:
    head = struct.pack(">HHHH", item, 0, 0, len(extents))
    return head + b"".join(struct.pack(">II", at, size) for at, size in extents)


def _same_extent_often(many: int, size: int) -> bytes:
    iloc = (
        struct.pack(">BBH", 0x44, 0, 2)
        + _place(1, [(0, size)] * many)
        + _place(2, [(0, size)] * many)
    )
    return _heif(iloc, bytes(size))


def _far_extents(many: int) -> bytes:
    """One octet here, one there: every one is another read."""
    far = MIB
    iloc = struct.pack(">BBH", 0x44, 0, 2) + _place(1, [(0, 1)])
    iloc += _place(2, [(far * (n % 2) + 700_000, 1) for n in range(many)])
    return _heif(iloc, bytes(3 * MIB))


def _alpha_flood(many: int) -> bytes:
    auxl = bmff.box(b"auxl", struct.pack(">HHH", 2, 1, 1))
    aux = bmff.box(b"auxC", bytes(4) + b"nothing in particular\x00")
    ipma = bmff.full(b"ipma", struct.pack(">IHB", 1, 2, 255) + bytes([1]) * 255)
    more = bmff.box(b"iprp", bmff.box(b"ipco", aux) + ipma)
    iloc = struct.pack(">BBH", 0x44, 0, 1) + _place(1, [(0, 8)])
    return _heif(iloc, references=bmff.full(b"iref", auxl * many), more=more)


def _property_flood(many: int) -> bytes:
    each = bmff.box(b"iprp", bmff.box(b"ipco", bmff.box(b"free", b"") * 19_000))
    iloc = struct.pack(">BBH", 0x44, 0, 1) + _place(1, [(0, 8)])
    return _heif(iloc, more=each * many)


def _grid_of_grids(many: int) -> bytes:
    to = struct.pack(f">{many}H", *range(many))
    each = b"".join(bmff.box(b"dimg", struct.pack(">HH", n, many) + to) for n in range(1, 60))
    iloc = struct.pack(">BBH", 0x44, 0, 1) + _place(1, [(0, 8)])
    return _heif(iloc, references=bmff.full(b"iref", each))


# 64 MiB of spaces, packed with Brotli.
_BROTLI_BOMB = bytes.fromhex(
    "cbffff3f002440e2b14072effff8ffff078004401c1680eefd1fffffff00900088c302d0bdffe3ff"
    "ff1f001200715800baf77ffcffff034002200e0b40f7fe8fffff7f004800c46101e8defff1ffff0f"
    "000980382c00ddfb3ffeffff012001108705a07bff37"
)


def _brotli_bombs(many: int) -> bytes:
    return bmff.jxl(bmff.box(b"brob", b"xml " + _BROTLI_BOMB) * many)


ON_FILES: Mapping[str, Attack] = {
    # PNG
    "png text of 64 MiB": Attack(
        lambda: _png(_packed(b"zTXt", _PROFILE, bomb(64 * MIB))), "limit-metadata"
    ),
    "png packed packet of 64 MiB": Attack(
        lambda: _png(_packed(b"iTXt", b"XML:com.adobe.xmp", bomb(64 * MIB))), "limit-metadata"
    ),
    "png 200 texts of 17 MiB": Attack(lambda: _png_many_bombs(17 * MIB, 200), "limit-metadata"),
    "png 100 texts of 15 MiB": Attack(lambda: _png_many_bombs(15 * MIB, 100), "limit-metadata"),
    "png damaged bomb": Attack(
        lambda: _png(_packed(b"zTXt", _PROFILE, bomb(64 * MIB)[:-4] + b"oops")), "limit-metadata"
    ),
    "png colour profile of 64 MiB": Attack(
        lambda: png.header(
            png.picture(size=(2, 2)), png.chunk(b"iCCP", b"p\x00\x00" + bomb(64 * MIB))
        ),
        "rewritten",
    ),
    "png 300,001 chunks": Attack(lambda: _png(png.chunk(b"prIv", b"") * 300_001), "limit-chunks"),
    "png 40,000 credits": Attack(
        lambda: _png(png.text("Author", b"A") * 40_000), "png-text-credit"
    ),
    "png 20,000 packets": Attack(lambda: _png(png.xmp_chunk(b"<x/>") * 20_000), "limit-metadata"),
    "png digits of 15 MiB": Attack(
        lambda: _png(_packed(b"zTXt", _PROFILE, zlib.compress(b"\nxmp\n 9\n" + b"3c" * (7 * MIB)))),
        "png-profile-size",
    ),
    # JPEG
    "jpeg 100,001 segments": Attack(lambda: jpeg(segment(0xEF, b"") * 100_001), "limit-segments"),
    "jpeg 40,000 comments": Attack(lambda: jpeg(segment(0xFE, b"c") * 40_000), "rewritten"),
    "jpeg 10,000 packets": Attack(lambda: _crowd_of_packets(10_000), "limit-metadata"),
    "jpeg 30,000 EXIF blocks": Attack(
        lambda: jpeg(segment(0xE1, b"Exif\x00\x00" + EXIF[:8]) * 30_000), "limit-metadata"
    ),
    "jpeg 95,000 Photoshop segments": Attack(
        lambda: photoshop(*[b"no resource at all  "] * 95_000), "photoshop-broken"
    ),
    "jpeg 4 MiB of fill octets": Attack(lambda: jpeg(b"\xff" * (4 * MIB)), "rewritten"),
    "jpeg 4 MiB of fill octets in the scan": Attack(
        lambda: picture()[:-2] + b"\xff" * (4 * MIB) + b"\xff\xd9", "rewritten"
    ),
    "jpeg 4 MiB of stray octets": Attack(lambda: jpeg(b"\x00\xff" * (2 * MIB)), "jpeg-stray-bytes"),
    "jpeg 100,001 scans": Attack(lambda: _multi_scan(100_001), "limit-segments"),
    "jpeg trailer of 60,000 overlapping entries": Attack(lambda: _trailer(60_000), "limit-trailer"),
    # Extended XMP
    "extended packet of 4 GiB": Attack(
        lambda: jpeg(naming("A" * 32), _chunk("A" * 32, 0xFFFFFFFF, 0, b"<")), "xmp-extended-broken"
    ),
    "extended 20,000 chunks": Attack(
        lambda: jpeg(naming("A" * 32), *(_chunk("A" * 32, 20_000, n, b"<") for n in range(20_000))),
        "xmp-extended-broken",
    ),
    "extended overlapping chunks": Attack(
        lambda: jpeg(
            naming("A" * 32), *(_chunk("A" * 32, 60_000, n, b"<" * 60_000) for n in range(200))
        ),
        "xmp-extended-broken",
    ),
    "extended the same GUID twice": Attack(_extended_same_guid_twice, "read"),
    "extended 6,000 GUIDs": Attack(lambda: _extended_many_guids(6_000), "limit-metadata"),
    "extended 10,000 GUIDs that nobody names": Attack(
        lambda: jpeg(*(_chunk(f"{n:032X}", 1, 0, b"<") for n in range(10_000))),
        "xmp-extended-broken",
    ),
    "extended 14 MiB of attributes": Attack(
        lambda: _extended_packet(attributes(1_900, 1_000), 300), "xmp-too-large"
    ),
    # Boxes
    "boxes 10,000 deep": Attack(lambda: _nested_boxes(10_000), "read"),
    "boxes 100,000 side by side": Attack(
        lambda: bmff.cr3(EXIF, b"") + bmff.box(b"free", b"") * 100_000, "boxes-broken"
    ),
    "boxes 20,000 broken movies": Attack(
        lambda: bmff.ftyp(b"crx ") + bmff.box(b"moov", b"????") * 19_000 + bmff.box(b"mdat", b""),
        "boxes-broken",
    ),
    "heif one extent 30,000 times": Attack(
        lambda: _same_extent_often(30_000, 65_536), "limit-metadata"
    ),
    "heif one octet here, one there": Attack(lambda: _far_extents(60_000), "limit-metadata"),
    "heif 30,000 transparencies": Attack(lambda: _alpha_flood(29_000), "read"),
    "heif 2,000,000 properties": Attack(lambda: _property_flood(105), "limit-properties"),
    "heif grid of grids": Attack(lambda: _grid_of_grids(10_000), "read"),
    "jxl 400 packed packets of 64 MiB": Attack(lambda: _brotli_bombs(400), _PACKED_JXL),
    # WebP
    "webp 100,001 chunks": Attack(
        lambda: webp.riff(webp.canvas(0, (2, 2)), webp.chunk(b"priv", b"") * 100_001),
        "limit-chunks",
    ),
    "webp chunk of 4 GiB": Attack(
        lambda: webp.picture()[:12] + b"EXIF\xff\xff\xff\xff" + webp.picture()[12:],
        "webp-truncated",
    ),
    "webp 20,000 packets": Attack(
        lambda: webp.riff(webp.canvas(4, (2, 2)), webp.chunk(b"XMP ", b"<x/>") * 20_000),
        "limit-metadata",
    ),
    # Photoshop
    "psd 100,000 resources": Attack(
        lambda: psd_material.psd(resource(0x03ED, b"") * 100_000), "photoshop-broken"
    ),
    "psd name longer than its section": Attack(
        lambda: psd_material.psd(b"8BIM\x04\x04\xff" + b"n" * 9), "photoshop-broken"
    ),
    "psd 9,000 IIM resources": Attack(
        lambda: psd_material.psd(resource(0x0404, dataset(80, b"\x00\x01", b"A")) * 9_000),
        "rewritten",
    ),
    "psd 1,500 packets": Attack(
        lambda: psd_material.psd(resource(0x0424, XMP) * 1_500), "rewritten"
    ),
    "psd section of 4 GiB": Attack(
        lambda: psd_material.header() + bytes(4) + b"\xff" * 4 + b"8BIM", "psd-truncated"
    ),
}
