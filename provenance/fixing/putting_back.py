"""What an undo has to parse, done in a worker; it writes nothing.

An answer is a proposal from a process that a hostile picture may have taken over: ``former``
takes no digest, no patch and no name from here, and looks at the picture once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provenance import metadata
from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.fixing.by_value import (
    Choice,
    Place,
    Reversal,
    at_places,
    chosen,
    joined_with_another,
    reversal,
)
from provenance.fixing.patch import apply_patch, unproven_former
from provenance.metadata.making import Bytes, reread
from provenance.model import AssetRef, Conflict, Edit, Failed, FixOutcome, Held, MetadataRecord
from provenance.registry import Fix

_DECIDABLE = frozenset({"content-credentials", "octet-limit", "edits-conflict"})


@dataclass(frozen=True, slots=True)
class Task:
    """One file, the fix that values of it come from, and which."""

    data: bytes
    sha256: str
    undone: Fix
    choice: Choice


@dataclass(frozen=True, slots=True)
class PutBack:
    """A file with values put back.

    Attributes:
        data: the new bytes.
        edits: the values put back, as they were and as they are now.
        left: of values that are left as they are, why.
        in_part: other values of the fix go on standing.
        image: the image digest, which stays; None where the format has none.
        scan: the scan digest, which stays; None where the format has none.
    """

    data: bytes
    edits: tuple[Edit, ...]
    left: tuple[str, ...]
    in_part: bool
    image: str | None
    scan: str | None


@dataclass(frozen=True, slots=True)
class Former:
    """A picture whose former files are to come back whole.

    Attributes:
        stored: what the registry holds about it; of these files no values are needed.
        files: uri of each file, and the patch that gives its former bytes.
        digest: the picture's own digest once they are back, hex.
        octets: of these files as they stand.
    """

    stored: MetadataRecord
    files: tuple[tuple[str, bytes], ...]
    digest: str | None
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Fresh:
    """A picture with new bytes.

    Attributes:
        stored: what the registry holds about it.
        files: uri and new bytes of each changed file.
        digest: the picture's own digest, hex.
    """

    stored: MetadataRecord
    files: tuple[tuple[str, bytes], ...]
    digest: str | None


def read_all_former(
    store: Bytes, wanted: Sequence[Former | None]
) -> list[MetadataRecord | FixOutcome | None]:
    """``read_former`` of several pictures, in their order."""
    return [read_former(store, one) for one in wanted]


def read_former(store: Bytes, wanted: Former | None) -> MetadataRecord | FixOutcome | None:
    """What a picture will say once its former files are back; None where nobody asks.

    Whether these are the former files is not looked at here: whoever puts them back does that.
    """
    if wanted is None:
        return None
    try:
        former = [
            (uri, unproven_former(store.get(AssetRef(uri, 0, "")), patch))
            for uri, patch in wanted.files
        ]
    except ProvenanceError as error:
        return Failed(error.code, str(error))
    return read_fresh(Fresh(wanted.stored, tuple(former), wanted.digest))


def read_fresh(wanted: Fresh) -> MetadataRecord | FixOutcome:
    """What a picture says with its new bytes."""
    try:
        return reread(wanted.stored, dict(wanted.files), wanted.digest)
    except ProvenanceError as error:
        return Failed(error.code, str(error))


def put_back(task: Task) -> PutBack | FixOutcome:
    """Put the chosen values back where they stand as the fix wrote them.

    Returns:
        What was made; else why nothing is to be written: held, conflict or failed.
    """
    try:
        return _put_back(task)
    except RewriteRefusedError as error:
        return Held(str(error)) if error.code in _DECIDABLE else Failed(error.code, str(error))
    except ProvenanceError as error:
        return Failed(error.code, str(error))


def _put_back(task: Task) -> PutBack | FixOutcome:
    undone, data = task.undone, task.data
    asked = chosen(undone, task.choice)
    joined = joined_with_another(undone, asked, task.choice)
    said = metadata.read(AssetRef(undone.uri, len(data), ""), data).values
    apart = [edit for edit in asked if edit not in joined]
    back = reversal(undone, apart, said, _former_values(task))
    new, made, refused = _rewritten(data, back)
    left = (*joined.values(), *back.left, *refused)
    if not made:
        if left:
            return Conflict(" ".join(("Nothing was put back.", *left)))
        return Held("Nothing was put back: the former values stand in it already.")
    in_part = back.in_part or bool(joined) or bool(refused)
    digests = metadata.digests(data)
    return PutBack(new, made, left, in_part, digests.image, digests.scan)


def _former_values(task: Task) -> Mapping[Place, tuple[str, ...]] | None:
    """What the file said before the fix; None where somebody has changed it since."""
    undone = task.undone
    if task.sha256 != undone.after.sha256:
        return None
    former = apply_patch(task.data, undone.patch)
    return at_places(metadata.read(AssetRef(undone.uri, len(former), ""), former).values)


def _rewritten(data: bytes, back: Reversal) -> tuple[bytes, tuple[Edit, ...], list[str]]:
    """The file with the values put back, which these were, and which cannot be set again."""
    refused: list[str] = []
    edits = [edit for edit in back.edits if edit.before]
    for edit in back.edits:
        if edit.before:
            continue
        try:
            metadata.rewrite(data, [edit])
        except RewriteRefusedError as error:
            if error.code in _DECIDABLE:
                raise
            refused.append(f"{edit.locator} stays empty: {error}")
        else:
            edits.append(edit)
    return metadata.rewrite(data, edits), tuple(edits), refused
