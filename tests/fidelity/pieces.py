"""What a file is made of beside its credit metadata, read by readers of our own.

Nothing here is shared with ``provenance.metadata``: a mistake there must not be repeated here.
Every file is taken apart to named pieces, in their order. XMP packets are left out, and of
EXIF, IIM and image resources what the measurement edits; ExifTool compares those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

Piece = tuple[str, bytes]
"""A name, and octets; long ones are given as their SHA-256."""

_LONG: Final = 256


def piece(name: str, octets: bytes) -> Piece:
    """A piece of a file."""
    if len(octets) <= _LONG:
        return name, octets
    return f"{name} ({len(octets)})", hashlib.sha256(octets).digest()


def below(name: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces of what lies inside of another piece."""
    for inner, octets in pieces:
        yield f"{name}, {inner}", octets


def differing(before: Iterable[Piece], after: Iterable[Piece]) -> list[str]:
    """The names of pieces that are changed, gone, new, or in another place."""
    old, new = list(before), list(after)
    if old == new:
        return []
    changed = [name for name, _ in (*_without(old, new), *_without(new, old))]
    return sorted(set(changed)) or ["the order of pieces"]


def _without(some: list[Piece], others: list[Piece]) -> list[Piece]:
    rest = list(others)
    found = []
    for one in some:
        if one in rest:
            rest.remove(one)
        else:
            found.append(one)
    return found
