"""The unit of work: read a batch of assets. Picklable, no database, errors as values.

Importing this module must stay cheap: worker processes import it and little else.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from provenance import captions, isolation, metadata
from provenance.errors import ProvenanceError, StorageError
from provenance.matching import Key, embedded_notices, keys
from provenance.model import (
    AssetRef,
    Caption,
    Container,
    MetadataRecord,
    Notice,
    Property,
    PropertyValue,
    ScanResult,
    Unreadable,
)
from provenance.storage import LocalStore
from provenance.storage.candidates import PAGE_SUFFIXES

TEXT_TYPE = "text/plain"
TEXT_SUFFIX = ".txt"
PAGE_NAMES = (*sorted(PAGE_SUFFIXES), ".xml")
_LARGEST_TEXT = 10 * 1024 * 1024
_LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one asset: the result, its keys, the notices in its captions."""

    result: ScanResult
    keys: tuple[Key, ...] = ()
    notices: tuple[Notice, ...] = ()


def read_batch(store: LocalStore, refs: Sequence[AssetRef]) -> list[Reading]:
    """Read each asset with its digests; a file that fails is an ``Unreadable``, never a gap."""
    return [_read(store, ref) for ref in refs]


def read_asset(store: LocalStore, ref: AssetRef, *, digests: bool = True) -> ScanResult:
    """One asset's record, or why it could not be read."""
    try:
        if ref.uri.casefold().endswith(TEXT_SUFFIX):
            return _read_text(store, ref)
        if ref.uri.casefold().endswith(PAGE_NAMES):
            return _read_page(store, ref)
        sidecars = [(side, store.get(side)) for side in ref.sidecars]
        if digests:
            return metadata.read(ref, store.get(ref), digests=True, sidecars=sidecars)
        with store.open_source(ref) as source:
            return metadata.read(ref, source, sidecars=sidecars)
    except ProvenanceError as error:
        return Unreadable(ref, error.code, error.message, error.remedy)


def read_split(
    store: LocalStore, ref: AssetRef, *, digests: bool = True, split: bool = True
) -> tuple[ScanResult, tuple[Caption, ...]]:
    """As ``read_asset``, with the captions that run together in its texts, each text once.

    Args:
        store: gives the files.
        ref: the asset.
        digests: also hash it.
        split: find the captions; without it there are none.
    """
    result = read_asset(store, ref, digests=digests)
    if isinstance(result, Unreadable) or not split:
        return result, ()
    values = result.of(Property.DESCRIPTION)
    texts = dict.fromkeys(text for value in values for text in value.values)
    found = {one.text: one for text in texts for one in captions.segment(text, whole=True)}
    return result, tuple(found.values())


def digest_file(store: LocalStore, ref: AssetRef) -> metadata.Digests:
    """The digests of one file.

    Raises:
        UnreadableError, StorageError: it cannot be read.
    """
    return metadata.digests(store.get(ref))


def octets_of(ref: AssetRef) -> int:
    """What reading an asset takes in: the file and its sidecars."""
    return ref.size + sum(one.size for one in ref.sidecars)


def unread(ref: AssetRef, died: isolation.Died) -> Unreadable:
    """What is said of an asset whose reading ended the process that read it."""
    return Unreadable(ref, died.code, f"{ref.display}: {died.reason}", died.remedy)


def _read(store: LocalStore, ref: AssetRef) -> Reading:
    result = read_asset(store, ref)
    if isinstance(result, Unreadable):
        return Reading(result)
    return Reading(result, keys(result), embedded_notices(result))


def _read_text(store: LocalStore, ref: AssetRef) -> MetadataRecord:
    if ref.size > _LARGEST_TEXT:
        raise StorageError(
            f"{ref.display} has {ref.size} octets, more than a text of captions has.",
            code="too-large",
            remedy="Split it, or move it out of the folder.",
        )
    data = store.get(ref)
    text = decode_text(data)
    values = tuple(
        PropertyValue(
            Property.DESCRIPTION,
            Container.TEXT,
            (text[caption.start : caption.end],),
            f"chars {caption.start}-{caption.end}",
        )
        for caption in captions.segment(text)
    )
    return MetadataRecord(ref, TEXT_TYPE, digest=hashlib.sha256(data).hexdigest(), values=values)


def _read_page(store: LocalStore, ref: AssetRef) -> MetadataRecord:
    from provenance import pages  # noqa: PLC0415 - most workers meet pictures only

    if ref.size > pages.LARGEST:
        raise StorageError(
            f"{ref.display} has {ref.size} octets, more than a page has.",
            code="too-large",
            remedy="Look at this page by hand.",
        )
    data = store.get(ref)
    page = pages.read(ref.display, data, server_charset(store, ref.uri))
    return MetadataRecord(
        ref,
        pages.FEED_TYPE if page.feed else pages.HTML_TYPE,
        digest=hashlib.sha256(data).hexdigest(),
        values=pages.values_of(page),
        warnings=page.warnings,
    )


def answer_path(uri: str) -> str:
    """Where the server's answer is kept beside a page that was fetched."""
    folder, name = os.path.split(uri)
    return os.path.join(folder, f".{name}.http.json")


def server_charset(store: LocalStore, uri: str) -> str:
    """The charset that the server gave with a page that was fetched; empty where none is known."""
    path = answer_path(uri)
    if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST_ANSWER:
        return ""
    try:
        answer = json.loads(store.get(AssetRef(path, 0, "")))
    except (ValueError, RecursionError):
        return ""
    charset = answer.get("charset") if isinstance(answer, dict) else None
    return charset if isinstance(charset, str) else ""


def decode_text(data: bytes) -> str:
    """Text as UTF-8 (with or without a mark), else Windows-1252, else Latin-1; never lossy."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
