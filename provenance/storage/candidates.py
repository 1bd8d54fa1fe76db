"""Which files are assets: by name where the name says so, else by their first octets."""

from __future__ import annotations

import re
from typing import Final

SIDECAR: Final = ".xmp"

SNIFF_OCTETS: Final = 16
"""How many first octets ``is_picture_magic`` wants."""

_PICTURES: Final = (
    *("jpg", "jpeg", "jpe", "jfif", "jif", "tif", "tiff", "png", "webp", "gif", "bmp"),
    *("heic", "heif", "hif", "avif", "psd", "psb", "jxl", "jp2", "j2k", "jpf", "jpx"),
    *("dng", "3fr", "ari", "arw", "bay", "cap", "cr2", "cr3", "crw", "dcr", "erf", "fff"),
    *("iiq", "k25", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "ori", "pef", "ptx"),
    *("raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f"),
)
ASSET_SUFFIXES: Final = frozenset(f".{name}" for name in _PICTURES) | {SIDECAR, ".txt"}

PAGE_SUFFIXES: Final = frozenset(
    f".{name}" for name in ("html", "htm", "xhtml", "shtml", "amp", "rss", "atom")
)
"""Published pages and feeds; ``.xml`` is one only where ``is_feed`` says so."""

FEED_OCTETS: Final = 2_048
"""How many first octets ``is_feed`` wants."""

_FEED_ROOT: Final = re.compile(rb"<(?:[A-Za-z]{1,12}:)?(rss|feed|RDF)[\s>]")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")

_MAGIC: Final = (
    b"\xff\xd8\xff",  # JPEG, ITU-T T.81 B.1.1.3
    b"\x89PNG\r\n\x1a\n",  # PNG, ISO/IEC 15948 5.2
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",  # TIFF 6.0 section 2, and the raw formats built on it
    b"MM\x00*",
    b"II+\x00",  # BigTIFF
    b"MM\x00+",
    b"8BPS\x00",  # Photoshop PSD and PSB
    b"\xff\x0a",  # JPEG XL codestream, ISO/IEC 18181-1
    b"\x00\x00\x00\x0cJXL \r\n\x87\n",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",  # JPEG 2000, ISO/IEC 15444-1 I.5.1
    b"FUJIFILMCCD-RAW",
    b"IIRO",  # Olympus ORF
    b"IIU\x00",  # Panasonic RW2
    b"FOVb",  # Sigma X3F
)
_HEIF_BRANDS: Final = frozenset(
    (*b"heic heix heim heis hevc hevx mif1 msf1 avif avis".split(), b"crx ")
)


def suffix(name: str) -> str:
    """The extension with its dot, without regard to case; empty where there is none."""
    stem, dot, extension = name.rpartition(".")
    return f".{extension.lower()}" if dot and stem else ""


def is_feed(head: bytes) -> bool:
    """Tell whether XML that begins with these octets is RSS or Atom."""
    if head.startswith(_UTF_16):
        head = head.replace(b"\x00", b"")
    return _FEED_ROOT.search(head) is not None


def is_picture_magic(head: bytes) -> bool:
    """Tell whether a file that begins with these octets is a picture."""
    if head.startswith(_MAGIC):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS
