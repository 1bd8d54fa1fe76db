"""Walk through the marker segments of a JPEG file (ITU-T T.81, annex B) and name each one.

The walk is as tolerant as the readers of the field: it steps over fill bytes, stray bytes
and standalone markers, and says so. It stops at the first scan; no pixel is touched.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.source import Window
from provenance.model import ReadWarning

MAX_SEGMENTS: Final = 100_000
"""A header of more segments is an attack; a camera writes some twenty."""

EXIF_HEADER: Final = b"Exif\x00"
XMP_HEADER: Final = b"http://ns.adobe.com/xap/1.0/\x00"
EXTENSION_HEADER: Final = b"http://ns.adobe.com/xmp/extension/\x00"
PHOTOSHOP_HEADER: Final = b"Photoshop 3.0\x00"
MPF_HEADER: Final = b"MPF\x00"

_EXIF_LEAD: Final = 6
_SIGNATURE: Final = 4 + len(EXTENSION_HEADER)
_XMP_SEARCH: Final = 512
_PACKET_START: Final = re.compile(rb"<\?xpacket begin|<x:x[ma]pmeta|<rdf:RDF")
_PLAUSIBLE: Final = re.compile(rb"\xff[\xc0-\xcf\xd9-\xfe]")


class Kind(StrEnum):
    """What a segment is to us."""

    EXIF = "EXIF"
    XMP = "XMP"
    EXTENDED_XMP = "extended XMP"
    PHOTOSHOP = "Photoshop"
    COMMENT = "comment"
    MPF = "MPF"
    JUMBF = "JUMBF"
    IMAGE = "image"
    SCAN = "scan"
    END = "end"
    OTHER = "other"


CREDIT_KINDS: Final = frozenset(
    {Kind.EXIF, Kind.XMP, Kind.EXTENDED_XMP, Kind.PHOTOSHOP, Kind.COMMENT}
)
"""Segments that hold credit metadata: no part of the image digest."""

_APP1: Final = 0xE1
_APP2: Final = 0xE2
_APP11: Final = 0xEB
_APP13: Final = 0xED
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_TEM: Final = 0x01
_STANDALONE: Final = frozenset({_TEM, *range(0xD0, 0xDA)})
_WITH_LENGTH: Final = frozenset(range(0xC0, 0xFF)) - _STANDALONE
PASSED: Final = frozenset(
    bytes((0xFF, marker)) for marker in _WITH_LENGTH - {_APP1, _APP11, _APP13, _SOS}
)
"""How segments begin that hold no credit metadata and no Content Credentials."""
_KINDS: Final = {
    # SOFn, DHT, DAC; then DNL, DQT, DRI, DHP, EXP (T.81, table B.1). 0xC8 is reserved.
    **dict.fromkeys({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF} - {0xC8}, Kind.IMAGE),
    _SOS: Kind.SCAN,
    0xFE: Kind.COMMENT,
}


_OTHER: Final = Kind.OTHER
_HEADERS: Final = {
    _APP1: (
        (EXIF_HEADER, (Kind.EXIF, _EXIF_LEAD)),
        (XMP_HEADER, (Kind.XMP, len(XMP_HEADER))),
        (EXTENSION_HEADER, (Kind.EXTENDED_XMP, len(EXTENSION_HEADER))),
    ),
    _APP2: ((MPF_HEADER, (Kind.MPF, len(MPF_HEADER))),),
    _APP11: ((b"JP", (Kind.JUMBF, 0)),),
    _APP13: ((PHOTOSHOP_HEADER, (Kind.PHOTOSHOP, len(PHOTOSHOP_HEADER))),),
}
"""By marker: how the body of a segment begins, what it is then, and octets before its block."""

KINDS_BY_MARK: Final = {
    bytes((0xFF, marker)): (_KINDS.get(marker, _OTHER), 0)
    for marker in _WITH_LENGTH - {_SOS, _APP1}
}
"""What segments are, and their lead, where they do not begin in a way of their own."""

mark_at: Final = struct.Struct(">2sH").unpack_from
"""Marker and length of the segment at an offset of a header."""
_SCAN: Final = (Kind.SCAN, 0)
_BEGINS: Final = {
    bytes((0xFF, _SOS)): ((b"", _SCAN),),
    **{bytes((0xFF, marker)): headers for marker, headers in _HEADERS.items()},
}


class Segment(NamedTuple):
    """One marker segment; offsets in the file.

    ``start`` is the 0xFF before the marker code, ``body`` the first octet behind the length
    field, ``end`` what the length field says (it may lie behind the end of a cut file).
    ``lead`` counts the octets of the body that stand before the metadata block.
    """

    marker: int
    start: int
    body: int
    end: int
    kind: Kind
    lead: int = 0


def walk(
    window: Window, warnings: list[ReadWarning], *, at: int = 2, most: int = MAX_SEGMENTS
) -> Iterator[Segment]:
    """Yield the segments of the header in file order, the SOS header or EOI last.

    Where the file ends early the iteration just ends; a segment that is cut is yielded
    with its ``end`` behind the end of the file.

    Args:
        window: the file.
        warnings: takes what is odd.
        at: offset of the first segment that is wanted.
        most: segments from there on that are not too many.

    Raises:
        UnreadableError: ``limit-segments``.
    """
    for _ in range(most):
        head = window.take(at, _SIGNATURE)
        if len(head) < 2:
            return
        marker = head[1]
        if marker in _WITH_LENGTH and head[0] == 0xFF and not _is_impossible(head):
            segment = classify(window, head, at)
            yield segment
            at = segment.end
            if marker == _SOS or at > window.size:
                return
        elif head[0] == 0xFF and marker == 0xFF:
            at = _behind_fill(window, at)
        elif head[0] == 0xFF and marker in _STANDALONE:
            if marker == _EOI:
                yield Segment(marker, at, at + 2, at + 2, Kind.END)
                return
            at += 2
        else:
            _tell_stray(window, at, warnings)
            at = _resume(window, at + 1)
    raise UnreadableError(
        f"{window.name}: more than {MAX_SEGMENTS} segments stand before the picture.",
        code="limit-segments",
        remedy="The file is damaged or hostile; fetch it again from its agency.",
    )


def walk_briefly(window: Window, warnings: list[ReadWarning]) -> Iterator[Segment]:
    """As ``walk``, but what can hold no metadata and no Content Credentials may be left out.

    Every file of an archive comes by here: the regular part of what is held of a header
    already is stepped through without a look at each segment.
    """
    held = window.held()
    at, last, left = 2, len(held) - 4, MAX_SEGMENTS
    while left and at <= last:
        mark, length = mark_at(held, at)
        if length < 2:
            break
        if mark not in PASSED:
            named, end = named_at(held, at), at + 2 + length
            if named is None or end > len(held):
                break
            yield Segment(mark[1], at, at + 4, end, *named)
            if named is _SCAN:
                return
        at += 2 + length
        left -= 1
    yield from walk(window, warnings, at=at, most=left)


def named_at(held: bytes, at: int) -> tuple[Kind, int] | None:
    """What a segment is that begins in a common way, and its lead; None for any other."""
    for begin, named in _BEGINS.get(held[at : at + 2], ()):
        if held.startswith(begin, at + 4):
            return named
    return None


def classify(window: Window, head: bytes, at: int) -> Segment:
    """Tell what the segment at offset ``at`` is, by its marker and its first octets.

    A length below 2, or one that the file ends before, counts as 2.
    """
    marker = head[1]
    length = max(head[2] << 8 | head[3], 2) if len(head) >= 4 else 2
    kind, lead = _KINDS.get(marker, _OTHER), 0
    for header, named in _HEADERS.get(marker, ()):
        if head.startswith(header, 4):
            kind, lead = named
            break
    else:
        if marker == _APP1:
            kind, lead = _classify_odd(window, at, length)
    return Segment(marker, at, at + 4, at + 2 + length, kind, lead)


def _classify_odd(window: Window, at: int, length: int) -> tuple[Kind, int]:
    """Tell what an APP1 segment of no known header is."""
    # Some writers put a shortened or another header before the packet.
    early = window.take(at + 4, min(_XMP_SEARCH, length - 2))
    if (found := _PACKET_START.search(early)) is not None:
        return Kind.XMP, found.start()
    return _OTHER, 0


def _is_impossible(head: bytes) -> bool:
    """Whether the length field is there and counts less than its own two octets."""
    return len(head) >= 4 and head[2] == 0 and head[3] < 2


def _tell_stray(window: Window, at: int, warnings: list[ReadWarning]) -> None:
    """Warn of stray bytes, once for a file."""
    if not any(told.code == "jpeg-stray-bytes" for told in warnings):
        warnings.append(
            ReadWarning(
                "jpeg-stray-bytes",
                f"{window.name}: octets from {at} on belong to no segment; stepped over.",
            )
        )


def _resume(window: Window, at: int) -> int:
    """Offset of the next plausible marker, or the end of the file."""
    while at < window.size:
        chunk = window.take(at, 8192)
        if len(chunk) < 2:
            return window.size
        if (found := _PLAUSIBLE.search(chunk)) is not None:
            return at + found.start()
        at += len(chunk) - 1
    return window.size


def _behind_fill(window: Window, at: int) -> int:
    """Offset of the last 0xFF of a run of fill bytes (T.81, B.1.1.2)."""
    while chunk := window.take(at, 8192):
        rest = len(chunk.lstrip(b"\xff"))
        if rest:
            return at + len(chunk) - rest - 1
        at += len(chunk)
    return window.size
