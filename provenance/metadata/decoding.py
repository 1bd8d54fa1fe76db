"""Metadata blocks to values: each block through its own standard's decoder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.standards import exif, iim, irb, xmp, xmp_extended
from provenance.model import Container, PropertyValue, ReadWarning

# Looked up once: each file of an archive comes by here.
_EXIF, _PHOTOSHOP, _IIM, _XMP = Carrier.EXIF, Carrier.PHOTOSHOP, Carrier.IIM, Carrier.XMP
_WORDS = {carrier: carrier.word for carrier in Carrier}

# A manifest store elsewhere (C2PA 2.1, 11.5); "self#jumbf=" speaks of the file's own.
_PROVENANCE = b"dcterms:provenance"
_REMOTE_CREDENTIALS = re.compile(_PROVENANCE + rb"""(?:\s*=\s*["']|>)\s*https?:""")


class Unit(NamedTuple):
    """One run of bytes that one decoder reads, and what it says.

    Attributes:
        carrier: which standard.
        container: which container its values belong to.
        prefix: the first word of its locators; the second XMP packet has ``XMP#2``.
        content: an EXIF block, an IIM block or an XMP packet.
        blocks: numbers of the survey's blocks that hold it.
        ordinal: which IIM block of its Photoshop block, from 0.
        values: what it says.
    """

    carrier: Carrier
    container: Container
    prefix: str
    content: bytes
    blocks: tuple[int, ...]
    ordinal: int
    values: tuple[PropertyValue, ...]


class Decoded(NamedTuple):
    """All units of a file in file order, extended XMP last, and what was odd about them."""

    units: list[Unit]
    warnings: list[ReadWarning]

    @property
    def values(self) -> tuple[PropertyValue, ...]:
        """The values of all units, in order."""
        return tuple(chain.from_iterable([unit.values for unit in self.units]))


def decode(survey: Survey, *, uri: str = "") -> Decoded:
    """Decode every block of a file. Nothing is raised: what is broken becomes a warning.

    Args:
        survey: the blocks.
        uri: for the values of a sidecar: the sidecar's own.
    """
    decoded = Decoded([], [])
    counts: dict[str, int] = {}
    extended: dict[str, None] = {}
    chunks: list[int] = []
    for number, block in enumerate(survey.blocks):
        carrier = block.carrier
        if carrier is _EXIF:
            _exif(decoded, number, block, _prefix(_EXIF, counts))
        elif carrier is _PHOTOSHOP:
            contents, told = irb.reading(block.payload)
            decoded.warnings.extend(told)
            for ordinal, content in enumerate(contents):
                _iim(decoded, (number, block), _prefix(_IIM, counts), (content, ordinal))
        elif carrier is _XMP:
            guid = _xmp(decoded, (number, block), _prefix(_XMP, counts), uri)
            if guid is not None:
                extended[guid.upper()] = None
        elif carrier is _IIM:
            _iim(decoded, (number, block), _prefix(_IIM, counts), (block.payload, 0))
        else:
            chunks.append(number)
    if chunks or extended:
        _extended(decoded, survey.blocks, chunks, list(extended))
    return decoded


def _prefix(carrier: Carrier, counts: dict[str, int]) -> str:
    """The first word of the next block's locators: ``XMP``, then ``XMP#2``."""
    count = counts[carrier] = counts.get(carrier, 0) + 1
    return _WORDS[carrier] if count == 1 else f"{_WORDS[carrier]}#{count}"


def _exif(decoded: Decoded, number: int, block: Block, prefix: str) -> None:
    reading = exif.decode(block.payload, locator_prefix=prefix)
    decoded.warnings.extend(reading.warnings)
    decoded.units.append(
        Unit(block.carrier, block.container, prefix, block.payload, (number,), 0, reading.values)
    )


def _iim(
    decoded: Decoded, numbered: tuple[int, Block], prefix: str, found: tuple[bytes, int]
) -> None:
    """Decode one IIM block; ``found`` is its datasets and which of its Photoshop block it is."""
    number, block = numbered
    content, ordinal = found
    reading = iim.decode(content, locator_prefix=prefix)
    decoded.warnings.extend(reading.warnings)
    decoded.units.append(
        Unit(block.carrier, block.container, prefix, content, (number,), ordinal, reading.values)
    )


def _xmp(decoded: Decoded, numbered: tuple[int, Block], prefix: str, uri: str) -> str | None:
    """Decode a packet; the GUID of the extended packet that it names."""
    number, block = numbered
    reading = xmp.parse(block.payload, container=block.container, locator_prefix=prefix, uri=uri)
    decoded.warnings.extend(reading.warnings)
    if _PROVENANCE in block.payload and _REMOTE_CREDENTIALS.search(block.payload):
        decoded.warnings.append(
            ReadWarning(
                "content-credentials-remote",
                "The XMP names Content Credentials that are kept outside of the file; an edit"
                " would break their binding.",
            )
        )
    decoded.units.append(
        Unit(block.carrier, block.container, prefix, block.payload, (number,), 0, reading.values)
    )
    return reading.has_extended


def _extended(
    decoded: Decoded, blocks: Sequence[Block], chunks: list[int], wanted: list[str]
) -> None:
    """Decode the extended packets that a main packet names (XMP part 3, 1.1.3.1)."""
    extension = xmp_extended.assemble([blocks[number].payload for number in chunks])
    decoded.warnings.extend(extension.warnings)
    packets = {guid.upper(): packet for guid, packet in extension.packets.items()}
    holders: dict[bytes, list[int]] = {}
    for number in chunks:
        holders.setdefault(blocks[number].payload[:32].upper(), []).append(number)
    for count, guid in enumerate((g for g in wanted if g in packets), start=1):
        prefix = "XMP-ext" if count == 1 else f"XMP-ext#{count}"
        packet = packets.pop(guid)
        reading = xmp.parse(packet, container=Container.XMP, locator_prefix=prefix)
        decoded.warnings.extend(reading.warnings)
        numbers = tuple(holders[guid.encode("ascii")])
        decoded.units.append(
            Unit(Carrier.EXTENDED_XMP, Container.XMP, prefix, packet, numbers, 0, reading.values)
        )
    for guid in packets:
        decoded.warnings.append(
            ReadWarning(
                "xmp-extended-orphan",
                f"Extended XMP {guid} is named by no XMP packet of the file; it was not read.",
            )
        )
