"""The pieces of a JPEG file (ITU T.81, annex B; CIPA DC-007 for the index of several pictures)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fidelity.pieces import Piece, below, piece
from fidelity.resource_pieces import resources
from fidelity.tiff_pieces import Tables, tiff

ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment."""
_SCAN: Final = 0xDA
_END: Final = 0xD9
_EXIF: Final = (b"Exif\0\0", b"Exif\0\xff")
_XMP: Final = (b"://ns.adobe.com/xap/1.0/", b"://ns.adobe.com/xmp/extension/")
_HEADER: Final = 40
"""Octets in which the name of XMP stands; some writers spell its beginning in another way."""
_TIFF: Final = (b"II*\0", b"MM\0*")
RESOURCES: Final = b"Photoshop 3.0\0"
_INDEX: Final = b"MPF\0"
_PICTURES: Final = 0xB002
_PICTURE: Final = 16


class Segment(NamedTuple):
    """A marker segment: its marker, where its content starts and ends."""

    marker: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """The header's segments, garbage between them (marker 0), and the rest from the scan on."""
    at = 2
    while at < len(data):
        mark = data.find(b"\xff", at)
        while mark >= 0 and data[mark + 1 : mark + 2] in (b"\xff", b"\0"):
            mark = data.find(b"\xff", mark + 1)
        if mark < 0 or mark + 1 >= len(data):
            yield Segment(0, at, len(data))
            return
        if mark > at:
            yield Segment(0, at, mark)
        marker = data[mark + 1]
        if marker in (_SCAN, _END):
            yield Segment(marker, mark, len(data))
            return
        length = 2 if marker in ALONE else 2 + int.from_bytes(data[mark + 2 : mark + 4], "big")
        end = mark + length
        yield Segment(marker, mark + min(length, 4), end)
        at = max(end, mark + 2)


def jpeg(data: bytes, *, placed: bool = True) -> Iterator[Piece]:
    """Every segment that is no credit metadata, and all octets from the first scan on.

    Args:
        data: the file.
        placed: maker notes must keep their offset in the EXIF block.
    """
    joined: list[bytes] = []
    for marker, start, end in segments(data):
        content = data[start:end]
        if marker == 0xE1 and _is_metadata(content):
            continue
        if marker == 0xED and content.startswith(RESOURCES):
            joined.append(content[len(RESOURCES) :])
        elif marker == 0xE2 and content.startswith(_INDEX):
            yield from below("MPF", _pictures(data, start + len(_INDEX), end))
        else:
            yield piece(f"segment {marker:02x}", content)
    for block in exif_blocks(data):
        yield from below("EXIF", tiff(block, placed=placed))
    if joined:
        yield from below("APP13", resources(b"".join(joined), exif=tiff))


def _is_metadata(content: bytes) -> bool:
    """EXIF, whose blocks come as a whole at the end, or XMP."""
    return content.startswith(_EXIF) or any(name in content[:_HEADER] for name in _XMP)


def _pictures(data: bytes, start: int, end: int) -> Iterator[Piece]:
    """The index's values, and the pictures that it names, octet by octet."""
    tables = Tables(data[start:end])
    for directory in tables.directories:
        for row in directory.rows:
            entries = tables.data[row.start : row.end]
            if row.tag != _PICTURES:
                yield piece(f"{row.tag:#06x}", entries)
                continue
            order = "little" if tables.data[:2] == b"II" else "big"
            for at in range(0, len(entries) - _PICTURE + 1, _PICTURE):
                size = int.from_bytes(entries[at + 4 : at + 8], order)
                offset = int.from_bytes(entries[at + 8 : at + 12], order)
                yield piece("kind", entries[at : at + 4] + entries[at + 12 : at + 16])
                if offset:
                    yield piece("picture", data[start + offset : start + offset + size])
                else:
                    yield piece("first picture's last octets", data[max(0, size - 2) : size])


def exif_blocks(data: bytes) -> list[bytes]:
    """The EXIF blocks, from the TIFF header on; one may be spread over several segments.

    Each ends with the first octet behind it: some makers count a thumbnail one octet too
    long, and who reads on finds the next marker there.
    """
    found: list[bytes] = []
    for marker, start, end in segments(data):
        if marker != 0xE1 or not data[start:end].startswith(_EXIF):
            continue
        block = data[start + 6 : end + 1]
        if found and not block.startswith(_TIFF):
            found[-1] = found[-1][:-1] + block
        else:
            found.append(block)
    return found


def image_resources(data: bytes) -> bytes:
    """The image resources, joined."""
    return b"".join(
        data[start + len(RESOURCES) : end]
        for marker, start, end in segments(data)
        if marker == 0xED and data[start:end].startswith(RESOURCES)
    )
