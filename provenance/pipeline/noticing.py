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
from provenance.matching import embedded_notices, item_keys, item_of
from provenance.matching.items import PICTURE_FORMAT
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
from provenance.notices import ParsedCaption, ParsedCarrier, life
from provenance.notices.files import parse_file
from provenance.notices.identity import Aliases
from provenance.notices.wires.item import Item
from provenance.pipeline.session import Session
from provenance.registry import StoredItem, Transaction
from provenance.rules import is_unsaid
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
    """What files say, before anybody takes it up.

    ``items`` are the versions of pictures that came with them, notices or not.
    """

    notices: tuple[Notice, ...] = ()
    captions: tuple[ParsedCaption, ...] = ()
    problems: tuple[Problem, ...] = ()
    items: tuple[StoredItem, ...] = ()


def parse_files(
    paths: Iterable[str], *, received: str | None = None, received_by: str | None = None
) -> Parsed:
    """Read notices and captions out of files and folders; one bad file never stops the rest."""
    store = LocalStore()
    receipt = (received, received_by)
    problems: list[Problem] = []
    found: list[Notice] = []
    seen: list[ParsedCaption] = []
    items: list[StoredItem] = []
    for path in _files(paths):
        try:
            data = store.get(AssetRef(os.path.abspath(path), 0, "", path=path))
            carrier = _parse_one(path, data, receipt)
        except ProvenanceError as error:
            problems.append(Problem(path, error.code, error.message, error.remedy))
            continue
        carriers = [carrier]
        for name, content in carrier.attached:
            try:
                carriers.append(_attached(path, name, content, receipt))
            except ProvenanceError as error:
                problems.append(Problem(path, error.code, error.message, error.remedy))
        digest = hashlib.sha256(data).hexdigest()
        for one in carriers:
            problems.extend(Problem(path, e.code, e.message, e.remedy) for e in one.errors)
            found.extend(one.notices)
            seen.extend(one.captions)
            items.extend(stored_item(item, digest, received) for item in one.items)
    return Parsed(grammar.merge(found), tuple(seen), tuple(problems), tuple(items))


def stored_item(item: Item, digest: str, received: str | None) -> StoredItem:
    """A version of a picture as the registry keeps it, with the keys that lead to it."""
    return StoredItem(item, digest, received, item_keys(item))


_Receipt = tuple[str | None, str | None]


def _parse_one(path: str, data: bytes, receipt: _Receipt) -> ParsedCarrier:
    if metadata.sniff(data[: metadata.SNIFF_LENGTH]) is not None:
        ref = AssetRef(os.path.abspath(path), len(data), "", path=path)
        return _in_picture(metadata.read(ref, data, digests=True), receipt)
    received, received_by = receipt
    return parse_file(path, data, received=received, received_by=received_by)


def _attached(path: str, name: str, data: bytes, receipt: _Receipt) -> ParsedCarrier:
    """A picture that came with a mail is read like one that came alone."""
    if metadata.sniff(data[: metadata.SNIFF_LENGTH]) is None:
        return ParsedCarrier()
    shown = f"{path}: {name}" if name else path
    # Only the name counts in the uri: an identifier may stand in it.
    inside = os.path.join(os.path.abspath(path), os.path.basename(name) or "attachment")
    ref = AssetRef(inside, len(data), "", path=shown)
    return _in_picture(metadata.read(ref, data, digests=True), receipt)


def _in_picture(record: MetadataRecord, receipt: _Receipt) -> ParsedCarrier:
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
    items: list[StoredItem] = []
    problems: list[Problem] = []
    for path in _files(paths):
        parsed = parse_files([path], received=session.clock(), received_by=session.agent)
        problems.extend(parsed.problems)
        found.extend(replace(one, authority=Authority.BROUGHT) for one in parsed.notices)
        items.extend(parsed.items)
        if not parsed.notices and not parsed.problems and not _is_version(parsed.items):
            problems.append(
                Problem(
                    path,
                    "no-notice",
                    f"{path} holds no notice of a form that is known.",
                    "Take the correction up by hand with `provenance notices new`.",
                )
            )
    return _keep(session, grammar.merge(found), items), tuple(problems)


def _is_version(items: Sequence[StoredItem]) -> bool:
    """Whether a wire brought it: then it is a version of its picture, and need be no notice."""
    return any(one.item.format != PICTURE_FORMAT for one in items)


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
        superseded = [
            one.notice_id
            for one in registry.notices_of_items(tx, [former.item])
            if one.superseded_by == former.notice_id
        ]
        retracted = registry.retract(tx, former.notice_id, session.agent, session.clock())
        if former.retracted is None:
            # What it had superseded speaks again.
            judged = _judge(tx, [former.item])
            restored = [one for one in superseded if judged[one].superseded_by is None]
            again = (("restores", " ".join(restored)),) if restored else ()
            session.record(
                tx,
                Event(
                    "notice.retract",
                    agents=session.agents(),
                    why=(("notice", former.notice_id),),
                    detail=(("reason", reason), *again),
                ),
            )
    session.log.checkpoint(session.registry, session.clock())
    return retracted


def _keep(
    session: Session, found: Sequence[Notice], items: Sequence[StoredItem] = ()
) -> tuple[Notice, ...]:
    if not found and not items:
        return ()
    with session.registry.write() as tx:
        put_versions(session, tx, items)
        stand = take_up(session, tx, found, session.new_run("notices"))
        # A version without mark may take back what was withdrawn before.
        _judge(tx, [one.item.guid for one in items])
    session.log.checkpoint(session.registry, session.clock())
    return stand


def put_versions(session: Session, tx: Transaction, items: Sequence[StoredItem]) -> None:
    """Keep versions of pictures; assets of those that are new are looked at again."""
    fresh = registry.put_items(tx, items, session.clock())
    keys = {key for one in fresh for key in one.keys}
    reached = {uri for uris in registry.by_keys(tx, keys).values() for uri in uris}
    registry.mark_examined(tx, reached, "")


def own_version(record: MetadataRecord, found: Iterable[Notice]) -> StoredItem | None:
    """The version of the picture that a correction without values came in, else None.

    Once the notice is stripped from the file, nothing else tells what it said then.
    """
    for one in found:
        if is_unsaid(one):
            return stored_item(item_of(record), one.source_digest, one.received)
    return None


def take_up(
    session: Session, tx: Transaction, found: Sequence[Notice], run_id: str
) -> tuple[Notice, ...]:
    """Register notices and log those that are new or came with more authority than before.

    What says the same as a known notice, of the same pictures, is that notice. Which version
    of an item speaks is judged anew in the same transaction.
    """
    if not found:
        return ()
    every = registry.notices(tx, active_only=False)
    known = {(one.notice_id, one.authority) for one in every}
    aliases = Aliases(every)
    found = [aliases.under_known_id(one) for one in found]
    stand = registry.put_notices(tx, found, session.clock())
    judged = _judge(tx, [one.item for one in stand])
    stand = tuple(judged.get(one.notice_id, one) for one in stand)
    session.record(
        tx,
        *(
            _import(session, one, run_id, judged)
            for one in stand
            if (one.notice_id, one.authority) not in known
        ),
    )
    return stand


def _judge(tx: Transaction, guids: Iterable[str]) -> dict[str, Notice]:
    """Judge which version of each item speaks; return its notices as they now stand."""
    asked = list(dict.fromkeys(guid for guid in guids if guid))
    former = registry.notices_of_items(tx, asked)
    if not former:
        return {}
    items = [one.item for one in registry.items_of_guids(tx, asked)]
    judged = life.standing(former, items)
    registry.put_standing(tx, [now for was, now in zip(former, judged, strict=True) if was != now])
    return {one.notice_id: one for one in judged}


def _import(session: Session, one: Notice, run_id: str, judged: dict[str, Notice]) -> Event:
    detail = [
        ("provider", one.provider or ""),
        ("kind", one.kind.value),
        ("source", one.source_digest),
        ("received", one.received or ""),
        ("text", hashlib.sha256(one.text.encode("utf-8", "replace")).hexdigest()),
    ]
    if one.superseded_by:
        detail.append(("supersededBy", one.superseded_by))
    replaced = sorted(o.notice_id for o in judged.values() if o.superseded_by == one.notice_id)
    if replaced:
        detail.append(("supersedes", " ".join(replaced)))
    return Event(
        "notice.import",
        agents=session.agents(),
        tx=run_id,
        why=(("notice", one.notice_id), ("authority", one.authority.value)),
        detail=tuple(detail),
    )
