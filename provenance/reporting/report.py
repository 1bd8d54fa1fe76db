"""The compliance report as a value: who was told what, what was found, what was done.

``build`` arranges facts and decides nothing about them: it needs no database, no clock
and no file. Every output format (HTML, JSON, CSV) is drawn from this one value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from provenance.model import (
    AssetRef,
    Authority,
    Decision,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    Rule,
    Severity,
    Status,
    Unreadable,
    Verdict,
)
from provenance.reporting.family import NoticeStanding, Standing


class Stage(StrEnum):
    """Where a finding stands on its way: who has to move next, if anybody."""

    READY = "ready"
    PERSON = "person"
    DONE = "done"
    DISMISSED = "dismissed"


class NoticeState(StrEnum):
    """Whether a notice has been complied with in the scope of the report."""

    OPEN = "open"
    DONE = "done"
    NOTHING_FOUND = "nothing-found"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class FixDone:
    """One file of one run of ``fix`` or ``undo``, or of a move into quarantine and out of it.

    Attributes:
        uri: the asset (the picture, also where its sidecar was edited).
        run_id: the run.
        when: RFC 3339, when it was settled, else when it was begun.
        agent: the person on whose word the run acted.
        state: ``commit``, ``undone``, ``conflict``, ``abort`` or ``intent`` (unfinished); of a
            move also ``released`` or ``deleted``.
        finding_ids: the findings that it answered.
        log_index: the entry of the audit log that settled it.
        act: ``fix``, ``undo``, ``quarantine``, ``release`` or ``destroy``.
        place: where a moved file is kept, or was; empty for a fix.
    """

    uri: str
    run_id: str
    when: str
    agent: str
    state: str
    finding_ids: tuple[str, ...] = ()
    log_index: int | None = None
    act: str = "fix"
    place: str = ""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file or folder that was not used, and what can be done about it."""

    path: str
    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LogState:
    """The audit log's newest checkpoint; ``root_hash`` in hex."""

    origin: str
    size: int
    root_hash: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, by whom, by what and over what the report was made.

    Attributes:
        generated: RFC 3339 with zone.
        generated_by: the person.
        program: name and version.
        scope: the paths that were asked for, as given; empty means the whole registry.
        today: the desk's date, from which the days left of a decision count.
    """

    generated: str
    generated_by: str
    program: str
    scope: tuple[str, ...] = ()
    today: str = ""

    @property
    def day(self) -> str:
        """The desk's date, else that of the report."""
        return self.today or self.generated[:10]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report is built from, in no particular order.

    Attributes:
        assets: number of assets in scope, unreadable ones included.
        notices: those held against the assets.
        findings: all of them, whatever their status.
        records: by uri, at least those of the assets that findings speak of.
        unreadable: assets that could not be read.
        decisions: the deciding one by decision key.
        fixes: what was written.
        problems: files and folders passed over.
        log: the newest checkpoint; None where nothing was ever logged.
        standings: by notice id, how each stands with every copy that the registry holds.
        published: by uri, where the desk's own records say that assets were published.
    """

    assets: int
    notices: tuple[Notice, ...] = ()
    findings: tuple[Finding, ...] = ()
    records: Mapping[str, MetadataRecord] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    fixes: tuple[FixDone, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    log: LogState | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)
    published: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One finding with all that was decided and done about it, oldest fix first."""

    finding: Finding
    stage: Stage
    decision: Decision | None
    fixes: tuple[FixDone, ...]


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

    ``completed`` is when the last fix was made, where nothing remains to be done;
    ``standing`` tells of every copy in the registry, outside the report's scope, too.
    """

    notice: Notice
    state: NoticeState
    completed: str | None
    families: tuple[Family, ...]
    standing: Standing | None = None

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


_SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_TO_THE_MINUTE = len("2026-11-22T15:28")
_STATE_ORDER = {state: index for index, state in enumerate(NoticeState)}


def build(facts: Facts, stamp: Stamp) -> ComplianceReport:
    """Arrange facts into a report.

    A finding whose notice is not among the notices is filed under its rule, so that
    none is lost. Open notices come first, those that a person brought before those found
    in files, then the newest received; findings without a
    notice by severity.
    """
    known = {notice.notice_id for notice in facts.notices}
    item_of = _items(facts)
    by_notice: dict[str, list[Finding]] = {}
    by_rule: dict[Rule, list[Finding]] = {}
    for finding in facts.findings:
        if finding.notice_id in known and finding.notice_id is not None:
            by_notice.setdefault(finding.notice_id, []).append(finding)
        else:
            by_rule.setdefault(finding.rule, []).append(finding)
    sections = [
        _notice_section(
            notice,
            _pictures(by_notice.get(notice.notice_id, ()), facts, item_of),
            facts.standings.get(notice.notice_id),
        )
        for notice in facts.notices
    ]
    return ComplianceReport(
        stamp=stamp,
        assets=facts.assets,
        notices=tuple(_in_reading_order(sections)),
        rules=tuple(
            RuleSection(rule, _pictures(by_rule[rule], facts, item_of))
            for rule in sorted(by_rule, key=lambda rule: _rule_order(rule, by_rule[rule]))
        ),
        unreadable=tuple(sorted(facts.unreadable, key=lambda one: one.ref.display)),
        problems=tuple(sorted(facts.problems, key=lambda one: one.path)),
        log=facts.log,
    )


def stage(finding: Finding, decision: Decision | None) -> Stage:
    """Who has to move next: the machine, a person, or nobody."""
    if finding.status is Status.FIXED:
        return Stage.DONE
    if finding.status in {Status.WAIVED, Status.REJECTED}:
        return Stage.DISMISSED
    accepted = decision is not None and decision.verdict is Verdict.APPLY
    safe = finding.status is Status.OPEN and finding.fixability is Fixability.SAFE
    return Stage.READY if finding.edits and (safe or accepted) else Stage.PERSON


def _items(facts: Facts) -> Callable[[Finding], Item]:
    fixes: dict[str, list[FixDone]] = {}
    for fix in sorted(facts.fixes, key=lambda one: one.when):
        for finding_id in fix.finding_ids:
            fixes.setdefault(finding_id, []).append(fix)

    def item(finding: Finding) -> Item:
        decision = facts.decisions.get(finding.decision_key)
        done = tuple(fixes.get(finding.finding_id, ()))
        return Item(finding, stage(finding, decision), decision, done)

    return item


def _pictures(
    findings: Iterable[Finding], facts: Facts, item_of: Callable[[Finding], Item]
) -> tuple[Picture, ...]:
    """Findings gathered per asset, assets by path."""
    by_uri: dict[str, list[Item]] = {}
    for finding in findings:
        by_uri.setdefault(finding.uri, []).append(item_of(finding))
    paths = {one.ref.uri: one.ref.display for one in facts.unreadable}
    order = list(Rule)
    pictures = []
    for uri, items in by_uri.items():
        record = facts.records.get(uri)
        path = record.ref.display if record else paths.get(uri, uri)
        items.sort(key=lambda item: (order.index(item.finding.rule), item.finding.finding_id))
        published = facts.published.get(uri, ())
        pictures.append(Picture(uri, path, record, tuple(items), published))
    return tuple(sorted(pictures, key=lambda picture: (picture.path, picture.uri)))


def _notice_section(
    notice: Notice, pictures: tuple[Picture, ...], standing: Standing | None
) -> NoticeSection:
    items = [item for picture in pictures for item in picture.items]
    moving = any(item.stage in {Stage.READY, Stage.PERSON} for item in items)
    # A copy that lies elsewhere, out of reach or not looked at keeps the notice open.
    moving = moving or (standing is not None and standing.state is NoticeStanding.OPEN)
    held = standing is not None and standing.state is NoticeStanding.CLOSED
    if notice.retracted:
        state = NoticeState.RETRACTED
    elif moving:
        state = NoticeState.OPEN
    else:
        state = NoticeState.DONE if items or held else NoticeState.NOTHING_FOUND
    commits = [fix.when for item in items for fix in item.fixes if fix.state == "commit"]
    completed = max(commits) if commits and state is NoticeState.DONE else None
    return NoticeSection(notice, state, completed, _families(pictures), standing)


def _families(pictures: tuple[Picture, ...]) -> tuple[Family, ...]:
    """Copies of one picture together; most pressing family first, then by path."""
    groups: dict[str, list[Picture]] = {}
    for picture in pictures:
        scan = picture.record.scan_digest if picture.record else None
        groups.setdefault(scan or f"alone {picture.uri}", []).append(picture)
    families = [Family(tuple(group)) for group in groups.values()]
    return tuple(sorted(families, key=_press))


def _press(family: Family) -> int:
    stages = list(Stage)
    return min(stages.index(item.stage) for pic in family.pictures for item in pic.items)


def _in_reading_order(sections: list[NoticeSection]) -> list[NoticeSection]:
    """Open ones first; what a person brought before what was found in files; then the newest.

    Notices that came in the same minute came together: the one with the most pictures leads.
    """
    largest_first = sorted(sections, key=lambda one: -len(tuple(one.items)))
    newest_first = sorted(
        largest_first, key=lambda one: (one.notice.received or "")[:_TO_THE_MINUTE], reverse=True
    )
    return sorted(
        newest_first,
        key=lambda one: (_STATE_ORDER[one.state], one.notice.authority is Authority.EMBEDDED),
    )


def _rule_order(rule: Rule, findings: list[Finding]) -> tuple[int, int]:
    worst = min(_SEVERITY_ORDER[finding.severity] for finding in findings)
    return worst, list(Rule).index(rule)
