"""HEIF pictures: HEIC, AVIF and their kin (ISO/IEC 23008-12; AVIF 1.1). They are read only.

EXIF and XMP are items, listed in the meta box; their octets stand in mdat or in idat. A file
may hold several pictures: who refers to the primary item, or to nobody, speaks for the file.
"""

from __future__ import annotations

import zlib
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Survey
from provenance.metadata.formats.bmff import (
    MAX_BLOCK,
    XMP_UUID,
    Box,
    Harvest,
    boxes,
    tiff_of,
)
from provenance.metadata.formats.bmff_items import Item, Meta, Span, read_meta
from provenance.metadata.source import Window
from provenance.model import ReadWarning

MAX_METADATA_ITEMS: Final = 256
"""EXIF and XMP items that are read; a camera writes one or two."""

_C2PA_UUID: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_C2PA_HEAD: Final = 32
_PIECE_COST: Final = 16_384
_PURPOSES: Final = (b"manifest\x00", b"original\x00", b"update\x00")


def survey(window: Window) -> Survey:
    """Find the EXIF and XMP that speak for the primary picture.

    Raises:
        UnreadableError: ``heif-truncated`` where the file ends before its list of items.
    """
    harvest = Harvest(window)
    credentials: str | None = None
    meta: Box | None = None
    outer: list[ReadWarning] = harvest.warnings
    top = list(boxes(window, 0, window.size, outer))
    for box in top:
        if box.kind == b"meta" and meta is None:
            meta = box
        elif box.uuid == XMP_UUID:
            harvest.xmp(harvest.body(box), box.start)
        elif box.uuid == _C2PA_UUID and _is_manifest(window.take(box.body, _C2PA_HEAD)):
            credentials = "c2pa"
    is_cut = not top or top[-1].end > window.size
    has_sequence = any(box.kind == b"moov" for box in top)
    if (meta is None and (is_cut or not has_sequence)) or (meta and meta.end > window.size):
        raise UnreadableError(
            f"{window.name}: the HEIF file ends at octet {window.size}, before the list of what"
            " is in it.",
            code="heif-truncated",
            remedy="Fetch the file again; it was cut in transfer or is still being written.",
        )
    if meta is not None:
        listed = read_meta(window, meta, harvest)
        is_cut |= _lacks_picture(listed, window.size)
        _gather(window, listed, harvest)
    if is_cut:
        harvest.warn("heif-truncated", "the file ends before its picture does.")
    blocks = tuple(sorted(harvest.blocks, key=lambda block: block.parts[:1]))
    return Survey(blocks, tuple(harvest.warnings), credentials)


def _lacks_picture(meta: Meta, size: int) -> bool:
    """Whether data of the primary item ought to stand behind the end of the file."""
    if meta.primary is None:
        return False
    for number in meta.parts_of(meta.primary):
        spans = meta.spans(number, size)
        if spans and sum(span.end - span.start for span in spans) < meta.wants(number):
            return True
    return False


def _is_manifest(head: bytes) -> bool:
    """Whether a C2PA box holds a manifest store (C2PA 2.1, A.5.1), by its purpose."""
    return head[4:].startswith(_PURPOSES)


def _gather(window: Window, meta: Meta, harvest: Harvest) -> None:
    """Read the metadata items that speak for the primary picture."""
    described = {source: targets for kind, source, targets in meta.references if kind == b"cdsc"}
    picture = set() if meta.primary is None else set(meta.parts_of(meta.primary))
    wanted = [item for item in meta.items.values() if item.is_metadata]
    if len(wanted) > MAX_METADATA_ITEMS:
        harvest.warn(
            "limit-metadata",
            f"it lists {len(wanted)} EXIF and XMP items; {MAX_METADATA_ITEMS} are looked at.",
        )
    for item in wanted[:MAX_METADATA_ITEMS]:
        targets = described.get(item.id, ())
        name = "EXIF" if item.is_exif else "XMP"
        if targets and picture and picture.isdisjoint(targets):
            harvest.warn(
                "heif-other-picture",
                f"it holds {name} that speaks of another picture in the file (a thumbnail, a"
                " second shot); that was not read.",
            )
            continue
        found = _content(window, meta, item, harvest)
        if found is None:
            continue
        payload, parts = found
        if item.is_exif:
            harvest.exif(tiff_of(payload), *parts)
        else:
            harvest.xmp(payload, *parts)


def _content(
    window: Window, meta: Meta, item: Item, harvest: Harvest
) -> tuple[bytes, list[int]] | None:
    """The octets of a metadata item and where they stand; a warning where they cannot be had."""
    name = "EXIF" if item.is_exif else "XMP"
    spans = None if item.protected else meta.spans(item.id, window.size)
    if spans is None:
        why = "is encrypted" if item.protected else "stands where it cannot be followed"
        harvest.warn("heif-item-unread", f"its {name} {why}; it was not read.")
        return None
    octets = sum(span.end - span.start for span in spans)
    if octets < meta.wants(item.id):
        harvest.warn("heif-truncated", f"its {name} reaches behind the end of the file.")
    # Each piece may cost a read of its own.
    if not octets or not harvest.admits(max(octets, _PIECE_COST * (len(spans) - 1))):
        return None
    content = _joined(window, spans)
    if item.encoding:
        content = _decoded(content, item.encoding, name, harvest)
    return (content, [span.start for span in spans]) if content else None


def _joined(window: Window, spans: list[Span]) -> bytes:
    return b"".join(window.take(span.start, span.end - span.start) for span in spans)


def _decoded(content: bytes, encoding: str, name: str, harvest: Harvest) -> bytes:
    """Undo a content encoding (RFC 9110, 8.4.1); empty where that cannot be done."""
    if encoding != "deflate":
        harvest.warn("heif-item-unread", f"its {name} is packed as {encoding!r:.40}; not read.")
        return b""
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(content, MAX_BLOCK)
    except zlib.error:
        harvest.warn("heif-item-unread", f"its {name} is packed, and the packing is damaged.")
        return b""
    if inflater.unconsumed_tail:
        harvest.charge(MAX_BLOCK)
        harvest.warn("limit-metadata", f"its {name} unpacks to over {MAX_BLOCK} octets; not read.")
        return b""
    if not inflater.eof:
        harvest.warn("heif-truncated", f"its {name} is packed, and ends early.")
    return found if harvest.admits(len(found)) else b""
