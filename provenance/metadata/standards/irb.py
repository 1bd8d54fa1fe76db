"""Photoshop image resources: the block in APP13 that IIM travels in.

Source: Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.model import ReadWarning

IIM = 0x0404
"""IPTC-NAA record."""
IIM_DIGEST = 0x0425
"""MD5 of the IPTC-NAA record, by which a reader sees that somebody else edited it."""

_SIGNATURES = frozenset({b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"})
_head = struct.Struct(">4sHB").unpack_from
_length = struct.Struct(">I").unpack_from
_MOST_RESOURCES = 10_000
_NAME = 6


class Resource(NamedTuple):
    """One image resource; ``start`` and ``end`` span header, payload and padding."""

    id: int
    name: bytes
    payload: bytes
    start: int
    end: int


def split(data: bytes) -> tuple[Resource, ...]:
    """Take a block of image resources apart.

    Args:
        data: what follows ``Photoshop 3.0`` and its NUL, all segments joined.

    Returns:
        The resources as far as they can be followed, in order. What stands behind the
        last one's ``end`` is no resource: padding, or a broken tail.
    """
    found: list[Resource] = []
    position, size = 0, len(data)
    while position + 12 <= size and len(found) < _MOST_RESOURCES:
        signature, number, octets = _head(data, position)
        if signature not in _SIGNATURES:
            break
        name_end = position + _NAME + 1 + octets
        # The name with its length octet is padded to an even size.
        header_end = name_end + ((name_end - position - _NAME) & 1) + 4
        if header_end > size:
            break
        (length,) = _length(data, header_end - 4)
        end = header_end + length
        if end > size:
            break
        name, payload = data[position + _NAME + 1 : name_end], data[header_end:end]
        if length & 1 and end < size and data[end : end + 4] not in _SIGNATURES:
            end += 1
        found.append(Resource(number, name, payload, position, end))
        position = end
    return tuple(found)


def iims_of(data: bytes) -> tuple[bytes, ...]:
    """The IIM blocks of all 0x0404 resources, in order; a sound file has at most one."""
    return tuple(one.payload for one in split(data) if one.id == IIM)


def iim_of(data: bytes) -> bytes | None:
    """The IIM block of the first 0x0404 resource, None where there is none."""
    return next(iter(iims_of(data)), None)


def with_iim(data: bytes, new_iim: bytes, *, index: int = 0) -> bytes:
    """Put another IIM block into the place of one that is there.

    A digest (0x0425) that was true of the first block stays true; one that was stale
    keeps its octets, so that others still see that the block was edited behind
    Photoshop's back (MWG 2.0, 3.2). Every other octet is as before.

    Args:
        data: as for ``split``.
        new_iim: the new payload of 0x0404.
        index: which 0x0404 resource, counted from 0.

    Raises:
        RewriteRefusedError: ``value-changed`` where there is no such resource.
    """
    resources = split(data)
    blocks = [one for one in resources if one.id == IIM]
    if index >= len(blocks):
        raise RewriteRefusedError(
            f"The Photoshop block holds {len(blocks)} IIM resources, not {index + 1}.",
            code="value-changed",
            remedy="Read the file again and make the edit from what it says now.",
        )
    old = blocks[index]
    if old.payload == new_iim:
        return data
    changes: dict[int, tuple[Resource, bytes | None]] = {old.start: (old, new_iim)}
    if index == 0:
        for one in resources:
            new = _followed(one, old.payload, new_iim)
            if new is not None:
                changes[one.start] = (one, new)
    return _spliced(data, changes.values())


def with_digest(data: bytes, old_iim: bytes, new_iim: bytes) -> bytes:
    """Keep a digest (0x0425) true of IIM that stands elsewhere in the file.

    Args:
        data: as for ``split``; resources with IIM of their own speak of that, and stay.
        old_iim: the IIM block as it was.
        new_iim: the IIM block as it will be.
    """
    resources = split(data)
    if any(one.id == IIM for one in resources):
        return data
    followed = [(one, _followed(one, old_iim, new_iim)) for one in resources]
    return _spliced(data, [(one, new) for one, new in followed if new is not None])


def _followed(resource: Resource, old_iim: bytes, new_iim: bytes) -> bytes | None:
    """The new digest in the place of one that was true, None for any other resource."""
    if resource.id != IIM_DIGEST:
        return None
    pairs = zip(countings(old_iim), countings(new_iim), strict=True)
    return next(
        (digest(new) for old, new in pairs if hmac.compare_digest(resource.payload, digest(old))),
        None,
    )


def countings(iim: bytes) -> tuple[bytes, bytes, bytes]:
    """What writers take the digest of: the block, without its padding, padded for TIFF."""
    bare = iim.rstrip(b"\x00")
    return iim, bare, bare + bytes(-len(bare) % 4)


def with_resources(data: bytes, payloads: Mapping[int, bytes | None]) -> bytes:
    """Put other payloads in place of resources; every other octet is as before.

    Args:
        data: as for ``split``.
        payloads: number of a resource in ``split``'s order to its new payload; None takes
            the resource away. A payload that is the old one leaves its octets as they are.
    """
    resources = split(data)
    return _spliced(
        data,
        [
            (resources[number], payload)
            for number, payload in payloads.items()
            if payload != resources[number].payload
        ],
    )


def with_new(data: bytes, number: int, payload: bytes) -> bytes:
    """Add a resource behind the last one that is there.

    Args:
        data: as for ``split``.
        number: the new resource's id.
        payload: what it holds.

    Raises:
        RewriteRefusedError: ``photoshop-broken`` where the resources cannot be followed to
            their end, so that nobody could find the new one.
    """
    resources = split(data)
    end = resources[-1].end if resources else 0
    if data[end:].strip(b"\x00 "):
        raise RewriteRefusedError(
            f"The Photoshop block cannot be followed beyond octet {end}; nothing can be added.",
            code="photoshop-broken",
            remedy="Save the picture anew with the program that wrote it.",
        )
    # A last resource of odd length may lack its padding; in front of another it must not.
    missing = b"\x00" * ((end - resources[-1].start) & 1) if resources else b""
    head = b"8BIM" + number.to_bytes(2, "big") + b"\x00\x00" + len(payload).to_bytes(4, "big")
    return data[:end] + missing + head + payload + b"\x00" * (len(payload) & 1) + data[end:]


def _spliced(data: bytes, changes: Iterable[tuple[Resource, bytes | None]]) -> bytes:
    out: list[bytes] = []
    position = 0
    for resource, payload in sorted(changes, key=lambda change: change[0].start):
        out.append(data[position : resource.start])
        if payload is not None:
            out.append(_replaced(data, resource, payload))
        position = resource.end
    return b"".join((*out, data[position:]))


def _replaced(data: bytes, resource: Resource, payload: bytes) -> bytes:
    """A resource with another payload, its signature and name octets kept."""
    named = resource.start + _NAME + 1 + len(resource.name)
    head = data[resource.start : named + ((named - resource.start - _NAME) & 1)]
    return head + len(payload).to_bytes(4, "big") + payload + b"\x00" * (len(payload) & 1)


def digest(iim: bytes) -> bytes:
    """What 0x0425 holds for an IIM block: its MD5, 16 octets."""
    return hashlib.md5(iim, usedforsecurity=False).digest()


def read_warnings(data: bytes) -> tuple[ReadWarning, ...]:
    """What a picture editor should know of a block of image resources.

    Returns:
        ``iptc-digest-stale`` where 0x0425 is not the MD5 of the first 0x0404;
        ``photoshop-broken`` where something that is not padding follows the last
        resource that can be followed.
    """
    return reading(data)[1]


def reading(data: bytes) -> tuple[tuple[bytes, ...], tuple[ReadWarning, ...]]:
    """What ``iims_of`` and ``read_warnings`` give, in one pass."""
    resources = split(data)
    blocks = tuple([one.payload for one in resources if one.id == IIM])
    return blocks, _warnings(data, resources, blocks[0] if blocks else None)


def _warnings(
    data: bytes, resources: tuple[Resource, ...], block: bytes | None
) -> tuple[ReadWarning, ...]:
    warnings: list[ReadWarning] = []
    stored = next((one.payload for one in resources if one.id == IIM_DIGEST), None)
    if block is not None and stored is not None and not _is_true(stored, block):
        message = "The IIM was changed by a program that did not update Photoshop's digest of it."
        warnings.append(ReadWarning("iptc-digest-stale", message))
    end = resources[-1].end if resources else 0
    if data[end:].strip(b"\x00 "):
        message = f"The Photoshop block cannot be followed beyond octet {end}; kept as it is."
        warnings.append(ReadWarning("photoshop-broken", message))
    return tuple(warnings)


def _is_true(stored: bytes, block: bytes) -> bool:
    return stored == digest(block) or stored in map(digest, countings(block))
