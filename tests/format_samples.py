"""Small sound files of every format that is read natively: what mutants are made of.

Each holds EXIF, IIM and XMP as far as its format has them, and shows some other corner of it.
They are made by the standards alone; no code of the package is used.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable, Mapping
from functools import cache

import bmff_material
import png_material
import psd_material
import webp_material
from making import (
    XMP_HEADER,
    behind_app0,
    content_credentials,
    dress,
    exif_block,
    iim_block,
    photoshop_block,
    resource,
    segment,
    sidecar,
    xmp_packet,
)
from PIL import Image
from tiff_making import FULL, FULL_EXIF, block
from tiff_material import ASCII, BYTE, EXIF_TEXTS, LONG, SHORT, TEXTS, UNDEFINED, Maker, Row, tiff
from tiff_material import dressed as dressed_tiff

TEXT = {
    "dc:creator": ["Aaref WATAD"],
    "photoshop:Credit": "AFP",
    "dc:description": "Damascus, December 8",
    "dc:subject": ["Syria", "war"],
}
XMP = xmp_packet(TEXT, padding=200)
XMP_TREE = xmp_packet(
    TEXT,
    padding=0,
    inner="<!-- no plain packet --><Iptc4xmpCore:CreatorContactInfo rdf:parseType='Resource'>"
    "<Iptc4xmpCore:CiUrlWork>afp.com</Iptc4xmpCore:CiUrlWork>"
    "</Iptc4xmpCore:CreatorContactInfo><photoshop:Headline>A &amp; B</photoshop:Headline>",
)
IIM = iim_block(
    {"byline": "Aaref WATAD", "credit": "AFP", "caption": "Damascus", "keywords": ["Syria", "war"]}
)
RESOURCES = photoshop_block(IIM, before=resource(0x03ED, b"resolution"))[14:]
EXIF = block(FULL, FULL_EXIF)
EXIF_BIG = block(
    [*FULL[:1], (0x0112, 3, b"\x00\x06"), *FULL[2:]],
    [*FULL_EXIF[:2], (0x927C, UNDEFINED, b"a maker's note"), *FULL_EXIF[3:]],
    order=">",
)
CFA: Row = (0x0106, SHORT, struct.pack("<H", 32803))

_NOTE = "xmpNote:HasExtendedXMP"


@cache
def samples(name: str) -> tuple[bytes, ...]:
    """The files of one format, by a name of ``FORMATS``."""
    return _MAKERS[name]()


def picture(**options: object) -> bytes:
    """A JPEG file of a few hundred octets, without metadata."""
    out = io.BytesIO()
    image = Image.frombytes("RGB", (16, 16), bytes(range(256)) * 3)
    image.save(out, "JPEG", quality=40, **options)
    return out.getvalue()


def extended(packet: bytes = XMP_TREE, *, chunks: int = 2) -> tuple[str, bytes]:
    """The GUID and the APP1 segments of an extended packet (XMP part 3, 1.1.3.1)."""
    guid = hashlib.md5(packet, usedforsecurity=False).hexdigest().upper()
    step = -(-len(packet) // chunks)
    head = (
        b"http://ns.adobe.com/xmp/extension/\x00" + guid.encode() + struct.pack(">I", len(packet))
    )
    return guid, b"".join(
        segment(0xE1, head + struct.pack(">I", at) + packet[at : at + step])
        for at in range(0, len(packet), step)
    )


def _jpeg() -> tuple[bytes, ...]:
    plain = dress(
        picture(),
        exif=exif_block(
            {"artist": "Aaref WATAD", "copyright": "AFP", "taken": "2024:12:08 11:30:00"}
        ),
        photoshop=photoshop_block(IIM),
        xmp=XMP,
    )
    guid, pieces = extended()
    long = behind_app0(
        picture(progressive=True),
        segment(0xE1, XMP_HEADER + xmp_packet({_NOTE: guid, "photoshop:Credit": "AFP"}, padding=0))
        + pieces,
    )
    # Photoshop's block split in two, APP13 and fill bytes; an index of a multi-picture file.
    half = len(RESOURCES) // 2
    mpf = segment(
        0xE2, b"MPF\x00" + block([(0xB000, 7, b"0100"), (0xB002, 7, bytes(8) + b"\x00" * 24)])
    )
    odd = behind_app0(
        picture(restart_marker_rows=1),
        segment(0xE1, b"Exif\x00\x00" + EXIF_BIG)
        + b"\xff\xff"
        + segment(0xED, b"Photoshop 3.0\x00" + RESOURCES[:half])
        + segment(0xED, b"Photoshop 3.0\x00" + RESOURCES[half:])
        + mpf
        + segment(0xFE, b"a comment"),
    )
    signed = behind_app0(plain, segment(0xEB, content_credentials("A picture")))
    return plain, long, odd + picture() + b"SEFH trailer", signed


def _tiff() -> tuple[bytes, ...]:
    maker = Maker(">")
    second = maker.directory([*maker.picture(), *TEXTS[:1]])
    sub = maker.directory(maker.picture())
    rows = [*maker.picture(), (0x014A, LONG, maker.long(sub)), (0x02BC, BYTE, XMP), *TEXTS]
    return (
        dressed_tiff("<"),
        dressed_tiff(">", iim_type=LONG),
        tiff(TEXTS),
        maker.done(maker.directory(rows, second)),
    )


def _raw() -> tuple[bytes, ...]:
    embedded = dress(
        picture(),
        exif=exif_block({"artist": "Aaref WATAD"}),
        photoshop=photoshop_block(IIM),
        xmp=XMP,
    )
    return (
        tiff([*TEXTS, (0xC612, BYTE, b"\x01\x06\x00\x00"), (0x02BC, BYTE, XMP)], EXIF_TEXTS),
        _negative(b"NIKON CORPORATION"),
        _negative(b"OLYMPUS", magic=b"IIRO"),
        _rw2(embedded),
        _raf(embedded),
        _mrw(),
    )


def _negative(make: bytes, magic: bytes | None = None) -> bytes:
    maker = Maker(magic=magic)
    sub = maker.directory([*(row for row in maker.picture() if row[0] != CFA[0]), CFA])
    note = maker.directory([*EXIF_TEXTS, (0x927C, UNDEFINED, b"offsets inside")])
    rows = [
        (0x010F, ASCII, make + b"\x00"),
        (0x014A, LONG, maker.long(sub)),
        (0x8769, LONG, maker.long(note)),
        (0x02BC, BYTE, XMP),
        *TEXTS,
    ]
    return maker.done(maker.directory([*maker.picture(), *rows]))


def _rw2(jpeg: bytes) -> bytes:
    maker = Maker(magic=b"IIU\x00")
    start = maker.add(b"sensor data" * 9)
    rows = [(0x002E, UNDEFINED, jpeg), (0x0118, LONG, maker.long(start)), *TEXTS]
    return maker.done(maker.directory(rows))


def _raf(jpeg: bytes) -> bytes:
    table, sensor, base = b"a table of the sensor", b"sensor data" * 9, 0x94
    at = base + len(jpeg)
    pairs = struct.pack(">6I", base, len(jpeg), at, len(table), at + len(table), len(sensor))
    head = b"FUJIFILMCCD-RAW 0201FF383501FinePix S9500".ljust(0x54, b"\x00")
    return (head + pairs).ljust(base, b"\x00") + jpeg + table + sensor


def _mrw() -> bytes:
    ttw = tiff([TEXTS[1], (0x02BC, BYTE, XMP)], EXIF_TEXTS, order=">")
    parts = ((b"\x00PRD", b"27730001"), (b"\x00TTW", ttw), (b"\x00PAD", bytes(3)))
    blocks = b"".join(tag + struct.pack(">I", len(body)) + body for tag, body in parts)
    return b"\x00MRM" + struct.pack(">I", len(blocks)) + blocks + b"sensor data" * 9


def _png() -> tuple[bytes, ...]:
    small = png_material.picture(size=(8, 6))
    profile = png_material.raw_profile
    plain = png_material.header(
        small, png_material.chunk(b"eXIf", EXIF), png_material.xmp_chunk(XMP)
    )
    packed = png_material.before(
        small,
        b"IDAT",
        png_material.ztext("Raw profile type iptc", profile("iptc", RESOURCES)),
        png_material.ztext("Raw profile type exif", profile("exif", b"Exif\x00\x00" + EXIF_BIG)),
        png_material.xmp_chunk(XMP, packed=True),
        png_material.text("Author", b"Aaref WATAD"),
        png_material.itext("Title", b"Damascus", packed=True),
    )
    bare = png_material.before(
        small,
        b"IEND",
        png_material.text("Raw profile type APP1", profile("generic", XMP_HEADER + XMP)),
        png_material.text("Raw profile type 8bim", RESOURCES),
    )
    return plain, packed, bare


def _webp() -> tuple[bytes, ...]:
    exif, xmp = webp_material.chunk(b"EXIF", EXIF), webp_material.chunk(b"XMP ", XMP)
    return (
        webp_material.extended(exif, xmp, flags=0x0C),
        webp_material.extended(
            webp_material.chunk(b"EXIF", b"Exif\x00\x00" + EXIF_BIG), xmp, flags=0x0C, lossless=True
        ),
        webp_material.picture(),
        webp_material.animation(),
    )


def _psd() -> tuple[bytes, ...]:
    whole = RESOURCES + resource(0x0422, EXIF) + resource(0x0424, XMP)
    named = resource(0x0404, IIM, b"name") + resource(0x0423, b"Exif\x00\x00" + EXIF_BIG)
    return (
        psd_material.psd(whole),
        psd_material.psd(named, colours=b"palette!", pixels=psd_material.packbits()),
    )


def _psb() -> tuple[bytes, ...]:
    whole = RESOURCES + resource(0x0422, EXIF) + resource(0x0424, XMP)
    pixels = psd_material.packbits(large=True)
    return psd_material.psd(whole, large=True), psd_material.psd(whole, large=True, pixels=pixels)


def _heif() -> tuple[bytes, ...]:
    b = bmff_material
    items = [b.picture(), b.exif_item(EXIF), b.xmp_item(XMP)]
    references = [(b"cdsc", 2, (1,)), (b"cdsc", 3, (1,))]
    grid = [
        b.Item(b"grid", b"\x00\x00\x00\x01\x00\x40\x00\x30", method=1, properties=(2,)),
        *(b.picture(bytes(40)) for _ in range(2)),
        b.exif_item(EXIF_BIG, lead=bytes(4)),
        b.Item(b"mime", XMP, "application/rdf+xml", pieces=3),
    ]
    return (
        b.Heif(items, references).build(),
        b.Heif(grid, [(b"dimg", 1, (2, 3)), (b"cdsc", 4, (1,))], version=2, brand=b"avif").build(),
        b.Heif(items, references, version=0, widths=(8, 8, 0), after=b.c2pa_box()).build(),
    )


def _cr3() -> tuple[bytes, ...]:
    exif = block(FULL_EXIF)
    return bmff_material.cr3(block(FULL), exif, XMP), bmff_material.cr3(block(FULL), b"", XMP_TREE)


def _jxl() -> tuple[bytes, ...]:
    b = bmff_material
    exif, xmp = b.box(b"Exif", bytes(4) + EXIF), b.box(b"xml ", XMP)
    packed = bytes(4) + EXIF
    # A stored meta-block of Brotli (RFC 7932, 9.2) needs no encoder.
    stored = (len(packed) - 1 << 4 | 1 << 20).to_bytes(3, "little") + packed + b"\x03"
    return (
        b.jxl(exif, xmp),
        b.jxl(b.box(b"brob", b"Exif" + stored), xmp, parts=3),
        b"\xff\x0a" + b.PIXELS,
    )


def _jp2() -> tuple[bytes, ...]:
    b = bmff_material
    exif = b.uuid(b"JpgTiffExif->JP2", EXIF)
    iim = b.uuid(bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), IIM)
    resources = b.uuid(bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"), RESOURCES)
    return (
        b.jp2(exif, iim, b.uuid(b.XMP_UUID, XMP)),
        b.jp2(resources, b.box(b"xml ", XMP_TREE, wide=True)),
    )


def _xmp() -> tuple[bytes, ...]:
    text = XMP_TREE.decode()
    return sidecar(TEXT), XMP_TREE, text.encode("utf-16"), text.encode("utf-32-be"), XMP


_MAKERS: Mapping[str, Callable[[], tuple[bytes, ...]]] = {
    "jpeg": _jpeg,
    "tiff": _tiff,
    "bigtiff": lambda: (dressed_tiff("<", big=True), dressed_tiff(">", big=True)),
    "raw": _raw,
    "png": _png,
    "webp": _webp,
    "psd": _psd,
    "psb": _psb,
    "heif": _heif,
    "cr3": _cr3,
    "jxl": _jxl,
    "jp2": _jp2,
    "xmp": _xmp,
}

FORMATS = tuple(_MAKERS)
"""The names that ``samples`` knows."""

READ_ONLY = frozenset({"bigtiff", "raw", "heif", "cr3", "jxl", "jp2"})
"""Those that ExifTool writes."""
