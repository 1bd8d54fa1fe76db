"""Run the audit over a set of which the truth is known, and count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quality.matching.world import Story, Truth, World

from provenance import pipeline, registry
from provenance.auditlog import AuditLog
from provenance.matching import match
from provenance.model import (
    NOTHING_BESIDE,
    Confidence,
    Finding,
    Fixability,
    Match,
    MetadataRecord,
    Notice,
    Policy,
    Property,
)
from provenance.pipeline import Session
from provenance.pipeline.candidates import Candidates
from provenance.pipeline.scanning import Scanned
from provenance.pipeline.subjects import beside_of
from provenance.registry import open_registry

LEVELS = (Confidence.STRONG.value, Confidence.MEDIUM.value, Confidence.LOW.value, "none")
_NUMBER = re.compile(r"inquiry number (\d+) of")
_WINDOW = 500
_CODE = re.compile(r"(?<![0-9A-Z])36[A-Z][0-9A-Z]{3}K(?![0-9A-Z])")


@dataclass(frozen=True, slots=True)
class Case:
    """One file held against one notice.

    Attributes:
        path: below the set's folder.
        truth: what the file is.
        told_by: how the notice names its picture.
        level: what the program says: a level, or ``none``.
        evidence: its reasons, as one reads them.
        safe: a finding of this notice on this file would be applied without asking.
    """

    path: str
    truth: Truth
    told_by: str
    level: str
    evidence: tuple[str, ...]
    safe: bool

    @property
    def is_copy(self) -> bool:
        """Whether the file shows the notice's picture."""
        return self.truth.of is not None


@dataclass(slots=True)
class Judged:
    """Every copy of every notice's picture, and every file that was matched or could be.

    Attributes:
        cases: copies with the level they got, and neighbours with theirs; strangers of
            other notices only where they were matched.
        files: in the set.
        notices: in the set.
    """

    cases: list[Case] = field(default_factory=list)
    files: int = 0
    notices: int = 0

    def decided(self, level: str) -> tuple[int, int]:
        """How many were called ``level`` rightly, and how many in all."""
        said = [one for one in self.cases if one.level == level]
        return sum(one.is_copy for one in said), len(said)

    def copies(self) -> dict[tuple[str, str], Counter[str]]:
        """For each rendering and dress of copies of proven pictures, how many got which level."""
        return _counted(one for one in self.cases if one.is_copy and one.told_by != "caption")

    def neighbours(self) -> dict[tuple[str, str], Counter[str]]:
        """The same for files that are no copies."""
        return _counted(one for one in self.cases if not one.is_copy)


def _counted(cases: Iterable[Case]) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in cases:
        found.setdefault((one.truth.what, one.truth.dress), Counter())[one.level] += 1
    return found


def judge(world: World, place: Path, *, jobs: int = 1) -> Judged:
    """Audit the set with a fresh registry at ``place`` and hold every match against the truth."""
    place.mkdir(parents=True, exist_ok=True)
    with open_registry(str(place / "registry.db")) as held:
        policy = Policy(today="2025-01-15", look_at_most=10_000_000)
        session = Session(held, AuditLog(), "a judge", policy, jobs)
        pipeline.scan(session, [str(world.folder)])
        named = dict(_in_house(session, world))
        audited = pipeline.audit(session, [str(world.folder)], [str(world.notices)])
        named.update(
            (one.notice_id, number)
            for one in audited.notices
            if (number := _spoken_of(one, world.stories)) is not None
        )
        matches = list(_matches(session, audited.scanned))
    return _held_against(world, named, matches, audited.findings)


def _in_house(session: Session, world: World) -> Iterator[tuple[str, int]]:
    for number, told in world.stories.items():
        if told.told_by != "digest":
            continue
        first = next(n for n, t in world.truths.items() if t.of == number and n.startswith("wire"))
        notice = pipeline.correct_in_house(
            session,
            wrong=told.wrong,
            right=told.right,
            prop=Property.CREATOR_NAMES,
            targets=[str(world.folder / first)],
        )
        yield notice.notice_id, number


def _matches(session: Session, scanned: Scanned) -> Iterator[Match]:
    """What the audit itself held against one another, before any rule looks at the values."""
    candidates = Candidates(scanned, "")
    with session.registry.read() as tx:
        for notice in registry.notices(tx):
            candidates.add(tx, notice)
        every = [one for one in registry.iter_records(tx) if isinstance(one, MetadataRecord)]
        for at in range(0, len(every), _WINDOW):
            window = every[at : at + _WINDOW]
            beside = beside_of(tx, window)
            for record in window:
                known = beside.get(record.ref.uri, NOTHING_BESIDE)
                for notice, picture in candidates.of(record.ref.uri):
                    found = match(notice, picture, record, known)
                    if found is not None:
                        yield found


def _spoken_of(notice: Notice, stories: Mapping[int, Story]) -> int | None:
    said = " ".join([notice.text, *(target.value for target in notice.targets)])
    codes = {code.upper() for code in _CODE.findall(said.upper())}
    numbers = {int(found) - 400 for found in _NUMBER.findall(said)}
    fitting = [n for n, told in stories.items() if told.code in codes or n in numbers]
    return fitting[0] if len(fitting) == 1 else None


def _held_against(
    world: World, named: Mapping[str, int], matches: Iterable[Match], findings: Iterable[Finding]
) -> Judged:
    root = f"{world.folder.absolute()}/"
    safe = {
        (one.uri.removeprefix(root), named.get(one.notice_id or ""))
        for one in findings
        if one.fixability is Fixability.SAFE and one.notice_id
    }
    by_place: dict[tuple[str, int], Match] = {}
    for one in matches:
        number = named[one.notice.notice_id]
        by_place[one.asset.ref.uri.removeprefix(root), number] = one
    judged = Judged(files=len(world.truths), notices=len(world.stories))
    for name, truth in world.truths.items():
        own = truth.of if truth.of is not None else truth.near
        numbers = {number for at, number in by_place if at == name} | {own}
        for number in sorted(n for n in numbers if n is not None):
            said = by_place.get((name, number))
            is_copy = truth.of == number
            shown = truth if is_copy or truth.of is None else _stranger(truth, number)
            judged.cases.append(
                Case(
                    name,
                    shown,
                    world.stories[number].told_by,
                    said.confidence.value if said else "none",
                    tuple(f"{r.name} {r.weight:+.1f}: {r.detail}" for r in said.evidence)
                    if said
                    else (),
                    (name, number) in safe,
                )
            )
    return judged


def _stranger(truth: Truth, number: int) -> Truth:
    return Truth(None, number, "a picture of another notice", truth.dress)


__all__ = ["LEVELS", "Case", "Judged", "judge"]
