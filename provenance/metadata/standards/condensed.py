"""A small EXIF block that stands for the EXIF entries of a large file.

A TIFF file holds its EXIF values in its own directories, at offsets that count from the
beginning of the file. The entries that matter are copied into a block of a few hundred
octets, on which the decoder and the editor of EXIF blocks work; what an edit changed is
found by comparing the entries of the two blocks, and written back by the file's format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from provenance.metadata.standards.ifd import (
    TYPE_SIZES,
    Wire,
    exif_directory,
    first_directory,
    read_directory,
    wire_of,
)

# An offset that no block reaches: the decoder says that the value lies outside.
_NOWHERE: Final = 0xFFFFFFF0
_MOST: Final = 0xFFFFFFFF
_INLINE: Final = 4
_LONG: Final = 4
_POINTER: Final = 0x8769
_HEADER: Final = 8

IFD0: Final = "IFD0"
EXIF_IFD: Final = "ExifIFD"


class Field(NamedTuple):
    """One entry with its value.

    Attributes:
        tag: what it is.
        type: the field type, as the file has it.
        length: the number of values.
        value: the octets of the value in the file's byte order; of an entry of an unknown
            type its value field. None where they cannot be had.
    """

    tag: int
    type: int
    length: int
    value: bytes | None


class Key(NamedTuple):
    """Which entry: its directory, its tag, and which one of that tag, from 0."""

    directory: str
    tag: int
    occurrence: int


def condense(wire: Wire, first: Sequence[Field], exif: Sequence[Field] | None) -> bytes:
    """Make a block of the fields of IFD0 and, where it is not None, an ExifIFD.

    Args:
        wire: the byte order of the fields' values.
        first: fields of IFD0, the pointer to the ExifIFD left out; the order is kept.
        exif: fields of the ExifIFD.

    Returns:
        A TIFF block (TIFF 6.0, section 2); every value stands in it as it is given. A value
        of None becomes an entry whose offset lies outside of the block.
    """
    tables = [list(first)]
    pointer_at = _HEADER + _table_size(len(first) + (exif is not None))
    if exif is not None:
        tables[0].append(Field(_POINTER, _LONG, 1, wire.long.pack(pointer_at)))
        tables.append(list(exif))
    free = _HEADER + sum(_table_size(len(table)) for table in tables)
    head = wire.mark + wire.short.pack(42) + wire.long.pack(_HEADER)
    pieces, values = [head], bytearray()
    for table in tables:
        pieces.append(wire.short.pack(len(table)))
        for field in table:
            inline = _inline(field, wire, free + len(values))
            pieces.append(wire.entry.pack(field.tag, field.type, min(field.length, _MOST), 0)[:8])
            pieces.append(inline)
            if field.value is not None and len(field.value) > _INLINE:
                values += field.value + b"\x00" * (len(field.value) & 1)
        pieces.append(bytes(4))
    return b"".join((*pieces, bytes(values)))


def _table_size(entries: int) -> int:
    return 2 + 12 * entries + 4


def _inline(field: Field, wire: Wire, free: int) -> bytes:
    if field.value is None:
        return wire.long.pack(_NOWHERE)
    if len(field.value) > _INLINE:
        return wire.long.pack(free)
    return field.value.ljust(_INLINE, b"\x00")


def fields_of(block: bytes) -> dict[Key, Field]:
    """The fields of a condensed block, the pointer to the ExifIFD left out.

    Returns:
        In block order. Empty where the block has no TIFF header.
    """
    wire = wire_of(block)
    if wire is None:
        return {}
    entries, _whole = read_directory(block, wire, first_directory(block, wire))
    pointer = exif_directory(block, wire, entries)
    directories = [(IFD0, entries)]
    if pointer is not None:
        directories.append((EXIF_IFD, read_directory(block, wire, pointer)[0]))
    found: dict[Key, Field] = {}
    for name, those in directories:
        fields = []
        for entry in those:
            size = entry.size if entry.type in TYPE_SIZES else _INLINE
            value = block[entry.where : entry.where + size] if entry.end <= len(block) else None
            if entry.tag != _POINTER:
                fields.append(Field(entry.tag, entry.type, entry.length, value))
        found |= keyed(name, fields)
    return found


def keyed(directory: str, fields: Iterable[Field]) -> dict[Key, Field]:
    """The fields of one directory by tag and occurrence, in their order."""
    counts: dict[int, int] = {}
    found: dict[Key, Field] = {}
    for field in fields:
        occurrence = counts.get(field.tag, 0)
        counts[field.tag] = occurrence + 1
        found[Key(directory, field.tag, occurrence)] = field
    return found


def changes(old: bytes, new: bytes) -> dict[Key, Field | None]:
    """What an edit of a condensed block changed: the new field, None where it is gone."""
    before, after = fields_of(old), fields_of(new)
    found: dict[Key, Field | None] = {
        key: field for key, field in after.items() if before.get(key) != field
    }
    found |= {key: None for key in before if key not in after}
    return found
