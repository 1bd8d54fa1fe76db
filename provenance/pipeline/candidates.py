"""Which assets a notice can reach, and which of them are versions of one picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from provenance import pages, registry, rules
from provenance.matching import (
    Key,
    Picture,
    identity_keys,
    picture_identifiers,
    picture_of,
    rivals,
)
from provenance.matching.keys import (
    CAPTION,
    DAY,
    FILENAME,
    ID,
    LINEAGE,
    NAME,
    NAME_DATE,
    RESTRICTED,
    SCAN,
    days,
)
from provenance.model import MetadataRecord, Notice, Status, Unreadable
from provenance.pipeline.carriers import Problem
from provenance.pipeline.scanning import Scanned
from provenance.pipeline.subjects import (
    MOST_BEARING,
    alike,
    bearing,
    beside_of,
    compared_alike,
    pictures,
    seen_of,
    subject_of,
)
from provenance.registry import StoredAsset, Transaction
from provenance.storage.folder import is_inside

# Copies of one picture carry its number and its day; a corrected day makes two.
_MOST_NAMES = 2
# Roots in one statement: a fix examines again by file, and may name thousands.
_FEW_ROOTS = 50
_TIMED = (RESTRICTED, "1")
TOO_COMMON = "too-common"
"""Code of the problem that says which notices were not held against what too many files share."""
TOO_MANY_COPIES = "too-many-copies"
"""The same of what would have proven the picture: the audit is incomplete without it."""

_PROVING = frozenset({ID, SCAN})

_KINDS = {
    CAPTION: "the caption",
    DAY: "the day",
    FILENAME: "the file name",
    ID: "the identifier",
    LINEAGE: "the edit history",
    NAME: "the photographer",
    NAME_DATE: "the photographer and the day",
    SCAN: "the picture data",
}


class Candidates:
    """Which assets below the roots each notice reaches, and what is known of its picture."""

    def __init__(self, scanned: Scanned, rules_version: str) -> None:
        self._scanned = scanned
        self._rules = rules_version
        self._of: dict[str, list[tuple[Notice, Picture]]] = {}
        self.unsaid: dict[str, Notice] = {}
        self.crowded: dict[str, frozenset[Key]] = {}

    def add(self, tx: Transaction, notice: Notice) -> None:
        """Find what ``notice`` reaches: proven assets first, then what resembles them."""
        if rules.is_unsaid(notice):
            self.unsaid[notice.notice_id] = notice
        subject = subject_of(tx, notice)
        picture = subject.picture
        compared = compared_alike(tx, subject)
        reached = alike(tx, picture.looks) | compared
        seen = seen_of(tx, subject, compared)
        if seen:
            known = picture_of(notice, (*subject.proven, *seen), subject.looks.values())
            picture = replace(known, rivals=picture.rivals)
        keys = picture.proving_keys() | picture.suggesting_keys()
        reached |= bearing(tx, keys) | _by_desk(tx, keys) | self._of_crowded(tx, notice, keys)
        if not subject.proven and not picture.identifiers:
            picture = replace(picture, rivals=_rivals(tx, picture))
        for uri in reached:
            self._of.setdefault(uri, []).append((notice, picture))

    def _of_crowded(self, tx: Transaction, notice: Notice, keys: frozenset[Key]) -> set[str]:
        """What crowded keys lead to below the roots, where that is a small part; else it is told.

        A photographer may have made half of the archive: nobody wants it listed for one notice.
        """
        crowded = registry.crowded_keys(tx, keys, MOST_BEARING)
        if not crowded:
            return set()
        roots = self._scanned.roots
        if self._scanned.total <= MOST_BEARING and len(roots) <= MOST_BEARING:
            return {
                uri
                for at in range(0, len(roots), _FEW_ROOTS)
                for key in crowded
                for uri in registry.keyed_below(tx, key, roots[at : at + _FEW_ROOTS])
            }
        self.crowded[notice.notice_id] = crowded
        return set()

    def problems(self) -> tuple[Problem, ...]:
        """What notices did not reach, because too many assets bear the same."""
        return tuple(
            Problem(
                notice_id,
                TOO_COMMON if _PROVING.isdisjoint(kind for kind, _ in keys) else TOO_MANY_COPIES,
                f"Notice {notice_id}: more than {MOST_BEARING} files share"
                f" {', '.join(sorted({_KINDS.get(kind, kind) for kind, _ in keys}))} with its"
                " picture. That tells none of them, and they were not held against it.",
                "Audit the folder that the picture is in by itself.",
            )
            for notice_id, keys in sorted(self.crowded.items())
        )

    def of(self, uri: str) -> Sequence[tuple[Notice, Picture]]:
        """The notices that reach an asset."""
        return self._of.get(uri, ())

    def to_examine(self, tx: Transaction) -> list[str]:
        """Assets below the roots that changed, were never examined, or that a notice reaches."""
        roots = self._scanned.roots
        uris = dict.fromkeys(registry.unexamined(tx, roots, self._rules))
        query = registry.FindingQuery(statuses=(Status.OPEN, Status.HELD), roots=roots)
        uris.update((one.uri, None) for one in registry.findings(tx, query) if one.notice_id)
        reached = self._of.keys() | bearing(tx, [_TIMED])
        uris.update((u, None) for u in reached if any(is_inside(u, root) for root in roots))
        if registry.crowded_keys(tx, [_TIMED], MOST_BEARING):
            uris.update(dict.fromkeys(registry.keyed_below(tx, _TIMED, roots)))
        return sorted(uris.keys() - self._scanned.left_out)


def _by_desk(tx: Transaction, keys: Iterable[Key]) -> set[str]:
    """The assets of which the desk's own system states one of the keys."""
    return {uri for uris in registry.desk_reached(tx, keys).values() for uri in uris}


def _rivals(tx: Transaction, picture: Picture) -> frozenset[str]:
    """Different pictures whose caption fits a notice that names none."""
    fitting = [key for key in picture.suggesting_keys() if key[0] == CAPTION]
    records = pictures(tx, bearing(tx, fitting))
    beside = beside_of(tx, records)
    return rivals((one, beside[one.ref.uri]) for one in records)


def siblings_of(
    tx: Transaction, results: Iterable[MetadataRecord | Unreadable]
) -> dict[str, Sequence[StoredAsset]]:
    """For each asset, the others that share an identifier or the picture data."""
    wanted: dict[Key, list[str]] = {}
    for result in results:
        if isinstance(result, MetadataRecord) and not pages.is_page(result):
            for key in identity_keys(result):
                wanted.setdefault(key, []).append(result.ref.uri)
    # What more assets share than that is a stand-in's data, and makes no versions.
    found_by = registry.by_keys(tx, wanted, at_most=MOST_BEARING)
    shared = {key: uris for key, uris in found_by.items() if len(uris) > 1}
    loaded = registry.stored(tx, _uris(shared))
    alike: dict[str, list[Key]] = {}
    for key, uris in shared.items():
        if key[0] == SCAN and _is_placeholder(loaded[uri] for uri in uris if uri in loaded):
            continue
        for own in wanted[key]:
            alike.setdefault(own, []).append(key)
    # Hundreds of copies bear the same keys: who bears them is put together once.
    bearers: dict[tuple[Key, ...], dict[str, StoredAsset]] = {}
    for keys in {tuple(some) for some in alike.values()}:
        sharing = dict.fromkeys(uri for key in keys for uri in shared[key])
        bearers[keys] = {uri: loaded[uri] for uri in sharing if uri in loaded}
    return {
        own: [one for uri, one in bearers[tuple(keys)].items() if uri != own]
        for own, keys in alike.items()
    }


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
