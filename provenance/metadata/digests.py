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
        image: of all that is not credit metadata; None for a file without a picture.
        scan: of tables, frame and scan data; None where the file is no JPEG, or ends before
            its picture data.
    """

    sha256: str
    image: str | None
    scan: str | None


def digests(data: bytes) -> Digests:
    """Digest a whole file; see ``jpeg_scan.fingerprints`` for what each digest covers.

    Raises:
        UnreadableError: as ``read`` does for a file of no known format.
    """
    _media_type, kind = recognise(Window.over(data, "the file"))
    return digests_of(data, kind)


def digests_of(data: bytes, kind: Format) -> Digests:
    """Digest a file whose format is known already."""
    image, scan = kind.fingerprints(data)
    return Digests(hashlib.sha256(data).hexdigest(), image, scan)
