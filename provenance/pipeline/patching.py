"""What would mend published pages, as a unified diff: proposed, never written to a page.

Each place is changed in its own escaping (HTML text, attribute value, JSON string in a
script), and nothing else is. The changed page is read again before it is proposed: where
a place does not say what it should, or another place says something new, that place is
left to a person.
"""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provenance import pages, registry
from provenance.errors import ProvenanceError, UsageError
from provenance.fixing.compose import compose
from provenance.model import (
    AssetRef,
    Edit,
    Finding,
    MetadataRecord,
    Property,
    Rule,
    Status,
)
from provenance.pages import Change
from provenance.pipeline.reading import server_charset
from provenance.pipeline.session import Session
from provenance.pipeline.unified import Source, header_name, unified
from provenance.reporting import difference
from provenance.reporting.difference import Kind

_RULES = frozenset({Rule.LEAKED_NOTICE, Rule.ERRONEOUS_CREDIT, Rule.ERRONEOUS_MENTION})
_Key = tuple[str, Property, str]


@dataclass(frozen=True, slots=True)
class Left:
    """A place that a person must mend, and why."""

    path: str
    locator: str
    reason: str


@dataclass(frozen=True, slots=True)
class Patch:
    """A proposal.

    Attributes:
        text: the patch file's octets; empty where nothing can be proposed.
        pages: how many pages it changes.
        places: how many places in them.
        folder: where it is to be applied.
        left: what it leaves to a person.
    """

    text: bytes = b""
    pages: int = 0
    places: int = 0
    folder: str = "."
    left: tuple[Left, ...] = ()

    def command(self, file: Path) -> str:
        """How to apply it."""
        return f"patch -p0 < {shlex.quote(str(file.absolute()))}"


@dataclass(slots=True)
class _Mended:
    """One page with its changes."""

    path: str
    diff: bytes = b""
    places: int = 0
    left: list[Left] = field(default_factory=list)


def propose(session: Session, finding_ids: Sequence[str] = ()) -> Patch:
    """What would mend the pages that findings speak of.

    Args:
        session: the command's surroundings.
        finding_ids: only these (ids or their beginnings); none means all open ones on pages.

    Raises:
        UsageError: a finding that is not of a page.
        RegistryError: a finding that does not exist.
    """
    with session.registry.read() as tx:
        if finding_ids:
            asked = [registry.finding(tx, one) for one in finding_ids]
        else:
            query = registry.FindingQuery(statuses=(Status.OPEN, Status.HELD))
            asked = list(registry.findings(tx, query))
        results = registry.records(tx, {one.uri for one in asked})
    known = {
        uri: one
        for uri, one in results.items()
        if isinstance(one, MetadataRecord) and pages.is_page(one)
    }
    if finding_ids:
        _require_pages(asked, known)
    by_page: dict[str, list[Edit]] = {}
    for one in asked:
        if one.uri in known and one.rule in _RULES and one.edits:
            by_page.setdefault(one.uri, []).extend(one.edits)
    folder = _folder(by_page)
    mended = [_mend(session, known[uri], by_page[uri], folder) for uri in sorted(by_page)]
    return _joined(mended, folder)


def _require_pages(asked: Sequence[Finding], known: Mapping[str, MetadataRecord]) -> None:
    for one in asked:
        if one.uri not in known:
            raise UsageError(
                f"The finding {one.finding_id} is not of a page.",
                remedy="`provenance fix` without --patch corrects pictures.",
            )
        if one.rule not in _RULES or not one.edits:
            raise UsageError(
                f"The finding {one.finding_id} ({one.rule.value}) says nothing that a patch "
                "could put in its place.",
                remedy="Mend the page where it was made.",
            )


def _folder(uris: Mapping[str, object]) -> str:
    """Where the patch applies: the working folder if all pages are below it."""
    here = os.getcwd()
    if all(os.path.commonpath([here, uri]) == here for uri in uris):
        return here
    return os.path.commonpath([os.path.dirname(uri) for uri in uris])


def _joined(mended: Sequence[_Mended], folder: str) -> Patch:
    left = tuple(one for page in mended for one in page.left)
    changed = [page for page in mended if page.diff]
    if not changed:
        return Patch(left=left)
    lead = ["# Proposed by provenance-auditor. Apply in the pages' folder: patch -p0 < FILE"]
    lead += [f"# Left to you: {one.path}, {one.locator}: {one.reason}" for one in left]
    words = "".join(f"{' '.join(line.split())}\n" for line in lead).encode("utf-8", "replace")
    text = words + b"".join(page.diff for page in changed)
    places = sum(page.places for page in changed)
    return Patch(text, len(changed), places, folder, left)


def _mend(session: Session, record: MetadataRecord, edits: Sequence[Edit], folder: str) -> _Mended:
    page = _Mended(record.ref.display)
    uri = record.ref.uri
    wanted = _wanted(edits, page)
    try:
        data = session.store.get(AssetRef(uri, 0, "", path=record.ref.path))
    except ProvenanceError as error:
        page.left.append(Left(page.path, "the page", str(error)))
        return page
    if hashlib.sha256(data).hexdigest() != record.digest:
        reason = "it was changed since it was audited; audit it again"
        page.left.append(Left(page.path, "the page", reason))
        return page
    charset = server_charset(session.store, uri)
    source = Source.of(data, charset)
    if source is None:
        reason = "its character encoding cannot be kept in a patch"
        page.left.append(Left(page.path, "the page", reason))
        return page
    name = header_name(os.path.relpath(uri, folder))
    changes = _changes(data, charset, wanted, page)
    while changes:
        new = source.changed([one for many in changes.values() for one in many])
        wrong = _wrong((page.path, charset), data, new, {key: wanted[key] for key in changes})
        if not wrong:
            page.diff = unified(name, source, [c for many in changes.values() for c in many])
            page.places = len(changes)
            break
        for key in wrong & changes.keys() or set(changes):
            del changes[key]
            page.left.append(Left(page.path, key[0], "it cannot be changed without changing more"))
    return page


def _wanted(edits: Sequence[Edit], page: _Mended) -> dict[_Key, str]:
    """What each place is to say; two corrections of one place are made together."""
    wanted: dict[_Key, str] = {}
    for edit in edits:
        locator = edit.locator.rpartition(" picture ")[0] or edit.locator
        key = (locator, edit.property, edit.before)
        try:
            joined = compose(edit.before, wanted.get(key, edit.before), edit.after or "")
        except ProvenanceError as error:
            page.left.append(Left(page.path, locator, error.message))
            wanted.pop(key, None)
            continue
        wanted[key] = joined or ""
    return wanted


def _changes(
    data: bytes, charset: str, wanted: Mapping[_Key, str], page: _Mended
) -> dict[_Key, list[Change]]:
    found = pages.spots(page.path, data, charset, frozenset(key[0] for key in wanted))
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
            page.left.append(Left(page.path, key[0], reason))
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


def save(text: bytes, path: Path) -> None:
    """Write the patch file.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", remedy="Name another file."
        ) from error
