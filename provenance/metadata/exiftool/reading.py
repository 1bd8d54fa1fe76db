"""Files that no format of ours reads: their metadata blocks, cut out by ExifTool.

ExifTool finds the blocks; what they say is left to our own decoders, so that a value has the
same locator, character set and limits in every format. EXIF that is no block of its own comes
tag by tag and is put together to a condensed block.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.exiftool.answer import ExifToolError
from provenance.metadata.exiftool.session import ask
from provenance.metadata.exiftool.workspace import MAX_FILE, SUFFIXES, private_copy
from provenance.metadata.formats.naming import described
from provenance.metadata.properties import TABLE
from provenance.metadata.source import Window
from provenance.metadata.standards import exif
from provenance.metadata.standards.condensed import EXIF_IFD, IFD0, Field, condense
from provenance.metadata.standards.ifd import wire_of
from provenance.model import Container, ReadWarning

AS_TEXT: Final = ("-api", 'Filter=$_="=$_"')
"""Every value comes with ``=`` before it: JSON would take ``007`` for a number else."""

C2PA: Final = "c2pa"
MANIFEST_MARK: Final = b"jumdc2pa"
"""A JUMBF description box of the type that C2PA manifest stores have (C2PA 2.1, 11.1.4.1)."""

EXIF_TAGS: Final = {
    **{
        row.exif.locator: (row.exif.directory, row.exif.number)
        for row in TABLE
        if row.exif is not None
    },
    f"{EXIF_IFD}:OffsetTimeOriginal": (EXIF_IFD, exif.OFFSET_TIME_ORIGINAL),
}
_BLOCKS: Final = {
    "EXIF": (Carrier.EXIF, Container.EXIF),
    "IPTC": (Carrier.IIM, Container.IIM),
    "XMP": (Carrier.XMP, Container.XMP),
}
_MINOR: Final = "[minor]"
_OPTIONS: Final = ("-j", "-b", "-a", "-G1:4")
_WANTED: Final = (
    *(f"-{name}" for name in (*_BLOCKS, *EXIF_TAGS)),
    *("-JUMBF:JUMDLabel", "-File:MIMEType", "-Error", "-Warning"),
)
_ASCII: Final = 2
_LITTLE: Final = b"II*\x00\x08\x00\x00\x00"
_MOST_BLOCKS: Final = 64
_DOCUMENTS: Final = frozenset(
    {"application/pdf", "application/postscript", "application/vnd.adobe.illustrator"}
)


class Examined(NamedTuple):
    """What ExifTool told of a file: its media type, and its metadata blocks."""

    media_type: str
    survey: Survey


def examine(window: Window, media_type: str | None) -> Examined:
    """Have ExifTool find the metadata blocks of a file.

    ExifTool gets a copy under a name of ours; the file itself is never shown to it.

    Args:
        window: the file.
        media_type: as ``sniff`` told it; None leaves it to ExifTool to tell.

    Returns:
        Blocks in ExifTool's order, with the warning ``read-by-exiftool``.

    Raises:
        UnreadableError: ``exiftool-missing``, ``too-large``, ``unsupported-format`` where
            ExifTool does not know it as a picture either, ``exiftool-failed`` where it knows
            the format and cannot read this file, ``exiftool-timeout``,
            ``exiftool-output``, ``exiftool-died``.
        StorageError: as the byte source raises it, and ``no-copy`` where no copy could be made.
    """
    what = "is of no recognised format" if media_type is None else f"is {described(media_type)}"
    _check_size(window)
    try:
        with private_copy(window, SUFFIXES.get(media_type or "", "")) as copy:
            answer, version = ask([*_OPTIONS, *AS_TEXT, *_WANTED, copy.path])
            has_manifest = copy.has(MANIFEST_MARK)
    except ExifToolError as error:
        raise _untold(window, media_type, what, error) from error
    told = [(name.split(":"), value) for name, value in items_of(answer.output)]
    if not told:
        raise _unreadable(window, what, f"ExifTool {version} gave no answer that makes sense")
    found = _last(told, "MIMEType")
    known = media_type or (found.decode("utf-8", "replace") if found is not None else None)
    blocks = tuple(_blocks(told))
    if known is None or (media_type is None and not blocks and not _is_picture(known)):
        raise _not_a_picture(window, known)
    if not blocks and (why := _last(told, "Error")) is not None:
        said = why.decode("utf-8", "replace")
        raise _unreadable(
            window, f"is {described(known)}", f"ExifTool {version} cannot read it ({said})"
        )
    labels = [value for names, value in told if names[-1] == "JUMDLabel"]
    credentials = has_manifest or any(label.startswith(C2PA.encode()) for label in labels)
    warnings = tuple(_warnings(told, known, version))
    return Examined(known, Survey(blocks, warnings, C2PA if credentials else None))


def items_of(output: bytes) -> list[tuple[str, bytes]]:
    """The names and values of ExifTool's JSON output, where ``AS_TEXT`` was asked for.

    A name that stands there twice is given twice. What is no such output gives nothing.
    """
    try:
        parsed = json.loads(output.decode("utf-8", "replace"), object_pairs_hook=list)
    except (ValueError, RecursionError):
        return []
    if not isinstance(parsed, list) or not parsed or not isinstance(parsed[0], list):
        return []
    found: list[tuple[str, bytes]] = []
    for pair in cast("list[object]", parsed[0]):
        if isinstance(pair, tuple) and len(pair) == 2:
            name, value = pair
            values = value if isinstance(value, list) else [value]
            found += [(str(name), _octets(one)) for one in values if isinstance(one, str)]
    return found


def _octets(value: str) -> bytes:
    text = value.removeprefix("base64:")
    if text != value:
        try:
            return base64.b64decode(text, validate=True).removeprefix(b"=")
        except binascii.Error:
            text = value
    return text.encode("utf-8", "surrogatepass").removeprefix(b"=")


def _last(told: Iterable[tuple[Sequence[str], bytes]], name: str) -> bytes | None:
    return next((value for names, value in told if names[-1] == name), None)


def _blocks(told: Sequence[tuple[Sequence[str], bytes]]) -> Iterable[Block]:
    """The blocks; EXIF tags of files without an EXIF block as condensed ones."""
    whole = [
        (_BLOCKS[names[-1]], value)
        for names, value in told
        if names[-1] in _BLOCKS and len(names) > 1 and value
    ][:_MOST_BLOCKS]
    if not any(kind[0] is Carrier.EXIF for kind, _ in whole):
        copies: dict[str, dict[str, bytes]] = {}
        for names, value in told:
            place = f"{names[0]}:{names[-1]}"
            if place in EXIF_TAGS and value:
                copies.setdefault(":".join(names[1:-1]), {})[place] = value
        for texts in list(copies.values())[:_MOST_BLOCKS]:
            yield Block(Carrier.EXIF, Container.EXIF, _condensed(texts), (0,))
    for (carrier, container), payload in whole:
        yield Block(carrier, container, payload, (0,))


def _condensed(texts: Mapping[str, bytes]) -> bytes:
    """A block of EXIF tags as ExifTool gives their texts."""
    wire = wire_of(_LITTLE)
    assert wire is not None
    fields: dict[str, list[Field]] = {IFD0: [], EXIF_IFD: []}
    for place, text in texts.items():
        directory, tag = EXIF_TAGS[place]
        # ExifTool shows the NUL between the two parts of Copyright as a line end.
        value = text.replace(b"\n", b"\x00", 1) if tag == exif.COPYRIGHT else text
        value += b"\x00"
        fields[directory].append(Field(tag, _ASCII, len(value), value))
    return condense(wire, sorted(fields[IFD0]), sorted(fields[EXIF_IFD]) or None)


def _warnings(
    told: Iterable[tuple[Sequence[str], bytes]], media_type: str, version: str
) -> Iterable[ReadWarning]:
    yield ReadWarning(
        "read-by-exiftool",
        f"It is {described(media_type)}, which was read by ExifTool {version}.",
    )
    for names, value in told:
        if names[-1] in ("Error", "Warning"):
            text = value.decode("utf-8", "replace")
            if not text.lower().startswith(_MINOR):
                yield ReadWarning("exiftool-warning", f"ExifTool says: {text}")


def _is_picture(media_type: str) -> bool:
    return media_type.startswith(("image/", "video/")) or media_type in _DOCUMENTS


def _check_size(window: Window) -> None:
    if window.size > MAX_FILE:
        raise UnreadableError(
            f"{window.name}: {window.size} octets are over the limit of {MAX_FILE} for files"
            " that are read through ExifTool.",
            code="too-large",
            remedy="Put an XMP sidecar beside it.",
        )


def _untold(
    window: Window, media_type: str | None, what: str, error: ExifToolError
) -> UnreadableError:
    """Why ExifTool told nothing of a file."""
    name, code = window.name, error.code
    if code == "exiftool-missing" and media_type is None:
        return UnreadableError(
            f"{name} {what} that is read without ExifTool, which knows more. {error.message}",
            code="unsupported-format",
            remedy=error.remedy,
        )
    if code == "exiftool-missing":
        message = f"{name} {what} ({media_type}), which is read through ExifTool. {error.message}"
    else:
        message = f"{name} {what}, which was not read: {error.message}"
    return UnreadableError(message, code=code, remedy=error.remedy)


def _unreadable(window: Window, what: str, why: str) -> UnreadableError:
    return UnreadableError(
        f"{window.name} {what}, and {why}.",
        code="exiftool-failed",
        remedy="Open it in the program that wrote it; if it is damaged, restore it from a copy.",
    )


def _not_a_picture(window: Window, found: str | None) -> UnreadableError:
    seen = "is of no recognised format" if found is None else f"is {described(found)}"
    return UnreadableError(
        f"{window.name} {seen}, which is not read.",
        code="unsupported-format",
        remedy="If it is a picture, put an XMP sidecar beside it; if not, give it another name.",
    )
