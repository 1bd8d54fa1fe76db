"""Make planned edits in a file's bytes, and prove that nothing else changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import NEW_XMP, Block, Carrier, Format, Payloads, Survey
from provenance.metadata.decoding import Decoded, Unit, decode
from provenance.metadata.exiftool import writable
from provenance.metadata.formats import jpeg_splice
from provenance.metadata.formats.recognition import FORMATS, recognise
from provenance.metadata.formats.sniffing import JPEG
from provenance.metadata.planned import (
    alike,
    check_settable,
    planned,
    readback_differs,
    value_changed,
)
from provenance.metadata.properties import XMP_NOTE
from provenance.metadata.source import Window
from provenance.metadata.standards import exif_edit, iim, iim_edit, irb, xmp_edit, xmp_extended
from provenance.model import Container, Edit, PropertyValue

_XMP = "XMP"
_CUT = 28
"""Characters from which on a text may have been cut at the least octet limit, 32."""


# Formats that are written through ExifTool and can be given a packet that they do not have.
_BY_EXIFTOOL = frozenset(
    {
        "image/gif",
        "image/avif",
        "image/heic",
        "image/heif",
        "image/jp2",
        "image/jxl",
    }
)


def takes_xmp(media_type: str) -> bool:
    """Whether a file of this type without XMP can be given a packet by ``rewrite``."""
    known = FORMATS.get(media_type)
    return media_type in _BY_EXIFTOOL or (known is not None and known.replace is not None)


def rewrite(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Make the edits in a file's bytes; all or none.

    Each value stands where it stood; a value that is set stands where its standard wants
    it. A file without XMP gets a packet where an edit sets a value in it; no other container
    is created. Before the new bytes are returned they are read back: the image digest is
    the same, the edited values are as planned, and no other value of the file has changed.

    Args:
        data: the whole file.
        edits: for a picture with the containers EXIF, IIM and XMP, for an XMP file with
            SIDECAR; ``uri`` is not looked at. ``rewrite(data, ())`` equals ``data``.

    Returns:
        The new file.

    Raises:
        UnreadableError: as ``read``.
        RewriteRefusedError: ``value-changed`` where ``before`` is not there exactly, or
            something is there already that is to be set; ``container-missing`` and
            ``not-settable`` where a value is to be set that has no place to go;
            ``content-credentials``; ``octet-limit``; ``segment-too-large``;
            ``trailer-metadata`` where a copy of a value to replace stands behind the picture;
            ``incomplete-image``; ``readback-differs``; and what the encoders refuse.
    """
    if not edits:
        return data
    window = Window.over(data, "The file")
    media_type, known = recognise(window)
    kind = writable(media_type, known)
    survey = kind.survey(window)
    decoded = decode(survey)
    _check_credentials(survey, decoded)
    expected = _expected(decoded, edits)
    assert kind.replace is not None  # what we do not write ourselves, ExifTool does
    kind.check_writable(data)
    if media_type == JPEG:
        _check_copies(data, edits)
    try:
        result = kind.replace(data, _payloads(survey, decoded, edits))
    except RewriteRefusedError as refusal:
        if refusal.code != "segment-too-large":
            raise
        result = kind.replace(data, _payloads(survey, decoded, edits, sparing=True))
    _verify(data, result, kind, expected)
    return result


def _check_credentials(survey: Survey, decoded: Decoded) -> None:
    remote = any(told.code == "content-credentials-remote" for told in decoded.warnings)
    if survey.content_credentials is not None or remote:
        raise RewriteRefusedError(
            "The picture has Content Credentials (C2PA); any edit would make them invalid.",
            code="content-credentials",
            remedy="Write the correction to an XMP sidecar, or ask for a newly signed version.",
        )


def _check_copies(data: bytes, edits: Sequence[Edit]) -> None:
    """Refuse to leave a value that is to go in a copy behind the picture."""
    old = [edit for edit in edits if edit.before]
    for copy in jpeg_splice.copies_behind(data):
        said = iim.decode(copy.content).values if copy.is_iim else ()
        in_iim = any(_holds(value, edit) for value in said for edit in old)
        in_text = not copy.is_iim and any(
            edit.before.encode("utf-8", "replace") in copy.content for edit in old
        )
        if in_iim or in_text:
            raise RewriteRefusedError(
                "The file ends with a trailer of its picture editor (AFCP or FotoStation), which"
                " holds one more copy of the value to replace, and is not edited here.",
                code="trailer-metadata",
                remedy="Correct this file with the editor that wrote the trailer.",
            )


def _holds(value: PropertyValue, edit: Edit) -> bool:
    """Whether a copy says what is to be replaced, whole or cut at an octet limit."""
    return value.property is edit.property and any(
        text == edit.before or (len(text) >= _CUT and edit.before.startswith(text))
        for text in value.values
    )


def _expected(decoded: Decoded, edits: Sequence[Edit]) -> tuple[PropertyValue, ...]:
    """All values of the file as they must read after the edits."""
    values = decoded.values
    properties = {(value.container, value.locator, value.property) for value in values}
    places = {(unit.container, unit.prefix) for unit in decoded.units}
    if not any(unit.prefix == _XMP for unit in decoded.units):
        places.add((Container.XMP, _XMP))
    for edit in edits:
        if edit.before:
            if (edit.container, edit.locator, edit.property) not in properties:
                raise value_changed(edit.locator, edit.before)
            continue
        check_settable(edit)
        if (edit.container, edit.locator.partition(" ")[0]) not in places:
            raise RewriteRefusedError(
                f"The file has nothing that {edit.locator} could stand in.",
                code="container-missing",
                remedy="Set the value in XMP; no other container is created.",
            )
    return planned(values, edits)


def _payloads(
    survey: Survey, decoded: Decoded, edits: Sequence[Edit], *, sparing: bool = False
) -> Payloads:
    """The new payload of each block that an edit touches."""
    wanted: dict[str, list[Edit]] = {}
    for edit in edits:
        wanted.setdefault(edit.locator.partition(" ")[0], []).append(edit)
    draft = _Draft(survey.blocks, sparing=sparing)
    for unit in decoded.units:
        if unit.prefix in wanted:
            _edit_unit(draft, decoded.units, unit, wanted.pop(unit.prefix))
    if _XMP in wanted:
        draft.put(NEW_XMP, xmp_edit.new_packet(wanted[_XMP]))
    return draft.changed


class _Draft:
    """The file's blocks while they are edited one after the other."""

    def __init__(self, blocks: Sequence[Block], *, sparing: bool) -> None:
        self.blocks = blocks
        self.sparing = sparing
        self.changed: dict[int, tuple[bytes, ...]] = {}

    def payload(self, number: int) -> bytes:
        """A block as it is now."""
        if number in self.changed:
            return self.changed[number][0]
        return self.blocks[number].payload

    def put(self, number: int, *payloads: bytes) -> None:
        """Give a block its new payloads."""
        self.changed[number] = payloads


def _edit_unit(draft: _Draft, units: Sequence[Unit], unit: Unit, edits: Sequence[Edit]) -> None:
    """Edit one unit and put it back into its block(s)."""
    number = unit.blocks[0]
    if unit.carrier is Carrier.EXIF:
        edited = exif_edit.encode(unit.content, _plain(edits, "EXIF"), sparing=draft.sparing)
        draft.put(number, edited)
    elif unit.carrier in (Carrier.PHOTOSHOP, Carrier.IIM):
        new = iim_edit.encode(unit.content, _plain(edits, "IIM"))
        if unit.carrier is Carrier.PHOTOSHOP:
            draft.put(number, irb.with_iim(draft.payload(number), new, index=unit.ordinal))
        else:
            draft.put(number, new)
        if unit.prefix == "IIM":
            _follow_digests(draft, units, unit.content, new)
    elif unit.carrier is Carrier.XMP:
        packet = xmp_edit.splice(draft.payload(number), _plain(edits, "XMP"), keep_size=True)
        draft.put(number, packet)
    else:
        packet = xmp_edit.splice(unit.content, _plain(edits, "XMP"), keep_size=True)
        _put_extended(draft, units, unit, packet)


def _plain(edits: Sequence[Edit], word: str) -> list[Edit]:
    """The edits with locators as the encoders know them, without a packet's number."""
    return [replace(edit, locator=f"{word} {edit.locator.partition(' ')[2]}") for edit in edits]


def _follow_digests(draft: _Draft, units: Sequence[Unit], old: bytes, new: bytes) -> None:
    """Keep Photoshop's digests of the IIM true where they were true (MWG 2.0, 3.2)."""
    for number, block in enumerate(draft.blocks):
        if block.carrier is Carrier.PHOTOSHOP:
            now = draft.payload(number)
            followed = irb.with_digest(now, old, new)
            if followed != now:
                draft.put(number, followed)
    digests: dict[str, str] = {}
    for was, will in zip(irb.countings(old), irb.countings(new), strict=True):
        digests.setdefault(irb.digest(was).hex(), irb.digest(will).hex())
    for unit in units:
        if unit.carrier is Carrier.XMP:
            number = unit.blocks[0]
            packet = draft.payload(number)
            followed = xmp_edit.legacy_digest_edit(packet, digests)
            if followed != packet:
                draft.put(number, followed)


def _put_extended(draft: _Draft, units: Sequence[Unit], unit: Unit, packet: bytes) -> None:
    """Put an extended packet back, and its new GUID into every packet that names it."""
    header = len(xmp_extended.HEADER)
    chunks = [chunk[header:] for chunk in xmp_extended.chunk(packet)]
    if len(chunks) == len(unit.blocks):
        for number, chunk in zip(unit.blocks, chunks, strict=True):
            draft.put(number, chunk)
    else:
        draft.put(unit.blocks[0], *chunks)
        for number in unit.blocks[1:]:
            draft.put(number)
    old, new = xmp_extended.guid_of(unit.content), xmp_extended.guid_of(packet)
    for main in units:
        if main.carrier is Carrier.XMP:
            number = main.blocks[0]
            now = draft.payload(number)
            if old.encode("ascii") in now.upper():
                draft.put(number, xmp_edit.replace_simple(now, XMP_NOTE, "HasExtendedXMP", new))


def _verify(data: bytes, result: bytes, kind: Format, expected: Sequence[PropertyValue]) -> None:
    """Refuse a result that is not the planned one (design rule 4)."""
    if not kind.keeps_picture(data, result):
        raise readback_differs("The image digest of the file")
    now = decode(kind.survey(Window.over(result, "The new file"))).values
    if not alike(now, expected):
        raise readback_differs("The file's metadata")
