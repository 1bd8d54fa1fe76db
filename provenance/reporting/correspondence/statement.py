"""The answer to an agency about one notice, as a value: what was asked, found, done, said, left.

It goes outside, so it says no more than the notice needs: file names without their folders, no
names of the desk's people but the one who signs, no limits that the desk has set itself, no
address of a third party, and of third parties that may not be concerned only how many they are.
Every form is drawn from this value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from provenance.duties import NoticeClock
from provenance.model import (
    Authority,
    Duty,
    DutyState,
    Fixity,
    Notice,
    NoticeKind,
    Proof,
)
from provenance.reporting import wording
from provenance.reporting.report import LogState
from provenance.reporting.third_parties import PartyState, ThirdParty


class Outcome(StrEnum):
    """What became of one copy; the last six leave something to do."""

    CORRECTED = "corrected"
    REMOVED = "removed"
    DELETED = "deleted"
    CLEAN = "clean"
    SET_ASIDE = "set-aside"
    GONE = "gone"
    OPEN = "open"
    HELD = "held"
    UNREADABLE = "unreadable"
    OFFLINE = "offline"
    NOT_LOOKED_AT = "not-looked-at"
    UNCOMPARED = "uncompared"


SETTLED: Final = frozenset(
    {
        Outcome.CORRECTED,
        Outcome.REMOVED,
        Outcome.DELETED,
        Outcome.CLEAN,
        Outcome.SET_ASIDE,
        Outcome.GONE,
    }
)

WORDS: Final = {
    Outcome.CORRECTED: "corrected",
    Outcome.REMOVED: "removed from use, kept out of reach",
    Outcome.DELETED: "deleted",
    Outcome.CLEAN: "without the error when it was found",
    Outcome.SET_ASIDE: "left as it is, on a named person's decision",
    Outcome.GONE: "no longer there",
    Outcome.OPEN: "not yet dealt with",
    Outcome.HELD: "waiting for a person's decision",
    Outcome.UNREADABLE: "could not be read",
    Outcome.OFFLINE: "out of reach, on storage that is not connected",
    Outcome.NOT_LOOKED_AT: "not looked at since it changed",
    Outcome.UNCOMPARED: "looks alike and was not compared yet",
}

ACTS: Final = {
    "fix": "corrected",
    "undo": "correction taken back",
    "quarantine": "moved out of reach",
    "release": "put back into use",
    "destroy": "deleted",
}

DUTIES: Final = {
    Duty.REMOVE_ONLINE.value: "Remove it from all online services",
    Duty.DELETE_SERVERS.value: "Delete it from the servers",
    Duty.INFORM_THIRD_PARTIES.value: "See to it that third parties do the same",
}

_DUTY_STATES: Final = {
    DutyState.OPEN: "open",
    DutyState.DONE: "done",
    DutyState.WAIVED: "waived",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done to a copy.

    Attributes:
        act: ``fix``, ``undo``, ``quarantine``, ``release`` or ``destroy``.
        when: RFC 3339.
        before: digests of the file before.
        after: digests of the file afterwards; None where it was only moved, or is deleted.
        log_index: the record of the log that holds it; None where it has none.
        values: of a correction, the values that this notice corrects: place, before, after.
    """

    act: str
    when: str
    before: Fixity
    after: Fixity | None = None
    log_index: int | None = None
    values: tuple[tuple[str, str, str | None], ...] = ()

    @property
    def keeps_picture(self) -> bool | None:
        """Whether everything but the credit metadata is octet for octet what it was."""
        if self.after is None or not self.before.image_digest:
            return None
        return self.before.image_digest == self.after.image_digest


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the notice's picture.

    Attributes:
        number: within the statement, from 1.
        name: the file's, without its folder.
        media_type: empty where it could not be read.
        outcome: what became of it.
        deeds: what was done to it under this notice, oldest first.
        reason: why a named person left it as it is; may be empty.
    """

    number: int
    name: str
    media_type: str
    outcome: Outcome
    deeds: tuple[Deed, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole answer.

    Attributes:
        notice: what was asked.
        clock: its duties and moments.
        copies: those that are, or may be, the notice's picture.
        parties: third parties that have the picture; not those of whom that is not sure.
        unsure_parties: of so many third parties it is not decided.
        generated: RFC 3339.
        signed: the person who gives the statement.
        program: name and version.
        log: the checkpoint that the statement was made from.
        records: so many records of the log are about the notice.
        evidence: name and SHA-256 of the bundle of evidence given with it; None without.
        uncompared: so many files look alike and were not compared yet.
        more: there are more copies than are listed.
    """

    notice: Notice
    clock: NoticeClock
    copies: tuple[Copy, ...]
    parties: tuple[ThirdParty, ...]
    unsure_parties: int
    generated: str
    signed: str
    program: str
    log: LogState | None
    records: int
    evidence: tuple[str, str] | None = None
    uncompared: int = 0
    more: bool = False

    @property
    def agency(self) -> str:
        """Who is answered."""
        return self.notice.provider or "the sender of the notice"

    @property
    def is_receipt_known(self) -> bool:
        """Whether it is on record when the notice came: of one found in a file it is not."""
        notice, clock = self.notice, self.clock
        given = notice.received is not None and notice.authority is not Authority.EMBEDDED
        return given and clock.doubt is None

    @property
    def received(self) -> str:
        """When the notice came, as far as that is on record."""
        if self.clock.received is None:
            return "not on record"
        when = wording.moment(self.clock.received)
        if self.is_receipt_known:
            return when
        if self.notice.authority is Authority.EMBEDDED:
            return f"not on record; first found in a file of ours on {when}"
        return f"not on record; taken up on {when}"

    @property
    def counts(self) -> tuple[tuple[Outcome, int], ...]:
        """How many copies came to what, in the order of the outcomes."""
        tally = Counter(one.outcome for one in self.copies)
        tally[Outcome.UNCOMPARED] += self.uncompared
        return tuple((one, tally[one]) for one in Outcome if tally[one])

    @property
    def duties(self) -> tuple[tuple[str, str, str], ...]:
        """Each duty: what is asked, how it stands, and when, how long after receipt and why."""
        return tuple(
            (DUTIES.get(one.duty, one.duty), _DUTY_STATES[one.state], _told(self, index))
            for index, one in enumerate(self.clock.duties)
        )

    @property
    def moments(self) -> tuple[tuple[str, str, str], ...]:
        """Each milestone: its name, when it was reached, and how long that took."""
        received = self.clock.received if self.is_receipt_known else None
        return tuple(
            (
                one.milestone.value,
                wording.moment(one.reached) if one.reached else "not yet",
                wording.elapsed(received, one.reached) if one.reached and received else "",
            )
            for one in self.clock.milestones
        )

    @property
    def open(self) -> tuple[str, ...]:
        """What is still to be done, each in a sentence; empty where nothing is."""
        return tuple(_left(self))


def duty_evidence(text: str, sha256: str) -> str:
    """Evidence as an outsider may see it: a file's name and digest, an address without secrets."""
    if not text:
        return ""
    if sha256:
        name = text.replace("\\", "/").rpartition("/")[2]
        return f"{name}, SHA-256 {sha256}"
    return text.partition("#")[0].partition("?")[0]


def _told(statement: Statement, index: int) -> str:
    one = statement.clock.duties[index]
    parts: list[str] = []
    if one.closed:
        known = statement.is_receipt_known
        after = wording.elapsed(statement.clock.received, one.closed) if known else ""
        parts.append(wording.moment(one.closed) + (f", {after} after receipt" if after else ""))
    if one.act is not None and one.state is DutyState.DONE:
        # Of a person's word the reason is the desk's own affair, its evidence is not.
        seen = one.act.proof is Proof.SCAN
        parts.append(f"seen by a scan: {one.act.reason}" if seen else "on a named person's word")
    if one.act is not None and one.state is not DutyState.OPEN:
        given = duty_evidence(one.act.evidence, one.act.evidence_sha256)
        parts += [f"evidence: {given}"] if given else []
    if one.act is not None and one.state is DutyState.WAIVED:
        until = f" until {wording.moment(one.act.until)}" if one.act.until else ""
        parts.append(f"reason{until}: {one.act.reason}")
    return "; ".join(parts)


def _left(statement: Statement) -> Iterator[str]:
    notice = statement.notice
    if notice.retracted is not None:
        yield f"The notice was retracted on {wording.moment(notice.retracted)}."
        return
    if notice.superseded_by is not None:
        yield "A later version of the notice speaks in its place; its own statement tells the rest."
        return
    for outcome, number in statement.counts:
        if outcome not in SETTLED:
            yield f"{wording.count(number, 'copy', 'copies')}: {WORDS[outcome]}."
    # What is waived stands for nothing that was done: the error is still there.
    waived = sum(one.outcome is Outcome.SET_ASIDE and bool(one.reason) for one in statement.copies)
    if waived:
        yield f"{wording.count(waived, 'copy', 'copies')}: {WORDS[Outcome.SET_ASIDE]}."
    if statement.more:
        yield "There are more copies than could be looked at; they are not in this statement."
    for one in statement.clock.duties:
        if one.state is DutyState.OPEN:
            yield f"{DUTIES.get(one.duty, one.duty)}: open."
        elif one.state is DutyState.WAIVED:
            yield f"{DUTIES.get(one.duty, one.duty)}: waived, not done."
    yield from _left_with_third_parties(statement)


_PARTIES_LEFT: Final = {
    PartyState.TO_TELL: "still to be told",
    PartyState.TOLD: "told, no answer yet",
    PartyState.TO_REMIND: "told, no answer yet, to be reminded",
    PartyState.REFUSED: "refused",
}


def _left_with_third_parties(statement: Statement) -> Iterator[str]:
    for state, words in _PARTIES_LEFT.items():
        number = sum(one.state is state for one in statement.parties)
        if number:
            yield f"{wording.count(number, 'third party', 'third parties')}: {words}."
    unclear = sum(
        one.state is PartyState.ANSWERED and not one.is_settled for one in statement.parties
    )
    if unclear:
        yield f"{wording.count(unclear, 'third party', 'third parties')}: answered otherwise."
    if statement.unsure_parties:
        some = wording.count(statement.unsure_parties, "third party", "third parties")
        yield f"{some}: what they have may be the picture; a person has to decide."


def asked(notice: Notice) -> tuple[str, ...]:
    """What the notice says and asks, each in a sentence."""
    said = [one.plain or _pair(one) for one in wording.essences(notice)]
    if notice.kind is NoticeKind.RESTRICTION and (limits := wording.restrictions(notice)):
        said.append(f"Limits: {limits}.")
    return tuple(part for part in (*said, wording.replacement(notice)) if part)


def _pair(one: wording.Essence) -> str:
    if one.right is None:
        return f"Wrong: “{one.wrong}”; the right value is not given."
    if one.wrong is None:
        return f"Right: “{one.right}”."
    return f"Right is “{one.right}”, wrong is “{one.wrong}”."
