"""What was said to third parties and what they said: letters sent, answers taken on record."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provenance import registry
from provenance.duties.moments import desk_day
from provenance.errors import UsageError
from provenance.model import Answer, AnswerKind, Change, Duty, Event, Letter, Notice
from provenance.pipeline.parties.delivering import day_given
from provenance.pipeline.parties.names import nearest, party_key
from provenance.pipeline.parties.third_parties import third_parties
from provenance.pipeline.reports.evidence_given import evidence_given
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.reporting.third_parties import PartyState, ThirdParty

_MOST_LISTED: Final = 5
_LONGEST_NAME: Final = 200
_LONGEST_WORDS: Final = 4_000
_TOLD: Final = {PartyState.TOLD, PartyState.TO_REMIND, PartyState.ANSWERED, PartyState.REFUSED}


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A notice and its third parties, after what a command did.

    Attributes:
        notice: the notice.
        parties: as they stand now.
        written: the letters that were written, and the file of each without its suffix.
    """

    notice: Notice
    parties: tuple[ThirdParty, ...]
    written: tuple[tuple[Letter, Path], ...] = ()

    @property
    def may_close(self) -> bool:
        """Whether everybody was told, so that a person may close the duty to inform them."""
        asked = Duty.INFORM_THIRD_PARTIES in self.notice.duties
        return asked and all(one.state in _TOLD for one in self.parties)

    @property
    def unconfirmed(self) -> int:
        """How many third parties have not said that they complied, or hold no copy."""
        return sum(not one.is_settled for one in self.parties)


def correspondence(session: Session, notice_id: str) -> Correspondence:
    """A notice and its third parties.

    Raises:
        RegistryError: there is no such notice, or several begin with these letters.
    """
    with session.registry.read() as tx:
        notice = registry.notice(tx, notice_id)
        return Correspondence(notice, third_parties(tx, notice, session.policy))


def say_sent(
    session: Session,
    notice_id: str,
    names: Sequence[str],
    *,
    every: bool = False,
    on: str | None = None,
) -> Correspondence:
    """Record on a person's word that the newest letters to third parties were sent.

    Args:
        session: its agent says so.
        notice_id: the notice; its beginning will do.
        names: of the third parties.
        every: all to whom a letter was written that is not said to be sent.
        on: the day on which they were sent (``YYYY-MM-DD``); None: now.

    Raises:
        UsageError: nothing was written to one of them that is not said to be sent already, or
            the day is yet to come, or lies before the day on which the letter was written.
        RegistryError: no such notice.
    """
    when = _day_sent(session, on)
    with session.registry.write() as tx:
        notice = registry.notice(tx, notice_id)
        unsent: dict[str, Letter] = {}
        for one in registry.letters(tx, [notice.notice_id]).get(notice.notice_id, ()):
            if one.sent is None:
                unsent[party_key(one.recipient)] = one
            else:
                # What was written before a letter that went out is out of date.
                unsent.pop(party_key(one.recipient), None)
        chosen = list(unsent.values()) if every else [_unsent(unsent, one) for one in names]
        if not chosen:
            raise UsageError(
                f"No letter under the notice {notice.notice_id} waits to be sent.",
                remedy="`provenance letters NOTICE --out DIR` writes those that are due.",
            )
        for one in chosen:
            _must_be_written_by(one, when)
        registry.mark_sent(tx, (one.letter_id for one in chosen), when)
        session.record(tx, *(_sent(session, one, when) for one in chosen))
    session.log.checkpoint(session.registry, session.clock())
    return correspondence(session, notice.notice_id)


def _day_sent(session: Session, on: str | None) -> str:
    """When letters were sent: this moment, or an earlier day, of which no hour is known."""
    now = session.clock()
    today = session.policy.today or now[:10]
    if on is None:
        return now
    day = day_given(on, today)
    if day > today:
        raise UsageError(
            f"{day} is yet to come: today is {today}.",
            code="day",
            remedy="Send the letter first; then say on which day you did.",
        )
    return now if day == today else day


def _must_be_written_by(letter: Letter, when: str) -> None:
    made, sent = desk_day(letter.made), desk_day(when)
    if made is not None and sent is not None and sent < made:
        raise UsageError(
            f"The letter to {letter.recipient} was written on {made}, after {sent}.",
            code="day",
            remedy=f"Name the day on which you sent it, {made} or later with --on.",
        )


def _unsent(unsent: Mapping[str, Letter], name: str) -> Letter:
    found = unsent.get(party_key(name.strip()))
    if found is None:
        raise UsageError(
            f"No letter to {name} waits to be sent under this notice.",
            code="recipient",
            remedy=_waiting(name, [one.recipient for one in unsent.values()]),
        )
    return found


def _waiting(name: str, names: Sequence[str]) -> str:
    if not names:
        return "`provenance letters NOTICE --out DIR` writes those that are due."
    close = nearest(name, names, _MOST_LISTED)
    if close:
        return f"Waiting, with a name like that: {'; '.join(close)}."
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"Letters wait to: {'; '.join(names[:_MOST_LISTED])}{more}."


def _sent(session: Session, letter: Letter, when: str) -> Event:
    return Event(
        "letter.sent",
        agents=session.agents(),
        why=(("notice", letter.notice_id),),
        changes=(Change("recipient", None, letter.recipient),),
        detail=(("letter", letter.letter_id), ("sha256", letter.sha256), ("sent", when)),
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a third party said.

    Attributes:
        kind: what it comes to.
        words: in short; may be empty, but for ``other``.
        evidence: a file or an http(s) address; may be empty.
    """

    kind: AnswerKind
    words: str = ""
    evidence: str = ""


def take_answer(session: Session, notice_id: str, name: str, reply: Reply) -> Correspondence:
    """Record what a third party answered; the newest answer counts, all stay on record.

    Raises:
        UsageError: the third party has nothing to do with this notice, evidence that cannot be
            read, or words that are missing or too long.
        RegistryError: no such notice.
    """
    _require_words(reply)
    given = evidence_given(reply.evidence)
    with session.registry.write() as tx:
        notice = registry.notice(tx, notice_id)
        party = _party(tx, third_parties(tx, notice, session.policy), name)
        answer = Answer(
            notice_id=notice.notice_id,
            recipient=party.recipient,
            kind=reply.kind,
            received=session.clock(),
            agent=session.agent,
            words=reply.words.strip(),
            evidence=given.text,
            evidence_sha256=given.sha256,
        )
        registry.put_answer(tx, answer)
        session.record(tx, _answered(session, answer))
    session.log.checkpoint(session.registry, session.clock())
    return correspondence(session, notice.notice_id)


def _require_words(reply: Reply) -> None:
    if reply.kind is AnswerKind.OTHER and not reply.words.strip():
        raise UsageError(
            "An answer that is neither yes nor no needs its words.", remedy="Give --words TEXT."
        )
    if len(reply.words) > _LONGEST_WORDS:
        raise UsageError(
            f"The answer has more than {_LONGEST_WORDS:,} characters.",
            remedy="Save it as a file, name that with --evidence, and give its gist.",
        )


def _party(tx: Transaction, parties: Sequence[ThirdParty], name: str) -> ThirdParty:
    wanted = party_key(name.strip())
    for one in parties:
        if party_key(one.recipient) == wanted:
            return one
    shown = name[:_LONGEST_NAME]
    raise UsageError(
        f"{shown} has no copy of this notice's picture, as far as the ledger knows.",
        code="recipient",
        remedy=_whom_else(tx, shown, [one.recipient for one in parties]),
    )


def _whom_else(tx: Transaction, name: str, having: Sequence[str]) -> str:
    """Whom a person may have meant, first those that have the picture; and how to add one."""
    add = f"If it got it: `provenance distributed PICTURE --to {shlex.quote(name)}` records that."
    close = nearest(name, having, _MOST_LISTED)
    if close:
        return f"Is it one of these, which have it: {'; '.join(close)}? {add}"
    others = nearest(name, registry.recipients(tx), _MOST_LISTED)
    if others:
        return f"The ledger knows: {'; '.join(others)}, as having other pictures. {add}"
    if not having:
        return f"Nobody is on record as having it. {add}"
    more = f" and {len(having) - _MOST_LISTED} more" if len(having) > _MOST_LISTED else ""
    return f"Those that have it: {'; '.join(having[:_MOST_LISTED])}{more}. {add}"


def _answered(session: Session, answer: Answer) -> Event:
    return Event(
        "letter.answer",
        agents=session.agents(),
        why=(("notice", answer.notice_id),),
        changes=tuple(_words(answer)),
        detail=(
            ("answer", answer.kind.value),
            *((("evidenceSha256", answer.evidence_sha256),) if answer.evidence_sha256 else ()),
        ),
    )


def _words(answer: Answer) -> Iterator[Change]:
    yield Change("recipient", None, answer.recipient)
    if answer.words:
        yield Change("words", None, answer.words)
