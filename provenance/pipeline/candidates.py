"""Which assets a notice can reach, and which of them are versions of one picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from provenance import pages, registry, rules
from provenance.matching import Key, Picture, identity_keys, match, picture_identifiers, picture_of
from provenance.matching.keys import CAPTION, NO_AGENCY, RESTRICTED, SCAN, agency_of, days
from provenance.model import Confidence, MetadataRecord, Notice, Status, Unreadable
from provenance.pipeline.scanning import Scanned
from provenance.registry import StoredAsset, Transaction
from provenance.storage.folder import is_inside

# Copies of one picture carry its number and its day; a corrected day makes two.
_MOST_NAMES = 2


class Candidates:
    """Which assets below the roots each notice reaches, and what is known of its picture."""

    def __init__(self, scanned: Scanned, rules_version: str) -> None:
        self._scanned = scanned
        self._rules = rules_version
        self._of: dict[str, list[tuple[Notice, Picture]]] = {}
        self.unsaid: dict[str, Notice] = {}

    def add(self, tx: Transaction, notice: Notice) -> None:
        """Find what ``notice`` reaches: proven assets first, then what resembles them."""
        if rules.is_unsaid(notice):
            self.unsaid[notice.notice_id] = notice
        picture = picture_of(notice)
        proven = self._proven(tx, notice, picture)
        if proven:
            picture = picture_of(notice, proven)
        reached = _uris(registry.by_keys(tx, picture.proving_keys() | picture.suggesting_keys()))
        if not proven and not picture.identifiers:
            picture = replace(picture, rivals=_rivals(tx, picture))
        for uri in reached:
            self._of.setdefault(uri, []).append((notice, picture))

    def _proven(
        self, tx: Transaction, notice: Notice, picture: Picture
    ) -> tuple[MetadataRecord, ...]:
        """Assets that are the picture beyond doubt, wherever in the registry they stand."""
        found: dict[str, MetadataRecord] = {}
        for record in _pictures(tx, _uris(registry.by_keys(tx, picture.proving_keys()))):
            one = match(notice, picture, record)
            if one is not None and one.confidence is Confidence.STRONG:
                found[record.ref.uri] = record
        return tuple(found.values())

    def of(self, uri: str) -> Sequence[tuple[Notice, Picture]]:
        """The notices that reach an asset."""
        return self._of.get(uri, ())

    def to_examine(self, tx: Transaction) -> list[str]:
        """Assets below the roots that changed, were never examined, or that a notice reaches."""
        roots = self._scanned.roots
        uris = dict.fromkeys(registry.unexamined(tx, roots, self._rules))
        query = registry.FindingQuery(statuses=(Status.OPEN, Status.HELD), roots=roots)
        uris.update((one.uri, None) for one in registry.findings(tx, query) if one.notice_id)
        reached = {*self._of, *_uris(registry.by_keys(tx, [(RESTRICTED, "1")]))}
        uris.update((u, None) for u in reached if any(is_inside(u, root) for root in roots))
        return sorted(uris.keys() - self._scanned.left_out)


def _rivals(tx: Transaction, picture: Picture) -> frozenset[str]:
    """Identifiers of different pictures whose caption fits a notice that names none."""
    fitting = [key for key in picture.suggesting_keys() if key[0] == CAPTION]
    found: set[str] = set()
    for record in _pictures(tx, _uris(registry.by_keys(tx, fitting))):
        found.update(picture_identifiers(record))
    agencies = {agency_of(value) for value in found} - NO_AGENCY
    for agency in sorted(agencies):
        same = frozenset(value for value in found if agency_of(value) == agency)
        if len(same) > 1:
            return same
    return frozenset()


def siblings_of(
    tx: Transaction, results: Iterable[MetadataRecord | Unreadable]
) -> dict[str, Sequence[StoredAsset]]:
    """For each asset, the others that share an identifier or the picture data."""
    wanted: dict[Key, list[str]] = {}
    for result in results:
        if isinstance(result, MetadataRecord) and not pages.is_page(result):
            for key in identity_keys(result):
                wanted.setdefault(key, []).append(result.ref.uri)
    shared = {key: uris for key, uris in registry.by_keys(tx, wanted).items() if len(uris) > 1}
    loaded = registry.stored(tx, _uris(shared))
    found: dict[str, dict[str, StoredAsset]] = {}
    for key, uris in shared.items():
        if key[0] == SCAN and _is_placeholder(loaded[uri] for uri in uris if uri in loaded):
            continue
        for own in wanted[key]:
            others = found.setdefault(own, {})
            others.update((uri, loaded[uri]) for uri in uris if uri != own and uri in loaded)
    return {uri: list(others.values()) for uri, others in found.items()}


def _is_placeholder(assets: Iterable[StoredAsset]) -> bool:
    """Whether the same picture data serves as several pictures: a stand-in, an empty frame.

    Then a different byline beside it is no other version of one picture.
    """
    named: set[frozenset[str]] = set()
    made: set[frozenset[str]] = set()
    for asset in assets:
        if isinstance(asset.result, MetadataRecord):
            named.add(picture_identifiers(asset.result))
            made.add(days(asset.result))
    return len(named - {frozenset()}) > _MOST_NAMES or len(made - {frozenset()}) > _MOST_NAMES


def _uris(found: Mapping[Key, Sequence[str]]) -> set[str]:
    return {uri for uris in found.values() for uri in uris}


def _pictures(tx: Transaction, uris: Iterable[str]) -> Iterable[MetadataRecord]:
    """The records but for pages: a page shows many pictures and proves nothing about any."""
    return (record for record in _records(tx, uris) if not pages.is_page(record))


def _records(tx: Transaction, uris: Iterable[str]) -> Iterable[MetadataRecord]:
    for result in registry.records(tx, sorted(uris)).values():
        if isinstance(result, MetadataRecord):
            yield result
