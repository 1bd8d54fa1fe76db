"""Put new metadata blocks into a JPEG file; every other segment keeps its bytes and place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import NEW_XMP, Block, Carrier, Format, Payloads
from provenance.metadata.formats import jpeg_trailer, mpf
from provenance.metadata.formats.jpeg import survey
from provenance.metadata.formats.jpeg_compare import same_picture
from provenance.metadata.formats.jpeg_scan import dissect, fingerprints
from provenance.metadata.formats.jpeg_segments import XMP_HEADER, Kind, Segment, walk
from provenance.metadata.formats.jpeg_trailer import Copy
from provenance.metadata.source import Window
from provenance.metadata.standards import xmp_extended, xmp_split

MAX_BODY: Final = 65_533
"""Octets that fit a segment behind its length field (T.81, B.1.1.4)."""

_APP0: Final = 0xE0
_APP1: Final = b"\xff\xe1"
_LENGTH: Final = 2


class Splice(NamedTuple):
    """Old octets ``start`` to ``end`` give way to ``new``."""

    start: int
    end: int
    new: bytes


def check_writable(data: bytes) -> None:
    """Refuse what must not be rewritten whatever the edit is.

    Raises:
        RewriteRefusedError: ``incomplete-image`` where EOI is missing (the file was cut, or
            is still being copied).
    """
    if not dissect(data).complete:
        raise RewriteRefusedError(
            "The JPEG file ends before its picture does (no EOI marker).",
            code="incomplete-image",
            remedy="Wait until it is copied whole, or fetch it again.",
        )


def copies_behind(data: bytes) -> tuple[Copy, ...]:
    """The copies of the caption that an editor's trailer holds; they are never edited.

    Raises:
        RewriteRefusedError: ``limit-trailer`` where they overlap over and over.
    """
    if not jpeg_trailer.marked(data):
        return ()
    found: list[Copy] = []
    left = len(data)
    for copy in jpeg_trailer.copies(data, dissect(data).end):
        left -= len(copy.content)
        if left < 0:
            raise RewriteRefusedError(
                "The trailer behind the picture holds the same octets over and over.",
                code="limit-trailer",
                remedy="The file is damaged or hostile; fetch it again from its agency.",
            )
        found.append(copy)
    return tuple(found)


def replace(data: bytes, payloads: Payloads) -> bytes:
    """Put payloads in place of blocks, numbered as ``survey`` lists them.

    Segments that carry no replaced block are byte-equal and in the same order. The index of
    a multi-picture file and the offsets of an AFCP trailer follow what moved. A new XMP packet
    goes behind EXIF, else behind the JFIF header, else first; one that outgrows its segment
    is divided into a main and an extended one (XMP part 3, 1.1.3.1).

    Raises:
        RewriteRefusedError: ``segment-too-large``.
    """
    window = Window.over(data, "the picture")
    blocks = survey(window).blocks
    segments = {segment.start: segment for segment in walk(window, [])}
    splices: list[Splice] = []
    for number, new in payloads.items():
        if number == NEW_XMP:
            at = _place_of_xmp(segments.values())
            splices += [Splice(at, at, _xmp_segments(_APP1, XMP_HEADER, one)) for one in new]
            continue
        block = blocks[number]
        parts = [segments[start] for start in block.parts]
        splices += _splices(data, block, parts, new)
    splices.sort()
    if any(len(splice.new) != splice.end - splice.start for splice in splices):
        splices += _moved_offsets(data, segments.values(), splices)
        splices.sort()
    return _joined(data, splices)


def _place_of_xmp(segments: Iterable[Segment]) -> int:
    at = 2
    for segment in segments:
        if segment.kind is Kind.EXIF or (segment.marker == _APP0 and segment.start == at):
            at = segment.end
    return at


def _joined(data: bytes, splices: list[Splice]) -> bytes:
    pieces: list[bytes | memoryview] = []
    view, at = memoryview(data), 0
    for splice in splices:
        pieces += (view[at : splice.start], splice.new)
        at = splice.end
    return b"".join((*pieces, view[at:]))


def _splices(
    data: bytes, block: Block, parts: list[Segment], payloads: tuple[bytes, ...]
) -> list[Splice]:
    """What changes in the file where one block gets other payloads."""
    if block.carrier is Carrier.PHOTOSHOP or len(parts) > 1:
        return _split_as_before(data, parts, b"".join(payloads))
    first = parts[0]
    if block.carrier is Carrier.XMP:
        marker = data[first.start : first.start + 2]
        lead = data[first.body : first.body + first.lead]
        new = b"".join(_xmp_segments(marker, lead, payload) for payload in payloads)
    else:
        new = b"".join(_segment(data, first, payload) for payload in payloads)
    return [Splice(first.start, first.end, new)]


def _xmp_segments(marker: bytes, lead: bytes, packet: bytes) -> bytes:
    """The segment of a packet, and those of the extended packet where it had to be divided."""
    limit = MAX_BODY - len(lead)
    if len(packet) <= limit:
        return _packed(marker, lead + packet)
    divided = xmp_split.divide(packet, limit)
    if divided is None:
        raise _too_large("XMP", len(lead) + len(packet))
    main, extended = divided
    chunks = xmp_extended.chunk(extended) if extended else []
    return b"".join(_packed(marker, body) for body in (lead + main, *chunks))


def _segment(data: bytes, like: Segment, payload: bytes) -> bytes:
    """A marker segment that differs from an old one in its payload only."""
    lead = data[like.body : like.body + like.lead]
    body = len(lead) + len(payload)
    if body > MAX_BODY:
        raise _too_large(like.kind.value, body)
    return _packed(data[like.start : like.start + 2], lead + payload)


def _packed(marker: bytes, body: bytes) -> bytes:
    return marker + (len(body) + _LENGTH).to_bytes(_LENGTH, "big") + body


def _too_large(name: str, size: int) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"The {name} block would take {size} octets; a JPEG segment holds {MAX_BODY}.",
        code="segment-too-large",
        remedy="Shorten the new text, or remove what bloats this block with another editor.",
    )


def _split_as_before(data: bytes, parts: list[Segment], joined: bytes) -> list[Splice]:
    """Share a long block out to its old segments; the last takes what is left.

    What does not fit the last one goes on in segments behind it; the format may be split at
    any octet.
    """
    splices: list[Splice] = []
    at = 0
    for part in parts[:-1]:
        share = part.end - part.body - part.lead
        if at < len(joined):
            piece = _segment(data, part, joined[at : at + share])
            splices.append(Splice(part.start, part.end, piece))
        else:
            splices.append(Splice(part.start, part.end, b""))
        at += share
    last = parts[-1]
    most = MAX_BODY - last.lead
    rest = [joined[start : start + most] for start in range(at, len(joined), most)]
    new = b"".join(_segment(data, last, piece) for piece in rest)
    return [*splices, Splice(last.start, last.end, new)]


def _moved_offsets(data: bytes, segments: Iterable[Segment], splices: list[Splice]) -> list[Splice]:
    """What refers to places in the file, with the places of the new file."""
    starts = [splice.start for splice in splices]
    gains: list[int] = [0]
    for splice in splices:
        gains.append(gains[-1] + len(splice.new) - (splice.end - splice.start))
    growth = gains[-1]

    def place(offset: int) -> int:
        return offset + gains[bisect_left(starts, offset)]

    found: list[Splice] = []
    for segment in segments:
        if segment.kind is Kind.MPF:
            index = segment.body + segment.lead
            new = mpf.moved(data[index : segment.end], index, growth, place)
            found.append(Splice(index, segment.end, new))
    marked = growth and jpeg_trailer.marked(data)
    trailer = jpeg_trailer.moved(data, dissect(data).end, growth) if marked else []
    found += [Splice(at, at + len(octets), octets) for at, octets in trailer]
    return found


FORMAT: Final = Format(
    survey=survey,
    fingerprints=fingerprints,
    replace=replace,
    check_writable=check_writable,
    same_picture=same_picture,
)
