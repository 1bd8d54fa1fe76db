"""Extended XMP: the part of a packet that did not fit the first segment.

Source: XMP Specification Part 3 (2020), 1.1.3.1, "Extended XMP in JPEG".
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from provenance.errors import RewriteRefusedError
from provenance.model import ReadWarning

HEADER = b"http://ns.adobe.com/xmp/extension/\x00"
"""What every such APP1 payload begins with."""

LARGEST = 32 * 1024 * 1024
"""Octets of extended XMP that are read; a larger one is reported and left alone."""

_CHUNK = 65_400 - len(HEADER) - 40
_GUID = 32
_PREFIX = _GUID + 4 + 4


@dataclass(frozen=True, slots=True)
class Extension:
    """Extended packets put together.

    Attributes:
        packets: GUID (as written, 32 hexadecimal digits) to packet; whole ones only.
        warnings: ``xmp-extended-broken``, one for each GUID that could not be joined.
    """

    packets: dict[str, bytes]
    warnings: tuple[ReadWarning, ...] = ()


def assemble(chunks: Sequence[bytes]) -> Extension:
    """Join the chunks of extended XMP, in whatever order the file has them.

    Args:
        chunks: each APP1 payload behind its 35-octet header: GUID, full length,
            offset, data.

    Returns:
        The packets whose chunks cover their full length without gap or
        contradiction and whose MD5 is their GUID. Anything else is a warning: text
        that cannot be proven whole is not read as what the picture says.
    """
    parts: dict[str, list[tuple[int, int, bytes]]] = {}
    damaged = 0
    for chunk in chunks:
        if len(chunk) < _PREFIX or not chunk[:_GUID].isalnum():
            damaged += 1
            continue
        guid = chunk[:_GUID].decode("ascii")
        full = int.from_bytes(chunk[_GUID : _GUID + 4], "big")
        offset = int.from_bytes(chunk[_GUID + 4 : _PREFIX], "big")
        parts.setdefault(guid, []).append((offset, full, chunk[_PREFIX:]))
    packets: dict[str, bytes] = {}
    warnings: list[ReadWarning] = []
    if damaged:
        warnings.append(_broken("?", f"{damaged} segments without a readable header"))
    for guid, found in parts.items():
        packet = _joined(found)
        if isinstance(packet, str):
            warnings.append(_broken(guid, packet))
        elif hashlib.md5(packet, usedforsecurity=False).hexdigest() != guid.lower():
            warnings.append(_broken(guid, "its MD5 is another one"))
        else:
            packets[guid] = packet
    return Extension(packets, tuple(warnings))


def _joined(found: list[tuple[int, int, bytes]]) -> bytes | str:
    """The packet, or what is wrong with it."""
    full = found[0][1]
    if any(length != full for _, length, _ in found):
        return "its segments name different lengths"
    if full > LARGEST:
        return f"it claims {full} octets, more than {LARGEST} are not read"
    out: list[bytes] = []
    position = 0
    for offset, _, data in sorted(set(found)):
        if offset != position:
            return f"octets {min(offset, position)} to {max(offset, position)} are not there once"
        out.append(data)
        position += len(data)
    return b"".join(out) if position == full else f"{position} of {full} octets are there"


def _broken(guid: str, why: str) -> ReadWarning:
    message = f"Extended XMP {guid} cannot be read: {why}."
    return ReadWarning("xmp-extended-broken", message)


def guid_of(packet: bytes) -> str:
    """The GUID of an extended packet: its MD5 in upper-case hexadecimal digits."""
    return hashlib.md5(packet, usedforsecurity=False).hexdigest().upper()


def chunk(packet: bytes) -> list[bytes]:
    """APP1 payloads, header included, that carry an extended packet.

    Each is at most 65,400 octets long, so that it fits a segment.

    Raises:
        RewriteRefusedError: ``segment-too-large`` beyond ``LARGEST`` octets.
    """
    if len(packet) > LARGEST:
        raise RewriteRefusedError(
            f"The extended XMP would take {len(packet)} octets; at most {LARGEST} are written.",
            code="segment-too-large",
            remedy="Remove what bloats this packet with another editor first.",
        )
    head = HEADER + guid_of(packet).encode("ascii") + len(packet).to_bytes(4, "big")
    return [
        head + offset.to_bytes(4, "big") + packet[offset : offset + _CHUNK]
        for offset in range(0, len(packet), _CHUNK)
    ]
