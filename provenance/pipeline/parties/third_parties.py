"""Whom a notice's picture went to, what they were told and what they said.

A third party is told of pictures that are proven, or that a person accepted; what may be the
picture waits for a person. What was given out after its correction is not told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from provenance import pages, registry
from provenance.duties.moments import desk_day
from provenance.matching import match, picture_of
from provenance.matching.keys import SCAN
from provenance.model import (
    Answer,
    AnswerKind,
    Confidence,
    Delivery,
    Finding,
    Letter,
    LetterKind,
    MetadataRecord,
    Notice,
    NoticeKind,
    Policy,
    Status,
    Verdict,
)
from provenance.pipeline.holding import proven_of
from provenance.pipeline.kinship import Kin, gather
from provenance.pipeline.parties.names import party_key
from provenance.registry import FixQuery, FixState, Transaction
from provenance.reporting.third_parties import PartyState, ThirdParty

_T = TypeVar("_T")
_UNSETTLED = {Status.OPEN, Status.HELD}
_FIRST = LetterKind.FIRST


def third_parties(tx: Transaction, notice: Notice, policy: Policy) -> tuple[ThirdParty, ...]:
    """Every third party that has copies of a notice's picture, or was written to under it.

    Args:
        tx: any transaction.
        notice: any notice; of one that speaks no more, only those that were told or answered.
        policy: its ``today`` and ``remind_after_days`` say who is to be reminded.

    Returns:
        Those who must be told or reminded first, then by name.
    """
    return of_notices(tx, [notice], policy).get(notice.notice_id, ())


def of_notices(
    tx: Transaction, notices: Iterable[Notice], policy: Policy
) -> dict[str, tuple[ThirdParty, ...]]:
    """The third parties of several notices, by notice id; notices without any are left out.

    Costs nothing where the ledger is empty, and never loads more of it than concerns them.
    """
    asked = {one.notice_id: one for one in notices}
    letters = registry.letters(tx, asked)
    answers = registry.answers(tx, asked)
    some = registry.has_deliveries(tx)
    found: dict[str, tuple[ThirdParty, ...]] = {}
    for number, notice in asked.items():
        got = _given_out(tx, notice) if some else _GivenOut()
        parties = _parties(got, letters.get(number, ()), answers.get(number, ()), policy)
        if notice.retracted is not None or notice.superseded_by is not None:
            parties = tuple(one for one in parties if one.told or one.answer)
        if parties:
            found[number] = parties
    return found


@dataclass(frozen=True, slots=True)
class _GivenOut:
    """What was given out of a picture, and of what may be it."""

    sure: tuple[Delivery, ...] = ()
    unsure: tuple[Delivery, ...] = ()


def _given_out(tx: Transaction, notice: Notice) -> _GivenOut:
    own = registry.findings(tx, registry.FindingQuery(notice_id=notice.notice_id))
    kin, gone = _kin(tx, notice, own)
    dismissed = _dismissed(own)
    sure = (kin.proven.keys() | gone) - dismissed
    maybe = {one.uri for one in own if one.status in _UNSETTLED} - sure - dismissed
    accepted = _accepted(tx, [one for one in own if one.uri in maybe])
    fixed = {one.uri for one in own if one.status is Status.FIXED}
    sure |= accepted | fixed
    given = registry.deliveries(tx, sure, _digests(tx, kin, sure))
    counted = {one.delivery_id for one in given}
    others = registry.deliveries(tx, maybe - sure)
    unsure = tuple(one for one in others if one.delivery_id not in counted)
    return _GivenOut(_with_the_error(tx, notice, own, given), unsure)


def _kin(tx: Transaction, notice: Notice, own: Sequence[Finding]) -> tuple[Kin, frozenset[str]]:
    """The copies that are held, and those that were given out and are gone since."""
    picture = picture_of(notice)
    proven = proven_of(tx, notice, picture)
    proven += [one.uri for one in own if one.confidence is Confidence.STRONG]
    away = registry.gone_and_given_out(tx, picture.proving_keys())
    gone = frozenset(
        uri
        for uri, result in registry.records(tx, away).items()
        if isinstance(result, MetadataRecord)
        and not pages.is_page(result)
        and (one := match(notice, picture, result)) is not None
        and one.confidence is Confidence.STRONG
    )
    return gather(tx, [*proven, *gone]), gone


def _dismissed(own: Iterable[Finding]) -> frozenset[str]:
    """The assets of which a person said that the notice does not speak of them."""
    by_uri: dict[str, set[Status]] = {}
    for one in own:
        by_uri.setdefault(one.uri, set()).add(one.status)
    return frozenset(uri for uri, statuses in by_uri.items() if statuses == {Status.REJECTED})


def _accepted(tx: Transaction, found: Sequence[Finding]) -> frozenset[str]:
    verdicts = registry.decisions(tx, (one.decision_key for one in found))
    return frozenset(
        one.uri
        for one in found
        if (decision := verdicts.get(one.decision_key)) and decision.verdict is Verdict.APPLY
    )


def _digests(tx: Transaction, kin: Kin, sure: Iterable[str]) -> frozenset[str]:
    """The picture data by which copies are known; not those of a stand-in for many pictures."""
    wanted = frozenset(sure)
    held = {digest for digest in registry.scan_digests(tx, wanted).values() if digest}
    if kin.more:
        return frozenset()
    bearers = registry.by_keys(tx, ((SCAN, digest) for digest in held))
    return frozenset(one for one in held if wanted.issuperset(bearers.get((SCAN, one), ())))


def _with_the_error(
    tx: Transaction, notice: Notice, own: Iterable[Finding], given: Sequence[Delivery]
) -> tuple[Delivery, ...]:
    """Without what was given out on a day after the file itself was corrected.

    Deliveries are told by the desk's own calendar, so corrections are counted in it.
    """
    if notice.kind is not NoticeKind.CORRECTION or not given:
        return tuple(given)
    wrong = {one.uri for one in own if one.status in _UNSETTLED}
    corrected: dict[str, date] = {}
    query = FixQuery(notice_id=notice.notice_id, state=FixState.COMMIT)
    for fix in registry.fixes(tx, query):
        if fix.asset_uri not in wrong:
            done = desk_day(fix.settled or fix.created) or date.max
            corrected[fix.asset_uri] = max(done, corrected.get(fix.asset_uri, date.min))
    return tuple(
        one
        for one in given
        if one.uri not in corrected or one.day <= corrected[one.uri].isoformat()
    )


def _parties(
    got: _GivenOut, letters: Iterable[Letter], answers: Iterable[Answer], policy: Policy
) -> tuple[ThirdParty, ...]:
    sure = _grouped((one.recipient, one) for one in got.sure)
    unsure = _grouped((one.recipient, one) for one in got.unsure)
    written = _grouped((one.recipient, one) for one in letters)
    answered = {party_key(one.recipient): one for one in answers}
    made = []
    for key in dict.fromkeys((*sure, *unsure, *written, *answered)):
        deliveries = tuple(sure.get(key, ())) or tuple(unsure.get(key, ()))
        told, answer = tuple(written.get(key, ())), answered.get(key)
        again = _untold(sure.get(key, ()), told, answer)
        made.append(
            ThirdParty(
                recipient=_name(deliveries, told, answer),
                contact=_contact(deliveries, told),
                deliveries=deliveries,
                letters=told,
                answer=answer,
                state=PartyState.TO_TELL
                if again
                else _state(told, answer, policy, sure=key in sure),
                again=again,
            )
        )
    return tuple(sorted(made, key=lambda one: (_ORDER[one.state], party_key(one.recipient))))


def _grouped(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for name, one in pairs:
        found.setdefault(party_key(name), []).append(one)
    return found


_ORDER: Mapping[PartyState, int] = {
    PartyState.TO_TELL: 0,
    PartyState.TO_REMIND: 1,
    PartyState.UNSURE: 2,
    PartyState.REFUSED: 3,
    PartyState.TOLD: 4,
    PartyState.ANSWERED: 5,
}


def _name(deliveries: Sequence[Delivery], told: Sequence[Letter], answer: Answer | None) -> str:
    """As it was written last."""
    if deliveries:
        return max(deliveries, key=lambda one: one.recorded).recipient
    if told:
        return told[-1].recipient
    return answer.recipient if answer else ""


def _contact(deliveries: Sequence[Delivery], told: Sequence[Letter]) -> str:
    """The newest address known."""
    known = [(one.recorded, one.day, one.contact) for one in deliveries if one.contact]
    known = known or [(one.made, "", one.contact) for one in told if one.contact]
    return max(known, default=("", "", ""))[2]


def _untold(
    deliveries: Iterable[Delivery], letters: Iterable[Letter], answer: Answer | None
) -> tuple[Delivery, ...]:
    """What a third party got, or the desk learned of, since it was told or answered unasked.

    None of what it got where nobody ever spoke to it. The same file once more, on a day before
    it was told, is no news.
    """
    sent = [one for one in letters if one.sent]
    newest = max(sent, key=lambda one: one.made, default=None)
    if newest is not None:
        known, day = newest.made, desk_day(newest.sent or newest.made)
    elif answer is not None:
        known, day = answer.received, desk_day(answer.received)
    else:
        return ()
    given = tuple(deliveries)
    named = {one.uri for one in given if one.recorded <= known}
    last = (day or date.min).isoformat()
    return tuple(
        one for one in given if one.recorded > known and (one.uri not in named or one.day > last)
    )


def _state(
    letters: Sequence[Letter], answer: Answer | None, policy: Policy, *, sure: bool
) -> PartyState:
    sent = max((one.sent for one in letters if one.sent), default=None)
    # An answer to an earlier letter says nothing of what the newest one tells.
    asked = max((one.made for one in letters if one.sent and one.kind is _FIRST), default="")
    if answer is not None and answer.received >= asked:
        refused = answer.kind is AnswerKind.REFUSED
        return PartyState.REFUSED if refused else PartyState.ANSWERED
    if sent is None:
        return PartyState.TO_TELL if sure or letters else PartyState.UNSURE
    waited = _days(sent, policy.today)
    return PartyState.TO_REMIND if waited >= policy.remind_after_days else PartyState.TOLD


def _days(since: str, today: str) -> int:
    """Whole days of the desk's calendar since then; 0 where one of the two is not known."""
    here, then = desk_day(today[:10]), desk_day(since)
    return (here - then).days if here is not None and then is not None else 0
