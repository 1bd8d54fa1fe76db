"""What the registry knows of an asset beside what it now says: for the rules on versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from provenance import registry
from provenance.matching import Key, identity_keys
from provenance.matching.items import PICTURE_FORMAT
from provenance.matching.keys import SHA256
from provenance.model import Edit, MetadataRecord, Notice, ScanResult
from provenance.notices import life
from provenance.notices.identity import Aliases
from provenance.pipeline.carriers import Problem
from provenance.registry import FormerVersion, StoredAsset, StoredItem, Transaction
from provenance.rules import History, Version
from provenance.rules.sayings import MOST_COMPARED, Sayings
from provenance.rules.versions import MOST_VALUES, of_former, of_item, of_record


class Histories:
    """Histories of assets, a window of them at a time, in few queries."""

    def __init__(self, tx: Transaction, unsaid: Iterable[Notice]) -> None:
        """Look up what came with each correction that does not state its values."""
        self._known = Aliases(registry.notices(tx, active_only=False))
        self._stated: dict[str, Version] = {}
        self._uncompared: set[str] = set()
        for notice in unsaid:
            version = _stated(tx, notice)
            if version is not None:
                self._stated[notice.notice_id] = version

    def of(
        self,
        tx: Transaction,
        assets: Mapping[str, StoredAsset],
        siblings: Mapping[str, Sequence[StoredAsset]],
    ) -> dict[str, History]:
        """The history of each of these assets, by uri.

        Args:
            tx: any transaction.
            assets: by uri.
            siblings: the other assets of the picture of each.
        """
        former = registry.former_versions(tx, assets)
        edits = registry.edits_of(tx, former)
        items = _items(tx, assets.values())
        # Of hundreds of copies each is the sibling of all others: they are told of once.
        told = {id(one): one for some in siblings.values() for one in some}
        sayings = Sayings()
        copies = {
            one.result.ref.uri: sayings.version(one.result, one.first_seen)
            for one in told.values()
            if isinstance(one.result, MetadataRecord)
        }
        known = (copies, sayings)
        return {
            uri: self._one(
                asset, known, items.get(uri, ()), former.get(uri, ()), edits.get(uri, ())
            )
            for uri, asset in assets.items()
        }

    def problems(self) -> tuple[Problem, ...]:
        """A word on assets in which no silent correction was found among too many versions."""
        if not self._uncompared:
            return ()
        first = min(self._uncompared)
        return (
            Problem(
                first,
                "versions-not-compared",
                "Copies of pictures that say more than"
                f" {MOST_COMPARED} different things were each compared with so many of them, and"
                f" nothing was found; the rest was left out, and so were versions with more than"
                f" {MOST_VALUES} values of one property. Files: {len(self._uncompared)};"
                f" the first: {first}",
                "Look at what carries the number of that picture: a number that stands in many"
                " different files tells none of them.",
            ),
        )

    def _one(
        self,
        asset: StoredAsset,
        known: tuple[Mapping[str, Version], Sayings],
        items: Sequence[StoredItem],
        former: Sequence[FormerVersion],
        edits: tuple[Edit, ...],
    ) -> History:
        newest = life.newest(one.item for one in items)
        received = {one.item: one.received for one in items}
        versions = {one.item: of_item(one.item, seen=received[one.item]) for one in items}
        return History(
            seen=asset.first_seen,
            former=tuple(
                of_former(one.record, one.read)
                for one in former
                if _is_same_picture(asset.result, one.record)
            ),
            items=tuple(versions[item] for item in newest),
            superseded=tuple(v for item, v in versions.items() if item not in newest),
            copies=known[0],
            sayings=known[1],
            uncompared=self._uncompared.add,
            edits=edits,
            stated=self._stated,
            known=self._known,
        )


def _is_same_picture(now: ScanResult, former: MetadataRecord) -> bool:
    """Whether the file still holds the picture that it held: another may have its name now."""
    if not isinstance(now, MetadataRecord):
        return False
    return not set(identity_keys(now)).isdisjoint(identity_keys(former))


def _items(tx: Transaction, assets: Iterable[StoredAsset]) -> dict[str, tuple[StoredItem, ...]]:
    """The wire items of each asset's picture, in the order in which they came."""
    wanted: dict[Key, list[str]] = {}
    for asset in assets:
        if isinstance(asset.result, MetadataRecord):
            for key in identity_keys(asset.result):
                wanted.setdefault(key, []).append(asset.result.ref.uri)
    found: dict[str, dict[StoredItem, None]] = {}
    for key, items in registry.items_by_keys(tx, wanted).items():
        for uri in wanted[key]:
            found.setdefault(uri, {}).update(dict.fromkeys(items))
    return {uri: tuple(items) for uri, items in found.items()}


def _stated(tx: Transaction, notice: Notice) -> Version | None:
    """The version of the picture that a correction came with, if it brought one."""
    of_guid = [one for one in registry.items_of_guids(tx, [notice.item]) if one.item.values]
    same = [one for one in of_guid if one.item.version == notice.version]
    came = [one for one in registry.items_of_sources(tx, [notice.source_digest]) if one.item.values]
    # The picture that a mail brings says more than the mail's own words about it.
    pictures = [one for one in came if one.item.format == PICTURE_FORMAT]
    if len(pictures) > 1:
        # Which of them is meant is for a person to say.
        pictures, came = [], []
    for one in (*pictures, *same[-1:], *of_guid[-1:], *came[-1:]):
        return of_item(one.item, seen=one.received)
    if not notice.source_digest:
        return None
    uris = registry.by_keys(tx, [(SHA256, notice.source_digest)]).values()
    records = registry.records(tx, {uri for found in uris for uri in found})
    for result in records.values():
        if isinstance(result, MetadataRecord) and not result.is_running_text:
            return of_record(result)
    return None
