"""The family of a picture, and how a notice stands with every member of its picture's family."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from provenance import pages, registry, rules
from provenance.matching import Picture, match, picture_of
from provenance.metadata import reconcile
from provenance.model import (
    Beside,
    Confidence,
    Finding,
    MetadataRecord,
    Notice,
    Policy,
    Property,
    Rule,
    Severity,
    Status,
    Unreadable,
)
from provenance.pipeline.auditing import RULES_VERSION
from provenance.pipeline.kinship import MOST, Kin, Link, gather
from provenance.registry import Move, MoveState, Presence, StoredAsset, Transaction
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

_CHUNK = 100
_UNSETTLED = (Status.OPEN, Status.HELD)
_DISMISSED = {Status.WAIVED, Status.REJECTED}
_DIGESTS = {TieKind.FILE, TieKind.IMAGE, TieKind.SCAN}
_NOT_THERE = {MemberState.GONE, MemberState.QUARANTINED}
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
    kin = gather(tx, [uri])
    held = {**kin.proven, **kin.maybe}
    found = _findings(tx, held)
    unseen = _unexamined(tx, held)
    records = (one for uri in held if (one := kin.record(uri)) is not None)
    said = published(tx, records)
    away = _away(tx, held.values())
    members = tuple(
        replace(
            _member(one, kin),
            state=_state(asset, found.get(one, ()), away.get(one), unseen=one in unseen),
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


def _findings(tx: Transaction, uris: Iterable[str]) -> dict[str, list[Finding]]:
    """Every finding about these assets, whatever its status."""
    asked = sorted(uris)
    wanted = frozenset(asked)
    found: dict[str, list[Finding]] = {}
    for at in range(0, len(asked), _CHUNK):
        query = registry.FindingQuery(roots=asked[at : at + _CHUNK])
        for one in registry.findings(tx, query):
            if one.uri in wanted:
                found.setdefault(one.uri, []).append(one)
    return found


def _unexamined(tx: Transaction, uris: Iterable[str]) -> frozenset[str]:
    asked = sorted(uris)
    found: set[str] = set()
    for at in range(0, len(asked), _CHUNK):
        found.update(registry.unexamined(tx, asked[at : at + _CHUNK], RULES_VERSION))
    return frozenset(found)


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


def _away(tx: Transaction, assets: Iterable[StoredAsset]) -> dict[str, Move]:
    """By uri, what put assets away that are gone from where they were."""
    gone = [one.result.ref.uri for one in assets if one.presence is Presence.GONE]
    return registry.put_away(tx, gone)


def _told_of(move: Move) -> str:
    when = (move.settled or move.created)[:10]
    if move.state is MoveState.DELETED:
        return f"deleted from quarantine on {when}"
    return f"in quarantine since {when}, on the word of {move.agent}"


def _state(
    asset: StoredAsset, found: Iterable[Finding], away: Move | None, *, unseen: bool
) -> MemberState:
    """How an asset stands by itself; what is only noted leaves it clean."""
    if asset.presence is Presence.GONE:
        kept = away is not None and away.state is MoveState.COMMIT
        return MemberState.QUARANTINED if kept else MemberState.GONE
    if asset.presence is Presence.OFFLINE:
        return MemberState.OFFLINE
    if isinstance(asset.result, Unreadable):
        return MemberState.UNREADABLE
    statuses = {one.status for one in found if one.severity is not Severity.NOTE}
    if Status.OPEN in statuses:
        return MemberState.OPEN
    if Status.HELD in statuses:
        return MemberState.HELD
    return MemberState.NOT_LOOKED_AT if unseen else MemberState.CLEAN


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
    held = _Held.of(tx, notice, policy)
    states = {uri: held.state(uri) for uri in held.uris}
    present = {uri: state for uri, state in states.items() if state not in _NOT_THERE}
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
    )


def standings(tx: Transaction, notices: Iterable[Notice], policy: Policy) -> dict[str, Standing]:
    """How each of these notices stands, by its id."""
    return {one.notice_id: standing(tx, one, policy) for one in notices}


@dataclass(frozen=True, slots=True)
class _Held:
    """Everything the registry holds of one notice's picture.

    Attributes:
        notice: the notice.
        picture: what is known of its picture.
        policy: the desk's rules.
        kin: the copies proven to be the picture, and what may be.
        others: assets that the notice has findings on without being proven.
        found: all findings on all of them.
        unseen: those that were not examined since they were read.
        away: what put those away that are gone.
    """

    notice: Notice
    picture: Picture
    policy: Policy
    kin: Kin
    others: Mapping[str, StoredAsset]
    found: Mapping[str, Sequence[Finding]]
    unseen: frozenset[str]
    away: Mapping[str, Move]

    @classmethod
    def of(cls, tx: Transaction, notice: Notice, policy: Policy) -> _Held:
        """Look everything up."""
        own = registry.findings(tx, registry.FindingQuery(notice_id=notice.notice_id))
        picture = picture_of(notice)
        proven = _proven(tx, notice, picture)
        proven += [one.uri for one in own if one.confidence is Confidence.STRONG]
        kin = gather(tx, proven)
        records = [one for uri in proven if (one := kin.record(uri)) is not None]
        if records:
            looks = [kin.looks[uri] for uri in proven if uri in kin.looks]
            picture = picture_of(notice, records, looks)
        concerned = {one.uri for one in own if one.status is not Status.REJECTED}
        bare = sorted(concerned - kin.proven.keys())[:MOST]
        others = registry.stored(tx, bare)
        held = {**kin.maybe, **kin.proven, **others}
        found, unseen = _findings(tx, held), _unexamined(tx, held)
        away = _away(tx, held.values())
        return cls(notice, picture, policy, kin, others, found, unseen, away)

    @property
    def uris(self) -> Iterator[str]:
        """The assets that count: proven, found by the notice, or alike and not compared."""
        yield from self.kin.proven
        yield from self.others
        alike = {one.other for one in self.kin.links if one.kind is TieKind.LOOK}
        yield from (uri for uri in self.kin.maybe if uri in alike and uri not in self.others)

    def _asset(self, uri: str) -> StoredAsset:
        return self.kin.proven.get(uri) or self.others.get(uri) or self.kin.maybe[uri]

    def path(self, uri: str) -> str:
        """For a person."""
        return self._asset(uri).result.ref.display

    def state(self, uri: str) -> MemberState:
        """How one of them stands with this notice."""
        asset = self._asset(uri)
        told = [one for one in self.found.get(uri, ()) if self._speaks(one)]
        state = _state(asset, told, self.away.get(uri), unseen=uri in self.unseen)
        if state is not MemberState.CLEAN or any(one.status in _DISMISSED for one in told):
            return state
        compared = uri in self.kin.proven or uri in self.others
        return MemberState.NOT_LOOKED_AT if not compared or self._is_unheard(uri) else state

    def _speaks(self, one: Finding) -> bool:
        """Whether a finding is the notice's, or one that it shares with another notice."""
        wanted = self.notice.notice_id
        return one.notice_id == wanted or any(
            reason.name == "also" and wanted in reason.detail for reason in one.evidence
        )

    def _is_unheard(self, uri: str) -> bool:
        """Whether the notice would find something that no audit has reported yet."""
        record = self._asset(uri).result
        if not isinstance(record, MetadataRecord) or pages.is_page(record):
            return False
        if any(one.rule is Rule.WITHDRAWN for one in self.found.get(uri, ())):
            return False
        look = self.kin.looks.get(uri)
        beside = Beside(
            hash=look.hash if look is not None else None,
            likeness=self.kin.likeness.get(self.kin.basis_of(uri), {}),
        )
        made = rules.examine(record, [(self.notice, self.picture)], (), self.policy, beside=beside)
        return any(one.notice_id == self.notice.notice_id for one in made)


def _proven(tx: Transaction, notice: Notice, picture: Picture) -> list[str]:
    """The assets that are the notice's picture beyond doubt."""
    reached = registry.by_keys(tx, picture.proving_keys())
    uris = sorted({uri for found in reached.values() for uri in found})[: MOST + 1]
    return [
        uri
        for uri, result in registry.records(tx, uris).items()
        if isinstance(result, MetadataRecord)
        and not pages.is_page(result)
        and (one := match(notice, picture, result)) is not None
        and one.confidence is Confidence.STRONG
    ]
