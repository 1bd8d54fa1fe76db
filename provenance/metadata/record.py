"""Read a file: from its bytes to all that it says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format
from provenance.metadata.decoding import Decoded, decode
from provenance.metadata.digests import Digests, digests_of
from provenance.metadata.exiftool import examine
from provenance.metadata.formats.naming import described, misnamed
from provenance.metadata.formats.recognition import recognise
from provenance.metadata.formats.sidecar import MAX_SIDECAR
from provenance.metadata.formats.sidecar import survey as survey_sidecar
from provenance.metadata.formats.sniffing import XMP
from provenance.metadata.source import ByteSource, Window
from provenance.model import AssetRef, MetadataRecord, PropertyValue, ReadWarning

MAX_WHOLE: Final = 512 * 1024 * 1024
"""Octets of a file that is read whole; the limit of a worker's memory."""

_NOT_XMP: Final = frozenset({"xmp-broken", "xmp-doctype", "xmp-no-rdf"})


def read(
    ref: AssetRef,
    data: bytes | ByteSource,
    *,
    digests: bool = False,
    sidecars: Sequence[tuple[AssetRef, bytes]] = (),
) -> MetadataRecord:
    """Read all that a picture, or an XMP file, says about itself.

    The format is told by content, never by name; a name that speaks against it is the
    warning ``content-differs-from-name``. What we do not read ourselves is read through
    ExifTool. Every container's value is kept, also where they disagree; see ``reconcile``
    for who speaks.

    Args:
        ref: the asset, for its uri and its name in messages.
        data: the file's bytes, or ranges of them; without ``digests`` only what stands
            before the picture data is read.
        digests: read the file whole and fill in the three digests.
        sidecars: XMP files that speak for the picture, with their bytes, in reading order.
            A broken one is the warning ``sidecar-unreadable``.

    Returns:
        The record; values in file order, extended XMP behind its file's others, sidecars
        last.

    Raises:
        UnreadableError: ``empty-file``, ``unsupported-format``, ``jpeg-truncated``,
            ``limit-segments``, ``too-large``, ``xmp-unreadable``, ``exiftool-missing`` and
            what else ``exiftool.examine`` raises; the message names the file.
        StorageError: as the byte source raises it.
    """
    window = (
        Window.over(data, ref.display) if isinstance(data, bytes) else Window(data, ref.display)
    )
    media_type, kind = recognise(window)
    whole = _whole(window) if digests else None
    if kind is None or media_type is None:
        media_type, survey = examine(window, media_type)
    else:
        survey = kind.survey(window)
    found = None if whole is None else _digests(window.name, whole, kind)
    is_sidecar = media_type == XMP
    decoded = decode(survey, uri=ref.uri if is_sidecar else "")
    if is_sidecar and (why := _unreadable(decoded)) is not None:
        raise UnreadableError(
            f"{ref.display}: {why.message}",
            code="xmp-unreadable",
            remedy="Restore the file from the program that wrote it.",
        )
    values = decoded.values
    warnings = (*_name_warnings(ref, media_type), *survey.warnings, *decoded.warnings)
    for sidecar, content in sidecars:
        more, told = _read_sidecar(sidecar, content)
        values, warnings = (*values, *more), (*warnings, *told)
    return MetadataRecord(
        ref=ref,
        media_type=media_type,
        digest=None if found is None else found.sha256,
        image_digest=None if found is None else found.image,
        scan_digest=None if found is None else found.scan,
        values=values,
        warnings=warnings,
        content_credentials=survey.content_credentials,
    )


def _whole(window: Window) -> bytes:
    if window.size > MAX_WHOLE:
        raise UnreadableError(
            f"{window.name}: {window.size} octets are over the limit of {MAX_WHOLE}.",
            code="too-large",
            remedy="Read it without digests.",
        )
    return window.all()


def _digests(name: str, whole: bytes, kind: Format | None) -> Digests:
    """The digests; where a format gives none, its error with the name that it does not know."""
    try:
        return digests_of(whole, kind)
    except UnreadableError as error:
        if name in error.message:
            raise
        raise UnreadableError(
            f"{name}: {error.message}", code=error.code, remedy=error.remedy
        ) from error


def _name_warnings(ref: AssetRef, media_type: str) -> tuple[ReadWarning, ...]:
    extension = misnamed(ref.display, media_type)
    if extension is None:
        return ()
    message = f"It is named {extension} but is {described(media_type)}: read by its content."
    return (ReadWarning("content-differs-from-name", message),)


def _unreadable(decoded: Decoded) -> ReadWarning | None:
    """Why a sidecar says nothing, None where it can be read."""
    if decoded.values:
        return None
    return next((told for told in decoded.warnings if told.code in _NOT_XMP), None)


def _read_sidecar(
    sidecar: AssetRef, content: bytes
) -> tuple[tuple[PropertyValue, ...], tuple[ReadWarning, ...]]:
    window = Window.over(content, sidecar.display)
    if not content or len(content) > MAX_SIDECAR:
        return (), (_sidecar_warning(sidecar, f"it has {len(content)} octets"),)
    decoded = decode(survey_sidecar(window), uri=sidecar.uri)
    why = _unreadable(decoded)
    if why is not None:
        return (), (_sidecar_warning(sidecar, why.message),)
    return decoded.values, tuple(decoded.warnings)


def _sidecar_warning(sidecar: AssetRef, why: str) -> ReadWarning:
    return ReadWarning("sidecar-unreadable", f"{sidecar.display} was not read: {why}")
