"""JPEG 2000 files: JP2, JPX, and the bare codestream (ISO/IEC 15444-1, annex I). Read only."""

from __future__ import annotations

import hashlib
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Format, Survey
from provenance.metadata.formats.bmff import (
    XMP_UUID,
    Box,
    Cover,
    Harvest,
    boxes,
    geometry_of,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import ifd
from provenance.model import Container

# Photoshop's plug-in of old writes the second kind of each; both are read by ExifTool.
_EXIF_UUIDS: Final = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_IIM_UUIDS: Final = (
    bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"),
    bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"),
)
_PHOTOSHOP_UUID: Final = bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb")
_CREDIT_UUIDS: Final = frozenset({XMP_UUID, *_EXIF_UUIDS, *_IIM_UUIDS, _PHOTOSHOP_UUID})
_EXIF_PREFIX: Final = b"Exif\x00\x00"
_CODESTREAM: Final = b"\xff\x4f\xff\x51"

_IMAGE_DOMAIN: Final = b"provenance jp2 image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance jp2 scan digest v1\x00"


def survey(window: Window) -> Survey:
    """Find EXIF, IIM and XMP; a bare codestream has none.

    Raises:
        UnreadableError: ``jp2-truncated`` where the file ends before any metadata and before
            the picture.
    """
    if window.take(0, 4) == _CODESTREAM:
        return Survey()
    harvest = Harvest(window)
    top = list(boxes(window, 0, window.size, harvest.warnings))
    for box in top:
        _gather(window, box, harvest)
    if not any(box.kind == b"jp2c" for box in top) or top[-1].end > window.size:
        if not harvest.blocks and not any(box.kind == b"jp2c" for box in top):
            raise UnreadableError(
                f"{window.name}: the JPEG 2000 file ends at octet {window.size}, before any"
                " picture data.",
                code="jp2-truncated",
                remedy="Fetch the file again; it was cut in transfer or is still being written.",
            )
        harvest.warn("jp2-truncated", "the file ends before its picture does.")
    return Survey(tuple(harvest.blocks), tuple(harvest.warnings))


def _gather(window: Window, box: Box, harvest: Harvest) -> None:
    """Read one box if it holds metadata."""
    if box.uuid == XMP_UUID or is_xmp(window, box):
        harvest.xmp(harvest.body(box), box.start)
    elif box.uuid in _EXIF_UUIDS:
        payload = (harvest.body(box) or b"").removeprefix(_EXIF_PREFIX)
        if payload and ifd.wire_of(payload) is None:
            harvest.warn("exif-broken", "its EXIF has no TIFF header; it was not read.")
        else:
            harvest.exif(payload, box.start)
    elif box.uuid in _IIM_UUIDS or box.uuid == _PHOTOSHOP_UUID:
        carrier = Carrier.PHOTOSHOP if box.uuid == _PHOTOSHOP_UUID else Carrier.IIM
        if content := harvest.body(box):
            harvest.blocks.append(Block(carrier, Container.IIM, content, (box.start,)))


def is_xmp(window: Window, box: Box) -> bool:
    """Whether an ``xml`` box holds XMP; other programs keep XML of their own in it."""
    if box.kind != b"xml ":
        return False
    head = window.take(box.body, min(box.length, 4096)).replace(b"\x00", b"")
    return b"adobe:ns:meta/" in head or b"22-rdf-syntax-ns#" in head


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a JPEG 2000 file, hex.

    Both are SHA-256. The scan digest covers the codestreams, so that a picture has the same
    one in a file and bare; it is None where there is none, or where the last one is cut. The
    image digest covers all boxes but those that hold EXIF, IIM or XMP; of EXIF it covers
    Orientation and ColorSpace.
    """
    window = Window.over(data, "the picture")
    view = memoryview(data)
    if data.startswith(_CODESTREAM):
        streams, end = [view], len(data)
        image = Cover(_IMAGE_DOMAIN, data, bool)
        image.add(b"jp2c", view)
    else:
        image = Cover(
            _IMAGE_DOMAIN, data, lambda box: box.uuid in _CREDIT_UUIDS or is_xmp(window, box)
        )
        image.boxes(0, len(data))
        pixels = [box for box in boxes(window, 0, len(data), []) if box.kind == b"jp2c"]
        streams = [view[box.body : box.end] for box in pixels]
        end = max((box.end for box in pixels), default=0)
        image.add(b"Exif", geometry_of(survey, window))
    scan = hashlib.sha256(_SCAN_DOMAIN)
    for stream in streams:
        scan.update(stream)
    return image.hexdigest(), scan.hexdigest() if streams and end <= len(data) else None


FORMAT: Final = Format(survey=survey, fingerprints=fingerprints)
