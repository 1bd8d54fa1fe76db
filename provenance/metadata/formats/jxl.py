"""JPEG XL files: the bare codestream, and the container of boxes (ISO/IEC 18181-2). Read only.

EXIF and XMP are boxes of their own, plain or packed with Brotli (``brob``). A codestream
holds no metadata of ours.
"""

from __future__ import annotations

import hashlib
import importlib
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format, Survey
from provenance.metadata.formats.bmff import (
    MAX_BLOCK,
    Box,
    Cover,
    Harvest,
    boxes,
    geometry_of,
    tiff_of,
)
from provenance.metadata.source import Window

MAX_PACKED: Final = 1024 * 1024
"""Octets of a packed box."""

_CODESTREAM: Final = b"\xff\x0a"
_PACKED: Final = b"brob"
_METADATA: Final = {b"Exif": "EXIF", b"xml ": "XMP"}
_JUMBF_HEAD: Final = 40
# Unpacking takes time for each octet: so many octets of a plain block could be read in it.
_WORK: Final = 16

_IMAGE_DOMAIN: Final = b"provenance jxl image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance jxl scan digest v1\x00"


def survey(window: Window) -> Survey:
    """Find EXIF and XMP.

    What is packed with Brotli needs the Python package ``brotli``; without it a warning says
    so and the rest is read.

    Raises:
        UnreadableError: ``jxl-truncated`` where the file ends before any metadata and before
            the picture.
    """
    if window.take(0, 2) == _CODESTREAM:
        return Survey()
    harvest = Harvest(window)
    credentials: str | None = None
    top = list(boxes(window, 0, window.size, harvest.warnings))
    for box in top:
        if box.kind == b"jumb" and is_c2pa(window.take(box.body, _JUMBF_HEAD)):
            credentials = "c2pa"
        elif (kind := _metadata_kind(window, box)) is not None:
            _gather(box, kind, harvest)
    _tell_cut(window, top, harvest)
    return Survey(tuple(harvest.blocks), tuple(harvest.warnings), credentials)


def _tell_cut(window: Window, top: list[Box], harvest: Harvest) -> None:
    begun = any(box.kind in (b"jxlc", b"jxlp") for box in top)
    if begun and top[-1].end <= window.size:
        return
    if not begun and not harvest.blocks:
        raise UnreadableError(
            f"{window.name}: the JPEG XL file ends at octet {window.size}, before any picture"
            " data.",
            code="jxl-truncated",
            remedy="Fetch the file again; it was cut in transfer or is still being written.",
        )
    harvest.warn("jxl-truncated", "the file ends before its picture does.")


def is_c2pa(superbox: bytes) -> bool:
    """Whether the content of a JUMBF superbox opens a C2PA manifest store.

    Its first box describes it: a UUID, toggles and the label (C2PA 2.1, 11.1; ISO 19566-5).
    """
    return (
        superbox[4:8] == b"jumd"
        and superbox[8:12] == b"c2pa"
        and superbox[25:30] in (b"c2pa\x00", b"c2pa")
    )


def _metadata_kind(window: Window, box: Box) -> bytes | None:
    """What metadata a box holds, packed or not; None where it holds none of ours."""
    kind = window.take(box.body, 4) if box.kind == _PACKED else box.kind
    return kind if kind in _METADATA else None


def _gather(box: Box, kind: bytes, harvest: Harvest) -> None:
    payload = harvest.body(box)
    if box.kind == _PACKED and payload is not None:
        payload = _unpacked(payload[4:], _METADATA[kind], harvest)
    if kind == b"xml ":
        harvest.xmp(payload, box.start)
    elif payload:
        harvest.exif(tiff_of(payload), box.start)


def _unpacked(packed: bytes, name: str, harvest: Harvest) -> bytes | None:
    """What a packed box holds (RFC 7932); None, and a warning, where that cannot be had."""
    try:
        brotli = importlib.import_module("brotli")
    except ImportError:
        harvest.warn(
            "jxl-brotli-missing",
            f"its {name} is packed with Brotli; it was not read. Install the Python package"
            " brotli to read it.",
        )
        return None
    if len(packed) > MAX_PACKED:
        harvest.warn("limit-metadata", f"its {name} takes {len(packed)} octets packed; not read.")
        return None
    harvest.charge(_WORK * len(packed))
    unpacker = brotli.Decompressor()
    found = bytearray()
    try:
        # One octet at a time: what it unpacks to is bounded in every version of the package.
        for at in range(len(packed)):
            found += unpacker.process(packed[at : at + 1])
            if len(found) > MAX_BLOCK:
                harvest.charge(MAX_BLOCK)
                harvest.warn("limit-metadata", f"its {name} unpacks to over {MAX_BLOCK} octets.")
                return None
    except brotli.error:
        harvest.warn("jxl-brotli-broken", f"its {name} is packed, and the packing is damaged.")
        return None
    if not unpacker.is_finished():
        harvest.warn("jxl-brotli-broken", f"its {name} is packed, and ends early.")
    return bytes(found) if harvest.admits(len(found)) else None


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a JPEG XL file, hex.

    Both are SHA-256. The scan digest covers the codestream, joined from its pieces, so that a
    picture has the same one in a container and bare; it is None where it is missing or cut.
    The image digest covers all boxes but EXIF and XMP, packed or not; of EXIF it covers
    Orientation and ColorSpace where it is not packed.
    """
    window = Window.over(data, "the picture")
    view = memoryview(data)
    scan = hashlib.sha256(_SCAN_DOMAIN)
    if data.startswith(_CODESTREAM):
        image = Cover(_IMAGE_DOMAIN, data, bool)
        image.add(b"jxlc", view)
        scan.update(view)
        return image.hexdigest(), scan.hexdigest()
    image = Cover(_IMAGE_DOMAIN, data, lambda box: _metadata_kind(window, box) is not None)
    image.boxes(0, len(data))
    image.add(b"Exif", geometry_of(_plain_exif, window))
    pieces = [box for box in boxes(window, 0, len(data), []) if box.kind in (b"jxlc", b"jxlp")]
    for box in pieces:
        # A part begins with its number.
        scan.update(view[box.body + 4 * (box.kind == b"jxlp") : box.end])
    whole = bool(pieces) and pieces[-1].end <= len(data)
    return image.hexdigest(), scan.hexdigest() if whole else None


def _plain_exif(window: Window) -> Survey:
    """The EXIF blocks that are not packed: the digest must not depend on what is installed."""
    harvest = Harvest(window)
    for box in boxes(window, 0, window.size, []):
        if box.kind == b"Exif":
            _gather(box, box.kind, harvest)
    return Survey(tuple(harvest.blocks))


FORMAT: Final = Format(survey=survey, fingerprints=fingerprints)
