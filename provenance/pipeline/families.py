"""The family of a picture, and how a notice stands with every member of its picture's family."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from provenance import registry
from provenance.metadata import reconcile
from provenance.model import (
    Finding,
    MetadataRecord,
    Notice,
    Policy,
    Property,
    Status,
)
from provenance.pipeline.holding import (
    NOT_THERE,
    Held,
    away_of,
    look_ahead,
    state_of,
    unexamined_of,
)
from provenance.pipeline.kinship import Kin, Link, gather
from provenance.pipeline.shelf import NOTHING, Shelf
from provenance.registry import Move, MoveState, StoredAsset, Transaction
from provenance.reporting.family import (
    Family,
    Member,
    MemberState,
    NoticeStanding,
    Standing,
    Tie,
    TieKind,
    best_first,
)
from provenance.rules.sameness import names

_UNSETTLED = (Status.OPEN, Status.HELD)
_DIGESTS = {TieKind.FILE, TieKind.IMAGE, TieKind.SCAN}
_SETTLED = {*NOT_THERE, MemberState.CLEAN}
_TOGETHER = 100
"""Notices looked up at once: what they reach is held in memory meanwhile."""
_RANKS = {kind: rank for rank, kind in enumerate(TieKind)}


def family(tx: Transaction, uri: str) -> Family:
    """The family of one asset, the best member first, each below the one that ties it.

    At most 500 members are listed, and it is told when there are more. Sure ties are
    followed from member to member; what only looks alike, or shares an edit history, is
    named beside the member it resembles and followed no further.

    Args:
        tx: any transaction.
        uri: a registered asset.
    """
    shelf = Shelf(tx)
    kin = gather(tx, [uri], shelf)
    held = {**kin.proven, **kin.maybe}
    found = shelf.found.of(held)
    unseen = unexamined_of(shelf, held)
    records = (one for uri in held if (one := kin.record(uri)) is not None)
    said = published(tx, records)
    away = away_of(shelf, held.values())
    members = tuple(
        replace(
            _member(one, kin),
            state=state_of(asset, found.get(one, ()), away.get(one), unseen=one in unseen),
            away=_told_of(away[one]) if one in away else "",
            findings=_open(found.get(one, ())),
            publications=said.get(one, ()),
        )
        for one, asset in held.items()
    )
    return Family(uri, _drawn(best_first(members), kin.links), kin.more)


def _member(uri: str, kin: Kin) -> Member:
    asset = kin.proven.get(uri) or kin.maybe[uri]
    ref = asset.result.ref
    record = kin.record(uri)
    look = kin.looks.get(uri)
    made = Member(uri, ref.display, ref, sure=uri in kin.proven)
    if look is not None:
        made = replace(made, size=(look.hash.width, look.hash.height))
    if record is None:
        return made
    return replace(
        made,
        media_type=record.media_type,
        creators=_creators(record),
        credit_line=_credit_line(record),
    )


def _creators(record: MetadataRecord) -> tuple[str, ...]:
    chosen = reconcile.preferred(record, Property.CREATOR_NAMES)
    return names(chosen.values) if chosen is not None else ()


def _credit_line(record: MetadataRecord) -> str:
    chosen = reconcile.preferred(record, Property.CREDIT_LINE)
    return " ".join(" ".join(chosen.values).split()) if chosen is not None else ""


def _drawn(ranked: Sequence[Member], links: Iterable[Link]) -> tuple[Member, ...]:
    """The members with their ties, each behind the one below which it is drawn."""
    rank = {one.uri: number for number, one in enumerate(ranked)}
    ties: dict[str, dict[Tie, None]] = {}
    for one, other, kind, detail in _pairs(links, rank):
        ties.setdefault(one, {})[Tie(kind, other, detail)] = None
        ties.setdefault(other, {})[Tie(kind, one, detail)] = None
    ordered = {
        uri: sorted(_telling(found), key=lambda tie: (_RANKS[tie.kind], tie.other, tie.detail))
        for uri, found in ties.items()
    }
    parents = _parents(ranked, ordered, rank)
    order = {uri: number for number, uri in enumerate(parents)}
    return tuple(
        replace(
            one,
            ties=tuple(ordered.get(one.uri, ())),
            parent=parents[one.uri],
        )
        for one in sorted(ranked, key=lambda one: order[one.uri])
    )


def _pairs(
    links: Iterable[Link], rank: Mapping[str, int]
) -> Iterator[tuple[str, str, TieKind, str]]:
    """Pairs of members and why; of those that share a key, each with the best of them."""
    sharing: dict[tuple[TieKind, str, str], set[str]] = {}
    for link in links:
        if link.one not in rank or link.other not in rank:
            continue
        if link.key:
            group = sharing.setdefault((link.kind, link.detail, link.key), set())
            group.update((link.one, link.other))
        else:
            yield link.one, link.other, link.kind, link.detail
    for (kind, detail, _), group in sharing.items():
        best, *others = sorted(group, key=rank.__getitem__)
        yield from ((best, other, kind, detail) for other in others)


def _telling(ties: Iterable[Tie]) -> Iterator[Tie]:
    """The ties but for digests that follow from a stronger one: equal files have equal pictures."""
    strongest: dict[str, int] = {}
    for tie in (found := tuple(ties)):
        if tie.kind in _DIGESTS:
            rank = _RANKS[tie.kind]
            strongest[tie.other] = min(rank, strongest.get(tie.other, rank))
    return (
        tie for tie in found if tie.kind not in _DIGESTS or _RANKS[tie.kind] == strongest[tie.other]
    )


def _parents(
    ranked: Sequence[Member], ties: Mapping[str, Sequence[Tie]], rank: Mapping[str, int]
) -> dict[str, str]:
    """Below which member each is drawn: breadth first from the best one over the surest ties."""
    parents: dict[str, str] = {}
    for root in ranked:
        if root.uri in parents:
            continue
        parents[root.uri] = ""
        queue = deque([root.uri])
        while queue:
            here = queue.popleft()
            near = ties.get(here, ())
            for tie in sorted(near, key=lambda tie: (_RANKS[tie.kind], rank[tie.other])):
                if tie.other not in parents:
                    parents[tie.other] = here
                    queue.append(tie.other)
    return parents


def published(tx: Transaction, records: Iterable[MetadataRecord]) -> dict[str, tuple[str, ...]]:
    """By uri, where the desk's own records say that assets were published."""
    found = {
        uri: tuple(dict.fromkeys(place for one in told for place in one.publications))
        for uri, told in registry.desk_records_of(tx, records).items()
    }
    return {uri: places for uri, places in found.items() if places}


def _open(found: Iterable[Finding]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (one.finding_id, one.rule.value, one.status.value)
        for one in found
        if one.status in _UNSETTLED
    )


def _told_of(move: Move) -> str:
    when = (move.settled or move.created)[:10]
    if move.state is MoveState.DELETED:
        return f"deleted from quarantine on {when}"
    return f"in quarantine since {when}, on the word of {move.agent}"


def standing(tx: Transaction, notice: Notice, policy: Policy) -> Standing:
    """How a notice stands with every copy of its picture that the registry holds.

    Closed only when every copy is clean: those proven to be the picture, those with a
    finding of the notice, and those that look alike and were not compared yet, which were
    not looked at. What a person rejected or waived is settled. What is gone does not count.

    Args:
        tx: any transaction.
        notice: any notice, retracted ones too.
        policy: the desk's rules.
    """
    return standing_of(Held.of(tx, notice, policy))


def standing_of(held: Held) -> Standing:
    """The same of copies that were looked up."""
    notice = held.notice
    states = {uri: held.state(uri) for uri in held.uris}
    present = {uri: state for uri, state in states.items() if state not in NOT_THERE}
    quarantined = sum(state is MemberState.QUARANTINED for state in states.values())
    unclean = [
        (held.path(uri), state) for uri, state in present.items() if state is not MemberState.CLEAN
    ]
    if notice.retracted is not None:
        state = NoticeStanding.RETRACTED
    elif notice.superseded_by is not None:
        state = NoticeStanding.SUPERSEDED
    elif not states:
        state = NoticeStanding.NOTHING_FOUND
    else:
        state = NoticeStanding.OPEN if unclean or held.kin.more else NoticeStanding.CLOSED
    return Standing(
        state=state,
        total=len(present),
        clean=len(present) - len(unclean),
        gone=len(states) - len(present) - quarantined,
        quarantined=quarantined,
        unclean=tuple(sorted(unclean)),
        more=held.kin.more,
        settled=tuple(
            (held.ref(uri), states[uri])
            for uri in sorted(states, key=held.path)
            if states[uri] in _SETTLED
        ),
    )


def standings(
    tx: Transaction,
    notices: Iterable[Notice],
    policy: Policy,
    assets: Mapping[str, StoredAsset] = NOTHING,
) -> dict[str, Standing]:
    """How each of these notices stands, by its id: what ``standing`` says, looked up together.

    Args:
        tx: any transaction.
        notices: any notices, retracted ones too.
        policy: the desk's rules.
        assets: what this transaction has read of assets, by uri: it is not read again.
    """
    found: dict[str, Standing] = {}
    asked = tuple({one.notice_id: one for one in notices}.values())
    for at in range(0, len(asked), _TOGETHER):
        shelf, chunk = Shelf(tx, assets), asked[at : at + _TOGETHER]
        look_ahead(shelf, chunk)
        found.update((one.notice_id, standing_of(Held.of(tx, one, policy, shelf))) for one in chunk)
    return found
