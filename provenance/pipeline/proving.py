"""What a scan proves about duties: closed on what was seen, opened again where a copy is back.

It runs at the end of every audit, fix, undo and move. It claims little: a person's word is never
touched, and what lies on a share out of reach proves nothing, in either direction.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from provenance import duties, pages, registry
from provenance.auditlog import state_dir
from provenance.duties import COPIES, Now
from provenance.errors import StorageError
from provenance.model import (
    AssetRef,
    Duty,
    DutyAct,
    DutyState,
    Finding,
    MetadataRecord,
    Notice,
    NoticeKind,
    Proof,
    Status,
)
from provenance.pipeline.duties import is_back, put, seen
from provenance.pipeline.families import standings
from provenance.pipeline.published import FETCHED
from provenance.pipeline.reading import answer_path
from provenance.pipeline.session import Session
from provenance.registry import Moments, Transaction
from provenance.reporting.family import MemberState, NoticeStanding, Standing
from provenance.storage.folder import is_inside

_CLEAR = {NoticeStanding.CLOSED, NoticeStanding.NOTHING_FOUND}
_WITH_ERROR = {MemberState.OPEN, MemberState.HELD}
_LARGEST_ANSWER = 1 << 16


@dataclass(frozen=True, slots=True)
class _Case:
    """One notice with what speaks about its duties."""

    notice: Notice
    stand: Standing
    acts: Sequence[DutyAct]
    known: Moments


def prove(
    session: Session, notices: Iterable[Notice], *, unmet: bool = False
) -> dict[str, Standing]:
    """Write down what the standing of notices proves now about their copies and duties.

    Args:
        session: the command's surroundings; what is closed is closed on its agent's scan.
        notices: those that the command concerned; what speaks no more is left alone.
        unmet: also those without any finding that no audit has told of yet: this one has looked.

    Returns:
        How each of the notices stands, by its id.
    """
    asked = {one.notice_id: one for one in notices}
    with session.registry.read() as tx:
        asked |= _unmet(tx, asked) if unmet else {}
        speaking = [n for n in asked.values() if n.retracted is None and n.superseded_by is None]
        stand = standings(tx, asked.values(), session.policy)
        if not _acts(session, tx, speaking, stand):
            return stand
    with session.registry.write() as tx:
        # Somebody may have spoken meanwhile.
        put(session, tx, _acts(session, tx, speaking, stand))
    session.log.checkpoint(session.registry, session.clock())
    return stand


def prove_on(session: Session, uris: Iterable[str]) -> None:
    """The same for every notice that has findings on these assets."""
    with session.registry.read() as tx:
        found = registry.notices_of_ids(tx, registry.notices_on(tx, uris))
    if found:
        prove(session, found.values())


def _unmet(tx: Transaction, known: Mapping[str, Notice]) -> dict[str, Notice]:
    """Notices without findings of which no look was ever written down."""
    ids = [one for one in registry.notices_unmet(tx) if one not in known]
    told = registry.duty_acts(tx, ids)
    new = [one for one in ids if all(act.duty != COPIES for act in told.get(one, ()))]
    return registry.notices_of_ids(tx, new)


def _acts(
    session: Session,
    tx: Transaction,
    notices: Sequence[Notice],
    stand: Mapping[str, Standing],
) -> list[DutyAct]:
    ids = [one.notice_id for one in notices]
    acts, known = registry.duty_acts(tx, ids), registry.moments(tx, ids)
    found: list[DutyAct] = []
    for one in notices:
        # A notice whose registering was taken back meanwhile has no moments.
        if one.notice_id in known:
            name = one.notice_id
            case = _Case(one, stand[name], acts.get(name, ()), known[name])
            found += _of_copies(session, case)
            found += _of_duties(session, tx, case)
    return found


def _of_copies(session: Session, case: _Case) -> Iterator[DutyAct]:
    """What is to be written down of the copies: clear, or not any more."""
    about = [one for one in case.acts if one.duty == COPIES]
    run = duties.stretch(about, session.policy.today)
    clear = case.stand.state in _CLEAR
    if clear and run.since is None:
        now = Now(session.clock(), session.policy.today)
        known = seen(case.notice, case.acts, case.known, case.stand)
        since = duties.clear_since(about, known, now)
        made = now.moment if since is None else duties.written(since)
        yield _act(session, case, COPIES, (DutyState.DONE, _saw(case.stand)), made)
    elif not clear and run.since is not None and is_back(case.stand):
        yield _act(session, case, COPIES, (DutyState.OPEN, case.stand.words))


def _of_duties(session: Session, tx: Transaction, case: _Case) -> Iterator[DutyAct]:
    for duty in case.notice.duties:
        if duty is Duty.INFORM_THIRD_PARTIES:
            # Nothing that can be scanned tells what others did.
            continue
        about = [one for one in case.acts if one.duty == duty.value]
        run = duties.stretch(about, session.policy.today)
        if run.state is not DutyState.OPEN:
            by_scan = run.act is not None and run.act.proof is Proof.SCAN
            if by_scan and _is_seen(case.stand):
                words = f"Found again: {case.stand.words}."
                yield _act(session, case, duty.value, (DutyState.OPEN, words))
            continue
        if run.act is not None and run.act.proof is Proof.PERSON:
            # A person opened or waived it: only a person closes it.
            continue
        proof = _proof(tx, case, duty, session)
        if proof:
            yield _act(session, case, duty.value, (DutyState.DONE, proof))


def _act(
    session: Session,
    case: _Case,
    duty: str,
    said: tuple[DutyState, str],
    made: str = "",
) -> DutyAct:
    state, reason = said
    return DutyAct(
        notice_id=case.notice.notice_id,
        duty=duty,
        state=state,
        agent=session.agent,
        made=made or session.clock(),
        proof=Proof.SCAN,
        reason=reason,
    )


def _is_seen(stand: Standing) -> bool:
    """Whether a copy was seen with the error, or waits for a person to say so."""
    return any(state in _WITH_ERROR for _, state in stand.unclean)


def _saw(stand: Standing) -> str:
    """What is known of the copies, as one sentence."""
    away = "1 copy" if stand.gone == 1 else f"{stand.gone:,} copies"
    parts = [stand.words, f"{away} no longer there" if stand.gone else ""]
    told = "; ".join(part for part in parts if part)
    return f"{told or 'No copy of the picture was found'}."


def _proof(tx: Transaction, case: _Case, duty: Duty, session: Session) -> str:
    """What proves that a duty is done, as a sentence; empty where nothing does."""
    if case.stand.state is not NoticeStanding.CLOSED or case.known.dismissed:
        # What a person waived or rejected is settled, but it was not seen to be done.
        return ""
    if duty is Duty.DELETE_SERVERS:
        return _deleted(case)
    return _taken_off(session, tx, case)


def _deleted(case: _Case) -> str:
    """Every known copy is out of reach, or, of a correction, without the error."""
    stand = case.stand
    if case.notice.kind is NoticeKind.WITHDRAWAL and not stand.total:
        return f"Every known copy was seen to be out of reach: {_saw(stand)}"
    if case.notice.kind is NoticeKind.CORRECTION:
        return f"Every known copy was seen without the error: {_saw(stand)}"
    return ""


@dataclass(frozen=True, slots=True)
class _PageSeen:
    """A page that was fetched: by which addresses, and when."""

    addresses: frozenset[str]
    fetched: str


def _taken_off(session: Session, tx: Transaction, case: _Case) -> str:
    """The published copies that are known were fetched again, and show the error no more.

    That needs a page on which the error was once found, fetched after the notice came, with
    nothing found on it now; and every address at which the desk's own records say that a copy
    was published must be among such pages.
    """
    query = registry.FindingQuery(notice_id=case.notice.notice_id)
    found = registry.findings(tx, query)
    known = registry.records(tx, {one.uri for one in found})
    printed = {
        uri for uri, one in known.items() if isinstance(one, MetadataRecord) and pages.is_page(one)
    }
    if not printed or any(_is_on(one, printed) for one in found):
        return ""
    checked = [_fetched(session, uri) for uri in sorted(printed)]
    received = duties.instant(case.notice.received)
    for one in checked:
        when = duties.instant(one.fetched) if one is not None else None
        if when is None or received is None or when <= received:
            return ""
    reached = {address for one in checked if one is not None for address in one.addresses}
    if not _published(tx, case.stand) <= reached:
        return ""
    if len(checked) == 1:
        return "The published page that showed the error was fetched again and is clean."
    return f"{len(checked):,} published pages that showed the error were fetched again: all clean."


def _is_on(one: Finding, printed: set[str]) -> bool:
    return one.uri in printed and one.status is not Status.FIXED


def _fetched(session: Session, uri: str) -> _PageSeen | None:
    """What the server's answer that is kept beside a page says of it.

    None where the program has not fetched it itself: it says nothing of what is online.
    """
    path = answer_path(uri)
    if not is_inside(uri, os.path.abspath(state_dir() / FETCHED)):
        # Whoever may write into a folder of the archive may lay down any page and any answer.
        return None
    try:
        if os.path.getsize(path) > _LARGEST_ANSWER:
            return None
        answer = json.loads(session.store.get(AssetRef(path, 0, "")))
    except (OSError, StorageError, ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    named = (answer.get("url"), answer.get("finalUrl"))
    fetched = answer.get("fetched")
    return _PageSeen(
        frozenset(one for one in named if isinstance(one, str)),
        fetched if isinstance(fetched, str) else "",
    )


def _published(tx: Transaction, stand: Standing) -> set[str]:
    """Where the desk's own records say that copies were published."""
    held = registry.records(tx, (ref.uri for ref, _ in stand.settled))
    records = [one for one in held.values() if isinstance(one, MetadataRecord)]
    told = registry.desk_records_of(tx, records).values()
    return {place for some in told for one in some for place in one.publications}
