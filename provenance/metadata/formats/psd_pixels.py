"""How long the merged picture of a Photoshop file is (Photoshop File Formats, "Image Data")."""

from __future__ import annotations

import struct
from typing import Final

# Signature, version, reserved; then channels, height, width, depth, colour mode.
_SHAPE: Final = struct.Struct(">12xHIIHH")
_RAW: Final = 0
_PACKBITS: Final = 1
_AT_ONCE: Final = 65_536


def are_complete(data: bytes, at: int, *, large: bool) -> bool:
    """Whether the merged picture ends inside the file.

    Args:
        data: the whole file.
        at: offset of the picture's compression field.
        large: the file is a PSB.

    Returns:
        False where a row is missing. Of a picture that is compressed by ZIP, whose length
        is told nowhere, only the beginning is asked for.
    """
    shape: tuple[int, ...] = _SHAPE.unpack_from(data)
    channels, height, width, depth, _mode = shape
    start = at + 2
    if len(data) < start:
        return False
    compression = int.from_bytes(data[at:start], "big")
    rows = channels * height
    if compression == _RAW:
        return len(data) - start >= rows * ((width * depth + 7) // 8)
    if compression == _PACKBITS:
        size = 4 if large else 2
        table = start + rows * size
        return len(data) >= table and len(data) - table >= _sum(data[start:table], size)
    return len(data) > start


def _sum(table: bytes, size: int) -> int:
    """The sum of a table of big-endian numbers."""
    code = "I" if size == 4 else "H"
    total, step = 0, _AT_ONCE * size
    for at in range(0, len(table), step):
        piece = table[at : at + step]
        total += sum(struct.unpack(f">{len(piece) // size}{code}", piece))
    return total
