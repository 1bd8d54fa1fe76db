"""What is picture in a TIFF file and what is not: what the two digests cover."""

from __future__ import annotations

import hashlib
import struct
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.formats.tiff_anatomy import (
    DATA_POINTERS,
    EXIF,
    FIRST,
    JPEG_TABLES,
    POINTERS,
    Anatomy,
    Node,
    data_of,
    walk,
)
from provenance.metadata.formats.tiff_directories import (
    AFCP_IIM,
    IIM,
    MAKER_NOTE,
    PHOTOSHOP,
    XMP,
    Layout,
    numbers,
)
from provenance.metadata.formats.tiff_survey import CREDIT_EXIF_TAGS, CREDIT_TAGS
from provenance.metadata.source import Window
from provenance.metadata.standards import irb
from provenance.metadata.standards.ifd import Entry

_IMAGE_DOMAIN: Final = b"provenance tiff image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance tiff scan digest v1\x00"
_ENTRY: Final = struct.Struct(">HHQ?Q")
_TAG: Final = struct.Struct(">HQ")

CREDIT_ENTRIES: Final = {
    FIRST: CREDIT_TAGS | {XMP, IIM, AFCP_IIM, PHOTOSHOP},
    EXIF: CREDIT_EXIF_TAGS,
}
"""Role of a directory to its entries that are credit metadata."""

_CREDIT_RESOURCES: Final = frozenset({irb.IIM, irb.IIM_DIGEST})
_PLACES: Final = POINTERS | {offset for offset, _length in DATA_POINTERS} | set(JPEG_TABLES)
_SUBFILE: Final = 0x00FE
_REDUCED: Final = 1
# What a decoder needs: sizes, samples, compression, colour model, strips and tiles, tables.
_LAYOUT_TAGS: Final = frozenset(
    {
        0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010A, 0x0115, 0x0116, 0x0117, 0x011C,
        0x0124, 0x0125, 0x013D, 0x0140, 0x0142, 0x0143, 0x0145, 0x014C, 0x0151, 0x0152,
        0x0153, 0x015B, 0x0200, 0x0202, 0x0203, 0x0205, 0x0206, 0x0211, 0x0212, 0x0213,
        0x0214, 0x828D, 0x828E,
    }
)  # fmt: skip
_NUMBERS_AT_ONCE: Final = 65_536
_MOST_READ: Final = 4
"""How often the octets of a file may be digested: directories may share a picture, not many."""


class _Ink:
    """Feeds digests, and ends the work where overlapping values repeat a file too often."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._left = _MOST_READ * len(data) + 65_536
        self.image = hashlib.sha256(_IMAGE_DOMAIN)

    def range(self, start: int, end: int) -> memoryview:
        """The octets, as far as the file has them."""
        piece = self._data[start:end]
        self._left -= len(piece)
        if self._left < 0:
            raise UnreadableError(
                "The values of this TIFF file overlap so much that digesting them would not end.",
                code="limit-overlaps",
                remedy="The file is damaged or hostile; fetch it again from its agency.",
            )
        return piece


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a TIFF file, hex SHA-256.

    The scan digest covers what decodes to the picture: of each directory that is no
    reduced-resolution copy (NewSubfileType) the tags that lay out the picture, and its
    strips, tiles and JPEG tables; copies whose metadata were dropped share it. It is None
    where the file has no picture data.

    The image digest covers the picture data of all directories and every entry of every
    directory with its value, in tag order, but for the credit metadata: ImageDescription,
    Artist, Copyright, XMP and IIM in IFD0, the IIM and its digest in Photoshop's image
    resources there, DateTimeOriginal, OffsetTimeOriginal and ImageUniqueID in the ExifIFD.
    Where a value or a directory stands is no part of it, so that no credit edit changes it.
    Octets that no directory refers to are no part of it either: they are what an edit
    leaves behind, and a writer may drop them.

    Raises:
        UnreadableError: ``tiff-truncated``; ``limit-directories`` or ``limit-overlaps`` for
            a file made to keep a reader busy.
    """
    return _fingerprints(data, maker_notes=True)


def raw_fingerprints(data: bytes) -> tuple[str, str | None]:
    """The digests of a raw file: as ``fingerprints``, but without its maker notes.

    Raw files are rewritten by ExifTool, which moves maker notes and mends the offsets inside
    of them (the Canon and Sony notes hold offsets in the file).
    """
    return _fingerprints(data, maker_notes=False)


def _fingerprints(data: bytes, *, maker_notes: bool) -> tuple[str, str | None]:
    window = Window.over(data, "the picture")
    anatomy = walk(window)
    if not anatomy.complete:
        raise UnreadableError(
            "The TIFF file has more directories than any writer would make.",
            code="limit-directories",
            remedy="The file is damaged or hostile; fetch it again from its agency.",
        )
    ink = _Ink(data)
    mark = anatomy.layout.wire.mark
    ink.image.update(mark)
    for node in anatomy.nodes:
        _digest_entries(ink, anatomy.layout, node, maker_notes=maker_notes)
        for piece in data_of(window, anatomy.layout, node.directory):
            # No length: strips that touch here may stand apart in a copy, and the tags tell it.
            ink.image.update(ink.range(piece.start, piece.end))
    return ink.image.hexdigest(), _scan(data, window, anatomy)


def _digest_entries(ink: _Ink, layout: Layout, node: Node, *, maker_notes: bool) -> None:
    ink.image.update(node.role.encode() + b"\x00")
    credit = CREDIT_ENTRIES.get(node.role, frozenset())
    for entry in sorted(node.directory.entries, key=lambda one: one.tag):
        if entry.tag in credit:
            if entry.tag == PHOTOSHOP:
                _digest_resources(ink, entry)
            continue
        if entry.tag == MAKER_NOTE and not maker_notes:
            continue
        if entry.tag in _PLACES:
            # An offset, and whether it is a LONG or an IFD, is the writer's own affair.
            ink.image.update(_TAG.pack(entry.tag, entry.length))
            continue
        known = entry.size > 0
        where = entry.where if known else layout.value_field(entry)
        end = entry.end if known else where + layout.inline
        octets = ink.range(where, end)
        is_there = len(octets) == end - where
        ink.image.update(_ENTRY.pack(entry.tag, entry.type, entry.length, is_there, len(octets)))
        ink.image.update(octets)


def _digest_resources(ink: _Ink, entry: Entry) -> None:
    """Photoshop's image resources but for the IIM and its digest."""
    block = bytes(ink.range(entry.where, entry.end))
    resources = irb.split(block)
    for one in resources:
        if one.id not in _CREDIT_RESOURCES:
            ink.image.update(_TAG.pack(one.id, len(one.payload)) + one.name + b"\x00")
            ink.image.update(one.payload)
    ink.image.update(block[resources[-1].end if resources else 0 :])


def _scan(data: bytes, window: Window, anatomy: Anatomy) -> str | None:
    """The digest of what decodes to the picture."""
    view = memoryview(data)
    found = hashlib.sha256(_SCAN_DOMAIN + anatomy.layout.wire.mark)
    nodes = [node for node in anatomy.nodes if not _is_reduced(window, anatomy.layout, node)]
    empty = True
    for _role, directory in nodes or anatomy.nodes:
        pieces = data_of(window, anatomy.layout, directory)
        octets = [view[piece.start : piece.end] for piece in pieces]
        if not any(octets):
            continue
        empty = False
        for entry in sorted(directory.entries, key=lambda one: one.tag):
            if entry.tag in _LAYOUT_TAGS:
                _digest_layout(found, window, anatomy.layout, entry)
        for piece in octets:
            found.update(piece)
    return None if empty else found.hexdigest()


def _digest_layout(found: hashlib._Hash, window: Window, layout: Layout, entry: Entry) -> None:
    """A tag that lays out the picture: whole numbers whatever type they have, else octets."""
    if numbers(window, layout, entry, most=1):
        found.update(_TAG.pack(entry.tag, entry.length))
        width = entry.size // entry.length
        # Piece by piece: a number takes ten times the memory that it takes in the file.
        for first in range(0, entry.length, _NUMBERS_AT_ONCE):
            many = min(_NUMBERS_AT_ONCE, entry.length - first)
            piece = entry._replace(
                where=entry.where + first * width, length=many, size=many * width
            )
            values = numbers(window, layout, piece, most=many)
            found.update(struct.pack(f">{len(values)}Q", *values))
    else:
        octets = window.take(entry.where, entry.size) if entry.end <= window.size else b""
        found.update(_TAG.pack(entry.tag, len(octets)))
        found.update(octets)


def _is_reduced(window: Window, layout: Layout, node: Node) -> bool:
    """Whether a directory is a smaller copy of another's picture (TIFF 6.0, NewSubfileType)."""
    for entry in node.directory.entries:
        if entry.tag == _SUBFILE:
            return any(one & _REDUCED for one in numbers(window, layout, entry, most=1))
    return False
