"""Photoshop image resources: the block in APP13 that IIM travels in.

Source: Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from provenance.errors import RewriteRefusedError
from provenance.model import ReadWarning

IIM = 0x0404
"""IPTC-NAA record."""
IIM_DIGEST = 0x0425
"""MD5 of the IPTC-NAA record, by which a reader sees that somebody else edited it."""

_SIGNATURES = frozenset({b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"})
_MOST_RESOURCES = 10_000
_NAME = 6


@dataclass(frozen=True, slots=True)
class Resource:
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
        if data[position : position + 4] not in _SIGNATURES:
            break
        number = int.from_bytes(data[position + 4 : position + 6], "big")
        name_end = position + _NAME + 1 + data[position + _NAME]
        name = data[position + _NAME + 1 : name_end]
        # The name with its length octet is padded to an even size.
        header_end = name_end + ((name_end - position - _NAME) & 1) + 4
        if header_end > size:
            break
        length = int.from_bytes(data[header_end - 4 : header_end], "big")
        end = header_end + length
        if end > size:
            break
        payload = data[header_end:end]
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
    changes = {old.start: (old, new_iim)}
    if index == 0:
        for one in resources:
            if one.id == IIM_DIGEST and hmac.compare_digest(one.payload, digest(old.payload)):
                changes[one.start] = (one, digest(new_iim))
    out: list[bytes] = []
    position = 0
    for start in sorted(changes):
        resource, payload = changes[start]
        out += (data[position:start], _replaced(data, resource, payload))
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
    warnings: list[ReadWarning] = []
    resources = split(data)
    block = next((one.payload for one in resources if one.id == IIM), None)
    stored = next((one.payload for one in resources if one.id == IIM_DIGEST), None)
    if block is not None and stored is not None and stored != digest(block):
        message = "The IIM was changed by a program that did not update Photoshop's digest of it."
        warnings.append(ReadWarning("iptc-digest-stale", message))
    end = resources[-1].end if resources else 0
    if data[end:].strip(b"\x00 "):
        message = f"The Photoshop block cannot be followed beyond octet {end}; kept as it is."
        warnings.append(ReadWarning("photoshop-broken", message))
    return tuple(warnings)
