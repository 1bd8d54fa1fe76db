"""Canon raw files, CR3: boxes of the ISO base media format, EXIF in a box of Canon's.

Canon publishes no specification; the layout is known from the files (Laurent Clévy's
description of CR3): ``CMT1`` is a TIFF block with an IFD0, ``CMT2`` another one whose IFD0 is
the Exif IFD. The two are handed up as one block that is made of their entries. Read only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format, Survey
from provenance.metadata.formats.bmff import (
    XMP_UUID,
    Box,
    Cover,
    Harvest,
    boxes,
    geometry_of,
)
from provenance.metadata.properties import TABLE
from provenance.metadata.source import Window
from provenance.metadata.standards import condensed, exif, ifd
from provenance.model import ReadWarning

_CANON_UUID: Final = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_EXIF_BOXES: Final = frozenset({b"CMT1", b"CMT2", b"CMT3", b"CMT4"})
_OFFSETS: Final = b"CTBO"

_IMAGE_DOMAIN: Final = b"provenance cr3 image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance cr3 scan digest v1\x00"

# What the decoder of EXIF blocks asks for.
_WANTED: Final = frozenset(row.exif.number for row in TABLE if row.exif is not None) | {
    exif.OFFSET_TIME_ORIGINAL,
    0x0112,
    0xA001,
}
_MAX_FIELDS: Final = 4 * len(_WANTED)


def survey(window: Window) -> Survey:
    """Find EXIF and XMP.

    Raises:
        UnreadableError: ``cr3-truncated`` where the file ends before both.
    """
    harvest = Harvest(window)
    top = list(boxes(window, 0, window.size, harvest.warnings))
    inner = {box.kind: box for box in _canon_boxes(window, top, harvest.warnings)}
    _join(inner, harvest)
    for box in top:
        if box.uuid == XMP_UUID:
            harvest.xmp(harvest.body(box), box.start)
    if not any(box.kind == b"mdat" for box in top) or top[-1].end > window.size:
        if not harvest.blocks:
            raise UnreadableError(
                f"{window.name}: the CR3 file ends at octet {window.size}, before any metadata.",
                code="cr3-truncated",
                remedy="Fetch the file again; it was cut in transfer or is still being written.",
            )
        harvest.warn("cr3-truncated", "the file ends before its picture does.")
    return Survey(tuple(harvest.blocks), tuple(harvest.warnings))


def _canon_boxes(window: Window, top: list[Box], warnings: list[ReadWarning]) -> Iterator[Box]:
    for outer in top:
        if outer.kind == b"moov":
            for box in boxes(window, outer.body, min(outer.end, window.size), warnings):
                if box.uuid == _CANON_UUID:
                    yield from boxes(window, box.body, min(box.end, window.size), warnings)


def _join(inner: dict[bytes, Box], harvest: Harvest) -> None:
    """Add the entries of CMT1 and CMT2 as one EXIF block."""
    if b"CMT1" not in inner:
        return
    first = harvest.body(inner[b"CMT1"]) or b""
    second = (harvest.body(inner[b"CMT2"]) or b"") if b"CMT2" in inner else b""
    wire = ifd.wire_of(first)
    if wire is None:
        harvest.warn("exif-broken", "its EXIF has no TIFF header; it was not read.")
        return
    exif_fields = _fields(second, harvest) if ifd.wire_of(second) == wire else None
    if second and exif_fields is None:
        harvest.warn("exif-broken", "its Exif directory cannot be read.")
    starts = [inner[kind].start for kind in (b"CMT1", b"CMT2") if kind in inner]
    harvest.exif(condensed.condense(wire, _fields(first, harvest), exif_fields), *starts)


def _fields(block: bytes, harvest: Harvest) -> list[condensed.Field]:
    """The entries of a block's first directory that say something of credit or geometry."""
    wire = ifd.wire_of(block)
    if wire is None:
        return []
    entries, whole = ifd.read_directory(block, wire, ifd.first_directory(block, wire))
    if not whole:
        harvest.warn("exif-broken-entry", "a directory of its EXIF is cut.")
    found: list[condensed.Field] = []
    for entry in [one for one in entries if one.tag in _WANTED][:_MAX_FIELDS]:
        size = entry.size if entry.type in ifd.TYPE_SIZES else 4
        end = entry.where + size
        there = end <= len(block) and harvest.admits(size)
        value = block[entry.where : end] if there else None
        found.append(condensed.Field(entry.tag, entry.type, entry.length, value))
    return found


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a CR3 file, hex.

    Both are SHA-256. The scan digest covers mdat: raw picture, previews and what the camera
    timed with them; it is None where that is missing or cut. The image digest covers all boxes
    but XMP, Canon's EXIF (CMT1 to CMT4) and the tables of offsets; of EXIF it covers
    Orientation and ColorSpace.
    """
    window = Window.over(data, "the picture")
    view = memoryview(data)
    image = Cover(_IMAGE_DOMAIN, data, _is_apart, opened=(_CANON_UUID,))
    image.boxes(0, len(data))
    image.add(b"Exif", geometry_of(survey, window))
    pixels = [box for box in boxes(window, 0, len(data), []) if box.kind == b"mdat"]
    scan = hashlib.sha256(_SCAN_DOMAIN)
    for box in pixels:
        scan.update(view[box.body : box.end])
    whole = bool(pixels) and pixels[-1].end <= len(data)
    return image.hexdigest(), scan.hexdigest() if whole else None


def _is_apart(box: Box) -> bool:
    return box.kind in _EXIF_BOXES or box.kind == _OFFSETS or box.uuid == XMP_UUID


FORMAT: Final = Format(survey=survey, fingerprints=fingerprints)
