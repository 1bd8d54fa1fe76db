"""Whether a file is cut or broken, by readers of our own.

A file that the program does not write counts as incomplete only if it is so by these.
"""

from __future__ import annotations

from typing import Final

from fidelity import chunk_pieces, jpeg_pieces
from fidelity.tiff_pieces import Tables

_TIFF: Final = (b"II*\0", b"MM\0*", b"IIU\0", b"IIRO", b"IIRS", b"MMOR")
_BIG_TIFF: Final = (b"II+\0", b"MM\0+")
_MARK: Final = 0xFF
_END: Final = 0xD9


def broken(data: bytes) -> str:
    """What is missing of a file; empty where nothing is, or the format is not known here."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(chunk_pieces.PNG):
        return _png(data)
    if data.startswith(b"RIFF"):
        return "" if int.from_bytes(data[4:8], "little") + 8 <= len(data) else "it is cut"
    if data.startswith(b"8BPS"):
        return _psd(data)
    if data.startswith(_BIG_TIFF):
        offset = int.from_bytes(data[8:16], "little" if data.startswith(b"II") else "big")
        return "its first directory is cut" if offset + 28 > len(data) else ""
    return _tiff(data) if data.startswith(_TIFF) else ""


def _jpeg(data: bytes) -> str:
    """Walk through header, scans and tables up to the end of the image (T.81, B.2)."""
    frames = 0
    at = 2
    while at + 2 <= len(data):
        if data[at] != _MARK:
            at += 1
            continue
        marker = data[at + 1]
        if marker == _END:
            return "" if frames else "it has no picture"
        if marker in (0x00, _MARK) or marker in jpeg_pieces.ALONE:
            at += 1 if marker == _MARK else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            return "a segment has an impossible length"
        frames += 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)
        at += 2 + length
    return "it ends before its picture does"


def _png(data: bytes) -> str:
    chunks = [chunk[:4] for chunk, _ in chunk_pieces.png_chunks(data)]
    if chunks[:1] != [b"IHDR"]:
        return "it does not begin with IHDR"
    return "" if b"IEND" in chunks else "it has no IEND"


def _psd(data: bytes) -> str:
    rest = chunk_pieces.psd_sections(data)[3]
    layers = int.from_bytes(rest[:4], "big")
    channels, height, width, depth = (
        int.from_bytes(data[start:end], "big")
        for start, end in ((12, 14), (14, 18), (18, 22), (22, 24))
    )
    image = rest[4 + layers :]
    raw = image[:2] == b"\0\0"
    least = (width * depth + 7) // 8 * height * channels if raw else 2 * height * channels
    return "" if len(image) >= 2 + least else "its picture is cut"


def _tiff(data: bytes) -> str:
    tables = Tables(data)
    if tables.endless:
        return "its directories have no end"
    for directory in tables.directories:
        if not directory.whole:
            return f"directory {directory.role} is cut"
        ends = [row.end for row in directory.rows] + [end for _, end in tables.runs(directory)]
        if max(ends, default=0) > len(data):
            return f"directory {directory.role} refers to what is not there"
    return ""
