"""The file formats that can be read and rewritten: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format
from provenance.metadata.formats import (
    bmff_cr3,
    bmff_digest,
    bmff_jp2,
    jpeg_splice,
    jxl,
    png_splice,
    psd,
    raw,
    sidecar,
    tiff_splice,
    webp_splice,
)
from provenance.metadata.formats.sniffing import JPEG, SNIFF_LENGTH, XMP, sniff
from provenance.metadata.source import Window

FORMATS: Final[Mapping[str, Format]] = {
    JPEG: jpeg_splice.FORMAT,
    XMP: sidecar.FORMAT,
    raw.TIFF: tiff_splice.FORMAT,
    raw.BIG_TIFF: tiff_splice.BIG_FORMAT,
    **raw.FORMATS,
    "image/vnd.adobe.photoshop": psd.FORMAT,
    "image/heic": bmff_digest.FORMAT,
    "image/heif": bmff_digest.FORMAT,
    "image/avif": bmff_digest.FORMAT,
    "image/x-canon-cr3": bmff_cr3.FORMAT,
    "image/jp2": bmff_jp2.FORMAT,
    "image/jxl": jxl.FORMAT,
    "image/png": png_splice.FORMAT,
    "image/webp": webp_splice.FORMAT,
}


def recognise(window: Window) -> tuple[str | None, Format | None]:
    """The media type of a file and what can be done with it by ourselves.

    Returns:
        No media type where the content shows none; no format where the file is left to
        ExifTool.

    Raises:
        UnreadableError: ``empty-file``.
    """
    if window.size == 0:
        raise UnreadableError(
            f"{window.name} is empty (0 octets).",
            code="empty-file",
            remedy="Fetch the file again from where it came.",
        )
    media_type = sniff(window.take(0, SNIFF_LENGTH))
    if media_type == raw.TIFF:
        media_type = raw.media_type_of(window)
    return media_type, None if media_type is None else FORMATS.get(media_type)
