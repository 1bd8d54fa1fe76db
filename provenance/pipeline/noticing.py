"""Take up notices: from files that a person brings, from the desk itself, from captions."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from provenance import identifiers, isolation, metadata, registry
from provenance import notices as grammar
from provenance.duties import BROUGHT
from provenance.errors import NoticeError, UnreadableError, UsageError
from provenance.matching import item_of
from provenance.matching.items import PICTURE_FORMAT
from provenance.model import (
    AssetRef,
    Authority,
    DutyAct,
    DutyState,
    Event,
    ItemClass,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
    Target,
    TargetKind,
)
from provenance.notices import life
from provenance.notices.identity import Aliases
from provenance.pipeline.carriers import Problem, parse_each, stored_item
from provenance.pipeline.reading import digest_file, octets_of
from provenance.pipeline.session import Session
from provenance.registry import StoredItem, Transaction
from provenance.rules import is_unsaid

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


def bring(session: Session, paths: Sequence[str]) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """Take up notices on the word of the session's agent.

    Returns:
        The notices as they now stand, and what could not be read. A file without any
        notice is a problem too: somebody thought that it holds one.
    """
    found: list[Notice] = []
    items: list[StoredItem] = []
    problems: list[Problem] = []
    receipt = (session.clock(), session.agent)
    for path, parsed in parse_each(paths, receipt, jobs=session.jobs):
        problems.extend(parsed.problems)
        found.extend(parsed.notices)
        items.extend(parsed.items)
        problems.extend(_unnamed(path, one) for one in parsed.notices if _names_nothing(one))
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


def _names_nothing(one: Notice) -> bool:
    """Whether the notice is about a picture, but no picture can be found by it."""
    about = one.kind is not NoticeKind.RESTRICTION and one.item_class is not ItemClass.TEXT
    return about and not one.targets


def _unnamed(path: str, one: Notice) -> Problem:
    return Problem(
        path,
        "picture-not-named",
        f"{path}: the notice {one.notice_id} names no picture, so none was looked for.",
        "Add the picture's number to the text or attach the picture; or take the correction up "
        "by hand with `provenance notices new`, which names it.",
    )


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


def _digests(session: Session, path: str) -> metadata.Digests:
    ref = AssetRef(os.path.abspath(path), 0, "", path=path)
    (found,) = isolation.run(partial(digest_file, session.store), [ref], jobs=1, weigh=octets_of)
    if isinstance(found, isolation.Died):
        raise UnreadableError(f"{path}: {found.reason}", code=found.code, remedy=found.remedy)
    return found


def _targets(session: Session, text: str) -> Iterator[Target]:
    if os.path.isfile(text):
        digests = _digests(session, text)
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
    new = [one for one in stand if (one.notice_id, one.authority) not in known]
    registry.put_duty_acts(tx, _taken_note(session, new))
    session.record(tx, *(_import(session, one, run_id, judged) for one in new))
    return stand


def _taken_note(session: Session, new: Iterable[Notice]) -> Iterator[DutyAct]:
    """Whoever brings a notice takes note of it; one that was found in a file nobody has read."""
    for one in new:
        if one.authority is not Authority.EMBEDDED:
            yield DutyAct(
                notice_id=one.notice_id,
                duty=BROUGHT,
                state=DutyState.DONE,
                agent=session.agent,
                made=session.clock(),
            )


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
