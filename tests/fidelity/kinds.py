"""The file formats of the measurement, and the readers that take them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fidelity import chunk_pieces, jpeg_pieces, resource_pieces, tiff_pieces
from fidelity.pieces import Piece, differing

JPEG: Final = "JPEG"
TIFF: Final = "TIFF"
PNG: Final = "PNG"
WEBP: Final = "WebP"
PSD: Final = "PSD"
XMP: Final = "XMP file"
RAW: Final = "raw"

NAMES: Final[Mapping[str, str]] = {
    "image/jpeg": JPEG,
    "image/tiff": TIFF,
    "image/png": PNG,
    "image/webp": WEBP,
    "image/vnd.adobe.photoshop": PSD,
    "application/rdf+xml": XMP,
    "image/heic": "HEIC",
    "image/heif": "HEIC",
    "image/avif": "AVIF",
    "image/gif": "GIF",
    "image/tiff; version=big": "BigTIFF",
    "image/x-adobe-dng": "DNG",
}

_READERS: Final[Mapping[str, Callable[[bytes], Iterator[Piece]]]] = {
    JPEG: jpeg_pieces.jpeg,
    TIFF: tiff_pieces.tiff,
    PNG: chunk_pieces.png,
    WEBP: chunk_pieces.webp,
    PSD: chunk_pieces.psd,
}


def name(media_type: str | None) -> str:
    """A format as the tables name it; camera raws but DNG are one."""
    if media_type is None:
        return "unknown"
    return NAMES.get(media_type, RAW if media_type.startswith("image/x-") else media_type)


def changed_pieces(kind: str, before: bytes, after: bytes) -> list[str]:
    """What is not credit metadata and has changed all the same; empty for unknown formats."""
    read = _READERS.get(kind)
    found = [] if read is None else differing(read(before), read(after))
    return found + _moved(kind, before, after) + _digests(kind, before, after)


def _moved(kind: str, before: bytes, after: bytes) -> list[str]:
    """Octets of a TIFF file, or of the EXIF block of a JPEG file, that have moved."""
    if kind == TIFF:
        return tiff_pieces.moved(before, after)
    if kind != JPEG:
        return []
    blocks = zip(jpeg_pieces.exif_blocks(before), jpeg_pieces.exif_blocks(after), strict=True)
    # The last octet is the one behind the block.
    return [f"EXIF {told}" for old, new in blocks for told in tiff_pieces.moved(old[:-1], new)]


def _digests(kind: str, before: bytes, after: bytes) -> list[str]:
    """Digests of IIM that were true and are not, or were stale and are not the same."""
    old, new = _digests_of(kind, before), _digests_of(kind, after)
    kept = len(old) == len(new) and all(
        now_true if was_true else now == was
        for (was, was_true), (now, now_true) in zip(old, new, strict=True)
    )
    return [] if kept else ["digest of IIM"]


def _digests_of(kind: str, data: bytes) -> list[tuple[bytes, bool]]:
    if kind == JPEG:
        return list(resource_pieces.digests(jpeg_pieces.image_resources(data), []))
    if kind == PSD:
        return list(resource_pieces.digests(chunk_pieces.psd_sections(data)[2], []))
    if kind == PNG:
        found = chunk_pieces.png_resources(data)
        return [one for octets in found for one in resource_pieces.digests(octets, [])]
    if kind == TIFF:
        rows = [row for one in tiff_pieces.Tables(data).directories[:1] for row in one.rows]
        iims = [data[row.start : row.end] for row in rows if row.tag == 0x83BB]
        found = [data[row.start : row.end] for row in rows if row.tag == 0x8649]
        return [one for octets in found for one in resource_pieces.digests(octets, iims)]
    return []
