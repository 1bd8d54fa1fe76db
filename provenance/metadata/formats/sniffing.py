"""Tell a file's format by its first bytes, never by its name."""

from __future__ import annotations

import re
from typing import Final

SNIFF_LENGTH: Final = 4096
"""Octets that ``sniff`` wants to see."""

JPEG: Final = "image/jpeg"
XMP: Final = "application/rdf+xml"

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8", JPEG),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (b"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (b"IIRO", "image/x-olympus-orf"),
    (b"IIRS", "image/x-olympus-orf"),
    (b"MMOR", "image/x-olympus-orf"),
    (b"IIU\x00", "image/x-panasonic-rw2"),
    (b"\x00MRM", "image/x-minolta-mrw"),
    (b"FOVb", "image/x-sigma-x3f"),
    (b"BM", "image/bmp"),
    (b"\xff\x01Exiv2", "image/x-exv"),
)

_BRANDS: Final[dict[bytes, str]] = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"hevm": "image/heic",
    b"hevs": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"mif1": "image/heif",
    b"mif2": "image/heif",
    b"msf1": "image/heif",
    b"crx ": "image/x-canon-cr3",
    b"jxl ": "image/jxl",
    b"qt  ": "video/quicktime",
}

_FIRST_TAG: Final = re.compile(
    rb"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:xmpmeta|xapmeta|RDF)[\s>]|<(?![?!])"
)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def sniff(head: bytes) -> str | None:
    """Name the media type that the first octets show, or None where nothing is recognised.

    Args:
        head: the beginning of the file; ``SNIFF_LENGTH`` octets are enough.

    Returns:
        A media type; ``application/rdf+xml`` for an XMP packet or an RDF/XML file.
    """
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "image/x-canon-cr2" if head[8:10] == b"CR" else "image/tiff"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[6:14] == b"HEAPCCDR":
        return "image/x-canon-crw"
    return XMP if _is_xmp(head[:SNIFF_LENGTH]) else None


def _brand(head: bytes) -> str:
    """Media type of an ISO base media file (ISO/IEC 14496-12, 4.3): major brand, then others."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    for at in (8, *range(16, length - 3, 4)):
        if (found := _BRANDS.get(head[at : at + 4])) is not None:
            return found
    return "video/mp4"


def _is_xmp(head: bytes) -> bool:
    if head[:2] in _UTF16_MARKS or b"\x00" in head[:4]:
        head = head.replace(b"\x00", b"")
        if head[:2] in _UTF16_MARKS:
            head = head[2:]
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<"):
        return False
    if head.startswith(b"<?xpacket"):
        return True
    found = _FIRST_TAG.search(head)
    return found is not None and len(found.group()) > 1
