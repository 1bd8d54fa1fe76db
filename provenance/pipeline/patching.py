"""What would mend published pages, as a unified diff: proposed, never written to a page.

Each place is changed in its own escaping (HTML text, attribute value, JSON string in a
script), and nothing else is. The changed page is read again before it is proposed: where
a place does not say what it should, or another place says something new, that place is
left to a person. Both are done in a worker (``mending``); the patch is made here, of the page
that this process read, so that it can speak of no other file.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from provenance import isolation, pages, registry
from provenance.errors import UsageError
from provenance.model import Edit, Finding, MetadataRecord, Rule, Status
from provenance.pipeline import mending
from provenance.pipeline.mending import Asked, Left, Mended
from provenance.pipeline.reading import server_charset
from provenance.pipeline.session import Session
from provenance.pipeline.unified import Source, header_name, unified
from provenance.storage import LocalStore

_RULES = frozenset({Rule.LEAKED_NOTICE, Rule.ERRONEOUS_CREDIT, Rule.ERRONEOUS_MENTION})


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


@dataclass(frozen=True, slots=True)
class _Page:
    """One page with what came of it."""

    diff: bytes = b""
    places: int = 0
    left: tuple[Left, ...] = ()


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
    wanted = [
        Asked(uri, known[uri].ref.display, known[uri].digest, tuple(by_page[uri]))
        for uri in sorted(by_page)
    ]
    return _joined(_mended(session, wanted, folder), folder)


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


def _joined(mended: Sequence[_Page], folder: str) -> Patch:
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


def _mended(session: Session, asked: Sequence[Asked], folder: str) -> list[_Page]:
    if not asked:
        return []
    store = session.store
    isolation.prepare(mending.__name__)
    with isolation.Pool(min(session.jobs, len(asked))) as workers:
        answers = workers.run(partial(mending.mend, store), asked)
        return [_page(store, *one, folder) for one in zip(asked, answers, strict=True)]


def _page(store: LocalStore, asked: Asked, answer: Mended | isolation.Died, folder: str) -> _Page:
    """The patch of one page, of the page as this process reads it."""
    if isinstance(answer, isolation.Died):
        return _untouched(asked, f"{answer.reason} {answer.remedy}")
    data = mending.unchanged(store, asked)
    if isinstance(data, Left):
        return _Page(left=(data,))
    source = Source.of(data, server_charset(store, asked.uri))
    if not mending.is_sound(answer, source):
        return _untouched(asked, "what a worker process made of the page is no change of it")
    if source is None or not answer.changes:
        return _Page(left=answer.left)
    name = header_name(os.path.relpath(asked.uri, folder))
    return _Page(unified(name, source, answer.changes), answer.places, answer.left)


def _untouched(asked: Asked, reason: str) -> _Page:
    return _Page(left=(Left(asked.path, "the page", reason),))


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
