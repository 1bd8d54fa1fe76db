"""What is to change in the source of a published page, worked out in a worker.

A page is parsed here and nowhere else. The answer is a proposal from a process that a hostile
page may have taken over: it names characters of that page, and ``patching`` makes the patch of
them from the page that it read itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from provenance import pages
from provenance.errors import ProvenanceError
from provenance.fixing.compose import compose
from provenance.model import AssetRef, Edit, Property
from provenance.pages import Change
from provenance.pipeline.reading import server_charset
from provenance.pipeline.unified import Source
from provenance.reporting import difference
from provenance.reporting.difference import Kind
from provenance.storage import LocalStore

_Key = tuple[str, Property, str]


@dataclass(frozen=True, slots=True)
class Left:
    """A place that a person must mend, and why."""

    path: str
    locator: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A page and what is to be changed in it.

    Attributes:
        uri: where it is.
        path: as the user gave it.
        sha256: of the page that was audited, hex.
        edits: the values to change.
    """

    uri: str
    path: str
    sha256: str | None
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """What is to change in a page.

    Attributes:
        changes: of its characters, apart from each other; none where nothing can be proposed.
        places: how many places those are.
        left: what is left to a person.
    """

    changes: tuple[Change, ...]
    places: int
    left: tuple[Left, ...]


def unchanged(store: LocalStore, asked: Asked) -> bytes | Left:
    """The page as it was audited, or why it cannot be had."""
    try:
        data = store.get(AssetRef(asked.uri, 0, "", path=asked.path))
    except ProvenanceError as error:
        return Left(asked.path, "the page", str(error))
    if hashlib.sha256(data).hexdigest() != asked.sha256:
        reason = "it was changed since it was audited; audit it again"
        return Left(asked.path, "the page", reason)
    return data


def mend(store: LocalStore, asked: Asked) -> Mended:
    """Work out what would mend a page; work for a worker."""
    path = asked.path
    left: list[Left] = []
    wanted = _wanted(asked.edits, left, path)
    data = unchanged(store, asked)
    if isinstance(data, Left):
        return Mended((), 0, (*left, data))
    charset = server_charset(store, asked.uri)
    source = Source.of(data, charset)
    if source is None:
        reason = "its character encoding cannot be kept in a patch"
        return Mended((), 0, (*left, Left(path, "the page", reason)))
    changes = _changes((path, data, charset), wanted, left)
    while changes:
        new = source.changed([one for many in changes.values() for one in many])
        wrong = _wrong((path, charset), data, new, {key: wanted[key] for key in changes})
        if not wrong:
            break
        for key in wrong & changes.keys() or set(changes):
            del changes[key]
            left.append(Left(path, key[0], "it cannot be changed without changing more"))
    made = tuple(one for many in changes.values() for one in many)
    return Mended(made, len(changes), tuple(left))


def is_sound(answer: object, source: Source | None) -> TypeGuard[Mended]:
    """Whether an answer has the form of changes of this very page, whoever wrote it.

    Args:
        answer: of ``mend``, or of who took its process over.
        source: the page; None where there can be no changes.
    """
    if not isinstance(answer, Mended) or type(answer.places) is not int:
        return False
    length = -1 if source is None else sum(map(len, source.lines))
    return (
        isinstance(answer.changes, tuple)
        and isinstance(answer.left, tuple)
        and all(_is_within(one, length) for one in answer.changes)
        and all(map(_is_left, answer.left))
    )


def _is_within(change: object, length: int) -> bool:
    return (
        isinstance(change, Change)
        and type(change.start) is int
        and type(change.end) is int
        and 0 <= change.start <= change.end <= length
        and isinstance(change.text, str)
    )


def _is_left(left: object) -> bool:
    return isinstance(left, Left) and all(
        isinstance(word, str) for word in (left.path, left.locator, left.reason)
    )


def _wanted(edits: Sequence[Edit], left: list[Left], path: str) -> dict[_Key, str]:
    """What each place is to say; two corrections of one place are made together."""
    wanted: dict[_Key, str] = {}
    for edit in edits:
        locator = edit.locator.rpartition(" picture ")[0] or edit.locator
        key = (locator, edit.property, edit.before)
        try:
            joined = compose(edit.before, wanted.get(key, edit.before), edit.after or "")
        except ProvenanceError as error:
            left.append(Left(path, locator, error.message))
            wanted.pop(key, None)
            continue
        wanted[key] = joined or ""
    return wanted


def _changes(
    page: tuple[str, bytes, str], wanted: Mapping[_Key, str], left: list[Left]
) -> dict[_Key, list[Change]]:
    path, data, charset = page
    found = pages.spots(path, data, charset, frozenset(key[0] for key in wanted))
    made: dict[_Key, list[Change]] = {}
    taken: dict[tuple[int, int], Change] = {}
    for key, after in wanted.items():
        spot = found.get(key)
        mine = None if spot is None else _of_spot(spot, after)
        reason = ""
        if mine is None:
            reason = "its exact place in the source cannot be told"
        elif _collides(mine, taken):
            reason = "another correction changes the same words"
        if mine is None or reason:
            left.append(Left(path, key[0], reason))
            continue
        taken.update(((one.start, one.end), one) for one in mine)
        made[key] = mine
    return made


def _of_spot(spot: pages.Spot, after: str) -> list[Change] | None:
    """The changes of the source that turn a value into another, word by word."""
    changes: list[Change] = []
    at = 0
    runs = difference.words(spot.text, after)
    for number, run in enumerate(runs):
        before = runs[number - 1].kind if number else Kind.SAME
        if run.kind is Kind.SAME:
            at += len(run.text)
            continue
        if run.kind is Kind.NEW and before is Kind.GONE:
            continue
        following = runs[number + 1] if number + 1 < len(runs) else None
        put = following.text if following and following.kind is Kind.NEW else ""
        gone = run.text if run.kind is Kind.GONE else ""
        made = spot.change(at, at + len(gone), put if gone else run.text)
        if made is None:
            return None
        changes += made
        at += len(gone)
    return changes


def _collides(mine: Sequence[Change], taken: Mapping[tuple[int, int], Change]) -> bool:
    """Whether a change touches what another place's correction changes otherwise.

    A credit in a caption is in the caption's own text, too: the same change twice is one.
    """
    return any(
        one != other and one.start < other.end and other.start < one.end
        for one in mine
        for other in taken.values()
    )


def _wrong(
    named: tuple[str, str], data: bytes, new: bytes, wanted: Mapping[_Key, str]
) -> set[_Key]:
    """The places that would not say what they should, and a mark where anything else changed."""
    name, charset = named
    before = _said(name, data, charset)
    after = _said(name, new, charset)
    expected = dict(before)
    for (locator, prop, text), put in wanted.items():
        expected[locator.partition(" chars ")[0], prop] = expected.get(
            (locator.partition(" chars ")[0], prop), ""
        ).replace(text, put, 1)
    strange = {
        place
        for place in expected.keys() | after.keys()
        if _plain(expected.get(place, "")) != _plain(after.get(place, ""))
    }
    if not strange:
        return set()
    return {key for key in wanted if (key[0].partition(" chars ")[0], key[1]) in strange} or set(
        wanted
    )


def _plain(text: str) -> str:
    return "".join(text.split())


def _said(name: str, data: bytes, charset: str) -> dict[tuple[str, Property], str]:
    """What each place says, all captions of one text together."""
    said: dict[tuple[str, Property], str] = {}
    for one in pages.read(name, data, charset).captions:
        for place in one.places:
            key = (place.locator.partition(" chars ")[0], one.property)
            said[key] = said.get(key, "") + one.text
    return said
