"""Raw files of cameras that are TIFF inside (TIFF/EP, ISO 12234-2; Adobe DNG 1.7).

They are read like TIFF and never written natively: a raw converter may trust in places that
no standard names. The question here is which TIFF files are raw files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from provenance.metadata.blocks import Format
from provenance.metadata.formats import raw_wrappers
from provenance.metadata.formats.tiff_digests import raw_fingerprints
from provenance.metadata.formats.tiff_directories import (
    SUB_DIRECTORIES,
    Directory,
    Layout,
    first_offset,
    layout_of,
    numbers,
    read_directory,
)
from provenance.metadata.formats.tiff_survey import survey_raw
from provenance.metadata.source import Window

TIFF: Final = "image/tiff"
BIG_TIFF: Final = "image/x-tiff-big"
DNG: Final = "image/x-adobe-dng"
OTHER_RAW: Final = "image/x-dcraw"
"""A raw file of a maker that is not listed, by the name that desktops have for it."""

_MAKERS: Final = (
    (b"nikon", "image/x-nikon-nef"),
    (b"sony", "image/x-sony-arw"),
    (b"pentax", "image/x-pentax-pef"),
    (b"ricoh", "image/x-pentax-pef"),
    (b"eastman kodak", "image/x-kodak-kdc"),
    (b"kodak", "image/x-kodak-dcr"),
    (b"hasselblad", "image/x-hasselblad-3fr"),
    (b"samsung", "image/x-samsung-srw"),
    (b"seiko epson", "image/x-epson-erf"),
    (b"mamiya", "image/x-mamiya-mef"),
    (b"leica", "image/x-leica-rwl"),
)
_PHASE_ONE: Final = "image/x-phaseone-iiq"
_PHASE_ONE_HEAD: Final = re.compile(rb"(?:IIII.waR|MMMMRaw.)", re.DOTALL)

_DNG_VERSION: Final = 0xC612
_MAKE: Final = 0x010F
_COMPRESSION: Final = 0x0103
_PHOTOMETRIC: Final = 0x0106
# CFARepeatPatternDim, CFAPattern (TIFF/EP), Leaf's picture data.
_RAW_TAGS: Final = frozenset({0x828D, 0x828E, 0x8606})
# Colour filter array (TIFF/EP), linear raw (DNG).
_RAW_COLOURS: Final = frozenset({32803, 34892})
# Sony, Samsung, Panasonic, Nikon, Kodak, Pentax; what TIFF readers know by these numbers.
_RAW_COMPRESSIONS: Final = frozenset({262, 32767, 32769, 32770, 34316, 34713, 34826, 65000, 65535})
_MOST_DIRECTORIES: Final = 8


def media_type_of(window: Window) -> str:
    """Tell raw files and BigTIFF from the TIFF files that may be rewritten.

    A name is never asked. A DNG has a DNGVersion in its first directory. Any other raw file
    is known by a picture that no TIFF reader shows, in the first directory, its SubIFDs or
    its successors: sensor data by their colour model, colour filter array or compression;
    which maker's it is, Make tells. In doubt a file is a raw file: that keeps it from
    being written.

    Args:
        window: a file with a TIFF header, as ``sniff`` tells.

    Returns:
        ``image/tiff`` for a classic TIFF file, ``image/x-tiff-big``, or the type of a raw
        file. A file too damaged to tell is what its header says.
    """
    layout = layout_of(window)
    if layout is None:
        return TIFF
    plain = BIG_TIFF if layout.big else TIFF
    if _PHASE_ONE_HEAD.match(window.take(8, 8)):
        return _PHASE_ONE
    first = read_directory(window, layout, first_offset(window, layout))
    if first is None:
        return plain
    if any(entry.tag == _DNG_VERSION for entry in first.entries):
        return DNG
    if any(_holds_sensor_data(window, layout, one) for one in _nearby(window, layout, first)):
        return _by_maker(window, first)
    return plain


def _nearby(window: Window, layout: Layout, first: Directory) -> Iterator[Directory]:
    """The first directory, its SubIFDs and its successors; a few of each."""
    yield first
    offsets: list[int] = []
    for entry in first.entries:
        if entry.tag == SUB_DIRECTORIES:
            offsets += numbers(window, layout, entry, most=_MOST_DIRECTORIES)
    for offset in offsets[:_MOST_DIRECTORIES]:
        directory = read_directory(window, layout, offset)
        if directory is not None:
            yield directory
    offset = first.following
    for _ in range(_MOST_DIRECTORIES):
        directory = read_directory(window, layout, offset) if offset else None
        if directory is None:
            return
        yield directory
        offset = directory.following


def _holds_sensor_data(window: Window, layout: Layout, directory: Directory) -> bool:
    for entry in directory.entries:
        if entry.tag in _RAW_TAGS:
            return True
        wanted = {_PHOTOMETRIC: _RAW_COLOURS, _COMPRESSION: _RAW_COMPRESSIONS}.get(entry.tag)
        if wanted and wanted.intersection(numbers(window, layout, entry, most=1)):
            return True
    return False


def _by_maker(window: Window, first: Directory) -> str:
    for entry in first.entries:
        if entry.tag == _MAKE and entry.end <= window.size:
            make = window.take(entry.where, min(entry.size, 32)).lower()
            for name, media_type in _MAKERS:
                if make.startswith(name):
                    return media_type
    return OTHER_RAW


_READ_ONLY: Final = Format(survey=survey_raw, fingerprints=raw_fingerprints)

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        DNG: _READ_ONLY,
        OTHER_RAW: _READ_ONLY,
        _PHASE_ONE: _READ_ONLY,
        "image/x-canon-cr2": _READ_ONLY,
        "image/x-olympus-orf": _READ_ONLY,
        "image/x-panasonic-rw2": raw_wrappers.RW2,
        "image/x-minolta-mrw": raw_wrappers.MRW,
        "image/x-fuji-raf": raw_wrappers.RAF,
        **{media_type: _READ_ONLY for _name, media_type in _MAKERS},
    }
)
"""Media type to what can be done with it: raw files are read, and written by ExifTool."""
