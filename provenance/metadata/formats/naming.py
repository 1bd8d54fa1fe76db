"""File formats by their names: how people call them, and what files of them are called.

A name never decides how a file is read; where it speaks against the content, that is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from provenance.metadata.formats.sniffing import JPEG, XMP

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        JPEG: "JPEG",
        XMP: "XMP",
        "application/pdf": "PDF",
        "application/postscript": "EPS",
        "image/avif": "AVIF",
        "image/bmp": "BMP",
        "image/gif": "GIF",
        "image/heic": "HEIC",
        "image/heif": "HEIF",
        "image/jp2": "JPEG 2000",
        "image/jxl": "JPEG XL",
        "image/png": "PNG",
        "image/tiff": "TIFF",
        "image/vnd.adobe.photoshop": "Photoshop",
        "image/webp": "WebP",
        "image/x-adobe-dng": "DNG",
        "image/x-canon-cr2": "Canon CR2",
        "image/x-canon-cr3": "Canon CR3",
        "image/x-canon-crw": "Canon CRW",
        "image/x-dcraw": "raw",
        "image/x-epson-erf": "Epson ERF",
        "image/x-exv": "EXV",
        "image/x-fuji-raf": "Fujifilm RAF",
        "image/x-hasselblad-3fr": "Hasselblad 3FR",
        "image/x-kodak-dcr": "Kodak DCR",
        "image/x-kodak-kdc": "Kodak KDC",
        "image/x-leica-rwl": "Leica RWL",
        "image/x-mamiya-mef": "Mamiya MEF",
        "image/x-minolta-mrw": "Minolta MRW",
        "image/x-nikon-nef": "Nikon NEF",
        "image/x-nikon-nrw": "Nikon NRW",
        "image/x-olympus-orf": "Olympus ORF",
        "image/x-panasonic-rw2": "Panasonic RW2",
        "image/x-pentax-pef": "Pentax PEF",
        "image/x-phaseone-iiq": "Phase One IIQ",
        "image/x-samsung-srw": "Samsung SRW",
        "image/x-sigma-x3f": "Sigma X3F",
        "image/x-sony-arw": "Sony ARW",
        "image/x-tiff-big": "BigTIFF",
        "video/mp4": "MP4",
        "video/quicktime": "QuickTime",
    }
)
_VOWELS: Final = ("AVIF", "EPS", "EXV", "Epson", "MP4", "Olympus", "XMP")
_NO_PICTURES: Final = {XMP: "file", "application/pdf": "file"}

_RAW: Final = frozenset(
    (
        *("3fr", "ari", "arw", "bay", "cap", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff"),
        *("iiq", "k25", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "ori", "pef", "ptx"),
        *("raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f"),
    )
)
_HEIF: Final = frozenset({"image/heic", "image/heif"})
_TIFF: Final = frozenset({"image/tiff", "image/x-tiff-big", "image/x-adobe-dng"})
_EXPECTED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "jif"), frozenset({JPEG})),
        **dict.fromkeys(("tif", "tiff"), _TIFF),
        **dict.fromkeys(("heic", "heif", "hif"), _HEIF),
        **dict.fromkeys(("jp2", "j2k", "jpf", "jpx"), frozenset({"image/jp2"})),
        **dict.fromkeys(("psd", "psb"), frozenset({"image/vnd.adobe.photoshop"})),
        # The brand "mif1" may come first in either (ISO/IEC 23008-12, 10.2).
        "avif": frozenset({"image/avif", "image/heif"}),
        "bmp": frozenset({"image/bmp"}),
        "gif": frozenset({"image/gif"}),
        "jxl": frozenset({"image/jxl"}),
        "png": frozenset({"image/png"}),
        "webp": frozenset({"image/webp"}),
        "xmp": frozenset({XMP}),
    }
)


def called(media_type: str) -> str:
    """The format's name, ``PNG``; the media type itself where it is no common one."""
    return _NAMES.get(media_type, media_type)


def described(media_type: str) -> str:
    """The format in a sentence: ``a PNG picture``, ``a file of the type font/ttf``."""
    name = _NAMES.get(media_type)
    if name is None:
        return f"a file of the type {media_type}"
    article = "an" if name.startswith(_VOWELS) else "a"
    kind = "video" if media_type.startswith("video/") else _NO_PICTURES.get(media_type, "picture")
    return f"{article} {name} {kind}"


def misnamed(name: str, media_type: str) -> str | None:
    """The extension of a file's name where it speaks against the content, else None.

    Args:
        name: the file's name or path.
        media_type: what the content shows.

    Returns:
        The extension as it is written, with its dot. An extension that is not known says
        nothing, and that of a camera's raw format fits whatever is TIFF inside or a camera's.
    """
    stem, dot, extension = name.rpartition(".")
    lowered = extension.lower()
    if not dot or not stem or stem.endswith("/"):
        return None
    if lowered in _RAW:
        fits = media_type in _TIFF or media_type.startswith("image/x-")
    else:
        fits = lowered not in _EXPECTED or media_type in _EXPECTED[lowered]
    return None if fits else f".{extension}"
