"""The new bytes of a picture's files, made where untrusted bytes are parsed: in a worker.

A worker is given names and digests, reads the files itself, and answers with what is to
change in them; so the bytes of a picture cross no pipe, and what waits for the writer
weighs little. Its answer is a proposal from a process that a hostile picture may have taken
over. ``fixing.apply`` therefore builds the new file from the original that it read itself, and
relies on no digest, patch or name from here:

- which file is written, and under what digest of the old bytes, comes from the plan;
- the way back is made from the old and the new bytes by the program itself, so an undo gives
  the old file back whatever a worker did;
- the digest that is announced is taken of the new bytes by the program itself.

What remains: a worker that was taken over could make false credits for a file that was to be
corrected anyway, and say false things about it to the registry. It cannot touch the picture,
which is compared once more outside (``keeps_picture``), but where only ExifTool knows the
format.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeGuard

from provenance.errors import ConflictError, ProvenanceError, RewriteRefusedError
from provenance.metadata.digests import digests
from provenance.metadata.record import read
from provenance.metadata.rewriting import rewrite
from provenance.metadata.splicing import Splice
from provenance.model import (
    AssetRef,
    Conflict,
    Container,
    Edit,
    Failed,
    FixOutcome,
    Held,
    MetadataRecord,
    PropertyValue,
)

# What a person can decide; every other refusal of an edit is a failure.
_DECIDABLE = frozenset({"content-credentials", "octet-limit", "edits-conflict"})
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class WantedFile:
    """One file of a picture and what is to be made of it.

    Attributes:
        uri: where it is.
        path: as the user gave it, for messages.
        sha256: of the bytes that the edits were planned for, hex.
        edits: the values to change.
    """

    uri: str
    path: str
    sha256: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files of one picture that change together.

    Attributes:
        uri: the picture.
        files: in the order in which they are to be made.
        stored: what the registry holds about the picture (``without`` what these files say);
            None where it holds nothing.
    """

    uri: str
    files: tuple[WantedFile, ...]
    stored: MetadataRecord | None = None


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A new file as a change of the old one.

    Attributes:
        splice: makes the new bytes of the old ones.
        image: image digest of both, hex; None where the format has none.
    """

    splice: Splice
    image: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """The files of one picture, in the order asked for, and what the picture will say."""

    files: tuple[MadeFile, ...]
    record: MetadataRecord | None


class Bytes(Protocol):
    """Where files are read from."""

    def get(self, ref: AssetRef) -> bytes:
        """The whole file; raises ``StorageError`` where it cannot be had."""
        ...


def make_all(store: Bytes, wanted: Sequence[Wanted]) -> list[Made | FixOutcome]:
    """``make`` of several pictures, in their order."""
    return [make(store, one) for one in wanted]


def make(store: Bytes, wanted: Wanted) -> Made | FixOutcome:
    """Make the new bytes of each file of a picture; writes nothing.

    Args:
        store: gives the files.
        wanted: the files and the edits.

    Returns:
        What is to change, or how the picture ends where that cannot be: held, conflict or
        failed.
    """
    files: list[MadeFile] = []
    fresh: dict[str, bytes] = {}
    try:
        for file in wanted.files:
            old = store.get(AssetRef(file.uri, 0, "", (), file.path))
            image = known_image_digest(file.uri, file.sha256, wanted.stored)
            image = image if image is not None else digests(old).image
            new = fresh[file.uri] = rewrite(old, file.edits)
            files.append(MadeFile(Splice.between(old, new), image))
        stored = wanted.stored
        record = reread(stored, fresh, stored.digest) if stored is not None else None
    except ConflictError as error:
        return Conflict(str(error))
    except ProvenanceError as error:
        if isinstance(error, RewriteRefusedError) and error.code in _DECIDABLE:
            return Held(str(error))
        return Failed(error.code, str(error))
    return Made(tuple(files), record)


def is_sound(answer: object, number: int) -> TypeGuard[Made]:
    """Whether an answer has the form of one for so many files, whoever wrote it."""
    return (
        isinstance(answer, Made)
        and isinstance(answer.files, tuple)
        and len(answer.files) == number
        and all(map(_is_file, answer.files))
        and (answer.record is None or isinstance(answer.record, MetadataRecord))
    )


def _is_file(made: object) -> bool:
    return (
        isinstance(made, MadeFile)
        and isinstance(made.splice, Splice)
        and isinstance(made.splice.middle, bytes)
        and type(made.splice.front) is int
        and type(made.splice.back) is int
        and (made.image is None or _is_digest(made.image))
    )


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def known_image_digest(uri: str, sha256: str, stored: MetadataRecord | None) -> str | None:
    """The image digest that the registry holds of these very bytes; None where it holds none.

    Args:
        uri: a file.
        sha256: of its bytes, hex.
        stored: what the registry holds about the picture.
    """
    if stored is not None and (stored.ref.uri, stored.digest) == (uri, sha256):
        return stored.image_digest
    return None


def without(stored: MetadataRecord, uris: Collection[str]) -> MetadataRecord:
    """What the registry holds, but for the values of files that will be read again.

    It is all that ``make`` and ``reread`` need, and travels at half the price.
    """
    kept = (
        value
        for value in stored.values
        if (value.uri if value.container is Container.SIDECAR else stored.ref.uri) not in uris
    )
    return replace(stored, values=tuple(kept))


def reread(
    stored: MetadataRecord, changed: Mapping[str, bytes], sha256: str | None
) -> MetadataRecord:
    """The record of a picture whose own file, or a sidecar of which, has new bytes.

    Only what changed is parsed. The image digest and the scan digest stand: the rewriting
    has proved that no octet they cover was touched.

    Args:
        stored: the record before.
        changed: uri of each changed file to its new bytes.
        sha256: the picture's digest now, hex; None where it was never taken.

    Raises:
        UnreadableError: the new bytes do not read.
    """
    ref = stored.ref
    own = tuple(value for value in stored.values if value.container is not Container.SIDECAR)
    record = stored
    if ref.uri in changed:
        record = read(ref, changed[ref.uri])
        own = record.values
    beside: list[PropertyValue] = []
    for sidecar in ref.sidecars:
        if sidecar.uri in changed:
            beside += read(sidecar, changed[sidecar.uri]).values
        else:
            beside += [value for value in stored.values if value.uri == sidecar.uri]
    return replace(
        record,
        digest=sha256,
        image_digest=stored.image_digest,
        scan_digest=stored.scan_digest,
        values=(*own, *beside),
    )
