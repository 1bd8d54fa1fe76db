"""Which assets are one picture: sure ties are followed, weak ones are only named.

A chain of pictures that merely look alike would join two pictures, and an identifier that
stands in the wrong file would join two more: neither is followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from provenance import registry
from provenance.matching import Key
from provenance.matching.evidence.look import is_whole
from provenance.matching.keys import ID, IMAGE, SCAN, SHA256, agency_of, basis
from provenance.model import Likeness, LikenessKind, Look, MetadataRecord, ScanResult
from provenance.pipeline.shelf import Shelf
from provenance.registry import StoredAsset, Transaction
from provenance.reporting.family import TieKind
from provenance.rules.renditions import names_nobody

MOST = 500
"""So many assets are listed as one picture; a stand-in for missing pictures has more."""

_MOST_ALIKE = 100
_MOST_PICTURES = 2
_LINEAGE = "lineage"
_DIGESTS = {SHA256: TieKind.FILE, IMAGE: TieKind.IMAGE, SCAN: TieKind.SCAN}
_COMPARED = {
    LikenessKind.SAME: TieKind.SAME,
    LikenessKind.CROP: TieKind.CROP,
    LikenessKind.MIRRORED: TieKind.MIRRORED,
}


@dataclass(frozen=True, slots=True)
class Link:
    """Two assets, and why they are, or may be, one picture; ``one`` was known first.

    ``key`` names what all links that bear it have in common: a digest, an identifier.
    """

    one: str
    other: str
    kind: TieKind
    detail: str = ""
    key: str = ""


@dataclass(slots=True)
class Kin:
    """What was found so far.

    Attributes:
        proven: the assets that are the picture.
        maybe: those that a weak tie leads to.
        links: every tie that was met.
        looks: how they look.
        likeness: for the basis of each, what comparing it came to.
        followed: the keys that were looked up.
        more: there are more than were taken up.
    """

    proven: dict[str, StoredAsset] = field(default_factory=dict)
    maybe: dict[str, StoredAsset] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    looks: dict[str, Look] = field(default_factory=dict)
    likeness: dict[str, dict[str, Likeness]] = field(default_factory=dict)
    followed: set[Key] = field(default_factory=set)
    more: bool = False

    def record(self, uri: str) -> MetadataRecord | None:
        """What an asset says, where it could be read."""
        asset = self.proven.get(uri) or self.maybe.get(uri)
        result = asset.result if asset else None
        return result if isinstance(result, MetadataRecord) else None

    def basis_of(self, uri: str) -> str:
        """By which digest the picture data of an asset are known; empty where by none."""
        record = self.record(uri)
        return basis(record) if record is not None else ""

    def verdicts(self, own: str) -> frozenset[LikenessKind]:
        """What comparing the picture data of a basis with any proven member came to."""
        return frozenset(
            found[own].kind for found in self.likeness.values() if own and own in found
        )


def gather(tx: Transaction, uris: Iterable[str], shelf: Shelf | None = None) -> Kin:
    """The assets that are the same picture as those given, and those that may be.

    Args:
        tx: any transaction.
        uris: assets known to be one picture; those that are not registered are left out.
        shelf: what this transaction has read so far.
    """
    shelf, kin = shelf or Shelf(tx), Kin()
    wanted = sorted(set(uris))
    fresh = _take(shelf, kin, wanted)
    seeds = _identifiers(shelf, kin, fresh)
    while fresh:
        found = [
            *_by_keys(shelf, kin, fresh, seeds),
            *_by_comparison(shelf, kin, fresh),
        ]
        kin.links += found
        fresh = _take(shelf, kin, sorted({one.other for one in found} - kin.proven.keys()))
    kin.looks = shelf.looks.of(kin.proven)
    _add_weak(shelf, kin)
    return kin


def _take(shelf: Shelf, kin: Kin, uris: Sequence[str]) -> list[str]:
    """Take up assets as far as there is room; return those that were new."""
    room = MOST - len(kin.proven)
    kin.more = kin.more or len(uris) > room
    stored = shelf.assets.of(uris[: max(room, 0)])
    kin.proven.update(stored)
    bases = {kin.basis_of(uri) for uri in stored} - {"", *kin.likeness}
    compared = shelf.likeness.of(bases)
    kin.likeness.update({one: dict(compared.get(one, {})) for one in bases})
    return sorted(stored)


def _identifiers(shelf: Shelf, kin: Kin, uris: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for uri in uris:
        record = kin.record(uri)
        if record is not None:
            found.update(shelf.identifiers(record))
    return frozenset(found)


def _by_keys(shelf: Shelf, kin: Kin, fresh: Sequence[str], seeds: frozenset[str]) -> Iterator[Link]:
    """Ties by digest and identifier from newly found assets to all that share them."""
    wanted: dict[Key, str] = {}
    for uri in fresh:
        record = kin.record(uri)
        for key in _proving_keys(shelf, record, seeds) if record is not None else ():
            if key not in kin.followed:
                wanted.setdefault(key, uri)
    kin.followed.update(wanted)
    for key, uris in sorted(shelf.bearers.of(wanted).items()):
        kind = _DIGESTS.get(key[0], TieKind.IDENTIFIER)
        # One more than fits is enough to know that there are more.
        listed = uris[: MOST + 1]
        if kind is TieKind.SCAN and _serves_several(shelf, listed):
            continue
        own = wanted[key]
        others = _another_picture(shelf, kin, listed) if kind is TieKind.IDENTIFIER else ()
        for uri in listed:
            if uri != own and uri not in others:
                told = key[1] if kind is TieKind.IDENTIFIER else ""
                yield Link(own, uri, kind, told, key[1])


def _another_picture(shelf: Shelf, kin: Kin, uris: Sequence[str]) -> frozenset[str]:
    """Those that were compared and are another picture, whatever identifier they carry."""
    if not any(
        one.kind is LikenessKind.OTHER for found in kin.likeness.values() for one in found.values()
    ):
        return frozenset()
    return frozenset(
        uri
        for uri, result in shelf.records(uris).items()
        if uri not in kin.proven and LikenessKind.OTHER in kin.verdicts(basis(result))
    )


def _proving_keys(shelf: Shelf, record: MetadataRecord, seeds: frozenset[str]) -> Iterator[Key]:
    """The keys that copies share. A second identifier of one agency is another picture's."""
    if record.is_running_text:
        return
    known = {agency_of(value) for value in seeds}
    for kind, value in shelf.ties(record):
        follows = kind == ID and (value in seeds or agency_of(value) not in known)
        if kind in _DIGESTS or follows:
            yield kind, value


def _serves_several(shelf: Shelf, uris: Sequence[str]) -> bool:
    """Whether the same picture data stand for several pictures: a stand-in, an empty frame."""
    if len(uris) <= _MOST_PICTURES:
        return False
    named = {shelf.identifiers(result) for result in shelf.records(uris).values()}
    return len(named - {frozenset()}) > _MOST_PICTURES


def _by_comparison(shelf: Shelf, kin: Kin, fresh: Sequence[str]) -> Iterator[Link]:
    """Ties by pixels, to every asset that holds the picture data that were compared."""
    wanted: dict[str, list[tuple[str, TieKind]]] = {}
    for uri in fresh:
        for other, found in kin.likeness.get(kin.basis_of(uri), {}).items():
            kind = _COMPARED.get(found.kind)
            if kind is not None:
                wanted.setdefault(other, []).append((uri, kind))
    for digest, uris in _holding(shelf, wanted).items():
        for one, kind in wanted[digest]:
            yield from (Link(one, uri, kind) for uri in uris if uri != one)


def _holding(shelf: Shelf, bases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The assets that hold the picture data named by each basis."""
    asked = [(kind, one) for one in bases for kind in (SCAN, SHA256)]
    found: dict[str, dict[str, None]] = {}
    for (_, one), uris in shelf.bearers.of(asked).items():
        found.setdefault(one, {}).update(dict.fromkeys(uris[:MOST]))
    return {one: tuple(sorted(uris)) for one, uris in found.items()}


def credited_twins(
    tx: Transaction, results: Iterable[ScanResult]
) -> dict[str, tuple[StoredAsset, ...]]:
    """For each picture that names nobody, those that were compared and are the same picture.

    Beside the siblings that share an identifier or the picture data, these may say whose it
    is. Costs nothing where every picture names somebody.

    Args:
        tx: any transaction.
        results: assets as they were read.
    """
    bare = {
        one.ref.uri: basis(one)
        for one in results
        if isinstance(one, MetadataRecord) and names_nobody(one)
    }
    compared = registry.likeness_with(tx, set(bare.values()) - {""})
    same = {
        own: [one for one, found in likeness.items() if is_whole(found)]
        for own, likeness in compared.items()
    }
    places = _holding(Shelf(tx), {one for found in same.values() for one in found})
    stored = registry.stored(tx, {uri for uris in places.values() for uri in uris})
    twins: dict[str, tuple[StoredAsset, ...]] = {}
    for uri, own in bare.items():
        near = {other for one in same.get(own, ()) for other in places.get(one, ())}
        twins[uri] = tuple(stored[other] for other in sorted(near - {uri}) if other in stored)
    return {uri: found for uri, found in twins.items() if found}


def _add_weak(shelf: Shelf, kin: Kin) -> None:
    """Name what looks alike, shares an edit history, or is tied by the desk's own records."""
    found = [*_alike(shelf, kin), *_lineage(shelf, kin), *_desk(shelf, kin)]
    others = sorted({one.other for one in found} - kin.proven.keys())
    room = max(MOST - len(kin.proven), 0)
    kin.more = kin.more or len(others) > room
    kin.maybe.update(shelf.assets.of(others[:room]))
    kin.looks.update(shelf.looks.of(kin.maybe))
    for one in found:
        if one.other not in kin.maybe:
            continue
        # What was compared and is another picture is no relation, whatever else they share.
        compared = kin.verdicts(kin.basis_of(one.other))
        if LikenessKind.OTHER in compared:
            continue
        if one.kind is TieKind.LOOK and LikenessKind.UNSURE in compared:
            kin.links.append(Link(one.one, one.other, TieKind.UNSURE, one.detail))
        else:
            kin.links.append(one)
    tied = {one.other for one in kin.links}
    kin.maybe = {uri: asset for uri, asset in kin.maybe.items() if uri in tied}


def _alike(shelf: Shelf, kin: Kin) -> Iterator[Link]:
    looks: dict[bytes, str] = {}
    for uri, look in sorted(kin.looks.items()):
        if look.hash.tells:
            looks.setdefault(look.hash.pdq, uri)
    for pdq, near in registry.look_alikes(shelf.tx, looks, at_most=_MOST_ALIKE).items():
        for uri, distance in near:
            if uri not in kin.proven:
                yield Link(looks[pdq], uri, TieKind.LOOK, f"{distance} of 256 bits differ")


def _lineage(shelf: Shelf, kin: Kin) -> Iterator[Link]:
    wanted: dict[Key, str] = {}
    for uri in kin.proven:
        record = kin.record(uri)
        for key in shelf.ties(record) if record is not None else ():
            if key[0] == _LINEAGE:
                wanted.setdefault(key, uri)
    for key, uris in shelf.bearers.of(wanted).items():
        for uri in uris[:_MOST_ALIKE]:
            if uri not in kin.proven:
                yield Link(wanted[key], uri, TieKind.LINEAGE)


def _desk(shelf: Shelf, kin: Kin) -> Iterator[Link]:
    """Assets that a desk record gives the identifier of a member."""
    wanted: dict[Key, str] = {}
    for uri in kin.proven:
        for value in _identifiers(shelf, kin, [uri]):
            wanted.setdefault((ID, value), uri)
    for key, uris in registry.desk_reached(shelf.tx, wanted).items():
        for uri in uris[:_MOST_ALIKE]:
            if uri not in kin.proven:
                yield Link(wanted[key], uri, TieKind.DESK, key[1])
