"""A recipient who comes to light after the duty to inform was closed opens that duty again.

Whoever closed it spoke of those who were known then. What the ledger learns later is nobody's word
about the duty, and it never closes one: that takes a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from provenance import duties, registry
from provenance.duties.moments import desk_day
from provenance.matching import keys
from provenance.model import (
    Delivery,
    Duty,
    DutyAct,
    DutyState,
    MetadataRecord,
    Notice,
    Proof,
)
from provenance.pipeline.duties import put
from provenance.pipeline.kinship import gather
from provenance.pipeline.parties.third_parties import of_notices
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.reporting.third_parties import PartyState, ThirdParty

_DUTY: Final = Duty.INFORM_THIRD_PARTIES
_MOST_NAMED: Final = 5


def reopen_for(session: Session, tx: Transaction, uri: str) -> tuple[DutyAct, ...]:
    """Open again what a delivery of this asset, just recorded, shows to be unfinished.

    Looked at are the notices that reach the asset or a copy of its picture.

    Args:
        session: its agent recorded the delivery.
        tx: the transaction in which it was recorded.
        uri: the asset.
    """
    closed = registry.notices_with_closed(tx, _DUTY.value)
    if not closed:
        return ()
    kin = gather(tx, [uri])
    known = (asset.result for asset in kin.proven.values())
    borne = {key for one in known if isinstance(one, MetadataRecord) for key in keys(one)}
    near = set(registry.notices_on(tx, [uri, *kin.proven, *kin.maybe]))
    near.update(one for some in registry.notices_by_keys(tx, borne).values() for one in some)
    found = registry.notices_of_ids(tx, sorted(near.intersection(closed)))
    return reopen(session, tx, found.values())


def reopen_all(session: Session, tx: Transaction) -> tuple[DutyAct, ...]:
    """The same for every notice: after a list, which may tell of any picture.

    What an interrupted import recorded is seen when the list is given again.
    """
    closed = registry.notices_with_closed(tx, _DUTY.value)
    return reopen(session, tx, registry.notices_of_ids(tx, closed).values())


def reopen(session: Session, tx: Transaction, notices: Iterable[Notice]) -> tuple[DutyAct, ...]:
    """Open the duty to inform third parties again where somebody is to be told since it was closed.

    Those who were told count as told. Whoever was to be told already when the duty was closed was
    known to the person who closed it.

    Returns:
        What was opened again; it is recorded and logged.
    """
    speaking = [
        one
        for one in notices
        if _DUTY in one.duties and one.retracted is None and one.superseded_by is None
    ]
    acts = registry.duty_acts(tx, (one.notice_id for one in speaking))
    closed: dict[str, DutyAct] = {}
    for one in speaking:
        about = [act for act in acts.get(one.notice_id, ()) if act.duty == _DUTY.value]
        run = duties.stretch(about, session.policy.today)
        if run.state is not DutyState.OPEN and run.act is not None:
            closed[one.notice_id] = run.act
    asked = [one for one in speaking if one.notice_id in closed]
    parties = of_notices(tx, asked, session.policy) if asked else {}
    found = []
    for number, act in closed.items():
        names = [one.recipient for one in parties.get(number, ()) if is_new(one, act)]
        if names:
            found.append(_opened(session, number, names))
    put(session, tx, found)
    return tuple(found)


def is_new(one: ThirdParty, closed: DutyAct) -> bool:
    """Whether a third party is to be told of what was recorded only after the duty was closed.

    The same file once more, on a day before that, is no news.
    """
    if one.state is not PartyState.TO_TELL:
        return False
    named = {given.uri for given in one.deliveries if given.recorded <= closed.made}
    day = desk_day(closed.made)
    last = "" if day is None else day.isoformat()
    return any(_is_later(given, closed.made, named, last) for given in one.again or one.deliveries)


def _is_later(given: Delivery, closed: str, named: set[str], last: str) -> bool:
    return given.recorded > closed and (given.uri not in named or given.day > last)


def _opened(session: Session, notice_id: str, names: Sequence[str]) -> DutyAct:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    listed = f"{'; '.join(names[:_MOST_NAMED])}{more}"
    return DutyAct(
        notice_id=notice_id,
        duty=_DUTY.value,
        state=DutyState.OPEN,
        agent=session.agent,
        made=session.clock(),
        proof=Proof.LEDGER,
        reason=f"Recorded as having the picture since it was closed, and not told: {listed}.",
    )
