"""The compliance report as a value: its sections, in the order in which they should be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from provenance.duties.clock import NoticeClock
from provenance.model import (
    AssetRef,
    Decision,
    Finding,
    MetadataRecord,
    Notice,
    Rule,
    Status,
    Unreadable,
)
from provenance.reporting.facts import AuditRun, FileProblem, FixDone, LogState, Stamp
from provenance.reporting.family import Standing
from provenance.reporting.third_parties import ThirdParty


class Stage(StrEnum):
    """Where a finding stands on its way: who has to move next, if anybody."""

    READY = "ready"
    PERSON = "person"
    DONE = "done"
    DISMISSED = "dismissed"


class NoticeState(StrEnum):
    """How the copies of a notice's picture stand, in the scope of the report.

    ``done`` is not yet the whole: duties may be left. ``NoticeSection.is_settled`` says whether
    nothing is, and every form of the report calls only that done.
    """

    OPEN = "open"
    DONE = "done"
    NOTHING_FOUND = "nothing-found"
    RETRACTED = "retracted"


class ItemState(StrEnum):
    """How a finding stands, in the words of the desk."""

    OPEN = "open"
    ACCEPTED = "accepted"
    HELD = "held"
    CONFLICT = "conflict"
    DONE = "done"
    WAIVED = "waived"
    REJECTED = "rejected"


_SETTLED = {
    Status.FIXED: ItemState.DONE,
    Status.WAIVED: ItemState.WAIVED,
    Status.REJECTED: ItemState.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One finding with all that was decided and done about it, oldest fix first.

    ``decision_index`` is the entry of the audit log that holds the decision.
    """

    finding: Finding
    stage: Stage
    decision: Decision | None
    fixes: tuple[FixDone, ...]
    decision_index: int | None = None

    @property
    def state(self) -> ItemState:
        """How it stands; a conflict is what the newest attempt to correct it met."""
        settled = _SETTLED.get(self.finding.status)
        if settled is not None:
            return settled
        if self.fixes and self.fixes[-1].state == "conflict":
            return ItemState.CONFLICT
        if self.stage is Stage.READY and self.decision is not None:
            return ItemState.ACCEPTED
        return ItemState.HELD if self.finding.status is Status.HELD else ItemState.OPEN


@dataclass(frozen=True, slots=True)
class Picture:
    """One asset and its findings under one heading. ``record`` is None where it is gone."""

    uri: str
    path: str
    record: MetadataRecord | None
    items: tuple[Item, ...]
    published: tuple[str, ...] = ()

    @property
    def ref(self) -> AssetRef | None:
        """The asset to draw a thumbnail of, where it is still known."""
        return None if self.record is None else self.record.ref


@dataclass(frozen=True, slots=True)
class Family:
    """Copies of one picture, proven by their scan digest; one that has none stands alone."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class NoticeSection:
    """One notice and every picture that it was found to concern.

    ``completed`` is when nothing was left to do, neither a copy nor a duty; None before;
    ``standing`` tells of every copy in the registry, outside the report's scope, too; ``clock``
    of its duties and time limits; ``third_parties`` of those who got copies.
    """

    notice: Notice
    state: NoticeState
    completed: str | None
    families: tuple[Family, ...]
    standing: Standing | None = None
    clock: NoticeClock | None = None
    third_parties: tuple[ThirdParty, ...] = ()

    @property
    def is_overdue(self) -> bool:
        """Whether a moment that its limits name has passed and is not reached."""
        return not self.is_settled and self.clock is not None and bool(self.clock.overdue)

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to do anything about it: neither a copy nor a duty is left."""
        if self.state is NoticeState.RETRACTED:
            return True
        if self.state is NoticeState.OPEN:
            return False
        return self.clock is None or self.clock.is_settled

    @property
    def items(self) -> Iterator[Item]:
        """All findings of the section."""
        return (item for family in self.families for pic in family.pictures for item in pic.items)


@dataclass(frozen=True, slots=True)
class RuleSection:
    """The findings of one rule that no notice stands behind."""

    rule: Rule
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """The whole report; sections are in the order in which they should be read."""

    stamp: Stamp
    assets: int
    notices: tuple[NoticeSection, ...]
    rules: tuple[RuleSection, ...]
    unreadable: tuple[Unreadable, ...]
    problems: tuple[FileProblem, ...]
    log: LogState | None
    runs: tuple[AuditRun, ...] = ()

    @property
    def pictures(self) -> Iterator[Picture]:
        """Every picture with findings, once per section that it stands in."""
        for section in self.notices:
            for family in section.families:
                yield from family.pictures
        for rule in self.rules:
            yield from rule.pictures

    @property
    def items(self) -> Iterator[Item]:
        """Every finding, once."""
        return (item for picture in self.pictures for item in picture.items)

    def listed(self, *, every: bool = False) -> tuple[tuple[Finding, str], ...]:
        """Findings with the path of their asset, by path and rule.

        Args:
            every: also those that are fixed, waived or rejected.
        """
        wanted = set(Status) if every else {Status.OPEN, Status.HELD}
        found = [
            (item.finding, picture.path)
            for picture in self.pictures
            for item in picture.items
            if item.finding.status in wanted
        ]
        order = list(Rule)
        found.sort(key=lambda pair: (pair[1], order.index(pair[0].rule), pair[0].finding_id))
        return tuple(found)
