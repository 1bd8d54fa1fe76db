"""Find the metadata blocks of a PNG file (PNG third edition; XMP part 3; C2PA 2.1, A.3).

Chunks stand before and behind the picture data; what is no metadata chunk of ours is stepped
over unread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.formats.jpeg_segments import (
    EXTENSION_HEADER,
    PHOTOSHOP_HEADER,
    XMP_HEADER,
)
from provenance.metadata.formats.png_chunks import (
    EXIF,
    IDAT,
    IEND,
    TEXTS,
    Chunk,
    is_sound,
    pack,
    walk,
)
from provenance.metadata.formats.png_profile import Profile, name_of, unpack
from provenance.metadata.formats.png_text import (
    KEYWORD_SEARCH,
    MOST_GROWTH,
    XMP_KEYWORD,
    Text,
    Trouble,
    keyword_of,
    take_apart,
)
from provenance.metadata.source import Window
from provenance.model import Container, ReadWarning

MAX_BLOCK: Final = 16 * 1024 * 1024
"""Octets of one metadata chunk, and of its text once it is decompressed."""

MAX_TOTAL: Final = 64 * 1024 * 1024
"""Octets of all metadata texts of one file."""

MAX_BLOCKS: Final = 1_000
"""Metadata chunks of one file that are read."""

_MAX_TOLD: Final = 16
_SHOWN: Final = 80
_CREDENTIALS: Final = b"caBX"
_TEXT_CREDIT: Final = "png-text-credit"
_PROFILES: Final = frozenset({b"exif", b"app1", b"iptc", b"8bim", b"xmp"})
_CONTAINERS: Final = {
    Carrier.EXIF: Container.EXIF,
    Carrier.PHOTOSHOP: Container.IIM,
    Carrier.IIM: Container.IIM,
    Carrier.XMP: Container.XMP,
    Carrier.EXTENDED_XMP: Container.XMP,
}
_EXIF_LEAD: Final = b"Exif\x00\x00"
_LEADS: Final = (
    (_EXIF_LEAD, Carrier.EXIF),
    (XMP_HEADER, Carrier.XMP),
    (EXTENSION_HEADER, Carrier.EXTENDED_XMP),
    (PHOTOSHOP_HEADER, Carrier.PHOTOSHOP),
)
_STARTS: Final = (
    (b"II*\x00", Carrier.EXIF),
    (b"MM\x00*", Carrier.EXIF),
    (b"8BIM", Carrier.PHOTOSHOP),
    (b"\x1c", Carrier.IIM),
)
# Title, Author, Description, Copyright and Source are PNG's own words (11.3.3.1), the others
# those of ImageMagick, which spells IPTC and EXIF names with a prefix. Comment is left out:
# it names the program that wrote the file far more often than a picture's content.
_CREDIT_WORDS: Final = frozenset(
    {
        "artist", "author", "authorsposition", "byline", "by-line", "caption", "caption-abstract",
        "captionwriter", "copyright", "creator", "credit", "description", "headline",
        "imagedescription", "instructions", "photographer", "rights", "source", "title",
        "usageterms",
    }
)  # fmt: skip


class Piece(NamedTuple):
    """A metadata block, and the chunk that it came from.

    ``lead`` are octets of the payload's wrapping that stand before the block; ``text`` and
    ``profile`` are None where the chunk is no textual one, or no raw profile.
    """

    block: Block
    chunk: Chunk
    lead: bytes
    text: Text | None = None
    profile: Profile | None = None

    def packed(self, payload: bytes) -> bytes:
        """The chunk with another block, wrapped as this one is.

        Raises:
            RewriteRefusedError: ``png-text-broken``, ``png-profile-broken``.
        """
        data = self.lead + payload
        if self.profile is not None:
            data = self.profile.with_payload(data)
        if self.text is not None:
            data = self.text.with_text(data)
        return pack(self.chunk.kind, data)


@dataclass(slots=True)
class Inspection:
    """All that the metadata chunks of a file are.

    ``first`` is the offset of the first IDAT chunk, 0 without one; ``last`` the last chunk.
    """

    window: Window
    pieces: list[Piece] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)
    credentials: str | None = None
    first: int = 0
    last: Chunk | None = None
    spent: int = 0
    told: Counter[str] = field(default_factory=Counter)

    @property
    def complete(self) -> bool:
        """The file holds all of its chunks up to IEND."""
        last = self.last
        return last is not None and last.kind == IEND and last.end <= self.window.size

    def tell(self, code: str, message: str) -> None:
        """Warn of something, a few times for each code; the file's name is put before it."""
        self.told[code] += 1
        if self.told[code] <= _MAX_TOLD:
            self.warnings.append(ReadWarning(code, f"{self.window.name}: {message}"))

    def tell_rest(self) -> None:
        """Say how many warnings of each code were left out."""
        for code, count in self.told.items():
            if count > _MAX_TOLD:
                message = f"{self.window.name}: {count - _MAX_TOLD} more places of this kind."
                self.warnings.append(ReadWarning(code, message))


def survey(window: Window) -> Survey:
    """Cut out the EXIF, IIM, Photoshop and XMP blocks; no pixel is read.

    Warnings: ``png-text-credit`` for a textual chunk that holds a credit or a caption
    outside of EXIF, IIM and XMP; ``png-bad-checksum``; ``png-text-broken``;
    ``png-profile-broken``; ``png-profile-size``; ``png-profile-unknown``; ``png-truncated``;
    ``png-broken``; ``png-trailing-data``; ``limit-metadata``.

    Raises:
        UnreadableError: ``png-truncated`` where the file ends, or breaks off, before any
            metadata and any picture data; ``limit-chunks``.
    """
    found = inspect(window, walk(window))
    if not found.complete:
        _tell_incomplete(found)
    elif found.last is not None and found.last.end < window.size:
        rest = window.size - found.last.end
        found.tell("png-trailing-data", f"{rest} octets behind the picture's end are not read.")
    blocks = tuple(piece.block for piece in found.pieces)
    return Survey(blocks, tuple(found.warnings), found.credentials)


def inspect(window: Window, chunks: Iterable[Chunk]) -> Inspection:
    """Open the metadata chunks among ``chunks``; nothing is said about the file as a whole.

    Raises:
        UnreadableError: as ``chunks`` does.
    """
    found = Inspection(window)
    for chunk in chunks:
        found.last = chunk
        kind = chunk.kind
        if kind == IDAT:
            found.first = found.first or chunk.start
        elif kind in TEXTS:
            _take_text(found, chunk)
        elif kind == EXIF:
            _take_exif(found, chunk)
        elif kind == _CREDENTIALS:
            found.credentials = "c2pa"
    found.tell_rest()
    return found


def _tell_incomplete(found: Inspection) -> None:
    window, last = found.window, found.last
    behind = 8 if last is None else last.end
    is_cut = behind > window.size - 8
    how = "is cut" if is_cut else f"breaks off at octet {behind}, where no chunk starts"
    if not found.pieces and not found.first:
        raise UnreadableError(
            f"{window.name}: the PNG file {how}, before any picture data.",
            code="png-truncated",
            remedy="Fetch the file again; it was damaged, cut in transfer or is still being"
            " written.",
        )
    found.tell(
        "png-truncated" if is_cut else "png-broken",
        f"the PNG file {how}; metadata that stood behind it is not shown.",
    )


def _take_exif(found: Inspection, chunk: Chunk) -> None:
    data = _data(found, chunk)
    if data is not None:
        lead = _EXIF_LEAD if data.startswith(_EXIF_LEAD) else b""
        _add(found, Carrier.EXIF, Piece(_NO_BLOCK, chunk, lead), data)


def _take_text(found: Inspection, chunk: Chunk) -> None:
    keyword = keyword_of(found.window.take(chunk.body, min(chunk.size, KEYWORD_SEARCH)))
    if keyword is None:
        return
    profile = name_of(keyword)
    if keyword == XMP_KEYWORD or profile in _PROFILES:
        _take_block(found, chunk, profile)
    elif _is_credit(keyword):
        _tell_credit(found, chunk, keyword)


def _is_credit(keyword: bytes) -> bool:
    """Whether texts of this keyword hold a credit or a caption, by its words."""
    prefix, _colon, word = keyword.lower().decode("latin-1").rpartition(":")
    # The copyright and the description of a colour profile are not the picture's.
    return word in _CREDIT_WORDS and prefix != "icc"


def _take_block(found: Inspection, chunk: Chunk, name: bytes | None) -> None:
    text = _text(found, chunk)
    if text is None:
        return
    if not text.whole:
        found.tell("png-text-broken", f"{_where(chunk)} is damaged; it was read as far as it goes.")
    if name is None:
        _add(found, Carrier.XMP, Piece(_NO_BLOCK, chunk, b"", text), text.text)
        return
    profile = unpack(text.text)
    if not profile.whole:
        found.tell(
            "png-profile-broken", f"{_where(chunk)} has characters that are no hexadecimal digits."
        )
    elif profile.is_hex and profile.stated != len(profile.payload):
        found.tell(
            "png-profile-size",
            f"{_where(chunk)} says that it holds {profile.stated} octets, but it holds"
            f" {len(profile.payload)}.",
        )
    carrier, lead = _identified(profile.payload, name)
    if carrier is not None:
        _add(found, carrier, Piece(_NO_BLOCK, chunk, lead, text, profile), profile.payload)
    elif profile.payload:
        found.tell("png-profile-unknown", f"{_where(chunk)} is of no known form; it was not read.")


def _identified(payload: bytes, name: bytes) -> tuple[Carrier | None, bytes]:
    """What a raw profile holds, and the octets before it; names of profiles are unreliable."""
    for lead, carrier in _LEADS:
        if payload.startswith(lead):
            return carrier, lead
    for start, carrier in _STARTS:
        if payload.startswith(start):
            return carrier, b""
    return (Carrier.XMP if name == b"xmp" and payload else None), b""


_NO_BLOCK: Final = Block(Carrier.XMP, Container.XMP, b"", ())


def _add(found: Inspection, carrier: Carrier, piece: Piece, data: bytes) -> None:
    payload = data[len(piece.lead) :]
    block = Block(carrier, _CONTAINERS[carrier], payload, (piece.chunk.start,))
    found.pieces.append(piece._replace(block=block))


def _data(found: Inspection, chunk: Chunk) -> bytes | None:
    """The data of a metadata chunk; None, and a warning, where they are not read."""
    if chunk.end > found.window.size:
        return None
    if len(found.pieces) >= MAX_BLOCKS or chunk.size > min(MAX_BLOCK, MAX_TOTAL - found.spent):
        _tell_limit(found, chunk)
        return None
    raw = found.window.take(chunk.body, chunk.size + 4)
    data = raw[:-4]
    if not is_sound(chunk.kind, data, raw[-4:]):
        found.tell("png-bad-checksum", f"{_where(chunk)} has a wrong checksum; it was read.")
    found.spent += len(data)
    return data


def _text(found: Inspection, chunk: Chunk) -> Text | None:
    data = _data(found, chunk)
    if data is None:
        return None
    text = take_apart(chunk.kind, data, min(MAX_BLOCK, MAX_TOTAL - found.spent))
    if isinstance(text, Trouble):
        # What is given up half-way was work as well: a file may hold a thousand of these.
        found.spent += min(MAX_BLOCK, MAX_TOTAL - found.spent, MOST_GROWTH * chunk.size)
        found.tell(text.code, f"{_where(chunk)} {text.words}; it was not read.")
        return None
    found.spent += len(text.text) if text.compressed else 0
    return text


def _tell_limit(found: Inspection, chunk: Chunk) -> None:
    found.tell("limit-metadata", f"{_where(chunk)} is over the limit; it was not read.")


def _where(chunk: Chunk) -> str:
    return f"the {chunk.kind.decode('ascii')} chunk at octet {chunk.start}"


def _tell_credit(found: Inspection, chunk: Chunk, keyword: bytes) -> None:
    """Warn of a credit in a PNG text: no correction reaches it, and no search finds it."""
    if found.told[_TEXT_CREDIT] >= _MAX_TOLD:
        found.told[_TEXT_CREDIT] += 1
        return
    text = _text(found, chunk)
    shown = "" if text is None else _shown(text.text)
    if shown:
        found.tell(
            _TEXT_CREDIT,
            f"the PNG text {_shown(keyword)!r} says {shown!r}; it is no EXIF, IIM or XMP"
            " and is not corrected.",
        )


def _shown(octets: bytes) -> str:
    """Text for a message: one line, shortened."""
    head = octets[: 8 * _SHOWN]
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # tEXt and zTXt are Latin-1 by the standard and UTF-8 in practice; a character that
        # the shortening cut in two says nothing against UTF-8.
        is_cut = error.start > len(head) - 4 and len(head) < len(octets)
        text = head[: error.start].decode("utf-8") if is_cut else head.decode("latin-1")
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
