"""What is picture in a HEIF file and what is not: what its digests cover.

Absolute offsets (iloc, the chunk tables of a sequence) are no part of either digest: they
follow when a metadata item grows. What they point to is.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format
from provenance.metadata.formats.bmff import (
    XMP_UUID,
    Box,
    Cover,
    Harvest,
    boxes,
    geometry_of,
)
from provenance.metadata.formats.bmff_heif import survey
from provenance.metadata.formats.bmff_items import (
    Meta,
    Properties,
    Span,
    read_meta,
    read_properties,
)
from provenance.metadata.source import Window

_IMAGE_DOMAIN: Final = b"provenance heif image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance heif scan digest v1\x00"
_PIECE: Final = struct.Struct(">4sQ")

# Lists of items and their places are covered item by item, properties by ipco.
_COVERED_APART: Final = frozenset({b"iinf", b"iloc", b"iref", b"idat", b"iprp", b"free", b"skip"})

# What a decoder needs of an item (ISO/IEC 23008-12, 6.5; AV1-ISOBMFF 2.3).
_CONFIGURATION: Final = frozenset(
    {b"hvcC", b"av1C", b"avcC", b"vvcC", b"jpgC", b"j2kH", b"uncC", b"cmpd", b"lhvC", b"ispe",
     b"irot", b"imir", b"clap", b"auxC", b"a1op", b"lsel"}
)  # fmt: skip
_ALPHA: Final = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


class _Pictures:
    """The data and properties of items, each hashed once however often it is listed."""

    def __init__(self, data: bytes, meta: Meta, properties: Properties) -> None:
        self._view = memoryview(data)
        self._meta = meta
        self._properties = properties
        self._known: dict[tuple[Span, ...], bytes] = {}
        # Items may share octets; a file in which they do so over and over is made to waste time.
        self._left = 4 * len(data) + 65_536

    def data(self, number: int) -> bytes | None:
        """Digest of an item's data, None where they cannot be had whole.

        Raises:
            UnreadableError: ``limit-extents``.
        """
        spans = self._meta.spans(number, len(self._view))
        if spans is None:
            return None
        octets = sum(span.end - span.start for span in spans)
        if octets < self._meta.wants(number):
            return None
        key = tuple(spans)
        if key not in self._known:
            self._spend(octets)
            found = hashlib.sha256()
            for span in spans:
                found.update(self._view[span.start : span.end])
            self._known[key] = found.digest()
        return self._known[key]

    def _spend(self, octets: int) -> None:
        self._left -= octets
        if self._left < 0:
            raise UnreadableError(
                "The pictures in the HEIF file overlap over and over.",
                code="limit-extents",
                remedy="The file is damaged or hostile; fetch it again from its agency.",
            )

    def configuration(self, number: int) -> bytes:
        """What a decoder needs to know of an item beside its data."""
        found: list[bytes] = []
        for box in self._properties.each(number):
            if box.kind in _CONFIGURATION:
                piece = self._view[box.body : box.end]
                self._spend(len(piece))
                found += (_PIECE.pack(box.kind, len(piece)), bytes(piece))
        return b"".join(found)

    def is_alpha(self, number: int) -> bool:
        """The item is the transparency of another one."""
        return any(
            bytes(self._view[box.body + 4 : min(box.end, box.body + 64)]).startswith(_ALPHA)
            for box in self._properties.each(number)
            if box.kind == b"auxC"
        )


class _Image:
    """The image digest while it is made up."""

    def __init__(self, data: bytes, meta: Meta, pictures: _Pictures) -> None:
        credit = frozenset(
            span
            for number, item in meta.items.items()
            if item.is_metadata
            for span in meta.spans(number, len(data)) or ()
        )
        self._credit = sorted(credit)
        self._view = memoryview(data)
        self._meta = meta
        self._pictures = pictures
        self._cover = Cover(_IMAGE_DOMAIN, data, _is_apart)
        self.needs_rest = False

    def boxes(self, top: list[Box]) -> None:
        """Cover the boxes of the file, then those of the meta box."""
        self._cover.boxes(0, len(self._view))
        self.needs_rest = any(box.kind == b"moov" for box in top)
        for box in self._meta.children:
            if box.kind not in _COVERED_APART:
                self._cover.add(box.kind, self._view[box.body : box.end])

    def items(self, properties: Properties) -> None:
        """Cover every item but metadata, with what refers to what; then all properties."""
        for number, item in sorted(self._meta.items.items()):
            if item.is_metadata:
                continue
            self._cover.add(b"infe", item.entry)
            self._cover.add(b"ipma", repr(properties.of_item.get(number, ())).encode())
            found = self._pictures.data(number)
            self.needs_rest |= found is None
            self._cover.add(b"iloc", found or b"")
        for kind, source, targets in self._meta.references:
            if source in self._meta.items and not self._meta.items[source].is_metadata:
                self._cover.add(kind, repr((source, targets)).encode())
        for box in properties.boxes:
            self._cover.add(box.kind, self._view[box.body : box.end])

    def rest(self, top: list[Box]) -> None:
        """Cover what of mdat belongs to no metadata item."""
        for box in top:
            if box.kind == b"mdat":
                at = box.body
                for span in self._credit:
                    if at <= span.start < box.end:
                        self._cover.add(b"mdat", self._view[at : span.start])
                        at = max(span.end, at)
                self._cover.add(b"mdat", self._view[at : max(box.end, at)])

    def hexdigest(self, geometry: bytes) -> str:
        """The digest in hex."""
        self._cover.add(b"Exif", geometry)
        return self._cover.hexdigest()


def _is_apart(box: Box) -> bool:
    return box.kind in (b"mdat", b"meta") or box.uuid == XMP_UUID


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a HEIF file, hex.

    Both are SHA-256. The scan digest covers the primary item, those it is derived from (grid
    tiles, overlays) and their transparency: type, data and configuration properties (codec
    set-up, size, rotation, mirroring, crop). It is None where there is no such item, or a
    part of its data is missing.

    The image digest covers all items but EXIF and XMP ones (entry, properties, references,
    data), all item properties, and every box but XMP; where there is a sequence or an item
    whose data cannot be told apart, also what of mdat belongs to no item. Of EXIF it covers
    Orientation and ColorSpace. It does not cover offsets nor free space.

    Raises:
        UnreadableError: ``limit-extents``, ``limit-properties``.
    """
    window = Window.over(data, "the picture")
    top = list(boxes(window, 0, len(data), []))
    listed = next((box for box in top if box.kind == b"meta"), None)
    meta = Meta() if listed is None else read_meta(window, listed, Harvest(window))
    properties = read_properties(window, meta)
    pictures = _Pictures(data, meta, properties)
    image = _Image(data, meta, pictures)
    image.boxes(top)
    image.items(properties)
    if image.needs_rest or listed is None:
        image.rest(top)
    geometry = geometry_of(survey, window)
    return image.hexdigest(geometry), _scan(meta, pictures)


def _scan(meta: Meta, pictures: _Pictures) -> str | None:
    """The scan digest; None where there is no primary item, or where its data are not whole."""
    if meta.primary is None or meta.primary not in meta.items:
        return None
    parts = meta.parts_of(meta.primary)
    there = set(parts)
    helpers = dict.fromkeys(
        source
        for kind, source, targets in meta.references
        if kind == b"auxl" and not there.isdisjoint(targets)
    )
    alphas = [source for source in helpers if pictures.is_alpha(source)]
    scan = hashlib.sha256(_SCAN_DOMAIN)
    for number in meta.parts_of(*parts, *alphas):
        found = pictures.data(number)
        item = meta.items.get(number)
        if found is None or item is None:
            return None
        scan.update(item.type + pictures.configuration(number) + found)
    return scan.hexdigest()


FORMAT: Final = Format(survey=survey, fingerprints=fingerprints)
