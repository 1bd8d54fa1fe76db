"""What a file format hands to the decoders: metadata blocks, cut out and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from provenance.metadata.source import Window
from provenance.model import Container, ReadWarning


class Carrier(StrEnum):
    """The wire form of a block."""

    EXIF = "EXIF"
    PHOTOSHOP = "Photoshop"
    IIM = "IIM"
    XMP = "XMP"
    EXTENDED_XMP = "XMP-ext"

    @property
    def word(self) -> str:
        """The first word of the locators in it; IIM is IIM, whatever it is wrapped in."""
        return "IIM" if self is Carrier.PHOTOSHOP else self.value


@dataclass(frozen=True, slots=True)
class Block:
    """One metadata block of a file.

    Attributes:
        carrier: which decoder understands ``payload``.
        container: which container its values belong to.
        payload: EXIF: from the TIFF header on. Photoshop: image resources, joined. IIM:
            datasets without a wrapper. XMP: the packet. Extended XMP: one chunk from its GUID
            on.
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

    blocks: tuple[Block, ...] = ()
    warnings: tuple[ReadWarning, ...] = ()
    content_credentials: str | None = None


Payloads = Mapping[int, tuple[bytes, ...]]
"""Block number in the survey to what takes its place.

The number ``NEW_XMP`` stands for an XMP packet that the file does not have yet: the format
puts it where its standard wants it.
"""

NEW_XMP: Final = -1


def always_writable(_data: bytes) -> None:
    """The check of a format in which every file that can be read may be rewritten."""


def never_told(_old: bytes, _new: bytes) -> bool:
    """The comparison of a format whose pictures only their digests compare."""
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """What one file format can do; ``formats/recognition.py`` lists them.

    Attributes:
        survey: find the metadata blocks; raises ``UnreadableError``.
        fingerprints: image digest and scan digest in hex, None where the format has none.
        replace: put payloads in place of blocks, given by their number in the survey's
            order (usually one for one; an empty tuple takes the block away); every other
            byte keeps its value. Raises ``RewriteRefusedError``. None for a format that is
            read only; its files are written through ExifTool.
        check_writable: raises ``RewriteRefusedError`` where the file must not be rewritten.
        same_picture: whether two files are told to have equal fingerprints by a cheaper
            comparison; False proves nothing.
    """

    survey: Callable[[Window], Survey]
    fingerprints: Callable[[bytes], tuple[str | None, str | None]]
    replace: Callable[[bytes, Payloads], bytes] | None = None
    check_writable: Callable[[bytes], None] = always_writable
    same_picture: Callable[[bytes, bytes], bool] = never_told

    def keeps_picture(self, old: bytes, new: bytes) -> bool:
        """Whether all that is not credit metadata is the same in both files."""
        return self.same_picture(old, new) or self.fingerprints(old) == self.fingerprints(new)
