"""Photoshop documents, PSD and PSB (Adobe Photoshop File Formats Specification, 2019).

All metadata that speak for the picture stand in one section, the image resources: IIM, EXIF
and XMP are a resource each. Layers may carry XMP of their own; it speaks of the layer.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError, UnreadableError
from provenance.metadata.blocks import NEW_XMP, Block, Carrier, Format, Payloads, Survey
from provenance.metadata.formats import psd_pixels
from provenance.metadata.source import Window
from provenance.metadata.standards import exif, ifd, irb
from provenance.model import Container, ReadWarning

MAX_SECTION: Final = 64 * 1024 * 1024
"""Octets of image resources that are read; Photoshop writes some hundred thousand."""
MAX_BLOCK: Final = 16 * 1024 * 1024
"""Octets of one EXIF or XMP resource that are read."""

_EXIF: Final = frozenset({0x0422, 0x0423})
_XMP: Final = 0x0424
_IIM: Final = frozenset({irb.IIM, irb.IIM_DIGEST})
_CREDIT: Final = _EXIF | _IIM | {_XMP}

_IMAGE_DOMAIN: Final = b"provenance psd image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance psd scan digest v1\x00"
_PIECE: Final = struct.Struct(">BQ")
_HEADER: Final = 26
_EXIF_PREFIX: Final = b"Exif\x00\x00"


class Span(NamedTuple):
    """Offsets in the file; ``end`` as the section's length says, perhaps behind the file's."""

    start: int
    end: int


class Sections(NamedTuple):
    """Where the sections behind the header stand, without their length fields.

    ``layers_at`` is the offset of the layer section's length field, ``pixels`` that of the
    merged picture. ``layers_at`` and ``pixels`` may lie behind the end of a cut file.
    """

    large: bool
    colours: Span
    resources: Span
    layers_at: int
    pixels: int


def sections(window: Window) -> Sections:
    """Follow the length fields through a file; nothing else is read.

    Raises:
        UnreadableError: ``psd-truncated`` where the file ends before its image resources,
            ``psd-version`` where it is neither PSD (version 1) nor PSB (version 2).
    """
    head = window.take(0, _HEADER + 4)
    if len(head) < _HEADER + 4:
        raise _truncated(window, "in its header")
    version = int.from_bytes(head[4:6], "big")
    if version not in (1, 2):
        raise UnreadableError(
            f"{window.name}: the Photoshop file has the version {version}; 1 (PSD) and 2 (PSB)"
            " are known.",
            code="psd-version",
            remedy="Open it in Photoshop and save it as PSD or PSB.",
        )
    colours = Span(_HEADER + 4, _HEADER + 4 + int.from_bytes(head[_HEADER:], "big"))
    length = window.take(colours.end, 4) if colours.end + 4 <= window.size else b""
    if len(length) < 4:
        raise _truncated(window, "before its image resources")
    start = colours.end + 4
    resources = Span(start, start + int.from_bytes(length, "big"))
    width = 8 if version == 2 else 4
    layers = window.take(resources.end, width) if resources.end < window.size else b""
    pixels = resources.end + width + int.from_bytes(layers, "big")
    return Sections(version == 2, colours, resources, resources.end, pixels)


def _truncated(window: Window, where: str) -> UnreadableError:
    return UnreadableError(
        f"{window.name}: the Photoshop file ends {where}, at octet {window.size}.",
        code="psd-truncated",
        remedy="Fetch the file again; it was cut in transfer or is still being written.",
    )


def survey(window: Window) -> Survey:
    """The image resources as one Photoshop block, and the EXIF and XMP resources in them.

    Raises:
        UnreadableError: ``psd-truncated``, ``psd-version``.
    """
    where = sections(window).resources
    warnings: list[ReadWarning] = []
    if where.end > window.size:
        message = (
            f"{window.name}: the file ends inside its image resources; what is whole is shown."
        )
        warnings.append(ReadWarning("psd-truncated", message))
    elif where.end - where.start > MAX_SECTION:
        message = (
            f"{window.name}: it has {where.end - where.start} octets of image resources; only"
            f" the first {MAX_SECTION} were read."
        )
        warnings.append(ReadWarning("limit-metadata", message))
    end = min(where.end, window.size, where.start + MAX_SECTION)
    section = window.take(where.start, end - where.start)
    if not section:
        return Survey((), tuple(warnings))
    blocks = [Block(Carrier.PHOTOSHOP, Container.IIM, section, (where.start,))]
    for one in irb.split(section):
        if len(one.payload) > MAX_BLOCK and one.id in _EXIF | {_XMP}:
            message = (
                f"{window.name}: a metadata block of {len(one.payload)} octets is over the limit"
                f" of {MAX_BLOCK}; it was not read."
            )
            warnings.append(ReadWarning("limit-metadata", message))
        elif (block := _block(one, where.start)) is not None:
            blocks.append(block)
    return Survey(tuple(blocks), tuple(warnings))


def _block(resource: irb.Resource, base: int) -> Block | None:
    """The resource as a block of its own, None where it is neither EXIF nor XMP."""
    parts = (base + resource.start,)
    if resource.id == _XMP:
        return Block(Carrier.XMP, Container.XMP, resource.payload, parts)
    if resource.id in _EXIF:
        block = resource.payload.removeprefix(_EXIF_PREFIX)
        # What is in 0x0423 is documented nowhere; only a TIFF block is one to us.
        if resource.id != 0x0423 or ifd.wire_of(block) is not None:
            return Block(Carrier.EXIF, Container.EXIF, block, parts)
    return None


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a Photoshop file, hex.

    Both are SHA-256. The scan digest covers the header, the colour mode data, the layer
    section and the merged picture; it is None where the file ends before that picture. The
    image digest covers the same and all image resources but IIM (0x0404) and its digest
    (0x0425), EXIF (0x0422, 0x0423) and XMP (0x0424), without padding octets; of EXIF it
    covers Orientation and ColorSpace. Adding, changing or removing credits changes neither.
    Of a file whose sections cannot be told apart it covers everything.
    """
    view = memoryview(data)
    try:
        found = sections(Window.over(data, "the picture"))
    except UnreadableError:
        return hashlib.sha256(_IMAGE_DOMAIN + data).hexdigest(), None
    scan = hashlib.sha256(_SCAN_DOMAIN)
    for number, part in enumerate((view[: found.colours.end], view[found.layers_at :])):
        scan.update(_PIECE.pack(number, len(part)))
        scan.update(part)
    image = hashlib.sha256(_IMAGE_DOMAIN)
    section = data[found.resources.start : found.resources.end]
    end, geometry = 0, b""
    for one in irb.split(section):
        end = one.end
        if one.id not in _CREDIT:
            resource = section[one.start : one.end - _padding(one)]
            image.update(_PIECE.pack(2, len(resource)) + resource)
        elif one.id in _EXIF:
            turned, colours = exif.geometry(one.payload.removeprefix(_EXIF_PREFIX))
            if (turned, colours) != (None, None):
                geometry += f"{turned} {colours}\x00".encode()
    for number, piece in ((3, geometry), (4, section[end:])):
        image.update(_PIECE.pack(number, len(piece)) + piece)
    image.update(scan.digest())
    return image.hexdigest(), scan.hexdigest() if found.pixels < len(data) else None


def _padding(resource: irb.Resource) -> int:
    """Octets behind the payload that only make the size even (the rest of it is even)."""
    return len(resource.payload) & 1 if (resource.end - resource.start) % 2 == 0 else 0


def replace(data: bytes, payloads: Payloads) -> bytes:
    """Put payloads in place of blocks, numbered as ``survey`` lists them.

    The Photoshop block is put in place first, then the EXIF and XMP resources in it, found
    by which of their kind they are. An empty tuple for the Photoshop block takes the IIM and
    its digest away and leaves the other resources. Every other octet keeps its value; what
    stands behind the section moves with its length, since nothing in the file has an
    absolute offset.

    Raises:
        RewriteRefusedError: ``photoshop-broken`` where an XMP resource cannot be added,
            ``value-changed`` where the new Photoshop block lacks a resource to replace,
            ``too-large`` where the section would outgrow its length field.
    """
    window = Window.over(data, "the picture")
    where = sections(window).resources
    blocks = survey(window).blocks
    old = data[where.start : where.end]
    section = _iim_replaced(old, payloads[0]) if 0 in payloads else old
    section = irb.with_resources(section, _by_resource(old, section, blocks, payloads))
    for packet in payloads.get(NEW_XMP, ()):
        section = irb.with_new(section, _XMP, packet)
    if section == old:
        return data
    if len(section) > MAX_SECTION:
        raise RewriteRefusedError(
            f"The image resources would take {len(section)} octets; {MAX_SECTION} are the limit.",
            code="too-large",
            remedy="Remove what bloats them (Photoshop's document history, previews).",
        )
    view = memoryview(data)
    length = len(section).to_bytes(4, "big")
    return b"".join((view[: where.start - 4], length, section, view[where.end :]))


def _iim_replaced(section: bytes, payloads: tuple[bytes, ...]) -> bytes:
    if payloads:
        return b"".join(payloads)
    numbered = enumerate(irb.split(section))
    return irb.with_resources(section, {at: None for at, one in numbered if one.id in _IIM})


def _by_resource(
    old: bytes, new: bytes, blocks: tuple[Block, ...], payloads: Payloads
) -> dict[int, bytes | None]:
    """The payloads of EXIF and XMP blocks by the resource of the new section they belong to."""
    there = [at for at, one in enumerate(irb.split(new)) if one.id in _CREDIT - _IIM]
    kept = [one for one in irb.split(old) if one.id in _CREDIT - _IIM]
    base = blocks[0].parts[0] if blocks else 0
    ordinals = {base + one.start: (at, one) for at, one in enumerate(kept)}
    changes: dict[int, bytes | None] = {}
    for number, parts in payloads.items():
        if number <= 0:
            continue
        ordinal, resource = ordinals[blocks[number].parts[0]]
        if ordinal >= len(there):
            raise RewriteRefusedError(
                "The new Photoshop block lacks a resource that is to be replaced as well.",
                code="value-changed",
                remedy="Read the file again and make the edit from what it says now.",
            )
        has_prefix = resource.id in _EXIF and resource.payload.startswith(_EXIF_PREFIX)
        lead = _EXIF_PREFIX if has_prefix else b""
        changes[there[ordinal]] = lead + b"".join(parts) if parts else None
    return changes


def check_writable(data: bytes) -> None:
    """Refuse what must not be rewritten whatever the edit is.

    Raises:
        RewriteRefusedError: ``incomplete-image`` where a section, or the merged picture as far
            as its length is known, ends behind the file; ``too-large`` where the image
            resources are over the limit of what is read.
        UnreadableError: as ``sections``.
    """
    found = sections(Window.over(data, "the picture"))
    if found.resources.end - found.resources.start > MAX_SECTION:
        raise RewriteRefusedError(
            f"The image resources take more than {MAX_SECTION} octets.",
            code="too-large",
            remedy="Remove what bloats them (Photoshop's document history, previews).",
        )
    if not psd_pixels.are_complete(data, found.pixels, large=found.large):
        raise RewriteRefusedError(
            "The Photoshop file ends before its picture does.",
            code="incomplete-image",
            remedy="Wait until it is copied whole, or fetch it again.",
        )


FORMAT: Final = Format(
    survey=survey, fingerprints=fingerprints, replace=replace, check_writable=check_writable
)
