"""The file formats that can be read and rewritten: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format
from provenance.metadata.formats import jpeg_splice, sidecar
from provenance.metadata.formats.sniffing import JPEG, SNIFF_LENGTH, XMP, sniff
from provenance.metadata.source import Window

FORMATS: Final[Mapping[str, Format]] = {JPEG: jpeg_splice.FORMAT, XMP: sidecar.FORMAT}


def recognise(window: Window) -> tuple[str, Format]:
    """The media type of a file and what can be done with it.

    Raises:
        UnreadableError: ``empty-file``, or ``unsupported-format`` naming what was recognised.
    """
    if window.size == 0:
        raise UnreadableError(
            f"{window.name} is empty (0 octets).",
            code="empty-file",
            remedy="Fetch the file again from where it came.",
        )
    media_type = sniff(window.take(0, SNIFF_LENGTH))
    if media_type is not None and (known := FORMATS.get(media_type)) is not None:
        return media_type, known
    seen = f"is {media_type}" if media_type else "is of no recognised format"
    raise UnreadableError(
        f"{window.name} {seen}, which is not read.",
        code="unsupported-format",
        remedy="JPEG pictures and XMP files are read; put an XMP sidecar beside this one.",
    )
