"""What applying and undoing share before a batch: refusals, results, batches of a size."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from provenance.errors import ConflictError, StorageError
from provenance.fixing.account import told_of
from provenance.fixing.batch import FileChange, Group
from provenance.fixing.desk import Progress
from provenance.model import Conflict, Failed, FixOutcome, Held, MetadataRecord
from provenance.registry import Registry, records, runs
from provenance.storage.replace import Original, Replacer, WriteOptions

Item = TypeVar("Item")

BATCH_ITEMS = 64
# The first batch is small, and each one twice the one before: writing begins soon.
_FIRST_ITEMS = 16
# One batch is written while the next one is drafted: together 256 MiB.
BATCH_OCTETS = 128 << 20

_HANDFUL = 8

# What a person can allow; every other refusal of a file is a failure.
_ALLOWABLE = frozenset({"hard-linked", "read-only", "immutable"})


class RefusedItemError(Exception):
    """An item that comes to its end before anything is written; never leaves this room."""

    def __init__(self, result: FixOutcome) -> None:
        super().__init__()
        self.result = result


class Results:
    """The outcomes by their place in what was asked for."""

    def __init__(self, number: int, progress: Progress) -> None:
        self._number = number
        self._progress = progress
        self._found: dict[int, tuple[FixOutcome, tuple[str, ...]]] = {}

    def put(self, place: int, result: FixOutcome, notes: Sequence[str] = ()) -> None:
        """One item has come to its end."""
        self._found[place] = (result, tuple(notes))
        self._progress(len(self._found), self._number)

    def take(self, groups: Sequence[Group]) -> None:
        """A batch has come to its end."""
        for group in groups:
            assert group.result is not None, "a batch leaves no group without result"
            self.put(group.number, group.result, group.notes)

    def of(self, place: int) -> tuple[FixOutcome, tuple[str, ...]]:
        """Result and notes of one item."""
        return self._found[place]

    def counts(self) -> dict[str, int]:
        """How many of each kind, for the registry."""
        return dict(Counter(type(result).__name__.lower() for result, _ in self._found.values()))


def in_batches(groups: Iterable[Group | None]) -> Iterator[list[Group]]:
    """Give groups together, at most 64 items and about 128 MiB of bytes at a time.

    A group is asked for only when those before it have been dealt with, or still fit.

    Args:
        groups: in order; None stands for an item that was refused. It counts, so that the
            folders it was looked for in are not held open without end.
    """
    batch: list[Group] = []
    items = octets = 0
    most = min(_FIRST_ITEMS, BATCH_ITEMS)
    for group in groups:
        items += 1
        if group is not None:
            batch.append(group)
            octets += sum(len(c.new_bytes) + len(c.original.data) for c in group.changes)
        if items >= most or octets >= BATCH_OCTETS:
            yield batch
            batch, items, octets = [], 0, 0
            most = min(2 * most, BATCH_ITEMS)
    if items:
        yield batch


def at_once(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Tasks for workers in handfuls, for each journey has its price.

    Few enough that the first ones come back soon.
    """
    rest = iter(items)
    while handful := list(islice(rest, _HANDFUL)):
        yield handful


def take(replacer: Replacer, uri: str, expected_sha256: str | None, changed: str) -> Original:
    """Read a file that is to be replaced.

    Args:
        replacer: holds the folders open.
        uri: the file.
        expected_sha256: the digest that it must have, hex; None where any will do.
        changed: what to tell a person where the file has another digest.

    Raises:
        RefusedItemError: held, conflict or failed, by what stood in the way.
    """
    try:
        original = replacer.take(uri)
    except StorageError as error:
        if error.code in _ALLOWABLE:
            raise RefusedItemError(Held(str(error))) from error
        if error.code == ConflictError.code:
            raise RefusedItemError(Conflict(str(error))) from error
        raise RefusedItemError(Failed(error.code, str(error))) from error
    if expected_sha256 not in {None, original.sha256}:
        raise RefusedItemError(Conflict(f"{uri}: {changed}"))
    return original


def group_of(
    number: int,
    changes: Sequence[FileChange],
    stored: MetadataRecord | None,
    read: MetadataRecord | None,
) -> Group:
    """The files of one picture as a group, with what the picture will say.

    Args:
        number: the place among all that was asked for.
        changes: the files, the picture's own first where it is one of them.
        stored: what the registry holds about the picture.
        read: what a worker read in the new bytes; without it the next scan reads them.
    """
    first = changes[0].fix
    record = None
    if stored is not None and read is not None:
        digest = first.after.sha256 if first.uri == first.asset_uri else stored.digest
        record = told_of(stored, read, digest)
    return Group(number, list(changes), first.before, first.after, record)


def with_named_roots(registry: Registry, options: WriteOptions) -> WriteOptions:
    """The options, with the folders that people named for scanning where none are given.

    A symbolic link at or above a folder that a person named is that person's word.
    """
    if options.roots:
        return options
    with registry.read() as tx:
        named = {root for run in runs(tx) for root in run.roots}
    # Who named a single file named its folder with it.
    named |= {os.path.dirname(root) for root in named}
    return replace(options, roots=tuple(sorted(named)))


def known_records(registry: Registry, uris: Iterable[str]) -> Mapping[str, MetadataRecord]:
    """What the registry holds about pictures that could be read."""
    with registry.read() as tx:
        found = records(tx, uris)
    return {uri: one for uri, one in found.items() if isinstance(one, MetadataRecord)}
