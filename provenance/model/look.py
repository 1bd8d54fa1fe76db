"""What is known of a picture beside its own words: how it looks, what the desk keeps about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

BITS: Final = 256
TELLING_QUALITY: Final = 50
"""Below this PDQ quality a picture has too little detail for its hash to mean it."""


@dataclass(frozen=True, slots=True)
class PictureHash:
    """How a picture looks, in 256 bits that small changes of the picture leave nearly equal.

    Attributes:
        pdq: 32 octets, in the order of PDQ's hexadecimal form.
        quality: 0..100; below ``TELLING_QUALITY`` the hash says nothing.
        width: pixels of the whole picture, upright; 0 where unknown.
        height: pixels of the whole picture, upright; 0 where unknown.

    Source: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
    Algorithm" (2019), part one.
    """

    pdq: bytes
    quality: int
    width: int = 0
    height: int = 0

    @property
    def tells(self) -> bool:
        """Whether the picture has enough detail for the hash to mean it."""
        return self.quality >= TELLING_QUALITY

    def distance(self, other: PictureHash) -> int:
        """How many of the 256 bits differ."""
        return (int.from_bytes(self.pdq) ^ int.from_bytes(other.pdq)).bit_count()


class LikenessKind(StrEnum):
    """What a comparison of two pictures, pixel by pixel, says of them."""

    SAME = "same"
    CROP = "crop"
    MIRRORED = "mirrored"
    OTHER = "other"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two pictures compared where they overlap.

    Attributes:
        kind: ``same`` picture (re-saved, resized, in grey), a ``crop`` of it, ``mirrored``,
            an ``other`` frame or scene, or ``unsure`` where too little can be told.
        difference: 0..1, how much the part that differs most differs.
        shown: 0..1, the share of the larger picture that the smaller one shows.
    """

    kind: LikenessKind
    difference: float
    shown: float = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """How one picture looks, and by which digest that picture is known.

    Attributes:
        basis: the scan digest, else the file's digest; empty for a hash that a notice brings.
        hash: of the picture as it is.
        trimmed: hash (32 octets) of the picture without its plain border; None where it has none.
        mirrored: hash (32 octets) of the picture from behind; None where it was not made.
    """

    basis: str
    hash: PictureHash
    trimmed: bytes | None = None
    mirrored: bytes | None = None

    def forms(self) -> tuple[bytes, ...]:
        """The hashes under which the picture may be met: as it is, and without its border."""
        return (self.hash.pdq,) if self.trimmed is None else (self.hash.pdq, self.trimmed)


@dataclass(frozen=True, slots=True)
class DeskRecord:
    """What the desk's own system (DAM, CMS) says of a picture: one row of an import.

    Attributes:
        source: name of the file that was imported.
        row: its line or position, from 1.
        places: how the asset is named: ``("path"|"filename"|"sha256"|"scan"|"image", value)``.
        identifiers: agency identifiers, as written.
        captions: as written.
        creators: photographers' names.
        credits: credit lines.
        dates: days (``YYYY-MM-DD``) on which it was made.
        publications: where it was printed or put online.
        imported: RFC 3339.
        imported_by: the person whose word it is.
    """

    source: str
    row: int
    places: tuple[tuple[str, str], ...]
    identifiers: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    imported: str = ""
    imported_by: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of an asset beside its own words.

    Attributes:
        hash: how it looks; None where it was not looked at.
        desk: the desk's own records of it.
        likeness: for the basis of each picture that it was compared with, what came of it.
    """

    hash: PictureHash | None = None
    desk: tuple[DeskRecord, ...] = ()
    likeness: Mapping[str, Likeness] = field(default_factory=lambda: MappingProxyType({}))


NOTHING_BESIDE: Final = Beside()
"""Of an asset that nobody looked at and the desk's system does not know."""
