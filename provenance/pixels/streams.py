"""JPEG streams as far as must be known before one is decoded; those inside raw files too.

Source: ITU-T T.81 (JPEG), annex B: markers, frame header (B.2.2), scan header (B.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

START: Final = b"\xff\xd8\xff"
_START_OF_SCAN: Final = b"\xff\xda"

MOST_SCANS: Final = 100
"""Each scan of a progressive JPEG walks the whole picture again; cameras write ten or so."""

# A header has a few dozen segments at most; a profile or an XMP packet in pieces some hundreds.
_MOST_SEGMENTS: Final = 1_000

# A raw file holds two or three JPEG streams; its raw data look like the start of one by chance.
_MOST_STREAMS: Final = 200

_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES: Final = frozenset({0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_PROGRESSIVE: Final = 0xC2
_SCAN: Final = 0xDA
_FIRST_WITH_LENGTH: Final = 0xC0
_WITHOUT_LENGTH: Final = frozenset({*range(0xD0, 0xDA), 0xFF})

_RAW_STARTS: Final = (
    b"FUJIFILMCCD-RAW",
    b"\x00MRM",
    b"IIRO",
    b"IIRS",
    b"MMOR",
    b"IIU\x00",
    b"FOVb",
    b"II\x1a\x00\x00\x00HEAPCCDR",
)
_TIFF_STARTS: Final = (b"II*\x00", b"MM\x00*")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the header of a JPEG stream says of it.

    Attributes:
        width: pixels.
        height: pixels; 0 where it stands behind the first scan only.
        one_scan: whether the decoder reads a single scan and no more.
    """

    width: int
    height: int
    one_scan: bool


def frame(data: bytes, offset: int = 0) -> Frame | None:
    """The frame of the stream that starts at ``offset``.

    None where the header is out of the ordinary or of a kind that is not decoded (lossless,
    arithmetic coding, more than 8 bits): that says nothing against the stream.
    """
    found: tuple[int, int, int, int] | None = None
    at = offset + 2
    for _ in range(_MOST_SEGMENTS):
        mark = data[at + 1] if data[at : at + 1] == b"\xff" and at + 4 <= len(data) else 0
        if mark < _FIRST_WITH_LENGTH or mark in _WITHOUT_LENGTH or mark in _OTHER_FRAMES:
            return None
        length = int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + min(length, 8)]
        if mark in _FRAMES:
            if found is not None or len(body) < 6 or body[0] != 8:
                return None
            found = (mark, int.from_bytes(body[3:5]), int.from_bytes(body[1:3]), body[5])
        elif mark == _SCAN:
            if found is None or not body:
                return None
            kind, width, height, components = found
            return Frame(width, height, kind != _PROGRESSIVE and body[0] == components)
        if length < 2:
            return None
        at += 2 + length
    return None


def has_too_many_scans(data: bytes) -> bool:
    """Whether a JPEG stream may hold so many scans that decoding it takes minutes.

    One whose first scan is all that a decoder reads is not searched: that would take a tenth of
    the time for decoding it.
    """
    head = frame(data)
    if head is not None and head.one_scan:
        return False
    return data.count(_START_OF_SCAN) > MOST_SCANS


def is_raw(data: bytes) -> bool:
    """Whether these are a camera's raw data that only its embedded preview shows."""
    canon = data.startswith(_TIFF_STARTS) and data[8:10] == b"CR"
    return canon or data.startswith(_RAW_STARTS) or data[4:12] == b"ftypcrx "


def is_tiff(data: bytes) -> bool:
    """Whether it starts as TIFF does, and as many raw formats do that are made of it."""
    return data.startswith(_TIFF_STARTS)


def largest_preview(data: bytes, least: int) -> tuple[int, Frame] | None:
    """Where the largest JPEG stream inside a file starts, and its frame.

    Args:
        data: a raw picture, as camera makers write it.
        least: pixels of the longer side; a smaller stream is a thumbnail, which programs that
            edit a picture leave as it was.
    """
    best: tuple[int, Frame] | None = None
    at = data.find(START)
    for _ in range(_MOST_STREAMS):
        if at < 0:
            break
        head = frame(data, at)
        if head is not None and max(head.width, head.height) >= least:
            area = head.width * head.height
            if best is None or area > best[1].width * best[1].height:
                best = (at, head)
        at = data.find(START, at + 1)
    return best
