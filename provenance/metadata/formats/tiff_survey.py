"""Find the metadata blocks of a TIFF file (TIFF 6.0; XMP part 3, 1.1.5; C2PA 2.1, A.3).

They stand in the first directory, which speaks for the picture: the EXIF values one by one,
XMP in tag 700, IIM in tag 33723, and in 34152 where a file went through AXS's AFCP software,
Photoshop's image resources in 34377.
Further pages and thumbnails keep theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.formats.tiff_directories import (
    AFCP_IIM,
    C2PA,
    EXIF_POINTER,
    IIM,
    PHOTOSHOP,
    XMP,
    Directory,
    Layout,
    first_directory,
    numbers,
    read_directory,
    value_of,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import iim_wire, irb
from provenance.metadata.standards.condensed import Field, condense
from provenance.metadata.standards.ifd import TYPE_SIZES, Entry
from provenance.model import Container, ReadWarning

MAX_BLOCK: Final = 16 * 1024 * 1024
"""Octets of one value; an XMP packet of a working newsroom has some ten thousand."""
MAX_METADATA: Final = 64 * 1024 * 1024
"""Octets of all values of a file."""
MAX_REPEATS: Final = 9
"""Entries of one tag that are looked at: one more than ``standards/exif.py`` reads."""
MAX_PAGES: Final = 8
"""Further pages that are asked whether they have metadata of their own."""

CREDIT_TAGS: Final = frozenset({0x010E, 0x013B, 0x8298})
"""ImageDescription, Artist and Copyright, in IFD0."""
CREDIT_EXIF_TAGS: Final = frozenset({0x9003, 0x9011, 0xA420})
"""DateTimeOriginal, OffsetTimeOriginal and ImageUniqueID, in the ExifIFD."""

_FIRST_TAGS: Final = CREDIT_TAGS | {0x0112}
_EXIF_TAGS: Final = CREDIT_EXIF_TAGS | {0xA001}
_BLOCKS: Final = {
    XMP: (Carrier.XMP, Container.XMP, "XMP"),
    IIM: (Carrier.IIM, Container.IIM, "IIM"),
    AFCP_IIM: (Carrier.IIM, Container.IIM, "AFCP IIM"),
    PHOTOSHOP: (Carrier.PHOTOSHOP, Container.IIM, "Photoshop"),
}
_PAGE_TAGS: Final = frozenset(_BLOCKS) | {0x013B, 0x8298}
_LONG: Final = 4
_MARKER: Final = 0x1C


class Located(NamedTuple):
    """The directories that speak for the picture.

    Attributes:
        layout: of the file's tables.
        first: IFD0.
        exif: the ExifIFD, None where there is none that can be read.
    """

    layout: Layout
    first: Directory
    exif: Directory | None


class Found(NamedTuple):
    """What a survey found, with the entries it came from.

    ``entries`` has for each of ``blocks`` the entry that holds it; the first block is the
    condensed EXIF block, which none holds.
    """

    located: Located
    blocks: tuple[Block, ...]
    entries: tuple[Entry | None, ...]


def survey(window: Window) -> Survey:
    """Cut out the blocks of the first directory, and warn of pages with credits of their own.

    The EXIF block is a condensed one (``standards/condensed.py``); its ``parts`` is the
    offset of IFD0. Photoshop's digest of the IIM is checked where they stand apart.

    Raises:
        UnreadableError: ``tiff-truncated`` where there is no first directory.
    """
    return _survey(window, pages=True)


def survey_raw(window: Window) -> Survey:
    """As ``survey``, of a raw file: the directories behind the first one are previews.

    Raises:
        UnreadableError: ``tiff-truncated`` where there is no first directory.
    """
    return _survey(window, pages=False)


def _survey(window: Window, *, pages: bool) -> Survey:
    warnings: list[ReadWarning] = []
    found = find(window, warnings)
    located = found.located
    if pages:
        _tell_pages(window, located, warnings)
    if _digest_is_stale(found.blocks):
        warnings.append(
            ReadWarning(
                "iptc-digest-stale",
                "The IIM was changed by a program that did not update Photoshop's digest of it.",
            )
        )
    signed = any(entry.tag == C2PA for entry in located.first.entries)
    return Survey(found.blocks, tuple(warnings), "c2pa" if signed else None)


def locate(window: Window, warnings: list[ReadWarning]) -> Located:
    """Find the directories that speak for the picture.

    Raises:
        UnreadableError: ``tiff-truncated``.
    """
    layout, first = first_directory(window)
    _tell_cut(window, "The first directory", first, warnings)
    exif = None
    for entry in first.entries:
        if entry.tag == EXIF_POINTER:
            pointer = numbers(window, layout, entry, most=1)
            exif = read_directory(window, layout, pointer[0]) if pointer else None
            if exif is None:
                warnings.append(_broken(window, "The Exif directory", "is not in the file"))
            else:
                _tell_cut(window, "The Exif directory", exif, warnings)
            break
    return Located(layout, first, exif)


def find(window: Window, warnings: list[ReadWarning]) -> Found:
    """Cut out the blocks; ``survey`` says which.

    Raises:
        UnreadableError: ``tiff-truncated``.
    """
    located = locate(window, warnings)
    texts = _wanted(located.first, _FIRST_TAGS)
    exif_texts = [] if located.exif is None else _wanted(located.exif, _EXIF_TAGS)
    metadata = _wanted(located.first, frozenset(_BLOCKS))
    values = _read(window, located.layout, [*texts, *exif_texts, *metadata], warnings)
    condensed = condense(
        located.layout.wire,
        [_field(entry, values) for entry in texts],
        None if located.exif is None else [_field(entry, values) for entry in exif_texts],
    )
    blocks = [Block(Carrier.EXIF, Container.EXIF, condensed, (located.first.at,))]
    entries: list[Entry | None] = [None]
    for entry in metadata:
        value = values[entry.at]
        if value is not None:
            carrier, container, _name = _BLOCKS[entry.tag]
            payload = iim_of(entry, value) if carrier is Carrier.IIM else value
            blocks.append(Block(carrier, container, payload, (entry.where,)))
            entries.append(entry)
    return Found(located, tuple(blocks), tuple(entries))


def _wanted(directory: Directory, tags: frozenset[int]) -> list[Entry]:
    counts: dict[int, int] = {}
    wanted = []
    for entry in directory.entries:
        if entry.tag in tags:
            count = counts[entry.tag] = counts.get(entry.tag, 0) + 1
            if count <= MAX_REPEATS:
                wanted.append(entry)
    return wanted


def _read(
    window: Window, layout: Layout, entries: Sequence[Entry], warnings: list[ReadWarning]
) -> dict[int, bytes | None]:
    """The values by their entries' offsets, read in file order; None where there is none."""
    values: dict[int, bytes | None] = {}
    left = MAX_METADATA
    for entry in sorted(entries, key=lambda one: one.where):
        if entry.type not in TYPE_SIZES:
            values[entry.at] = window.take(layout.value_field(entry), layout.inline)
            continue
        values[entry.at] = None
        name = _BLOCKS.get(entry.tag, (None, None, f"The value of tag {entry.tag}"))[2]
        if entry.size > min(MAX_BLOCK, left):
            why = f"takes {entry.size} octets, more than are read"
            warnings.append(_broken(window, name, why, code="tiff-value-too-large"))
        elif entry.end <= window.size:
            values[entry.at] = value_of(window, entry)
            left -= entry.size
        elif entry.tag in _BLOCKS:
            warnings.append(_broken(window, name, "lies behind the end of the file"))
    return values


def _field(entry: Entry, values: dict[int, bytes | None]) -> Field:
    value = values[entry.at]
    # Of an unknown type the field is kept, and four octets are what a classic field has.
    kept = value[:4] if value is not None and entry.type not in TYPE_SIZES else value
    return Field(entry.tag, entry.type, entry.length, kept)


def is_swapped(entry: Entry, value: bytes) -> bool:
    """Whether IIM that is stored as LONG has the octets of each number reversed.

    Some writers hand the datasets over as numbers, so that a little-endian file has each
    group of four backwards.
    """
    return (
        entry.type == _LONG
        and len(value) >= 4
        and value[0] != _MARKER
        and value[3] == _MARKER
        and len(value) % 4 == 0
    )


def swapped(value: bytes) -> bytes:
    """Each group of four octets the other way round."""
    out = bytearray(len(value))
    for place in range(4):
        out[place::4] = value[3 - place :: 4]
    return bytes(out)


def iim_of(entry: Entry, value: bytes) -> bytes:
    """The datasets of an IIM tag in their order, without the padding behind them."""
    plain = swapped(value) if is_swapped(entry, value) else value
    datasets, stopped = iim_wire.datasets(plain)
    if stopped or not datasets:
        return plain
    return plain[: datasets[-1].end]


def _digest_is_stale(blocks: Sequence[Block]) -> bool:
    """Whether image resources without IIM of their own hold another digest than the IIM's."""
    iim = next((one.payload for one in blocks if one.carrier is Carrier.IIM), None)
    if iim is None:
        return False
    for block in blocks:
        if block.carrier is Carrier.PHOTOSHOP:
            ids = {one.id: one.payload for one in irb.split(block.payload)}
            if irb.IIM_DIGEST in ids and irb.IIM not in ids:
                return ids[irb.IIM_DIGEST] != irb.digest(iim)
    return False


def _tell_pages(window: Window, located: Located, warnings: list[ReadWarning]) -> None:
    """Warn where a further page has credits of its own, which are neither read nor written."""
    seen = {located.first.at}
    offset = located.first.following
    for page in range(2, MAX_PAGES + 2):
        if offset in seen or offset == 0:
            return
        seen.add(offset)
        directory = read_directory(window, located.layout, offset)
        if directory is None:
            return
        if any(entry.tag in _PAGE_TAGS for entry in directory.entries):
            warnings.append(
                ReadWarning(
                    "tiff-page-metadata",
                    f"{window.name}: page {page} of the file has credits of its own. Only those"
                    " of the first page are read and corrected; look at the others with ExifTool.",
                )
            )
            return
        offset = directory.following


def _tell_cut(window: Window, name: str, directory: Directory, warnings: list[ReadWarning]) -> None:
    if not directory.whole:
        warnings.append(_broken(window, name, "is cut", code="tiff-broken-directory"))


def _broken(window: Window, what: str, why: str, *, code: str = "tiff-broken-entry") -> ReadWarning:
    return ReadWarning(code, f"{window.name}: {what} {why}; what can be read was read.")
