"""Whether two JPEG files hold the same picture, told by comparing octets instead of digests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.formats import mpf
from provenance.metadata.formats.jpeg_segments import (
    CREDIT_KINDS,
    KINDS_BY_MARK,
    MAX_SEGMENTS,
    Kind,
    Segment,
    mark_at,
    named_at,
    walk,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import ifd
from provenance.metadata.standards.exif_plain import plain_fields


class _Header(NamedTuple):
    """What stands before the first scan.

    Attributes:
        pieces: the octets of everything but credit metadata, in file order.
        exif: the EXIF blocks.
        end: offset of the first SOS marker.
    """

    pieces: list[bytes]
    exif: list[bytes]
    end: int


def same_picture(old: bytes, new: bytes) -> bool:
    """Whether a file has the picture of another, and all else that is not credit metadata.

    From the first scan on both must be the same, octet by octet; before it the same segments
    and the same stray octets in the same order, but for credit metadata, and but for the
    sizes and offsets in the index of a multi-picture file. Orientation and ColorSpace must
    be the same. So whatever ``jpeg_scan.fingerprints`` covers is equal, at a tenth of the
    time that the digests of both files take.

    Returns:
        True is proof. False is none: the trailer may have followed what moved, or the EXIF
        may be too odd to be compared; then the digests tell.
    """
    try:
        before, after = _header(old), _header(new)
    except UnreadableError:
        return False
    return (
        before is not None
        and after is not None
        and len(old) - before.end == len(new) - after.end
        and new.endswith(memoryview(old)[before.end :])
        and before.pieces == after.pieces
        and len(before.exif) == len(after.exif)
        and all(map(_same_geometry, before.exif, after.exif))
    )


def _header(data: bytes) -> _Header | None:
    """Take a header apart; None where no scan follows it."""
    pieces: list[bytes] = []
    exif: list[bytes] = []
    at = 2
    for segment in _segments(data):
        if segment.start > at:
            pieces.append(data[at : segment.start])
        if segment.kind is Kind.SCAN:
            return _Header(pieces, exif, segment.start)
        at = min(segment.end, len(data))
        _file(data, segment, pieces, exif)
    return None


def _segments(data: bytes) -> Iterator[Segment]:
    """As ``walk``; what begins in a common way is told at less cost."""
    at, left = 2, MAX_SEGMENTS
    while left and at + 4 <= len(data):
        mark, length = mark_at(data, at)
        end = at + 2 + length
        named = named_at(data, at) or KINDS_BY_MARK.get(mark)
        if named is None or length < 2 or end > len(data):
            break
        yield Segment(mark[1], at, at + 4, end, *named)
        if named[0] is Kind.SCAN:
            return
        at, left = end, left - 1
    yield from walk(Window.over(data, "the picture"), [], at=at, most=left)


def _file(data: bytes, segment: Segment, pieces: list[bytes], exif: list[bytes]) -> None:
    """Put a segment where it belongs; an EXIF segment without a TIFF header continues one."""
    body = segment.body + segment.lead
    if segment.kind is Kind.EXIF:
        payload = data[body : segment.end]
        if exif and ifd.wire_of(payload) is None:
            exif[-1] += payload
        else:
            exif.append(payload)
    elif segment.kind is Kind.MPF:
        pieces.append(data[segment.start : body] + mpf.masked(data[body : segment.end]))
    elif segment.kind not in CREDIT_KINDS:
        pieces.append(data[segment.start : segment.end])


def _same_geometry(old: bytes, new: bytes) -> bool:
    """Whether two EXIF blocks say the same of the picture.

    What a sound block says is said within it: no segment behind the first scan that might
    continue the block could change it.
    """
    if old == new:
        return True
    before, after = plain_fields(old), plain_fields(new)
    return (
        before is not None
        and after is not None
        and (before.orientation, before.colour_space) == (after.orientation, after.colour_space)
    )
