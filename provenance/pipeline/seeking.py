"""Find crops of notices' pictures by their look, and say among which assets to look for them.

PDQ of a crop says nothing of the whole. So the parts of one proven file are hashed, once, and
held against the assets of its day, the undated and the suggested. An asset that is larger than the
proven file, which is then itself the crop, is not found so: its parts would have to be hashed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from provenance import isolation, registry
from provenance.matching import Key, basis
from provenance.model import Likeness, LikenessKind, Look, MetadataRecord
from provenance.pipeline.carriers import Problem
from provenance.pipeline.session import Session
from provenance.pipeline.sitters import Parts, Sitter, octets_of
from provenance.pipeline.subjects import MOST_BEARING, Subject, bearing
from provenance.registry import Crops, Transaction
from provenance.storage.folder import is_inside

if TYPE_CHECKING:
    from provenance.pipeline.cropping import Window

Hits = Mapping[str, int]
Likenesses = Mapping[str, Mapping[str, Likeness]]

MOST_FILES: Final = 3
"""Files that are tried for one picture's data: any of them will do."""

# Proven files of one picture are copies: a few of them show it in every form that matters.
_MOST_PROVEN: Final = 8
# Notices of one day come one after the other, and the undated serve all of them.
_KEPT: Final = 16
_TASK: Final = 4
# Cutting one takes a fiftieth of a second: of fewer the start of processes takes longer.
_FEW: Final = 48


def anchors_of(proven: Sequence[MetadataRecord]) -> list[MetadataRecord]:
    """One file for each form in which the proven picture is held, the largest first."""
    shown = [one for one in proven if not one.is_running_text and basis(one)]
    ordered = sorted(shown, key=lambda one: (-one.ref.size, one.ref.uri))
    return list({basis(one): one for one in reversed(ordered)}.values())[::-1][:_MOST_PROVEN]


def suggested_below(tx: Transaction, subject: Subject, roots: Sequence[str]) -> set[str]:
    """The assets below the roots that share more with the picture than a day."""
    picture = subject.picture
    return below(bearing(tx, picture.proving_keys() | picture.suggesting_keys()), roots)


def window_keys(subjects: Iterable[Subject]) -> list[Key]:
    """The days of the pictures, the undated last."""
    keys = {key for subject in subjects for key in subject.picture.window_keys()}
    return sorted(keys, key=lambda one: (one[1] == "", one))


def keyed_window(tx: Transaction, key: Key, roots: Sequence[str]) -> set[str]:
    """The assets below the roots that bear a key, however many do."""
    if registry.crowded_keys(tx, [key], MOST_BEARING):
        return set(registry.keyed_below(tx, key, roots))
    return below(bearing(tx, [key]), roots)


def below(uris: Iterable[str], roots: Sequence[str]) -> set[str]:
    """Those that stand at or below a root."""
    return {uri for uri in uris if any(is_inside(uri, root) for root in roots)}


def seek(
    session: Session, roots: Sequence[str], subjects: Sequence[Subject]
) -> tuple[dict[str, dict[str, int]], list[Problem]]:
    """Hash the parts of the notices' pictures, and find what looks like one of them.

    Args:
        session: the command's surroundings.
        roots: absolute paths that were scanned.
        subjects: with how their proven files look.

    Returns:
        For the basis of each proven file, the bases of the assets that may be crops of it, with the
        bits in which they differ from the nearest part; and what could not be done.
    """
    known = [(subject, one) for subject in subjects if (one := _largest(subject)) is not None]
    if not known:
        return {}, []
    told = _cut(session, known)
    windows = _Windows(roots)
    found: dict[str, dict[str, int]] = {}
    left = 0
    with session.registry.read() as tx:
        parts = registry.crops_of(tx, {anchor for _, anchor in known})
        marks: dict[str, bytes] = {}
        for subject, anchor in known:
            if anchor in parts and parts[anchor].hashes:
                done = _search(tx, windows, subject, (anchor, parts[anchor]))
                found.setdefault(anchor, {}).update(done.hits)
                marks[anchor] = done.searched
                left = max(left, done.left)
    changed = {one: mark for one, mark in marks.items() if mark != parts[one].searched}
    if changed:
        with session.registry.write() as tx:
            registry.put_searched(tx, changed.items())
    if left:
        told.append(_unsearched(roots[0], left))
    return found, told


def _largest(subject: Subject) -> str | None:
    """The basis of the proven file that shows most; None where none can be looked at."""
    shown = [
        (look.hash.width * look.hash.height, look.basis)
        for look in subject.looks.values()
        if look.hash.tells and look.basis
    ]
    return max(shown)[1] if shown else None


def _cut(session: Session, known: Iterable[tuple[Subject, str]]) -> list[Problem]:
    """Hash the parts of the pictures that were not cut before; return what could not be had."""
    files: dict[str, list[MetadataRecord]] = {}
    for subject, anchor in known:
        held = (one for one in subject.proven if basis(one) == anchor)
        files.setdefault(anchor, list(held))
    with session.registry.read() as tx:
        done = registry.crops_of(tx, files)
    waiting = [
        Sitter(anchor, tuple(one.ref for one in held[:MOST_FILES]))
        for anchor, held in files.items()
        if anchor not in done
    ]
    if not waiting:
        return []
    from provenance.pipeline.decoding import cut_batch  # noqa: PLC0415 - it brings numpy

    jobs = session.jobs if len(waiting) >= _FEW else 1
    tasks = [waiting[at : at + _TASK] for at in range(0, len(waiting), _TASK)]
    troubles: list[Problem] = []
    with session.progress.task("Looking at parts of pictures", len(waiting)) as advance:
        work = partial(cut_batch, session.store)
        done_parts = isolation.run_batches(work, tasks, jobs=jobs, weigh=octets_of)
        for task, answers in zip(tasks, done_parts, strict=True):
            some = [_parts(one, parts) for one, parts in zip(task, answers, strict=True)]
            with session.registry.write() as tx:
                rows = [(one.basis, one.hashes) for one in some if one.hashes is not None]
                registry.put_crops(tx, rows)
            troubles += [_uncut(files[one.basis][0], *one.trouble) for one in some if one.trouble]
            advance(len(some))
    return troubles[:1]


def _parts(sitter: Sitter, parts: Parts | isolation.Died) -> Parts:
    """The parts; what ended the process that cut it could not be had."""
    if not isinstance(parts, isolation.Died):
        return parts
    message = f"{sitter.refs[0].display}: {parts.reason}"
    return Parts(sitter.basis, trouble=(parts.code, message, parts.remedy))


def _uncut(record: MetadataRecord, _: str, message: str, remedy: str) -> Problem:
    return Problem(
        record.ref.display,
        "pictures-not-searched",
        f"Crops of a notice's picture were not looked for: its file could not be had. {message}",
        remedy,
    )


def _unsearched(root: str, left: int) -> Problem:
    return Problem(
        root,
        "pictures-not-searched",
        "Crops of a notice's picture were looked for among as many pictures of its day and without"
        f" a day as one notice is given time for, and not among the other {left}.",
        "Audit the folders that the picture may be in one by one.",
    )


@dataclass(frozen=True, slots=True)
class _Sought:
    hits: Hits
    searched: bytes
    left: int


def _search(
    tx: Transaction, windows: _Windows, subject: Subject, anchor: tuple[str, Crops]
) -> _Sought:
    from provenance.pipeline import cropping  # noqa: PLC0415 - it brings numpy

    own, parts = anchor
    compared = registry.likeness_with(tx, {look.basis for look in subject.looks.values()})
    settled = {look.basis for look in subject.looks.values()} | settled_with(compared, own)
    among = cropping.joined(windows.of(tx, subject))
    found = cropping.search(parts, among, settled)
    return _Sought(found.hits, found.searched, among.left)


def settled_with(compared: Likenesses, anchor: str) -> set[str]:
    """The bases of which comparing with ``anchor`` would tell nothing new."""
    told = {
        other
        for found in compared.values()
        for other, one in found.items()
        if one.kind is not LikenessKind.UNSURE
    }
    return told | set(compared.get(anchor, {}))


@dataclass(slots=True)
class _Windows:
    """How the assets look that notices' pictures are looked for among, a few groups kept."""

    roots: Sequence[str]
    _kept: OrderedDict[Key, Window] = field(default_factory=OrderedDict)

    def of(self, tx: Transaction, subject: Subject) -> Iterator[Window]:
        """The groups for one notice: the suggested, those of its days, the undated."""
        yield _window(tx, suggested_below(tx, subject, self.roots))
        for key in window_keys([subject]):
            if key not in self._kept:
                self._kept[key] = _window(tx, keyed_window(tx, key, self.roots))
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            yield self._kept[key]


def _window(tx: Transaction, uris: Iterable[str]) -> Window:
    from provenance.pipeline.cropping import window  # noqa: PLC0415 - it brings numpy

    looks: Iterable[Look] = registry.looks_of(tx, uris).values()
    return window(looks)
