"""The chunks of a WebP file (RFC 9649, 2.3): found by their lengths, none opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.source import Window

MAX_CHUNKS: Final = 100_000
"""More frames than an animation of an hour has."""

HEADER_LENGTH: Final = 12

EXTENDED: Final = b"VP8X"
LOSSY: Final = b"VP8 "
LOSSLESS: Final = b"VP8L"
ALPHA: Final = b"ALPH"
ANIMATION: Final = b"ANIM"
FRAME: Final = b"ANMF"
PROFILE: Final = b"ICCP"
EXIF: Final = b"EXIF"
XMP: Final = b"XMP "
# What some writers make of "XMP ".
MISSPELT_XMP: Final = b"XMP\x00"
XMPS: Final = frozenset({XMP, MISSPELT_XMP})
PICTURES: Final = frozenset({LOSSY, LOSSLESS, FRAME})

_NO_CODE: Final = bytes(4)
_KNOWN: Final = PICTURES | XMPS | {EXTENDED, ALPHA, ANIMATION, PROFILE, EXIF}


class Chunk(NamedTuple):
    """One chunk: its FourCC, offset of it, octets of data as its size field says.

    ``end`` is the offset behind the data and the padding octet, which some files lack.
    """

    kind: bytes
    start: int
    size: int
    end: int

    @property
    def body(self) -> int:
        """Offset of the data."""
        return self.start + 8

    @property
    def data_end(self) -> int:
        """Offset behind the data."""
        return self.start + 8 + self.size


@dataclass(slots=True)
class Layout:
    """Where everything in a WebP file stands.

    Attributes:
        stated: offset behind the file as the RIFF header's size field has it.
        chunks: the whole ones, in file order.
        end: offset behind the last whole chunk.
        cut: a chunk, or the file, ends before its size field says.
        begun: the chunk that is cut holds picture data.
        stray: what follows the last chunk inside the RIFF form is no chunk.
        short: the RIFF size field ends inside of a chunk that the file holds whole.
        beyond: known chunks stand behind the end that the RIFF size field states.
    """

    stated: int
    chunks: list[Chunk] = field(default_factory=list)
    end: int = HEADER_LENGTH
    cut: bool = False
    begun: bool = False
    stray: bool = False
    short: bool = False
    beyond: bool = False

    @property
    def has_picture(self) -> bool:
        """Some chunk holds picture data."""
        return any(chunk.kind in PICTURES for chunk in self.chunks)

    @property
    def padded_end(self) -> int:
        """Offset behind the last whole chunk as it should be, with its padding."""
        last = self.chunks[-1] if self.chunks else None
        return self.end if last is None else last.data_end + last.size % 2

    def limit(self, size: int) -> int:
        """Where chunks may end in a file of ``size`` octets."""
        return size if self.short or self.beyond else min(self.stated, size)


def layout(window: Window) -> Layout:
    """Follow the chunks of a file to the end of the RIFF form, and behind it while known.

    Where that end falls into a chunk that the file holds whole, or known chunks follow on
    it, the size field is wrong; the chunks are followed to the end of the file.

    Raises:
        UnreadableError: ``limit-chunks``.
    """
    size = window.size
    found = Layout(8 + int.from_bytes(window.take(4, 4), "little"))
    # Some writers never come back to fill in the size.
    found.short = found.stated < HEADER_LENGTH + 8
    for _ in range(MAX_CHUNKS):
        if not _follow(window, found):
            break
    else:
        raise UnreadableError(
            f"{window.name}: it has more than {MAX_CHUNKS} chunks.",
            code="limit-chunks",
            remedy="The file is damaged or hostile; fetch it again from its agency.",
        )
    # The size field counts the padding of the last chunk, which some writers leave out.
    found.cut = found.cut or found.stated > max(size, found.padded_end)
    found.stray = found.stray and not found.cut
    return found


def _follow(window: Window, found: Layout) -> bool:
    """Step over the next chunk; False where there is none."""
    at, size = found.end, window.size
    head = window.take(at, 8)
    kind, length = head[:4], int.from_bytes(head[4:], "little")
    data_end = at + 8 + length
    is_whole = len(head) == 8 and data_end <= size
    limit = found.limit(size)
    if at >= limit or found.beyond:
        # Behind the end only what is beyond doubt is taken for a chunk.
        if kind not in _KNOWN or not is_whole:
            return False
        found.beyond = True
    elif kind == _NO_CODE or (at + 8 > limit and not (kind in _KNOWN and is_whole)):
        found.stray = True
        return False
    elif not is_whole:
        found.cut, found.begun = True, kind in PICTURES
        return False
    else:
        found.short = found.short or data_end > limit
    found.end = _end(window, data_end, length, found.limit(size))
    found.chunks.append(Chunk(kind, at, length, found.end))
    return True


def _end(window: Window, data_end: int, length: int, limit: int) -> int:
    """Offset behind the padding of a chunk whose data end at ``data_end``."""
    if length % 2 == 0:
        return data_end
    behind = window.take(data_end, 4)
    # Padding is zero. What is not, behind the RIFF form's end or with the name of a chunk,
    # is no padding: it was forgotten.
    is_padding = behind[:1] == b"\x00" or (data_end < limit and behind not in _KNOWN)
    return data_end + 1 if behind and is_padding else data_end


def pack(kind: bytes, data: bytes) -> bytes:
    """A chunk with its size field and its padding."""
    return b"".join((kind, len(data).to_bytes(4, "little"), data, bytes(len(data) % 2)))
