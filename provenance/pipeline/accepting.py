"""Accept everything of one notice that may be accepted; values given in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provenance import registry, rules
from provenance.errors import UsageError
from provenance.model import Confidence, Finding, Fixability, Property, Status, Verdict
from provenance.pipeline.deciding import (
    WORDS,
    Word,
    prove_about,
    record_word,
    require_reason,
    seen_of,
    stale,
    with_copies,
)
from provenance.pipeline.reaching import is_below, outside, reached
from provenance.pipeline.session import Session
from provenance.pipeline.standing import current, require_speaking
from provenance.registry import Transaction
from provenance.rules import SHAKEN

# On these somebody must put a name, one by one.
_FOR_A_PERSON = frozenset({"contended", "flood", "withdrawal-claimed", SHAKEN})


@dataclass(frozen=True, slots=True)
class Acceptable:
    """What accepting everything of one notice would come to now.

    Attributes:
        take: the findings that would be accepted on sight, in the folders looked at.
        left: the others there that are not settled, and why each would be left.
        beyond: copies in other folders for which the acceptance speaks, too: it is about the
            picture, and they share it.
        elsewhere: so many more copies in other folders have findings that stay as they are.
    """

    take: tuple[Finding, ...]
    left: tuple[tuple[Finding, str], ...]
    beyond: tuple[Finding, ...] = ()
    elsewhere: int = 0

    @property
    def shown(self) -> tuple[Finding, ...]:
        """Everything that would be accepted, as ``seen_of`` takes it."""
        return self.take + self.beyond


@dataclass(frozen=True, slots=True)
class AllOfNotice:
    """What accepting everything of one notice came to.

    Attributes:
        accepted: the findings accepted now, copies included.
        left: the others that are not settled, and why each was left.
    """

    accepted: tuple[Finding, ...]
    left: tuple[tuple[Finding, str], ...]


def acceptable(
    session: Session, tx: Transaction, notice_id: str, roots: Sequence[str] = ()
) -> Acceptable:
    """What ``accept_notice`` would accept now, and what it would leave and why.

    Args:
        session: says what day it is.
        tx: any transaction.
        notice_id: whole.
        roots: absolute paths: only findings on assets at or below one; none: everywhere.
    """
    query = registry.FindingQuery(notice_id=notice_id)
    judged = current(session, tx, registry.findings(tx, query))
    silent = rules.fallen_silent(registry.notice(tx, notice_id))
    take: list[Finding] = []
    left: list[tuple[Finding, str]] = []
    for one in judged:
        if one.finding.status in {Status.OPEN, Status.HELD}:
            why = f"It cannot be accepted: {silent}." if silent else _why_left(one)
            if why:
                left.append((one.finding, why))
            else:
                take.append(one.finding)
    # A decision speaks for all copies of a picture: where one needs a look, all wait for it.
    waiting = {one.decision_key: why for one, why in left}
    left += [(one, waiting[one.decision_key]) for one in take if one.decision_key in waiting]
    take = [one for one in take if one.decision_key not in waiting]
    if not roots:
        return Acceptable(tuple(take), tuple(left))
    inside = tuple(one for one in take if is_below(one.uri, roots))
    beyond = outside(reached(tx, inside, Verdict.APPLY), roots)
    unsettled = outside([*take, *(one for one, _ in left)], roots)
    told = {one.finding_id for one in beyond}
    return Acceptable(
        inside,
        tuple((one, why) for one, why in left if is_below(one.uri, roots)),
        beyond,
        len({one.uri for one in unsettled if one.finding_id not in told}),
    )


def _why_left(judged: rules.Judged) -> str:
    one, decision = judged.finding, judged.decision
    if decision is not None:
        return f"{decision.agent} has {WORDS[decision.verdict]} it: {decision.reason}"
    if one.fixability is Fixability.DISPLAY_ONLY or not one.edits:
        return "It can only be shown: the program has no correction for it."
    if one.confidence is Confidence.LOW:
        return "It is a candidate only: whoever accepts it has to look at the picture."
    cautions = [reason.detail for reason in one.evidence if reason.name in _FOR_A_PERSON]
    return cautions[0] if cautions else ""


def accept_notice(
    session: Session,
    notice_id: str,
    reason: str,
    seen: str | None = None,
    roots: Sequence[str] = (),
) -> AllOfNotice:
    """Accept every finding of one notice that may be accepted; the others are told.

    Left are those that have no correction, candidates, those that somebody has decided about
    and those that need a look (contended, changed since a decision).

    Args:
        session: its agent decides.
        notice_id: the notice, or the beginning of its id.
        reason: why; never empty.
        seen: what the person saw (``seen_of``, over ``Acceptable.shown``).
        roots: absolute paths: only findings on assets at or below one; none: everywhere. Copies
            elsewhere are reached where they share a decision (``Acceptable.beyond``).

    Raises:
        UsageError: no reason, nothing to accept, or it is something else by now (``stale``).
        RegistryError: no such notice.
    """
    require_reason(reason)
    with session.registry.write() as tx:
        notice = registry.notice(tx, notice_id)
        offered = acceptable(session, tx, notice.notice_id, roots)
        take = offered.take
        require_speaking([notice])
        if not take:
            raise UsageError(
                f"Nothing of the notice {notice.notice_id} waits to be accepted as it is.",
                code="nothing-to-accept",
                remedy="Look at what is left, one by one.",
            )
        if seen is not None and seen != seen_of(tx, offered.shown):
            raise stale("What the notice asks for")
        word = Word(Verdict.APPLY, reason, seen=frozenset(one.finding_id for one in take))
        accepted = [
            made
            for some in with_copies(tx, take).values()
            for made in record_word(session, tx, some, word)
        ]
    session.log.checkpoint(session.registry, session.clock())
    prove_about(session, accepted)
    return AllOfNotice(tuple(accepted), offered.left)


def values_of(session: Session, finding_id: str, words: Sequence[str]) -> dict[int, str]:
    """Values by the number of the proposal, from the words that a person gave.

    Args:
        session: the command's surroundings.
        finding_id: or its beginning.
        words: ``TEXT`` where the finding proposes values of one property, else
            ``PROPERTY=TEXT``. Proposals to remove a value keep removing it, where the finding
            also proposes to write one of that property.

    Raises:
        UsageError: the finding proposes nothing, or it is not clear what is meant.
        RegistryError: no such finding.
    """
    with session.registry.read() as tx:
        one = registry.finding(tx, finding_id)
    offered = rules.proposals(one)
    named = {proposal.property.value: proposal.property for proposal in offered}
    if not offered:
        raise UsageError(
            f"The finding {one.finding_id} proposes no value.",
            remedy="Reject or waive it with a reason once it is dealt with.",
        )
    found: dict[int, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if equals and name in named:
            prop = named[name]
        elif len(named) == 1:
            (prop,), text = named.values(), word
        else:
            raise UsageError(
                f"The finding {one.finding_id} proposes values of several fields.",
                remedy=f"Write --value FIELD=TEXT; FIELD is one of: {', '.join(sorted(named))}.",
            )
        found |= dict.fromkeys(_written(offered, prop), text)
    return found


def _written(offered: Sequence[rules.Proposal], prop: Property) -> list[int]:
    """The numbers of the proposals that write a value of the property, else that remove one."""
    numbers = [at for at, one in enumerate(offered) if one.property is prop]
    return [at for at in numbers if offered[at].after is not None] or numbers
