"""Make TIFF, BigTIFF and raw files octet by octet after TIFF 6.0."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Sequence

from making import iim_block, resource, xmp_packet

BYTE, ASCII, SHORT, LONG, UNDEFINED, LONG8 = 1, 2, 3, 4, 7, 16
WIDTH, HEIGHT = 16, 12
PIXELS = random.Random(7).randbytes(WIDTH * HEIGHT * 3)

Row = tuple[int, int, bytes]

_SIZES = {SHORT: 2, LONG: 4, 13: 4, LONG8: 8}


class Maker:
    """A file in the making: octets are appended, the header points to IFD0 at the end."""

    def __init__(self, order: str = "<", *, big: bool = False, magic: bytes | None = None) -> None:
        self.order, self.big = order, big
        mark = b"II" if order == "<" else b"MM"
        plain = mark + struct.pack(order + "H", 43 if big else 42)
        self.data = bytearray(magic or plain)
        self.data += struct.pack(order + "HHQ", 8, 0, 0) if big else bytes(4)

    def add(self, octets: bytes) -> int:
        """Append octets at an even offset; where they stand."""
        self.data += bytes(len(self.data) & 1)
        self.data += octets
        return len(self.data) - len(octets)

    def long(self, *values: int) -> bytes:
        return struct.pack(f"{self.order}{len(values)}I", *values)

    def short(self, *values: int) -> bytes:
        return struct.pack(f"{self.order}{len(values)}H", *values)

    def directory(self, rows: Sequence[Row], following: int = 0) -> int:
        """Append a directory behind its long values; rows are sorted by tag."""
        table = b""
        inline = 8 if self.big else 4
        head, offset = ("HHQ", "Q") if self.big else ("HHI", "I")
        for tag, kind, value in sorted(rows, key=lambda row: row[0]):
            count = len(value) // _SIZES.get(kind, 1)
            if len(value) <= inline:
                field = value.ljust(inline, b"\x00")
            else:
                field = struct.pack(self.order + offset, self.add(value))
            table += struct.pack(self.order + head, tag, kind, count) + field
        many = struct.pack(self.order + ("Q" if self.big else "H"), len(rows))
        return self.add(many + table + struct.pack(self.order + offset, following))

    def picture(self, pixels: bytes = PIXELS, *, compression: int = 1) -> list[Row]:
        """Append an RGB picture in two strips; the rows that lay it out."""
        half = len(pixels) // 2
        starts = [self.add(pixels[:half]), self.add(pixels[half:])]
        return [
            (0x0100, SHORT, self.short(WIDTH)),
            (0x0101, SHORT, self.short(HEIGHT)),
            (0x0102, SHORT, self.short(8, 8, 8)),
            (0x0103, SHORT, self.short(compression)),
            (0x0106, SHORT, self.short(2)),
            (0x0111, LONG, self.long(*starts)),
            (0x0115, SHORT, self.short(3)),
            (0x0116, SHORT, self.short(HEIGHT // 2)),
            (0x0117, LONG, self.long(half, len(pixels) - half)),
        ]

    def done(self, first: int) -> bytes:
        """The file with IFD0 at an offset."""
        layout, at = ("Q", 8) if self.big else ("I", 4)
        struct.pack_into(self.order + layout, self.data, at, first)
        return bytes(self.data)


IIM = iim_block({"byline": "Aaref WATAD", "credit": "AFP", "caption": "Damascus, December 8"})
XMP = xmp_packet(
    {
        "dc:creator": ["Aaref WATAD"],
        "photoshop:Credit": "AFP",
        "dc:description": "Damascus, December 8",
    }
)
TEXTS: list[Row] = [
    (0x010E, ASCII, b"Damascus, December 8\x00"),
    (0x013B, ASCII, b"Aaref WATAD\x00"),
    (0x8298, ASCII, b"AFP\x00"),
]
EXIF_TEXTS: list[Row] = [
    (0x9003, ASCII, b"2024:12:08 11:30:00\x00"),
    (0x9011, ASCII, b"+02:00\x00"),
    (0xA420, ASCII, b"0123456789abcdef0123456789abcdef\x00"),
]


def resources(digest: bytes, *, iim: bytes | None = None) -> bytes:
    """Photoshop's image resources of a TIFF file: a digest of the IIM and something else."""
    own = b"" if iim is None else resource(0x0404, iim)
    return resource(0x03ED, b"resolution") + own + resource(0x0425, digest)


def tiff(
    rows: Sequence[Row] = (),
    exif_rows: Sequence[Row] | None = None,
    *,
    order: str = "<",
    big: bool = False,
    tail: bytes = b"",
) -> bytes:
    """A whole picture: IFD0 with the rows, and an ExifIFD where rows for it are given."""
    maker = Maker(order, big=big)
    layout = maker.picture()
    more = list(rows)
    if exif_rows is not None:
        colour = (0xA001, SHORT, maker.short(1))
        more.append((0x8769, LONG, maker.long(maker.directory([*exif_rows, colour]))))
    first = maker.directory([*layout, (0x0112, SHORT, maker.short(6)), *more])
    return maker.done(first) + tail


def dressed(order: str = "<", *, big: bool = False, iim_type: int = UNDEFINED) -> bytes:
    """A picture with everything that an agency writes."""
    iim = IIM + bytes(-len(IIM) % 4) if iim_type == LONG else IIM
    blocks = [
        (0x02BC, BYTE, XMP),
        (0x83BB, iim_type, iim),
        (0x8649, BYTE, resources(hashlib.md5(IIM, usedforsecurity=False).digest())),
    ]
    return tiff([*TEXTS, *blocks], EXIF_TEXTS, order=order, big=big)
