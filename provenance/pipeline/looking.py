"""Look at what a notice's picture may be: hash the window, find what looks alike, compare.

Only where a notice's picture is known by a file that is proven to be it, or by its hash. Crops
look like nothing but a part of it: those are found by ``seeking``. What is learnt is kept in the
registry, so that nothing is decoded twice; what was left undone is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from provenance import isolation, registry
from provenance.matching import basis, match
from provenance.matching.evidence.look import ALIKE
from provenance.matching.keys import SCAN, SHA256
from provenance.model import Beside, Confidence, Likeness, Look, MetadataRecord, Notice
from provenance.pipeline.carriers import Problem
from provenance.pipeline.hashing import Hashed, hash_pictures
from provenance.pipeline.seeking import (
    MOST_FILES,
    anchors_of,
    below,
    keyed_window,
    seek,
    settled_with,
    suggested_below,
    window_keys,
)
from provenance.pipeline.session import Session
from provenance.pipeline.sitters import Compared, Comparison, Sitter, octets_of
from provenance.pipeline.subjects import Subject, alike, bearing, mirrored, pictures, subject_of
from provenance.registry import Transaction, Unseen

# One second or two of comparing for a notice on one processor; the nearest come first.
_MOST_PAIRS = 200
# For all notices together: some minutes. What is compared is kept, so that the next run goes on.
_MOST_IN_ALL = 20_000
_TASK = 8
# Starting processes takes as long as two dozen comparisons.
_FEW = 24
_OFFENDING = frozenset({"other-identifier"})
_SCAN_ALL = "Run `provenance scan --hash` on the folder once; then audit again."


def look(session: Session, roots: Sequence[str], notices: Iterable[Notice]) -> tuple[Problem, ...]:
    """Learn what the pixels say about the notices' pictures and the assets below the roots.

    Does nothing for notices of whose picture no file is proven and no hash is given. Decodes
    at most ``Policy.look_at_most`` pictures that have no hash yet.

    Args:
        session: the command's surroundings.
        roots: absolute paths that were scanned.
        notices: the active ones.

    Returns:
        What was left undone, or could not be done; nothing that ends the run.
    """
    with session.registry.read() as tx:
        known = [subject_of(tx, notice) for notice in notices]
        subjects = [one for one in known if _can_be_seen(one)]
        unseen, is_all = _to_look_at(tx, subjects, roots, session.policy.look_at_most)
    if not subjects:
        return ()
    told = [*_told(session, roots, hash_pictures(session, unseen, len(unseen)), is_all=is_all)]
    if unseen:
        # What was just looked at may be a proven file.
        with session.registry.read() as tx:
            subjects = [subject_of(tx, one.notice) for one in subjects]
    crops, troubles = seek(session, roots, subjects)
    told += troubles
    with session.registry.read() as tx:
        pairs, left = _pairs(tx, subjects, roots, crops)
    told += [*_uncompared(roots, left), *_compare(session, pairs)]
    return tuple(told)


def _uncompared(roots: Sequence[str], left: _Left) -> Iterator[Problem]:
    if left.beyond:
        yield Problem(
            roots[0],
            "pictures-not-compared",
            "Pictures that may be a notice's and were not compared with it, being beyond the"
            f" {_MOST_PAIRS} nearest of their notice: {left.beyond}.",
            "They are told by their metadata alone; look at them by hand.",
        )
    if left.waiting:
        yield Problem(
            roots[0],
            "comparisons-left",
            f"More than {_MOST_IN_ALL} pairs of pictures were to be compared for all notices"
            f" together: the nearest were, and {left.waiting} pairs were left for the next audit.",
            "Run the audit again until it says so no more; what was compared is not again.",
        )


def _can_be_seen(subject: Subject) -> bool:
    return bool(subject.picture.looks) or any(not one.is_running_text for one in subject.proven)


def _to_look_at(
    tx: Transaction, subjects: Sequence[Subject], roots: Sequence[str], at_most: int
) -> tuple[list[Unseen], bool]:
    """The pictures to hash, the proven ones first; and whether these are all."""
    found: dict[str, Unseen] = {}
    for uris in _windows(tx, subjects, roots):
        room = at_most - len(found)
        # One more than there is room for tells that there are more.
        for one in registry.to_hash(tx, uris - found.keys(), at_most=room + 1):
            if len(found) == at_most:
                return list(found.values()), False
            found[one.ref.uri] = one
    return list(found.values()), True


def _windows(
    tx: Transaction, subjects: Sequence[Subject], roots: Sequence[str]
) -> Iterator[set[str]]:
    """Groups of assets to look at: the proven, the suggested, those of the day, the undated."""
    for subject in subjects:
        yield {one.ref.uri for one in anchors_of(subject.proven)}
    for subject in subjects:
        yield suggested_below(tx, subject, roots)
    for key in window_keys(subjects):
        yield keyed_window(tx, key, roots)


def _told(
    session: Session, roots: Sequence[str], hashed: Hashed, *, is_all: bool
) -> Iterator[Problem]:
    if not is_all:
        yield Problem(
            roots[0],
            "pictures-not-looked-at",
            f"More than {session.policy.look_at_most} pictures could be copies of what notices"
            " speak of and were never looked at; the rest waits for the next run.",
            _SCAN_ALL,
        )
    for troubled, what in ((hashed.failed, "decoded"), (hashed.skipped, "had as scanned")):
        if troubled:
            first = troubled[0]
            yield Problem(
                first.path,
                "pictures-not-decoded",
                f"Pictures that could not be {what} to look at them: {len(troubled)};"
                f" the first: {first.message}",
                first.remedy,
            )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A proven file's picture data, and those of an asset that may be the same picture."""

    one: str
    other: str
    bits: int


def _pairs(
    tx: Transaction,
    subjects: Sequence[Subject],
    roots: Sequence[str],
    crops: Mapping[str, Mapping[str, int]],
) -> tuple[list[Comparison], _Left]:
    """What to compare, and what is left out."""
    wanted: dict[tuple[str, str], int] = {}
    sitters: dict[str, Sitter] = {}
    beyond = 0
    for subject in subjects:
        found = _pairs_of(tx, subject, _Where(roots, crops), sitters)
        beyond += max(0, len(found) - _MOST_PAIRS)
        for pair in found[:_MOST_PAIRS]:
            if (pair.other, pair.one) not in wanted:
                wanted.setdefault((pair.one, pair.other), pair.bits)
    waiting = max(0, len(wanted) - _MOST_IN_ALL)
    if waiting:
        nearest = sorted(wanted, key=lambda pair: (wanted[pair], pair))
        wanted = {pair: wanted[pair] for pair in nearest[:_MOST_IN_ALL]}
    grouped: dict[str, list[str]] = {}
    for one, other in wanted:
        grouped.setdefault(one, []).append(other)
    return [
        _comparison(sitters, one, others[at : at + _TASK])
        for one, others in grouped.items()
        for at in range(0, len(others), _TASK)
    ], _Left(beyond, waiting)


@dataclass(frozen=True, slots=True)
class _Left:
    """How many pairs are not compared.

    Attributes:
        beyond: because others are nearer to the same notice's picture.
        waiting: because this run has compared as many as it may.
    """

    beyond: int = 0
    waiting: int = 0


def _comparison(sitters: dict[str, Sitter], one: str, others: Sequence[str]) -> Comparison:
    return Comparison(sitters[one], tuple(sitters[other] for other in others))


@dataclass(frozen=True, slots=True)
class _Where:
    """What of the registry counts.

    Attributes:
        roots: absolute paths that were scanned.
        crops: what ``seek`` found.
    """

    roots: Sequence[str]
    crops: Mapping[str, Mapping[str, int]]


def _pairs_of(
    tx: Transaction, subject: Subject, where: _Where, sitters: dict[str, Sitter]
) -> list[_Pair]:
    """What one notice wants compared, the nearest first; ``sitters`` gets the files for it."""
    shown = {one.ref.uri: one for one in subject.proven if one.ref.uri in subject.looks}
    anchors = {basis(one): subject.looks[one.ref.uri] for one in anchors_of(list(shown.values()))}
    if not anchors:
        return []
    crops = {
        other: _Pair(one, other, bits)
        for one in anchors
        for other, bits in where.crops.get(one, {}).items()
    }
    uris = alike(tx, subject.picture.looks)
    uris |= bearing(tx, [(kind, other) for other in crops for kind in (SCAN, SHA256)])
    uris = below(uris, where.roots) | suggested_below(tx, subject, where.roots)
    looks = registry.looks_of(tx, uris - shown.keys())
    proven = {look.basis for look in subject.looks.values()}
    pairs = {
        uri: _nearer(_nearest(anchors, look), crops.get(look.basis))
        for uri, look in looks.items()
        if look.basis not in proven
    }
    known = registry.likeness_with(tx, anchors)
    open_ = {
        uri: pair for uri, pair in pairs.items() if pair.other not in settled_with(known, pair.one)
    }
    records = [
        one
        for one in pictures(tx, open_)
        if open_[one.ref.uri].other in crops or _is_open(subject, one, looks, open_[one.ref.uri])
    ]
    _seat(sitters, [*shown.values(), *records])
    disputed = _disputed(subject, next(iter(anchors)), known)
    ordered = dict.fromkeys([*disputed, *(open_[one.ref.uri] for one in records)])
    return sorted(ordered, key=lambda pair: (pair.bits, pair.other))


def _disputed(
    subject: Subject, first: str, known: Mapping[str, Mapping[str, Likeness]]
) -> Iterator[_Pair]:
    """Proven picture data that do not look like the first: cuttings of it, or borrowed numbers."""
    looks = {look.basis: look for look in subject.looks.values()}
    for other, look in sorted(looks.items()):
        bits = _bits(looks[first], look)
        if bits > ALIKE and other not in known.get(first, {}):
            yield _Pair(first, other, bits)


def _nearer(one: _Pair, crop: _Pair | None) -> _Pair:
    """As a whole or as a crop, whichever the picture looks more like."""
    return one if crop is None or one.bits <= ALIKE else crop


def _nearest(anchors: dict[str, Look], look: Look) -> _Pair:
    """The proven picture data that look most like these."""
    return min(
        (_Pair(one, look.basis, _bits(anchor, look)) for one, anchor in anchors.items()),
        key=lambda pair: (pair.bits, pair.one),
    )


def _bits(one: Look, other: Look) -> int:
    """How many bits differ at least: with a border or without, from the front or from behind."""
    behind = one.mirrored or mirrored(one.hash.pdq)
    own = [int.from_bytes(form) for form in (*one.forms(), behind)]
    return min(
        (form ^ int.from_bytes(their)).bit_count() for form in own for their in other.forms()
    )


def _is_open(subject: Subject, record: MetadataRecord, looks: dict[str, Look], pair: _Pair) -> bool:
    """Whether the pixels can say something that the metadata leave open."""
    if pair.bits <= ALIKE:
        return True
    beside = Beside(looks[record.ref.uri].hash)
    found = match(subject.notice, subject.picture, record, beside)
    return (
        found is not None
        and found.confidence is not Confidence.STRONG
        and not any(reason.name in _OFFENDING for reason in found.evidence)
    )


def _seat(sitters: dict[str, Sitter], records: Iterable[MetadataRecord]) -> None:
    """Note the files that hold each picture data."""
    for record in records:
        held = sitters.get(basis(record), Sitter(basis(record), ()))
        if len(held.refs) < MOST_FILES and record.ref not in held.refs:
            sitters[held.basis] = Sitter(held.basis, (*held.refs, record.ref))


def _compared(session: Session, asked: Sequence[Comparison], jobs: int) -> Iterator[list[Compared]]:
    """What came of each comparison; of one that ended its process, of each pair of it alone."""
    from provenance.pipeline.decoding import compare_batch  # noqa: PLC0415 - it brings numpy

    work = partial(compare_batch, session.store)
    with isolation.Pool(jobs) as workers:
        for whole, done in zip(asked, workers.run(work, asked, weigh=_octets), strict=True):
            if not isinstance(done, isolation.Died):
                yield done
                continue
            alone = [replace(whole, others=(other,)) for other in whole.others]
            pairs = zip(alone, workers.run(work, alone, weigh=_octets), strict=True)
            yield [found for one, answer in pairs for found in _answered(one, answer)]


def _octets(asked: Comparison) -> int:
    return sum(map(octets_of, (asked.one, *asked.others)))


def _answered(asked: Comparison, done: list[Compared] | isolation.Died) -> list[Compared]:
    if not isinstance(done, isolation.Died):
        return done
    paths = " and ".join(one.refs[0].display for one in (asked.one, *asked.others) if one.refs)
    trouble = (done.code, f"{paths}: {done.reason}", done.remedy)
    return [Compared(asked.one.basis, other.basis, trouble=trouble) for other in asked.others]


def _compare(session: Session, asked: Sequence[Comparison]) -> list[Problem]:
    """Compare, and keep what came of it; what could not be had is told once."""
    if not asked:
        return []
    total = sum(len(one.others) for one in asked)
    jobs = min(session.jobs, len(asked)) if total >= _FEW else 1
    missing = 0
    first: tuple[str, str, str] | None = None
    with session.progress.task("Comparing pictures", total) as advance:
        for done in _compared(session, asked, jobs):
            told = [(one.one, one.other, one.likeness) for one in done if one.likeness]
            with session.registry.write() as tx:
                registry.put_likeness(tx, told)
            troubles = [one.trouble for one in done if one.trouble]
            missing += len(troubles)
            first = first or next(iter(troubles), None)
            advance(len(done))
    if first is None:
        return []
    _, message, remedy = first
    return [
        Problem(
            asked[0].one.refs[0].display,
            "pictures-not-compared",
            f"Pictures that could not be compared: {missing}; the first: {message}",
            remedy,
        )
    ]
