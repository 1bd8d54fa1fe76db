"""The wire form of IIM datasets (IPTC-IIM 4.2, 1.5 and 1.6)."""

from __future__ import annotations

import struct
from typing import NamedTuple

MARKER = 0x1C
HEADER = 5
"""Octets of marker, record, number and length."""
EXTENDED = 0x8000
"""Set in the length: what follows are the octets of a longer one."""
_header = struct.Struct(">BBBH").unpack_from
_MOST_DATASETS = 100_000


class WireDataset(NamedTuple):
    """One dataset on the wire: where it starts, where its content starts, where it ends.

    A tuple, because a picture has dozens and every picture of an archive is read.
    """

    key: tuple[int, int]
    """Record and number."""
    start: int
    content: int
    end: int


def datasets(block: bytes) -> tuple[tuple[WireDataset, ...], str]:
    """Take a block apart.

    Returns:
        The datasets as far as they can be followed, and, for a person, what stopped
        the walk before the end of the block: empty where nothing did (NULs at the end
        are padding).
    """
    found: list[WireDataset] = []
    position, size = 0, len(block)
    while position + HEADER <= size:
        marker, record, number, length = _header(block, position)
        if marker != MARKER or len(found) == _MOST_DATASETS:
            break
        content = position + HEADER
        if length & EXTENDED:
            octets = length & ~EXTENDED
            length = int.from_bytes(block[content : content + octets], "big")
            content += octets
        end = content + length
        if end > size:
            return tuple(found), f"octet {position}, a dataset that reaches beyond the end"
        found.append(WireDataset((record, number), position, content, end))
        position = end
    if not block[position:].strip(b"\x00"):
        return tuple(found), ""
    if len(found) == _MOST_DATASETS:
        return tuple(found), f"dataset {_MOST_DATASETS + 1}, more than are read"
    return tuple(found), f"octet {position}, where no dataset starts"


def pack(record: int, number: int, content: bytes) -> bytes:
    """One dataset; an extended one where the content is longer than 32,767 octets."""
    head = bytes((MARKER, record, number))
    size = len(content)
    if size < EXTENDED:
        return head + size.to_bytes(2, "big") + content
    return head + (EXTENDED | 4).to_bytes(2, "big") + size.to_bytes(4, "big") + content
