"""What one transaction read, each thing once: for work that asks for the same things again.

Notices about one day's pictures reach the same files. What is asked for many of them is asked
ahead, in few statements; each then finds its part here, and asks for what is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from provenance import registry
from provenance.matching import Key, picture_identifiers
from provenance.matching.keys import ties
from provenance.model import Finding, Likeness, Look, MetadataRecord
from provenance.registry import Move, StoredAsset, Transaction

_Asked = TypeVar("_Asked", bound=Hashable)
_Answer = TypeVar("_Answer")
_CHUNK: Final = 100
MOST_BEARERS: Final = 1_000
"""More of those that bear one key are not kept: a family lists half as many."""

NOTHING: Final[Mapping[str, StoredAsset]] = MappingProxyType({})


class Kept(Generic[_Asked, _Answer]):
    """Answers to questions of one kind; each is asked of the registry once."""

    def __init__(
        self,
        ask: Callable[[list[_Asked]], Mapping[_Asked, _Answer]],
        known: Mapping[_Asked, _Answer] | None = None,
    ) -> None:
        """Ask by ``ask``, which leaves out what there is nothing of; ``known`` is not asked."""
        self._ask = ask
        self._known: Mapping[_Asked, _Answer] = known or {}
        self._held: dict[_Asked, _Answer | None] = {}

    def of(self, asked: Iterable[_Asked]) -> dict[_Asked, _Answer]:
        """The answers there are, in the order of the questions."""
        wanted = dict.fromkeys(asked)
        missing = [one for one in wanted if one not in self._known and one not in self._held]
        if missing:
            found = self._ask(missing)
            self._held.update((one, found.get(one)) for one in missing)
        answers = ((one, self._known.get(one, self._held.get(one))) for one in wanted)
        return {one: answer for one, answer in answers if answer is not None}


class Shelf:
    """What a transaction read so far; it must not be used for longer than that is open.

    Attributes:
        tx: the transaction.
        assets: by uri, what the registry knows of them.
        bearers: by key, the first ``MOST_BEARERS`` uris of those that bear it, in order.
        likeness: by basis, what comparing it came to (``registry.likeness_with``).
        looks: by uri, how they look.
        own: by notice id, its findings.
        found: by uri, the findings on them, whatever their status.
        away: by uri, what put them away.
    """

    def __init__(self, tx: Transaction, assets: Mapping[str, StoredAsset] = NOTHING) -> None:
        """Begin with ``assets``, which this transaction has read."""
        self.tx = tx
        self.assets: Kept[str, StoredAsset] = Kept(lambda uris: registry.stored(tx, uris), assets)
        self.bearers: Kept[Key, tuple[str, ...]] = Kept(self._bearing)
        self.likeness: Kept[str, Mapping[str, Likeness]] = Kept(
            lambda bases: registry.likeness_with(tx, bases)
        )
        self.looks: Kept[str, Look] = Kept(lambda uris: registry.looks_of(tx, uris))
        self.own: Kept[str, tuple[Finding, ...]] = Kept(self._findings_of)
        self.found: Kept[str, tuple[Finding, ...]] = Kept(self._findings_on)
        self.away: Kept[str, Move] = Kept(lambda uris: registry.put_away(tx, uris))
        self._own: dict[str, dict[str, list[Finding]]] = {}
        self._unseen: dict[str, Kept[str, bool]] = {}
        self._ties: dict[str, tuple[Key, ...]] = {}
        self._identifiers: dict[str, frozenset[str]] = {}

    def _bearing(self, some: list[Key]) -> dict[Key, tuple[str, ...]]:
        reached = registry.by_keys(self.tx, some)
        return {key: uris[:MOST_BEARERS] for key, uris in reached.items()}

    def _findings_of(self, ids: list[str]) -> dict[str, tuple[Finding, ...]]:
        found = registry.findings_of_notices(self.tx, ids)
        for number in ids:
            by_uri = self._own.setdefault(number, {})
            for one in found.get(number, ()):
                by_uri.setdefault(one.uri, []).append(one)
        return found

    def _findings_on(self, uris: list[str]) -> dict[str, tuple[Finding, ...]]:
        """Those of notices that were asked for are here, and not read again."""
        found: dict[str, list[Finding]] = {}
        asked = sorted(uris)
        for at in range(0, len(asked), _CHUNK):
            query = registry.FindingQuery(uris=asked[at : at + _CHUNK], not_about=tuple(self._own))
            for one in registry.findings(self.tx, query):
                found.setdefault(one.uri, []).append(one)
        for by_uri in self._own.values():
            for uri in by_uri.keys() & asked:
                found.setdefault(uri, []).extend(by_uri[uri])
        return {
            uri: tuple(sorted(some, key=lambda one: one.finding_id)) for uri, some in found.items()
        }

    def unexamined(self, uris: Iterable[str], rules: str) -> frozenset[str]:
        """Those of these assets that these rules have not looked at since they were read."""
        if rules not in self._unseen:
            self._unseen[rules] = Kept(
                lambda some: dict.fromkeys(registry.unexamined_among(self.tx, some, rules), True)
            )
        return frozenset(self._unseen[rules].of(uris))

    def records(self, uris: Iterable[str]) -> dict[str, MetadataRecord]:
        """What those of the assets say that could be read."""
        stored = self.assets.of(uris)
        return {
            uri: asset.result
            for uri, asset in stored.items()
            if isinstance(asset.result, MetadataRecord)
        }

    def ties(self, record: MetadataRecord) -> tuple[Key, ...]:
        """``matching.keys.ties`` of an asset's record."""
        uri = record.ref.uri
        if uri not in self._ties:
            self._ties[uri] = ties(record)
        return self._ties[uri]

    def identifiers(self, record: MetadataRecord) -> frozenset[str]:
        """``matching.picture_identifiers`` of an asset's record."""
        uri = record.ref.uri
        if uri not in self._identifiers:
            self._identifiers[uri] = picture_identifiers(record)
        return self._identifiers[uri]
