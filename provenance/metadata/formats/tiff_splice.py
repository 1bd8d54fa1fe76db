"""Put new metadata into a TIFF file; every other value keeps its octets and its place.

Maker notes and private tags hold offsets that nobody knows all of. Nothing is ever moved
therefore: a new value goes to its old place or to the end of the file, and the entry of the
directory is pointed to it.
"""

from __future__ import annotations

from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import NEW_XMP, Carrier, Format, Payloads
from provenance.metadata.formats.tiff_anatomy import data_of, walk
from provenance.metadata.formats.tiff_digests import fingerprints
from provenance.metadata.formats.tiff_directories import AFCP_IIM, IIM, XMP
from provenance.metadata.formats.tiff_rows import Editor
from provenance.metadata.formats.tiff_survey import (
    Found,
    find,
    iim_of,
    is_swapped,
    survey,
    swapped,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import irb
from provenance.metadata.standards.condensed import IFD0, Field, changes
from provenance.metadata.standards.ifd import TYPE_SIZES, Entry

_BYTE: Final = 1
_IIM_TAGS: Final = frozenset({IIM, AFCP_IIM})


def check_writable(data: bytes) -> None:
    """Refuse what must not be rewritten whatever the edit is.

    Raises:
        UnreadableError: ``tiff-truncated``.
        RewriteRefusedError: ``incomplete-image`` where a directory or picture data reach
            behind the end of the file (it was cut, or is still being copied);
            ``tiff-no-lengths`` where the file does not say how long its picture data are,
            so that what is appended might be taken for picture; ``limit-directories``.
    """
    window = Window.over(data, "The picture")
    anatomy = walk(window)
    if not anatomy.complete:
        raise RewriteRefusedError(
            "The TIFF file has more directories than any writer would make.",
            code="limit-directories",
            remedy="The file is damaged or hostile; fetch it again from its agency.",
        )
    for role, directory in anatomy.nodes:
        pieces = data_of(window, anatomy.layout, directory)
        if not directory.whole or any(one.end > len(data) and not one.guessed for one in pieces):
            raise RewriteRefusedError(
                f"The TIFF file ends before its picture does (directory {role}, at octet"
                f" {directory.at}; the file has {len(data)} octets).",
                code="incomplete-image",
                remedy="Wait until it is copied whole, or fetch it again.",
            )
        if any(one.guessed for one in pieces):
            raise RewriteRefusedError(
                "The TIFF file does not say how long its compressed picture data are.",
                code="tiff-no-lengths",
                remedy="Save the picture anew with an image editor, or correct it with ExifTool.",
            )


def replace(data: bytes, payloads: Payloads) -> bytes:
    """Put payloads in place of blocks, numbered as ``survey`` lists them.

    The condensed EXIF block is compared with the old one, and what differs is written to
    the directories. Photoshop's digest of the IIM in 34377 stays true where it was.

    Raises:
        UnreadableError: ``tiff-truncated``.
        RewriteRefusedError: ``tiff-dangling-offset``, ``tiff-too-large``,
            ``tiff-shared-directory``, ``tiff-directory-full``, ``readback-differs``.
    """
    window = Window.over(data, "the picture")
    found = find(window, [])
    editor = Editor(data, found.located)
    for number, new in _with_digest(found, payloads).items():
        content = b"".join(new)
        if number == NEW_XMP:
            if new:
                editor.insert(IFD0, Field(XMP, _BYTE, len(content), content))
            continue
        entry = found.entries[number]
        if entry is None:
            _edit_exif(editor, found.blocks[number].payload, content)
        elif not new:
            editor.remove(entry)
        elif content != found.blocks[number].payload:
            editor.change(entry, _stored(entry, data[entry.where : entry.end], content))
    return editor.result()


def _edit_exif(editor: Editor, old: bytes, new: bytes) -> None:
    for key, field in changes(old, new).items():
        entry = editor.entry(key)
        if entry is None:
            if field is not None:
                editor.insert(key.directory, field)
        elif field is None:
            editor.remove(entry)
        else:
            editor.change(entry, field)


def _stored(entry: Entry, old: bytes, content: bytes) -> Field:
    """A block as the value of its entry: in the type, padding and octet order it had."""
    if entry.tag in _IIM_TAGS and is_swapped(entry, old):
        return _field(entry, swapped(_padded(entry, old, content)))
    return _field(entry, _padded(entry, old, content))


def _padded(entry: Entry, old: bytes, content: bytes) -> bytes:
    unit = TYPE_SIZES.get(entry.type, 1)
    padding = len(old) - len(iim_of(entry, old)) if entry.tag in _IIM_TAGS else 0
    if padding >= unit and len(content) <= len(old):
        return content.ljust(len(old), b"\x00")
    return content + bytes(-len(content) % unit)


def _field(entry: Entry, value: bytes) -> Field:
    return Field(entry.tag, entry.type, len(value) // TYPE_SIZES.get(entry.type, 1), value)


def _with_digest(found: Found, payloads: Payloads) -> dict[int, tuple[bytes, ...]]:
    """The payloads, and image resources whose digest of the IIM in 33723 must follow it.

    Photoshop keeps the IIM of a TIFF file in tag 33723 and the digest of it (0x0425) in
    34377. A digest of IIM that stands in the resources themselves is the business of who
    edits these.
    """
    after = dict(payloads)
    first = next((n for n, one in enumerate(found.blocks) if one.carrier is Carrier.IIM), None)
    if first is None or first not in after:
        return after
    old, new = found.blocks[first].payload, b"".join(after[first])
    for number, block in enumerate(found.blocks):
        if block.carrier is Carrier.PHOTOSHOP and after.get(number) != ():
            now = b"".join(after.get(number, (block.payload,)))
            followed = _followed(now, irb.digest(old), irb.digest(new))
            if followed != now:
                after[number] = (followed,)
    return after


def _followed(resources: bytes, old: bytes, new: bytes) -> bytes:
    found = irb.split(resources)
    if any(one.id == irb.IIM for one in found):
        return resources
    stale = {
        number: new
        for number, one in enumerate(found)
        if one.id == irb.IIM_DIGEST and one.payload == old
    }
    return irb.with_resources(resources, stale)


FORMAT: Final = Format(
    survey=survey, fingerprints=fingerprints, replace=replace, check_writable=check_writable
)
BIG_FORMAT: Final = Format(survey=survey, fingerprints=fingerprints)
"""BigTIFF: pictures of over four gigabytes are read, not written."""
