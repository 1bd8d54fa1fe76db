"""Put new metadata blocks into a JPEG file; every other segment keeps its bytes and place."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import Block, Carrier, Format, Payloads
from provenance.metadata.formats import mpf
from provenance.metadata.formats.jpeg import survey
from provenance.metadata.formats.jpeg_scan import dissect, fingerprints
from provenance.metadata.formats.jpeg_segments import Kind, Segment, walk
from provenance.metadata.source import Window

MAX_BODY: Final = 65_533
"""Octets that fit a segment behind its length field (T.81, B.1.1.4)."""

_AFCP_MARKS: Final = (b"AXS!", b"AXS*")
_AFCP_FOOTER: Final = 12


class Splice(NamedTuple):
    """Old octets ``start`` to ``end`` give way to ``new``."""

    start: int
    end: int
    new: bytes


def check_writable(data: bytes) -> None:
    """Refuse what must not be rewritten whatever the edit is.

    Raises:
        RewriteRefusedError: ``incomplete-image`` where EOI is missing (the file was cut, or
            is still being copied); ``trailer-metadata`` where an AFCP trailer holds one more
            copy of the caption, behind the picture and by absolute offsets.
    """
    if not dissect(data).complete:
        raise RewriteRefusedError(
            "The JPEG file ends before its picture does (no EOI marker).",
            code="incomplete-image",
            remedy="Wait until it is copied whole, or fetch it again.",
        )
    if data[-_AFCP_FOOTER:][:4] in _AFCP_MARKS:
        raise RewriteRefusedError(
            "The file ends with an AFCP trailer, which holds a copy of the caption that is"
            " not read here.",
            code="trailer-metadata",
            remedy="Correct this file with the editor that wrote the trailer (FotoStation).",
        )


def replace(data: bytes, payloads: Payloads) -> bytes:
    """Put payloads in place of blocks, numbered as ``survey`` lists them.

    Segments that carry no replaced block are byte-equal and in the same order. The index of
    a multi-picture file follows what moved.

    Raises:
        RewriteRefusedError: ``segment-too-large``; ``mpf-broken`` where images behind the
            first would be lost because their index cannot be read.
    """
    window = Window.over(data, "the picture")
    blocks = survey(window).blocks
    segments = {segment.start: segment for segment in walk(window, [])}
    splices: list[Splice] = []
    for number, new in payloads.items():
        block = blocks[number]
        parts = [segments[start] for start in block.parts]
        splices += _splices(data, block, parts, new)
    splices.sort()
    growth = sum(len(splice.new) - (splice.end - splice.start) for splice in splices)
    if growth:
        indexes = [segment for segment in segments.values() if segment.kind is Kind.MPF]
        splices += [_moved_index(data, segment, splices, growth) for segment in indexes]
        splices.sort()
    return _joined(data, splices)


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
    new = b"".join(_segment(data, first, payload) for payload in payloads)
    return [Splice(first.start, first.end, new)]


def _segment(data: bytes, like: Segment, payload: bytes) -> bytes:
    """A marker segment that differs from an old one in its payload only."""
    lead = data[like.body : like.body + like.lead]
    body = len(lead) + len(payload)
    if body > MAX_BODY:
        raise RewriteRefusedError(
            f"The {like.kind.value} block would take {body} octets; a JPEG segment holds"
            f" {MAX_BODY}.",
            code="segment-too-large",
            remedy="Shorten the new text, or remove what bloats this block with another editor.",
        )
    return data[like.start : like.start + 2] + (body + 2).to_bytes(2, "big") + lead + payload


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


def _moved_index(data: bytes, segment: Segment, splices: list[Splice], growth: int) -> Splice:
    """The MPF segment with the offsets of the new file."""
    starts = [splice.start for splice in splices]
    gains: list[int] = [0]
    for splice in splices:
        gains.append(gains[-1] + len(splice.new) - (splice.end - splice.start))

    def place(offset: int) -> int:
        return offset + gains[bisect_left(starts, offset)]

    index = segment.body + segment.lead
    new = mpf.moved(data[index : segment.end], index, growth, place)
    if new is None:
        raise RewriteRefusedError(
            "The index of this multi-picture file cannot be read, so that its other images"
            " would be lost when its metadata grows.",
            code="mpf-broken",
            remedy="Choose a text that is no longer than the old one, or use another editor.",
        )
    return Splice(index, segment.end, new)


FORMAT: Final = Format(
    survey=survey, fingerprints=fingerprints, replace=replace, check_writable=check_writable
)
