"""What a file format hands to the decoders: metadata blocks, cut out and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from provenance.metadata.source import Window
from provenance.model import Container, ReadWarning


class Carrier(StrEnum):
    """The wire form of a block; the value is the first word of the locators in it."""

    EXIF = "EXIF"
    PHOTOSHOP = "IIM"
    XMP = "XMP"
    EXTENDED_XMP = "XMP-ext"


@dataclass(frozen=True, slots=True)
class Block:
    """One metadata block of a file.

    Attributes:
        carrier: which decoder understands ``payload``.
        container: which container its values belong to.
        payload: EXIF: from the TIFF header on. Photoshop: image resources, joined. XMP: the
            packet. Extended XMP: one chunk from its GUID on.
        parts: offsets in the file of the pieces that the payload was joined from.
    """

    carrier: Carrier
    container: Container
    payload: bytes
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The metadata of one file, undecoded.

    Attributes:
        blocks: in file order.
        warnings: what is odd about the file's structure.
        content_credentials: ``"c2pa"`` where a C2PA manifest store is embedded.
    """

    blocks: tuple[Block, ...]
    warnings: tuple[ReadWarning, ...] = ()
    content_credentials: str | None = None


Payloads = Mapping[int, tuple[bytes, ...]]
"""Block number in the survey to what takes its place."""


@dataclass(frozen=True, slots=True)
class Format:
    """What one file format must be able to do; ``formats.py`` lists those that can.

    Attributes:
        survey: find the metadata blocks; raises ``UnreadableError``.
        fingerprints: image digest and scan digest in hex, None where the format has none.
        replace: put payloads in place of blocks, given by their number in the survey's
            order (usually one for one; an empty tuple takes the block away); every other
            byte keeps its value. Raises ``RewriteRefusedError``.
        check_writable: raises ``RewriteRefusedError`` where the file must not be rewritten.
    """

    survey: Callable[[Window], Survey]
    fingerprints: Callable[[bytes], tuple[str | None, str | None]]
    replace: Callable[[bytes, Payloads], bytes]
    check_writable: Callable[[bytes], None]
