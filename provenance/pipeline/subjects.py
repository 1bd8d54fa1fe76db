"""The picture that a notice speaks of, as the registry knows it: its files, and their look."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from provenance import pages, registry
from provenance.matching import (
    Key,
    Picture,
    anchored,
    basis,
    contenders,
    identified,
    match,
    picture_identifiers,
    picture_of,
)
from provenance.matching.keys import ID, SCAN, SHA256
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Confidence,
    Likeness,
    LikenessKind,
    Look,
    MetadataRecord,
    Notice,
)
from provenance.model.look import BITS
from provenance.registry import Transaction

MOST_BEARING: Final = 2_000
"""A key that more assets bear names none of them; it leads nowhere, and that is told."""

MOST_ALIKE: Final = 1_000
"""So many assets that look alike are taken up, the nearest; a stand-in picture has more."""

_FEWEST: Final = 2
COPIES: Final = frozenset({LikenessKind.SAME, LikenessKind.CROP, LikenessKind.MIRRORED})
"""What a comparison says of the same picture in another form."""

# Sixteen frequencies across in each of sixteen down; of a picture seen from behind every
# second one has the other sign (PDQ paper, "dihedral transforms").
_ACROSS: Final = int("5555" * (BITS // 16), 16)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a notice's picture beyond the notice's own words.

    Attributes:
        notice: the notice.
        picture: the keys of its picture, with how the proven files look.
        proven: assets that an identifier, a digest or the desk's own record shows to be it.
        looks: how these look, by uri.
    """

    notice: Notice
    picture: Picture
    proven: tuple[MetadataRecord, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)


def subject_of(tx: Transaction, notice: Notice) -> Subject:
    """The assets that are the notice's picture beyond doubt, wherever they stand.

    Proven by identifier, by digest or by the desk's own record; never by how they look.
    """
    picture = picture_of(notice)
    uris = bearing(tx, picture.proving_keys())
    named = [key for key in picture.proving_keys() if key[0] == ID]
    uris |= {uri for found in registry.desk_reached(tx, named).values() for uri in found}
    records = pictures(tx, uris)
    desk = registry.desk_records_of(tx, records)
    proven = tuple(
        one
        for one in records
        if _is_proven(notice, picture, one, Beside(desk=desk.get(one.ref.uri, ())))
    )
    if not proven:
        return Subject(notice, picture)
    proven = anchored(notice, picture, proven)
    # What the desk alone proves does not say how the picture looks, where a file says it.
    sure = identified(notice, picture, proven) or proven
    looks = registry.looks_of(tx, [one.ref.uri for one in sure])
    picture = picture_of(notice, proven, looks.values())
    disputed = _disputing(tx, picture.identifiers, [one for one in sure if one.ref.uri in looks])
    return Subject(notice, replace(picture, rivals=disputed), proven, looks)


def _disputing(
    tx: Transaction, numbers: Iterable[str], sure: Sequence[MetadataRecord]
) -> frozenset[str]:
    """Different pictures that carry one number: one of them borrows it, and none is sure."""
    if len({basis(one) for one in sure}) < _FEWEST:
        return frozenset()
    beside = beside_of(tx, sure)
    return frozenset().union(
        *(
            contenders(
                (one, beside[one.ref.uri]) for one in sure if number in picture_identifiers(one)
            )
            for number in numbers
        )
    )


def seen_of(
    tx: Transaction, subject: Subject, compared: Iterable[str]
) -> tuple[MetadataRecord, ...]:
    """Assets that their look alone proves: compared with a proven file, and found the same.

    Args:
        tx: any transaction.
        subject: the picture.
        compared: what ``compared_alike`` says of it.
    """
    known = {one.ref.uri for one in subject.proven}
    copies = pictures(tx, set(compared) - known)
    picture = subject.picture
    shown = {look.basis for look in picture.looks} | picture.proven_scans | picture.seen_scans
    beside = beside_of(tx, copies, shown)
    return tuple(
        one
        for one in copies
        if _is_proven(subject.notice, subject.picture, one, beside[one.ref.uri])
    )


def _is_proven(notice: Notice, picture: Picture, record: MetadataRecord, beside: Beside) -> bool:
    one = match(notice, picture, record, beside)
    return one is not None and one.confidence is Confidence.STRONG


def bearing(tx: Transaction, keys: Iterable[Key]) -> set[str]:
    """The assets that bear one of the keys; crowded keys lead nowhere."""
    found = registry.by_keys(tx, keys, at_most=MOST_BEARING)
    return {uri for uris in found.values() for uri in uris}


def alike(tx: Transaction, looks: Iterable[Look]) -> set[str]:
    """The assets that look like one of these, also without a border or seen from behind."""
    hashes: set[bytes] = set()
    for one in looks:
        if one.hash.tells:
            hashes |= {*one.forms(), one.mirrored or mirrored(one.hash.pdq)}
    found = registry.look_alikes(tx, sorted(hashes), at_most=MOST_ALIKE)
    return {uri for near in found.values() for uri, _ in near}


def compared_alike(tx: Transaction, subject: Subject) -> set[str]:
    """The assets whose picture data were compared with a proven file, and are its picture."""
    bases = {look.basis for look in subject.looks.values()}
    copies = {
        other
        for found in registry.likeness_with(tx, bases).values()
        for other, likeness in found.items()
        if likeness.kind in COPIES
    }
    return bearing(tx, [(kind, one) for one in copies - bases for kind in (SCAN, SHA256)])


def mirrored(pdq: bytes) -> bytes:
    """About the hash of the picture seen from behind, without looking at the picture again.

    Exact where the median of its frequencies is 0; most often within two dozen bits.
    """
    return (int.from_bytes(pdq) ^ _ACROSS).to_bytes(len(pdq))


def beside_of(
    tx: Transaction, records: Sequence[MetadataRecord], against: Collection[str] | None = None
) -> dict[str, Beside]:
    """What is known of each asset beside its own words, by uri.

    Args:
        tx: any transaction.
        records: the assets.
        against: the bases of which it matters what comparing with them came to; None for all.
            A picture may have been compared with every one of thousands.
    """
    looks = registry.looks_of(tx, [one.ref.uri for one in records if not one.is_running_text])
    desk = registry.desk_records_of(tx, records)
    bases = {one.ref.uri: basis(one) for one in records}
    seen = {look.basis for look in looks.values()} - {""}
    if against is None:
        likeness = registry.likeness_with(tx, seen)
    else:
        likeness = _turned(registry.likeness_with(tx, set(against) - {""}), seen)
    found: dict[str, Beside] = {}
    for uri, own in bases.items():
        look, known = looks.get(uri), likeness.get(own, {})
        if look is None and uri not in desk and not known:
            found[uri] = NOTHING_BESIDE
        else:
            found[uri] = Beside(look.hash if look else None, desk.get(uri, ()), known)
    return found


def _turned(
    compared: Mapping[str, Mapping[str, Likeness]], wanted: Collection[str]
) -> dict[str, Mapping[str, Likeness]]:
    """What comparing came to, told from the other side, for those that are wanted."""
    turned: dict[str, dict[str, Likeness]] = {}
    for one, found in compared.items():
        for other in found.keys() & wanted:
            turned.setdefault(other, {})[one] = found[other]
    return dict(turned)


def pictures(tx: Transaction, uris: Iterable[str]) -> list[MetadataRecord]:
    """The records but for pages: a page shows many pictures and proves nothing about any."""
    found = registry.records(tx, sorted(uris)).values()
    return [one for one in found if isinstance(one, MetadataRecord) and not pages.is_page(one)]
