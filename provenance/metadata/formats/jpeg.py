"""Find the metadata blocks of a JPEG file (Exif 3.0, 4.7; XMP part 3, 1.1.3; C2PA 2.1, A.3.1).

Only the header is read; what is no metadata block of ours is stepped over unread.
"""

from __future__ import annotations

from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.formats.jpeg_segments import (
    PASSED,
    Kind,
    Segment,
    mark_at,
    named_at,
    walk_briefly,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import ifd, irb
from provenance.model import Container, ReadWarning

MAX_PIECES: Final = 2_000
"""Segments of metadata that are read; extended XMP of 32 MiB takes some five hundred."""
MAX_METADATA: Final = 64 * 1024 * 1024
"""Octets of all of them."""

_READ_KINDS: Final = frozenset({Kind.EXIF, Kind.XMP, Kind.EXTENDED_XMP, Kind.PHOTOSHOP})
_CARRIERS: Final = {
    Kind.EXIF: (Carrier.EXIF, Container.EXIF),
    Kind.XMP: (Carrier.XMP, Container.XMP),
    Kind.EXTENDED_XMP: (Carrier.EXTENDED_XMP, Container.XMP),
    Kind.PHOTOSHOP: (Carrier.PHOTOSHOP, Container.IIM),
}
_SCAN: Final = Kind.SCAN
_MOST_PLAIN: Final = 100
"""Segments of the longest header that is taken for an ordinary one."""
_JUMBF_HEAD: Final = 80
_RESOURCE_MARK: Final = b"8BIM"
_RESOURCE_NAME: Final = 6
_TRUNCATED_REMEDY: Final = "Fetch the file again; it was cut in transfer or is still being written."

_Piece = tuple[Segment, bytes]


def survey(window: Window) -> Survey:
    """Cut out the EXIF, XMP and Photoshop blocks; nothing else is read.

    Raises:
        UnreadableError: ``jpeg-truncated`` where the file ends inside a metadata segment, or
            before the picture without any metadata; ``limit-segments``.
    """
    return _plain(window) or _survey(window)


def _plain(window: Window) -> Survey | None:
    """The survey of an ordinary header that is held whole; None where it may be another.

    An ordinary header has one segment at most of each kind that is read, no Content
    Credentials and nothing odd. ``_survey`` finds the same in it, but makes objects of its
    segments.
    """
    held = window.held()
    size, at = len(held), 2
    blocks: dict[Kind, Block] = {}
    for _ in range(_MOST_PLAIN):
        if at + 4 > size:
            return None
        mark, length = mark_at(held, at)
        end = at + 2 + length
        if length < 2 or end > size:
            return None
        if mark not in PASSED:
            named = named_at(held, at)
            if named is None:
                return None
            kind, lead = named
            if kind is _SCAN:
                return Survey(tuple(blocks.values()))
            if kind in blocks or kind not in _CARRIERS:
                return None
            payload = held[at + 4 + lead : end]
            blocks[kind] = Block(*_CARRIERS[kind], payload, (at,))
        at = end
    return None


def _survey(window: Window) -> Survey:
    """The survey of any header."""
    warnings: list[ReadWarning] = []
    found: list[tuple[Segment, bytes]] = []
    credentials: str | None = None
    last: Segment | None = None
    over = spent = 0
    for last in walk_briefly(window, warnings):
        if last.kind in _READ_KINDS:
            if last.end > window.size:
                raise _truncated(window, f"inside its {last.kind.value} block")
            spent += last.end - last.start
            if len(found) < MAX_PIECES and spent <= MAX_METADATA:
                body = last.body + last.lead
                found.append((last, window.take(body, max(last.end - body, 0))))
            else:
                over = over or last.start
        elif last.kind is Kind.JUMBF and credentials is None:
            credentials = _content_credentials(window.take(last.body, _JUMBF_HEAD))
    if over:
        message = f"{window.name}: metadata from octet {over} on is over the limit."
        warnings.append(ReadWarning("limit-metadata", message))
    if last is None or last.kind is not Kind.SCAN or last.end > window.size:
        if not found:
            raise _truncated(window, "before any picture data")
        warnings.append(
            ReadWarning(
                "jpeg-truncated",
                f"{window.name}: it ends before any picture data; what metadata it has is shown.",
            )
        )
    return Survey(_blocks(found), tuple(warnings), credentials)


def _truncated(window: Window, where: str) -> UnreadableError:
    return UnreadableError(
        f"{window.name}: the JPEG file ends {where}, at octet {window.size}.",
        code="jpeg-truncated",
        remedy=_TRUNCATED_REMEDY,
    )


def _content_credentials(jumbf: bytes) -> str | None:
    """``"c2pa"`` where the segment opens a C2PA manifest store (C2PA 2.1, 11.1; ISO 19566-5).

    The APP11 body is CI, box instance, packet number, then the JUMBF superbox, whose
    description box carries a UUID, toggles and the label.
    """
    box = 8
    if jumbf[box + 4 : box + 8] != b"jumb":
        return None
    content = box + (16 if jumbf[box : box + 4] == b"\x00\x00\x00\x01" else 8)
    if jumbf[content + 4 : content + 8] != b"jumd":
        return None
    uuid, label = jumbf[content + 8 : content + 12], jumbf[content + 25 : content + 30]
    return "c2pa" if uuid == b"c2pa" and label in (b"c2pa\x00", b"c2pa") else None


def _blocks(found: list[_Piece]) -> tuple[Block, ...]:
    """One block for each segment, or for each run of segments that continue one another."""
    runs: list[_Run] = []
    last: dict[Kind, _Run] = {}
    for piece in found:
        kind = piece[0].kind
        run = last.get(kind)
        if run is None or not run.continued_by(piece):
            last[kind] = run = _Run(piece)
            runs.append(run)
    return tuple(run.block() for run in runs)


class _Run:
    """A segment, and those that continue it.

    A Photoshop segment is continued where its resources do not end with it: a long block is
    split at any octet (Adobe Photoshop File Formats, "JPEG files"). An EXIF segment
    is continued by one that has no TIFF header of its own.
    """

    __slots__ = ("_missing", "_pieces", "_tail")

    def __init__(self, first: _Piece) -> None:
        self._pieces = [first]
        self._tail: list[bytes] = []
        self._missing: int | None = None

    def continued_by(self, piece: _Piece) -> bool:
        """Take the piece into the run if it belongs to it."""
        kind = piece[0].kind
        if kind is Kind.PHOTOSHOP:
            if self._missing is None:
                self._account(self._pieces[0][1])
            # The padding octet of the last resource may have gone to the next segment.
            belongs = self._missing != 0 or not piece[1].startswith(_RESOURCE_MARK)
            if belongs:
                self._account(piece[1])
        else:
            belongs = kind is Kind.EXIF and ifd.wire_of(piece[1]) is None
        if belongs:
            self._pieces.append(piece)
        return belongs

    def _account(self, payload: bytes) -> None:
        """Work out how many octets the last resource still lacks; each is looked at once."""
        self._tail.append(payload)
        if self._missing is not None and self._missing > len(payload):
            self._missing -= len(payload)
            return
        joined = b"".join(self._tail)
        resources = irb.split(joined)
        rest = joined[resources[-1].end :] if resources else joined
        self._missing = _missing_octets(rest)
        # What is no resource, nor the beginning of one, will not become one.
        self._tail = [rest] if self._missing else []

    def block(self) -> Block:
        """The run as one block."""
        carrier, container = _CARRIERS[self._pieces[0][0].kind]
        payload = b"".join(piece for _, piece in self._pieces)
        return Block(
            carrier, container, payload, tuple(segment.start for segment, _ in self._pieces)
        )


def _missing_octets(rest: bytes) -> int:
    """Octets that the image resource lacks of which ``rest`` is the beginning; 0 if it is none.

    Where not even its header is whole one octet is lacking at least.
    """
    if not rest.startswith(_RESOURCE_MARK[: len(rest)]) or not rest:
        return 0
    if len(rest) <= _RESOURCE_NAME:
        return 1
    name = 1 + rest[_RESOURCE_NAME]
    header = _RESOURCE_NAME + name + name % 2 + 4
    if len(rest) < header:
        return header - len(rest)
    return max(header + int.from_bytes(rest[header - 4 : header], "big") - len(rest), 0)
