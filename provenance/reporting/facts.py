"""What the compliance report is built from: the facts, in no particular order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provenance.duties.clock import NoticeClock
from provenance.model import Decision, Finding, MetadataRecord, Notice, Unreadable
from provenance.reporting.family import Standing
from provenance.reporting.third_parties import ThirdParty


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
class AuditRun:
    """How many findings the whole registry held when an audit ended, or when a report was made.

    Attributes:
        run_id: the run; empty for the moment of the report itself.
        when: RFC 3339.
        open: findings that a machine or anybody may settle.
        held: findings that wait for a named person.
        settled: corrected, waived and rejected ones.
    """

    run_id: str
    when: str
    open: int
    held: int
    settled: int


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
        clocks: by notice id, its duties and its time limits.
        third_parties: by notice id, who got copies of its picture.
        runs: the trend: what audits left behind, oldest first.
        decided_at: by decision key, the entry of the audit log that holds the deciding word.
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
    clocks: Mapping[str, NoticeClock] = field(default_factory=dict)
    third_parties: Mapping[str, tuple[ThirdParty, ...]] = field(default_factory=dict)
    runs: tuple[AuditRun, ...] = ()
    decided_at: Mapping[str, int] = field(default_factory=dict)
