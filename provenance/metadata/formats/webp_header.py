"""The VP8X chunk (RFC 9649, 2.7): the features and the canvas of an extended WebP file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from provenance.metadata.formats.webp_chunks import (
    ALPHA,
    ANIMATION,
    FRAME,
    LOSSLESS,
    LOSSY,
    Chunk,
)

HEADER_SIZE: Final = 10
EXIF_FLAG: Final = 0x08
XMP_FLAG: Final = 0x04
CREDIT_FLAGS: Final = EXIF_FLAG | XMP_FLAG

_ALPHA_FLAG: Final = 0x10
_FRAME_HEAD: Final = 10
_START_CODE: Final = b"\x9d\x01\x2a"
_LOSSLESS_SIGNATURE: Final = 0x2F
_LOSSLESS_HEAD: Final = 5


def implied_header(data: bytes, chunks: Sequence[Chunk]) -> bytes | None:
    """The data of the VP8X chunk that says only what a still picture says of itself.

    Canvas size and the use of transparency are those of the bitstream (VP8: RFC 6386, 9.1;
    VP8L: RFC 9649, 3.4) and of an ALPH chunk.

    Returns:
        Ten octets without metadata flags; None where the file is an animation, or its
        bitstream has no header that can be read.
    """
    kinds = {chunk.kind for chunk in chunks}
    if kinds & {ANIMATION, FRAME}:
        return None
    picture = next((chunk for chunk in chunks if chunk.kind in (LOSSY, LOSSLESS)), None)
    if picture is None:
        return None
    body = data[picture.body : min(picture.data_end, picture.body + _FRAME_HEAD)]
    read = _lossy_frame if picture.kind == LOSSY else _lossless_frame
    frame = read(body)
    if frame is None:
        return None
    width, height, alpha = frame
    flags = _ALPHA_FLAG if alpha or ALPHA in kinds else 0
    return b"".join(
        (
            flags.to_bytes(4, "little"),
            (width - 1).to_bytes(3, "little"),
            (height - 1).to_bytes(3, "little"),
        )
    )


def with_flags(header: bytes, flags: int, wanted: int) -> bytes:
    """VP8X data with the bits ``flags`` set as they are in ``wanted``."""
    return bytes([(header[0] & ~flags) | (wanted & flags)]) + header[1:]


def _lossy_frame(body: bytes) -> tuple[int, int, bool] | None:
    """Width, height and transparency in the head of a VP8 key frame."""
    if len(body) < _FRAME_HEAD or body[0] & 1 or body[3:6] != _START_CODE:
        return None
    # Two bits of scaling, which no decoder applies, stand above 14 bits of size.
    width = int.from_bytes(body[6:8], "little") & 0x3FFF
    height = int.from_bytes(body[8:10], "little") & 0x3FFF
    return (width, height, False) if width and height else None


def _lossless_frame(body: bytes) -> tuple[int, int, bool] | None:
    """Width, height and transparency in the head of a VP8L bitstream."""
    if len(body) < _LOSSLESS_HEAD or body[0] != _LOSSLESS_SIGNATURE:
        return None
    bits = int.from_bytes(body[1:_LOSSLESS_HEAD], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
