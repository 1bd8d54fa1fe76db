"""Everything the registry holds of one notice's picture, and how each copy of it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from provenance import pages, rules
from provenance.matching import Key, Picture, match, picture_of
from provenance.matching.keys import LINEAGE, basis
from provenance.model import (
    AssetRef,
    Beside,
    Confidence,
    Finding,
    MetadataRecord,
    Notice,
    Policy,
    Rule,
    Severity,
    Status,
    Unreadable,
)
from provenance.pipeline.auditing import RULES_VERSION
from provenance.pipeline.kinship import MOST, Kin, gather
from provenance.pipeline.shelf import Shelf
from provenance.registry import Move, MoveState, Presence, StoredAsset, Transaction
from provenance.reporting.family import MemberState, TieKind

NOT_THERE = {MemberState.GONE, MemberState.QUARANTINED}
"""States of copies that are not where they were; they do not count."""

_MOST_AHEAD = 20_000
"""So many assets are read ahead at most."""
_DISMISSED = {Status.WAIVED, Status.REJECTED}


def unexamined_of(shelf: Shelf, uris: Iterable[str]) -> frozenset[str]:
    """Those of these assets that were not examined since they were read."""
    return shelf.unexamined(uris, RULES_VERSION)


def away_of(shelf: Shelf, assets: Iterable[StoredAsset]) -> dict[str, Move]:
    """By uri, what put assets away that are gone from where they were."""
    return shelf.away.of(one.result.ref.uri for one in assets if one.presence is Presence.GONE)


def state_of(
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


@dataclass(frozen=True, slots=True)
class Held:
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
    def of(
        cls, tx: Transaction, notice: Notice, policy: Policy, shelf: Shelf | None = None
    ) -> Held:
        """Look everything up that is not on the shelf."""
        shelf = shelf or Shelf(tx)
        own = shelf.own.of([notice.notice_id]).get(notice.notice_id, ())
        picture = picture_of(notice)
        proven = proven_of(tx, notice, picture, shelf)
        proven += [one.uri for one in own if one.confidence is Confidence.STRONG]
        kin = gather(tx, proven, shelf)
        records = [one for uri in proven if (one := kin.record(uri)) is not None]
        if records:
            looks = [kin.looks[uri] for uri in proven if uri in kin.looks]
            picture = picture_of(notice, records, looks)
        concerned = {one.uri for one in own if one.status is not Status.REJECTED}
        bare = sorted(concerned - kin.proven.keys())[:MOST]
        others = shelf.assets.of(bare)
        held = {**kin.maybe, **kin.proven, **others}
        found, unseen = shelf.found.of(held), unexamined_of(shelf, held)
        away = away_of(shelf, held.values())
        return cls(notice, picture, policy, kin, others, found, unseen, away)

    @property
    def uris(self) -> Iterator[str]:
        """The assets that count: proven, found by the notice, or alike and not compared."""
        yield from self.kin.proven
        yield from self.others
        alike = {one.other for one in self.kin.links if one.kind is TieKind.LOOK}
        yield from (uri for uri in self.kin.maybe if uri in alike and uri not in self.others)

    def asset(self, uri: str) -> StoredAsset:
        """What is known of one of them."""
        return self.kin.proven.get(uri) or self.others.get(uri) or self.kin.maybe[uri]

    def ref(self, uri: str) -> AssetRef:
        """To draw it by."""
        return self.asset(uri).result.ref

    def path(self, uri: str) -> str:
        """For a person."""
        return self.ref(uri).display

    def state(self, uri: str) -> MemberState:
        """How one of them stands with this notice."""
        asset = self.asset(uri)
        told = self.told(uri)
        state = state_of(asset, told, self.away.get(uri), unseen=uri in self.unseen)
        if state is not MemberState.CLEAN or any(one.status in _DISMISSED for one in told):
            return state
        compared = uri in self.kin.proven or uri in self.others
        return MemberState.NOT_LOOKED_AT if not compared or self._is_unheard(uri) else state

    def told(self, uri: str) -> list[Finding]:
        """The notice's own findings on one of them, and those that it shares with others."""
        return [one for one in self.found.get(uri, ()) if self._speaks(one)]

    def _speaks(self, one: Finding) -> bool:
        """Whether a finding is the notice's, or one that it shares with another notice."""
        wanted = self.notice.notice_id
        return one.notice_id == wanted or any(
            reason.name == "also" and wanted in reason.detail for reason in one.evidence
        )

    def _is_unheard(self, uri: str) -> bool:
        """Whether the notice would find something that no audit has reported yet."""
        record = self.asset(uri).result
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


def look_ahead(shelf: Shelf, notices: Sequence[Notice]) -> None:
    """Put on the shelf what ``Held.of`` will ask for about each of these notices.

    Nothing but time depends on it: whatever is left out is asked for when it is needed.
    """
    own = [found for some in shelf.own.of(n.notice_id for n in notices).values() for found in some]
    wanted = frozenset[Key]().union(*(picture_of(one).proving_keys() for one in notices))
    fresh = {one.uri for one in own if one.confidence is Confidence.STRONG}
    fresh |= _bearing(shelf, wanted)
    met: set[str] = set()
    while fresh and len(met) < _MOST_AHEAD:
        some = sorted(fresh)[: _MOST_AHEAD - len(met)]
        met.update(some)
        records = shelf.records(some)
        shelf.likeness.of({basis(one) for one in records.values()} - {""})
        fresh = _bearing(shelf, {key for one in records.values() for key in shelf.ties(one)}) - met
    found_on = sorted({one.uri for one in own} - met)
    met.update(found_on[: _MOST_AHEAD - len(met)])
    held = sorted(met)
    shelf.looks.of(held)
    shelf.found.of(held)
    unexamined_of(shelf, held)
    away_of(shelf, shelf.assets.of(held).values())


def _bearing(shelf: Shelf, keys: Iterable[Key]) -> set[str]:
    """As many as one family takes up of those that bear each of the keys."""
    reached = shelf.bearers.of(keys)
    return {
        uri for (kind, _), uris in reached.items() if kind != LINEAGE for uri in uris[: MOST + 1]
    }


def proven_of(
    tx: Transaction, notice: Notice, picture: Picture, shelf: Shelf | None = None
) -> list[str]:
    """The assets that are the notice's picture beyond doubt."""
    shelf = shelf or Shelf(tx)
    reached = shelf.bearers.of(picture.proving_keys())
    uris = sorted({uri for found in reached.values() for uri in found})[: MOST + 1]
    return [
        uri
        for uri, result in shelf.records(uris).items()
        if not pages.is_page(result)
        and (one := match(notice, picture, result)) is not None
        and one.confidence is Confidence.STRONG
    ]
