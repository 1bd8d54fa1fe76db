"""Textual chunks of a PNG file (PNG third edition, 11.3.3): keyword, and text as octets."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.formats.png_chunks import COMPRESSED_TEXT, TEXT

KEYWORD_SEARCH: Final = 80
"""A keyword has 79 octets at most; its NUL is the eightieth."""

MOST_GROWTH: Final = 1032
"""Octets that deflate makes of one, at most."""

XMP_KEYWORD: Final = b"XML:com.adobe.xmp"

_LEVEL: Final = 9
_STRATEGIES: Final = (zlib.Z_FILTERED, zlib.Z_DEFAULT_STRATEGY)


@dataclass(frozen=True, slots=True)
class Text:
    """A textual chunk, taken apart.

    Attributes:
        head: the octets of the chunk's data up to the text: keyword, flags, language.
        text: the octets of the text, decompressed.
        compressed: the chunk holds a zlib stream.
        tail: octets that some writer left behind the zlib stream.
        whole: the zlib stream was read to its end, and its checksum is right.
    """

    head: bytes
    text: bytes
    compressed: bool = False
    tail: bytes = b""
    whole: bool = True

    def with_text(self, text: bytes) -> bytes:
        """The chunk's data with another text, in the same form.

        Raises:
            RewriteRefusedError: ``png-text-broken`` where the old stream was damaged, so
                that nobody can say what else it held.
        """
        if not self.whole:
            raise RewriteRefusedError(
                "The compressed text that holds this metadata is damaged.",
                code="png-text-broken",
                remedy="Fetch the file again, or remove the damaged text with another editor.",
            )
        packed = _packed(text) if self.compressed else text
        return b"".join((self.head, packed, self.tail))


def _packed(text: bytes) -> bytes:
    """The shortest stream of a text; hexadecimal digits pack better with fewer short matches."""
    engines = (zlib.compressobj(_LEVEL, strategy=strategy) for strategy in _STRATEGIES)
    return min((engine.compress(text) + engine.flush() for engine in engines), key=len)


class Trouble(NamedTuple):
    """Why a text is not read: the code of the warning, and the end of its sentence."""

    code: str
    words: str


def keyword_of(data: bytes) -> bytes | None:
    """The keyword that a textual chunk's data begin with; None where no NUL ends it."""
    keyword, nul, _rest = data[:KEYWORD_SEARCH].partition(b"\x00")
    return keyword if nul else None


def take_apart(kind: bytes, data: bytes, most: int) -> Text | Trouble:
    """Split a textual chunk, and decompress its text.

    Args:
        kind: tEXt, zTXt or iTXt.
        data: the chunk's data.
        most: octets of text; nothing is decompressed beyond one more than that.

    Returns:
        The parts, or why there is nothing to read.
    """
    start = data.find(b"\x00") + 1
    if not start:
        return _broken("has no keyword")
    if kind == TEXT:
        return _measured(Text(data[:start], data[start:]), most)
    if kind == COMPRESSED_TEXT:
        return _inflated(data, start + 1, data[start : start + 1], most)
    flag, method = data[start : start + 1], data[start + 1 : start + 2]
    language_end = data.find(b"\x00", start + 2)
    translation_end = data.find(b"\x00", language_end + 1) if language_end >= 0 else -1
    if translation_end < 0:
        return _broken("is cut before its text")
    begin = translation_end + 1
    if flag == b"\x00":
        return _measured(Text(data[:begin], data[begin:]), most)
    return _inflated(data, begin, method, most)


def _measured(text: Text, most: int) -> Text | Trouble:
    return text if len(text.text) <= most else _too_long(most)


def _too_long(most: int) -> Trouble:
    return Trouble("limit-metadata", f"holds more than the {most} octets that are read")


def _broken(words: str) -> Trouble:
    return Trouble("png-text-broken", words)


def _inflated(data: bytes, begin: int, method: bytes, most: int) -> Text | Trouble:
    if method != b"\x00":
        return _broken("is compressed in an unknown way")
    head, packed = data[:begin], data[begin:]
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(packed, most + 1)
    except zlib.error:
        # A wrong checksum at the stream's end is forgiven by reading it as a bare stream.
        return _salvaged(head, packed[2:], most)
    if len(text) > most:
        return _too_long(most)
    return Text(head, text, compressed=True, tail=engine.unused_data, whole=engine.eof)


def _salvaged(head: bytes, bare: bytes, most: int) -> Text | Trouble:
    try:
        text = zlib.decompressobj(-zlib.MAX_WBITS).decompress(bare, most + 1)
    except zlib.error:
        text = b""
    if len(text) > most:
        return _too_long(most)
    return (
        Text(head, text, compressed=True, whole=False)
        if text
        else _broken("cannot be decompressed")
    )
