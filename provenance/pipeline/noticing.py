"""Take up notices: from files that a person brings, from the desk itself, from captions."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from provenance import captions, identifiers, metadata, registry
from provenance import notices as grammar
from provenance.errors import NoticeError, ProvenanceError, UsageError
from provenance.matching import embedded_notices
from provenance.model import (
    AssetRef,
    Authority,
    Event,
    MetadataRecord,
    Notice,
    Property,
    Target,
    TargetKind,
)
from provenance.notices import ParsedCaption, ParsedCarrier
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.storage import LocalStore

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


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
    """What files say, before anybody takes it up."""

    notices: tuple[Notice, ...] = ()
    captions: tuple[ParsedCaption, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse_files(
    paths: Iterable[str], *, received: str | None = None, received_by: str | None = None
) -> Parsed:
    """Read notices and captions out of files and folders; one bad file never stops the rest."""
    store = LocalStore()
    problems: list[Problem] = []
    found: list[Notice] = []
    seen: list[ParsedCaption] = []
    for path in _files(paths):
        carrier = _parse_one(store, path, received, received_by)
        if isinstance(carrier, Problem):
            problems.append(carrier)
            continue
        problems.extend(Problem(path, one.code, one.message, one.remedy) for one in carrier.errors)
        found.extend(carrier.notices)
        seen.extend(carrier.captions)
    return Parsed(grammar.merge(found), tuple(seen), tuple(problems))


def _parse_one(
    store: LocalStore, path: str, received: str | None, received_by: str | None
) -> ParsedCarrier | Problem:
    uri = os.path.abspath(path)
    try:
        data = store.get(AssetRef(uri, 0, "", path=path))
        if metadata.sniff(data[: metadata.SNIFF_LENGTH]) is not None:
            ref = AssetRef(uri, len(data), "", path=path)
            return _in_picture(metadata.read(ref, data, digests=True), received, received_by)
        return grammar.parse_file(path, data, received=received, received_by=received_by)
    except ProvenanceError as error:
        return Problem(path, error.code, error.message, error.remedy)


def _in_picture(
    record: MetadataRecord, received: str | None, received_by: str | None
) -> ParsedCarrier:
    """What a retransmitted picture says in its captions, bound to that picture."""
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
    return ParsedCarrier(found, tuple(counts.values()))


def _files(paths: Iterable[str]) -> Iterator[str]:
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


def bring(session: Session, paths: Sequence[str]) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """Take up notices on the word of the session's agent.

    Returns:
        The notices as they now stand, and what could not be read. A file without any
        notice is a problem too: somebody thought that it holds one.
    """
    found: list[Notice] = []
    problems: list[Problem] = []
    for path in _files(paths):
        parsed = parse_files([path], received=session.clock(), received_by=session.agent)
        problems.extend(parsed.problems)
        found.extend(replace(one, authority=Authority.BROUGHT) for one in parsed.notices)
        if not parsed.notices and not parsed.problems:
            problems.append(
                Problem(
                    path,
                    "no-notice",
                    f"{path} holds no notice of a form that is known.",
                    "Take the correction up by hand with `provenance notices new`.",
                )
            )
    return _keep(session, grammar.merge(found)), tuple(problems)


def correct_in_house(
    session: Session,
    *,
    wrong: str | None,
    right: str | None,
    prop: Property,
    targets: Sequence[str],
) -> Notice:
    """The desk corrects its own error: a notice on the word of the session's agent.

    Args:
        session: the command's surroundings.
        wrong: the value that is wrong.
        right: the value that is right.
        prop: of which property.
        targets: files (named by their digests, so that every copy is found), SHA-256
            digests, or agency identifiers.

    Raises:
        UsageError: no target, no values, or a target that is none of these.
    """
    named = [target for text in targets for target in _targets(session, text)]
    try:
        notice = grammar.in_house(
            wrong=wrong,
            right=right,
            prop=prop,
            targets=named,
            agent=session.agent,
            received=session.clock(),
        )
    except NoticeError as error:
        raise UsageError(error.message, code=error.code, remedy=error.remedy) from error
    return _keep(session, [notice])[0]


def _targets(session: Session, text: str) -> Iterator[Target]:
    if os.path.isfile(text):
        data = session.store.get(AssetRef(os.path.abspath(text), 0, "", path=text))
        digests = metadata.digests(data)
        yield Target(TargetKind.DIGEST, f"sha256:{digests.sha256}")
        if digests.scan:
            yield Target(TargetKind.DIGEST, f"scan:{digests.scan}")
    elif match := _SHA256.fullmatch(text):
        yield Target(TargetKind.DIGEST, f"sha256:{match.group(1).lower()}")
    elif os.sep in text:
        raise UsageError(
            f"There is no file {text}.",
            remedy="A target is a file, a SHA-256 digest, or an agency's identifier.",
        )
    elif not identifiers.find(text) and identifiers.belongs_to(text):
        raise UsageError(
            f"{text!r} could be the code of {' or '.join(identifiers.belongs_to(text))}.",
            remedy="Write it as the agency prints it: 000_36NV2QL, GettyImages-1160293129.",
        )
    else:
        yield Target(TargetKind.IDENTIFIER, text)


def retract(session: Session, notice_id: str, reason: str) -> Notice:
    """Retract a notice: it finds nothing any more. What was done under it stays on record."""
    with session.registry.write() as tx:
        former = registry.notice(tx, notice_id)
        retracted = registry.retract(tx, former.notice_id, session.agent, session.clock())
        if former.retracted is None:
            session.record(
                tx,
                Event(
                    "notice.retract",
                    agents=session.agents(),
                    why=(("notice", former.notice_id),),
                    detail=(("reason", reason),),
                ),
            )
    session.log.checkpoint(session.registry, session.clock())
    return retracted


def _keep(session: Session, found: Sequence[Notice]) -> tuple[Notice, ...]:
    if not found:
        return ()
    with session.registry.write() as tx:
        stand = take_up(session, tx, found, session.new_run("notices"))
    session.log.checkpoint(session.registry, session.clock())
    return stand


def take_up(
    session: Session, tx: Transaction, found: Sequence[Notice], run_id: str
) -> tuple[Notice, ...]:
    """Register notices and log those that are new or came with more authority than before."""
    if not found:
        return ()
    known = {(one.notice_id, one.authority) for one in registry.notices(tx, active_only=False)}
    stand = registry.put_notices(tx, found, session.clock())
    session.record(
        tx,
        *(
            Event(
                "notice.import",
                agents=session.agents(),
                tx=run_id,
                why=(("notice", one.notice_id), ("authority", one.authority.value)),
                detail=(
                    ("provider", one.provider or ""),
                    ("kind", one.kind.value),
                    ("source", one.source_digest),
                    ("received", one.received or ""),
                    ("text", hashlib.sha256(one.text.encode("utf-8", "replace")).hexdigest()),
                ),
            )
            for one in stand
            if (one.notice_id, one.authority) not in known
        ),
    )
    return stand
