"""Make planned edits in a file's bytes, and prove that nothing else changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import Block, Carrier, Format, Payloads, Survey
from provenance.metadata.decoding import Decoded, Unit, decode
from provenance.metadata.formats.recognition import recognise
from provenance.metadata.planned import planned, readback_differs, value_changed
from provenance.metadata.properties import XMP_NOTE
from provenance.metadata.source import Window
from provenance.metadata.standards import exif_edit, iim_edit, irb, xmp_edit, xmp_extended
from provenance.model import Edit, PropertyValue


def rewrite(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Make the edits in a file's bytes; all or none.

    Each value stands where it stood; no container is created. Before the new bytes are
    returned they are read back: the image digest is the same, the edited values are as
    planned, and no other value of the file has changed.

    Args:
        data: the whole file.
        edits: for a picture with the containers EXIF, IIM and XMP, for an XMP file with
            SIDECAR; ``uri`` is not looked at. ``rewrite(data, ())`` equals ``data``.

    Returns:
        The new file.

    Raises:
        UnreadableError: as ``read``.
        RewriteRefusedError: ``value-changed`` where ``before`` is not there exactly;
            ``content-credentials``; ``octet-limit``; ``segment-too-large``;
            ``incomplete-image``; ``readback-differs``; and what the encoders refuse.
    """
    if not edits:
        return data
    window = Window.over(data, "The file")
    media_type, kind = recognise(window)
    survey = kind.survey(window)
    decoded = decode(survey)
    _check_credentials(survey, decoded)
    expected = _expected(decoded.values, edits)
    if kind.replace is None:
        raise RewriteRefusedError(
            f"A file of the type {media_type} is read, but not written.",
            code="read-only-format",
            remedy="Write the correction to an XMP sidecar.",
        )
    kind.check_writable(data)
    result = kind.replace(data, _payloads(survey, decoded, edits))
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


def _expected(values: Sequence[PropertyValue], edits: Sequence[Edit]) -> tuple[PropertyValue, ...]:
    """All values of the file as they must read after the edits."""
    properties = {(value.container, value.locator, value.property) for value in values}
    for edit in edits:
        if (edit.container, edit.locator, edit.property) not in properties:
            raise value_changed(edit.locator, edit.before)
    return planned(values, edits)


def _payloads(survey: Survey, decoded: Decoded, edits: Sequence[Edit]) -> Payloads:
    """The new payload of each block that an edit touches."""
    wanted: dict[str, list[Edit]] = {}
    for edit in edits:
        wanted.setdefault(edit.locator.partition(" ")[0], []).append(edit)
    draft = _Draft(survey.blocks)
    for unit in decoded.units:
        if unit.prefix in wanted:
            _edit_unit(draft, decoded.units, unit, wanted[unit.prefix])
    return draft.changed


class _Draft:
    """The file's blocks while they are edited one after the other."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self.changed: dict[int, tuple[bytes, ...]] = {}

    def payload(self, number: int) -> bytes:
        """A block as it is now."""
        if number in self.changed:
            return self.changed[number][0]
        return self._blocks[number].payload

    def put(self, number: int, *payloads: bytes) -> None:
        """Give a block its new payloads."""
        self.changed[number] = payloads


def _edit_unit(draft: _Draft, units: Sequence[Unit], unit: Unit, edits: Sequence[Edit]) -> None:
    """Edit one unit and put it back into its block(s)."""
    number = unit.blocks[0]
    if unit.carrier is Carrier.EXIF:
        draft.put(number, exif_edit.encode(unit.content, _plain(edits, "EXIF")))
    elif unit.carrier in (Carrier.PHOTOSHOP, Carrier.IIM):
        new = iim_edit.encode(unit.content, _plain(edits, "IIM"))
        if unit.carrier is Carrier.PHOTOSHOP:
            draft.put(number, irb.with_iim(draft.payload(number), new, index=unit.ordinal))
        else:
            draft.put(number, new)
        if unit.prefix == "IIM":
            _follow_digest(draft, units, unit.content, new)
    elif unit.carrier is Carrier.XMP:
        packet = xmp_edit.splice(draft.payload(number), _plain(edits, "XMP"), keep_size=True)
        draft.put(number, packet)
    else:
        packet = xmp_edit.splice(unit.content, _plain(edits, "XMP"), keep_size=True)
        _put_extended(draft, units, unit, packet)


def _plain(edits: Sequence[Edit], word: str) -> list[Edit]:
    """The edits with locators as the encoders know them, without a packet's number."""
    return [replace(edit, locator=f"{word} {edit.locator.partition(' ')[2]}") for edit in edits]


def _follow_digest(draft: _Draft, units: Sequence[Unit], old: bytes, new: bytes) -> None:
    """Keep photoshop:LegacyIPTCDigest true where it was true (MWG 2.0, 3.2)."""
    for unit in units:
        if unit.carrier is Carrier.XMP:
            number = unit.blocks[0]
            packet = draft.payload(number)
            followed = xmp_edit.legacy_digest_edit(packet, old, new)
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
    if kind.fingerprints(result) != kind.fingerprints(data):
        raise readback_differs("The image digest of the file")
    now = decode(kind.survey(Window.over(result, "The new file"))).values
    if Counter(map(_said, now)) != Counter(map(_said, expected)):
        raise readback_differs("The file's metadata")


def _said(value: PropertyValue) -> tuple[str, ...]:
    return (value.property, value.container, value.locator, *value.values)
