"""Files that people bring: notices, captions and versions of pictures, whatever the carrier."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from provenance import captions, isolation, metadata
from provenance import notices as grammar
from provenance.errors import NoticeError, ProvenanceError
from provenance.matching import embedded_notices, item_keys, item_of
from provenance.model import AssetRef, Authority, MetadataRecord, Notice, Property
from provenance.notices import ParsedCaption, ParsedCarrier
from provenance.notices.files import parse_file
from provenance.notices.wires.item import Item
from provenance.registry import StoredItem
from provenance.storage import LocalStore

Receipt = tuple[str | None, str | None]
"""When a file was received, RFC 3339, and by whom."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of ``errors``: a file or notice that could not be dealt with.

    Attributes:
        path: as the user gave it.
        code: a stable machine word.
        message: what happened.
        remedy: what the person can do; may be empty.
        of_asset: a finding says the same of an asset.
    """

    path: str
    code: str
    message: str
    remedy: str = ""
    of_asset: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """What files say, before anybody takes it up.

    ``items`` are the versions of pictures that came with them, notices or not.
    """

    notices: tuple[Notice, ...] = ()
    captions: tuple[ParsedCaption, ...] = ()
    problems: tuple[Problem, ...] = ()
    items: tuple[StoredItem, ...] = ()


def parse_files(paths: Iterable[str], *, jobs: int = 1) -> Parsed:
    """Read notices and captions out of files and folders; one bad file never stops the rest."""
    every = [one for _, one in parse_each(paths, jobs=jobs)]
    return Parsed(
        grammar.merge([notice for one in every for notice in one.notices]),
        tuple(caption for one in every for caption in one.captions),
        tuple(problem for one in every for problem in one.problems),
        tuple(item for one in every for item in one.items),
    )


def parse_each(
    paths: Iterable[str], receipt: Receipt = (None, None), *, jobs: int = 1
) -> Iterator[tuple[str, Parsed]]:
    """What each file named, and each below a folder named, says; read in worker processes.

    Args:
        paths: files and folders.
        receipt: when, in RFC 3339, and by whom they were received; None where nobody takes
            them up.
        jobs: processes to read with.
    """
    found = list(files_below(paths))
    done = isolation.run(
        partial(_parse_file, receipt), found, jobs=min(jobs, len(found)), weigh=_octets
    )
    for path, parsed in zip(found, done, strict=True):
        yield path, _ended(path, parsed) if isinstance(parsed, isolation.Died) else parsed


def _octets(path: str) -> int:
    return os.path.getsize(path) if os.path.isfile(path) else 0


def _ended(path: str, died: isolation.Died) -> Parsed:
    problem = Problem(path, died.code, f"{path}: {died.reason}", died.remedy)
    return Parsed(problems=(problem,))


def _parse_file(receipt: Receipt, path: str) -> Parsed:
    """What one file says, and what came attached to it; work for a worker."""
    try:
        data = LocalStore().get(AssetRef(os.path.abspath(path), 0, "", path=path))
        if not data.strip():
            raise _empty(path, data)
        carriers = [_parse_one(path, data, receipt)]
    except ProvenanceError as error:
        return Parsed(problems=(Problem(path, error.code, error.message, error.remedy),))
    problems: list[Problem] = []
    for name, content in carriers[0].attached:
        try:
            carriers.append(_attached(path, name, content, receipt))
        except ProvenanceError as error:
            problems.append(Problem(path, error.code, error.message, error.remedy))
    digest = hashlib.sha256(data).hexdigest()
    problems += [Problem(path, e.code, e.message, e.remedy) for c in carriers for e in c.errors]
    return Parsed(
        grammar.merge([notice for one in carriers for notice in one.notices]),
        tuple(caption for one in carriers for caption in one.captions),
        tuple(problems),
        tuple(stored_item(item, digest, receipt[0]) for one in carriers for item in one.items),
    )


def stored_item(item: Item, digest: str, received: str | None) -> StoredItem:
    """A version of a picture as the registry keeps it, with the keys that lead to it."""
    return StoredItem(item, digest, received, item_keys(item))


def _empty(path: str, data: bytes) -> NoticeError:
    return NoticeError(
        f"{path} is empty ({len(data)} octets{' of white space' if data else ''}).",
        code="empty-file",
        remedy="Fetch the file again from where it came.",
    )


def _is_picture(data: bytes) -> bool:
    """Whether it is a picture or a sidecar: a notice sent as a PDF is neither."""
    return metadata.sniff(data[: metadata.SNIFF_LENGTH]) not in {None, "application/pdf"}


def _parse_one(path: str, data: bytes, receipt: Receipt) -> ParsedCarrier:
    received, received_by = receipt
    if _is_picture(data):
        ref = AssetRef(os.path.abspath(path), len(data), "", path=path)
        found = _in_picture(metadata.read(ref, data, digests=True), receipt)
        if received_by is None:
            return found
        # Who brings a picture by its name answers for it; not for what came with a mail.
        brought = (replace(one, authority=Authority.BROUGHT) for one in found.notices)
        return replace(found, notices=tuple(brought))
    return parse_file(path, data, received=received, received_by=received_by)


def _attached(path: str, name: str, data: bytes, receipt: Receipt) -> ParsedCarrier:
    """A picture that came with a mail is read like one that came alone."""
    if not _is_picture(data):
        return ParsedCarrier()
    shown = f"{path}: {name}" if name else path
    # Only the name counts in the uri: an identifier may stand in it.
    inside = os.path.join(os.path.abspath(path), os.path.basename(name) or "attachment")
    ref = AssetRef(inside, len(data), "", path=shown)
    return _in_picture(metadata.read(ref, data, digests=True), receipt)


def _in_picture(record: MetadataRecord, receipt: Receipt) -> ParsedCarrier:
    """What a retransmitted picture says in its captions, bound to that picture."""
    received, received_by = receipt
    found = tuple(
        replace(one, received=received, received_by=received_by) for one in embedded_notices(record)
    )
    counts: dict[str, ParsedCaption] = {}
    for value in record.of(Property.DESCRIPTION):
        for caption in (c for text in value.values for c in captions.segment(text, whole=True)):
            known = counts.get(caption.text, ParsedCaption(caption, 0))
            ids = tuple(one.notice_id for one in found) if caption.notice_spans else ()
            counts[caption.text] = ParsedCaption(
                known.caption, known.occurrences + 1, known.notice_ids or ids
            )
    return ParsedCarrier(found, tuple(counts.values()), items=(item_of(record),))


def files_below(paths: Iterable[str]) -> Iterator[str]:
    """The files named, and below each folder named those whose names begin with no dot."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (
                os.path.join(folder, name) for name in sorted(names) if not name.startswith(".")
            )
