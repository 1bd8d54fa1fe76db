"""What is picture in a JPEG file and what is not: the ranges that the digests cover."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass, field
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.formats import jpeg_trailer, mpf
from provenance.metadata.formats.jpeg_segments import (
    CREDIT_KINDS,
    MAX_SEGMENTS,
    Kind,
    Segment,
    classify,
    walk,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import exif, ifd

_IMAGE_DOMAIN: Final = b"provenance image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance scan digest v1\x00"
_PIECE: Final = struct.Struct(">BQ")
_SEGMENT_PIECE: Final = 1
_TRAILER_PIECE: Final = 2
_SCAN_PIECE: Final = 3
_SIGNATURE: Final = 40

# Inside entropy-coded data 0xFF is followed by zero, or is a restart marker (T.81, B.1.1.5).
# Reserved codes below 0xC0 occur in damaged scans only and end none.
_MARKER: Final = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")

Span = tuple[int, int]


@dataclass(slots=True)
class Anatomy:
    """Where everything in a JPEG file stands; spans are (start, end) offsets.

    Attributes:
        picture: tables, frame and scan headers, entropy-coded data; no fill bytes.
        other: what is neither picture nor credit metadata, up to EOI.
        exif: the EXIF segments.
        mpf: the MPF segments; they are not part of ``other``.
        end: offset behind EOI, or behind the last segment; the trailer begins here.
        complete: EOI was found.
    """

    picture: list[Span] = field(default_factory=list)
    other: list[Span] = field(default_factory=list)
    exif: list[Segment] = field(default_factory=list)
    mpf: list[Segment] = field(default_factory=list)
    end: int = 0
    complete: bool = False

    def add_picture(self, start: int, end: int) -> None:
        """Add a span of the picture, joined to the one before where they touch."""
        if self.picture and self.picture[-1][1] == start:
            start = self.picture.pop()[0]
        self.picture.append((start, end))


def dissect(data: bytes) -> Anatomy:
    """Find the ranges of a JPEG file from SOI to EOI.

    Raises:
        UnreadableError: ``limit-segments``.
    """
    found = Anatomy()
    window = Window.over(data, "the picture")
    at = 2
    for segment in walk(window, []):
        if segment.start > at:
            found.other.append((at, segment.start))
        at = min(segment.end, len(data))
        _file(found, segment, at)
        if segment.kind is Kind.END:
            found.complete = True
        elif segment.kind is Kind.SCAN:
            at = _dissect_scans(data, window, found, at)
    found.end = at
    return found


def _file(found: Anatomy, segment: Segment, end: int) -> None:
    """Put one marker segment into the list where it belongs."""
    if segment.kind in (Kind.IMAGE, Kind.SCAN):
        found.add_picture(segment.start, end)
    elif segment.kind is Kind.MPF:
        found.mpf.append(segment)
    elif segment.kind is Kind.EXIF:
        found.exif.append(segment)
    elif segment.kind not in CREDIT_KINDS:
        found.other.append((segment.start, end))


def _dissect_scans(data: bytes, window: Window, found: Anatomy, at: int) -> int:
    """Go through entropy-coded data and the segments between scans; the offset behind EOI."""
    in_scan = True
    for _ in range(MAX_SEGMENTS):
        match = _MARKER.search(data, at)
        marker_at = match.start() if match else len(data)
        if in_scan:
            found.add_picture(at, _before_fill(data, at, marker_at))
        elif marker_at > at:
            found.other.append((at, marker_at))
        if match is None:
            return len(data)
        marker = data[marker_at + 1]
        if marker == 0xD9:
            found.complete = True
            found.other.append((marker_at, marker_at + 2))
            return marker_at + 2
        if marker == 0xD8:
            # The next image of a multi-picture file; this one was never ended.
            return marker_at
        head = data[marker_at : marker_at + _SIGNATURE]
        segment = classify(window, head, marker_at)
        at = min(segment.end, len(data))
        _file(found, segment, at)
        in_scan = segment.kind is Kind.SCAN
    raise UnreadableError(
        f"The picture holds more than {MAX_SEGMENTS} segments between its scans.",
        code="limit-segments",
        remedy="The file is damaged or hostile; fetch it again from its agency.",
    )


def _before_fill(data: bytes, start: int, end: int) -> int:
    """Where the fill bytes (T.81, B.1.1.2) before offset ``end`` begin."""
    while end > start:
        chunk = data[max(start, end - 256) : end]
        rest = len(chunk.rstrip(b"\xff"))
        end -= len(chunk) - rest
        if rest:
            break
    return end


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a JPEG file, hex.

    Both are SHA-256. The scan digest covers quantisation and Huffman tables, frame and scan
    headers and entropy-coded data in file order, without fill bytes; copies whose other
    segments were dropped share it. It is None where the file holds no scan.

    The image digest covers all but credit metadata (EXIF, XMP, Photoshop, COM): the other
    segments, stray bytes and the trailer, the sizes and offsets of an MPF index and the
    offsets of an AFCP trailer masked; the scan through the scan digest; and EXIF's
    Orientation and ColorSpace. No credit edit changes it.

    Raises:
        UnreadableError: ``limit-segments``.
    """
    found = dissect(data)
    view = memoryview(data)
    scan = hashlib.sha256(_SCAN_DOMAIN)
    for start, end in found.picture:
        scan.update(view[start:end])
    image = hashlib.sha256(_IMAGE_DOMAIN)
    for block in _exif_blocks(data, found.exif):
        turned, colours = exif.geometry(block)
        image.update(f"{turned} {colours}\x00".encode())
    pieces = [(start, view[start:end]) for start, end in found.other]
    pieces += [(segment.start, _masked(data, segment)) for segment in found.mpf]
    for _start, piece in sorted(pieces, key=lambda pair: pair[0]):
        image.update(_PIECE.pack(_SEGMENT_PIECE, len(piece)))
        image.update(piece)
    image.update(_PIECE.pack(_SCAN_PIECE, scan.digest_size))
    image.update(scan.digest())
    image.update(_PIECE.pack(_TRAILER_PIECE, len(data) - found.end))
    image.update(jpeg_trailer.masked(data, found.end))
    return image.hexdigest(), scan.hexdigest() if found.picture else None


def _exif_blocks(data: bytes, segments: list[Segment]) -> list[bytes]:
    """The EXIF blocks; a segment without a TIFF header continues the one before it."""
    found: list[list[bytes]] = []
    for segment in segments:
        piece = data[segment.body + segment.lead : segment.end]
        if found and ifd.wire_of(piece) is None:
            found[-1].append(piece)
        else:
            found.append([piece])
    return [b"".join(pieces) for pieces in found]


def _masked(data: bytes, segment: Segment) -> memoryview:
    index = segment.body + segment.lead
    end = min(segment.end, len(data))
    return memoryview(data[segment.start : index] + mpf.masked(data[index:end]))
