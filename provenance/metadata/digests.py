"""The three digests of a file: of all of it, of all but its credits, of its picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from provenance.metadata.blocks import Format
from provenance.metadata.formats.recognition import recognise
from provenance.metadata.source import Window


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 digests in lower-case hex.

    Attributes:
        sha256: of the file.
        image: of all that is not credit metadata; None for a file without a picture, and
            for one that is read through ExifTool.
        scan: of the picture data alone; None likewise, and where the file ends before it.
    """

    sha256: str
    image: str | None
    scan: str | None


def digests(data: bytes) -> Digests:
    """Digest a whole file; see its format's ``fingerprints`` for what each digest covers.

    Raises:
        UnreadableError: as ``read`` does for an empty file, or one that its format cannot
            take apart.
    """
    _media_type, kind = recognise(Window.over(data, "the file"))
    return digests_of(data, kind)


def digests_of(data: bytes, kind: Format | None) -> Digests:
    """Digest a file whose format is known already; None is one that is left to ExifTool."""
    image, scan = (None, None) if kind is None else kind.fingerprints(data)
    return Digests(hashlib.sha256(data).hexdigest(), image, scan)


def keeps_picture(old: bytes, new: bytes) -> bool:
    """Whether all that is not credit metadata is the same in both files.

    A walk through both structures and a comparison of octets or digests: nothing is
    decompressed, no library parses. Of a file that is read through ExifTool nothing is known,
    and True is given.

    Raises:
        UnreadableError: as ``digests``.
    """
    _media_type, kind = recognise(Window.over(old, "the file"))
    return kind is None or kind.keeps_picture(old, new)
