"""Metadata blocks of real files, found by a walk that shares no code with the package."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

XMP = b"http://ns.adobe.com/xap/1.0/\x00"
EXIF = b"Exif\x00\x00"
PHOTOSHOP = b"Photoshop 3.0\x00"


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of each segment before the scan, as far as a strict walk goes."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in (0xD9, 0xDA):
            return
        if marker == 0xFF:
            position += 1
            continue
        (size,) = struct.unpack(">H", data[position + 2 : position + 4])
        yield marker, data[position + 4 : position + 2 + size]
        position += 2 + size


def _files(shared: Path) -> Iterator[tuple[str, bytes]]:
    for folder in ("images", "malformed"):
        for path in sorted((shared / "corpus" / folder).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(shared)), path.read_bytes()


def xmp_packets(shared: Path) -> list[tuple[str, bytes]]:
    """(file, packet) of every JPEG and every sidecar of the corpus."""
    found: list[tuple[str, bytes]] = []
    for name, data in _files(shared):
        if name.lower().endswith(".xmp"):
            found.append((name, data))
        elif data[:2] == b"\xff\xd8":
            found += [
                (name, payload[len(XMP) :])
                for marker, payload in segments(data)
                if marker == 0xE1 and payload.startswith(XMP)
            ]
    return found


def photoshop_blocks(shared: Path) -> list[tuple[str, bytes]]:
    """(file, image resources) of every JPEG of the corpus, its segments joined."""
    found: list[tuple[str, bytes]] = []
    for name, data in _files(shared):
        if data[:2] == b"\xff\xd8":
            parts = [
                payload[len(PHOTOSHOP) :]
                for marker, payload in segments(data)
                if marker == 0xED and payload.startswith(PHOTOSHOP)
            ]
            if parts:
                found.append((name, b"".join(parts)))
    return found


def exif_blocks(shared: Path) -> list[tuple[str, bytes]]:
    """(file, TIFF block) of every EXIF segment of the corpus' JPEG files."""
    return [
        (name, payload[len(EXIF) :])
        for name, data in _files(shared)
        if data[:2] == b"\xff\xd8"
        for marker, payload in segments(data)
        if marker == 0xE1 and payload.startswith(EXIF)
    ]
