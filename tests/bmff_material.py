"""Box files octet by octet: HEIF with its items, CR3, JP2, JPEG XL."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
CANON_UUID = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")

PIXELS = bytes(range(256)) * 3
PROPERTIES = (
    (b"hvcC", b"\x01set-up of the decoder"),
    (b"ispe", b"\x00" * 4 + struct.pack(">II", 64, 48)),
    (b"auxC", b"\x00" * 4 + b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\x00"),
    (b"pixi", b"\x00\x00\x00\x00\x03\x08\x08\x08"),
)


def box(kind: bytes, body: bytes, *, wide: bool = False, endless: bool = False) -> bytes:
    """A box with a 32-bit size, with a 64-bit one, or one that reaches to the end."""
    if endless:
        return bytes(4) + kind + body
    if wide:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, body: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A full box."""
    return box(kind, struct.pack(">I", version << 24 | flags) + body)


def uuid(usertype: bytes, body: bytes) -> bytes:
    """A box whose type is a UUID."""
    return box(b"uuid", usertype + body)


def ftyp(brand: bytes, *others: bytes) -> bytes:
    """The box that says what kind of file it is."""
    return box(b"ftyp", brand + bytes(4) + brand + b"".join(others))


@dataclass
class Item:
    """One item of a HEIF file; ``method`` is its construction method."""

    type: bytes
    data: bytes
    content_type: str = ""
    encoding: str | None = None
    method: int = 0
    pieces: int = 1
    properties: tuple[int, ...] = ()
    protection: int = 0


def exif_item(block: bytes, lead: bytes = b"\x00\x00\x00\x06Exif\x00\x00") -> Item:
    """An item that holds EXIF."""
    return Item(b"Exif", lead + block)


def xmp_item(packet: bytes, encoding: str | None = None) -> Item:
    """An item that holds XMP."""
    return Item(b"mime", packet, "application/rdf+xml", encoding)


def picture(data: bytes = PIXELS) -> Item:
    """A coded picture."""
    return Item(b"hvc1", data, properties=(1, 2, 4))


@dataclass
class Heif:
    """A HEIF file; items are numbered from 1 in their order."""

    items: Sequence[Item]
    references: Sequence[tuple[bytes, int, tuple[int, ...]]] = ()
    primary: int | None = 1
    version: int = 1
    widths: tuple[int, int, int] = (4, 4, 0)
    brand: bytes = b"heic"
    before: bytes = b""
    after: bytes = b""
    inner: bytes = b""
    stray: bytes = b""
    properties: Sequence[tuple[bytes, bytes]] = field(default_factory=lambda: PROPERTIES)

    def build(self) -> bytes:
        """The file: ftyp, what is before, meta, mdat, what is after."""
        head = ftyp(self.brand, b"mif1") + self.before
        start = len(head) + len(self._meta(0)) + 8
        mdat = box(b"mdat", self._data(0) + self.stray)
        return head + self._meta(start) + mdat + self.after

    def _data(self, method: int) -> bytes:
        return b"".join(item.data for item in self.items if item.method == method)

    def _meta(self, mdat: int) -> bytes:
        parts = [full(b"hdlr", bytes(4) + b"pict" + bytes(13))]
        if self.primary is not None:
            parts.append(full(b"pitm", struct.pack(">H", self.primary)))
        parts += [self._iloc(mdat), self._iinf(), self._iref(), self._iprp(), self.inner]
        if any(item.method == 1 for item in self.items):
            parts.append(box(b"idat", self._data(1)))
        return full(b"meta", b"".join(parts))

    def _iinf(self) -> bytes:
        entries = b""
        for number, item in enumerate(self.items, start=1):
            entry = struct.pack(">HH", number, item.protection) + item.type + b"name\x00"
            if item.type == b"mime":
                entry += item.content_type.encode() + b"\x00"
                entry += b"" if item.encoding is None else item.encoding.encode() + b"\x00"
            entries += full(b"infe", entry, version=2)
        return full(b"iinf", struct.pack(">H", len(self.items)) + entries)

    def _iloc(self, mdat: int) -> bytes:
        offset, length, index = self.widths
        sizes = struct.pack(">BB", offset << 4 | length, index)
        wide = ">I" if self.version == 2 else ">H"
        out = sizes + struct.pack(wide, len(self.items))
        at = {0: mdat, 1: 0, 2: 0}
        for number, item in enumerate(self.items, start=1):
            out += struct.pack(wide, number)
            out += struct.pack(">H", item.method) if self.version else b""
            out += struct.pack(">HH", 0, item.pieces)
            cuts = [len(item.data) * n // item.pieces for n in range(item.pieces + 1)]
            for start, end in pairwise(cuts):
                out += bytes(index) if self.version else b""
                out += (at[item.method] + start).to_bytes(offset, "big") if offset else b""
                out += (end - start).to_bytes(length, "big") if length else b""
            at[item.method] += len(item.data)
        return full(b"iloc", out, version=self.version)

    def _iref(self) -> bytes:
        entries = b"".join(
            box(kind, struct.pack(f">HH{len(to)}H", source, len(to), *to))
            for kind, source, to in self.references
        )
        return full(b"iref", entries) if entries else b""

    def _iprp(self) -> bytes:
        listed = [
            struct.pack(">HB", number, len(item.properties)) + bytes(item.properties)
            for number, item in enumerate(self.items, start=1)
            if item.properties
        ]
        ipma = full(b"ipma", struct.pack(">I", len(listed)) + b"".join(listed))
        return box(b"iprp", box(b"ipco", b"".join(box(*one) for one in self.properties)) + ipma)


def cr3(
    first: bytes, second: bytes, xmp: bytes = b"", pixels: bytes = PIXELS, offset: int = 7
) -> bytes:
    """A CR3 file: CMT1 and CMT2 in Canon's box, a chunk table, XMP, mdat."""
    canon = uuid(
        CANON_UUID,
        box(b"CNCV", b"CanonCR3_001") + box(b"CTBO", struct.pack(">I", offset))
        + box(b"CMT1", first) + (box(b"CMT2", second) if second else b""),
    )  # fmt: skip
    table = box(b"stbl", full(b"co64", struct.pack(">IQ", 1, offset)) + full(b"stsz", b"size"))
    track = box(b"trak", box(b"mdia", box(b"minf", table)))
    packet = uuid(XMP_UUID, xmp) if xmp else b""
    return ftyp(b"crx ", b"isom") + box(b"moov", canon + track) + packet + box(b"mdat", pixels)


def jp2(*metadata: bytes, pixels: bytes = PIXELS) -> bytes:
    """A JP2 file with metadata boxes before its codestream."""
    signature = box(b"jP  ", b"\r\n\x87\n")
    header = box(b"jp2h", box(b"ihdr", b"size and depth"))
    stream = box(b"jp2c", b"\xff\x4f\xff\x51" + pixels)
    return signature + ftyp(b"jp2 ") + header + b"".join(metadata) + stream


def jxl(*metadata: bytes, stream: bytes = b"\xff\x0a" + PIXELS, parts: int = 0) -> bytes:
    """A JPEG XL container; its codestream whole, or in parts."""
    out = box(b"JXL ", b"\r\n\x87\n") + ftyp(b"jxl ") + b"".join(metadata)
    if not parts:
        return out + box(b"jxlc", stream)
    cuts = [len(stream) * number // parts for number in range(parts + 1)]
    for number, (start, end) in enumerate(pairwise(cuts)):
        last = 0x80000000 if number == parts - 1 else 0
        out += box(b"jxlp", struct.pack(">I", number | last) + stream[start:end])
    return out


def c2pa_box(purpose: bytes = b"manifest") -> bytes:
    """C2PA's box of a BMFF file: an empty store."""
    return uuid(C2PA_UUID, bytes(4) + purpose + b"\x00" + bytes(8) + box(b"jumb", b""))
